//! What enters: the tree of a `_collection.yaml`. What leaves: [`Collection`], the definition that drives checking, listings, search and export.
//! It must not know any entry.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::entry_id::is_slug;
use crate::field::{self, Defining, FieldType};
use crate::localised::{Localised, unknown_language};
use crate::node::Located;
use crate::node::{Content, Key, Node, Notes, Record};

mod beside;
mod facet_key;

pub use beside::Export;
use beside::{read_checked, read_exports, read_per_page};
use facet_key::read_facet;

/// Keys that every entry may have; no field can be called so.
pub const BUILT_IN: [&str; 10] =
    ["title", "summary", "keywords", "updated", "draft", "publish_from", "expires", "aliases", "order", "description"];

/// A kind of entry, as data.
#[derive(Clone, Debug)]
pub struct Collection {
    /// The folder's name.
    pub key: String,
    /// The path of the definition.
    pub file: Arc<str>,
    /// What one entry and many are called, in running text.
    pub labels: Labels,
    /// Shown on the listing.
    pub description: Localised,
    /// `/lieux/{slug}/`.
    pub permalink: Localised,
    /// Template of an entry's page.
    pub entry_template: Located<String>,
    /// Template of the listing.
    pub list_template: Located<String>,
    /// The listing's order.
    pub sort: Sort,
    /// Entries on a listing's page.
    pub per_page: usize,
    /// Whether there are a listing, facet pages, feeds and a place in the A to Z.
    pub listed: bool,
    /// Whether there is a feed.
    pub feed: bool,
    /// schema.org type of the entries.
    pub schema: Option<String>,
    /// The theme's icon.
    pub icon: Option<Located<String>>,
    /// Whether the entries are terms that other texts may use.
    pub glossary: bool,
    /// Files beside each entry's page.
    pub exports: Vec<Export>,
    /// The date field that says when an entry's facts were checked last.
    pub checked: Option<String>,
    /// Weight in search; `None` = not searched.
    pub search_weight: Option<f32>,
    /// Fields in display order.
    pub fields: IndexMap<String, Field>,
    /// Their names, in the same order.
    pub field_names: Arc<[String]>,
    /// Names of fields whose definition is faulty: what entries give for them is not read, and not unknown either.
    pub faulty_fields: Vec<String>,
}

/// A collection's names.
#[derive(Clone, Debug)]
pub struct Labels {
    /// One entry: `lieu`.
    pub one: Localised,
    /// Several: `lieux`.
    pub many: Localised,
}

/// What a listing is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The title, by the language's collation.
    Title,
    /// The date of the last update.
    Updated,
    /// The built-in number `order`.
    Order,
    /// A field.
    Field(String),
}

/// The order of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Ascending or descending.
    pub direction: Direction,
}

/// A sort's direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A field of a collection.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key in entries.
    pub name: String,
    /// What it holds.
    pub kind: Arc<dyn FieldType>,
    /// Its name for readers.
    pub label: Localised,
    /// A hint for contributors.
    pub help: Localised,
    /// Whether every entry must give it.
    pub required: bool,
    /// Whether entries may give a list.
    pub many: bool,
    /// The key of the facet it feeds.
    pub facet: Option<String>,
    /// Weight in search; `None` = not searched.
    pub search: Option<f32>,
    /// Whether it is shown on cards and results.
    pub badge: bool,
    /// Whether a translation may override it.
    pub translate: bool,
    /// Whether entry pages leave it out.
    pub hidden: bool,
    /// Where its name stands in the definition.
    pub extent: Extent,
}

