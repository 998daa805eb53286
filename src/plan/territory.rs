//! What enters: the value of a facet that is a region or a department. What leaves: who answers for it, and what is tied to them. It must not know
//! maps.

use super::{Here, Planner};
use crate::catalogue::{Facet, FacetNode};
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::view::CardGroup;

impl Planner<'_> {
    /// The entries whose territory is this value as a whole; of a department without any, those of its region.
    pub(super) fn heads<'n>(&self, facet: &'n Facet, node: &'n FacetNode) -> Vec<&'n EntryId> {
        let covers = |id: &EntryId, path: &str| {
            let Some(collection) = self.collection(id) else { return false };
            let Some(family) = self.catalogue.families.get(id) else { return false };
            let entry = family.version(self.catalogue.settings.default_language());
            let values = collection.fields.keys().flat_map(|name| entry.values(name));
            values.into_iter().any(|value| matches!(value, Value::Area(area) if area.path.join("/") == path))
        };
        let own: Vec<&EntryId> = node.entries.iter().filter(|id| covers(id, &node.path)).collect();
        if !own.is_empty() {
            return own;
        }
        let Some((above, _)) = node.path.rsplit_once('/') else { return Vec::new() };
        let around = facet.value(above).into_iter().flat_map(|region| &region.entries);
        around.filter(|id| covers(id, above)).collect()
    }

    /// What other entries have to do with the heads, but for what stands on the page anyway.
    pub(super) fn ties(&self, heads: &[&EntryId], node: &FacetNode, here: &Here) -> Vec<CardGroup> {
        let mut groups: Vec<CardGroup> = Vec::new();
        let here_too = |id: &EntryId| node.entries.binary_search(id).is_ok();
        // A region's network stands on a department's page too, but what is tied to it is not the department's.
        for head in heads.iter().filter(|head| here_too(head)) {
            let Some(pointing) = self.catalogue.inverse.get(*head) else { continue };
            for ((collection, name), ids) in pointing {
                let field =
                    self.catalogue.collections.get(collection).and_then(|collection| collection.fields.get(name));
                let label = field.and_then(|field| field.kind.relation()).and_then(|relation| relation.inverse);
                let Some(label) = label.map(|label| label.get(&here.language).to_owned()) else { continue };
                let elsewhere = ids.iter().filter(|id| !here_too(id) && !heads.contains(id));
                let entries = self.cards(elsewhere, here);
                if !entries.is_empty() {
                    groups.push(CardGroup { key: format!("{collection}.{name}"), label, entries });
                }
            }
        }
        groups
    }
}
