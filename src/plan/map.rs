//! What enters: the atlas and the page that shows a map. What leaves: the page's [`MapView`] or [`Locator`]: drawings with names, numbers and links
//! in the language of the page. It must not know projections.

use std::cmp::Reverse;

use tera::Value;

use super::atlas::{Atlas, Drawing};
use super::{Here, Planner};
use crate::cartography::{Cluster, WIDTH};
use crate::catalogue::{Facet, FacetNode};
use crate::collection::Collection;
use crate::entry::Entry;
use crate::localised::capitalised;
use crate::reads::Thing;
use crate::strings::{category, thousands};
use crate::view::{LiveMap, LiveTiles, Locator, MapArea, MapDot, MapInset, MapView};

/// Circles that lead to their entries: on a map of one area, where each stands for one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dots {
    Plain,
    Linked,
}

#[expect(clippy::cast_possible_truncation, reason = "a sheet is some thousand units wide")]
fn whole(length: f64) -> i64 {
    length.round() as i64
}

/// The radius of a target where there is room: 24 pixels across on a telephone of 320.
const TARGET: i64 = 42;

/// Makes room to press around the circles that are links, as far as half the way to the nearest other.
fn targets(dots: &mut [MapDot]) {
    let places: Vec<(i64, i64)> = dots.iter().filter(|dot| dot.url.is_some()).map(|dot| (dot.x, dot.y)).collect();
    for dot in dots.iter_mut().filter(|dot| dot.url.is_some()) {
        let others = places.iter().filter(|place| **place != (dot.x, dot.y));
        let nearest = others.map(|(x, y)| ((x - dot.x).pow(2) + (y - dot.y).pow(2)).isqrt() / 2).min();
        dot.target = nearest.unwrap_or(TARGET).min(TARGET).max(dot.radius);
    }
}

/// How many entries circles stand for.
fn drawn(dots: &[MapDot]) -> usize {
    dots.iter().map(|dot| dot.count).sum()
}

impl<'a> Planner<'a> {
    /// The whole territory, on the home page.
    pub(super) fn home_map(&self, here: &Here) -> Option<MapView> {
        here.reads.note(Thing::Ground);
        Some(self.whole_map(self.atlas?, here))
    }

    /// The whole territory, on the index of the facet whose values are its parts.
    pub(super) fn facet_map(&self, facet: &Facet, here: &Here) -> Option<MapView> {
        here.reads.note(Thing::Ground);
        let atlas = self.atlas.filter(|atlas| atlas.facet.key == facet.key)?;
        Some(self.whole_map(atlas, here))
    }

    /// The part of the territory that a facet's value is.
    pub(super) fn value_map(&self, facet: &Facet, node: &FacetNode, here: &Here) -> Option<MapView> {
        here.reads.note(Thing::Ground);
        let atlas = self.atlas.filter(|atlas| atlas.facet.key == facet.key)?;
        let is_node = |other: &Option<&FacetNode>| other.is_some_and(|other| other.path == node.path);
        here.reads.note(Thing::Map);
        let name = |area: usize| (atlas.area_nodes[area], atlas.outlines.areas[area].name.as_str());
        let group = atlas.group_nodes.iter().position(is_node);
        let group = group.filter(|&group| atlas.outlines.groups[group].areas.len() > 1);
        let (kind, view) = if let Some(group) = group {
            let named = atlas.outlines.groups[group].areas.iter().map(|&area| name(area));
            ("group", self.map_view(atlas, atlas.group(group), named, Dots::Plain, here))
        } else {
            let area = atlas.area_nodes.iter().position(is_node)?;
            ("area", self.map_view(atlas, atlas.area(area), [name(area)].into_iter(), Dots::Linked, here))
        };
        let label = capitalised(node.label.get(&here.language));
        let live_url = format!("{}?{}={}#live-map", view.collection_url, facet.key, node.path);
        Some(MapView { kind, label, live_url: Some(live_url), ..view })
    }

