//! Why an index can't be made.

use crate::schema::{COLLECTION_FACET, MOST_LANGUAGES};
use std::fmt;

/// Why an index can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// Two documents have this key and language.
    DuplicateDocument {
        /// Entry id.
        key: String,
        /// Language code.
        lang: String,
    },
    /// A document names something that the definition lacks.
    Undefined {
        /// Entry id.
        key: String,
        /// What is named: `language`, `collection`, `facet`, `number` or `date`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// More languages than terms have letters for.
    TooManyLanguages(usize),
    /// A facet has the key of the facet that the collections make.
    ReservedFacet,
    /// The index writer failed.
    Writer(String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::DuplicateDocument { key, lang } => write!(formatter, "two documents are `{key}` in `{lang}`"),
            BuildError::Undefined { key, kind, name } => {
                write!(formatter, "`{key}` names the {kind} `{name}`, which is not defined")
            }
            BuildError::TooManyLanguages(count) => {
                write!(formatter, "{count} languages; the search takes at most {MOST_LANGUAGES}")
            }
            BuildError::ReservedFacet => write!(formatter, "a facet can't have the key `{COLLECTION_FACET}`"),
            BuildError::Writer(message) => write!(formatter, "the index can't be written: {message}"),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<std::io::Error> for BuildError {
    fn from(error: std::io::Error) -> BuildError {
        BuildError::Writer(error.to_string())
    }
}

impl From<tantivy::TantivyError> for BuildError {
    fn from(error: tantivy::TantivyError) -> BuildError {
        BuildError::Writer(error.to_string())
    }
}
