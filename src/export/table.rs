//! What enters: a collection's entries. What leaves: one CSV file (RFC 4180, UTF-8, a header, CRLF) and its Table Schema. The columns are those of
//! the definition, whatever the entries fill in. It must not know field types: they name their columns. Sources: RFC 4180, Frictionless Table Schema 2.

use serde_json::{Map, Value as Json, json};

use super::record::record;
use crate::catalogue::Catalogue;
use crate::collection::{Collection, Field};
use crate::entry::Entry;
use crate::field::Column;
use crate::output::Output;
use crate::site_path::SitePath;

/// Between the values of a field that may have several.
const DELIMITER: &str = "|";

/// What every entry has, with its type and format.
const COMMON: [(&str, &str, &str); 6] = [
    ("id", "string", "default"),
    ("title", "string", "default"),
    ("summary", "string", "default"),
    ("language", "string", "default"),
    ("url", "string", "uri"),
    ("updated", "date", "default"),
];

/// The entries as CSV.
#[must_use]
pub(super) fn table<'e>(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    entries: impl Iterator<Item = &'e Entry>,
    path: SitePath,
) -> Output {
    let columns: Vec<(&Field, Column)> = columns(collection).collect();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let names = COMMON.iter().map(|(name, ..)| (*name).to_owned());
    // Writing to memory never fails.
    let _ = writer.write_record(names.chain(columns.iter().map(|(field, column)| name(field, column))));
    for entry in entries {
        let record = record(catalogue, collection, entry);
        let common = COMMON.iter().map(|(name, ..)| cell(record.get(*name), ""));
        let own = columns.iter().map(|(field, column)| cell(record.get(&field.name), column.part));
        let _ = writer.write_record(common.chain(own));
    }
    Output::new(path, writer.into_inner().unwrap_or_default())
}

/// The Table Schema of [`table`].
#[must_use]
pub(super) fn schema(catalogue: &Catalogue<'_>, collection: &Collection, path: SitePath) -> Output {
    let language = catalogue.settings.default_language();
    let mut fields: Vec<Json> =
        COMMON.iter().map(|(name, kind, format)| json!({ "name": name, "type": kind, "format": format })).collect();
    for (field, column) in columns(collection) {
        let mut described = Map::new();
        described.insert("name".to_owned(), name(field, &column).into());
        described.insert("title".to_owned(), field.label.get(language).into());
        if field.many {
            described.insert("type".to_owned(), "list".into());
            described.insert("delimiter".to_owned(), DELIMITER.into());
            described.insert("itemType".to_owned(), column.kind.into());
        } else {
            described.insert("type".to_owned(), column.kind.into());
            if column.format != "default" {
                described.insert("format".to_owned(), column.format.into());
            }
        }
        let help = field.help.get(language);
        if !help.is_empty() {
            described.insert("description".to_owned(), help.into());
        }
        let mut constraints = Map::new();
        if field.required && column.part.is_empty() {
            constraints.insert("required".to_owned(), true.into());
        }
        let choices: Vec<Json> = field.kind.choices().into_iter().map(|(value, _)| value.into()).collect();
        if !field.many && !choices.is_empty() {
            constraints.insert("enum".to_owned(), choices.into());
        }
        if !constraints.is_empty() {
            described.insert("constraints".to_owned(), constraints.into());
        }
        fields.push(Json::Object(described));
    }
    let schema = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": collection.key,
        "title": collection.labels.many.get(language),
        "fields": fields,
        "primaryKey": ["id"],
        "missingValues": [""],
    });
    let mut text = serde_json::to_vec_pretty(&schema).unwrap_or_default();
    text.push(b'\n');
    Output::new(path, text)
}

fn columns(collection: &Collection) -> impl Iterator<Item = (&Field, Column)> {
    collection.fields.values().flat_map(|field| field.kind.columns().iter().map(move |column| (field, *column)))
}

fn name(field: &Field, column: &Column) -> String {
    if column.part.is_empty() { field.name.clone() } else { format!("{}_{}", field.name, column.part) }
}

/// A value, or a part of it, as a cell; several are joined.
fn cell(value: Option<&Json>, part: &str) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(values)) => {
            values.iter().map(|value| cell(Some(value), part)).collect::<Vec<_>>().join(DELIMITER)
        }
        Some(Json::Object(parts)) if part.is_empty() => cell(parts.values().next(), ""),
        Some(Json::Object(parts)) => cell(parts.get(part), ""),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_values_parts_and_lists() {
        let table = [
            (json!("a,\"b\"\n"), "", "a,\"b\"\n"),
            (json!(4.5), "", "4.5"),
            (json!(["a", "b"]), "", "a|b"),
            (json!({ "lat": 1.5, "lon": 2 }), "lon", "2"),
            (json!({ "file": "x.csv", "label": "X" }), "", "x.csv"),
            (json!(null), "", ""),
        ];
        for (value, part, expected) in table {
            assert_eq!(cell(Some(&value), part), expected, "{value}");
        }
    }
}
