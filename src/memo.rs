//! What enters: digests of a stage's arguments. What leaves: its result of last time, where they are equal. It must not know how results are made.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use maillage_search::{Kept, PackFile};

use crate::catalogue::KeptCatalogue;
use crate::digest::Digest;
use crate::output::Output;
use crate::parse::Parsed;
use crate::pictures;
use crate::plan::{KeptNeighbourhood, KeptPlan, MapItem};
use crate::reads::WasRead;
use crate::render::Renderer;
use crate::texts::KeptTexts;
use crate::theme::Theme;

/// Results of the last run by what they were made from. An empty one only costs time: that is why a warm run equals a cold one.
#[derive(Clone, Debug)]
pub struct Memo {
    /// Whether anything is kept: a single build has no next run.
    pub keeps: bool,
    /// Parsed files by path.
    pub parsed: Results<Arc<str>, Parsed>,
    /// Texts by entry and language of the page.
    pub texts: KeptTexts,
    /// Files made of pictures.
    pub pictures: pictures::Kept,
    /// Entries by id, and what they show together.
    pub catalogue: KeptCatalogue,
    /// The digests of what only all entries together show, by the digest of their fronts.
    pub shared: Option<(Digest, Vec<(u64, Digest)>)>,
    /// Who is near whom.
    pub neighbourhood: Option<KeptNeighbourhood>,
    /// Relatives and orders of entries.
    pub plan: KeptPlan,
    /// The theme as the site wears it, by the digest of what it was made of.
    pub theme: Option<(Digest, Arc<Theme>)>,
    /// The templates, ready to render, by the digest of what they were made of.
    pub renderer: Option<(Digest, Arc<Renderer>)>,
    /// The files in which no entry's body is, by the digest of the entries' fronts.
    pub files: Option<(Digest, Vec<Output>)>,
    /// Finished pages by address.
    pub pages: HashMap<String, Arc<Made>>,
    /// Words of documents and compressed blocks of the search.
    pub search: Kept,
    /// The compressed search engine, by the digest of the engine.
    pub engine: Option<(Digest, PackFile)>,
}

impl Default for Memo {
    fn default() -> Self {
        Self {
            keeps: true,
            parsed: Results::default(),
            texts: KeptTexts::default(),
            pictures: pictures::Kept::default(),
            catalogue: KeptCatalogue::default(),
            shared: None,
            neighbourhood: None,
            plan: KeptPlan::default(),
            theme: None,
            renderer: None,
            files: None,
            pages: HashMap::new(),
            search: Kept::default(),
            engine: None,
        }
    }
}

impl Memo {
    /// A memo that keeps nothing, for a run without a next one.
    #[must_use]
    pub fn forgetful() -> Self {
        Self { keeps: false, search: Kept::forgetful(), ..Self::default() }
    }
}

impl Memo {
    /// How many files, entries, texts, pictures, pages, documents and blocks are held: as many as the last run had, whatever came before.
    #[must_use]
    pub fn size(&self) -> [usize; 7] {
        let (documents, blocks) = self.search.size();
        let texts = self.texts.values().map(Vec::len).sum();
        [
            self.parsed.results.len(),
            self.catalogue.len(),
            texts,
            self.pictures.len(),
            self.pages.len(),
            documents,
            blocks,
        ]
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
    /// The files of that template and of all that it uses.
    pub parts: Arc<BTreeMap<Arc<str>, Digest>>,
    /// The things that it read.
    pub reads: WasRead,
    /// Its line in the site map.
    pub map: Option<MapItem>,
    /// Its file.
    pub output: Output,
}

/// Results of one stage.
#[derive(Clone, Debug)]
pub struct Results<K, V> {
    results: HashMap<K, (Digest, V)>,
}

impl<K, V> Default for Results<K, V> {
    fn default() -> Self {
        Self { results: HashMap::new() }
    }
}

impl<K: Eq + Hash, V: Clone> Results<K, V> {
    /// The result for a key, if its arguments had this digest.
    #[must_use]
    pub fn get(&self, key: &K, digest: Digest) -> Option<V> {
        self.results.get(key).filter(|(known, _)| *known == digest).map(|(_, value)| value.clone())
    }

    /// Takes in what is new, and of the rest keeps the results for these keys, of which each has one: what was not asked for this time is forgotten, so that
    /// memory doesn't grow.
    pub fn renew<'k>(
        &mut self,
        new: impl IntoIterator<Item = (K, Digest, V)>,
        keys: impl ExactSizeIterator<Item = &'k K>,
    ) where
        K: 'k,
    {
        self.results.extend(new.into_iter().map(|(key, digest, value)| (key, (digest, value))));
        if self.results.len() > keys.len() {
            let keys: HashSet<&K> = keys.collect();
            self.results.retain(|key, _| keys.contains(key));
        }
    }
}
