//! What enters: nothing but itself; `parse` makes a [`Version`] of a file, `catalogue` an [`Entry`] of versions. What leaves: both types.
//! It must not know other entries.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::diagnostic::{Extent, Location};
use crate::digest::Digest;
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::field::value::FileValue;
use crate::layout::Syntax;
pub use crate::node::Located;

mod fields;

pub use fields::Fields;

/// The values that a file gives for one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// One or, where the field allows it, several.
    pub values: Box<[Located<Value>]>,
    /// Where the key stands.
    pub key: Extent,
    /// The file, which for an inherited field is the default language's.
    pub file: Arc<str>,
}

/// Where a body of Markdown stands in its file, and what it says where the file has it otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyText {
    /// A YAML value as it is read.
    value: Arc<str>,
    /// Its bytes in the file.
    length: usize,
    /// Where it stands.
    pub place: Place,
    /// Whether there is nothing but blanks.
    pub is_blank: bool,
}

impl BodyText {
    /// What stands in a range of a file.
    #[must_use]
    pub fn in_file(file: &[u8], Range { start, end }: Range<usize>) -> Self {
        let body = Self { length: end - start, place: Place::AsWritten(start), ..Self::default() };
        Self { is_blank: body.text(file).trim().is_empty(), ..body }
    }

    /// A YAML value, without the indentation that it has in the file.
    #[must_use]
    pub fn in_value(text: &str, extent: Extent) -> Self {
        let (place, is_blank) = (Place::InValue(extent), text.trim().is_empty());
        Self { value: text.into(), length: extent.end - extent.start, place, is_blank }
    }

    /// The Markdown, given what the file holds that it is written in.
    #[must_use]
    pub fn text<'b>(&'b self, file: &'b [u8]) -> &'b str {
        match self.place {
            // Whoever made it cut it out of a text.
            Place::AsWritten(start) => file
                .get(start..start + self.length)
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default(),
            Place::InValue(_) => &self.value,
        }
    }
}

/// How a text stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As it is, from this byte on: what follows the front matter.
    AsWritten(usize),
    /// As a YAML value, perhaps indented, folded or quoted.
    InValue(Extent),
}

impl Default for Place {
    fn default() -> Self {
        Self::AsWritten(0)
    }
}

/// One file of an entry: what it says itself, in one language.
#[derive(Clone, Debug)]
pub struct Version {
    /// Collection and slug.
    pub id: EntryId,
    /// The language in the file's name; `None` is the default language.
    pub language: Option<String>,
    /// The file.
    pub file: Arc<str>,
    /// The folder whose files belong to the entry.
    pub bundle: Option<Arc<str>>,
    /// How the file is written.
    pub syntax: Syntax,
    /// The built-in keys.
    pub head: Head,
    /// The collection's fields that this file gives.
    pub fields: Fields,
    /// Fields whose values are all faulty: given, but not read.
    pub faulty: Vec<String>,
    /// Fields whose key stands there without a value, and where.
    pub blank: Vec<(String, Extent)>,
    /// The body.
    pub body: BodyText,
    /// The digest of all that the file says before its body; of the whole file where the body is one of its values.
    pub front: Digest,
    /// The digest of the body.
    pub body_digest: Digest,
}

/// The built-in keys of a file, where given.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Where the front matter starts: the place for what is missing.
    pub start: usize,
    /// The name.
    pub title: Option<Located<String>>,
    /// One or two sentences.
    pub summary: Option<Located<String>>,
    /// Words that search finds the entry by.
    pub keywords: Option<Vec<String>>,
    /// The day of the last change of content.
    pub updated: Option<Date>,
    /// Not to be published.
    pub draft: Option<bool>,
    /// The day from which it is published.
    pub publish_from: Option<Date>,
    /// The day from which it is archived.
    pub expires: Option<Date>,
    /// Old addresses that lead here.
    pub aliases: Vec<Located<String>>,
    /// The place in collections sorted by `order`.
    pub order: Option<f64>,
}

/// Whether and how an entry is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// On the site and in its lists.
    Published,
    /// On the site only because drafts were asked for.
    Draft,
    /// Past its day: a page that no list shows.
    Archived,
}

/// An entry in one language, complete: a translation holds what it inherits.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Collection and slug.
    pub id: EntryId,
    /// The language it is written in.
    pub language: String,
    /// The file it is written in.
    pub file: Arc<str>,
    /// The folder whose files belong to it.
    pub bundle: Option<Arc<str>>,
    /// The name.
    pub title: String,
    /// What sorts the title as readers expect, for each of the site's languages in their order.
    pub title_keys: Arc<[Box<[u8]>]>,
    /// One or two sentences; may be empty.
    pub summary: String,
    /// Words that search finds it by.
    pub keywords: Vec<String>,
    /// The day of the last change of content.
    pub updated: Option<Date>,
    /// Whether and how it is published.
    pub state: State,
    /// Old addresses.
    pub aliases: Vec<Located<String>>,
    /// The place in collections sorted by `order`.
    pub order: Option<f64>,
    /// The fields, in the collection's order.
    pub fields: Fields,
    /// The body.
    pub body: BodyText,
    /// The file that the body is written in, which for an inherited body is the default language's.
    pub body_file: Arc<str>,
}

impl Entry {
    /// The values of a field; none when it was not given.
    pub fn values(&self, field: &str) -> impl Iterator<Item = &Value> {
        self.fields.get(field).into_iter().flat_map(|given| given.values.iter().map(|located| &located.value))
    }

    /// The picture that stands for the entry, with the name of its field: the first one that it has.
    #[must_use]
    pub fn picture(&self) -> Option<(&str, &FileValue)> {
        self.fields.iter().find_map(|(name, given)| {
            let files = given.values.iter().filter_map(|located| match &located.value {
                Value::File(file) if file.alt.is_some() => Some(file),
                _ => None,
            });
            files.map(|file| (name, &**file)).next()
        })
    }

    /// The start of the entry's file, for faults of the entry as a whole.
    #[must_use]
    pub fn location(&self) -> Location {
        Location::start_of(&self.file)
    }
}
