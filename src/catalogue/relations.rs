//! What enters: families with their relation fields. What leaves: for every entry, who points to it; and targets that don't exist.
//! It must not know how relations are shown.

use std::collections::BTreeMap;

use super::Catalogue;
use crate::diagnostic::{Diagnostic, Location, nearest};
use crate::entry_id::EntryId;
use crate::field::Value;

/// Who points to an entry: (collection, field) → ids.
pub type Inverse = BTreeMap<EntryId, BTreeMap<(String, String), Vec<EntryId>>>;

/// Checks every relation's target and turns the relations round.
pub(super) fn resolve(catalogue: &Catalogue<'_>, diagnostics: &mut Vec<Diagnostic>) -> Inverse {
    let mut inverse = Inverse::new();
    for (id, family) in &catalogue.families {
        let entry = &family.versions[0];
        for (name, given) in entry.fields.iter() {
            for located in &*given.values {
                let Value::Relation(target) = &located.value else { continue };
                if catalogue.families.contains_key(target) {
                    let pointing = inverse
                        .entry(target.clone())
                        .or_default()
                        .entry((id.collection().to_owned(), name.to_owned()))
                        .or_default();
                    // Entries come in their order: one that points here twice is the last.
                    if family.is_listed() && pointing.last() != Some(id) {
                        pointing.push(id.clone());
                    }
                } else {
                    let location = Location::new(&given.file, located.extent);
                    diagnostics.push(missing(catalogue, target, location));
                }
            }
        }
    }
    inverse
}

/// The diagnostic for an entry that is named but has no page.
pub(crate) fn missing(catalogue: &Catalogue<'_>, target: &EntryId, location: Location) -> Diagnostic {
    if catalogue.withheld.contains_key(target) {
        let message = format!("`{target}` is not published");
        return Diagnostic::error("link-to-draft", location, message).help("publish it, or remove the link until then");
    }
    let diagnostic = Diagnostic::error("unknown-entry", location, format!("there is no entry `{target}`"));
    if !catalogue.collections.contains_key(target.collection()) {
        let names: Vec<&str> = catalogue.collections.keys().map(String::as_str).collect();
        let expected = format!("one of the collections {}", crate::diagnostic::one_of(names.iter().copied()));
        return diagnostic.expected(expected).near(target.collection(), names);
    }
    let in_collection =
        catalogue.families.keys().filter(|id| id.collection() == target.collection()).map(EntryId::slug);
    let near = nearest(target.slug(), in_collection).map(|slug| format!("{}/{slug}", target.collection()));
    let diagnostic = match near {
        Some(near) => Diagnostic { nearest: Some(near), ..diagnostic },
        None => diagnostic,
    };
    diagnostic.expected(format!("the slug of an entry in `content/{}/`", target.collection()))
}
