//! What enters: the text of a TOML file. What leaves: the same [`Node`] tree that `yaml` gives, with positions, and diagnostics.
//! It must not know what the keys mean.

use std::ops::Range;

use toml_edit::{Document, Item, Key as TomlKey, Table, Value};

use crate::diagnostic::Diagnostic;
use crate::node::{Content, Key, Node, Notes};

/// Parses a whole file; `None` after a syntax error.
pub fn parse(text: &str, notes: &mut Notes<'_>) -> Option<Node> {
    match Document::parse(text) {
        Ok(document) => {
            let root = table(document.as_table(), text, &(0..text.len()));
            refuse_noncharacters(&root, notes);
            Some(root)
        }
        Err(error) => {
            let location = notes.at(error.span().unwrap_or_default().into());
            let message = format!("this TOML can't be read: {}", error.message().replace('\n', "; "));
            let help = "texts stand in quotes, `key = value` on a line of its own, tables under `[name]`";
            notes.push(Diagnostic::error("toml-syntax", location, message).help(help));
            None
        }
    }
}

/// Looks at all keys and texts.
fn refuse_noncharacters(node: &Node, notes: &mut Notes<'_>) {
    match &node.content {
        Content::Empty => {}
        Content::Text(text) => notes.refuse_noncharacters(text, node.extent),
        Content::List(items) => items.iter().for_each(|item| refuse_noncharacters(item, notes)),
        Content::Map(pairs) => {
            for (key, value) in pairs {
                notes.refuse_noncharacters(&key.name, key.extent);
                refuse_noncharacters(value, notes);
            }
        }
    }
}

fn table(table: &Table, text: &str, around: &Range<usize>) -> Node {
    let pairs = table.iter().filter_map(|(name, item)| {
        let extent = key_span(table.get_key_value(name), around);
        let value = node(item, text, &extent)?;
        Some((Key { name: name.to_owned(), extent: extent.into() }, value))
    });
    let content = Content::Map(pairs.collect());
    Node { content, extent: table.span().unwrap_or_else(|| around.clone()).into() }
}

fn key_span(pair: Option<(&TomlKey, &Item)>, around: &Range<usize>) -> Range<usize> {
    let span = pair.and_then(|(key, _)| key.span());
    span.unwrap_or_else(|| around.clone())
}

fn node(item: &Item, text: &str, around: &Range<usize>) -> Option<Node> {
    match item {
        Item::None => None,
        Item::Value(value) => Some(scalar(value, text, around)),
        Item::Table(inner) => Some(table(inner, text, around)),
        Item::ArrayOfTables(tables) => {
            let items = tables.iter().map(|inner| table(inner, text, around)).collect();
            Some(Node { content: Content::List(items), extent: around.clone().into() })
        }
    }
}

fn scalar(value: &Value, text: &str, around: &Range<usize>) -> Node {
    let span = value.span().unwrap_or_else(|| around.clone());
    let content = match value {
        Value::String(string) => Content::Text(string.value().clone()),
        Value::Array(items) => Content::List(items.iter().map(|item| scalar(item, text, &span)).collect()),
        Value::InlineTable(inner) => Content::Map(
            inner
                .iter()
                .map(|(name, value)| {
                    let extent = key_span(inner.get_key_value(name), &span);
                    (Key { name: name.to_owned(), extent: extent.into() }, scalar(value, text, &span))
                })
                .collect(),
        ),
        // Numbers, dates and truth values keep the text that was typed.
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            Content::Text(text.get(span.clone()).unwrap_or_default().to_owned())
        }
    };
    Node { content, extent: span.into() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn values_keep_their_text_and_place() {
        let text = "a = \"x\"\nn = 24\n[t.u]\nd = 2026-11-01\n[[l]]\nb = { fr = 'é' }\n";
        let file: Arc<str> = "site.toml".into();
        let mut diagnostics = Vec::new();
        let node = parse(text, &mut Notes { file: &file, diagnostics: &mut diagnostics }).expect("a tree");
        assert_eq!(node.get("n").and_then(Node::as_text), Some("24"));
        let date = node.get("t").and_then(|t| t.get("u")).and_then(|u| u.get("d")).expect("a date");
        assert_eq!(&text[date.extent.start..date.extent.end], "2026-11-01");
        let first = node.get("l").and_then(Node::as_list).and_then(|list| list.first()).expect("an item");
        assert_eq!(first.get("b").and_then(|b| b.get("fr")).and_then(Node::as_text), Some("é"));
        assert!(diagnostics.is_empty());
    }
}
