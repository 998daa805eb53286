//! What enters: the text of a Markdown entry. What leaves: where its front matter and its body stand. It must not know what either holds.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location};

/// The two parts of an entry's file, as byte ranges of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The YAML between the two `---` lines.
    pub front: Range<usize>,
    /// What follows.
    pub body: Range<usize>,
}

/// Finds the front matter: the file's first line is `---`, the next line that is just `---` (or `...`) ends it.
///
/// # Errors
/// A diagnostic where one of the two lines is missing.
pub fn split(file: &Arc<str>, text: &str) -> Result<Parts, Box<Diagnostic>> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = text[start..].lines().next().unwrap_or_default();
    let help = "begin the file with\n---\ntitle: …\n---";
    if first.trim_end() != "---" {
        let message = "this entry has no front matter";
        let location = Location::new(file, start..start + first.len());
        return Err(Box::new(
            Diagnostic::error("no-front-matter", location, message)
                .expected("`---` alone on the first line")
                .help(help),
        ));
    }
    let front_start = line_end(text, start);
    let mut at = front_start;
    while at < text.len() {
        let end = line_end(text, at);
        if matches!(text[at..end].trim_end(), "---" | "...") {
            return Ok(Parts { front: front_start..at, body: end..text.len() });
        }
        at = end;
    }
    let location = Location::new(file, start..start + 3);
    let message = "the front matter that starts here has no end";
    Err(Box::new(
        Diagnostic::error("no-front-matter", location, message)
            .expected("a line that is just `---` before the text")
            .help(help),
    ))
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_starts_after_the_second_line_of_dashes() {
        let file: Arc<str> = "a.md".into();
        let text = "---\ntitle: a\n---\nbody --- \n---\n";
        let parts = split(&file, text).expect("two parts");
        assert_eq!((&text[parts.front], &text[parts.body]), ("title: a\n", "body --- \n---\n"));
        let text = "\u{feff}---\r\na: b\r\n---";
        let parts = split(&file, text).expect("two parts");
        assert_eq!((&text[parts.front], &text[parts.body]), ("a: b\r\n", ""));
        assert!(split(&file, "title: a").is_err() && split(&file, "---\na: b\n").is_err() && split(&file, "").is_err());
    }
}
