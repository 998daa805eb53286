//! What enters: the day on which an entry's facts were checked last, and the build date. What leaves: how far the facts can be trusted. It must not
//! know the clock.

use super::Planner;
use crate::collection::Collection;
use crate::date::Days;
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
        let years = years(days, i64::from(self.catalogue.date.year()), age);
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

/// How many years ago. Of a year alone no day is known: readers subtract the years, and so does the page.
fn years(days: &Days, this_year: i64, age: i64) -> usize {
    let whole = days.iso.parse::<i64>().map_or(age / 365, |year| this_year - year);
    usize::try_from(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::years;
    use crate::date::parse_day;

    #[test]
    fn a_year_alone_is_subtracted() {
        let today = parse_day("2026-11-26").unwrap();
        for (checked, expected) in
            [("2019", 7), ("2026", 0), ("2025", 1), ("2019-12", 6), ("2019-11-01", 7), ("2027", 0)]
        {
            let days = parse_day(checked).unwrap();
            assert_eq!(years(&days, 2026, today.last - days.last), expected, "{checked}");
        }
    }
}
