//! What enters: a field's definition and the nodes that entries give for it. What leaves: values, and everything the rest of the program wants to
//! know of a value: its text, its facets, its place in an order, its export, its display. One file a type; nothing outside `field/` matches on types.
//! It must not know entries, pages or the disk: what a type needs to know beyond its value is passed in.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tera::Map;
use tera::value::Key;

use crate::communes::Communes;
use crate::entry_id::EntryId;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes, Record};
use crate::picture::Picture;
use crate::vocabularies::Vocabularies;

pub use exported::Exported;
pub use value::Value;

pub mod address;
pub mod area;
pub mod boolean;
mod convert;
pub mod date;
pub mod duration;
pub mod email;
pub mod enumeration;
mod exported;
pub mod file;
pub mod language;
#[cfg(test)]
mod laws;
pub mod licence;
mod link;
pub mod money;
pub mod number;
pub mod opening_hours;
pub mod organisation;
pub mod phone;
pub mod position;
pub mod relation;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod url;
pub mod value;

/// What a type may look at while it reads a value.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The key in the entry, for messages.
    pub name: &'a str,
    /// The site's languages; the first is the default.
    pub languages: &'a [String],
    /// The table of communes, departments and regions.
    pub communes: &'a Communes,
}

/// What a type may look at while it reads its own options.
#[derive(Clone, Copy, Debug)]
pub struct Defining<'a> {
    /// The site's languages; the first is the default.
    pub languages: &'a [String],
    /// Closed lists shared by collections.
    pub vocabularies: &'a Vocabularies,
}

/// What a type may look at while it displays a value: functions of the page that is planned.
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Showing<'a> {
    /// The field's key.
    pub name: &'a str,
    /// The page's language.
    pub lang: &'a str,
    /// A string of the interface by its key (`yes`, `free`, `days_mo`).
    pub word: &'a dyn Fn(&str) -> String,
    /// The URL of a facet value's page: facet key, value path (`occitanie/aveyron`).
    pub facet_url: &'a dyn Fn(&str, &str) -> Option<String>,
    /// The card of an entry that a relation names, as templates see it.
    pub card: &'a dyn Fn(&EntryId) -> Option<tera::Value>,
    /// The URL, size and type of a file of the entry's bundle.
    pub file: &'a dyn Fn(&str) -> Option<FileFacts>,
    /// Markdown of a long text as safe HTML.
    pub markdown: &'a dyn Fn(&str) -> String,
    /// The facet key that this field feeds, if any.
    pub facet: Option<&'a str>,
}

/// What is known of a file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Ready for `href` or `src`.
    pub url: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Its files, where it is a picture.
    pub picture: Option<Picture>,
}

/// A value as a page shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Plain text.
    pub text: String,
    /// Safe HTML; no block elements unless the type is a block (long text, opening hours, image).
    pub html: String,
    /// What templates can see beside `text`: `href`, `iso`, `start`… as `value` in the view contract.
    pub more: Map,
}

impl Shown {
    /// A value that is just a text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { html: escape(&text), text, more: Map::new() }
    }

    /// Adds something for templates.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Serialize) -> Self {
        self.more.insert(Key::Str(key), tera::Value::from_serializable(&value));
        self
    }
}

/// One value of a facet: a path of slugs, with the label of every step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// `["occitanie", "aveyron"]`; one step for a flat facet.
    pub path: Vec<String>,
    /// As many labels as steps.
    pub labels: Vec<Localised>,
}

/// A value's place in an order.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    /// Numbers and dates, smallest first.
    Number(f64),
    /// Texts, by the collation of the page's language.
    Text(String),
}

/// What the search index takes from a value, beside its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Indexed {
    /// For range filters.
    pub number: Option<f64>,
    /// The number is an amount of money.
    pub is_price: bool,
    /// The code of its currency, unless it is free.
    pub currency: Option<String>,
    /// Days since 1970-01-01: first and last.
    pub days: Option<(i64, i64)>,
    /// Latitude and longitude in degrees (WGS 84).
    pub position: Option<(f64, f64)>,
    /// INSEE code of the commune or department, which decides clock and public holidays.
    pub place: Option<String>,
    /// Opening hours in OpenStreetMap's syntax.
    pub hours: Option<String>,
}

/// A kind of value: how it is read, checked, hinted, indexed, sorted, exported and displayed.
pub trait FieldType: fmt::Debug + Send + Sync {
    /// The name in `_collection.yaml`.
    fn name(&self) -> &'static str;

