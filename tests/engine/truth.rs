//! Laws over documents and queries drawn at random: the engine finds and counts what a scan of all documents finds and counts, and a
//! pack depends on nothing but its documents.

use maillage_search::{
    Bounds, CollectionDefinition, Definition, Demanded, Document, FacetDefinition, Hours, Moment, Opening,
    OpeningCounts, Request, Sort, Stretch, build, open_pack, search_all,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Words of which none shares a stem with another or is without weight.
const WORDS: [&str; 9] = ["tango", "zulu", "kilo", "jardin", "velo", "papier", "brest", "oscar", "micro"];
const TOPICS: [&str; 4] = ["eau", "eau/mer", "terre", "air"];
const COLLECTIONS: [&str; 2] = ["places", "tools"];

/// The days for which hours are known.
const FIRST_DAY: i64 = 20_000;
const DAYS: i64 = 21;
const DAY: i64 = 24 * 60;
/// Where distances count from, and how long a degree of latitude is.
const HERE: (f64, f64) = (45.0, 3.0);

fn definition() -> Definition {
    let facet =
        |key: &str, hierarchical| FacetDefinition { key: key.to_owned(), hierarchical, ..FacetDefinition::default() };
    let collection = |key: &str| CollectionDefinition { key: key.to_owned(), ..CollectionDefinition::default() };
    Definition {
        languages: vec!["fr".to_owned(), "en".to_owned()],
        facets: vec![facet("topic", true), facet("public", false)],
        collections: COLLECTIONS.map(collection).to_vec(),
        numbers: vec!["price".to_owned()],
        dates: vec!["held".to_owned()],
        horizon: Some((FIRST_DAY, FIRST_DAY + DAYS)),
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
        held in prop::option::of((19_000_i64..19_100, 0_i64..40)),
        north in prop::option::of(-9_i32..9),
        hours in prop::option::of(hours()),
        updated in prop::option::of(18_000_i64..18_010),
    ) -> Document {
        let topics = topics.into_iter().map(|value| ("topic".to_owned(), value.to_owned()));
        let publics = publics.into_iter().map(|value| ("public".to_owned(), value.to_owned()));
        Document {
            lang: lang.to_owned(),
            collection: collection.to_owned(),
            title,
            summary,
            body: body.into(),
            facets: topics.chain(publics).collect(),
            numbers: price.map(|price| ("price".to_owned(), f64::from(price))).into_iter().collect(),
            dates: held.map(|(day, _)| ("held".to_owned(), day)).into_iter().collect(),
            date_ends: held.filter(|(_, days)| *days > 0).map(|(day, days)| ("held".to_owned(), day + days)).into_iter().collect(),
            position: north.map(|north| (HERE.0 + f64::from(north) / 10.0, HERE.1)),
            hours: hours.map(Arc::new),
            updated,
            ..Document::default()
        }
    }
}

/// Weekly hours with exceptions, of which some are not sure, on a clock that changes once.
fn hours() -> impl Strategy<Value = Hours> {
    let day = (0_i64..DAY, 1_i64..DAY + 200, 0..5_u8);
    (prop::collection::vec(day, 7), prop::collection::btree_set(0..DAYS, 0..4), -600_i64..600, 0..DAYS * DAY).prop_map(
        |(week, closed, offset, change)| {
            let mut stretches: Vec<Stretch> = Vec::new();
            for day in (0..DAYS).filter(|day| !closed.contains(day)) {
                let (from, length, doubt) = week[day as usize % 7];
                let from = ((FIRST_DAY + day) * DAY + from).max(stretches.last().map_or(0, |last| last.until));
                stretches.push(Stretch { from, until: from + length, unknown: doubt == 0 });
            }
            Hours { offsets: vec![(0, offset), (FIRST_DAY * DAY + change, offset + 60)], stretches }
        },
    )
}

fn moment() -> impl Strategy<Value = Moment> {
    let minute = (FIRST_DAY - 2) * DAY..(FIRST_DAY + DAYS + 2) * DAY;
    prop_oneof![
        minute.clone().prop_map(Moment::At),
        (minute, 0_i64..2 * DAY).prop_map(|(from, length)| Moment::Between(from, from + length)),
    ]
}

/// What a place is at a moment, minute by minute.
fn opening(hours: Option<&Arc<Hours>>, moment: Moment) -> Opening {
    let Some(hours) = hours else { return Opening::Unknown };
    let minutes = match moment {
        Moment::Between(from, until) => from..until,
        Moment::At(utc) => {
            let (_, offset) = hours.offsets.iter().rfind(|(from, _)| *from <= utc).unwrap_or(&hours.offsets[0]);
            utc + offset..utc + offset + 1
        }
    };
    let mut found = Opening::Closed;
    for minute in minutes {
        if !(FIRST_DAY * DAY..(FIRST_DAY + DAYS) * DAY).contains(&minute) {
            found = if found == Opening::Closed { Opening::Unknown } else { found };
            continue;
        }
        match hours.stretches.iter().find(|stretch| (stretch.from..stretch.until).contains(&minute)) {
            Some(Stretch { unknown: false, .. }) => return Opening::Open,
            Some(_) => found = Opening::Unknown,
            None => {}
        }
    }
    found
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
    not_price: Option<u8>,
    held: Option<(i64, i64)>,
    /// In tenths of a degree.
    within: Option<u8>,
    open: Option<Moment>,
    or_unknown: bool,
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
        not_price in prop::option::weighted(0.2, 0_u8..5),
        held in prop::option::weighted(0.2, (18_990_i64..19_140, 0_i64..60)),
        within in prop::option::weighted(0.3, 0_u8..9),
        open in prop::option::weighted(0.3, moment()),
        or_unknown: bool,
        sort in prop::sample::select(&[Sort::Relevance, Sort::Title, Sort::Updated, Sort::Distance][..]),
    ) -> Asked {
        Asked { wanted, phrase, unwanted, topics, publics, least, not_price, held, within, open, or_unknown, sort }
    }
}

