//! Documents in, the files of an index out. The order of documents in the input leaves no trace in them.

use crate::build_error::BuildError;
use crate::bytes::{put_number, put_text};
use crate::columns::{self, LATITUDE, LONGITUDE, TITLE_ORDER, UPDATED, end_column, field_column, rounded_degrees};
use crate::cut::block_size;
use crate::definition::{Definition, Document, FacetDefinition};
use crate::digest::{Digest, digest};
use crate::facets;
use crate::glossary::{self, Counted};
use crate::header::{COLUMNS, FACETS, GLOSSARY, HOURS, Header, LENGTHS, Piece, RECORDS, WORDS};
use crate::hours;
use crate::invert::{Inverted, Lists};
use crate::kept::{Kept, KeptWords};
use crate::language::Language;
use crate::lengths::{self, Lengths};
use crate::placed::{Placed, place};
use crate::records::{Known, Record, before_title};
use crate::runs::Runs;
use crate::spelling::{self, Row, Spelt};
use crate::words::{Lexicon, Words};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tantivy::directory::OwnedBytes;

/// A file of the index. `cuts` holds the ends of its records, where it is a row of records.
pub(crate) struct IndexFile {
    pub(crate) name: &'static str,
    pub(crate) bytes: OwnedBytes,
    pub(crate) cuts: Option<Vec<usize>>,
}

/// All files of an index and their head.
pub(crate) struct IndexFiles {
    pub(crate) header: Header,
    pub(crate) files: Vec<IndexFile>,
    pub(crate) lists: Lists,
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
    let KeptWords { vocabulary, living, beginnings, ends, meant, runs } = &mut kept.words;
    let runs = if kept.documents.keeps() {
        Runs::again(&words, &languages, vocabulary, runs)
    } else {
        Arc::new(Runs::new(&words, &languages, vocabulary))
    };
    let inverted = Inverted::new(&words, runs, vocabulary, beginnings);
    kept.documents.keep(texts.into_iter().map(|(document, _)| document), words);
    // Nobody reads texts any more but titles and summaries.
    documents.iter_mut().for_each(|placed| placed.document.body = Arc::default());
    *living = inverted.count();
    let count = definition.languages.len();
    let keeps = kept.documents.keeps();
    let (laid, kept_facets) = (keeps.then_some(&mut kept.laid), keeps.then_some(&mut kept.facets));
    let spelt = inverted.words(count);
    let segment = || {
        let languages: Vec<Language> = definition.languages.iter().map(|code| Language::of(code)).collect();
        let meant = meant.find(&spelt, &languages, vocabulary.count());
        inverted.segment(&spelt, &meant, laid)
    };
    let own = || {
        let by_ends = inverted.words_by_ends(count, vocabulary, ends);
        let facets = facets(definition, &documents, kept_facets);
        let counted = kept.documents.counted();
        own_files(definition, &documents, &lengths, [&spelt, &by_ends], (facets, counted), &mut header)
    };
    let (segment, own) = rayon::join(segment, own);
    let (mut files, lists) = segment?;
    files.extend(own);
    // Many small things take their time; nobody waits for it.
    rayon::spawn(move || drop(documents));
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
    [by_beginnings, by_ends]: [&Vec<Vec<Spelt<'_>>>; 2],
    (facets, counted): (Vec<u8>, Option<&Counted>),
    header: &mut Header,
) -> Vec<IndexFile> {
    let file = |name, bytes| IndexFile { name, bytes: OwnedBytes::new(bytes), cuts: None };
    let mut spellings = Vec::new();
    for (beginnings, ends) in by_beginnings.iter().zip(by_ends) {
        let mut row = |words, row| spelling::write(words, row, &mut spellings);
        header.words.push([row(beginnings, Row::Beginnings), row(ends, Row::Ends)]);
    }
    let sections = header.words.iter().flatten().flatten().map(|(_, piece)| piece.start + piece.length).collect();
    header.addresses = addresses(definition, documents);
    header.priced = priced(definition, documents);
    let address = |placed: &Placed| header.addresses[placed.language][placed.collection].as_str();
    let known = |placed: &Placed| Known { collections: &definition.collections, address: address(placed) };
    let records = rows(RECORDS, documents, |placed, out| record(placed).row(&known(placed)).write(out));
    let blocks = records.bytes.len() / block_size(RECORDS, records.bytes.len());
    let glossary = match counted {
        Some(counted) => glossary::write(counted, blocks),
        None => {
            let texts = documents.iter().flat_map(|placed| [&*placed.document.title, &*placed.document.summary]);
            glossary::write(&Counted::of(texts), blocks)
        }
    };
    let mut columns = Vec::new();
    for (name, values) in column_values(definition, documents) {
        if !values.is_empty() {
            let start = columns.len();
            columns.extend(columns::write(&values));
            header.columns.insert(name, Piece { start, length: columns.len() - start });
        }
    }
    let mut files = vec![
        file(FACETS, facets),
        file(LENGTHS, lengths::write(lengths)),
        IndexFile { name: WORDS, bytes: OwnedBytes::new(spellings), cuts: Some(sections) },
        file(GLOSSARY, glossary),
        records,
        file(COLUMNS, columns),
    ];
    if let Some(horizon) = definition.horizon {
        let hours: Vec<_> = documents.iter().map(|placed| placed.document.hours.as_ref()).collect();
        files.push(file(HOURS, hours::write(horizon, &hours)));
    }
    files
}

/// A value and those above it: `a/b` is also in `a`.
fn with_ancestors(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices('/').map(|(at, _)| &value[..at]).chain([value])
}

/// The facets of all documents as a file; that of the last build where they are the same, as most edits leave them.
fn facets(definition: &Definition, documents: &[Placed], kept: Option<&mut Option<(Digest, Vec<u8>)>>) -> Vec<u8> {
    let Some(kept) = kept else {
        return facets::write(&facet_values(definition, documents));
    };
    let mut content = Vec::new();
    for facet in &definition.facets {
        put_text(&facet.key, &mut content);
        content.push(facet.hierarchical.into());
    }
    for Placed { document, .. } in documents {
        put_text(&document.collection, &mut content);
        put_number(document.facets.len() as u64, &mut content);
        document.facets.iter().flat_map(|(key, value)| [key, value]).for_each(|text| put_text(text, &mut content));
    }
    let digest = digest(&content);
    if let Some((_, bytes)) = kept.as_ref().filter(|(known, _)| *known == digest) {
        return bytes.clone();
    }
    let bytes = facets::write(&facet_values(definition, documents));
    *kept = Some((digest, bytes.clone()));
    bytes
}

/// The values of each facet that each document has, sorted; the collections first.
fn facet_values<'d>(definition: &Definition, documents: &'d [Placed]) -> Vec<Vec<Vec<&'d str>>> {
    let collections = documents.iter().map(|placed| vec![placed.document.collection.as_str()]).collect();
    let of_facet = |facet: &FacetDefinition| {
        let values = |placed: &'d Placed| {
            let own = placed.values(&facet.key);
            if !facet.hierarchical {
                return own.collect();
            }
            let mut all: Vec<&str> = own.flat_map(with_ancestors).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        documents.iter().map(values).collect()
    };
    std::iter::once(collections).chain(definition.facets.iter().map(of_facet)).collect()
}

