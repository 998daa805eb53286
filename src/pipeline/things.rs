//! What enters: everything that pages read. What leaves: its digests by key, so that a page is known to be current by comparing them with those of when it
//! was made. It must not know pages. What is not a thing here is around all pages: see `around` in `pipeline.rs`.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::bundle::Bundles;
use crate::catalogue::{Catalogue, Facet};
use crate::digest::Digest;
use crate::plan::{Atlas, Neighbourhood};
use crate::reads::{Thing, Things};
use crate::texts::Texts;

/// The digests of all things but texts, which read some of them.
pub(super) fn digests(
    catalogue: &Catalogue<'_>,
    bundles: &Bundles,
    neighbourhood: &Neighbourhood<'_>,
    atlas: Option<&Atlas<'_>>,
    kept: &mut Option<(Digest, Vec<(u64, Digest)>)>,
) -> Things {
    let entries = catalogue.families.par_iter().flat_map_iter(|(id, family)| {
        let own: Vec<(&str, Digest)> = bundles.files(id).map(|(path, file)| (path, file.source.digest)).collect();
        let entry = if own.is_empty() { family.front } else { Digest::of_hash(&(family.front, own)) };
        [(Thing::Entry(id).key(), entry), (Thing::Body(id).key(), family.body)]
    });
    let entries: Vec<(u64, Digest)> = entries.collect();
    // None of it shows bodies.
    let known = kept.take().filter(|(fronts, _)| *fronts == catalogue.fronts);
    let shared = known.map_or_else(|| shared(catalogue, neighbourhood, atlas), |(_, shared)| shared);
    // One text an entry and language is still to come.
    let texts = catalogue.families.len() * catalogue.settings.languages.len();
    let mut things = Things::with_capacity_and_hasher(entries.len() + shared.len() + texts + 1, Default::default());
    // In the order of ids, which are a part of `fronts`.
    let all = entries.iter().chain(&shared).map(|(_, digest)| digest).chain([&catalogue.fronts]);
    things.insert(Thing::All.key(), Digest::of_all(all));
    things.extend(entries);
    things.extend(shared.iter().copied());
    *kept = Some((catalogue.fronts, shared));
    things
}

/// The digests of what only all entries together show.
fn shared(
    catalogue: &Catalogue<'_>,
    neighbourhood: &Neighbourhood<'_>,
    atlas: Option<&Atlas<'_>>,
) -> Vec<(u64, Digest)> {
    let mut shared = Vec::new();
    let mut put = |thing: Thing<'_>, digest: Digest| shared.push((thing.key(), digest));
    for facet in catalogue.facets.values() {
        put(Thing::Facet(&facet.key), whole(facet));
        for node in facet.all() {
            put(Thing::Value(&facet.key, &node.path), Digest::of_hash(&node.label));
        }
    }
    let positions = neighbourhood.positions().map(|(id, (lat, lon))| (id, lat.to_bits(), lon.to_bits()));
    put(Thing::Positions, Digest::of_hash(&positions.collect::<Vec<_>>()));
    let [ground, shown, files] = map(catalogue, atlas);
    put(Thing::Ground, ground);
    put(Thing::Map, shown);
    put(Thing::MapFiles, files);
    let facets: Vec<_> = catalogue.facets.values().map(|facet| (&facet.key, &facet.label, &facet.path)).collect();
    let listings: Vec<_> = catalogue.listings.iter().map(|(key, ids)| (key, ids.len())).collect();
    put(Thing::Frame, Digest::of_hash(&(facets, listings)));
    shared
}

/// The ground, what is on it, and the files of the interactive map.
fn map(catalogue: &Catalogue<'_>, atlas: Option<&Atlas<'_>>) -> [Digest; 3] {
    let files = || atlas.map(|atlas| atlas.data(catalogue).outputs().map(|output| output.digest).collect::<Vec<_>>());
    let (files, [ground, shown]) = rayon::join(
        || Digest::of_hash(&files()),
        || [Digest::of_hash(&atlas.map(Atlas::ground)), Digest::of_hash(&atlas.map(Atlas::shown))],
    );
    [ground, shown, files]
}

/// Adds the digests of texts, and of everything.
pub(super) fn add_texts(texts: &Texts, things: &mut Things) {
    things.extend(texts.digests().map(|(id, language, digest)| (Thing::Text(id, language).key(), digest)));
    let before = things.get(&Thing::All.key()).copied().unwrap_or_default();
    let all: Vec<Digest> = std::iter::once(before).chain(texts.digests().map(|(_, _, digest)| digest)).collect();
    things.insert(Thing::All.key(), Digest::of_all(&all));
}

/// What the things are called, where somebody wants to know what a page was made of.
pub(super) fn names(catalogue: &Catalogue<'_>) -> HashMap<u64, String> {
    let mut names = HashMap::new();
    let mut name = |thing: Thing<'_>, name: String| drop(names.insert(thing.key(), name));
    for id in catalogue.families.keys().chain(catalogue.withheld.keys()) {
        name(Thing::Entry(id), format!("entry {id}"));
        name(Thing::Body(id), format!("body of {id}"));
        for language in &catalogue.settings.languages {
            name(Thing::Text(id, language), format!("text of {id} ({language})"));
        }
    }
    for facet in catalogue.facets.values() {
        name(Thing::Facet(&facet.key), format!("facet {}", facet.key));
        for node in facet.all() {
            name(Thing::Value(&facet.key, &node.path), format!("value {} of facet {}", node.path, facet.key));
        }
    }
    name(Thing::Positions, "positions of all entries".to_owned());
    name(Thing::Ground, "outlines of areas".to_owned());
    name(Thing::Map, "what is on the map".to_owned());
    name(Thing::MapFiles, "files of the interactive map".to_owned());
    name(Thing::Frame, "facets, and how many entries collections have".to_owned());
    name(Thing::All, "every entry and text".to_owned());
    names
}

fn whole(facet: &Facet) -> Digest {
    let values: Vec<_> = facet
        .all()
        .into_iter()
        .map(|node| (&node.path, &node.label, node.shares().collect::<Vec<_>>(), node.heads.len()))
        .collect();
    Digest::of_hash(&(&facet.label, &facet.path, facet.count, values))
}
