//! The words of one document, gathered for the index: what the inverted index takes of a document and nothing else.
//!
//! A document's words depend on its language and its texts alone. So they are gathered for all documents at once, and once gathered serve every index
//! until the document changes.

use crate::accents;
use crate::definition::Document;
use crate::language::Language;
use crate::schema::Zone;
use crate::tokens::{Shape, tokens};
use rustc_hash::{FxHashMap, FxHashSet};

/// Number of zones.
pub(crate) const ZONES: usize = Zone::ALL.len();

/// The distinct words of a document with their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// All words, one after the other, in the order in which they first occur.
    text: String,
    words: Vec<Word>,
    /// Positions word by word and zone by zone, each as the distance from the one before.
    deltas: Vec<u32>,
    /// How words are written that don't fold to themselves: the number of each, and the end of its form in `written`.
    forms: Vec<(u32, u32)>,
    written: String,
    /// How many words are indexed, repetitions included.
    pub(crate) length: u32,
    /// The length of the title in words of weight, as far as it is looked at.
    pub(crate) title_length: u8,
}

/// A word's ends in the text and, a zone each, in the positions.
#[derive(Clone, Copy, Debug)]
struct Word {
    end: u32,
    ends: [u32; ZONES],
}

/// An occurrence: number of the word, zone, position.
type Occurrence = (u32, u8, u32);

impl Words {
    /// Gathers the words of a document.
    pub(crate) fn of(document: &Document, language: &Lexicon) -> Words {
        let mut words = Words::default();
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        let mut occurrences: Vec<Occurrence> = Vec::new();
        for (zone, letter) in Zone::ALL.into_iter().zip(0..) {
            let mut first_position = 0;
            for text in texts(document, zone) {
                let mut next_position = first_position;
                for token in tokens(text) {
                    let position = first_position + token.position;
                    next_position = next_position.max(position + 1);
                    let weightless = language.is_stop_word(&token.text);
                    if zone == Zone::Title {
                        words.title_length +=
                            u8::from(token.shape == Shape::Word && !weightless && words.title_length < 5);
                    } else if weightless {
                        continue;
                    }
                    let number = match numbers.get(&token.text) {
                        Some(number) => *number,
                        None => {
                            let number = words.words.len() as u32;
                            words.text.push_str(&token.text);
                            words.words.push(Word { end: words.text.len() as u32, ends: [0; ZONES] });
                            if let Some(form) = accents::form(&text[token.bytes.clone()], &token.text) {
                                words.written.push_str(&form);
                                words.forms.push((number, words.written.len() as u32));
                            }
                            numbers.insert(token.text, number);
                            number
                        }
                    };
                    occurrences.push((number, letter, position));
                }
                // A phrase must not reach from one keyword into the next.
                first_position = next_position + 1;
            }
        }
        words.length = occurrences.len() as u32;
        occurrences.sort_unstable();
        words.lay(&occurrences);
        words
    }

    /// Lays sorted occurrences out as distances.
    fn lay(&mut self, occurrences: &[Occurrence]) {
        self.deltas.reserve_exact(occurrences.len());
        let mut rest = occurrences.iter().peekable();
        for (number, word) in (0..).zip(&mut self.words) {
            for (zone, end) in (0..).zip(&mut word.ends) {
                let mut last = 0;
                while let Some((_, _, position)) =
                    rest.next_if(|(other, letter, _)| (*other, *letter) == (number, zone))
                {
                    self.deltas.push(position - last);
                    last = *position;
                }
                *end = self.deltas.len() as u32;
            }
        }
    }

    /// The distinct words, in the order in which they first occur.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.words.iter().map(move |word| {
            let text = &self.text[start..word.end as usize];
            start = word.end as usize;
            text
        })
    }

    /// How the distinct words are written where they first occur, in the same order; `None` where they fold to themselves.
    pub(crate) fn forms(&self) -> impl Iterator<Item = Option<&str>> {
        let mut forms = self.forms.iter().peekable();
        let mut start = 0;
        (0..self.words.len() as u32).map(move |number| {
            let (_, end) = forms.next_if(|(known, _)| *known == number)?;
            let form = &self.written[start..*end as usize];
            start = *end as usize;
            Some(form)
        })
    }

    /// The distances between the positions of a word, by zone; none where it isn't there.
    pub(crate) fn deltas(&self, word: usize) -> [&[u32]; ZONES] {
        let mut start = word.checked_sub(1).map_or(0, |previous| self.words[previous].ends[ZONES - 1]);
        self.words[word].ends.map(|end| {
            let deltas = &self.deltas[start as usize..end as usize];
            start = end;
            deltas
        })
    }
}

fn texts(document: &Document, zone: Zone) -> impl Iterator<Item = &str> {
    let (one, many): (Option<&String>, &[String]) = match zone {
        Zone::Title => (Some(&document.title), &[]),
        Zone::Keywords => (None, &document.keywords),
        Zone::Summary => (Some(&document.summary), &[]),
        Zone::Body => (Some(&document.body), &[]),
    };
    one.into_iter().chain(many).map(String::as_str)
}

/// A language's words without weight, ready to be asked for often.
pub(crate) struct Lexicon(FxHashSet<&'static str>);

impl Lexicon {
    /// The words without weight of a language.
    pub(crate) fn of(language: &Language) -> Lexicon {
        Lexicon(language.stop_words().collect())
    }

    fn is_stop_word(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, Words};
    use crate::definition::Document;
    use crate::language::Language;

    #[test]
    fn positions_stand_by_word_and_zone() {
        let document = Document {
            title: "La Myne à la Myne".to_owned(),
            keywords: vec!["fab lab".to_owned(), "lab".to_owned()],
            body: "l'atelier de la myne".to_owned(),
            ..Document::default()
        };
        let words = Words::of(&document, &Lexicon::of(&Language::of("fr")));
        let laid: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(number, word)| {
                let zones = words.deltas(number);
                format!("{word} {zones:?}")
            })
            .collect();
        assert_eq!(
            laid,
            [
                "la [[0, 3], [], [], []]",
                "myne [[1, 3], [], [], [3]]",
                "a [[2], [], [], []]",
                "fab [[], [0], [], []]",
                "lab [[], [1, 2], [], []]",
                "atelier [[], [], [], [0]]",
            ]
        );
        assert_eq!((words.length, words.title_length), (10, 2));
    }
}
