//! What enters: a scalar. What leaves: the same text, exactly as typed. It must not know any format.

use super::{FieldType, Reading, Showing, Shown, Value, escape};
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Notes};

/// A short text.
#[derive(Debug)]
pub struct Text;

/// The text of a scalar, or a diagnostic that says what was expected.
pub(super) fn scalar<'a>(node: &'a Node, reading: Reading<'_>, hint: &str, notes: &mut Notes<'_>) -> Option<&'a str> {
    let text = node.as_text();
    if text.is_none() {
        let location = notes.at(node.extent);
        let message = format!("`{}` is {}", reading.name, node.kind());
        notes.push(Diagnostic::error("wrong-kind", location, message).expected(hint));
    }
    text
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

    fn show(&self, value: &Value, _showing: &Showing<'_>) -> Shown {
        let text = self.words(value, "");
        Shown { html: escape(&text).replace('\n', "<br>"), text, ..Shown::default() }
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        match value {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    fn export(&self, value: &Value) -> serde_json::Value {
        self.words(value, "").into()
    }
}
