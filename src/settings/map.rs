//! What enters: the table `[map]` of `site.toml`. What leaves: [`MapSettings`]. It must not know outlines, facets or collections: later stages
//! find what is named here.

use crate::diagnostic::Extent;
use crate::node::{Node, Notes, Record};

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
        record.finish(notes);
        Some(Self { outlines, id, name, group, facet, collection })
    }
}
