//! What enters: versions of single files. What leaves: families of complete entries, a translation holding what it inherits.
//! It must not know addresses or other families.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{Aspects, Family, Reveal, Withheld};
use crate::collation::Collation;
use crate::collection::Collection;
use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::entry::{Entry, Fields, State, Version};
use crate::entry_id::EntryId;
use crate::settings::Settings;

/// The versions of one entry, before it is known whether they are published.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) id: EntryId,
    /// The day of the last change in any language.
    pub(super) updated: Option<Date>,
    publish_from: Option<Date>,
    expires: Option<Date>,
    /// The languages whose files say that they are drafts.
    drafts: Vec<String>,
    /// Whether the first version's file says so.
    is_draft: bool,
    /// All versions, as if they were published.
    family: Arc<Family>,
}

impl Merged {
    /// The family with its state on a day, or why it has no page.
    pub(super) fn publish(&self, date: Date, reveal: Reveal) -> Result<Arc<Family>, Withheld> {
        if self.is_draft && !reveal.drafts {
            return Err(Withheld::Draft);
        }
        if self.publish_from.is_some_and(|from| from > date) && !reveal.later {
            return Err(Withheld::Later);
        }
        let expired = self.expires.is_some_and(|expires| expires <= date);
        let state = match (self.is_draft, expired) {
            (true, _) => State::Draft,
            (false, true) => State::Archived,
            (false, false) => State::Published,
        };
        // A draft translation of a published entry is withheld alone.
        let withheld = |language: &String| !reveal.drafts && self.drafts.contains(language);
        if state == State::Published && !self.family.versions.keys().any(withheld) {
            return Ok(Arc::clone(&self.family));
        }
        let mut family = Family::clone(&self.family);
        family.versions.retain(|language, _| !withheld(language));
        family.versions.values_mut().for_each(|entry| entry.state = state);
        let shown: Vec<&String> = family.versions.keys().collect();
        family.front = Digest::of_hash(&(family.front, state as u8, &shown));
        // Another version may be the first one now.
        family.aspects = family.aspects.beside(&Digest::of_hash(&shown));
        if family.versions.is_empty() { Err(Withheld::Draft) } else { Ok(Arc::new(family)) }
    }
}

/// Families in the order of their entries, for the next run.
pub type KeptFamilies = Vec<Arc<KeptFamily>>;

/// The family of an entry, of which the place is known if no entry came or went before it.
fn known_family<'k>(known: &'k KeptFamilies, place: usize, id: &EntryId) -> Option<&'k Arc<KeptFamily>> {
    let there = known.get(place).filter(|kept| kept.merged.id == *id);
    there.or_else(|| known.binary_search_by(|kept| kept.merged.id.cmp(id)).ok().map(|place| &known[place]))
}

/// A family and what it was made of.
#[derive(Debug)]
pub struct KeptFamily {
    /// Its files, and in which language they are.
    versions: Vec<(String, Arc<Version>)>,
    /// What is around all entries: settings and definitions.
    around: Digest,
    merged: Merged,
    diagnostics: Vec<Diagnostic>,
}

impl KeptFamily {
    /// Whether it was made of these very values. Versions are kept as long as their file is the same: another one is another place in memory.
    fn is_of(&self, versions: &[(String, &Arc<Version>)], around: Digest) -> bool {
        self.around == around
            && self.versions.len() == versions.len()
            && self
                .versions
                .iter()
                .zip(versions)
                .all(|((language, version), (other, given))| language == other && Arc::ptr_eq(version, given))
    }
}

