//! What enters: a text. What leaves: [`Outline`], what the catalogue needs to resolve and check its links.
//! It must not know any other text, and reports nothing: `render` does.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};
use serde::Serialize;

use crate::diagnostic::Extent;

use super::body::Body;
use super::destination::LinkKind;
use super::headings::{self, Heading};
use super::parse::Parsed;
use super::style::Ids;
use super::targets::Targets;

/// What a text is made of, before its links are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Headings, in order, with the ids they will have; levels and titles as written.
    pub headings: Vec<Heading>,
    /// Links and images, in order.
    pub links: Vec<Link>,
    /// Labels of the footnotes that are defined, in alphabetical order.
    pub footnotes: Vec<String>,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whether what is there is shown here.
    pub role: LinkRole,
    /// What its destination says.
    pub kind: LinkKind,
    /// The title given after the destination; empty when none is.
    pub title: String,
    /// The destination in the file, or the whole link where it stands elsewhere (`[text][label]`).
    pub extent: Extent,
}

/// Whether a link leads to something or shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkRole {
    /// `[text](there)`
    Link,
    /// `![text](there)`
    Image,
}

impl Link {
    /// The key under which [`Targets`] must say what is there; none for links that need no target.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        self.kind.key().map(std::borrow::Cow::into_owned)
    }
}

impl Outline {
    /// Whether a link `#anchor` to this text finds something; the empty anchor is the top of the page.
    #[must_use]
    pub fn has_anchor(&self, anchor: &str, ids: &Ids) -> bool {
        let full = format!("{}{anchor}", ids.prefix);
        anchor.is_empty()
            || ids.is_reserved(anchor)
            || self.headings.iter().any(|heading| heading.id == anchor || heading.id == full)
    }
}

/// Reads what links need. `parsed` is the body's text; `ids` must be what `render` is given later.
#[must_use]
pub fn outline(body: &Body<'_>, parsed: &Parsed<'_>, ids: &Ids) -> Outline {
    let headings = headings::find(parsed, ids, &Targets::default()).into_iter().map(|found| found.heading).collect();
    let mut links = Vec::new();
    for (event, range) in &parsed.events {
        let (role, link_type, destination, title) = match event {
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => (LinkRole::Link, *link_type, dest_url, title),
            Event::Start(Tag::Image { link_type, dest_url, title, .. }) => {
                (LinkRole::Image, *link_type, dest_url, title)
            }
            _ => continue,
        };
        links.push(Link {
            role,
            kind: LinkKind::of(link_type, destination),
            title: title.to_string(),
            extent: body.extent(destination_range(body.text, range, link_type, destination)),
        });
    }
    let footnotes = parsed.footnotes.values().map(|footnote| footnote.label.to_string()).collect();
    Outline { headings, links, footnotes }
}

/// Where a link's destination stands, if it stands in the link as it reads; else the whole link.
pub(super) fn destination_range(
    text: &str,
    range: &Range<usize>,
    link_type: LinkType,
    destination: &str,
) -> Range<usize> {
    let written = &text[range.clone()];
    // In a table the parser keeps the backslash of `\|`.
    let destination = destination.trim_end_matches('\\');
    let found = match link_type {
        _ if destination.is_empty() => None,
        LinkType::WikiLink { .. } | LinkType::Autolink | LinkType::Email => written.find(destination),
        LinkType::Inline => written.rfind("](").and_then(|at| Some(at + written[at..].find(destination)?)),
        _ => None,
    };
    found.map_or(range.clone(), |at| range.start + at..range.start + at + destination.len())
}
