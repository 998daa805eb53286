//! The files of an index in, the files of a pack out: what opening reads goes into the boot file, the rest into blocks.
//!
//! What opening reads is not guessed: the index is opened once with everything at hand, and the ranges read are noted.
//! Blocks are compressed one by one with raw deflate, which browsers inflate themselves.

use crate::blocks::{MAGIC, file_name, name_of};
use crate::bytes::{put_number, put_text};
use crate::definition::{Definition, Document};
use crate::digest::{Digest, digest, hex};
use crate::engine::Engine;
use crate::header::{COLUMNS, Current, FORMAT, RECORDS, WORDS};
use crate::kept::Kept;
use crate::write::{self, BuildError, IndexFile, IndexFiles};
use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, GzBuilder};
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;
use tantivy::directory::OwnedBytes;

/// A file of the site's `search/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Name in the folder.
    pub name: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// A search pack: `current.json` and what it leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// Its files, `current.json` first, no name twice.
    pub files: Vec<PackFile>,
}

/// Hot ranges closer than this are joined: a block of its own would cost more in the tables than the bytes between them.
const SMALLEST_GAP: usize = 512;

/// How hard blocks are compressed: of zlib-rs's levels, 8 and 9 take twice the time of 7 for blocks that are no smaller.
const LEVEL: Compression = Compression::new(7);

/// A file of fewer bytes is small: the records and postings of some hundred entries.
const SMALL: usize = 256 << 10;

/// How large the blocks of a file are before compression, at least, and how many there are at most.
fn block_size(name: &str, length: usize) -> usize {
    let (least, most_blocks) = match name {
        RECORDS => (4 << 10, 316),
        COLUMNS => (64 << 10, 5),
        WORDS => (16 << 10, 24),
        "term" => (6 << 10, 68),
        "idx" => (8 << 10, 172),
        _ => (64 << 10, 8),
    };
    // On a small site a request costs more than the bytes of a larger block.
    let least = if length < SMALL { 2 * least } else { least };
    least.max(length.div_ceil(most_blocks))
}

/// Makes the search pack of a site. The order of the documents makes no difference, and the same documents give the same bytes.
///
/// `engine_file` is the name, in the same folder, of the compressed engine (see [`pack_engine`]).
pub fn build(definition: &Definition, documents: Vec<Document>, engine_file: &str) -> Result<Pack, BuildError> {
    build_again(definition, documents, engine_file, &mut Kept::default())
}

/// Makes the search pack of a site that differs little from the last one: the same pack as [`build`] makes, sooner.
pub fn build_again(
    definition: &Definition,
    documents: Vec<Document>,
    engine_file: &str,
    kept: &mut Kept,
) -> Result<Pack, BuildError> {
    let count = documents.len();
    let index = write::write(definition, documents, kept)?;
    let hot = hot_ranges(&index)?;
    let mut pack = Pack::default();
    let mut compressed = HashMap::new();
    let boot = cut(&index, &hot, &kept.compressed, &mut compressed, &mut pack)?;
    kept.compressed = compressed;
    let boot_digest = hex(&digest(&boot));
    let boot_file = PackFile { name: format!("boot-{boot_digest}.bin"), bytes: deflate(&boot)? };
    let current = Current {
        format: FORMAT,
        generation: boot_digest,
        engine: engine_file.to_owned(),
        boot: boot_file.name.clone(),
        boot_length: boot.len(),
        documents: count,
    };
    let mut current_json = json(&current)?;
    current_json.push(b'\n');
    pack.files.sort_by(|one, other| one.name.cmp(&other.name));
    pack.files.dedup_by(|one, other| one.name == other.name);
    pack.files.splice(0..0, [PackFile { name: "current.json".to_owned(), bytes: current_json.into() }, boot_file]);
    Ok(pack)
}

/// The engine as the site serves it: gzip, whose checksum the browser verifies, under a name made of its digest.
pub fn pack_engine(wasm: &[u8]) -> PackFile {
    let mut encoder: GzEncoder<Vec<u8>> = GzBuilder::new().write(Vec::new(), Compression::best());
    // Writing to memory can't fail; were it to, the empty file would be refused by the page.
    let written = encoder.write_all(wasm).and_then(|()| encoder.finish());
    PackFile { name: format!("engine-{}.bin", hex(&digest(wasm))), bytes: written.unwrap_or_default().into() }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BuildError> {
    serde_json::to_vec(value).map_err(|error| BuildError::Writer(error.to_string()))
}

fn deflate(bytes: &[u8]) -> Result<Arc<[u8]>, BuildError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), LEVEL);
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map(Into::into).map_err(|error| BuildError::Writer(error.to_string()))
}

