//! What enters: a link's destination as the parser gives it, escapes and character references resolved. What leaves: its kind.
//! It must not know whether anything is there.

use std::borrow::Cow;

use pulldown_cmark::LinkType;
use serde::Serialize;

/// Schemes that a link may have. All others run code, carry a document, or open who knows which program.
pub const SCHEMES: [&str; 5] = ["https", "http", "mailto", "tel", "geo"];

/// What a destination says of itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// `[[places/la-myne#hours]]`: an entry by its id, or whatever else was written there.
    Entry {
        /// What stands before `#`.
        id: String,
        /// What stands after `#`.
        anchor: Option<String>,
    },
    /// `../places/la-myne.md#hours`: a file, relative to the one that links.
    Path {
        /// What stands before `#`, percent-decoded. Empty where nothing was written.
        path: String,
        /// What stands after `#`, percent-decoded.
        anchor: Option<String>,
    },
    /// `/lieux/la-myne/`: an address from the site's root.
    Absolute {
        /// What stands before `#`, percent-decoded, with the first `/`.
        path: String,
        /// What stands after `#`, percent-decoded.
        anchor: Option<String>,
    },
    /// `#hours`: a place on the same page.
    Anchor {
        /// What stands after `#`, percent-decoded.
        anchor: String,
    },
    /// A URL with one of [`SCHEMES`], or `//host/path`.
    External {
        /// The whole URL.
        url: String,
    },
    /// A URL with another scheme, or with control characters; it is never written out.
    Unsafe {
        /// The scheme, unless it is the control characters that are wrong.
        scheme: Option<String>,
    },
}

impl LinkKind {
    /// Reads a destination.
    pub(super) fn of(link_type: LinkType, destination: &str) -> Self {
        if matches!(link_type, LinkType::WikiLink { .. }) {
            // In a table `|` is written `\|`, and the parser keeps the backslash.
            let (id, anchor) = split_anchor(destination.trim_end_matches('\\').trim());
            return Self::Entry { id: id.trim().to_owned(), anchor: anchor.map(|anchor| anchor.trim().to_owned()) };
        }
        if destination.chars().any(char::is_control) {
            return Self::Unsafe { scheme: None };
        }
        if link_type == LinkType::Email {
            return Self::External { url: format!("mailto:{destination}") };
        }
        if let Some(scheme) = scheme(destination) {
            return if SCHEMES.contains(&scheme.as_str()) {
                Self::External { url: destination.to_owned() }
            } else {
                Self::Unsafe { scheme: Some(scheme) }
            };
        }
        if destination.starts_with("//") {
            return Self::External { url: destination.to_owned() };
        }
        let (path, anchor) = split_anchor(destination);
        let anchor = anchor.map(|anchor| decode(anchor).into_owned());
        let path = decode(path).into_owned();
        match anchor {
            Some(anchor) if path.is_empty() => Self::Anchor { anchor },
            anchor if path.starts_with('/') => Self::Absolute { path, anchor },
            anchor => Self::Path { path, anchor },
        }
    }

    /// The name under which the catalogue says what is there; none where there is nothing to find.
    #[must_use]
    pub fn key(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Entry { id, .. } => Some(format!("[[{id}]]").into()),
            Self::Path { path, .. } | Self::Absolute { path, .. } => Some(path.into()),
            Self::Anchor { .. } | Self::External { .. } | Self::Unsafe { .. } => None,
        }
    }

    /// What stands after `#`, where that is a place on a page of the site.
    #[must_use]
    pub fn anchor(&self) -> Option<&str> {
        match self {
            Self::Entry { anchor, .. } | Self::Path { anchor, .. } | Self::Absolute { anchor, .. } => anchor.as_deref(),
            Self::Anchor { anchor } => Some(anchor),
            Self::External { .. } | Self::Unsafe { .. } => None,
        }
    }
}

/// What stands before and after the first `#`.
fn split_anchor(destination: &str) -> (&str, Option<&str>) {
    destination.split_once('#').map_or((destination, None), |(path, anchor)| (path, Some(anchor)))
}

/// The scheme in lower case, as the URL standard finds it.
fn scheme(destination: &str) -> Option<String> {
    let (scheme, _) = destination.split_once(':')?;
    let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// Undoes percent-encoding; a text that is no UTF-8 then, or holds control characters, stays as it is.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let value = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(value.unwrap_or(bytes[at]));
        at += if value.is_some() { 3 } else { 1 };
    }
    match String::from_utf8(decoded) {
        Ok(decoded) if !decoded.chars().any(char::is_control) => decoded.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(destination: &str) -> LinkKind {
        LinkKind::of(LinkType::Inline, destination)
    }

    #[test]
    fn only_listed_schemes_are_written_out() {
        for safe in
            ["https://a.example/?q=1#x", "HTTP://a.example", "mailto:a@b.example", "tel:+33102030405", "//a.example"]
        {
            assert!(matches!(inline(safe), LinkKind::External { .. }), "{safe}");
        }
        for scheme in ["javascript", "JaVaScRiPt", "data", "vbscript", "file", "ftp", "blob", "view-source"] {
            let kind = inline(&format!("{scheme}:x"));
            assert_eq!(kind, LinkKind::Unsafe { scheme: Some(scheme.to_lowercase()) });
        }
        for control in ["java\tscript:x", "\u{1}javascript:x", "java\nscript:x", "a\u{0}", "\u{85}"] {
            assert_eq!(inline(control), LinkKind::Unsafe { scheme: None });
        }
    }

    #[test]
    fn paths_and_anchors_are_decoded() {
        assert_eq!(
            inline("../a%20b.md#caf%C3%A9"),
            LinkKind::Path { path: "../a b.md".into(), anchor: Some("café".into()) }
        );
        assert_eq!(inline("#x"), LinkKind::Anchor { anchor: "x".into() });
        assert_eq!(inline("/a"), LinkKind::Absolute { path: "/a".into(), anchor: None });
        assert_eq!(inline("a%ff%2"), LinkKind::Path { path: "a%ff%2".into(), anchor: None });
        assert_eq!(inline("a b:c"), LinkKind::Path { path: "a b:c".into(), anchor: None });
    }
}
