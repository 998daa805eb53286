//! What enters: families with their relation fields. What leaves: for every entry, who points to it; and targets that don't exist.
//! It must not know how relations are shown.

use std::collections::BTreeMap;

use super::Catalogue;
use crate::diagnostic::{Diagnostic, Location, nearest};
use crate::entry_id::{EntryId, slugify};
use crate::field::Value;
use crate::field::relation::relation_guess;

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

/// The entry that a title or something like a slug means: the one that is called so, in this collection where it is given, else the one with
/// the nearest slug in it.
pub(crate) fn called<'c>(catalogue: &'c Catalogue<'_>, text: &str, collection: Option<&str>) -> Option<&'c EntryId> {
    let wanted = slugify(text);
    let candidates = || {
        let here = |id: &&EntryId| collection.is_none_or(|collection| id.collection() == collection);
        catalogue.families.keys().filter(here).filter(|_| !wanted.is_empty())
    };
    let is_titled = |id: &&EntryId| {
        let versions = catalogue.families.get(*id).map(|family| family.versions.values());
        versions.into_iter().flatten().any(|entry| slugify(&entry.title) == wanted)
    };
    let near = || {
        let slug = collection.and_then(|_| nearest(&wanted, candidates().map(EntryId::slug)))?;
        candidates().find(|id| id.slug() == slug)
    };
    candidates().find(|id| id.slug() == wanted).or_else(|| candidates().find(is_titled)).or_else(near)
}

/// Where a field says what slug a text might have, names the entry that there is, or none: a file by itself doesn't know which there are.
pub(super) fn correct_guesses(catalogue: &Catalogue<'_>, diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let Some((collection, text)) = relation_guess(diagnostic) else { continue };
        let last = text.trim_matches(['/', '[', ']']).rsplit('/').next().unwrap_or(text);
        let last = last.strip_suffix(".md").unwrap_or(last);
        let found = called(catalogue, text, Some(collection)).or_else(|| called(catalogue, last, Some(collection)));
        diagnostic.nearest = found.map(|id| id.slug().to_owned());
    }
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
