//! What enters: references to footnotes, in the order in which they are met, and the HTML of each note. What leaves: numbers, ids and the section
//! at the end. It must not know events.

use std::collections::BTreeMap;

use super::escape;
use super::style::Style;

/// The footnotes of a page that were referred to so far.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    /// Key of each footnote, by its number less one.
    order: Vec<String>,
    /// How often each was referred to, by key, with its index in `order`.
    uses: BTreeMap<String, (usize, usize)>,
}

impl Footnotes {
    /// The key of a footnote by its index, once something refers to it.
    pub(super) fn key(&self, index: usize) -> Option<&str> {
        self.order.get(index).map(String::as_str)
    }

    /// Whether anything refers to a footnote.
    pub(super) fn is_used(&self, key: &str) -> bool {
        self.uses.contains_key(key)
    }

    /// Writes a reference; inside a link it can't be a link itself.
    pub(super) fn refer(&mut self, key: &str, in_link: bool, style: &Style, html: &mut String) {
        let next = self.order.len();
        let (index, uses) = self.uses.entry(key.to_owned()).or_insert((next, 0));
        *uses += 1;
        let (number, reference) = (*index + 1, *uses);
        if reference == 1 {
            self.order.push(key.to_owned());
        }
        html.push_str("<sup class=\"footnote-reference\" id=\"");
        escape::attribute(html, &reference_id(style, number, reference));
        html.push_str("\">");
        if in_link {
            html.push_str(&number.to_string());
        } else {
            html.push_str("<a href=\"#");
            escape::attribute(html, &note_id(style, number));
            html.push_str(&format!("\" role=\"doc-noteref\">{number}</a>"));
        }
        html.push_str("</sup>");
    }

    /// Writes the section; `notes` are in the order of their numbers.
    pub(super) fn section(&self, notes: &[String], style: &Style, html: &mut String) {
        if notes.is_empty() {
            return;
        }
        html.push_str("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        escape::attribute(html, &style.words.footnotes);
        html.push_str("\">\n<ol>\n");
        for (index, note) in notes.iter().enumerate() {
            let number = index + 1;
            html.push_str("<li id=\"");
            escape::attribute(html, &note_id(style, number));
            html.push_str("\">");
            let uses = self.order.get(index).and_then(|key| self.uses.get(key)).map_or(1, |(_, uses)| *uses);
            let mut back = String::new();
            for reference in 1..=uses {
                back.push_str(" <a class=\"footnote-back\" href=\"#");
                escape::attribute(&mut back, &reference_id(style, number, reference));
                back.push_str("\" role=\"doc-backlink\" aria-label=\"");
                let name = style.words.back_to_reference.replace("{number}", &label(number, reference));
                escape::attribute(&mut back, &name);
                back.push_str("\">↩</a>");
            }
            // The way back stands at the end of the last paragraph, where the reader is.
            match note.strip_suffix("</p>\n") {
                Some(most) => html.extend([most, &back, "</p>"]),
                None => html.extend([note, "<p>", back.trim_start(), "</p>"]),
            }
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n</section>\n");
    }
}

/// Ids of notes hold a `:`, which no heading's id can.
fn note_id(style: &Style, number: usize) -> String {
    format!("{}fn:{number}", style.ids.prefix)
}

fn reference_id(style: &Style, number: usize, reference: usize) -> String {
    format!("{}fnref:{}", style.ids.prefix, label(number, reference))
}

fn label(number: usize, reference: usize) -> String {
    if reference == 1 { number.to_string() } else { format!("{number}-{reference}") }
}
