//! The table of queries as values. Shared by the native test and by the oracle of the WebAssembly test.

use maillage_search::{Correction, Definition, Document, OpeningCounts, Relaxation, Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Documents and queries.
#[derive(Deserialize, Serialize)]
pub(crate) struct Table {
    pub(crate) definition: Definition,
    pub(crate) documents: Vec<Document>,
    pub(crate) queries: Vec<Case>,
}

/// A query and what is expected of its response.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) request: Request,
    keys: Option<Vec<String>>,
    all: Option<Vec<String>>,
    first: Option<Vec<String>>,
    total: Option<usize>,
    #[serde(default)]
    counts: BTreeMap<String, BTreeMap<String, usize>>,
    corrections: Option<Vec<Correction>>,
    did_you_mean: Option<String>,
    ignored: Option<Vec<String>>,
    other_languages: Option<BTreeMap<String, usize>>,
    title_marks: Option<Vec<(usize, usize)>>,
    relax: Option<Vec<Relaxation>>,
    openings: Option<OpeningCounts>,
    open_until: Option<i64>,
}

impl Table {
    /// The table of this folder; documents have French and places for defaults.
    pub(crate) fn read() -> Table {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/engine/queries.toml"));
        let mut table: Table = toml::from_str(&text.expect("the table can be read")).expect("the table is well-formed");
        for document in &mut table.documents {
            if document.lang.is_empty() {
                document.lang = "fr".to_owned();
            }
            if document.collection.is_empty() {
                let (collection, _) = document.key.split_once('/').expect("a key is `collection/slug`");
                document.collection = collection.to_owned();
            }
            if document.url.is_empty() {
                document.url = format!("{}/", document.key);
            }
        }
        table
    }
}

impl Case {
    /// What of a response is not as expected, in words.
    pub(crate) fn faults(&self, response: &Response) -> Vec<String> {
        let mut faults = Vec::new();
        let mut compare = |what: &str, found: String, expected: Option<String>| {
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                faults.push(format!("{} (`{}`): {what} is {found}, not {expected}", self.name, self.request.q));
            }
        };
        let keys: Vec<String> = response.hits.iter().map(|hit| hit.key.clone()).collect();
        let sorted = |keys: &[String]| {
            let mut keys = keys.to_vec();
            keys.sort();
            keys
        };
        compare("the list of hits", format!("{keys:?}"), self.keys.as_ref().map(|keys| format!("{keys:?}")));
        compare(
            "the set of hits",
            format!("{:?}", sorted(&keys)),
            self.all.as_ref().map(|keys| format!("{:?}", sorted(keys))),
        );
        if let Some(first) = &self.first {
            let found = &keys[..first.len().min(keys.len())];
            compare("the beginning", format!("{found:?}"), Some(format!("{first:?}")));
        }
        let expected_total = self.total.or(self.all.as_ref().map(Vec::len));
        compare("the total", response.total.to_string(), expected_total.map(|total| total.to_string()));
        for (facet, expected) in &self.counts {
            let values = response.facets.iter().find(|counts| counts.key == *facet).map(|counts| &counts.values);
            let found: BTreeMap<&str, usize> =
                values.into_iter().flatten().map(|value| (value.value.as_str(), value.count)).collect();
            compare(&format!("the count of {facet}"), format!("{found:?}"), Some(format!("{expected:?}")));
        }
        let debug = |value: &Option<Vec<Correction>>| value.as_ref().map(|value| format!("{value:?}"));
        compare("the corrections", format!("{:?}", response.corrections), debug(&self.corrections));
        let suggestion = self.did_you_mean.as_ref().map(|expected| format!("{:?}", Some(expected)));
        compare("the suggestion", format!("{:?}", response.did_you_mean), suggestion);
        compare(
            "what is left out",
            format!("{:?}", response.ignored),
            self.ignored.as_ref().map(|words| format!("{words:?}")),
        );
        let languages = self.other_languages.as_ref().map(|expected| format!("{expected:?}"));
        compare("the count of other languages", format!("{:?}", response.other_languages), languages);
        let relax = self.relax.as_ref().map(|expected| format!("{expected:?}"));
        compare("what to do without", format!("{:?}", response.relax), relax);
        let openings = self.openings.as_ref().map(|expected| format!("{:?}", Some(expected)));
        compare("the count of what is open", format!("{:?}", response.openings), openings);
        let open_until = self.open_until.map(|expected| format!("{:?}", Some(expected)));
        let found = response.hits.first().and_then(|hit| hit.open_until);
        compare("when the first closes", format!("{found:?}"), open_until);
        let marks = response.hits.first().map(|hit| hit.title_marks.clone()).unwrap_or_default();
        compare(
            "the first title's marks",
            format!("{marks:?}"),
            self.title_marks.as_ref().map(|marks| format!("{marks:?}")),
        );
        faults
    }
}
