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
    let head = lines.len();
    for field in collection.fields.values() {
        for value in entry.values(&field.name) {
            match (field.kind.name(), value) {
                ("date-range", Value::Date(days)) => event.session(days, &mut lines),
                ("opening-hours", Value::Text(hours)) => event.week(hours, catalogue.date, &mut lines),
                _ => {}
            }
        }
    }
    if lines.len() == head {
        return None;
    }
    lines.put("END", "VCALENDAR");
    Some(Output::new(path, lines.finish()))
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

    /// Whole days; the end is the day after the last one. A month or a year alone is no session to put down.
    fn session(&self, days: &Days, lines: &mut Lines) {
        let (first, last) = days.iso.split_once('/').unwrap_or((&days.iso, &days.iso));
        let (Ok(first), Ok(last)) = (first.trim().parse::<Date>(), last.trim().parse::<Date>()) else { return };
        let Ok(after) = last.tomorrow() else { return };
        let times = [("DTSTART;VALUE=DATE", compact(first)), ("DTEND;VALUE=DATE", compact(after))];
        self.write(&compact(first), &times, lines);
    }

    /// Hours that come back every week, in the local time of whoever reads them; days with the same hours are one event.
    fn week(&self, hours: &str, from: Date, lines: &mut Lines) {
        let Some(week) = plain_week(hours) else { return };
        let mut spans: Vec<Span> = week.days.iter().flatten().flatten().copied().collect();
        spans.sort_unstable();
        spans.dedup();
        for span in spans {
            let open = |day: &usize| week.days[*day].as_ref().is_some_and(|spans| spans.contains(&span));
            let days: Vec<usize> = (0..7).filter(open).collect();
            let Some(first) = next(from, &days) else { continue };
            let (start, end) = span;
            let last = if end >= 24 * 60 { first.tomorrow().unwrap_or(first) } else { first };
            let names: Vec<&str> = days.iter().map(|day| DAYS[*day]).collect();
            let times = [
                ("DTSTART", format!("{}T{}", compact(first), clock(start))),
                ("DTEND", format!("{}T{}", compact(last), clock(end % (24 * 60)))),
                ("RRULE", format!("FREQ=WEEKLY;BYDAY={}", names.join(","))),
            ];
            self.write(&format!("{}-{}", names.join("-"), clock(start)), &times, lines);
        }
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
