//! Facet values and their documents, from posting lists; filters and counts over them.

use crate::definition::{Definition, Labels, label};
use crate::request::{FacetCounts, ValueCount};
use crate::schema::COLLECTION_FACET;
use std::collections::BTreeMap;
use std::io;
use tantivy::InvertedIndexReader;
use tantivy::schema::IndexRecordOption;

/// A facet with all its values.
pub(crate) struct Facet {
    pub(crate) key: String,
    pub(crate) labels: Labels,
    pub(crate) values: Vec<Value>,
}

/// A facet value.
pub(crate) struct Value {
    /// Slug path.
    pub(crate) path: String,
    pub(crate) labels: Labels,
    /// Its documents, in order.
    pub(crate) documents: Vec<u32>,
}

/// State of a document in the filters: passed all of them.
pub(crate) const PASSED: u16 = 0;
/// Failed more than one facet, or something that is not a facet. Other numbers mean: failed that facet alone, counted from 1.
pub(crate) const FAILED: u16 = u16::MAX;

/// Reads all facets, in the definition's order, the collections first.
pub(crate) fn read(definition: &Definition, index: &InvertedIndexReader) -> io::Result<Vec<Facet>> {
    let mut lists: BTreeMap<String, BTreeMap<String, Vec<u32>>> = BTreeMap::new();
    let mut stream = index.terms().stream()?;
    while stream.advance() {
        let Some((facet, value)) = std::str::from_utf8(stream.key()).ok().and_then(|term| term.split_once('\0')) else {
            continue;
        };
        let mut postings = index.read_block_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
        let mut documents = Vec::with_capacity(stream.value().doc_freq as usize);
        while postings.block_len() > 0 {
            documents.extend_from_slice(postings.docs());
            postings.advance();
        }
        lists.entry(facet.to_owned()).or_default().insert(value.to_owned(), documents);
    }
    let mut facets = Vec::new();
    let mut collections = lists.remove(COLLECTION_FACET).unwrap_or_default();
    let values = definition.collections.iter().filter_map(|collection| {
        let documents = collections.remove(&collection.key)?;
        Some(Value { path: collection.key.clone(), labels: collection.labels.clone(), documents })
    });
    facets.push(Facet { key: COLLECTION_FACET.to_owned(), labels: Labels::new(), values: values.collect() });
    for facet in &definition.facets {
        let values = lists.remove(&facet.key).unwrap_or_default().into_iter();
        let values = values.map(|(path, documents)| Value {
            labels: facet.values.get(&path).cloned().unwrap_or_default(),
            path,
            documents,
        });
        facets.push(Facet { key: facet.key.clone(), labels: facet.labels.clone(), values: values.collect() });
    }
    Ok(facets)
}

/// Marks the documents that fail a facet's chosen values.
pub(crate) fn restrict(states: &mut [u16], number: usize, facet: &Facet, chosen: &[String]) {
    let mut allowed = vec![false; states.len()];
    for value in facet.values.iter().filter(|value| chosen.contains(&value.path)) {
        for document in &value.documents {
            if let Some(allowed) = allowed.get_mut(*document as usize) {
                *allowed = true;
            }
        }
    }
    fail(states, number, |document| allowed.get(document) != Some(&true));
}

/// Marks the documents for which `fails` says so as failing a facet.
pub(crate) fn fail(states: &mut [u16], number: usize, fails: impl Fn(usize) -> bool) {
    let mark = u16::try_from(number + 1).unwrap_or(FAILED);
    for (document, state) in states.iter_mut().enumerate() {
        if fails(document) {
            *state = if *state == PASSED || *state == mark { mark } else { FAILED };
        }
    }
}

/// Counts, for each value, the documents that pass all filters but those of its own facet.
pub(crate) fn count(
    facets: &[Facet],
    states: &[u16],
    chosen: &BTreeMap<String, Vec<String>>,
    language: &str,
    languages: &[String],
) -> Vec<FacetCounts> {
    let mut counted = Vec::new();
    for (number, facet) in facets.iter().enumerate() {
        let mark = u16::try_from(number + 1).unwrap_or(FAILED);
        let chosen = chosen.get(&facet.key).map_or(&[][..], Vec::as_slice);
        let mut values = Vec::new();
        for value in &facet.values {
            let passes = |document: &&u32| {
                states.get(**document as usize).is_some_and(|state| *state == PASSED || *state == mark)
            };
            let count = value.documents.iter().filter(passes).count();
            let chosen = chosen.contains(&value.path);
            if count > 0 || chosen {
                let slug = value.path.rsplit('/').next().unwrap_or(&value.path);
                let label = label(&value.labels, language, languages, slug).to_owned();
                values.push(ValueCount { value: value.path.clone(), label, count, chosen });
            }
        }
        if !values.is_empty() {
            let label = label(&facet.labels, language, languages, &facet.key).to_owned();
            counted.push(FacetCounts { key: facet.key.clone(), label, values });
        }
    }
    counted
}
