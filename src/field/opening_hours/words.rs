//! What enters: parts of a parsed rule. What leaves: their words in the page's language. It must not know how rules combine.

use opening_hours_syntax::ExtendedTime;
use opening_hours_syntax::rules::RuleSequence;
use opening_hours_syntax::rules::day::{
    Date, DateOffset, DaySelector, HolidayKind, Month, MonthdayRange, WeekDayRange, WeekRange, Weekday, YearRange,
};
use opening_hours_syntax::rules::time::{Time, TimeEvent, TimeSelector, TimeSpan};

use super::super::Showing;
use crate::date::month_name;

/// The keys of the days in the theme's strings, from Monday.
const DAYS: [&str; 7] = ["days_mo", "days_tu", "days_we", "days_th", "days_fr", "days_sa", "days_su"];

/// A stretch: `lundi – vendredi`.
pub(super) fn stretch(first: &str, last: &str) -> String {
    if first == last { first.to_owned() } else { format!("{first} – {last}") }
}

/// A day of the week, from 0 = Monday.
pub(super) fn day(number: usize, showing: &Showing<'_>) -> String {
    DAYS.get(number).map(|key| (showing.word)(key)).unwrap_or_default()
}

fn weekday(weekday: Weekday, showing: &Showing<'_>) -> String {
    day(weekday.num_days_from_monday() as usize, showing)
}

/// `9 h 30` in French, `09:30` in other languages; 26:00 is 02:00 of the next day.
fn clock(time: ExtendedTime, showing: &Showing<'_>) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    let hour = if hour > 24 || (hour == 24 && minute > 0) { hour - 24 } else { hour };
    match (showing.lang.split('-').next(), minute) {
        (Some("fr"), 0) => format!("{hour}\u{a0}h"),
        (Some("fr"), _) => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
        _ => format!("{hour:02}:{minute:02}"),
    }
}

fn time(time: &Time, showing: &Showing<'_>) -> String {
    match time {
        Time::Fixed(time) => clock(*time, showing),
        Time::Variable(variable) => {
            let event = (showing.word)(match variable.event {
                TimeEvent::Dawn => "hours_dawn",
                TimeEvent::Sunrise => "hours_sunrise",
                TimeEvent::Sunset => "hours_sunset",
                TimeEvent::Dusk => "hours_dusk",
            });
            let sign = if variable.offset < 0 { '\u{2212}' } else { '+' };
            let (hours, minutes) = (variable.offset.abs() / 60, variable.offset.abs() % 60);
            if variable.offset == 0 { event } else { format!("{event} {sign} {hours}:{minutes:02}") }
        }
    }
}

fn span(span: &TimeSpan, showing: &Showing<'_>) -> String {
    let start = time(&span.range.start, showing);
    let open = span.open_end && span.range.end == Time::Fixed(ExtendedTime::MIDNIGHT_24);
    let mut text = match open {
        true => (showing.word)("hours_from").replace("{time}", &start),
        false => stretch(&start, &time(&span.range.end, showing)),
    };
    if span.open_end && !open {
        text.push('+');
    }
    if let Some(every) = span.repeats {
        let every = format!("{}:{:02}", every.num_hours(), every.num_minutes() % 60);
        text.push_str(&format!(" ({})", (showing.word)("hours_every").replace("{time}", &every)));
    }
    text
}

/// Whether no time was given: all day.
pub(super) fn all_day(times: &TimeSelector) -> bool {
    *times == TimeSelector::default()
}

/// `9 h – 12 h, 14 h – 18 h`, `fermé`, with the remark.
pub(super) fn hours(rule: &RuleSequence, showing: &Showing<'_>) -> String {
    use opening_hours_syntax::RuleKind::{Closed, Open, Unknown};
    let spans = || rule.time_selector.spans.iter().map(|one| span(one, showing)).collect::<Vec<_>>().join(", ");
    let times = if all_day(&rule.time_selector) { String::new() } else { spans() };
    let state = match rule.kind {
        Open if times.is_empty() && rule.comment.is_empty() => (showing.word)("hours_always"),
        Open => String::new(),
        Closed => (showing.word)("hours_closed"),
        Unknown => (showing.word)("hours_unknown"),
    };
    let parts = [times, state].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    match (parts.is_empty(), rule.comment.is_empty()) {
        (_, true) => parts,
        (true, false) => rule.comment.to_string(),
        (false, false) => format!("{parts} ({})", rule.comment),
    }
}

fn month(month: Month, showing: &Showing<'_>) -> String {
    month_name(month as i8, showing.lang).map_or_else(|| format!("{:02}", month as u8), str::to_owned)
}

