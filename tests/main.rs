//! All integration tests, one binary: one link instead of many.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod authoring;
mod building;
mod dependencies;
mod diagnostics;
mod folds;
mod golden;
mod import;
mod map;
mod project;
mod readme;
mod serve;
mod theme;
mod tidy;
mod timings;
mod transcripts;
mod warm;