impl Asked {
    fn request(&self) -> Request {
        let mut q: Vec<String> = self.wanted.iter().map(|word| (*word).to_owned()).collect();
        q.extend(self.phrase.map(|(one, other)| format!("\"{one} {other}\"")));
        q.extend(self.unwanted.iter().map(|word| format!("-{word}")));
        q.extend(self.not_price.map(|price| format!("-price:{price}")));
        let values = |values: &BTreeSet<&str>| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let mut request = Request { q: q.join(" "), limit: 100, sort: self.sort, ..Request::default() };
        request.facets.insert("topic".to_owned(), values(&self.topics));
        request.facets.insert("public".to_owned(), values(&self.publics));
        if let Some(least) = self.least {
            request.ranges.insert("price".to_owned(), Bounds { min: Some(f64::from(least)), max: None });
        }
        if let Some((from, days)) = self.held {
            let bounds = Bounds { min: Some(from as f64), max: Some((from + days) as f64) };
            request.ranges.insert("held".to_owned(), bounds);
        }
        request.near = Some(HERE);
        // A tenth of a degree is 11.1 km; halfway between two, so that no rounding decides.
        request.within_km = self.within.map(|tenths| 11.119_5 * (f64::from(tenths) + 0.5));
        request.open = self.open;
        request.open_or_unknown = self.or_unknown;
        request
    }

    fn has_words(&self, document: &Document) -> bool {
        let zones =
            [&*document.title, &document.summary, &document.body].map(|zone| zone.split(' ').collect::<Vec<_>>());
        let has = |word: &&str| zones.iter().any(|zone| zone.contains(word));
        let phrase = self
            .phrase
            .is_none_or(|(one, other)| zones.iter().any(|zone| zone.windows(2).any(|pair| pair == [one, other])));
        self.wanted.iter().all(has) && phrase && !self.unwanted.iter().any(has)
    }

    fn in_range(&self, document: &Document) -> bool {
        let price = document.numbers.first().map(|(_, price)| *price);
        let first = document.dates.first().map(|(_, day)| *day);
        let last = document.date_ends.first().map(|(_, day)| *day).or(first);
        let held = first.zip(last);
        self.least.is_none_or(|least| price.is_some_and(|price| price >= f64::from(least)))
            && self.not_price.is_none_or(|unwanted| price != Some(f64::from(unwanted)))
            && self
                .held
                .is_none_or(|(from, days)| held.is_some_and(|(first, last)| first <= from + days && last >= from))
            && self.within.is_none_or(|most| tenths_away(document).is_some_and(|tenths| tenths <= i32::from(most)))
    }

    fn is_open(&self, document: &Document) -> bool {
        self.open.is_none_or(|moment| match opening(document.hours.as_ref(), moment) {
            Opening::Open => true,
            Opening::Unknown => self.or_unknown,
            Opening::Closed => false,
        })
    }

    fn in_facet(&self, document: &Document, facet: &str) -> bool {
        let chosen = if facet == "topic" { &self.topics } else { &self.publics };
        chosen.is_empty() || chosen.iter().any(|value| is_in(document, facet, value))
    }
}

