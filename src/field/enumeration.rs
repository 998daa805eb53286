//! What enters: the ids of a closed list. What leaves: the id, shown by its label. It must not know where the list is kept: in the definition, or
//! shared in `_vocabularies.yaml`.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{Defining, FacetValue, FieldType, Reading, Showing, Shown, SortKey, Value, link};
use crate::diagnostic::{Diagnostic, nearest, one_of};
use crate::entry_id::slugify;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes, Record};
use crate::vocabularies::{Vocabulary, read_list};

/// One of a closed list of values.
#[derive(Debug)]
pub struct Enumeration {
    /// `None` when the definition is at fault: then every value is let through, so that one fault is reported once.
    values: Option<Vocabulary>,
    /// The name of the shared list that the values are from.
    shared: Option<String>,
}

/// Reads the option `values`: a list, or the name of a shared one.
pub(super) fn define(options: &mut Record<'_>, defining: Defining<'_>, notes: &mut Notes<'_>) -> Enumeration {
    let Some(node) = options.require("values", notes) else { return Enumeration { values: None, shared: None } };
    if let Some(name) = node.as_text() {
        let shared = &defining.vocabularies.0;
        let values = shared.get(name).cloned();
        if values.is_none() {
            let names = || shared.keys().map(String::as_str);
            let message = format!("there is no list `{name}` in `content/_vocabularies.yaml`");
            let fault = Diagnostic::error("unknown-vocabulary", notes.at(node.extent), message);
            let fault = fault.expected(one_of(names())).near(name, names());
            notes.push(fault.help("name a list of that file, or give the values here: `values: { id: label }`"));
        }
        return Enumeration { values, shared: Some(name.to_owned()) };
    }
    let before = notes.diagnostics.len();
    let values = read_list(node, "values", defining.languages, notes);
    if values.is_empty() && notes.diagnostics.len() == before {
        let fault = Diagnostic::error("empty-list", notes.at(node.extent), "`values` has no value");
        notes.push(fault.help("give at least one: `values: { id: label }`"));
    }
    Enumeration { values: Some(values).filter(|values| !values.is_empty()), shared: None }
}

impl Enumeration {
    fn label(&self, value: &Value) -> Option<&Localised> {
        self.values.as_ref()?.get(value.as_text())
    }
}

impl FieldType for Enumeration {
    fn name(&self) -> &'static str {
        "enum"
    }

    fn icon(&self) -> &'static str {
        "tag"
    }

    fn hint(&self) -> String {
        self.values.as_ref().map_or_else(|| "a text".to_owned(), |values| one_of(values.keys().map(String::as_str)))
    }

    fn example(&self) -> String {
        let first = self.values.as_ref().and_then(|values| values.keys().next());
        first.cloned().unwrap_or_default()
    }

    fn shared_list(&self) -> Option<&str> {
        self.shared.as_deref()
    }

    fn choices(&self) -> Vec<(String, Localised)> {
        let values = self.values.iter().flatten();
        values.map(|(id, label)| (id.clone(), label.clone())).collect()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let known = self.values.as_ref().is_none_or(|values| values.contains_key(text));
        if known {
            return Some(Value::Text(text.to_owned()));
        }
        // Somebody may have typed the label that visitors read: then the id is told.
        let values = || self.values.iter().flatten();
        let labels: Vec<(&str, &String)> =
            values().flat_map(|(id, label)| label.iter().map(move |(_, label)| (label, id))).collect();
        let same = labels.iter().find(|(label, _)| slugify(label) == slugify(text));
        let near = nearest(text, values().map(|(id, _)| id.as_str())).map(str::to_owned).or_else(|| {
            let label = nearest(text, labels.iter().map(|(label, _)| *label))?;
            labels.iter().find(|(one, _)| *one == label).map(|(_, id)| (*id).clone())
        });
        let message = format!("`{text}` is no value of `{}`", reading.name);
        refuse(node, notes, "unknown-value", message, |fault| {
            let fault = fault.expected(self.hint());
            match same {
                Some((label, id)) => Diagnostic {
                    nearest: Some((*id).clone()),
                    ..fault.help(format!("write the id `{id}`; visitors read `{label}`"))
                },
                None => Diagnostic { nearest: near, ..fault },
            }
        })
    }

    fn convert(&self, node: &Node, _reading: Reading<'_>) -> Content {
        let (Some(text), Some(values)) = (node.as_text(), &self.values) else { return node.content.clone() };
        let same = |written: &str| slugify(written) == slugify(text) && !slugify(text).is_empty();
        let id = values.iter().find(|(id, label)| same(id) || label.iter().any(|(_, label)| same(label)));
        Content::Text(id.map_or(text, |(id, _)| id).to_owned())
    }

    fn schema(&self) -> serde_json::Value {
        let Some(values) = &self.values else { return json!({ "type": "string" }) };
        let options = values.iter().map(|(id, label)| {
            let label: Vec<&str> = label.iter().map(|(_, label)| label).collect();
            json!({ "const": id, "title": label.join(" / ") })
        });
        json!({ "type": "string", "oneOf": options.collect::<Vec<_>>() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let id = value.as_text();
        let label = self.label(value).map_or(id, |label| label.get(showing.lang));
        link::facet(showing, id, label).with("id", id)
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        self.label(value).map_or(value.as_text(), |label| label.get(lang)).to_owned()
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let id = value.as_text().to_owned();
        let label = self.label(value).cloned().unwrap_or_else(|| Localised::same(id.clone()));
        vec![FacetValue { path: vec![id], labels: vec![label] }]
    }

    fn is_facet(&self) -> bool {
        true
    }

    /// The list's own order, which somebody chose: small to large, early to late.
    #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 values")]
    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        let place = self.values.as_ref().and_then(|values| values.get_index_of(value.as_text()));
        SortKey::Number(place.map_or(f64::MAX, |place| place as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, defined, definition_faults, show};
    use super::*;

    const OPTIONS: &str = "values: { coworking: { fr: Coworking, en: Co-working }, shared-workshop: { fr: Atelier partagé, en: Shared workshop }, fablab: }";

    #[test]
    fn values_are_ids_and_labels_lead_to_them() {
        check(
            &*defined("enum", OPTIONS),
            &[
                ("coworking", "coworking"),
                ("fablab", "fablab"),
                ("Coworking", "!unknown-value ~coworking"),
                ("atelier partage", "!unknown-value ~shared-workshop"),
                ("Shared workshop", "!unknown-value ~shared-workshop"),
                ("Ateliers partagés", "!unknown-value ~shared-workshop"),
                ("fabalb", "!unknown-value ~fablab"),
                ("cafeteria", "!unknown-value"),
                ("[a]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn shared_lists_are_named() {
        let kind = defined("enum", "values: themes");
        check(&*kind, &[("legal", "legal"), ("Droit", "!unknown-value ~legal")]);
        assert_eq!(show(&*kind, "legal", "en").html, "<a href=\"../key/legal/\">Law</a>");
        assert_eq!(kind.choices().len(), 2);
        assert!(kind.sort_key(&Value::Text("legal".into()), "fr") == SortKey::Number(0.0));
    }

    #[test]
    fn faulty_lists_are_reported_once() {
        let table = [
            ("", "missing-key"),
            ("values: theme", "unknown-vocabulary"),
            ("values: {}", "empty-list"),
            ("values: [Oui, non]", "not-a-slug"),
            ("values: { Café: Café }", "not-a-slug"),
            ("values: { a: { de: A } }", "unknown-language"),
        ];
        for (options, code) in table {
            assert_eq!(definition_faults("enum", options), [code], "{options}");
        }
    }
}
