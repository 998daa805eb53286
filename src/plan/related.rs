//! What enters: all entries and their facet values. What leaves: for each entry, others that share the most with it. It must not know how they are shown.
//!
//! Entries are numbers here, and a score is a cell of an array: on 5,000 entries all relatives are found in the time of a few pages.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::catalogue::{Catalogue, Facet};
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

/// Relatives, and the facets that they were found by: the catalogue keeps them while no entry has other values.
pub(super) type KeptRelated = (Arc<IndexMap<String, Facet>>, Arc<Numbers>);

/// A facet value: how much it counts, and its entries of one collection by number.
struct Shared {
    weight: f64,
    entries: Vec<u32>,
}

impl<'a> Related<'a> {
    /// Finds every entry's relatives, unless all entries have the facet values that they had.
    #[must_use]
    pub(super) fn of(catalogue: &'a Catalogue<'_>, kept: &mut Option<KeptRelated>) -> Self {
        let ids: Vec<&EntryId> = catalogue.families.keys().collect();
        let known = kept.take().filter(|(facets, _)| Arc::ptr_eq(facets, &catalogue.facets));
        let numbers = known.map_or_else(|| Arc::new(numbers(catalogue, &ids)), |(_, numbers)| numbers);
        *kept = Some((Arc::clone(&catalogue.facets), Arc::clone(&numbers)));
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

fn numbers(catalogue: &Catalogue<'_>, ids: &[&EntryId]) -> Numbers {
    let places: HashMap<&EntryId, u32> = ids.iter().copied().zip(0..).collect();
    let mut shared: HashMap<(&str, &str, &str), Shared> = HashMap::new();
    for facet in catalogue.facets.values() {
        for node in facet.all() {
            let weight = 1.0 / (1.0 + node.entries.len() as f64).ln();
            for id in &node.entries {
                let key = (facet.key.as_str(), node.path.as_str(), id.collection.as_str());
                let value = shared.entry(key).or_insert_with(|| Shared { weight, entries: Vec::new() });
                value.entries.extend(places.get(id));
            }
        }
    }
    let relatives = ids.par_iter().enumerate().map_init(
        || (vec![0.0_f64; ids.len()], Vec::<u32>::new()),
        |(scores, touched), (number, id)| {
            for (key, path) in values(catalogue, id) {
                let Some(value) = shared.get(&(key, path.as_str(), id.collection.as_str())) else { continue };
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

/// The facet values of an entry as paths, a value's ancestors included.
fn values<'c>(catalogue: &'c Catalogue<'_>, id: &EntryId) -> Vec<(&'c str, String)> {
    let (Some(collection), Some(family)) = (catalogue.collections.get(&id.collection), catalogue.families.get(id))
    else {
        return Vec::new();
    };
    let entry = &family.versions[0];
    let mut paths = Vec::new();
    for field in collection.fields.values() {
        let Some(key) = field.facet.as_deref() else { continue };
        for value in entry.values(&field.name).flat_map(|value| field.kind.facets(value)) {
            paths.extend((1..=value.path.len()).map(|end| (key, value.path[..end].join("/"))));
        }
    }
    paths
}
