//! What enters: the catalogue. What leaves: an Atom feed a collection, region, department and language. It must not know pages.
//! Source: RFC 4287.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::catalogue::Catalogue;
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::output::Output;
use crate::plan::feed_path;
use crate::site_path::SitePath;
use crate::texts::Texts;

/// Entries in a feed.
const ENTRIES: usize = 30;

/// A list that can be followed.
struct Channel<'c> {
    title: String,
    page: SitePath,
    ids: &'c [EntryId],
}

/// The feeds of all collections that have one, and of all regions and departments.
#[must_use]
pub fn feeds(catalogue: &Catalogue<'_>, texts: &Texts) -> Vec<Output> {
    let mut outputs = Vec::new();
    for language in &catalogue.settings.languages {
        for collection in catalogue.collections.values().filter(|collection| collection.feed && collection.listed) {
            let ids = catalogue.listings.get(&(collection.key.clone(), language.clone()));
            let channel = Channel {
                title: collection.labels.many.get(language).to_owned(),
                page: catalogue.listing_path(collection, language),
                ids: ids.map_or(&[], Vec::as_slice),
            };
            outputs.push(feed(catalogue, texts, &channel, language));
        }
        for facet in catalogue.facets.values().filter(|facet| facet.is_territory) {
            for node in facet.all() {
                let channel = Channel {
                    title: node.label.get(language).to_owned(),
                    page: catalogue.facet_value_path(facet, &node.path, language),
                    ids: &node.entries,
                };
                outputs.push(feed(catalogue, texts, &channel, language));
            }
        }
    }
    outputs
}

fn feed(catalogue: &Catalogue<'_>, texts: &Texts, channel: &Channel<'_>, language: &str) -> Output {
    let base = &catalogue.settings.base_url.url;
    let path = feed_path(&channel.page);
    let entries = channel.ids.iter().filter_map(|id| catalogue.families.get(id)).map(|family| family.version(language));
    let mut dated: Vec<&Entry> = entries.filter(|entry| entry.updated.is_some()).collect();
    dated.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
    dated.truncate(ENTRIES);
    let updated = dated.first().and_then(|entry| entry.updated).unwrap_or(catalogue.date);
    let title = format!("{} · {}", channel.title, catalogue.settings.title.get(language));
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language)]);
    xml.text("title", &title);
    xml.text("id", &path.absolute(base));
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &path.absolute(base))]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &channel.page.absolute(base))]);
    xml.text("updated", &instant(updated));
    xml.open("author", &[]);
    let publisher =
        catalogue.settings.publisher.as_ref().map_or(&catalogue.settings.title, |publisher| &publisher.name);
    xml.text("name", publisher.get(language));
    xml.close("author");
    for entry in dated {
        let url = catalogue.entry_path(&entry.id, language).absolute(base);
        xml.open("entry", &[]);
        xml.text("title", &entry.title);
        xml.text("id", &url);
        xml.empty(
            "link",
            &[("rel", "alternate"), ("type", "text/html"), ("hreflang", &entry.language), ("href", &url)],
        );
        xml.text("updated", &instant(entry.updated.unwrap_or(catalogue.date)));
        let excerpt = texts.get(&entry.id, &entry.language).map_or("", |text| &text.excerpt);
        xml.text("summary", if entry.summary.is_empty() { excerpt } else { &entry.summary });
        xml.close("entry");
    }
    xml.close("feed");
    Output::new(path, xml.finish())
}

/// Midnight in UTC: entries know days only.
fn instant(date: jiff::civil::Date) -> String {
    format!("{date}T00:00:00Z")
}

/// Writes XML to memory, where nothing can fail.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub(crate) fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = quick_xml::events::BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.event(Event::Start(start));
    }

    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = quick_xml::events::BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.event(Event::Empty(start));
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        // XML 1.0 has no way to write most control characters.
        let text: String =
            text.chars().filter(|character| !character.is_control() || matches!(character, '\t' | '\n')).collect();
        self.event(Event::Start(quick_xml::events::BytesStart::new(name)));
        self.event(Event::Text(BytesText::new(&text)));
        self.close(name);
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.event(Event::End(quick_xml::events::BytesEnd::new(name)));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing to a vector never fails.
        let _ = self.0.write_event(event);
    }
}
