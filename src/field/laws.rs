//! What enters: every field type, and values as hasty people might write them. What leaves: nothing, unless a law is broken. Only tests see this.
//!
//! The laws: no text breaks a type; what a type exports it reads back as the same value; what it reads and what it exports fits its JSON Schema;
//! no value brings markup into a page; facet values are slugs with a label for every step.

use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::testing::{defined, json, parsed, read_node, round_trip, show_value};
use super::{FieldType, NAMES};
use crate::diagnostic::Diagnostic;
use crate::entry_id::is_slug;

/// Options of the types that need some.
fn options(name: &str) -> &'static str {
    match name {
        "enum" => "values: { coworking: { fr: Coworking }, fab-lab: '<b>Fab & lab</b>' }",
        "relation" => "to: networks",
        "number" => "unit: '<b>'",
        _ => "",
    }
}

/// Every type with the check of its schema.
fn types() -> &'static [(Arc<dyn FieldType>, Validator)] {
    static TYPES: OnceLock<Vec<(Arc<dyn FieldType>, Validator)>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let with_schema = |name: &str| {
            let kind = defined(name, options(name));
            let schema = kind.schema();
            jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let validator = jsonschema::draft202012::new(&schema).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            (kind, validator)
        };
        NAMES.iter().map(|name| with_schema(name)).collect()
    })
}

/// The same without the quotes that a number or a truth value does not need, and without blanks around: a schema may want values bare.
fn unquoted(json: &Json) -> Json {
    match json {
        Json::String(text) => match serde_yaml::from_str::<Json>(text.trim()) {
            Ok(bare @ (Json::Number(_) | Json::Bool(_))) => bare,
            _ => text.trim().into(),
        },
        Json::Object(map) => map.iter().map(|(key, value)| (key.clone(), unquoted(value))).collect(),
        _ => json.clone(),
    }
}

/// Holds the laws for one written value; says whether it was read.
fn hold(kind: &dyn FieldType, schema: &Validator, written: &str) -> bool {
    let (value, faults) = read_node(kind, &parsed(written));
    let name = kind.name();
    for fault in &faults {
        let range = fault.location.range;
        assert!(written.get(range.start..range.end).is_some(), "{name}: {written:?}: {fault:?}");
    }
    let faulty = faults.iter().any(Diagnostic::is_error);
    assert!(faulty || value.is_some(), "{name}: {written:?} vanished");
    let Some(value) = value.filter(|_| !faulty) else { return false };
    round_trip(kind, written);
    // What an editor sees: YAML's own numbers and truth values.
    if let Ok(typed) = serde_yaml::from_str::<Json>(written) {
        let fits = schema.is_valid(&typed) || schema.is_valid(&unquoted(&typed));
        assert!(fits, "{name}: the schema refuses {written:?}");
    }
    let exported = json(kind, &value);
    assert!(schema.is_valid(&exported), "{name}: the schema refuses the export {exported}");
    for lang in ["fr", "en", "br"] {
        let shown = show_value(kind, &value, lang);
        assert!(!shown.html.contains("<b>") && !shown.html.contains("<script"), "{name}: {}", shown.html);
        assert!(!shown.html.contains(" style=\""), "{name}: {}", shown.html);
        let (_, _) = (kind.words(&value, lang), kind.badge(&value, lang));
        let _ = kind.sort_key(&value, lang);
    }
    let _ = kind.index(&value);
    let facets = kind.facets(&value);
    assert!(kind.is_facet() || facets.is_empty(), "{name} has facet values and is no facet");
    for facet in facets {
        assert!(facet.path.iter().all(|step| is_slug(step)), "{name}: {:?}", facet.path);
        assert!(facet.path.len() == facet.labels.len() && facet.labels.iter().all(|label| !label.is_empty()));
    }
    true
}

