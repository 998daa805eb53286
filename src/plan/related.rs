//! What enters: an entry. What leaves: other entries that share the most with it. It must not know how they are shown.

use std::collections::BTreeMap;

use super::Planner;
use crate::entry_id::EntryId;

/// How many entries of one facet value are looked at: bounds the work an entry, whatever the size of the site.
const LOOKED_AT: usize = 120;

/// How many are shown.
const SHOWN: usize = 6;

impl Planner<'_> {
    /// Entries of the same collection that share facet values; a value that few have counts more.
    pub(super) fn related(&self, id: &EntryId) -> Vec<EntryId> {
        let catalogue = self.catalogue;
        let (Some(collection), Some(family)) = (self.collection(id), catalogue.families.get(id)) else {
            return Vec::new();
        };
        let entry = &family.versions[0];
        let mut scores: BTreeMap<&EntryId, f64> = BTreeMap::new();
        for field in collection.fields.values() {
            let Some(facet) = field.facet.as_deref().and_then(|key| catalogue.facets.get(key)) else { continue };
            for value in entry.values(&field.name).flat_map(|value| field.kind.facets(value)) {
                for end in 1..=value.path.len() {
                    let Some(node) = facet.value(&value.path[..end].join("/")) else { continue };
                    let start = node.entries.partition_point(|other| other < id);
                    let (before, after) = node.entries.split_at(start);
                    let near =
                        after.iter().chain(before).filter(|other| *other != id && other.collection == id.collection);
                    for other in near.take(LOOKED_AT) {
                        *scores.entry(other).or_default() += 1.0 / (1.0 + node.entries.len() as f64).ln();
                    }
                }
            }
        }
        let mut ranked: Vec<(&EntryId, f64)> = scores.into_iter().collect();
        ranked.sort_by(|(a, a_score), (b, b_score)| b_score.total_cmp(a_score).then_with(|| a.cmp(b)));
        ranked.into_iter().take(SHOWN).map(|(id, _)| id.clone()).collect()
    }
}
