//! What enters: versions of single files. What leaves: families of complete entries, a translation holding what it inherits.
//! It must not know addresses or other families.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::{Family, Reveal, Withheld};
use crate::collection::Collection;
use crate::diagnostic::{Diagnostic, Location};
use crate::entry::{Entry, Head, State, Version};
use crate::entry_id::EntryId;
use crate::settings::Settings;

/// The versions of one entry, before it is known whether they are published.
pub(super) struct Merged {
    pub(super) id: EntryId,
    pub(super) head: IndexMap<String, Head>,
    versions: IndexMap<String, Entry>,
}

impl Merged {
    /// The family with its state on a day, or why it has no page.
    pub(super) fn publish(&self, date: Date, reveal: Reveal) -> Result<Family, Withheld> {
        let head = &self.head[0];
        let draft = head.draft == Some(true);
        if draft && !reveal.drafts {
            return Err(Withheld::Draft);
        }
        if head.publish_from.is_some_and(|from| from > date) && !reveal.later {
            return Err(Withheld::Later);
        }
        let expired = head.expires.is_some_and(|expires| expires <= date);
        let state = match (draft, expired) {
            (true, _) => State::Draft,
            (false, true) => State::Archived,
            (false, false) => State::Published,
        };
        let mut versions = self.versions.clone();
        // A draft translation of a published entry is withheld alone.
        versions
            .retain(|language, _| reveal.drafts || self.head.get(language).is_none_or(|head| head.draft != Some(true)));
        versions.values_mut().for_each(|entry| entry.state = state);
        if versions.is_empty() { Err(Withheld::Draft) } else { Ok(Family { versions }) }
    }
}

/// Groups versions by id, lets translations inherit, and checks what only the whole shows.
pub(super) fn merge<'v>(
    versions: impl IntoIterator<Item = &'v Version>,
    settings: &Settings,
    collections: &IndexMap<String, Collection>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Merged> {
    let default = settings.default_language();
    let mut grouped: BTreeMap<EntryId, IndexMap<String, &Version>> = BTreeMap::new();
    for version in versions {
        let language = version.language.clone().unwrap_or_else(|| default.to_owned());
        let group = grouped.entry(version.id.clone()).or_default();
        if let Some(earlier) = group.get(&language) {
            let location = Location::start_of(&version.file);
            let message = format!("`{}` is the entry `{}` again", version.file, version.id);
            diagnostics.push(
                Diagnostic::error("duplicate-entry", location, message)
                    .help(format!("rename or remove one of it and `{}`", earlier.file)),
            );
        } else {
            group.insert(language, version);
        }
    }
    grouped
        .into_iter()
        .filter_map(|(id, mut group)| {
            let collection = collections.get(&id.collection)?;
            group.sort_by(|a, _, b, _| (a != default, a).cmp(&(b != default, b)));
            let base = group.values().next().copied()?;
            let entries = group
                .iter()
                .map(|(language, version)| (language.clone(), entry(language, version, base, collection, diagnostics)))
                .collect();
            let head = group.into_iter().map(|(language, version)| (language, version.head.clone())).collect();
            Some(Merged { id, head, versions: entries })
        })
        .collect()
}

fn entry(
    language: &str,
    version: &Version,
    base: &Version,
    collection: &Collection,
    diagnostics: &mut Vec<Diagnostic>,
) -> Entry {
    let is_translation = !std::ptr::eq(version, base);
    let start = Location::new(&version.file, version.head.start..version.head.start);
    let title = version.head.title.as_ref().or(base.head.title.as_ref());
    if title.is_none() {
        diagnostics.push(
            Diagnostic::error("missing-title", start.clone(), "this entry has no `title`")
                .help("add a line `title: …`"),
        );
    }
    let mut fields = IndexMap::new();
    for (name, field) in &collection.fields {
        let own = version.fields.get(name);
        if let (true, false, Some(given), Some(_)) = (is_translation, field.translate, own, base.fields.get(name)) {
            let message = format!("a translation can't change `{name}`");
            let diagnostic =
                Diagnostic::error("untranslatable-field", Location::new(&version.file, given.key), message);
            diagnostics.push(diagnostic.help(format!(
                "remove the line (the value is inherited), or say `translate: true` for this field in `{}`",
                collection.file
            )));
        }
        if let Some(given) = own.or_else(|| base.fields.get(name)) {
            fields.insert(name.clone(), given.clone());
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
    Entry {
        id: version.id.clone(),
        language: language.to_owned(),
        file: version.file.clone(),
        bundle: version.bundle.clone().or_else(|| base.bundle.clone()),
        title: title.map_or_else(|| version.id.slug.clone(), |title| title.value.clone()),
        summary: inherited(&head.summary, &base.head.summary),
        keywords: head.keywords.clone().or_else(|| base.head.keywords.clone()).unwrap_or_default(),
        updated: head.updated.or(base.head.updated),
        state: State::Published,
        aliases: head.aliases.clone(),
        order: head.order.or(base.head.order),
        fields,
        body: if version.body.text.trim().is_empty() { base.body.clone() } else { version.body.clone() },
        body_file: if version.body.text.trim().is_empty() { base.file.clone() } else { version.file.clone() },
    }
}
