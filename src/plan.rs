//! What enters: the catalogue, the rendered texts, the bundles' files. What leaves: [`Plan`], every page with its address, template and view.
//! It must not render anything: a page's view is all that its template can see.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use tera::Context;

use crate::bundle::Bundles;
use crate::catalogue::{Aspects, Catalogue, Facet};
use crate::collation::letter;
use crate::collection::{Collection, Export};
use crate::digest::Digest;
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::reads::{Reads, Thing};
use crate::site_path::SitePath;
use crate::texts::{Text, Texts};
use crate::view::{Alternate, Content, SharedFacet, View};

mod atlas;
mod beside;
mod card;
mod chrome;
mod display;
mod entry_page;
mod facet_page;
mod freshness;
mod home;
mod job;
mod jsonld;
mod letters;
mod listing;
mod map;
mod map_data;
mod nearby;
mod related;
mod territory;

pub use atlas::Atlas;
use card::Cards;
use chrome::Frame;
use display::ShownValues;
pub use job::Job;
pub(crate) use listing::feed_path;
pub use nearby::{KeptNeighbourhood, Neighbourhood};
use related::{KeptRelated, Related};

/// How ids begin that views bring along: of explained terms, and of the home page's blocks.
pub const IDS: [&str; 2] = ["home-", "term-"];

/// A page before it is rendered.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its address.
    pub path: SitePath,
    /// The language of its interface.
    pub language: String,
    /// The template's name.
    pub template: String,
    /// A [`View`]: all that the template can see, beside the language's strings.
    pub view: Context,
    /// What stands for [`crate::site_path::ROOT`] in links.
    pub root: String,
    /// The file to name when the template fails on this page.
    pub file: Arc<str>,
    /// What the site map says of it; `None` = it is not in it.
    pub map: Option<MapItem>,
    /// What its view was made of.
    pub reads: Box<[u64]>,
}

/// A page's line in the site map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapItem {
    /// The day of the last change, ISO 8601.
    pub updated: Option<String>,
    /// The same page in other languages, absolute.
    pub alternates: Vec<Alternate>,
}

/// A file for other programs, which a page may lead to.
#[derive(Clone, Copy, Debug)]
pub enum DataFile<'a> {
    /// A collection's, by its ending.
    Collection(&'a Collection, &'a str),
    /// The one beside an entry's page.
    Entry(&'a EntryId, Export),
}

/// What planning may look at.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Materials<'a> {
    /// Entries, addresses, facets.
    pub catalogue: &'a Catalogue<'a>,
    /// The entries' files.
    pub bundles: &'a Bundles,
    /// The entries' texts as HTML.
    pub texts: &'a Texts,
    /// Who is near whom.
    pub neighbourhood: &'a Neighbourhood<'a>,
    /// Whether there is such a file for other programs.
    pub has: &'a (dyn Fn(DataFile<'_>) -> bool + Sync),
    /// What maps show; none where no entry has a position.
    pub atlas: Option<&'a Atlas<'a>>,
    /// Whether a template may ask for a key of `entry`: what none asks for isn't made.
    pub asks: &'a (dyn Fn(&str, &str) -> bool + Sync),
    /// The folder of the theme's static files: `assets/ab12cd34ef/`.
    pub assets: String,
    /// Whether pages are kept for a next run.
    pub keeps: bool,
}

/// Plans pages.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Planner<'a> {
    materials: Materials<'a>,
    related: Related<'a>,
    /// By language: all entries by title, and their cards in that order.
    lists: BTreeMap<&'a str, (Arc<Titles>, Cards)>,
    orders: Arc<Orders>,
    /// By collection and language: the facets beside a listing, which all its pages show.
    filters: BTreeMap<(&'a str, &'a str), OnceLock<Vec<SharedFacet>>>,
    /// By language: what is around all pages.
    frames: BTreeMap<&'a str, OnceLock<Frame>>,
    /// By facet, current value and language: what pages show of it.
    facets: Mutex<HashMap<(String, String, String), SharedFacet>>,
    /// Values of facets' fields, which many pages show.
    shown: ShownValues<'a>,
}

impl<'a> std::ops::Deref for Planner<'a> {
    type Target = Materials<'a>;

    fn deref(&self) -> &Materials<'a> {
        &self.materials
    }
}

/// The page that a link is on.
#[derive(Clone, Debug)]
pub struct Here {
    /// Its address.
    pub path: SitePath,
    /// The language of its interface.
    pub language: String,
    /// The way to the site's root: relative, or absolute for the page of wrong addresses, which is served anywhere.
    pub root: String,
    /// The entry whose page it is.
    pub entry: Option<EntryId>,
    /// What the page's view is made of.
    pub reads: Reads,
}

