//! What enters: dates and stretches of days in ISO 8601. What leaves: days, by year for facets. It must not know how dates are worded: the
//! module [`crate::date`] does.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Exported, FacetValue, FieldType, Indexed, Reading, Showing, Shown, SortKey, Value, convert, escape};
use crate::date::{Days, between, display, guess, parse_day, parse_range};
use crate::diagnostic::Diagnostic;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes, Record};

/// A day, a month or a year.
#[derive(Debug)]
pub struct Date;

/// A stretch of days.
#[derive(Debug)]
pub struct DateRange;

fn read_day(node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Days> {
    let text = scalar(node, reading, &Date.hint(), notes)?.trim();
    parse_day(text).or_else(|| not_a_date(node, text, guess(text), &Date.hint(), notes))
}

fn not_a_date<T>(node: &Node, text: &str, nearest: Option<String>, hint: &str, notes: &mut Notes<'_>) -> Option<T> {
    let message = format!("`{text}` is no date");
    refuse(node, notes, "not-a-date", message, |fault| Diagnostic {
        nearest,
        ..fault.expected(hint).help("write year, month and day with hyphens; leave out what is not known")
    })
}

fn days(value: &Value) -> Option<&Days> {
    match value {
        Value::Date(days) => Some(days),
        _ => None,
    }
}

fn shown(days: &Days, lang: &str) -> Shown {
    let text = display(days, lang);
    let html = format!("<time datetime=\"{}\">{}</time>", escape(&days.iso), escape(&text));
    Shown { html, ..Shown::plain(text) }.with("iso", days.iso.clone())
}

/// The years from the first to the last day; long stretches have none.
fn years(value: &Value) -> Vec<FacetValue> {
    let year = |iso: &str| iso.get(..4).and_then(|year| year.parse::<i32>().ok());
    let Some(iso) = days(value).map(|days| days.iso.as_str()) else { return Vec::new() };
    let (first, last) = iso.split_once('/').unwrap_or((iso, iso));
    let (Some(first), Some(last)) = (year(first), year(last)) else { return Vec::new() };
    let name = |year: i32| FacetValue { path: vec![year.to_string()], labels: vec![Localised::same(year.to_string())] };
    if last - first > 10 { Vec::new() } else { (first..=last).map(name).collect() }
}

fn indexed(value: &Value) -> Indexed {
    Indexed { days: days(value).map(|days| (days.first, days.last)), ..Indexed::default() }
}

#[expect(clippy::cast_precision_loss, reason = "days of four-digit years are below 2^53")]
fn sort_key(value: &Value) -> SortKey {
    SortKey::Number(days(value).map(|days| days.first as f64).unwrap_or_default())
}

fn exported(value: &Value) -> Exported<'_> {
    days(value).map_or(Exported::Nothing, |days| days.iso.as_str().into())
}

/// The date as the language writes it, and as it was typed.
fn words(value: &Value, lang: &str) -> String {
    days(value).map(|days| display(days, lang)).unwrap_or_default()
}

impl FieldType for Date {
    fn name(&self) -> &'static str {
        "date"
    }

    fn icon(&self) -> &'static str {
        "calendar-days"
    }

    fn hint(&self) -> String {
        "a date such as `2024-05-03`, `2024-05` or `2024`".to_owned()
    }

    fn example(&self) -> String {
        "2024-05-03".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        read_day(node, reading, notes).map(Value::Date)
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        let pattern = r"^[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$";
        json!({ "anyOf": [
            { "type": "string", "pattern": pattern, "description": self.hint() },
            { "type": "integer", "minimum": 1000, "maximum": 9999, "description": "a year" },
        ] })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        days(value).map(|days| shown(days, showing.lang)).unwrap_or_default()
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        words(value, lang)
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        years(value)
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        sort_key(value)
    }

    fn index(&self, value: &Value) -> Indexed {
        indexed(value)
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        exported(value)
    }
}

impl DateRange {
    fn read_text(&self, node: &Node, text: &str, notes: &mut Notes<'_>) -> Option<Days> {
        if let Some(days) = parse_range(text) {
            return Some(days);
        }
        let Some((first, last)) = text.split_once('/') else {
            return not_a_date(node, text, guess(text), &self.hint(), notes);
        };
        let (first, last) = (first.trim(), last.trim());
        if parse_day(first).is_some() && parse_day(last).is_some() {
            return backwards(node, first, last, notes);
        }
        if matches!(last, "" | "..") || matches!(first, "" | "..") {
            let message = format!("`{text}` has one end only");
            return refuse(node, notes, "open-date-range", message, |fault| {
                fault.expected(self.hint()).help("give both ends, or one date alone")
            });
        }
        let known = |side: &str| parse_day(side).map(|days| days.iso).or_else(|| guess(side));
        let nearest = known(first).zip(known(last)).map(|(first, last)| format!("{first}/{last}"));
        // `03/05/2024` is one date, with slashes.
        not_a_date(node, text, nearest.or_else(|| guess(text)), &self.hint(), notes)
    }
}