impl Collection {
    /// Reads a definition. `None` when it can't be a definition at all.
    pub fn read(key: &str, node: &Node, defining: Defining<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        let mut record = Record::open(node, "a collection", notes)?;
        let languages = defining.languages;
        let localised = |record: &mut Record<'_>, name, notes: &mut Notes<'_>| {
            record.take(name).map(|node| Localised::read(node, name, languages, notes))
        };
        let labels = record.require("labels", notes).map(|node| read_labels(node, languages, notes));
        let description = localised(&mut record, "description", notes).unwrap_or_default();
        let permalink = record.take("permalink").map_or_else(
            || Localised::same(format!("/{key}/{{slug}}/")),
            |node| read_permalink(node, languages, notes),
        );
        let (entry_template, list_template) = read_templates(&mut record, notes);
        let per_page = read_per_page(&mut record, notes);
        let listed = record.flag("listed", true, notes);
        let feed = record.flag("feed", listed, notes);
        let schema = record.text("schema", notes).map(str::to_owned);
        let icon = record
            .take("icon")
            .and_then(|node| Some(Located { value: node.as_text()?.to_owned(), extent: node.extent }));
        let glossary = record.flag("glossary", false, notes);
        let exports = read_exports(&mut record, notes);
        let search_weight = read_search(&mut record, notes);
        let fields_node = record.take("fields");
        let fields = fields_node.map(|node| read_fields(node, defining, notes)).unwrap_or_default();
        let declared = fields_node.and_then(Node::as_map).unwrap_or_default().iter().map(|(key, _)| key.name.clone());
        let faulty_fields = declared.filter(|name| !fields.contains_key(name)).collect();
        let checked = read_checked(&mut record, &fields, notes);
        let sort = record.take("sort").map_or(Sort { by: SortBy::Title, direction: Direction::Ascending }, |node| {
            read_sort(node, &fields, notes)
        });
        record.finish(notes);
        Some(Self {
            key: key.to_owned(),
            file: Arc::clone(notes.file),
            labels: labels?,
            description,
            permalink,
            entry_template,
            list_template,
            sort,
            per_page,
            listed,
            feed,
            schema,
            icon,
            glossary,
            exports,
            checked,
            search_weight,
            field_names: fields.keys().cloned().collect(),
            fields,
            faulty_fields,
        })
    }

    /// The address of the listing: what stands before `{slug}`.
    #[must_use]
    pub fn listing_path(&self, language: &str) -> &str {
        let permalink = self.permalink.get(language);
        permalink.split("{slug}").next().unwrap_or(permalink)
    }
}

fn read_labels(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Labels {
    let mut labels = Labels { one: Localised::default(), many: Localised::default() };
    let Some(mut record) = Record::open(node, "labels", notes) else { return labels };
    for language in languages {
        let Some(node) = record.take(language) else { continue };
        let Some(mut pair) = Record::open(node, "a label", notes) else { continue };
        let texts = (pair.require("one", notes), pair.require("many", notes));
        pair.finish(notes);
        let text = |node: Option<&Node>| node.and_then(Node::as_text).unwrap_or_default().to_owned();
        labels.one = labels.one.with(language, text(texts.0));
        labels.many = labels.many.with(language, text(texts.1));
    }
    for (key, node) in node.as_map().unwrap_or_default().iter().filter(|(key, _)| !languages.contains(&key.name)) {
        // A pair of names under a key can only be meant for a language.
        if node.get("one").is_some() && record.take(&key.name).is_some() {
            notes.push(unknown_language(&key.name, languages, notes.at(key.extent)));
        }
    }
    record.finish(notes);
    if labels.one.is_empty() {
        let example = languages.first().map_or("fr", String::as_str);
        let diagnostic =
            Diagnostic::error("missing-key", notes.at(node.extent), "`labels` names the collection in no language");
        notes.push(diagnostic.help(format!("add a line `{example}: {{ one: lieu, many: lieux }}`")));
    }
    labels
}

fn read_permalink(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Localised {
    let permalink = Localised::read(node, "permalink", languages, notes);
    for (_, pattern) in permalink.iter() {
        let inner = pattern.replace("{slug}", "slug");
        let segments = inner.trim_matches('/');
        let valid = pattern.starts_with('/')
            && pattern.ends_with('/')
            && pattern.matches("{slug}").count() == 1
            && pattern.ends_with("{slug}/")
            && segments.split('/').all(is_slug);
        if !valid {
            let diagnostic =
                Diagnostic::error("wrong-permalink", notes.at(node.extent), format!("`{pattern}` is no permalink"));
            notes.push(
                diagnostic.expected("a path such as `/lieux/{slug}/`: lower-case segments, `{slug}` as the last one"),
            );
        }
    }
    permalink
}

fn read_templates(record: &mut Record<'_>, notes: &mut Notes<'_>) -> (Located<String>, Located<String>) {
    let standard = |name: &str| Located { value: name.to_owned(), extent: (0..0).into() };
    let (mut entry, mut list) = (standard("entry.html"), standard("listing.html"));
    if let Some(mut templates) = record.take("templates").and_then(|node| Record::open(node, "templates", notes)) {
        for (name, template) in [("entry", &mut entry), ("list", &mut list)] {
            if let Some(node) = templates.take(name) {
                match node.as_text() {
                    Some(text) => *template = Located { value: text.to_owned(), extent: node.extent },
                    None => notes.wrong_kind(node, name, "the name of a template"),
                }
            }
        }
        templates.finish(notes);
    }
    (entry, list)
}

fn read_search(record: &mut Record<'_>, notes: &mut Notes<'_>) -> Option<f32> {
    let Some(node) = record.take("search") else { return Some(1.0) };
    if node.as_text() == Some("false") {
        return None;
    }
    let mut search = Record::open(node, "search", notes)?;
    let weight = search.take("weight").and_then(|node| read_weight(node, notes));
    search.finish(notes);
    Some(weight.unwrap_or(1.0))
}

fn read_weight(node: &Node, notes: &mut Notes<'_>) -> Option<f32> {
    let weight = node.as_text().and_then(|text| text.parse().ok()).filter(|weight| (0.0..=100.0).contains(weight));
    if weight.is_none() {
        let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), "this weight is no number");
        notes.push(diagnostic.expected("a number from `0` to `100`, such as `1.5`"));
    }
    weight
}

