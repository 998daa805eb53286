//! What a language adds to plain words: its stemmer and its words without weight. Languages without either are folded only.

use frostem::{Algorithm, Stemmer};

const FRENCH: &str = " a au aux avec ce ces cet cette comment dans de des du elle elles en est et eu il ils je la le les leur leurs lui ma mais me meme \
mes moi mon ne nos notre nous on ont ou par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi sa se ses si son sont sur ta te tes toi ton \
tu un une vos votre vous y ";
const ENGLISH: &str = " a an and are as at be but by can do does for from he her his how i if in into is it its me my no nor not of on or our she so that \
the their them then there these they this to was we were what when where which who why will with you your ";

/// A content language.
#[derive(Clone, Copy)]
pub(crate) struct Language {
    stemmer: Option<Stemmer>,
    stop_words: &'static str,
}

impl Language {
    /// The language of a code such as `fr` or `en-GB`.
    pub(crate) fn of(code: &str) -> Language {
        match code.split(['-', '_']).next() {
            Some("fr") => Language { stemmer: Some(Stemmer::new(Algorithm::French)), stop_words: FRENCH },
            Some("en") => Language { stemmer: Some(Stemmer::new(Algorithm::English)), stop_words: ENGLISH },
            _ => Language { stemmer: None, stop_words: "" },
        }
    }

    /// The stem of a folded word; words of two letters or fewer and words with a digit are their own.
    pub(crate) fn stem(&self, word: &str) -> String {
        match self.stemmer {
            Some(stemmer) if word.len() > 2 && !word.bytes().any(|byte| byte.is_ascii_digit()) => {
                stemmer.stem(word).into_owned()
            }
            _ => word.to_owned(),
        }
    }

    /// The words without weight.
    #[cfg(feature = "build")]
    pub(crate) fn stop_words(&self) -> impl Iterator<Item = &'static str> {
        self.stop_words.split(' ').filter(|word| !word.is_empty())
    }

    /// Says whether a folded word carries no weight in this language; such words are indexed in titles alone.
    pub(crate) fn is_stop_word(&self, word: &str) -> bool {
        !word.is_empty() && self.stop_words.split(' ').any(|stop_word| stop_word == word)
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn plurals_and_derived_words_share_a_stem() {
        let french = Language::of("fr");
        for (one, other) in [
            ("atelier", "ateliers"),
            ("formation", "formations"),
            ("associatif", "associatifs"),
            ("numerique", "numeriques"),
        ] {
            assert_eq!(french.stem(one), french.stem(other), "{one}");
        }
        let english = Language::of("en-GB");
        assert_eq!(english.stem("workshops"), english.stem("workshop"));
        assert_eq!(Language::of("de").stem("werkstatten"), "werkstatten");
    }

    #[test]
    fn stop_words_are_whole_words_of_their_language() {
        let french = Language::of("fr");
        assert!(french.is_stop_word("de") && french.is_stop_word("y") && french.is_stop_word("a"));
        assert!(!french.is_stop_word("the") && !french.is_stop_word("d") && !french.is_stop_word("aux avec"));
        assert!(Language::of("en").is_stop_word("the"));
        assert!(!Language::of("de").is_stop_word(""));
    }
}
