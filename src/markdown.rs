//! What enters: a Markdown text, what its links lead to, and words in the page's language. What leaves: HTML that is safe to publish,
//! plain text for the search, and diagnostics. It must not know the catalogue, the disk or any other text.
//!
//! The stage has two halves, because what links lead to is known only when all texts have been read: [`outline`] says what a text needs,
//! [`render`] writes it. Both are functions of their arguments and nothing else, the text as [`parse`] reads it among them.
//!
//! **Invariant: the HTML is safe by construction.** Markup comes from literals in this folder; everything that an author wrote goes through
//! `escape`; addresses come from [`Targets`], from an allowed scheme or from an anchor. A sanitiser finds nothing to do, and the
//! tests hold it to that.

mod alert;
mod body;
mod checks;
mod code;
mod code_block;
mod destination;
mod escape;
mod footnotes;
mod headings;
mod links;
mod outline;
mod parse;
mod plain;
mod raw_html;
mod sink;
mod style;
mod tables;
mod targets;
#[cfg(test)]
mod tests;
mod writer;

use serde::Serialize;

use crate::diagnostic::Diagnostic;

pub use body::Body;
pub use code::{CLASSES, Highlighter};
pub use destination::{LinkKind, SCHEMES};
pub use headings::Heading;
pub use outline::{Link, LinkRole, Outline, outline};
pub use parse::{Parsed, parse};
pub use style::{Ids, Style, Words};
pub use targets::{Target, TargetKind, Targets};

use links::Resolver;
use sink::Sink;
use writer::{Writer, shifted};

/// A text, ready for a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// Safe HTML.
    pub html: String,
    /// Headings that have a text, in order, for a table of contents.
    pub headings: Vec<Heading>,
    /// The text without markup, for the search: a block a line, footnotes last.
    pub text: String,
    /// The first paragraph on one line, at most 300 characters, cut after a word.
    pub excerpt: String,
    /// How many words the text has.
    pub words: usize,
    /// What is wrong with the text itself; whether its links lead anywhere is for the caller to say.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes a text as HTML. `parsed` is the body's text.
#[must_use]
pub fn render(
    body: &Body<'_>,
    parsed: &Parsed<'_>,
    targets: &Targets,
    style: &Style,
    highlighter: &Highlighter,
) -> Rendered {
    let found = headings::find(parsed, &style.ids, targets);
    let resolver = Resolver { text: body.text, targets, headings: &found, prefix: &style.ids.prefix };
    let mut writer = Writer::new(parsed, resolver, style, highlighter, Sink::new(body, style.opening));
    writer.write();
    let Writer { mut sink, footnotes, .. } = writer;
    checks::headings(&found, &mut sink);
    checks::references(parsed, |key| footnotes.is_used(key), &mut sink);
    let Sink { html, plain, mut diagnostics, .. } = sink;
    crate::diagnostic::sort(&mut diagnostics);
    let (text, excerpt, words) = plain.finish();
    let titled = found.into_iter().map(|found| found.heading).filter(|heading| !heading.title.is_empty());
    let headings = titled.map(|heading| Heading { level: shifted(heading.level, style.top_level), ..heading });
    Rendered { html, headings: headings.collect(), text, excerpt, words, diagnostics }
}
