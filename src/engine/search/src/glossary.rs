//! What the texts of records are coded against: the words that most of them have, and which letters follow which. It lies in the boot file, so it holds no
//! word that doesn't pay for itself in the few blocks that a search reads.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model, Node};
#[cfg(feature = "build")]
use rustc_hash::FxHashMap;
use std::borrow::Cow;
#[cfg(feature = "build")]
use std::cmp::Reverse;

/// A letter is one of so many symbols, as a power of two: the end of a word, a letter that is not in the alphabet, or a letter of the alphabet.
const SYMBOL_BITS: usize = 6;
const END: usize = 0;
const FOREIGN: usize = 1;
const FIRST_LETTER: usize = 2;
/// Bits of any letter.
const ANY_LETTER: u32 = 21;
/// Pairs of letters are told apart by so many bits.
const PAIR_BITS: usize = 10;
/// A pair of letters that was seen so often is trusted, else the last letter alone.
const TRUSTED: u16 = 2;
/// More words are not read.
const MOST_WORDS: usize = 1 << 12;
/// No word of the glossary is longer, in bytes.
const LONGEST_WORD: usize = 64;

/// Which letters follow which, learnt while words go by.
#[derive(Clone)]
pub(crate) struct Letters {
    /// The most common letter first.
    alphabet: Vec<char>,
    /// The next symbol's nodes, by the last one and by the last two.
    after_one: Vec<Node>,
    after_two: Vec<Node>,
}

impl Letters {
    fn new(alphabet: &str) -> Letters {
        Letters {
            alphabet: alphabet.chars().take((1 << SYMBOL_BITS) - FIRST_LETTER).collect(),
            after_one: vec![Node::NEW; 1 << (2 * SYMBOL_BITS)],
            after_two: vec![Node::NEW; 1 << (PAIR_BITS + SYMBOL_BITS)],
        }
    }

    fn symbol_of(&self, letter: char) -> usize {
        self.alphabet.iter().position(|known| *known == letter).map_or(FOREIGN, |place| FIRST_LETTER + place)
    }

    /// What a symbol says of the next one: after a digit anything may come.
    fn context(&self, symbol: usize) -> usize {
        let letter = symbol.checked_sub(FIRST_LETTER).and_then(|place| self.alphabet.get(place));
        if letter.is_some_and(char::is_ascii_digit) { FOREIGN } else { symbol }
    }

    fn pass_symbol(&mut self, symbol: usize, last: usize, before: usize, coder: &mut impl Coder) -> usize {
        let pair = (last << SYMBOL_BITS | before).wrapping_mul(40_503) >> 4 & ((1 << PAIR_BITS) - 1);
        let mut node = 1;
        for place in (0..SYMBOL_BITS).rev() {
            let one = &mut self.after_one[last << SYMBOL_BITS | node];
            let two = &mut self.after_two[pair << SYMBOL_BITS | node];
            let likely = if two.seen() >= TRUSTED { *two } else { *one };
            let bit = coder.guess(symbol >> place & 1 == 1, likely);
            one.learn(bit);
            two.learn(bit);
            node = node << 1 | usize::from(bit);
        }
        node - (1 << SYMBOL_BITS)
    }

    /// Passes a word whose first letters are known; `None` where it is longer than so many bytes, or no text.
    pub(crate) fn pass(&mut self, word: &str, known: &str, most: usize, coder: &mut impl Coder) -> Option<String> {
        let mut passed = known.to_owned();
        let (mut last, mut before) = (END, END);
        for letter in known.chars() {
            (last, before) = (self.context(self.symbol_of(letter)), last);
        }
        let mut letters = word.get(known.len()..).unwrap_or_default().chars();
        loop {
            let letter = letters.next();
            let symbol = letter.map_or(END, |letter| self.symbol_of(letter));
            let symbol = self.pass_symbol(symbol, last, before, coder);
            passed.push(match symbol {
                END => return Some(passed),
                FOREIGN => char::from_u32(coder.even(letter.map_or(0, u32::from), ANY_LETTER))?,
                _ => *self.alphabet.get(symbol - FIRST_LETTER)?,
            });
            if passed.len() > most {
                return None;
            }
            (last, before) = (self.context(symbol), last);
        }
    }
}

/// A word of a text with what stands before it; at the end of the text there may be no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) gap: &'t str,
    pub(crate) word: &'t str,
}

impl<'t> Token<'t> {
    /// The word as a glossary has it, and whether it begins with a capital here.
    pub(crate) fn plain(self) -> (Cow<'t, str>, bool) {
        let mut letters = self.word.chars();
        match letters.next().and_then(small) {
            Some(first) => (Cow::Owned(format!("{first}{}", letters.as_str())), true),
            None => (Cow::Borrowed(self.word), false),
        }
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
            letters,
        })
    }

    /// The letters, for somebody who learns on.
    pub(crate) fn letters(&self) -> Letters {
        self.letters.clone()
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

/// Writes the glossary of some texts, which lie in so many blocks.
#[cfg(feature = "build")]
pub(crate) fn write<'t>(texts: impl Iterator<Item = &'t str>, blocks: usize) -> Vec<u8> {
    let least = u32::try_from(LEAST_PAYING.max(blocks / PAYING_PART)).unwrap_or(u32::MAX);
    let mut counted: FxHashMap<Cow<'_, str>, u32> = FxHashMap::default();
    for token in texts.flat_map(tokens) {
        *counted.entry(token.plain().0).or_default() += 1;
    }
    let mut by_letter: FxHashMap<char, u32> = FxHashMap::default();
    let mut words: Vec<(Reverse<u32>, String)> = Vec::new();
    for (word, count) in counted {
        if count >= least && (2..LONGEST_WORD).contains(&word.len()) {
            words.push((Reverse(count), word.into_owned()));
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
    // In steps, so that a letter more somewhere mostly leaves the glossary as it was, and all blocks that are coded against it.
    let rank = |count: u32| Reverse(count.ilog2().max(RARE));
    let mut alphabet: Vec<(Reverse<u32>, char)> =
        by_letter.into_iter().map(|(letter, count)| (rank(count), letter)).collect();
    alphabet.sort_unstable();
    let alphabet: String = alphabet.iter().take((1 << SYMBOL_BITS) - FIRST_LETTER).map(|(_, letter)| letter).collect();
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
    use super::{Glossary, tokens, write};

    #[test]
    fn words_that_many_texts_have_come_back_by_rank() {
        let texts =
            ["Le lieu de l’atelier", "Le lieu, le l'ieu", "l’été à Œuilly", "東京 lieu Été", "de 12 rue de l’Été"];
        let bytes = write(texts.into_iter().chain(texts), 0);
        let glossary = Glossary::read(&bytes).expect("just written");
        let words: Vec<&str> = (0..).map_while(|rank| glossary.word(rank)).collect();
        assert_eq!(words, ["de", "le", "lieu", "été"]);
        for (rank, word) in words.iter().enumerate() {
            assert_eq!(glossary.rank(word), Some(rank));
        }
        assert_eq!(glossary.rank("rue"), None);
        assert_eq!(tokens("L’été !").map(|token| token.plain().0).collect::<Vec<_>>(), ["l", "été"]);
        assert!(Glossary::read(&[0, 200]).is_none());
        assert!(Glossary::read(&write([].into_iter(), 1)).is_some());
    }
}
