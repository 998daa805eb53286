//! What enters: a file's path and bytes. What leaves: a [`Source`], which later stages take as an argument, and positions in its text.
//! It must not know where the bytes came from (disk, memory, a test).

use std::cell::Cell;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::site_path::ROOT;

/// One file of the project, read whole.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the project's root, with `/` on every platform.
    pub path: Arc<str>,
    /// The content.
    pub bytes: Arc<[u8]>,
    /// The digest of the content.
    pub digest: Digest,
}

impl Source {
    /// A source; its digest is computed here.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { path: path.into(), digest: Digest::of(&bytes), bytes }
    }

    /// The content as text.
    ///
    /// # Errors
    /// A diagnostic at the first byte that is no UTF-8, or at [`ROOT`], which stands for something else on pages.
    pub fn text(&self) -> Result<&str, Box<Diagnostic>> {
        let text = self.utf8()?;
        let Some(at) = text.find(ROOT) else { return Ok(text) };
        let location = Location::new(&self.path, at..at + ROOT.len_utf8());
        let fault = Diagnostic::error("noncharacter", location, "U+FDD0 is no character");
        Err(Box::new(fault.expected("text").help("delete it; editors may show it as a box or as nothing")))
    }

    fn utf8(&self) -> Result<&str, Box<Diagnostic>> {
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let at = error.valid_up_to();
            let line = self.bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
            Box::new(
                Diagnostic::error(
                    "not-utf-8",
                    Location::new(&self.path, at..at + error.error_len().unwrap_or(1)),
                    format!("line {line} of this file is no UTF-8 text"),
                )
                .expected("UTF-8 text")
                .help("save the file again in your editor with the encoding UTF-8"),
            )
        })
    }

    /// What of the content can be shown: all of a text, or a text up to where it can't be read; nothing of a file that is none.
    #[must_use]
    pub fn readable(&self) -> Option<&str> {
        let valid = |error: std::str::Utf8Error| std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok();
        let text = std::str::from_utf8(&self.bytes).or_else(|error| valid(error).ok_or(error)).ok()?;
        let is_whole = text.len() == self.bytes.len();
        let is_text = |text: &str| !text.chars().any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t'));
        (is_whole || is_text(text)).then_some(text)
    }

    /// The file's name, after the last `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder's path, without the last `/`; empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// A place in a text as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode scalar values.
    pub column: usize,
}

/// The position of a byte offset; an offset past the end or inside a character counts as the nearest before it.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The line that holds a byte offset, without its end.
#[must_use]
pub fn line_at(text: &str, offset: usize) -> &str {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    text[start..end].trim_end_matches('\r')
}

/// Byte offsets of line starts, for turning a line and column into an offset.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The last answer: line, column, offset. Who asks goes through a text from its start, so long lines are walked once.
    last: Cell<(usize, usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, last: Cell::new((1, 0, 0)) }
    }

    /// The byte offset of a line (from 1) and a column (from 0, in characters).
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(&start) = self.starts.get(line.saturating_sub(1)) else { return self.text.len() };
        let (known_line, known_column, known) = self.last.get();
        let (from, skipped) =
            if known_line == line && known_column <= column { (known, known_column) } else { (start, 0) };
        let found = self.text[from..].char_indices().nth(column - skipped).map(|(at, _)| from + at);
        if let Some(found) = found {
            self.last.set((line, column, found));
        }
        found.unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_up_to_where_it_cant_be_read() {
        let shown = |bytes: &[u8]| Source::new("a", bytes).readable().map(str::to_owned);
        assert_eq!(shown(b"a: b\nc: \xe9t\xe9").as_deref(), Some("a: b\nc: "));
        assert_eq!(shown("a\u{fdd0}".as_bytes()).as_deref(), Some("a\u{fdd0}"));
        assert_eq!(shown(b"\x00\x01GIF\xff"), None);
    }

    #[test]
    fn the_mark_of_links_is_no_text() {
        let (marked, text) = (Source::new("a.md", "é\u{fdd0}".as_bytes()), Source::new("a.md", "é\u{fdcf}".as_bytes()));
        assert_eq!(marked.text().map_err(|fault| fault.location), Err(Location::new(&marked.path, 2..5)));
        assert_eq!(text.text().ok(), Some("é\u{fdcf}"));
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        let text = "é: à\nb";
        assert_eq!(position(text, text.find('à').unwrap_or(0)), Position { line: 1, column: 4 });
        assert_eq!(position(text, text.len()), Position { line: 2, column: 2 });
        assert_eq!(line_at(text, 0), "é: à");
        let lines = Lines::of(text);
        for _ in 0..2 {
            let found = [(1, 3), (1, 1), (2, 0), (1, 4), (9, 9)].map(|(line, column)| lines.offset(line, column));
            assert_eq!(found, [4, 2, 7, 6, 8]);
        }
    }
}
