//! What enters: opening hours as people write them, where the place is, and the first day that counts. What leaves: when the place is open, minute by
//! minute, on its own clock, as the search takes it. It must not know today's date, entries, nor how times are packed.
//!
//! What depends on what nobody knows here is unknown, not closed: school holidays, the sun where a place has no position, the days of other departments
//! where a place has no address, and everything more than 400 days ahead.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use jiff::ToSpan;
use jiff::civil::Date;
use maillage_search::{Hours, Stretch};
use opening_hours::localization::{Coordinates, Localize};
use opening_hours::{Context, ContextHolidays, DateTimeRange, OpeningHours, RuleKind};
use opening_hours_syntax::rules::time::TimeEvent;
use rayon::prelude::*;

use crate::calendar;

/// Days of holidays.
type Calendar = compact_calendar::CompactCalendar;

/// So many days from the build date on are worked out.
const DAYS: i32 = 400;

/// What decides when a place is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// Opening hours in OpenStreetMap's syntax.
    pub hours: String,
    /// INSEE code of the commune or department.
    pub place: Option<String>,
    /// Latitude and longitude, in hundred-thousandths of a degree; only where the hours name the sun.
    sun: Option<(i64, i64)>,
}

impl Written {
    /// Hours with all that they depend on. `None` where the clock is not known: without a commune or department, far from mainland France.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "degrees are at most three digits before the point")]
    pub fn new(hours: String, place: Option<String>, position: Option<(f64, f64)>) -> Option<Self> {
        let in_mainland =
            |(latitude, longitude): (f64, f64)| (41.0..52.0).contains(&latitude) && (-6.0..10.0).contains(&longitude);
        if place.is_none() && !position.is_none_or(in_mainland) {
            return None;
        }
        let place = place.map(|code| relevant(&code).to_owned());
        let rounded = |degrees: f64| (degrees * 1e5).round() as i64;
        let sun = position.filter(|_| names_the_sun(&hours)).map(|(one, other)| (rounded(one), rounded(other)));
        Some(Self { hours, place, sun })
    }
}

/// The part of a code that decides: the department, and the commune where a department has several clocks.
fn relevant(code: &str) -> &str {
    match calendar::department(code) {
        "987" => code,
        department => department,
    }
}

fn names_the_sun(hours: &str) -> bool {
    let hours = hours.to_lowercase();
    ["sunrise", "sunset", "dawn", "dusk"].iter().any(|event| hours.contains(event))
}

/// The days that are worked out: the first and the one after the last, in days since 1970-01-01. They begin a day early: it is still yesterday somewhere.
#[must_use]
pub fn horizon(build: Date) -> (i64, i64) {
    let first = day_number(build) - 1;
    (first, first + 1 + i64::from(DAYS))
}

/// When each place is open. Places with the same hours share them.
#[must_use]
pub fn work_out(build: Date, written: &[Option<Written>]) -> Vec<Option<Arc<Hours>>> {
    let mut distinct: BTreeMap<&Written, Option<Arc<Hours>>> =
        written.iter().flatten().map(|written| (written, None)).collect();
    distinct.par_iter_mut().for_each(|(written, hours)| *hours = hours_of(build, written).map(Arc::new));
    written.iter().map(|written| distinct.get(written.as_ref()?)?.clone()).collect()
}

