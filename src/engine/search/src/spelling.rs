//! Every word of a language with the number of documents that have it, twice: sorted by its letters from the first to the last, and from the last to
//! the first.
//!
//! With one mistake in a word, its beginning or its end is right, and words with the same beginning or the same end are neighbours in one of the two
//! rows. So a correction reads a stretch of each and never all words. Two mistakes in a long word are found when its first or its last third is right.

use crate::accents;
use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
use crate::header::Piece;
#[cfg(feature = "build")]
use std::cmp::Ordering;
use std::ops::Range;

/// Where a run of words lies, and the first of them as its row has it.
pub(crate) type Section = (String, Piece);

/// A word with how many documents have it and how it is written.
#[cfg(feature = "build")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelt<'w> {
    /// Its number in the vocabulary.
    pub(crate) number: u32,
    pub(crate) word: &'w str,
    pub(crate) documents: u32,
    /// Where it doesn't fold to itself.
    pub(crate) form: Option<&'w str>,
}

/// In which order a row of words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Beginnings,
    Ends,
}

impl Row {
    /// A word or a part of one as the row has it.
    pub(crate) fn letters(self, word: &str) -> String {
        match self {
            Row::Beginnings => word.to_owned(),
            Row::Ends => word.chars().rev().collect(),
        }
    }

    /// A number by which words stand in the order of the row, as far as it goes: their first letters.
    #[cfg(feature = "build")]
    pub(crate) fn key(self, word: &str) -> u64 {
        let mut key = [0; size_of::<u64>()];
        match self {
            Row::Beginnings => key.iter_mut().zip(word.bytes()).for_each(|(own, byte)| *own = byte),
            Row::Ends => {
                let mut room = &mut key[..];
                for letter in word.chars().rev() {
                    let mut bytes = [0; 4];
                    let bytes = letter.encode_utf8(&mut bytes).as_bytes();
                    let (own, rest) = room.split_at_mut(bytes.len().min(room.len()));
                    own.copy_from_slice(&bytes[..own.len()]);
                    room = rest;
                    if room.is_empty() {
                        break;
                    }
                }
            }
        }
        u64::from_be_bytes(key)
    }

    /// Which of two words comes first.
    #[cfg(feature = "build")]
    pub(crate) fn compare(self, one: &str, other: &str) -> Ordering {
        match self {
            Row::Beginnings => one.cmp(other),
            Row::Ends => one.chars().rev().cmp(other.chars().rev()),
        }
    }
}

/// A section is a block: at least so long, in bytes, and at most so many.
#[cfg(feature = "build")]
const SHORTEST_SECTION: usize = 16 << 10;
#[cfg(feature = "build")]
const MOST_SECTIONS: usize = 16;

/// Appends a row of the words of a language, which are in its order; gives where they lie.
#[cfg(feature = "build")]
pub(crate) fn write(words: &[Spelt<'_>], row: Row, out: &mut Vec<u8>) -> Vec<Section> {
    let mut letters = String::new();
    let mut ends = Vec::with_capacity(words.len());
    for spelt in words {
        match row {
            Row::Beginnings => letters.push_str(spelt.word),
            Row::Ends => letters.extend(spelt.word.chars().rev()),
        }
        ends.push(letters.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let letters = || starts.clone().zip(&ends).map(|(start, end)| &letters[start..*end]);
    let length = |(before, word): (&str, &str)| word.len() - shared_bytes(before, word) + 4;
    let whole: usize = letters().zip(letters().skip(1)).map(length).sum();
    let section_length = SHORTEST_SECTION.max(whole / MOST_SECTIONS);
    let mut sections: Vec<Section> = Vec::new();
    let mut previous = "";
    for (word, spelt) in letters().zip(words) {
        if sections.last().is_none_or(|(_, piece)| out.len() - piece.start >= section_length) {
            sections.push((word.to_owned(), Piece { start: out.len(), length: 0 }));
            previous = "";
        }
        let shared = shared_bytes(previous, word);
        put_number(shared as u64, out);
        put_text(&word[shared..], out);
        put_number(u64::from(spelt.documents), out);
        accents::write(spelt.form, out);
        previous = word;
        if let Some((_, piece)) = sections.last_mut() {
            piece.length = out.len() - piece.start;
        }
    }
    sections
}

/// The sections in which the words of a row lie whose letters begin so.
pub(crate) fn sections_of(sections: &[Section], letters: &str) -> Range<usize> {
    let from = sections.partition_point(|(first, _)| first.as_str() <= letters);
    let to = sections.partition_point(|(first, _)| first.as_str() <= letters || first.starts_with(letters));
    from.saturating_sub(1)..to
}

/// How many letters at the beginning, and as many at the end, a correction takes to be right one or the other.
pub(crate) fn trusted_letters(length: usize) -> usize {
    match length {
        0..=3 => length,
        4 => 2,
        5..=7 => (length - 1) / 2,
        _ => length / 3,
    }
}

/// Length of the common beginning, at a character's border.
pub(crate) fn shared_bytes(one: &str, other: &str) -> usize {
    let mut shared = one.bytes().zip(other.bytes()).take_while(|(left, right)| left == right).count();
    while !one.is_char_boundary(shared) {
        shared -= 1;
    }
    shared
}

/// A word of a section.
pub(crate) struct Entry<'s> {
    /// How many bytes it begins with that the word before has.
    pub(crate) shared: usize,
    /// What follows them.
    pub(crate) rest: &'s str,
    /// How many documents have it.
    pub(crate) documents: u32,
    /// How it is written, for `accents::read`.
    pub(crate) form: Reader<'s>,
}

/// Reads the next word of a section.
pub(crate) fn entry<'s>(reader: &mut Reader<'s>) -> Option<Entry<'s>> {
    let (shared, rest) = (reader.size()?, reader.text()?);
    let documents = u32::try_from(reader.number()?).ok()?;
    let form = *reader;
    accents::skip(reader)?;
    Some(Entry { shared, rest, documents, form })
}

