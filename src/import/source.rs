//! What enters: where a value comes from, as a map says it, and rows. What leaves: the value as the table says it, with its place. It must not know
//! what the value is for: fields convert and read it.

use super::map::{Faulty, Update};
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::entry_id::slugify;
use crate::field::{FieldType, Reading};
use crate::node::{Content, Key, Node, Notes, Record};
use crate::table::{Cell, Row};

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    from: From,
    /// Translations: what the table says, what the entry says; an empty text is nothing.
    values: Vec<(String, Node)>,
    /// What every text becomes that has no translation.
    otherwise: Option<Node>,
    /// Texts that stand for nothing in these columns.
    empty: Vec<String>,
    /// What parts several values in a cell.
    separator: Option<String>,
    /// Whether only the first of several values is taken.
    first: bool,
    /// What is taken where the table says nothing.
    default: Option<Node>,
}

#[derive(Clone, Debug)]
enum From {
    /// The first of these columns that says something.
    Columns(Vec<usize>),
    /// The first of these texts whose columns all say something.
    Templates(Vec<Vec<Piece>>),
    /// The same for every row.
    Constant(Node),
    /// The parts of a value.
    Parts(Vec<(Key, Source)>),
}

impl Default for From {
    fn default() -> Self {
        Self::Columns(Vec::new())
    }
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Column(usize),
}

/// The columns that a text or a list of texts names.
pub(super) fn columns(node: &Node, header: &[Cell], notes: &mut Notes<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    for item in node.items() {
        match item.as_text() {
            Some(name) => found.extend(column(name, item.extent, header, notes)),
            None => notes.wrong_kind(item, "this column", "the name of a column"),
        }
    }
    found
}

fn column(name: &str, extent: Extent, header: &[Cell], notes: &mut Notes<'_>) -> Option<usize> {
    let mut same = header.iter().enumerate().filter(|(_, cell)| cell.text == name).map(|(at, _)| at);
    match (same.next(), same.next()) {
        (Some(at), None) => Some(at),
        (Some(_), Some(_)) => {
            let message = format!("the table has several columns `{name}`");
            let fault = Diagnostic::error("ambiguous-column", notes.at(extent), message);
            notes.push(fault.help("give the columns different names in the first row of the table"));
            None
        }
        (None, _) => {
            let names = || header.iter().map(|cell| cell.text.as_str()).filter(|name| !name.is_empty());
            let fault =
                Diagnostic::error("unknown-column", notes.at(extent), format!("the table has no column `{name}`"));
            notes.push(fault.expected(one_of(names())).near(name, names()));
            None
        }
    }
}

impl Source {
    /// Reads a source with what only fields say: how they are updated, and what becomes of faulty values.
    pub(super) fn read_field(node: &Node, header: &[Cell], notes: &mut Notes<'_>) -> Option<(Self, Update, Faulty)> {
        if node.as_map().is_none() {
            return Some((Self::read(node, header, notes)?, Update::Merge, Faulty::Reject));
        }
        let mut record = Record::open(node, "a field of the map", notes)?;
        let update = choice(
            &mut record,
            "update",
            &[("merge", Update::Merge), ("keep", Update::Keep), ("replace", Update::Replace)],
            notes,
        );
        let faulty =
            choice(&mut record, "faulty", &[("reject", Faulty::Reject), ("leave-out", Faulty::LeaveOut)], notes);
        let source = Self::read_record(record, node, header, notes)?;
        Some((source, update, faulty))
    }

    /// Reads a column's name, or a table with `column`, `template`, `constant` or `parts`.
    pub(super) fn read(node: &Node, header: &[Cell], notes: &mut Notes<'_>) -> Option<Self> {
        if node.as_text().is_some() || node.as_list().is_some() {
            return Some(Self { from: From::Columns(columns(node, header, notes)), ..Self::default() });
        }
        let record = Record::open(node, "a source", notes)?;
        Self::read_record(record, node, header, notes)
    }

