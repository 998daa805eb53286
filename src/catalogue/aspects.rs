//! What enters: one entry in all its languages. What leaves: the digests of what it gives to things that only all entries together show.
//!
//! A list in order, a facet or a map is made of one side of each entry. While that side of all entries is as it was, so is what was made of it.

use indexmap::IndexMap;

use crate::collection::{Collection, SortBy};
use crate::digest::Digest;
use crate::entry::{Entry, Located};
use crate::field::Value;

/// The digests of the sides of an entry, or of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Aspects {
    /// Facet values with their names, and areas.
    pub facets: Digest,
    /// Entries that it names.
    pub relations: Digest,
    /// Titles, and what else listings are sorted by.
    pub order: Digest,
    /// Files and old addresses.
    pub addresses: Digest,
    /// Positions.
    pub positions: Digest,
}

/// A side of an entry, or of all of them.
pub(super) type Aspect = fn(&Aspects) -> &Digest;

impl Aspects {
    /// The sides of an entry of a collection.
    pub(super) fn of(versions: &IndexMap<String, Entry>, collection: &Collection) -> Self {
        let first = &versions[0];
        let fields = collection.fields.values().filter(|field| field.facet.is_some());
        let facets: Vec<_> = fields
            .flat_map(|field| first.values(&field.name).flat_map(|value| field.kind.facets(value)))
            .map(|value| (value.path, value.labels))
            .collect();
        let values = first.fields.iter().flat_map(|(name, given)| given.values.iter().map(move |value| (name, value)));
        let (mut areas, mut relations, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        for (name, Located { value, extent }) in values {
            match value {
                Value::Area(area) => areas.push((name, &area.path)),
                // Faults are told where they are.
                Value::Relation(id) => relations.push((name, id, extent.start, extent.end)),
                Value::Position(lat, lon) => positions.push((lat.to_bits(), lon.to_bits())),
                _ => {}
            }
        }
        let sorted_by = |entry: &Entry| match &collection.sort.by {
            SortBy::Field(name) => Digest::of_value(&entry.values(name).collect::<Vec<_>>()).ok(),
            SortBy::Title | SortBy::Updated | SortBy::Order => None,
        };
        let order = versions.iter().map(|(language, entry)| {
            let given = (entry.updated.map(|day| day.to_string()), entry.order.map(f64::to_bits));
            (language, &entry.title, &entry.title_keys, given, sorted_by(entry))
        });
        let addresses = versions.iter().map(|(language, entry)| {
            let aliases = entry.aliases.iter().map(|alias| (&alias.value, alias.extent.start, alias.extent.end));
            (language, &entry.file, aliases.collect::<Vec<_>>())
        });
        Self {
            facets: Digest::of_hash(&(facets, areas)),
            relations: Digest::of_hash(&(&first.file, relations)),
            order: Digest::of_hash(&order.collect::<Vec<_>>()),
            addresses: Digest::of_hash(&addresses.collect::<Vec<_>>()),
            positions: Digest::of_hash(&positions),
        }
    }

    /// The sides of several entries, each digest with one that goes with all.
    pub(super) fn of_all<'a>(beside: &'a Digest, entries: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let all = |aspect: Aspect| Digest::of_all(std::iter::once(beside).chain(entries.clone().map(aspect)));
        Self {
            facets: all(|own| &own.facets),
            relations: all(|own| &own.relations),
            order: all(|own| &own.order),
            addresses: all(|own| &own.addresses),
            positions: all(|own| &own.positions),
        }
    }

    /// The same sides of something that differs in a way that concerns all of them.
    pub(super) fn beside<'a>(&'a self, other: &'a Digest) -> Self {
        Self::of_all(other, std::iter::once(self))
    }
}
