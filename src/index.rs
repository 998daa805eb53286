//! What enters: the catalogue and the texts. What leaves: the search definition and one document a language version, and from these the search pack.
//! It must not know how the engine stores them.

use std::collections::BTreeSet;
use std::sync::Arc;

use maillage_search::{CollectionDefinition, Definition, Document, FacetDefinition, Kept, PackFile};
use rayon::prelude::*;

use crate::catalogue::{Catalogue, FacetNode};
use crate::collection::{Collection, Field};
use crate::diagnostic::{Diagnostic, Location};
use crate::entry::{Entry, State};
use crate::field::Indexed;
use crate::localised::{Localised, capitalised};
use crate::opening_times::{self, Written};
use crate::output::Output;
use crate::site_path::SitePath;
use crate::texts::Texts;

/// The labels of a thing by language, as the engine takes them.
type Labels = std::collections::BTreeMap<String, String>;

/// Values as they are indexed, each with the name of its field.
type Values<'a> = Vec<(&'a str, Indexed)>;

/// What can be searched and filtered.
#[must_use]
pub fn definition(catalogue: &Catalogue<'_>) -> Definition {
    let languages = &catalogue.settings.languages;
    let labels = |text: &Localised| -> Labels {
        languages.iter().map(|language| (language.clone(), capitalised(text.get(language)))).collect()
    };
    let mut searched: Vec<_> =
        catalogue.collections.values().filter_map(|collection| Some((collection, collection.search_weight?))).collect();
    searched.sort_by_key(|(collection, _)| catalogue.rank(&collection.key));
    let [numbers, prices, dates] = compared_fields(catalogue);
    Definition {
        languages: languages.clone(),
        facets: catalogue
            .facets
            .values()
            .map(|facet| FacetDefinition {
                key: facet.key.clone(),
                labels: labels(&facet.label),
                hierarchical: facet.is_hierarchical(),
                values: facet
                    .all()
                    .into_iter()
                    .map(|node: &FacetNode| (node.path.clone(), labels(&node.label)))
                    .collect(),
            })
            .collect(),
        collections: searched
            .into_iter()
            .map(|(collection, weight)| CollectionDefinition {
                key: collection.key.clone(),
                labels: labels(&collection.labels.many),
                weight,
            })
            .collect(),
        field_labels: field_labels(catalogue, numbers.iter().chain(&dates)),
        horizon: Some(opening_times::horizon(catalogue.date)),
        numbers,
        currencies: currencies(catalogue, &prices),
        prices,
        dates,
        synonyms: catalogue.settings.synonyms.clone(),
    }
}

/// The names of the fields that hold numbers, prices and days, each sorted.
fn compared_fields(catalogue: &Catalogue<'_>) -> [Vec<String>; 3] {
    let own = |collection: &Collection| -> Vec<&Entry> {
        let families = catalogue.families.iter().filter(|(id, _)| id.collection() == collection.key);
        families.flat_map(|(_, family)| family.versions.values()).collect()
    };
    let collections: Vec<_> = catalogue.collections.values().map(|collection| (collection, own(collection))).collect();
    let fields = collections.iter();
    let fields: Vec<(&[&Entry], &Field)> =
        fields.flat_map(|(collection, own)| collection.fields.values().map(|field| (own.as_slice(), field))).collect();
    let holds = |(own, field): &(&[&Entry], &Field)| {
        let mut holds = [false; 3];
        for indexed in own.iter().flat_map(|entry| entry.values(&field.name)).map(|value| field.kind.index(value)) {
            holds[0] |= indexed.number.is_some();
            holds[1] |= indexed.is_price;
            holds[2] |= indexed.days.is_some();
        }
        holds
    };
    let held: Vec<[bool; 3]> = fields.par_iter().with_max_len(1).map(holds).collect();
    [0, 1, 2].map(|what| {
        let names = fields.iter().zip(&held).filter(|(_, holds)| holds[what]).map(|((_, field), _)| field.name.clone());
        names.collect::<BTreeSet<String>>().into_iter().collect()
    })
}

/// The currency of each field of money whose amounts have one alone; what is free has none.
fn currencies(catalogue: &Catalogue<'_>, prices: &[String]) -> std::collections::BTreeMap<String, String> {
    let currency = |key: &String| {
        let mut codes = BTreeSet::new();
        for (id, family) in &catalogue.families {
            let Some(field) = catalogue.collections.get(id.collection()).and_then(|own| own.fields.get(key)) else {
                continue;
            };
            let values = family.versions.values().flat_map(|entry| entry.values(key));
            codes.extend(values.filter_map(|value| field.kind.index(value).currency));
        }
        codes.pop_first().filter(|_| codes.is_empty()).map(|code| (key.clone(), code))
    };
    prices.iter().filter_map(currency).collect()
}

