//! A word of a query to the terms of the dictionary that stand for it: itself, the words of its stem, its completions.
//!
//! All of these share a beginning, so they come from one range of the dictionary, which is mostly one block of it.

use crate::language::Language;
use crate::meant;
use crate::schema::{Matter, Zone, split_term, word_prefix};
use crate::spelling::shared_bytes;
use std::cmp::Reverse;
use std::io;
use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;

/// So many completions of an unfinished word are searched: those in most documents.
const MOST_COMPLETIONS: usize = 64;
/// A word is completed from so many letters on.
const LEAST_COMPLETED: usize = 2;
/// The words of a stem share at least so many letters with the word, unless it is shorter.
const LEAST_BEGINNING: usize = 3;

/// Why a term stands for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kinship {
    /// The word itself.
    Exact,
    /// Another word of its stem.
    Stem,
    /// A word that it begins.
    Completion,
    /// What the site says means the same.
    Synonym,
    /// What it may have meant.
    Correction,
}

impl Kinship {
    /// What an occurrence counts.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Kinship::Exact => 1.0,
            Kinship::Stem => 0.8,
            Kinship::Completion => 0.6,
            Kinship::Synonym => 0.7,
            Kinship::Correction => 0.5,
        }
    }

    /// Its name in explanations.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kinship::Exact => "exact",
            Kinship::Stem => "same stem",
            Kinship::Completion => "completion",
            Kinship::Synonym => "synonym",
            Kinship::Correction => "correction",
        }
    }
}

/// A word of the index that stands for a word of the query.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) word: String,
    pub(crate) kinship: Kinship,
    /// Where its postings are, by zone.
    pub(crate) lists: Vec<(Zone, TermInfo)>,
    /// Where it is rare: what it may be a mistake of, as it is written.
    pub(crate) meant: Option<String>,
}

impl Variant {
    /// How many documents have it, at least.
    pub(crate) fn documents(&self) -> u32 {
        self.lists.iter().map(|(_, info)| info.doc_freq).max().unwrap_or_default()
    }

    fn frequency(&self) -> u32 {
        self.lists.iter().map(|(_, info)| info.doc_freq).sum()
    }
}

/// What stands for a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expansion {
    pub(crate) variants: Vec<Variant>,
    /// Some completions were left out.
    pub(crate) truncated: bool,
}

/// Whether words that a word begins stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completions {
    Yes,
    No,
}

/// The variants of a word in the dictionary of a language.
pub(crate) fn expand(
    index: &InvertedIndexReader,
    language_number: usize,
    language: &Language,
    word: &str,
    completions: Completions,
) -> io::Result<Expansion> {
    let length = word.chars().count();
    let complete = completions == Completions::Yes && length >= LEAST_COMPLETED;
    let stem = language.stem(word);
    let mut expansion = Expansion::default();
    if length < LEAST_BEGINNING && !complete {
        // Stems of so short words are the words themselves: one term range, without neighbours.
        let mut from = word_prefix(language_number, word);
        from.push(0);
        scan(index, from, |found| (found == word).then_some(Kinship::Exact), &mut expansion.variants)?;
        return Ok(expansion);
    }
    let least = word.char_indices().nth(LEAST_BEGINNING).map_or(word.len(), |(at, _)| at);
    let beginning = &word[..shared_bytes(word, &stem).max(least)];
    scan(
        index,
        word_prefix(language_number, beginning),
        |found| {
            if found == word {
                Some(Kinship::Exact)
            } else if complete && found.starts_with(word) {
                Some(Kinship::Completion)
            } else {
                (language.stem(found) == stem).then_some(Kinship::Stem)
            }
        },
        &mut expansion.variants,
    )?;
    let is_completion = |variant: &Variant| variant.kinship == Kinship::Completion;
    if expansion.variants.iter().filter(|variant| is_completion(variant)).count() > MOST_COMPLETIONS {
        expansion.truncated = true;
        expansion.variants.sort_by_key(|variant| (variant.kinship, Reverse(variant.frequency())));
        let others = expansion.variants.iter().filter(|variant| !is_completion(variant)).count();
        expansion.variants.truncate(others + MOST_COMPLETIONS);
    }
    // Stems are looked at last: a beginning of two letters has thousands of completions.
    for variant in expansion.variants.iter_mut().filter(|variant| is_completion(variant)) {
        if language.stem(&variant.word) == stem {
            variant.kinship = Kinship::Stem;
        }
    }
    Ok(expansion)
}

/// A word that is in the dictionary as it stands.
pub(crate) fn exactly(
    index: &InvertedIndexReader,
    language: usize,
    word: &str,
    kinship: Kinship,
) -> io::Result<Vec<Variant>> {
    let mut from = word_prefix(language, word);
    from.push(0);
    let mut variants = Vec::new();
    scan(index, from, |found| (found == word).then_some(kinship), &mut variants)?;
    Ok(variants)
}

/// Gathers the words of the dictionary that begin so and are of some kinship.
fn scan(
    index: &InvertedIndexReader,
    prefix: Vec<u8>,
    kinship: impl Fn(&str) -> Option<Kinship>,
    variants: &mut Vec<Variant>,
) -> io::Result<()> {
    let mut end = prefix.clone();
    // UTF-8 and the bytes of terms never reach 0xff.
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    let mut stream = index.terms().range().ge(&prefix).lt(&end).into_stream()?;
    let (mut previous, mut is_known) = (String::new(), false);
    while stream.advance() {
        let Some((word, matter)) = split_term(stream.key()) else { continue };
        if previous != word {
            let found = kinship(word);
            is_known = found.is_some();
            variants.extend(found.map(|kinship| Variant {
                word: word.to_owned(),
                kinship,
                lists: Vec::new(),
                meant: None,
            }));
            previous.clear();
            previous.push_str(word);
        }
        if is_known && let Some(variant) = variants.last_mut() {
            match matter {
                Matter::Zone(zone) => variant.lists.push((zone, stream.value().clone())),
                Matter::Meant(bytes) => variant.meant = meant::read(bytes, word),
            }
        }
    }
    Ok(())
}