fn offset(offset: DateOffset) -> String {
    // Rare enough to keep the map's own syntax: ` +2 days`.
    offset.to_string()
}

fn date((date, moved): &(Date, DateOffset), showing: &Showing<'_>) -> String {
    let (text, year) = match date {
        Date::Fixed { year, month: number, day } => {
            let name = month(*number, showing);
            let first = showing.lang.starts_with("fr") && *day == 1;
            (if first { format!("1er {name}") } else { format!("{day} {name}") }, year)
        }
        Date::Weekday { year, month: number, wday, nth } => {
            let (day, name) = (nth_day(&weekday(*wday, showing), isize::from(*nth), showing), month(*number, showing));
            (format!("{day} ({name})"), year)
        }
        Date::Easter { year } => ((showing.word)("days_easter"), year),
    };
    let year = year.map_or_else(String::new, |year| format!(" {}", *year));
    format!("{text}{year}{}", offset(*moved))
}

fn months(range: &MonthdayRange, showing: &Showing<'_>) -> String {
    match range {
        MonthdayRange::Month { range, year } => {
            let text = stretch(&month(*range.start(), showing), &month(*range.end(), showing));
            year.map_or(text.clone(), |year| format!("{text} {}", *year))
        }
        MonthdayRange::Date { start, end } => stretch(&date(start, showing), &date(end, showing)),
    }
}

fn years(range: &YearRange, showing: &Showing<'_>) -> String {
    let (range, step) = range.clone().into_parts();
    let (first, last) = ((**range.start()).to_string(), (**range.end()).to_string());
    // `2024+` ends with the last year there is.
    let text = match **range.end() >= 9999 {
        true => (showing.word)("hours_from").replace("{time}", &first),
        false => stretch(&first, &last),
    };
    if step > 1 { format!("{text} / {step}") } else { text }
}

fn weeks(range: &WeekRange, showing: &Showing<'_>) -> String {
    let (range, step) = range.clone().into_parts();
    let numbers = stretch(&(**range.start()).to_string(), &(**range.end()).to_string());
    let text = (showing.word)("days_week").replace("{number}", &numbers);
    if step > 1 { format!("{text} / {step}") } else { text }
}

/// `1er lundi du mois`, `dernier lundi du mois`.
fn nth_day(day: &str, nth: isize, showing: &Showing<'_>) -> String {
    let key = match nth {
        1 => "days_nth_1",
        2 => "days_nth_2",
        3 => "days_nth_3",
        4 => "days_nth_4",
        5 => "days_nth_5",
        -1 => "days_nth_last",
        _ => return format!("{day} [{nth}]"),
    };
    (showing.word)(key).replace("{day}", day)
}

pub(super) fn holiday(kind: HolidayKind, showing: &Showing<'_>) -> String {
    (showing.word)(match kind {
        HolidayKind::Public => "days_ph",
        HolidayKind::School => "days_sh",
    })
}

fn weekdays(range: &WeekDayRange, showing: &Showing<'_>) -> String {
    match range {
        WeekDayRange::Holiday { kind, offset: 0 } => holiday(*kind, showing),
        WeekDayRange::Holiday { kind, offset } => format!("{} ({offset:+})", holiday(*kind, showing)),
        WeekDayRange::Fixed { range, offset, nth_from_start, nth_from_end } => {
            let days = stretch(&weekday(*range.start(), showing), &weekday(*range.end(), showing));
            let every = nth_from_start.iter().chain(nth_from_end).all(|one| *one);
            let chosen = |from: &[bool; 5], sign: isize| {
                let places = (1_isize..).zip(from.to_vec()).filter(|(_, one)| *one);
                places.map(|(place, _)| nth_day(&days, place * sign, showing)).collect::<Vec<_>>()
            };
            let mut text = days.clone();
            if !every {
                text = [chosen(nth_from_start, 1), chosen(nth_from_end, -1)].concat().join(", ");
            }
            if *offset == 0 { text } else { format!("{text} ({offset:+})") }
        }
    }
}

/// All that a rule says of days: `avril – septembre, lundi`; nothing when it holds every day.
pub(super) fn days(selector: &DaySelector, showing: &Showing<'_>) -> String {
    let DaySelector { year, monthday, week, weekday } = selector;
    let mut parts: Vec<String> = year.iter().map(|one| years(one, showing)).collect();
    parts.extend(monthday.iter().map(|one| months(one, showing)));
    parts.extend(week.iter().map(|one| weeks(one, showing)));
    parts.extend(weekday.iter().map(|one| weekdays(one, showing)));
    parts.join(", ")
}
