//! Every word of a language with the number of documents that have it, by length: what corrections are chosen from.
//!
//! A word with up to k mistakes differs by at most k in length, so a correction reads the lengths around it and no others.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::{
    bytes::{put_number, put_text},
    header::Piece,
};
#[cfg(feature = "build")]
use std::collections::{BTreeMap, HashMap};

/// Counts the words of one language while documents go by.
#[cfg(feature = "build")]
#[derive(Clone, Default)]
pub(crate) struct Spellings {
    document: u32,
    /// Word, last document that had it, number of documents. Sorted before it is written.
    words: HashMap<String, (u32, u32)>,
}

#[cfg(feature = "build")]
impl Spellings {
    /// Notes a word of the current document.
    pub(crate) fn note(&mut self, word: &str) {
        match self.words.get_mut(word) {
            Some((last, count)) if *last != self.document => (*last, *count) = (self.document, *count + 1),
            Some(_) => {}
            None => {
                self.words.insert(word.to_owned(), (self.document, 1));
            }
        }
    }

    /// The next word belongs to the next document.
    pub(crate) fn end_document(&mut self) {
        self.document += 1;
    }

    /// Appends the spellings, one section a length; gives where they lie.
    pub(crate) fn write(self, out: &mut Vec<u8>) -> BTreeMap<usize, Piece> {
        let mut by_length: BTreeMap<usize, BTreeMap<String, u32>> = BTreeMap::new();
        for (word, (_, count)) in self.words {
            by_length.entry(word.chars().count()).or_default().insert(word, count);
        }
        let mut pieces = BTreeMap::new();
        for (length, words) in by_length {
            let start = out.len();
            let mut previous = String::new();
            for (word, count) in words {
                let shared = shared_bytes(&previous, &word);
                put_number(shared as u64, out);
                put_text(&word[shared..], out);
                put_number(u64::from(count), out);
                previous = word;
            }
            pieces.insert(length, Piece { start, length: out.len() - start });
        }
        pieces
    }
}

/// Length of the common beginning, at a character's border.
pub(crate) fn shared_bytes(one: &str, other: &str) -> usize {
    one.char_indices()
        .zip(other.chars())
        .find(|((_, left), right)| left != right)
        .map_or(one.len().min(other.len()), |((at, _), _)| at)
}

/// Calls `visit` with each word of a section and its number of documents.
pub(crate) fn read(section: &[u8], mut visit: impl FnMut(&str, u32)) -> Option<()> {
    let mut reader = Reader(section);
    let mut word = String::new();
    while !reader.0.is_empty() {
        let shared = reader.size()?;
        if !word.is_char_boundary(shared) {
            return None;
        }
        word.truncate(shared);
        word.push_str(reader.text()?);
        visit(&word, u32::try_from(reader.number()?).ok()?);
    }
    Some(())
}

/// Mistakes that a word of so many characters may have.
pub(crate) fn mistakes_allowed(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Number of mistakes between two words (letters wrong, missing, added, or two neighbours swapped), or `None` beyond `most`.
pub(crate) fn mistakes(one: &[char], other: &[char], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = Vec::with_capacity(last.len());
        current.push(row + 1);
        for (column, known) in other.iter().enumerate() {
            let mut least =
                (last[column] + usize::from(letter != known)).min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *known {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        if current.iter().all(|count| *count > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|count| *count <= most)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Spellings, mistakes, read};

    #[test]
    fn spellings_come_back_by_length() {
        let mut spellings = Spellings::default();
        for document in [vec!["atelier", "fab", "fab", "été"], vec!["ateliers", "atelier", "fax"]] {
            document.into_iter().for_each(|word| spellings.note(word));
            spellings.end_document();
        }
        let mut bytes = Vec::new();
        let pieces = spellings.write(&mut bytes);
        let mut found = Vec::new();
        for (length, piece) in pieces {
            let section = &bytes[piece.start..piece.start + piece.length];
            read(section, |word, count| found.push((length, word.to_owned(), count)))
                .expect("sections just written can be read");
        }
        let expected = [(3, "fab", 1), (3, "fax", 1), (3, "été", 1), (7, "atelier", 2), (8, "ateliers", 1)];
        assert_eq!(found, expected.map(|(length, word, count)| (length, word.to_owned(), count)));
    }

    #[test]
    fn a_swap_is_one_mistake() {
        for (one, other, expected) in [
            ("cowroking", "coworking", Some(1)),
            ("fabirque", "fabrique", Some(1)),
            ("montpelier", "montpellier", Some(1)),
            ("rodez", "rodez", Some(0)),
            ("abcd", "wxyz", None),
            ("", "ab", Some(2)),
            ("", "abc", None),
        ] {
            let [one, other] = [one, other].map(|word| word.chars().collect::<Vec<_>>());
            assert_eq!(mistakes(&one, &other, 2), expected);
            assert_eq!(mistakes(&other, &one, 2), expected);
        }
    }
}