    fn whole_map(&self, atlas: &Atlas<'a>, here: &Here) -> MapView {
        here.reads.note(Thing::Map);
        let groups = &atlas.outlines.groups;
        let named = atlas.group_nodes.iter().zip(groups).map(|(node, group)| (*node, group.name.as_str()));
        let mut view = self.map_view(atlas, atlas.whole(), named, Dots::Plain, here);
        let undrawn = atlas.undrawn.iter().map(|node| self.map_area(atlas, Some(node), "", here));
        view.areas.extend(undrawn.filter(|area| area.count > 0));
        view.insets = atlas
            .sheet
            .frames
            .iter()
            .enumerate()
            .skip(1)
            .map(|(at, frame)| {
                let inside = groups.iter().enumerate().find(|(group, _)| atlas.sheet.frame_index(*group) == Some(at));
                MapInset {
                    x: whole(frame.rect.x),
                    y: whole(frame.rect.y),
                    width: whole(frame.rect.width),
                    height: whole(frame.rect.height),
                    label: inside.map_or_else(String::new, |(_, group)| group.name.clone()),
                }
            })
            .collect();
        // As the facet's own lists are ordered.
        let place = |area: &MapArea| {
            atlas.facet.values.values().position(|node| capitalised(node.label.get(&here.language)) == area.label)
        };
        view.areas.sort_by_key(|area| place(area).unwrap_or(usize::MAX));
        let count: usize = view.areas.iter().map(|area| area.count).sum();
        let live = self.live_map(atlas, here);
        let text = self.count_of(atlas, count, &here.language);
        MapView {
            kind: "whole",
            live,
            count,
            unplaced: count.saturating_sub(drawn(&view.dots)),
            text,
            label: capitalised(atlas.collection.labels.many.get(&here.language)),
            ..view
        }
    }

