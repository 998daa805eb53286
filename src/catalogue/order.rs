//! What enters: published entries and a collection's `sort`. What leaves: listings in that order, by language, and the order
//! of collections. It must not know pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Catalogue;
use crate::collation::Collation;
use crate::collection::{Collection, Direction, SortBy};
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::field::SortKey;

impl Catalogue<'_> {
    /// Sorts every listed collection in every language.
    pub(super) fn sort_listings(&self) -> BTreeMap<(String, String), Vec<EntryId>> {
        let mut listings = BTreeMap::new();
        for (at, language) in self.settings.languages.iter().enumerate() {
            let collation = Collation::of(language);
            for collection in self.collections.values().filter(|collection| collection.listed) {
                let ids =
                    self.families.iter().filter(|(id, family)| id.collection() == collection.key && family.is_listed());
                let mut entries: Vec<(Option<SortKey>, &Entry)> = ids
                    .map(|(_, family)| family.version(language))
                    .map(|entry| (sort_key(entry, collection, language), entry))
                    .collect();
                entries.sort_by(|(a_key, a), (b_key, b)| {
                    let by_title = a.title_keys[at].cmp(&b.title_keys[at]);
                    let order = match (&collection.sort.by, collection.sort.direction) {
                        (SortBy::Title, Direction::Ascending) => by_title,
                        (SortBy::Title, Direction::Descending) => by_title.reverse(),
                        (_, direction) => compare(a_key.as_ref(), b_key.as_ref(), direction, &collation),
                    };
                    order.then(by_title).then_with(|| a.id.cmp(&b.id))
                });
                let ids = entries.into_iter().map(|(_, entry)| entry.id.clone()).collect();
                listings.insert((collection.key.clone(), language.clone()), ids);
            }
        }
        listings
    }

    /// A collection's place among all: in the main menu, else after it.
    pub(crate) fn rank(&self, collection: &str) -> (usize, Option<usize>) {
        let in_menu = self.settings.navigation.iter().position(|item| item.to == collection);
        (in_menu.unwrap_or(usize::MAX), self.collections.get_index_of(collection))
    }
}

fn sort_key(entry: &Entry, collection: &Collection, language: &str) -> Option<SortKey> {
    match &collection.sort.by {
        // Titles have keys of their own.
        SortBy::Title => None,
        SortBy::Updated => entry.updated.map(|day| SortKey::Number(days(day))),
        SortBy::Order => entry.order.map(SortKey::Number),
        SortBy::Field(name) => {
            let field = collection.fields.get(name)?;
            entry.values(name).next().map(|value| field.kind.sort_key(value, language))
        }
    }
}

/// Days since 1970-01-01.
fn days(day: jiff::civil::Date) -> f64 {
    f64::from((day - jiff::civil::Date::constant(1970, 1, 1)).get_days())
}

/// Entries without a key come last, whatever the direction.
fn compare(a: Option<&SortKey>, b: Option<&SortKey>, direction: Direction, collation: &Collation) -> Ordering {
    let order = match (a, b) {
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
        (Some(SortKey::Number(a)), Some(SortKey::Number(b))) => a.total_cmp(b),
        (Some(SortKey::Text(a)), Some(SortKey::Text(b))) => collation.compare(a, b),
        (Some(SortKey::Number(_)), Some(SortKey::Text(_))) => Ordering::Less,
        (Some(SortKey::Text(_)), Some(SortKey::Number(_))) => Ordering::Greater,
    };
    if direction == Direction::Descending { order.reverse() } else { order }
}
