//! What enters: YAML text and where it starts in its file. What leaves: a [`Node`] tree of typed texts with positions, and diagnostics.
//! YAML here is contributors' text: anchors, aliases, tags, second documents and duplicate keys are errors at their position, and
//! no scalar is ever turned into a number, a date or a truth value. It must not know what the keys mean.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::diagnostic::{Diagnostic, Extent};
use crate::node::{Content, Key, Node, Notes};
use crate::source::Lines;

mod remedy;

use remedy::remedy;

/// Deeper nesting is refused: no entry needs it, and recursion stays bounded.
const DEPTH: usize = 32;

/// Parses one document. `offset` is where `text` starts in its file.
///
/// Returns `None` after a syntax error; other faults leave a tree that can be read on.
pub fn parse(text: &str, offset: usize, notes: &mut Notes<'_>) -> Option<Node> {
    // The parser takes it for the end, and would lose what follows.
    if let Some(at) = text.find('\0') {
        let at = offset + at;
        let fault = Diagnostic::error("nul-character", notes.at((at..at + 1).into()), "a NUL character stands here");
        notes.push(fault.help("remove it; if the file is full of them, save it again with the encoding UTF-8"));
        return None;
    }
    let mut reader = Reader { parser: Parser::new_from_str(text), lines: Lines::of(text), text, offset, broken: false };
    let empty = Node { content: Content::Empty, extent: (offset..offset).into() };
    let root = loop {
        match reader.next(notes)? {
            (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => return Some(empty),
            (event, span) => break reader.node(event, span, 0, notes)?,
        }
    };
    loop {
        match reader.next(notes)? {
            (Event::StreamEnd, _) => return (!reader.broken).then_some(root),
            (Event::DocumentStart(_), span) => {
                let location = notes.at(reader.extent(span));
                notes.push(
                    Diagnostic::error("second-document", location, "a second YAML document starts here")
                        .help("keep one document a file"),
                );
                return Some(root);
            }
            _ => {}
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    lines: Lines<'a>,
    text: &'a str,
    offset: usize,
    broken: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self, notes: &mut Notes<'_>) -> Option<(Event<'a>, Span)> {
        match self.parser.next_event()? {
            Ok(event) => Some(event),
            Err(error) => {
                let at = self.offset + self.lines.offset(error.marker().line(), error.marker().col());
                let at = at.min(self.offset + self.text.len());
                let (help, range) = remedy(self.text, at - self.offset, error.info());
                let range = range.map_or(at..at, |range| self.offset + range.start..self.offset + range.end);
                let message = format!("this YAML can't be read: {}", error.info());
                notes.push(Diagnostic::error("yaml-syntax", notes.at(range.into()), message).help(help));
                self.broken = true;
                None
            }
        }
    }

    fn extent(&self, span: Span) -> Extent {
        let start = self.lines.offset(span.start.line(), span.start.col());
        let end = self.lines.offset(span.end.line(), span.end.col()).max(start);
        (self.offset + start..self.offset + start + self.text[start..end].trim_end().len()).into()
    }

    /// Where a collection ends: at its closing bracket, or with its last part.
    fn end(&self, extent: Extent, last: Option<Extent>, closing: Span) -> usize {
        let last = last.map_or(extent.end, |last| last.end.max(extent.end));
        let bracketed = self.text[extent.start - self.offset..].starts_with(['[', '{']);
        // The parser's span of a closing bracket begins with it, but may run on to what follows.
        if bracketed { (self.extent(closing).start + 1).clamp(last, self.offset + self.text.len()) } else { last }
    }

    /// The end of a scalar in quotes: the parser's span may run on to a comment behind it.
    fn closing_quote(&self, extent: Extent, style: ScalarStyle) -> Option<usize> {
        let written = &self.text[extent.start - self.offset..extent.end - self.offset];
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            _ => return None,
        };
        let mut characters = written.char_indices().skip_while(|(_, character)| *character != quote).skip(1).peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' if quote == '"' => drop(characters.next()),
                _ if character == quote
                    && characters.next_if(|(_, next)| quote == '\'' && *next == quote).is_some() => {}
                _ if character == quote => return Some(extent.start + at + 1),
                _ => {}
            }
        }
        None
    }

    /// Where a list starts: with the dash of its first item, which the parser leaves out where it is indented like its key.
    fn dash(&self, extent: Extent, first: Extent) -> usize {
        let before = self.text[..first.start - self.offset].trim_end();
        if before.ends_with('-') { extent.start.min(self.offset + before.len() - 1) } else { extent.start }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize, notes: &mut Notes<'_>) -> Option<Node> {
        let mut extent = self.extent(span);
        if depth > DEPTH {
            let location = notes.at(extent);
            notes.push(Diagnostic::error(
                "too-deep",
                location,
                format!("this is nested more than {DEPTH} levels deep"),
            ));
            self.broken = true;
            return None;
        }
        let content = match event {
            Event::Scalar(text, style, anchor, tag) => {
                extent.end = self.closing_quote(extent, style).unwrap_or(extent.end);
                self.refuse(anchor, tag.is_some(), extent, notes);
                notes.refuse_noncharacters(&text, extent);
                let written = !text.is_empty() || style != ScalarStyle::Plain;
                if written { Content::Text(text.into_owned()) } else { Content::Empty }
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse(anchor, tag.is_some(), extent, notes);
                let mut items = Vec::new();
                loop {
                    match self.next(notes)? {
                        (Event::SequenceEnd, span) => {
                            extent.end = self.end(extent, items.last().map(|item: &Node| item.extent), span);
                            extent.start = items.first().map_or(extent.start, |item| self.dash(extent, item.extent));
                            break;
                        }
                        (event, span) => items.push(self.node(event, span, depth + 1, notes)?),
                    }
                }
                Content::List(items)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse(anchor, tag.is_some(), extent, notes);
                let (pairs, span) = self.pairs(depth, notes)?;
                extent.start = pairs.first().map_or(extent.start, |(key, _)| extent.start.min(key.extent.start));
                extent.end = self.end(extent, pairs.last().map(|(_, value)| value.extent), span);
                Content::Map(pairs)
            }
            Event::Alias(_) => {
                let location = notes.at(extent);
                notes.push(
                    Diagnostic::error("yaml-alias", location, "aliases (`*name`) are not read here")
                        .help("write the value out, or put a text that starts with `*` in quotes"),
                );
                Content::Empty
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => Content::Empty,
        };
        Some(Node { content, extent })
    }

    fn pairs(&mut self, depth: usize, notes: &mut Notes<'_>) -> Option<(Vec<(Key, Node)>, Span)> {
        let mut pairs: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, span) = self.next(notes)?;
            if event == Event::MappingEnd {
                return Some((pairs, span));
            }
            let key = self.node(event, span, depth + 1, notes)?;
            let (event, span) = self.next(notes)?;
            let value = self.node(event, span, depth + 1, notes)?;
            let Content::Text(name) = key.content else {
                notes.wrong_kind(&key, "this key", "a text");
                continue;
            };
            let location = notes.at(key.extent);
            if pairs.iter().any(|(earlier, _)| earlier.name == name) {
                notes.push(
                    Diagnostic::error("duplicate-key", location, format!("`{name}` is given twice"))
                        .help("keep one of the two"),
                );
            } else {
                pairs.push((Key { name, extent: key.extent }, value));
            }
        }
    }

    fn refuse(&self, anchor: usize, tagged: bool, extent: Extent, notes: &mut Notes<'_>) {
        let location = notes.at(extent);
        if anchor > 0 {
            notes.push(
                Diagnostic::error("yaml-anchor", location.clone(), "anchors (`&name`) are not read here")
                    .help("write the value out, or put a text that starts with `&` in quotes"),
            );
        }
        if tagged {
            notes.push(
                Diagnostic::error("yaml-tag", location, "tags (`!name`) are not read here")
                    .help("remove the tag, or put a text that starts with `!` in quotes"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn read(text: &str) -> (Option<Node>, Vec<&'static str>) {
        let file: Arc<str> = "a.yaml".into();
        let mut diagnostics = Vec::new();
        let node = parse(text, 0, &mut Notes { file: &file, diagnostics: &mut diagnostics });
        (node, diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
    }

    #[test]
    fn scalars_stay_as_typed() {
        let (node, codes) = read("a: NO\nb: 01234\nc: 1.10\nd: 2024-05\ne: ~\nf:\ng: ''\n");
        assert!(codes.is_empty());
        let node = node.expect("a tree");
        for (key, text) in [("a", "NO"), ("b", "01234"), ("c", "1.10"), ("d", "2024-05"), ("e", "~"), ("g", "")] {
            assert_eq!(node.get(key).and_then(Node::as_text), Some(text));
        }
        assert!(node.get("f").is_some_and(Node::is_empty));
    }

    #[test]
    fn extents_cover_what_was_written() {
        let text = "é: \"à b\"\nlist:\n  - un\n  - deux\n";
        let node = read(text).0.expect("a tree");
        let extent = |node: &Node| &text[node.extent.start..node.extent.end];
        assert_eq!(node.get("é").map(extent), Some("\"à b\""));
        assert_eq!(node.get("list").and_then(Node::as_list).map(|items| extent(&items[1])), Some("deux"));
        let table = [
            ("a: [un, deux] # x\nb: c\n", "[un, deux]"),
            ("a: [ ]\n", "[ ]"),
            ("a: { b: [c, { d: e }] , f: }\n", "{ b: [c, { d: e }] , f: }"),
            ("a: [\n  b,\n  \"]\",\n]\n", "[\n  b,\n  \"]\",\n]"),
            ("a:\n  - [b]\n  - { c: d }\n# x\n", "- [b]\n  - { c: d }"),
            ("a:\n  b: c # x\n  d: e # y\n\nf: g\n", "b: c # x\n  d: e"),
            ("a:\n- b\n- c\nd: e\n", "- b\n- c"),
            ("a: |\n  b\n\n  c\n\nd: e\n", "b\n\n  c"),
            ("a: >-\n  b\n  c\nd: e\n", "b\n  c"),
            ("a: b\n  c\nd: e\n", "b\n  c"),
            ("a: 'b''c' # x\n", "'b''c'"),
            ("a: \"b\\\"c\" # \"x\"\n", "\"b\\\"c\""),
        ];
        for (text, written) in table {
            let node = read(text).0.expect("a tree");
            let value = node.get("a").expect("a value");
            assert_eq!(&text[value.extent.start..value.extent.end], written);
        }
    }

    #[test]
    fn what_contributors_do_not_mean_is_refused_where_it_stands() {
        assert_eq!(read("a: &x 1\nb: *x\n").1, ["yaml-anchor", "yaml-alias"]);
        assert_eq!(read("a: !!int 1\n").1, ["yaml-tag"]);
        assert_eq!(read("a: 1\na: 2\n").1, ["duplicate-key"]);
        assert_eq!(read("a: 1\n---\nb: 2\n").1, ["second-document"]);
        assert_eq!(read("a: [1\n").1, ["yaml-syntax"]);
        assert_eq!(read("titre: un: deux\n").1, ["yaml-syntax"]);
        assert_eq!(read(&"[".repeat(100)).1, ["too-deep"]);
        assert_eq!(read("a: 1\0\nb: 2\n").1, ["nul-character"]);
        assert!(read("").1.is_empty());
    }
}
