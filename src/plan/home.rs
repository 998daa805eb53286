//! What enters: the settings' blocks. What leaves: the home page, the search page and the page for wrong addresses.
//! It must not know entries' own pages.

use std::sync::Arc;

use super::chrome::Describing;
use super::{Here, Page, Planner};
use crate::entry_id::EntryId;
use crate::site_path::SitePath;
use crate::view::{Content, Counts, Home, Search};

impl Planner<'_> {
    /// The home page of a language.
    pub(super) fn home_page(&self, language: &str) -> Page {
        let catalogue = self.catalogue;
        let settings = catalogue.settings;
        let path = catalogue.localised_path("", language);
        let here = Here::new(path.clone(), language);
        let path_in = |lang: &str| Some(catalogue.localised_path("", lang));
        let title = settings.title.get(language).to_owned();
        let promise = settings.description.get(language).to_owned();
        let describing = Describing {
            kind: "home",
            title: title.clone(),
            description: promise.clone(),
            way: Vec::new(),
            path_in: &path_in,
        };
        let mut head = self.head(&here, describing);
        let text = settings.home.text.as_ref().map(|(id, _)| id);
        if let Some(entry) = text.and_then(|id| self.entry(id, language)) {
            head.content_lang.clone_from(&entry.language);
        }
        let home = Home {
            title,
            promise,
            body: text.and_then(|id| self.texts.get(id, language)).map_or_else(String::new, |text| text.html.clone()),
            collections: self.home_collections(&here),
            facets: self.filters(settings.home.facets.iter().map(|(key, _)| key.as_str()), &here),
            latest: self.cards(self.latest(language, settings.home.latest, |_| true).iter(), &here),
            counts: Counts {
                entries: catalogue
                    .listings
                    .iter()
                    .filter(|((_, lang), _)| lang == language)
                    .map(|(_, ids)| ids.len())
                    .sum(),
            },
        };
        self.page(path, language, "home.html", head, Content::Home { home }, &Arc::from("site.toml"))
    }

    fn home_collections(&self, here: &Here) -> Vec<crate::view::CollectionLink> {
        let wanted = &self.catalogue.settings.home.collections;
        let links = self.collection_links(here);
        let mut chosen: Vec<_> = if wanted.is_empty() {
            links
        } else {
            wanted.iter().filter_map(|(key, _)| links.iter().find(|link| link.key == *key).cloned()).collect()
        };
        for link in &mut chosen {
            let latest = self.latest(&here.language, 3, |id| id.collection == link.key);
            link.latest = Some(self.cards(latest.iter(), here));
        }
        chosen
    }

    /// The entries that were updated last.
    pub(super) fn latest(&self, language: &str, count: usize, wanted: impl Fn(&EntryId) -> bool) -> Vec<EntryId> {
        let listings = self.catalogue.listings.iter().filter(|((_, lang), _)| lang == language);
        let ids = listings.flat_map(|(_, ids)| ids).filter(|id| wanted(id));
        let mut dated: Vec<_> = ids.filter_map(|id| Some((self.entry(id, language)?.updated?, id))).collect();
        dated.sort_by(|(a, a_id), (b, b_id)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
        dated.into_iter().take(count).map(|(_, id)| id.clone()).collect()
    }

    /// The search page of a language.
    pub(super) fn search_page(&self, language: &str) -> Page {
        let catalogue = self.catalogue;
        let path = catalogue.special_path("path_search", language);
        let here = Here::new(path.clone(), language);
        let path_in = |lang: &str| Some(catalogue.special_path("path_search", lang));
        let title = catalogue.string("search", language);
        let describing =
            Describing { kind: "search", title, description: String::new(), way: Vec::new(), path_in: &path_in };
        let head = self.head(&here, describing);
        let filters = self.filters(catalogue.facets.keys().map(String::as_str), &here);
        let search = Search { data_url: here.to(&SitePath::new("search/")), filters };
        self.page(path, language, "search.html", head, Content::Search { search }, &Arc::from("site.toml"))
    }

    /// The page for addresses that lead nowhere: in the default language, with links that work at any depth.
    pub(super) fn not_found_page(&self) -> Page {
        let language = self.catalogue.settings.default_language();
        let path = SitePath::new("404.html");
        let here = self.here(&path, language);
        let none = |_: &str| None;
        let title = self.catalogue.string("not_found_title", language);
        let describing =
            Describing { kind: "not-found", title, description: String::new(), way: Vec::new(), path_in: &none };
        let mut head = self.head(&here, describing);
        head.noindex = true;
        self.page(path, language, "not-found.html", head, Content::Nothing {}, &Arc::from("site.toml"))
    }
}
