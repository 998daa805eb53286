//! Byte strings in, a number for each out: equal ones have the same number, and numbers go from 0 in the order in which strings came.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

/// Strings and their numbers. The strings lie one after the other: an allocation each would take more than most of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    strings: Strings,
    numbers: HashTable<u32>,
}

#[derive(Clone, Debug, Default)]
struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Strings {
    fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }
}

impl Interner {
    /// The number of a string.
    pub(crate) fn number(&mut self, string: &[u8]) -> u32 {
        let Interner { strings, numbers } = self;
        let hash = hash(string);
        if let Some(number) = numbers.find(hash, |number| strings.get(*number) == string) {
            return *number;
        }
        let number = strings.ends.len() as u32;
        strings.bytes.extend_from_slice(string);
        strings.ends.push(strings.bytes.len() as u32);
        numbers.insert_unique(hash, number, |number| self::hash(strings.get(*number)));
        number
    }

    /// A string by its number.
    pub(crate) fn get(&self, number: u32) -> &[u8] {
        self.strings.get(number)
    }

    /// How many strings there are.
    pub(crate) fn len(&self) -> usize {
        self.strings.ends.len()
    }
}

fn hash(string: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(string);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Interner;

    #[test]
    fn a_string_keeps_its_number() {
        let mut interner = Interner::default();
        let strings: Vec<String> = (0..1_000).map(|number| "x".repeat(number % 7) + &number.to_string()).collect();
        for _ in 0..2 {
            for (string, number) in strings.iter().zip(0..) {
                assert_eq!(interner.number(string.as_bytes()), number);
                assert_eq!(interner.get(number), string.as_bytes());
            }
        }
        assert_eq!(interner.len(), 1_000);
    }
}
