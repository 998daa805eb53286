//! Documents with words in, words with documents out.
//!
//! Of each word a run of bytes says which documents have it and where it stands in them. Words are dealt to all cores, which each go through all documents:
//! going through takes little, and what is known of a word lies anywhere. After an edit only the words of the documents that changed are run anew.

use crate::bytes::{length_of_number, set_number};
use crate::vocabulary::Vocabulary;
use crate::words::Words;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is counted of a word while documents go by: little, as all of it is touched at once.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    documents: u32,
    /// The last document that has it.
    last: u32,
    /// The length of its run, in bytes.
    length: u32,
    language: u8,
    /// How many documents are for the spelling that is ahead: each is for its own and against all others.
    votes: u32,
    spelling: u32,
}

impl Count {
    /// Takes the next document that has the word.
    fn document(&mut self, document: u32, spelling: u32, places: &[u8]) {
        self.length += (length_of_number((document - self.last).into()) + places.len()) as u32;
        self.last = document;
        self.documents += 1;
        if self.spelling == spelling {
            self.votes += 1;
        } else if self.votes == 0 {
            (self.spelling, self.votes) = (spelling, 1);
        } else {
            self.votes -= 1;
        }
    }
}

/// A word's documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'r> {
    pub(crate) documents: u32,
    /// The number of the language of the last one.
    pub(crate) language: u8,
    /// How most of them spell it.
    pub(crate) spelling: u32,
    /// The documents, each as the distance from the one before, with the word's places there.
    pub(crate) bytes: &'r [u8],
}

/// The words of the vocabulary of which the numbers have the same rest.
#[derive(Clone, Debug, Default)]
struct Part {
    counts: Vec<Count>,
    /// Where the run of each begins; the last is the end.
    starts: Vec<usize>,
    bytes: Vec<u8>,
}

/// The documents of all words.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    /// As many as a power of two.
    parts: Vec<Part>,
    /// How many words there are.
    count: usize,
}

/// What the last build leaves: what documents had which words, and the runs of these.
#[derive(Clone, Debug)]
pub(crate) struct KeptRuns {
    words: Vec<Arc<Words>>,
    languages: Vec<usize>,
    runs: Arc<Runs>,
}

/// Words are dealt in so many parts at most.
const MOST_PARTS: usize = 8;
/// Where more than one document in so many changed, all are run anew: it takes no longer.
const MOST_CHANGED: usize = 16;

impl Runs {
    /// The runs of the words of some documents. `languages` has the number of each document's language, `vocabulary` all their words.
    pub(crate) fn new(words: &[Arc<Words>], languages: &[usize], vocabulary: &Vocabulary) -> Runs {
        let parts = rayon::current_num_threads().next_power_of_two().min(MOST_PARTS);
        let parts = (0..parts).into_par_iter().map(|part| Part::new(part, parts, words, languages, vocabulary));
        Runs { parts: parts.collect(), count: vocabulary.count() }
    }

    /// The same, from what the last build left, for the next one.
    pub(crate) fn again(
        words: &[Arc<Words>],
        languages: &[usize],
        vocabulary: &Vocabulary,
        kept: &mut Option<KeptRuns>,
    ) -> Arc<Runs> {
        let changed = |kept: &KeptRuns| -> Option<Vec<usize>> {
            let is_changed = |place: &usize| !Arc::ptr_eq(&kept.words[*place], &words[*place]);
            let changed: Vec<usize> = (0..words.len().min(kept.words.len())).filter(is_changed).collect();
            let is_little = kept.languages == languages && changed.len() * MOST_CHANGED <= words.len();
            is_little.then_some(changed)
        };
        let runs = match kept.as_ref().and_then(|kept| Some((kept, changed(kept)?))) {
            Some((kept, changed)) if changed.is_empty() && kept.runs.count == vocabulary.count() => {
                Arc::clone(&kept.runs)
            }
            Some((kept, changed)) => {
                let texts = changed.iter().flat_map(|place| [&kept.words[*place], &words[*place]]);
                let numbers = texts.flat_map(|words| words.iter()).map(|(spelling, _)| vocabulary.word_of(spelling));
                Arc::new(kept.runs.renewed(numbers, words, languages, vocabulary))
            }
            None => Arc::new(Runs::new(words, languages, vocabulary)),
        };
        *kept = Some(KeptRuns { words: words.to_vec(), languages: languages.to_vec(), runs: Arc::clone(&runs) });
        runs
    }

