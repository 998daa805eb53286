//! Words and how they are written in, a number for each out. A number once given stays, so that a document's words are known by numbers alone.

use crate::interner::Interner;

/// All words of all languages that documents have or had, and their spellings.
///
/// A spelling is a word as some document writes it, which is not always what it folds to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    languages: Vec<String>,
    /// Folded words; a language owns its own.
    words: Interner,
    /// How words are written that don't fold to themselves; a word owns its own.
    forms: Interner,
}

/// The number of a spelling, and that of its word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) spelling: u32,
    pub(crate) word: u32,
}

/// Set in the number of a spelling that is a form: the other bits are that one's number, and else that of the word, so that most spellings say their word
/// themselves.
const IS_FORM: u32 = 1;

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
        let word = self.words.number(language, word);
        let spelling = form.map_or(word << 1, |form| self.forms.number(word, form) << 1 | IS_FORM);
        Numbers { spelling, word }
    }

    /// The number of the word that is spelt so.
    pub(crate) fn word_of(&self, spelling: u32) -> u32 {
        if spelling & IS_FORM == 0 { spelling >> 1 } else { self.forms.owner(spelling >> 1) }
    }

    /// A word.
    pub(crate) fn word(&self, number: u32) -> &str {
        self.words.get(number)
    }

    /// How a word is written, where it doesn't fold to itself.
    pub(crate) fn form(&self, spelling: u32) -> Option<&str> {
        (spelling & IS_FORM != 0).then(|| self.forms.get(spelling >> 1))
    }

    /// The largest number of a spelling; none where there is none.
    pub(crate) fn spellings(&self) -> Option<u32> {
        Some(((self.words.len().max(self.forms.len()) as u32).checked_sub(1)?) << 1 | IS_FORM)
    }

    /// Goes through the numbers of all spellings, each with that of its word.
    pub(crate) fn each_spelling(&self, mut visit: impl FnMut(u32, u32)) {
        (0..self.words.len() as u32).for_each(|word| visit(word << 1, word));
        (0..self.forms.len() as u32).for_each(|form| visit(form << 1 | IS_FORM, self.forms.owner(form)));
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
