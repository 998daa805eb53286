//! Maillage turns a folder of Markdown and YAML entries into a checked, searchable static resource centre.
//!
//! The reading order and the invariants are in `src/README.md`.

pub mod bundle;
pub mod catalogue;
pub mod cli;
pub mod collation;
pub mod collection;
pub mod commands;
pub mod communes;
pub mod date;
pub mod diagnostic;
pub mod digest;
pub mod dist;
pub mod embedded;
pub mod entry;
pub mod entry_id;
pub mod export;
pub mod feed;
pub mod field;
pub mod front_matter;
pub mod index;
pub mod layout;
pub mod links;
pub mod localised;
pub mod markdown;
pub mod memo;
pub mod node;
pub mod output;
pub mod parse;
pub mod pipeline;
pub mod plan;
pub mod render;
pub mod report;
pub mod scan;
pub mod settings;
pub mod site_map;
pub mod site_path;
pub mod source;
pub mod strings;
pub mod stylesheet;
pub mod texts;
pub mod theme;
pub mod toml;
pub mod view;
pub mod vocabularies;
pub mod yaml;