#[test]
fn every_type_reads_its_own_example() {
    for (kind, schema) in types() {
        // `slug` and `…` stand for something; the definition's own first value is one.
        let example = kind.example();
        let written = if kind.name() == "long-text" { format!("{example}\n") } else { example };
        assert!(hold(kind.as_ref(), schema, &written), "{}: {written:?}", kind.name());
        assert!(!kind.hint().is_empty());
        for (id, label) in kind.choices() {
            assert!(is_slug(&id) && !label.is_empty());
            assert!(hold(kind.as_ref(), schema, &id), "{}: {id}", kind.name());
        }
    }
}

#[test]
fn names_and_definitions_agree() {
    for name in NAMES {
        assert_eq!(defined(name, options(name)).name(), name);
    }
}

/// Values of every type, whole and broken: each type must take the strangers as calmly as its own.
fn written() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{1,6}([.,][0-9]{0,3})?",
        "[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?(/[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?)?",
        "(https?|ftp|javascript)://[a-z]{1,5}(@|:)?[a-zé.]{0,8}(/[a-z?&=#\"'%]{0,6})?",
        "[a-z.+?&]{1,6}@[a-z-]{1,6}(\\.[a-z]{1,3}){1,2}",
        "(\\+|00|0)?[0-9]{2,4}( [0-9]{2,3}){2,5}",
        "[0-9]{1,4}([.,][0-9]{1,3})?(\\.\\.[0-9]{1,4})? ?(EUR|€|CHF|eur|XXX)?",
        "(P(T?[0-9]{1,2}[YMWDH]){1,3}|[0-9]{1,2}([.,]5)? ?(h|min|jours?|semaines?|mois|ans?)( ?[0-9]{1,2})?)",
        "-?[0-9]{1,3}(\\.[0-9]{1,5})?,? ?-?[0-9]{1,3}(\\.[0-9]{1,5})?",
        "(Mo|Tu|PH|Sa\\[1\\])(-Fr|,We)? [0-2][0-9]:[0-5][0-9]-[0-3][0-9]:[0-5][0-9](; PH off| \"<b>\")?",
        "(Apr-Sep|week 1-20|2024-2026|Dec 24|easter)? ?(Mo-Fr)? ?(sunrise|08:00)-(18:00\\+|sunset|26:00)",
        "(networks/)?[a-z0-9_-]{1,8}",
        "[0-9]{13,14}|W[0-9]{8,9}",
        "(CC-BY|cc by|MIT|GPL-[23].0|etalab|EUPL-1.2|proprietary)(-SA)?(-4.0|-2.0)?",
        "[a-z]{2,3}(-[A-Za-z]{2,4})?",
        "(true|false|coworking|fab-lab|Occitanie|Aveyron|2A|971|Mayotte|Paris|75)",
        "(\\./)?[a-zA-Z]{1,5}(/[a-z]{1,4})?\\.(pdf|PNG|svg|html)",
        "<script>|<b>|\" style=\"|&amp;|<b>é</b>",
        "\\PC{0,24}",
    ]
}

/// The same as YAML: plain where that reads back as the same text, else in quotes; or a map with keys that types know.
fn yaml() -> impl Strategy<Value = String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let maps = prop_oneof![
        (
            "(lat|lon|from|to|file|commune)",
            written(),
            "(lat|lon|from|to|alt|label|postcode|street|city|region)",
            written()
        )
            .prop_map(move |(key, value, other, more)| match key == other {
                true => format!("{{ {key}: {} }}", quoted(&value)),
                false => format!("{{ {key}: {}, {other}: {} }}", quoted(&value), quoted(&more)),
            }),
        ("(44109|75110|01340|97105|2A004|20[0-9]{3})", written())
            .prop_map(move |(code, street)| format!("{{ commune: \"{code}\", street: {} }}", quoted(&street))),
        (written(), "[a-z]{1,4}\\.(jpg|webp|PNG|pdf)")
            .prop_map(move |(alt, file)| format!("{{ file: {file}, alt: {} }}", quoted(&alt))),
    ];
    prop_oneof![4 => written().prop_map(move |text| quoted(&text)), 1 => maps]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_for_whatever_is_written(written in yaml()) {
        for (kind, schema) in types() {
            hold(kind.as_ref(), schema, &written);
        }
    }
}
