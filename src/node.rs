//! What enters: nothing but itself; `yaml` and `toml` make it. What leaves: [`Node`], a tree of texts with positions, and [`Record`], which
//! reads a map field by field and reports what is missing, misplaced or unknown. It must not know any format's grammar.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Extent, Location, one_of};

/// A value with the stretch of the file it was written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub content: Content,
    /// Bytes from the file's start.
    pub extent: Extent,
}

/// A value. A scalar is always the text that was typed: only a field type may read a number or a date in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing was written after the key.
    Empty,
    /// A scalar, unquoted and unescaped.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A mapping's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text of the key.
    pub name: String,
    /// Bytes from the file's start.
    pub extent: Extent,
}

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub extent: Extent,
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a sequence; any other value stands for a sequence of one.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        self.as_list().unwrap_or(std::slice::from_ref(self))
    }

    /// The pairs of a mapping.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Key, Self)]> {
        match &self.content {
            Content::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value of a mapping's key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.content == Content::Empty
    }

    /// What kind of value this is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Empty => "nothing",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}

/// Where diagnostics of one file go.
#[derive(Debug)]
pub struct Notes<'a> {
    /// The file's path.
    pub file: &'a Arc<str>,
    /// What was found so far.
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

impl Notes<'_> {
    /// A stretch of this file.
    #[must_use]
    pub fn at(&self, extent: Extent) -> Location {
        Location::new(self.file, extent)
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds an error where a text holds what no page, feed or file may hold. Raw text can't: it was written as an escape, such as `\0`.
    pub fn refuse_noncharacters(&mut self, text: &str, extent: Extent) {
        let is_plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..0xEF);
        if text.bytes().all(is_plain) {
            return;
        }
        let is_wrong = |one: &char| match u32::from(*one) {
            0x09 | 0x0A | 0x0D => false,
            code => code < 0x20 || (0xFDD0..0xFDF0).contains(&code) || code & 0xFFFE == 0xFFFE,
        };
        if let Some(found) = text.chars().find(is_wrong) {
            let message = format!("U+{:04X} is no character of a text", u32::from(found));
            let diagnostic = Diagnostic::error("noncharacter", self.at(extent), message);
            self.push(diagnostic.expected("text").help("delete it; in quotes it may be written with a `\\`"));
        }
    }

    /// Adds an error at a node: `expected a list, found a text`.
    pub fn wrong_kind(&mut self, node: &Node, name: &str, expected: &str) {
        let location = self.at(node.extent);
        self.push(Diagnostic::error("wrong-kind", location, format!("`{name}` is {}", node.kind())).expected(expected));
    }
}

/// Reads a mapping key by key; at the end, what nobody asked for is unknown.
#[derive(Debug)]
pub struct Record<'a> {
    pairs: &'a [(Key, Node)],
    extent: Extent,
    what: &'static str,
    known: Vec<&'a str>,
}

impl<'a> Record<'a> {
    /// Opens a mapping; an empty node is an empty mapping. `what` names it in messages: `a collection`.
    pub fn open(node: &'a Node, what: &'static str, notes: &mut Notes<'_>) -> Option<Self> {
        let pairs: &[_] = match &node.content {
            Content::Map(pairs) => pairs,
            Content::Empty => &[],
            _ => {
                let message = format!("{what} can't be {}", node.kind());
                let fault = Diagnostic::error("wrong-kind", notes.at(node.extent), message);
                notes.push(fault.expected("a map of keys and values"));
                return None;
            }
        };
        Some(Self { pairs, extent: node.extent, what, known: Vec::new() })
    }

    /// All pairs, those without a value too.
    #[must_use]
    pub fn pairs(&self) -> &'a [(Key, Node)] {
        self.pairs
    }

    /// The value of a key that may be absent; an empty value counts as absent.
    pub fn take(&mut self, name: &'a str) -> Option<&'a Node> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.pairs.iter().find(|(key, _)| key.name == name).map(|(_, node)| node).filter(|node| !node.is_empty())
    }

    /// The value of a key that must be there.
    pub fn require(&mut self, name: &'a str, notes: &mut Notes<'_>) -> Option<&'a Node> {
        let found = self.take(name);
        if found.is_none() {
            let extent = self
                .pairs
                .iter()
                .find(|(key, _)| key.name == name)
                .map_or(self.extent.start..self.extent.start, |(key, _)| key.extent.start..key.extent.end);
            let location = notes.at(extent.into());
            let line = if notes.file.ends_with(".toml") { format!("{name} = \"…\"") } else { format!("{name}: …") };
            notes.push(
                Diagnostic::error("missing-key", location, format!("{} lacks `{name}`", self.what))
                    .help(format!("add a line `{line}`")),
            );
        }
        found
    }

    /// The text of a key that may be absent.
    pub fn text(&mut self, name: &'a str, notes: &mut Notes<'_>) -> Option<&'a str> {
        let node = self.take(name)?;
        let text = node.as_text();
        if text.is_none() {
            notes.wrong_kind(node, name, "a text");
        }
        text
    }

    /// `true` or `false`; absent or faulty is `default`.
    pub fn flag(&mut self, name: &'a str, default: bool, notes: &mut Notes<'_>) -> bool {
        let Some(node) = self.take(name) else { return default };
        match node.as_text() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let location = notes.at(node.extent);
                notes.push(
                    Diagnostic::error("wrong-value", location, format!("`{name}` is neither true nor false"))
                        .expected("`true` or `false`"),
                );
                default
            }
        }
    }

    /// A whole number; absent or faulty is `None`.
    pub fn count(&mut self, name: &'a str, notes: &mut Notes<'_>) -> Option<usize> {
        let node = self.take(name)?;
        let number = node.as_text().and_then(|text| text.parse().ok());
        if number.is_none() {
            let location = notes.at(node.extent);
            notes.push(
                Diagnostic::error("wrong-value", location, format!("`{name}` is no whole number"))
                    .expected("a whole number such as `24`"),
            );
        }
        number
    }

    /// A list of texts; one text stands for a list of one.
    pub fn texts(&mut self, name: &'a str, notes: &mut Notes<'_>) -> Vec<(&'a str, Extent)> {
        let Some(node) = self.take(name) else { return Vec::new() };
        let mut texts = Vec::new();
        for item in node.items() {
            match item.as_text() {
                Some(text) => texts.push((text, item.extent)),
                None => notes.wrong_kind(item, name, "a list of texts"),
            }
        }
        texts
    }

    /// The pairs nobody has asked for so far.
    pub fn rest(&self) -> impl Iterator<Item = &'a (Key, Node)> {
        self.pairs.iter().filter(|(key, _)| !self.known.contains(&key.name.as_str()))
    }

    /// Reports every key that nobody asked for, with the nearest name.
    pub fn finish(self, notes: &mut Notes<'_>) {
        for (key, _) in self.rest() {
            let location = notes.at(key.extent);
            notes.push(
                Diagnostic::error("unknown-key", location, format!("{} has no key `{}`", self.what, key.name))
                    .expected(one_of(self.known.iter().copied()))
                    .near(&key.name, self.known.iter().copied()),
            );
        }
    }
}
