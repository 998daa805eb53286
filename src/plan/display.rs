//! What enters: an entry's fields and the page that shows them. What leaves: their [`Display`]s. It must not match on field types: they show themselves.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use tera::value::Key;
use tera::{Map, Value};

use super::{Here, Planner};
use crate::bundle::{file_path, size_name, type_name};
use crate::catalogue::Catalogue;
use crate::collection::Field;
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::field::{self, FileFacts, Showing, Slot};
use crate::reads::Thing;
use crate::site_path::SitePath;
use crate::texts::Text;
use crate::typography;
use crate::view::{Attachment, Display};

/// A value as pages show it.
pub(super) struct Shown {
    text: String,
    /// Safe HTML.
    html: String,
    /// What templates see of it.
    value: Value,
    /// What it was made of, where several pages show it.
    reads: Box<[u64]>,
}

/// Values that several pages show, by field, which is named by where it is, and language: text → what is shown.
pub(super) type ShownValues<'a> = HashMap<(usize, &'a str), RwLock<FxHashMap<String, Arc<Shown>>>>;

/// A place for the values of each facet's fields.
pub(super) fn shown_values<'a>(catalogue: &'a Catalogue<'_>) -> ShownValues<'a> {
    let fields = catalogue.collections.values().flat_map(|collection| collection.fields.values());
    let facets = fields.filter(|field| field.facet.is_some()).map(|field| std::ptr::from_ref(field).addr());
    let places = facets.flat_map(|field| catalogue.settings.languages.iter().map(move |lang| (field, lang.as_str())));
    places.map(|place| (place, RwLock::default())).collect()
}

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
    pub(super) fn displays(&self, entry: &Entry, text: &Text, here: &Here, by_name: bool) -> Displays {
        let mut displays = Displays::default();
        let Some(collection) = self.collection(&entry.id) else { return displays };
        for (name, field) in &collection.fields {
            let display = self.display(entry, field, text, here);
            if let Some(display) = display.as_ref().filter(|display| display.kind == "position") {
                displays.position = displays.position.take().or_else(|| display.values.first().cloned());
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

    fn display(&self, entry: &Entry, field: &Field, text: &Text, here: &Here) -> Option<Display> {
        let shown: Vec<_> =
            entry.values(&field.name).map(|value| self.shown(entry, field, value, text, here)).collect();
        let (html, text) = match shown.as_slice() {
            [] => return None,
            [only] => (Value::safe_string(&only.html), only.text.clone()),
            several => {
                let mut html = String::from("<ul class=\"values\">");
                for shown in several {
                    html.extend(["<li>", &shown.html, "</li>"]);
                }
                html.push_str("</ul>");
                let texts: Vec<&str> = several.iter().map(|shown| shown.text.as_str()).collect();
                (Value::safe_string(&html), texts.join(", "))
            }
        };
        Some(Display {
            key: field.name.clone(),
            label: field.label.get(&here.language).to_owned(),
            kind: field.kind.name(),
            icon: field.kind.icon(),
            html,
            text,
            values: shown.iter().map(|shown| shown.value.clone()).collect(),
        })
    }

    /// A value as a page shows it. That of a facet is the same on the pages of all entries that have it, and made once.
    fn shown(&self, entry: &Entry, field: &Field, value: &field::Value, text: &Text, here: &Here) -> Arc<Shown> {
        let field::Value::Text(written) = value else {
            return Arc::new(self.new_shown(entry, field, value, text, here));
        };
        if field.facet.is_none() {
            return Arc::new(self.new_shown(entry, field, value, text, here));
        }
        // A field stays where it is while there are pages.
        let place = (std::ptr::from_ref(field).addr(), here.language.as_str());
        let known = self.shown.get(&place);
        let get = || known?.read().unwrap_or_else(PoisonError::into_inner).get(written).cloned();
        let shown = get().unwrap_or_else(|| {
            let nowhere = self.here(SitePath::default(), &here.language);
            let mut shown = self.new_shown(entry, field, value, &Text::default(), &nowhere);
            shown.reads = nowhere.reads.into_keys();
            let shown = Arc::new(shown);
            if let Some(known) = known {
                known.write().unwrap_or_else(PoisonError::into_inner).insert(written.clone(), Arc::clone(&shown));
            }
            shown
        });
        here.reads.note_all(&shown.reads);
        shown
    }

    fn new_shown(&self, entry: &Entry, field: &Field, value: &field::Value, text: &Text, here: &Here) -> Shown {
        let language = here.language.as_str();
        let word = |key: &str| self.catalogue.string(key, language);
        let facet_url = |key: &str, value: &str| self.facet_value_url(key, value, here);
        let card = |id: &EntryId| self.card(id, here).map(Value::from);
        let file = |path: &str| self.file_facts(entry, path);
        let markdown = |written: &str| text.fields.get(written).cloned().unwrap_or_default();
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
        let shown = field.kind.show(value, &showing);
        let texts =
            [(Key::Str("text"), shown.text.as_str().into()), (Key::Str("html"), Value::safe_string(&shown.html))];
        let value: Map = texts.into_iter().chain(shown.more).collect();
        Shown { text: shown.text, html: shown.html, value: value.into(), reads: Box::default() }
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
                    label: typography::spaced(file.label.as_deref().unwrap_or(name), &entry.language).into_owned(),
                    url: facts.url,
                    kind: type_name(&file.path),
                    size: size_name(facts.bytes, &here.language),
                    lang: file.lang.clone().filter(|lang| *lang != here.language),
                })
            })
            .collect()
    }
}
