//! What enters: an entry. What leaves: its contact as a vCard 4.0, for a telephone's address book. It must not know pages. Source: RFC 6350.

use super::lines::Lines;
use crate::catalogue::Catalogue;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::Value;
use crate::field::value::Address;
use crate::output::Output;
use crate::site_path::SitePath;

/// The card of an entry; none where there is nothing to write down but a name.
#[must_use]
pub(super) fn card(
    catalogue: &Catalogue<'_>,
    collection: &Collection,
    entry: &Entry,
    path: SitePath,
) -> Option<Output> {
    if !has(collection, entry) {
        return None;
    }
    let url = catalogue.entry_path(&entry.id, &entry.language).absolute(&catalogue.settings.base_url.url);
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCARD");
    lines.put("VERSION", "4.0");
    lines.put("KIND", "org");
    lines.text("FN", &entry.title);
    for field in collection.fields.values() {
        for value in entry.values(&field.name) {
            match Contact::of(field.kind.name(), value) {
                Some(Contact::Address(address)) => {
                    let parts = [
                        "",
                        "",
                        address.street.as_deref().unwrap_or_default(),
                        &address.commune,
                        &address.region.name,
                        &address.postcode,
                        "France",
                    ];
                    lines.list("ADR", parts);
                }
                Some(Contact::Position(lat, lon)) => lines.put("GEO", &format!("geo:{lat},{lon}")),
                Some(Contact::Email(email)) => lines.text("EMAIL", email),
                Some(Contact::Phone(phone)) => {
                    lines.put("TEL;VALUE=uri", &format!("tel:{}", phone.replace(' ', "")));
                }
                Some(Contact::Url(url)) => lines.put("URL", url),
                None => {}
            }
        }
    }
    lines.put("SOURCE", &url);
    if let Some(updated) = entry.updated {
        lines.put("REV", &format!("{}T000000Z", updated.strftime("%Y%m%d")));
    }
    lines.put("END", "VCARD");
    Some(Output::new(path, lines.finish()))
}

/// Whether an entry has a card.
#[must_use]
pub(super) fn has(collection: &Collection, entry: &Entry) -> bool {
    let is_contact = |kind: &str, value: &Value| Contact::of(kind, value).is_some();
    collection.fields.values().any(|field| entry.values(&field.name).any(|value| is_contact(field.kind.name(), value)))
}

/// A value that an address book has a place for.
enum Contact<'v> {
    Address(&'v Address),
    Position(f64, f64),
    Email(&'v str),
    Phone(&'v str),
    Url(&'v str),
}

impl<'v> Contact<'v> {
    fn of(kind: &str, value: &'v Value) -> Option<Self> {
        Some(match (kind, value) {
            (_, Value::Address(address)) => Self::Address(address),
            (_, Value::Position(lat, lon)) => Self::Position(*lat, *lon),
            ("email", Value::Text(email)) => Self::Email(email),
            ("phone", Value::Text(phone)) => Self::Phone(phone),
            ("url", Value::Text(url)) => Self::Url(url),
            _ => return None,
        })
    }
}
