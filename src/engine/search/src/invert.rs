//! The words of all documents in, tantivy's segment out, and how many documents have each word.
//!
//! tantivy's own writer takes one document after the other and hashes each occurrence of each word. Here documents come with their words gathered,
//! so that only their distinct words are looked up, and lists are laid out on all cores, the same bytes as tantivy's own writer gives.

use crate::build_error::BuildError;
use crate::composite;
use crate::cut::block_size;
use crate::dictionary::{Dictionary, pieces};
use crate::header::{POSITIONS, POSTINGS, TERMS};
use crate::laid::{KeptLaid, Laid, ToLay, lay_all};
use crate::order::Order;
use crate::runs::Runs;
use crate::schema;
use crate::spelling::{Row, Spelt, shared_bytes};
use crate::vocabulary::Vocabulary;
use crate::words::Words;
use crate::write::IndexFile;
use std::path::Path;
use std::sync::Arc;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{Index, TantivyDocument};

/// Memory that the writer of what is no inverted index may take before it complains, in bytes.
const WRITER_MEMORY: usize = 1 << 17;

/// A word with the documents that have it.
struct Listed<'w> {
    language: usize,
    /// Its number in the vocabulary.
    number: u32,
    word: &'w str,
    /// How many documents have it.
    documents: u32,
    /// How most documents write it, where it doesn't fold to itself.
    form: Option<&'w str>,
}

impl<'w> Listed<'w> {
    fn spelt(&self) -> Spelt<'w> {
        Spelt { number: self.number, word: self.word, documents: self.documents, form: self.form }
    }
}

/// All words of all documents.
pub(crate) struct Inverted<'w> {
    /// By language and word.
    listed: Vec<Listed<'w>>,
    runs: Arc<Runs>,
    documents: usize,
    /// How many words the documents have, repetitions included.
    length: u64,
}

