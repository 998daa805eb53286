//! A document as a result list shows it, to bytes and back. Its facet values are not in it: they are at hand.

use crate::definition::CollectionDefinition;
use crate::fold::fold;
#[cfg(feature = "build")]
use crate::rows::EXPECTED;
use crate::rows::Row;

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
#[cfg(feature = "build")]
const KEY_BEGINS_WITH_COLLECTION: u8 = EXPECTED[0];
#[cfg(feature = "build")]
const URL_BEGINS_AS_KNOWN: u8 = EXPECTED[2];
#[cfg(feature = "build")]
const URL_ENDS_AS_KEY: u8 = EXPECTED[3];

impl Record {
    /// The record as it is kept. Keys and addresses mostly hold the collection and the title: `places/la-myne`, `lieux/la-myne/`.
    #[cfg(feature = "build")]
    pub(crate) fn row(self, known: &Known<'_>) -> Row {
        let slug = slug(&self.title);
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
        let expected = flags.into_iter().filter(|(_, holds)| *holds).fold(0, |flags, (flag, _)| flags | flag);
        let parts = [key_before, key_after, url_before, url_after];
        let part = |place: usize| (expected & EXPECTED[place] == 0).then(|| parts[place].to_owned());
        Row {
            collection: self.collection,
            expected,
            parts: std::array::from_fn(part),
            title: self.title,
            summary: self.summary,
            badges: self.badges,
        }
    }

    /// The record at a place in a block of records. `known` says what is known of a collection's records.
    pub(crate) fn read<'k>(block: &[u8], place: usize, known: impl Fn(usize) -> Known<'k>) -> Option<Record> {
        let Row { collection, title, summary, expected, parts, badges } = Row::nth(block, place)?;
        let known = known(collection);
        let slug = slug(&title);
        let collection_key = known.collections.get(collection).map(|collection| format!("{}/", collection.key));
        let [key_before, key_after, url_before, url_after] = parts;
        let key_before = key_before.or(collection_key).unwrap_or_default();
        let key_after = key_after.unwrap_or_default();
        let url_before = url_before.unwrap_or_else(|| known.address.to_owned());
        let url_after = url_after.unwrap_or_else(|| format!("{key_after}/"));
        let slug_where = |flag: u8| {
            if expected & flag == 0 { "" } else { slug.as_str() }
        };
        let key = format!("{key_before}{}{key_after}", slug_where(KEY_HAS_TITLE));
        let url = format!("{url_before}{}{url_after}", slug_where(URL_HAS_TITLE));
        Some(Record { key, url, title, summary, collection, badges })
    }
}

/// What stands in an address before the title.
#[cfg(feature = "build")]
pub(crate) fn before_title<'u>(url: &'u str, title: &str) -> &'u str {
    around(url, &slug(title)).0
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
        records.iter().for_each(|record| record.clone().row(&known(1)).write(&mut bytes));
        for (place, record) in records.iter().enumerate() {
            assert_eq!(Record::read(&bytes, place, known).as_ref(), Some(record));
        }
        assert_eq!(Record::read(&bytes, 5, known), None);
        assert_eq!(Record::read(&bytes[..bytes.len() - 1], 4, known), None);
    }
}
