//! What enters: an entry's fields and the page that shows them. What leaves: their [`Display`]s. It must not match on field types: they show themselves.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{Here, Planner};
use crate::bundle::{file_path, size_name, type_name};
use crate::collection::Field;
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::field::{FileFacts, Showing, Value};
use crate::reads::Thing;
use crate::view::{Attachment, Display};

/// The fields of an entry: in order without hidden and empty ones, and all by name.
pub(super) struct Displays {
    pub(super) shown: Vec<Display>,
    pub(super) by_name: IndexMap<String, Option<Display>>,
}

impl Planner<'_> {
    /// Shows every field of an entry.
    pub(super) fn displays(&self, entry: &Entry, here: &Here) -> Displays {
        let mut displays = Displays { shown: Vec::new(), by_name: IndexMap::new() };
        let Some(collection) = self.collection(&entry.id) else { return displays };
        for (name, field) in &collection.fields {
            let display = self.display(entry, field, here);
            if let (false, Some(display)) = (field.hidden, &display) {
                displays.shown.push(display.clone());
            }
            displays.by_name.insert(name.clone(), display);
        }
        displays
    }

    fn display(&self, entry: &Entry, field: &Field, here: &Here) -> Option<Display> {
        let language = here.language.as_str();
        let word = |key: &str| self.catalogue.string(key, language);
        let facet_url = |key: &str, value: &str| self.facet_value_url(key, value, here);
        let card = |id: &EntryId| serde_json::to_value(self.card(id, here)?).ok();
        let file = |path: &str| self.file_facts(entry, path, here);
        let texts = self.text(&entry.id, language, here);
        let markdown = |text: &str| texts.and_then(|texts| texts.fields.get(text)).cloned().unwrap_or_default();
        let showing = Showing {
            lang: language,
            word: &word,
            facet_url: &facet_url,
            card: &card,
            file: &file,
            markdown: &markdown,
            facet: field.facet.as_deref(),
        };
        let shown: Vec<_> = entry.values(&field.name).map(|value| field.kind.show(value, &showing)).collect();
        if shown.is_empty() {
            return None;
        }
        let text = shown.iter().map(|shown| shown.text.as_str()).collect::<Vec<_>>().join(", ");
        let html = match shown.as_slice() {
            [only] => only.html.clone(),
            several => {
                let items: String = several.iter().map(|shown| format!("<li>{}</li>", shown.html)).collect();
                format!("<ul class=\"values\">{items}</ul>")
            }
        };
        let values = shown.into_iter().map(|shown| {
            let mut value = Map::new();
            value.insert("text".to_owned(), Json::String(shown.text));
            value.insert("html".to_owned(), Json::String(shown.html));
            value.extend(shown.more);
            value
        });
        let values = values.collect();
        Some(Display {
            key: field.name.clone(),
            label: field.label.get(language).to_owned(),
            kind: field.kind.name(),
            html,
            text,
            values,
        })
    }

    /// The link to a facet value's page, where there is one.
    pub(super) fn facet_value_url(&self, key: &str, value: &str, here: &Here) -> Option<String> {
        here.reads.note(Thing::Value(key, value));
        let facet = self.catalogue.facets.get(key)?;
        facet.value(value)?;
        Some(here.to(&self.catalogue.facet_value_path(facet, value, &here.language)))
    }

    pub(super) fn file_facts(&self, entry: &Entry, path: &str, here: &Here) -> Option<FileFacts> {
        let file = self.bundles.get(&entry.id, path)?;
        let page = self.catalogue.entry_path(&entry.id, self.catalogue.settings.default_language());
        let address = file_path(&page, path);
        let picture = file.picture.as_ref().map(|picture| picture.on(&|path| here.to(path), &address));
        Some(FileFacts { url: here.to(&address), bytes: file.bytes(), picture })
    }

    /// The files that an entry's fields name and that are no pictures.
    pub(super) fn attachments(&self, entry: &Entry, here: &Here) -> Vec<Attachment> {
        let values = entry.fields.values().flat_map(|given| given.values.iter());
        let files = values.filter_map(|located| match &located.value {
            Value::File(file) if file.alt.is_none() => Some(file),
            _ => None,
        });
        files
            .filter_map(|file| {
                let facts = self.file_facts(entry, &file.path, here)?;
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                Some(Attachment {
                    preview: self.preview(entry, &file.path, facts.picture.as_ref()),
                    label: file.label.clone().unwrap_or_else(|| name.to_owned()),
                    url: facts.url,
                    kind: type_name(&file.path),
                    size: size_name(facts.bytes, &here.language),
                    lang: file.lang.clone().filter(|lang| *lang != here.language),
                })
            })
            .collect()
    }
}
