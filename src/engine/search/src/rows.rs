//! Records of a block: as rows, one after the other, and as they travel.
//!
//! A row is quick to find and to read. In a block of the pack rows are written by how likely their words are, which takes two thirds of what deflate takes.

use crate::bytes::Reader;
use crate::bytes::{put_number, put_text};
#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model};
use crate::glossary::Glossary;
use crate::prose::{Part, Prose};

/// Parts of a key and an address: before the title and after it.
pub(crate) const PARTS: usize = 4;

/// A record as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) collection: usize,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Flags of what is as expected.
    pub(crate) expected: u8,
    /// The parts that are not.
    pub(crate) parts: [Option<String>; PARTS],
    pub(crate) badges: Vec<String>,
}

/// The flag that says that a part is as expected; none for a part that is always written.
pub(crate) const EXPECTED: [u8; PARTS] = [4, 0, 8, 16];
/// Flags that there are.
const FLAGS: usize = 32;
/// Collections are learnt in steps of this.
const COLLECTIONS: usize = 16;
/// And there are no more.
const MOST_COLLECTIONS: usize = 1 << 16;
/// Numbers of badges are learnt in steps of this.
const BADGES: usize = 8;

impl Row {
    /// Appends the row, its length first.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut row = Vec::new();
        put_number(self.collection as u64, &mut row);
        put_text(&self.title, &mut row);
        put_text(&self.summary, &mut row);
        row.push(self.expected);
        self.parts.iter().flatten().for_each(|part| put_text(part, &mut row));
        put_number(self.badges.len() as u64, &mut row);
        self.badges.iter().for_each(|badge| put_text(badge, &mut row));
        put_number(row.len() as u64, out);
        out.extend(row);
    }

    /// The row at a place in a block.
    pub(crate) fn nth(block: &[u8], place: usize) -> Option<Row> {
        let mut reader = Reader(block);
        for _ in 0..place {
            let length = reader.size()?;
            reader.take(length)?;
        }
        Row::next(&mut reader)
    }

    /// The next row.
    fn next(reader: &mut Reader<'_>) -> Option<Row> {
        let length = reader.size()?;
        let mut reader = Reader(reader.take(length)?);
        let collection = reader.size()?;
        let (title, summary) = (reader.text()?.to_owned(), reader.text()?.to_owned());
        let expected = *reader.take(1)?.first()?;
        let mut row = Row { collection, title, summary, expected, ..Row::default() };
        for (part, flag) in row.parts.iter_mut().zip(EXPECTED) {
            if expected & flag == 0 {
                *part = Some(reader.text()?.to_owned());
            }
        }
        for _ in 0..reader.size()? {
            row.badges.push(reader.text()?.to_owned());
        }
        Some(row)
    }
}

/// Rows that go by one after the other.
struct Passing<'v> {
    prose: Prose<'v>,
    collections: Model,
    expected: Model,
    counts: Model,
    /// Whether a badge is that of the row before.
    same: Model,
    badges: Vec<String>,
}

