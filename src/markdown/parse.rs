//! What enters: a Markdown text. What leaves: its events, and what the parser leaves to others to find: where footnotes stand,
//! and references to nothing. It must not know HTML, targets or diagnostics.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::site_path::ROOT;

/// An event and the stretch of the text that it stands for.
pub(super) type Spanned<'a> = (Event<'a>, Range<usize>);

/// A text, parsed.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// All events; starts and ends are balanced.
    pub(super) events: Vec<Spanned<'a>>,
    /// Footnotes by [`footnote_key`]: the first definition of each.
    pub(super) footnotes: BTreeMap<String, Footnote<'a>>,
    /// The end of each definition of a footnote, by its start (indices of `events`).
    pub(super) definitions: BTreeMap<usize, usize>,
    /// Definitions of a footnote that has one already.
    pub(super) repeated: Vec<Range<usize>>,
    /// `[text][label]` and `[label][]` where the label is not defined.
    pub(super) undefined: Vec<(Range<usize>, String)>,
    /// `[^label]` where the label is not defined.
    pub(super) undefined_footnotes: Vec<Range<usize>>,
}

/// Where a footnote is defined.
#[derive(Debug)]
pub(super) struct Footnote<'a> {
    /// The label as written.
    pub(super) label: CowStr<'a>,
    /// What it holds (indices of `events`).
    pub(super) content: Range<usize>,
    /// The definition, in the text.
    pub(super) range: Range<usize>,
}

/// CommonMark and what is added to it.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS
}

/// Parses a text.
#[must_use]
pub fn parse(text: &str) -> Parsed<'_> {
    let mut undefined = BTreeMap::new();
    let callback = |link: BrokenLink<'_>| {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            undefined.entry((link.span.start, link.span.end)).or_insert_with(|| link.reference.to_string());
        }
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, options(), Some(callback));
    let events: Vec<Spanned<'_>> =
        parser.into_offset_iter().map(|(event, range)| (without_root(event), range)).collect();
    let mut parsed = Parsed {
        events: Vec::new(),
        footnotes: BTreeMap::new(),
        definitions: BTreeMap::new(),
        repeated: Vec::new(),
        undefined: undefined.into_iter().map(|((start, end), label)| (start..end, label)).collect(),
        undefined_footnotes: Vec::new(),
    };
    survey(text, &events, &mut parsed);
    parsed.events = events;
    parsed
}

/// An event without the mark of the site's root. No text holds it, but a character reference may: `&#xFDD0;`.
fn without_root(mut event: Event<'_>) -> Event<'_> {
    let mend = |text: &mut CowStr<'_>| {
        if text.contains(ROOT) {
            *text = text.replace(ROOT, "\u{FFFD}").into();
        }
    };
    match &mut event {
        Event::Text(text) => mend(text),
        Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
            mend(dest_url);
            mend(title);
        }
        _ => {}
    }
    event
}

/// Finds footnotes, and what looks like a reference to one.
fn survey<'a>(text: &str, events: &[Spanned<'a>], parsed: &mut Parsed<'a>) {
    let mut open = Vec::new();
    let mut verbatim = false;
    for (at, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => open.push((at, label.clone(), range.clone())),
            Event::End(TagEnd::FootnoteDefinition) => {
                let Some((start, label, range)) = open.pop() else { continue };
                parsed.definitions.insert(start, at);
                let key = footnote_key(&label);
                let footnote = Footnote { label, content: start + 1..at, range };
                match parsed.footnotes.get_mut(&key) {
                    // A definition inside another one of the same label ends first, but starts later.
                    Some(other) if other.content.start < start => parsed.repeated.push(footnote.range),
                    Some(other) => parsed.repeated.push(std::mem::replace(other, footnote).range),
                    None => drop(parsed.footnotes.insert(key, footnote)),
                }
            }
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => verbatim = true,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => verbatim = false,
            // The parser leaves a reference to an undefined footnote as text, the bracket by itself.
            Event::Text(bracket) if !verbatim && bracket.as_ref() == "[" => {
                parsed.undefined_footnotes.extend(footnote_reference(text, range.start));
            }
            _ => {}
        }
    }
}

/// The stretch of a reference `[^label]` that starts here.
fn footnote_reference(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?.strip_prefix("[^")?;
    let length = rest.bytes().take(100).position(|byte| matches!(byte, b']' | b'[' | b'\n' | b' '))?;
    let closed = rest.as_bytes().get(length) == Some(&b']');
    let escaped = text[..start].ends_with('\\');
    (closed && length > 0 && !escaped).then_some(start..start + length + 3)
}

/// Labels of footnotes are the same when they differ by case only.
pub(super) fn footnote_key(label: &str) -> String {
    label.to_lowercase()
}

/// The index of the end that belongs to the start at `start`; the last event when there is none.
pub(super) fn end_of(events: &[Spanned<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate().skip(start) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    events.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_reference_is_no_way_to_the_root() {
        let text = "&#xFDD0;//a [b](&#xFDD0;/c \"&#xFDD0;\") ![&#xFDD0;](<&#xFDD0;d>)\n\n[e]: &#xFDD0;f\n[e]";
        assert!(!format!("{:?}", parse(text).events).contains(&format!("{ROOT:?}")[1..9]));
        let parser = Parser::new_ext(text, options());
        assert!(
            format!("{:?}", parser.collect::<Vec<_>>()).contains(&format!("{ROOT:?}")[1..9]),
            "or nothing is tested"
        );
    }
}
