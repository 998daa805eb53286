//! What enters: the tree of `site.toml`. What leaves: [`Settings`], checked. It must not know entries: menus and home page name targets
//! that `catalogue` resolves.

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Extent};
use crate::entry_id::{is_slug, slugify};
use crate::localised::Localised;
use crate::node::{Located, Node, Notes, Record};

mod appearance;
mod home;
mod map;
mod pictures;

pub use appearance::{Appearance, Banner, Colour, Partner, Profile};
use appearance::{pattern, web_address};
pub use home::{Block, BlockKind, Door, Home};
pub use map::{MapSettings, Tiles};
pub use pictures::PictureSettings;

/// The settings of a site.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's name.
    pub title: Localised,
    /// One sentence: the promise on the home page.
    pub description: Localised,
    /// Where the site is published.
    pub base_url: BaseUrl,
    /// BCP 47 codes; the first is the default language, whose pages have no prefix.
    pub languages: Vec<String>,
    /// Where they stand in `site.toml`.
    pub languages_extent: Extent,
    /// The folder in `themes/` whose files win over the embedded ones.
    pub theme: Located<String>,
    /// The build date, where nothing stronger gives one.
    pub date: Option<Date>,
    /// SPDX identifier of the content's licence.
    pub licence: Option<String>,
    /// Where an entry can be edited; `{path}`.
    pub edit_url: Option<String>,
    /// Where an error can be reported; `{title}`, `{url}`, `{path}`.
    pub report_url: Option<String>,
    /// Who publishes the site.
    pub publisher: Option<Publisher>,
    /// The main menu.
    pub navigation: Vec<MenuItem>,
    /// The menu at the foot of pages.
    pub footer: Vec<MenuItem>,
    /// The home page's blocks.
    pub home: Home,
    /// Colours, mark, banner, profiles.
    pub appearance: Appearance,
    /// Names and addresses of facets by key.
    pub facets: IndexMap<String, FacetSettings>,
    /// Groups of words that mean the same in search.
    pub synonyms: Vec<Vec<String>>,
    /// Path of the site's own table of communes.
    pub communes: Option<(String, Extent)>,
    /// What maps show.
    pub map: MapSettings,
    /// How pictures' files are made.
    pub pictures: PictureSettings,
    /// Where facts come from.
    pub sources: Vec<DataSource>,
}

/// A published address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// `https://centre.example/sub/`: ends in `/`.
    pub url: String,
    /// `/sub/`: starts and ends in `/`.
    pub path: String,
}

impl BaseUrl {
    /// Reads an absolute http(s) URL without query or fragment.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("has no scheme")?;
        if !matches!(scheme, "http" | "https") {
            return Err("is neither http nor https");
        }
        if rest.contains(['?', '#', ' ', '@', '"', '<', '>', '\\']) {
            return Err("holds more than host and path");
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err("has no host");
        }
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Ok(Self { url: format!("{scheme}://{host}{path}"), path })
    }
}

/// Who publishes.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// The name.
    pub name: Localised,
    /// The web site.
    pub url: Option<String>,
}

/// A menu's line.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// A collection, `collection/slug`, `search`, `a-z`, `facet:key` or a URL.
    pub to: String,
    /// The label, where it isn't the target's own.
    pub label: Option<Localised>,
    /// Where `to` stands in `site.toml`.
    pub extent: Extent,
}

/// A facet's name and address.
#[derive(Clone, Debug)]
pub struct FacetSettings {
    /// The name, where it isn't the field's.
    pub label: Option<Localised>,
    /// What the page of all its values is called, where that isn't the name.
    pub title: Option<Localised>,
    /// The first segment of its pages' addresses.
    pub path: Option<Localised>,
    /// Where the facet's key stands in `site.toml`.
    pub extent: Extent,
}

/// A source of facts.
#[derive(Clone, Debug)]
pub struct DataSource {
    /// The name.
    pub name: Localised,
    /// Where it is published.
    pub url: Option<String>,
    /// Its licence's identifier.
    pub licence: Option<String>,
    /// Its date or year.
    pub date: Option<String>,
    /// What was taken from it.
    pub note: Localised,
}

