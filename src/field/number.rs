//! What enters: a decimal number with a point, and the limits of the definition. What leaves: the number, and the text that was typed.
//! It must not know what is counted.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Column, Defining, Exported, FieldType, Indexed, Reading, Showing, Shown, SortKey, Value, convert};
use crate::diagnostic::Diagnostic;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes, Record};

/// A number that is offered in place of one with an exponent has at most so many characters.
const MOST_DIGITS: usize = 20;

/// A number.
#[derive(Debug, Default)]
pub struct Number {
    min: Option<f64>,
    max: Option<f64>,
    unit: Option<Localised>,
}

/// Reads the options `min`, `max` and `unit`.
pub(super) fn define(options: &mut Record<'_>, defining: Defining<'_>, notes: &mut Notes<'_>) -> Number {
    let mut limit = |name, notes: &mut Notes<'_>| {
        let node = options.take(name)?;
        let number = node.as_text().and_then(decimal);
        number.or_else(|| {
            refuse(node, notes, "not-a-number", format!("`{name}` is no number"), |fault| {
                fault.expected("a number such as `12` or `0.5`")
            })
        })
    };
    let (min, max) = (limit("min", notes), limit("max", notes));
    let unit = options.take("unit").map(|node| Localised::read(node, "unit", defining.languages, notes));
    if let (Some(low), Some(high)) = (min, max)
        && low > high
        && let Some(node) = options.take("max")
    {
        let message = format!("`max` ({high}) is below `min` ({low})");
        notes.push(Diagnostic::error("wrong-limits", notes.at(node.extent), message).help("exchange the two"));
        return Number { min: None, max: None, unit };
    }
    Number { min, max, unit }
}

impl Number {
    fn unit(&self, lang: &str) -> &str {
        self.unit.as_ref().map(|unit| unit.get(lang)).unwrap_or_default()
    }
}

/// Reads `12`, `-3` or `0.5`: digits with at most one point.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The same without zeros in front: those belong to codes, and YAML readers differ over them.
pub(super) fn bare_decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if padded { None } else { decimal(text) }
}

/// `-9e-05`, as programs write small numbers, with all its digits: `-0.00009`. None where they are too many to be meant.
fn without_exponent(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok().filter(|_| text.bytes().any(|byte| byte.is_ascii_digit()))?;
    let written = number.to_string();
    (bare_decimal(&written).is_some() && written.len() <= MOST_DIGITS).then_some(written)
}

