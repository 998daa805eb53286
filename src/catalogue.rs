//! What enters: settings, definitions and every parsed version. What leaves: [`Catalogue`]: complete entries by id and language, their addresses,
//! relations both ways, facets, redirects, and what doesn't fit together. It must not read bodies, make HTML or look at the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::collection::{Collection, Export};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::entry::{Entry, State, Version};
use crate::entry_id::EntryId;
use crate::settings::Settings;
use crate::site_path::SitePath;
use crate::strings::Strings;

pub use addresses::Redirect;
pub(crate) use addresses::old_address;
pub use aspects::Aspects;
pub use facets::{Facet, FacetNode};
pub use merge::{KeptFamilies, KeptFamily};
pub use relations::Inverse;

mod addresses;
mod aspects;
mod facets;
mod merge;
mod order;
pub(crate) mod relations;
mod targets;

/// Everything that the stages after parsing know of the site.
#[derive(Debug)]
pub struct Catalogue<'a> {
    /// The site's settings.
    pub settings: &'a Settings,
    /// Definitions by collection, in the order of their names.
    pub collections: &'a IndexMap<String, Collection>,
    /// Strings of the interface by language.
    pub strings: &'a BTreeMap<String, Strings>,
    /// The build date.
    pub date: Date,
    /// Entries that have pages.
    pub families: BTreeMap<EntryId, Arc<Family>>,
    /// Entries that exist but have no page: drafts, and those of a later day.
    pub withheld: BTreeMap<EntryId, Withheld>,
    /// For every entry, who points to it: (collection, field) → ids.
    pub inverse: Arc<Inverse>,
    /// Facets by key.
    pub facets: Arc<IndexMap<String, Facet>>,
    /// Old addresses.
    pub redirects: Arc<[Redirect]>,
    /// Published ids of listed collections: (collection, language) → ids in the listing's order.
    pub listings: Arc<Listings>,
    /// The digest of all that the catalogue was made of but bodies: with the same one, entries say, and are related, as they were.
    pub fronts: Digest,
    /// The digest of which entries there are, with their states, and of what is around them.
    pub entries: Digest,
    /// The digests of what all entries give to what only they together show, each with [`Catalogue::entries`].
    pub aspects: Aspects,
}

/// Listings by collection and language.
pub type Listings = BTreeMap<(String, String), Vec<EntryId>>;

/// What a run leaves for the next one.
#[derive(Clone, Debug, Default)]
pub struct KeptCatalogue {
    families: KeptFamilies,
    whole: Option<Whole>,
}

impl KeptCatalogue {
    /// How many entries are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.families.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }
}

/// What only all entries together show, and what it was made of.
#[derive(Clone, Debug)]
struct Whole {
    fronts: Digest,
    entries: Digest,
    aspects: Aspects,
    inverse: Arc<Inverse>,
    facets: Arc<IndexMap<String, Facet>>,
    redirects: Arc<[Redirect]>,
    listings: Arc<Listings>,
    diagnostics: Vec<Diagnostic>,
}

/// An entry in all its languages.
#[derive(Clone, Debug)]
pub struct Family {
    /// By language, the default language first where it is there.
    pub versions: IndexMap<String, Entry>,
    /// The digest of all that its files say before their bodies, of what is around them, and of its state.
    pub front: Digest,
    /// The digest of its bodies.
    pub body: Digest,
    /// The digests of what it gives to what only all entries together show.
    pub aspects: Aspects,
}

impl Family {
    /// The version in a language, else in the default language, else the first.
    ///
    /// # Panics
    /// Never: a family has at least one version.
    #[must_use]
    pub fn version(&self, language: &str) -> &Entry {
        self.versions.get(language).unwrap_or(&self.versions[0])
    }

    /// Whether lists show it.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.versions[0].state != State::Archived
    }
}

/// Why an entry has no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// It says `draft: true`.
    Draft,
    /// Its `publish_from` is after the build date.
    Later,
}

/// Which unfinished entries get pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reveal {
    /// Entries that say `draft: true`.
    pub drafts: bool,
    /// Entries of a later day.
    pub later: bool,
}

