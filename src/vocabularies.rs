//! What enters: `content/_vocabularies.yaml`. What leaves: closed lists of values that fields of several collections share.
//! It must not know which fields use them.

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::entry_id::{is_slug, slugify};
use crate::localised::Localised;
use crate::node::{Content, Key, Node, Notes};

/// A closed list: value id → label.
pub type Vocabulary = IndexMap<String, Localised>;

/// All lists by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabularies(pub IndexMap<String, Vocabulary>);

impl Vocabularies {
    /// Reads the whole file.
    pub fn read(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Self {
        let mut vocabularies = IndexMap::new();
        match &node.content {
            Content::Map(pairs) => {
                for (key, list) in pairs {
                    vocabularies.insert(key.name.clone(), read_list(list, &key.name, languages, notes));
                }
            }
            Content::Empty => {}
            _ => notes.wrong_kind(node, "_vocabularies.yaml", "a map from list names to lists"),
        }
        Self(vocabularies)
    }
}

/// The label that a value has: its id where nothing else is written.
fn written<'n>(key: &'n Key, label: &'n Node) -> &'n str {
    match &label.content {
        Content::Empty => &key.name,
        _ => label.as_text().unwrap_or("…"),
    }
}

/// Ids stand in addresses of facet pages.
fn check_ids(node: &Node, notes: &mut Notes<'_>) {
    let ids: Vec<(&str, &str, _)> = match &node.content {
        Content::Map(pairs) => {
            pairs.iter().map(|(key, label)| (key.name.as_str(), written(key, label), key.extent)).collect()
        }
        Content::List(items) => {
            items.iter().filter_map(|item| Some((item.as_text()?, item.as_text()?, item.extent))).collect()
        }
        _ => Vec::new(),
    };
    for (id, label, extent) in ids.into_iter().filter(|(id, ..)| !is_slug(id)) {
        let slug = slugify(id);
        let help = format!("write `{slug}: {label}`: the id, then the label");
        let fault = Diagnostic::error("not-a-slug", notes.at(extent), format!("`{id}` can't be an id"));
        let fault = fault.expected("lower-case letters, digits and single hyphens");
        notes.push(if slug.is_empty() { fault } else { Diagnostic { nearest: Some(slug), ..fault.help(help) } });
    }
}

/// Reads one list: `{ id: label, … }`, where a label is localised, or a list of ids that are their own labels.
pub fn read_list(node: &Node, name: &str, languages: &[String], notes: &mut Notes<'_>) -> Vocabulary {
    check_ids(node, notes);
    match &node.content {
        Content::Map(pairs) => {
            let label = |(key, value): &(Key, Node)| {
                let label = match value.content {
                    Content::Empty => Localised::same(key.name.clone()),
                    _ => Localised::read(value, &key.name, languages, notes),
                };
                (key.name.clone(), label)
            };
            pairs.iter().map(label).collect()
        }
        Content::List(items) => {
            let texts = items.iter().filter_map(Node::as_text);
            texts.map(|text| (text.to_owned(), Localised::same(text))).collect()
        }
        _ => {
            notes.wrong_kind(node, name, "a map from value to label");
            Vocabulary::new()
        }
    }
}
