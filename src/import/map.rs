//! What enters: the tree of a map, the names of a table's columns, a collection. What leaves: [`ImportMap`], which says what becomes of a row. All
//! misspelt keys, unknown columns, unknown fields and values that a field can't take show at once. It must not know any row.

use std::sync::Arc;

use crate::collection::{BUILT_IN, Collection};
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::field::{FieldType, Reading, boolean, date, number, text};
use crate::node::{Node, Notes, Record};
use crate::table::{Cell, ENCODINGS, Format};

use super::source::{Source, columns};

/// What becomes of a table's rows.
#[derive(Clone, Debug)]
pub struct ImportMap {
    /// The columns that tell a row from all others, in this table and in the next edition; none: the slug does.
    pub key: Vec<usize>,
    /// The columns that a slug is made from.
    pub slug: Vec<usize>,
    /// The columns that are added to it, one after the other, where several rows have the same.
    pub more: Vec<usize>,
    /// Whether an entry that no earlier import made is taken for the row whose slug it has.
    pub adopt: bool,
    /// The text below the front matter of new entries.
    pub body: Option<Source>,
    /// Rows to leave aside.
    pub skip: Vec<Skip>,
    /// Texts that stand for nothing.
    pub empty: Vec<String>,
    /// What becomes of the fields.
    pub fields: Vec<Mapped>,
}

/// Rows to leave aside.
#[derive(Clone, Debug)]
pub struct Skip {
    /// The column that decides.
    pub column: usize,
    /// The texts that do; none: having no text.
    pub is: Vec<String>,
}

/// What happens to a field of an entry that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// What the table changed since the last import is changed, what a contributor changed is kept.
    Merge,
    /// The field is filled in new entries only.
    Keep,
    /// The table is right.
    Replace,
}

/// What happens to a row with a value that its field can't take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Faulty {
    /// The row is rejected.
    Reject,
    /// The entry has no such value; a warning says so.
    LeaveOut,
}

/// A field with where its value comes from.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// The key in the entry.
    pub name: String,
    /// What it holds.
    pub kind: Arc<dyn FieldType>,
    /// Whether it is a list.
    pub many: bool,
    /// Whether every entry must have it.
    pub required: bool,
    /// Where its value comes from.
    pub source: Source,
    /// What happens when the entry is there already.
    pub update: Update,
    /// What happens to what can't be read.
    pub faulty: Faulty,
}

/// How the table is written, which must be known before its columns are.
pub fn read_format(root: &Node, notes: &mut Notes<'_>) -> Format {
    let mut format = Format::default();
    let Some(node) = root.get("table") else { return format };
    let Some(mut record) = Record::open(node, "`[table]`", notes) else { return format };
    if let Some(node) = record.take("encoding") {
        let name = node.as_text().unwrap_or_default().to_lowercase();
        format.encoding = ENCODINGS.iter().find(|(known, _)| *known == name).map(|(_, encoding)| *encoding);
        if format.encoding.is_none() {
            let names = || ENCODINGS.iter().map(|(name, _)| *name);
            let fault = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{name}` is no encoding"));
            notes.push(fault.expected(one_of(names())).near(&name, names()));
        }
    }
    if let Some(node) = record.take("delimiter") {
        match node.as_text().map(str::as_bytes) {
            Some(&[delimiter]) if !matches!(delimiter, b'"' | b'\r' | b'\n') => format.delimiter = Some(delimiter),
            _ => {
                let fault = Diagnostic::error("wrong-value", notes.at(node.extent), "this can't part the cells");
                notes.push(fault.expected("one character, such as `\",\"`, `\";\"` or `\"\\t\"`"));
            }
        }
    }
    // Its other key is read with the columns.
    record.take("empty");
    record.finish(notes);
    format
}

impl ImportMap {
    /// Reads a map whose format was read already.
    pub fn read(
        root: &Node,
        header: &[Cell],
        collection: &Collection,
        languages: &[String],
        communes: &Communes,
        notes: &mut Notes<'_>,
    ) -> Option<Self> {
        let mut record = Record::open(root, "a map", notes)?;
        let texts = |node: Option<&Node>, name, notes: &mut Notes<'_>| {
            let Some(mut record) = node.and_then(|node| Record::open(node, "a map", notes)) else { return Vec::new() };
            record.texts(name, notes).into_iter().map(|(text, _)| text.to_owned()).collect()
        };
        let empty = texts(record.take("table").filter(|node| node.as_map().is_some()), "empty", notes);
        let mut map = Self {
            key: Vec::new(),
            slug: Vec::new(),
            more: Vec::new(),
            adopt: true,
            body: None,
            skip: Vec::new(),
            empty,
            fields: Vec::new(),
        };
        if let Some(mut entry) = record.require("entry", notes).and_then(|node| Record::open(node, "`[entry]`", notes))
        {
            map.slug = entry.require("slug", notes).map(|node| columns(node, header, notes)).unwrap_or_default();
            map.more = entry.take("slug_more").map(|node| columns(node, header, notes)).unwrap_or_default();
            map.key = entry.take("key").map(|node| columns(node, header, notes)).unwrap_or_default();
            map.adopt = entry.flag("adopt", true, notes);
            map.body = entry.take("body").and_then(|node| Source::read(node, header, notes));
            entry.finish(notes);
        }
        map.skip = record.take("skip").map(|node| read_skips(node, header, notes)).unwrap_or_default();
        let fields = record.require("fields", notes);
        for (key, node) in fields.and_then(Node::as_map).unwrap_or_default() {
            let Some(mut mapped) = field(&key.name, collection) else {
                notes.push(unknown(&key.name, key.extent, collection, notes));
                // Its columns may be misspelt too.
                Source::read_field(node, header, notes);
                continue;
            };
            if let Some((source, update, faulty)) = Source::read_field(node, header, notes) {
                let reading = Reading { name: &mapped.name, languages, communes };
                source.check(&*mapped.kind, mapped.many, reading, notes);
                (mapped.source, mapped.update, mapped.faulty) = (source, update, faulty);
                map.fields.push(mapped);
            }
        }
        if let Some(node) = fields {
            missing(&map, node, collection, notes);
        }
        record.finish(notes);
        Some(map)
    }

    /// The field that holds the key itself, if one does: entries are recognised by it even when they were renamed.
    #[must_use]
    pub fn key_field(&self) -> Option<&Mapped> {
        let &[column] = self.key.as_slice() else { return None };
        self.fields.iter().find(|field| field.source.is_column(column) && field.update != Update::Keep)
    }
}