/// What a catalogue is made of.
#[derive(Debug)]
pub struct Ingredients<'a> {
    /// The site's settings.
    pub settings: &'a Settings,
    /// Definitions by collection.
    pub collections: &'a IndexMap<String, Collection>,
    /// Strings of the interface by language.
    pub strings: &'a BTreeMap<String, Strings>,
    /// The build date if something stronger than the entries gives one.
    pub date: Option<Date>,
    /// Which unfinished entries get pages.
    pub reveal: Reveal,
    /// The digest of all of these.
    pub around: Digest,
}

impl<'a> Catalogue<'a> {
    /// Puts the versions together. What the last run left is taken over where it was made of the same.
    pub fn new(
        ingredients: &Ingredients<'a>,
        versions: &[Arc<Version>],
        kept: &mut KeptCatalogue,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let &Ingredients { settings, collections, strings, date, reveal, around } = ingredients;
        let merged = merge::merge(versions, settings, collections, around, &kept.families, diagnostics);
        let latest = merged.iter().filter_map(|family| family.merged().updated).max();
        let date = date.or(settings.date).or(latest).unwrap_or(Date::constant(2000, 1, 1));
        let mut families = Vec::with_capacity(merged.len());
        let mut withheld = BTreeMap::new();
        for family in &merged {
            let merged = family.merged();
            match merged.publish(date, reveal) {
                Ok(published) => families.push((merged.id.clone(), published)),
                Err(why) => drop(withheld.insert(merged.id.clone(), why)),
            }
        }
        let fronts = families.iter().map(|(id, family)| (id, family.front));
        let fronts = (around, date.to_string(), fronts.collect::<Vec<_>>(), withheld.keys().collect::<Vec<_>>());
        let mut catalogue = Self {
            settings,
            collections,
            strings,
            date,
            fronts: Digest::of_hash(&fronts),
            families: families.into_iter().collect(),
            withheld,
            entries: Digest::default(),
            aspects: Aspects::default(),
            inverse: Arc::default(),
            facets: Arc::default(),
            redirects: Arc::default(),
            listings: Arc::default(),
        };
        kept.families = merged;
        let whole = match kept.whole.take() {
            Some(whole) if whole.fronts == catalogue.fronts => whole,
            known => catalogue.relate(around, known),
        };
        catalogue.take(&whole);
        diagnostics.extend(whole.diagnostics.iter().cloned());
        kept.whole = Some(whole);
        relations::correct_guesses(&catalogue, diagnostics);
        catalogue
    }

    /// Finds out what only all entries together show. What was made of the same sides of all entries is taken over, unless something was faulty.
    fn relate(&mut self, around: Digest, known: Option<Whole>) -> Whole {
        let mut diagnostics = Vec::new();
        let states = self.families.iter().map(|(id, family)| (id, family.versions[0].state as u8));
        self.entries = Digest::of_hash(&(around, states.collect::<Vec<_>>(), self.withheld.keys().collect::<Vec<_>>()));
        self.aspects = Aspects::of_all(&self.entries, self.families.values().map(|family| &family.aspects));
        let own = self.aspects;
        let known = known.as_ref().filter(|known| known.diagnostics.is_empty());
        let catalogue = &*self;
        let mut faults = Vec::new();
        let facets = || match known.filter(|known| known.aspects.facets == own.facets) {
            Some(known) => Arc::clone(&known.facets),
            None => Arc::new(facets::collect(catalogue, &mut faults)),
        };
        let mut inverse = || match known.filter(|known| known.aspects.relations == own.relations) {
            Some(known) => Arc::clone(&known.inverse),
            None => Arc::new(relations::resolve(catalogue, &mut diagnostics)),
        };
        let listings = || match known.filter(|known| known.aspects.order == own.order) {
            Some(known) => Arc::clone(&known.listings),
            None => Arc::new(catalogue.sort_listings()),
        };
        let (facets, (inverse, listings)) = rayon::join(facets, || (inverse(), listings()));
        (self.facets, self.inverse, self.listings) = (facets, inverse, listings);
        diagnostics.append(&mut faults);
        let known = known.filter(|known| known.aspects.addresses == own.addresses);
        self.redirects = match known.filter(|known| facets::have_same_paths(&known.facets, &self.facets)) {
            Some(known) => Arc::clone(&known.redirects),
            None => addresses::check(self, &mut diagnostics).into(),
        };
        self.check_targets(&mut diagnostics);
        Whole {
            fronts: self.fronts,
            entries: self.entries,
            aspects: self.aspects,
            inverse: Arc::clone(&self.inverse),
            facets: Arc::clone(&self.facets),
            redirects: Arc::clone(&self.redirects),
            listings: Arc::clone(&self.listings),
            diagnostics,
        }
    }