impl<'w> Inverted<'w> {
    /// Puts the words of the vocabulary that documents have in order. `order` was their order in the last build; `texts` has the words of each document.
    pub(crate) fn new(
        texts: &[Arc<Words>],
        runs: Arc<Runs>,
        vocabulary: &'w Vocabulary,
        order: &mut Order,
    ) -> Inverted<'w> {
        // Words that have gone have no documents.
        let living = (0..vocabulary.count() as u32).filter(|number| runs.get(*number).is_some());
        let key = |number| Row::Beginnings.key(vocabulary.word(number));
        let compare = |one, other| vocabulary.word(one).cmp(vocabulary.word(other));
        let order = order.renew(living, vocabulary.count(), key, compare);
        let listed = |number: &u32| {
            let run = runs.get(*number)?;
            let (word, form) = (vocabulary.word(*number), vocabulary.form(run.spelling));
            Some(Listed { language: run.language.into(), number: *number, word, documents: run.documents, form })
        };
        let mut listed: Vec<Listed<'w>> = order.iter().filter_map(listed).collect();
        // Words of one language stay in order.
        listed.sort_by_key(|word| word.language);
        let length = texts.iter().map(|words| u64::from(words.length)).sum();
        Inverted { listed, runs, documents: texts.len(), length }
    }

    /// How many words there are.
    pub(crate) fn count(&self) -> usize {
        self.listed.len()
    }

    /// The words of each of some languages, in the order of their beginnings.
    pub(crate) fn words(&self, languages: usize) -> Vec<Vec<Spelt<'w>>> {
        let mut words = vec![Vec::new(); languages];
        for word in &self.listed {
            words[word.language].push(word.spelt());
        }
        words
    }

    /// The same words in the order of their ends, of which `order` was that of the last build.
    pub(crate) fn words_by_ends(
        &self,
        languages: usize,
        vocabulary: &Vocabulary,
        order: &mut Order,
    ) -> Vec<Vec<Spelt<'w>>> {
        let mut listed = vec![None; vocabulary.count()];
        self.listed.iter().for_each(|word| listed[word.number as usize] = Some(word));
        let numbers = self.listed.iter().map(|word| word.number);
        let key = |number| Row::Ends.key(vocabulary.word(number));
        let compare = |one, other| Row::Ends.compare(vocabulary.word(one), vocabulary.word(other));
        let order = order.renew(numbers, listed.len(), key, compare);
        let mut words = vec![Vec::new(); languages];
        for word in order.iter().filter_map(|number| listed[*number as usize]) {
            words[word.language].push(word.spelt());
        }
        words
    }

    /// Writes the segment. `spelt` has the words of each language, `meant` which of them each may be a mistake of, `kept` what was laid last time.
    pub(crate) fn segment(
        &self,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
        kept: Option<&mut KeptLaid>,
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
        let (mut files, lists) = self.write_text(text, spelt, meant, kept)?;
        for name in ["fieldnorm", "fast", "store"] {
            let file = directory.open_read(Path::new(&format!("{}.{name}", meta.id().uuid_string())));
            let file = file.map_err(|error| BuildError::Writer(error.to_string()))?;
            files.push(IndexFile { name, bytes: file.read_bytes()?, cuts: None });
        }
        Ok((files, lists))
    }

    /// Writes dictionary, postings and positions: some dozens of words at a time on all cores, then all of them one after the other.
    fn write_text(
        &self,
        text: Field,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
        kept: Option<&mut KeptLaid>,
    ) -> Result<(Vec<IndexFile>, Lists), BuildError> {
        let meant =
            meant.iter().zip(spelt).flat_map(|(meant, words)| meant.iter().map(|number| Some(words[(*number)?])));
        let words = self.listed.iter().zip(meant).map(|(word, meant)| ToLay {
            language: word.language,
            number: word.number,
            word: word.word,
            run: self.runs.get(word.number).map_or(&[], |run| run.bytes),
            meant,
        });
        let laid = lay_all(&words.collect::<Vec<ToLay<'_>>>(), kept)?;
        let mut dictionary = Dictionary::new();
        let mut ends = piece_ends(&self.listed, &laid).into_iter();
        let (mut first_posting, mut first_position) = (0, 0);
        let mut lists = Lists { documents: self.documents as u32, ..Lists::default() };
        for laid in &laid {
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
                    lists.ends.push(BEFORE_LISTS + info.postings_range.end);
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
        }
        let dictionary = dictionary.finish()?;
        lists.pieces = pieces(&dictionary);
        // tantivy writes the number of tokens before the first list.
        let length = self.length.to_le_bytes();
        let postings: Vec<&[u8]> =
            std::iter::once(&length[..]).chain(laid.iter().map(|laid| &laid.postings[..])).collect();
        let positions: Vec<&[u8]> = laid.iter().map(|laid| &laid.positions[..]).collect();
        let file = |name, parts: &[&[u8]]| -> Result<IndexFile, BuildError> {
            Ok(IndexFile { name, bytes: composite::file(text, parts)?, cuts: None })
        };
        let (terms, (postings, positions)) =
            (file(TERMS, &[&dictionary]), rayon::join(|| file(POSTINGS, &postings), || file(POSITIONS, &positions)));
        Ok((vec![terms?, postings?, positions?], lists))
    }
}

/// Where posting lists lie in tantivy's file.
#[derive(Default)]
pub(crate) struct Lists {
    /// Number of documents of the index.
    pub(crate) documents: u32,
    /// Where each list ends in the file.
    pub(crate) ends: Vec<usize>,
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
        number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(BEFORE_LISTS)
    }
}

/// The number of tokens, in tantivy's file of postings.
const BEFORE_LISTS: usize = size_of::<u64>();

/// For each word whether it is the last of a piece of the dictionary. A piece and the lists of its words are a block, and blocks are about equal; words of a
/// beginning, which are mostly looked up together, are not parted where a better place is near.
fn piece_ends(words: &[Listed<'_>], laid: &[Arc<Laid>]) -> Vec<bool> {
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