/// Distance from here in tenths of a degree.
fn tenths_away(document: &Document) -> Option<i32> {
    document.position.map(|(latitude, _)| ((latitude - HERE.0) * 10.0).abs().round() as i32)
}

fn is_in(document: &Document, facet: &str, value: &str) -> bool {
    document.facets.iter().any(|(key, path)| key == facet && (path == value || path.starts_with(&format!("{value}/"))))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn finds_and_counts_what_a_scan_finds_and_counts(documents in documents(), asked in prop::collection::vec(asked(), 1..8)) {
        let pack = build(&definition(), documents.clone(), "engine.bin").expect("an index");
        let files: BTreeMap<String, Vec<u8>> = pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
        let fetch = |name: &str| files.get(name).cloned();
        let engine = open_pack(fetch).expect("the pack opens");
        for asked in asked {
            let response = search_all(&engine, &asked.request(), fetch).expect("the pack is complete");
            let own = || documents.iter().filter(|document| document.lang == "fr");
            if !own().any(|document| asked.has_words(document)) {
                // Words that never stand together are left out one by one; that has its own test.
                continue;
            }
            let in_words_and_ranges = || own().filter(|document| asked.has_words(document) && asked.in_range(document));
            let matching = || in_words_and_ranges().filter(|document| asked.is_open(document));
            // What no document has is no filter, and said.
            let has_price = documents.iter().any(|document| !document.numbers.is_empty());
            let has_held = documents.iter().any(|document| !document.dates.is_empty());
            if (asked.least.is_some() || asked.not_price.is_some()) && !has_price || asked.held.is_some() && !has_held {
                prop_assert!(!response.ignored.is_empty());
                continue;
            }
            prop_assert!(response.ignored.is_empty());
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
            let in_facets = |document: &&Document| asked.in_facet(document, "topic") && asked.in_facet(document, "public");
            prop_assert_eq!(response.openings, asked.open.map(|moment| {
                let mut counts = OpeningCounts::default();
                for document in in_words_and_ranges().filter(in_facets) {
                    match opening(document.hours.as_ref(), moment) {
                        Opening::Open => counts.open += 1,
                        Opening::Closed => counts.closed += 1,
                        Opening::Unknown => counts.unknown += 1,
                    }
                }
                counts
            }));
            prop_assert!(response.relax.is_empty() || expected.is_empty());
            for relaxed in &response.relax {
                let count = match (relaxed.demand, relaxed.key.as_str()) {
                    (Demanded::Open, _) => in_words_and_ranges().filter(in_facets).count(),
                    (Demanded::Facet, key) => {
                        let other = if key == "topic" { "public" } else { "topic" };
                        matching().filter(|document| asked.in_facet(document, other)).count()
                    }
                    (Demanded::AllFilters, _) => own().filter(|document| asked.has_words(document)).count(),
                    _ => continue,
                };
                prop_assert_eq!(relaxed.count, count, "{:?}", relaxed);
            }
            let by_key: BTreeMap<&str, &Document> = own().map(|document| (document.key.as_str(), document)).collect();
            let hits = || response.hits.iter().map(|hit| by_key[hit.key.as_str()]);
            let titles: BTreeMap<&str, &str> = documents.iter().map(|document| (document.key.as_str(), document.title.as_str())).collect();
            let order: Vec<&str> = response.hits.iter().map(|hit| titles[hit.key.as_str()]).collect();
            match asked.sort {
                Sort::Title => prop_assert!(order.is_sorted()),
                Sort::Relevance => prop_assert!(response.hits.is_sorted_by(|one, other| one.score >= other.score)),
                Sort::Updated => {
                    let updated: Vec<_> = hits().map(|document| std::cmp::Reverse(document.updated)).collect();
                    prop_assert!(updated.is_sorted());
                }
                Sort::Distance => {
                    let tenths: Vec<_> = hits().map(|document| tenths_away(document).unwrap_or(i32::MAX)).collect();
                    prop_assert!(tenths.is_sorted());
                }
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
            document.body = format!("{} nouveau", document.body).into();
            prop_assert_ne!(&pack, &build(&definition(), documents, "engine.bin").expect("an index"));
        }
    }

    #[test]
    fn any_text_is_a_query(q in "\\PC{0,60}", as_you_type: bool) {
        let document = Document { key: "places/a".to_owned(), lang: "fr".to_owned(), collection: "places".to_owned(), title: "Tango".to_owned(), ..Document::default() };
        let pack = build(&definition(), vec![document], "engine.bin").expect("an index");
        let files: BTreeMap<String, Vec<u8>> = pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
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
