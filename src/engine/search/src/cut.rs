//! The files of an index in, a boot file and blocks out: what opening reads goes into the boot file, the rest into blocks.
//!
//! What opening reads is not guessed: the index is opened once with everything at hand, and the ranges read are noted. A piece of the dictionary and the
//! posting lists of its words are one block: who looks a word up mostly reads its lists. Blocks are compressed one by one with raw deflate, which browsers
//! inflate themselves.

use crate::blocks::{Blocks, IN_BLOCK, IN_BOOT, LISTS_IN, MAGIC, Name, PIECE, ROWS, file_name, name_of};
use crate::build_error::BuildError;
use crate::bytes::{put_number, put_text};
use crate::digest::{Digest, digest, digest_of};
use crate::engine::Engine;
use crate::glossary::Glossary;
use crate::header::{COLUMNS, GLOSSARY, HOURS, POSITIONS, POSTINGS, RECORDS, TERMS, WORDS};
use crate::invert::Lists;
use crate::kept::Kept;
use crate::pack::PackFile;
use crate::pieces::Piece;
use crate::rows;
use crate::write::{IndexFile, IndexFiles};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// Hot ranges closer than this are joined: a block of its own would cost more in the tables than the bytes between them.
const SMALLEST_GAP: usize = 512;

/// How hard blocks are compressed: of zlib-rs's levels, 8 and 9 take twice the time of 7 for blocks that are no smaller.
const LEVEL: Compression = Compression::new(7);

/// A file of fewer bytes is small: the records and postings of some hundred entries.
const SMALL: usize = 256 << 10;

/// How large the blocks of a file are before compression, at least, and how many there are at most.
pub(crate) fn block_size(name: &str, length: usize) -> usize {
    let (least, most_blocks) = match name {
        RECORDS => (4 << 10, 280),
        COLUMNS | HOURS => (64 << 10, 5),
        // Each section by itself.
        WORDS => (1, usize::MAX),
        POSTINGS => (8 << 10, 213),
        // Each word by itself: a phrase reads those of its words.
        POSITIONS => (32 << 10, 56),
        // What nobody reads.
        _ => (1 << 30, 1),
    };
    // On a small site a request costs more than the bytes of a larger block.
    let least = if length < SMALL && name != WORDS { 2 * least } else { least };
    least.max(length.div_ceil(most_blocks))
}

/// The boot file and the blocks of an index.
pub(crate) fn cut(index: &IndexFiles, kept: &mut Kept) -> Result<(Vec<u8>, Vec<PackFile>), BuildError> {
    assemble(index, &hot_ranges(index)?, kept)
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BuildError> {
    serde_json::to_vec(value).map_err(|error| BuildError::Writer(error.to_string()))
}

pub(crate) fn deflate(bytes: &[u8]) -> Result<Arc<[u8]>, BuildError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), LEVEL);
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map(Into::into).map_err(|error| BuildError::Writer(error.to_string()))
}

/// What opening reads, by file, in order and without overlap.
fn hot_ranges(index: &IndexFiles) -> Result<Vec<Vec<Range<usize>>>, BuildError> {
    let blocks = Blocks::at_hand(index.files.iter().map(|file| (file.name, file.bytes.clone())));
    let reads = Engine::record_opening(blocks, index.header.documents.iter().sum());
    let reads = reads.map_err(|error| BuildError::Writer(error.to_string()))?;
    let mut hot = vec![Vec::new(); index.files.len()];
    for (file, range) in reads {
        if !range.is_empty()
            && let Some(ranges) = hot.get_mut(file)
        {
            ranges.push(range);
        }
    }
    for (ranges, file) in hot.iter_mut().zip(&index.files) {
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in ranges.drain(..) {
            match joined.last_mut() {
                Some(last) if range.start <= last.end + SMALLEST_GAP => last.end = last.end.max(range.end),
                _ if range.start <= SMALLEST_GAP => joined.push(0..range.end),
                _ => joined.push(range),
            }
        }
        if let Some(last) = joined.last_mut().filter(|last| last.end + SMALLEST_GAP >= file.bytes.len()) {
            last.end = file.bytes.len();
        }
        *ranges = joined;
    }
    Ok(hot)
}

