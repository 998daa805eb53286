//! A document as a result list shows it, to bytes and back. Its facet values are not in it: they are at hand.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
use crate::definition::CollectionDefinition;
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

/// What is known of a record before it is read.
pub(crate) struct Known<'k> {
    pub(crate) collections: &'k [CollectionDefinition],
    /// What addresses of its language and collection begin with.
    pub(crate) address: &'k str,
}

// What of a record is as expected, and not written.
const KEY_HAS_TITLE: u8 = 1;
const URL_HAS_TITLE: u8 = 2;
const KEY_BEGINS_WITH_COLLECTION: u8 = 4;
const URL_BEGINS_AS_KNOWN: u8 = 8;
const URL_ENDS_AS_KEY: u8 = 16;

impl Record {
    /// What stands in the address before the title.
    #[cfg(feature = "build")]
    pub(crate) fn address_before_title(&self) -> &str {
        around(&self.url, &slug(&self.title)).0
    }

    /// Appends the record, its length first. Keys and addresses mostly hold the collection and the title: `places/la-myne`, `lieux/la-myne/`.
    #[cfg(feature = "build")]
    pub(crate) fn write(&self, known: &Known<'_>, out: &mut Vec<u8>) {
        let mut record = Vec::new();
        let slug = slug(&self.title);
        put_number(self.collection as u64, &mut record);
        for text in [&self.title, &self.summary] {
            put_text(text, &mut record);
        }
        let (key_before, key_after, key_has_title) = around(&self.key, &slug);
        let (url_before, url_after, url_has_title) = around(&self.url, &slug);
        let collection = known.collections.get(self.collection).map(|collection| format!("{}/", collection.key));
        let flags = [
            (KEY_HAS_TITLE, key_has_title),
            (URL_HAS_TITLE, url_has_title),
            (KEY_BEGINS_WITH_COLLECTION, collection.as_deref() == Some(key_before)),
            (URL_BEGINS_AS_KNOWN, url_before == known.address),
            (URL_ENDS_AS_KEY, url_after.strip_suffix('/') == Some(key_after)),
        ];
        let flags = flags.into_iter().filter(|(_, holds)| *holds).fold(0, |flags, (flag, _)| flags | flag);
        record.push(flags);
        for (flag, text) in [
            (KEY_BEGINS_WITH_COLLECTION, key_before),
            (0, key_after),
            (URL_BEGINS_AS_KNOWN, url_before),
            (URL_ENDS_AS_KEY, url_after),
        ] {
            if flags & flag == 0 {
                put_text(text, &mut record);
            }
        }
        put_number(self.badges.len() as u64, &mut record);
        for badge in &self.badges {
            put_text(badge, &mut record);
        }
        put_number(record.len() as u64, out);
        out.extend(record);
    }

    /// The record at a place in a block of records. `known` says what is known of a collection's records.
    pub(crate) fn read<'k>(block: &[u8], place: usize, known: impl Fn(usize) -> Known<'k>) -> Option<Record> {
        let mut reader = Reader(nth(block, place)?);
        let collection = reader.size()?;
        let known = known(collection);
        let mut record = Record {
            title: reader.text()?.to_owned(),
            summary: reader.text()?.to_owned(),
            collection,
            ..Record::default()
        };
        let slug = slug(&record.title);
        let flags = *reader.take(1)?.first()?;
        let mut unless = |flag: u8, expected: String| {
            if flags & flag == 0 { reader.text().map(str::to_owned) } else { Some(expected) }
        };
        let collection_key = known.collections.get(collection).map(|collection| format!("{}/", collection.key));
        let key_before = unless(KEY_BEGINS_WITH_COLLECTION, collection_key.unwrap_or_default())?;
        let key_after = unless(0, String::new())?;
        let url_before = unless(URL_BEGINS_AS_KNOWN, known.address.to_owned())?;
        let url_after = unless(URL_ENDS_AS_KEY, format!("{key_after}/"))?;
        let title = |flag: u8| if flags & flag == 0 { "" } else { slug.as_str() };
        record.key = format!("{key_before}{}{key_after}", title(KEY_HAS_TITLE));
        record.url = format!("{url_before}{}{url_after}", title(URL_HAS_TITLE));
        for _ in 0..reader.size()? {
            record.badges.push(reader.text()?.to_owned());
        }
        Some(record)
    }
}

/// What stands before and after the title in a key or an address, and whether it is there.
#[cfg(feature = "build")]
fn around<'t>(text: &'t str, slug: &str) -> (&'t str, &'t str, bool) {
    match text.split_once(slug).filter(|_| !slug.is_empty()) {
        Some((before, after)) => (before, after, true),
        None => match text.rsplit_once('/').filter(|(_, after)| !after.is_empty()) {
            Some((before, _)) => (&text[..=before.len()], &text[before.len() + 1..], false),
            None => ("", text, false),
        },
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
    use super::{Known, Record};
    use crate::definition::CollectionDefinition;

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
            collection: 1,
            badges: vec!["Lyon".to_owned()],
        });
        let mut bytes = Vec::new();
        let collections: Vec<CollectionDefinition> = ["docs", "places"]
            .map(|key| CollectionDefinition { key: key.to_owned(), ..CollectionDefinition::default() })
            .into();
        let known = |_: usize| Known { collections: &collections, address: "lieux/" };
        records.iter().for_each(|record| record.write(&known(1), &mut bytes));
        for (place, record) in records.iter().enumerate() {
            assert_eq!(Record::read(&bytes, place, known).as_ref(), Some(record));
        }
        assert_eq!(Record::read(&bytes, 5, known), None);
        assert_eq!(Record::read(&bytes[..bytes.len() - 1], 4, known), None);
    }
}
