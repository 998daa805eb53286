//! What enters: what a visitor typed, an open index, the gazetteer. What leaves: how it is read, and the request that it makes. It must not know where the
//! index came from, nor the time: the caller says which day it is.

use maillage_search::{Bounds, Day, Engine, Meaning, Moment, Part, Reading, Request, Sentence, Sort, Town, When};

use crate::gazetteer::Gazetteer;

/// The time, as the caller knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Minutes since 1970-01-01T00:00 UTC.
    pub minute: i64,
    /// Days since 1970-01-01, on the clock of the one who asks.
    pub day: i64,
}

/// Reads a sentence; a town that it names is looked up.
#[must_use]
pub fn read(engine: &Engine, text: &str, lang: &str) -> Reading {
    let sentence = Sentence { text: text.to_owned(), lang: lang.to_owned(), ..Sentence::default() };
    let reading = engine.read(&sentence);
    let Some(key) = &reading.wants else { return reading };
    let towns: Vec<Town> = Gazetteer::france().named(key).cloned().collect();
    if towns.is_empty() { reading } else { engine.read(&Sentence { towns, ..sentence }) }
}

/// The request that a reading makes, beside what was asked for already; the search page does the same.
#[must_use]
pub fn request(reading: &Reading, asked: Request, now: Now) -> Request {
    let mut request = Request { q: reading.rest.clone(), ..asked };
    for Part { meaning, .. } in &reading.parts {
        match meaning {
            Meaning::Facet { facet, value, .. } => {
                let values = request.facets.entry(facet.clone()).or_default();
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            Meaning::Near { towns, km } => {
                request.near = towns.first().map(|town| town.position);
                request.within_km = Some(*km);
                if request.sort == Sort::Relevance {
                    request.sort = Sort::Distance;
                }
            }
            Meaning::Open(when) => request.open = Some(moment(*when, now)),
            Meaning::Free { field, .. } => {
                request.ranges.insert(field.clone(), Bounds { min: None, max: Some(0.0) });
            }
            // Where the visitor is, only a page knows.
            Meaning::NearMe { .. } => {}
        }
    }
    request
}

/// When that is: today counts as the next day of its name.
fn moment(When { day, from, until }: When, now: Now) -> Moment {
    // 1970-01-01 was a Thursday; weeks begin on Monday.
    let to_weekday = |weekday: i64| (weekday - (now.day + 3)).rem_euclid(7);
    let ahead = match day {
        Day::Now => return Moment::At(now.minute),
        Day::Today => 0,
        Day::Tomorrow => 1,
        Day::Monday => to_weekday(0),
        Day::Tuesday => to_weekday(1),
        Day::Wednesday => to_weekday(2),
        Day::Thursday => to_weekday(3),
        Day::Friday => to_weekday(4),
        Day::Saturday => to_weekday(5),
        Day::Sunday => to_weekday(6),
    };
    let start = (now.day + ahead) * 24 * 60;
    Moment::Between(start + i64::from(from), start + i64::from(until))
}

/// A part as a short text: `place_kind=coworking`, `near=Rodez`, `open=saturday`.
#[must_use]
pub fn short(part: &Part) -> String {
    match &part.meaning {
        Meaning::Facet { facet, value, .. } => format!("{facet}={value}"),
        Meaning::Near { towns, .. } => format!("near={}", towns.first().map_or("", |town| &town.name)),
        Meaning::NearMe { .. } => "near=me".to_owned(),
        Meaning::Free { field, .. } => format!("{field}=0"),
        Meaning::Open(when) => format!("open={}", format!("{:?}", when.day).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_next_of_their_name() {
        // 2026-11-25 was a Wednesday.
        let now = Now { minute: 20_782 * 1440 + 600, day: 20_782 };
        for (day, ahead) in
            [(Day::Today, 0), (Day::Wednesday, 0), (Day::Tomorrow, 1), (Day::Saturday, 3), (Day::Tuesday, 6)]
        {
            let start = (20_782 + ahead) * 1440;
            let when = When { day, from: 480, until: 720 };
            assert_eq!(moment(when, now), Moment::Between(start + 480, start + 720), "{day:?}");
        }
        assert_eq!(moment(When { day: Day::Now, from: 0, until: 1440 }, now), Moment::At(now.minute));
    }
}
