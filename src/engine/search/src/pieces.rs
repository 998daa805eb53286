//! A piece of the dictionary with the posting lists of its words: as tantivy has them, and as they travel.
//!
//! tantivy writes of each term how many documents have it, how long its list is and how long its positions are, and shortens a term by what the one before
//! shares. In a block of the pack the first two are known from the list itself, and the rest is written by how likely it is.

use crate::bytes::{Reader, put_number};
#[cfg(feature = "build")]
use crate::digest::{Digest, digest_of};
#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model};
use crate::glossary::Glossary;
use crate::letters::Letters;
use crate::postings::{self, Lists, Posting};
use crate::spelling::shared_bytes;

/// The byte before terms with their values: they are not compressed.
const PLAIN: u8 = 0;
/// The byte before the lengths of a shared beginning and of the rest, where one of them is not short.
const LONG: u8 = 1;
/// Lengths below this are short.
const SHORT: usize = 16;

/// A term with its list.
#[derive(Clone, Debug, Default, PartialEq)]
struct Term {
    language: u8,
    word: String,
    /// What follows the word and a zero: a zone's letter, or what the word may be a mistake of.
    matter: Vec<u8>,
    /// How many bytes its positions take.
    positions: usize,
    list: Vec<Posting>,
}

/// First bytes of matters, from the least.
const MATTERS: [u8; 5] = [b'a', b'b', b'c', b'd', b'e'];
/// In their place: another word begins.
const NEW_WORD: usize = MATTERS.len();
/// And there is no word yet.
const NO_WORD: usize = MATTERS.len() + 1;
/// Shared letters are counted in steps of this.
const SHARED: usize = 16;
/// Lengths have less bits than this.
const BITS: usize = 32;
/// So many bits of a length are learnt after its highest.
const DETAIL: u32 = 3;
/// No word is longer, in bytes.
const LONGEST_WORD: usize = 1 << 16;

/// Terms that go by one after the other.
struct Passing {
    letters: Letters,
    lists: Lists,
    /// What the next term is about, by what the last one is.
    matters: Vec<Model>,
    last: usize,
    language: Model,
    /// How many letters a word shares with the one before, by how many that one shares.
    shared: Vec<Model>,
    last_shared: usize,
    /// How many bits the length of positions has, by how many their number has, and which bits follow, by both.
    sizes: Vec<Model>,
    details: Vec<Model>,
    /// The other bytes of a matter, and how many there are.
    bytes: Model,
    count: Model,
}

impl Passing {
    fn new(glossary: &Glossary, documents: u32) -> Passing {
        let models = |kinds: usize, count: usize| vec![Model::new(count); kinds];
        Passing {
            letters: glossary.letters(),
            lists: Lists::new(documents),
            matters: models(NO_WORD + 1, NEW_WORD + 1),
            last: NO_WORD,
            language: Model::new(2),
            shared: models(SHARED, SHARED),
            last_shared: 0,
            sizes: models(BITS, BITS),
            details: models(BITS * 2, 1 << DETAIL),
            bytes: Model::new(256),
            count: Model::new(16),
        }
    }

    /// Passes a term after another one; `None` where it is none.
    fn pass(&mut self, term: &mut Term, before: &Term, coder: &mut impl Coder) -> Option<()> {
        let is_new = term.language != before.language || term.word != before.word;
        let own = MATTERS.iter().position(|matter| term.matter.first() == Some(matter)).unwrap_or(0);
        let mut matter = coder.number(if is_new { NEW_WORD } else { own }, &mut self.matters[self.last]);
        if matter == NEW_WORD {
            let is_other = coder.number(usize::from(term.language != before.language), &mut self.language) == 1;
            term.language =
                if is_other { coder.even(u32::from(term.language), u8::BITS) as u8 } else { before.language };
            let shared = before.word[..shared_bytes(&before.word, &term.word)].chars().count();
            let shared = coder.count(shared, LONGEST_WORD, &mut self.shared[self.last_shared])?;
            self.last_shared = shared.min(SHARED - 1);
            let known = before.word.char_indices().nth(shared).map_or(before.word.len(), |(end, _)| end);
            term.word = self.letters.pass(&term.word, &before.word[..known], LONGEST_WORD, coder)?;
            matter = coder.number(own, &mut self.matters[NEW_WORD]);
        } else {
            term.language = before.language;
            term.word.clone_from(&before.word);
        }
        self.last = matter;
        let first = *MATTERS.get(matter)?;
        let is_list = matter + 1 < MATTERS.len();
        let mut occurrences: usize = 0;
        let mut count = 0;
        if is_list {
            self.lists.pass(&mut term.list, coder)?;
            occurrences = term.list.iter().fold(0, |sum, posting| sum.saturating_add(posting.frequency as usize));
        } else {
            count = coder.count(term.matter.len().saturating_sub(1), LONGEST_WORD, &mut self.count)?;
        }
        term.matter.resize(1 + count, 0);
        term.matter[0] = first;
        for byte in &mut term.matter[1..] {
            *byte = coder.number(usize::from(*byte), &mut self.bytes) as u8;
        }
        term.positions = self.length(term.positions, occurrences, coder)?;
        Some(())
    }

