//! What enters: the settings' blocks. What leaves: the home page, the search page and the page for wrong addresses.
//! It must not know entries' own pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::chrome::Describing;
use super::{Here, Job, Page, Planner};
use crate::diagnostic::Extent;
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::field::value::Days;
use crate::reads::Thing;
use crate::settings::{Block, BlockKind, Door, Partner};
use crate::site_path::{SitePath, encode};
use crate::view::{
    CollectionLink, Content, Counts, DoorView, Home, HomeBlock, MenuLink, PartnerView, Search, Session, SharedCard,
};

/// The page for wrong addresses, under the name that static hosts look for.
const NOT_FOUND: &str = "404.html";

impl Planner<'_> {
    /// The home page of a language.
    pub(super) fn home_page<'p>(&'p self, language: &'p str) -> Job<'p> {
        Job::new(self.catalogue.localised_path("", language), ("home", language), move || self.home(language))
    }

    fn home(&self, language: &str) -> Page {
        let catalogue = self.catalogue;
        let settings = catalogue.settings;
        let path = catalogue.localised_path("", language);
        let here = self.here(path, language);
        here.reads.note(Thing::All);
        let path_in = |lang: &str| Some(catalogue.localised_path("", lang));
        let title = settings.title.get(language).to_owned();
        let promise = settings.description.spaced(language);
        let describing = Describing {
            kind: "home",
            title: title.clone(),
            description: promise.clone(),
            way: Vec::new(),
            path_in: &path_in,
        };
        let mut head = self.head(&here, describing);
        let promised = settings.home.promise.as_ref().map(|promise| promise.spaced(language));
        let search = catalogue.special_path("path_search", language).from_root();
        let home = Home {
            promise: promised.unwrap_or_else(|| title.clone()),
            title,
            description: promise,
            searches: settings
                .home
                .searches
                .iter()
                .map(|query| query.get(language))
                .map(|query| MenuLink {
                    label: query.to_owned(),
                    url: format!("{search}?q={}", encode(query).replace(['&', '+'], "%20")),
                    current: false,
                })
                .collect(),
            blocks: settings.home.blocks.iter().enumerate().map(|(at, block)| self.block(block, at, &here)).collect(),
            counts: Counts {
                entries: catalogue
                    .listings
                    .iter()
                    .filter(|((_, lang), _)| lang == language)
                    .map(|(_, ids)| ids.len())
                    .sum(),
            },
        };
        let live = home.blocks.iter().any(|block| block.map.as_ref().is_some_and(|map| map.live.is_some()));
        if live {
            head.csp = self.map_policy(&head.csp);
        }
        self.page(here, "home.html", head, Content::Home(home), &Arc::from("site.toml"))
    }

    /// A block of the home page.
    fn block(&self, block: &Block, at: usize, here: &Here) -> HomeBlock {
        let language = here.language.as_str();
        let title = |own: &str| {
            let set = block.title.as_ref().map(|title| title.spaced(language));
            set.unwrap_or_else(|| self.catalogue.string(own, language))
        };
        let lead = block.lead.as_ref().map(|lead| lead.spaced(language)).unwrap_or_default();
        let kind = block.kind.name();
        let view = HomeBlock { kind, id: format!("home-{}-{kind}", at + 1), lead, ..HomeBlock::default() };
        match &block.kind {
            BlockKind::Doors(doors) => {
                let doors = doors.iter().filter_map(|door| self.door(door, here)).collect();
                HomeBlock { title: title("home_doors"), doors, ..view }
            }
            BlockKind::Map => HomeBlock { title: title("home_map"), map: self.home_map(here), ..view },
            BlockKind::Numbers(names) => {
                HomeBlock { title: title("home_numbers"), numbers: self.chosen_collections(names, here), ..view }
            }
            BlockKind::Latest(names, count) => {
                let wanted = |id: &EntryId| names.is_empty() || names.iter().any(|(name, _)| *name == id.collection());
                let latest = self.latest(here, *count, wanted);
                HomeBlock { title: title("latest"), cards: self.cards(latest.iter(), here), ..view }
            }
            BlockKind::Agenda(name, count) => {
                let collection = self.chosen_collections(std::slice::from_ref(name), here).pop();
                let sessions = self.sessions(&name.0, *count, here);
                let cards = if sessions.is_empty() { self.first_cards(&name.0, *count, here) } else { Vec::new() };
                HomeBlock { title: title("home_agenda"), sessions, cards, collection, ..view }
            }
            BlockKind::Entries(name, count) => {
                let collection = self.chosen_collections(std::slice::from_ref(name), here).pop();
                let own = collection.as_ref().map(|collection| collection.label.clone()).unwrap_or_default();
                let title = block.title.as_ref().map_or(own, |title| title.spaced(language));
                HomeBlock { title, cards: self.first_cards(&name.0, *count, here), collection, ..view }
            }
            BlockKind::Facet((key, _)) => {
                let facet = self.filters(std::iter::once(key.as_str()), here).pop();
                let own = self.catalogue.facets.get(key).map(|facet| &facet.label);
                let title = block.title.as_ref().or(own).map(|title| title.spaced(language));
                HomeBlock { title: title.unwrap_or_default(), facet, ..view }
            }
            BlockKind::Partners => {
                let partner = |partner: &Partner| PartnerView {
                    name: partner.name.get(language).to_owned(),
                    url: partner.url.clone(),
                    logo: partner.logo.as_ref().map(|(logo, _)| self.static_url(logo)),
                };
                let partners = self.catalogue.settings.appearance.partners.iter().map(partner).collect();
                HomeBlock { title: title("home_partners"), partners, ..view }
            }
            BlockKind::Text => {
                let id = self.catalogue.settings.home.text.as_ref().map(|(id, _)| id);
                let text = id.and_then(|id| self.text(id, language, here));
                let entry = id.and_then(|id| self.entry(id, here));
                HomeBlock {
                    title: block.title.as_ref().map(|title| title.spaced(language)).unwrap_or_default(),
                    body: text.map_or_else(String::new, |text| text.html.to_string()),
                    body_lang: entry.map_or_else(|| language.to_owned(), |entry| entry.language.clone()),
                    ..view
                }
            }
        }
    }

    fn door(&self, door: &Door, here: &Here) -> Option<DoorView> {
        let link = self.menu_link(&door.link, here)?;
        Some(DoorView {
            label: link.label,
            url: link.url,
            text: door.text.spaced(&here.language),
            icon: door.icon.as_ref().map(|(icon, _)| icon.clone()),
        })
    }

    /// The collections of these names, in this order; all listed ones when there is no name.
    fn chosen_collections(&self, names: &[(String, Extent)], here: &Here) -> Vec<CollectionLink> {
        let links = self.collection_links(here);
        if names.is_empty() {
            return links;
        }
        names.iter().filter_map(|(name, _)| links.iter().find(|link| link.key == *name).cloned()).collect()
    }

    fn first_cards(&self, collection: &str, count: usize, here: &Here) -> Vec<SharedCard> {
        let listed = self.catalogue.listings.get(&(collection.to_owned(), here.language.clone()));
        self.cards(listed.into_iter().flatten().take(count), here)
    }

    /// What is still to come of a collection's date ranges, soonest first.
    pub(super) fn sessions(&self, collection: &str, count: usize, here: &Here) -> Vec<Session> {
        let Some(listed) = self.catalogue.listings.get(&(collection.to_owned(), here.language.clone())) else {
            return Vec::new();
        };
        let today = crate::date::parse_day(&self.catalogue.date.to_string()).map_or(0, |day| day.first);
        let mut coming: Vec<(&Days, &EntryId)> = Vec::new();
        for id in listed {
            let (Some(entry), Some(collection)) = (self.entry(id, here), self.collection(id)) else {
                continue;
            };
            for field in collection.fields.values().filter(|field| field.kind.name() == "date-range") {
                coming.extend(entry.values(&field.name).filter_map(|value| match value {
                    Value::Date(days) if days.last >= today => Some((days, id)),
                    _ => None,
                }));
            }
        }
        coming.sort_by(|(a, a_id), (b, b_id)| (a.first, a.last, a_id).cmp(&(b.first, b.last, b_id)));
        let session = |(days, id): (&Days, &EntryId)| {
            let (start, end) = days.iso.split_once('/').unwrap_or((&days.iso, &days.iso));
            Some(Session {
                start: start.to_owned(),
                end: end.to_owned(),
                text: crate::date::display(days, &here.language),
                card: self.card(id, here)?,
            })
        };
        coming.into_iter().take(count).filter_map(session).collect()
    }

    /// The entries that were updated last.
    pub(super) fn latest(&self, here: &Here, count: usize, wanted: impl Fn(&EntryId) -> bool) -> Vec<EntryId> {
        let listings = self.catalogue.listings.iter().filter(|((_, lang), _)| *lang == here.language);
        let ids = listings.flat_map(|(_, ids)| ids).filter(|id| wanted(id));
        let mut dated: Vec<_> = ids.filter_map(|id| Some((self.entry(id, here)?.updated?, id))).collect();
        dated.sort_by(|(a, a_id), (b, b_id)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
        in_turn(&dated).into_iter().take(count).cloned().collect()
    }

    /// The search page of a language.
    pub(super) fn search_page<'p>(&'p self, language: &'p str) -> Job<'p> {
        let path = self.catalogue.special_path("path_search", language);
        Job::new(path, ("search", language), move || self.search(language))
    }

    fn search(&self, language: &str) -> Page {
        let catalogue = self.catalogue;
        let path = catalogue.special_path("path_search", language);
        let here = self.here(path, language);
        let path_in = |lang: &str| Some(catalogue.special_path("path_search", lang));
        let title = catalogue.string("search", language);
        let describing =
            Describing { kind: "search", title, description: String::new(), way: Vec::new(), path_in: &path_in };
        let head = self.head(&here, describing);
        let filters = self.filters(catalogue.facets.keys().map(String::as_str), &here);
        let search = Search { data_url: SitePath::new("search/").from_root(), filters };
        self.page(here, "search.html", head, Content::Search(search), &Arc::from("site.toml"))
    }

    /// The page for addresses that lead nowhere: in the default language, with links that work at any depth.
    pub(super) fn not_found_page(&self) -> Job<'_> {
        Job::new(SitePath::new(NOT_FOUND), (), move || self.not_found())
    }

    fn not_found(&self) -> Page {
        let language = self.catalogue.settings.default_language();
        let base = self.catalogue.settings.base_url.path.clone();
        let here = Here { root: base, ..self.here(SitePath::new(NOT_FOUND), language) };
        let none = |_: &str| None;
        let title = self.catalogue.string("not_found_title", language);
        let describing =
            Describing { kind: "not-found", title, description: String::new(), way: Vec::new(), path_in: &none };
        let mut head = self.head(&here, describing);
        head.noindex = true;
        self.page(here, "not-found.html", head, Content::Nothing, &Arc::from("site.toml"))
    }
}

