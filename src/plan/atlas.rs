//! What enters: the catalogue and the outlines. What leaves: [`Atlas`]: which entry lies where, which facet value is which area, and the drawings
//! that don't depend on a page's language. It must not know pages.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::OnceLock;

use tera::Value;

use super::map_data::MapData;
use crate::cartography::{self, Cluster, Sheet, Spot, WIDTH};
use crate::catalogue::{Catalogue, Facet, FacetNode};
use crate::collection::Collection;
use crate::entry::Entry;
use crate::entry_id::{EntryId, slugify};
use crate::outlines::{Outlines, Point};

/// The facet whose values are areas, where `site.toml` names none.
const FACET: &str = "region";

/// How much of a map the circles cover together where they are neither too small to be seen nor larger than a dot need be.
const INK: f64 = 0.035;

/// The radius of a single entry's circle, in units.
const RADII: (f64, f64) = (3.5, 11.0);

/// From so many entries on, what lies in one cell of this width is one circle, in units; with fewer entries cells are smaller.
const CROWD: (f64, f64) = (1500.0, 40.0);

/// The width of a locator's drawing, in units.
const LOCATOR: f64 = 400.0;

/// Entries on the globe, areas and their drawings.
#[derive(Debug)]
pub struct Atlas<'a> {
    /// The areas.
    pub(super) outlines: &'a Outlines,
    /// The collection that maps show.
    pub(super) collection: &'a Collection,
    /// The facet whose values are areas.
    pub(super) facet: &'a Facet,
    /// The listed entries of the collection that have a position.
    pub(super) places: Vec<Place<'a>>,
    /// The facet's value of each group.
    pub(super) group_nodes: Vec<Option<&'a FacetNode>>,
    /// The facet's value of each area.
    pub(super) area_nodes: Vec<Option<&'a FacetNode>>,
    /// Groups that are no value's: their slugs are no group's either.
    pub(super) undrawn: Vec<&'a FacetNode>,
    /// The whole territory.
    pub(super) sheet: Sheet,
    /// Drawings are made when a page first asks for them: after an edit few do.
    whole: OnceLock<Drawing>,
    groups: Vec<OnceLock<Drawing>>,
    areas: Vec<OnceLock<Drawing>>,
    /// By frame of the whole territory.
    locators: Vec<OnceLock<LocatorDrawing>>,
    data: OnceLock<MapData>,
}

/// An entry on the globe.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) id: &'a EntryId,
    pub(super) at: Point,
    pub(super) area: Option<usize>,
    pub(super) group: Option<usize>,
}

/// Outlines and circles on one sheet.
#[derive(Clone, Debug)]
pub(super) struct Drawing {
    pub(super) sheet: Sheet,
    pub(super) shapes: Vec<Shape>,
    /// The land around them; empty on a map of the whole.
    pub(super) surroundings: Value,
}

/// An outline with the circles in it. Their members are indexes of places.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) path: Value,
    pub(super) clusters: Vec<Cluster>,
}

/// The land of a frame, and its areas.
#[derive(Clone, Debug)]
pub(super) struct LocatorDrawing {
    pub(super) sheet: Sheet,
    pub(super) land: Value,
    /// By area; empty where the frame doesn't show it.
    pub(super) areas: Vec<Value>,
}