impl<'a> Planner<'a> {
    /// Looks at the catalogue as a whole, once for all pages.
    #[must_use]
    pub fn new(materials: Materials<'a>, kept: &mut KeptPlan) -> Self {
        let catalogue = materials.catalogue;
        let order = catalogue.aspects.order;
        let sorted = kept.sorted.take().filter(|(known, _)| *known == order);
        let sorted = sorted.map_or_else(|| titles(catalogue), |(_, sorted)| sorted);
        let lists = catalogue.settings.languages.iter().zip(&sorted).map(|(language, titles)| {
            let cards = std::iter::repeat_with(OnceLock::new).take(titles.ranks.len()).collect();
            (language.as_str(), (Arc::clone(titles), cards))
        });
        let lists = lists.collect();
        let frames = catalogue.settings.languages.iter().map(|language| (language.as_str(), OnceLock::new()));
        let frames = frames.collect();
        let listings = catalogue.listings.keys();
        let filters = listings
            .map(|(collection, language)| ((collection.as_str(), language.as_str()), OnceLock::new()))
            .collect();
        kept.sorted = Some((order, sorted));
        let related = Related::of(catalogue, &mut kept.related);
        let (facets, shown) = (Mutex::default(), display::shown_values(catalogue));
        let mut planner = Self { materials, related, lists, orders: Arc::default(), filters, frames, facets, shown };
        let Aspects { facets, relations, .. } = catalogue.aspects;
        let (around, all) = (Digest::of_all([&order, &relations]), Digest::of_all([&order, &relations, &facets]));
        planner.orders = match kept.orders.take().filter(|known| known.around == around) {
            Some(known) if known.all == all => known.orders,
            known => Arc::new(planner.orders(known.as_ref())),
        };
        let (facets, orders) = (Arc::clone(&catalogue.facets), Arc::clone(&planner.orders));
        kept.orders = Some(KeptOrders { around, all, facets, orders });
        planner
    }

    /// A page whose links are relative.
    fn here(&self, path: SitePath, language: &str) -> Here {
        let reads = Reads::new(self.keeps);
        Here { root: path.way_up(), path, language: language.to_owned(), entry: None, reads }
    }

    /// Puts the entries of every facet value in order, and finds out what the pages of entries are given.
    ///
    /// `known` has the same entries with the same titles and relations: the order of a value with the same entries is what it was.
    fn orders(&self, known: Option<&KeptOrders>) -> Orders {
        let mut orders = Orders::default();
        let languages = self.catalogue.settings.languages.as_slice();
        let known = known.map(|known| known.by_value(languages)).unwrap_or_default();
        for language in languages {
            for collection in self.catalogue.collections.values() {
                orders.entries.extend(self.entries_given(collection, language));
            }
            let values =
                self.catalogue.facets.values().flat_map(|facet| facet.all().into_iter().map(move |n| (facet, n)));
            let values: Vec<_> = values.collect();
            orders.values.par_extend(values.into_par_iter().map(|(facet, node)| {
                let known = known.get(&(language.as_str(), facet.key.as_str(), node.path.as_str()));
                // Where values are territories, what stands first on their pages depends on more.
                let known = known.filter(|(entries, _)| *entries == node.entries && !facet.is_territory);
                known.map_or_else(|| self.value_order(facet, node, language), |(_, order)| (*order).clone())
            }));
        }
        orders
    }

