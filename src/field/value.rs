//! What enters: what field types read. What leaves: [`Value`], one variant a shape of value. It must not know how a value is written or shown.

use serde::Serialize;

pub use crate::date::Days;
use crate::entry_id::EntryId;

/// One value of an entry's field, checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Value {
    /// Text, URL, e-mail, phone, language, licence, SIRET, RNA, enum id, opening hours: what was typed, in its normal form.
    Text(String),
    /// A number, with the text that was typed.
    Number(f64, String),
    /// True or false.
    Boolean(bool),
    /// A day, month or year: ISO text, first and last day (days since 1970-01-01).
    Date(Days),
    /// Minor parts of money are kept as decimal numbers: lowest, highest, ISO 4217 code. 0 is free.
    Money(f64, f64, String),
    /// ISO 8601 text and its length in minutes (a day of training counts 7 hours).
    Duration(String, f64),
    /// Latitude and longitude, degrees (WGS 84).
    Position(f64, f64),
    /// A postal address with its commune.
    Address(Box<Address>),
    /// A region or department.
    Area(Box<Area>),
    /// Another entry.
    Relation(EntryId),
    /// A file of the entry's bundle.
    File(Box<FileValue>),
}

impl Value {
    /// The text of a value that is one; empty for others.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }
}

/// A postal address, resolved by its commune's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    /// Number and street, if known.
    pub street: Option<String>,
    /// One of the commune's postcodes.
    pub postcode: String,
    /// INSEE code of the commune.
    pub commune_code: String,
    /// Name of the commune.
    pub commune: String,
    /// The department.
    pub department: Area,
    /// The region.
    pub region: Area,
}

/// A region or a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Area {
    /// INSEE code: `76` (region) or `12` (department).
    pub code: String,
    /// The name.
    pub name: String,
    /// Slugs from the region down: `["occitanie"]` or `["occitanie", "aveyron"]`.
    pub path: Vec<String>,
    /// Names from the region down.
    pub names: Vec<String>,
}

/// A file that an entry names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileValue {
    /// Path in the bundle, with `/`.
    pub path: String,
    /// The link's text; the file's name when absent.
    pub label: Option<String>,
    /// The file's language, where it differs from the page's.
    pub lang: Option<String>,
    /// The text that stands for a picture; `None` for files that are no pictures.
    pub alt: Option<String>,
}
