//! One sentence to filters: `coworking ouvert samedi près de Rodez` is a kind of place, a day and a town. Read from the definition's labels and
//! synonyms, a few words of French and English, and the towns that the caller looked up; what is not read stays words.
//!
//! Nothing is read in a query of operators (`"…"`, `-…`, `field:value`), and headings only beside something that says where or when, because a
//! heading alone is better searched as a word. The reader is not sure: who shows a reading lets the visitor take each part back.

use crate::definition::Definition;
use crate::engine::Engine;
use crate::language::Language;
use crate::moment::{self, When};
use crate::request::{Outcome, Request};
use crate::schema::COLLECTION_FACET;
use crate::tokens::{Shape, Token, tokens};
use crate::town::{Around, Town, around};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// A sentence to read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sentence {
    /// What was typed.
    pub text: String,
    /// Language of the page.
    pub lang: String,
    /// Stretches that are words, because the visitor took their reading back.
    pub literal: Vec<String>,
    /// Towns to know; see [`Reading::wants`].
    pub towns: Vec<Town>,
    /// The last words may be unfinished: what they would mean is not read.
    pub as_you_type: bool,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The parts that mean something, in the order of the sentence.
    pub parts: Vec<Part>,
    /// The words that are left.
    pub rest: String,
    /// A town is named, and no known one fits: towns whose [`crate::town_key`] this is should be looked up, and the sentence read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wants: Option<String>,
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// As typed.
    pub words: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What a part means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Meaning {
    /// A value of a facet.
    Facet {
        /// Key of the facet.
        facet: String,
        /// Slug path of the value.
        value: String,
        /// Name of the facet.
        facet_label: String,
        /// Name of the value.
        label: String,
    },
    /// Near a town.
    Near {
        /// Those of this name, the largest first.
        towns: Vec<Town>,
        /// How far, in kilometres.
        km: f64,
    },
    /// Near the visitor.
    NearMe {
        /// How far, in kilometres.
        km: f64,
    },
    /// Open at a time.
    Open(When),
    /// Costs nothing.
    Free {
        /// Key of the field that says what it costs.
        field: String,
        /// Name of the field.
        label: String,
    },
}

/// A heading by the words that name it.
struct Heading<'a> {
    facet: &'a str,
    value: &'a str,
    /// Says where something is: values with values below or above them.
    is_place: bool,
    words: Vec<String>,
}

/// Whether something stands beside headings that is not in what was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Yes,
    No,
}

/// Words before a part that go with it.
const BINDING: &str = " a au aux d dans de des du en et l la le les pour sur in the of at and for on ";
/// Words before a short name that say that it is a place: `dans le Cher`, not `pas cher`.
const PLACING: &str = " a dans en du de le l in ";
/// Words for what costs nothing; those of English only in English, where French has them for a company.
const FREE: [(&str, &str); 2] = [("", " gratuit gratuite gratuits gratuites gratuitement "), ("en", " free ")];
/// Articles that names of places begin with: `la réunion` is mostly a meeting.
const ARTICLES: &str = " la le les l ";

impl Engine {
    /// Reads a sentence.
    pub fn read(&self, sentence: &Sentence) -> Reading {
        let as_typed = Reading { rest: sentence.text.clone(), ..Reading::default() };
        let text = sentence.text.as_str();
        let is_operator = |word: &str| word.starts_with('-') || word.contains([':', '"', '«', '»', '“', '”']);
        if self.languages.is_empty() || text.split_whitespace().any(is_operator) {
            return as_typed;
        }
        let words: Vec<Token> = tokens(text).into_iter().filter(|token| token.shape == Shape::Word).take(64).collect();
        let folded: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let typed = |range: &Range<usize>| &text[words[range.start].bytes.start..words[range.end - 1].bytes.end];
        // What is words stays words in each of its parts: `à moins de 60 km de Rennes` has `60 km de Rennes` in it.
        let literal: Vec<Range<usize>> = (0..words.len())
            .flat_map(|start| (start + 1..=words.len()).map(move |end| start..end))
            .filter(|range| sentence.literal.iter().any(|literal| literal == typed(range)))
            .collect();
        let is_read = |range: &Range<usize>| {
            let unfinished = sentence.as_you_type && words[range.end - 1].bytes.end == text.len();
            !unfinished && !literal.iter().any(|words| words.start <= range.start && range.end <= words.end)
        };
        let mut found: Vec<(Range<usize>, Meaning)> = Vec::new();
        let mut wants = None;
        for start in 0..folded.len() {
            let taken = found.iter().any(|(range, _)| range.contains(&start));
            let read = match around(&folded[start..], &sentence.towns) {
                _ if taken => None,
                Some(Around::Town { length, towns, km }) => Some((length, Meaning::Near { towns, km })),
                Some(Around::Visitor { length, km }) => Some((length, Meaning::NearMe { km })),
                Some(Around::Unknown { key }) => {
                    wants = wants.or(Some(key));
                    None
                }
                None => moment::read(&folded[start..]).map(|(length, when)| (length, Meaning::Open(when))),
            };
            if let Some((length, meaning)) = read {
                let range = start..start + length;
                if is_read(&range) {
                    found.push((range, meaning));
                }
            }
        }
        self.read_free(sentence, &folded, &is_read, &mut found);
        self.read_headings(sentence, &folded, &is_read, &mut found, Beside::No);
        if found.is_empty() {
            return Reading { wants, ..as_typed };
        }
        found.sort_by_key(|(range, _)| range.start);
        let rest = rest(text, &words, found.iter().map(|(range, _)| range.clone()));
        let parts = found.into_iter().map(|(range, meaning)| Part { words: typed(&range).to_owned(), meaning });
        Reading { parts: parts.collect(), rest, wants }
    }