/// A decimal number as the language writes it: `12 345,6`, `12,345.6`. Thousands are parted from five digits on; other languages keep it.
#[must_use]
pub fn display(number: &str, lang: &str) -> String {
    let (separator, point) = match lang.split('-').next() {
        Some("fr") => ("\u{202f}", ","),
        Some("en") => (",", "."),
        _ => return number.to_owned(),
    };
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("\u{2212}", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut parted = String::new();
    for (at, digit) in whole.char_indices() {
        if at > 0 && whole.len() > 4 && (whole.len() - at).is_multiple_of(3) {
            parted.push_str(separator);
        }
        parted.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { point };
    format!("{sign}{parted}{point}{fraction}")
}

/// A number as JSON: whole numbers without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers that a 53-bit mantissa holds are cast")]
pub(super) fn to_json(number: f64) -> serde_json::Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

impl FieldType for Number {
    fn name(&self) -> &'static str {
        "number"
    }

    fn icon(&self) -> &'static str {
        "ruler"
    }

    fn hint(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
            (Some(min), None) => format!("a number, at least {min}"),
            (None, Some(max)) => format!("a number, at most {max}"),
            (None, None) => "a number such as `12` or `0.5`".to_owned(),
        }
    }

    fn example(&self) -> String {
        self.min.or(self.max).unwrap_or(1.0).to_string()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let Some(number) = bare_decimal(text) else {
            let bare: String = text.chars().filter(|character| !character.is_whitespace()).collect();
            let bare = bare.replace(',', ".");
            let zeros = bare.len() - bare.trim_start_matches('0').len();
            let bare =
                if bare[zeros..].starts_with(|first: char| first.is_ascii_digit()) { &bare[zeros..] } else { &bare };
            let nearest = bare_decimal(bare).map(|_| bare.to_owned()).or_else(|| without_exponent(text));
            let help = match &nearest {
                Some(_) if text.contains(['e', 'E']) => "write all digits: readers see a number as it is typed",
                Some(_) => "write a point before decimals, no blanks, and no zeros in front",
                None => "write digits only; a unit belongs in the definition",
            };
            return refuse(node, notes, "not-a-number", format!("`{text}` is no number"), |fault| Diagnostic {
                nearest,
                ..fault.expected(self.hint()).help(help)
            });
        };
        if self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max) {
            let message = format!("`{text}` is out of range");
            return refuse(node, notes, "out-of-range", message, |fault| fault.expected(self.hint()));
        }
        Some(Value::Number(number, text.to_owned()))
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        let mut schema = json!({ "type": "number", "description": self.hint() });
        for (key, limit) in [("minimum", self.min), ("maximum", self.max)] {
            if let Some(limit) = limit {
                schema[key] = to_json(limit);
            }
        }
        schema
    }

    fn badge(&self, value: &Value, lang: &str) -> String {
        let Value::Number(_, typed) = value else { return String::new() };
        let (text, unit) = (display(typed, lang), self.unit(lang));
        if unit.is_empty() { text } else { format!("{text}\u{a0}{unit}") }
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Value::Number(number, _) = value else { return Shown::default() };
        let unit = self.unit(showing.lang);
        Shown::plain(self.badge(value, showing.lang)).with("number", to_json(*number)).with("unit", unit)
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        match value {
            Value::Number(_, typed) => typed.clone(),
            _ => String::new(),
        }
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        SortKey::Number(self.index(value).number.unwrap_or_default())
    }

    fn index(&self, value: &Value) -> Indexed {
        match value {
            Value::Number(number, _) => Indexed { number: Some(*number), ..Indexed::default() },
            _ => Indexed::default(),
        }
    }

    fn columns(&self) -> &'static [Column] {
        &[Column { part: "", kind: "number", format: "default" }]
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        match value {
            Value::Number(number, _) => (*number).into(),
            _ => Exported::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, defined, definition_faults, show};
    use super::*;

    #[test]
    fn numbers_are_digits_with_a_point() {
        check(
            &Number::default(),
            &[
                ("12", "12"),
                ("1.10", "1.1"),
                ("-3.5", "-3.5"),
                ("0012", "!not-a-number ~12"),
                ("0", "0"),
                ("00", "!not-a-number ~0"),
                ("0.5", "0.5"),
                ("1,5", "!not-a-number ~1.5"),
                ("1 200", "!not-a-number ~1200"),
                ("1e5", "!not-a-number ~100000"),
                ("-9e-05", "!not-a-number ~-0.00009"),
                ("1e300", "!not-a-number"),
                (".5", "!not-a-number ~0.5"),
                ("inf", "!not-a-number"),
                ("douze", "!not-a-number"),
                ("12 m", "!not-a-number"),
                ("[1]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn limits_hold() {
        let kind = defined("number", "min: 1\nmax: 500\nunit: { fr: personnes, en: people }");
        check(&*kind, &[("1", "1"), ("500", "500"), ("0.9", "!out-of-range"), ("501", "!out-of-range")]);
        assert_eq!(show(&*kind, "12", "en").text, "12\u{a0}people");
        assert_eq!(kind.schema()["maximum"], 500);
        assert_eq!(definition_faults("number", "min: a\nmax: 3"), ["not-a-number"]);
        assert_eq!(definition_faults("number", "min: 5\nmax: 3"), ["wrong-limits"]);
        assert_eq!(definition_faults("number", "units: m"), ["unknown-key"]);
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let table = [
            ("1234", "1234", "1234"),
            ("12345.60", "12\u{202f}345,60", "12,345.60"),
            ("-0.5", "\u{2212}0,5", "\u{2212}0.5"),
            ("1234567", "1\u{202f}234\u{202f}567", "1,234,567"),
        ];
        for (number, french, english) in table {
            assert_eq!((display(number, "fr"), display(number, "en")), (french.to_owned(), english.to_owned()));
        }
    }
}
