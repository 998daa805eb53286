//! What enters: HTML that an author typed. What leaves: the same as text, with a warning. Comments are left out, with a warning too.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::diagnostic::Diagnostic;

use super::sink::Sink;

/// HTML met so far.
#[derive(Debug, Default)]
pub(super) struct RawHtml {
    /// Elements that were reported: their end tags are not.
    reported: BTreeSet<String>,
}

impl RawHtml {
    /// Writes a block of HTML as a paragraph.
    pub(super) fn block(&mut self, html: &str, place: &Range<usize>, sink: &mut Sink<'_>) {
        let html = html.trim();
        if report_comment(html, place, sink) {
            return;
        }
        self.report(html, place, sink);
        sink.plain.end_block();
        sink.line();
        sink.tag("<p>");
        sink.text(html);
        sink.plain.end_block();
        sink.tag("</p>\n");
    }

    /// Writes a tag inside a text.
    pub(super) fn inline(&mut self, html: &str, place: &Range<usize>, sink: &mut Sink<'_>) {
        if !report_comment(html, place, sink) {
            self.report(html, place, sink);
            sink.text(html);
        }
    }

    fn report(&mut self, html: &str, place: &Range<usize>, sink: &mut Sink<'_>) {
        let tag = html.trim_start_matches('<');
        let (end, name) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
        let name = name.split(|next: char| !next.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
        if end && self.reported.contains(&name) {
            return;
        }
        self.reported.insert(name);
        let message = "HTML is not read: it is shown as it is typed";
        let diagnostic = Diagnostic::warning("raw-html", sink.at(place), message);
        sink.report(diagnostic.help("write it in Markdown, or between backticks if it is meant to be shown"));
    }
}

/// Whether this is a comment and nothing else. It was never meant to be shown, so it is not.
fn report_comment(html: &str, place: &Range<usize>, sink: &mut Sink<'_>) -> bool {
    let comment = html.starts_with("<!--") && html.find("-->").is_none_or(|end| end + "-->".len() == html.len());
    if comment {
        let diagnostic = Diagnostic::warning("raw-html", sink.at(place), "this comment is not shown on the page");
        sink.report(diagnostic.help("remove it; the file's history keeps it"));
    }
    comment
}
