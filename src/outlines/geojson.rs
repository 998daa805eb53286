//! What enters: a GeoJSON text (RFC 7946) and the names of its properties. What leaves: [`Outlines`], and a diagnostic at each faulty feature.
//! It must not know which country it shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Outlines, Point, Polygons};
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::source::Lines;

/// Properties of the features.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The one that holds a feature's code.
    pub id: &'a str,
    /// The one that holds its name.
    pub name: &'a str,
    /// The one that holds the name of the group that it belongs to.
    pub group: Option<&'a str>,
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow, default)]
    features: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
}

/// A fault of a feature: code, what is wrong, what to do.
type Fault = (&'static str, String, &'static str);

const POLYGONS: &str = "write areas as `Polygon` or `MultiPolygon`";
const DEGREES: &str = "GeoJSON holds longitude and latitude in degrees (WGS 84): transform the file, for instance with `ogr2ogr -t_srs EPSG:4326`";

/// Reads the outlines. `None` when there is nothing to draw.
pub(super) fn read(
    text: &str,
    file: &Arc<str>,
    names: Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Outlines> {
    let collection: Collection<'_> = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            let at = Lines::of(text).offset(error.line(), error.column().saturating_sub(1));
            // The place is the diagnostic's own.
            let error = error.to_string();
            let message = format!("this is no GeoJSON: {}", error.split(" at line ").next().unwrap_or_default());
            diagnostics.push(Diagnostic::error("geojson-syntax", Location::new(file, at..at), message));
            return None;
        }
    };
    if collection.kind != "FeatureCollection" || collection.features.is_empty() {
        let message = "there are no areas in this file";
        let diagnostic = Diagnostic::error("geojson-syntax", Location::start_of(file), message);
        diagnostics.push(diagnostic.expected("a GeoJSON `FeatureCollection` of areas"));
        return None;
    }
    let mut areas: Vec<Polygons> = Vec::with_capacity(collection.features.len());
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut whole = true;
    for (number, raw) in collection.features.iter().enumerate() {
        // The feature's text is a part of the file's.
        let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        let first_line = raw.get().find('\n').unwrap_or(raw.get().len()).min(80);
        let location = Location::new(file, start..start + raw.get().floor_char_boundary(first_line));
        let read = serde_json::from_str::<Feature>(raw.get());
        let read = read.map_err(|error| {
            let error = error.to_string();
            let error = error.split(" at line ").next().unwrap_or_default();
            let message = format!("feature {} can't be read: {error}", number + 1);
            Box::new(Diagnostic::error("geojson-syntax", location.clone(), message))
        });
        match read.and_then(|feature| polygons(&feature, number + 1, names, &location)) {
            Ok(area) => {
                if let Some(first) = known.insert(area.id.clone(), number + 1) {
                    let message =
                        format!("the features {first} and {} have the same `{}`: `{}`", number + 1, names.id, area.id);
                    diagnostics.push(Diagnostic::error("duplicate-value", location, message));
                    whole = false;
                }
                areas.push(area);
            }
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                whole = false;
            }
        }
    }
    whole.then(|| Outlines::new(areas))
}

fn polygons(
    feature: &Feature,
    number: usize,
    names: Names<'_>,
    location: &Location,
) -> Result<Polygons, Box<Diagnostic>> {
    let empty = Map::new();
    let properties = feature.properties.as_ref().unwrap_or(&empty);
    let text = |name: &str| match properties.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => {
            let message = format!("feature {number} has no property `{name}`");
            let given = || properties.keys().map(String::as_str);
            let diagnostic = Diagnostic::error("missing-property", location.clone(), message);
            let diagnostic = diagnostic.expected(format!("a text or a number; its properties are {}", one_of(given())));
            Err(Box::new(diagnostic.near(name, given()).help("name the properties under `[map]` in `site.toml`")))
        }
    };
    let (id, name) = (text(names.id)?, text(names.name)?);
    let group = names.group.map(text).transpose()?;
    let fault = |(code, message, help): Fault| {
        let message = format!("the outline of `{name}` {message}");
        Box::new(Diagnostic::error(code, location.clone(), message).help(help))
    };
    let none = ("wrong-geometry", "is missing".to_owned(), POLYGONS);
    let rings = feature.geometry.as_ref().ok_or(none).and_then(rings).map_err(fault)?;
    Ok(Polygons { id, name, group, rings })
}

fn rings(geometry: &Geometry) -> Result<Vec<Vec<Point>>, Fault> {
    let list =
        |value: &Value| value.as_array().cloned().ok_or(("wrong-geometry", "is no list of rings".to_owned(), POLYGONS));
    let polygons = match geometry.kind.as_str() {
        "Polygon" => vec![geometry.coordinates.clone()],
        "MultiPolygon" => list(&geometry.coordinates)?,
        other => return Err(("wrong-geometry", format!("is a `{other}`"), POLYGONS)),
    };
    let mut rings = Vec::new();
    for polygon in &polygons {
        for (at, line) in list(polygon)?.iter().enumerate() {
            let mut points = list(line)?.iter().map(point).collect::<Result<Vec<Point>, Fault>>()?;
            points.dedup();
            if points.first() == points.last() {
                points.pop();
            }
            if points.len() < 3 {
                return Err(("wrong-geometry", "has a ring of fewer than three points".to_owned(), POLYGONS));
            }
            // Not every program keeps the standard's direction: outer rings counter-clockwise, holes clockwise.
            if (area(&points) > 0.0) != (at == 0) {
                points.reverse();
            }
            rings.push(points);
        }
    }
    if rings.is_empty() { Err(("wrong-geometry", "is empty".to_owned(), POLYGONS)) } else { Ok(rings) }
}

fn point(value: &Value) -> Result<Point, Fault> {
    let number = |at: usize| value.get(at).and_then(Value::as_f64);
    match (number(0), number(1)) {
        (Some(longitude), Some(latitude)) if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 => {
            Ok([longitude, latitude])
        }
        (Some(x), Some(y)) => {
            Err(("out-of-range", format!("has the point `{x}, {y}`, which is no place on the globe"), DEGREES))
        }
        _ => Err(("wrong-geometry", "has a point that is no pair of numbers".to_owned(), POLYGONS)),
    }
}

/// Twice the area inside a ring; positive when it runs counter-clockwise.
fn area(ring: &[Point]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|([x1, y1], [x2, y2])| x1 * y2 - x2 * y1).sum()
}
