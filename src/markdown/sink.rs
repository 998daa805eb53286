//! What enters: pieces of a page. What leaves: the HTML, the plain text and the diagnostics so far.
//! It must not know events. Only `tag` and `line` add markup; what an author wrote goes through `escape`.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Location};
use crate::picture::Loading;
use crate::typography;

use super::body::Body;
use super::escape;
use super::plain::Plain;

/// Where everything is written to.
pub(super) struct Sink<'a> {
    /// HTML so far.
    pub(super) html: String,
    /// Plain text so far.
    pub(super) plain: Plain,
    /// What was found so far.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How the next picture is loaded.
    opening: Loading,
    body: &'a Body<'a>,
}

impl<'a> Sink<'a> {
    /// `opening`: how a picture before the first heading is loaded.
    pub(super) fn new(body: &'a Body<'a>, opening: Loading) -> Self {
        let html = String::with_capacity(body.text.len() + body.text.len() / 2);
        Self { html, plain: Plain::default(), diagnostics: Vec::new(), opening, body }
    }

    /// How this picture, or this heading and what follows it, is loaded: one picture at most is what a reader sees first.
    pub(super) fn loading(&mut self) -> Loading {
        std::mem::replace(&mut self.opening, Loading::Lazy)
    }

    /// Adds markup of our own.
    pub(super) fn tag(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Starts a new line unless one is started.
    pub(super) fn line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Adds text to the page, where its spaces hold it together, and to the plain text.
    pub(super) fn text(&mut self, text: &str) {
        escape::text(&mut self.html, &typography::spaced(text, self.body.language));
        self.plain.push(text);
    }

    /// Adds text that is no prose.
    pub(super) fn verbatim(&mut self, text: &str) {
        escape::text(&mut self.html, text);
        self.plain.push(text);
    }

    /// Adds ` name="value"` to the tag being written.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.open_attribute(name);
        escape::attribute(&mut self.html, value);
        self.html.push('"');
    }

    /// Adds ` name="url"` to the tag being written; what may not stand in a URL is encoded.
    pub(super) fn url(&mut self, name: &str, url: &str) {
        self.open_attribute(name);
        escape::url(&mut self.html, url);
        self.html.push('"');
    }

    fn open_attribute(&mut self, name: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
    }

    /// A stretch of the text as a place in the file, without the blanks at its end.
    pub(super) fn at(&self, range: &Range<usize>) -> Location {
        self.body.location(range.start..range.start + self.written(range).trim_end().len())
    }

    /// What is written there.
    pub(super) fn written(&self, range: &Range<usize>) -> &'a str {
        self.body.text.get(range.clone()).unwrap_or("")
    }

    /// Adds a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