    /// Passes the length of so many positions.
    fn length(&mut self, length: usize, occurrences: usize, coder: &mut impl Coder) -> Option<usize> {
        // Few positions say more than their bits.
        let kind = if occurrences < 8 { occurrences } else { 6 + occurrences.ilog2() as usize }.min(BITS - 1);
        let more = u32::try_from(length).ok()?.checked_add(1)?;
        let bits = coder.number(more.ilog2() as usize, &mut self.sizes[kind]) as u32;
        let Some(even) = bits.checked_sub(DETAIL) else {
            return Some(((1 << bits | coder.even(more, bits)) - 1) as usize);
        };
        let details = &mut self.details[kind * 2 + usize::from(bits & 1 == 1)];
        let detail = coder.number((more >> even & ((1 << DETAIL) - 1)) as usize, details) as u32;
        Some((((1 << DETAIL | detail) << even | coder.even(more, even)) - 1) as usize)
    }
}

/// A piece with its lists.
#[cfg(feature = "build")]
pub(crate) struct Piece<'p> {
    /// Where its lists and positions begin, in their files.
    postings: usize,
    positions: usize,
    /// How many terms it has.
    count: usize,
    /// The terms, as tantivy has them: what is said of each, then their letters.
    terms: &'p [u8],
    /// What stands behind the terms.
    behind: &'p [u8],
    /// The lists of the terms that have one, one after the other, as tantivy has them.
    lists: &'p [u8],
}

#[cfg(feature = "build")]
impl<'p> Piece<'p> {
    /// A piece as tantivy has it, with the lists of its words.
    pub(crate) fn new(piece: &'p [u8], lists: &'p [u8]) -> Option<Piece<'p>> {
        let (length, rest) = piece.split_at_checked(size_of::<u32>())?;
        let (own, behind) = rest.split_at_checked(u32::from_le_bytes(length.try_into().ok()?) as usize)?;
        let mut reader = Reader(own.strip_prefix(&[PLAIN])?);
        let mut number = || number(&mut reader);
        let (count, postings, positions) = (number()?, number()?, number()?);
        Some(Piece { postings, positions, count, terms: reader.0, behind, lists })
    }

    /// Says what it holds, which is the same wherever it lies.
    pub(crate) fn digest(&self, documents: u32, glossary: &Digest) -> Digest {
        let numbers = [documents as usize, self.count].map(|number| number as u64);
        digest_of(&[glossary, &numbers.map(u64::to_le_bytes).concat(), self.terms, self.lists])
    }

    /// What travels before the terms: where they lie.
    pub(crate) fn place(&self, documents: u32) -> Vec<u8> {
        let mut place = Vec::new();
        for number in [documents as usize, self.postings, self.positions, self.count, self.behind.len()] {
            put_number(number as u64, &mut place);
        }
        place.extend_from_slice(self.behind);
        place
    }

    /// The terms as they travel; `None` where they can't be read.
    pub(crate) fn pack(&self, documents: u32, glossary: &Glossary) -> Option<Vec<u8>> {
        let mut passing = Passing::new(glossary, documents);
        let mut encoder = Encoder::new();
        let (mut values, mut lists) = (Reader(self.terms), Reader(self.lists));
        let mut keys = values;
        for _ in 0..3 * self.count {
            number(&mut keys)?;
        }
        let (mut term, mut before, mut key) = (Term::default(), Term::default(), Vec::new());
        for _ in 0..self.count {
            let (documents, length) = (number(&mut values)?, number(&mut values)?);
            term.positions = number(&mut values)?;
            postings::read(lists.take(length)?, documents, &mut term.list)?;
            let lengths = *keys.take(1)?.first()?;
            let (kept, added) = match lengths {
                LONG => (keys.size()?, keys.size()?),
                _ => (usize::from(lengths) % SHORT, usize::from(lengths) / SHORT),
            };
            key.truncate(kept);
            key.extend_from_slice(keys.take(added)?);
            let (language, rest) = key.split_first()?;
            let end = rest.iter().position(|byte| *byte == 0)?;
            term.language = *language;
            term.word.clear();
            term.word.push_str(std::str::from_utf8(&rest[..end]).ok()?);
            term.matter.clear();
            term.matter.extend_from_slice(&rest[end + 1..]);
            passing.pass(&mut term, &before, &mut encoder)?;
            std::mem::swap(&mut term, &mut before);
        }
        glossary.give_back(passing.letters);
        (keys.0.is_empty() && lists.0.is_empty()).then(|| encoder.finish())
    }
}

/// Takes a number as tantivy writes it.
#[cfg(feature = "build")]
fn number(reader: &mut Reader<'_>) -> Option<usize> {
    postings::take(reader).and_then(|number| usize::try_from(number).ok())
}

