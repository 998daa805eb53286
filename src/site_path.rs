//! What enters: page and file addresses. What leaves: [`SitePath`], an address inside the site, and relative links from one to another.
//! It must not know the base URL's host or what stands at an address.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

/// Stands for the site's root in links of views, which are the same on every page. A noncharacter: no text that people exchange holds it
/// (The Unicode Standard, 23.7), and scripts that build links from it find it as any other letter.
pub const ROOT: char = '\u{FDD0}';

/// An address inside the site, without a leading `/`: `lieux/la-myne/` for a page, `assets/a1/style.css` for a file, empty for the home page.
/// Pages, plans and files hold an address many times over: all copies of one share its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(Arc<str>);

impl SitePath {
    /// An address; leading slashes are dropped.
    #[must_use]
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(path.as_ref().trim_start_matches('/').into())
    }

    /// The address as text, without a leading `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is a page's address (a folder served by its `index.html`).
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.0.is_empty() || self.0.ends_with('/')
    }

    /// The file that holds what this address serves.
    #[must_use]
    pub fn file(&self) -> String {
        if self.is_page() { format!("{}index.html", self.0) } else { self.0.to_string() }
    }

    /// The address for `href` in a page at `from`: percent-encoded and relative, so that the site works in any folder.
    #[must_use]
    pub fn relative_from(&self, from: &Self) -> String {
        let folders = |path: &'_ str| path.matches('/').count();
        let shared = from
            .0
            .match_indices('/')
            .map(|(at, _)| at + 1)
            .take_while(|&end| self.0.get(..end) == from.0.get(..end))
            .last()
            .unwrap_or(0);
        let up = "../".repeat(folders(&from.0[shared..]));
        let down = encode(&self.0[shared..]);
        match (up.is_empty(), down.is_empty()) {
            (true, true) => "./".to_owned(),
            // A first segment with a colon would read as a scheme.
            (true, false) if down.split('/').next().is_some_and(|first| first.contains(':')) => format!("./{down}"),
            _ => up + &down,
        }
    }

    /// The address for `href` in what any page may show: [`ROOT`] and the percent-encoded address. Whoever writes the page puts [`SitePath::way_up`]
    /// in the mark's place.
    #[must_use]
    pub fn from_root(&self) -> String {
        let mut link = String::with_capacity(ROOT.len_utf8() + self.0.len());
        link.push(ROOT);
        encode_into(&mut link, &self.0);
        link
    }

    /// The way from a page at this address to the site's root: `../../`, and `./` at the root itself.
    #[must_use]
    pub fn way_up(&self) -> String {
        match self.0.matches('/').count() {
            0 => "./".to_owned(),
            folders => "../".repeat(folders),
        }
    }

    /// The absolute address below a base URL that ends in `/`.
    #[must_use]
    pub fn absolute(&self, base_url: &str) -> String {
        format!("{base_url}{}", encode(&self.0))
    }

    /// What a file system that ignores case and normal forms keeps of the address: two addresses with the same key collide somewhere.
    #[must_use]
    pub fn collision_key(&self) -> String {
        let file = self.file();
        // Most addresses are plain already.
        if file.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            return file;
        }
        file.nfc().flat_map(char::to_lowercase).collect()
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/{}", self.0)
    }
}

impl Serialize for SitePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Where a relative path leads from a folder; `None` where that is above the root of both.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Percent-encodes what may not stand in a URL's path (RFC 3986), byte by byte; `/` stays.
#[must_use]
pub fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    encode_into(&mut encoded, path);
    encoded
}

fn encode_into(encoded: &mut String, path: &str) {
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'@'
            | b':'
            | b'!'
            | b'$'
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'=' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: &str, to: &str) -> String {
        SitePath::new(to).relative_from(&SitePath::new(from))
    }

    #[test]
    fn links_are_relative_to_the_page() {
        assert_eq!(link("", "lieux/a/"), "lieux/a/");
        assert_eq!(link("lieux/a/", ""), "../../");
        assert_eq!(link("lieux/a/", "lieux/b/"), "../b/");
        assert_eq!(link("lieux/a/", "lieux/a/"), "./");
        assert_eq!(link("lieux/a/", "lieux/a/plan.svg"), "plan.svg");
        assert_eq!(link("lieux/", "lieux/page/2/"), "page/2/");
        assert_eq!(link("lieux/ab/", "lieux/a/"), "../a/");
        assert_eq!(link("", "été à:1.csv"), "%C3%A9t%C3%A9%20%C3%A0:1.csv".replacen("%C3%A9t", "./%C3%A9t", 1));
    }

    #[test]
    fn links_of_views_lead_over_the_root() {
        let from = |page: &str, to: &str| SitePath::new(to).from_root().replace(ROOT, &SitePath::new(page).way_up());
        assert_eq!(from("", ""), "./");
        assert_eq!(from("", "a:b/"), "./a:b/");
        assert_eq!(from("404.html", "lieux/"), "./lieux/");
        assert_eq!(from("lieux/a/", "lieux/é.csv"), "../../lieux/%C3%A9.csv");
        assert_eq!(from("lieux/", ""), "../");
    }

    #[test]
    fn relative_paths_stay_below_the_root() {
        assert_eq!(join("content/docs", "../places/a.md").as_deref(), Some("content/places/a.md"));
        assert_eq!(join("", ".//a/../").as_deref(), Some(""));
        assert_eq!(join("content", "../../a.md"), None);
    }

    #[test]
    fn addresses_collide_by_case_and_normal_form() {
        let key = |path: &str| SitePath::new(path).collision_key();
        assert_eq!(key("Lieux/E\u{301}/"), key("lieux/é/"));
        assert_eq!(key("a/"), key("a/index.html"));
    }
}
