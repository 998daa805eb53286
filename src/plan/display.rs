//! What enters: an entry's fields and the page that shows them. What leaves: their [`Display`]s. It must not match on field types: they show themselves.

use indexmap::IndexMap;
use tera::value::Key;
use tera::{Map, Value};

use super::{Here, Planner};
use crate::bundle::{file_path, size_name, type_name};
use crate::collection::Field;
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::field::{self, FileFacts, Showing, Slot};
use crate::reads::Thing;
use crate::site_path::SitePath;
use crate::view::{Attachment, Display};

/// The fields of an entry: in order without hidden and empty ones, and all by name.
#[derive(Default)]
pub(super) struct Displays {
    pub(super) shown: Vec<Value>,
    /// The shown ones by where they stand.
    pub(super) facts: Vec<Value>,
    pub(super) points: Vec<Value>,
    pub(super) texts: Vec<Value>,
    pub(super) by_name: IndexMap<String, Value>,
    /// Where the entry is, as a field of this type gives it.
    pub(super) position: Option<Value>,
}

impl Planner<'_> {
    /// Shows every field of an entry; `by_name` where somebody asks for it.
    pub(super) fn displays(&self, entry: &Entry, here: &Here, by_name: bool) -> Displays {
        let mut displays = Displays::default();
        let Some(collection) = self.collection(&entry.id) else { return displays };
        for (name, field) in &collection.fields {
            let display = self.display(entry, field, here);
            if let Some(display) = display.as_ref().filter(|display| display.kind == "position") {
                displays.position =
                    displays.position.take().or_else(|| display.values.first().cloned().map(Value::from));
            }
            let is_shown = !field.hidden && display.is_some();
            let display = Value::from(display);
            if is_shown {
                displays.shown.push(display.clone());
                match field.kind.slot(entry.values(name).count()) {
                    Slot::Facts => displays.facts.push(display.clone()),
                    Slot::Points => displays.points.push(display.clone()),
                    Slot::Texts => displays.texts.push(display.clone()),
                    Slot::Elsewhere => {}
                }
            }
            if by_name {
                displays.by_name.insert(name.clone(), display);
            }
        }
        displays
    }

    fn display(&self, entry: &Entry, field: &Field, here: &Here) -> Option<Display> {
        let language = here.language.as_str();
        let word = |key: &str| self.catalogue.string(key, language);
        let facet_url = |key: &str, value: &str| self.facet_value_url(key, value, here);
        let card = |id: &EntryId| serde_json::to_value(Value::from(self.card(id, here)?)).ok();
        let file = |path: &str| self.file_facts(entry, path);
        let texts = self.text(&entry.id, language, here);
        let markdown = |text: &str| texts.and_then(|texts| texts.fields.get(text)).cloned().unwrap_or_default();
        let showing = Showing {
            name: &field.name,
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
            let more = shown.more.into_iter().map(|(key, value)| (Key::from(key), seen(value)));
            let texts = [(Key::Str("text"), shown.text.into()), (Key::Str("html"), shown.html.into())];
            texts.into_iter().chain(more).collect()
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
        Some(self.catalogue.facet_value_path(facet, value, &here.language).from_root())
    }

    pub(super) fn file_facts(&self, entry: &Entry, path: &str) -> Option<FileFacts> {
        let file = self.bundles.get(&entry.id, path)?;
        let page = self.catalogue.entry_path(&entry.id, self.catalogue.settings.default_language());
        let address = file_path(&page, path);
        let picture = file.picture.as_ref().map(|picture| picture.on(&SitePath::from_root, &address));
        Some(FileFacts { url: address.from_root(), bytes: file.bytes(), picture })
    }

    /// The files that an entry's fields name and that are no pictures.
    pub(super) fn attachments(&self, entry: &Entry, here: &Here) -> Vec<Attachment> {
        let values = entry.fields.values().flat_map(|given| given.values.iter());
        let files = values.filter_map(|located| match &located.value {
            field::Value::File(file) if file.alt.is_none() => Some(file),
            _ => None,
        });
        files
            .filter_map(|file| {
                let facts = self.file_facts(entry, &file.path)?;
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

/// What a field type says of a value, as templates see it.
fn seen(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::String(text) => text.into(),
        serde_json::Value::Bool(truth) => truth.into(),
        serde_json::Value::Null => Value::none(),
        serde_json::Value::Array(values) => values.into_iter().map(seen).collect::<Vec<_>>().into(),
        serde_json::Value::Object(values) => {
            let map: Map = values.into_iter().map(|(key, value)| (Key::from(key), seen(value))).collect();
            map.into()
        }
        number @ serde_json::Value::Number(_) => Value::from_serializable(&number),
    }
}
