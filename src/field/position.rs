//! What enters: latitude and longitude in degrees. What leaves: a position on the globe (WGS 84). It must not know any map.

use serde_json::json;

use super::number::{bare_decimal, to_json};
use super::text::{refuse, scalar};
use super::{Column, Exported, FieldType, Indexed, Reading, Showing, Shown, SortKey, Value, convert, escape};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes, Record};

/// A point on the globe.
#[derive(Debug)]
pub struct Position;

/// Boxes around France and its inhabited territories: south, north, west, east.
const FRANCE: [(f64, f64, f64, f64); 12] = [
    (41.3, 51.2, -5.3, 9.7),
    (15.8, 16.6, -61.9, -60.9),
    (14.3, 15.0, -61.3, -60.7),
    (2.1, 5.9, -54.7, -51.5),
    (-21.5, -20.8, 55.1, 55.9),
    (-13.1, -12.5, 44.9, 45.4),
    (46.7, 47.2, -56.5, -56.1),
    (17.8, 18.2, -63.2, -62.7),
    (-28.0, -7.5, -155.0, -134.0),
    (-23.0, -19.0, 163.0, 168.5),
    (-14.5, -13.1, -178.3, -176.0),
    (10.2, 10.4, -109.3, -109.1),
];

fn in_france(lat: f64, lon: f64) -> bool {
    FRANCE.iter().any(|(south, north, west, east)| (*south..=*north).contains(&lat) && (*west..=*east).contains(&lon))
}

/// A number with a point; a comma is understood where nothing else can be meant.
fn degrees(text: &str) -> Option<f64> {
    bare_decimal(text.trim().trim_end_matches('°'))
}

/// The two numbers of `47.2459, -1.5056`, or of the same with decimal commas.
fn pair(text: &str) -> Option<(f64, f64)> {
    let mut sides = text.split(',');
    let (lat, lon) = (sides.next()?, sides.next()?);
    if sides.next().is_some() { None } else { degrees(lat).zip(degrees(lon)) }
}

/// `47,2459 -1,5056`, `47,2459; -1,5056` and `47,2459, -1,5056` as they were meant.
fn guess(text: &str) -> Option<(f64, f64)> {
    let points = text.replace(',', ".");
    let parts: Vec<&str> =
        points.split([' ', ';', '/']).map(|part| part.trim_matches('.')).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [lat, lon] => degrees(lat).zip(degrees(lon)),
        _ => None,
    }
}

impl Position {
    fn checked(&self, (lat, lon): (f64, f64), node: &Node, notes: &mut Notes<'_>) -> Option<Value> {
        let valid = |lat: f64, lon: f64| lat.abs() <= 90.0 && lon.abs() <= 180.0;
        let swapped = format!("{lon}, {lat}");
        if !valid(lat, lon) {
            let message = format!("`{lat}, {lon}` is no place on the globe");
            return refuse(node, notes, "out-of-range", message, |fault| Diagnostic {
                nearest: valid(lon, lat).then_some(swapped),
                ..fault.expected("a latitude from -90 to 90, then a longitude from -180 to 180")
            });
        }
        if lat == 0.0 && lon == 0.0 {
            let message = "`0, 0` is a place in the sea off Africa: it often stands for a position that is not known";
            let warning = Diagnostic::warning("null-position", notes.at(node.extent), message);
            notes.push(warning.help("write the position, or remove the line"));
        }
        if !in_france(lat, lon) && in_france(lon, lat) {
            let message = format!("`{lat}, {lon}` is far from France; the other way round it is there");
            let warning = Diagnostic::warning("swapped-position", notes.at(node.extent), message);
            let warning = warning.help("write the latitude first, then the longitude");
            notes.push(Diagnostic { nearest: Some(swapped), ..warning });
        }
        Some(Value::Position(lat, lon))
    }
}

