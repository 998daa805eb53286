//! What enters: a telephone number, French or international. What leaves: the number in international form. It must not know who answers.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{FieldType, Reading, Showing, Shown, Value, convert, link};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes};

/// A telephone number.
#[derive(Debug)]
pub struct Phone;

/// French numbers that belong to overseas territories, by their first digits, and the code of the territory.
const OVERSEAS: [(&str, &str); 14] = [
    ("0262", "262"),
    ("0263", "262"),
    ("0269", "262"),
    ("0590", "590"),
    ("0594", "594"),
    ("0596", "596"),
    ("0639", "262"),
    ("0690", "590"),
    ("0691", "590"),
    ("0692", "262"),
    ("0693", "262"),
    ("0694", "594"),
    ("0696", "596"),
    ("0697", "596"),
];

/// `+33 4 78 12 34 56`, or a short number as it is dialled; `None` for what is no number.
fn normal(text: &str) -> Option<String> {
    if !text.chars().all(|character| character.is_ascii_digit() || " .-/()+\u{a0}\u{202f}".contains(character)) {
        return None;
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '(')) {
        return None;
    }
    // "+33 (0)4 …": the zero is not dialled from abroad.
    let text = if text.starts_with('+') { text.replace("(0)", "") } else { text.to_owned() };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = match (text.starts_with('+'), digits.strip_prefix("00")) {
        (true, _) => Some(digits.as_str()),
        (false, Some(rest)) if digits.len() > 10 => Some(rest),
        _ => None,
    };
    match international {
        Some(digits) if text.matches('+').count() <= 1 => abroad(digits, &text),
        Some(_) => None,
        None if text.contains('+') => None,
        None => french(&digits),
    }
}

fn french(digits: &str) -> Option<String> {
    match digits.len() {
        10 if digits.starts_with('0') && !digits.starts_with("00") => {
            let overseas = OVERSEAS.iter().find(|(prefix, _)| digits.starts_with(prefix));
            Some(overseas.map_or_else(|| national(&digits[1..]), |(_, code)| territory(code, &digits[1..])))
        }
        4 if digits.starts_with('3') || digits.starts_with("10") => Some(digits.to_owned()),
        6 if digits.starts_with("116") || digits.starts_with("118") => Some(digits.to_owned()),
        3 if matches!(digits, "112" | "114" | "115" | "119" | "191" | "196" | "197") => Some(digits.to_owned()),
        2 if matches!(digits, "15" | "17" | "18") => Some(digits.to_owned()),
        _ => None,
    }
}

/// `+33 4 78 12 34 56` for nine digits.
fn national(digits: &str) -> String {
    format!("+33 {} {} {} {} {}", &digits[..1], &digits[1..3], &digits[3..5], &digits[5..7], &digits[7..9])
}

/// `+262 262 12 34 56` for nine digits.
fn territory(code: &str, digits: &str) -> String {
    format!("+{code} {} {} {} {}", &digits[..3], &digits[3..5], &digits[5..7], &digits[7..9])
}

/// A number with its country; groups stay as they were typed, as every country has its own.
fn abroad(digits: &str, text: &str) -> Option<String> {
    if let Some(rest) = digits.strip_prefix("33") {
        let rest = rest.strip_prefix('0').filter(|rest| rest.len() == 9).unwrap_or(rest);
        return (rest.len() == 9 && !rest.starts_with('0')).then(|| national(rest));
    }
    for code in ["262", "590", "594", "596"] {
        if let Some(rest) = digits.strip_prefix(code) {
            return (rest.len() == 9).then(|| territory(code, rest));
        }
    }
    // ITU-T E.164: at most 15 digits; no country has fewer than 7 with its code.
    if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
        return None;
    }
    let groups = text.split(|character: char| !character.is_ascii_digit()).filter(|group| !group.is_empty());
    let groups = groups.collect::<Vec<_>>().join(" ");
    Some(format!("+{}", groups.strip_prefix("00").unwrap_or(&groups).trim_start()))
}

impl FieldType for Phone {
    fn name(&self) -> &'static str {
        "phone"
    }

    fn icon(&self) -> &'static str {
        "phone"
    }

    fn hint(&self) -> String {
        "a telephone number such as `04 78 12 34 56` or `+33 4 78 12 34 56`".to_owned()
    }

    fn example(&self) -> String {
        "04 78 12 34 56".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        if let Some(number) = normal(text) {
            return Some(Value::Text(number));
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        // A spreadsheet ate the first zero.
        let nearest =
            (digits.len() == 9 && !text.starts_with(['0', '+'])).then(|| normal(&format!("0{digits}"))).flatten();
        let help = match (&nearest, digits.len()) {
            (Some(_), _) => "put numbers that begin with 0 in quotes",
            (None, 10..) => "write one number; begin numbers of other countries with `+` and the country's code",
            _ => "write all digits; begin numbers of other countries with `+` and the country's code",
        };
        refuse(node, notes, "not-a-phone", format!("`{text}` is no telephone number"), |fault| Diagnostic {
            nearest,
            ..fault.expected(self.hint()).help(help)
        })
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": ["string", "integer"], "pattern": r"^ *[+(]?[0-9][-0-9 .()/+\u00a0\u202f]*$", "description": self.hint() })
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let number = value.as_text();
        let href = format!("tel:{}", number.replace(' ', ""));
        let text = number.replace(' ', "\u{a0}");
        Shown { html: link::to(&href, &text), ..Shown::plain(number) }.with("href", href)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, more, show};
    use super::*;

    #[test]
    fn numbers_take_their_international_form() {
        check(
            &Phone,
            &[
                ("0478123456", "+33 4 78 12 34 56"),
                ("04.78.12.34.56", "+33 4 78 12 34 56"),
                ("+33 (0)4 78 12 34 56", "+33 4 78 12 34 56"),
                ("0033478123456", "+33 4 78 12 34 56"),
                ("+33478123456", "+33 4 78 12 34 56"),
                ("0262 12 34 56", "+262 262 12 34 56"),
                ("+262 262 12 34 56", "+262 262 12 34 56"),
                ("0690 12 34 56", "+590 690 12 34 56"),
                ("+32 2 123 45 67", "+32 2 123 45 67"),
                ("00 41 21 123 45 67", "+41 21 123 45 67"),
                ("3949", "3949"),
                ("112", "112"),
                ("478123456", "!not-a-phone ~+33 4 78 12 34 56"),
                ("04 78 12 34", "!not-a-phone"),
                ("04 78 12 34 56 / 06 12 34 56 78", "!not-a-phone"),
                ("+33 4 78 12 34", "!not-a-phone"),
                ("++33478123456", "!not-a-phone"),
                ("-39.49", "!not-a-phone"),
                ("appeler Paul", "!not-a-phone"),
            ],
        );
    }

    #[test]
    fn a_number_can_be_dialled() {
        let shown = show(&Phone, "0478123456", "fr");
        assert_eq!((shown.text.as_str(), &more(&shown)["href"]), ("+33 4 78 12 34 56", &"tel:+33478123456".into()));
    }
}
