//! Documents in, the files of an index out. The order of documents in the input leaves no trace in them.
//!
//! Documents are put in the order of language, collection, facet values and title: neighbours share facet values, which makes
//! their posting lists short and puts the hits of a filtered search into few blocks of records.

use crate::columns::{self, LATITUDE, LONGITUDE, TITLE_ORDER, UPDATED, end_column, field_column, rounded_degrees};
use crate::definition::{Definition, Document};
use crate::facets;
use crate::fold::fold;
use crate::header::{COLUMNS, FACETS, HOURS, Header, LENGTHS, Piece, RECORDS, WORDS};
use crate::hours;
use crate::invert::{Inverted, Lists};
use crate::kept::Kept;
use crate::language::Language;
use crate::lengths::{self, Lengths};
use crate::meant;
use crate::records::{Known, Record};
use crate::schema::{COLLECTION_FACET, MOST_LANGUAGES};
use crate::spelling::{self, Row, Spelt};
use crate::words::{Lexicon, Words};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

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

/// A file of the index. `cuts` holds the ends of its records, where it is a row of records.
pub(crate) struct IndexFile {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) cuts: Option<Vec<usize>>,
}

/// All files of an index and their head.
pub(crate) struct IndexFiles {
    pub(crate) header: Header,
    pub(crate) files: Vec<IndexFile>,
    pub(crate) lists: Lists,
}

/// The values of a facet, after their number.
type Values = (usize, Vec<String>);

/// A document with its places in the definition.
struct Placed {
    language: usize,
    collection: usize,
    /// Its values of each facet, facets with most values first.
    neighbourhood: Vec<Values>,
    folded_title: String,
    document: Document,
}

/// Makes the index.
pub(crate) fn write(
    definition: &Definition,
    documents: Vec<Document>,
    kept: &mut Kept,
) -> Result<IndexFiles, BuildError> {
    let mut documents = place(definition, documents)?;
    let mut header = Header {
        definition: definition.clone(),
        documents: (0..definition.languages.len())
            .map(|language| documents.iter().filter(|placed| placed.language == language).count())
            .collect(),
        ..Header::default()
    };
    let lexicons: Vec<Lexicon> = definition.languages.iter().map(|code| Lexicon::of(&Language::of(code))).collect();
    let texts: Vec<(&Document, &Lexicon)> =
        documents.iter().map(|placed| (&placed.document, &lexicons[placed.language])).collect();
    let words = kept.gather(&texts);
    let lengths = lengths(&words);
    let languages: Vec<usize> = documents.iter().map(|placed| placed.language).collect();
    let inverted = Inverted::new(&words, &languages, &kept.vocabulary);
    kept.documents.keep(texts.into_iter().map(|(document, _)| document), words);
    // Nobody reads texts any more but titles and summaries.
    documents.iter_mut().for_each(|placed| placed.document.body = Arc::default());
    kept.living = inverted.count();
    let spelt: Vec<Vec<Spelt<'_>>> =
        (0..definition.languages.len()).map(|language| inverted.words_of(language)).collect();
    let segment = || {
        let languages = spelt.iter().zip(&definition.languages);
        let meant: Vec<_> = languages.map(|(words, code)| meant::find(words, &Language::of(code))).collect();
        inverted.segment(&spelt, &meant)
    };
    let (segment, own) = rayon::join(segment, || own_files(definition, &documents, &lengths, &spelt, &mut header));
    let (mut files, lists) = segment?;
    files.extend(own);
    Ok(IndexFiles { header, files, lists })
}

/// How long documents are, among all.
fn lengths(words: &[Arc<Words>]) -> Vec<Lengths> {
    let mean = words.iter().map(|words| f64::from(words.length)).sum::<f64>() / words.len().max(1) as f64;
    words.iter().map(|words| Lengths::of(words.title_length, words.length, mean)).collect()
}

