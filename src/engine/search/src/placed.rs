//! Documents checked, with their places in the definition and in the index.
//!
//! They are put in the order of language, collection, facet values and title: neighbours share facet values, which makes
//! their posting lists short and puts the hits of a filtered search into few blocks of records.

use crate::build_error::BuildError;
use crate::definition::{Definition, Document};
use crate::fold::{composed, fold};
use crate::schema::{COLLECTION_FACET, MOST_LANGUAGES};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The values of a facet by their ranks, after their number.
pub(crate) type Values = (usize, Vec<u32>);

/// A document with its places in the definition.
pub(crate) struct Placed {
    pub(crate) language: usize,
    pub(crate) collection: usize,
    /// Its values of each facet, facets with most values first.
    neighbourhood: Vec<Values>,
    pub(crate) folded_title: String,
    pub(crate) document: Document,
}

/// Checks the documents against the definition, composes their letters and puts them in order.
pub(crate) fn place(definition: &Definition, mut documents: Vec<Document>) -> Result<Vec<Placed>, BuildError> {
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
    let ranks = ranks(&placed);
    let neighbourhood = |placed: &Placed| -> Vec<Values> {
        // Few values come before many, as in the table of sets.
        let own = |(key, ranks): &(&str, FxHashMap<&str, u32>)| -> Values {
            let facets = placed.document.facets.iter().filter(|(known, _)| known == key);
            let values: Vec<u32> = facets.map(|(_, value)| ranks[value.as_str()]).collect();
            (values.len(), values)
        };
        ranks.iter().map(own).collect()
    };
    let neighbourhoods: Vec<Vec<Values>> = placed.par_iter().map(neighbourhood).collect();
    placed.par_iter_mut().zip(neighbourhoods).for_each(|(placed, neighbourhood)| {
        placed.neighbourhood = neighbourhood;
        placed.folded_title = fold(&placed.document.title);
    });
    placed.par_sort_by(|one, other| order(one).cmp(&order(other)));
    let mut known = FxHashSet::default();
    if let Some(twice) = placed.iter().find(|placed| !known.insert((&placed.document.key, placed.language))) {
        return Err(BuildError::DuplicateDocument {
            key: twice.document.key.clone(),
            lang: twice.document.lang.clone(),
        });
    }
    Ok(placed)
}

/// Composes letters with their accents, but in the body, of which words alone are wanted.
fn compose(document: &mut Document) {
    for text in [&mut document.title, &mut document.summary].into_iter().chain(&mut document.keywords) {
        if let Cow::Owned(composed) = composed(text) {
            *text = composed;
        }
    }
}

fn order(placed: &Placed) -> (usize, usize, &[Values], &str, &str) {
    (placed.language, placed.collection, &placed.neighbourhood, &placed.folded_title, &placed.document.key)
}

/// For each facet the rank of each of its values in their order; facets with most values first. Documents that share a value of such a facet become
/// neighbours: runs of a common value are cheap anyway.
fn ranks(placed: &[Placed]) -> Vec<(&str, FxHashMap<&str, u32>)> {
    let mut values: BTreeMap<&str, FxHashSet<&str>> = BTreeMap::new();
    for (key, value) in placed.iter().flat_map(|placed| &placed.document.facets) {
        values.entry(key).or_default().insert(value);
    }
    let mut facets = Vec::new();
    for (key, values) in values {
        let values: BTreeSet<&str> = values.into_iter().collect();
        facets.push((key, values.into_iter().zip(0..).collect::<FxHashMap<&str, u32>>()));
    }
    facets.sort_by_key(|(key, values)| (Reverse(values.len()), *key));
    facets
}