impl<'v> Passing<'v> {
    fn new(glossary: &'v Glossary) -> Passing<'v> {
        Passing {
            prose: Prose::new(glossary),
            collections: Model::new(COLLECTIONS),
            expected: Model::new(FLAGS),
            counts: Model::new(BADGES),
            same: Model::new(2),
            badges: Vec::new(),
        }
    }

    /// Passes a row of at most about so many bytes; `None` where it is none.
    fn pass(&mut self, row: &Row, most: usize, coder: &mut impl Coder) -> Option<Row> {
        let collection = coder.count(row.collection, MOST_COLLECTIONS, &mut self.collections)?;
        let title = self.prose.pass(&row.title, Part::Title, most, coder)?;
        let summary = self.prose.pass(&row.summary, Part::Summary, most, coder)?;
        let expected = coder.number(usize::from(row.expected), &mut self.expected) as u8;
        let mut passed = Row { collection, title, summary, expected, ..Row::default() };
        for ((own, part), flag) in row.parts.iter().zip(&mut passed.parts).zip(EXPECTED) {
            if expected & flag == 0 {
                *part = Some(self.prose.pass(own.as_deref().unwrap_or_default(), Part::Other, most, coder)?);
            }
        }
        for place in 0..coder.count(row.badges.len(), most, &mut self.counts)? {
            let own = row.badges.get(place).map_or("", String::as_str);
            let before = self.badges.get(place).filter(|before| *before == own);
            let badge = if coder.number(usize::from(before.is_some()), &mut self.same) == 1 {
                self.badges.get(place)?.clone()
            } else {
                self.prose.pass(own, Part::Other, most, coder)?
            };
            passed.badges.push(badge);
        }
        self.badges.clone_from(&passed.badges);
        Some(passed)
    }
}

/// The rows of a block as they travel.
#[cfg(feature = "build")]
pub(crate) fn pack(glossary: &Glossary, rows: &[u8]) -> Vec<u8> {
    let (mut passing, mut encoder) = (Passing::new(glossary), Encoder::new());
    let mut reader = Reader(rows);
    while let Some(row) = Row::next(&mut reader) {
        // What a writer is given are rows.
        passing.pass(&row, rows.len(), &mut encoder);
    }
    glossary.give_back(passing.prose.into_letters());
    encoder.finish()
}

/// Travelling rows as rows: so many bytes, or `None` where they are not what they should be.
pub(crate) fn unpack(glossary: &Glossary, bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let (mut passing, mut decoder) = (Passing::new(glossary), Decoder::new(bytes));
    let mut rows = Vec::with_capacity(length);
    while rows.len() < length {
        passing.pass(&Row::default(), length, &mut decoder)?.write(&mut rows);
    }
    (rows.len() == length).then_some(rows)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Row, pack, unpack};
    use crate::glossary::{self, Counted, Glossary};
    use proptest::prelude::*;

    fn glossary() -> Glossary {
        Glossary::read(&glossary::write(&Counted::of(["Un lieu", "un autre lieu"].repeat(4).into_iter()), 0))
            .expect("just written")
    }

    prop_compose! {
        fn row()(
            collection in 0..40_usize,
            title in ".{0,9}",
            summary in "(un|lieu|Lieu|[a-z]{0,5}|[ ,.’])*",
            expected in 0..32_u8,
            parts in prop::array::uniform4(".{0,5}"),
            badges in prop::collection::vec(prop::sample::select(&["Lyon", "Rodez", "", "Le Mans"][..]), 0..12),
        ) -> Row {
            let mut parts = parts.map(Some);
            for (part, flag) in parts.iter_mut().zip(super::EXPECTED) {
                part.take_if(|_| expected & flag != 0);
            }
            Row { collection, title, summary, expected, parts, badges: badges.into_iter().map(str::to_owned).collect() }
        }
    }

    proptest! {
        #[test]
        fn rows_come_back(rows in prop::collection::vec(row(), 0..9)) {
            let mut plain = Vec::new();
            rows.iter().for_each(|row| row.write(&mut plain));
            let packed = pack(&glossary(), &plain);
            prop_assert_eq!(unpack(&glossary(), &packed, plain.len()), Some(plain.clone()));
            for (place, row) in rows.iter().enumerate() {
                let read = Row::nth(&plain, place);
                prop_assert_eq!(read.as_ref(), Some(row));
            }
            prop_assert_eq!(Row::nth(&plain, rows.len()), None);
        }

        #[test]
        fn damaged_rows_give_none_or_end(bytes in prop::collection::vec(any::<u8>(), 0..300), length in 0..2_000_usize) {
            let unpacked = unpack(&glossary(), &bytes, length);
            prop_assert!(unpacked.is_none_or(|rows| rows.len() == length));
        }
    }
}
