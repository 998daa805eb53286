//! What enters: a scalar. What leaves: the same text, exactly as typed; a long text's words without its Markdown. It must not know any format
//! other than Markdown's, and of that only where the words are.

use pulldown_cmark::{Event, Options, Parser, TagEnd};

use super::{FacetValue, FieldType, Reading, Showing, Shown, Slot, SortKey, Value, escape};
use crate::diagnostic::Diagnostic;
use crate::entry_id::slugify;
use crate::localised::Localised;
use crate::node::{Node, Notes};
use crate::typography;

/// A short text.
#[derive(Debug)]
pub struct Text;

/// A text of several paragraphs, in Markdown.
#[derive(Debug)]
pub struct LongText;

/// The text of a scalar, or a diagnostic that says what was expected.
pub(super) fn scalar<'a>(node: &'a Node, reading: Reading<'_>, hint: &str, notes: &mut Notes<'_>) -> Option<&'a str> {
    let text = node.as_text();
    if text.is_none() {
        let message = format!("`{}` is {}", reading.name, node.kind());
        return refuse(node, notes, "wrong-kind", message, |fault| fault.expected(hint));
    }
    text
}

/// Reports a fault at a node and gives nothing; `amend` adds what was expected and what to do.
pub(super) fn refuse<T>(
    node: &Node,
    notes: &mut Notes<'_>,
    code: &'static str,
    message: impl Into<String>,
    amend: impl FnOnce(Diagnostic) -> Diagnostic,
) -> Option<T> {
    let fault = amend(Diagnostic::error(code, notes.at(node.extent), message));
    notes.push(fault);
    None
}

impl FieldType for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn hint(&self) -> String {
        "a text".to_owned()
    }

    fn example(&self) -> String {
        "…".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        scalar(node, reading, &self.hint(), notes).map(|text| Value::Text(text.to_owned()))
    }

    fn schema(&self) -> serde_json::Value {
        // YAML editors take `2024` or `no` for a number or a truth value; here they are texts.
        serde_json::json!({ "type": ["string", "number", "boolean"] })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let text = value.as_text();
        let path = showing.facet.map(|_| slugify(text)).unwrap_or_default();
        let linked = super::link::facet(showing, &path, text);
        if linked.more.get(&tera::value::Key::Str("url")).is_some_and(tera::Value::is_string) {
            return linked;
        }
        let html = escape(&typography::spaced(text, showing.lang)).replace('\n', "<br>");
        Shown { html, ..linked }
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let text = value.as_text();
        let slug = slugify(text);
        if slug.is_empty() {
            return Vec::new();
        }
        vec![FacetValue { path: vec![slug], labels: vec![Localised::same(text)] }]
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn slot(&self, values: usize) -> Slot {
        if values > 1 { Slot::Points } else { Slot::Facts }
    }
}

impl FieldType for LongText {
    fn name(&self) -> &'static str {
        "long-text"
    }

    fn hint(&self) -> String {
        "a text in Markdown".to_owned()
    }

    fn example(&self) -> String {
        "|\n  …".to_owned()
    }

    fn may_be_many(&self) -> bool {
        false
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        scalar(node, reading, &self.hint(), notes).map(|text| Value::Text(text.to_owned()))
    }

    fn schema(&self) -> serde_json::Value {
        Text.schema()
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let html = (showing.markdown)(value.as_text());
        Shown { text: self.words(value, showing.lang), html: html.clone(), ..Shown::default() }.with("html", html)
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        plain(value.as_text())
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        SortKey::Text(value.as_text().to_owned())
    }

    fn slot(&self, _values: usize) -> Slot {
        Slot::Texts
    }
}

/// The words of a Markdown text: no marks, no addresses of links, blocks separated by blanks.
fn plain(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS;
    let mut words = String::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text)
            }
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Superscript,
            ) => {}
            Event::End(_) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, defined, show};
    use super::*;

    #[test]
    fn texts_stay_as_typed() {
        check(&Text, &[("NO", "NO"), ("01234", "01234"), ("1.10", "1.10"), ("' a '", " a "), ("[a]", "!wrong-kind")]);
        check(&LongText, &[("|\n  a\n\n  b\n", "a\n\nb\n"), ("{ a: b }", "!wrong-kind")]);
        assert_eq!(defined("text", "").facets(&Value::Text("Ville-d’Avray".into()))[0].path, ["ville-d-avray"]);
    }

    #[test]
    fn words_of_a_long_text_have_no_marks() {
        let markdown = "## Une *rampe*\n\n- [accès](https://a.example/x)\n- `code` & [[places/la-myne|La Myne]]\n\n| a | b |\n|---|---|\n| c | d |\n";
        assert_eq!(plain(markdown), "Une rampe accès code & La Myne a b c d");
    }

    #[test]
    fn html_is_escaped() {
        assert_eq!(show(&Text, "\"<x>&\\nb\"", "fr").html, "&lt;x&gt;&amp;<br>b");
    }
}
