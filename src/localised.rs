//! What enters: one text, or a map from language to text. What leaves: [`Localised`], which gives the text for a language.
//! It must not know which languages a site has beyond what it is told.

use std::hash::{Hash, Hasher};

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::node::{Content, Node, Notes};
use crate::typography;

/// A text in one or several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localised {
    /// The text for languages without their own.
    any: Option<String>,
    by_language: IndexMap<String, String>,
}

impl Hash for Localised {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.any.hash(state);
        self.by_language.iter().for_each(|pair| pair.hash(state));
        self.by_language.len().hash(state);
    }
}

impl Localised {
    /// The same text in every language.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        Self { any: Some(text.into()), by_language: IndexMap::new() }
    }

    /// The text for a language as pages show it, with the spaces of its typography.
    #[must_use]
    pub fn spaced(&self, language: &str) -> String {
        typography::spaced(self.get(language), language).into_owned()
    }

    /// Reads `text` or `{ fr: text, en: text }`. Languages that the site has not are errors.
    pub fn read(node: &Node, name: &str, languages: &[String], notes: &mut Notes<'_>) -> Self {
        match &node.content {
            Content::Text(text) => Self::same(text.clone()),
            Content::Map(pairs) => {
                let mut by_language = IndexMap::new();
                for (key, value) in pairs {
                    if !languages.contains(&key.name) {
                        notes.push(unknown_language(&key.name, languages, notes.at(key.extent)));
                    } else if let Some(text) = value.as_text() {
                        by_language.insert(key.name.clone(), text.to_owned());
                    } else {
                        notes.wrong_kind(value, &key.name, "a text");
                    }
                }
                Self { any: None, by_language }
            }
            Content::Empty | Content::List(_) => {
                notes.wrong_kind(node, name, "a text, or a map from language to text");
                Self::default()
            }
        }
    }

    /// The text for a language: its own, else the one for all, else the first one written; empty when there is none.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        self.by_language
            .get(language)
            .or(self.any.as_ref())
            .or_else(|| self.by_language.values().next())
            .map_or("", String::as_str)
    }

    /// The texts with their languages; a text for all languages is under `und`, as BCP 47 says.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let any = self.any.iter().map(|text| ("und", text.as_str()));
        any.chain(self.by_language.iter().map(|(language, text)| (language.as_str(), text.as_str())))
    }

    /// Adds or replaces the text of one language.
    #[must_use]
    pub fn with(mut self, language: &str, text: impl Into<String>) -> Self {
        self.by_language.insert(language.to_owned(), text.into());
        self
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_language.is_empty()
    }
}

/// How the message about a language that the site has not ends.
const NONE: &str = "` is none of the site's languages";

/// The fault of a language that the site has not.
#[must_use]
pub fn unknown_language(written: &str, languages: &[String], location: Location) -> Diagnostic {
    let names = || languages.iter().map(String::as_str);
    let diagnostic = Diagnostic::error("unknown-language", location, format!("`{written}{NONE}"));
    diagnostic.expected(one_of(names())).near(written, names())
}

/// The language that such a fault is about; none where another one is near and was meant.
#[must_use]
pub fn foreign_language(diagnostic: &Diagnostic) -> Option<&str> {
    let written = diagnostic.message.strip_suffix(NONE).and_then(|written| written.strip_prefix('`'))?;
    Some(written).filter(|_| diagnostic.nearest.is_none() && diagnostic.code == "unknown-language")
}

/// A text with a capital first letter: names of collections are written as in running text.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + characters.as_str())
}

impl Serialize for Localised {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
