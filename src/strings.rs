//! What enters: `themes/<theme>/strings/<language>.toml`. What leaves: [`Strings`], the interface's texts of one language, with plurals.
//! It must not know which template uses which.

use indexmap::IndexMap;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, one_of};
use crate::node::{Content, Node, Notes};

/// CLDR's plural categories.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The interface's texts in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Strings(IndexMap<String, Text>);

/// One text, or one a plural category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// The same for any number.
    One(String),
    /// By CLDR category; `other` is always there.
    Plural(IndexMap<String, String>),
}

impl Strings {
    /// Reads a file over what is there.
    pub fn add(&mut self, node: &Node, notes: &mut Notes<'_>) {
        for (key, value) in node.as_map().unwrap_or_default() {
            match &value.content {
                Content::Text(text) => {
                    self.0.insert(key.name.clone(), Text::One(text.clone()));
                }
                Content::Map(pairs) => {
                    let mut plural = IndexMap::new();
                    for (category, text) in pairs {
                        if CATEGORIES.contains(&category.name.as_str()) {
                            plural.insert(category.name.clone(), text.as_text().unwrap_or_default().to_owned());
                        } else {
                            let message = format!("`{}` is no plural category", category.name);
                            let diagnostic = Diagnostic::error("unknown-key", notes.at(category.extent), message);
                            notes.push(diagnostic.expected(one_of(CATEGORIES)).near(&category.name, CATEGORIES));
                        }
                    }
                    if !plural.contains_key("other") {
                        let message = format!("`{}` lacks the plural category `other`", key.name);
                        notes.push(Diagnostic::error("missing-key", notes.at(key.extent), message));
                    }
                    self.0.insert(key.name.clone(), Text::Plural(plural));
                }
                Content::Empty | Content::List(_) => {
                    notes.wrong_kind(value, &key.name, "a text, or a table of plural forms")
                }
            }
        }
    }

    /// Lays the texts of another over these.
    pub fn lay(&mut self, over: &Self) {
        self.0.extend(over.0.iter().map(|(key, text)| (key.clone(), text.clone())));
    }

    /// A text that has no plural forms; the key itself where there is none, so that a lack is seen.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        match self.0.get(key) {
            Some(Text::One(text)) => text,
            Some(Text::Plural(forms)) => forms.get("other").map_or(key, String::as_str),
            None => key,
        }
    }

    /// A text for a number: its CLDR category in the language, `{count}` filled in.
    #[must_use]
    pub fn count(&self, key: &str, count: usize, language: &str) -> String {
        let text = match self.0.get(key) {
            Some(Text::Plural(forms)) => {
                forms.get(category(count, language)).or_else(|| forms.get("other")).map_or(key, String::as_str)
            }
            _ => self.get(key),
        };
        text.replace("{count}", &thousands(count, language))
    }

    /// Keys with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.0.iter().map(|(key, text)| (key.as_str(), text))
    }

    /// Whether a key has a text.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

/// The CLDR plural category of a number in a language.
#[must_use]
pub fn category(count: usize, language: &str) -> &'static str {
    use icu_plurals::{PluralCategory, PluralRules};
    let Ok(locale) = language.parse::<icu_locale_core::Locale>() else { return "other" };
    let Ok(rules) = PluralRules::try_new_cardinal((&locale).into()) else { return "other" };
    match rules.category_for(count) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// A whole number with the language's thousands separator (narrow no-break space in French, comma in English, none elsewhere).
#[must_use]
pub fn thousands(number: usize, language: &str) -> String {
    let separator = match language.split('-').next() {
        Some("fr") => "\u{202f}",
        Some("en") => ",",
        _ => "",
    };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_choose_their_plural_form() {
        assert_eq!((category(0, "fr"), category(1, "fr"), category(2, "fr")), ("one", "one", "other"));
        assert_eq!((category(0, "en"), category(1, "en")), ("other", "one"));
        assert_eq!(category(3, "ar"), "few");
    }

    #[test]
    fn thousands_are_grouped_as_the_language_does() {
        assert_eq!(thousands(1_234_567, "fr"), "1\u{202f}234\u{202f}567");
        assert_eq!(thousands(999, "en"), "999");
    }
}
