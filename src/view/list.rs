//! What enters: nothing but itself; `plan` fills it. What leaves: what templates see of lists, facets and the search. It must not know where the values come from.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use serde::Serialize;
use tera::Value;

use super::{CardGroup, LiveMap, MapView, SharedCard};

/// A [`FacetView`] ready for templates, which the pages of a list share.
#[derive(Clone, Debug, Serialize)]
pub struct SharedFacet(Value);

impl From<FacetView> for SharedFacet {
    fn from(facet: FacetView) -> Self {
        Self(facet.into())
    }
}

impl From<SharedFacet> for Value {
    fn from(facet: SharedFacet) -> Self {
        facet.0
    }
}

seen! {

/// A page of a list of entries.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub title: String,
    pub description: String,
    pub count: usize,
    pub entries: Vec<SharedCard>,
    pub pages: Pages,
    pub filters: Vec<SharedFacet>,
    pub groups: Vec<Group>,
    pub sections: Vec<ListSection>,
    pub heads: Vec<SharedCard>,
    pub ties: Vec<CardGroup>,
    pub data: Vec<DataLink>,
    pub map: Option<MapView>,
    pub live: Option<LiveMap>,
    pub search_url: String,
}

/// Where a page stands among the pages of its list.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pub current: usize,
    pub total: usize,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub all: Vec<PageLink>,
}

/// A page of a list. `gap` stands for pages left out before it.
#[derive(Clone, Debug)]
pub struct PageLink {
    pub number: usize,
    pub url: String,
    pub current: bool,
    pub gap: bool,
}

/// How many entries of a collection a list holds.
#[derive(Clone, Debug)]
pub struct Group {
    pub key: String,
    pub icon: Option<String>,
    pub label: String,
    /// The label as it follows the count: `réseau`, `réseaux`.
    pub noun: String,
    pub url: String,
    pub count: usize,
}

/// The entries of one collection on a page that shows several.
#[derive(Clone, Debug)]
pub struct ListSection {
    pub key: String,
    pub label: String,
    pub url: String,
    pub icon: Option<String>,
    pub count: usize,
    pub entries: Vec<SharedCard>,
}

/// A file of open data.
#[derive(Clone, Debug)]
pub struct DataLink {
    pub kind: &'static str,
    pub url: String,
}

/// A facet with its values.
#[derive(Clone, Debug)]
pub struct FacetView {
    pub key: String,
    pub label: String,
    /// The name of all values together.
    pub title: String,
    pub url: String,
    pub count: usize,
    pub values: Vec<FacetValueView>,
}

/// A value of a facet.
#[derive(Clone, Debug)]
pub struct FacetValueView {
    pub id: String,
    pub label: String,
    pub url: String,
    pub count: usize,
    pub current: bool,
    pub children: Vec<FacetValueView>,
}

/// A letter of the A to Z.
#[derive(Clone, Debug)]
pub struct Letter {
    pub letter: String,
    pub id: String,
    pub url: String,
    pub count: usize,
    pub current: bool,
}

/// The entries of a letter.
#[derive(Clone, Debug)]
pub struct Section {
    pub letter: String,
    pub id: String,
    pub entries: Vec<SharedCard>,
}

/// What the search page needs.
#[derive(Clone, Debug)]
pub struct Search {
    pub data_url: String,
    pub filters: Vec<SharedFacet>,
}

/// Where an old address leads.
#[derive(Clone, Debug)]
pub struct RedirectView {
    pub to: String,
    pub to_absolute: String,
}

}
