//! Every word of a language with the number of documents that have it, sorted by its letters from the last to the first.
//!
//! With one mistake in a word, its beginning or its end is right. Words with the same beginning are neighbours in the dictionary; words with
//! the same end are neighbours here. So a correction reads a range of each and never all words. Two mistakes in a long
//! word are found when its first or its last third is right.

use crate::accents;
use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
use crate::header::Piece;
use std::ops::Range;

/// Where a run of words lies, and the first of them, backwards.
pub(crate) type Section = (String, Piece);

/// A word with how many documents have it and how it is written.
#[cfg(feature = "build")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelt<'w> {
    pub(crate) word: &'w str,
    pub(crate) documents: u32,
    /// Where it doesn't fold to itself.
    pub(crate) form: Option<&'w str>,
}

/// A section is about this long, in bytes.
#[cfg(feature = "build")]
const SECTION_LENGTH: usize = 6 << 10;

/// Appends the words of a language; gives where they lie.
#[cfg(feature = "build")]
pub(crate) fn write(words: &[Spelt<'_>], out: &mut Vec<u8>) -> Vec<Section> {
    let mut words: Vec<(String, &Spelt<'_>)> = words.iter().map(|word| (backwards(word.word), word)).collect();
    words.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut sections: Vec<Section> = Vec::new();
    let mut previous = String::new();
    for (word, spelt) in words {
        if sections.last().is_none_or(|(_, piece)| out.len() - piece.start >= SECTION_LENGTH) {
            sections.push((word.clone(), Piece { start: out.len(), length: 0 }));
            previous.clear();
        }
        let shared = shared_bytes(&previous, &word);
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

/// A word's letters from the last to the first.
pub(crate) fn backwards(word: &str) -> String {
    word.chars().rev().collect()
}

/// The sections in which the words with an end (given backwards) lie.
pub(crate) fn sections_of(sections: &[Section], end: &str) -> Range<usize> {
    let from = sections.partition_point(|(first, _)| first.as_str() <= end);
    let to = sections.partition_point(|(first, _)| first.as_str() <= end || first.starts_with(end));
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
    one.char_indices()
        .zip(other.chars())
        .find(|((_, left), right)| left != right)
        .map_or(one.len().min(other.len()), |((at, _), _)| at)
}

/// Calls `visit` with each word of a section, backwards, its number of documents, and how it is written (for `accents::read`).
pub(crate) fn read(section: &[u8], mut visit: impl FnMut(&str, u32, Reader<'_>)) -> Option<()> {
    let mut reader = Reader(section);
    let mut word = String::new();
    while !reader.0.is_empty() {
        let shared = reader.size()?;
        if !word.is_char_boundary(shared) {
            return None;
        }
        word.truncate(shared);
        word.push_str(reader.text()?);
        let documents = u32::try_from(reader.number()?).ok()?;
        let form = reader;
        accents::skip(&mut reader)?;
        visit(&word, documents, form);
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
    use super::{Spelt, backwards, mistakes, read, sections_of, write};
    use std::collections::BTreeSet;

    #[test]
    fn words_with_an_end_are_in_the_sections_of_that_end() {
        let words: Vec<(String, u32)> =
            (0..5000_u32).map(|number| (format!("{}é{}", number * 7919 % 5003, number % 13), number % 300)).collect();
        let mut bytes = Vec::new();
        let spelt: Vec<Spelt<'_>> =
            words.iter().map(|(word, documents)| Spelt { word, documents: *documents, form: None }).collect();
        let sections = write(&spelt, &mut bytes);
        assert!(sections.len() > 3);
        for end in ["", "1", "9é1", "21é", "zz", "0é0"] {
            let mut found = BTreeSet::new();
            for (_, piece) in &sections[sections_of(&sections, end)] {
                let section = &bytes[piece.start..piece.start + piece.length];
                read(section, |word, count, _| {
                    if word.starts_with(end) {
                        found.insert((backwards(word), count));
                    }
                })
                .expect("sections just written can be read");
            }
            let with_end = words.iter().filter(|(word, _)| word.ends_with(&backwards(end)));
            let expected: BTreeSet<(String, u32)> = with_end.cloned().collect();
            assert_eq!(found, expected, "{end}");
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