/// A collection's field, or one that every entry has; its source is still to be read.
fn field(name: &str, collection: &Collection) -> Option<Mapped> {
    let (kind, many, required): (Arc<dyn FieldType>, bool, bool) = match (collection.fields.get(name), name) {
        (Some(field), _) => (Arc::clone(&field.kind), field.many, field.required),
        (None, "title") => (Arc::new(text::Text), false, true),
        (None, "summary") => (Arc::new(text::Text), false, false),
        (None, "keywords" | "aliases") => (Arc::new(text::Text), true, false),
        (None, "updated" | "publish_from" | "expires") => (Arc::new(date::Date), false, false),
        (None, "draft") => (Arc::new(boolean::Boolean), false, false),
        (None, "order") => (Arc::new(number::Number::default()), false, false),
        _ => return None,
    };
    let source = Source::default();
    let (update, faulty) = (Update::Merge, Faulty::Reject);
    Some(Mapped { name: name.to_owned(), kind, many, required, source, update, faulty })
}

fn unknown(name: &str, extent: Extent, collection: &Collection, notes: &Notes<'_>) -> Diagnostic {
    let built_in = BUILT_IN.into_iter().filter(|name| *name != "description");
    let names: Vec<&str> = built_in.chain(collection.fields.keys().map(String::as_str)).collect();
    let message = format!("entries of `{}` have no field `{name}`", collection.key);
    let fault = Diagnostic::error("unknown-field", notes.at(extent), message);
    let help = match name {
        "description" => "the text of new entries is `body` under `[entry]`".to_owned(),
        _ => format!("correct the name, or declare the field in `{}`", collection.file),
    };
    fault.expected(one_of(names.iter().copied())).near(name, names).help(help)
}

/// Fields that every entry must have, and the map does not name.
fn missing(map: &ImportMap, node: &Node, collection: &Collection, notes: &mut Notes<'_>) {
    let required = collection.fields.values().filter(|field| field.required).map(|field| field.name.as_str());
    for name in std::iter::once("title").chain(required) {
        let named = node.get(name).is_some() || map.fields.iter().any(|field| field.name == name);
        if !named {
            let at = node.extent.start;
            let message = format!("entries of `{}` need `{name}`, and the map does not fill it", collection.key);
            let fault = Diagnostic::error("missing-field", notes.at((at..at).into()), message);
            notes.push(fault.help(format!("add a line `{name} = \"COLUMN\"` or `{name} = {{ constant = \"…\" }}`")));
        }
    }
}

fn read_skips(node: &Node, header: &[Cell], notes: &mut Notes<'_>) -> Vec<Skip> {
    let Some(items) = node.as_list() else {
        notes.wrong_kind(node, "skip", "tables under `[[skip]]`");
        return Vec::new();
    };
    let mut skips = Vec::new();
    for item in items {
        let Some(mut record) = Record::open(item, "a rule to skip rows", notes) else { continue };
        let column = record.require("column", notes).map(|node| columns(node, header, notes));
        let given = record.take("is").is_some();
        let is: Vec<String> = record.texts("is", notes).into_iter().map(|(text, _)| text.to_owned()).collect();
        let empty = record.flag("empty", false, notes);
        record.finish(notes);
        if given == empty {
            let message = "a rule to skip rows says either `is` or `empty`";
            let fault = Diagnostic::error("wrong-value", notes.at(item.extent), message);
            notes.push(fault.help("write `is = [\"…\"]`, or `empty = true`"));
        }
        skips.extend(column.into_iter().flatten().map(|column| Skip { column, is: is.clone() }));
    }
    skips
}

impl Skip {
    /// Whether a row's text says so.
    #[must_use]
    pub fn holds(&self, text: &str, empty: &[String]) -> bool {
        let nothing = text.is_empty() || empty.iter().any(|one| one == text);
        if self.is.is_empty() { nothing } else { self.is.iter().any(|one| one == text) }
    }
}
