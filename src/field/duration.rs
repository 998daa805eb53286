//! What enters: a length of time in French or English words, or as ISO 8601 says it. What leaves: ISO 8601, and minutes to compare by (a day of
//! training counts 7 hours). It must not know when it starts.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Exported, FieldType, Indexed, Reading, Showing, Shown, SortKey, Value, convert, escape};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes};

/// A length of time.
#[derive(Debug)]
pub struct Duration;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
}

/// Units from the largest: ISO letter, minutes (7 hours a day, 5 days a week, 52 weeks a year), names in French and English, one and many.
const UNITS: [(Unit, char, f64, [&str; 4]); 6] = [
    (Unit::Year, 'Y', 109_200.0, ["an", "ans", "year", "years"]),
    (Unit::Month, 'M', 9_100.0, ["mois", "mois", "month", "months"]),
    (Unit::Week, 'W', 2_100.0, ["semaine", "semaines", "week", "weeks"]),
    (Unit::Day, 'D', 420.0, ["jour", "jours", "day", "days"]),
    (Unit::Hour, 'H', 60.0, ["h", "h", "h", "h"]),
    (Unit::Minute, 'M', 1.0, ["min", "min", "min", "min"]),
];

/// How much of each of [`UNITS`]; only days may be half.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Length([f64; 6]);

impl Length {
    fn add(&mut self, unit: Unit, amount: f64) {
        self.0[unit as usize] += amount;
    }

    /// Whole minutes below 60, no fraction but half days, which stand alone or last, weeks alone; something at all.
    fn normal(mut self) -> Option<Self> {
        let minutes = self.0[Unit::Hour as usize] * 60.0 + self.0[Unit::Minute as usize];
        if minutes.fract() != 0.0 {
            return None;
        }
        self.0[Unit::Hour as usize] = (minutes / 60.0).floor();
        self.0[Unit::Minute as usize] = minutes % 60.0;
        let [years, months, weeks, days, hours, minutes] = self.0;
        let whole = [years, months, weeks].iter().all(|amount| amount.fract() == 0.0);
        let halves = (days * 2.0).fract() == 0.0 && (days.fract() == 0.0 || hours + minutes == 0.0);
        let weeks_alone = weeks == 0.0 || years + months + days + hours + minutes == 0.0;
        let size = self.minutes();
        (whole && halves && weeks_alone && size > 0.0 && size < 1e9).then_some(self)
    }

    fn minutes(self) -> f64 {
        self.0.iter().zip(UNITS).map(|(amount, (_, _, minutes, _))| amount * minutes).sum()
    }

    fn iso(self) -> String {
        let mut iso = "P".to_owned();
        for (amount, (unit, letter, ..)) in self.0.into_iter().zip(UNITS) {
            if unit == Unit::Hour && self.0[4] + self.0[5] > 0.0 {
                iso.push('T');
            }
            if amount > 0.0 {
                iso.push_str(&format!("{amount}{letter}"));
            }
        }
        iso
    }

    /// `P2D`, `PT1H30M`.
    fn from_iso(text: &str) -> Option<Self> {
        let (date, time) = text
            .strip_prefix('P')?
            .split_once('T')
            .map_or((text.strip_prefix('P')?, None), |(date, time)| (date, Some(time)));
        let mut length = Self::default();
        for (part, units) in [(date, &UNITS[..4]), (time.unwrap_or_default(), &UNITS[4..])] {
            let mut rest = part;
            let mut units = units.iter();
            while let Some(at) = rest.find(|character: char| character.is_ascii_uppercase()) {
                // Each unit once, from the largest.
                let (unit, ..) = units.find(|(_, letter, ..)| rest[at..].starts_with(*letter))?;
                length.add(*unit, number(&rest[..at])?);
                rest = &rest[at + 1..];
            }
            if !rest.is_empty() {
                return None;
            }
        }
        (time != Some("")).then_some(length)?.normal()
    }

    /// `2 h`, `1 h 30`, `3 jours`, `a day and a half`.
    fn from_words(text: &str) -> Option<Self> {
        let mut length = Self::default();
        let (mut amount, mut last): (Option<f64>, Option<Unit>) = (None, None);
        for word in words(text) {
            if let Some(found) = number(&word) {
                if amount.replace(found).is_some() {
                    return None;
                }
            } else if matches!(word.as_str(), "un" | "une" | "a" | "an" | "one") && amount.is_none() && word != "an" {
                amount = Some(1.0);
            } else if let Some((unit, share)) = unit(&word) {
                length.add(unit, amount.take().or_else(|| (share < 1.0).then_some(1.0))? * share);
                last = Some(unit);
            } else if matches!(word.as_str(), "demi" | "demie" | "half") && last.is_some() {
                // "two days and a half"
                amount = None;
                length.add(last?, 0.5);
            } else if !matches!(word.as_str(), "et" | "and") {
                return None;
            }
        }
        // "1 h 30": minutes are not named.
        match (amount, last) {
            (Some(minutes), Some(Unit::Hour)) if minutes < 60.0 => length.add(Unit::Minute, minutes),
            (Some(_), _) => return None,
            (None, _) => {}
        }
        length.normal()
    }