    /// Plans every page, in an order that depends on the content alone.
    #[must_use]
    pub fn plan(&self) -> Vec<Job<'_>> {
        let mut jobs = Vec::new();
        let (mut entries, mut values) = (self.orders.entries.iter(), self.orders.values.iter());
        for language in &self.catalogue.settings.languages {
            jobs.push(self.home_page(language));
            for collection in self.catalogue.collections.values() {
                if collection.listed {
                    self.listing_pages(collection, language, &mut jobs);
                }
                self.entry_pages(collection, language, &mut entries, &mut jobs);
            }
            for facet in self.catalogue.facets.values() {
                self.facet_pages(facet, language, &mut values, &mut jobs);
            }
            self.letter_pages(language, &mut jobs);
            jobs.push(self.search_page(language));
        }
        jobs.push(self.not_found_page());
        jobs.extend(self.catalogue.redirects.iter().map(|redirect| self.redirect_page(redirect)));
        jobs
    }

    /// The entry in a language, as the reader of that language gets it.
    fn entry(&self, id: &EntryId, here: &Here) -> Option<&'a Entry> {
        here.reads.note(Thing::Entry(id));
        self.catalogue.families.get(id).map(|family| family.version(&here.language))
    }

    /// The text of an entry's page in a language.
    fn text(&self, id: &EntryId, language: &str, here: &Here) -> Option<&'a Text> {
        here.reads.note(Thing::Text(id, language));
        self.texts.get(id, language)
    }

    fn collection(&self, id: &EntryId) -> Option<&'a Collection> {
        self.catalogue.collections.get(id.collection())
    }

    /// The same page in every language, with `x-default`.
    fn alternates(&self, path_in: &dyn Fn(&str) -> Option<SitePath>) -> Vec<Alternate> {
        let base = &self.catalogue.settings.base_url.url;
        let languages = &self.catalogue.settings.languages;
        if languages.len() < 2 {
            return Vec::new();
        }
        let mut alternates: Vec<Alternate> = languages
            .iter()
            .filter_map(|lang| Some(Alternate { lang: lang.clone(), url: path_in(lang)?.absolute(base) }))
            .collect();
        if alternates.len() < 2 {
            return Vec::new();
        }
        if let Some(first) = alternates.first().map(|first| first.url.clone()) {
            alternates.push(Alternate { lang: "x-default".to_owned(), url: first });
        }
        alternates
    }

    /// A page from its parts; the site map has it unless it asks not to be indexed.
    fn page(&self, here: Here, template: &str, head: crate::view::PageHead, content: Content, file: &Arc<str>) -> Page {
        let map = (!head.noindex).then(|| MapItem { updated: None, alternates: head.alternates.clone() });
        let site = self.site(&here, &head);
        let view = View { site, page: head, content }.into_context();
        let Here { path, language, root, reads, .. } = here;
        Page {
            path,
            language,
            root,
            template: template.to_owned(),
            view,
            file: Arc::clone(file),
            map,
            reads: reads.into_keys(),
        }
    }
}

/// What only all entries' fronts decide, in the order in which pages are planned.
#[derive(Debug, Default)]
struct Orders {
    /// What the page of each entry is given.
    entries: Vec<Digest>,
    values: Vec<ValueOrder>,
}

/// The order of a facet value's entries, as places in the order of ids, and what its pages are given.
type ValueOrder = (Arc<[u32]>, Digest);

/// Orders, and what they were made of.
#[derive(Clone, Debug)]
struct KeptOrders {
    /// Entries, their order, and their relations.
    around: Digest,
    /// These and the entries' facet values.
    all: Digest,
    facets: Arc<IndexMap<String, Facet>>,
    orders: Arc<Orders>,
}

impl KeptOrders {
    /// By language, facet and value: the value's entries and their order.
    fn by_value<'k>(&'k self, languages: &'k [String]) -> HashMap<ValueKey<'k>, (&'k [EntryId], &'k ValueOrder)> {
        let values = languages.iter().flat_map(|language| {
            let nodes = self.facets.values().flat_map(|facet| facet.all().into_iter().map(move |node| (facet, node)));
            nodes
                .map(move |(facet, node)| ((language.as_str(), facet.key.as_str(), node.path.as_str()), &*node.entries))
        });
        values.zip(&self.orders.values).map(|((key, entries), order)| (key, (entries, order))).collect()
    }
}

/// Language, facet and value.
type ValueKey<'k> = (&'k str, &'k str, &'k str);

/// What a plan leaves for the next one.
#[derive(Clone, Debug, Default)]
pub struct KeptPlan {
    orders: Option<KeptOrders>,
    related: Option<KeptRelated>,
    /// By language, by the digest of what orders entries.
    sorted: Option<(Digest, Vec<Arc<Titles>>)>,
}

/// All entries by title, as readers of a language expect them.
#[derive(Debug)]
struct Titles {
    /// The place of each.
    ranks: FxHashMap<EntryId, u32>,
    /// By place: the letter that the A to Z has a title under.
    letters: Vec<String>,
}

/// The titles in each language.
fn titles(catalogue: &Catalogue<'_>) -> Vec<Arc<Titles>> {
    let languages = catalogue.settings.languages.iter().enumerate();
    let titles = languages.map(|(at, language)| {
        let versions = catalogue.families.iter().map(|(id, family)| (id, family.version(language)));
        let mut keyed: Vec<(&Box<[u8]>, &EntryId, &str)> =
            versions.map(|(id, version)| (&version.title_keys[at], id, version.title.as_str())).collect();
        keyed.par_sort_unstable();
        let ranks = keyed.iter().map(|(_, id, _)| (*id).clone()).zip(0..).collect();
        let letters = keyed.par_iter().map(|(.., title)| letter(title)).collect();
        Arc::new(Titles { ranks, letters })
    });
    titles.collect()
}
