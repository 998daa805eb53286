//! What enters: the catalogue. What leaves: files for other programs: `llms.txt`, a table, its schema and a JSON file a collection, and the files that
//! a collection's definition asks for beside each entry. It must not know pages' looks.

use rayon::prelude::*;

use record::Record;

use crate::catalogue::Catalogue;
use crate::collection::Export;
use crate::entry::State;
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

/// The open data of all listed collections, and of their entries. Each file is handed on as soon as it is ready; what that gives is returned, in an order
/// that depends on the content alone.
#[must_use]
pub fn open_data<T: Send>(catalogue: &Catalogue<'_>, hand_on: &(dyn Fn(Output) -> T + Sync)) -> Vec<T> {
    let language = catalogue.settings.default_language();
    let mut handed = Vec::new();
    for collection in catalogue.collections.values().filter(|collection| collection.listed) {
        let key = (collection.key.clone(), language.to_owned());
        let ids = catalogue.listings.get(&key).into_iter().flatten();
        let entries = ids.filter_map(|id| Some(catalogue.families.get(id)?.version(language)));
        let records: Vec<Record<'_>> = entries.map(|entry| Record { catalogue, collection, entry }).collect();
        let path = |extension: &str| catalogue.data_path(collection, extension);
        handed.push(hand_on(table::table(collection, &records, path("csv"))));
        handed.push(hand_on(table::schema(catalogue, collection, path("schema.json"))));
        handed.push(hand_on(record::collection_file(catalogue, collection, &records, path("json"))));
        handed.extend(geojson::geojson(collection, &records, path("geojson")).map(hand_on));
        let published = records.into_par_iter().filter(|record| record.entry.state == State::Published);
        handed.par_extend(published.flat_map_iter(|record| beside(record).map(hand_on)));
    }
    handed
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
            collection.zip(entry).is_some_and(|(collection, entry)| match export {
                Export::Json => true,
                Export::Vcard => vcard::has(collection, entry),
                Export::Calendar => calendar::has(catalogue, collection, entry),
            })
        }
    }
}

/// The files beside an entry's page that have something to say.
fn beside<'r>(record: Record<'r>) -> impl Iterator<Item = Output> + 'r {
    let Record { catalogue, collection, entry } = record;
    collection.exports.iter().filter_map(move |export| {
        let path = catalogue.export_path(&entry.id, *export);
        match export {
            Export::Json => Some(record::file(record, path)),
            Export::Vcard => vcard::card(catalogue, collection, entry, path),
            Export::Calendar => calendar::calendar(catalogue, collection, entry, path),
        }
    })
}
