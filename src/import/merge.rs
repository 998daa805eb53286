//! What enters: a field's value in the last import, in the entry and in the table. What leaves: what the entry says from now on. It must not know files.

use super::map::{Mapped, Update};
use crate::field::{Reading, Value};
use crate::node::{Content, Node, Notes};

/// What happens to a field of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// The entry says this from now on.
    Set(Content),
    /// The entry says nothing of it from now on.
    Remove,
    /// A contributor and the table say different things: the entry stays as it is, and somebody should look.
    Differ,
}

/// Decides for one field. `last` is what the table said in the last import, if there was one: `Some(None)` is nothing.
#[must_use]
pub fn merge(
    field: &Mapped,
    last: Option<Option<&Content>>,
    entry: Option<&Content>,
    table: Option<&Content>,
    reading: Reading<'_>,
) -> Step {
    let same = |one: Option<&Content>, other: Option<&Content>| same(field, one, other, reading);
    let take = || table.map_or(Step::Remove, |content| Step::Set(content.clone()));
    if same(entry, table) {
        return Step::Stay;
    }
    match (field.update, last) {
        (Update::Keep, _) => Step::Stay,
        (Update::Replace, _) => take(),
        // Without a record a field that the entry lacks was never there to be removed.
        (Update::Merge, None) => match (entry, table) {
            (None, Some(content)) => Step::Set(content.clone()),
            (Some(_), None) => Step::Stay,
            _ => Step::Differ,
        },
        (Update::Merge, Some(last)) if same(last, table) => Step::Stay,
        (Update::Merge, Some(last)) if same(last, entry) => take(),
        (Update::Merge, Some(last)) if field.many => match merged(field, last, entry, table, reading) {
            list if same(Some(&list), entry) => Step::Stay,
            Content::List(items) if items.is_empty() => Step::Remove,
            list => Step::Set(list),
        },
        (Update::Merge, Some(_)) => Step::Differ,
    }
}

/// A list as both sides changed it: without what the table took away, with what it added.
fn merged(
    field: &Mapped,
    last: Option<&Content>,
    entry: Option<&Content>,
    table: Option<&Content>,
    reading: Reading<'_>,
) -> Content {
    let holds = |list: Option<&Content>, item: &Node| {
        items(list).iter().any(|one| same(field, Some(&one.content), Some(&item.content), reading))
    };
    let gone = |item: &&Node| !holds(last, item) || holds(table, item);
    let mut list: Vec<Node> = items(entry).iter().filter(gone).cloned().collect();
    let added = |item: &&Node| !holds(last, item) && !holds(entry, item);
    list.extend(items(table).iter().filter(added).cloned());
    Content::List(list)
}

fn items(content: Option<&Content>) -> Vec<Node> {
    match content {
        None | Some(Content::Empty) => Vec::new(),
        Some(Content::List(items)) => items.clone(),
        Some(one) => vec![Node { content: one.clone(), extent: (0..0).into() }],
    }
}

/// Whether two contents say the same: `www.example.org/` and what an entry makes of it do.
fn same(field: &Mapped, one: Option<&Content>, other: Option<&Content>, reading: Reading<'_>) -> bool {
    let empty = |content: &&Content| !matches!(content, Content::Empty) && **content != Content::List(Vec::new());
    let (one, other) = (one.filter(empty), other.filter(empty));
    if one.is_none() || other.is_none() {
        return one.is_none() && other.is_none();
    }
    match (values(field, one, reading), values(field, other, reading)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => items(one).iter().map(strip).eq(items(other).iter().map(strip)),
        _ => false,
    }
}

fn strip(node: &Node) -> Content {
    crate::authoring::edit_yaml::bare(node)
}

fn values(field: &Mapped, content: Option<&Content>, reading: Reading<'_>) -> Option<Vec<Value>> {
    let (file, mut diagnostics) = ("".into(), Vec::new());
    let mut notes = Notes { file: &file, diagnostics: &mut diagnostics };
    items(content).iter().map(|item| field.kind.read(item, reading, &mut notes)).collect()
}