fn backwards<T>(node: &Node, first: &str, last: &str, notes: &mut Notes<'_>) -> Option<T> {
    let message = format!("`{last}` is before `{first}`");
    refuse(node, notes, "backwards-date-range", message, |fault| Diagnostic {
        nearest: Some(format!("{last}/{first}")),
        ..fault.help("write the earlier date first")
    })
}

impl FieldType for DateRange {
    fn name(&self) -> &'static str {
        "date-range"
    }

    fn icon(&self) -> &'static str {
        "calendar-days"
    }

    fn hint(&self) -> String {
        "two dates with `/` between, such as `2024-05-03/2024-05-05`, or `{ from: 2024-05-03, to: 2024-05-05 }`"
            .to_owned()
    }

    fn example(&self) -> String {
        "2024-05-03/2024-05-05".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        if !matches!(node.content, Content::Map(_)) {
            let text = scalar(node, reading, &self.hint(), notes)?.trim();
            return self.read_text(node, text, notes).map(Value::Date);
        }
        let mut record = Record::open(node, "a stretch of days", notes)?;
        let (from, to) = (record.require("from", notes), record.require("to", notes));
        record.finish(notes);
        let from = from.and_then(|node| read_day(node, reading, notes));
        let to = to.and_then(|node| read_day(node, reading, notes));
        let (from, to) = from.zip(to)?;
        match between(&from, &to) {
            Some(days) => Some(Value::Date(days)),
            None => backwards(node, &from.iso, &to.iso, notes),
        }
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        let date = Date.schema();
        let one = r"[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?";
        let pattern = format!("^{one}( */ *{one})?$");
        json!({ "anyOf": [
            { "type": "string", "pattern": pattern, "description": self.hint() },
            { "type": "integer", "minimum": 1000, "maximum": 9999, "description": "a year" },
            {
                "type": "object", "properties": { "from": date, "to": date },
                "required": ["from", "to"], "additionalProperties": false,
            },
        ] })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Some(days) = days(value) else { return Shown::default() };
        let (first, last) = days.iso.split_once('/').unwrap_or((&days.iso, &days.iso));
        let side = |iso: &str| {
            let display = parse_day(iso).map(|days| display(&days, showing.lang));
            json!({ "iso": iso, "display": display })
        };
        let (start, end) = (side(first), side(last));
        let text = display(days, showing.lang);
        // HTML has no element for a stretch: its start is what machines read.
        let html = format!("<time datetime=\"{}\">{}</time>", escape(first), escape(&text));
        Shown { html, ..Shown::plain(text) }.with("iso", days.iso.clone()).with("start", start).with("end", end)
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        words(value, lang)
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        years(value)
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        sort_key(value)
    }

    fn index(&self, value: &Value) -> Indexed {
        indexed(value)
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        exported(value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, more, show};
    use super::*;

    #[test]
    fn dates_are_iso() {
        check(
            &Date,
            &[
                ("2024-05-03", "2024-05-03"),
                ("2024-05", "2024-05"),
                ("2024", "2024"),
                ("03/05/2024", "!not-a-date ~2024-05-03"),
                ("3 mai 2024", "!not-a-date ~2024-05-03"),
                ("2024-02-30", "!not-a-date"),
                ("soon", "!not-a-date"),
                ("{ from: 2024 }", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn stretches_have_two_ends_in_order() {
        check(
            &DateRange,
            &[
                ("2024-05-03/2024-05-05", "2024-05-03/2024-05-05"),
                ("2024-05-03 / 2024-05-05", "2024-05-03/2024-05-05"),
                ("{ from: 2024-05-03, to: 2024-06 }", "2024-05-03/2024-06"),
                ("{ from: 2024-05-03, to: 2024-05-03 }", "2024-05-03"),
                ("2024-05-03", "2024-05-03"),
                ("2024-05-05/2024-05-03", "!backwards-date-range ~2024-05-03/2024-05-05"),
                ("{ from: 2024-06, to: 2024-05 }", "!backwards-date-range ~2024-05/2024-06"),
                ("2024-05-03/..", "!open-date-range"),
                ("03/05/2024", "!not-a-date ~2024-05-03"),
                ("3 mai 2024/5 mai 2024", "!not-a-date ~2024-05-03/2024-05-05"),
                ("{ from: 2024, until: 2025 }", "!missing-key !unknown-key"),
            ],
        );
    }

    #[test]
    fn pages_show_words_and_machines_read_iso() {
        let shown = show(&DateRange, "2024-05-03/2024-05-05", "fr");
        assert_eq!(shown.html, "<time datetime=\"2024-05-03\">du 3 au 5 mai 2024</time>");
        assert_eq!(more(&shown)["end"]["display"], "5 mai 2024");
        assert_eq!(show(&Date, "2024-05", "en").html, "<time datetime=\"2024-05\">May 2024</time>");
        let value = Value::Date(parse_range("2023-12-30/2024-01-02").expect("days"));
        assert_eq!(
            DateRange.facets(&value).iter().map(|one| one.path[0].as_str()).collect::<Vec<_>>(),
            ["2023", "2024"]
        );
    }
}
