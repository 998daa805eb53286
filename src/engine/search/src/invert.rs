//! The words of all documents in, tantivy's segment out, and how many documents have each word.
//!
//! tantivy's own writer takes one document after the other and hashes each occurrence of each word. Here documents come with their words gathered,
//! so that only their distinct words are looked up, and lists are laid out on all cores, the same bytes as tantivy's own writer gives.

use crate::cut::block_size;
use crate::dictionary::{Dictionary, pieces};
use crate::header::{POSITIONS, POSTINGS, TERMS};
use crate::meant;
use crate::places::{self, Places, ZONES};
use crate::postings::{self, Posting};
use crate::schema::{self, Zone, word_term};
use crate::spelling::{Spelt, shared_bytes};
use crate::vocabulary::Vocabulary;
use crate::words::Words;
use crate::write::{BuildError, IndexFile};
use rayon::prelude::*;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use tantivy::directory::error::OpenWriteError;
use tantivy::directory::{CompositeWrite, Directory, RamDirectory};
use tantivy::index::SegmentComponent;
use tantivy::positions::PositionSerializer;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{Index, Segment, TantivyDocument};

/// Memory that the writer of what is no inverted index may take before it complains, in bytes.
const WRITER_MEMORY: usize = 1 << 26;

/// A word with the documents that have it.
#[derive(Clone, Copy, Default)]
struct Listed<'w> {
    language: usize,
    word: &'w str,
    /// How many documents have it, and the last of them.
    documents: u32,
    last: u32,
    /// Where its run of documents and places lies among all, in bytes.
    start: usize,
    length: usize,
    /// How most documents spell it: each is for one spelling and against all others.
    spelling: u32,
    votes: u32,
    form: Option<&'w str>,
}

impl Listed<'_> {
    /// Takes the next document that has the word.
    fn count(&mut self, document: u32, spelling: u32, places: &[u8]) {
        self.length += length_of_number(document - self.last) + places.len();
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

/// All words of all documents.
pub(crate) struct Inverted<'w> {
    /// By language and word.
    listed: Vec<Listed<'w>>,
    /// Word by word the documents that have it, each as the distance from the one before, with its places there.
    runs: Vec<u8>,
    documents: usize,
    /// How many words the documents have, repetitions included.
    length: u64,
}

impl<'w> Inverted<'w> {
    /// Turns documents with words into words with documents. `languages` has the number of each document's language, `vocabulary` all their words.
    pub(crate) fn new(words: &[Arc<Words>], languages: &[usize], vocabulary: &'w Vocabulary) -> Inverted<'w> {
        let mut listed: Vec<Listed<'w>> = vec![Listed::default(); vocabulary.count()];
        for ((document, words), language) in (0..).zip(words).zip(languages) {
            for (spelling, places) in words.iter() {
                let listed = &mut listed[vocabulary.word_of(spelling) as usize];
                listed.language = *language;
                listed.count(document, spelling, places);
            }
        }
        let mut end = 0;
        for word in &mut listed {
            (word.start, word.last) = (end, 0);
            end += word.length;
        }
        let mut runs = vec![0; end];
        let mut next: Vec<usize> = listed.iter().map(|word| word.start).collect();
        for (document, words) in (0..).zip(words) {
            for (spelling, places) in words.iter() {
                let number = vocabulary.word_of(spelling) as usize;
                let (listed, next) = (&mut listed[number], &mut next[number]);
                *next = put(&mut runs, *next, document - listed.last, places);
                listed.last = document;
            }
        }
        drop(next);
        for (number, word) in (0..).zip(&mut listed) {
            word.word = vocabulary.word(number);
            word.form = vocabulary.form(word.spelling).filter(|_| word.documents > 0);
        }
        // Words that have gone have no documents.
        listed.retain(|word| word.documents > 0);
        listed.par_sort_unstable_by_key(|word| (word.language, word.word));
        let length = words.iter().map(|words| u64::from(words.length)).sum();
        Inverted { listed, runs, documents: words.len(), length }
    }

    /// How many words there are.
    pub(crate) fn count(&self) -> usize {
        self.listed.len()
    }

    /// The words of a language, sorted.
    pub(crate) fn words_of(&self, language: usize) -> Vec<Spelt<'w>> {
        let own = self.listed.iter().filter(|word| word.language == language);
        own.map(|word| Spelt { word: word.word, documents: word.documents, form: word.form }).collect()
    }

