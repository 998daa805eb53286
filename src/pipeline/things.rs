//! What enters: everything that pages read. What leaves: its digests by key, so that a page is known to be current by comparing them with those of when it
//! was made. It must not know pages. What is not a thing here is around all pages: see `around` in `pipeline.rs`.

use std::collections::HashMap;

use crate::bundle::Bundles;
use crate::catalogue::{Catalogue, Facet};
use crate::digest::Digest;
use crate::plan::{Atlas, Neighbourhood};
use crate::reads::Thing;
use crate::source::Source;
use crate::texts::Texts;

/// The digests of all things but texts, which read some of them.
pub(super) fn digests(
    catalogue: &Catalogue<'_>,
    bundles: &Bundles<'_>,
    neighbourhood: &Neighbourhood<'_>,
    atlas: Option<&Atlas<'_>>,
    content: &[Source],
) -> HashMap<u64, Digest> {
    let files: HashMap<&str, Digest> = content.iter().map(|source| (&*source.path, source.digest)).collect();
    let mut things = HashMap::new();
    for (id, family) in &catalogue.families {
        // What a translation inherits stands in the first version's file: without that one there is no family.
        let versions = family.versions.iter();
        let parts: Vec<(&String, u8, &str, Option<&Digest>)> = versions
            .map(|(language, entry)| (language, entry.state as u8, &*entry.file, files.get(&*entry.file)))
            .collect();
        let own: Vec<(&str, Digest)> = bundles.files(id).map(|(path, file)| (path, file.source.digest)).collect();
        things.insert(Thing::Entry(id).key(), Digest::of_hash(&(parts, own)));
    }
    for facet in catalogue.facets.values() {
        things.insert(Thing::Facet(&facet.key).key(), whole(facet));
        for node in facet.all() {
            things.insert(Thing::Value(&facet.key, &node.path).key(), Digest::of_hash(&node.label));
        }
    }
    let positions: Vec<_> =
        neighbourhood.positions().map(|(id, (lat, lon))| (id, lat.to_bits(), lon.to_bits())).collect();
    things.insert(Thing::Positions.key(), Digest::of_hash(&positions));
    things.insert(Thing::Ground.key(), Digest::of_hash(&atlas.map(Atlas::ground)));
    things.insert(Thing::Map.key(), Digest::of_hash(&atlas.map(Atlas::shown)));
    let files = atlas.map(|atlas| atlas.data(catalogue).outputs().map(|output| output.digest).collect::<Vec<_>>());
    things.insert(Thing::MapFiles.key(), Digest::of_hash(&files));
    let facets: Vec<_> = catalogue.facets.values().map(|facet| (&facet.key, &facet.label, &facet.path)).collect();
    let listings: Vec<_> = catalogue.listings.iter().map(|(key, ids)| (key, ids.len())).collect();
    things.insert(Thing::Frame.key(), Digest::of_hash(&(facets, listings)));
    things
}

/// Adds the digests of texts, and of everything.
pub(super) fn add_texts(texts: &Texts, things: &mut HashMap<u64, Digest>) {
    things.extend(texts.digests().map(|(id, language, digest)| (Thing::Text(id, language).key(), digest)));
    let mut all: Vec<(u64, Digest)> = things.iter().map(|(key, digest)| (*key, *digest)).collect();
    all.sort_unstable();
    things.insert(Thing::All.key(), Digest::of_hash(&all));
}

fn whole(facet: &Facet) -> Digest {
    let values: Vec<_> = facet.all().into_iter().map(|node| (&node.path, &node.label, node.entries.len())).collect();
    Digest::of_hash(&(&facet.label, &facet.path, facet.count, values))
}
