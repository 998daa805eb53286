//! What enters: the positions of all entries. What leaves: for each, the nearest ones of its collection with their distance. It must not know how
//! they are shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::digest::Digest;
use crate::entry::State;
use crate::entry_id::EntryId;
use crate::field::Value;

/// The Earth's mean radius in kilometres (IUGG).
const RADIUS: f64 = 6371.0088;

/// Nothing further away is near, in kilometres.
const FURTHEST: f64 = 60.0;

/// The height of a cell, in degrees: half of [`FURTHEST`], so that two cells each way hold all that is near.
const CELL: f64 = 0.27;

/// How many are shown.
const SHOWN: usize = 4;

/// An entry's place in the order of ids, its latitude and longitude in degrees.
type Placed = (u32, f64, f64);

/// Entries with a position, in cells: what is near stands in few of them, whatever the size of the site.
#[derive(Debug)]
pub struct Neighbourhood<'a> {
    /// All entries, in the order of their ids.
    ids: Vec<&'a EntryId>,
    places: Arc<Places>,
}

/// Entries by their place in the order of ids.
#[derive(Debug, Default)]
struct Places {
    cells: BTreeMap<(i32, i32), Vec<Placed>>,
    positions: BTreeMap<u32, (f64, f64)>,
}

/// What a neighbourhood leaves for the next one, by the digest of all positions.
#[derive(Clone, Debug)]
pub struct KeptNeighbourhood(Digest, Arc<Places>);

impl<'a> Neighbourhood<'a> {
    /// The published entries of listed collections that have a position.
    #[must_use]
    pub fn of(catalogue: &'a Catalogue<'_>, kept: &mut Option<KeptNeighbourhood>) -> Self {
        let known = kept.take().filter(|KeptNeighbourhood(positions, _)| *positions == catalogue.aspects.positions);
        let places = known.map_or_else(|| Arc::new(places(catalogue)), |KeptNeighbourhood(_, places)| places);
        *kept = Some(KeptNeighbourhood(catalogue.aspects.positions, Arc::clone(&places)));
        Self { ids: catalogue.families.keys().collect(), places }
    }

    /// All positions, by entry.
    pub fn positions(&self) -> impl Iterator<Item = (&EntryId, (f64, f64))> {
        self.places.positions.iter().map(|(place, position)| (self.ids[*place as usize], *position))
    }

    /// The nearest entries of the same collection, nearest first, with their distance in kilometres.
    #[must_use]
    pub fn near(&self, id: &EntryId) -> Vec<(&'a EntryId, f64)> {
        let place = self.ids.binary_search(&id).ok().and_then(|place| u32::try_from(place).ok());
        let position = place.and_then(|place| Some((place, *self.places.positions.get(&place)?)));
        let Some((place, (lat, lon))) = position else { return Vec::new() };
        let (row, column) = cell(lat, lon);
        // Cells are as wide as they are high at the equator, and narrower towards the poles.
        let wide = (2.0 / lat.to_radians().cos().max(0.1)).ceil() as i32;
        let rows = row - 2..=row + 2;
        let columns = column - wide..=column + wide;
        let cells = rows.flat_map(|row| self.places.cells.range((row, *columns.start())..=(row, *columns.end())));
        let mut near: Vec<(u32, f64)> = cells
            .flat_map(|(_, placed)| placed)
            .filter(|(other, ..)| *other != place && self.ids[*other as usize].collection() == id.collection())
            .map(|(other, other_lat, other_lon)| (*other, distance((lat, lon), (*other_lat, *other_lon))))
            .filter(|(_, distance)| *distance <= FURTHEST)
            .collect();
        near.sort_by(|(a, a_distance), (b, b_distance)| a_distance.total_cmp(b_distance).then_with(|| a.cmp(b)));
        near.truncate(SHOWN);
        near.into_iter().map(|(place, distance)| (self.ids[place as usize], distance)).collect()
    }
}

fn places(catalogue: &Catalogue<'_>) -> Places {
    let mut places = Places::default();
    for ((id, family), place) in catalogue.families.iter().zip(0..) {
        let Some(collection) = catalogue.collections.get(id.collection()).filter(|collection| collection.listed) else {
            continue;
        };
        let Some(entry) = family.versions.values().next().filter(|entry| entry.state == State::Published) else {
            continue;
        };
        let values = collection.fields.keys().flat_map(|name| entry.values(name));
        let position = values.filter_map(|value| match value {
            Value::Position(lat, lon) => Some((*lat, *lon)),
            _ => None,
        });
        if let Some(position) = position.into_iter().next() {
            places.put(place, position);
        }
    }
    places
}

impl Places {
    fn put(&mut self, place: u32, (lat, lon): (f64, f64)) {
        self.cells.entry(cell(lat, lon)).or_default().push((place, lat, lon));
        self.positions.insert(place, (lat, lon));
    }
}

fn cell(lat: f64, lon: f64) -> (i32, i32) {
    ((lat / CELL).floor() as i32, (lon / CELL).floor() as i32)
}

/// Kilometres between two positions in degrees, along a great circle (haversine).
fn distance((lat, lon): (f64, f64), (other_lat, other_lon): (f64, f64)) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let angle = half(lat, other_lat) + lat.to_radians().cos() * other_lat.to_radians().cos() * half(lon, other_lon);
    2.0 * RADIUS * angle.sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_map() {
        // Rennes, place de la Mairie, to Brest, place de la Liberté: 210 km as the crow flies.
        let between = distance((48.1113, -1.6800), (48.3905, -4.4861));
        assert!((between - 210.0).abs() < 2.0, "{between}");
        // Rodez to Paris, as the search engine's own test has it: a page and a search say the same distance.
        let between = distance((44.3506, 2.575), (48.8566, 2.3522));
        assert!((between - 501.3).abs() < 1.0, "{between}");
    }

    #[test]
    fn cells_find_the_same_as_looking_at_all() {
        let ids: Vec<EntryId> = (0..400).filter_map(|at| EntryId::parse(&format!("places/p{at}"))).collect();
        let mut places = Places::default();
        // Scattered over France without a random number: multiples of irrational numbers, and one group overseas.
        for at in 0..ids.len() {
            let part = |step: f64| (at as f64 * step).fract();
            let (lat, lon) = if at % 10 == 0 {
                (-21.4 + part(0.618), 55.2 + part(0.414))
            } else {
                (42.0 + 9.0 * part(0.618_034), -5.0 + 13.0 * part(0.414_214))
            };
            places.put(at as u32, (lat, lon));
        }
        let mut sorted: Vec<&EntryId> = ids.iter().collect();
        sorted.sort();
        let neighbourhood = Neighbourhood { ids: sorted, places: Arc::new(places) };
        for id in &ids {
            let positions: BTreeMap<&EntryId, (f64, f64)> = neighbourhood.positions().collect();
            let from = positions[id];
            let others = positions.iter().filter(|(other, _)| **other != id);
            let mut all: Vec<(&EntryId, f64)> =
                others.map(|(other, to)| (*other, distance(from, *to))).filter(|(_, far)| *far <= FURTHEST).collect();
            all.sort_by(|(a, near), (b, far)| near.total_cmp(far).then_with(|| a.cmp(b)));
            all.truncate(SHOWN);
            assert_eq!(neighbourhood.near(id), all, "{id}");
        }
    }
}
