//! What enters: a row and the map. What leaves: [`Draft`], the fields of an entry that the row makes, read once by their types, and the text of a new
//! entry. It must not know which entries there are.

use indexmap::IndexMap;

use super::Inputs;
use super::map::{Faulty, Mapped};
use super::slugs::Wanted;
use crate::authoring::edit_yaml::{Change, bare};
use crate::diagnostic::{Diagnostic, Location, Severity, nearest};
use crate::entry_id::slugify;
use crate::field::Value;
use crate::node::{Content, Node, Notes};
use crate::table::Row;

/// What a row makes.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The row's place in the table.
    pub row: usize,
    /// Its line in the file.
    pub line: usize,
    /// Its place in the file.
    pub at: Location,
    /// What tells it from all other rows; `None` where the slug does.
    pub key: Option<String>,
    /// The key as the entry's field says it.
    pub key_value: Option<String>,
    /// What its slug is made from.
    pub slug: Wanted,
    /// The fields that the map names; `None`: the table says nothing.
    pub fields: IndexMap<String, Option<Node>>,
    /// The lines of a new entry's front matter.
    lines: Vec<String>,
    /// The text of a new entry.
    body: String,
    /// Fields that a new entry needs, and the row doesn't give.
    pub missing: Vec<(String, Diagnostic)>,
    /// Why it can't be mapped.
    pub faults: Vec<Diagnostic>,
    /// Doubts, and values that are left out.
    pub warnings: Vec<Diagnostic>,
}

impl Draft {
    /// Reads a row.
    #[must_use]
    pub fn of(at: usize, inputs: &Inputs<'_>) -> Self {
        let (map, table) = (inputs.map, inputs.table);
        let row = &table.rows[at];
        let cell = |column: &usize| {
            let text = row.cells.get(*column).map(|cell| cell.text.as_str()).unwrap_or_default();
            Some(text).filter(|text| !map.empty.iter().any(|empty| empty == text)).unwrap_or_default().to_owned()
        };
        let joined = |columns: &[usize]| columns.iter().map(cell).collect::<Vec<_>>().join(" ").trim().to_owned();
        let extent = row.cells.first().map_or((0..0).into(), |cell| cell.extent);
        let mut draft = Self {
            row: at,
            line: row.line,
            at: Location::new(&table.file, extent),
            key: Some(joined(&map.key)).filter(|key| !map.key.is_empty() && !key.is_empty()),
            key_value: None,
            slug: Wanted { base: slugify(&joined(&map.slug)), more: map.more.iter().map(cell).collect() },
            fields: IndexMap::new(),
            lines: Vec::new(),
            body: String::new(),
            missing: Vec::new(),
            faults: row.fault.iter().cloned().collect(),
            warnings: Vec::new(),
        };
        if draft.faults.is_empty() {
            draft.read(row, inputs);
        }
        draft
    }

    fn read(&mut self, row: &Row, inputs: &Inputs<'_>) {
        let map = inputs.map;
        if self.key.is_none() && !map.key.is_empty() {
            self.refuse("missing-key", "this row has no key", "fill the columns that `key` names in the map");
        }
        if self.slug.base.is_empty() && self.slug.more.iter().all(|text| slugify(text).is_empty()) {
            self.refuse(
                "missing-slug",
                "no address can be made from this row",
                "fill the columns that `slug` names in the map",
            );
        }
        for field in &map.fields {
            let before = self.faults.len();
            let found = field.source.value(row, &map.empty).and_then(|node| self.take(field, &node, inputs));
            if found.is_none() && field.required && self.faults.len() == before {
                let message = format!("this row gives no `{}`, which every entry needs", field.name);
                let fault = Diagnostic::error("missing-field", self.at.clone(), message);
                let fault = fault.help("fill its column, or give it a `default` in the map");
                self.missing.push((field.name.clone(), fault));
            }
            self.fields.insert(field.name.clone(), found);
        }
        let key_field = map.key_field().and_then(|field| self.fields.get(&field.name)?.as_ref()?.as_text());
        self.key_value = key_field.map(str::to_owned);
        self.body = map
            .body
            .as_ref()
            .and_then(|body| body.value(row, &map.empty))
            .map_or_else(String::new, |node| node.as_text().unwrap_or_default().trim().to_owned());
        self.lines = lines(&self.fields, inputs);
    }

    fn refuse(&mut self, code: &'static str, message: &str, help: &str) {
        self.faults.push(Diagnostic::error(code, self.at.clone(), message).help(help));
    }