/// One document a language version of every entry that can be found.
#[must_use]
pub fn documents(catalogue: &Catalogue<'_>, texts: &Texts) -> Vec<Document> {
    let searched = catalogue.families.iter().filter(|(id, family)| {
        let weight = catalogue.collections.get(id.collection()).and_then(|collection| collection.search_weight);
        weight.is_some() && family.versions[0].state != State::Archived
    });
    let entries: Vec<&Entry> = searched.flat_map(|(_, family)| family.versions.values()).collect();
    let indexed: Vec<Values<'_>> = entries.par_iter().map(|entry| indexed(catalogue, entry)).collect();
    let written: Vec<Option<Written>> = indexed.par_iter().map(|values| written_hours(values)).collect();
    let hours = opening_times::work_out(catalogue.date, &written);
    let documents = entries.into_par_iter().with_max_len(64).zip(&indexed).zip(hours);
    documents.map(|((entry, values), hours)| Document { hours, ..document(catalogue, texts, entry, values) }).collect()
}

/// An entry's opening hours and what they depend on.
fn written_hours(values: &[(&str, Indexed)]) -> Option<Written> {
    let hours = values.iter().find_map(|(_, value)| value.hours.clone())?;
    let place = values.iter().find_map(|(_, value)| value.place.clone());
    let position = values.iter().find_map(|(_, value)| value.position);
    Written::new(hours, place, position)
}

/// The names of fields by key; where collections differ, that of the first.
fn field_labels<'a>(
    catalogue: &Catalogue<'_>,
    keys: impl Iterator<Item = &'a String>,
) -> std::collections::BTreeMap<String, Labels> {
    let languages = &catalogue.settings.languages;
    let labels = |label: &Localised| languages.iter().map(|code| (code.clone(), label.get(code).to_owned())).collect();
    let field = |key: &String| catalogue.collections.values().find_map(|collection| collection.fields.get(key));
    keys.filter_map(|key| Some((key.clone(), labels(&field(key)?.label)))).collect()
}

fn document(catalogue: &Catalogue<'_>, texts: &Texts, entry: &Entry, values: &[(&str, Indexed)]) -> Document {
    let language = entry.language.as_str();
    let mut keywords = entry.keywords.clone();
    let mut facets = Vec::new();
    let mut badges = Vec::new();
    let collection = catalogue.collections.get(entry.id.collection());
    for field in collection.iter().flat_map(|collection| collection.fields.values()) {
        for value in entry.values(&field.name) {
            if field.search.is_some() {
                keywords.push(field.kind.words(value, language));
            }
            if field.badge {
                badges.push(field.kind.badge(value, language));
            }
            if let Some(key) = &field.facet {
                facets.extend(field.kind.facets(value).into_iter().map(|value| (key.clone(), value.path.join("/"))));
            }
        }
    }
    let text = texts.get(&entry.id, language);
    let summary = match (&entry.summary, text) {
        (summary, _) if !summary.is_empty() => summary.clone(),
        (_, Some(text)) => text.excerpt.to_string(),
        (_, None) => String::new(),
    };
    Document {
        key: entry.id.to_string(),
        lang: language.to_owned(),
        collection: entry.id.collection().to_owned(),
        url: crate::site_path::encode(catalogue.entry_path(&entry.id, language).as_str()),
        title: entry.title.clone(),
        summary,
        keywords,
        body: text.map(|text| Arc::clone(&text.plain)).unwrap_or_default(),
        facets,
        badges,
        numbers: values.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.number?))).collect(),
        dates: values.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.days?.0))).collect(),
        date_ends: date_ends(values),
        position: values.iter().find_map(|(_, value)| value.position),
        updated: entry.updated.and_then(|date| crate::date::parse_day(&date.to_string())).map(|days| days.first),
        hours: None,
    }
}

/// The last days of fields of which the first value, the one that counts, takes more than a day.
fn date_ends(values: &[(&str, Indexed)]) -> Vec<(String, i64)> {
    let mut seen = BTreeSet::new();
    let dates = values.iter().filter_map(|(name, value)| Some((*name, value.days?)));
    let first = dates.filter(|(name, _)| seen.insert(*name));
    first.filter(|(_, days)| days.0 < days.1).map(|(name, days)| (name.to_owned(), days.1)).collect()
}

/// The values of an entry.
fn indexed<'a>(catalogue: &'a Catalogue<'_>, entry: &Entry) -> Values<'a> {
    let collection = catalogue.collections.get(entry.id.collection());
    let fields = collection.into_iter().flat_map(|collection| collection.fields.values());
    fields.flat_map(|field| entry.values(&field.name).map(|value| (&*field.name, field.kind.index(value)))).collect()
}

/// The search pack as files of the site, the engine among them.
///
/// # Errors
/// When the engine can't take a document; the message is the engine's.
pub fn pack(
    definition: &Definition,
    documents: Vec<Document>,
    engine: &PackFile,
    kept: &mut Kept,
) -> Result<Vec<Output>, Box<Diagnostic>> {
    let pack = maillage_search::build_again(definition, documents, &engine.name, kept).map_err(|error| {
        Box::new(Diagnostic::error(
            "search-index",
            Location::start_of(&"site.toml".into()),
            format!("the search index can't be made: {error}"),
        ))
    })?;
    let files: Vec<&PackFile> = pack.files.iter().chain([engine]).collect();
    let file = |file: &&PackFile| Output::new(SitePath::new(format!("search/{}", file.name)), Arc::clone(&file.bytes));
    Ok(files.par_iter().map(file).collect())
}
