//! What the texts of records are coded against: the words that most of them have, and which letters follow which. It lies in the boot file, so it holds no
//! word that doesn't pay for itself in the few blocks that a search reads.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model};
use crate::letters::Letters;
#[cfg(feature = "build")]
use crate::letters::MOST_LETTERS;
#[cfg(feature = "build")]
use rustc_hash::FxHashMap;
#[cfg(feature = "build")]
use std::cmp::Reverse;
#[cfg(feature = "build")]
use std::sync::{Mutex, PoisonError};

/// More words are not read.
const MOST_WORDS: usize = 1 << 12;
/// No word of the glossary is longer, in bytes.
const LONGEST_WORD: usize = 64;

/// A word of a text with what stands before it; at the end of the text there may be no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) gap: &'t str,
    pub(crate) word: &'t str,
}

impl<'t> Token<'t> {
    /// The word as a glossary has it, and whether it begins with a capital here: then it stands in the room for it, else in the text.
    pub(crate) fn plain<'r>(self, room: &'r mut String) -> (&'r str, bool)
    where
        't: 'r,
    {
        let mut letters = self.word.chars();
        let Some(first) = letters.next().and_then(small) else { return (self.word, false) };
        room.clear();
        room.push(first);
        room.push_str(letters.as_str());
        (room, true)
    }
}

/// The words of a text.
#[cfg(feature = "build")]
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let token = next(&mut rest);
        (!token.word.is_empty()).then_some(token)
    })
}

/// Takes the next word off a text.
pub(crate) fn next<'t>(text: &mut &'t str) -> Token<'t> {
    let (gap, rest) = text.split_at(text.find(char::is_alphanumeric).unwrap_or(text.len()));
    let word;
    (word, *text) = rest.split_at(rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len()));
    Token { gap, word }
}

/// The small letter of a capital, of those that are as far from each other as they are in Latin-1.
fn small(letter: char) -> Option<char> {
    match letter {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' => char::from_u32(u32::from(letter) + CAPITAL),
        _ => None,
    }
}

/// The capital of a small letter, as `small` takes it.
pub(crate) fn capital(letter: char) -> Option<char> {
    char::from_u32(u32::from(letter).checked_sub(CAPITAL)?).filter(|capital| small(*capital) == Some(letter))
}

/// How far small letters are from their capitals.
const CAPITAL: u32 = 32;

/// The words that most records have, and the letters of their language.
pub(crate) struct Glossary {
    /// By how many records have them, in groups of one, two, four and so on; those of a group by the alphabet.
    words: Vec<String>,
    #[cfg(feature = "build")]
    ranks: FxHashMap<String, usize>,
    /// As the words have taught them.
    letters: Letters,
    /// Letters that somebody has learnt with, to be used again.
    #[cfg(feature = "build")]
    spare: Mutex<Vec<Letters>>,
}

impl Glossary {
    /// Reads a glossary.
    pub(crate) fn read(bytes: &[u8]) -> Option<Glossary> {
        let mut reader = Reader(bytes);
        let mut letters = Letters::new(reader.text()?);
        let count = reader.size().filter(|count| *count <= MOST_WORDS)?;
        let words = pass(&[], count, &mut letters, &mut Decoder::new(reader.0))?;
        Some(Glossary {
            #[cfg(feature = "build")]
            ranks: words.iter().cloned().zip(0..).collect(),
            words,
            #[cfg(feature = "build")]
            letters: letters.learnt(),
            #[cfg(not(feature = "build"))]
            letters,
            #[cfg(feature = "build")]
            spare: Mutex::default(),
        })
    }

    /// The letters, for somebody who learns on.
    pub(crate) fn letters(&self) -> Letters {
        #[cfg(feature = "build")]
        if let Some(spare) = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return spare;
        }
        self.letters.clone()
    }

    /// Takes back letters that were lent.
    #[cfg(feature = "build")]
    pub(crate) fn give_back(&self, mut letters: Letters) {
        letters.forget(&self.letters);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(letters);
    }

    /// A word by its rank.
    pub(crate) fn word(&self, rank: usize) -> Option<&str> {
        self.words.get(rank).map(String::as_str)
    }

    /// The rank of a word.
    #[cfg(feature = "build")]
    pub(crate) fn rank(&self, word: &str) -> Option<usize> {
        self.ranks.get(word).copied()
    }

    /// Who only reads has no words to look up.
    #[cfg(not(feature = "build"))]
    pub(crate) fn rank(&self, _: &str) -> Option<usize> {
        None
    }
}

/// Passes the words of a glossary: each as what it doesn't share with the one before it in its group.
fn pass(words: &[String], count: usize, letters: &mut Letters, coder: &mut impl Coder) -> Option<Vec<String>> {
    let mut shared = Model::new(16);
    let mut passed: Vec<String> = Vec::with_capacity(count);
    for place in 0..count {
        let word = words.get(place).map_or("", String::as_str);
        let last = passed.last().filter(|_| !(place + 1).is_power_of_two()).map_or("", String::as_str);
        let alike = last.chars().zip(word.chars()).take_while(|(one, other)| one == other).count();
        let alike = coder.count(alike, last.len(), &mut shared)?;
        let known: String = last.chars().take(alike).collect();
        passed.push(letters.pass(word, &known, LONGEST_WORD, coder)?);
    }
    Some(passed)
}