fn hours_of(build: Date, written: &Written) -> Option<Hours> {
    if names_the_sun(&written.hours) && written.sun.is_none() {
        return None;
    }
    let first = build.saturating_sub(1.day());
    let last = build.saturating_add(DAYS.days());
    let offsets = calendar::offsets(written.place.as_deref(), first, last);
    let holidays = calendar::holidays(written.place.as_deref(), first, last);
    let start = civil(first)?;
    let days = (0..=DAYS.unsigned_abs()).filter_map(|day| start.checked_add_days(Days::new(u64::from(day))));
    let public: Calendar = holidays.public.iter().copied().filter_map(civil).collect();
    let or_more: Calendar = holidays.public.into_iter().chain(holidays.perhaps).filter_map(civil).collect();
    let (no_school, school): (Calendar, Calendar) = (Calendar::default(), days.collect());
    let hours = written.hours.parse::<OpeningHours>().ok()?;
    let place = Place { offsets: offsets.clone(), coordinates: written.sun.and_then(coordinates) };
    let from = start.and_time(NaiveTime::MIN);
    let until = from.checked_add_days(Days::new(u64::from(DAYS.unsigned_abs()) + 1))?;
    // What holds whether or not these days are holidays is known.
    let mut worked_out: Option<Vec<Stretch>> = None;
    for public in [&public, &or_more] {
        for school in [&no_school, &school] {
            let holidays = ContextHolidays::new(Arc::new(public.clone()), Arc::new(school.clone()));
            let context = Context::default().with_holidays(holidays).with_locale(place.clone());
            let own = stretches(hours.clone().with_context(context).iter_range(from, until));
            worked_out = Some(match worked_out {
                Some(others) if others != own => agreed(&others, &own),
                _ => own,
            });
            if !written.hours.contains("SH") {
                break;
            }
        }
        if *public == or_more {
            break;
        }
    }
    Some(Hours { offsets, stretches: worked_out? })
}

fn stretches(ranges: impl Iterator<Item = DateTimeRange>) -> Vec<Stretch> {
    let known = ranges.filter(|range| range.kind != RuleKind::Closed).map(|range| Stretch {
        from: minutes(range.range.start),
        until: minutes(range.range.end),
        unknown: range.kind == RuleKind::Unknown,
    });
    joined(known)
}

/// Joins neighbours of which only the comment differed.
fn joined(stretches: impl Iterator<Item = Stretch>) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match all.last_mut() {
            Some(last) if last.until == stretch.from && last.unknown == stretch.unknown => last.until = stretch.until,
            _ => all.push(stretch),
        }
    }
    all
}

/// What two answers agree on; the rest is unknown.
fn agreed(one: &[Stretch], other: &[Stretch]) -> Vec<Stretch> {
    let mut ends: Vec<i64> = one.iter().chain(other).flat_map(|stretch| [stretch.from, stretch.until]).collect();
    ends.sort_unstable();
    ends.dedup();
    let at = |stretches: &[Stretch], minute: i64| {
        let next = stretches.partition_point(|stretch| stretch.until <= minute);
        stretches.get(next).filter(|stretch| stretch.from <= minute).map(|stretch| stretch.unknown)
    };
    let pieces = ends.windows(2).filter_map(|ends| {
        let (one, other) = (at(one, ends[0]), at(other, ends[0]));
        let unknown = if one == other { one? } else { true };
        Some(Stretch { from: ends[0], until: ends[1], unknown })
    });
    joined(pieces)
}

/// A place as the evaluation sees it: its clock is the only one, and the sun follows its position.
#[derive(Clone)]
struct Place {
    offsets: Vec<(i64, i64)>,
    coordinates: Option<Coordinates>,
}

impl Localize for Place {
    type DateTime = NaiveDateTime;

    fn naive(&self, moment: NaiveDateTime) -> NaiveDateTime {
        moment
    }

    fn datetime(&self, naive: NaiveDateTime) -> NaiveDateTime {
        naive
    }

    fn event_time(&self, date: NaiveDate, event: TimeEvent) -> Option<NaiveTime> {
        let utc = minutes(self.coordinates?.event_time(date, event)?.naive_utc());
        let holds = self.offsets.partition_point(|(from, _)| *from <= utc).saturating_sub(1);
        let local = utc + self.offsets.get(holds).map_or(0, |(_, offset)| *offset);
        let seconds = u32::try_from(local.rem_euclid(24 * 60) * 60).ok()?;
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "hundred-thousandths of a degree have eight digits")]
fn coordinates((latitude, longitude): (i64, i64)) -> Option<Coordinates> {
    Coordinates::new(latitude as f64 / 1e5, longitude as f64 / 1e5)
}

fn minutes(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp().div_euclid(60)
}

fn civil(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year().into(), day.month().try_into().ok()?, day.day().try_into().ok()?)
}