/// A travelling piece as tantivy has it, and its lists behind it: so many bytes of both, or `None` where they are not what they should be.
pub(crate) fn unpack(glossary: &Glossary, bytes: &[u8], piece: usize, lists: usize) -> Option<Vec<u8>> {
    let mut reader = Reader(bytes);
    let documents = u32::try_from(reader.number()?).ok()?;
    let (first_posting, first_position, count) = (reader.size()?, reader.size()?, reader.size()?);
    let behind = reader.size()?;
    let behind = reader.take(behind)?;
    let (mut passing, mut decoder) = (Passing::new(glossary, documents), Decoder::new(reader.0));
    let (mut values, mut keys, mut laid) = (Vec::new(), Vec::new(), Vec::new());
    for number in [count, first_posting, first_position] {
        postings::put(number as u64, &mut values);
    }
    let (mut before, mut last_key) = (Term::default(), Vec::new());
    for _ in 0..count {
        let mut term = Term::default();
        passing.pass(&mut term, &before, &mut decoder)?;
        let start = laid.len();
        if !term.list.is_empty() {
            postings::lay(&term.list, &mut laid);
        }
        for number in [term.list.len(), laid.len() - start, term.positions] {
            postings::put(number as u64, &mut values);
        }
        let key = [&[term.language], term.word.as_bytes(), &[0], &term.matter].concat();
        let kept = key.iter().zip(&last_key).take_while(|(one, other)| one == other).count();
        let added = key.len() - kept;
        if kept < SHORT && added < SHORT {
            keys.push((kept | added << 4) as u8);
        } else {
            keys.push(LONG);
            put_number(kept as u64, &mut keys);
            put_number(added as u64, &mut keys);
        }
        keys.extend_from_slice(&key[kept..]);
        if values.len() + keys.len() > piece || laid.len() > lists {
            return None;
        }
        (before, last_key) = (term, key);
    }
    let length = u32::try_from(1 + values.len() + keys.len()).ok()?;
    let content = [&length.to_le_bytes(), &[PLAIN][..], &values, &keys, behind, &laid].concat();
    (content.len() == piece + lists && laid.len() == lists).then_some(content)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Piece, unpack};
    use crate::dictionary::Dictionary;
    use crate::glossary::{self, Counted, Glossary};
    use crate::postings::{Posting, lay};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use tantivy::postings::TermInfo;

    const DOCUMENTS: u32 = 3_000;

    fn glossary() -> Glossary {
        Glossary::read(&glossary::write(&Counted::of(["lieu", "atelier"].repeat(4).into_iter()), 0))
            .expect("just written")
    }

    fn list() -> impl Strategy<Value = Vec<Posting>> {
        prop::collection::btree_map(0..DOCUMENTS, 1..40_u32, 1..300)
            .prop_map(|list| list.into_iter().map(|(document, frequency)| Posting { document, frequency }).collect())
    }

    /// Terms with their lists, of which those have none that say what a word may mean; and lengths of positions.
    fn terms() -> impl Strategy<Value = BTreeMap<String, (Vec<Posting>, usize)>> {
        let word = prop_oneof!["[a-e]{1,5}", "\\PC{1,20}", "anticonstitutionnellement[a-c]{0,3}"];
        let word =
            (prop::sample::select(&["a", "b"][..]), word).prop_map(|(language, word)| format!("{language}{word}"));
        let key = (word, prop::sample::select(&["a", "b", "c", "d", "e\u{1}\u{2}él"][..]));
        let key = key.prop_map(|(word, matter)| format!("{}\0{matter}", word.replace('\0', "")));
        prop::collection::btree_map(key, (list(), 0..100_000_usize), 1..20).prop_map(|mut terms| {
            for (key, (list, _)) in &mut terms {
                if key.contains("\0e") {
                    list.clear();
                }
            }
            terms
        })
    }

    proptest! {
        #[test]
        fn pieces_come_back(terms in terms(), starts in (0..1_000_000_usize, 0..1_000_000_usize)) {
            let (mut dictionary, mut laid) = (Dictionary::new(), Vec::new());
            let mut positions = starts.1;
            for (key, (list, length)) in &terms {
                let start = starts.0 + laid.len();
                if !list.is_empty() {
                    lay(list, &mut laid);
                }
                let info = TermInfo {
                    doc_freq: list.len() as u32,
                    postings_range: start..starts.0 + laid.len(),
                    positions_range: positions..positions + length,
                };
                positions += length;
                dictionary.insert(key.as_bytes(), &info, false).expect("memory has room");
            }
            let bytes = dictionary.finish().expect("memory has room");
            let piece = Piece::new(&bytes, &laid).expect("just written");
            let packed = piece.pack(DOCUMENTS, &glossary()).expect("just written");
            let travelling = [piece.place(DOCUMENTS), packed].concat();
            let found = unpack(&glossary(), &travelling, bytes.len(), laid.len());
            prop_assert_eq!(found, Some([bytes.clone(), laid.clone()].concat()));
            prop_assert_eq!(unpack(&glossary(), &travelling, bytes.len(), laid.len() + 1), None);
        }

        #[test]
        fn damaged_pieces_give_none_or_end(bytes in prop::collection::vec(any::<u8>(), 0..300), lengths in (0..2_000_usize, 0..2_000_usize)) {
            let found = unpack(&glossary(), &bytes, lengths.0, lengths.1);
            prop_assert!(found.is_none_or(|content| content.len() == lengths.0 + lengths.1));
        }
    }
}
