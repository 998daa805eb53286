//! What enters: a day, month, year or stretch of days in ISO 8601. What leaves: [`Days`], and its text in a page's language.
//! The only place where dates are read and worded. It must not know today's date, a time zone, or who asks.

use jiff::civil::{Date, date};
use serde::Serialize;

/// A day or a stretch of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Days {
    /// ISO 8601: `2024-05-03`, `2024-05`, `2024`, or two of them with `/` between.
    pub iso: String,
    /// Days since 1970-01-01 of the first day.
    pub first: i64,
    /// Days since 1970-01-01 of the last day.
    pub last: i64,
}

/// A day, month or year of the calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Part {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// Reads `2024-05-03`, `2024-05` or `2024`; nothing else, and no day that the calendar has not.
#[must_use]
pub fn parse_day(text: &str) -> Option<Days> {
    let (first, last) = part(text)?.bounds()?;
    Some(Days { iso: text.to_owned(), first: epoch_days(first), last: epoch_days(last) })
}

/// Reads `2024-05-03/2024-05-05`; each side as [`parse_day`] takes it, and one alone is a stretch too.
#[must_use]
pub fn parse_range(text: &str) -> Option<Days> {
    match text.split_once('/') {
        Some((first, last)) => between(&parse_day(first.trim())?, &parse_day(last.trim())?),
        None => parse_day(text),
    }
}

/// The stretch from one to another; `None` when the last starts or ends before the first.
#[must_use]
pub fn between(first: &Days, last: &Days) -> Option<Days> {
    if first == last {
        return Some(first.clone());
    }
    let iso = format!("{}/{}", first.iso, last.iso);
    (first.first <= last.first && first.last <= last.last).then_some(Days { iso, first: first.first, last: last.last })
}

/// The day that is so many days after 1970-01-01.
#[must_use]
pub fn from_epoch_days(days: i64) -> Option<Days> {
    let day = date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    parse_day(&day.to_string())
}

/// The text in a language: `3 mai 2024`, `du 3 au 5 mai 2024`, `3 May 2024`; ISO 8601 in languages other than French and English.
#[must_use]
pub fn display(days: &Days, lang: &str) -> String {
    let worded = match lang.split('-').next().unwrap_or_default() {
        "fr" => words(days, &FRENCH),
        "en" => words(days, &ENGLISH),
        _ => None,
    };
    worded.unwrap_or_else(|| days.iso.replace('/', " – "))
}

/// The ISO form of a date that was written another way: `03/05/2024` (the day first), `3 mai 2024`, `May 3, 2024`, `2024-5-3`.
#[must_use]
pub fn guess(text: &str) -> Option<String> {
    let (mut numbers, mut month) = (Vec::new(), None);
    for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let digits = word.trim_end_matches(|character: char| !character.is_ascii_digit());
        match (digits.parse::<i16>(), month_number(&word)) {
            (Ok(number), _) => numbers.push((number, digits.len())),
            (Err(_), Some(number)) => month = month.xor(Some(number)),
            _ => return None,
        }
    }
    let (year, month, day) = match (numbers.as_slice(), month) {
        (&[(year, 4), (month, _), (day, _)], None) => (year, month, Some(day)),
        (&[(day, _), (month, _), (year, 4)], None) => (year, month, Some(day)),
        (&[(month, _), (year, 4)] | &[(year, 4), (month, _)], None) => (year, month, None),
        (&[(day, _), (year, 4)], Some(month)) => (year, month, Some(day)),
        (&[(year, 4)], Some(month)) => (year, month, None),
        _ => return None,
    };
    let day = day.map_or_else(String::new, |day| format!("-{day:02}"));
    Some(format!("{year:04}-{month:02}{day}")).filter(|iso| parse_day(iso).is_some())
}

/// The name of a month, from 1, in French or English.
#[must_use]
pub fn month_name(month: i8, lang: &str) -> Option<&'static str> {
    let language = match lang.split('-').next().unwrap_or_default() {
        "fr" => &FRENCH,
        "en" => &ENGLISH,
        _ => return None,
    };
    language.months.get(usize::try_from(month).ok()?.checked_sub(1)?).copied()
}

fn month_number(word: &str) -> Option<i16> {
    let named =
        |language: &Language| language.months.iter().position(|name| *name == word || name.to_lowercase() == word);
    let place = named(&FRENCH).or_else(|| named(&ENGLISH))?;
    i16::try_from(place + 1).ok()
}

fn part(text: &str) -> Option<Part> {
    let mut pieces = text.splitn(3, '-');
    let mut piece = |length: usize| match pieces.next() {
        Some(piece) if piece.len() == length && piece.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(piece)),
        Some(_) => None,
        None => Some(None),
    };
    let (year, month, day) = (piece(4)??, piece(2)?, piece(2)?);
    let number = |piece: &str| piece.parse().ok();
    let year = year.parse().ok().filter(|year| *year >= 1000)?;
    Some(Part { year, month: month.and_then(number), day: day.and_then(number) })
}

impl Part {
    fn bounds(self) -> Option<(Date, Date)> {
        match (self.month, self.day) {
            (Some(month), Some(day)) => Date::new(self.year, month, day).ok().map(|day| (day, day)),
            (Some(month), None) => Date::new(self.year, month, 1).ok().map(|day| (day, day.last_of_month())),
            _ => Date::new(self.year, 1, 1).ok().map(|day| (day, day.last_of_year())),
        }
    }
}