/// What opening reads, by file, in order and without overlap.
fn hot_ranges(index: &IndexFiles) -> Result<Vec<Vec<Range<usize>>>, BuildError> {
    let everything: Vec<Vec<Range<usize>>> =
        index.files.iter().map(|file| std::iter::once(0..file.bytes.len()).collect()).collect();
    let boot = cut(index, &everything, &HashMap::new(), &mut HashMap::new(), &mut Pack::default())?;
    let reads = Engine::record_opening(OwnedBytes::new(boot)).map_err(|error| BuildError::Writer(error.to_string()))?;
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

struct Extent {
    bytes: Range<usize>,
    records: usize,
    hot: bool,
}

/// Compressed bytes by the digest of what they hold.
type Compressed = HashMap<Digest, Arc<[u8]>>;

/// Cuts the files into extents, puts the cold ones into the pack and gives the boot file.
fn cut(
    index: &IndexFiles,
    hot: &[Vec<Range<usize>>],
    known: &Compressed,
    made: &mut Compressed,
    pack: &mut Pack,
) -> Result<Vec<u8>, BuildError> {
    let mut boot = MAGIC.to_vec();
    put_text(&String::from_utf8_lossy(&json(&index.header)?), &mut boot);
    put_number(index.files.len() as u64, &mut boot);
    let mut tail = Vec::new();
    for (file, hot) in index.files.iter().zip(hot) {
        let extents = extents(file, hot);
        put_text(file.name, &mut boot);
        put_number(extents.len() as u64, &mut boot);
        let deflated = extents.par_iter().filter(|extent| !extent.hot).map(|extent| {
            let bytes = &file.bytes[extent.bytes.clone()];
            let digest = digest(bytes);
            let bytes = known.get(&digest).map_or_else(|| deflate(bytes), |bytes| Ok(Arc::clone(bytes)))?;
            Ok((digest, PackFile { name: file_name(name_of(&digest)), bytes }))
        });
        let mut deflated = deflated.collect::<Result<Vec<(Digest, PackFile)>, BuildError>>()?.into_iter();
        for extent in extents {
            let bytes = &file.bytes[extent.bytes.clone()];
            put_number(bytes.len() as u64, &mut boot);
            put_number(extent.records as u64, &mut boot);
            if extent.hot {
                boot.push(0);
                tail.extend_from_slice(bytes);
            } else {
                let (digest, file) =
                    deflated.next().ok_or_else(|| BuildError::Writer("a block is missing".to_owned()))?;
                boot.push(1);
                boot.extend_from_slice(&name_of(&digest));
                made.insert(digest, Arc::clone(&file.bytes));
                pack.files.push(file);
            }
        }
    }
    boot.extend(tail);
    Ok(boot)
}

/// The ends of blocks. At seams what belongs together costs one block, and what is long does not come with much else.
fn ends(gap: Range<usize>, size: usize, seams: &[usize]) -> Vec<usize> {
    let most = gap.len().div_ceil(size);
    if seams.is_empty() {
        // Equal blocks, so that none is a crumb.
        return (1..=most).map(|block| gap.start + gap.len() * block / most).collect();
    }
    let mut size = size;
    loop {
        let mut ends = Vec::new();
        let (mut start, mut last) = (gap.start, gap.start);
        for seam in seams.iter().copied().filter(|seam| gap.contains(seam)).chain([gap.end]) {
            // A long list begins a block, unless what is before it would be a crumb.
            if last - start >= size / 4 && seam - start > size {
                ends.push(last);
                start = last;
            }
            if seam - start >= size {
                ends.push(seam);
                start = seam;
            }
            last = seam;
        }
        if start < gap.end {
            ends.push(gap.end);
        }
        if ends.len() <= most {
            return ends;
        }
        size += size / 16 + 1;
    }
}

/// The extents of a file: hot ones as given, between them blocks.
fn extents(file: &IndexFile, hot: &[Range<usize>]) -> Vec<Extent> {
    let length = file.bytes.len();
    let size = block_size(file.name, length);
    let mut extents = Vec::new();
    if let Some(cuts) = &file.cuts {
        // Rows of records are cut between records. They are hot as a whole or not at all.
        let hot = hot.first().is_some_and(|range| *range == (0..length));
        let (mut start, mut records) = (0, 0);
        for (number, end) in cuts.iter().enumerate() {
            records += 1;
            if *end - start >= size || number + 1 == cuts.len() {
                extents.push(Extent { bytes: start..*end, records, hot });
                (start, records) = (*end, 0);
            }
        }
        return extents;
    }
    let mut at = 0;
    for range in hot.iter().cloned().chain(std::iter::once(length..length)) {
        let mut start = at;
        for end in ends(at..range.start, size, &file.seams) {
            extents.push(Extent { bytes: start..end, records: 0, hot: false });
            start = end;
        }
        at = range.end;
        if !range.is_empty() {
            extents.push(Extent { bytes: range, records: 0, hot: true });
        }
    }
    extents
}
