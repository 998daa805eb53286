//! What enters: the tree of `[home]`. What leaves: [`Home`], the home page's blocks in order. It must not know whether what they name exists:
//! `catalogue` resolves that.

use super::tables;
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::entry_id::EntryId;
use crate::localised::Localised;
use crate::node::{Node, Notes, Record};
use crate::settings::MenuItem;

/// What the home page shows.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The promise, as the page's heading; the site's title where there is none.
    pub promise: Option<Localised>,
    /// Queries to try, below the search field.
    pub searches: Vec<Localised>,
    /// The entry whose text a block of the kind `text` shows.
    pub text: Option<(EntryId, Extent)>,
    /// The blocks below the search, in order.
    pub blocks: Vec<Block>,
}

/// A block of the home page.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its heading, where it isn't the one of its kind.
    pub title: Option<Localised>,
    /// A sentence below the heading.
    pub lead: Option<Localised>,
    /// What it shows.
    pub kind: BlockKind,
}

/// What a block shows.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// Ways in, by audience.
    Doors(Vec<Door>),
    /// The territory.
    Map,
    /// How many entries these collections have; all listed ones when there is none.
    Numbers(Vec<(String, Extent)>),
    /// The entries of these collections (all, when there is none) that were updated last.
    Latest(Vec<(String, Extent)>, usize),
    /// The next sessions of a collection's entries: those whose `date-range` has not passed at the build date.
    Agenda((String, Extent), usize),
    /// The first entries of a collection, in its order.
    Entries((String, Extent), usize),
    /// The values of a facet.
    Facet((String, Extent)),
    /// Who carries the centre.
    Partners,
    /// The text of `home.text`.
    Text,
}

/// A way in.
#[derive(Clone, Debug)]
pub struct Door {
    /// Where it leads, and what it is called.
    pub link: MenuItem,
    /// A sentence.
    pub text: Localised,
    /// The theme's icon, and where it is named.
    pub icon: Option<(String, Extent)>,
}

impl BlockKind {
    /// The kinds' names.
    pub const NAMES: [&str; 9] =
        ["doors", "map", "numbers", "latest", "agenda", "entries", "facet", "partners", "text"];

    /// The name in `site.toml`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Doors(_) => "doors",
            Self::Map => "map",
            Self::Numbers(_) => "numbers",
            Self::Latest(..) => "latest",
            Self::Agenda(..) => "agenda",
            Self::Entries(..) => "entries",
            Self::Facet(_) => "facet",
            Self::Partners => "partners",
            Self::Text => "text",
        }
    }

    /// The collections that the block names.
    #[must_use]
    pub fn collections(&self) -> &[(String, Extent)] {
        match self {
            Self::Numbers(collections) | Self::Latest(collections, _) => collections,
            Self::Agenda(collection, _) | Self::Entries(collection, _) => std::slice::from_ref(collection),
            Self::Doors(_) | Self::Map | Self::Facet(_) | Self::Partners | Self::Text => &[],
        }
    }
}

impl Home {
    /// The home page of a site that says nothing of it: numbers, what is new.
    #[must_use]
    pub fn plain() -> Self {
        let block = |kind| Block { title: None, lead: None, kind };
        let blocks = vec![block(BlockKind::Numbers(Vec::new())), block(BlockKind::Latest(Vec::new(), 6))];
        Self { blocks, ..Self::default() }
    }

    /// Reads `[home]`.
    pub(super) fn read(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Self> {
        let mut record = Record::open(node, "[home]", notes)?;
        let promise = record.take("promise").map(|node| Localised::read(node, "promise", languages, notes));
        let searches = record.take("searches").and_then(Node::as_list).unwrap_or_default().iter();
        let searches = searches.map(|node| Localised::read(node, "searches", languages, notes)).collect();
        let text = record.take("text").and_then(|node| {
            let id = node.as_text().and_then(EntryId::parse);
            if id.is_none() {
                let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), "`text` names no entry");
                notes.push(diagnostic.expected("a collection and a slug, such as `pages/home`"));
            }
            Some((id?, node.extent))
        });
        let blocks = tables(&mut record, "blocks", notes, |node, notes| read_block(node, languages, notes));
        record.finish(notes);
        let plain = Self::plain();
        let blocks = if blocks.is_empty() { plain.blocks } else { blocks };
        Some(Self { promise, searches, text, blocks })
    }
}

fn read_block(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Block> {
    let mut record = Record::open(node, "a block", notes)?;
    let kind_node = record.require("kind", notes)?;
    let title = record.take("title").map(|node| Localised::read(node, "title", languages, notes));
    let lead = record.take("lead").map(|node| Localised::read(node, "lead", languages, notes));
    let name = kind_node.as_text().unwrap_or_default();
    let kind = match name {
        "doors" => {
            Some(BlockKind::Doors(tables(&mut record, "doors", notes, |node, notes| read_door(node, languages, notes))))
        }
        "map" => Some(BlockKind::Map),
        "numbers" => Some(BlockKind::Numbers(named(&mut record, "collections", notes))),
        "latest" => {
            let collections = named(&mut record, "collections", notes);
            Some(BlockKind::Latest(collections, record.count("count", notes).unwrap_or(6)))
        }
        "agenda" | "entries" => {
            let collection = one(&mut record, "collection", notes);
            let count = record.count("count", notes).unwrap_or(if name == "agenda" { 6 } else { 12 });
            collection.map(|collection| match name {
                "agenda" => BlockKind::Agenda(collection, count),
                _ => BlockKind::Entries(collection, count),
            })
        }
        "facet" => one(&mut record, "facet", notes).map(BlockKind::Facet),
        "partners" => Some(BlockKind::Partners),
        "text" => Some(BlockKind::Text),
        _ => {
            let message = format!("there is no block of the kind `{name}`");
            let diagnostic = Diagnostic::error("wrong-value", notes.at(kind_node.extent), message);
            notes.push(diagnostic.expected(one_of(BlockKind::NAMES)).near(name, BlockKind::NAMES));
            return None;
        }
    };
    record.finish(notes);
    Some(Block { title, lead, kind: kind? })
}

fn read_door(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Door> {
    let mut record = Record::open(node, "a door", notes)?;
    let to = record.require("to", notes);
    let label = record.take("label").map(|node| Localised::read(node, "label", languages, notes));
    let text = record.take("text").map(|node| Localised::read(node, "text", languages, notes)).unwrap_or_default();
    let icon = record.take("icon").and_then(|node| Some((node.as_text()?.to_owned(), node.extent)));
    record.finish(notes);
    let to = to?;
    let link = MenuItem { to: to.as_text()?.to_owned(), label, extent: to.extent };
    Some(Door { link, text, icon })
}

fn named<'a>(record: &mut Record<'a>, name: &'a str, notes: &mut Notes<'_>) -> Vec<(String, Extent)> {
    record.texts(name, notes).into_iter().map(|(text, extent)| (text.to_owned(), extent)).collect()
}

fn one<'a>(record: &mut Record<'a>, name: &'a str, notes: &mut Notes<'_>) -> Option<(String, Extent)> {
    let node = record.require(name, notes)?;
    match node.as_text() {
        Some(text) => Some((text.to_owned(), node.extent)),
        None => {
            notes.wrong_kind(node, name, "a text");
            None
        }
    }
}