impl Settings {
    /// Reads the whole file. `None` when something that all else needs is missing.
    pub fn read(node: &Node, notes: &mut Notes<'_>) -> Option<Self> {
        let mut record = Record::open(node, "site.toml", notes)?;
        let languages = read_languages(&mut record, notes);
        let title = record.require("title", notes).map(|node| Localised::read(node, "title", &languages, notes));
        let localised = |record: &mut Record<'_>, name, notes: &mut Notes<'_>| {
            record.take(name).map(|node| Localised::read(node, name, &languages, notes))
        };
        let description = localised(&mut record, "description", notes).unwrap_or_default();
        let base_url = record.require("base_url", notes).and_then(|node| read_base_url(node, notes));
        let place = |name: &str| -> Extent { node.get(name).map_or((0..0).into(), |node| node.extent) };
        let theme = record.text("theme", notes).unwrap_or("default").to_owned();
        let theme = Located { value: theme, extent: place("theme") };
        let date = record.take("date").and_then(|node| read_date(node, notes));
        let licence = record.text("licence", notes).map(str::to_owned);
        let edit_url = record.take("edit_url").and_then(|node| pattern(node, &["path"], notes));
        let report_url = record.take("report_url").and_then(|node| pattern(node, &["path", "title", "url"], notes));
        let publisher = record.take("publisher").and_then(|node| read_publisher(node, &languages, notes));
        let navigation = tables(&mut record, "navigation", notes, |node, notes| read_menu(node, &languages, notes));
        let footer = tables(&mut record, "footer", notes, |node, notes| read_menu(node, &languages, notes));
        let home = record.take("home").and_then(|node| Home::read(node, &languages, notes)).unwrap_or_else(Home::plain);
        let appearance = Appearance::read(&mut record, &languages, notes);
        let facets = read_facets(&mut record, &languages, notes);
        let synonyms = record.take("search").map(|node| read_synonyms(node, notes)).unwrap_or_default();
        let communes = record.take("lookup").and_then(|node| read_lookup(node, notes));
        let map = record.take("map").and_then(|node| MapSettings::read(node, notes)).unwrap_or_default();
        let pictures = record.take("pictures").and_then(|node| PictureSettings::read(node, notes)).unwrap_or_default();
        let sources = tables(&mut record, "sources", notes, |node, notes| read_source(node, &languages, notes));
        record.finish(notes);
        let (title, base_url) = (title?, base_url?);
        Some(Self {
            title,
            description,
            base_url,
            languages,
            languages_extent: place("languages"),
            theme,
            date,
            licence,
            edit_url,
            report_url,
            publisher,
            navigation,
            footer,
            home,
            appearance,
            facets,
            synonyms,
            communes,
            map,
            pictures,
            sources,
        })
    }

    /// The language of pages without a prefix.
    #[must_use]
    pub fn default_language(&self) -> &str {
        self.languages.first().map_or("fr", String::as_str)
    }
}

fn read_languages(record: &mut Record<'_>, notes: &mut Notes<'_>) -> Vec<String> {
    let mut languages = Vec::new();
    if let Some(node) = record.take("languages").filter(|node| node.as_list().is_some_and(<[Node]>::is_empty)) {
        let fault = Diagnostic::error("empty-list", notes.at(node.extent), "`languages` names no language");
        notes.push(fault.expected("at least one, such as `[\"fr\", \"en\"]`; the first is the default one"));
    }
    for (code, extent) in record.texts("languages", notes) {
        let location = notes.at(extent);
        if code.parse::<icu_locale_core::LanguageIdentifier>().is_err() || code != code.to_lowercase() {
            let message = format!("`{code}` is no language code");
            let diagnostic = Diagnostic::error("wrong-value", location, message);
            notes.push(diagnostic.expected("a lower-case BCP 47 code such as `fr` or `en`"));
        } else if languages.contains(&code.to_owned()) {
            notes.push(Diagnostic::error("duplicate-value", location, format!("`{code}` is given twice")));
        } else {
            languages.push(code.to_owned());
        }
    }
    if languages.is_empty() {
        languages.push("fr".to_owned());
    }
    languages
}

fn read_base_url(node: &Node, notes: &mut Notes<'_>) -> Option<BaseUrl> {
    let Some(text) = node.as_text() else {
        notes.wrong_kind(node, "base_url", "a text");
        return None;
    };
    match BaseUrl::parse(text) {
        Ok(url) => Some(url),
        Err(fault) => {
            let location = notes.at(node.extent);
            let diagnostic = Diagnostic::error("wrong-value", location, format!("`{text}` {fault}"));
            notes.push(diagnostic.expected("the site's address, such as `https://centre.example/`"));
            None
        }
    }
}

fn read_date(node: &Node, notes: &mut Notes<'_>) -> Option<Date> {
    let date = node.as_text().and_then(|text| text.parse().ok());
    if date.is_none() {
        let location = notes.at(node.extent);
        let diagnostic = Diagnostic::error("wrong-value", location, "`date` is no day");
        notes.push(diagnostic.expected("a day such as `2026-11-01`"));
    }
    date
}

