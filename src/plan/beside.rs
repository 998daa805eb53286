//! What enters: an entry. What leaves: links to its files for other programs, its neighbours on the map, how to cite it, and what its files hold.
//! It must not know how they are shown.

use super::{DataFile, Here, Planner};
use crate::calendar;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::Value;
use crate::picture::{Picture, Place, Showing};
use crate::reads::Thing;
use crate::view::{ExportLink, NearCard, Preview};

/// Rows of a table, and lines of a text, that a preview shows.
const SHOWN: usize = 12;

/// Larger files are not looked into.
const LARGEST: usize = 200_000;

impl Planner<'_> {
    /// The files beside an entry's page.
    pub(super) fn export_links(&self, collection: &Collection, entry: &Entry) -> Vec<ExportLink> {
        let there = collection.exports.iter().filter(|export| (self.has)(DataFile::Entry(&entry.id, **export)));
        let path = |export| self.catalogue.export_path(&entry.id, export);
        there.map(|export| ExportLink { kind: export.name(), url: path(*export).from_root() }).collect()
    }

    /// The nearest entries of the same collection.
    pub(super) fn nearby(&self, entry: &Entry, here: &Here) -> Vec<NearCard> {
        here.reads.note(Thing::Positions);
        let near = self.neighbourhood.near(&entry.id).into_iter();
        near.filter_map(|(id, distance)| {
            Some(NearCard { card: self.card(id, here)?, distance: kilometres(distance, &here.language) })
        })
        .collect()
    }

    /// Title, publisher, site, date, address: what a bibliography wants.
    pub(super) fn citation(&self, entry: &Entry, here: &Here) -> String {
        let settings = self.catalogue.settings;
        let language = here.language.as_str();
        let publisher = settings.publisher.as_ref().map_or(&settings.title, |publisher| &publisher.name);
        let date = self.day(entry.updated.unwrap_or(self.catalogue.date), language).display;
        let url = self.catalogue.entry_path(&entry.id, &entry.language).absolute(&settings.base_url.url);
        format!("{}. {}, {date}. {url}", entry.title, publisher.get(language))
    }

    /// The time zone of the entry's address.
    pub(super) fn zone(&self, collection: &Collection, entry: &Entry) -> &'static str {
        let mut values = collection.fields.keys().flat_map(|name| entry.values(name));
        calendar::zone(values.find_map(|value| match value {
            Value::Address(address) => Some(address.commune_code.as_str()),
            _ => None,
        }))
    }

    /// The beginning of a file of the entry's bundle, where a page can show it.
    pub(super) fn preview(&self, entry: &Entry, path: &str, picture: Option<&Picture>) -> Option<Preview> {
        if let Some(picture) = picture {
            let html = picture.html(&Showing { place: Place::Column, ..Showing::default() });
            return Some(Preview { kind: "image", html, ..Preview::default() });
        }
        let source = &self.bundles.get(&entry.id, path)?.source;
        let extension = path.rsplit('.').next().unwrap_or_default().to_lowercase();
        if source.bytes.len() > LARGEST {
            return None;
        }
        match extension.as_str() {
            "csv" => table(source.text().ok()?),
            "md" | "txt" => {
                let text = source.text().ok()?;
                let lines: Vec<&str> = text.lines().take(SHOWN).collect();
                let more = text.lines().count().saturating_sub(SHOWN);
                (!lines.is_empty()).then(|| Preview {
                    kind: "text",
                    text: lines.join("\n"),
                    more,
                    ..Preview::default()
                })
            }
            _ => None,
        }
    }
}

/// The first rows of a table; `;` separates where the first line has more of them than commas.
fn table(text: &str) -> Option<Preview> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    if head.len() < 2 {
        return None;
    }
    let mut rows = Vec::new();
    let mut more = 0;
    for record in reader.records() {
        let Ok(record) = record else { return None };
        if rows.len() < SHOWN {
            rows.push(record.iter().map(str::to_owned).collect());
        } else {
            more += 1;
        }
    }
    Some(Preview { kind: "table", head, rows, more, ..Preview::default() })
}

/// `350 m`, `2,4 km`, `18 km`.
fn kilometres(distance: f64, language: &str) -> String {
    if distance < 0.95 {
        return format!("{:.0} m", (distance * 20.0).round().max(1.0) * 50.0);
    }
    if distance >= 9.95 {
        return format!("{distance:.0} km");
    }
    let text = format!("{distance:.1} km");
    if language.starts_with("fr") { text.replace('.', ",") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_as_exact_as_they_are_near() {
        let texts = [0.01, 0.34, 2.44, 9.96, 18.4].map(|distance| kilometres(distance, "fr"));
        assert_eq!(texts, ["50 m", "350 m", "2,4 km", "10 km", "18 km"]);
        assert_eq!(kilometres(2.44, "en"), "2.4 km");
    }

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn tables_are_read_with_either_separator() {
        let preview = table("a;b;\"c,d\"\n1;2;\"3\n4\"\n").expect("a table");
        assert_eq!((preview.head, preview.rows), (cells(&["a", "b", "c,d"]), vec![cells(&["1", "2", "3\n4"])]));
        assert!(table("one column\n").is_none());
    }
}
