//! What enters: nothing but itself; `plan` fills it. What leaves: [`View`], everything that a template can see. Two equal views give equal pages.
//! It must not know where the values come from. The fields' names are the contract with templates; `themes/default/README.md` explains them.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use tera::{Context, Value};

use crate::site_path::SitePath;

/// Structs that templates see as maps: each field under its name, or under the one that follows `as`; `as _` keeps it from them.
macro_rules! seen {
    ($($(#[$about:meta])* pub struct $name:ident {
        $($(#[$field_about:meta])* pub $field:ident $(as $key:tt)?: $type:ty,)*
    })*) => {$(
        $(#[$about])*
        pub struct $name {
            $($(#[$field_about])* pub $field: $type,)*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                let mut seen = serializer.serialize_struct(stringify!($name), [$(stringify!($field)),*].len())?;
                $(seen!(@put seen, &self.$field, $field $(as $key)?);)*
                seen.end()
            }
        }

        impl From<$name> for tera::Value {
            fn from(seen: $name) -> Self {
                // The engine's own serialiser alone makes a map without a second one before it, and takes over values as they are.
                Self::from_serializable(&seen)
            }
        }
    )*};
    (@put $seen:ident, $value:expr, $field:ident as _) => {};
    (@put $seen:ident, $value:expr, $field:ident as $key:literal) => {
        $seen.serialize_field($key, $value)?;
    };
    (@put $seen:ident, $value:expr, $field:ident) => {
        $seen.serialize_field(stringify!($field), $value)?;
    };
}

mod entry;
mod home;
mod list;
mod map;

pub use entry::{
    Attachment, Card, CardGroup, CardPicture, Display, EntryFacet, EntryView, ExportLink, Freshness, NamedValue,
    NearCard, Preview, SharedCard, TermView, TocItem,
};
pub use home::{Counts, DoorView, Home, HomeBlock, PartnerView, Session};
pub use list::{
    DataLink, FacetValueView, FacetView, Group, Letter, ListSection, Listing, PageLink, Pages, RedirectView, Search,
    Section, SharedFacet,
};
pub use map::{LiveMap, LiveTiles, Locator, MapArea, MapDot, MapInset, MapView};

/// What a template sees, beside the strings of its language.
#[derive(Clone, Debug)]
pub struct View {
    /// The site around the page: a [`Site`].
    pub site: Value,
    /// The page itself.
    pub page: PageHead,
    /// What the page shows.
    pub content: Content,
}

impl View {
    /// The names that the template knows.
    #[must_use]
    pub fn into_context(self) -> Context {
        let mut context = Context::new();
        let mut put = |name: &'static str, value: Value| context.insert_value(name, value);
        put("site", self.site);
        put("page", self.page.into());
        match self.content {
            Content::Entry(entry) => put("entry", (*entry).into()),
            Content::Listing(listing) => put("listing", listing.into()),
            Content::FacetIndex { facet, map } => {
                put("facet", facet.into());
                put("map", map.into());
            }
            Content::Home(home) => put("home", home.into()),
            Content::Letters { letters, sections, listing } => {
                put("letters", letters.into());
                put("sections", sections.into());
                put("listing", listing.into());
            }
            Content::Search(search) => put("search", search.into()),
            Content::Redirect(redirect) => put("redirect", redirect.into()),
            Content::Nothing => {}
        }
        context
    }
}

/// What a page shows, by kind.
#[derive(Clone, Debug)]
pub enum Content {
    /// An entry.
    Entry(Box<EntryView>),
    /// A page of a list.
    Listing(Listing),
    /// All values of a facet.
    FacetIndex {
        /// The facet.
        facet: SharedFacet,
        /// The whole territory, where the facet's values are its parts.
        map: Option<MapView>,
    },
    /// The home page.
    Home(Home),
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
    Search(Search),
    /// An old address.
    Redirect(RedirectView),
    /// Nothing more than site and page.
    Nothing,
}

seen! {

/// The site around a page.
#[derive(Clone, Debug)]
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
    pub tiles: Option<NamedLink>,
}

/// A remark above every page.
#[derive(Clone, Debug)]
pub struct BannerView {
    pub text: String,
    pub link: Option<MenuLink>,
}

/// A profile elsewhere.
#[derive(Clone, Debug)]
pub struct ProfileView {
    pub name: String,
    pub url: String,
    pub icon: Option<String>,
}

/// A link with a name.
#[derive(Clone, Debug)]
pub struct NamedLink {
    pub name: String,
    pub url: Option<String>,
}

/// A menu's line.
#[derive(Clone, Debug)]
pub struct MenuLink {
    pub label: String,
    pub url: String,
    pub current: bool,
}

/// A link with the key of what it leads to.
#[derive(Clone, Debug)]
pub struct KeyedLink {
    pub key: String,
    pub label: String,
    pub url: String,
}

/// A licence.
#[derive(Clone, Debug)]
pub struct Licence {
    pub id: String,
    pub name: String,
    pub url: Option<String>,
}

/// The page in another language.
#[derive(Clone, Debug)]
pub struct LanguageLink {
    pub code: String,
    pub name: String,
    pub url: String,
    pub current: bool,
    pub translated: bool,
}

/// A day: `2026-11-02` and as the language writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub iso: String,
    pub display: String,
}

/// A collection with its listing.
#[derive(Clone, Debug)]
pub struct CollectionLink {
    pub key: String,
    pub label: String,
    pub url: String,
    pub count: usize,
    pub icon: Option<String>,
    pub description: String,
}

/// A source of facts.
#[derive(Clone, Debug)]
pub struct SourceView {
    pub name: String,
    pub url: Option<String>,
    pub licence: Option<Licence>,
    pub date: Option<String>,
    pub note: String,
}

/// The page itself.
#[derive(Clone, Debug)]
pub struct PageHead {
    pub kind: &'static str,
    pub lang: String,
    pub dir: String,
    pub content_lang: String,
    /// How that language is written.
    pub content_dir: String,
    pub title: String,
    pub head_title: String,
    pub description: String,
    pub canonical: String,
    pub alternates: Vec<Alternate>,
    /// The page in each language, translated or not: the source of `site.languages`.
    pub pages as _: Vec<(String, SitePath)>,
    pub noindex: bool,
    pub breadcrumbs: Vec<Crumb>,
    pub feed: Option<FeedLink>,
    pub jsonld: Option<String>,
    pub og: OpenGraph,
    pub csp: String,
}

/// The page in another language, for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternate {
    pub lang: String,
    pub url: String,
}

/// A step of the way here.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    pub url: Option<String>,
}

/// A feed.
#[derive(Clone, Debug)]
pub struct FeedLink {
    pub url: String,
    pub title: String,
}

/// The Open Graph card.
#[derive(Clone, Debug)]
pub struct OpenGraph {
    pub kind as "type": &'static str,
    pub title: String,
    pub description: String,
    pub url: String,
    pub image: Option<String>,
    pub locale: String,
}

}
