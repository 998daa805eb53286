//! Rare words and the common words that they may be mistakes of: worked out when the index is built, and kept with the rare word in the dictionary.
//!
//! A word that some document has is not absent, so nothing would correct it; yet what one document has and a hundred others almost have is mostly a
//! mistake, in the document or in the query. To find this out while searching, all words would have to be read.

use crate::accents;
use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
#[cfg(feature = "build")]
use crate::language::Language;
#[cfg(feature = "build")]
use crate::spelling::{Spelt, mistakes, mistakes_allowed};
#[cfg(feature = "build")]
use rayon::prelude::*;
#[cfg(feature = "build")]
use std::cmp::Reverse;

/// A word is rare that at most so many documents have.
pub(crate) const MOST_RARE: u32 = 3;
/// What it may be a mistake of is in so many times as many documents.
#[cfg(feature = "build")]
pub(crate) const TIMES_AS_COMMON: u32 = 10;

/// For each word of a language the number of the common word that it may be a mistake of: one mistake away, of another stem, the most common.
#[cfg(feature = "build")]
pub(crate) fn find(words: &[Spelt<'_>], language: &Language) -> Vec<Option<usize>> {
    let mut shortened: Vec<(u64, u32)> = Vec::new();
    for (number, word) in (0..).zip(words).filter(|(_, word)| word.documents >= TIMES_AS_COMMON) {
        shortenings(word.word, |hash| shortened.push((hash, number)));
    }
    shortened.sort_unstable();
    // Most lookups fail; a bit by the first bits of the hash says so sooner than a search does.
    let mut filter = vec![0_u64; 1 << FILTER_BITS >> 6];
    for (hash, _) in &shortened {
        let bit = (hash >> (64 - FILTER_BITS)) as usize;
        filter[bit >> 6] |= 1 << (bit & 63);
    }
    let meant = |word: &Spelt<'_>| -> Option<usize> {
        let mut rare = Rare::new(word, language)?;
        shortenings(word.word, |hash| {
            let bit = (hash >> (64 - FILTER_BITS)) as usize;
            if filter[bit >> 6] >> (bit & 63) & 1 == 0 {
                return;
            }
            let first = shortened.partition_point(|(known, _)| *known < hash);
            for (_, number) in shortened[first..].iter().take_while(|(known, _)| *known == hash) {
                rare.consider(*number as usize, &words[*number as usize]);
            }
        });
        rare.meant()
    };
    words.par_iter().with_max_len(256).map(meant).collect()
}

#[cfg(feature = "build")]
const FILTER_BITS: u32 = 22;

/// A word that may be a mistake, and the best of the words considered that it may be a mistake of.
#[cfg(feature = "build")]
pub(crate) struct Rare<'r> {
    word: &'r Spelt<'r>,
    letters: Vec<char>,
    language: &'r Language,
    stem: Option<String>,
    best: Option<(bool, u32, Reverse<usize>)>,
}

