//! Stands in for the `regex` crate in the browser engine.
//!
//! Tantivy links `regex` for two patterns: the escaping of `/` in the debug output of facets, and the names of fields.
//! The crate's automata and Unicode tables are a third of the engine's bytes. `regex-lite`, by the same authors, has the same interface.

pub use regex_lite::*;
