//! An open index: what every search needs, held ready. Opening reads the boot file and nothing else.

use crate::blocks::{Blocks, Refusal};
use crate::digest::{digest, hex};
use crate::directory::BlockDirectory;
use crate::glossary::Glossary;
use crate::header::{COLUMNS, FACETS, GLOSSARY, Header, LENGTHS, POSITIONS, WORDS};
use crate::language::Language;
use crate::lengths::{self, Lengths};
use crate::schema::schema;
use crate::spelling::Section;
use crate::{columns, facets};
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::{Index, IndexSettings, InvertedIndexReader, SegmentReader};

/// Why a boot file can't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It is not a boot file of this version.
    Foreign,
    /// It is damaged; what the index said of it.
    Damaged(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Foreign => formatter.write_str("not a search index of this version"),
            OpenError::Damaged(message) => {
                write!(formatter, "the search index is damaged: {message}")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl From<tantivy::TantivyError> for OpenError {
    fn from(error: tantivy::TantivyError) -> OpenError {
        OpenError::Damaged(error.to_string())
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> OpenError {
        OpenError::Damaged(error.to_string())
    }
}

/// A language of the site.
pub(crate) struct KnownLanguage {
    pub(crate) code: String,
    pub(crate) rules: Language,
    /// Its documents.
    pub(crate) documents: Range<usize>,
}

/// An open search index.
pub struct Engine {
    pub(crate) blocks: Arc<Blocks>,
    pub(crate) header: Header,
    pub(crate) languages: Vec<KnownLanguage>,
    pub(crate) facets: Vec<facets::Facet>,
    pub(crate) text: Arc<InvertedIndexReader>,
    /// How long each document is.
    pub(crate) lengths: Vec<Lengths>,
    /// What records travel by.
    glossary: Glossary,
}

impl Engine {
    /// Opens an index by its inflated boot file.
    pub fn open(boot: impl Into<Vec<u8>>) -> Result<Engine, OpenError> {
        let (blocks, header) = Blocks::open(OwnedBytes::new(boot.into())).ok_or(OpenError::Foreign)?;
        Engine::assemble(Arc::new(blocks), &header)
    }

    /// Opens an index by its inflated boot file, if that is the one of this generation, as named in `current.json`.
    pub fn open_generation(generation: &str, boot: impl Into<Vec<u8>>) -> Result<Engine, OpenError> {
        let boot = boot.into();
        if hex(&digest(&boot)) != generation {
            return Err(OpenError::Damaged("the boot file is not that of this generation".to_owned()));
        }
        Engine::open(boot)
    }

    /// Reads of an index of so many documents what opening reads, and says what that is: file number and range.
    #[cfg(feature = "build")]
    pub(crate) fn record_opening(blocks: Blocks, documents: usize) -> Result<Vec<(usize, Range<usize>)>, OpenError> {
        let blocks = Arc::new(blocks);
        blocks.record_reads();
        text_reader(&blocks, documents)?;
        for name in READ_WHOLE {
            whole(&blocks, name)?;
        }
        Ok(blocks.take_reads())
    }

    fn assemble(blocks: Arc<Blocks>, header: &str) -> Result<Engine, OpenError> {
        let header: Header = serde_json::from_str(header).map_err(|error| OpenError::Damaged(error.to_string()))?;
        let total: usize = header.documents.iter().sum();
        let text = text_reader(&blocks, total)?;
        let [facets, lengths, glossary] = READ_WHOLE.map(|name| whole(&blocks, name));
        let facets = facets::read(&header.definition, &facets?, total).ok_or_else(|| damaged(FACETS))?;
        let lengths = lengths::read(&lengths?, total);
        let glossary = Glossary::read(&glossary?).ok_or_else(|| damaged(GLOSSARY))?;
        let mut languages = Vec::new();
        let mut first = 0;
        for (code, count) in header.definition.languages.iter().zip(&header.documents) {
            languages.push(KnownLanguage {
                code: code.clone(),
                rules: Language::of(code),
                documents: first..first + count,
            });
            first += count;
        }
        Ok(Engine { blocks, header, languages, facets, text, lengths, glossary })
    }

    /// Takes in the inflated content of a file that an outcome named as missing.
    pub fn provide(&self, name: &str, content: impl Into<Vec<u8>>) -> Result<(), Refusal> {
        self.blocks.provide(name, &content.into(), &self.glossary)
    }

    /// Number of documents, all languages.
    pub fn documents(&self) -> usize {
        self.header.documents.iter().sum()
    }

    /// The number of a language; of the first one where the code is unknown.
    pub(crate) fn language_number(&self, code: &str) -> usize {
        self.languages.iter().position(|known| known.code == code).unwrap_or(0)
    }

    /// Notes the blocks of a word's positions as missing, where they are.
    pub(crate) fn ask_for_positions(&self, word: &TermInfo) {
        if let Some(file) = self.blocks.file(POSITIONS) {
            // Whoever reads them meets the failure.
            let _ = self.blocks.read(file, word.positions_range.clone());
        }
    }

    /// A section of the words.
    pub(crate) fn section(&self, (_, piece): &Section) -> io::Result<OwnedBytes> {
        let file = self.blocks.file(WORDS).ok_or(io::ErrorKind::NotFound)?;
        self.blocks.read(file, piece.start..piece.start.saturating_add(piece.length))
    }

    /// A column, a value a document; `None` where no document has one.
    pub(crate) fn column(&self, name: &str) -> io::Result<Option<Vec<f64>>> {
        let Some(piece) = self.header.columns.get(name) else {
            return Ok(None);
        };
        let file = self.blocks.file(COLUMNS).ok_or(io::ErrorKind::NotFound)?;
        let bytes = self.blocks.read(file, piece.start..piece.start.saturating_add(piece.length))?;
        let values = columns::read(&bytes, self.documents()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Some(values))
    }
}

/// Files that opening reads as wholes.
const READ_WHOLE: [&str; 3] = [FACETS, LENGTHS, GLOSSARY];

fn damaged(name: &str) -> OpenError {
    OpenError::Damaged(format!("the {name} are not what they should be"))
}

fn whole(blocks: &Blocks, name: &str) -> Result<OwnedBytes, OpenError> {
    let file = blocks.file(name).ok_or_else(|| damaged(name))?;
    Ok(blocks.read(file, 0..blocks.length(file))?)
}

/// tantivy's reader of the one field of the one segment. What tantivy would read of both in `meta.json` is known: reading it took a fifteenth of the engine.
fn text_reader(blocks: &Arc<Blocks>, documents: usize) -> Result<Arc<InvertedIndexReader>, OpenError> {
    let (schema, field) = schema();
    let index = Index::create(BlockDirectory(Arc::clone(blocks)), schema, IndexSettings::default())?;
    let name = SegmentId::from_uuid_string(SEGMENT).map_err(|error| OpenError::Damaged(error.to_string()))?;
    let documents = u32::try_from(documents).map_err(|error| OpenError::Damaged(error.to_string()))?;
    let segment = index.segment(index.new_segment_meta(name, documents));
    Ok(SegmentReader::open(&segment)?.inverted_index(field)?)
}

/// The segment's name, which files are not known by.
const SEGMENT: &str = "00000000-0000-0000-0000-000000000000";
