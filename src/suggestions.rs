//! What enters: the catalogue. What leaves: small files from which pages suggest entries, facet values and collections while a visitor types,
//! without the search engine. It must not know how pages show them.
//!
//! A file holds what has a word with some beginning: `_b.bin` all that has a word in `b`, if that is little; else the first of these, and `_br.bin`
//! goes on. `index.bin` names the beginnings that go on, and the kinds. Each file is JSON, compressed with raw deflate, at an address that stays; pages ask
//! for it with revalidation. Words are folded as the engine folds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use indexmap::IndexSet;
use maillage_search::fold;
use rayon::prelude::*;
use serde_json::{Value as Json, json};

use crate::catalogue::{Catalogue, Family};
use crate::entry::State;
use crate::localised::capitalised;
use crate::output::Output;
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

/// The files of all languages.
#[must_use]
pub fn files(catalogue: &Catalogue<'_>) -> Vec<Output> {
    catalogue.settings.languages.par_iter().flat_map(|language| language_files(catalogue, language)).collect()
}

fn language_files(catalogue: &Catalogue<'_>, language: &str) -> Vec<Output> {
    let mut kinds = IndexSet::new();
    let mut items = items(catalogue, language, &mut kinds);
    items.sort_by_cached_key(|item| (std::cmp::Reverse(item.score), fold(&item.label), item.path.clone()));
    let rows: Vec<String> = items.iter().map(|item| row(item).to_string()).collect();
    let mut words: BTreeSet<(String, usize)> = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        words.extend(words_of(&item.label).map(|word| (word, at)));
    }
    let words: Vec<(String, usize)> = words.into_iter().collect();
    let mut tree = Tree { items: &items, rows: &rows, files: BTreeMap::new(), going_on: Vec::new() };
    tree.grow(0, &words);
    let index = json!({ "kinds": kinds, "split": tree.going_on.join(" ") }).to_string();
    let file = |name: &str, text: &str| {
        Output::new(SitePath::new(format!("search/suggest/{language}/{name}.bin")), deflated(text))
    };
    let written = tree.files.iter().map(|(beginning, text)| file(&name(beginning), text));
    written.chain([file("index", &index)]).collect()
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
        let Some(collection) = catalogue.collections.get(&id.collection) else { continue };
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
        if let Some(at) = add(collection.labels.one.get(language), true, &path, &id.slug, &entry.title, score) {
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
    let collection = catalogue.collections.get(&entry.id.collection);
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

/// Files by beginning.
struct Tree<'a> {
    items: &'a [Item],
    /// The items as files hold them.
    rows: &'a [String],
    files: BTreeMap<String, String>,
    /// Beginnings whose files are not all.
    going_on: Vec<String>,
}

impl Tree<'_> {
    /// Writes the files for the beginnings of `length` letters and one more; all words share the first `length` letters and are sorted.
    fn grow(&mut self, length: usize, words: &[(String, usize)]) {
        let beginning = |word: &str| -> Option<usize> {
            word.char_indices().nth(length).map(|(at, letter)| at + letter.len_utf8())
        };
        let longer = words.iter().position(|(word, _)| beginning(word).is_some()).unwrap_or(words.len());
        for group in words[longer..].chunk_by(|(a, _), (b, _)| a.chars().nth(length) == b.chars().nth(length)) {
            let word = &group[0].0;
            let key = word[..beginning(word).unwrap_or(word.len())].to_owned();
            let found: BTreeSet<usize> = group.iter().map(|(_, at)| *at).collect();
            let size: usize = found.iter().map(|at| self.rows[*at].len() + 1).sum();
            if size <= LARGEST_FILE {
                self.files.insert(key, self.text(found.into_iter()));
                continue;
            }
            let (entries, others): (Vec<usize>, Vec<usize>) =
                found.into_iter().partition(|at| self.items[*at].is_entry);
            let first = others.into_iter().take(FIRST_OTHERS).chain(entries.into_iter().take(FIRST_ENTRIES));
            self.files.insert(key.clone(), self.text(first));
            self.going_on.push(key);
            self.grow(length + 1, group);
        }
    }

    fn text(&self, items: impl Iterator<Item = usize>) -> String {
        format!("[{}]", items.map(|at| self.rows[at].as_str()).collect::<Vec<_>>().join(","))
    }
}

/// The name of a beginning's file: other characters than letters a to z and digits as `-` and their code points. The `_` keeps clear of
/// names that some systems reserve, such as `con`.
fn name(beginning: &str) -> String {
    let mut name = "_".to_owned();
    for character in beginning.chars() {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            name.push(character);
        } else {
            // Writing to a text never fails.
            let _ = write!(name, "-{:x}", u32::from(character));
        }
    }
    name
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory never fails.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(label: &str, is_entry: bool) -> Item {
        let (label, path, hint) = (label.to_owned(), String::new(), String::new());
        Item { kind: 0, is_entry, label, path, hint, lang: None, score: 0 }
    }

    fn grown(items: &[Item]) -> (Vec<String>, Vec<String>) {
        let rows: Vec<String> = items.iter().map(|item| format!("\"{}\"", item.label)).collect();
        let mut words = BTreeSet::new();
        for (at, item) in items.iter().enumerate() {
            words.extend(words_of(&item.label).map(|word| (word, at)));
        }
        let words: Vec<_> = words.into_iter().collect();
        let mut tree = Tree { items, rows: &rows, files: BTreeMap::new(), going_on: Vec::new() };
        tree.grow(0, &words);
        (tree.files.into_iter().map(|(key, text)| format!("{key} {text}")).collect(), tree.going_on)
    }

    #[test]
    fn few_items_lie_under_the_first_letters_of_their_words() {
        let (files, going_on) = grown(&[item("L’Œuvre", true), item("Été à Oô", true)]);
        assert_eq!(files, ["a [\"Été à Oô\"]", "e [\"Été à Oô\"]", "l [\"L’Œuvre\"]", "o [\"L’Œuvre\",\"Été à Oô\"]"]);
        assert!(going_on.is_empty());
    }

    #[test]
    fn every_word_leads_to_a_complete_file_unless_too_many_share_it() {
        let items: Vec<Item> = (0..900).map(|at| item(&format!("Atelier {at:03}"), at % 9 != 0)).collect();
        let (files, going_on) = grown(&items);
        let size = |key: &str| {
            let file = files.iter().find(|file| file.starts_with(&format!("{key} ")));
            file.map(|file| file.matches("Atelier").count())
        };
        for key in ["a", "at", "ateli", "atelier"] {
            assert!(going_on.contains(&key.to_owned()), "{key}");
            assert_eq!(size(key), Some(FIRST_ENTRIES + FIRST_OTHERS));
        }
        assert_eq!(size("7"), Some(100));
        assert_eq!(size("atelier "), None);
    }

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(name("con"), "_con");
        assert_eq!(name("東b"), "_-6771b");
    }
}
