//! What enters: a web address. What leaves: the address in its normal form: `http` or `https`, without user or password. It must not know what is
//! behind it: no request is ever made.

use serde_json::json;
use url::{Host, Url};

use super::text::{refuse, scalar};
use super::{Column, FieldType, Reading, Showing, Shown, Value, convert, link};
use crate::diagnostic::Diagnostic;
use crate::node::{Content, Node, Notes};

/// An address on the web.
#[derive(Debug)]
pub struct Link;

enum Fault {
    Scheme,
    UserInfo,
    Host,
    Syntax,
}

/// The normal form, or what is wrong.
fn normal(text: &str) -> Result<Url, Fault> {
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(Fault::Syntax);
    }
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err(Fault::Scheme);
    }
    let url = Url::parse(text).map_err(|_| Fault::Syntax)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::UserInfo);
    }
    match url.host() {
        Some(Host::Domain(domain)) if is_public(domain) => Ok(url),
        Some(Host::Ipv4(_) | Host::Ipv6(_) | Host::Domain(_)) | None => Err(Fault::Host),
    }
}

fn is_public(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    let top = domain.rsplit_once('.').map(|(_, top)| top);
    let top_level =
        |top: &str| top.len() >= 2 && (top.starts_with("xn--") || top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    top.is_some_and(|top| top_level(top) && !matches!(top, "local" | "localhost" | "internal" | "lan"))
}

/// The address as people say it: without the scheme, `www.` and a last `/`.
fn short(url: &str) -> &str {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/')
}

impl FieldType for Link {
    fn name(&self) -> &'static str {
        "url"
    }

    fn icon(&self) -> &'static str {
        "globe"
    }

    fn hint(&self) -> String {
        "a web address such as `https://www.example.org/`".to_owned()
    }

    fn example(&self) -> String {
        "https://www.example.org/".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let fault = match normal(text) {
            Ok(url) => return Some(Value::Text(url.into())),
            Err(fault) => fault,
        };
        let nearest = guess(text);
        let (message, help) = match fault {
            Fault::Scheme if nearest.is_some() && !text.contains(':') => (
                format!("`{text}` is no address that begins with `https://` or `http://`"),
                "copy the whole address from a browser, its beginning included",
            ),
            Fault::Scheme => (
                format!("`{text}` is no address that begins with `https://` or `http://`"),
                "only web addresses are published",
            ),
            Fault::UserInfo => (
                format!("`{text}` holds a user name or a password"),
                "remove what stands before the `@`: everybody would read it",
            ),
            Fault::Host => {
                (format!("`{text}` is no public address"), "name a site that every visitor can reach, by its domain")
            }
            Fault::Syntax => (format!("`{text}` is no web address"), "copy the address from a browser"),
        };
        refuse(node, notes, "not-a-url", message, |fault| Diagnostic {
            nearest,
            ..fault.expected(self.hint()).help(help)
        })
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "format": "uri", "pattern": "^[hH][tT][tT][pP][sS]?://[^\\s@]+\\.[^\\s]+$", "description": self.hint() })
    }

    fn columns(&self) -> &'static [Column] {
        &[Column { part: "", kind: "string", format: "uri" }]
    }

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let url = value.as_text();
        let text = short(url);
        Shown { html: link::away(url, text), ..Shown::plain(text) }.with("href", url)
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        let bare = short(value.as_text());
        let host = bare.split(['/', '?', '#']).next().unwrap_or(bare);
        host.to_owned()
    }
}

/// The address that was probably meant.
fn guess(text: &str) -> Option<String> {
    let bare = text.trim_start_matches('/');
    let bare = match bare.split_once(':') {
        // `http:/a.example`, `htp://a.example`, but not `mailto:` and `javascript:`
        Some((scheme, rest)) if rest.starts_with('/') && scheme.len() <= 6 => rest.trim_start_matches('/'),
        Some((_, rest)) if !rest.starts_with(|first: char| first.is_ascii_digit()) => return None,
        _ => bare,
    };
    let bare = bare.rsplit_once('@').map_or(bare, |(_, rest)| rest);
    let url = normal(&format!("https://{bare}")).ok()?;
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn addresses_are_public_and_of_the_web() {
        check(
            &Link,
            &[
                ("https://www.ade-coworking.net", "https://www.ade-coworking.net/"),
                ("HTTP://Example.org/A?b=c#d", "http://example.org/A?b=c#d"),
                ("https://exämple.fr/é", "https://xn--exmple-cua.fr/%C3%A9"),
                ("https://example.org:8443/a@b", "https://example.org:8443/a@b"),
                ("www.ade-coworking.net", "!not-a-url ~https://www.ade-coworking.net/"),
                ("//example.org/a", "!not-a-url ~https://example.org/a"),
                ("htp://example.org", "!not-a-url ~https://example.org/"),
                ("https://user:secret@example.org/", "!not-a-url ~https://example.org/"),
                ("https://@example.org/", "https://example.org/"),
                ("https://localhost:3000/", "!not-a-url"),
                ("https://192.168.0.1/", "!not-a-url"),
                ("https://intranet/", "!not-a-url"),
                ("'javascript:alert(1)'", "!not-a-url"),
                ("mailto:a@example.org", "!not-a-url"),
                ("ftp://example.org/", "!not-a-url ~https://example.org/"),
                ("https://exa mple.org", "!not-a-url"),
                ("https://", "!not-a-url"),
                ("un site", "!not-a-url"),
            ],
        );
    }

    #[test]
    fn visitors_read_the_address_without_its_machinery() {
        let shown = show(&Link, "'https://www.example.org/a?b=\"c\"&d'", "fr");
        assert_eq!(shown.text, "example.org/a?b=%22c%22&d");
        assert_eq!(
            shown.html,
            "<a class=\"external\" href=\"https://www.example.org/a?b=%22c%22&amp;d\">example.org/a?b=%22c%22&amp;d</a>"
        );
        assert_eq!(Link.words(&Value::Text("https://www.example.org/a".into()), "fr"), "example.org");
    }
}
