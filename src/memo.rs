//! What enters: digests of a stage's arguments. What leaves: its result of last time, where they are equal. It must not know how results are made.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::digest::Digest;
use crate::output::Output;
use crate::parse::Parsed;
use crate::plan::MapItem;

/// Results of the last run by what they were made from. An empty one only costs time: that is why a warm run equals a cold one.
#[derive(Debug)]
pub struct Memo {
    /// Whether anything is kept: a single build has no next run.
    pub keeps: bool,
    /// Parsed files by path.
    pub parsed: Kept<String, Parsed>,
    /// Finished pages by address.
    pub pages: HashMap<String, Made>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { keeps: true, parsed: Kept::default(), pages: HashMap::new() }
    }
}

impl Memo {
    /// A memo that keeps nothing, for a run without a next one.
    #[must_use]
    pub fn forgetful() -> Self {
        Self { keeps: false, ..Self::default() }
    }
}

/// A finished page and what it was made of.
#[derive(Clone, Debug)]
pub struct Made {
    /// What its job was given.
    pub given: Digest,
    /// What is around all pages: settings, definitions, strings, the date.
    pub around: Digest,
    /// Its template with all that it extends, includes and calls.
    pub template: Option<Digest>,
    /// That template's name.
    pub template_name: String,
    /// The things that it read, as they were; `None` = the thing wasn't there.
    pub reads: Arc<[(u64, Option<Digest>)]>,
    /// Its line in the site map.
    pub map: Option<MapItem>,
    /// Its file.
    pub output: Output,
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
