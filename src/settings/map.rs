//! What enters: the table `[map]` of `site.toml`. What leaves: [`MapSettings`]. It must not know outlines, facets or collections: later stages
//! find what is named here.

use crate::diagnostic::{Diagnostic, Extent};
use crate::node::{Node, Notes, Record};
use crate::settings::appearance::address;

/// What maps show.
#[derive(Clone, Debug)]
pub struct MapSettings {
    /// Path of the site's own outlines, GeoJSON.
    pub outlines: Option<(String, Extent)>,
    /// The property that holds an area's code.
    pub id: String,
    /// The property that holds an area's name.
    pub name: String,
    /// The property that holds the name of the group that an area belongs to.
    pub group: Option<String>,
    /// The facet whose values are the areas.
    pub facet: Option<(String, Extent)>,
    /// The collection whose entries are shown.
    pub collection: Option<(String, Extent)>,
    /// Who draws the ground of the interactive map; without it, the outlines are all there is.
    pub tiles: Option<Tiles>,
}

/// A server of map tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// `https://tiles.example/{z}/{x}/{y}.png`.
    pub url: String,
    /// Whom the map must name.
    pub attribution: String,
    /// Where they say what they do with visitors' addresses.
    pub privacy_url: Option<String>,
}

impl Tiles {
    /// `https://tiles.example`: what the pages' policy allows.
    #[must_use]
    pub fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        self.url[host..].find('/').map_or(&self.url, |end| &self.url[..host + end])
    }

    /// `tiles.example`, for readers.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin().trim_start_matches("https://")
    }
}

impl Default for MapSettings {
    fn default() -> Self {
        Self {
            outlines: None,
            id: "id".to_owned(),
            name: "name".to_owned(),
            group: None,
            facet: None,
            collection: None,
            tiles: None,
        }
    }
}

impl MapSettings {
    pub(super) fn read(node: &Node, notes: &mut Notes<'_>) -> Option<Self> {
        let mut record = Record::open(node, "[map]", notes)?;
        let located = |record: &mut Record<'_>, name| {
            record.take(name).and_then(|node| Some((node.as_text()?.to_owned(), node.extent)))
        };
        let outlines = located(&mut record, "outlines");
        let facet = located(&mut record, "facet");
        let collection = located(&mut record, "collection");
        let default = Self::default();
        let id = record.text("id", notes).map_or(default.id, str::to_owned);
        let name = record.text("name", notes).map_or(default.name, str::to_owned);
        let group = record.text("group", notes).map(str::to_owned);
        let tiles = record.take("tiles").and_then(|node| read_tiles(node, notes));
        record.finish(notes);
        Some(Self { outlines, id, name, group, facet, collection, tiles })
    }
}

fn read_tiles(node: &Node, notes: &mut Notes<'_>) -> Option<Tiles> {
    let mut record = Record::open(node, "[map.tiles]", notes)?;
    let url = record.require("url", notes);
    let attribution = record.require("attribution", notes).and_then(Node::as_text).map(str::to_owned);
    let privacy_url = record.take("privacy_url").and_then(|node| address(node, "a privacy policy", notes));
    record.finish(notes);
    let url = url?;
    let text = url.as_text().unwrap_or_default();
    let (host, path) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')).unwrap_or_default();
    // The host goes into the pages' policy: it must be one, and always the same.
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    if !is_host || !["{z}", "{x}", "{y}"].iter().all(|part| path.contains(part)) {
        let message = format!("`{text}` is no address of map tiles");
        let diagnostic = Diagnostic::error("wrong-value", notes.at(url.extent), message);
        notes.push(diagnostic.expected("an address such as `https://tiles.example/{z}/{x}/{y}.png`"));
        return None;
    }
    Some(Tiles { url: text.to_owned(), attribution: attribution?, privacy_url })
}
