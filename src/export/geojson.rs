//! What enters: the entries of a collection. What leaves: those with a position as GeoJSON (RFC 7946), each with what its record says.
//! It must not know maps.

use serde::{Serialize, Serializer};

use super::record::{Record, Stated, text};
use crate::collection::{Collection, Field};
use crate::output::Output;
use crate::site_path::SitePath;

/// The file of a collection; `None` where no field is a position.
#[must_use]
pub(super) fn geojson(collection: &Collection, records: &[Record<'_>], path: SitePath) -> Option<Output> {
    let field = field(collection)?;
    Some(Output::new(path, text(&Features { kind: "FeatureCollection", features: Placed { field, records } })))
}

/// The field that says where a collection's entries are.
pub(super) fn field(collection: &Collection) -> Option<&Field> {
    collection.fields.values().find(|field| field.kind.name() == "position")
}

#[derive(Serialize)]
struct Features<'f> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Placed<'f>,
}

/// The records that have a position.
struct Placed<'f> {
    field: &'f Field,
    records: &'f [Record<'f>],
}

impl Serialize for Placed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { field, records } = self;
        serializer.collect_seq(records.iter().filter_map(|record| {
            let mut values = record.entry.values(&field.name);
            let (latitude, longitude) = values.find_map(|value| field.kind.index(value).position)?;
            Some(Feature {
                kind: "Feature",
                id: record.common("id"),
                geometry: Point { kind: "Point", coordinates: [longitude, latitude] },
                properties: Properties { field, record },
            })
        }))
    }
}

#[derive(Serialize)]
struct Feature<'f> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Stated<'f>,
    geometry: Point,
    properties: Properties<'f>,
}

#[derive(Serialize)]
struct Point {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

/// What a record says, but what stands beside it already.
struct Properties<'f> {
    field: &'f Field,
    record: &'f Record<'f>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_elsewhere = |name: &str| name == "id" || name == self.field.name;
        serializer.collect_map(self.record.stated().filter(|(name, _)| !is_elsewhere(name)))
    }
}