/// Calls `visit` with those of some words, as the row has them and in its order, that a section has: which, its number of documents, and how it is written.
/// `None` if the section can't be read.
pub(crate) fn find(
    section: &[u8],
    wanted: &[(String, usize)],
    mut visit: impl FnMut(usize, u32, Reader<'_>),
) -> Option<()> {
    let mut reader = Reader(section);
    let mut wanted = wanted.iter().peekable();
    let mut word = String::new();
    while !reader.0.is_empty() && wanted.peek().is_some() {
        let entry = entry(&mut reader)?;
        if !word.is_char_boundary(entry.shared) {
            return None;
        }
        word.truncate(entry.shared);
        word.push_str(entry.rest);
        while let Some((letters, number)) = wanted.next_if(|(letters, _)| *letters <= word) {
            if *letters == word {
                visit(*number, entry.documents, entry.form);
            }
        }
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
#[cfg(feature = "build")]
pub(crate) fn mistakes(one: &[char], other: &[char], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    // What they begin and end with alike costs nothing.
    let first = one.iter().zip(other).take_while(|(left, right)| left == right).count();
    let (one, other) = (&one[first..], &other[first..]);
    let last = one.iter().rev().zip(other.iter().rev()).take_while(|(left, right)| left == right).count();
    let (one, other) = (&one[..one.len() - last], &other[..other.len() - last]);
    if most == 1 && one.len().max(other.len()) > 2 {
        return None;
    }
    let (mut before_last, mut last) = (vec![0; other.len() + 1], (0..=other.len()).collect::<Vec<usize>>());
    let mut current = last.clone();
    for (row, letter) in one.iter().enumerate() {
        current[0] = row + 1;
        for (column, known) in other.iter().enumerate() {
            let mut least =
                (last[column] + usize::from(letter != known)).min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *known {
                least = least.min(before_last[column - 1] + 1);
            }
            current[column + 1] = least;
        }
        if current.iter().all(|count| *count > most) {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut current);
    }
    last.last().copied().filter(|count| *count <= most)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Row, Spelt, entry, mistakes, sections_of, write};
    use crate::bytes::Reader;
    use std::collections::BTreeSet;

    #[test]
    fn words_with_a_beginning_or_an_end_are_in_its_sections() {
        let words: Vec<(String, u32)> =
            (0..9_000_u32).map(|number| (format!("{}é{}", number * 7919 % 9_001, number % 13), number % 300)).collect();
        let spelt = words.iter().map(|(word, documents)| Spelt { number: 0, word, documents: *documents, form: None });
        let mut spelt: Vec<Spelt<'_>> = spelt.collect();
        for row in [Row::Beginnings, Row::Ends] {
            spelt.sort_by(|one, other| row.compare(one.word, other.word));
            let mut bytes = Vec::new();
            let sections = write(&spelt, row, &mut bytes);
            assert!(sections.len() > 2);
            for part in ["", "1", "9é1", "21é", "zz", "0é0"] {
                let letters = row.letters(part);
                let mut found = BTreeSet::new();
                for (_, piece) in &sections[sections_of(&sections, &letters)] {
                    let section = &bytes[piece.start..piece.start + piece.length];
                    let (mut reader, mut word) = (Reader(section), String::new());
                    while !reader.0.is_empty() {
                        let entry = entry(&mut reader).expect("sections just written can be read");
                        word.truncate(entry.shared);
                        word.push_str(entry.rest);
                        if word.starts_with(&letters) {
                            found.insert((row.letters(&word), entry.documents));
                        }
                    }
                }
                let has_part = |word: &str| match row {
                    Row::Beginnings => word.starts_with(part),
                    Row::Ends => word.ends_with(part),
                };
                let expected: BTreeSet<(String, u32)> =
                    words.iter().filter(|(word, _)| has_part(word)).cloned().collect();
                assert_eq!(found, expected, "{part}");
            }
        }
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