/// A word is in the glossary that occurs as often as this part of the number of blocks: it pays for itself where the ten blocks that a search reads have it
/// once.
#[cfg(feature = "build")]
const PAYING_PART: usize = 8;
/// And at least so often.
#[cfg(feature = "build")]
const LEAST_PAYING: usize = 4;

/// Letters that are rarer than this, as a power of two, are one as rare as another.
#[cfg(feature = "build")]
const RARE: u32 = 7;

/// The letters of French and English, about the most common first. They stand so before all others: a letter more somewhere leaves the glossary as it was,
/// and all blocks that are coded against it.
#[cfg(feature = "build")]
const USUAL: &str = "esaitnrulodcmpévgfbqhyxàjèkwzêçôîâûùïœë";

/// How often some texts have each word, as a glossary has it.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted(FxHashMap<String, u32>);

#[cfg(feature = "build")]
impl Counted {
    /// The words of some texts, counted.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Counted {
        let mut counted = Counted::default();
        texts.for_each(|text| counted.add(text));
        counted
    }

    /// Counts the words of a text.
    pub(crate) fn add(&mut self, text: &str) {
        let mut room = String::new();
        for token in tokens(text) {
            let (word, _) = token.plain(&mut room);
            match self.0.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    self.0.insert(word.to_owned(), 1);
                }
            }
        }
    }

    /// Counts the words of a text no more.
    pub(crate) fn remove(&mut self, text: &str) {
        let mut room = String::new();
        for token in tokens(text) {
            let (word, _) = token.plain(&mut room);
            if let Some(count) = self.0.get_mut(word) {
                *count -= 1;
                if *count == 0 {
                    self.0.remove(word);
                }
            }
        }
    }
}

/// Writes the glossary of texts of which the words were counted, and which lie in so many blocks.
#[cfg(feature = "build")]
pub(crate) fn write(counted: &Counted, blocks: usize) -> Vec<u8> {
    let least = u32::try_from(LEAST_PAYING.max(blocks / PAYING_PART)).unwrap_or(u32::MAX);
    let mut by_letter: FxHashMap<char, u32> = FxHashMap::default();
    let mut words: Vec<(Reverse<u32>, String)> = Vec::new();
    for (word, &count) in &counted.0 {
        if count >= least && (2..LONGEST_WORD).contains(&word.len()) {
            words.push((Reverse(count), word.clone()));
        } else {
            word.chars().for_each(|letter| *by_letter.entry(letter).or_default() += count);
        }
    }
    words.sort_unstable();
    words.truncate(MOST_WORDS);
    let mut words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    let mut first = 0;
    while first < words.len() {
        let next = words.len().min(2 * first + 1);
        words[first..next].sort_unstable();
        first = next;
    }
    words.iter().flat_map(|word| word.chars()).for_each(|letter| *by_letter.entry(letter).or_default() += 1);
    // Others in steps, so that they mostly stay where they are too.
    let rank = |letter: char, count: u32| (USUAL.find(letter).unwrap_or(USUAL.len()), Reverse(count.ilog2().max(RARE)));
    let mut alphabet: Vec<((usize, Reverse<u32>), char)> =
        by_letter.into_iter().map(|(letter, count)| (rank(letter, count), letter)).collect();
    alphabet.sort_unstable();
    let alphabet: String = alphabet.iter().take(MOST_LETTERS).map(|(_, letter)| letter).collect();
    let mut out = Vec::new();
    put_text(&alphabet, &mut out);
    put_number(words.len() as u64, &mut out);
    let mut encoder = Encoder::new();
    // What a writer is given are words.
    pass(&words, words.len(), &mut Letters::new(&alphabet), &mut encoder);
    out.extend(encoder.finish());
    out
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Counted, Glossary, Token, tokens, write};

    #[test]
    fn words_that_many_texts_have_come_back_by_rank() {
        let texts =
            ["Le lieu de l’atelier", "Le lieu, le l'ieu", "l’été à Œuilly", "東京 lieu Été", "de 12 rue de l’Été"];
        let mut counted = Counted::of(texts.into_iter().chain(texts).chain(["gone"]));
        counted.remove("gone");
        let bytes = write(&counted, 0);
        let glossary = Glossary::read(&bytes).expect("just written");
        let words: Vec<&str> = (0..).map_while(|rank| glossary.word(rank)).collect();
        assert_eq!(words, ["de", "le", "lieu", "été"]);
        for (rank, word) in words.iter().enumerate() {
            assert_eq!(glossary.rank(word), Some(rank));
        }
        assert_eq!(glossary.rank("rue"), None);
        let plain = |token: Token<'_>| token.plain(&mut String::new()).0.to_owned();
        assert_eq!(tokens("L’été !").map(plain).collect::<Vec<_>>(), ["l", "été"]);
        assert!(Glossary::read(&[0, 200]).is_none());
        assert!(Glossary::read(&write(&Counted::default(), 1)).is_some());
    }
}
