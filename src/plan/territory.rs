//! What enters: who answers for a region or a department. What leaves: what is tied to them. It must not know maps.

use super::{Here, Planner};
use crate::catalogue::FacetNode;
use crate::entry_id::EntryId;
use crate::view::CardGroup;

impl Planner<'_> {
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