    fn read_record<'a>(mut record: Record<'a>, node: &Node, header: &[Cell], notes: &mut Notes<'_>) -> Option<Self> {
        let mut from = Vec::new();
        from.extend(record.take("column").map(|node| From::Columns(columns(node, header, notes))));
        let templates = record.texts("template", notes);
        if !templates.is_empty() {
            let read = |(text, extent): &(&str, Extent)| template(text, *extent, header, notes);
            from.push(From::Templates(templates.iter().map(read).collect()));
        }
        from.extend(record.take("constant").map(|node| From::Constant(node.clone())));
        if let Some(node) = record.take("parts") {
            let pairs = node.as_map().unwrap_or_default();
            if pairs.is_empty() {
                notes.wrong_kind(node, "parts", "a table from part to column");
            }
            let part = |(key, node): &(Key, Node)| Some((key.clone(), Self::read(node, header, notes)?));
            from.push(From::Parts(pairs.iter().filter_map(part).collect()));
        }
        let values = record.take("values").and_then(Node::as_map).unwrap_or_default();
        let values = values.iter().map(|(key, node)| (key.name.clone(), node.clone())).collect();
        let otherwise = record.take("otherwise").cloned();
        let empty = record.texts("empty", notes).into_iter().map(|(text, _)| text.to_owned()).collect();
        let separator = record.text("separator", notes).map(str::to_owned);
        let first = record.flag("first", false, notes);
        let default = record.take("default").cloned();
        record.finish(notes);
        if from.len() == 1 {
            return Some(Self { from: from.remove(0), values, otherwise, empty, separator, first, default });
        }
        let message = if from.is_empty() { "this says no source" } else { "this says several sources" };
        let fault = Diagnostic::error("wrong-value", notes.at(node.extent), message);
        notes.push(fault.expected("one of `column`, `template`, `constant` or `parts`"));
        None
    }

    /// Whether the value is a column's text as it stands.
    pub(super) fn is_column(&self, column: usize) -> bool {
        matches!(&self.from, From::Columns(columns) if *columns == [column])
            && self.values.is_empty()
            && self.separator.is_none()
    }

    /// Reports constants, defaults and translations that the field can't take.
    pub(super) fn check(&self, kind: &dyn FieldType, many: bool, reading: Reading<'_>, notes: &mut Notes<'_>) {
        let constant = match &self.from {
            From::Constant(node) => Some(node),
            From::Columns(_) | From::Templates(_) | From::Parts(_) => None,
        };
        let translated = self.values.iter().map(|(_, node)| node).chain(&self.otherwise);
        let translated = translated.filter(|node| node.as_text() != Some(""));
        for node in translated.chain(constant).chain(&self.default) {
            let items = match &node.content {
                Content::List(items) if many => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            for item in items {
                let item = Node { content: kind.convert(item, reading), extent: item.extent };
                kind.read(&item, reading, notes);
            }
        }
    }

    /// What a row says; `None` is nothing. Every part of it stands where the table has it.
    #[must_use]
    pub fn value(&self, row: &Row, empty: &[String]) -> Option<Node> {
        let at = row.cells.first().map_or((0..0).into(), |cell| cell.extent);
        let place = |node: &Node, extent| placed(&node.content, extent);
        let found = match &self.from {
            From::Columns(columns) => columns.iter().find_map(|&column| self.cell(row.cells.get(column)?, empty)),
            From::Templates(templates) => templates.iter().find_map(|pieces| self.filled(pieces, row, at, empty)),
            From::Constant(node) => Some(place(node, at)),
            From::Parts(parts) => {
                let pairs: Vec<(Key, Node)> =
                    parts.iter().filter_map(|(key, part)| Some((key.clone(), part.value(row, empty)?))).collect();
                let start = pairs.iter().map(|(_, node)| node.extent.start).min();
                let end = pairs.iter().map(|(_, node)| node.extent.end).max();
                let extent = start.zip(end).map(|(start, end)| (start..end).into());
                extent.map(|extent| Node { content: Content::Map(pairs), extent })
            }
        };
        found.or_else(|| self.default.as_ref().map(|node| place(node, at)))
    }

    fn cell(&self, cell: &Cell, empty: &[String]) -> Option<Node> {
        let nothing = |text: &str| text.is_empty() || self.empty.iter().chain(empty).any(|one| one == text);
        if nothing(&cell.text) {
            return None;
        }
        let Some(separator) = &self.separator else { return self.translated(&cell.text, cell.extent) };
        let mut items = Vec::new();
        for part in cell.text.split(separator.as_str()).map(str::trim).filter(|part| !nothing(part)) {
            match self.translated(part, cell.extent) {
                Some(Node { content: Content::List(several), .. }) => items.extend(several),
                one => items.extend(one),
            }
        }
        let mut unique: Vec<Node> = Vec::new();
        for item in items {
            if !unique.contains(&item) {
                unique.push(item);
            }
        }
        if self.first {
            unique.truncate(1);
        }
        (!unique.is_empty()).then_some(Node { content: Content::List(unique), extent: cell.extent })
    }

    /// A translation counts for the text as written, or as people write it: case and accents aside.
    fn translated(&self, text: &str, extent: Extent) -> Option<Node> {
        let exact = self.values.iter().find(|(from, _)| from == text);
        let slug = slugify(text);
        let alike = || self.values.iter().find(|(from, _)| !slug.is_empty() && slugify(from) == slug);
        match exact.or_else(alike).map(|(_, node)| node).or(self.otherwise.as_ref()) {
            Some(node) if node.as_text() == Some("") => None,
            Some(node) => Some(placed(&node.content, extent)),
            None => Some(Node { content: Content::Text(text.to_owned()), extent }),
        }
    }

    fn filled(&self, pieces: &[Piece], row: &Row, at: Extent, empty: &[String]) -> Option<Node> {
        let mut filled = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Column(column) => {
                    let node = self.cell(row.cells.get(*column)?, empty)?;
                    filled.push_str(node.as_text().unwrap_or_default());
                }
            }
        }
        Some(Node { content: Content::Text(filled), extent: at })
    }
}

