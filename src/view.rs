//! What enters: nothing but itself; `plan` fills it. What leaves: [`View`], everything that a template can see. Two equal views give equal pages.
//! It must not know where the values come from. The fields' names are the contract with templates; `themes/default/README.md` explains them.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use serde::Serialize;

use crate::site_path::SitePath;

mod entry;
mod home;
mod list;
mod map;

pub use entry::{
    Attachment, Card, CardGroup, CardPicture, Display, EntryFacet, EntryView, ExportLink, Freshness, NamedValue,
    NearCard, Preview, TermView, TocItem,
};
pub use home::{Counts, DoorView, Home, HomeBlock, PartnerView, Session};
pub use list::{
    DataLink, FacetValueView, FacetView, Group, Letter, ListSection, Listing, PageLink, Pages, RedirectView, Search,
    Section,
};
pub use map::{LiveMap, LiveTiles, Locator, MapArea, MapDot, MapInset, MapView};

/// What a template sees, beside the strings of its language.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The site around the page.
    pub site: Site,
    /// The page itself.
    pub page: PageHead,
    /// What the page shows.
    #[serde(flatten)]
    pub content: Content,
}

/// What a page shows, by kind.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// An entry.
    Entry {
        /// The entry.
        entry: Box<EntryView>,
    },
    /// A page of a list.
    Listing {
        /// The list.
        listing: Listing,
    },
    /// All values of a facet.
    FacetIndex {
        /// The facet.
        facet: FacetView,
        /// The whole territory, where the facet's values are its parts.
        map: Option<MapView>,
    },
    /// The home page.
    Home {
        /// Its blocks.
        home: Home,
    },
    /// The A to Z.
    Letters {
        /// All letters.
        letters: Vec<Letter>,
        /// All entries by letter, where they fit on one page.
        sections: Vec<Section>,
        /// The entries of one letter.
        listing: Listing,
    },
    /// The search page.
    Search {
        /// What it needs.
        search: Search,
    },
    /// An old address.
    Redirect {
        /// Where it leads.
        redirect: RedirectView,
    },
    /// Nothing more than site and page.
    Nothing {},
}

/// The site around a page.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    pub title: String,
    pub description: String,
    pub lang: String,
    pub default_lang: String,
    pub base_url: String,
    pub home_url: String,
    pub search_url: String,
    pub az_url: String,
    pub assets: String,
    pub search_data: String,
    pub root: String,
    pub navigation: Vec<MenuLink>,
    pub footer: Vec<MenuLink>,
    pub publisher: Option<NamedLink>,
    pub licence: Option<Licence>,
    pub languages: Vec<LanguageLink>,
    pub date: Day,
    pub facets: Vec<KeyedLink>,
    pub collections: Vec<CollectionLink>,
    pub sources: Vec<SourceView>,
    pub logo: Option<String>,
    pub banner: Option<BannerView>,
    pub social: Vec<ProfileView>,
}

/// A remark above every page.
#[derive(Clone, Debug, Serialize)]
pub struct BannerView {
    pub text: String,
    pub link: Option<MenuLink>,
}

/// A profile elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileView {
    pub name: String,
    pub url: String,
    pub icon: Option<String>,
}

/// A link with a name.
#[derive(Clone, Debug, Serialize)]
pub struct NamedLink {
    pub name: String,
    pub url: Option<String>,
}

/// A menu's line.
#[derive(Clone, Debug, Serialize)]
pub struct MenuLink {
    pub label: String,
    pub url: String,
    pub current: bool,
}

/// A link with the key of what it leads to.
#[derive(Clone, Debug, Serialize)]
pub struct KeyedLink {
    pub key: String,
    pub label: String,
    pub url: String,
}

/// A licence.
#[derive(Clone, Debug, Serialize)]
pub struct Licence {
    pub id: String,
    pub name: String,
    pub url: Option<String>,
}

/// The page in another language.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageLink {
    pub code: String,
    pub name: String,
    pub url: String,
    pub current: bool,
    pub translated: bool,
}

/// A day: `2026-11-02` and as the language writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    pub iso: String,
    pub display: String,
}

/// A collection with its listing.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionLink {
    pub key: String,
    pub label: String,
    pub url: String,
    pub count: usize,
    pub icon: Option<String>,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Vec<Card>>,
}

/// A source of facts.
#[derive(Clone, Debug, Serialize)]
pub struct SourceView {
    pub name: String,
    pub url: Option<String>,
    pub licence: Option<Licence>,
    pub date: Option<String>,
    pub note: String,
}

/// The page itself.
#[derive(Clone, Debug, Serialize)]
pub struct PageHead {
    pub kind: &'static str,
    pub lang: String,
    pub dir: String,
    pub content_lang: String,
    pub title: String,
    pub head_title: String,
    pub description: String,
    pub canonical: String,
    pub alternates: Vec<Alternate>,
    /// The page in each language, translated or not: the source of `site.languages`.
    #[serde(skip)]
    pub pages: Vec<(String, SitePath)>,
    pub noindex: bool,
    pub breadcrumbs: Vec<Crumb>,
    pub feed: Option<FeedLink>,
    pub jsonld: Option<String>,
    pub og: OpenGraph,
    pub csp: String,
}

/// The page in another language, for machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternate {
    pub lang: String,
    pub url: String,
}

/// A step of the way here.
#[derive(Clone, Debug, Serialize)]
pub struct Crumb {
    pub label: String,
    pub url: Option<String>,
}

/// A feed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    pub url: String,
    pub title: String,
}

/// The Open Graph card.
#[derive(Clone, Debug, Serialize)]
pub struct OpenGraph {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    pub description: String,
    pub url: String,
    pub image: Option<String>,
    pub locale: String,
}
