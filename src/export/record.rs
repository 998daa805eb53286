//! What enters: an entry. What leaves: the entry as open data, a JSON object that holds what its file says and nothing that a page adds.
//! It is written while it is read: nobody makes a tree of it. It must not know field types: they export themselves.

use serde::{Serialize, Serializer};

use crate::catalogue::Catalogue;
use crate::collection::{Collection, Field};
use crate::entry::{Entry, Located};
use crate::field::{Exported, Value};
use crate::output::Output;
use crate::site_path::SitePath;

/// What every entry has; a field of the same name that has a value takes its place.
pub(super) const COMMON: [&str; 6] = ["id", "title", "summary", "language", "url", "updated"];

/// Between the values of a field that may have several, in a cell.
pub(super) const DELIMITER: &str = "|";

/// An entry in a language: what every entry has, then its fields; a field without a value is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'r> {
    pub(super) catalogue: &'r Catalogue<'r>,
    pub(super) collection: &'r Collection,
    pub(super) entry: &'r Entry,
}

/// What a record says under a name.
#[derive(Debug)]
pub(super) enum Stated<'r> {
    Common(Exported<'r>),
    /// One value at least.
    Given(&'r Field, &'r [Located<Value>]),
}

impl<'r> Record<'r> {
    /// What stands under a name of [`COMMON`].
    pub(super) fn common(&self, name: &str) -> Stated<'r> {
        let named = self.collection.fields.get_full(name);
        named.and_then(|(place, _, field)| self.given(place, field)).unwrap_or_else(|| Stated::Common(self.own(name)))
    }

    /// What the entry gives for the field at a place of the collection's definition.
    pub(super) fn given(&self, place: usize, field: &'r Field) -> Option<Stated<'r>> {
        let values = &self.entry.fields.at(place)?.values;
        (!values.is_empty()).then_some(Stated::Given(field, values))
    }

    fn own(&self, name: &str) -> Exported<'r> {
        let Self { catalogue, entry, .. } = self;
        match name {
            "id" => entry.id.to_string().into(),
            "title" => entry.title.as_str().into(),
            "summary" => entry.summary.as_str().into(),
            "language" => entry.language.as_str().into(),
            "url" => catalogue.entry_path(&entry.id, &entry.language).absolute(&catalogue.settings.base_url.url).into(),
            "updated" => entry.updated.map_or(Exported::Nothing, |day| day.to_string().into()),
            _ => Exported::Nothing,
        }
    }

    /// All that it says, in order.
    pub(super) fn stated(self) -> impl Iterator<Item = (&'r str, Stated<'r>)> {
        let fields = self.collection.fields.iter().enumerate();
        let fields = fields.filter(|(_, (name, _))| !COMMON.contains(&name.as_str()));
        let given = fields.filter_map(move |(place, (name, field))| Some((name.as_str(), self.given(place, field)?)));
        COMMON.into_iter().map(move |name| (name, self.common(name))).chain(given)
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.stated())
    }
}

impl Stated<'_> {
    /// Adds it, or a part of each value, to a cell of a table.
    pub(super) fn put(&self, part: &str, cell: &mut String) {
        match self {
            Self::Common(value) => value.put("", cell),
            Self::Given(field, values) => {
                for (at, located) in values.iter().enumerate() {
                    if at > 0 {
                        cell.push_str(DELIMITER);
                    }
                    field.kind.export(&located.value).put(part, cell);
                }
            }
        }
    }
}

impl Serialize for Stated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Common(value) => value.serialize(serializer),
            Self::Given(field, [only]) if !field.many => field.kind.export(&only.value).serialize(serializer),
            Self::Given(field, values) => {
                serializer.collect_seq(values.iter().map(|located| field.kind.export(&located.value)))
            }
        }
    }
}

/// The file of one entry: the record, and the licence of the site where the entry has none of its own.
#[must_use]
pub(super) fn file(record: Record<'_>, path: SitePath) -> Output {
    struct Licensed<'r>(Record<'r>);

    impl Serialize for Licensed<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            const LICENCE: &str = "licence";
            let site = self.0.catalogue.settings.licence.as_deref().map_or(Exported::Nothing, Exported::from);
            let has_own = self.0.stated().any(|(name, _)| name == LICENCE);
            let licence = (!has_own).then_some((LICENCE, Stated::Common(site)));
            serializer.collect_map(self.0.stated().chain(licence))
        }
    }

    Output::new(path, text(&Licensed(record)))
}

/// The file of a whole collection, in its listing's order.
#[must_use]
pub(super) fn collection_file(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    records: &[Record<'_>],
    path: SitePath,
) -> Output {
    #[derive(Serialize)]
    struct Whole<'w> {
        collection: &'w str,
        site: &'w str,
        date: String,
        licence: Option<&'w str>,
        entries: &'w [Record<'w>],
    }

    let whole = Whole {
        collection: &collection.key,
        site: &catalogue.settings.base_url.url,
        date: catalogue.date.to_string(),
        licence: catalogue.settings.licence.as_deref(),
        entries: records,
    };
    Output::new(path, text(&whole))
}

/// A file of JSON.
pub(super) fn text(json: &impl Serialize) -> Vec<u8> {
    // Texts, numbers and maps with texts as keys always serialise.
    let mut bytes = serde_json::to_vec(json).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