    fn display(self, lang: &str) -> Option<String> {
        let english = match lang.split('-').next() {
            Some("fr") => false,
            Some("en") => true,
            _ => return None,
        };
        let mut parts = Vec::new();
        for (amount, (unit, _, _, names)) in self.0.into_iter().zip(UNITS).filter(|(amount, _)| *amount > 0.0) {
            // French is singular below two, English but at one.
            let many = if english { amount != 1.0 } else { amount >= 2.0 };
            let name = names[usize::from(english) * 2 + usize::from(many)];
            let number = super::number::display(&amount.to_string(), lang);
            parts.push(match (unit, amount == 0.5) {
                (Unit::Day, true) => if english { "half a day" } else { "une demi-journée" }.to_owned(),
                // "1 h 30", as clocks are read.
                (Unit::Minute, _) if !english && self.0[4] > 0.0 => format!("{amount:02}"),
                _ => format!("{number}\u{a0}{name}"),
            });
        }
        Some(parts.join(if !english && self.0[4] > 0.0 { "\u{a0}" } else { " " }))
    }
}

/// Digits with at most one decimal mark.
fn number(text: &str) -> Option<f64> {
    super::number::decimal(&text.replace(',', ".")).filter(|number| *number >= 0.0)
}

/// Numbers and words apart: `1h30` is `1`, `h`, `30`.
fn words(text: &str) -> Vec<String> {
    let lower = text
        .to_lowercase()
        .replace("demi-journ", "demijourn")
        .replace("half-day", "halfday")
        .replace("half a day", "halfday");
    let lower = lower.replace("demi journ", "demijourn").replace("half day", "halfday").replace('½', "0.5");
    let mut words: Vec<String> = Vec::new();
    let mut digits = None;
    for character in lower.chars() {
        let kind = match character {
            '0'..='9' | '.' | ',' => Some(true),
            _ if character.is_alphabetic() => Some(false),
            _ => None,
        };
        match (kind, words.last_mut()) {
            (Some(_), Some(word)) if kind == digits => word.push(character),
            (Some(_), _) => words.push(character.to_string()),
            // Anything that is neither letter, digit nor blank makes no duration.
            (None, _) if !character.is_whitespace() => words.push("?".to_owned()),
            (None, _) => {}
        }
        digits = kind;
    }
    words.into_iter().map(|word| word.trim_end_matches(['.', ',']).to_owned()).filter(|word| !word.is_empty()).collect()
}

/// A unit by its name, and the share of it that the name means.
fn unit(word: &str) -> Option<(Unit, f64)> {
    Some(match word {
        "min" | "mn" | "minute" | "minutes" | "mins" => (Unit::Minute, 1.0),
        "h" | "heure" | "heures" | "hour" | "hours" | "hr" | "hrs" => (Unit::Hour, 1.0),
        "j" | "jour" | "jours" | "journée" | "journées" | "d" | "day" | "days" => (Unit::Day, 1.0),
        "demijournée" | "demijournées" | "demijournee" | "demijournees" | "halfday" | "halfdays" => (Unit::Day, 0.5),
        "semaine" | "semaines" | "sem" | "week" | "weeks" => (Unit::Week, 1.0),
        "mois" | "month" | "months" => (Unit::Month, 1.0),
        "an" | "ans" | "année" | "années" | "year" | "years" => (Unit::Year, 1.0),
        _ => return None,
    })
}

fn length(value: &Value) -> Option<Length> {
    match value {
        Value::Duration(iso, _) => Length::from_iso(iso),
        _ => None,
    }
}

/// In French or English; ISO 8601 in other languages.
fn worded(value: &Value, lang: &str) -> String {
    let Value::Duration(iso, _) = value else { return String::new() };
    length(value).and_then(|length| length.display(lang)).unwrap_or_else(|| iso.clone())
}

