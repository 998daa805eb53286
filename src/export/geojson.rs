//! What enters: the entries of a collection. What leaves: those with a position as GeoJSON (RFC 7946), each with what its record says.
//! It must not know maps.

use serde_json::{Value as Json, json};

use super::record::record;
use crate::catalogue::Catalogue;
use crate::collection::{Collection, Field};
use crate::entry::Entry;
use crate::output::Output;
use crate::site_path::SitePath;

/// The file of a collection; `None` where no field is a position.
#[must_use]
pub(super) fn geojson<'e>(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    entries: impl Iterator<Item = &'e Entry>,
    path: SitePath,
) -> Option<Output> {
    let field = field(collection)?;
    let features = entries.filter_map(|entry| {
        let (latitude, longitude) = entry.values(&field.name).find_map(|value| field.kind.index(value).position)?;
        let mut properties = record(catalogue, collection, entry);
        properties.remove(&field.name);
        let id = properties.remove("id");
        Some(json!({
            "type": "Feature",
            "id": id,
            "geometry": { "type": "Point", "coordinates": [longitude, latitude] },
            "properties": properties,
        }))
    });
    let features: Vec<Json> = features.collect();
    // A JSON value always serialises.
    let mut bytes =
        serde_json::to_vec(&json!({ "type": "FeatureCollection", "features": features })).unwrap_or_default();
    bytes.push(b'\n');
    Some(Output::new(path, bytes))
}

/// The field that says where a collection's entries are.
pub(super) fn field(collection: &Collection) -> Option<&Field> {
    collection.fields.values().find(|field| field.kind.name() == "position")
}