fn read_publisher(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Publisher> {
    let mut record = Record::open(node, "[publisher]", notes)?;
    let name = record.require("name", notes).map(|node| Localised::read(node, "name", languages, notes));
    let url = record.take("url").and_then(|node| web_address(node, "a publisher", notes));
    record.finish(notes);
    Some(Publisher { name: name?, url })
}

fn read_menu(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<MenuItem> {
    let mut record = Record::open(node, "a menu item", notes)?;
    let to = record.require("to", notes);
    let label = record.take("label").map(|node| Localised::read(node, "label", languages, notes));
    record.finish(notes);
    let to = to?;
    Some(MenuItem { to: to.as_text()?.to_owned(), label, extent: to.extent })
}

fn read_facets(
    record: &mut Record<'_>,
    languages: &[String],
    notes: &mut Notes<'_>,
) -> IndexMap<String, FacetSettings> {
    let mut facets = IndexMap::new();
    let pairs = record.take("facets").and_then(Node::as_map).unwrap_or_default();
    for (key, node) in pairs {
        let Some(mut record) = Record::open(node, "a facet", notes) else { continue };
        let label = record.take("label").map(|node| Localised::read(node, "label", languages, notes));
        let title = record.take("title").map(|node| Localised::read(node, "title", languages, notes));
        let path = record.take("path").and_then(|node| read_path(node, languages, notes));
        record.finish(notes);
        facets.insert(key.name.clone(), FacetSettings { label, title, path, extent: key.extent });
    }
    facets
}

/// The address of a facet's pages, below the site's.
fn read_path(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Localised> {
    let path = Localised::read(node, "path", languages, notes);
    let strange = path.iter().find(|(_, text)| !text.split('/').all(is_slug));
    let Some((_, text)) = strange else { return Some(path) };
    let fault = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{text}` can't stand in an address"));
    let fault = fault.expected("small letters a to z, digits and `-`, such as `themes`");
    notes.push(match slugify(text) {
        better if better.is_empty() => fault,
        better => fault.help(format!("write `{better}`")),
    });
    None
}

fn read_synonyms(node: &Node, notes: &mut Notes<'_>) -> Vec<Vec<String>> {
    let Some(mut record) = Record::open(node, "[search]", notes) else { return Vec::new() };
    let mut groups = Vec::new();
    for (text, extent) in record.texts("synonyms", notes) {
        let group: Vec<String> = text.split('=').map(|word| word.trim().to_owned()).collect();
        if group.len() < 2 || group.iter().any(String::is_empty) {
            let diagnostic = Diagnostic::error("wrong-value", notes.at(extent), format!("`{text}` joins nothing"));
            notes.push(diagnostic.expected("words joined by `=`, such as `fablab = makerspace`"));
        } else {
            groups.push(group);
        }
    }
    record.finish(notes);
    groups
}

fn read_lookup(node: &Node, notes: &mut Notes<'_>) -> Option<(String, Extent)> {
    let mut record = Record::open(node, "[lookup]", notes)?;
    let communes = record.take("communes");
    record.finish(notes);
    let communes = communes?;
    Some((communes.as_text()?.to_owned(), communes.extent))
}

fn read_source(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<DataSource> {
    let mut record = Record::open(node, "a source", notes)?;
    let name = record.require("name", notes).map(|node| Localised::read(node, "name", languages, notes));
    let url = record.take("url").and_then(|node| web_address(node, "a source", notes));
    let licence = record.text("licence", notes).map(str::to_owned);
    let date = record.text("date", notes).map(str::to_owned);
    let note = record.take("note").map(|node| Localised::read(node, "note", languages, notes));
    record.finish(notes);
    Some(DataSource { name: name?, url, licence, date, note: note.unwrap_or_default() })
}

fn tables<'a, T>(
    record: &mut Record<'a>,
    name: &'a str,
    notes: &mut Notes<'_>,
    read: impl Fn(&'a Node, &mut Notes<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(node) = record.take(name) else { return Vec::new() };
    let Some(items) = node.as_list() else {
        notes.wrong_kind(node, name, &format!("tables under `[[{name}]]`"));
        return Vec::new();
    };
    items.iter().filter_map(|item| read(item, notes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_keep_their_sub_path() {
        let url = BaseUrl::parse("https://a.example/b").expect("a base URL");
        assert_eq!((url.url.as_str(), url.path.as_str()), ("https://a.example/b/", "/b/"));
        assert_eq!(BaseUrl::parse("https://a.example").map(|url| url.path).as_deref(), Ok("/"));
        assert!(BaseUrl::parse("a.example").is_err() && BaseUrl::parse("https://a/?b").is_err());
    }
}
