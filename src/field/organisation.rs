//! What enters: the numbers under which French organisations are registered. What leaves: the number without blanks, its check digits verified.
//! It must not know the organisation.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{FieldType, Reading, Showing, Shown, Value, escape};
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Notes};

/// The number of an establishment (SIRENE): 14 digits.
#[derive(Debug)]
pub struct Siret;

/// The number of an association (RNA): `W` and 9 characters.
#[derive(Debug)]
pub struct Rna;

/// The sum that ISO/IEC 7812-1 checks: every second digit from the right is doubled, and the digits of all are added.
fn luhn(digits: &str) -> u32 {
    let digits = digits.chars().rev().filter_map(|digit| digit.to_digit(10));
    let weighed = digits.enumerate().map(|(at, digit)| if at % 2 == 1 { digit * 2 } else { digit });
    weighed.map(|number| number / 10 + number % 10).sum()
}

/// La Poste has more establishments than Luhn leaves numbers for: of hers the plain sum of digits is a multiple of five.
fn is_siret(digits: &str) -> bool {
    let plain: u32 = digits.chars().filter_map(|digit| digit.to_digit(10)).sum();
    let post = digits.starts_with("356000000") && plain.is_multiple_of(5);
    digits.len() == 14 && is_siren(&digits[..9]) && (luhn(digits).is_multiple_of(10) || post)
}

fn is_siren(digits: &str) -> bool {
    luhn(digits).is_multiple_of(10) && digits.bytes().any(|digit| digit != b'0')
}

impl FieldType for Siret {
    fn name(&self) -> &'static str {
        "siret"
    }

    fn icon(&self) -> &'static str {
        "landmark"
    }

    fn hint(&self) -> String {
        "a SIRET number of 14 digits such as `130 025 265 00013`".to_owned()
    }

    fn example(&self) -> String {
        "130 025 265 00013".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let digits: String = text.chars().filter(|character| !" .\u{a0}\u{202f}".contains(*character)).collect();
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits && is_siret(&digits) {
            return Some(Value::Text(digits));
        }
        let help = match digits.len() {
            _ if !all_digits => "write digits only",
            9 => "this is as long as a SIREN number: add the five digits of the establishment",
            13 => "a digit is missing; put numbers that begin with 0 in quotes",
            14 => "a digit is wrong, or two changed places: the check digit does not fit",
            _ => "write all 14 digits",
        };
        refuse(node, notes, "not-a-siret", format!("`{text}` is no SIRET number"), |fault| {
            fault.expected(self.hint()).help(help)
        })
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": ["string", "integer"], "pattern": r"^([0-9][ .]*){14}$", "description": self.hint() })
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let digits = value.as_text();
        let groups: Vec<&str> = [0..3, 3..6, 6..9, 9..14].into_iter().filter_map(|group| digits.get(group)).collect();
        let text = groups.join("\u{a0}");
        Shown { html: escape(&text), ..Shown::plain(text) }.with("number", digits)
    }
}

impl FieldType for Rna {
    fn name(&self) -> &'static str {
        "rna"
    }

    fn icon(&self) -> &'static str {
        "landmark"
    }

    fn hint(&self) -> String {
        "an association's number in the national register such as `W751234567`".to_owned()
    }

    fn example(&self) -> String {
        "W751234567".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let number: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        // W, the number of a prefecture or sub-prefecture (`751`, `2A1`), and six digits.
        let valid = |number: &str| {
            let bytes = number.as_bytes();
            let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
            bytes.len() == 10
                && bytes[0] == b'W'
                && digits(1..2)
                && (bytes[2].is_ascii_digit() || matches!(&bytes[1..3], b"2A" | b"2B"))
                && digits(3..10)
        };
        if valid(&number) {
            return Some(Value::Text(number));
        }
        let upper = number.to_ascii_uppercase();
        let nearest = [upper.clone(), format!("W{upper}")].into_iter().find(|number| valid(number));
        refuse(node, notes, "not-an-rna", format!("`{text}` is no number of an association"), |fault| Diagnostic {
            nearest,
            ..fault
                .expected("`W` and nine characters, such as `W751234567`")
                .help("it stands on the receipt of the prefecture")
        })
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "pattern": "^W([0-9]{2}|2[AB])[0-9]{7}$", "description": self.hint() })
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        Shown::plain(value.as_text())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn check_digits_are_verified() {
        check(
            &Siret,
            &[
                ("13002526500013", "13002526500013"),
                ("130 025 265 00013", "13002526500013"),
                // La Poste: the head office by Luhn, an office by the sum of digits.
                ("35600000000048", "35600000000048"),
                ("35600000049837", "35600000049837"),
                ("35600000049838", "!not-a-siret"),
                ("13002526500014", "!not-a-siret"),
                ("13002562500013", "!not-a-siret"),
                ("130025265", "!not-a-siret"),
                ("00000000000000", "!not-a-siret"),
                ("1300252650001A", "!not-a-siret"),
                ("[1]", "!wrong-kind"),
            ],
        );
        assert_eq!(show(&Siret, "13002526500013", "fr").text, "130\u{a0}025\u{a0}265\u{a0}00013");
    }

    #[test]
    fn associations_have_a_letter_and_nine_characters() {
        check(
            &Rna,
            &[
                ("W751234567", "W751234567"),
                ("W2A1000123", "W2A1000123"),
                ("w751234567", "!not-an-rna ~W751234567"),
                ("'751234567'", "!not-an-rna ~W751234567"),
                ("W75123456", "!not-an-rna"),
                ("W7512345678", "!not-an-rna"),
                ("WXX1000123", "!not-an-rna"),
                ("Wé12345678", "!not-an-rna"),
            ],
        );
    }
}
