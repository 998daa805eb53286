//! Documents checked, with their places in the definition and in the index.
//!
//! They are put in the order of language, collection, facet values and title: neighbours share facet values, which makes
//! their posting lists short and puts the hits of a filtered search into few blocks of records.

use crate::build_error::BuildError;
use crate::definition::{Definition, Document, FacetDefinition};
use crate::fold::{composed, fold};
use crate::schema::{COLLECTION_FACET, MOST_LANGUAGES};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cmp::Reverse;

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

impl Placed {
    /// Checks a document against the definition and composes its letters.
    fn new(definition: &Definition, mut document: Document) -> Result<Placed, BuildError> {
        compose(&mut document);
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
        document.facets.sort_unstable();
        document.facets.dedup();
        let folded_title = fold(&document.title);
        Ok(Placed { language, collection, neighbourhood: Vec::new(), folded_title, document })
    }

    /// The document's values of a facet, sorted.
    pub(crate) fn values(&self, facet: &str) -> impl Iterator<Item = &str> {
        self.document.facets.iter().filter(move |(key, _)| key == facet).map(|(_, value)| value.as_str())
    }
}

/// Checks the documents against the definition, composes their letters and puts them in order.
pub(crate) fn place(definition: &Definition, documents: Vec<Document>) -> Result<Vec<Placed>, BuildError> {
    if definition.languages.len() > MOST_LANGUAGES {
        return Err(BuildError::TooManyLanguages(definition.languages.len()));
    }
    if definition.facets.iter().any(|facet| facet.key == COLLECTION_FACET) {
        return Err(BuildError::ReservedFacet);
    }
    let placed = documents.into_par_iter().map(|document| Placed::new(definition, document));
    let placed: Vec<Result<Placed, BuildError>> = placed.collect();
    // Of several faults the first document's is told.
    let mut placed = placed.into_iter().collect::<Result<Vec<Placed>, BuildError>>()?;
    let ranks = ranks(definition, &placed);
    let neighbourhood = |placed: &Placed| -> Vec<Values> {
        // Few values come before many, as in the table of sets.
        let own = |(key, ranks): &(&str, FxHashMap<&str, u32>)| -> Values {
            let values: Vec<u32> = placed.values(key).map(|value| ranks[value]).collect();
            (values.len(), values)
        };
        ranks.iter().map(own).collect()
    };
    let neighbourhoods: Vec<Vec<Values>> = placed.par_iter().map(neighbourhood).collect();
    placed.iter_mut().zip(neighbourhoods).for_each(|(placed, neighbourhood)| placed.neighbourhood = neighbourhood);
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
fn ranks<'d>(definition: &'d Definition, placed: &'d [Placed]) -> Vec<(&'d str, FxHashMap<&'d str, u32>)> {
    let of_facet = |facet: &'d FacetDefinition| {
        let values: FxHashSet<&str> = placed.iter().flat_map(|placed| placed.values(&facet.key)).collect();
        let mut values: Vec<&str> = values.into_iter().collect();
        values.sort_unstable();
        (facet.key.as_str(), values.into_iter().zip(0..).collect::<FxHashMap<&str, u32>>())
    };
    let mut facets: Vec<_> = definition.facets.par_iter().map(of_facet).collect();
    facets.sort_by_key(|(key, values)| (Reverse(values.len()), *key));
    facets
}
