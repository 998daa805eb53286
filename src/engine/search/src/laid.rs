//! Words with documents in, their terms, postings and positions out, as they will stand in the segment.
//!
//! Words are laid some dozens at a time, on all cores. What the last build laid of the same words with the same documents serves again.

use crate::build_error::BuildError;
use crate::bytes::{put_number, put_text};
use crate::digest::{Digest, digest};
use crate::meant;
use crate::places::{self, Places, ZONES};
use crate::postings::{self, Posting};
use crate::schema::{self, Zone, put_word_term};
use crate::spelling::Spelt;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::positions::PositionSerializer;

/// What was laid, by the digest of what it was laid from.
pub(crate) type KeptLaid = HashMap<Digest, Arc<Laid>>;

/// A word to lay.
pub(crate) struct ToLay<'w> {
    pub(crate) language: usize,
    /// Its number in the vocabulary.
    pub(crate) number: u32,
    pub(crate) word: &'w str,
    /// The documents that have it, each as the distance from the one before, with its places there.
    pub(crate) run: &'w [u8],
    /// What it may be a mistake of.
    pub(crate) meant: Option<Spelt<'w>>,
}

impl ToLay<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        put_number(self.language as u64, out);
        put_text(self.word, out);
        put_number(self.run.len() as u64, out);
        out.extend_from_slice(self.run);
        for text in self.meant.iter().flat_map(|meant| [meant.word, meant.form.unwrap_or_default()]) {
            put_text(text, out);
        }
        // No text is so long.
        put_number(u64::MAX, out);
    }
}

/// One word in so many is the last of those that are laid at once: always the same, so that a word more doesn't shift all others.
const WORDS_AT_ONCE: u32 = 64;

/// Lays words, sorted by language and word. With `kept`, takes and leaves there what can be laid but once.
pub(crate) fn lay_all(words: &[ToLay<'_>], kept: Option<&mut KeptLaid>) -> Result<Vec<Arc<Laid>>, BuildError> {
    let together = words.split_inclusive(|word| word.number.is_multiple_of(WORDS_AT_ONCE));
    let together: Vec<&[ToLay<'_>]> = together.collect();
    let Some(kept) = kept else {
        return together.into_par_iter().with_max_len(4).map(|words| lay(words).map(Arc::new)).collect();
    };
    let again = |words: &&[ToLay<'_>]| -> Result<(Digest, Arc<Laid>), BuildError> {
        let mut content = Vec::new();
        words.iter().for_each(|word| word.write(&mut content));
        let digest = digest(&content);
        let laid = kept.get(&digest).map_or_else(|| lay(words).map(Arc::new), |known| Ok(Arc::clone(known)))?;
        Ok((digest, laid))
    };
    let all = together.par_iter().map(again).collect::<Result<Vec<_>, BuildError>>()?;
    *kept = all.iter().cloned().collect();
    Ok(all.into_iter().map(|(_, laid)| laid).collect())
}

/// Terms, postings and positions of some words.
fn lay(words: &[ToLay<'_>]) -> Result<Laid, BuildError> {
    let mut laid = Laid::default();
    let mut positions = Vec::new();
    let mut writing = PositionSerializer::new(&mut positions);
    let mut places = Places::default();
    let mut zones: [(Vec<Posting>, Vec<u32>); ZONES] = Default::default();
    for word in words {
        let (mut run, mut document) = (word.run, 0);
        while !run.is_empty() {
            let (distance, rest) = places::number(run);
            document += distance;
            // Most words stand once in a document.
            if let Some((zone, position, rest)) = places::read_one(rest) {
                let (list, distances) = &mut zones[zone];
                list.push(Posting { document, frequency: 1 });
                distances.push(position);
                run = rest;
                continue;
            }
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
                put_word_term(word.language, word.word, zone, &mut laid.keys);
                laid.end_term(list.len() as u32, writing.written_bytes() as usize);
                list.clear();
                distances.clear();
            }
        }
        if let Some(common) = &word.meant {
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

/// Some words' terms, postings and positions, as they will stand in the segment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laid {
    pub(crate) keys: Vec<u8>,
    pub(crate) terms: Vec<LaidTerm>,
    pub(crate) postings: Vec<u8>,
    pub(crate) positions: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct LaidTerm {
    pub(crate) key_end: usize,
    pub(crate) documents: u32,
    pub(crate) postings_end: usize,
    pub(crate) positions_end: usize,
    /// It is the last one of its word.
    pub(crate) ends_word: bool,
}

impl Laid {
    fn end_term(&mut self, documents: u32, positions_end: usize) {
        let (key_end, postings_end) = (self.keys.len(), self.postings.len());
        self.terms.push(LaidTerm { key_end, documents, postings_end, positions_end, ends_word: false });
    }
}
