//! Ranges as they are typed, to bounds: `2019..2021`, `>2025-03`, `<=12,5`. It knows numbers and the calendar, not the fields.

use crate::request::Bounds;

/// What a range's ends are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Decimal numbers.
    Number,
    /// Days, written as a day, a month or a year; bounds are days since 1970-01-01.
    Date,
}

/// Reads a range. A month or a year is all its days: `>2025` starts with 2026, `2025` is the whole year.
pub(crate) fn read(text: &str, scale: Scale) -> Option<Bounds> {
    let value = |text: &str| match scale {
        Scale::Number => number(text).map(|number| (number, number)),
        Scale::Date => days(text).map(|(first, last)| (first as f64, last as f64)),
    };
    // Between days lies nothing; the number after another is the next that can be told from it.
    let after = |value: f64| if scale == Scale::Date { value + 1.0 } else { value.next_up() };
    let before = |value: f64| if scale == Scale::Date { value - 1.0 } else { value.next_down() };
    if let Some((from, to)) = text.split_once("..") {
        let end = |text: &str| if text.is_empty() { Some(None) } else { value(text).map(Some) };
        let (from, to) = (end(from)?, end(to)?);
        if from.is_none() && to.is_none() {
            return None;
        }
        return Some(Bounds { min: from.map(|(first, _)| first), max: to.map(|(_, last)| last) });
    }
    let (min, max) = match text.split_at_checked(1)? {
        (">", rest) => match rest.strip_prefix('=') {
            Some(rest) => (Some(value(rest)?.0), None),
            None => (Some(after(value(rest)?.1)), None),
        },
        ("<", rest) => match rest.strip_prefix('=') {
            Some(rest) => (None, Some(value(rest)?.1)),
            None => (None, Some(before(value(rest)?.0))),
        },
        _ => value(text).map(|(first, last)| (Some(first), Some(last)))?,
    };
    Some(Bounds { min, max })
}

/// A decimal number, with a point or a comma; nothing that only programs write.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_plain = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    // Up to here numbers and powers of ten are exact, so that their quotient is the nearest; the library's parser is an eighth of this engine's data.
    if whole.is_empty() || !is_plain(whole) || !is_plain(part) || whole.len() + part.len() > MOST_DIGITS {
        return None;
    }
    let value = |digits: &str| digits.bytes().fold(0.0, |value, digit| value * 10.0 + f64::from(digit - b'0'));
    let value = value(&format!("{whole}{part}")) / (0..part.len()).fold(1.0, |power, _| power * 10.0);
    Some(if digits.len() < text.len() { -value } else { value })
}

/// Digits of a number that is exact whatever they are.
const MOST_DIGITS: usize = 15;

/// First and last day of a day, a month or a year, in ISO 8601.
fn days(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.split('-');
    let mut part = |length: usize| -> Option<Option<i64>> {
        match parts.next() {
            None => Some(None),
            Some(part) if part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                part.parse().ok().map(Some)
            }
            Some(_) => None,
        }
    };
    let (year, month, day) = (part(4)??, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    let Some(month) = month else { return Some((epoch_days(year, 1, 1), epoch_days(year + 1, 1, 1) - 1)) };
    if !(1..=12).contains(&month) {
        return None;
    }
    let first = epoch_days(year, month, 1);
    let next = if month == 12 { epoch_days(year + 1, 1, 1) } else { epoch_days(year, month + 1, 1) };
    match day {
        None => Some((first, next - 1)),
        Some(day) => (day >= 1 && first + day - 1 < next).then_some((first + day - 1, first + day - 1)),
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn epoch_days(year: i64, month: i64, day: i64) -> i64 {
    // Years start in March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{Scale, epoch_days, read};

    #[test]
    fn days_are_counted_as_calendars_do() {
        for (year, month, day, expected) in [
            (1970, 1, 1, 0),
            (1969, 12, 31, -1),
            (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017),
            (2026, 11, 25, 20_782),
            (1900, 3, 1, -25_508),
        ] {
            assert_eq!(epoch_days(year, month, day), expected, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        let [number, date] = [Scale::Number, Scale::Date].map(|scale| {
            move |text: &str| read(text, scale).map(|bounds| format!("{:?} {:?}", bounds.min, bounds.max))
        });
        let day = |days: i64| format!("{:?}", Some(days as f64));
        assert_eq!(number("5..12,5").as_deref(), Some("Some(5.0) Some(12.5)"));
        assert_eq!(number("-3").as_deref(), Some("Some(-3.0) Some(-3.0)"));
        assert_eq!(number("..4").as_deref(), Some("None Some(4.0)"));
        assert_eq!(number(">=4").as_deref(), Some("Some(4.0) None"));
        assert_eq!(number("<4"), Some(format!("None Some({:?})", 4.0_f64.next_down())));
        assert_eq!(date("2019..2021"), Some(format!("{} {}", day(17_897), day(18_992))));
        assert_eq!(date(">2025"), Some(format!("{} None", day(20_454))));
        assert_eq!(date(">=2025"), Some(format!("{} None", day(20_089))));
        assert_eq!(date("<2024-03"), Some(format!("None {}", day(19_782))));
        assert_eq!(date("2024-02"), Some(format!("{} {}", day(19_754), day(19_782))));
        assert_eq!(date("2024-02-29"), Some(format!("{} {}", day(19_782), day(19_782))));
        for text in ["", "..", ">", "a..b", "1..2..3", "1e5", "inf", "NaN", "--1", "é"] {
            assert_eq!(number(text), None, "{text}");
        }
        for text in ["2024-13", "2023-02-29", "24", "2024-2", "2024-02-30", "2024-02-01-01", ">é", "2024-00-01"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
