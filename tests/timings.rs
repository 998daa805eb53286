//! What a build says of its own time: a line for every stage, and the same stages, with every page, for a browser's profiler.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::project::{Project, data};

#[test]
fn every_stage_is_in_the_table_and_in_the_trace() {
    let project = Project::new().copy(&data("cases/root-one-language"), "");
    let ran = project.run("build --output made --timings --trace trace.json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let table: Vec<&str> = ran.stderr.lines().skip_while(|line| !line.starts_with("stage ")).collect();
    let rows = table.iter().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let rows: Vec<Vec<&str>> = rows.take_while(|row| row.first() != Some(&"all")).collect();
    assert!(rows.iter().all(|row| row.len() == 4 && row[3].ends_with('%')), "{}", ran.stderr);
    let stages: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    let known =
        ["read", "definitions", "parse", "catalogue", "pictures", "markdown", "plan", "render", "index", "write"];
    assert_eq!(stages, BTreeSet::from(known));
    let trace: Value =
        serde_json::from_slice(&fs::read(project.path("trace.json")).expect("a trace")).expect("a trace is JSON");
    let events = trace["traceEvents"].as_array().expect("a list of events");
    let pieces: Vec<&Value> = events.iter().filter(|event| event["ph"] == "X").collect();
    assert!(pieces.iter().all(|piece| piece["ts"].is_u64() && piece["dur"].is_u64() && piece["tid"].is_u64()));
    let named = |thread: &dyn Fn(&Value) -> bool| -> BTreeSet<&str> {
        pieces.iter().filter(|piece| thread(&piece["tid"])).filter_map(|piece| piece["name"].as_str()).collect()
    };
    assert_eq!(named(&|thread| *thread == 0), stages, "the first line of the trace is that of the stages");
    assert!(named(&|thread| *thread != 0).contains("notes/one/"), "every page is in the trace");
}