    /// Writes the segment. `spelt` has the words of each language, `meant` which of them each may be a mistake of.
    pub(crate) fn segment(
        &self,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
    ) -> Result<(Vec<IndexFile>, Lists), BuildError> {
        let (schema, text) = schema::schema();
        let directory = RamDirectory::create();
        let builder = Index::builder().schema(schema);
        // What is no inverted index (lengths, stored and fast fields, none of which we have) is left to tantivy's writer.
        let mut writer = builder.single_segment_index_writer(directory.clone(), WRITER_MEMORY)?;
        for _ in 0..self.documents {
            writer.add_document(TantivyDocument::default())?;
        }
        let index = writer.finalize()?;
        let meta =
            index.searchable_segment_metas()?.pop().ok_or_else(|| BuildError::Writer("no segment".to_owned()))?;
        let segment = index.new_segment();
        let lists = self.write_text(&segment, text, spelt, meant)?;
        let file = |id: &str, name: &'static str| -> Result<IndexFile, BuildError> {
            let file = directory.open_read(Path::new(&format!("{id}.{name}")));
            let file = file.map_err(|error| BuildError::Writer(error.to_string()))?;
            Ok(IndexFile { name, bytes: file.read_bytes()?.to_vec(), cuts: None })
        };
        let (own, other) = (segment.id().uuid_string(), meta.id().uuid_string());
        let own_files = [TERMS, POSTINGS, POSITIONS].map(|extension| file(&own, extension));
        let other_files = ["fieldnorm", "fast", "store"].map(|extension| file(&other, extension));
        let files = own_files.into_iter().chain(other_files).collect::<Result<Vec<IndexFile>, _>>()?;
        Ok((files, lists))
    }

    /// Writes dictionary, postings and positions: words by the thousand on all cores, then all of them one after the other.
    fn write_text(
        &self,
        segment: &Segment,
        text: Field,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
    ) -> Result<Lists, BuildError> {
        let common = |(meant, words): (&Vec<Option<usize>>, &Vec<Spelt<'w>>)| -> Vec<Option<Spelt<'w>>> {
            meant.iter().map(|number| number.map(|number| words[number])).collect()
        };
        let meant: Vec<Option<Spelt<'w>>> = meant.iter().zip(spelt).flat_map(common).collect();
        let laid = self.listed.par_chunks(WORDS_AT_ONCE).zip(meant.par_chunks(WORDS_AT_ONCE));
        let laid = laid.map(|(words, meant)| self.lay(words, meant)).collect::<Result<Vec<Laid>, BuildError>>()?;
        let open = |component| segment.open_write(component).map(CompositeWrite::wrap);
        let failed = |error: OpenWriteError| BuildError::Writer(error.to_string());
        let mut terms = open(SegmentComponent::Terms).map_err(failed)?;
        let mut postings = open(SegmentComponent::Postings).map_err(failed)?;
        let mut positions = open(SegmentComponent::Positions).map_err(failed)?;
        let (to_postings, to_positions) = (postings.for_field(text), positions.for_field(text));
        // tantivy writes the number of tokens before the first list.
        to_postings.write_all(&self.length.to_le_bytes())?;
        let mut dictionary = Dictionary::new();
        let mut ends = piece_ends(&self.listed, &laid).into_iter();
        let (mut first_posting, mut first_position, mut first_document) = (0, 0, 0);
        let mut lists = Lists { documents: self.documents as u32, ..Lists::default() };
        lists.all.reserve_exact(laid.iter().map(|laid| laid.lists.len()).sum());
        for laid in laid {
            let (mut key, mut posting, mut position) = (0, 0, 0);
            for term in &laid.terms {
                let info = TermInfo {
                    doc_freq: term.documents,
                    postings_range: first_posting + posting..first_posting + term.postings_end,
                    positions_range: first_position + position..first_position + term.positions_end,
                };
                let ends_piece = term.ends_word && ends.next() == Some(true);
                dictionary.insert(&laid.keys[key..term.key_end], &info, ends_piece)?;
                if term.documents > 0 {
                    lists.firsts.push(first_document);
                    lists.ends.push((BEFORE_LISTS + info.postings_range.end, term.documents));
                    first_document += term.documents as usize;
                }
                if ends_piece {
                    lists.piece_ends.push(lists.ends.len());
                }
                if term.ends_word {
                    lists.position_ends.push(info.positions_range.end);
                }
                (key, posting, position) = (term.key_end, term.postings_end, term.positions_end);
            }
            first_posting += laid.postings.len();
            first_position += laid.positions.len();
            to_postings.write_all(&laid.postings)?;
            to_positions.write_all(&laid.positions)?;
            lists.all.extend(laid.lists);
        }
        let dictionary = dictionary.finish()?;
        lists.pieces = pieces(&dictionary);
        terms.for_field(text).write_all(&dictionary)?;
        terms.close()?;
        postings.close()?;
        positions.close()?;
        Ok(lists)
    }

    /// Terms, postings and positions of some words.
    fn lay(&self, words: &[Listed<'w>], meant: &[Option<Spelt<'w>>]) -> Result<Laid, BuildError> {
        let mut laid = Laid::default();
        let mut positions = Vec::new();
        let mut writing = PositionSerializer::new(&mut positions);
        let mut places = Places::default();
        let mut zones: [(Vec<Posting>, Vec<u32>); ZONES] = Default::default();
        for (word, meant) in words.iter().zip(meant) {
            let (mut run, mut document) = (&self.runs[word.start..word.start + word.length], 0);
            while !run.is_empty() {
                let (distance, rest) = places::number(run);
                document += distance;
                run = places.read(rest);
                let mut rest = &places.distances[..];
                for (frequency, (list, distances)) in places.counts.into_iter().zip(&mut zones) {
                    let (own, others) = rest.split_at(frequency as usize);
                    if frequency > 0 {
                        list.push(Posting { document, frequency });
                        distances.extend_from_slice(own);
                    }
                    rest = others;
                }
            }
            for (zone, (list, distances)) in Zone::ALL.into_iter().zip(&mut zones) {
                if !list.is_empty() {
                    writing.write_positions_delta(distances);
                    writing.close_term()?;
                    postings::lay(list, &mut laid.postings);
                    laid.lists.extend_from_slice(list);
                    laid.keys.extend_from_slice(word_term(word.language, word.word, zone).as_bytes());
                    laid.end_term(list.len() as u32, writing.written_bytes() as usize);
                    list.clear();
                    distances.clear();
                }
            }
            if let Some(common) = meant {
                let mut bytes = Vec::new();
                meant::write(word.word, common, &mut bytes);
                laid.keys.extend(schema::meant_term(word.language, word.word, &bytes));
                // tantivy's own writer ends a list of positions even where there is none.
                writing.close_term()?;
                laid.end_term(0, writing.written_bytes() as usize);
            }
            if let Some(last) = laid.terms.last_mut() {
                last.ends_word = true;
            }
        }
        writing.close()?;
        laid.positions = positions;
        Ok(laid)
    }
}