/// A stretch of a file.
struct Extent {
    bytes: Range<usize>,
    records: usize,
    place: Place,
}

/// Where a stretch lies: in the boot file, or in a block by its number, as it is or travelling: a piece of the dictionary, its posting lists, rows of records.
#[derive(Clone, Copy)]
enum Place {
    Boot,
    Block(usize),
    Piece(usize),
    Lists(usize),
    Rows(usize),
}

/// What a block holds.
enum Block<'i> {
    /// A stretch of a file, as it is.
    Plain(&'i [u8]),
    /// A piece of the dictionary, and its posting lists.
    Piece(&'i [u8], &'i [u8]),
    /// Rows of records.
    Rows(&'i [u8]),
}

/// A block as it is published.
type Packed = (Name, Arc<[u8]>);

/// Cuts the files into extents, puts the cold ones into blocks, and gives the boot file and the blocks.
fn assemble(
    index: &IndexFiles,
    hot: &[Vec<Range<usize>>],
    kept: &mut Kept,
) -> Result<(Vec<u8>, Vec<PackFile>), BuildError> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let of = |name: &str| index.files.iter().zip(hot).find(|(file, _)| file.name == name);
    let together = of(TERMS)
        .zip(of(POSTINGS))
        .and_then(|(terms, postings)| words_together(terms, postings, &index.lists, &mut blocks));
    let mut extents: Vec<Vec<Extent>> = Vec::new();
    let (mut terms, mut postings) = together.map_or((None, None), |(terms, postings)| (Some(terms), Some(postings)));
    for (file, hot) in index.files.iter().zip(hot) {
        let known = match file.name {
            TERMS => terms.take(),
            POSTINGS => postings.take(),
            _ => None,
        };
        let borders = if file.name == POSITIONS { &index.lists.position_ends[..] } else { &[] };
        extents.push(known.unwrap_or_else(|| alone(file, hot, borders, &mut blocks)));
    }
    let words = of(GLOSSARY).map_or(&[][..], |(file, _)| &*file.bytes);
    let glossary = Glossary::read(words).ok_or_else(|| BuildError::Writer("no glossary".to_owned()))?;
    let by = By { glossary: &glossary, digest: digest(words), documents: index.lists.documents };
    let known = kept.documents.keeps().then_some(&kept.coded);
    let code = |block: &Block<'_>| match block {
        Block::Plain(_) => Ok(None),
        Block::Piece(piece, lists) => code_piece(piece, lists, &by, known).map(Some),
        Block::Rows(rows) => Ok(Some(code_rows(rows, &by, known))),
    };
    // Blocks are few, and some cost a hundred times what others do.
    let coded: Vec<Option<Coded>> = blocks.par_iter().with_max_len(1).map(code).collect::<Result<_, BuildError>>()?;
    let packed = blocks
        .par_iter()
        .with_max_len(1)
        .zip(&coded)
        .map(|(block, coded)| pack(block, coded.as_ref(), &kept.compressed));
    let packed = packed.collect::<Result<Vec<(Digest, Packed)>, BuildError>>()?;
    let mut boot = MAGIC.to_vec();
    put_text(&String::from_utf8_lossy(&json(&index.header)?), &mut boot);
    put_number(index.files.len() as u64, &mut boot);
    let mut tail = Vec::new();
    // Blocks are numbered as the table names them: a piece of the dictionary before its lists.
    let mut numbers = vec![0; blocks.len()];
    let mut count = 0;
    for (file, extents) in index.files.iter().zip(extents) {
        put_text(file.name, &mut boot);
        put_number(extents.len() as u64, &mut boot);
        for extent in extents {
            put_number(extent.bytes.len() as u64, &mut boot);
            put_number(extent.records as u64, &mut boot);
            match extent.place {
                Place::Boot => {
                    boot.push(IN_BOOT);
                    tail.extend_from_slice(&file.bytes[extent.bytes]);
                }
                Place::Lists(block) => {
                    boot.push(LISTS_IN);
                    put_number(numbers[block], &mut boot);
                }
                Place::Block(block) | Place::Piece(block) | Place::Rows(block) => {
                    numbers[block] = count;
                    count += 1;
                    boot.push(match extent.place {
                        Place::Piece(_) => PIECE,
                        Place::Rows(_) => ROWS,
                        _ => IN_BLOCK,
                    });
                    boot.extend_from_slice(&packed[block].1.0);
                }
            }
        }
    }
    boot.extend(tail);
    let files = packed.iter().map(|(_, (name, bytes))| PackFile { name: file_name(*name), bytes: Arc::clone(bytes) });
    let files = files.collect();
    kept.compressed = packed.into_iter().collect();
    kept.coded = coded.into_iter().flatten().filter_map(|coded| Some((coded.digest?, coded.bytes))).collect();
    Ok((boot, files))
}

