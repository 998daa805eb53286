//! The boot file in, byte ranges of the index's files out; what is not at hand is noted as missing.
//!
//! Each file of the index is a row of extents. An extent lies in the boot file or in a block, a file of the pack named by the
//! digest of its content. A read that touches an absent block fails and notes the block, so that the caller can go on, gather
//! all misses of a round, and run again. No fetching, no inflating here, and no knowledge of what the files mean.

use crate::bytes::Reader;
use crate::digest::{Digest, digest, hex};
use crate::glossary::Glossary;
use crate::pieces;
use crate::rows;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tantivy::directory::OwnedBytes;

/// First bytes of a boot file; the digit is the format's version.
pub(crate) const MAGIC: &[u8; 8] = b"MAILLAG8";

// What follows the length and the records of an extent in the table.
/// It lies in the boot file.
pub(crate) const IN_BOOT: u8 = 0;
/// It is a block, whose name follows.
pub(crate) const IN_BLOCK: u8 = 1;
/// It is a piece of the dictionary that travels as a block, whose name follows.
pub(crate) const PIECE: u8 = 2;
/// It is posting lists that travel with the piece in a block, whose number follows.
pub(crate) const LISTS_IN: u8 = 3;
/// It is rows of records that travel as a block, whose name follows.
pub(crate) const ROWS: u8 = 4;

/// Where an extent's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At this offset of the boot file.
    Boot(usize),
    /// In this block, at this offset.
    Block(usize, usize),
}

#[derive(Debug)]
struct Extent {
    /// Offset in the file.
    start: usize,
    length: usize,
    /// First record, in files that are rows of records.
    first_record: usize,
    place: Place,
}

#[derive(Debug)]
struct File {
    name: String,
    length: usize,
    extents: Vec<Extent>,
}

#[derive(Debug)]
struct Block {
    name: Name,
    content: Content,
}

/// What a block holds, by its length in bytes.
#[derive(Clone, Copy, Debug)]
enum Content {
    /// Bytes as they are.
    Plain(usize),
    /// A piece of the dictionary and posting lists, which travel.
    Piece { length: usize, lists: usize },
    /// Rows of records, which travel.
    Rows(usize),
}

impl Block {
    /// What it holds, out of its content as it travels.
    fn read(&self, bytes: &[u8], glossary: &Glossary) -> Option<OwnedBytes> {
        if name_of(&digest(bytes)) != self.name {
            return None;
        }
        let content = match self.content {
            Content::Rows(length) => rows::unpack(glossary, bytes, length)?,
            Content::Piece { length, lists } => pieces::unpack(glossary, bytes, length, lists)?,
            Content::Plain(length) => Some(bytes.to_vec()).filter(|bytes| bytes.len() == length)?,
        };
        Some(OwnedBytes::new(content))
    }
}

/// What happened since the last look.
#[derive(Debug, Default)]
struct Traffic {
    /// Blocks at hand.
    present: BTreeMap<usize, OwnedBytes>,
    /// Blocks that reads asked for in vain.
    missing: BTreeSet<usize>,
    /// Ranges read, by file, where somebody records them.
    reads: Option<Vec<(usize, Range<usize>)>>,
}

/// Why a block was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No block of this generation has this name.
    Foreign,
    /// Length or digest is not that of the block.
    Damaged,
}

/// All files of an index, as far as they are at hand.
#[derive(Debug)]
pub(crate) struct Blocks {
    boot: OwnedBytes,
    files: Vec<File>,
    blocks: Vec<Block>,
    traffic: Mutex<Traffic>,
}

impl Blocks {
    /// Reads the boot file's tables; gives also its header, a JSON text.
    pub(crate) fn open(boot: OwnedBytes) -> Option<(Blocks, String)> {
        let mut reader = Reader(boot.as_slice());
        if reader.take(MAGIC.len())? != MAGIC {
            return None;
        }
        let header = reader.text()?.to_owned();
        let mut files = Vec::new();
        let mut blocks: Vec<Block> = Vec::new();
        // Offsets in the boot file are relative to the end of the tables until that is known.
        let mut boot_length = 0_usize;
        for _ in 0..reader.size()? {
            let name = reader.text()?.to_owned();
            let mut length = 0_usize;
            let mut first_record = 0_usize;
            let mut extents = Vec::new();
            for _ in 0..reader.size()? {
                let extent_length = reader.size()?;
                let records = reader.size()?;
                let place = match *reader.take(1)?.first()? {
                    IN_BOOT => {
                        let at = boot_length;
                        boot_length = boot_length.checked_add(extent_length)?;
                        Place::Boot(at)
                    }
                    kind @ (IN_BLOCK | PIECE | ROWS) => {
                        let name = reader.take(size_of::<Name>())?.try_into().ok()?;
                        let content = match kind {
                            IN_BLOCK => Content::Plain(extent_length),
                            PIECE => Content::Piece { length: extent_length, lists: 0 },
                            _ => Content::Rows(extent_length),
                        };
                        blocks.push(Block { name, content });
                        Place::Block(blocks.len() - 1, 0)
                    }
                    LISTS_IN => {
                        let number = reader.size()?;
                        let Content::Piece { length, lists: lists @ 0 } = &mut blocks.get_mut(number)?.content else {
                            return None;
                        };
                        *lists = extent_length;
                        Place::Block(number, *length)
                    }
                    _ => return None,
                };
                extents.push(Extent { start: length, length: extent_length, first_record, place });
                length = length.checked_add(extent_length)?;
                first_record = first_record.checked_add(records)?;
            }
            files.push(File { name, length, extents });
        }
        if reader.0.len() != boot_length {
            return None;
        }
        let base = boot.len() - boot_length;
        for extent in files.iter_mut().flat_map(|file| &mut file.extents) {
            if let Place::Boot(at) = &mut extent.place {
                *at += base;
            }
        }
        Some((Blocks { boot, files, blocks, traffic: Mutex::default() }, header))
    }