impl FieldType for Position {
    fn name(&self) -> &'static str {
        "position"
    }

    fn icon(&self) -> &'static str {
        "map-pin"
    }

    fn hint(&self) -> String {
        "latitude and longitude in degrees, such as `47.2459, -1.5056` or `{ lat: 47.2459, lon: -1.5056 }`".to_owned()
    }

    fn example(&self) -> String {
        "47.2459, -1.5056".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        if matches!(node.content, Content::Map(_)) {
            let mut record = Record::open(node, "a position", notes)?;
            let mut side = |name: &'static str, notes: &mut Notes<'_>| {
                let node = record.require(name, notes)?;
                let text = scalar(node, reading, "a number such as `47.2459`", notes)?.trim();
                degrees(text).or_else(|| {
                    let nearest = Some(text.replace(',', ".")).filter(|text| degrees(text).is_some());
                    refuse(node, notes, "not-a-number", format!("`{text}` is no number"), |fault| Diagnostic {
                        nearest,
                        ..fault.expected("degrees with a point before decimals")
                    })
                })
            };
            let (lat, lon) = (side("lat", notes), side("lon", notes));
            record.finish(notes);
            return self.checked(lat.zip(lon)?, node, notes);
        }
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        if let Some(found) = pair(text) {
            return self.checked(found, node, notes);
        }
        let nearest = guess(text).map(|(lat, lon)| format!("{lat}, {lon}"));
        refuse(node, notes, "not-a-position", format!("`{text}` is no position"), |fault| Diagnostic {
            nearest,
            ..fault
                .expected(self.hint())
                .help("write degrees with a point before decimals, and a comma between the two")
        })
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        let side = |name| node.get(name).and_then(Node::as_text).map(|text| text.trim().replace(',', "."));
        match (node.as_map(), side("lat"), side("lon")) {
            (None, _, _) => convert::as_meant(self, node, reading),
            (Some([_, _]), Some(lat), Some(lon)) => Content::Text(format!("{lat}, {lon}")),
            _ => node.content.clone(),
        }
    }

    fn schema(&self) -> serde_json::Value {
        let side = |limit: i32| json!({ "type": "number", "minimum": -limit, "maximum": limit });
        json!({ "anyOf": [
            {
                "type": "string", "description": self.hint(),
                "pattern": r"^ *-?[0-9]+(\.[0-9]+)?°? *, *-?[0-9]+(\.[0-9]+)?°? *$",
            },
            {
                "type": "object", "properties": { "lat": side(90), "lon": side(180) },
                "required": ["lat", "lon"], "additionalProperties": false,
            },
        ] })
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let Value::Position(lat, lon) = value else { return Shown::default() };
        let text = format!("{lat}, {lon}");
        let html = format!("<span class=\"position\">{}</span>", escape(&text));
        Shown { html, ..Shown::plain(text) }.with("lat", to_json(*lat)).with("lon", to_json(*lon))
    }

    fn words(&self, _value: &Value, _lang: &str) -> String {
        // Nobody searches for a number of degrees; the index has the position itself.
        String::new()
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        // From north to south.
        SortKey::Number(self.index(value).position.map_or(f64::MAX, |(lat, _)| -lat))
    }

    fn index(&self, value: &Value) -> Indexed {
        match value {
            Value::Position(lat, lon) => Indexed { position: Some((*lat, *lon)), ..Indexed::default() },
            _ => Indexed::default(),
        }
    }

    fn columns(&self) -> &'static [Column] {
        &[
            Column { part: "lat", kind: "number", format: "default" },
            Column { part: "lon", kind: "number", format: "default" },
        ]
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        match value {
            Value::Position(lat, lon) => Exported::Parts(vec![("lat", (*lat).into()), ("lon", (*lon).into())]),
            _ => Exported::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn positions_are_degrees_latitude_first() {
        check(
            &Position,
            &[
                ("47.2459, -1.5056", r#"{"lat":47.2459,"lon":-1.5056}"#),
                ("47,-1", r#"{"lat":47,"lon":-1}"#),
                ("{ lat: 47.2459, lon: -1.5056 }", r#"{"lat":47.2459,"lon":-1.5056}"#),
                ("-20.88, 55.45", r#"{"lat":-20.88,"lon":55.45}"#),
                ("-1.5056, 47.2459", r#"{"lat":-1.5056,"lon":47.2459} !swapped-position ~47.2459, -1.5056"#),
                ("{ lat: 55.45, lon: -20.88 }", r#"{"lat":55.45,"lon":-20.88} !swapped-position ~-20.88, 55.45"#),
                ("-1.5, 120", r#"{"lat":-1.5,"lon":120}"#),
                ("120, 45", "!out-of-range ~45, 120"),
                ("120, 181", "!out-of-range"),
                ("47,2459, -1,5056", "!not-a-position ~47.2459, -1.5056"),
                ("47.2459 -1.5056", "!not-a-position ~47.2459, -1.5056"),
                ("47°14'N", "!not-a-position"),
                ("{ lat: '47,2', lon: 1 }", "!not-a-number ~47.2"),
                ("{ lat: 47.2, long: 1 }", "!missing-key !unknown-key ~lon"),
            ],
        );
        assert_eq!(show(&Position, "47.5,-1", "fr").html, "<span class=\"position\">47.5, -1</span>");
    }
}
