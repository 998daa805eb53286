//! What enters: nothing but itself; `plan` fills it. What leaves: what templates see of an entry. It must not know where the values come from.

#![expect(missing_docs, reason = "the fields are named as templates see them and explained in the theme's README")]

use indexmap::IndexMap;
use serde::Serialize;
use tera::Value;
use tera::value::Key;

use super::{Day, Locator};

/// A [`Card`] ready for templates, which all pages share: its links are those of every page.
#[derive(Clone, Debug, Serialize)]
pub struct SharedCard(Value);

impl SharedCard {
    /// The card on the entry's own page.
    #[must_use]
    pub fn current(&self) -> Self {
        let mut card = self.0.as_map().cloned().unwrap_or_default();
        card.insert(Key::Str("current"), true.into());
        Self(card.into())
    }
}

impl From<Card> for SharedCard {
    fn from(card: Card) -> Self {
        Self(card.into())
    }
}

impl From<SharedCard> for Value {
    fn from(card: SharedCard) -> Self {
        card.0
    }
}

seen! {

/// An entry in a list.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: String,
    pub collection: String,
    pub collection_label: String,
    pub icon: Option<String>,
    pub title: String,
    pub url: String,
    pub summary: String,
    pub picture: Option<CardPicture>,
    pub lang: String,
    /// The name of its language in itself, where the page is in another.
    pub language: Option<String>,
    /// How that language is written.
    pub dir: String,
    pub badges: Vec<String>,
    pub updated: Option<Day>,
    pub current: bool,
}

/// The picture of an entry in a list, beside its title.
#[derive(Clone, Debug)]
pub struct CardPicture {
    pub field: String,
    pub html: String,
}

/// An entry on its own page.
#[derive(Clone, Debug)]
pub struct EntryView {
    pub id: String,
    pub collection: String,
    pub collection_label: String,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub body: Value,
    pub toc: Vec<TocItem>,
    pub terms: Vec<TermView>,
    pub reading_minutes: usize,
    pub updated: Option<Day>,
    pub badges: Vec<String>,
    pub fields: Vec<Value>,
    pub facts: Vec<Value>,
    pub points: Vec<Value>,
    pub texts: Vec<Value>,
    pub field: IndexMap<String, Value>,
    pub facets: Vec<EntryFacet>,
    pub relations: Vec<CardGroup>,
    pub inverse: Vec<CardGroup>,
    pub related: Vec<SharedCard>,
    pub siblings: Vec<SharedCard>,
    pub previous: Option<SharedCard>,
    pub next: Option<SharedCard>,
    pub attachments: Vec<Attachment>,
    pub position: Option<Value>,
    pub locator: Option<Locator>,
    pub checked: Option<Freshness>,
    pub exports: Vec<ExportLink>,
    pub nearby: Vec<NearCard>,
    pub citation: String,
    pub zone: &'static str,
    pub edit_url: Option<String>,
    pub report_url: Option<String>,
    pub fallback: bool,
    pub archived: bool,
    pub draft: bool,
}

/// A term of the glossary that the text mentions.
#[derive(Clone, Debug)]
pub struct TermView {
    pub id: String,
    pub term: String,
    pub definition: String,
    pub url: String,
}

/// A heading in a table of contents.
#[derive(Clone, Debug)]
pub struct TocItem {
    pub level: u8,
    pub id: String,
    pub title: String,
    pub children: Vec<TocItem>,
}

/// A field of an entry as a page shows it.
#[derive(Clone, Debug)]
pub struct Display {
    pub key: String,
    pub label: String,
    pub kind as "type": &'static str,
    pub icon: &'static str,
    pub html: Value,
    pub text: String,
    pub values: Vec<Value>,
}

/// An entry's values of a facet.
#[derive(Clone, Debug)]
pub struct EntryFacet {
    pub key: String,
    pub label: String,
    pub values: Vec<NamedValue>,
}

/// A facet's value with its page.
#[derive(Clone, Debug)]
pub struct NamedValue {
    pub label: String,
    pub url: Option<String>,
}

/// Entries that a relation names, from one side or the other.
#[derive(Clone, Debug)]
pub struct CardGroup {
    pub key: String,
    pub label: String,
    pub entries: Vec<SharedCard>,
}

/// A file of an entry.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub label: String,
    pub url: String,
    pub kind as "type": String,
    pub size: String,
    pub lang: Option<String>,
    pub preview: Option<Preview>,
}

/// The beginning of a file: a table's rows, a text's lines, or a picture.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    pub kind: &'static str,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub text: String,
    pub html: String,
    pub more: usize,
}

/// When an entry's facts were checked last, seen from the build date.
#[derive(Clone, Debug)]
pub struct Freshness {
    pub iso: String,
    pub text: String,
    pub state: &'static str,
    pub years: usize,
}

/// A file for another program.
#[derive(Clone, Debug)]
pub struct ExportLink {
    pub kind: &'static str,
    pub url: String,
}

/// An entry near another one.
#[derive(Clone, Debug)]
pub struct NearCard {
    pub card: SharedCard,
    pub distance: String,
}

}