    /// The run of a word; none where no document has it.
    pub(crate) fn get(&self, number: u32) -> Option<Run<'_>> {
        let number = number as usize;
        let (part, place) = (&self.parts[number % self.parts.len()], number / self.parts.len());
        let count = part.counts.get(place).filter(|count| count.documents > 0)?;
        let bytes = &part.bytes[part.starts[place]..part.starts[place + 1]];
        Some(Run { documents: count.documents, language: count.language, spelling: count.spelling, bytes })
    }

    /// These runs with those of some words anew.
    fn renewed(
        &self,
        numbers: impl Iterator<Item = u32>,
        words: &[Arc<Words>],
        languages: &[usize],
        vocabulary: &Vocabulary,
    ) -> Runs {
        let mut renewed: FxHashMap<u32, (Count, Vec<u8>)> =
            numbers.map(|number| (number, Default::default())).collect();
        let mut is_renewed = vec![false; vocabulary.spellings().map_or(0, |last| last as usize + 1)];
        vocabulary.each_spelling(|spelling, number| is_renewed[spelling as usize] = renewed.contains_key(&number));
        for ((document, words), language) in (0..).zip(words).zip(languages) {
            for (spelling, places) in words.iter().filter(|(spelling, _)| is_renewed[*spelling as usize]) {
                let Some((count, run)) = renewed.get_mut(&vocabulary.word_of(spelling)) else {
                    continue;
                };
                let mut distance = [0; 10];
                let length = set_number((document - count.last).into(), &mut distance);
                run.extend_from_slice(&distance[..length]);
                run.extend_from_slice(places);
                count.language = *language as u8;
                count.document(document, spelling, places);
            }
        }
        let parts = self.parts.len();
        let part = |part: usize| {
            let before = &self.parts[part];
            let mut own = Part::of(part, parts, vocabulary);
            own.bytes.reserve(before.bytes.len());
            for place in 0..own.counts.len() {
                let number = place * parts + part;
                match renewed.get(&(number as u32)) {
                    Some((count, run)) => {
                        own.counts[place] = *count;
                        own.bytes.extend_from_slice(run);
                    }
                    None if place < before.counts.len() => {
                        own.counts[place] = before.counts[place];
                        own.bytes.extend_from_slice(&before.bytes[before.starts[place]..before.starts[place + 1]]);
                    }
                    None => {}
                }
                own.starts.push(own.bytes.len());
            }
            own
        };
        Runs { parts: (0..parts).into_par_iter().map(part).collect(), count: vocabulary.count() }
    }
}

impl Part {
    /// The words of a part, of which nothing is known yet.
    fn of(part: usize, parts: usize, vocabulary: &Vocabulary) -> Part {
        let count = vocabulary.count().saturating_sub(part).div_ceil(parts);
        Part { counts: vec![Count::default(); count], starts: vec![0], bytes: Vec::new() }
    }

    fn new(part: usize, parts: usize, words: &[Arc<Words>], languages: &[usize], vocabulary: &Vocabulary) -> Part {
        let mut own = Part::of(part, parts, vocabulary);
        visit((part, parts), words, vocabulary, |document, place, spelling, places| {
            let count = &mut own.counts[place];
            count.language = languages[document as usize] as u8;
            count.document(document, spelling, places);
        });
        let mut end = 0;
        own.starts.extend(own.counts.iter().map(|count| {
            end += count.length as usize;
            end
        }));
        own.bytes = vec![0; end];
        // Where each word's run goes on, and the last document in it.
        let mut next: Vec<(usize, u32)> = own.starts.iter().map(|start| (*start, 0)).collect();
        let bytes = &mut own.bytes;
        visit((part, parts), words, vocabulary, |document, place, _, places| {
            let (at, last) = &mut next[place];
            *at += set_number((document - *last).into(), &mut bytes[*at..]);
            bytes[*at..*at + places.len()].copy_from_slice(places);
            *at += places.len();
            *last = document;
        });
        own
    }
}

/// Goes through the words of a part: which document, the word's place in the part, how it is spelt, and where it stands.
fn visit(
    (part, parts): (usize, usize),
    words: &[Arc<Words>],
    vocabulary: &Vocabulary,
    mut visit: impl FnMut(u32, usize, u32, &[u8]),
) {
    let (shift, mask) = (parts.ilog2(), parts as u32 - 1);
    for (document, words) in (0..).zip(words) {
        for (spelling, places) in words.iter() {
            let word = vocabulary.word_of(spelling);
            if word & mask == part as u32 {
                visit(document, (word >> shift) as usize, spelling, places);
            }
        }
    }
}