fn epoch_days(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

struct Language {
    months: [&'static str; 12],
    /// The first day of a month.
    first: &'static str,
    /// Before the first of two days.
    from_day: &'static str,
    /// Before the first of two months or years, with its form before a vowel.
    from: [&'static str; 2],
    to_day: &'static str,
    to: &'static str,
}

const FRENCH: Language = Language {
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    first: "1er",
    from_day: "du ",
    from: ["de ", "d’"],
    to_day: " au ",
    to: " à ",
};

const ENGLISH: Language = Language {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    first: "1",
    from_day: "",
    from: ["", ""],
    to_day: " to ",
    to: " to ",
};

fn words(days: &Days, language: &Language) -> Option<String> {
    let Some((first, last)) = days.iso.split_once('/') else {
        return wording(part(&days.iso)?, None, language);
    };
    let (first, last) = (part(first)?, part(last)?);
    let start = wording(first, Some(last), language)?;
    let end = wording(last, None, language)?;
    let from = match first.day {
        Some(_) => language.from_day,
        None => language.from[usize::from(start.starts_with(['a', 'o']))],
    };
    let to = if last.day.is_some() { language.to_day } else { language.to };
    Some(format!("{from}{start}{to}{end}"))
}

/// The words of a date; before another one, without what that one says again.
fn wording(part: Part, before: Option<Part>, language: &Language) -> Option<String> {
    let same = |precise: bool| before.is_some_and(|next| precise && next.year == part.year);
    let Some(month) = part.month else { return Some(part.year.to_string()) };
    let name = language.months.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    let after = before.unwrap_or(part);
    let Some(day) = part.day else {
        let alone = same(after.month.is_some() && after.day.is_none());
        return Some(if alone { (*name).to_owned() } else { format!("{name} {}", part.year) });
    };
    let day = if day == 1 { language.first.to_owned() } else { day.to_string() };
    if !same(after.day.is_some()) {
        return Some(format!("{day} {name} {}", part.year));
    }
    Some(if after.month == part.month { day } else { format!("{day} {name}") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_read() {
        let table = [
            ("2024-05-03", Some((19846, 19846))),
            ("2024-02", Some((19754, 19782))),
            ("1970", Some((0, 364))),
            ("1969-12-31", Some((-1, -1))),
            ("2024-02-30", None),
            ("2024-13", None),
            ("2024-5-3", None),
            ("24-05-03", None),
            ("2024-05-03T10:00", None),
            ("2024-", None),
            ("+024", None),
            ("0000", None),
            ("", None),
        ];
        for (text, bounds) in table {
            assert_eq!(parse_day(text).map(|days| (days.first, days.last)), bounds, "{text}");
        }
        assert_eq!(from_epoch_days(19846).map(|days| days.iso), Some("2024-05-03".to_owned()));
        assert_eq!(from_epoch_days(i64::MAX), None);
    }

    #[test]
    fn dates_are_worded_in_the_page_language() {
        let table = [
            ("2024-05-03", "3 mai 2024", "3 May 2024"),
            ("2024-05-01", "1er mai 2024", "1 May 2024"),
            ("2024-05", "mai 2024", "May 2024"),
            ("2024", "2024", "2024"),
            ("2024-05-03/2024-05-05", "du 3 au 5 mai 2024", "3 to 5 May 2024"),
            ("2024-04-30/2024-05-02", "du 30 avril au 2 mai 2024", "30 April to 2 May 2024"),
            ("2024-12-30/2025-01-02", "du 30 décembre 2024 au 2 janvier 2025", "30 December 2024 to 2 January 2025"),
            ("2024-05/2024-06", "de mai à juin 2024", "May to June 2024"),
            ("2024-08/2025-01", "d’août 2024 à janvier 2025", "August 2024 to January 2025"),
            ("2023/2024", "de 2023 à 2024", "2023 to 2024"),
            ("2024-05-03/2024-06", "du 3 mai 2024 à juin 2024", "3 May 2024 to June 2024"),
            ("2024-05/2024-06-03", "de mai 2024 au 3 juin 2024", "May 2024 to 3 June 2024"),
            ("2024-05-03/2024-05-03", "3 mai 2024", "3 May 2024"),
        ];
        for (iso, french, english) in table {
            let days = parse_range(iso).expect(iso);
            assert_eq!((display(&days, "fr").as_str(), display(&days, "en-GB").as_str()), (french, english), "{iso}");
        }
        assert_eq!(display(&parse_range("2024-05-03/2024-06").expect("days"), "br"), "2024-05-03 – 2024-06");
        assert_eq!(parse_range("2024-05-05/2024-05-03"), None);
    }

    #[test]
    fn other_writings_are_understood_for_a_suggestion() {
        let table = [
            ("03/05/2024", Some("2024-05-03")),
            ("3.5.2024", Some("2024-05-03")),
            ("2024-5-3", Some("2024-05-03")),
            ("2024/05/03", Some("2024-05-03")),
            ("1er mai 2024", Some("2024-05-01")),
            ("May 3, 2024", Some("2024-05-03")),
            ("Mai 2024", Some("2024-05")),
            ("05/2024", Some("2024-05")),
            ("31/02/2024", None),
            ("tomorrow", None),
            ("3 mai", None),
        ];
        for (text, iso) in table {
            assert_eq!(guess(text).as_deref(), iso, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_has_its_number(days in -300_000_i64..2_000_000) {
            let read = from_epoch_days(days).expect("a day of the years 1000 to 9999");
            prop_assert_eq!((read.first, read.last), (days, days));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC*") {
            if let Some(days) = parse_range(&text) {
                prop_assert!(days.first <= days.last);
                prop_assert!(!display(&days, "fr").is_empty());
            }
            let _ = guess(&text);
        }
    }
}
