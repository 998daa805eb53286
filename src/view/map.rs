//! What enters: nothing but itself; `plan` fills it. What leaves: what templates see of maps: numbers and paths ready for SVG. It must not know
//! where the values come from.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use std::collections::BTreeMap;

use tera::Value;

seen! {

/// A map of areas with their entries.
#[derive(Clone, Debug, Default)]
pub struct MapView {
    /// `whole`, `group` or `area`.
    pub kind: &'static str,
    pub width: i64,
    pub height: i64,
    pub label: String,
    pub count: usize,
    /// How many of them have no circle.
    pub unplaced: usize,
    pub text: String,
    pub collection_url: String,
    pub facet: String,
    pub facet_url: String,
    pub live: Option<LiveMap>,
    /// Where the interactive map of this part is, on the page of a part.
    pub live_url: Option<String>,
    pub insets: Vec<MapInset>,
    pub surroundings: Option<Value>,
    pub areas: Vec<MapArea>,
    /// The largest first: a small one is never hidden.
    pub dots: Vec<MapDot>,
}

/// What opens the interactive map.
#[derive(Clone, Debug)]
pub struct LiveMap {
    pub points: String,
    pub outlines: String,
    pub geojson: String,
    /// The search, for the collection's entries.
    pub search_url: String,
    /// The facet whose values are the areas.
    pub facet: String,
    /// Plural forms by CLDR category, with the collection's noun.
    pub count: BTreeMap<&'static str, String>,
    pub tiles: Option<LiveTiles>,
}

/// Who draws the ground of the interactive map.
#[derive(Clone, Debug)]
pub struct LiveTiles {
    pub url: String,
    pub host: String,
    pub attribution: String,
}

/// A frame for what lies far away.
#[derive(Clone, Debug)]
pub struct MapInset {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    pub label: String,
}

/// An area: its outline, its page, how much lies in it.
#[derive(Clone, Debug)]
pub struct MapArea {
    pub label: String,
    pub url: Option<String>,
    pub count: usize,
    pub text: String,
    pub path: Value,
}

/// One entry or several on one spot.
#[derive(Clone, Debug)]
pub struct MapDot {
    pub x: i64,
    pub y: i64,
    pub radius: i64,
    /// The radius of what can be pressed.
    pub target: i64,
    pub count: usize,
    pub label: Option<String>,
    pub url: Option<String>,
}

/// Where one entry lies.
#[derive(Clone, Debug)]
pub struct Locator {
    pub width: i64,
    pub height: i64,
    pub x: i64,
    pub y: i64,
    pub land: Value,
    pub area: Value,
    pub label: String,
    pub url: Option<String>,
}

}