    /// The name of the icon that stands beside a field's label, from Lucide's set: what the type is about, at a glance.
    fn icon(&self) -> &'static str {
        "info"
    }

    /// What a valid value looks like, to follow `expected `: ``a date such as `2024-05-03` ``.
    fn hint(&self) -> String;

    /// An example value as YAML, for `maillage new`; the value's options stand in [`FieldType::choices`].
    fn example(&self) -> String;

    /// The name of the list in `_vocabularies.yaml` that the choices are from.
    fn shared_list(&self) -> Option<&str> {
        None
    }

    /// The valid values with their labels, where the list is closed.
    fn choices(&self) -> Vec<(String, Localised)> {
        Vec::new()
    }

    /// Whether an entry may give a list of these.
    fn may_be_many(&self) -> bool {
        true
    }

    /// Reads one value; a fault is reported with its position and gives `None`.
    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value>;

    /// What a table's cell says, as an entry writes it: `1,5` becomes `1.5`. What can't be understood for certain stays as it is, for
    /// [`FieldType::read`] to refuse; a map holds the parts of a value that stand in several columns.
    fn convert(&self, node: &Node, _reading: Reading<'_>) -> Content {
        node.content.clone()
    }

    /// The JSON Schema (2020-12) of one value in an entry.
    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "description": self.hint() })
    }

    /// The value as a page in this language shows it.
    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown;

    /// The words that search finds the entry by, in this language.
    fn words(&self, value: &Value, _lang: &str) -> String {
        value.as_text().to_owned()
    }

    /// The value on a card: a few words.
    fn badge(&self, value: &Value, lang: &str) -> String {
        self.words(value, lang)
    }

    /// The facet values; none for types that can't be facets.
    fn facets(&self, _value: &Value) -> Vec<FacetValue> {
        Vec::new()
    }

    /// Whether [`FieldType::facets`] can give something.
    fn is_facet(&self) -> bool {
        false
    }

    /// The facet's key when the definition says `facet: true`; `None` = the field's name.
    fn facet_key(&self) -> Option<&'static str> {
        None
    }

    /// The place in an order.
    fn sort_key(&self, value: &Value, lang: &str) -> SortKey {
        SortKey::Text(self.words(value, lang))
    }

    /// Numbers, days and positions for the index.
    fn index(&self, _value: &Value) -> Indexed {
        Indexed::default()
    }

    /// The value as open data: what CSV, JSON and GeoJSON hold, and what [`FieldType::read`] takes back from an import.
    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        value.as_text().into()
    }

    /// The columns of a table that hold a value; a part is a key of what [`FieldType::export`] gives.
    fn columns(&self) -> &'static [Column] {
        &[Column { part: "", kind: "string", format: "default" }]
    }

    /// Where on an entry's page a field with so many values stands.
    fn slot(&self, _values: usize) -> Slot {
        Slot::Facts
    }

    /// The collection that values of this type point to, and the label of the inverse on the other side.
    fn relation(&self) -> Option<Relation<'_>> {
        None
    }
}

/// Where a field stands on an entry's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Among the terms and values beside the text.
    Facts,
    /// A list of sentences, before the text.
    Points,
    /// A text or a picture in the column of the text.
    Texts,
    /// Not as a field: ties to other entries, and files to take away.
    Elsewhere,
}

/// A column of a table of open data. Types and formats are those of the Table Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key of an exported object that the column holds; empty = the whole value.
    pub part: &'static str,
    /// `string`, `number`, `boolean`.
    pub kind: &'static str,
    /// `default`, `uri`, `email`.
    pub format: &'static str,
}

/// A relation's other end.
#[derive(Clone, Copy, Debug)]
pub struct Relation<'a> {
    /// The collection pointed to.
    pub to: &'a str,
    /// The label of the inverse, if it is shown.
    pub inverse: Option<&'a Localised>,
}

/// Makes a type from its name and the options in the definition; an unknown name is `None`.
pub fn define(
    name: &str,
    options: &mut Record<'_>,
    defining: Defining<'_>,
    notes: &mut Notes<'_>,
) -> Option<Arc<dyn FieldType>> {
    Some(match name {
        "text" => Arc::new(text::Text),
        "long-text" => Arc::new(text::LongText),
        "number" => Arc::new(number::define(options, defining, notes)),
        "boolean" => Arc::new(boolean::Boolean),
        "date" => Arc::new(date::Date),
        "date-range" => Arc::new(date::DateRange),
        "enum" => Arc::new(enumeration::define(options, defining, notes)),
        "language" => Arc::new(language::Language),
        "licence" => Arc::new(licence::Licence),
        "url" => Arc::new(url::Link),
        "email" => Arc::new(email::Email),
        "phone" => Arc::new(phone::Phone),
        "money" => Arc::new(money::Money),
        "duration" => Arc::new(duration::Duration),
        "position" => Arc::new(position::Position),
        "address" => Arc::new(address::Postal),
        "area" => Arc::new(area::Territory),
        "siret" => Arc::new(organisation::Siret),
        "rna" => Arc::new(organisation::Rna),
        "opening-hours" => Arc::new(opening_hours::OpeningHours),
        "relation" => Arc::new(relation::define(options, defining, notes)),
        "file" => Arc::new(file::Download),
        "image" => Arc::new(file::Image),
        _ => return None,
    })
}

/// The names of all types, for messages and completion.
pub const NAMES: [&str; 23] = [
    "text",
    "long-text",
    "number",
    "boolean",
    "date",
    "date-range",
    "enum",
    "language",
    "licence",
    "url",
    "email",
    "phone",
    "money",
    "duration",
    "position",
    "address",
    "area",
    "siret",
    "rna",
    "opening-hours",
    "relation",
    "file",
    "image",
];

/// Escapes a text for HTML content and attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