    /// Whole files, all at hand.
    #[cfg(feature = "build")]
    pub(crate) fn at_hand<'n>(whole: impl Iterator<Item = (&'n str, OwnedBytes)>) -> Blocks {
        let (mut files, mut blocks, mut present) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (number, (name, bytes)) in whole.enumerate() {
            let length = bytes.len();
            let extent = Extent { start: 0, length, first_record: 0, place: Place::Block(number, 0) };
            files.push(File { name: name.to_owned(), length, extents: vec![extent] });
            blocks.push(Block { name: Name::default(), content: Content::Plain(length) });
            present.insert(number, bytes);
        }
        let traffic = Mutex::new(Traffic { present, ..Traffic::default() });
        Blocks { boot: OwnedBytes::empty(), files, blocks, traffic }
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        // Nothing can panic while the lock is held in a way that leaves the tables half-written.
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of a file by its name.
    pub(crate) fn file(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|file| file.name == name)
    }

    /// Length of a file in bytes.
    pub(crate) fn length(&self, file: usize) -> usize {
        self.files.get(file).map_or(0, |file| file.length)
    }

    /// Bytes of a file.
    pub(crate) fn read(&self, file: usize, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut traffic = self.traffic();
        if let Some(reads) = &mut traffic.reads {
            reads.push((file, range.clone()));
        }
        let Some(known) = self.files.get(file).filter(|known| range.start <= range.end && range.end <= known.length)
        else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let first = known.extents.partition_point(|extent| extent.start + extent.length <= range.start);
        let touched = known.extents[first..].iter().take_while(|extent| extent.start < range.end);
        let mut pieces = Vec::new();
        let mut complete = true;
        for extent in touched {
            let from = range.start.max(extent.start) - extent.start;
            let to = range.end.min(extent.start + extent.length) - extent.start;
            match extent.place {
                Place::Boot(at) => pieces.push(self.boot.slice(at + from..at + to)),
                Place::Block(block, at) => match traffic.present.get(&block) {
                    Some(bytes) => pieces.push(bytes.slice(at + from..at + to)),
                    None => {
                        complete = false;
                        traffic.missing.insert(block);
                    }
                },
            }
        }
        if !complete {
            return Err(io::Error::from(io::ErrorKind::WouldBlock));
        }
        if let [piece] = pieces.as_slice() {
            return Ok(piece.clone());
        }
        let mut whole = Vec::with_capacity(range.len());
        for piece in &pieces {
            whole.extend_from_slice(piece);
        }
        Ok(OwnedBytes::new(whole))
    }

    /// The extent that holds a record, and the record's place in it.
    pub(crate) fn record(&self, file: usize, record: usize) -> io::Result<(OwnedBytes, usize)> {
        let extents = self.files.get(file).map_or(&[][..], |known| &known.extents);
        let after = extents.partition_point(|extent| extent.first_record <= record);
        let Some(extent) = after.checked_sub(1).and_then(|index| extents.get(index)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let bytes = self.read(file, extent.start..extent.start + extent.length)?;
        Ok((bytes, record - extent.first_record))
    }

    /// Names of the missing blocks, noted since the last call.
    pub(crate) fn take_missing(&self) -> Vec<String> {
        let missing = std::mem::take(&mut self.traffic().missing);
        missing.into_iter().filter_map(|block| self.blocks.get(block)).map(|block| file_name(block.name)).collect()
    }

    /// Takes in the content of a block.
    pub(crate) fn provide(&self, name: &str, bytes: &[u8], glossary: &Glossary) -> Result<(), Refusal> {
        // The same content may stand in two places.
        let places: Vec<usize> =
            (0..self.blocks.len()).filter(|block| file_name(self.blocks[*block].name) == name).collect();
        if places.is_empty() {
            return Err(Refusal::Foreign);
        }
        for place in places {
            let content = self.blocks[place].read(bytes, glossary).ok_or(Refusal::Damaged)?;
            self.traffic().present.insert(place, content);
        }
        Ok(())
    }

    /// The files of all blocks.
    #[cfg(feature = "build")]
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.blocks.iter().map(|block| file_name(block.name))
    }

    /// Starts noting what is read.
    #[cfg(feature = "build")]
    pub(crate) fn record_reads(&self) {
        self.traffic().reads = Some(Vec::new());
    }

    /// What was read since noting began: file number and range.
    #[cfg(feature = "build")]
    pub(crate) fn take_reads(&self) -> Vec<(usize, Range<usize>)> {
        self.traffic().reads.take().unwrap_or_default()
    }
}

/// The name of a block: the first 48 bits of its digest. They stand in the boot file, once a block, and no algorithm makes them smaller.
pub(crate) type Name = [u8; 6];

/// The name of a block with this digest.
pub(crate) fn name_of(digest: &Digest) -> Name {
    let mut name = Name::default();
    name.copy_from_slice(&digest[..size_of::<Name>()]);
    name
}

/// The file of a block.
pub(crate) fn file_name(name: Name) -> String {
    format!("b-{}.bin", hex(&name))
}
