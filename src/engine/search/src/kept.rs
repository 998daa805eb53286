//! What one build of an index leaves for the next: documents with their words, and compressed blocks. An empty one only costs time.

use crate::blocks::Name;
use crate::definition::Document;
use crate::digest::Digest;
use crate::words::{Lexicon, Words};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What the last index was made of. It holds what that one needed, and of words that went at most as many as stayed, so it doesn't grow.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// By key and language: the document and its words.
    words: HashMap<(String, String), (Document, Gathered)>,
    numbers: Numbers,
    /// Posting lists as they travel, by the digest of the lists.
    pub(crate) lists: HashMap<Digest, Arc<[u8]>>,
    /// Blocks, by the digest of what they hold: their names and compressed bytes.
    pub(crate) compressed: HashMap<Digest, (Name, Arc<[u8]>)>,
}

/// A document's words, and the number of each.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) words: Arc<Words>,
    pub(crate) numbers: Arc<[u32]>,
}

/// The number of each word, by language; a word and a number once given belong together.
#[derive(Clone, Debug, Default)]
struct Numbers {
    by_language: BTreeMap<String, FxHashMap<Box<str>, u32>>,
    count: u32,
}

/// So many words may have gone from all documents before numbers are given anew.
const MOST_GONE: usize = 10_000;

impl Numbers {
    /// The numbers of some words of a language.
    fn of<'w>(&mut self, language: &str, words: impl Iterator<Item = &'w str>) -> Arc<[u32]> {
        if !self.by_language.contains_key(language) {
            self.by_language.insert(language.to_owned(), FxHashMap::default());
        }
        let Some(known) = self.by_language.get_mut(language) else { return Arc::default() };
        let number = |word: &str| {
            if let Some(number) = known.get(word) {
                return *number;
            }
            known.insert(word.into(), self.count);
            self.count += 1;
            self.count - 1
        };
        words.map(number).collect()
    }
}

impl Kept {
    /// How many documents and compressed blocks are held.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.words.len(), self.compressed.len())
    }

    /// The words of documents, gathered with the lexicons of their languages where they are not what they were last time; and how many numbers words have.
    pub(crate) fn gather(&mut self, documents: &[(&Document, &Lexicon)]) -> (Vec<Gathered>, usize) {
        let known = |document: &Document| {
            let (known, gathered) = self.words.get(&(document.key.clone(), document.lang.clone()))?;
            (known == document).then_some(gathered)
        };
        let known: Vec<Result<&Gathered, Arc<Words>>> = documents
            .par_iter()
            .map(|(document, lexicon)| known(document).ok_or_else(|| Arc::new(Words::of(document, lexicon))))
            .collect();
        let numbers = &mut self.numbers;
        let gathered = documents.iter().zip(known).map(|((document, _), known)| match known {
            Ok(known) => known.clone(),
            Err(words) => Gathered { numbers: numbers.of(&document.lang, words.iter()), words },
        });
        (gathered.collect(), self.numbers.count as usize)
    }

    /// Keeps what was gathered. Where more words have gone than there is room for, besides the `living` ones, all are gathered anew next time.
    pub(crate) fn keep(&mut self, documents: impl Iterator<Item = Document>, gathered: Vec<Gathered>, living: usize) {
        let key = |document: &Document| (document.key.clone(), document.lang.clone());
        self.words = documents.zip(gathered).map(|(document, words)| (key(&document), (document, words))).collect();
        if self.numbers.count as usize > 2 * living + MOST_GONE {
            (self.words, self.numbers) = Default::default();
        }
    }
}
