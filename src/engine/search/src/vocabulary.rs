//! Words and how they are written in, a number for each out. A number once given stays, so that a document's words are known by numbers alone.

use crate::interner::Interner;

/// All words of all languages that documents have or had, and their spellings.
///
/// A spelling is a word as some document writes it, which is not always what it folds to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    languages: Vec<String>,
    /// Folded words, each after the number of its language.
    words: Interner,
    /// Each the number of its word and, where it doesn't fold to itself, how it is written.
    spellings: Interner,
    /// The word of each spelling.
    word_of: Vec<u32>,
}

/// The number of a spelling, and that of its word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) spelling: u32,
    pub(crate) word: u32,
}

/// Bytes of the number before a string.
const NUMBER: usize = size_of::<u32>();

impl Vocabulary {
    /// The number of a language by its code.
    pub(crate) fn language(&mut self, code: &str) -> u32 {
        let known = self.languages.iter().position(|known| known == code);
        known.unwrap_or_else(|| {
            self.languages.push(code.to_owned());
            self.languages.len() - 1
        }) as u32
    }

    /// The numbers of a word of a language as it is written; `form` is absent where that is what it folds to.
    pub(crate) fn numbers(&mut self, language: u32, word: &str, form: Option<&str>) -> Numbers {
        let word = self.words.number(&[&language.to_le_bytes(), word.as_bytes()].concat());
        let form = form.unwrap_or_default();
        let spelling = self.spellings.number(&[&word.to_le_bytes(), form.as_bytes()].concat());
        if spelling as usize == self.word_of.len() {
            self.word_of.push(word);
        }
        Numbers { spelling, word }
    }

    /// The number of the word that is spelt so.
    pub(crate) fn word_of(&self, spelling: u32) -> u32 {
        self.word_of[spelling as usize]
    }

    /// A word.
    pub(crate) fn word(&self, number: u32) -> &str {
        std::str::from_utf8(&self.words.get(number)[NUMBER..]).unwrap_or_default()
    }

    /// How a word is written, where it doesn't fold to itself.
    pub(crate) fn form(&self, spelling: u32) -> Option<&str> {
        let form = std::str::from_utf8(&self.spellings.get(spelling)[NUMBER..]).unwrap_or_default();
        (!form.is_empty()).then_some(form)
    }

    /// How many words there are.
    pub(crate) fn count(&self) -> usize {
        self.words.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn spellings_of_a_word_share_it_and_languages_share_none() {
        let mut vocabulary = Vocabulary::default();
        let [french, english] = ["fr", "en"].map(|code| vocabulary.language(code));
        let accented = vocabulary.numbers(french, "ete", Some("été"));
        let plain = vocabulary.numbers(french, "ete", None);
        let other = vocabulary.numbers(english, "ete", None);
        assert_eq!((accented.word, plain.word, other.word), (0, 0, 1));
        assert_eq!([accented, plain, other].map(|numbers| vocabulary.word_of(numbers.spelling)), [0, 0, 1]);
        assert_eq!(vocabulary.form(accented.spelling), Some("été"));
        assert_eq!(vocabulary.form(plain.spelling), None);
        assert_eq!((vocabulary.word(1), vocabulary.count()), ("ete", 2));
        assert_eq!(vocabulary.language("fr"), french);
    }
}
