//! What enters: the catalogue. What leaves: files for other programs: `llms.txt`, a table, its schema and a JSON file a collection, and the files that
//! a collection's definition asks for beside each entry. It must not know pages' looks.

use rayon::prelude::*;

use crate::catalogue::Catalogue;
use crate::collection::{Collection, Export};
use crate::entry::{Entry, State};
use crate::output::Output;
use crate::plan::DataFile;

mod calendar;
mod geojson;
mod lines;
mod llms;
mod record;
mod table;
mod vcard;

pub use llms::llms;

/// The open data of all listed collections, and of their entries.
#[must_use]
pub fn open_data(catalogue: &Catalogue<'_>) -> Vec<Output> {
    let language = catalogue.settings.default_language();
    let mut outputs = Vec::new();
    for collection in catalogue.collections.values().filter(|collection| collection.listed) {
        let key = (collection.key.clone(), language.to_owned());
        let ids = catalogue.listings.get(&key).into_iter().flatten();
        let entries: Vec<&Entry> = ids.filter_map(|id| Some(catalogue.families.get(id)?.version(language))).collect();
        let path = |extension: &str| catalogue.data_path(collection, extension);
        outputs.push(table::table(catalogue, collection, entries.iter().copied(), path("csv")));
        outputs.push(table::schema(catalogue, collection, path("schema.json")));
        outputs.push(record::collection_file(catalogue, collection, entries.iter().copied(), path("json")));
        outputs.extend(geojson::geojson(catalogue, collection, entries.iter().copied(), path("geojson")));
        let published = entries.par_iter().filter(|entry| entry.state == State::Published);
        outputs.par_extend(published.flat_map_iter(|entry| beside(catalogue, collection, entry)));
    }
    outputs
}

/// Whether [`open_data`] has a file.
#[must_use]
pub fn has(catalogue: &Catalogue<'_>, file: DataFile<'_>) -> bool {
    match file {
        DataFile::Collection(collection, "geojson") => collection.listed && geojson::field(collection).is_some(),
        DataFile::Collection(collection, _) => collection.listed,
        DataFile::Entry(id, export) => {
            let entry = catalogue.families.get(id).map(|family| family.version(catalogue.settings.default_language()));
            let entry = entry.filter(|entry| entry.state == State::Published);
            let collection = catalogue.collections.get(id.collection()).filter(|collection| collection.listed);
            let there = |(collection, entry)| file_beside(catalogue, collection, entry, export).is_some();
            collection.zip(entry).is_some_and(there)
        }
    }
}

/// The files beside an entry's page that have something to say.
pub(crate) fn beside<'e>(
    catalogue: &'e Catalogue<'_>,
    collection: &'e Collection,
    entry: &'e Entry,
) -> impl Iterator<Item = Output> + 'e {
    collection.exports.iter().filter_map(move |export| file_beside(catalogue, collection, entry, *export))
}

fn file_beside(catalogue: &Catalogue<'_>, collection: &Collection, entry: &Entry, export: Export) -> Option<Output> {
    let path = catalogue.export_path(&entry.id, export);
    match export {
        Export::Json => Some(record::file(catalogue, collection, entry, path)),
        Export::Vcard => vcard::card(catalogue, collection, entry, path),
        Export::Calendar => calendar::calendar(catalogue, collection, entry, path),
    }
}
