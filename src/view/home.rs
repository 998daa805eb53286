//! What enters: nothing but itself; `plan` fills it. What leaves: what templates see of the home page. It must not know where the values come from.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use super::{CollectionLink, MapView, MenuLink, SharedCard, SharedFacet};

seen! {

/// The home page.
#[derive(Clone, Debug)]
pub struct Home {
    pub title: String,
    pub promise: String,
    pub description: String,
    pub searches: Vec<MenuLink>,
    pub blocks: Vec<HomeBlock>,
    pub counts: Counts,
}

/// A block of the home page; what its kind doesn't need is empty.
#[derive(Clone, Debug, Default)]
pub struct HomeBlock {
    pub kind: &'static str,
    pub id: String,
    pub title: String,
    pub lead: String,
    pub doors: Vec<DoorView>,
    pub numbers: Vec<CollectionLink>,
    pub collection: Option<CollectionLink>,
    pub cards: Vec<SharedCard>,
    pub sessions: Vec<Session>,
    pub facet: Option<SharedFacet>,
    pub map: Option<MapView>,
    pub partners: Vec<PartnerView>,
    pub body: String,
    pub body_lang: String,
}

/// A way in.
#[derive(Clone, Debug)]
pub struct DoorView {
    pub label: String,
    pub url: String,
    pub text: String,
    pub icon: Option<String>,
}

/// Somebody who carries the centre.
#[derive(Clone, Debug)]
pub struct PartnerView {
    pub name: String,
    pub url: String,
    pub logo: Option<String>,
}

/// A session of a training: when, and which.
#[derive(Clone, Debug)]
pub struct Session {
    pub start: String,
    pub end: String,
    pub text: String,
    pub card: SharedCard,
}

/// Numbers of the catalogue.
#[derive(Clone, Debug)]
pub struct Counts {
    pub entries: usize,
}

}