fn placed(content: &Content, extent: Extent) -> Node {
    let content = match content {
        Content::List(items) => Content::List(items.iter().map(|item| placed(&item.content, extent)).collect()),
        Content::Map(pairs) => Content::Map(
            pairs
                .iter()
                .map(|(key, node)| (Key { name: key.name.clone(), extent }, placed(&node.content, extent)))
                .collect(),
        ),
        other => other.clone(),
    };
    Node { content, extent }
}

fn choice<'a, T: Copy>(record: &mut Record<'a>, name: &'a str, choices: &[(&str, T)], notes: &mut Notes<'_>) -> T {
    let standard = choices[0].1;
    let Some(node) = record.take(name) else { return standard };
    let text = node.as_text().unwrap_or_default();
    let found = choices.iter().find(|(choice, _)| *choice == text).map(|(_, value)| *value);
    if found.is_none() {
        let names = || choices.iter().map(|(choice, _)| *choice);
        let fault = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{name}` can't be `{text}`"));
        notes.push(fault.expected(one_of(names())).near(text, names()));
    }
    found.unwrap_or(standard)
}

/// `À {NOMCOM}`: names of columns between braces; a brace itself is written twice.
fn template(text: &str, extent: Extent, header: &[Cell], notes: &mut Notes<'_>) -> Vec<Piece> {
    let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
            continue;
        }
        let Some((name, after)) = rest.split_once('}').filter(|_| brace == "{") else {
            let fault = Diagnostic::error("wrong-value", notes.at(extent), "a brace of this text has no other side");
            notes.push(fault.help("write `{COLUMN}`; a brace itself is written twice"));
            break;
        };
        pieces.push(Piece::Text(std::mem::take(&mut plain)));
        pieces.extend(column(name.trim(), extent, header, notes).map(Piece::Column));
        rest = after;
    }
    plain.push_str(rest);
    pieces.push(Piece::Text(plain));
    pieces
}