/// How many bytes a number takes among the documents of a word.
fn length_of_number(number: u32) -> usize {
    (u32::BITS - (number | 1).leading_zeros()).div_ceil(7) as usize
}

/// Puts a number, and places after it, among bytes; gives where they end.
fn put(out: &mut [u8], mut at: usize, mut number: u32, places: &[u8]) -> usize {
    while number >= 0x80 {
        out[at] = number as u8 | 0x80;
        number >>= 7;
        at += 1;
    }
    out[at] = number as u8;
    out[at + 1..at + 1 + places.len()].copy_from_slice(places);
    at + 1 + places.len()
}

/// Words that are laid at once.
const WORDS_AT_ONCE: usize = 1_000;

/// Some words' terms, postings and positions, as they will stand in the segment.
#[derive(Default)]
struct Laid {
    keys: Vec<u8>,
    terms: Vec<LaidTerm>,
    postings: Vec<u8>,
    positions: Vec<u8>,
    lists: Vec<Posting>,
}

struct LaidTerm {
    key_end: usize,
    documents: u32,
    postings_end: usize,
    positions_end: usize,
    /// It is the last one of its word.
    ends_word: bool,
}

impl Laid {
    fn end_term(&mut self, documents: u32, positions_end: usize) {
        let (key_end, postings_end) = (self.keys.len(), self.postings.len());
        self.terms.push(LaidTerm { key_end, documents, postings_end, positions_end, ends_word: false });
    }
}

