//! `queries.toml`, run natively: documents and queries on one side, hits, counts and corrections on the other.

#![expect(clippy::disallowed_methods, reason = "the table is a file")]

mod cases;

use cases::{Case, Table};
use maillage_search::{
    CollectionDefinition, Definition, Document, FacetDefinition, Request, Response, Sentence, build, open_pack,
    search_all,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn every_query_of_the_table_gives_what_it_should() {
    let table = Table::read();
    let pack =
        build(&table.definition, table.documents, "engine-test.bin").expect("the table's documents make an index");
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    let fetch = |name: &str| files.get(name).cloned();
    let engine = open_pack(fetch).expect("the pack opens");
    let mut faults = Vec::new();
    for case in &table.queries {
        let response = search_all(&engine, &case.request, fetch).expect("the pack is complete");
        faults.extend(case.faults(&response));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Words of the table's documents, whole and begun.
const WORDS: [&str; 6] = ["fablab", "atelier", "co", "a", "le", "numerique"];
/// What a word may be looked for as.
const MOST_LISTS: usize = 4 * 100;
/// What queries are made of that nobody meant to be one.
const ODDITIES: [&str; 22] = [
    "\"",
    "«",
    "»",
    "“",
    "-",
    "--",
    ":",
    "title:",
    "price:",
    "price:>",
    "topic:",
    "'",
    "’",
    "🦀",
    "👩‍👩‍👧‍👦",
    "אבג",
    "\u{202e}",
    "\0",
    "\u{7}\u{1b}[2J",
    "e\u{301}\u{301}\u{301}",
    "ﬁ",
    "\n\t",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Bounded work, not bounded time: a clock would say how busy the machine is.
    #[test]
    fn any_text_is_a_query_of_bounded_work(
        pieces in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(&ODDITIES[..]).prop_map(str::to_owned),
            1 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
            1 => "\\PC{0,12}",
        ], 1..40),
        gap in prop::sample::select(&["", " "][..]),
    ) {
        let once = pieces.join(gap);
        let text = format!("{once}{gap}").repeat(10_000 / (once.len() + 1) + 1);
        let table = Table::read();
        let pack = build(&table.definition, table.documents, "engine.bin").expect("an index");
        let files: BTreeMap<String, Vec<u8>> = pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
        let fetch = |name: &str| files.get(name).cloned();
        let engine = open_pack(fetch).expect("the pack opens");
        for q in [once, text] {
            for as_you_type in [false, true] {
                let request = Request { q: q.clone(), as_you_type, ..Request::default() };
                let response = search_all(&engine, &request, fetch).expect("any text is a query");
                prop_assert!(response.hits.len() <= response.total);
                // 24 demands, each with at most 64 completions, or less of anything else, in four zones.
                prop_assert!(response.stats.posting_lists <= 24 * MOST_LISTS, "{}", response.stats.posting_lists);
                let sentence = Sentence { text: q.clone(), as_you_type, ..Sentence::default() };
                prop_assert!(engine.read(&sentence).rest.len() <= q.len());
            }
        }
    }
}

#[test]
fn a_case_can_fail() {
    let case: Case = toml::from_str("name = 'x'\nq = 'x'\nkeys = ['a']\ntotal = 3\nignored = ['y']").expect("a case");
    assert_eq!(case.faults(&Response::default()).len(), 3);
}

#[test]
fn of_synonyms_the_best_counts_and_a_title_with_all_words_leads() {
    let collection = CollectionDefinition { key: "places".to_owned(), ..CollectionDefinition::default() };
    let definition = Definition {
        languages: vec!["fr".to_owned()],
        collections: vec![collection],
        synonyms: vec![vec!["fablab".to_owned(), "atelier de fabrication".to_owned()]],
        ..Definition::default()
    };
    let document = |(key, title, summary, body): (&str, &str, &str, &str)| Document {
        key: key.to_owned(),
        lang: "fr".to_owned(),
        collection: "places".to_owned(),
        title: title.to_owned(),
        summary: summary.to_owned(),
        body: body.into(),
        ..Document::default()
    };
    let documents = [
        ("synonym", "L’atelier de fabrication", "", ""),
        ("word", "Le fablab", "", ""),
        ("title", "Organiser la vie de la gouvernance au quotidien dans un lieu", "", ""),
        ("often", "Gouvernance", "Organiser, organiser, organiser la gouvernance", "organiser la gouvernance"),
    ];
    let pack = build(&definition, documents.map(document).to_vec(), "engine-test.bin").expect("documents of one kind");
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    let fetch = |name: &str| files.get(name).cloned();
    let engine = open_pack(fetch).expect("the pack opens");
    let keys = |q: &str| -> Vec<String> {
        let request = Request { q: q.to_owned(), ..Request::default() };
        let response = search_all(&engine, &request, fetch).expect("the pack is complete");
        response.hits.into_iter().map(|hit| hit.key).collect()
    };
    assert_eq!(keys("fablab"), ["word", "synonym"]);
    assert_eq!(keys("comment organiser la gouvernance ?"), ["title", "often"]);
}

/// The answer to a query of ten documents on `Médiathèque`, one on `médiateque` and one on `œuvre`.
fn answer(q: &str) -> Response {
    let collection = CollectionDefinition { key: "places".to_owned(), ..CollectionDefinition::default() };
    let definition =
        Definition { languages: vec!["fr".to_owned()], collections: vec![collection], ..Definition::default() };
    let document = |number: usize| Document {
        key: format!("places/{number}"),
        lang: "fr".to_owned(),
        collection: "places".to_owned(),
        title: format!("Lieu {number}"),
        summary: match number {
            10 => "Ouvert près de l’œuvre.".to_owned(),
            11 => String::new(),
            _ => "Médiathèque, médiathèque et médiathèque".to_owned(),
        },
        body: if number == 11 { "Une médiateque parmi d'autres".into() } else { "".into() },
        ..Document::default()
    };
    let pack = build(&definition, (0..12).map(document).collect(), "engine-test.bin").expect("documents of one kind");
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    let fetch = |name: &str| files.get(name).cloned();
    let engine = open_pack(fetch).expect("the pack opens");
    let request = Request { q: q.to_owned(), limit: 100, ..Request::default() };
    search_all(&engine, &request, fetch).expect("the pack is complete")
}

#[test]
fn a_rare_word_is_searched_with_what_it_may_be_a_mistake_of_which_stands_below_it() {
    let rare = answer("médiateque");
    assert_eq!(rare.hits[0].key, "places/11");
    assert_eq!(rare.total, 11);
    assert!(rare.hits[0].score > rare.hits[1].score);
    assert_eq!(rare.did_you_mean.as_deref(), Some("médiathèque"));
    assert!(rare.corrections.is_empty(), "nothing was replaced");
    // The common word is no mistake of the rare one.
    let common = answer("mediatheque");
    assert_eq!((common.total, common.did_you_mean), (10, None));
    // Where the rare word and another never meet, the common one does.
    assert_eq!(answer("lieu mediateque").total, 11);
}

#[test]
fn corrections_are_shown_as_they_are_written() {
    for (typed, shown) in [
        ("medaitheque", "médiathèque"),
        ("oeuvrre", "œuvre"),
        ("media theque", "médiathèque"),
        ("pres oeuvrre", "pres œuvre"),
    ] {
        let response = answer(typed);
        assert_eq!(response.did_you_mean.as_deref(), Some(shown));
        assert!(response.total > 0);
    }
}

#[test]
fn values_stand_in_the_order_of_the_definition() {
    let named = |value: &str| (value.to_owned(), BTreeMap::from([("en".to_owned(), format!("{value} people"))]));
    let values = ["to-5", "5-to-10", "nobody-has-it", "above-10"].map(named);
    let facet = FacetDefinition { key: "size".to_owned(), values: values.into(), ..FacetDefinition::default() };
    let collection = |key: &str| CollectionDefinition { key: key.to_owned(), ..CollectionDefinition::default() };
    let definition = Definition {
        languages: vec!["en".to_owned()],
        collections: ["tools", "docs"].map(collection).into(),
        facets: vec![facet],
        ..Definition::default()
    };
    let document = |(key, collection, values): (&str, &str, &[&str])| Document {
        key: key.to_owned(),
        lang: "en".to_owned(),
        collection: collection.to_owned(),
        facets: values.iter().map(|value| ("size".to_owned(), (*value).to_owned())).collect(),
        ..Document::default()
    };
    let documents = [
        ("a", "docs", &["above-10", "unnamed"][..]),
        ("b", "docs", &["5-to-10", "above-10"]),
        ("c", "tools", &["to-5"]),
    ];
    let pack = build(&definition, documents.map(document).into(), "engine.bin").expect("an index");
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    let fetch = |name: &str| files.get(name).cloned();
    let engine = open_pack(fetch).expect("the pack opens");
    let request = Request { limit: 3, ..Request::default() };
    let response = search_all(&engine, &request, fetch).expect("the pack is complete");
    let shown = |facet: usize| -> Vec<(&str, usize)> {
        response.facets[facet].values.iter().map(|value| (value.label.as_str(), value.count)).collect()
    };
    assert_eq!(shown(0), [("tools", 1), ("docs", 2)]);
    assert_eq!(shown(1), [("to-5 people", 1), ("5-to-10 people", 1), ("above-10 people", 2), ("unnamed", 1)]);
    let hit = response.hits.iter().find(|hit| hit.key == "b").expect("it is found");
    assert_eq!(hit.facets["size"], ["5-to-10", "above-10"]);
}
