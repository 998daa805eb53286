//! Laws over documents and queries drawn at random: the engine finds and counts what a scan of all documents finds and counts, and a
//! pack depends on nothing but its documents.

use maillage_search::{
    Bounds, CollectionDefinition, Definition, Document, FacetDefinition, Request, Sort, build, open_pack, search_all,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Words of which none shares a stem with another or is without weight.
const WORDS: [&str; 9] = ["tango", "zulu", "kilo", "jardin", "velo", "papier", "brest", "oscar", "micro"];
const TOPICS: [&str; 4] = ["eau", "eau/mer", "terre", "air"];
const COLLECTIONS: [&str; 2] = ["places", "tools"];

fn definition() -> Definition {
    let facet =
        |key: &str, hierarchical| FacetDefinition { key: key.to_owned(), hierarchical, ..FacetDefinition::default() };
    let collection = |key: &str| CollectionDefinition { key: key.to_owned(), ..CollectionDefinition::default() };
    Definition {
        languages: vec!["fr".to_owned(), "en".to_owned()],
        facets: vec![facet("topic", true), facet("public", false)],
        collections: COLLECTIONS.map(collection).to_vec(),
        numbers: vec!["price".to_owned()],
        ..Definition::default()
    }
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..most).prop_map(|words| words.join(" "))
}

prop_compose! {
    fn document()(
        lang in prop::sample::select(&["fr", "fr", "en"][..]),
        collection in prop::sample::select(&COLLECTIONS[..]),
        title in text(3),
        summary in text(4),
        body in text(12),
        topics in prop::collection::btree_set(prop::sample::select(&TOPICS[..]), 0..3),
        publics in prop::collection::btree_set(prop::sample::select(&["young", "old"][..]), 0..2),
        price in prop::option::of(0_u8..5),
    ) -> Document {
        let topics = topics.into_iter().map(|value| ("topic".to_owned(), value.to_owned()));
        let publics = publics.into_iter().map(|value| ("public".to_owned(), value.to_owned()));
        Document {
            lang: lang.to_owned(),
            collection: collection.to_owned(),
            title,
            summary,
            body,
            facets: topics.chain(publics).collect(),
            numbers: price.map(|price| ("price".to_owned(), f64::from(price))).into_iter().collect(),
            ..Document::default()
        }
    }
}

fn documents() -> impl Strategy<Value = Vec<Document>> {
    prop::collection::vec(document(), 0..60).prop_map(|mut documents| {
        for (number, document) in documents.iter_mut().enumerate() {
            document.key = format!("{}/{number}", document.collection);
            document.url = format!("{}/", document.key);
        }
        documents
    })
}

#[derive(Clone, Debug)]
struct Asked {
    wanted: BTreeSet<&'static str>,
    phrase: Option<(&'static str, &'static str)>,
    unwanted: BTreeSet<&'static str>,
    topics: BTreeSet<&'static str>,
    publics: BTreeSet<&'static str>,
    least: Option<u8>,
    sort: Sort,
}

prop_compose! {
    fn asked()(
        wanted in prop::collection::btree_set(prop::sample::select(&WORDS[..]), 0..3),
        phrase in prop::option::weighted(0.3, (prop::sample::select(&WORDS[..]), prop::sample::select(&WORDS[..]))),
        unwanted in prop::collection::btree_set(prop::sample::select(&WORDS[..]), 0..2),
        topics in prop::collection::btree_set(prop::sample::select(&TOPICS[..]), 0..3),
        publics in prop::collection::btree_set(prop::sample::select(&["young", "old"][..]), 0..2),
        least in prop::option::weighted(0.3, 0_u8..5),
        sort in prop::sample::select(&[Sort::Relevance, Sort::Title, Sort::Updated][..]),
    ) -> Asked {
        Asked { wanted, phrase, unwanted, topics, publics, least, sort }
    }
}

impl Asked {
    fn request(&self) -> Request {
        let mut q: Vec<String> = self.wanted.iter().map(|word| (*word).to_owned()).collect();
        q.extend(self.phrase.map(|(one, other)| format!("\"{one} {other}\"")));
        q.extend(self.unwanted.iter().map(|word| format!("-{word}")));
        let values = |values: &BTreeSet<&str>| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let mut request = Request { q: q.join(" "), limit: 100, sort: self.sort, ..Request::default() };
        request.facets.insert("topic".to_owned(), values(&self.topics));
        request.facets.insert("public".to_owned(), values(&self.publics));
        if let Some(least) = self.least {
            request.ranges.insert("price".to_owned(), Bounds { min: Some(f64::from(least)), max: None });
        }
        request
    }

    fn has_words(&self, document: &Document) -> bool {
        let zones =
            [&document.title, &document.summary, &document.body].map(|zone| zone.split(' ').collect::<Vec<_>>());
        let has = |word: &&str| zones.iter().any(|zone| zone.contains(word));
        let phrase = self
            .phrase
            .is_none_or(|(one, other)| zones.iter().any(|zone| zone.windows(2).any(|pair| pair == [one, other])));
        self.wanted.iter().all(has) && phrase && !self.unwanted.iter().any(has)
    }

    fn in_range(&self, document: &Document) -> bool {
        let price = document.numbers.first().map(|(_, price)| *price);
        self.least.is_none_or(|least| price.is_some_and(|price| price >= f64::from(least)))
    }

