//! What enters: the entries of a region or a department, and who answers for it. What leaves: what is tied to them: tools in use there, trainings held
//! there. It must not know maps.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Here, Planner};
use crate::catalogue::FacetNode;
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::localised::Localised;
use crate::reads::Thing;
use crate::view::CardGroup;

/// Entries by what ties them, and what that is called.
type Groups<'a> = IndexMap<String, (&'a Localised, BTreeSet<&'a EntryId>)>;

impl<'a> Planner<'a> {
    /// What has to do with a value's entries, but for what stands on its page anyway: what they name, and what names them.
    pub(super) fn ties(&self, node: &FacetNode, here: &Here) -> Vec<CardGroup> {
        let mut groups = Groups::new();
        for id in &node.entries {
            // What a network names is the country's.
            if !node.heads.contains(id) {
                self.add_named(id, here, &mut groups);
            }
            self.add_naming(id, &mut groups);
        }
        let groups = groups.into_iter().map(|(key, (label, ids))| {
            let here_too = |id: &EntryId| node.entries.binary_search(id).is_ok() || node.heads.contains(id);
            let elsewhere = ids.into_iter().filter(|id| !here_too(id));
            let entries = self.cards(self.by_title(elsewhere, &here.language), here);
            CardGroup { key, label: label.get(&here.language).to_owned(), entries }
        });
        groups.filter(|group| !group.entries.is_empty()).collect()
    }

    /// Adds the entries that an entry names.
    fn add_named(&self, id: &EntryId, here: &Here, groups: &mut Groups<'a>) {
        here.reads.note(Thing::Entry(id));
        let Some((family, collection)) = self.catalogue.families.get(id).zip(self.collection(id)) else { return };
        for field in collection.fields.values().filter(|field| field.kind.relation().is_some()) {
            for value in family.versions[0].values(&field.name) {
                let Value::Relation(target) = value else { continue };
                if self.catalogue.families.get(target).is_some_and(|family| family.is_listed()) {
                    let key = format!("{}.{}", collection.key, field.name);
                    groups.entry(key).or_insert_with(|| (&field.label, BTreeSet::new())).1.insert(target);
                }
            }
        }
    }

    /// Adds the entries that name an entry, where that is shown.
    fn add_naming(&self, id: &EntryId, groups: &mut Groups<'a>) {
        for ((collection, name), ids) in self.catalogue.inverse.get(id).into_iter().flatten() {
            let field = self.catalogue.collections.get(collection).and_then(|collection| collection.fields.get(name));
            let label = field.and_then(|field| field.kind.relation()).and_then(|relation| relation.inverse);
            let Some(label) = label else { continue };
            groups.entry(format!("-{collection}.{name}")).or_insert_with(|| (label, BTreeSet::new())).1.extend(ids);
        }
    }
}
