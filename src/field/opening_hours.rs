//! What enters: opening hours in OpenStreetMap's syntax. What leaves: the same text, checked, and a row for every group of days in words.
//! It must not know today's date: whether a place is open now is the search engine's business.

use opening_hours_syntax::Error;
use opening_hours_syntax::rules::OpeningHoursExpression;
use pest::error::InputLocation;
use serde_json::{Value as Json, json};

use super::text::scalar;
use super::{Exported, FieldType, Indexed, Reading, Showing, Shown, Value, convert, escape};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes};

mod guess;
mod rows;
mod week;
mod words;

pub use week::{PlainWeek, Span, plain_week};

/// Opening hours.
#[derive(Debug)]
pub struct OpeningHours;

/// Longer texts are refused before they are parsed: no place has such hours.
const LONGEST: usize = 500;

/// Parses a text that was read; the search index asks for it.
#[must_use]
pub fn parse(text: &str) -> Option<OpeningHoursExpression> {
    opening_hours_syntax::parse(text).ok().filter(|hours| !hours.rules.is_empty())
}

/// Where the grammar gave up, in bytes.
fn place(error: &Error) -> Option<usize> {
    match error {
        Error::Syntax(syntax) => Some(match syntax.location {
            InputLocation::Pos(at) => at,
            InputLocation::Span((start, _)) => start,
        }),
        _ => None,
    }
}

fn fault(node: &Node, text: &str, error: &Error, notes: &Notes<'_>) -> Diagnostic {
    let at = place(error).filter(|at| *at <= text.len());
    let extent = match at {
        // Only of a scalar without quotes is it known where in the file a character stands.
        Some(at) if node.extent.end - node.extent.start == text.len() => {
            (node.extent.start + at.min(text.len().saturating_sub(1))..node.extent.end).into()
        }
        _ => node.extent,
    };
    let rest = at.map(|at| text[text.floor_char_boundary(at)..].trim()).filter(|rest| !rest.is_empty());
    let message = match (error, rest) {
        (Error::Syntax(_), Some(rest)) if rest != text => format!("these hours can't be read from `{rest}` on"),
        (Error::Syntax(_), _) if at.is_some_and(|at| at > 0) => format!("`{text}` is not finished"),
        (Error::Syntax(_), _) => format!("`{text}` is no opening hours"),
        (Error::Unsupported("point in time"), _) => format!("`{text}` names a time without an end"),
        (Error::Unsupported(what), _) => format!("`{text}` uses what is not supported: {what}"),
        (Error::InvertedYearRange { .. } | Error::InvertedWeekRange { .. }, _) => {
            format!("`{text}` has a range that ends before it starts")
        }
        _ => format!("`{text}` has a number that is out of range"),
    };
    let help =
        "days are Mo Tu We Th Fr Sa Su, holidays PH, closed is off; write `Mo-Fr 09:00-18:00; Sa 10:00-12:00; PH off`";
    let nearest = guess::meant(text);
    Diagnostic { nearest, ..Diagnostic::error("not-opening-hours", notes.at(extent), message).help(help) }
}

