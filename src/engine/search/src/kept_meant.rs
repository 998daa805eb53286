//! Which words may be mistakes, from one build to the next: found out anew only for words near those of which the number of documents changed.

use crate::language::Language;
use crate::meant::{self, Rare, TIMES_AS_COMMON};
use crate::spelling::Spelt;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// What was known of each word, by its number in the vocabulary.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptMeant(Vec<Known>);

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// How many documents have it; none where nothing is known.
    documents: u32,
    /// The word that it may be a mistake of, plus one; nothing where there is none.
    meant: u32,
}

/// Where more words of a language changed than this, all are looked at: it takes no longer.
const MOST_CHANGED: usize = 100;

impl KeptMeant {
    /// For each word of each language the place among them of the common word that it may be a mistake of, as [`meant::find`] finds it. `count` is the
    /// number of words in the vocabulary.
    pub(crate) fn find(
        &mut self,
        spelt: &[Vec<Spelt<'_>>],
        languages: &[Language],
        count: usize,
    ) -> Vec<Vec<Option<usize>>> {
        self.0.resize(count, Known::default());
        let mut places = vec![None; count];
        for words in spelt {
            (0..).zip(words).for_each(|(place, word)| places[word.number as usize] = Some(place));
        }
        let known = &self.0;
        // A common word that went may have been meant anywhere.
        let is_lost = (0..)
            .zip(known)
            .any(|(number, known): (usize, &Known)| known.documents >= TIMES_AS_COMMON && places[number].is_none());
        let find = |(words, language): (&Vec<Spelt<'_>>, &Language)| {
            let is_changed = |place: &usize| known[words[*place].number as usize].documents != words[*place].documents;
            let changed: Vec<usize> = (0..words.len()).filter(is_changed).collect();
            if is_lost || changed.len() > MOST_CHANGED {
                return meant::find(words, language);
            }
            let meant_before = |word: &Spelt<'_>| {
                let number = known[word.number as usize].meant.checked_sub(1)?;
                places[number as usize]
            };
            let mut found: Vec<Option<usize>> = words.iter().map(meant_before).collect();
            for (place, meant) in again(words, language, &changed, known) {
                found[place] = meant;
            }
            found
        };
        let found: Vec<Vec<Option<usize>>> = spelt.par_iter().zip(languages).map(find).collect();
        self.0.fill(Known::default());
        for (words, found) in spelt.iter().zip(&found) {
            for (word, meant) in words.iter().zip(found) {
                let meant = meant.map_or(0, |place| words[place].number + 1);
                self.0[word.number as usize] = Known { documents: word.documents, meant };
            }
        }
        found
    }
}

/// What the words mean that changed, or that are near one that changed and is or was common.
fn again(words: &[Spelt<'_>], language: &Language, changed: &[usize], known: &[Known]) -> Vec<(usize, Option<usize>)> {
    let is_common = |documents: u32| documents >= TIMES_AS_COMMON;
    let matters = |place: &&usize| {
        is_common(words[**place].documents) || is_common(known[words[**place].number as usize].documents)
    };
    let near = |place: &usize| -> Vec<usize> {
        let changed = words[*place].word;
        let candidates = (0..words.len()).filter(|other| may_be_near(words[*other].word, changed));
        candidates
            .filter(|other| Rare::new(&words[*other], language).is_some_and(|rare| rare.is_near(changed)))
            .collect()
    };
    let near: Vec<Vec<usize>> = changed.par_iter().filter(matters).map(near).collect();
    let places: FxHashSet<usize> = near.into_iter().flatten().chain(changed.iter().copied()).collect();
    let places: Vec<usize> = places.into_iter().collect();
    let meant = |place: &usize| {
        let meant = Rare::new(&words[*place], language).and_then(|mut rare| {
            let common = words.iter().enumerate().filter(|(_, word)| is_common(word.documents));
            common
                .filter(|(_, common)| may_be_near(common.word, words[*place].word))
                .for_each(|(number, common)| rare.consider(number, common));
            rare.meant()
        });
        (*place, meant)
    };
    places.par_iter().map(meant).collect()
}

/// Says no of most words that are more than one mistake apart: with one in a word of four letters or more, its beginning or its end is right.
fn may_be_near(one: &str, other: &str) -> bool {
    // A letter takes four bytes at most.
    one.len().abs_diff(other.len()) <= 4
        && (one.as_bytes().first() == other.as_bytes().first() || one.as_bytes().last() == other.as_bytes().last())
}