impl<'a> Atlas<'a> {
    /// Finds what maps show. `None` where there is nothing to show: no such collection, facet, position, or no value that is an area.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue<'a>, outlines: &'a Outlines) -> Option<Self> {
        let settings = &catalogue.settings.map;
        let facet = catalogue.facets.get(settings.facet.as_ref().map_or(FACET, |(key, _)| key))?;
        let collection = match &settings.collection {
            Some((key, _)) => catalogue.collections.get(key)?,
            None => catalogue.collections.values().find(|collection| collection.listed && has_position(collection))?,
        };
        let slugs: Vec<String> = outlines.groups.iter().map(|group| slugify(&group.name)).collect();
        let group_nodes: Vec<_> = outlines
            .groups
            .iter()
            .zip(&slugs)
            .map(|(group, slug)| {
                let alone = group.areas.first().filter(|_| group.areas.len() == 1);
                let by_id = alone.and_then(|&area| facet.values.get(&slugify(&outlines.areas[area].id)));
                facet.values.get(slug).or(by_id)
            })
            .collect();
        let area_nodes: Vec<_> = outlines
            .areas
            .iter()
            .map(|area| {
                let node = group_nodes[area.group]?;
                let children = &node.children;
                let below = children.get(&slugify(&area.name)).or_else(|| children.get(&slugify(&area.id)));
                below.or_else(|| (outlines.groups[area.group].areas.len() == 1).then_some(node))
            })
            .collect();
        if group_nodes.iter().all(Option::is_none) {
            return None;
        }
        let drawn = |node: &FacetNode| group_nodes.iter().flatten().any(|other| other.path == node.path);
        let undrawn = facet.values.values().filter(|node| !drawn(node)).collect();
        let places = places(catalogue, collection, facet, outlines, (&group_nodes, &area_nodes));
        if places.is_empty() {
            return None;
        }
        let sheet = Sheet::of_all(outlines, WIDTH);
        Some(Self {
            collection,
            facet,
            places,
            undrawn,
            whole: OnceLock::new(),
            groups: vec![OnceLock::new(); group_nodes.len()],
            areas: vec![OnceLock::new(); area_nodes.len()],
            locators: vec![OnceLock::new(); sheet.frames.len()],
            data: OnceLock::new(),
            outlines,
            group_nodes,
            area_nodes,
            sheet,
        })
    }

    /// The whole territory, each group a shape.
    pub(super) fn whole(&self) -> &Drawing {
        self.whole.get_or_init(|| {
            let shapes: Vec<&[usize]> = self.outlines.groups.iter().map(|group| group.areas.as_slice()).collect();
            drawing(self.outlines, self.sheet.clone(), &shapes, &self.places, |place| place.group)
        })
    }

    /// A group, each area a shape.
    pub(super) fn group(&self, group: usize) -> &Drawing {
        self.groups[group].get_or_init(|| part(self.outlines, &self.outlines.groups[group].areas, &self.places))
    }

    /// One area alone.
    pub(super) fn area(&self, area: usize) -> &Drawing {
        self.areas[area].get_or_init(|| part(self.outlines, &[area], &self.places))
    }

    /// What a locator shows of a frame.
    pub(super) fn locator(&self, frame: usize) -> &LocatorDrawing {
        self.locators[frame].get_or_init(|| locator(self.outlines, &self.sheet, frame))
    }

    /// The files of the interactive map.
    pub(crate) fn data(&self, catalogue: &Catalogue<'_>) -> &MapData {
        self.data.get_or_init(|| MapData::new(catalogue, self))
    }

    /// What tells outlines from others, and which facet they belong to.
    pub fn ground(&self) -> impl Hash {
        let arcs = self.outlines.arcs.iter().map(|arc| arc.iter().map(|point| point.map(f64::to_bits)).collect());
        let arcs: Vec<Vec<[u64; 2]>> = arcs.collect();
        let areas = self.outlines.areas.iter().map(|area| (area.id.clone(), area.name.clone(), area.group));
        (arcs, areas.collect::<Vec<_>>(), self.facet.key.clone(), self.collection.key.clone())
    }

    /// What tells what maps show from what they showed.
    pub fn shown(&self) -> impl Hash {
        let places =
            self.places.iter().map(|place| (place.id.clone(), place.at.map(f64::to_bits), place.area, place.group));
        let own = |id: &&EntryId| id.collection() == self.collection.key;
        let nodes = self.facet.all().into_iter();
        let nodes = nodes.map(|node| (node.path.clone(), node.label.clone(), node.entries.iter().filter(own).count()));
        (places.collect::<Vec<_>>(), nodes.collect::<Vec<_>>())
    }
}

