//! What enters: an entry. What leaves: the entry as open data, a JSON object that holds what its file says and nothing that a page adds.
//! It must not know field types: they export themselves.

use serde_json::{Map, Value as Json, json};

use crate::catalogue::Catalogue;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::output::Output;
use crate::site_path::SitePath;

/// An entry in a language: what every entry has, then its fields; a field without a value is left out.
#[must_use]
pub(super) fn record(catalogue: &Catalogue<'_>, collection: &Collection, entry: &Entry) -> Map<String, Json> {
    let base = &catalogue.settings.base_url.url;
    let url = catalogue.entry_path(&entry.id, &entry.language).absolute(base);
    let mut record = Map::new();
    record.insert("id".to_owned(), entry.id.to_string().into());
    record.insert("title".to_owned(), entry.title.as_str().into());
    record.insert("summary".to_owned(), entry.summary.as_str().into());
    record.insert("language".to_owned(), entry.language.as_str().into());
    record.insert("url".to_owned(), url.into());
    record.insert("updated".to_owned(), entry.updated.map_or(Json::Null, |day| day.to_string().into()));
    for (name, field) in &collection.fields {
        let mut values: Vec<Json> = entry.values(name).map(|value| field.kind.export(value)).collect();
        match (field.many, values.len()) {
            (_, 0) => {}
            (false, 1) => drop(record.insert(name.clone(), values.remove(0))),
            _ => drop(record.insert(name.clone(), values.into())),
        }
    }
    record
}

/// The file of one entry: the record, where it comes from and under which licence.
#[must_use]
pub(super) fn file(catalogue: &Catalogue<'_>, collection: &Collection, entry: &Entry, path: SitePath) -> Output {
    let mut record = record(catalogue, collection, entry);
    record.insert("licence".to_owned(), catalogue.settings.licence.clone().map_or(Json::Null, Json::String));
    Output::new(path, text(&Json::Object(record)))
}

/// The file of a whole collection, in its listing's order.
#[must_use]
pub(super) fn collection_file<'e>(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    entries: impl Iterator<Item = &'e Entry>,
    path: SitePath,
) -> Output {
    let entries: Vec<Json> = entries.map(|entry| Json::Object(record(catalogue, collection, entry))).collect();
    let whole = json!({
        "collection": collection.key,
        "site": catalogue.settings.base_url.url,
        "date": catalogue.date.to_string(),
        "licence": catalogue.settings.licence,
        "entries": entries,
    });
    Output::new(path, text(&whole))
}

fn text(json: &Json) -> Vec<u8> {
    // A JSON value always serialises.
    let mut bytes = serde_json::to_vec(json).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