    /// Reads what costs nothing, and the headings beside it, where one field says what entries with these headings cost: `outil gratuit`. Elsewhere it is a
    /// word: of what a place offers, much may be free.
    fn read_free(
        &self,
        sentence: &Sentence,
        folded: &[&str],
        is_read: &dyn Fn(&Range<usize>) -> bool,
        found: &mut Vec<(Range<usize>, Meaning)>,
    ) {
        let is_free = |word: &str| {
            let mut known = FREE.into_iter().filter(|(lang, _)| sentence.lang.starts_with(lang));
            known.any(|(_, words)| is_among(word, words))
        };
        let is_taken = |place: usize| found.iter().any(|(range, _)| range.contains(&place));
        let Some(place) = (0..folded.len()).find(|place| is_free(folded[*place]) && !is_taken(*place)) else { return };
        let range = place..place + 1;
        if !is_read(&range) {
            return;
        }
        let mut beside = found.clone();
        self.read_headings(
            sentence,
            folded,
            &|other| !other.contains(&place) && is_read(other),
            &mut beside,
            Beside::Yes,
        );
        let mut facets: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (_, meaning) in &beside {
            if let Meaning::Facet { facet, value, .. } = meaning {
                facets.entry(facet.clone()).or_default().push(value.clone());
            }
        }
        if facets.is_empty() {
            return;
        }
        let chosen = facets.get(COLLECTION_FACET).cloned();
        let request = Request { lang: sentence.lang.clone(), facets, limit: 0, ..Request::default() };
        let Ok(Outcome::Done(response)) = self.search(&request) else { return };
        let collections = response.facets.iter().find(|facet| facet.key == COLLECTION_FACET);
        let is_left = |key: &String| {
            let is_chosen = chosen.as_ref().is_none_or(|chosen| chosen.contains(key));
            let mut counts = collections.iter().flat_map(|facet| &facet.values);
            is_chosen && counts.any(|value| value.value == *key && value.count > 0)
        };
        let mut fields = self.header.priced.iter().filter(|(_, collections)| collections.iter().any(is_left));
        if let (Some((field, _)), None) = (fields.next(), fields.next()) {
            let definition = &self.header.definition;
            let label = definition.field_labels.get(field);
            let label =
                label.map(|labels| crate::definition::label(labels, &sentence.lang, &definition.languages, field));
            let label = label.unwrap_or(field).to_owned();
            beside.push((range, Meaning::Free { field: field.clone(), label }));
            *found = beside;
        }
    }

    /// Reads headings: places first, which need something beside them, then all others.
    fn read_headings(
        &self,
        sentence: &Sentence,
        folded: &[&str],
        is_read: &dyn Fn(&Range<usize>) -> bool,
        found: &mut Vec<(Range<usize>, Meaning)>,
        beside: Beside,
    ) {
        let definition = &self.header.definition;
        let rules = &self.languages[self.language_number(&sentence.lang)].rules;
        let headings = headings(definition, rules);
        let stems: Vec<String> = folded.iter().map(|word| stem(rules, word)).collect();
        let mut chosen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for places in [true, false] {
            if !places && found.is_empty() && beside == Beside::No {
                return;
            }
            let mut start = 0;
            while start < stems.len() {
                let Some(range) = longest(&headings, &stems, start, places).filter(|range| {
                    let free = found.iter().all(|(taken, _)| taken.end <= range.start || range.end <= taken.start);
                    let whole = found.is_empty() && range.len() == stems.len();
                    let is_short = match &folded[range.clone()] {
                        [name] => name.len() <= 4,
                        [article, _] => is_among(article, ARTICLES),
                        _ => false,
                    };
                    let placed = range.start > 0 && is_among(folded[range.start - 1], PLACING);
                    free && !whole && !(places && is_short && !placed) && is_read(range)
                }) else {
                    start += 1;
                    continue;
                };
                let mut fitting = headings.iter().filter(|heading| {
                    heading.is_place == places
                        && heading.words == stems[range.clone()]
                        && self.leaves_some(sentence, &chosen, heading)
                });
                // A name of several headings that all fit says too little.
                match (fitting.next(), fitting.find(|_| true)) {
                    (Some(heading), None) => {
                        chosen.entry(heading.facet.to_owned()).or_default().push(heading.value.to_owned());
                        start = range.end;
                        found.push((range, self.named(heading, &sentence.lang)));
                    }
                    _ => start += 1,
                }
            }
        }
    }