impl FieldType for Duration {
    fn name(&self) -> &'static str {
        "duration"
    }

    fn icon(&self) -> &'static str {
        "timer"
    }

    fn hint(&self) -> String {
        "a duration such as `2 h`, `1 h 30`, `3 jours`, `2 semaines` or `PT90M`".to_owned()
    }

    fn example(&self) -> String {
        "2 h".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let Some(length) = Length::from_iso(text).or_else(|| Length::from_words(text)) else {
            let upper = Length::from_iso(&text.to_uppercase()).map(Length::iso);
            let bare = number(text).is_some();
            let help = if bare {
                "name the unit: `min`, `h`, `jours`, `semaines`, `mois`"
            } else {
                "give numbers with their units; days alone may be half, and weeks stand alone"
            };
            return refuse(node, notes, "not-a-duration", format!("`{text}` is no duration"), |fault| Diagnostic {
                nearest: upper,
                ..fault.expected(self.hint()).help(help)
            });
        };
        Some(Value::Duration(length.iso(), length.minutes()))
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "minLength": 2, "description": self.hint() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Value::Duration(iso, _) = value else { return Shown::default() };
        let text = worded(value, showing.lang);
        // HTML's own grammar of durations ends at days and knows no halves: no `<time>` here.
        Shown { html: escape(&text), ..Shown::plain(text) }.with("iso", iso.clone())
    }

    fn words(&self, _value: &Value, _lang: &str) -> String {
        // "3 jours" in a search box means an opening time more often than a length.
        String::new()
    }

    fn badge(&self, value: &Value, lang: &str) -> String {
        worded(value, lang)
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        SortKey::Number(self.index(value).number.unwrap_or_default())
    }

    fn index(&self, value: &Value) -> Indexed {
        match value {
            Value::Duration(_, minutes) => Indexed { number: Some(*minutes), ..Indexed::default() },
            _ => Indexed::default(),
        }
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        match value {
            Value::Duration(iso, _) => iso.as_str().into(),
            _ => Exported::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn words_and_iso_are_read() {
        check(
            &Duration,
            &[
                ("2 h", "PT2H"),
                ("1h30", "PT1H30M"),
                ("1 h 30 min", "PT1H30M"),
                ("90 min", "PT1H30M"),
                ("1,5 h", "PT1H30M"),
                ("2 heures", "PT2H"),
                ("3 jours", "P3D"),
                ("une journée", "P1D"),
                ("1 demi-journée", "P0.5D"),
                ("half a day", "P0.5D"),
                ("une demi-journée", "P0.5D"),
                ("2 jours et demi", "P2.5D"),
                ("2 days and 3 hours", "P2DT3H"),
                ("2 semaines", "P2W"),
                ("6 mois", "P6M"),
                ("1 an", "P1Y"),
                ("PT90M", "PT1H30M"),
                ("P1Y6M", "P1Y6M"),
                ("35 h", "PT35H"),
                ("p2d", "!not-a-duration ~P2D"),
                ("2", "!not-a-duration"),
                ("deux jours", "!not-a-duration"),
                ("0 h", "!not-a-duration"),
                ("0.3 jour", "!not-a-duration"),
                ("1 semaine 2 jours", "!not-a-duration"),
                ("P", "!not-a-duration"),
                ("PT", "!not-a-duration"),
                ("P1D2Y", "!not-a-duration"),
                ("2 h - 3 h", "!not-a-duration"),
                ("1 h 90", "!not-a-duration"),
            ],
        );
    }

    #[test]
    fn durations_are_worded() {
        let table = [
            ("90 min", "1\u{a0}h\u{a0}30", "1\u{a0}h 30\u{a0}min"),
            ("65 min", "1\u{a0}h\u{a0}05", "1\u{a0}h 5\u{a0}min"),
            ("45 min", "45\u{a0}min", "45\u{a0}min"),
            ("1 jour", "1\u{a0}jour", "1\u{a0}day"),
            ("1.5 jour", "1,5\u{a0}jour", "1.5\u{a0}days"),
            ("2 jours et demi", "2,5\u{a0}jours", "2.5\u{a0}days"),
            ("1 demi-journée", "une demi-journée", "half a day"),
            ("6 mois", "6\u{a0}mois", "6\u{a0}months"),
        ];
        for (written, french, english) in table {
            assert_eq!(show(&Duration, written, "fr").text, french);
            assert_eq!(show(&Duration, written, "en").text, english);
        }
        assert_eq!(show(&Duration, "2 h", "br").text, "PT2H");
    }

    #[test]
    fn a_day_of_training_is_seven_hours() {
        let minutes = |written: &str| Length::from_words(written).map(Length::minutes);
        assert_eq!(minutes("1 jour"), minutes("7 h"));
        assert_eq!(minutes("1 semaine"), minutes("5 jours"));
    }
}
