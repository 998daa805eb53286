//! What enters: a collection's name and a slug. What leaves: [`EntryId`], the name of an entry in links, relations and URLs.
//! It must not know whether such an entry exists.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

/// `places/la-myne`: an entry's collection and slug, the same in every language.
///
/// Ids stand in lists, facets and relations many times over: all copies of one share its text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EntryId {
    /// The collection, a slash and the slug.
    text: Arc<str>,
    /// Where the slash is.
    slash: usize,
}

impl EntryId {
    /// An id from its two parts.
    #[must_use]
    pub fn new(collection: &str, slug: &str) -> Self {
        Self { text: [collection, "/", slug].concat().into(), slash: collection.len() }
    }

    /// Reads `collection/slug`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (collection, slug) = text.split_once('/')?;
        (is_slug(collection) && is_slug(slug)).then(|| Self { text: text.into(), slash: collection.len() })
    }

    /// The collection's folder name.
    #[must_use]
    pub fn collection(&self) -> &str {
        &self.text[..self.slash]
    }

    /// The name of the entry's file or folder.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.text[self.slash + 1..]
    }
}

impl Ord for EntryId {
    /// By collection, then by slug.
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.text, &other.text) {
            return Ordering::Equal;
        }
        self.collection().cmp(other.collection()).then_with(|| self.slug().cmp(other.slug()))
    }
}

impl PartialOrd for EntryId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Serialize for EntryId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
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
