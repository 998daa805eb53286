//! What enters: texts and a language. What leaves: their order as the language's readers expect it (É sorts as E; accents break ties).
//! It must not know what the texts are. Source: CLDR's collation, by ICU4X.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};

/// Compares texts of one language.
#[derive(Debug)]
pub struct Collation {
    collator: Option<CollatorBorrowed<'static>>,
}

impl Collation {
    /// The order of a language (BCP 47); the root order for an unknown one.
    #[must_use]
    pub fn of(language: &str) -> Self {
        let locale = language.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::Locale::UNKNOWN);
        Self { collator: Collator::try_new((&locale).into(), CollatorOptions::default()).ok() }
    }

    /// The order of two texts; equal texts only are equal.
    #[must_use]
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        let order = self.collator.as_ref().map_or(Ordering::Equal, |collator| collator.compare(a, b));
        order.then_with(|| a.cmp(b))
    }
}

impl Collation {
    /// What sorts, byte by byte, as the text does here: for texts that are compared more often than they change.
    #[must_use]
    pub fn key(&self, text: &str) -> Box<[u8]> {
        let mut key = Vec::with_capacity(2 * text.len() + 8);
        if let Some(collator) = &self.collator {
            let Ok(()) = collator.write_sort_key_to(text, &mut key);
        }
        // No byte of a key is 0: a text's key comes before those that go on after it, and only then the text itself decides.
        key.push(0);
        key.extend_from_slice(text.as_bytes());
        key.into()
    }
}

/// The letter under which a title stands in an A to Z: upper case, without accents; `#` for all that is no letter.
#[must_use]
pub fn letter(title: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let first = title.trim_start_matches(|character: char| !character.is_alphanumeric()).nfkd().next();
    match first {
        Some('œ' | 'Œ') => "O".to_owned(),
        Some('æ' | 'Æ') => "A".to_owned(),
        Some(character) if character.is_alphabetic() => character.to_uppercase().take(1).collect(),
        _ => "#".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_only_break_ties() {
        let mut words = vec!["zèbre", "été", "étage", "ete", "Eté", "cote", "côté"];
        let collation = Collation::of("fr");
        words.sort_by(|a, b| collation.compare(a, b));
        assert_eq!(words, ["cote", "côté", "étage", "ete", "Eté", "été", "zèbre"]);
    }

    proptest! {
        #[test]
        fn keys_sort_as_their_texts(a in "[aAàâeEéèœzZ’' -]{0,6}|.{0,5}", b in "[aAàâeEéèœzZ’' -]{0,6}|.{0,5}") {
            for collation in ["fr", "en", "sv", "nobody"].map(Collation::of) {
                prop_assert_eq!(collation.key(&a).cmp(&collation.key(&b)), collation.compare(&a, &b));
            }
        }
    }

    #[test]
    fn letters_lose_their_accents() {
        assert_eq!([letter("Écluse"), letter("« L’atelier »"), letter("42"), letter("œuvre")], ["E", "L", "#", "O"]);
    }
}