    fn map_view<'n>(
        &self,
        atlas: &Atlas<'a>,
        drawing: &Drawing,
        named: impl Iterator<Item = (Option<&'n FacetNode>, &'n str)>,
        dots: Dots,
        here: &Here,
    ) -> MapView {
        let areas: Vec<MapArea> = named
            .zip(&drawing.shapes)
            .map(|((node, name), shape)| MapArea { path: shape.path.clone(), ..self.map_area(atlas, node, name, here) })
            .collect();
        let mut clusters: Vec<&Cluster> = drawing.shapes.iter().flat_map(|shape| &shape.clusters).collect();
        clusters.sort_by_key(|cluster| Reverse(cluster.members.len()));
        let count: usize = areas.iter().map(|area| area.count).sum();
        let mut dots: Vec<MapDot> =
            clusters.into_iter().map(|cluster| self.map_dot(atlas, cluster, dots, here)).collect();
        targets(&mut dots);
        MapView {
            width: whole(WIDTH),
            height: whole(drawing.sheet.height),
            count,
            unplaced: count.saturating_sub(drawn(&dots)),
            text: self.count_of(atlas, count, &here.language),
            collection_url: self.catalogue.listing_path(atlas.collection, &here.language).from_root(),
            facet: atlas.facet.key.clone(),
            facet_url: self.catalogue.facet_path(atlas.facet, &here.language).from_root(),
            surroundings: Some(drawing.surroundings.clone()),
            areas,
            dots,
            ..MapView::default()
        }
    }

    /// An area without its drawing.
    fn map_area(&self, atlas: &Atlas<'a>, node: Option<&FacetNode>, name: &str, here: &Here) -> MapArea {
        let language = here.language.as_str();
        let own = |node: &FacetNode| node.entries.iter().filter(|id| id.collection() == atlas.collection.key).count();
        let count = node.map_or(0, own);
        MapArea {
            label: node.map_or_else(|| name.to_owned(), |node| capitalised(node.label.get(language))),
            url: node.map(|node| self.catalogue.facet_value_path(atlas.facet, &node.path, language).from_root()),
            count,
            text: self.count_of(atlas, count, language),
            path: Value::from(""),
        }
    }

    fn map_dot(&self, atlas: &Atlas<'a>, cluster: &Cluster, dots: Dots, here: &Here) -> MapDot {
        let only = match (dots, cluster.members.as_slice()) {
            (Dots::Linked, [only]) => Some(atlas.places[*only].id),
            _ => None,
        };
        MapDot {
            x: whole(cluster.at[0]),
            y: whole(cluster.at[1]),
            radius: whole(cluster.radius),
            target: whole(cluster.radius),
            count: cluster.members.len(),
            label: only.and_then(|id| Some(self.entry(id, here)?.title.clone())),
            url: only.map(|id| self.catalogue.entry_path(id, &here.language).from_root()),
        }
    }

    /// The interactive map, on the list of the entries that it shows.
    pub(super) fn collection_map(&self, collection: &Collection, here: &Here) -> Option<LiveMap> {
        here.reads.note(Thing::Ground);
        let atlas = self.atlas.filter(|atlas| atlas.collection.key == collection.key)?;
        self.live_map(atlas, here)
    }

    /// The interactive map, where its files are made.
    fn live_map(&self, atlas: &Atlas<'a>, here: &Here) -> Option<LiveMap> {
        here.reads.note(Thing::MapFiles);
        let data = atlas.data(self.catalogue);
        let tiles = self.catalogue.settings.map.tiles.as_ref();
        let forms = ["zero", "one", "two", "few", "many", "other"];
        let labels = &atlas.collection.labels;
        let noun = |form: &str| if form == "one" { &labels.one } else { &labels.many };
        let count = forms.map(|form| (form, format!("{{count}}\u{a0}{}", noun(form).get(&here.language))));
        Some(LiveMap {
            points: data.points.get(&here.language)?.path.from_root(),
            outlines: data.outlines.path.from_root(),
            geojson: self.catalogue.data_path(atlas.collection, "geojson").from_root(),
            search_url: self.search_of(atlas.collection, &here.language),
            facet: atlas.facet.key.clone(),
            count: count.into_iter().collect(),
            tiles: tiles.map(|tiles| LiveTiles {
                url: tiles.url.clone(),
                host: tiles.host().to_owned(),
                attribution: tiles.attribution.clone(),
            }),
        })
    }

    /// What pages with the interactive map may fetch: with tiles, their host's pictures too.
    pub(super) fn map_policy(&self, policy: &str) -> String {
        let tiles = self.atlas.and(self.catalogue.settings.map.tiles.as_ref());
        let Some(tiles) = tiles else { return policy.to_owned() };
        policy.replace("img-src 'self'", &format!("img-src 'self' {}", tiles.origin()))
    }

    /// `23 lieux`.
    fn count_of(&self, atlas: &Atlas<'a>, count: usize, language: &str) -> String {
        let labels = &atlas.collection.labels;
        let label = if category(count, language) == "one" { &labels.one } else { &labels.many };
        format!("{}\u{a0}{}", thousands(count, language), label.get(language))
    }

    /// Where an entry lies.
    pub(super) fn locator(&self, entry: &Entry, here: &Here) -> Option<Locator> {
        here.reads.note(Thing::Ground);
        here.reads.note(Thing::Entry(&entry.id));
        let atlas = self.atlas?;
        let place = atlas.places.binary_search_by(|place| place.id.cmp(&entry.id)).ok();
        let place = &atlas.places[place?];
        let group = place.group?;
        let drawing = atlas.locator(atlas.sheet.frame_index(group)?);
        let at = drawing.sheet.frame(group)?.place(place.at);
        if !drawing.sheet.holds(at) {
            return None;
        }
        let node = place.area.and_then(|area| atlas.area_nodes[area]).or(atlas.group_nodes[group]);
        let language = here.language.as_str();
        if let Some(node) = node {
            here.reads.note(Thing::Value(&atlas.facet.key, &node.path));
        }
        Some(Locator {
            width: whole(drawing.sheet.frames[0].rect.width),
            height: whole(drawing.sheet.height),
            x: whole(at[0]),
            y: whole(at[1]),
            land: drawing.land.clone(),
            area: place.area.map_or_else(|| Value::from(""), |area| drawing.areas[area].clone()),
            label: node.map_or_else(String::new, |node| capitalised(node.label.get(language))),
            url: node.map(|node| self.catalogue.facet_value_path(atlas.facet, &node.path, language).from_root()),
        })
    }
}
