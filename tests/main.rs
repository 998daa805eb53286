//! All integration tests, one binary: one link instead of many.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod authoring;
mod diagnostics;
mod golden;
mod project;
mod theme;
mod tidy;
mod transcripts;