/// Some areas, each a shape, with the land around them.
fn part(outlines: &Outlines, areas: &[usize], places: &[Place<'_>]) -> Drawing {
    let sheet = Sheet::of_part(outlines, areas, WIDTH);
    let shapes: Vec<&[usize]> = areas.iter().map(std::slice::from_ref).collect();
    let surroundings = sheet.surroundings(outlines, areas).into();
    let position = |place: &Place<'_>| areas.iter().position(|area| place.area == Some(*area));
    Drawing { surroundings, ..drawing(outlines, sheet, &shapes, places, position) }
}

fn has_position(collection: &Collection) -> bool {
    collection.fields.values().any(|field| field.kind.name() == "position")
}

/// The first position of an entry.
pub(super) fn position(collection: &Collection, entry: &Entry) -> Option<Point> {
    let mut values = collection
        .fields
        .values()
        .flat_map(|field| entry.values(&field.name).filter_map(|value| field.kind.index(value).position));
    values.next().map(|(latitude, longitude)| [longitude, latitude])
}

type Nodes<'n> = (&'n [Option<&'n FacetNode>], &'n [Option<&'n FacetNode>]);

/// The listed entries with a position. An entry lies where its address says; where it has none, in the area that its position is in.
fn places<'a>(
    catalogue: &'a Catalogue<'a>,
    collection: &'a Collection,
    facet: &Facet,
    outlines: &Outlines,
    (group_nodes, area_nodes): Nodes<'_>,
) -> Vec<Place<'a>> {
    let index = |nodes: &[Option<&FacetNode>]| -> HashMap<String, usize> {
        let known = nodes.iter().enumerate().filter_map(|(at, node)| Some((node.as_ref()?.path.clone(), at)));
        known.collect()
    };
    let (groups, areas) = (index(group_nodes), index(area_nodes));
    let fields = || collection.fields.values().filter(|field| field.facet.as_deref() == Some(facet.key.as_str()));
    let families = catalogue.families.iter().filter(|(id, _)| id.collection() == collection.key);
    let listed = families.filter(|(_, family)| family.is_listed());
    let places = listed.filter_map(|(id, family)| {
        let entry = &family.versions[0];
        let at = position(collection, entry)?;
        let mut values =
            fields().flat_map(|field| entry.values(&field.name).flat_map(|value| field.kind.facets(value)));
        let path = values.next().map(|value| value.path);
        let area = path.as_ref().and_then(|path| areas.get(&path.join("/")).copied());
        let group = path.as_ref().and_then(|path| groups.get(path.first()?).copied());
        let inside = if area.is_none() { outlines.area_at(at) } else { None };
        let inside = inside.filter(|&area| group.is_none_or(|group| outlines.areas[area].group == group));
        let area = area.or(inside);
        Some(Place { id, at, area, group: group.or_else(|| Some(outlines.areas[area?].group)) })
    });
    places.collect()
}

/// The radius of a single entry's circle and the width of a cell, for a number of entries on a sheet.
#[expect(clippy::cast_precision_loss, reason = "counts of entries")]
fn measures(count: usize, sheet: &Sheet) -> (f64, f64) {
    let count = count.max(1) as f64;
    let radius = (INK * WIDTH * sheet.height / (std::f64::consts::PI * count)).sqrt().clamp(RADII.0, RADII.1);
    (radius, (CROWD.1 * (count / CROWD.0).min(1.0)).max(2.0 * radius))
}

fn drawing(
    outlines: &Outlines,
    sheet: Sheet,
    shapes: &[&[usize]],
    places: &[Place<'_>],
    shape_of: impl Fn(&Place<'_>) -> Option<usize>,
) -> Drawing {
    let mut spots: Vec<Vec<Spot>> = vec![Vec::new(); shapes.len()];
    for (member, place) in places.iter().enumerate() {
        let Some(shape) = shape_of(place) else { continue };
        let group = outlines.areas[shapes[shape][0]].group;
        if let Some(at) = sheet.frame(group).map(|frame| frame.place(place.at)).filter(|at| sheet.holds(*at)) {
            spots[shape].push(Spot { at, member });
        }
    }
    let (unit, grid) = measures(spots.iter().map(Vec::len).sum(), &sheet);
    let shapes = shapes.iter().zip(spots).map(|(areas, spots)| Shape {
        path: sheet.outline(outlines, areas).into(),
        clusters: cartography::cluster(&spots, unit, grid),
    });
    let shapes = shapes.collect();
    Drawing { sheet, shapes, surroundings: "".into() }
}

fn locator(outlines: &Outlines, whole: &Sheet, frame: usize) -> LocatorDrawing {
    let shown = |area: &usize| whole.frame_index(outlines.areas[*area].group) == Some(frame);
    let areas: Vec<usize> = (0..outlines.areas.len()).filter(shown).collect();
    let sheet = Sheet::of_land(outlines, &areas, LOCATOR);
    let outline = |area| if shown(&area) { sheet.outline(outlines, &[area]) } else { String::new() };
    LocatorDrawing {
        land: sheet.outline(outlines, &areas).into(),
        areas: (0..outlines.areas.len()).map(|area| outline(area).into()).collect(),
        sheet,
    }
}
