//! What enters: a collection and a language. What leaves: the pages of its listing. It must not know the entries' own pages.

use super::chrome::Describing;
use super::{DataFile, Job, Page, Planner};
use crate::collection::Collection;
use crate::entry_id::EntryId;
use crate::localised::capitalised;
use crate::site_path::SitePath;
use crate::view::{Content, DataLink, FeedLink, Listing, PageLink, Pages};

/// One page of a list that is cut into pages.
pub(super) struct Part<'p> {
    /// The first page's address.
    pub(super) first: &'p SitePath,
    /// From 1.
    pub(super) number: usize,
    /// How many pages there are.
    pub(super) total: usize,
}

/// The address of a list's page: the first is the list's own.
pub(super) fn part_path(first: &SitePath, number: usize) -> SitePath {
    if number <= 1 { first.clone() } else { SitePath::new(format!("{}page/{number}/", first.as_str())) }
}

impl Part<'_> {
    /// Links to the other pages: the first, the last, the current one and its neighbours.
    pub(super) fn links(&self) -> Pages {
        let url = |number: usize| part_path(self.first, number).from_root();
        let near = |number: &usize| *number == 1 || *number == self.total || number.abs_diff(self.number) <= 2;
        let mut all: Vec<PageLink> = Vec::new();
        for number in (1..=self.total).filter(near) {
            let gap = all.last().is_some_and(|last| last.number + 1 != number);
            all.push(PageLink { number, url: url(number), current: number == self.number, gap });
        }
        Pages {
            current: self.number,
            total: self.total,
            previous: (self.number > 1).then(|| url(self.number - 1)),
            next: (self.number < self.total).then(|| url(self.number + 1)),
            all,
        }
    }
}

/// Cuts a list into pages; an empty list has one.
pub(super) fn parts(ids: &[EntryId], per_page: usize) -> Vec<&[EntryId]> {
    if ids.is_empty() { vec![&[]] } else { ids.chunks(per_page.max(1)).collect() }
}

impl Planner<'_> {
    /// The pages of a collection's listing in a language.
    pub(super) fn listing_pages<'p>(&'p self, collection: &'p Collection, language: &'p str, jobs: &mut Vec<Job<'p>>) {
        let first = self.catalogue.listing_path(collection, language);
        let key = (collection.key.clone(), language.to_owned());
        let ids = self.catalogue.listings.get(&key).map_or(&[][..], Vec::as_slice);
        let chunks = parts(ids, collection.per_page);
        let total = chunks.len();
        for (chunk, number) in chunks.into_iter().zip(1..) {
            let first = first.clone();
            let given = ("listing", &collection.key, language, number, total, ids.len(), chunk);
            jobs.push(Job::new(part_path(&first, number), given, move || {
                let part = Part { first: &first, number, total };
                self.listing_page(collection, language, &part, ids.len(), chunk)
            }));
        }
    }

    fn listing_page(
        &self,
        collection: &Collection,
        language: &str,
        part: &Part<'_>,
        count: usize,
        chunk: &[EntryId],
    ) -> Page {
        let catalogue = self.catalogue;
        let label = capitalised(collection.labels.many.get(language));
        let here = self.here(part_path(part.first, part.number), language);
        let path_in = |lang: &str| Some(part_path(&catalogue.listing_path(collection, lang), part.number));
        let title = self.part_title(&label, part, language);
        let mut head = self.head(
            &here,
            Describing {
                kind: "listing",
                title: title.clone(),
                description: collection.description.spaced(language),
                way: if part.number > 1 { vec![(label.clone(), part.first.clone())] } else { Vec::new() },
                path_in: &path_in,
            },
        );
        head.feed = collection.feed.then(|| FeedLink { url: feed_path(part.first).from_root(), title: label.clone() });
        let listing = Listing {
            title,
            description: if part.number == 1 { collection.description.spaced(language) } else { String::new() },
            count,
            entries: self.cards(chunk, &here),
            pages: part.links(),
            filters: self.own_filters(collection, &here),
            data: self.data_links(collection),
            live: if part.number == 1 { self.collection_map(collection, &here) } else { None },
            search_url: self.search_of(collection, &here.language),
            ..Listing::default()
        };
        if listing.live.is_some() {
            head.csp = self.map_policy(&head.csp);
        }
        let content = Content::Listing(listing);
        self.page(here, &collection.list_template.value, head, content, &collection.file)
    }

    /// The search among a collection's entries.
    pub(super) fn search_of(&self, collection: &Collection, language: &str) -> String {
        let search = self.catalogue.special_path("path_search", language).from_root();
        format!("{search}?collection={}", collection.key)
    }

    /// The collection's open data.
    fn data_links(&self, collection: &Collection) -> Vec<DataLink> {
        let kinds = [("csv", "csv"), ("json", "json"), ("geojson", "geojson"), ("schema", "schema.json")].into_iter();
        let there = kinds.filter(|(_, extension)| (self.has)(DataFile::Collection(collection, extension)));
        let path = |extension| self.catalogue.data_path(collection, extension);
        there.map(|(kind, extension)| DataLink { kind, url: path(extension).from_root() }).collect()
    }

    /// `Lieux`, and from the second page on `Lieux, page 2 sur 9`.
    pub(super) fn part_title(&self, label: &str, part: &Part<'_>, language: &str) -> String {
        if part.number <= 1 {
            return label.to_owned();
        }
        let words = self.catalogue.string("page_of", language);
        let words = words.replace("{number}", &part.number.to_string()).replace("{total}", &part.total.to_string());
        format!("{label}, {words}")
    }
}

/// The address of a listing's feed.
pub(crate) fn feed_path(listing: &SitePath) -> SitePath {
    SitePath::new(format!("{}atom.xml", listing.as_str()))
}