/// By language and collection: what the address of the first document begins with, before its title.
fn addresses(definition: &Definition, documents: &[Placed]) -> Vec<Vec<String>> {
    let mut known = vec![vec![None; definition.collections.len()]; definition.languages.len()];
    for Placed { language, collection, document, .. } in documents {
        known[*language][*collection].get_or_insert_with(|| before_title(&document.url, &document.title).to_owned());
    }
    known.into_iter().map(|own| own.into_iter().map(Option::unwrap_or_default).collect()).collect()
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
fn rows(name: &'static str, documents: &[Placed], write: impl Fn(&Placed, &mut Vec<u8>) + Sync) -> IndexFile {
    let some = |documents: &[Placed]| {
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(documents.len()));
        for placed in documents {
            write(placed, &mut bytes);
            ends.push(bytes.len());
        }
        (bytes, ends)
    };
    let parts: Vec<(Vec<u8>, Vec<usize>)> = documents.par_chunks(ROWS_AT_ONCE).map(some).collect();
    let (mut bytes, mut cuts) = (Vec::new(), Vec::with_capacity(documents.len()));
    for (own, ends) in parts {
        cuts.extend(ends.into_iter().map(|end| bytes.len() + end));
        bytes.extend(own);
    }
    IndexFile { name, bytes: OwnedBytes::new(bytes), cuts: Some(cuts) }
}

/// So many records are written at once.
const ROWS_AT_ONCE: usize = 256;

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
