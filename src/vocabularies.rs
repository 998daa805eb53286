//! What enters: `content/_vocabularies.yaml`. What leaves: closed lists of values that fields of several collections share.
//! It must not know which fields use them.

use indexmap::IndexMap;

use crate::localised::Localised;
use crate::node::{Content, Node, Notes};

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

/// Reads one list: `{ id: label, … }`, where a label is localised, or a list of ids that are their own labels.
pub fn read_list(node: &Node, name: &str, languages: &[String], notes: &mut Notes<'_>) -> Vocabulary {
    match &node.content {
        Content::Map(pairs) => {
            let label = |(key, value): &(crate::node::Key, Node)| {
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
