//! Texts in, a number for each out: equal ones of one owner have the same number, and numbers go from 0 in the order in which texts came.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

/// Texts and their numbers. The texts lie one after the other: an allocation each would take more than most of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    texts: Texts,
    /// Numbers with the hashes of their texts, so that most other texts are passed over unread.
    numbers: HashTable<(u32, u32)>,
}

#[derive(Clone, Debug, Default)]
struct Texts {
    all: String,
    ends: Vec<u32>,
    owners: Vec<u32>,
}

impl Texts {
    fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start as usize..self.ends[number] as usize]
    }

    fn is(&self, number: u32, owner: u32, text: &str) -> bool {
        self.owners[number as usize] == owner && self.get(number) == text
    }
}

impl Interner {
    /// The number of a text of an owner.
    pub(crate) fn number(&mut self, owner: u32, text: &str) -> u32 {
        let Interner { texts, numbers } = self;
        let hash = hash(owner, text);
        let is_same = |(number, known): &(u32, u32)| *known == hash && texts.is(*number, owner, text);
        if let Some((number, _)) = numbers.find(spread(hash), is_same) {
            return *number;
        }
        let number = texts.ends.len() as u32;
        texts.all.push_str(text);
        texts.ends.push(texts.all.len() as u32);
        texts.owners.push(owner);
        numbers.insert_unique(spread(hash), (number, hash), |(_, hash)| spread(*hash));
        number
    }

    /// A text by its number.
    pub(crate) fn get(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// The owner of a text by its number.
    pub(crate) fn owner(&self, number: u32) -> u32 {
        self.texts.owners[number as usize]
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.ends.len()
    }
}

fn hash(owner: u32, text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write_u32(owner);
    hasher.write(text.as_bytes());
    (hasher.finish() >> 32) as u32
}

/// A hash as the table takes it, which looks at its highest bits and its lowest.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::Interner;

    #[test]
    fn a_text_of_an_owner_keeps_its_number() {
        let mut interner = Interner::default();
        let texts: Vec<(u32, String)> = (0..1_000)
            .map(|number| (number % 2, "x".repeat(number as usize / 2 % 7) + &(number / 2).to_string()))
            .collect();
        for _ in 0..2 {
            for ((owner, text), number) in texts.iter().zip(0..) {
                assert_eq!(interner.number(*owner, text), number);
                assert_eq!((interner.owner(number), interner.get(number)), (*owner, text.as_str()));
            }
        }
        assert_eq!(interner.len(), 1_000);
    }
}
