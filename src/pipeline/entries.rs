//! What enters: the files of entries and all that they are read with. What leaves: their versions, from the memo where nothing changed.
//! It must not put versions together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::entry::Version;
use crate::entry_id::EntryId;
use crate::layout::Layout;
use crate::memo::Results;
use crate::parse::{self, Parsed};
use crate::settings::Settings;
use crate::source::Source;
use crate::vocabularies::Vocabularies;

pub(super) fn parse_entries(
    layout: &Layout<'_>,
    settings: &Settings,
    (vocabularies, collections): (&Vocabularies, &IndexMap<String, Collection>),
    (communes, table): (&Communes, Digest),
    keeps: bool,
    known: &mut Results<Arc<str>, Parsed>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Version>> {
    // What all files of a collection are parsed with: its definition's text stands for the definition.
    let around = Digest::of(format!("{:?}{vocabularies:?}", settings.languages).as_bytes());
    let definitions: BTreeMap<&str, Digest> = layout
        .definitions
        .iter()
        .map(|(key, source)| (*key, Digest::of_all([&around, &source.digest, &table])))
        .collect();
    let mut orphans: BTreeMap<&str, &Source> = BTreeMap::new();
    let mut files = Vec::new();
    for file in &layout.entries {
        match collections.get(file.id.collection()) {
            Some(collection) => files.push((file, collection)),
            None if layout.definitions.contains_key(file.id.collection()) => {}
            None => drop(orphans.entry(file.id.collection()).or_insert(file.source)),
        }
    }
    for (collection, source) in orphans {
        let message = format!("the folder `content/{collection}/` is no collection");
        let diagnostic = Diagnostic::error("no-collection", Location::start_of(&source.path), message);
        let help = format!("define it in `content/{collection}/_collection.yaml`, or move its files");
        diagnostics.push(diagnostic.help(help).near(collection, collections.keys().map(String::as_str)));
    }
    // With the digest of what it was made from where it is new.
    let parsed: Vec<(Parsed, Option<Digest>)> = files
        .par_iter()
        .with_max_len(32)
        .map(|(file, collection)| {
            let digest = definitions.get(collection.key.as_str()).copied().unwrap_or(around);
            let digest = Digest::of_hash(&(digest, file.source.digest, file.bundle));
            match known.get(&file.source.path, digest) {
                Some(parsed) => (parsed, None),
                None => (parse::parse(file, collection, &settings.languages, communes), Some(digest)),
            }
        })
        .collect();
    let (mut versions, mut new) = (Vec::with_capacity(parsed.len()), Vec::new());
    let mut damaged: BTreeSet<&EntryId> = BTreeSet::new();
    for ((parsed, digest), (file, _)) in parsed.into_iter().zip(&files) {
        diagnostics.extend(parsed.diagnostics.iter().cloned());
        let is_default = file.language.is_none_or(|language| language == settings.default_language());
        damaged.extend(Some(&file.id).filter(|_| is_default && parsed.version.is_none()));
        versions.extend(parsed.version.clone());
        new.extend(digest.filter(|_| keeps).map(|digest| (Arc::clone(&file.source.path), digest, parsed)));
    }
    if keeps {
        known.renew(new, files.iter().map(|(file, _)| &file.source.path));
    }
    // What a translation inherits is not known when the version that it translates can't be read: nothing is missing.
    for version in versions.iter_mut().filter(|version| damaged.contains(&version.id)) {
        let names = collections.get(version.id.collection()).map(|collection| collection.field_names.iter().cloned());
        let faulty = names.into_iter().flatten().chain(["title".to_owned()]).collect();
        *version = Arc::new(Version { faulty, ..Version::clone(version) });
    }
    versions
}
