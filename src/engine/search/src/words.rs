//! The words of one document, gathered for the index: what the inverted index takes of a document and nothing else.
//!
//! A document's words depend on its language and its texts alone. So they are gathered for all documents at once, and once gathered serve every index
//! until the document changes. A gatherer remembers what became of a word as texts have it, so that most words are folded once and then only looked up.

use crate::accents;
use crate::definition::Document;
use crate::fold::composed;
use crate::language::Language;
use crate::places::{self, Places, ZONES};
use crate::schema::Zone;
use crate::tokens::{self, Shape};
use crate::vocabulary::Vocabulary;
use crate::written::{Known, Written};
use rustc_hash::FxHashSet;
use std::sync::{Mutex, PoisonError};

/// The distinct words of a document with their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// How each is spelt where it first occurs, in the order in which they do: numbers of the vocabulary.
    spellings: Box<[u32]>,
    /// The places of each, one after the other, and how many bytes they take, as far as a byte says: to find it out each time takes longer than all else
    /// that is done with most words.
    places: Box<[u8]>,
    lengths: Box<[u8]>,
    /// How many words are indexed, repetitions included.
    pub(crate) length: u32,
    /// The length of the title in words of weight, as far as it is looked at.
    pub(crate) title_length: u8,
}

impl Words {
    /// The spelling of each distinct word, and its places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut rest = &self.places[..];
        self.spellings.iter().zip(&self.lengths).map(move |(spelling, length)| {
            let (own, others) = match *length {
                u8::MAX => places::split(rest),
                length => rest.split_at(length.into()),
            };
            rest = others;
            (*spelling, own)
        })
    }
}

/// Gathers the words of documents, one after the other.
pub(crate) struct Gatherer<'v> {
    vocabulary: &'v Mutex<Vocabulary>,
    /// By language of the vocabulary: what became of words as texts have them.
    known: Vec<Known<Found>>,
    /// By word: the last document that had it, and the word's place among that document's words.
    seen: Vec<(u32, u32)>,
    document: u32,
    standing: Vec<Standing>,
    /// Of the document: the spellings of its distinct words, and all occurrences.
    spellings: Vec<u32>,
    occurrences: Vec<Occurrence>,
}

/// What became of a word: the number of its spelling, and that of the word, of which the highest bit says that it is without weight.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    spelling: u32,
    word: u32,
}

const WEIGHTLESS: u32 = 1 << 31;

impl Found {
    fn is_weightless(self) -> bool {
        self.word & WEIGHTLESS != 0
    }
}

/// A word where it stands in a text.
struct Standing {
    written: Written,
    position: u32,
    shape: Shape,
}

/// The words of a text, of which the first one stands at a position; gives the position behind the last.
fn stand(text: &str, mut position: u32, out: &mut Vec<Standing>) -> u32 {
    tokens::compounds(text, |parts| {
        // Most words are no compounds.
        if let [part] = parts {
            out.push(Standing { written: Written::new(text, part.bytes.clone()), position, shape: Shape::Word });
            position += 1;
            return;
        }
        let parts = tokens::words_of(text, parts);
        let first = position;
        for part in parts {
            out.push(Standing { written: Written::new(text, part.bytes.clone()), position, shape: Shape::Word });
            position += 1;
        }
        if tokens::is_joined(parts) {
            let written = Written::new(text, parts[0].bytes.start..parts[parts.len() - 1].bytes.end);
            out.push(Standing { written, position: first, shape: Shape::Joined });
        }
    });
    position
}

/// Place among the document's words, zone and position in one number, so that they are ordered by it.
type Occurrence = u64;

const ZONE_BITS: u32 = 32;
const WORD_BITS: u32 = ZONE_BITS + 2;

