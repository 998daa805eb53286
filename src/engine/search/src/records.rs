//! A document as a result list shows it, to bytes and back. Its facet values are not in it: they are at hand.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
use crate::fold::fold;

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
}

impl Record {
    /// Appends the record, its length first.
    #[cfg(feature = "build")]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut record = Vec::new();
        let slug = slug(&self.title);
        for text in [&self.title, &self.summary] {
            put_text(text, &mut record);
        }
        // Keys and addresses mostly hold the title: `places/la-myne`, `lieux/la-myne/`.
        for text in [&self.key, &self.url] {
            let (before, after) = text.split_once(slug.as_str()).filter(|_| !slug.is_empty()).unwrap_or((text, ""));
            record.push(u8::from(before.len() < text.len()));
            put_text(before, &mut record);
            put_text(after, &mut record);
        }
        put_number(self.collection as u64, &mut record);
        put_number(self.badges.len() as u64, &mut record);
        for badge in &self.badges {
            put_text(badge, &mut record);
        }
        put_number(record.len() as u64, out);
        out.extend(record);
    }

    /// The record at a place in a block of records.
    pub(crate) fn read(block: &[u8], place: usize) -> Option<Record> {
        let mut reader = Reader(nth(block, place)?);
        let mut record =
            Record { title: reader.text()?.to_owned(), summary: reader.text()?.to_owned(), ..Record::default() };
        let slug = slug(&record.title);
        for text in [&mut record.key, &mut record.url] {
            let has_title = *reader.take(1)?.first()? != 0;
            text.push_str(reader.text()?);
            text.push_str(if has_title { &slug } else { "" });
            text.push_str(reader.text()?);
        }
        record.collection = reader.size()?;
        for _ in 0..reader.size()? {
            record.badges.push(reader.text()?.to_owned());
        }
        Some(record)
    }
}

/// A title as it stands in addresses: folded, with a hyphen for whatever is no letter or digit.
fn slug(title: &str) -> String {
    let folded = fold(title);
    let words = folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// The bytes of the nth length-prefixed item of a block.
fn nth(block: &[u8], place: usize) -> Option<&[u8]> {
    let mut reader = Reader(block);
    for _ in 0..place {
        let length = reader.size()?;
        reader.take(length)?;
    }
    let length = reader.size()?;
    reader.take(length)
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::Record;

    #[test]
    fn records_come_back_whatever_their_address() {
        let records = [
            ("La Myne", "places/la-myne", "lieux/la-myne/"),
            ("L’Atelier", "places/l-atelier-2", "l-atelier-2"),
            ("", "places/x", "lieux/x/"),
            ("東京", "places/tokyo", "x/%E6%9D%B1/"),
            ("a", "a/a/a", "a/a/a/"),
        ]
        .map(|(title, key, url)| Record {
            key: key.to_owned(),
            url: url.to_owned(),
            title: title.to_owned(),
            summary: "Un lieu.".to_owned(),
            collection: 3,
            badges: vec!["Lyon".to_owned()],
        });
        let mut bytes = Vec::new();
        records.iter().for_each(|record| record.write(&mut bytes));
        for (place, record) in records.iter().enumerate() {
            assert_eq!(Record::read(&bytes, place).as_ref(), Some(record));
        }
        assert_eq!(Record::read(&bytes, 5), None);
        assert_eq!(Record::read(&bytes[..bytes.len() - 1], 4), None);
    }
}