/// A piece of the dictionary or rows as they travel.
struct Coded {
    /// Of what they are, wherever they lie; where they are kept.
    digest: Option<Digest>,
    /// Where they lie.
    place: Vec<u8>,
    bytes: Arc<[u8]>,
}

/// What is known as it travels, by the digest of what it is.
type Bytes = HashMap<Digest, Arc<[u8]>>;

/// What blocks are coded by: a glossary with the digest of its bytes, and how many documents there are.
struct By<'g> {
    glossary: &'g Glossary,
    digest: Digest,
    documents: u32,
}

/// A piece of the dictionary and its lists as they travel; what is known of them, where it is: most of what a word more or less changes is where lists begin.
fn code_piece(piece: &[u8], lists: &[u8], by: &By<'_>, known: Option<&Bytes>) -> Result<Coded, BuildError> {
    let failed = || BuildError::Writer("a piece can't be read".to_owned());
    let piece = Piece::new(piece, lists).ok_or_else(failed)?;
    let digest = known.map(|_| piece.digest(by.documents, &by.digest));
    let bytes = match known.zip(digest).and_then(|(known, digest)| known.get(&digest)) {
        Some(bytes) => Arc::clone(bytes),
        None => piece.pack(by.documents, by.glossary).ok_or_else(failed)?.into(),
    };
    Ok(Coded { digest, place: piece.place(by.documents), bytes })
}

/// The rows of a block as they travel; those that are known, where they are.
fn code_rows(rows: &[u8], by: &By<'_>, known: Option<&Bytes>) -> Coded {
    let digest = known.map(|_| digest_of(&[&by.digest, rows]));
    let bytes = known.zip(digest).and_then(|(known, digest)| known.get(&digest)).map(Arc::clone);
    Coded { digest, place: Vec::new(), bytes: bytes.unwrap_or_else(|| rows::pack(by.glossary, rows).into()) }
}

/// A block by the digest of what it holds; the one that is known, where it is.
fn pack(
    block: &Block<'_>,
    coded: Option<&Coded>,
    known: &HashMap<Digest, Packed>,
) -> Result<(Digest, Packed), BuildError> {
    let content = match (block, coded) {
        (_, Some(coded)) => Cow::Owned([&*coded.place, &*coded.bytes].concat()),
        (Block::Plain(bytes) | Block::Piece(bytes, _) | Block::Rows(bytes), None) => Cow::Borrowed(*bytes),
    };
    let digest = digest(&content);
    let packed = match known.get(&digest) {
        Some(packed) => packed.clone(),
        None => (name_of(&digest), if coded.is_some() { store(&content) } else { deflate(&content)? }),
    };
    Ok((digest, packed))
}

/// Bytes that no compression makes smaller, as deflate stores them.
fn store(bytes: &[u8]) -> Arc<[u8]> {
    let mut out = Vec::with_capacity(bytes.len() + 8);
    let mut chunks = bytes.chunks(usize::from(u16::MAX)).peekable();
    loop {
        let chunk = chunks.next().unwrap_or_default();
        let (is_last, length) = (chunks.peek().is_none(), chunk.len() as u16);
        out.push(u8::from(is_last));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(chunk);
        if is_last {
            return out.into();
        }
    }
}

