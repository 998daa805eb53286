//! What enters: the atlas. What leaves: the files that the interactive map fetches when it is opened: the entries of each language, and the outlines.
//! Their names are their digests. It must not know how they are shown.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::Atlas;
use crate::catalogue::Catalogue;
use crate::collection::Field;
use crate::entry_id::EntryId;
use crate::localised::capitalised;
use crate::output::Output;
use crate::site_path::SitePath;

/// The interactive map's files.
#[derive(Debug)]
pub(crate) struct MapData {
    /// Borders of areas and groups.
    pub(super) outlines: Output,
    /// The entries, by language.
    pub(super) points: BTreeMap<String, Output>,
}

fn file(name: &str, json: &Json) -> Output {
    // A JSON value always serialises.
    let bytes = serde_json::to_vec(json).unwrap_or_default();
    let named = Output::new(SitePath::default(), bytes);
    Output { path: SitePath::new(format!("assets/{name}-{}.json", named.digest.short())), ..named }
}

impl MapData {
    /// Makes the files.
    pub(super) fn new(catalogue: &Catalogue<'_>, atlas: &Atlas<'_>) -> Self {
        let languages = catalogue.settings.languages.iter();
        let points = languages.map(|language| (language.clone(), file("places", &points(catalogue, atlas, language))));
        Self { outlines: file("outlines", &outlines(atlas)), points: points.collect() }
    }

    /// All files.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = &Output> {
        std::iter::once(&self.outlines).chain(self.points.values())
    }
}

/// Arcs in thousandths of a degree: longitude and latitude, then steps. Rings are lists of arcs; `-1 - arc` is an arc against its direction.
fn outlines(atlas: &Atlas<'_>) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "degrees times a thousand fit")]
    let whole = |degrees: f64| (degrees * 1000.0).round() as i64;
    let arcs = atlas.outlines.arcs.iter().map(|arc| {
        let mut before = [0, 0];
        let steps = arc.iter().flat_map(|point| {
            let at = point.map(whole);
            let step = [at[0] - before[0], at[1] - before[1]];
            before = at;
            step
        });
        steps.collect::<Vec<i64>>()
    });
    let arcs: Vec<Vec<i64>> = arcs.collect();
    let groups = atlas.outlines.groups.iter().map(|group| {
        let rings = atlas.outlines.dissolve(group.areas.iter().copied());
        let signed = |step: &crate::outlines::Step| {
            let arc = i64::try_from(step.arc).unwrap_or(i64::MAX);
            if step.reversed { -1 - arc } else { arc }
        };
        let rings: Vec<Vec<i64>> = rings.iter().map(|ring| ring.iter().map(signed).collect()).collect();
        json!({ "name": group.name, "rings": rings })
    });
    json!({ "groups": groups.collect::<Vec<_>>(), "arcs": arcs })
}

/// The collection's facets with all their values, those below others after them, each as path and name; how many entries have no position; and those
/// that have one: latitude, longitude, title, address from the site's root, badges, and for each facet the indexes of the values, the lowest alone.
fn points(catalogue: &Catalogue<'_>, atlas: &Atlas<'_>, language: &str) -> Json {
    let mut fields: IndexMap<&str, Vec<&Field>> = IndexMap::new();
    for field in atlas.collection.fields.values() {
        if let Some(key) = field.facet.as_deref().filter(|key| catalogue.facets.contains_key(*key)) {
            fields.entry(key).or_default().push(field);
        }
    }
    let own = |id: &EntryId| id.collection() == atlas.collection.key;
    let used = |key: &str| {
        let nodes = catalogue.facets[key].all().into_iter().filter(|node| node.entries.iter().any(own));
        nodes.map(|node| (node.path.as_str(), capitalised(node.label.get(language)))).collect()
    };
    let values: Vec<IndexMap<&str, String>> = fields.keys().map(|key| used(key)).collect();
    let facets = fields.keys().zip(&values).map(|(key, values)| {
        let label = catalogue.facets[*key].label.get(language);
        json!({ "key": key, "label": label, "values": values.iter().collect::<Vec<_>>() })
    });
    let points = atlas.places.iter().filter_map(|place| {
        let entry = catalogue.families.get(place.id)?.version(language);
        let badges = atlas.collection.fields.values().filter(|field| field.badge);
        let badges = badges.flat_map(|field| entry.values(&field.name).map(|value| field.kind.badge(value, language)));
        let badges: Vec<String> = badges.filter(|badge| !badge.is_empty()).collect();
        let chosen = fields.values().zip(&values).map(|(fields, known)| {
            let paths =
                fields.iter().flat_map(|field| entry.values(&field.name).flat_map(|value| field.kind.facets(value)));
            let mut indexes: Vec<usize> =
                paths.filter_map(|value| known.get_index_of(value.path.join("/").as_str())).collect();
            indexes.sort_unstable();
            indexes.dedup();
            indexes
        });
        let [longitude, latitude] = place.at;
        let path = catalogue.entry_path(place.id, language);
        let address = path.relative_from(&SitePath::default());
        Some(json!([latitude, longitude, entry.title, address, badges.join(" · "), chosen.collect::<Vec<_>>()]))
    });
    let points: Vec<Json> = points.collect();
    let listed = catalogue.listings.get(&(atlas.collection.key.clone(), language.to_owned())).map_or(0, Vec::len);
    json!({ "facets": facets.collect::<Vec<_>>(), "unplaced": listed.saturating_sub(points.len()), "points": points })
}
