//! What a piece of work looked at, noted while it looks: so that it is known which pieces a change concerns.
//!
//! A page is redone when something that it read has changed, and never otherwise. Nobody keeps a list of what depends on what: whoever hands out an entry,
//! a text or a facet notes it here. It must not know pages.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use crate::digest::Digest;
use crate::entry_id::EntryId;

/// Something that may differ from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing<'a> {
    /// An entry: what its files say in all languages before their bodies, what it inherits, whether it is published, the files beside it.
    Entry(&'a EntryId),
    /// The bodies of an entry, as they are written.
    Body(&'a EntryId),
    /// The text of an entry's page in a language.
    Text(&'a EntryId, &'a str),
    /// A facet with all its values, their names and how many entries they have.
    Facet(&'a str),
    /// A facet's value: whether it is there, and its name.
    Value(&'a str, &'a str),
    /// Where all entries are.
    Positions,
    /// Outlines, and which facet's values are areas.
    Ground,
    /// What lies where on maps, and how many entries of the shown collection each area has.
    Map,
    /// The files of the interactive map.
    MapFiles,
    /// Which facets there are, and how many entries each collection's listing has.
    Frame,
    /// Every entry and text.
    All,
}

impl Thing<'_> {
    /// The key under which it is noted. Two things with one key would only be redone together.
    #[must_use]
    pub fn key(&self) -> u64 {
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Keys are hashed already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The digests of things by their keys.
pub type Things = HashMap<u64, Digest, BuildHasherDefault<Hashed>>;

/// FNV-1a, 64 bits: the same on every machine. Source: Fowler, Noll and Vo, draft-eastlake-fnv.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What a piece of work read, as it was; `None` = the thing wasn't there.
pub type WasRead = Arc<[(u64, Option<Digest>)]>;

/// The keys of what was read, while it is being read.
#[derive(Clone, Debug)]
pub struct Reads {
    keys: RefCell<Vec<u64>>,
    /// Whether anybody will ask for them.
    keeps: bool,
}

impl Reads {
    /// Nothing so far; nothing ever, where nobody keeps for a next run what comes of the work.
    #[must_use]
    pub fn new(keeps: bool) -> Self {
        Self { keys: RefCell::default(), keeps }
    }

    /// Notes that a thing was looked at, or looked for.
    pub fn note(&self, thing: Thing<'_>) {
        if self.keeps {
            self.keys.borrow_mut().push(thing.key());
        }
    }

    /// Notes all that another piece of work looked at, whose result is taken over.
    pub fn note_all(&self, keys: &[u64]) {
        self.keys.borrow_mut().extend_from_slice(keys);
    }

    /// All that was noted, each once, in an order of its own.
    #[must_use]
    pub fn into_keys(self) -> Box<[u64]> {
        let mut keys = self.keys.into_inner();
        keys.sort_unstable();
        keys.dedup();
        keys.into()
    }
}
