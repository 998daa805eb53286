//! Words as texts have them in, what became of them out. Texts have them by the million, so a word of common length costs one look into memory: it lies
//! itself in the table, as a few numbers that are compared at once.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// A word is so many numbers, if it fits into them.
const NUMBERS: usize = 3;
const NUMBER: usize = size_of::<u64>();

/// By the length of a word: which bits of its numbers are its own.
const OWN: [[u64; NUMBERS]; NUMBERS * NUMBER + 1] = {
    let mut own = [[0; NUMBERS]; NUMBERS * NUMBER + 1];
    let mut length = 0;
    while length < own.len() {
        let mut byte = 0;
        while byte < length {
            own[length][byte / NUMBER] |= 0xff << (8 * (byte % NUMBER));
            byte += 1;
        }
        length += 1;
    }
    own
};

/// A word where it stands in a text, ready to be looked up.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) place: Range<usize>,
    /// Its bytes, and behind them zeros, of which no word has one; all are zeros where it is too long.
    numbers: [u64; NUMBERS],
}

impl Written {
    /// The word at a place in a text.
    pub(crate) fn new(text: &str, place: Range<usize>) -> Written {
        let mut numbers = [0; NUMBERS];
        if place.len() <= NUMBERS * NUMBER {
            // Behind the end of the word the text mostly goes on: as much as may be wanted is read at once, and cut.
            match text.as_bytes()[place.start..].first_chunk::<{ NUMBERS * NUMBER }>() {
                Some(bytes) => {
                    let (bytes, _) = bytes.as_chunks::<NUMBER>();
                    for ((number, bytes), own) in numbers.iter_mut().zip(bytes).zip(OWN[place.len()]) {
                        *number = u64::from_le_bytes(*bytes) & own;
                    }
                }
                None => {
                    for (number, bytes) in numbers.iter_mut().zip(text.as_bytes()[place.clone()].chunks(NUMBER)) {
                        let mut room = [0; NUMBER];
                        room[..bytes.len()].copy_from_slice(bytes);
                        *number = u64::from_le_bytes(room);
                    }
                }
            }
        }
        Written { place, numbers }
    }

    fn is_long(&self) -> bool {
        self.numbers[0] == 0
    }
}

/// What became of words.
#[derive(Debug, Default)]
pub(crate) struct Known<T> {
    /// As many as a power of two, of which at most three quarters are taken; a word lies at its hash or behind.
    slots: Vec<([u64; NUMBERS], T)>,
    taken: usize,
    long: FxHashMap<Box<str>, T>,
}

/// Slots of the smallest table.
const FEWEST: usize = 1 << 13;

impl<T: Copy + Default> Known<T> {
    /// What became of a word of a text, where it is known.
    pub(crate) fn get(&self, text: &str, written: &Written) -> Option<T> {
        if written.is_long() {
            return self.long.get(&text[written.place.clone()]).copied();
        }
        if self.slots.is_empty() {
            return None;
        }
        let (numbers, found) = &self.slots[self.slot(&written.numbers)];
        (*numbers == written.numbers).then_some(*found)
    }

    /// Notes what became of a word of a text, which is not known yet.
    pub(crate) fn insert(&mut self, text: &str, written: &Written, value: T) {
        if written.is_long() {
            self.long.insert(text[written.place.clone()].into(), value);
            return;
        }
        if 4 * self.taken >= 3 * self.slots.len() {
            let more = FEWEST.max(2 * self.slots.len());
            let before = std::mem::replace(&mut self.slots, vec![Default::default(); more]);
            for (numbers, value) in before.into_iter().filter(|(numbers, _)| numbers[0] != 0) {
                let slot = self.slot(&numbers);
                self.slots[slot] = (numbers, value);
            }
        }
        let slot = self.slot(&written.numbers);
        self.slots[slot] = (written.numbers, value);
        self.taken += 1;
    }

    /// Where a word lies, or would lie.
    fn slot(&self, numbers: &[u64; NUMBERS]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (hash(numbers) >> 32) as usize & mask;
        while self.slots[slot].0[0] != 0 && self.slots[slot].0 != *numbers {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

fn hash(numbers: &[u64; NUMBERS]) -> u64 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let spread = |hash: u64, number: &u64| (hash.rotate_left(23) ^ number).wrapping_mul(SPREAD);
    let hash = numbers.iter().fold(0, spread);
    (hash ^ hash >> 29).wrapping_mul(SPREAD)
}

#[cfg(test)]
mod tests {
    use super::{Known, Written};

    #[test]
    fn words_are_found_wherever_they_stand_and_however_long_they_are() {
        let words: Vec<String> = (0..4_000_usize)
            .map(|number| {
                format!("{}{}", ["", "é", "abcdefgh", "abcdefghabcdefgh", "œ-abcdefghabcdefghabc"][number % 5], number)
            })
            .collect();
        let text = words.join(" ");
        let mut known: Known<usize> = Known::default();
        let mut start = 0;
        for (number, word) in words.iter().enumerate() {
            let written = Written::new(&text, start..start + word.len());
            assert_eq!(known.get(&text, &written), None);
            known.insert(&text, &written, number);
            start += word.len() + 1;
        }
        for (number, word) in words.iter().enumerate() {
            assert_eq!(known.get(word, &Written::new(word, 0..word.len())), Some(number), "{word}");
        }
        assert_eq!(known.get("ab", &Written::new("ab", 0..2)), None);
    }
}
