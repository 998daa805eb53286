//! What enters: digests of a stage's arguments. What leaves: its result of last time, where they are equal. It must not know how results are made.

use std::collections::HashMap;
use std::hash::Hash;

use crate::digest::Digest;
use crate::output::Output;
use crate::parse::Parsed;

/// Results of the last run by what they were made from. An empty one only costs time: that is why a warm run equals a cold one.
#[derive(Debug, Default)]
pub struct Memo {
    /// Parsed files by path.
    pub parsed: Kept<String, Parsed>,
    /// Rendered pages by address.
    pub rendered: Kept<String, Output>,
}

/// Results of one stage.
#[derive(Debug)]
pub struct Kept<K, V> {
    results: HashMap<K, (Digest, V)>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { results: HashMap::new() }
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The result for a key, if its arguments had this digest.
    #[must_use]
    pub fn get(&self, key: &K, digest: Digest) -> Option<V> {
        self.results.get(key).filter(|(known, _)| *known == digest).map(|(_, value)| value.clone())
    }

    /// Keeps exactly these results: what was not made this time is forgotten, so that memory doesn't grow.
    pub fn replace(&mut self, results: impl IntoIterator<Item = (K, Digest, V)>) {
        self.results = results.into_iter().map(|(key, digest, value)| (key, (digest, value))).collect();
    }
}