/// Groups versions by id, lets translations inherit, and checks what only the whole shows. What was made of the same versions before is taken over
/// from `known`, and everything is given back for the next run. `around` is the digest of settings and definitions.
pub(super) fn merge(
    versions: &[Arc<Version>],
    settings: &Settings,
    collections: &IndexMap<String, Collection>,
    around: Digest,
    known: &KeptFamilies,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<KeptFamily>> {
    let default = settings.default_language();
    let mut sorted: Vec<(&EntryId, &str, &Arc<Version>)> =
        versions.iter().map(|version| (&version.id, version.language.as_deref().unwrap_or(default), version)).collect();
    // The default language first; of two files of one entry and language the first one stays.
    sorted.sort_by(|(a, a_language, _), (b, b_language, _)| {
        a.cmp(b).then_with(|| (*a_language != default, a_language).cmp(&(*b_language != default, b_language)))
    });
    sorted.dedup_by(|(id, language, version), (earlier_id, earlier_language, earlier)| {
        let is_again = id == earlier_id && language == earlier_language;
        if is_again {
            let location = Location::start_of(&version.file);
            let message = format!("`{}` is the entry `{}` again", version.file, version.id);
            let fault = Diagnostic::error("duplicate-entry", location, message);
            diagnostics.push(fault.help(format!("rename or remove one of it and `{}`", earlier.file)));
        }
        is_again
    });
    let collations: Vec<Collation> = settings.languages.iter().map(|language| Collation::of(language)).collect();
    let groups: Vec<_> = sorted.chunk_by(|(a, ..), (b, ..)| a == b).collect();
    let made: Vec<Arc<KeptFamily>> = groups
        .par_iter()
        .enumerate()
        .filter_map(|(place, group)| {
            let id = group[0].0;
            let collection = collections.get(id.collection())?;
            let versions: Vec<(String, &Arc<Version>)> =
                group.iter().map(|(_, language, version)| ((*language).to_owned(), *version)).collect();
            if let Some(kept) = known_family(known, place, id).filter(|kept| kept.is_of(&versions, around)) {
                return Some(Arc::clone(kept));
            }
            Some(Arc::new(family(id, versions, collection, &collations, around)))
        })
        .collect();
    diagnostics.extend(made.iter().flat_map(|family| family.diagnostics.iter().cloned()));
    made
}

/// One entry from its versions, the default language's first.
fn family(
    id: &EntryId,
    versions: Vec<(String, &Arc<Version>)>,
    collection: &Collection,
    collations: &[Collation],
    around: Digest,
) -> KeptFamily {
    let mut diagnostics = Vec::new();
    let (_, base) = &versions[0];
    let entries: IndexMap<String, Entry> = versions
        .iter()
        .map(|(language, version)| {
            (language.clone(), entry(language, version, base, collection, collations, &mut diagnostics))
        })
        .collect();
    let fronts: Vec<_> = versions.iter().map(|(language, version)| (language, &*version.file, version.front)).collect();
    let bodies: Vec<_> = versions.iter().map(|(_, version)| version.body_digest).collect();
    let aspects = Aspects::of(&entries, collection);
    let drafts = versions.iter().filter(|(_, version)| version.head.draft == Some(true));
    let merged = Merged {
        id: id.clone(),
        updated: versions.iter().filter_map(|(_, version)| version.head.updated).max(),
        publish_from: base.head.publish_from,
        expires: base.head.expires,
        drafts: drafts.map(|(language, _)| language.clone()).collect(),
        is_draft: base.head.draft == Some(true),
        family: Arc::new(Family {
            versions: entries,
            front: Digest::of_hash(&(around, fronts)),
            body: Digest::of_hash(&bodies),
            aspects,
        }),
    };
    let versions = versions.into_iter().map(|(language, version)| (language, Arc::clone(version))).collect();
    KeptFamily { versions, around, merged, diagnostics }
}

impl KeptFamily {
    /// The entry.
    pub(super) fn merged(&self) -> &Merged {
        &self.merged
    }
}

fn entry(
    language: &str,
    version: &Version,
    base: &Version,
    collection: &Collection,
    collations: &[Collation],
    diagnostics: &mut Vec<Diagnostic>,
) -> Entry {
    let is_translation = !std::ptr::eq(version, base);
    let start = Location::new(&version.file, version.head.start..version.head.start);
    let title = version.head.title.as_ref().or(base.head.title.as_ref());
    if title.is_none() && !version.faulty.iter().any(|name| name == "title") {
        diagnostics.push(
            Diagnostic::error("missing-title", start.clone(), "this entry has no `title`")
                .help("add a line `title: …`"),
        );
    }
    let mut fields = Vec::with_capacity(base.fields.values().count());
    for (place, (name, field)) in collection.fields.iter().enumerate() {
        let (own, inherited) = (version.fields.at(place), base.fields.at(place));
        if let (true, false, Some(given), Some(_)) = (is_translation, field.translate, own, inherited) {
            let message = format!("a translation can't change `{name}`");
            let diagnostic =
                Diagnostic::error("untranslatable-field", Location::new(&version.file, given.key), message);
            diagnostics.push(diagnostic.help(format!(
                "remove the line (the value is inherited), or say `translate: true` for this field in `{}`",
                collection.file
            )));
        }
        if let Some(given) = own.or(inherited) {
            fields.push((place, Arc::clone(given)));
        } else if field.required && !is_translation && !version.faulty.contains(name) {
            let blank = version.blank.iter().find(|(blank, _)| blank == name).map(|(_, key)| *key);
            let (place, message, verb) = match blank {
                Some(key) => (Location::new(&version.file, key), format!("`{name}` is empty"), "write"),
                None => (start.clone(), format!("`{name}` is missing"), "add a line"),
            };
            let diagnostic = Diagnostic::error("missing-field", place, message).expected(field.kind.hint());
            diagnostics.push(diagnostic.help(format!("{verb} `{name}: {}`", field.kind.example())));
        }
    }
    let head = &version.head;
    let inherited = |own: &Option<crate::entry::Located<String>>, base: &Option<crate::entry::Located<String>>| {
        own.as_ref().or(base.as_ref()).map(|located| located.value.clone()).unwrap_or_default()
    };
    let title = title.map_or_else(|| version.id.slug().to_owned(), |title| title.value.clone());
    Entry {
        id: version.id.clone(),
        language: language.to_owned(),
        file: version.file.clone(),
        bundle: version.bundle.clone().or_else(|| base.bundle.clone()),
        title_keys: collations.iter().map(|collation| collation.key(&title)).collect(),
        title,
        summary: inherited(&head.summary, &base.head.summary),
        keywords: head.keywords.clone().or_else(|| base.head.keywords.clone()).unwrap_or_default(),
        updated: head.updated.or(base.head.updated),
        state: State::Published,
        aliases: head.aliases.clone(),
        order: head.order.or(base.head.order),
        fields: Fields::new(&collection.field_names, fields),
        body: if version.body.is_blank { base.body.clone() } else { version.body.clone() },
        body_file: if version.body.is_blank { base.file.clone() } else { version.file.clone() },
    }
}
