//! What enters: a parsed text. What leaves: diagnostics about its headings, footnotes and references.
//! It must not know HTML.

use crate::diagnostic::Diagnostic;

use super::headings::{Found, IdFault};
use super::parse::Parsed;
use super::sink::Sink;

/// Reports headings that a reader or a screen reader stumbles over.
pub(super) fn headings(found: &[Found], sink: &mut Sink<'_>) {
    let mut above = None;
    for found in found {
        let level = found.heading.level;
        let location = sink.at(&found.range);
        if level == 1 {
            let message = "a heading `#` is the page's title, which the entry has already";
            sink.report(Diagnostic::warning("heading-level-one", location.clone(), message).help("write `##`"));
        } else if level > above.unwrap_or(1) + 1 {
            let marks = |level: u8| "#".repeat(usize::from(level));
            let message = match above {
                Some(above) => format!("this heading skips a level: `{}` after `{}`", marks(level), marks(above)),
                None => format!("the first heading is `{}`", marks(level)),
            };
            let help = format!("write `{}`", marks(above.unwrap_or(1) + 1));
            sink.report(Diagnostic::warning("heading-skips-level", location.clone(), message).help(help));
        }
        above = Some(level);
        if found.heading.title.is_empty() {
            let diagnostic = Diagnostic::warning("empty-heading", location.clone(), "this heading has no text");
            sink.report(diagnostic.help("give it a text, or remove it"));
        }
        if found.attributes {
            let diagnostic =
                Diagnostic::warning("heading-attribute", location.clone(), "a heading may have an id, nothing else");
            sink.report(diagnostic.expected("`{#id}`").help("remove the other attributes"));
        }
        let (code, message, help) = match &found.fault {
            None => continue,
            Some(IdFault::Taken(id)) => (
                "duplicate-id",
                format!("another heading has the id `{id}` already"),
                "choose another id, and mend the links to it",
            ),
            Some(IdFault::Reserved(id)) => (
                "reserved-id",
                format!("the page uses the id `{id}` itself"),
                "choose another id, and mend the links to it",
            ),
            Some(IdFault::Invalid(id)) => {
                ("invalid-id", format!("`{id}` can't be an id"), "use letters, digits, `-`, `_` and `.`")
            }
        };
        sink.report(Diagnostic::error(code, location, message).help(help));
    }
}

/// Reports references to nothing, and footnotes that nothing refers to.
pub(super) fn references(parsed: &Parsed<'_>, is_used: impl Fn(&str) -> bool, sink: &mut Sink<'_>) {
    for (range, label) in &parsed.undefined {
        let message = format!("no line defines the link `{label}`");
        let help = format!("add a line `[{label}]: https://…`, or write `[text](address)`");
        sink.report(Diagnostic::warning("undefined-reference", sink.at(range), message).help(help));
    }
    let labels: Vec<&str> = parsed.footnotes.values().map(|footnote| footnote.label.as_ref()).collect();
    for range in &parsed.undefined_footnotes {
        let label = sink.written(range).trim_start_matches("[^").trim_end_matches(']').to_owned();
        let message = format!("no line defines the footnote `{label}`");
        let help = format!("add a line `[^{label}]: …`");
        let diagnostic = Diagnostic::warning("undefined-footnote", sink.at(range), message).help(help);
        sink.report(diagnostic.near(&label, labels.iter().copied()));
    }
    for (key, footnote) in &parsed.footnotes {
        if !is_used(key) {
            let message = format!("nothing refers to the footnote `{}`, so it is not shown", footnote.label);
            let help = format!("write `[^{}]` where it belongs, or remove it", footnote.label);
            sink.report(Diagnostic::warning("unused-footnote", sink.at(&footnote.range), message).help(help));
        }
    }
    for range in &parsed.repeated {
        let diagnostic =
            Diagnostic::warning("duplicate-footnote", sink.at(range), "this footnote is defined already, above");
        sink.report(diagnostic.help("choose another label"));
    }
}
