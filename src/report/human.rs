//! What enters: diagnostics and texts. What leaves: a report like the Rust compiler's: message, place, underlined source line, notes, totals.
//! It must not know whether a terminal reads it.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use super::{Colour, Look, TextOf, counts, notes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::position;

/// Lines of a fault that are shown; the rest of a longer one adds nothing.
const LINES: usize = 6;

pub(super) fn render(diagnostics: &[Diagnostic], text_of: TextOf<'_>, look: Look) -> String {
    let renderer = match look.colour {
        Colour::Plain => Renderer::plain(),
        Colour::Styled => Renderer::styled(),
    }
    .term_width(look.width);
    let mut report = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let file = normalize_untrusted_str(&diagnostic.location.file);
        let place: Element<'_> = match text_of(&diagnostic.location.file).and_then(|text| excerpt(text, diagnostic)) {
            Some(excerpt) => Snippet::source(excerpt.text)
                .line_start(excerpt.line)
                .path(file)
                .annotation(AnnotationKind::Primary.span(excerpt.start..excerpt.end))
                .into(),
            None => Origin::path(file).line(1).char_column(1).into(),
        };
        let group = level.primary_title(&diagnostic.message).id(diagnostic.code).element(place);
        report += &renderer.render(&[with_notes(group, diagnostic)]);
        report += "\n\n";
    }
    report + &counts(diagnostics) + "\n"
}

fn with_notes<'a>(group: Group<'a>, diagnostic: &'a Diagnostic) -> Group<'a> {
    notes(diagnostic).fold(group, |group, (name, text)| {
        let level = if name == "help" { Level::HELP } else { Level::NOTE };
        group.element(level.with_name(name).message(normalize_note(text)))
    })
}

/// A note without control characters; its line breaks stay.
fn normalize_note(text: &str) -> String {
    text.lines().map(normalize_untrusted_str).collect::<Vec<_>>().join("\n")
}

/// The lines of a text that a fault covers.
struct Excerpt<'a> {
    text: &'a str,
    /// The first line's number.
    line: usize,
    /// Byte offsets of the fault in `text`.
    start: usize,
    end: usize,
}

