//! What enters: the catalogue. What leaves: small files from which pages suggest entries, facet values and collections while a visitor types,
//! without the search engine. It must not know how pages show them.
//!
//! Words are folded as the engine folds them.

use std::collections::BTreeSet;

use indexmap::IndexSet;
use maillage_search::fold;
use rayon::prelude::*;
use serde_json::{Value as Json, json};

use crate::catalogue::{Catalogue, Family};
use crate::entry::State;
use crate::localised::capitalised;
use crate::output::Output;
use crate::prefix_files::{Files, Making};
use crate::site_path::{SitePath, encode};

/// A file larger than this (before compression, which leaves about a third) goes on in longer beginnings.
const LARGEST_FILE: usize = 10_000;
/// What a file that goes on holds: so many entries, and so many of the rest.
const FIRST_ENTRIES: usize = 16;
const FIRST_OTHERS: usize = 8;

/// Something to suggest.
struct Item {
    /// Its kind, as a place in the index's list.
    kind: usize,
    is_entry: bool,
    label: String,
    /// Its address below that of its kind, without the last `/`.
    path: String,
    /// Where it is.
    hint: String,
    /// The label's language, where it isn't the page's.
    lang: Option<String>,
    /// Larger comes first.
    score: u32,
}

/// The files of all languages. Each is handed on as soon as it is ready; what that gives is returned, in an order that depends on the content alone.
#[must_use]
pub fn files<T: Send>(catalogue: &Catalogue<'_>, hand_on: &(dyn Fn(Output) -> T + Sync)) -> Vec<T> {
    catalogue.settings.languages.par_iter().flat_map(|language| language_files(catalogue, language, hand_on)).collect()
}

fn language_files<T: Send>(
    catalogue: &Catalogue<'_>,
    language: &str,
    hand_on: &(dyn Fn(Output) -> T + Sync),
) -> Vec<T> {
    let mut kinds = IndexSet::new();
    let mut items = items(catalogue, language, &mut kinds);
    items.sort_by_cached_key(|item| (std::cmp::Reverse(item.score), fold(&item.label), item.path.clone()));
    let rows: Vec<String> = items.iter().map(|item| row(item).to_string()).collect();
    let words = items.iter().enumerate().flat_map(|(at, item)| words_of(&item.label).map(move |word| (word, at)));
    let mut words: Vec<(String, usize)> = words.collect();
    words.sort_unstable();
    words.dedup();
    let abridge = |all: &BTreeSet<usize>, _: &BTreeSet<usize>| {
        let (entries, others): (Vec<usize>, Vec<usize>) = all.iter().partition(|at| items[**at].is_entry);
        others.into_iter().take(FIRST_OTHERS).chain(entries.into_iter().take(FIRST_ENTRIES)).collect()
    };
    let files = Files::new(&Making { rows: &rows, words: &words, largest: LARGEST_FILE, abridge: &abridge });
    let index = serde_json::Map::from_iter([("kinds".to_owned(), json!(kinds))]);
    files.outputs(&format!("search/suggest/{language}/"), index, hand_on)
}

/// All that can be suggested to readers of a language. A kind is a label, the address of what it holds, and whether that is entries.
fn items(catalogue: &Catalogue<'_>, language: &str, kinds: &mut IndexSet<(String, String, bool)>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut add = |kind: &str, is_entry: bool, path: &SitePath, tail: &str, label: &str, score: u32| -> Option<usize> {
        let path = encode(path.as_str());
        let base = path.strip_suffix('/')?.strip_suffix(tail)?.to_owned();
        let kind = kinds.insert_full((capitalised(kind), base, is_entry)).0;
        let (label, path) = (label.to_owned(), tail.to_owned());
        items.push(Item { kind, is_entry, label, path, hint: String::new(), lang: None, score });
        Some(items.len() - 1)
    };
    for collection in catalogue.collections.values().filter(|collection| collection.listed) {
        let path = catalogue.listing_path(collection, language);
        let tail = encode(path.as_str().trim_end_matches('/'));
        let label = capitalised(collection.labels.many.get(language));
        add(&catalogue.string("collection", language), false, &path, &tail, &label, 1 << 30);
    }
    for facet in catalogue.facets.values() {
        for node in facet.all() {
            let path = catalogue.facet_value_path(facet, &node.path, language);
            let count = u32::try_from(node.entries.len()).unwrap_or(u32::MAX >> 4);
            let label = capitalised(node.label.get(language));
            add(facet.label.get(language), false, &path, &encode(&node.path), &label, (1 << 29) + count);
        }
    }
    let mut entries = Vec::new();
    for (id, family) in &catalogue.families {
        let Some(collection) = catalogue.collections.get(id.collection()) else { continue };
        let Some(weight) = collection.search_weight.filter(|_| family.versions[0].state != State::Archived) else {
            continue;
        };
        let named_by: usize =
            catalogue.inverse.get(id).into_iter().flat_map(|lists| lists.values()).map(Vec::len).sum();
        // Weights are small positive numbers, and a text that everything names is no better than one that a hundred name.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a range that fits")]
        let score = (weight * 100.0).clamp(0.0, 100_000.0) as u32 + named_by.min(100) as u32;
        let entry = family.version(language);
        let path = catalogue.entry_path(id, language);
        if let Some(at) = add(collection.labels.one.get(language), true, &path, id.slug(), &entry.title, score) {
            let lang = (entry.language != language).then(|| entry.language.clone());
            entries.push((at, place(catalogue, family, language), lang));
        }
    }
    for (at, hint, lang) in entries {
        items[at].hint = hint;
        items[at].lang = lang;
    }
    items
}

/// Where an entry is: the badge of a field whose facet has levels, such as an address.
fn place(catalogue: &Catalogue<'_>, family: &Family, language: &str) -> String {
    let entry = family.version(language);
    let collection = catalogue.collections.get(entry.id.collection());
    let fields = collection.into_iter().flat_map(|collection| collection.fields.values()).filter(|field| field.badge);
    let mut found = fields.flat_map(|field| entry.values(&field.name).map(move |value| (field, value)));
    let levels = |(field, value): &(&crate::collection::Field, &crate::field::Value)| {
        field.kind.facets(value).iter().any(|facet| facet.path.len() > 1)
    };
    found.find(levels).map(|(field, value)| field.kind.badge(value, language)).unwrap_or_default()
}

/// What a file says of an item; what is empty at its end is left out.
fn row(item: &Item) -> Json {
    let mut row = vec![json!(item.kind), json!(item.label), json!(item.path), json!(item.hint), json!(item.lang)];
    while row.last().is_some_and(|last| last.is_null() || last == "") {
        row.pop();
    }
    Json::Array(row)
}

/// The words of a label, folded; `themes/default/static/search/fold.js` cuts what is typed alike.
fn words_of(label: &str) -> impl Iterator<Item = String> {
    let folded = fold(label);
    let words: Vec<String> = folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}
