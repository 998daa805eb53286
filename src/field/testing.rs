//! What enters: values as YAML. What leaves: what a type makes of them, as one line that a table can hold. Only tests see this.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use super::{Defining, FieldType, FileFacts, Reading, Showing, Shown, Value, define};
use crate::communes::Communes;
use crate::diagnostic::Diagnostic;
use crate::entry_id::EntryId;
use crate::node::{Content, Key, Node, Notes, Record};
use crate::picture::Picture;
use crate::vocabularies::Vocabularies;
use crate::yaml;

/// The embedded table, inflated once for all tests.
pub(crate) fn communes() -> &'static Communes {
    static COMMUNES: OnceLock<Communes> = OnceLock::new();
    COMMUNES.get_or_init(Communes::embedded)
}

pub(crate) fn languages() -> [String; 2] {
    ["fr".to_owned(), "en".to_owned()]
}

fn noted<T>(work: impl FnOnce(&mut Notes<'_>) -> T) -> (T, Vec<Diagnostic>) {
    let file: Arc<str> = "a.yaml".into();
    let mut diagnostics = Vec::new();
    let made = work(&mut Notes { file: &file, diagnostics: &mut diagnostics });
    (made, diagnostics)
}

pub(crate) fn parsed(text: &str) -> Node {
    noted(|notes| yaml::parse(text, 0, notes)).0.unwrap_or_else(|| panic!("YAML: {text}"))
}

fn definition(name: &str, options: &str) -> (Option<Arc<dyn FieldType>>, Vec<Diagnostic>) {
    let options = parsed(options);
    let vocabularies = parsed("themes: { legal: { fr: Droit, en: Law }, data: Data }\n");
    noted(|notes| {
        let vocabularies = Vocabularies::read(&vocabularies, &languages(), notes);
        let defining = Defining { languages: &languages(), vocabularies: &vocabularies };
        let mut record = Record::open(&options, "a field", notes)?;
        let kind = define(name, &mut record, defining, notes);
        record.finish(notes);
        kind
    })
}

/// A type by its name and options; faults of the options fail the test.
pub(crate) fn defined(name: &str, options: &str) -> Arc<dyn FieldType> {
    let (kind, faults) = definition(name, options);
    assert!(faults.is_empty(), "{faults:?}");
    kind.unwrap_or_else(|| panic!("no type `{name}`"))
}

/// The codes of the faults in a type's options.
pub(crate) fn definition_faults(name: &str, options: &str) -> Vec<&'static str> {
    let (kind, faults) = definition(name, options);
    assert!(kind.is_some(), "a faulty definition still gives a type");
    faults.iter().map(|fault| fault.code).collect()
}

pub(crate) fn read_node(kind: &dyn FieldType, node: &Node) -> (Option<Value>, Vec<Diagnostic>) {
    let languages = languages();
    let reading = Reading { name: "field", languages: &languages, communes: communes() };
    noted(|notes| kind.read(node, reading, notes))
}

/// What a value is exported as.
pub(crate) fn json(kind: &dyn FieldType, value: &Value) -> Json {
    serde_json::to_value(kind.export(value)).unwrap_or_default()
}

/// What a value is read as: its export, then `!code` and `~nearest` of every diagnostic.
pub(crate) fn outcome(kind: &dyn FieldType, written: &str) -> String {
    let (value, faults) = read_node(kind, &parsed(written));
    let mut parts = Vec::new();
    if let Some(value) = &value {
        parts.push(match json(kind, value) {
            Json::String(text) => text,
            other => other.to_string(),
        });
    }
    assert!(value.is_some() || faults.iter().any(Diagnostic::is_error), "`{written}` vanished without an error");
    assert!(value.is_none() || !faults.iter().any(Diagnostic::is_error), "`{written}` is an error and a value");
    for fault in faults {
        parts.push(format!("!{}", fault.code));
        assert!(fault.message.starts_with(|first: char| !first.is_uppercase()) && !fault.message.ends_with('.'));
        parts.extend(fault.nearest.map(|nearest| format!("~{nearest}")));
    }
    parts.join(" ")
}

