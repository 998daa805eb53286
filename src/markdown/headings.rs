//! What enters: a text's events and what ids may be. What leaves: its headings with their ids, the same wherever they are asked for.
//! It must not know HTML or diagnostics.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};
use serde::Serialize;

use crate::entry_id::slugify;

use super::destination::LinkKind;
use super::parse::{Parsed, end_of};
use super::style::Ids;
use super::targets::Targets;

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Heading {
    /// The level in the page, 1 to 6.
    pub level: u8,
    /// The id in the page, for links.
    pub id: String,
    /// The text without any markup.
    pub title: String,
}

/// A heading and what diagnostics need of it.
pub(super) struct Found {
    /// The index of its start among the events.
    pub(super) at: usize,
    /// The heading; its level is the one written.
    pub(super) heading: Heading,
    /// The heading, in the text.
    pub(super) range: Range<usize>,
    /// What is wrong with the id that was asked for.
    pub(super) fault: Option<IdFault>,
    /// Whether classes or other attributes were asked for.
    pub(super) attributes: bool,
}

/// Why an id that was asked for by `{#id}` is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IdFault {
    /// Another heading has it.
    Taken(String),
    /// The page has it.
    Reserved(String),
    /// It holds something else than letters, digits, `-`, `_` and `.`.
    Invalid(String),
}

/// Finds all headings, except those inside footnotes, and gives each an id.
pub(super) fn find(parsed: &Parsed<'_>, ids: &Ids, targets: &Targets) -> Vec<Found> {
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    let mut given = Given { ids, taken: BTreeSet::new(), next: BTreeMap::new() };
    let mut at = 0;
    while at < parsed.events.len() {
        let (event, range) = &parsed.events[at];
        if let Some(end) = parsed.definitions.get(&at) {
            at = *end;
        } else if let Event::Start(Tag::Heading { level, id, classes, attrs }) = event {
            let end = end_of(&parsed.events, at);
            let (written, title) = plain(parsed, at + 1..end, targets);
            let (id, fault) = given.explicit(id.as_deref());
            let heading = Heading { level: *level as u8, id: id.unwrap_or_default(), title };
            let attributes = !classes.is_empty() || !attrs.is_empty();
            found.push(Found { at, heading, range: range.clone(), fault, attributes });
            wanted.push(written);
            at = end;
        }
        at += 1;
    }
    // An id that was asked for is given to its heading before any other is made up.
    for (heading, written) in found.iter_mut().map(|found| &mut found.heading).zip(wanted) {
        if heading.id.is_empty() {
            heading.id = given.made_of(&written);
        }
    }
    found
}

/// The text of some events without markup: as written, and with the titles of what links lead to.
fn plain(parsed: &Parsed<'_>, range: Range<usize>, targets: &Targets) -> (String, String) {
    let (mut written, mut shown) = (String::new(), String::new());
    let mut at = range.start;
    while at < range.end {
        match &parsed.events[at].0 {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                written.push_str(text);
                shown.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => {
                written.push(' ');
                shown.push(' ');
            }
            Event::Start(Tag::Link {
                link_type: link_type @ LinkType::WikiLink { has_pothole: false },
                dest_url,
                ..
            }) => {
                let kind = LinkKind::of(*link_type, dest_url);
                let target = kind.key().and_then(|key| targets.get(&key));
                written.push_str(dest_url);
                shown.push_str(target.map_or(dest_url.as_ref(), |target| &target.title));
                at = end_of(&parsed.events, at);
            }
            _ => {}
        }
        at += 1;
    }
    (written.trim().to_owned(), shown.trim().to_owned())
}

/// The ids given so far.
struct Given<'a> {
    ids: &'a Ids,
    taken: BTreeSet<String>,
    /// The number to try next for a slug that is taken.
    next: BTreeMap<String, usize>,
}

impl Given<'_> {
    fn explicit(&mut self, id: Option<&str>) -> (Option<String>, Option<IdFault>) {
        let Some(id) = id else { return (None, None) };
        if id.is_empty()
            || !id.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'))
        {
            return (None, Some(IdFault::Invalid(id.to_owned())));
        }
        let full = format!("{}{id}", self.ids.prefix);
        if self.ids.is_reserved(&full) {
            (None, Some(IdFault::Reserved(id.to_owned())))
        } else if self.taken.insert(full.clone()) {
            (Some(full), None)
        } else {
            (None, Some(IdFault::Taken(id.to_owned())))
        }
    }

    fn made_of(&mut self, title: &str) -> String {
        let slug = slugify(title);
        let slug = format!("{}{}", self.ids.prefix, if slug.is_empty() { "section" } else { &slug });
        // Behind a beginning that the page uses itself, no number would make it free.
        let slug = if self.ids.has_beginning_of(&slug) { format!("section-{slug}") } else { slug };
        let next = self.next.entry(slug.clone()).or_insert(0);
        loop {
            let id = if *next == 0 { slug.clone() } else { format!("{slug}-{next}") };
            *next += 1;
            if !self.ids.reserved.contains(&id) && self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}