#[cfg(feature = "build")]
impl<'r> Rare<'r> {
    /// `None` where a word can be no mistake.
    pub(crate) fn new(word: &'r Spelt<'r>, language: &'r Language) -> Option<Rare<'r>> {
        if word.documents > MOST_RARE || word.word.contains(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        let letters: Vec<char> = word.word.chars().collect();
        (mistakes_allowed(letters.len()) > 0).then_some(Rare { word, letters, language, stem: None, best: None })
    }

    /// Considers a word by its number.
    pub(crate) fn consider(&mut self, number: usize, common: &Spelt<'_>) {
        let rank = (common.word.chars().next() == self.letters.first().copied(), common.documents, Reverse(number));
        if common.documents >= TIMES_AS_COMMON * self.word.documents
            && self.best.is_none_or(|best| rank > best)
            && self.is_near(common.word)
        {
            let stem = self.stem.get_or_insert_with(|| self.language.stem(self.word.word));
            if self.language.stem(common.word) != *stem {
                self.best = Some(rank);
            }
        }
    }

    /// Says whether a word is one mistake away.
    pub(crate) fn is_near(&self, other: &str) -> bool {
        mistakes(&self.letters, &other.chars().collect::<Vec<_>>(), 1) == Some(1)
    }

    /// The number of the word that it may be a mistake of.
    pub(crate) fn meant(&self) -> Option<usize> {
        self.best.map(|(.., Reverse(number))| number)
    }
}

/// Hashes of a word and of what is left of it without each of its letters: words that are a mistake apart share one.
#[cfg(feature = "build")]
fn shortenings(word: &str, mut visit: impl FnMut(u64)) {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let spread = |hash: u64| (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    // With the hash of what is after each letter, and the base's power there, a letter is left out in no time.
    let mut after: Vec<(u64, u64)> = Vec::with_capacity(word.len() + 1);
    after.push((0, 1));
    for letter in word.chars().rev() {
        let (hash, power) = after[after.len() - 1];
        after.push((hash.wrapping_add(u64::from(letter).wrapping_mul(power)), power.wrapping_mul(BASE)));
    }
    visit(spread(after[after.len() - 1].0));
    let mut before = 0_u64;
    for (letter, (hash, power)) in word.chars().zip(after.iter().rev().skip(1)) {
        visit(spread(before.wrapping_mul(*power).wrapping_add(*hash)));
        before = before.wrapping_mul(BASE).wrapping_add(u64::from(letter));
    }
}

/// Appends the common word as what differs from the rare one, and how it is written.
#[cfg(feature = "build")]
pub(crate) fn write(rare: &str, common: &Spelt<'_>, out: &mut Vec<u8>) {
    let letters: [Vec<char>; 2] = [rare, common.word].map(|word| word.chars().collect());
    let [rare, word] = &letters;
    let first = rare.iter().zip(word).take_while(|(one, other)| one == other).count();
    let rest = rare.len().min(word.len()) - first;
    let last = rare.iter().rev().zip(word.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    put_number(first as u64, out);
    put_number(last as u64, out);
    put_text(&word[first..word.len() - last].iter().collect::<String>(), out);
    accents::write(common.form, out);
}

/// Reads the common word that a rare one may be a mistake of, as it is written.
pub(crate) fn read(bytes: &[u8], rare: &str) -> Option<String> {
    let mut reader = Reader(bytes);
    let (first, last) = (reader.size()?, reader.size()?);
    let middle = reader.text()?;
    let kept = rare.chars().count();
    let beginning = rare.chars().take(first);
    let word: String = beginning.chain(middle.chars()).chain(rare.chars().skip(kept.checked_sub(last)?)).collect();
    accents::read(&mut reader, &word)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{find, read, write};
    use crate::language::Language;
    use crate::spelling::Spelt;

    #[test]
    fn what_is_rare_and_almost_common_is_known_with_what_it_may_mean() {
        let spelt = |(word, documents, form): &(&'static str, u32, Option<&'static str>)| Spelt {
            number: 0,
            word,
            documents: *documents,
            form: *form,
        };
        let words = [
            ("atelier", 40, None),
            ("ateliers", 2, None),
            ("atlier", 1, None),
            ("fabirque", 3, None),
            ("fabrique", 30, None),
            ("fabriqe", 3, None),
            ("mediateque", 1, None),
            ("mediatheque", 12, Some("médiathèque")),
            ("mediathequo", 2, None),
            ("coaur", 1, None),
            ("coeur", 11, Some("cœur")),
            ("rodes", 1, None),
            ("rodez", 9, None),
            ("12001", 1, None),
            ("12000", 50, None),
        ];
        let words: Vec<Spelt<'_>> = words.iter().map(spelt).collect();
        let found = find(&words, &Language::of("fr"));
        let pairs: Vec<String> = words
            .iter()
            .zip(found)
            .filter_map(|(word, number)| {
                let mut bytes = Vec::new();
                write(word.word, &words[number?], &mut bytes);
                Some(format!("{} {}", word.word, read(&bytes, word.word).expect("just written")))
            })
            .collect();
        // `ateliers` has the stem of `atelier`, `mediathequo` is two documents against twelve, `rodez` isn't common, numbers are no mistakes.
        assert_eq!(
            pairs,
            ["atlier atelier", "fabirque fabrique", "fabriqe fabrique", "mediateque médiathèque", "coaur cœur"]
        );
        assert_eq!(read(&[0, 99, 0, 0], "rodes"), None);
    }
}
