//! The letters of words to bits and back: which follow which is learnt while words go by.

use crate::entropy::{Coder, Node};

/// A letter is one of so many symbols, as a power of two: the end of a word, a letter that is not in the alphabet, or a letter of the alphabet.
const SYMBOL_BITS: usize = 6;
const END: usize = 0;
const FOREIGN: usize = 1;
const FIRST_LETTER: usize = 2;
/// Bits of any letter.
const ANY_LETTER: u32 = 21;
/// The alphabet has so many at most.
pub(crate) const MOST_LETTERS: usize = (1 << SYMBOL_BITS) - FIRST_LETTER;
/// Pairs of letters are told apart by so many bits.
const PAIR_BITS: usize = 10;
/// A pair of letters that was seen so often is trusted, else the last letter alone.
const TRUSTED: u16 = 2;
/// Room for most words, in bytes.
const ROOM: usize = 16;
/// Letters before this one have their symbols at hand.
#[cfg(feature = "build")]
const LATIN_END: char = '\u{180}';

/// Which letters follow which, learnt while words go by.
#[derive(Clone)]
pub(crate) struct Letters {
    /// About the most common letter first.
    alphabet: Vec<char>,
    /// The symbols of the first letters that there are, Latin ones with accents among them.
    #[cfg(feature = "build")]
    latin: Vec<u8>,
    /// The next symbol's nodes, by the last one and by the last two.
    after_one: Vec<Node>,
    after_two: Vec<Node>,
    /// Which pairs were seen since these letters were those of the glossary, a bit each: what else there is is as it was.
    #[cfg(feature = "build")]
    seen: [u64; 1 << PAIR_BITS >> 6],
}

impl Letters {
    /// Letters of which nothing is known but the most common ones.
    pub(crate) fn new(alphabet: &str) -> Letters {
        let alphabet: Vec<char> = alphabet.chars().take(MOST_LETTERS).collect();
        Letters {
            #[cfg(feature = "build")]
            latin: ('\0'..LATIN_END).map(|letter| symbol_of(letter, &alphabet) as u8).collect(),
            alphabet,
            after_one: vec![Node::NEW; 1 << (2 * SYMBOL_BITS)],
            after_two: vec![Node::NEW; 1 << (PAIR_BITS + SYMBOL_BITS)],
            #[cfg(feature = "build")]
            seen: Default::default(),
        }
    }

    /// These letters as those that others begin with.
    #[cfg(feature = "build")]
    pub(crate) fn learnt(self) -> Letters {
        Letters { seen: Default::default(), ..self }
    }

    /// Forgets what was learnt since these letters were the given ones: a copy of all takes longer than many a block.
    #[cfg(feature = "build")]
    pub(crate) fn forget(&mut self, before: &Letters) {
        self.after_one.copy_from_slice(&before.after_one);
        for pair in (0..1 << PAIR_BITS).filter(|pair| self.seen[pair >> 6] >> (pair & 63) & 1 == 1) {
            let nodes = pair << SYMBOL_BITS..(pair + 1) << SYMBOL_BITS;
            self.after_two[nodes.clone()].copy_from_slice(&before.after_two[nodes]);
        }
        self.seen = Default::default();
    }

    fn symbol_of(&self, letter: char) -> usize {
        #[cfg(feature = "build")]
        if let Some(symbol) = self.latin.get(letter as usize) {
            return usize::from(*symbol);
        }
        symbol_of(letter, &self.alphabet)
    }

    /// What a symbol says of the next one: after a digit anything may come.
    fn context(&self, symbol: usize) -> usize {
        let letter = symbol.checked_sub(FIRST_LETTER).and_then(|place| self.alphabet.get(place));
        if letter.is_some_and(char::is_ascii_digit) { FOREIGN } else { symbol }
    }

    fn pass_symbol(&mut self, symbol: usize, last: usize, before: usize, coder: &mut impl Coder) -> usize {
        let pair = (last << SYMBOL_BITS | before).wrapping_mul(40_503) >> 4 & ((1 << PAIR_BITS) - 1);
        #[cfg(feature = "build")]
        {
            self.seen[pair >> 6] |= 1 << (pair & 63);
        }
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
        let mut passed = String::with_capacity(word.len().max(ROOM));
        passed.push_str(known);
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

fn symbol_of(letter: char, alphabet: &[char]) -> usize {
    alphabet.iter().position(|known| *known == letter).map_or(FOREIGN, |place| FIRST_LETTER + place)
}
