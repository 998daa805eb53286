//! What enters: a definition's record. What leaves: the files that each entry has beside its page, the field that says how fresh its facts are,
//! and how many entries stand on a page of the list.
//! It must not know what the files hold.

use indexmap::IndexMap;

use super::Field;
use crate::diagnostic::{Diagnostic, one_of};
use crate::node::{Notes, Record};

/// A file beside an entry's page, for other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The entry's fields.
    Json,
    /// Address, telephone, e-mail, web site.
    Vcard,
    /// Sessions and opening hours.
    Calendar,
}

impl Export {
    const NAMES: [&'static str; 3] = ["json", "vcard", "calendar"];

    /// The name in a definition.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Vcard => "vcard",
            Self::Calendar => "calendar",
        }
    }

    /// The file's ending.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Vcard => "vcf",
            Self::Calendar => "ics",
        }
    }
}

pub(super) fn read_exports(record: &mut Record<'_>, notes: &mut Notes<'_>) -> Vec<Export> {
    let mut exports = Vec::new();
    for (name, extent) in record.texts("exports", notes) {
        match [Export::Json, Export::Vcard, Export::Calendar].into_iter().find(|export| export.name() == name) {
            Some(export) if !exports.contains(&export) => exports.push(export),
            Some(_) => {
                let message = format!("`{name}` is given twice");
                notes.push(Diagnostic::error("duplicate-value", notes.at(extent), message));
            }
            None => {
                let message = format!("entries have no file of the kind `{name}`");
                let diagnostic = Diagnostic::error("wrong-value", notes.at(extent), message);
                notes.push(diagnostic.expected(one_of(Export::NAMES)).near(name, Export::NAMES));
            }
        }
    }
    exports
}

/// The date field named by `checked:`; where nothing is named, a date field of that very name.
pub(super) fn read_checked(
    record: &mut Record<'_>,
    fields: &IndexMap<String, Field>,
    notes: &mut Notes<'_>,
) -> Option<String> {
    let dates = || fields.values().filter(|field| field.kind.name() == "date").map(|field| field.name.as_str());
    let Some(node) = record.take("checked") else {
        return dates().find(|name| *name == "checked").map(str::to_owned);
    };
    let name = node.as_text().unwrap_or_default();
    if dates().any(|date| date == name) {
        return Some(name.to_owned());
    }
    let message = format!("`checked` names no date: there is no field `{name}` of this type");
    let diagnostic = Diagnostic::error("unknown-field", notes.at(node.extent), message);
    notes.push(diagnostic.expected(one_of(dates())).near(name, dates()));
    None
}

/// How many entries a page of the listing has.
pub(super) fn read_per_page(record: &mut Record<'_>, notes: &mut Notes<'_>) -> usize {
    let place = record.take("per_page").map(|node| notes.at(node.extent));
    let count = record.count("per_page", notes);
    if let Some(place) = place.filter(|_| count == Some(0)) {
        notes.push(Diagnostic::error("wrong-value", place, "`per_page` can't be 0").expected("a number such as `24`"));
    }
    count.unwrap_or(24).max(1)
}