fn read_sort(node: &Node, fields: &IndexMap<String, Field>, notes: &mut Notes<'_>) -> Sort {
    let text = node.as_text().unwrap_or_default();
    let (name, direction) =
        text.strip_prefix('-').map_or((text, Direction::Ascending), |name| (name, Direction::Descending));
    let by = match name {
        "title" => SortBy::Title,
        "updated" => SortBy::Updated,
        "order" => SortBy::Order,
        _ if fields.contains_key(name) => SortBy::Field(name.to_owned()),
        _ => {
            let names = || ["title", "updated", "order"].into_iter().chain(fields.keys().map(String::as_str));
            let diagnostic =
                Diagnostic::error("unknown-field", notes.at(node.extent), format!("can't sort by `{name}`"));
            notes.push(diagnostic.expected(one_of(names())).near(name, names()));
            SortBy::Title
        }
    };
    Sort { by, direction }
}

fn read_fields(node: &Node, defining: Defining<'_>, notes: &mut Notes<'_>) -> IndexMap<String, Field> {
    let Content::Map(pairs) = &node.content else {
        notes.wrong_kind(node, "fields", "a map from field name to definition");
        return IndexMap::new();
    };
    let read =
        |(key, node): &(Key, Node)| read_field(key, node, defining, notes).map(|field| (key.name.clone(), field));
    pairs.iter().filter_map(read).collect()
}

fn read_field(key: &Key, node: &Node, defining: Defining<'_>, notes: &mut Notes<'_>) -> Option<Field> {
    let name = key.name.clone();
    let faulty = |message: String, help: &str, notes: &mut Notes<'_>| {
        notes.push(Diagnostic::error("wrong-field-name", notes.at(key.extent), message).help(help));
    };
    if BUILT_IN.contains(&name.as_str()) {
        faulty(format!("every entry has `{name}` already"), "remove this field", notes);
        return None;
    }
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain {
        faulty(format!("`{name}` is no field name"), "use small letters, digits and `_`", notes);
        return None;
    }
    if node.as_text().is_some() || node.as_list().is_some() {
        notes.wrong_kind(node, &name, "a field's definition, such as `{ type: text, label: … }`");
        return None;
    }
    let mut record = Record::open(node, "a field", notes)?;
    let type_node = record.require("type", notes);
    let label = record.require("label", notes).map(|node| Localised::read(node, "label", defining.languages, notes));
    let help = record.take("help").map(|node| Localised::read(node, "help", defining.languages, notes));
    let required = record.flag("required", false, notes);
    let many_node = record.take("many");
    let many = record.flag("many", false, notes);
    let facet_node = record.take("facet");
    let search = record.take("search").and_then(|node| read_weight(node, notes));
    let badge = record.flag("badge", false, notes);
    let translate = record.flag("translate", false, notes);
    let hidden = record.flag("hidden", false, notes);
    let type_node = type_node?;
    let type_name = type_node.as_text().unwrap_or_default();
    let Some(kind) = field::define(type_name, &mut record, defining, notes) else {
        if field::NAMES.contains(&type_name) {
            // Its options were faulty, and said so.
            return None;
        }
        let diagnostic = Diagnostic::error(
            "unknown-field-type",
            notes.at(type_node.extent),
            format!("there is no field type `{type_name}`"),
        );
        notes.push(diagnostic.expected(one_of(field::NAMES)).near(type_name, field::NAMES));
        return None;
    };
    record.finish(notes);
    if let (true, false, Some(node)) = (many, kind.may_be_many(), many_node) {
        let message = format!("a field of type `{type_name}` can't be given many times");
        notes.push(Diagnostic::error("wrong-value", notes.at(node.extent), message).help("remove `many: true`"));
    }
    let facet = facet_node.and_then(|node| read_facet(node, &name, kind.as_ref(), notes));
    let label = label.unwrap_or_default();
    let help = help.unwrap_or_default();
    Some(Field { name, kind, label, help, required, many, facet, search, badge, translate, hidden, extent: key.extent })
}
