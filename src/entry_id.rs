//! What enters: a collection's name and a slug. What leaves: [`EntryId`], the name of an entry in links, relations and URLs.
//! It must not know whether such an entry exists.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

/// `places/la-myne`: an entry's collection and slug, the same in every language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The collection's folder name.
    pub collection: String,
    /// The name of the entry's file or folder.
    pub slug: String,
}

impl EntryId {
    /// An id from its two parts.
    #[must_use]
    pub fn new(collection: impl Into<String>, slug: impl Into<String>) -> Self {
        Self { collection: collection.into(), slug: slug.into() }
    }

    /// Reads `collection/slug`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (collection, slug) = text.split_once('/')?;
        (is_slug(collection) && is_slug(slug)).then(|| Self::new(collection, slug))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.collection, self.slug)
    }
}

impl Serialize for EntryId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether a text may stand in URLs and file names on every platform: `a`–`z`, `0`–`9`, single `-` or `_` inside.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 120
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn push(slug: &mut String, character: char) {
    match character {
        'œ' => slug.push_str("oe"),
        'æ' => slug.push_str("ae"),
        'ß' => slug.push_str("ss"),
        'ø' => slug.push('o'),
        'ł' => slug.push('l'),
        'a'..='z' | '0'..='9' => slug.push(character),
        _ if unicode_normalization::char::is_combining_mark(character) => {}
        _ if slug.ends_with('-') || slug.is_empty() => {}
        _ => slug.push('-'),
    }
}

/// A slug for a title: accents dropped, ligatures opened, everything else that is no letter or digit becomes one `-`.
/// Empty when the title holds nothing that can be written so.
#[must_use]
pub fn slugify(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for character in title.chars() {
        // Decomposing moves marks alone, and they are dropped: each character is decomposed by itself, and most need not be.
        if character.is_ascii() {
            push(&mut slug, character.to_ascii_lowercase());
        } else {
            std::iter::once(character).nfkd().flat_map(char::to_lowercase).for_each(|part| push(&mut slug, part));
        }
    }
    slug.truncate(80);
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_ascii() {
        assert_eq!(slugify("L’Œuvre d'Éloïse — n° 3 "), "l-oeuvre-d-eloise-n-3");
        assert_eq!(slugify("日本"), "");
        assert!(is_slug(&slugify("La Myne")));
        assert!(!is_slug("La Myne") && !is_slug("-a") && !is_slug(""));
    }

    proptest::proptest! {
        /// Decomposing character by character gives what decomposing the whole title gives.
        #[test]
        fn characters_are_decomposed_alone(title in "[\\PC̀̂̈̇̕]{0,12}") {
            let mut whole = String::new();
            title.nfkd().flat_map(char::to_lowercase).for_each(|character| push(&mut whole, character));
            whole.truncate(80);
            proptest::prop_assert_eq!(slugify(&title), whole.trim_matches('-'));
        }
    }
}