/// The files that are not tantivy's; notes in the header where things lie in them.
fn own_files(
    definition: &Definition,
    documents: &[Placed],
    lengths: &[Lengths],
    spelt: &[Vec<Spelt<'_>>],
    header: &mut Header,
) -> Vec<IndexFile> {
    let file = |name, bytes| IndexFile { name, bytes, cuts: None };
    let mut spellings = Vec::new();
    for words in spelt {
        header.words.push([Row::Beginnings, Row::Ends].map(|row| spelling::write(words, row, &mut spellings)));
    }
    let sections = header.words.iter().flatten().flatten().map(|(_, piece)| piece.start + piece.length).collect();
    header.addresses = addresses(definition, documents);
    header.priced = priced(definition, documents);
    let address = |placed: &Placed| header.addresses[placed.language][placed.collection].as_str();
    let known = |placed: &Placed| Known { collections: &definition.collections, address: address(placed) };
    let records = rows(RECORDS, documents, |placed, out| record(placed).write(&known(placed), out));
    let mut columns = Vec::new();
    for (name, values) in column_values(definition, documents) {
        if !values.is_empty() {
            let bytes = columns::write(&values);
            header.columns.insert(name, Piece { start: columns.len(), length: bytes.len() });
            columns.extend(bytes);
        }
    }
    let mut files = vec![
        file(FACETS, facets(definition, documents)),
        file(LENGTHS, lengths::write(lengths)),
        IndexFile { name: WORDS, bytes: spellings, cuts: Some(sections) },
        records,
        file(COLUMNS, columns),
    ];
    if let Some(horizon) = definition.horizon {
        let hours: Vec<_> = documents.iter().map(|placed| placed.document.hours.as_ref()).collect();
        files.push(file(HOURS, hours::write(horizon, &hours)));
    }
    files
}

/// Checks the documents against the definition, composes their letters and puts them in order.
fn place(definition: &Definition, mut documents: Vec<Document>) -> Result<Vec<Placed>, BuildError> {
    if definition.languages.len() > MOST_LANGUAGES {
        return Err(BuildError::TooManyLanguages(definition.languages.len()));
    }
    if definition.facets.iter().any(|facet| facet.key == COLLECTION_FACET) {
        return Err(BuildError::ReservedFacet);
    }
    documents.par_iter_mut().for_each(compose);
    let mut placed = Vec::with_capacity(documents.len());
    for mut document in documents {
        let undefined =
            |kind, name: &str| BuildError::Undefined { key: document.key.clone(), kind, name: name.to_owned() };
        let language = definition.languages.iter().position(|code| *code == document.lang);
        let language = language.ok_or_else(|| undefined("language", &document.lang))?;
        let collection = definition.collections.iter().position(|known| known.key == document.collection);
        let collection = collection.ok_or_else(|| undefined("collection", &document.collection))?;
        for (key, _) in &document.facets {
            if !definition.facets.iter().any(|facet| facet.key == *key) {
                return Err(undefined("facet", key));
            }
        }
        for (kind, known, keys) in [
            ("number", &definition.numbers, document.numbers.iter().map(|(key, _)| key).collect::<Vec<_>>()),
            ("date", &definition.dates, document.dates.iter().chain(&document.date_ends).map(|(key, _)| key).collect()),
        ] {
            if let Some(key) = keys.into_iter().find(|key| !known.contains(key)) {
                return Err(undefined(kind, key));
            }
        }
        document.facets.sort();
        document.facets.dedup();
        let (neighbourhood, folded_title) = (Vec::new(), String::new());
        placed.push(Placed { language, collection, neighbourhood, folded_title, document });
    }
    // Documents that share a value of the facet with most values become neighbours: runs of a common value are cheap anyway.
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in placed.iter().flat_map(|placed| &placed.document.facets) {
        values.entry(key).or_default().insert(value);
    }
    let mut facets: Vec<(Reverse<usize>, String)> =
        values.into_iter().map(|(key, values)| (Reverse(values.len()), key.to_owned())).collect();
    facets.sort();
    placed.par_iter_mut().for_each(|placed| {
        // Few values come before many, as in the table of sets.
        let own = |wanted: &String| -> Values {
            let facets = placed.document.facets.iter();
            let values: Vec<String> = facets.filter(|(key, _)| key == wanted).map(|(_, value)| value.clone()).collect();
            (values.len(), values)
        };
        placed.neighbourhood = facets.iter().map(|(_, key)| own(key)).collect();
        placed.folded_title = fold(&placed.document.title);
    });
    placed.par_sort_by(|one, other| order(one).cmp(&order(other)));
    let mut known = BTreeSet::new();
    if let Some(twice) = placed.iter().find(|placed| !known.insert((&placed.document.key, placed.language))) {
        return Err(BuildError::DuplicateDocument {
            key: twice.document.key.clone(),
            lang: twice.document.lang.clone(),
        });
    }
    Ok(placed)
}

/// Composes letters with their accents.
fn compose(document: &mut Document) {
    if is_nfc_quick(document.body.chars()) != IsNormalized::Yes {
        document.body = document.body.nfc().collect::<String>().into();
    }
    for text in [&mut document.title, &mut document.summary].into_iter().chain(&mut document.keywords) {
        if is_nfc_quick(text.chars()) != IsNormalized::Yes {
            *text = text.nfc().collect();
        }
    }
}

fn order(placed: &Placed) -> (usize, usize, &[Values], &str, &str) {
    (placed.language, placed.collection, &placed.neighbourhood, &placed.folded_title, &placed.document.key)
}

/// A value and those above it: `a/b` is also in `a`.
fn with_ancestors(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices('/').map(|(at, _)| &value[..at]).chain([value])
}

/// The facets of all documents, the collections first.
fn facets(definition: &Definition, documents: &[Placed]) -> Vec<u8> {
    let collections: Vec<BTreeSet<String>> =
        documents.iter().map(|placed| BTreeSet::from([placed.document.collection.clone()])).collect();
    let mut all = vec![collections];
    for facet in &definition.facets {
        let values = |placed: &Placed| -> BTreeSet<String> {
            let own =
                placed.document.facets.iter().filter(|(key, _)| *key == facet.key).map(|(_, value)| value.as_str());
            if facet.hierarchical {
                own.flat_map(with_ancestors).map(str::to_owned).collect()
            } else {
                own.map(str::to_owned).collect()
            }
        };
        all.push(documents.iter().map(values).collect());
    }
    facets::write(&all)
}

/// By language and collection: what the address of the first document begins with, before its title.
fn addresses(definition: &Definition, documents: &[Placed]) -> Vec<Vec<String>> {
    let mut known = vec![vec![String::new(); definition.collections.len()]; definition.languages.len()];
    for placed in documents.iter().rev() {
        known[placed.language][placed.collection] = record(placed).address_before_title().to_owned();
    }
    known
}

/// By field of money: the collections of which a document has an amount.
fn priced(definition: &Definition, documents: &[Placed]) -> BTreeMap<String, BTreeSet<String>> {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Placed { document, .. } in documents {
        for (key, _) in document.numbers.iter().filter(|(key, _)| definition.prices.contains(key)) {
            known.entry(key.clone()).or_default().insert(document.collection.clone());
        }
    }
    known
}

fn record(placed: &Placed) -> Record {
    let source = &placed.document;
    Record {
        key: source.key.clone(),
        url: source.url.clone(),
        title: source.title.clone(),
        summary: source.summary.clone(),
        collection: placed.collection,
        badges: source.badges.clone(),
    }
}

/// A file that is a row of records.
fn rows(name: &'static str, documents: &[Placed], write: impl Fn(&Placed, &mut Vec<u8>)) -> IndexFile {
    let mut bytes = Vec::new();
    let mut cuts = Vec::with_capacity(documents.len());
    for placed in documents {
        write(placed, &mut bytes);
        cuts.push(bytes.len());
    }
    IndexFile { name, bytes, cuts: Some(cuts) }
}

/// The values of each column, documents in order.
fn column_values(definition: &Definition, documents: &[Placed]) -> BTreeMap<String, Vec<(u32, f64)>> {
    let mut columns: BTreeMap<String, Vec<(u32, f64)>> = BTreeMap::new();
    let mut by_title: Vec<u32> = (0..documents.len() as u32).collect();
    by_title.sort_by_key(|number| {
        let placed = &documents[*number as usize];
        (&placed.folded_title, &placed.document.title, &placed.document.key, placed.language)
    });
    let mut title_order: Vec<(u32, f64)> =
        by_title.into_iter().zip(0..).map(|(number, place)| (number, f64::from(place))).collect();
    title_order.sort_by_key(|(number, _)| *number);
    columns.insert(TITLE_ORDER.to_owned(), title_order);
    for (number, placed) in (0..).zip(documents) {
        let source = &placed.document;
        let mut put = |name: String, value: f64| {
            let column = columns.entry(name).or_default();
            // The first value of a key counts.
            if value.is_finite() && column.last().is_none_or(|(last, _)| *last != number) {
                column.push((number, value));
            }
        };
        for key in &definition.numbers {
            source
                .numbers
                .iter()
                .filter(|(known, _)| known == key)
                .for_each(|(key, value)| put(field_column(key), *value));
        }
        for key in &definition.dates {
            source
                .dates
                .iter()
                .filter(|(known, _)| known == key)
                .for_each(|(key, value)| put(field_column(key), *value as f64));
            source
                .date_ends
                .iter()
                .filter(|(known, _)| known == key)
                .for_each(|(key, value)| put(end_column(key), *value as f64));
        }
        if let Some(updated) = source.updated {
            put(UPDATED.to_owned(), updated as f64);
        }
        if let Some((latitude, longitude)) =
            source.position.filter(|(latitude, longitude)| latitude.is_finite() && longitude.is_finite())
        {
            put(LATITUDE.to_owned(), rounded_degrees(latitude));
            put(LONGITUDE.to_owned(), rounded_degrees(longitude));
        }
    }
    columns
}