/// All posting lists, and where they lie in tantivy's file.
#[derive(Default)]
pub(crate) struct Lists {
    /// Number of documents of the index.
    pub(crate) documents: u32,
    /// The lists, one after the other.
    pub(crate) all: Vec<Posting>,
    /// Of each list the place of its first document among all.
    pub(crate) firsts: Vec<usize>,
    /// Of each list where it ends in the file, and how many documents it has.
    pub(crate) ends: Vec<(usize, u32)>,
    /// Where the pieces of the dictionary begin, each of which is read whole; the last is the end.
    pub(crate) pieces: Vec<usize>,
    /// Of each piece how many lists there are up to its end.
    pub(crate) piece_ends: Vec<usize>,
    /// Where the positions of each word end in their file.
    pub(crate) position_ends: Vec<usize>,
}

impl Lists {
    /// Where a list begins in the file; of the one after the last, the end.
    pub(crate) fn start(&self, number: usize) -> usize {
        number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(BEFORE_LISTS, |(end, _)| *end)
    }

    /// A list by its number.
    pub(crate) fn list(&self, number: usize) -> &[Posting] {
        &self.all[self.firsts[number]..self.firsts[number] + self.ends[number].1 as usize]
    }
}

/// The number of tokens, in tantivy's file of postings.
const BEFORE_LISTS: usize = size_of::<u64>();

/// For each word whether it is the last of a piece of the dictionary. A piece and the lists of its words are a block, and blocks are about equal; words of a
/// beginning, which are mostly looked up together, are not parted where a better place is near.
fn piece_ends(words: &[Listed<'_>], laid: &[Laid]) -> Vec<bool> {
    let mut weights = Vec::with_capacity(words.len());
    for laid in laid {
        let (mut key, mut posting) = (0, 0);
        for term in laid.terms.iter().filter(|term| term.ends_word) {
            // About what they take when they travel.
            weights.push((term.key_end - key) / 4 + (term.postings_end - posting) * 3 / 5);
            (key, posting) = (term.key_end, term.postings_end);
        }
    }
    let size = block_size(POSTINGS, weights.iter().sum());
    let shared = |word: usize| match words.get(word..word + 2) {
        Some([one, other]) if one.language == other.language => shared_bytes(one.word, other.word),
        _ => 0,
    };
    let mut ends = vec![false; words.len()];
    let mut first = 0;
    while first < words.len() {
        let mut weight = 0;
        let mut best: Option<((usize, usize), usize)> = None;
        for (word, own) in weights.iter().enumerate().skip(first) {
            weight += own;
            let rank = (shared(word), weight.abs_diff(size));
            if weight * 4 >= size * 3 && best.is_none_or(|(known, _)| rank < known) {
                best = Some((rank, word));
            }
            if weight * 4 > size * 5 {
                break;
            }
        }
        let end = best.map_or(words.len() - 1, |(_, word)| word);
        ends[end] = true;
        first = end + 1;
    }
    // Whatever is too little for a piece goes with the last.
    if let Some(last) = ends.last_mut() {
        *last = true;
    }
    ends
}
