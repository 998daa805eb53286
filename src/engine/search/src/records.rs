//! A document as a result list shows it, to bytes and back. Bodies, shown in excerpts only, are a file of their own.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};

/// What a result list shows of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    pub(crate) key: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Index in the definition's collections.
    pub(crate) collection: usize,
    pub(crate) badges: Vec<String>,
    /// Index in the definition's facets, slug path.
    pub(crate) facets: Vec<(usize, String)>,
}

impl Record {
    /// Appends the record, its length first.
    #[cfg(feature = "build")]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut record = Vec::new();
        for text in [&self.key, &self.url, &self.title, &self.summary] {
            put_text(text, &mut record);
        }
        put_number(self.collection as u64, &mut record);
        put_number(self.badges.len() as u64, &mut record);
        for badge in &self.badges {
            put_text(badge, &mut record);
        }
        put_number(self.facets.len() as u64, &mut record);
        for (facet, value) in &self.facets {
            put_number(*facet as u64, &mut record);
            put_text(value, &mut record);
        }
        put_number(record.len() as u64, out);
        out.extend(record);
    }

    /// The record at a place in a block of records.
    pub(crate) fn read(block: &[u8], place: usize) -> Option<Record> {
        let mut reader = Reader(nth(block, place)?);
        let mut record = Record {
            key: reader.text()?.to_owned(),
            url: reader.text()?.to_owned(),
            title: reader.text()?.to_owned(),
            summary: reader.text()?.to_owned(),
            collection: reader.size()?,
            ..Record::default()
        };
        for _ in 0..reader.size()? {
            record.badges.push(reader.text()?.to_owned());
        }
        for _ in 0..reader.size()? {
            let facet = reader.size()?;
            record.facets.push((facet, reader.text()?.to_owned()));
        }
        Some(record)
    }
}

/// The bytes of the nth length-prefixed item of a block.
pub(crate) fn nth(block: &[u8], place: usize) -> Option<&[u8]> {
    let mut reader = Reader(block);
    for _ in 0..place {
        let length = reader.size()?;
        reader.take(length)?;
    }
    let length = reader.size()?;
    reader.take(length)
}