/// Entries by their day, in order; those of one day collection by collection in turn, so that a day's work on one does not hide the others.
fn in_turn<'e, D: PartialEq>(dated: &[(D, &'e EntryId)]) -> Vec<&'e EntryId> {
    let days = dated.chunk_by(|(a, _), (b, _)| a == b);
    let turns = days.flat_map(|day| {
        let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
        let mut day: Vec<(usize, &EntryId)> = day
            .iter()
            .map(|(_, id)| {
                let turn = taken.entry(id.collection()).or_default();
                *turn += 1;
                (*turn, *id)
            })
            .collect();
        day.sort_unstable();
        day.into_iter().map(|(_, id)| id)
    });
    turns.collect()
}

#[cfg(test)]
mod tests {
    use super::{EntryId, in_turn};

    #[test]
    fn collections_take_turns_within_a_day() {
        let ids = ["docs/a", "docs/b", "docs/c", "tools/a", "docs/d"].map(|id| EntryId::parse(id).unwrap());
        let dated: Vec<_> = [2, 2, 2, 2, 1].into_iter().zip(&ids).collect();
        let names: Vec<String> = in_turn(&dated).into_iter().map(ToString::to_string).collect();
        assert_eq!(names, ["docs/a", "tools/a", "docs/b", "docs/c", "docs/d"]);
    }
}
