//! The JSON head of a boot file: what the index holds, and where things lie in its files.

use crate::definition::Definition;
use crate::spelling::Section;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// tantivy's files of terms and postings, which travel together.
#[cfg(feature = "build")]
pub(crate) const TERMS: &str = "term";
/// Posting lists.
#[cfg(feature = "build")]
pub(crate) const POSTINGS: &str = "idx";
/// Where words stand in documents.
pub(crate) const POSITIONS: &str = "pos";
/// Names of the files of an index that are not tantivy's.
pub(crate) const RECORDS: &str = "records";
/// The words of most records.
pub(crate) const GLOSSARY: &str = "glossary";
/// Facets, one after the other.
pub(crate) const FACETS: &str = "facets";
/// How long documents and their titles are.
pub(crate) const LENGTHS: &str = "lengths";
/// Columns, one after the other.
pub(crate) const COLUMNS: &str = "columns";
/// Opening hours, absent where no document has any.
pub(crate) const HOURS: &str = "hours";
/// Spellings, by language, by the words' beginnings and by their ends.
pub(crate) const WORDS: &str = "words";
/// Where a piece of a file lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// The head of a boot file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    pub(crate) definition: Definition,
    /// Number of documents of each language; documents are in the order of languages.
    pub(crate) documents: Vec<usize>,
    /// Where each column lies in its file.
    pub(crate) columns: BTreeMap<String, Piece>,
    /// By language and collection: what most addresses begin with.
    #[serde(default)]
    pub(crate) addresses: Vec<Vec<String>>,
    /// By key of a field of money: the collections of which a document has an amount.
    #[serde(default)]
    pub(crate) priced: BTreeMap<String, BTreeSet<String>>,
    /// By language: the sections of the words in their file, by beginnings and by ends.
    pub(crate) words: Vec<[Vec<Section>; 2]>,
}

/// `current.json`: the first thing that a page asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Current {
    /// Version of the pack's format.
    pub format: u32,
    /// Name of this generation.
    pub generation: String,
    /// File name of the compressed engine.
    pub engine: String,
    /// File name of the boot file.
    pub boot: String,
    /// Length of the inflated boot file.
    pub boot_length: usize,
    /// Number of documents.
    pub documents: usize,
}

/// Version of the pack's format, as in `Current::format`.
pub const FORMAT: u32 = 8;
