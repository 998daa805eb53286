//! A law: what a build keeps for the next one only saves time. After any changes the pack is that of a build that knows nothing.

use maillage_search::{
    BuildError, CollectionDefinition, Definition, Document, FacetDefinition, Kept, Pack, build, build_again,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::Arc;

/// Words are two or three of these, so that there are hundreds, some with accents, many one mistake apart, and compounds.
const SYLLABLES: [&str; 12] = ["ta", "té", "mi", "cœ", "Ro", "lu", "-pa", "l’o", "x", "gne", "sou", "na"];
const TOPICS: [&str; 4] = ["eau", "eau/mer", "terre", "air"];

fn definition(languages: &[&str]) -> Definition {
    let facet = FacetDefinition { key: "topic".to_owned(), hierarchical: true, ..FacetDefinition::default() };
    let collection = |key: &str| CollectionDefinition { key: key.to_owned(), ..CollectionDefinition::default() };
    Definition {
        languages: languages.iter().map(|code| (*code).to_owned()).collect(),
        facets: vec![facet],
        collections: vec![collection("places"), collection("tools")],
        numbers: vec!["price".to_owned()],
        ..Definition::default()
    }
}

fn text(words: usize) -> impl Strategy<Value = String> {
    let word = prop::collection::vec(select(&SYLLABLES[..]), 2..4).prop_map(|syllables| syllables.concat());
    prop::collection::vec(word, 0..words).prop_map(|words| words.join(" "))
}

/// What is done to a document.
#[derive(Clone, Debug)]
enum Change {
    Body(String),
    Title(String),
    Summary(String),
    Topic(&'static str),
    Price(u8),
    Language,
    Copied,
    Gone,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => text(30).prop_map(Change::Body),
        2 => text(4).prop_map(Change::Title),
        1 => text(8).prop_map(Change::Summary),
        2 => select(&TOPICS[..]).prop_map(Change::Topic),
        1 => any::<u8>().prop_map(Change::Price),
        1 => Just(Change::Language),
        1 => Just(Change::Copied),
        1 => Just(Change::Gone),
    ]
}

impl Change {
    fn apply(self, documents: &mut Vec<Document>, at: Index, number: usize) {
        if documents.is_empty() {
            return;
        }
        let at = at.index(documents.len());
        let document = &mut documents[at];
        match self {
            Change::Body(body) => document.body = body.into(),
            Change::Title(title) => document.title = title,
            Change::Summary(summary) => document.summary = summary,
            Change::Topic(topic) => document.facets = vec![("topic".to_owned(), topic.to_owned())],
            Change::Price(price) => document.numbers = vec![("price".to_owned(), f64::from(price))],
            Change::Language => document.lang = if document.lang == "fr" { "en" } else { "fr" }.to_owned(),
            Change::Copied => {
                let copy = Document { key: format!("{}-{number}", document.key), ..document.clone() };
                documents.push(copy);
            }
            Change::Gone => {
                documents.remove(at);
            }
        }
    }
}

prop_compose! {
    fn document()(
        english in prop::bool::weighted(0.3),
        is_tool: bool,
        title in text(4),
        summary in text(8),
        body in text(60),
        topic in select(&TOPICS[..]),
    ) -> Document {
        Document {
            lang: if english { "en" } else { "fr" }.to_owned(),
            collection: if is_tool { "tools" } else { "places" }.to_owned(),
            title,
            summary,
            body: body.into(),
            facets: vec![("topic".to_owned(), topic.to_owned())],
            ..Document::default()
        }
    }
}

fn documents() -> impl Strategy<Value = Vec<Document>> {
    prop::collection::vec(document(), 1..60).prop_map(|mut documents| {
        for (number, document) in documents.iter_mut().enumerate() {
            document.key = format!("{}/{number}", document.collection);
            document.url = format!("{}/", document.key);
        }
        documents
    })
}

fn pack(languages: &[&str], documents: &[Document], kept: Option<&mut Kept>) -> Result<Pack, BuildError> {
    let (definition, documents) = (definition(languages), documents.to_vec());
    match kept {
        Some(kept) => build_again(&definition, documents, "engine-x.bin", kept),
        None => build(&definition, documents, "engine-x.bin"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_only_saves_time(
        mut documents in documents(),
        steps in prop::collection::vec(prop::collection::vec((change(), any::<Index>()), 0..4), 1..9),
    ) {
        let mut kept = Kept::default();
        for (number, changes) in steps.into_iter().enumerate() {
            for (change, at) in changes {
                change.apply(&mut documents, at, number);
            }
            // Languages come to stand in another order, and a build that fails leaves what it kept fit for use.
            let languages = if number % 4 == 3 { ["en", "fr"] } else { ["fr", "en"] };
            let again = pack(&languages, &documents, Some(&mut kept));
            prop_assert!(again == pack(&languages, &documents, None), "build {}", number);
            let twice: Vec<Document> = documents.iter().chain(documents.first()).cloned().collect();
            prop_assert!(pack(&languages, &twice, Some(&mut kept)).is_err() || documents.is_empty());
        }
    }
}

#[test]
fn what_is_kept_does_not_grow() {
    let document = |number: usize| Document {
        key: "one".to_owned(),
        lang: "fr".to_owned(),
        collection: "places".to_owned(),
        body: Arc::from((0..3_000).map(|word| format!("w{number}x{word} ")).collect::<String>()),
        ..Document::default()
    };
    let mut kept = Kept::default();
    let mut sizes = Vec::new();
    for number in 0..8 {
        let documents = [document(number)];
        let again = pack(&["fr"], &documents, Some(&mut kept)).expect("the document is well defined");
        assert!(again == pack(&["fr"], &documents, None).expect("the document is well defined"));
        sizes.push(kept.size());
    }
    assert_eq!(sizes.iter().max(), sizes.first());
}