    fn take(&mut self, whole: &Whole) {
        (self.entries, self.aspects) = (whole.entries, whole.aspects);
        self.inverse = Arc::clone(&whole.inverse);
        self.facets = Arc::clone(&whole.facets);
        self.redirects = Arc::clone(&whole.redirects);
        self.listings = Arc::clone(&whole.listings);
    }

    /// The address of an entry's page in a language; the entry whose text the home page shows has its address.
    #[must_use]
    pub fn entry_path(&self, id: &EntryId, language: &str) -> SitePath {
        if self.is_home_text(id) {
            return self.localised_path("", language);
        }
        let permalink =
            self.collections.get(id.collection()).map_or("/{slug}/", |collection| collection.permalink.get(language));
        self.localised_path(&permalink.replace("{slug}", id.slug()), language)
    }

    /// Whether the home page shows this entry's text.
    #[must_use]
    pub fn is_home_text(&self, id: &EntryId) -> bool {
        self.settings.home.text.as_ref().is_some_and(|(home, _)| home == id)
    }

    /// The address of a collection's listing.
    #[must_use]
    pub fn listing_path(&self, collection: &Collection, language: &str) -> SitePath {
        self.localised_path(collection.listing_path(language), language)
    }

    /// The address of a collection's open data: one file for all languages, below the default language's listing.
    #[must_use]
    pub fn data_path(&self, collection: &Collection, extension: &str) -> SitePath {
        let listing = self.listing_path(collection, self.settings.default_language());
        SitePath::new(format!("{}{}.{extension}", listing.as_str(), collection.key))
    }

    /// The address of a file beside an entry's page: one for all languages, below the default language's page.
    #[must_use]
    pub fn export_path(&self, id: &EntryId, export: Export) -> SitePath {
        let page = self.entry_path(id, self.settings.default_language());
        SitePath::new(format!("{}{}.{}", page.as_str(), id.slug(), export.extension()))
    }

    /// The address of a facet's index.
    #[must_use]
    pub fn facet_path(&self, facet: &Facet, language: &str) -> SitePath {
        self.localised_path(&format!("{}/", facet.path.get(language)), language)
    }

    /// The address of a facet value's page; `value` is a path of slugs.
    #[must_use]
    pub fn facet_value_path(&self, facet: &Facet, value: &str, language: &str) -> SitePath {
        self.localised_path(&format!("{}/{value}/", facet.path.get(language)), language)
    }

    /// The address of the search page, the A to Z or the home page, whose names are strings of the theme.
    #[must_use]
    pub fn special_path(&self, string: &str, language: &str) -> SitePath {
        let name = self.strings.get(language).map_or(string, |strings| strings.get(string));
        self.localised_path(&format!("{name}/"), language)
    }

    /// An address below a language's root: `/en/…` for all but the default language.
    #[must_use]
    pub fn localised_path(&self, path: &str, language: &str) -> SitePath {
        let path = path.trim_start_matches('/');
        if language == self.settings.default_language() {
            SitePath::new(path)
        } else {
            SitePath::new(format!("{language}/{path}"))
        }
    }

    /// A string of the interface.
    #[must_use]
    pub fn string(&self, key: &str, language: &str) -> String {
        self.strings.get(language).map_or(key, |strings| strings.get(key)).to_owned()
    }

    /// Names of all entries, for the nearest one in a message.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.families.keys().map(ToString::to_string)
    }
}