/// `None` where the file has no line to show.
fn excerpt<'a>(text: &'a str, diagnostic: &Diagnostic) -> Option<Excerpt<'a>> {
    if text.is_empty() {
        return None;
    }
    let start = text.floor_char_boundary(diagnostic.location.range.start);
    let end = text.ceil_char_boundary(diagnostic.location.range.end).max(start);
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    // The end of a fault that stops with a line belongs to that line.
    let visible_end = start + text[start..end].trim_end_matches(['\n', '\r']).len();
    let last = text[visible_end..].find('\n').map_or(text.len(), |at| visible_end + at);
    let last = text[first..last].match_indices('\n').nth(LINES - 1).map_or(last, |(at, _)| first + at);
    Some(Excerpt {
        text: text[first..last].trim_end_matches('\r'),
        line: position(text, start).line,
        start: start - first,
        end: visible_end.min(last) - first,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Location;

    fn at(text: &str, part: &str) -> Location {
        let start = text.find(part).unwrap();
        Location::new(&Arc::from("content/places/x.md"), start..start + part.len())
    }

    fn report(text: &str, diagnostic: Diagnostic) -> String {
        render(&[diagnostic], &|_| Some(text), Look::plain())
    }

    #[test]
    fn a_fault_shows_its_line_its_range_and_its_remedy() {
        let text = "---\ntitle: été\ntheme: fabriction\n---\n";
        let diagnostic = Diagnostic::error("unknown-value", at(text, "fabriction"), "`fabriction` is no theme")
            .expected("`fabrication` or `culture`")
            .near("fabriction", ["fabrication", "culture"])
            .help("write `fabrication`,\nor add the theme");
        assert_eq!(
            report(text, diagnostic),
            "\
error[unknown-value]: `fabriction` is no theme
 --> content/places/x.md:3:8
  |
3 | theme: fabriction
  |        ^^^^^^^^^^
  |
  = expected: `fabrication` or `culture`
  = nearest: fabrication
  = help: write `fabrication`,
          or add the theme

1 error in 1 file
"
        );
    }

    #[test]
    fn columns_count_characters_and_marks_follow_the_width() {
        let text = "é\tà 漢字 fault end\r\n";
        let shown = report(text, Diagnostic::warning("w", at(text, "fault"), "m"));
        assert!(shown.contains("x.md:1:8\n"), "{shown}");
        let [line, mark] = [3, 4].map(|number| shown.lines().nth(number).unwrap());
        let before = |line: &str, part: &str| unicode_width(&line[..line.find(part).unwrap()]);
        assert_eq!(before(line, "fault"), before(mark, "^^^^^"), "{shown}");
        assert!(!shown.contains('\r') && !shown.contains('\t'), "{shown:?}");
    }

    fn unicode_width(text: &str) -> usize {
        text.chars().map(|character| if character >= '\u{1100}' { 2 } else { 1 }).sum()
    }

    #[test]
    fn long_lines_are_cut_around_the_fault() {
        let text = format!("{}fault{}", "before ".repeat(200), " after".repeat(200));
        let shown = report(&text, Diagnostic::error("w", at(&text, "fault"), "m"));
        assert!(shown.lines().all(|line| line.chars().count() <= 141), "{shown}");
        assert!(shown.contains("before fault after"), "{shown}");
    }

    #[test]
    fn places_without_a_line_name_the_file() {
        let location = Location::start_of(&Arc::from("content/photo.jpg"));
        let diagnostic = Diagnostic::error("x", location, "m");
        for text in [None, Some("")] {
            let shown = render(std::slice::from_ref(&diagnostic), &|_| text, Look::plain());
            assert_eq!(shown, "error[x]: m\n--> content/photo.jpg:1:1\n\n1 error in 1 file\n");
        }
    }

    #[test]
    fn ranges_at_the_end_and_over_several_lines_are_shown() {
        for (text, range) in [("a\n", 2..2), ("a", 1..1), ("a\nb\n", 0..4), ("a\r\nb", 0..3), ("é", 1..1), ("a", 5..9)]
        {
            let diagnostic = Diagnostic::error("x", Location::new(&Arc::from("f"), range), "m");
            let shown = report(text, diagnostic);
            assert!(shown.contains('^') && shown.contains("--> f:"), "{text:?}: {shown}");
        }
        let many = "line\n".repeat(50);
        let shown = report(&many, Diagnostic::error("x", Location::new(&Arc::from("f"), 0..many.len()), "m"));
        assert!(shown.lines().count() < 16, "{shown}");
    }

    #[test]
    fn escape_sequences_of_contributors_do_not_reach_the_terminal() {
        let text = "a \u{1b}[31mred\u{7}\u{202e} b\n";
        let location = Location::new(&Arc::from("f\u{1b}[2J"), 0..1);
        let diagnostic = Diagnostic::error("x", location, "`\u{1b}[2J`").expected("\u{1b}[2J").help("\u{1b}]0;x\u{7}");
        let shown = report(text, diagnostic);
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }

    #[test]
    fn colour_adds_to_the_words_and_replaces_none() {
        let text = "a b\n";
        let diagnostic = [Diagnostic::error("x", at(text, "b"), "m").help("h")];
        let styled = render(&diagnostic, &|_| Some(text), Look { colour: Colour::Styled, ..Look::plain() });
        assert!(styled.contains("\u{1b}["), "{styled:?}");
        let mut words = String::new();
        let mut rest = styled.as_str();
        while let Some(start) = rest.find('\u{1b}') {
            words += &rest[..start];
            rest = &rest[start + rest[start..].find('m').unwrap() + 1..];
        }
        assert_eq!(words + rest, render(&diagnostic, &|_| Some(text), Look::plain()));
    }
}
