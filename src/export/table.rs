//! What enters: a collection's entries. What leaves: one CSV file (RFC 4180, UTF-8, a header, CRLF) and its Table Schema. The columns are those of
//! the definition, whatever the entries fill in. It must not know field types: they name their columns. Sources: RFC 4180, Frictionless Table Schema 2.

use serde_json::{Map, Value as Json, json};

use super::record::{COMMON, DELIMITER, Record};
use crate::catalogue::Catalogue;
use crate::collection::{Collection, Field};
use crate::field::Column;
use crate::output::Output;
use crate::site_path::SitePath;

/// The types and formats of [`COMMON`].
const KINDS: [(&str, &str); COMMON.len()] = [
    ("string", "default"),
    ("string", "default"),
    ("string", "default"),
    ("string", "default"),
    ("string", "uri"),
    ("date", "default"),
];

/// The entries as CSV.
#[must_use]
pub(super) fn table(collection: &Collection, records: &[Record<'_>], path: SitePath) -> Output {
    let columns: Vec<(usize, &Field, Column)> = columns(collection).collect();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let names = COMMON.into_iter().map(str::to_owned);
    // Writing to memory never fails.
    let _ = writer.write_record(names.chain(columns.iter().map(|(_, field, column)| name(field, column))));
    let mut cell = String::new();
    for record in records {
        let common = COMMON.into_iter().map(|name| (Some(record.common(name)), ""));
        let own = columns.iter().map(|(place, field, column)| (record.given(*place, field), column.part));
        for (stated, part) in common.chain(own) {
            cell.clear();
            stated.iter().for_each(|stated| stated.put(part, &mut cell));
            let _ = writer.write_field(&cell);
        }
        // Ends the row.
        let _ = writer.write_record(None::<&[u8]>);
    }
    Output::new(path, writer.into_inner().unwrap_or_default())
}

/// The Table Schema of [`table`].
#[must_use]
pub(super) fn schema(catalogue: &Catalogue<'_>, collection: &Collection, path: SitePath) -> Output {
    let language = catalogue.settings.default_language();
    let common = COMMON.into_iter().zip(KINDS);
    let mut fields: Vec<Json> =
        common.map(|(name, (kind, format))| json!({ "name": name, "type": kind, "format": format })).collect();
    for (_, field, column) in columns(collection) {
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

/// The columns of all fields, each with the field's place.
fn columns(collection: &Collection) -> impl Iterator<Item = (usize, &Field, Column)> {
    let fields = collection.fields.values().enumerate();
    fields.flat_map(|(place, field)| field.kind.columns().iter().map(move |column| (place, field, *column)))
}

fn name(field: &Field, column: &Column) -> String {
    if column.part.is_empty() { field.name.clone() } else { format!("{}_{}", field.name, column.part) }
}
