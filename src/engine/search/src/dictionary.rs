//! Terms in, tantivy's dictionary out, in pieces that are cut where the caller wants: a reader takes a piece whole, so what is read together ends together.

use crate::postings::put;
use std::io;
use tantivy::postings::TermInfo;
use tantivy_sstable::Writer;
use tantivy_sstable::value::ValueWriter;

/// The mark of tantivy's block-wise dictionaries, behind the dictionary.
const BLOCK_WISE: u32 = 2;

/// A dictionary in the making.
pub(crate) struct Dictionary(Writer<Vec<u8>, Infos>);

impl Dictionary {
    pub(crate) fn new() -> Dictionary {
        let mut writer = Writer::new(Vec::new());
        writer.set_block_len(usize::MAX);
        Dictionary(writer)
    }

    /// Takes a term, after all terms before it; the last one of a piece ends it.
    pub(crate) fn insert(&mut self, term: &[u8], info: &TermInfo, ends_piece: bool) -> io::Result<()> {
        if ends_piece {
            self.0.set_block_len(0);
        }
        self.0.insert(term, info)?;
        self.0.set_block_len(usize::MAX);
        Ok(())
    }

    /// Its bytes.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        let mut bytes = self.0.finish()?;
        bytes.extend(BLOCK_WISE.to_le_bytes());
        Ok(bytes)
    }
}

/// Where the pieces of a dictionary begin, each with its length in four bytes before it; the last is the end, which a length of none marks.
pub(crate) fn pieces(dictionary: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(length) = dictionary.get(at..at + 4).and_then(|bytes| bytes.try_into().ok())
        && let length @ 1.. = u32::from_le_bytes(length) as usize
    {
        at += 4 + length;
        starts.push(at);
    }
    starts
}

/// What a piece says of its terms, as tantivy writes it.
#[derive(Default)]
struct Infos(Vec<TermInfo>);

impl ValueWriter for Infos {
    type Value = TermInfo;

    fn write(&mut self, info: &TermInfo) {
        self.0.push(info.clone());
    }

    fn serialize_block(&self, out: &mut Vec<u8>) {
        put(self.0.len() as u64, out);
        let Some(first) = self.0.first() else { return };
        put(first.postings_range.start as u64, out);
        put(first.positions_range.start as u64, out);
        for info in &self.0 {
            put(u64::from(info.doc_freq), out);
            put(info.postings_range.len() as u64, out);
            put(info.positions_range.len() as u64, out);
        }
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Dictionary, pieces};
    use tantivy::directory::FileSlice;
    use tantivy::postings::TermInfo;
    use tantivy::termdict::{TermDictionary, TermDictionaryBuilder};

    #[test]
    fn dictionaries_are_tantivys_wherever_they_are_cut() {
        let terms: Vec<(String, TermInfo)> = (0..900_usize)
            .map(|number| {
                let info = TermInfo {
                    doc_freq: number as u32 % 300,
                    postings_range: number * 500..number * 500 + 500,
                    positions_range: number * 7..number * 7 + 7,
                };
                (format!("terme{number:05}"), info)
            })
            .collect();
        let mut own = Dictionary::new();
        let mut theirs = TermDictionaryBuilder::create(Vec::new()).expect("memory has room");
        for (number, (term, info)) in terms.iter().enumerate() {
            own.insert(term.as_bytes(), info, number % 250 == 249).expect("memory has room");
            theirs.insert(term, info).expect("memory has room");
        }
        let (own, theirs) = (own.finish().expect("memory has room"), theirs.finish().expect("memory has room"));
        assert_eq!((pieces(&own).len(), pieces(&theirs).len()), (5, 2));
        let own = TermDictionary::open(FileSlice::from(own)).expect("a dictionary");
        for (term, info) in &terms {
            assert_eq!(own.get(term).expect("a dictionary").as_ref(), Some(info));
        }
        assert_eq!(own.num_terms(), terms.len());
    }
}
