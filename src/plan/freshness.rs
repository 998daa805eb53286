//! What enters: the day on which an entry's facts were checked last, and the build date. What leaves: how far the facts can be trusted. It must not
//! know the clock.

use super::Planner;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::Value;
use crate::view::Freshness;

/// Up to so many days, facts are fresh: a year and a month of grace.
const FRESH: i64 = 400;

/// Beyond so many days, facts are old: three years.
const OLD: i64 = 3 * 366;

impl Planner<'_> {
    /// When an entry's facts were checked last, if its collection says which field tells.
    pub(super) fn freshness(&self, collection: &Collection, entry: &Entry, language: &str) -> Option<Freshness> {
        let days = entry.values(collection.checked.as_deref()?).find_map(|value| match value {
            Value::Date(days) => Some(days),
            _ => None,
        })?;
        let today = crate::date::parse_day(&self.catalogue.date.to_string())?.first;
        let age = today - days.last;
        let years = usize::try_from(age / 365).unwrap_or(0);
        Some(Freshness {
            iso: days.iso.clone(),
            text: crate::date::display(days, language),
            state: match (age <= FRESH, age <= OLD) {
                (true, _) => "fresh",
                (false, true) => "ageing",
                (false, false) => "old",
            },
            years,
        })
    }
}