fn day_number(day: Date) -> i64 {
    crate::date::parse_day(&day.to_string()).map_or(0, |days| days.first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// What is not closed on a day, as `09:00-12:00` or `09:00-12:00?` where it is not sure.
    fn on(hours: &Hours, day: Date) -> String {
        let midnight = day_number(day) * 1440;
        let own = hours.stretches.iter().filter(|stretch| stretch.from < midnight + 1440 && stretch.until > midnight);
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let shown = own.map(|stretch| {
            let (from, until) = (stretch.from.max(midnight), stretch.until.min(midnight + 1440));
            let mark = if stretch.unknown { "?" } else { "" };
            format!("{}-{}{mark}", time(from - midnight), time(until - midnight))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn hours_are_those_of_the_day_and_the_place() {
        let week = "Mo-Fr 09:00-12:00,14:00-18:00; PH off";
        for (hours, place, position, day, expected) in [
            (week, Some("12"), None, date(2026, 11, 26), "09:00-12:00 14:00-18:00"),
            (week, Some("12"), None, date(2026, 11, 28), ""),
            (week, Some("12"), None, date(2026, 12, 25), ""),
            // Good Friday is a working day, but in Alsace and Moselle; who knows where this place is?
            (week, Some("12"), None, date(2027, 3, 26), "09:00-12:00 14:00-18:00"),
            (week, Some("67"), None, date(2027, 3, 26), ""),
            (week, None, Some((48.58, 7.75)), date(2027, 3, 26), "09:00-12:00? 14:00-18:00?"),
            (week, Some("97302"), None, date(2027, 6, 10), ""),
            (week, Some("97411"), None, date(2027, 6, 10), "09:00-12:00 14:00-18:00"),
            // A summer that the horizon reaches; the days of a change of time are days like others on the clock.
            ("Apr-Sep Su 10:00-20:00", Some("29"), None, date(2027, 4, 4), "10:00-20:00"),
            ("Apr-Sep Su 10:00-20:00", Some("29"), None, date(2026, 11, 29), ""),
            ("Su 01:00-04:00", Some("29"), None, date(2027, 3, 28), "01:00-04:00"),
            ("Fr 22:00-02:00", Some("29"), None, date(2026, 11, 28), "00:00-02:00"),
            (
                "Mo-Fr 09:00-18:00; SH 10:00-12:00",
                Some("29"),
                None,
                date(2026, 11, 26),
                "09:00-10:00? 10:00-12:00 12:00-18:00?",
            ),
            ("24/7", Some("29"), None, date(2027, 7, 1), "00:00-24:00"),
            ("Mo-Fr 09:00-18:00; SH off", Some("29"), None, date(2026, 11, 26), "09:00-18:00?"),
            ("Mo-Fr 09:00-18:00 \"sur rendez-vous\"", Some("29"), None, date(2026, 11, 26), "09:00-18:00"),
            ("Mo-Fr 09:00-18:00 unknown \"sur rendez-vous\"", Some("29"), None, date(2026, 11, 26), "09:00-18:00?"),
            // The sun sets in Rodez.
            ("10:00-sunset", Some("12"), Some((44.35, 2.575)), date(2026, 12, 21), "10:00-17:12"),
        ] {
            let written = Written::new(hours.to_owned(), place.map(str::to_owned), position).expect("a known clock");
            let worked_out = hours_of(date(2026, 11, 25), &written).expect("hours that can be read");
            assert_eq!(on(&worked_out, day), expected, "{hours} {place:?} {day}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_worked_out() {
        assert_eq!(Written::new("24/7".to_owned(), None, Some((14.6, -61.0))), None);
        let sun = Written::new("10:00-sunset".to_owned(), Some("12".to_owned()), None).expect("a known clock");
        assert_eq!(hours_of(date(2026, 11, 25), &sun), None);
    }

    #[test]
    fn the_horizon_ends_after_400_days() {
        let (first, end) = horizon(date(2026, 11, 25));
        assert_eq!((first, end), (day_number(date(2026, 11, 24)), day_number(date(2027, 12, 30))));
        let written = [Written::new("24/7".to_owned(), None, None), None, Written::new("24/7".to_owned(), None, None)];
        let worked_out = work_out(date(2026, 11, 25), &written);
        let [Some(one), None, Some(other)] = worked_out.as_slice() else { panic!("two places have hours") };
        assert!(Arc::ptr_eq(one, other));
        assert_eq!(one.stretches, [Stretch { from: first * 1440, until: end * 1440, unknown: false }]);
    }
}