/// The extents of dictionary and postings, which share their blocks; `None` where one of them lies in the boot file.
fn words_together<'i>(
    (terms, hot_terms): (&'i IndexFile, &Vec<Range<usize>>),
    (postings, hot_postings): (&'i IndexFile, &Vec<Range<usize>>),
    lists: &Lists,
    blocks: &mut Vec<Block<'i>>,
) -> Option<(Vec<Extent>, Vec<Extent>)> {
    let (first, last) = (lists.start(0), lists.start(lists.ends.len()));
    let ([hot_terms], [head, foot]) = (hot_terms.as_slice(), hot_postings.as_slice()) else {
        return None;
    };
    if head.end != first || foot.start != last || hot_terms.start == 0 {
        return None;
    }
    let first_block = blocks.len();
    // Each block's terms, and its lists.
    let mut cuts: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (piece, end) in lists.pieces.windows(2).zip(&lists.piece_ends) {
        let start = cuts.last().map_or(0, |(_, lists)| lists.end);
        cuts.push((piece[0]..piece[1], start..*end));
    }
    // What is behind the last piece says that it is the last.
    cuts.last_mut()?.0.end = hot_terms.start;
    let own_lists = |own: &Range<usize>| lists.start(own.start)..lists.start(own.end);
    let pieces =
        cuts.iter().map(|(own, lists)| Block::Piece(&terms.bytes[own.clone()], &postings.bytes[own_lists(lists)]));
    blocks.extend(pieces);
    let boot = |bytes: Range<usize>| Extent { bytes, records: 0, place: Place::Boot };
    let own_terms = cuts.iter().zip(first_block..);
    let own_terms =
        own_terms.map(|((own, _), block)| Extent { bytes: own.clone(), records: 0, place: Place::Piece(block) });
    let with_lists = cuts.iter().zip(first_block..).filter(|((_, own), _)| !own.is_empty());
    let lists_extents =
        with_lists.map(|((_, own), block)| Extent { bytes: own_lists(own), records: 0, place: Place::Lists(block) });
    let terms_extents = own_terms.chain([boot(hot_terms.clone())]).collect();
    let head_extents = [boot(head.clone())].into_iter();
    let postings_extents = head_extents.chain(lists_extents).chain([boot(foot.start..postings.bytes.len())]).collect();
    Some((terms_extents, postings_extents))
}

/// The extents of a file: hot ones as given, between them blocks of its own, which end at borders where there are any.
fn alone<'i>(file: &'i IndexFile, hot: &[Range<usize>], borders: &[usize], blocks: &mut Vec<Block<'i>>) -> Vec<Extent> {
    let length = file.bytes.len();
    let size = block_size(file.name, length);
    let mut extents = Vec::new();
    let mut cold = |bytes: Range<usize>, records: usize| {
        let content = &file.bytes[bytes.clone()];
        let (block, place) = match file.name {
            RECORDS => (Block::Rows(content), Place::Rows(blocks.len())),
            _ => (Block::Plain(content), Place::Block(blocks.len())),
        };
        blocks.push(block);
        Extent { bytes, records, place }
    };
    if let Some(cuts) = &file.cuts {
        // Rows of records are cut between records. They are hot as a whole or not at all.
        let is_hot = hot.first().is_some_and(|range| *range == (0..length));
        let (mut start, mut records) = (0, 0);
        for (number, end) in cuts.iter().enumerate() {
            records += 1;
            if *end - start >= size || number + 1 == cuts.len() {
                extents.push(if is_hot {
                    Extent { bytes: start..*end, records, place: Place::Boot }
                } else {
                    cold(start..*end, records)
                });
                (start, records) = (*end, 0);
            }
        }
        return extents;
    }
    let mut at = 0;
    for range in hot.iter().cloned().chain(std::iter::once(length..length)) {
        let gap = at..range.start;
        let most = gap.len().div_ceil(size);
        // Equal blocks, so that none is a crumb.
        let end = |block: usize| {
            let end = gap.start + gap.len() * block / most;
            let border = borders.get(borders.partition_point(|border| *border < end));
            border.filter(|border| (1..most).contains(&block) && gap.contains(border)).copied().unwrap_or(end)
        };
        let parts = (0..most).map(|block| end(block)..end(block + 1)).filter(|part| !part.is_empty());
        extents.extend(parts.map(|part| cold(part, 0)));
        at = range.end;
        if !range.is_empty() {
            extents.push(Extent { bytes: range, records: 0, place: Place::Boot });
        }
    }
    extents
}
