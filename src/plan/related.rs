//! What enters: all entries and their facet values. What leaves: for each entry, others that share the most with it. It must not know how they are shown.
//!
//! Entries are numbers here, and a score is a cell of an array: on 5,000 entries all relatives are found in the time of a few pages.

use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, Facet};
use crate::digest::Digest;
use crate::entry_id::EntryId;

/// How many entries of one facet value are looked at: bounds the work an entry, whatever the size of the site.
const LOOKED_AT: usize = 120;

/// How many are shown.
const SHOWN: usize = 6;

/// Entries of the same collection that share facet values; a value that few have counts more.
#[derive(Debug)]
pub(super) struct Related<'a> {
    /// All entries, in the order of their ids.
    ids: Vec<&'a EntryId>,
    numbers: Arc<Numbers>,
}

/// For each entry its relatives, the nearest first, as places in the order of ids.
type Numbers = Vec<Box<[u32]>>;

/// Relatives, and what they were found by.
#[derive(Clone, Debug)]
pub(super) struct KeptRelated {
    /// Which entries there were.
    entries: Digest,
    /// The catalogue keeps them while no entry has other values.
    facets: Arc<IndexMap<String, Facet>>,
    numbers: Arc<Numbers>,
}

/// Entries of one collection that share a facet value: how much it counts, and they by number.
struct Shared {
    weight: f64,
    entries: Vec<u32>,
}

impl<'a> Related<'a> {
    /// Finds every entry's relatives; where the entries are those of last time, only of those with a facet value that other entries have now.
    #[must_use]
    pub(super) fn of(catalogue: &'a Catalogue<'_>, kept: &mut Option<KeptRelated>) -> Self {
        let ids: Vec<&EntryId> = catalogue.families.keys().collect();
        let (entries, facets) = (catalogue.entries, Arc::clone(&catalogue.facets));
        let known = kept.take().filter(|known| known.entries == entries);
        let numbers = match known {
            Some(known) if Arc::ptr_eq(&known.facets, &facets) => known.numbers,
            known => Arc::new(numbers(&facets, &ids, known.as_ref())),
        };
        *kept = Some(KeptRelated { entries, facets, numbers: Arc::clone(&numbers) });
        Self { ids, numbers }
    }

    /// The entry at a place in the order of ids.
    pub(super) fn id(&self, place: u32) -> &'a EntryId {
        self.ids[place as usize]
    }

    /// The place of an entry in the order of ids.
    pub(super) fn place(&self, id: &EntryId) -> Option<u32> {
        self.ids.binary_search(&id).ok().and_then(|place| u32::try_from(place).ok())
    }

    /// The relatives of the entry at a place in the order of ids, the nearest first.
    #[must_use]
    pub(super) fn get(&self, place: usize) -> Vec<&'a EntryId> {
        self.numbers.get(place).into_iter().flatten().map(|other| self.ids[*other as usize]).collect()
    }
}

fn numbers(facets: &IndexMap<String, Facet>, ids: &[&EntryId], known: Option<&KeptRelated>) -> Numbers {
    let places: FxHashMap<&EntryId, u32> = ids.iter().copied().zip(0..).collect();
    let mut shared: Vec<Shared> = Vec::new();
    let mut of_entries: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    for node in facets.values().flat_map(Facet::all) {
        let weight = 1.0 / (1.0 + node.entries.len() as f64).ln();
        for own in node.entries.chunk_by(|one, other| one.collection() == other.collection()) {
            let entries: Vec<u32> = own.iter().filter_map(|id| places.get(id).copied()).collect();
            entries.iter().for_each(|place| of_entries[*place as usize].push(shared.len()));
            shared.push(Shared { weight, entries });
        }
    }
    let moved = known.map(|known| {
        let mut moved = vec![false; ids.len()];
        let ids = others(facets, &known.facets).chain(others(&known.facets, facets));
        ids.filter_map(|id| places.get(id)).for_each(|place| moved[*place as usize] = true);
        (moved, &known.numbers)
    });
    // Entries of one collection share more than those of another, and stand together.
    let relatives = of_entries.par_iter().enumerate().with_max_len(256).map_init(
        || (vec![0.0_f64; ids.len()], Vec::<u32>::new()),
        |(scores, touched), (number, values)| {
            if let Some(known) =
                moved.as_ref().filter(|(moved, _)| !moved[number]).and_then(|(_, known)| known.get(number))
            {
                return known.clone();
            }
            for value in values.iter().map(|value| &shared[*value]) {
                let start = value.entries.partition_point(|other| (*other as usize) < number);
                let (before, after) = value.entries.split_at(start);
                let near = after.iter().chain(before).filter(|other| **other as usize != number);
                for other in near.take(LOOKED_AT) {
                    let score = &mut scores[*other as usize];
                    if *score == 0.0 {
                        touched.push(*other);
                    }
                    *score += value.weight;
                }
            }
            // Numbers are in the order of ids, so that equal scores are too.
            let order = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then_with(|| a.cmp(b));
            if touched.len() > SHOWN {
                touched.select_nth_unstable_by(SHOWN - 1, order);
            }
            let count = SHOWN.min(touched.len());
            let shown = &mut touched[..count];
            shown.sort_unstable_by(order);
            let found: Box<[u32]> = (*shown).into();
            touched.drain(..).for_each(|other| scores[other as usize] = 0.0);
            found
        },
    );
    relatives.collect()
}

/// The entries of those facet values that have others in `then`, or are not there.
fn others<'f>(
    now: &'f IndexMap<String, Facet>,
    then: &'f IndexMap<String, Facet>,
) -> impl Iterator<Item = &'f EntryId> {
    let nodes = now.values().flat_map(|facet| facet.all().into_iter().map(move |node| (&facet.key, node)));
    let before = |key: &String, path: &str| then.get(key).and_then(|facet| facet.value(path));
    nodes
        .filter(move |(key, node)| before(key, &node.path).is_none_or(|other| other.entries != node.entries))
        .flat_map(|(_, node)| &node.entries)
}
