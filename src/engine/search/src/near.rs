//! A word in, the words of a row that are a mistake or two away out.
//!
//! Words of a row stand in order and share beginnings, so a row is walked as a tree: what a word has in common with the one before is compared once, and
//! where a beginning is hopeless, all words with it are passed over. Only a band of the table of distances can be small enough: five cells a letter.

use crate::bytes::Reader;
use crate::spelling::entry;

/// Mistakes that any word may have, at most.
const MOST: usize = 2;
/// More than that.
const FAR: u8 = MOST as u8 + 1;
/// Cells of a row of the table that may be small enough: distances between the letters of the path and as many of the word, two less to two more.
const BAND: usize = 2 * MOST + 1;

/// A letter of the path, with the distances up to it.
struct Step {
    letter: char,
    /// Where it ends in the word, in bytes.
    end: usize,
    cells: [u8; BAND],
}

/// A word, and what words near to it may be.
pub(crate) struct Near {
    /// As the row has them.
    letters: Vec<char>,
    /// Mistakes that they may have.
    most: u8,
    /// So many letters at the beginning are right.
    trusted: usize,
    /// The letters of the word that was read last, as far as they were compared.
    path: Vec<Step>,
}

impl Near {
    /// Words at most so many mistakes, of two, away from a word as the row has it, with so many letters at their beginning as it has them.
    pub(crate) fn new(letters: Vec<char>, most: usize, trusted: usize) -> Near {
        Near { letters, most: most.min(MOST) as u8, trusted, path: Vec::new() }
    }

    /// Calls `visit` with the number of mistakes of each near word of a section, the word as the row has it, its number of documents, and how it is written
    /// (for `accents::read`). `None` if the section can't be read.
    pub(crate) fn visit(
        &mut self,
        section: &[u8],
        mut visit: impl FnMut(usize, String, u32, Reader<'_>),
    ) -> Option<()> {
        let mut reader = Reader(section);
        self.path.clear();
        // Words that share so many bytes with the one before are as hopeless as it was.
        let mut hopeless = usize::MAX;
        'words: while !reader.0.is_empty() {
            let entry = entry(&mut reader)?;
            if entry.shared >= hopeless {
                continue;
            }
            hopeless = usize::MAX;
            while self.path.last().is_some_and(|step| step.end > entry.shared) {
                self.path.pop();
            }
            let mut end = entry.shared;
            if self.path.last().map_or(0, |step| step.end) != end {
                return None;
            }
            for letter in entry.rest.chars() {
                end += letter.len_utf8();
                let place = self.path.len();
                if place < self.trusted
                    && let Some(right) = self.letters.get(place).filter(|right| **right != letter)
                {
                    if letter > *right {
                        return Some(());
                    }
                    hopeless = end;
                    continue 'words;
                }
                let cells = self.cells(letter);
                if cells.iter().all(|cell| *cell > self.most) {
                    hopeless = end;
                    continue 'words;
                }
                self.path.push(Step { letter, end, cells });
            }
            if self.path.len() < self.trusted {
                continue;
            }
            let mistakes = (self.letters.len() + MOST).checked_sub(self.path.len());
            let mistakes = mistakes.and_then(|cell| self.path.last()?.cells.get(cell).copied());
            if let Some(mistakes) = mistakes.filter(|mistakes| *mistakes <= self.most) {
                let word = self.path.iter().map(|step| step.letter).collect();
                visit(usize::from(mistakes), word, entry.documents, entry.form);
            }
        }
        Some(())
    }

    /// Distances between the path with one letter more and the beginnings of the word that are about as long.
    fn cells(&self, letter: char) -> [u8; BAND] {
        let row = self.path.len() + 1;
        let before = self.path.last();
        let cell = |step: Option<&Step>, rows: usize, place: usize| match step {
            Some(step) => step.cells.get(place).copied().unwrap_or(FAR),
            // Without a letter of the path: as many mistakes as there are letters of the word.
            None if row == rows => (place as u8).checked_sub(MOST as u8).unwrap_or(FAR),
            None => FAR,
        };
        let mut cells = [FAR; BAND];
        for place in 0..BAND {
            let Some(column) = (row + place).checked_sub(MOST).filter(|column| *column <= self.letters.len()) else {
                continue;
            };
            let own = column.checked_sub(1).map(|last| self.letters[last]);
            let Some(own) = own else {
                cells[place] = row as u8;
                continue;
            };
            let mut least = cell(before, 1, place) + u8::from(own != letter);
            least = least.min(cell(before, 1, place + 1) + 1);
            if place > 0 {
                least = least.min(cells[place - 1] + 1);
            }
            if row > 1
                && column > 1
                && letter == self.letters[column - 2]
                && before.is_some_and(|step| step.letter == own)
            {
                let two_before = self.path.len().checked_sub(2).map(|at| &self.path[at]);
                least = least.min(cell(two_before, 2, place) + 1);
            }
            cells[place] = least.min(FAR);
        }
        cells
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::Near;
    use crate::spelling::{Row, Spelt, mistakes, write};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn near_words_are_those_that_a_comparison_with_each_finds(
            words in prop::collection::btree_set("[abcé]{1,9}", 1..200),
            word in "[abcé]{1,9}",
            most in 1..3_usize,
            trusted in 0..5_usize,
        ) {
            let letters: Vec<char> = word.chars().collect();
            let trusted = trusted.min(letters.len());
            let spelt: Vec<Spelt<'_>> = words.iter().map(|word| Spelt { number: 0, word, documents: 1, form: None }).collect();
            let mut bytes = Vec::new();
            let sections = write(&spelt, Row::Beginnings, &mut bytes);
            let mut near = Near::new(letters.clone(), most, trusted);
            let mut found = BTreeSet::new();
            for (_, piece) in &sections {
                let section = &bytes[piece.start..piece.start + piece.length];
                near.visit(section, |mistakes, word, _, _| {
                    found.insert((word, mistakes));
                })
                .expect("a section just written can be read");
            }
            let expected: BTreeSet<(String, usize)> = words
                .iter()
                .filter_map(|other| {
                    let others: Vec<char> = other.chars().collect();
                    let begins = others.starts_with(&letters[..trusted]);
                    Some((other.clone(), mistakes(&letters, &others, most).filter(|_| begins)?))
                })
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