/// Holds a table of (written, outcome) against a type, and the law of [`round_trip`].
pub(crate) fn check(kind: &dyn FieldType, table: &[(&str, &str)]) {
    for (written, expected) in table {
        assert_eq!(&outcome(kind, written), expected, "`{written}`");
        round_trip(kind, written);
    }
}

/// The law: what a type exports, it reads back as the same value, without a word.
pub(crate) fn round_trip(kind: &dyn FieldType, written: &str) {
    let (Some(value), before) = read_node(kind, &parsed(written)) else { return };
    let exported = json(kind, &value);
    let (again, faults) = read_node(kind, &node(&exported));
    // A doubt about the value itself (a position in the sea) stays one; nothing new is said.
    let said = |fault: &Diagnostic| !fault.is_error() && before.iter().any(|one| one.code == fault.code);
    assert!(faults.iter().all(said), "{}: {written} -> {exported}: {faults:?}", kind.name());
    let again = again.unwrap_or_else(|| panic!("{}: {exported} is not read", kind.name()));
    assert_eq!(json(kind, &again), exported, "{}", kind.name());
    match (&value, &again) {
        // The text that was typed may differ (`1.10` and `1.1`).
        (Value::Number(one, _), Value::Number(other, _)) => assert!((one - other).abs() <= f64::EPSILON * one.abs()),
        _ => assert_eq!(value, again, "{}", kind.name()),
    }
}

/// JSON as the node that an import makes of it.
pub(crate) fn node(json: &Json) -> Node {
    let extent = (0..0).into();
    let content = match json {
        Json::Null => Content::Empty,
        Json::String(text) => Content::Text(text.clone()),
        Json::Bool(_) | Json::Number(_) => Content::Text(json.to_string()),
        Json::Array(items) => Content::List(items.iter().map(node).collect()),
        Json::Object(map) => {
            Content::Map(map.iter().map(|(name, value)| (Key { name: name.clone(), extent }, node(value))).collect())
        }
    };
    Node { content, extent }
}

/// Shows a value that must be valid. Facet pages exist for every path but those with `x`; only `networks/a` has a card; files `*.pdf` and
/// `*.webp` exist; words are their own keys, in brackets that must be escaped.
pub(crate) fn show(kind: &dyn FieldType, written: &str, lang: &str) -> Shown {
    let (value, faults) = read_node(kind, &parsed(written));
    let value = value.unwrap_or_else(|| panic!("{written}: {faults:?}"));
    show_value(kind, &value, lang)
}

pub(crate) fn show_value(kind: &dyn FieldType, value: &Value, lang: &str) -> Shown {
    let showing = Showing {
        name: "field",
        lang,
        word: &str::to_owned,
        facet_url: &|key, path| (!path.contains('x')).then(|| format!("../{key}/{path}/")),
        card: &|id: &EntryId| {
            let card = [("url", "../reseaux/a/"), ("title", "A & B"), ("lang", "fr")];
            (id.slug() == "a").then(|| BTreeMap::from(card).into())
        },
        file: &|path| {
            let url = format!("{path}?a&b");
            let picture = Picture { url: url.clone(), size: Some((640, 480)), ..Picture::default() };
            let picture = path.ends_with(".webp").then_some(picture);
            let found = path.ends_with(".pdf") || picture.is_some();
            found.then_some(FileFacts { url, bytes: 12_345, picture })
        },
        markdown: &|text| format!("<p>{}</p>", super::escape(text)),
        facet: kind.is_facet().then_some("key"),
    };
    kind.show(value, &showing)
}

/// What templates see of a value beside its text, as JSON.
pub(crate) fn more(shown: &Shown) -> Json {
    serde_json::to_value(tera::Value::from(shown.more.clone())).unwrap_or_default()
}
