//! What enters: an e-mail address. What leaves: the same with its domain in lower case. It must not know whether anybody reads the mail.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Column, FieldType, Reading, Showing, Shown, Value, convert, link};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes};

/// An e-mail address.
#[derive(Debug)]
pub struct Email;

/// The normal form; quoted local parts, comments and addresses by number are not what contributors mean.
fn normal(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let local_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(local_byte)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain = domain.to_ascii_lowercase();
    let top = domain.rsplit('.').next().unwrap_or_default();
    let top_ok = top.len() >= 2 && (top.starts_with("xn--") || top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let domain_ok = domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label_ok) && top_ok;
    (local_ok && domain_ok).then(|| format!("{local}@{domain}"))
}

/// `mailto:` with everything escaped that would end the address.
fn href(address: &str) -> String {
    let mut href = "mailto:".to_owned();
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_~+!*'$".contains(&byte) {
            href.push(char::from(byte));
        } else {
            href.push_str(&format!("%{byte:02X}"));
        }
    }
    href
}

impl FieldType for Email {
    fn name(&self) -> &'static str {
        "email"
    }

    fn icon(&self) -> &'static str {
        "mail"
    }

    fn hint(&self) -> String {
        "an e-mail address such as `contact@example.org`".to_owned()
    }

    fn example(&self) -> String {
        "contact@example.org".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        if let Some(address) = normal(text) {
            return Some(Value::Text(address));
        }
        let plain = text.trim_start_matches("mailto:").trim_matches(['<', '>']);
        let plain = plain.split('?').next().unwrap_or(plain);
        let mut plain = plain.to_owned();
        for (written, meant) in [("[at]", "@"), ("(at)", "@"), (" at ", "@"), ("[dot]", "."), ("(dot)", "."), (" ", "")]
        {
            plain = plain.replace(written, meant);
        }
        let nearest = normal(&plain);
        refuse(node, notes, "not-an-email", format!("`{text}` is no e-mail address"), |fault| Diagnostic {
            nearest,
            ..fault.expected(self.hint()).help("write the address alone; several need `many: true` in the definition")
        })
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "format": "email", "description": self.hint() })
    }

    fn columns(&self) -> &'static [Column] {
        &[Column { part: "", kind: "string", format: "email" }]
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let address = value.as_text();
        let href = href(address);
        Shown { html: link::to(&href, address), ..Shown::plain(address) }.with("href", href)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, more, show};
    use super::*;

    #[test]
    fn addresses_stand_alone() {
        check(
            &Email,
            &[
                ("Contact@Example.ORG", "Contact@example.org"),
                ("a.b+c@sous.domaine.example", "a.b+c@sous.domaine.example"),
                ("mailto:a@example.org", "!not-an-email ~a@example.org"),
                ("'<a@example.org>'", "!not-an-email ~a@example.org"),
                ("a [at] example [dot] org", "!not-an-email ~a@example.org"),
                ("a@example", "!not-an-email"),
                ("a@b@example.org", "!not-an-email"),
                ("a..b@example.org", "!not-an-email"),
                ("a@-example.org", "!not-an-email"),
                ("a@192.168.0.1", "!not-an-email"),
                ("é@example.org", "!not-an-email"),
                ("a@example.org, b@example.org", "!not-an-email"),
            ],
        );
        assert_eq!(more(&show(&Email, "a?b&c@example.org", "fr"))["href"], "mailto:a%3Fb%26c@example.org");
    }
}