    fn in_facet(&self, document: &Document, facet: &str) -> bool {
        let chosen = if facet == "topic" { &self.topics } else { &self.publics };
        chosen.is_empty() || chosen.iter().any(|value| is_in(document, facet, value))
    }
}

fn is_in(document: &Document, facet: &str, value: &str) -> bool {
    document.facets.iter().any(|(key, path)| key == facet && (path == value || path.starts_with(&format!("{value}/"))))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn finds_and_counts_what_a_scan_finds_and_counts(documents in documents(), asked in prop::collection::vec(asked(), 1..8)) {
        let pack = build(&definition(), documents.clone(), "engine.bin").expect("an index");
        let files: BTreeMap<String, Vec<u8>> = pack.files.into_iter().map(|file| (file.name, file.bytes)).collect();
        let fetch = |name: &str| files.get(name).cloned();
        let engine = open_pack(fetch).expect("the pack opens");
        for asked in asked {
            let response = search_all(&engine, &asked.request(), fetch).expect("the pack is complete");
            let own = || documents.iter().filter(|document| document.lang == "fr");
            if !own().any(|document| asked.has_words(document)) {
                // Words that never stand together are left out one by one; that has its own test.
                continue;
            }
            prop_assert!(response.ignored.is_empty() || !files.contains_key("columns"));
            let matching = || own().filter(|document| asked.has_words(document) && asked.in_range(document));
            let has_price = documents.iter().any(|document| !document.numbers.is_empty());
            prop_assume!(asked.least.is_none() || has_price);
            let expected: BTreeSet<&str> = matching()
                .filter(|document| asked.in_facet(document, "topic") && asked.in_facet(document, "public"))
                .map(|document| document.key.as_str())
                .collect();
            let found: BTreeSet<&str> = response.hits.iter().map(|hit| hit.key.as_str()).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(response.total, expected.len());
            for (facet, other, values) in [("topic", "public", &TOPICS[..]), ("public", "topic", &["young", "old"][..])] {
                for value in values {
                    let count = matching().filter(|document| asked.in_facet(document, other) && is_in(document, facet, value)).count();
                    let counted = response.facets.iter().find(|counts| counts.key == facet).and_then(|counts| {
                        counts.values.iter().find(|known| known.value == *value).map(|known| known.count)
                    });
                    prop_assert_eq!(counted.unwrap_or(0), count, "{} {}", facet, value);
                }
            }
            let titles: BTreeMap<&str, &str> = documents.iter().map(|document| (document.key.as_str(), document.title.as_str())).collect();
            let order: Vec<&str> = response.hits.iter().map(|hit| titles[hit.key.as_str()]).collect();
            match asked.sort {
                Sort::Title => prop_assert!(order.is_sorted()),
                Sort::Relevance => prop_assert!(response.hits.is_sorted_by(|one, other| one.score >= other.score)),
                _ => {}
            }
        }
    }

    #[test]
    fn a_pack_depends_on_its_documents_alone(mut documents in documents()) {
        let pack = build(&definition(), documents.clone(), "engine.bin").expect("an index");
        documents.reverse();
        prop_assert_eq!(&pack, &build(&definition(), documents.clone(), "engine.bin").expect("an index"));
        let names: BTreeSet<&String> = pack.files.iter().map(|file| &file.name).collect();
        prop_assert_eq!(names.len(), pack.files.len());
        if let Some(document) = documents.first_mut() {
            document.body.push_str(" nouveau");
            prop_assert_ne!(&pack, &build(&definition(), documents, "engine.bin").expect("an index"));
        }
    }

    #[test]
    fn any_text_is_a_query(q in "\\PC{0,60}", as_you_type: bool) {
        let document = Document { key: "places/a".to_owned(), lang: "fr".to_owned(), collection: "places".to_owned(), title: "Tango".to_owned(), ..Document::default() };
        let pack = build(&definition(), vec![document], "engine.bin").expect("an index");
        let files: BTreeMap<String, Vec<u8>> = pack.files.into_iter().map(|file| (file.name, file.bytes)).collect();
        let fetch = |name: &str| files.get(name).cloned();
        let engine = open_pack(fetch).expect("the pack opens");
        let response = search_all(&engine, &Request { q, as_you_type, ..Request::default() }, fetch);
        prop_assert!(response.is_ok());
    }
}

#[test]
fn a_document_that_comes_twice_or_names_the_unknown_is_refused() {
    let document = |key: &str, collection: &str, lang: &str| Document {
        key: key.to_owned(),
        lang: lang.to_owned(),
        collection: collection.to_owned(),
        ..Document::default()
    };
    let mut coloured = document("a", "places", "fr");
    coloured.facets.push(("colour".to_owned(), "red".to_owned()));
    for (documents, message) in [
        (
            vec![document("a", "places", "fr"), document("b", "places", "fr"), document("a", "tools", "fr")],
            "two documents are `a` in `fr`",
        ),
        (vec![document("a", "people", "fr")], "`a` names the collection `people`, which is not defined"),
        (vec![document("a", "places", "de")], "`a` names the language `de`, which is not defined"),
        (vec![coloured], "`a` names the facet `colour`, which is not defined"),
    ] {
        let error = build(&definition(), documents, "engine.bin").expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