    /// Whether something has this value and all that were chosen.
    fn leaves_some(&self, sentence: &Sentence, chosen: &BTreeMap<String, Vec<String>>, heading: &Heading<'_>) -> bool {
        let mut facets = chosen.clone();
        facets.insert(heading.facet.to_owned(), vec![heading.value.to_owned()]);
        let request = Request { lang: sentence.lang.clone(), facets, limit: 0, ..Request::default() };
        // Facets lie in the boot file, so that nothing is missing.
        matches!(self.search(&request), Ok(Outcome::Done(response)) if response.total > 0)
    }

    fn named(&self, heading: &Heading<'_>, lang: &str) -> Meaning {
        let definition = &self.header.definition;
        let (facet, value) = (heading.facet.to_owned(), heading.value.to_owned());
        let known = self.facets.iter().find(|known| known.key == facet);
        let label = known.and_then(|known| known.values.iter().find(|known| known.path == value));
        let shown = |labels: &crate::definition::Labels, fallback: &str| {
            crate::definition::label(labels, lang, &definition.languages, fallback).to_owned()
        };
        Meaning::Facet {
            facet_label: known.map(|known| shown(&known.labels, &facet)).unwrap_or_default(),
            label: label.map_or_else(|| value.clone(), |known| shown(&known.labels, &value)),
            facet,
            value,
        }
    }
}

/// All headings by all their names: labels in every language and what the site says means the same.
fn headings<'a>(definition: &'a Definition, rules: &Language) -> Vec<Heading<'a>> {
    let words = |name: &str| -> Vec<String> {
        let words = tokens(name).into_iter().filter(|token| token.shape == Shape::Word);
        words.map(|token| stem(rules, &token.text)).collect()
    };
    let synonyms: Vec<Vec<Vec<String>>> =
        definition.synonyms.iter().map(|group| group.iter().map(|name| words(name)).collect()).collect();
    let facets = definition.facets.iter().flat_map(|facet| {
        let values = facet.values.iter();
        values.map(|(value, labels)| (facet.key.as_str(), value.as_str(), facet.hierarchical, labels))
    });
    let collections = definition.collections.iter();
    let collections = collections.map(|known| (COLLECTION_FACET, known.key.as_str(), false, &known.labels));
    let mut headings: Vec<Heading<'a>> = Vec::new();
    for (facet, value, is_place, labels) in facets.chain(collections) {
        let mut names: Vec<Vec<String>> = labels.values().map(|label| words(label)).collect();
        let alike = synonyms.iter().filter(|group| group.iter().any(|name| names.contains(name))).flatten();
        names.extend(alike.cloned().collect::<Vec<_>>());
        names.sort();
        names.dedup();
        let named = names.into_iter().filter(|words| !words.is_empty());
        headings.extend(named.map(|words| Heading { facet, value, is_place, words }));
    }
    headings
}

/// The longest name of a heading that stands here.
fn longest(headings: &[Heading<'_>], stems: &[String], start: usize, places: bool) -> Option<Range<usize>> {
    let here =
        headings.iter().filter(|heading| heading.is_place == places && stems[start..].starts_with(&heading.words));
    here.map(|heading| heading.words.len()).max().map(|length| start..start + length)
}

/// A stem, plurals in x included (`lieux`).
fn stem(rules: &Language, word: &str) -> String {
    rules.stem(word.strip_suffix('x').filter(|rest| rest.len() > 2).unwrap_or(word))
}

fn is_among(word: &str, list: &str) -> bool {
    list.split(' ').any(|known| !known.is_empty() && known == word)
}

/// What is left of the text without the parts and the words that bind them to the rest.
fn rest(text: &str, words: &[Token], parts: impl Iterator<Item = Range<usize>>) -> String {
    let mut rest = String::new();
    let mut from = 0;
    let mut done = 0;
    for range in parts.chain(std::iter::once(words.len()..words.len())) {
        let mut end = range.start;
        while range.start < words.len() && end > done && is_among(&words[end - 1].text, BINDING) {
            end -= 1;
        }
        let until = if range.start == words.len() {
            text.len()
        } else {
            words.get(end).map_or(text.len(), |word| word.bytes.start)
        };
        let kept = text
            .get(from..until.max(from))
            .unwrap_or_default()
            .trim_matches(|character: char| !character.is_alphanumeric());
        if !kept.is_empty() {
            if !rest.is_empty() {
                rest.push(' ');
            }
            rest.push_str(kept);
        }
        if let Some(last) = range.end.checked_sub(1).and_then(|last| words.get(last)) {
            from = last.bytes.end;
        }
        done = range.end;
    }
    rest
}
