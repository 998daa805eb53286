//! What enters: an entry. What leaves: its sessions and its weekly opening hours as a calendar. It must not know pages. Source: RFC 5545.

use jiff::civil::Date;

use super::lines::Lines;
use crate::catalogue::Catalogue;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::opening_hours::{Span, plain_week};
use crate::field::{Value, value::Days};
use crate::output::Output;
use crate::site_path::SitePath;

/// The days of the week, from Monday.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The calendar of an entry; none where there is nothing to put in it.
#[must_use]
pub(super) fn calendar(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    entry: &Entry,
    path: SitePath,
) -> Option<Output> {
    let mut dated = dated(catalogue, collection, entry).peekable();
    dated.peek()?;
    let url = catalogue.entry_path(&entry.id, &entry.language).absolute(&catalogue.settings.base_url.url);
    let event = Event {
        title: &entry.title,
        url: &url,
        stamp: entry.updated.unwrap_or(catalogue.date),
        place: place(collection, entry),
    };
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Maillage//Maillage//FR");
    for dated in dated {
        match dated {
            Dated::Session(first, after) => event.session(first, after, &mut lines),
            Dated::Weekly(weekly) => event.week(&weekly, &mut lines),
        }
    }
    lines.put("END", "VCALENDAR");
    Some(Output::new(path, lines.finish()))
}

/// Whether an entry has a calendar.
#[must_use]
pub(super) fn has(catalogue: &Catalogue<'_>, collection: &Collection, entry: &Entry) -> bool {
    dated(catalogue, collection, entry).next().is_some()
}

/// What stands in a calendar.
enum Dated {
    /// Whole days: the first one, and the one after the last.
    Session(Date, Date),
    Weekly(Weekly),
}

/// All that an entry has for a calendar, in the order of its fields.
fn dated<'e>(
    catalogue: &'e Catalogue<'_>,
    collection: &'e Collection,
    entry: &'e Entry,
) -> impl Iterator<Item = Dated> + 'e {
    let values =
        collection.fields.values().flat_map(|field| entry.values(&field.name).map(move |value| (field, value)));
    values.flat_map(|(field, value)| match (field.kind.name(), value) {
        ("date-range", Value::Date(days)) => {
            session(days).map(|(first, after)| Dated::Session(first, after)).into_iter().collect()
        }
        ("opening-hours", Value::Text(hours)) => weekly(hours, catalogue.date).into_iter().map(Dated::Weekly).collect(),
        _ => Vec::new(),
    })
}

/// The first day and the day after the last one. A month or a year alone is no session to put down.
fn session(days: &Days) -> Option<(Date, Date)> {
    let (first, last) = days.iso.split_once('/').unwrap_or((&days.iso, &days.iso));
    let (first, last) = (first.trim().parse::<Date>().ok()?, last.trim().parse::<Date>().ok()?);
    Some((first, last.tomorrow().ok()?))
}

/// Hours that come back every week.
struct Weekly {
    span: Span,
    /// Days of the week with these hours (0 = Monday).
    days: Vec<usize>,
    /// The first such day from the calendar's date on.
    first: Date,
}

/// Hours of a plain week; days with the same hours are one.
fn weekly(hours: &str, from: Date) -> Vec<Weekly> {
    let Some(week) = plain_week(hours) else { return Vec::new() };
    let mut spans: Vec<Span> = week.days.iter().flatten().flatten().copied().collect();
    spans.sort_unstable();
    spans.dedup();
    let weekly = spans.into_iter().filter_map(|span| {
        let open = |day: &usize| week.days[*day].as_ref().is_some_and(|spans| spans.contains(&span));
        let days: Vec<usize> = (0..7).filter(open).collect();
        Some(Weekly { span, first: next(from, &days)?, days })
    });
    weekly.collect()
}

struct Event<'e> {
    title: &'e str,
    url: &'e str,
    stamp: Date,
    place: Option<String>,
}

impl Event<'_> {
    fn write(&self, key: &str, times: &[(&str, String)], lines: &mut Lines) {
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", &format!("{}#{key}", self.url));
        lines.put("DTSTAMP", &format!("{}T000000Z", compact(self.stamp)));
        for (name, value) in times {
            lines.put(name, value);
        }
        lines.text("SUMMARY", self.title);
        if let Some(place) = &self.place {
            lines.text("LOCATION", place);
        }
        lines.put("URL", self.url);
        lines.put("END", "VEVENT");
    }

    /// Whole days.
    fn session(&self, first: Date, after: Date, lines: &mut Lines) {
        let times = [("DTSTART;VALUE=DATE", compact(first)), ("DTEND;VALUE=DATE", compact(after))];
        self.write(&compact(first), &times, lines);
    }

    /// Hours in the local time of whoever reads them.
    fn week(&self, Weekly { span: (start, end), days, first }: &Weekly, lines: &mut Lines) {
        let last = if *end >= 24 * 60 { first.tomorrow().unwrap_or(*first) } else { *first };
        let names: Vec<&str> = days.iter().map(|day| DAYS[*day]).collect();
        let times = [
            ("DTSTART", format!("{}T{}", compact(*first), clock(*start))),
            ("DTEND", format!("{}T{}", compact(last), clock(*end % (24 * 60)))),
            ("RRULE", format!("FREQ=WEEKLY;BYDAY={}", names.join(","))),
        ];
        self.write(&format!("{}-{}", names.join("-"), clock(*start)), &times, lines);
    }
}

/// The first of these days of the week (0 = Monday) from a day on.
fn next(from: Date, days: &[usize]) -> Option<Date> {
    let mut day = from;
    for _ in 0..7 {
        if days.contains(&usize::try_from(day.weekday().to_monday_zero_offset()).ok()?) {
            return Some(day);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

fn compact(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

fn clock(minute: u16) -> String {
    format!("{:02}{:02}00", minute / 60, minute % 60)
}

fn place(collection: &Collection, entry: &Entry) -> Option<String> {
    let values = collection.fields.keys().flat_map(|name| entry.values(name));
    let address = values.filter_map(|value| match value {
        Value::Address(address) => Some(address),
        _ => None,
    });
    address
        .map(|address| {
            let street = address.street.as_ref().map(|street| format!("{street}, ")).unwrap_or_default();
            format!("{street}{} {}", address.postcode, address.commune)
        })
        .next()
}