    /// A field's value, converted and read; what can't be read makes the draft faulty, or is left out.
    fn take(&mut self, field: &Mapped, node: &Node, inputs: &Inputs<'_>) -> Option<Node> {
        let reading = inputs.reading(&field.name);
        let items = node.items();
        let mut found = Vec::new();
        let mut diagnostics = Vec::new();
        if let [_, second, ..] = items
            && !field.many
        {
            let message = format!("`{}` takes one value, this row gives {}", field.name, items.len());
            diagnostics.push(Diagnostic::error(
                "wrong-kind",
                Location::new(&inputs.table.file, second.extent),
                message,
            ));
        } else {
            for item in items {
                let item = Node { content: field.kind.convert(item, reading), extent: item.extent };
                let mut notes = Notes { file: &inputs.table.file, diagnostics: &mut diagnostics };
                let value = field.kind.read(&item, reading, &mut notes);
                let value = value.filter(|value| suits(field, value, &item, inputs, &mut notes));
                found.extend(value.map(|_| item));
            }
        }
        for fault in diagnostics {
            match (fault.severity, field.faulty) {
                (Severity::Error, Faulty::Reject) => self.faults.push(fault),
                (Severity::Error, Faulty::LeaveOut) => {
                    let message = format!("{}; `{}` is left out", fault.message, field.name);
                    self.warnings.push(Diagnostic { severity: Severity::Warning, message, ..fault });
                }
                (Severity::Warning, _) => self.warnings.push(fault),
            }
        }
        match (found.len(), field.many) {
            (0, _) => None,
            (_, true) => Some(Node { content: Content::List(found), extent: node.extent }),
            (_, false) => found.pop(),
        }
    }

    /// The fields that the table says something of, without places.
    #[must_use]
    pub fn contents(&self) -> IndexMap<String, Content> {
        self.fields.iter().filter_map(|(name, node)| Some((name.clone(), bare(node.as_ref()?)))).collect()
    }

    /// The text of a new entry.
    #[must_use]
    pub fn text(&self) -> String {
        let body = if self.body.is_empty() { String::new() } else { format!("\n{}\n", self.body) };
        format!("---\n{}\n---\n{body}", self.lines.join("\n"))
    }
}

/// Title and summary first, then the fields in the collection's order, then the rest.
fn lines(fields: &IndexMap<String, Option<Node>>, inputs: &Inputs<'_>) -> Vec<String> {
    let first = ["title", "summary"].into_iter();
    let order: Vec<&str> = first.chain(inputs.collection.fields.keys().map(String::as_str)).collect();
    let place = |name: &str| order.iter().position(|one| *one == name).unwrap_or(usize::MAX);
    let mut given: Vec<(&Mapped, &Node)> =
        inputs.map.fields.iter().filter_map(|field| Some((field, fields.get(&field.name)?.as_ref()?))).collect();
    given.sort_by_key(|(field, _)| place(&field.name));
    given.into_iter().map(|(field, node)| change(field, Some(node)).line()).collect()
}

/// A field's new value for an entry.
#[must_use]
pub fn change(field: &Mapped, node: Option<&Node>) -> Change {
    let schema = field.kind.schema();
    let bare_text = matches!(schema["type"].as_str(), Some("number" | "boolean"));
    Change { key: field.name.clone(), content: node.map(bare), bare: bare_text }
}

/// What the catalogue would refuse: relations to entries that don't exist, and parts of dates where a day must stand.
fn suits(field: &Mapped, value: &Value, node: &Node, inputs: &Inputs<'_>, notes: &mut Notes<'_>) -> bool {
    if let Value::Relation(id) = value {
        let slugs = inputs.slugs.get(id.collection()).map(Vec::as_slice).unwrap_or_default();
        if !slugs.iter().any(|slug| slug == id.slug()) {
            let fault = Diagnostic::error("unknown-entry", notes.at(node.extent), format!("there is no entry `{id}`"));
            let near = nearest(id.slug(), slugs.iter().map(String::as_str)).map(str::to_owned);
            let help =
                format!("make the entry first, or translate the value in the map (`values` of `{}`)", field.name);
            notes.push(Diagnostic { nearest: near, ..fault.help(help) });
            return false;
        }
    }
    if let (Value::Date(days), "updated" | "publish_from" | "expires") = (value, field.name.as_str())
        && days.first != days.last
    {
        let message = format!("`{}` is a day, not `{}`", field.name, days.iso);
        let fault = Diagnostic::error("wrong-value", notes.at(node.extent), message);
        notes.push(fault.expected("a day such as `2026-05-03`"));
        return false;
    }
    true
}
