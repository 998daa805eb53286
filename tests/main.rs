//! All integration tests, one binary: one link instead of many.

mod theme;