impl FieldType for OpeningHours {
    fn name(&self) -> &'static str {
        "opening-hours"
    }

    fn icon(&self) -> &'static str {
        "clock"
    }

    fn hint(&self) -> String {
        "opening hours as OpenStreetMap writes them, such as `Mo-Fr 09:00-18:00; PH off`".to_owned()
    }

    fn example(&self) -> String {
        "Mo-Fr 09:00-18:00; PH off".to_owned()
    }

    fn may_be_many(&self) -> bool {
        false
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let typed = scalar(node, reading, &self.hint(), notes)?;
        let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.len() > LONGEST {
            let message = format!("these hours are longer than {LONGEST} characters");
            let fault = Diagnostic::error("not-opening-hours", notes.at(node.extent), message).expected(self.hint());
            notes.push(fault.help("give the regular hours, and the exceptions in a text"));
            return None;
        }
        match opening_hours_syntax::parse(&text) {
            Ok(hours) if !hours.rules.is_empty() => Some(Value::Text(text)),
            Ok(_) => {
                let fault = Diagnostic::error("not-opening-hours", notes.at(node.extent), "these hours are empty");
                notes.push(fault.expected(self.hint()));
                None
            }
            Err(error) => {
                let fault = fault(node, &text, &error, notes).expected(self.hint());
                notes.push(fault);
                None
            }
        }
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": LONGEST, "description": self.hint() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let raw = value.as_text();
        let rows = rows::rows(raw, showing);
        let mut html = String::from("<table class=\"opening-hours\"><tbody>");
        for row in &rows {
            let (days, hours) = (escape(&row.days), escape(&row.hours));
            html.push_str(&match row.days.is_empty() {
                true => format!("<tr><td colspan=\"2\">{hours}</td></tr>"),
                false => format!("<tr><th scope=\"row\">{days}</th><td>{hours}</td></tr>"),
            });
        }
        html.push_str("</tbody></table>");
        let line = |row: &rows::Row| match row.days.is_empty() {
            true => row.hours.clone(),
            false => format!("{}: {}", row.days, row.hours),
        };
        let text = rows.iter().map(line).collect::<Vec<_>>().join("; ");
        let week = plain_week(raw);
        let rows = rows.iter().map(|row| {
            let open = week.as_ref().and_then(|week| row.open(week));
            json!({ "days": row.days, "hours": row.hours, "weekdays": row.weekdays(), "open": open })
        });
        let rows: Vec<Json> = rows.collect();
        Shown { text, html, ..Shown::default() }.with("raw", raw).with("rows", rows)
    }

    fn words(&self, _value: &Value, _lang: &str) -> String {
        // Hours are a filter ("open now"), not words.
        String::new()
    }

    fn index(&self, value: &Value) -> Indexed {
        Indexed { hours: Some(value.as_text().to_owned()), ..Indexed::default() }
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        value.as_text().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, parsed, read_node};
    use super::*;

    #[test]
    fn the_syntax_is_that_of_the_map() {
        check(
            &OpeningHours,
            &[
                ("Mo-Fr 09:00-18:00; PH off", "Mo-Fr 09:00-18:00; PH off"),
                ("'Mo-Fr  09:00-12:00,14:00-18:00'", "Mo-Fr 09:00-12:00,14:00-18:00"),
                ("24/7", "24/7"),
                ("Apr-Sep Mo[1] sunrise-18:00 \"sur rendez-vous\"", "Apr-Sep Mo[1] sunrise-18:00 \"sur rendez-vous\""),
                ("Lu-Ve 9h-18h", "!not-opening-hours ~Mo-Fr 09:00-18:00"),
                (
                    "du lundi au vendredi de 9h à 12h30 et de 14h à 18h",
                    "!not-opening-hours ~Mo-Fr 09:00-12:30,14:00-18:00",
                ),
                ("Monday to Friday 9:00-17:00", "!not-opening-hours ~Mo-Fr 9:00-17:00"),
                ("Mo-Fr 09:00-18:00; jours fériés fermé", "!not-opening-hours ~Mo-Fr 09:00-18:00; PH off"),
                ("Mo-Fr 09:00", "!not-opening-hours"),
                ("Mo-Fr 09:00-", "!not-opening-hours"),
                ("Mo-Fr 09:00-65:00", "!not-opening-hours"),
                ("sur rendez-vous", "!not-opening-hours ~\"sur rendez-vous\""),
                ("''", "!not-opening-hours"),
                ("[a]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn the_fault_is_underlined_where_it_starts() {
        let text = "Mo-Fr 09:00-18:00; Xa 10:00-12:00";
        let faults = read_node(&OpeningHours, &parsed(text)).1;
        let range = faults[0].location.range;
        assert_eq!(&text[range.start..range.end], "Xa 10:00-12:00");
        assert_eq!(faults[0].message, "these hours can't be read from `Xa 10:00-12:00` on");
    }
}