impl<'v> Gatherer<'v> {
    /// A gatherer that numbers words by a vocabulary, which it may share with others.
    pub(crate) fn new(vocabulary: &'v Mutex<Vocabulary>) -> Gatherer<'v> {
        Gatherer {
            vocabulary,
            known: Vec::new(),
            seen: Vec::new(),
            document: 0,
            standing: Vec::new(),
            spellings: Vec::new(),
            occurrences: Vec::new(),
        }
    }

    /// Gathers the words of a document. `language` is the number that the vocabulary has for its language.
    pub(crate) fn words(&mut self, document: &Document, language: u32, lexicon: &Lexicon) -> Words {
        self.document += 1;
        self.spellings.clear();
        self.occurrences.clear();
        if self.known.len() <= language as usize {
            self.known.resize_with(language as usize + 1, Known::default);
        }
        let mut title_length = 0;
        let mut standing = std::mem::take(&mut self.standing);
        for zone in Zone::ALL {
            let mut first_position = 0;
            for text in texts(document, zone) {
                // A body comes as it was written.
                let text = if zone == Zone::Body { &*composed(text) } else { text };
                standing.clear();
                let position = stand(text, first_position, &mut standing);
                // Words are looked up when all are known, so that the processor waits for many of them at once.
                for word in &standing {
                    let found = self.find(language, lexicon, text, word);
                    let has_weight = zone == Zone::Title && word.shape == Shape::Word && !found.is_weightless();
                    title_length += u8::from(has_weight && title_length < 5);
                    self.take(found, zone, word.position);
                }
                // A phrase must not reach from one keyword into the next.
                first_position = position + 1;
            }
        }
        self.standing = standing;
        let (places, lengths) = self.places();
        Words {
            spellings: self.spellings.as_slice().into(),
            places: places.into(),
            lengths: lengths.into(),
            length: self.occurrences.len() as u32,
            title_length,
        }
    }

    /// What becomes of a word as the text has it. No compound is written as a word is, so that they don't get in each other's way.
    fn find(&mut self, language: u32, lexicon: &Lexicon, text: &str, word: &Standing) -> Found {
        match self.known[language as usize].get(text, &word.written) {
            Some(found) => found,
            None => self.learn(language, lexicon, text, word),
        }
    }

    #[cold]
    fn learn(&mut self, language: u32, lexicon: &Lexicon, text: &str, word: &Standing) -> Found {
        let written = &text[word.written.place.clone()];
        let folded = match word.shape {
            Shape::Joined => tokens::joined_compound(written).into(),
            Shape::Word => tokens::folded_or_written(written),
        };
        let form = accents::form(written, &folded);
        let weight = if lexicon.is_stop_word(&folded) { WEIGHTLESS } else { 0 };
        // Nothing panics while it is locked.
        let mut vocabulary = self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = vocabulary.numbers(language, &folded, form.as_deref());
        drop(vocabulary);
        let found = Found { spelling: numbers.spelling, word: numbers.word | weight };
        self.known[language as usize].insert(text, &word.written, found);
        found
    }

    /// Takes an occurrence of a word; words without weight are taken in titles alone.
    fn take(&mut self, found: Found, zone: Zone, position: u32) {
        if found.is_weightless() && zone != Zone::Title {
            return;
        }
        let word = (found.word & !WEIGHTLESS) as usize;
        if self.seen.len() <= word {
            self.seen.resize(word + 1, (0, 0));
        }
        let seen = &mut self.seen[word];
        if seen.0 != self.document {
            *seen = (self.document, self.spellings.len() as u32);
            self.spellings.push(found.spelling);
        }
        let occurrence = u64::from(seen.1) << WORD_BITS | (zone as u64) << ZONE_BITS | u64::from(position);
        self.occurrences.push(occurrence);
    }

    /// The places of the document's words, and how many bytes those of each take.
    fn places(&self) -> (Vec<u8>, Vec<u8>) {
        // By word; occurrences of one word mostly come in order.
        let mut next = vec![0_u32; self.spellings.len() + 1];
        let word_of = |occurrence: &Occurrence| (occurrence >> WORD_BITS) as usize;
        self.occurrences.iter().for_each(|occurrence| next[word_of(occurrence) + 1] += 1);
        for word in 1..next.len() {
            next[word] += next[word - 1];
        }
        let mut sorted = vec![0; self.occurrences.len()];
        for occurrence in &self.occurrences {
            let place = &mut next[word_of(occurrence)];
            sorted[*place as usize] = *occurrence;
            *place += 1;
        }
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        let mut bytes = Vec::with_capacity(sorted.len() * 2);
        let mut lengths = Vec::with_capacity(self.spellings.len());
        let mut places = Places::default();
        for occurrences in sorted.chunk_by(|one, other| word_of(one) == word_of(other)) {
            if let [occurrence] = occurrences {
                let start = bytes.len();
                places::write_one((occurrence >> ZONE_BITS) as usize % ZONES, *occurrence as u32, &mut bytes);
                lengths.push((bytes.len() - start) as u8);
                continue;
            }
            places.counts = [0; ZONES];
            places.distances.clear();
            let mut last = 0;
            for occurrence in occurrences {
                let (zone, position) = ((occurrence >> ZONE_BITS) as usize % ZONES, *occurrence as u32);
                if places.counts[zone] == 0 {
                    last = 0;
                }
                places.counts[zone] += 1;
                places.distances.push(position - last);
                last = position;
            }
            let start = bytes.len();
            places.write(&mut bytes);
            lengths.push(u8::try_from(bytes.len() - start).unwrap_or(u8::MAX));
        }
        (bytes, lengths)
    }
}

fn texts(document: &Document, zone: Zone) -> impl Iterator<Item = &str> {
    let (one, many): (Option<&str>, &[String]) = match zone {
        Zone::Title => (Some(&document.title), &[]),
        Zone::Keywords => (None, &document.keywords),
        Zone::Summary => (Some(&document.summary), &[]),
        Zone::Body => (Some(&document.body), &[]),
    };
    one.into_iter().chain(many.iter().map(String::as_str))
}

/// A language's words without weight, ready to be asked for often.
pub(crate) struct Lexicon(FxHashSet<&'static str>);

impl Lexicon {
    /// The words without weight of a language.
    pub(crate) fn of(language: &Language) -> Lexicon {
        Lexicon(language.stop_words().collect())
    }

    fn is_stop_word(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::{Gatherer, Lexicon};
    use crate::definition::Document;
    use crate::language::Language;
    use crate::places::Places;
    use crate::vocabulary::Vocabulary;
    use std::sync::Mutex;

    fn laid(document: &Document) -> (String, u32, u8) {
        let vocabulary = Mutex::new(Vocabulary::default());
        let mut gatherer = Gatherer::new(&vocabulary);
        let lexicon = Lexicon::of(&Language::of("fr"));
        // What a gatherer did before makes no difference.
        gatherer.words(&Document { title: "la myne des tiers-lieux".into(), ..Document::default() }, 0, &lexicon);
        let words = gatherer.words(document, 0, &lexicon);
        let vocabulary = vocabulary.lock().expect("nothing panicked");
        let mut places = Places::default();
        let laid = words.iter().map(|(spelling, bytes)| {
            places.read(bytes);
            let form = vocabulary.form(spelling).map(|form| format!("={form}")).unwrap_or_default();
            format!("{}{form} {:?}{:?}", vocabulary.word(vocabulary.word_of(spelling)), places.counts, places.distances)
        });
        (laid.collect::<Vec<_>>().join("\n"), words.length, words.title_length)
    }

    #[test]
    fn positions_stand_by_word_and_zone() {
        let document = Document {
            title: "La Myne à la Myne".to_owned(),
            keywords: vec!["fab lab".to_owned(), "lab".to_owned()],
            body: "l'atelier de la myne".into(),
            ..Document::default()
        };
        let expected = "la [2, 0, 0, 0][0, 3]\n\
            myne [2, 0, 0, 1][1, 3, 3]\n\
            a=à [1, 0, 0, 0][2]\n\
            fab [0, 1, 0, 0][0]\n\
            lab [0, 2, 0, 0][1, 2]\n\
            atelier [0, 0, 0, 1][0]";
        assert_eq!(laid(&document), (expected.to_owned(), 10, 2));
    }

    #[test]
    fn a_joined_word_stands_before_its_last_part_also_where_they_are_one_word() {
        let long = "a".repeat(60);
        let document = Document { body: format!("aaaa-{long} Co-Working coworking").into(), ..Document::default() };
        let expected = format!(
            "aaaa [0, 0, 0, 1][0]\n{} [0, 0, 0, 2][0, 1]\nco [0, 0, 0, 1][2]\nworking [0, 0, 0, 1][3]\ncoworking [0, 0, 0, 2][2, 2]",
            "a".repeat(48)
        );
        assert_eq!(laid(&document).0, expected);
    }
}
