//! `queries.toml`, run natively: documents and queries on one side, hits, counts and corrections on the other.

#![expect(clippy::disallowed_methods, reason = "the table is a file")]

mod cases;

use cases::{Case, Table};
use maillage_search::{Response, build, open_pack, search_all};
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

#[test]
fn a_case_can_fail() {
    let case: Case = toml::from_str("name = 'x'\nq = 'x'\nkeys = ['a']\ntotal = 3\nignored = ['y']").expect("a case");
    assert_eq!(case.faults(&Response::default()).len(), 3);
}
