//! What enters: a facet and a language. What leaves: the index of its values and the pages of each value, and links to them from other pages.
//! It must not know which field an entry got the value from.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use indexmap::IndexMap;

use super::chrome::Describing;
use super::listing::{Part, feed_path, part_path};
use super::{Here, Job, Page, Planner, ValueOrder};
use crate::catalogue::{Facet, FacetNode};
use crate::collection::Collection;
use crate::digest::Digest;
use crate::entry_id::EntryId;
use crate::localised::capitalised;
use crate::reads::Thing;
use crate::strings::category;
use crate::view::{Content, FacetValueView, FacetView, FeedLink, Group, ListSection, Listing, SharedFacet};

/// Entries on a page of a facet's value.
const PER_PAGE: usize = 24;

impl Planner<'_> {
    /// The index of a facet's values and the pages of every value.
    pub(super) fn facet_pages<'p>(
        &'p self,
        facet: &'p Facet,
        language: &'p str,
        orders: &mut std::slice::Iter<'_, ValueOrder>,
        jobs: &mut Vec<Job<'p>>,
    ) {
        let path = self.catalogue.facet_path(facet, language);
        jobs.push(Job::new(path, ("facet", &facet.key, language), move || self.facet_index(facet, language)));
        for (node, (ids, given)) in facet.all().into_iter().zip(orders) {
            let first = self.catalogue.facet_value_path(facet, &node.path, language);
            let total = ids.len().div_ceil(PER_PAGE).max(1);
            for number in 1..=total {
                let (ids, first) = (Arc::clone(ids), first.clone());
                jobs.push(Job::new(part_path(&first, number), ("value", given, number), move || {
                    self.value_page(facet, node, &Part { first: &first, number, total }, &ids, language)
                }));
            }
        }
    }

    /// The entries of a facet's value, collection by collection and by title, as places in the order of ids; and what its pages are given.
    pub(super) fn value_order<'n>(&self, facet: &Facet, node: &'n FacetNode, language: &str) -> ValueOrder {
        let mut parts: Vec<&[EntryId]> = node.entries.chunk_by(|a, b| a.collection() == b.collection()).collect();
        parts.sort_by_key(|part| part.first().map(|id| self.catalogue.rank(id.collection())));
        let by_title = |part: &'n [EntryId]| self.by_title(part.iter().filter(|id| !node.heads.contains(id)), language);
        let ids: Vec<&EntryId> = parts.into_iter().flat_map(by_title).collect();
        let inverse = |id: &EntryId| self.catalogue.inverse.get(id);
        let inverse: Vec<_> =
            if facet.is_territory { node.entries.iter().filter_map(inverse).collect() } else { Vec::new() };
        let given = Digest::of_hash(&(&facet.key, &node.path, language, &ids, &node.heads, inverse));
        (ids.into_iter().filter_map(|id| self.related.place(id)).collect(), given)
    }

    fn facet_index(&self, facet: &Facet, language: &str) -> Page {
        let catalogue = self.catalogue;
        let here = self.here(catalogue.facet_path(facet, language), language);
        let view = self.facet_view(facet, &here);
        let path_in = |lang: &str| Some(catalogue.facet_path(facet, lang));
        let title = facet.title.get(language).to_owned();
        let describing =
            Describing { kind: "facet-index", title, description: String::new(), way: Vec::new(), path_in: &path_in };
        let mut head = self.head(&here, describing);
        let map = self.facet_map(facet, &here);
        if map.as_ref().is_some_and(|map| map.live.is_some()) {
            head.csp = self.map_policy(&head.csp);
        }
        let content = Content::FacetIndex { facet: view, map };
        self.page(here, "facet-index.html", head, content, &"site.toml".into())
    }

    fn value_page(&self, facet: &Facet, node: &FacetNode, part: &Part<'_>, ids: &[u32], language: &str) -> Page {
        let catalogue = self.catalogue;
        let chunk = ids.chunks(PER_PAGE).nth(part.number - 1).unwrap_or_default();
        let chunk: Vec<&EntryId> = chunk.iter().map(|place| self.related.id(*place)).collect();
        let label = capitalised(node.label.get(language));
        let here = self.here(part_path(part.first, part.number), language);
        here.reads.note(Thing::Facet(&facet.key));
        let mut way = vec![(facet.title.get(language).to_owned(), catalogue.facet_path(facet, language))];
        way.extend(ancestors(&node.path).filter_map(|path| {
            let parent = facet.value(path)?;
            Some((capitalised(parent.label.get(language)), catalogue.facet_value_path(facet, path, language)))
        }));
        if part.number > 1 {
            way.push((label.clone(), part.first.clone()));
        }
        let path_in = |lang: &str| Some(part_path(&catalogue.facet_value_path(facet, &node.path, lang), part.number));
        let title = self.part_title(&label, part, language);
        let describing =
            Describing { kind: "facet", title: title.clone(), description: String::new(), way, path_in: &path_in };
        let mut head = self.head(&here, describing);
        let first = part.number == 1;
        head.feed = facet.is_territory.then(|| FeedLink { url: feed_path(part.first).from_root(), title: label });
        let search = catalogue.special_path("path_search", language).from_root();
        let listing = Listing {
            title,
            count: node.entries.len(),
            entries: self.cards(chunk.iter().copied(), &here),
            pages: part.links(),
            filters: vec![self.around(facet, node, &here)],
            groups: self.groups(facet, node, &here),
            sections: self.sections(&chunk, node, &here),
            heads: if first { self.cards(&node.heads, &here) } else { Vec::new() },
            ties: if first && facet.is_territory { self.ties(node, &here) } else { Vec::new() },
            map: if part.number == 1 { self.value_map(facet, node, &here) } else { None },
            search_url: format!("{search}?{}={}", facet.key, node.path),
            ..Listing::default()
        };
        let template = if facet.is_territory { "region.html" } else { "listing.html" };
        self.page(here, template, head, Content::Listing(listing), &"site.toml".into())
    }

    /// Links to the values of several facets, each facet once.
    pub(super) fn filters<'k>(&self, keys: impl IntoIterator<Item = &'k str>, here: &Here) -> Vec<SharedFacet> {
        let keys: IndexMap<&str, ()> = keys.into_iter().map(|key| (key, ())).collect();
        keys.keys()
            .filter_map(|key| self.catalogue.facets.get(*key))
            .map(|facet| self.facet_view(facet, here))
            .collect()
    }

    /// The facets of a collection as its listing offers them: how many of its own entries a value has, and where these begin on the value's pages.
    pub(super) fn own_filters(&self, collection: &Collection, here: &Here) -> Vec<SharedFacet> {
        let facets = collection.fields.values().filter_map(|field| self.catalogue.facets.get(field.facet.as_deref()?));
        let facets: IndexMap<&str, &Facet> = facets.map(|facet| (facet.key.as_str(), facet)).collect();
        facets.keys().for_each(|key| here.reads.note(Thing::Facet(key)));
        let (key, language) = (collection.key.as_str(), here.language.as_str());
        let Some(made) = self.filters.get(&(key, language)) else { return Vec::new() };
        let made = made.get_or_init(|| {
            let own = |facet: &Facet| FacetView {
                values: facet.values.values().filter_map(|node| self.own_value(facet, node, key, language)).collect(),
                count: facet.values.values().flat_map(|node| node.of(key)).collect::<BTreeSet<_>>().len(),
                ..self.facet_with(facet, &[], "", here)
            };
            facets.values().map(|facet| own(facet).into()).collect()
        });
        made.clone()
    }

    fn own_value(&self, facet: &Facet, node: &FacetNode, collection: &str, language: &str) -> Option<FacetValueView> {
        let count = node.of(collection).len();
        let below = || node.children.values().filter_map(|child| self.own_value(facet, child, collection, language));
        (count > 0).then(|| FacetValueView {
            id: node.path.clone(),
            label: capitalised(node.label.get(language)),
            url: self.section_url(facet, node, collection, language),
            count,
            current: false,
            children: below().collect(),
        })
    }

    /// Where the entries of a collection begin on the pages of a facet's value.
    fn section_url(&self, facet: &Facet, node: &FacetNode, collection: &str, language: &str) -> String {
        let heads = &node.heads;
        let first = self.catalogue.facet_value_path(facet, &node.path, language);
        if heads.is_empty() && node.of(collection).len() == node.entries.len() {
            return first.from_root();
        }
        if heads.iter().any(|id| id.collection() == collection) {
            return format!("{}#heads-title", first.from_root());
        }
        let rank = self.catalogue.rank(collection);
        // Heads stand above the list.
        let above = heads
            .iter()
            .filter(|id| self.catalogue.rank(id.collection()) < rank && node.of(id.collection()).contains(id));
        let before: usize =
            node.shares().filter(|(key, _)| self.catalogue.rank(key) < rank).map(|(_, count)| count).sum();
        let before = before - above.count();
        format!("{}#list-{collection}", part_path(&first, before / PER_PAGE + 1).from_root())
    }

    /// A facet with all its values.
    fn facet_view(&self, facet: &Facet, here: &Here) -> SharedFacet {
        self.shared_facet(facet, "", here, || {
            self.facet_with(facet, &facet.values.values().collect::<Vec<_>>(), "", here)
        })
    }

    /// The values below a value; where there are none, the values beside it. Those below another are named by it: departments are no regions.
    fn around(&self, facet: &Facet, node: &FacetNode, here: &Here) -> SharedFacet {
        let above = || ancestors(&node.path).last().and_then(|parent| facet.value(parent));
        let parent = if node.children.is_empty() { above() } else { Some(node) };
        self.shared_facet(facet, &node.path, here, || {
            let nodes: Vec<&FacetNode> = parent.map_or(&facet.values, |parent| &parent.children).values().collect();
            let view = self.facet_with(facet, &nodes, &node.path, here);
            let label = parent.map(|parent| capitalised(parent.label.get(&here.language)));
            FacetView { label: label.unwrap_or_else(|| view.label.clone()), ..view }
        })
    }

    /// A facet with the values that a page of the value `current` shows; pages of one list share it.
    fn shared_facet(&self, facet: &Facet, current: &str, here: &Here, made: impl FnOnce() -> FacetView) -> SharedFacet {
        here.reads.note(Thing::Facet(&facet.key));
        let key = (facet.key.clone(), current.to_owned(), here.language.clone());
        let mut facets = self.facets.lock().unwrap_or_else(PoisonError::into_inner);
        facets.entry(key).or_insert_with(|| made().into()).clone()
    }

    fn facet_with(&self, facet: &Facet, nodes: &[&FacetNode], current: &str, here: &Here) -> FacetView {
        let language = here.language.as_str();
        FacetView {
            key: facet.key.clone(),
            label: facet.label.get(language).to_owned(),
            title: facet.title.get(language).to_owned(),
            url: self.catalogue.facet_path(facet, language).from_root(),
            count: facet.count,
            values: nodes.iter().map(|node| self.facet_value(facet, node, current, here)).collect(),
        }
    }

    fn facet_value(&self, facet: &Facet, node: &FacetNode, current: &str, here: &Here) -> FacetValueView {
        let language = here.language.as_str();
        FacetValueView {
            id: node.path.clone(),
            label: capitalised(node.label.get(language)),
            url: self.catalogue.facet_value_path(facet, &node.path, language).from_root(),
            count: node.entries.len(),
            current: node.path == current,
            children: node.children.values().map(|child| self.facet_value(facet, child, current, here)).collect(),
        }
    }

    /// How many entries of each collection a list holds.
    fn groups(&self, facet: &Facet, node: &FacetNode, here: &Here) -> Vec<Group> {
        let mut links = self.collection_links(here);
        links.retain(|link| !node.of(&link.key).is_empty());
        let groups = links.into_iter().map(|link| {
            let count = node.of(&link.key).len();
            let labels = self.catalogue.collections.get(&link.key).map(|collection| &collection.labels);
            let one = category(count, &here.language) == "one";
            let noun = labels.map(|labels| if one { &labels.one } else { &labels.many });
            Group {
                count,
                noun: noun.map(|noun| noun.get(&here.language).to_owned()).unwrap_or_default(),
                url: self.section_url(facet, node, &link.key, &here.language),
                key: link.key,
                icon: link.icon,
                label: link.label,
            }
        });
        groups.collect()
    }

    /// A page's entries, collection by collection, with the number of all on the list.
    fn sections(&self, chunk: &[&EntryId], node: &FacetNode, here: &Here) -> Vec<ListSection> {
        let links = self.collection_links(here);
        // Heads stand above the list.
        let listed = |key: &str| {
            let own = node.of(key);
            own.len() - node.heads.iter().filter(|id| id.collection() == key && own.binary_search(id).is_ok()).count()
        };
        let parts = chunk.chunk_by(|a, b| a.collection() == b.collection());
        let sections = parts.filter_map(|part| {
            let key = part.first()?.collection();
            let link = links.iter().find(|link| link.key == *key)?;
            Some(ListSection {
                key: key.to_owned(),
                label: link.label.clone(),
                url: link.url.clone(),
                icon: link.icon.clone(),
                count: listed(key),
                entries: self.cards(part.iter().copied(), here),
            })
        });
        sections.collect()
    }

    /// Entries by title, as readers of the language expect.
    pub(super) fn by_title<'e>(&self, ids: impl IntoIterator<Item = &'e EntryId>, language: &str) -> Vec<&'e EntryId> {
        self.ranked(ids, language).into_iter().map(|(_, id)| id).collect()
    }

    /// The same with each one's place among the titles of all.
    pub(super) fn ranked<'e>(
        &self,
        ids: impl IntoIterator<Item = &'e EntryId>,
        language: &str,
    ) -> Vec<(u32, &'e EntryId)> {
        let titles = self.lists.get(language).map(|(titles, _)| titles);
        let rank = |id: &EntryId| titles.and_then(|titles| titles.ranks.get(id)).copied();
        let mut ranked: Vec<(u32, &EntryId)> = ids.into_iter().filter_map(|id| Some((rank(id)?, id))).collect();
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        ranked
    }
}

/// The paths above a path: `a`, `a/b` for `a/b/c`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
