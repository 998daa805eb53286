//! Maillage turns a folder of Markdown and YAML entries into a checked, searchable static resource centre.
//!
//! The reading order and the invariants are in `src/README.md`.

pub mod catalogue;
pub mod collation;
pub mod collection;
pub mod communes;
pub mod date;
pub mod diagnostic;
pub mod digest;
pub mod dist;
pub mod entry;
pub mod entry_id;
pub mod field;
pub mod front_matter;
pub mod layout;
pub mod localised;
pub mod markdown;
pub mod node;
pub mod output;
pub mod parse;
pub mod report;
pub mod scan;
pub mod settings;
pub mod site_path;
pub mod source;
pub mod strings;
pub mod stylesheet;
pub mod theme;
pub mod toml;
pub mod vocabularies;
pub mod yaml;
