//! What enters: `true` or `false`. What leaves: a truth value. It must not know the question.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Column, Exported, FacetValue, FieldType, Reading, Showing, Shown, SortKey, Value, convert, link};
use crate::diagnostic::Diagnostic;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes};

/// True or false.
#[derive(Debug)]
pub struct Boolean;

impl Boolean {
    fn path(value: &Value) -> &'static str {
        if matches!(value, Value::Boolean(true)) { "yes" } else { "no" }
    }
}

impl FieldType for Boolean {
    fn name(&self) -> &'static str {
        "boolean"
    }

    fn icon(&self) -> &'static str {
        "circle-check"
    }

    fn hint(&self) -> String {
        "`true` or `false`".to_owned()
    }

    fn example(&self) -> String {
        "true".to_owned()
    }

    fn may_be_many(&self) -> bool {
        false
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let nearest = match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "oui" | "vrai" | "on" | "1" => "true",
            "false" | "no" | "n" | "non" | "faux" | "off" | "0" => "false",
            _ => "",
        };
        match text {
            "true" => Some(Value::Boolean(true)),
            "false" => Some(Value::Boolean(false)),
            _ => {
                let message = format!("`{text}` is neither true nor false");
                let nearest = Some(nearest.to_owned()).filter(|nearest| !nearest.is_empty());
                refuse(node, notes, "not-a-boolean", message, |fault| Diagnostic {
                    nearest,
                    ..fault.expected(self.hint())
                })
            }
        }
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "boolean" })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let path = Self::path(value);
        let truth = matches!(value, Value::Boolean(true));
        link::facet(showing, path, &(showing.word)(path)).with("value", truth)
    }

    fn words(&self, _value: &Value, _lang: &str) -> String {
        // "yes" without its question finds nothing that anybody looks for.
        String::new()
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let labels = match Self::path(value) {
            "yes" => Localised::default().with("fr", "Oui").with("en", "Yes"),
            _ => Localised::default().with("fr", "Non").with("en", "No"),
        };
        vec![FacetValue { path: vec![Self::path(value).to_owned()], labels: vec![labels] }]
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        SortKey::Number(if matches!(value, Value::Boolean(true)) { 0.0 } else { 1.0 })
    }

    fn columns(&self) -> &'static [Column] {
        &[Column { part: "", kind: "boolean", format: "default" }]
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        Exported::Truth(matches!(value, Value::Boolean(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, more, show};
    use super::*;

    #[test]
    fn only_true_and_false_are_read() {
        check(
            &Boolean,
            &[
                ("true", "true"),
                ("false", "false"),
                ("oui", "!not-a-boolean ~true"),
                ("NO", "!not-a-boolean ~false"),
                ("maybe", "!not-a-boolean"),
                ("[]", "!wrong-kind"),
            ],
        );
        assert_eq!(more(&show(&Boolean, "true", "fr"))["value"], true);
    }
}
