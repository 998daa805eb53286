//! What enters: a Markdown text and where its lines stand in their file. What leaves: [`Body`], which turns offsets in the text into
//! places in the file. It must not know Markdown.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Extent, Location};

/// How far from the end of a line the next one is looked for: blank lines and indentation stand between, not much more.
const SEARCHED: usize = 4096;

/// A Markdown text of an entry: its body, or a field of type `long-text`.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    /// The file it was written in, from the project's root.
    pub file: &'a Arc<str>,
    /// The text itself.
    pub text: &'a str,
    /// The language that it is written in; empty where that is of no matter.
    pub language: &'a str,
    /// Where stretches of the text stand in the file, by their start in the text; never empty.
    stretches: Vec<Stretch>,
    /// One past the last byte of the file that belongs to the text.
    limit: usize,
}

/// From here on, the text stands in the file as it is, up to the next stretch.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    in_text: usize,
    in_file: usize,
}

impl<'a> Body<'a> {
    /// A text that stands in the file unchanged, from `offset` on: what follows the front matter.
    #[must_use]
    pub fn new(file: &'a Arc<str>, text: &'a str, offset: usize) -> Self {
        let stretches = vec![Stretch { in_text: 0, in_file: offset }];
        Self { file, text, language: "", stretches, limit: offset + text.len() }
    }

    /// The same text, in a language whose typography it is to have.
    #[must_use]
    pub fn written_in(self, language: &'a str) -> Self {
        Self { language, ..self }
    }

    /// A text whose lines are indented, folded or quoted in the file, such as YAML's `description: |`: `source` is the whole
    /// file, `extent` the stretch that the value was written in. A line that the file writes otherwise is found by its first word.
    #[must_use]
    pub fn in_value(file: &'a Arc<str>, text: &'a str, source: &str, extent: Extent) -> Self {
        let end = source.floor_char_boundary(extent.end);
        let mut at = source.floor_char_boundary(extent.start.min(end));
        let mut stretches = vec![Stretch { in_text: 0, in_file: at }];
        let mut in_text = 0;
        for line in text.split_inclusive('\n') {
            let words = line.trim();
            let near = source.floor_char_boundary(end.min(at + words.len() + SEARCHED));
            let first = words.split_whitespace().next().unwrap_or("");
            let found = [words, first].into_iter().find_map(|words| Some((source[at..near].find(words)?, words.len())));
            if let Some((found, length)) = found.filter(|_| !words.is_empty()) {
                let indented = line.len() - line.trim_start().len();
                let blanks = source[..at + found].bytes().rev().take(indented).take_while(|byte| *byte == b' ').count();
                stretches.push(Stretch { in_text: in_text + indented - blanks, in_file: at + found - blanks });
                at += found + length;
            }
            in_text += line.len();
        }
        Self { file, text, language: "", stretches, limit: end }
    }

    /// The place in the file of a byte range of the text.
    #[must_use]
    pub fn extent(&self, range: Range<usize>) -> Extent {
        // An end belongs to the stretch of the byte before it.
        let start = self.in_file(range.start);
        let end = if range.end > range.start { self.in_file(range.end - 1) + 1 } else { start };
        Extent { start, end: end.max(start) }
    }

    /// The same, with the file.
    #[must_use]
    pub fn location(&self, range: Range<usize>) -> Location {
        let Extent { start, end } = self.extent(range);
        Location::new(self.file, start..end)
    }

    fn in_file(&self, at: usize) -> usize {
        let next = self.stretches.partition_point(|stretch| stretch.in_text <= at);
        let stretch = self.stretches[next.saturating_sub(1)];
        (stretch.in_file + at.saturating_sub(stretch.in_text)).min(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_a_block_scalar_lead_to_the_file() {
        let file: Arc<str> = "a.yaml".into();
        let source = "title: A\ndescription: |\n  one\n\n  - two\n    three\nupdated: 2024\n";
        let text = "one\n\n- two\n  three\n";
        let start = source.find('|').unwrap_or(0);
        let body = Body::in_value(&file, text, source, (start..source.find("updated").unwrap_or(0)).into());
        for word in ["one", "- two", "two", "three", "  three"] {
            let at = text.find(word).unwrap_or(0);
            let extent = body.extent(at..at + word.len());
            assert_eq!(&source[extent.start..extent.end], word);
        }
    }

    #[test]
    fn offsets_after_front_matter_are_shifted() {
        let file: Arc<str> = "a.md".into();
        assert_eq!(Body::new(&file, "# x", 10).extent(2..3), (12..13).into());
        assert_eq!(Body::new(&file, "# x", 10).extent(3..3), (13..13).into());
    }
}
