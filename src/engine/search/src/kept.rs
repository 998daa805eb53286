//! What one build of an index leaves for the next: the words of documents, and compressed blocks. An empty one only costs time.

use crate::blocks::Name;
use crate::definition::Document;
use crate::digest::Digest;
use crate::glossary::Counted;
use crate::kept_meant::KeptMeant;
use crate::laid::KeptLaid;
use crate::order::Order;
use crate::runs::KeptRuns;
use crate::vocabulary::Vocabulary;
use crate::words::{Gatherer, Lexicon, Words};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What the last index was made of. It holds what that one needed, and of words that went at most as many as stayed, so it doesn't grow.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub(crate) documents: KeptDocuments,
    pub(crate) words: KeptWords,
    /// The file of facets, after the digest of what it was made of.
    pub(crate) facets: Option<(Digest, Vec<u8>)>,
    pub(crate) laid: KeptLaid,
    /// Pieces of the dictionary and rows of records as they travel, by the digest of what they are.
    pub(crate) coded: HashMap<Digest, Arc<[u8]>>,
    /// Blocks, by the digest of what they hold: their names and compressed bytes.
    pub(crate) compressed: HashMap<Digest, (Name, Arc<[u8]>)>,
}

/// What is known of words, all by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptWords {
    pub(crate) vocabulary: Vocabulary,
    /// How many words of the vocabulary some document has.
    pub(crate) living: usize,
    /// The words in the order of their beginnings, and of their ends.
    pub(crate) beginnings: Order,
    pub(crate) ends: Order,
    pub(crate) meant: KeptMeant,
    pub(crate) runs: Option<KeptRuns>,
}

/// Documents with their words.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptDocuments {
    /// Nothing is kept: there is no next build.
    forgets: bool,
    by_language: HashMap<String, HashMap<String, KeptDocument>>,
    /// How often their titles and summaries have each word.
    counted: Counted,
    builds: u64,
}

/// A document's texts, what was made of them, and the build that had it last.
#[derive(Clone, Debug)]
struct KeptDocument {
    title: String,
    keywords: Vec<String>,
    summary: String,
    body: Arc<str>,
    words: Arc<Words>,
    build: u64,
}

impl KeptDocument {
    /// What a result list shows of it.
    fn shown(&self) -> [&String; 2] {
        [&self.title, &self.summary]
    }

    fn is_of(&self, document: &Document) -> bool {
        self.title == document.title
            && self.summary == document.summary
            && self.keywords == document.keywords
            && (Arc::ptr_eq(&self.body, &document.body) || self.body == document.body)
    }
}

/// So many words may have gone from all documents before numbers are given anew.
const MOST_GONE: usize = 10_000;

impl Kept {
    /// For a build without a next one: takes less memory.
    #[must_use]
    pub fn forgetful() -> Kept {
        Kept { documents: KeptDocuments { forgets: true, ..KeptDocuments::default() }, ..Kept::default() }
    }

    /// How many documents and compressed blocks are held.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.documents.by_language.values().map(HashMap::len).sum(), self.compressed.len())
    }

    /// The words of documents, each with the lexicon of its language, gathered where they are not what they were last time.
    pub(crate) fn gather(&mut self, documents: &[(&Document, &Lexicon)]) -> Vec<Arc<Words>> {
        // Where more words have gone than there is room for, all are gathered anew.
        if self.words.vocabulary.count() > 2 * self.words.living + MOST_GONE {
            self.words = KeptWords::default();
            self.documents.by_language.clear();
            self.documents.counted = Counted::default();
        }
        let mut languages = HashMap::new();
        for (document, _) in documents {
            languages.entry(document.lang.as_str()).or_insert_with_key(|code| self.words.vocabulary.language(code));
        }
        let vocabulary = Mutex::new(std::mem::take(&mut self.words.vocabulary));
        // One a thread, so that nobody waits; a thread gathers one document at a time.
        let threads = 0..rayon::current_num_threads();
        let gatherers: Vec<Mutex<Gatherer<'_>>> = threads.map(|_| Mutex::new(Gatherer::new(&vocabulary))).collect();
        let gather = |(document, lexicon): &(&Document, &Lexicon)| {
            let known = self.documents.by_language.get(&document.lang).and_then(|own| own.get(&document.key));
            if let Some(known) = known.filter(|known| known.is_of(document)) {
                return Arc::clone(&known.words);
            }
            let gatherer = &gatherers[rayon::current_thread_index().unwrap_or_default() % gatherers.len()];
            let mut gatherer = gatherer.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::new(gatherer.words(document, languages[document.lang.as_str()], lexicon))
        };
        let words = documents.par_iter().with_max_len(32).map(gather).collect();
        drop(gatherers);
        self.words.vocabulary = vocabulary.into_inner().unwrap_or_else(PoisonError::into_inner);
        words
    }
}

impl KeptDocuments {
    /// Whether there is a next build.
    pub(crate) fn keeps(&self) -> bool {
        !self.forgets
    }

    /// How often titles and summaries of the documents that are kept have each word; nothing where none are.
    pub(crate) fn counted(&self) -> Option<&Counted> {
        self.keeps().then_some(&self.counted)
    }

    /// Keeps what was gathered.
    pub(crate) fn keep<'d>(&mut self, documents: impl Iterator<Item = &'d Document>, words: Vec<Arc<Words>>) {
        if self.forgets {
            return;
        }
        self.builds += 1;
        for (document, words) in documents.zip(words) {
            if !self.by_language.contains_key(&document.lang) {
                self.by_language.insert(document.lang.clone(), HashMap::new());
            }
            let Some(own) = self.by_language.get_mut(&document.lang) else {
                continue;
            };
            match own.get_mut(&document.key).filter(|known| Arc::ptr_eq(&known.words, &words)) {
                Some(known) => known.build = self.builds,
                None => {
                    let kept = KeptDocument {
                        title: document.title.clone(),
                        keywords: document.keywords.clone(),
                        summary: document.summary.clone(),
                        body: Arc::clone(&document.body),
                        words,
                        build: self.builds,
                    };
                    let before = own.insert(document.key.clone(), kept);
                    let texts = [&document.title, &document.summary];
                    if before.as_ref().is_none_or(|before| before.shown() != texts) {
                        texts.into_iter().for_each(|text| self.counted.add(text));
                        let before = before.iter().flat_map(KeptDocument::shown);
                        before.for_each(|text| self.counted.remove(text));
                    }
                }
            }
        }
        let counted = &mut self.counted;
        let mut stays = |known: &KeptDocument| {
            let stays = known.build == self.builds;
            if !stays {
                known.shown().into_iter().for_each(|text| counted.remove(text));
            }
            stays
        };
        self.by_language.values_mut().for_each(|own| own.retain(|_, known| stays(known)));
        self.by_language.retain(|_, own| !own.is_empty());
    }
}
