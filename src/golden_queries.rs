//! What enters: `content/_search.toml` (what visitors type and what they must find), the search definition and the finished pack. What leaves:
//! a diagnostic for each query that is answered otherwise, at its place in the file. It must not know how the engine scores.

use std::collections::BTreeMap;

use maillage_search::{Definition, Engine, Hit, Reading, Request, Response, fold, open_pack, search_all};

use crate::diagnostic::{Diagnostic, Extent, Location, one_of};
use crate::node::{Located, Node, Notes, Record};
use crate::output::Output;
use crate::sentence::{self, Now};
use crate::source::Source;
use crate::toml;

mod expectation;

use expectation::{Expectation, Filter};

/// Where golden queries stand.
pub const FILE: &str = "content/_search.toml";
/// Hits that are looked through for an expected entry: the engine's most.
const SEEN: usize = 100;

/// Reports what makes the file no TOML, where queries can't be asked.
pub fn check_syntax(content: &[Source], diagnostics: &mut Vec<Diagnostic>) {
    for source in content.iter().filter(|source| &*source.path == FILE) {
        match source.text() {
            Ok(text) => drop(toml::parse(text, &mut Notes { file: &source.path, diagnostics })),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
}

/// Asks every query of the file, as if it were `now`, and reports what is not as expected. `keys` are the entries that can be found.
pub fn check(
    source: &Source,
    definition: &Definition,
    keys: &[&str],
    pack: &[Output],
    now: Now,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Ok(text) = source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)) else { return };
    let mut notes = Notes { file: &source.path, diagnostics };
    let Some(node) = toml::parse(text, &mut notes) else { return };
    let Some(expectations) = expectation::read(&node, definition, keys, &mut notes) else { return };
    let files: BTreeMap<&str, &[u8]> =
        pack.iter().filter_map(|file| Some((file.path.as_str().strip_prefix("search/")?, &*file.bytes))).collect();
    let mut fetch = |name: &str| files.get(name).map(|bytes| bytes.to_vec());
    let answers = open_pack(&mut fetch).and_then(|engine| {
        expectations
            .iter()
            .map(|expectation| answer(&engine, expectation, now, &mut fetch))
            .collect::<Result<Vec<_>, _>>()
    });
    match answers {
        Ok(answers) => {
            for (expectation, (reading, response)) in expectations.iter().zip(&answers) {
                compare(expectation, reading, response, &mut notes);
            }
        }
        Err(error) => {
            let message = format!("the search index can't be asked: {error}");
            notes.push(Diagnostic::error("search-index", Location::start_of(&source.path), message));
        }
    }
}

fn answer(
    engine: &Engine,
    expectation: &Expectation<'_>,
    now: Now,
    fetch: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<(Reading, Response), maillage_search::FetchError> {
    let mut facets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Filter { facet, value } in &expectation.filters {
        facets.entry((*facet).to_owned()).or_default().push((*value).to_owned());
    }
    let request = Request {
        q: expectation.query.value.clone(),
        lang: expectation.language.to_owned(),
        facets,
        limit: SEEN,
        explain: true,
        ..Request::default()
    };
    let reading = sentence::read(engine, &request.q, &request.lang);
    let response = search_all(engine, &sentence::request(&reading, request, now), fetch)?;
    Ok((reading, response))
}

/// Notes everything in which an answer differs from what is expected.
fn compare(expectation: &Expectation<'_>, reading: &Reading, response: &Response, notes: &mut Notes<'_>) {
    let query = &expectation.query.value;
    let mut differs = |extent: Extent, message: String, expected: String, help: String| {
        let diagnostic = Diagnostic::error("golden-query", notes.at(extent), message).expected(expected);
        notes.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    };
    let first = expectation.first;
    let leader = || response.hits.first().map(|hit| format!("; the first is {}", scored(hit, 1))).unwrap_or_default();
    for entry in &expectation.find {
        let expected = format!("`{}` among the first {first}", entry.value);
        match response.hits.iter().position(|hit| hit.key == entry.value) {
            Some(at) if at < first => {}
            Some(at) => {
                let message = format!("`{query}` finds `{}` at rank {}", entry.value, at + 1);
                differs(
                    entry.extent,
                    message,
                    expected,
                    format!("it is {}{}", scored(&response.hits[at], at + 1), leader()),
                );
            }
            None => {
                let message = format!("`{query}` does not find `{}`", entry.value);
                let found = format!("{} found{}", counted(response.total), leader());
                differs(entry.extent, message, expected, found);
            }
        }
    }
    for entry in &expectation.avoid {
        let rank = response.hits.iter().take(first).position(|hit| hit.key == entry.value);
        if let Some(at) = rank {
            let message = format!("`{query}` finds `{}` at rank {}", entry.value, at + 1);
            let expected = format!("`{}` not among the first {first}", entry.value);
            differs(entry.extent, message, expected, format!("it is {}", scored(&response.hits[at], at + 1)));
        }
    }
    for (extent, from, to) in &expectation.corrections {
        if !response.corrections.iter().any(|made| fold(&made.from) == fold(from) && fold(&made.to) == fold(to)) {
            let made: Vec<String> =
                response.corrections.iter().map(|made| format!("`{}` to `{}`", made.from, made.to)).collect();
            let message = format!(
                "`{query}` is searched with {}",
                if made.is_empty() { "no correction".to_owned() } else { made.join(" and ") }
            );
            differs(*extent, message, format!("`{from}` corrected to `{to}`"), String::new());
        }
    }
    if let Some(reads) = &expectation.reads {
        let read: Vec<String> = reading.parts.iter().map(sentence::short).collect();
        if read != reads.value {
            let message =
                format!("`{query}` is read as {}", if read.is_empty() { "words".to_owned() } else { listed(&read) });
            differs(reads.extent, message, listed(&reads.value), String::new());
        }
    }
    let total = response.total;
    for (bound, holds, words) in [
        (&expectation.count, (|total, bound| total == bound) as fn(usize, usize) -> bool, "exactly"),
        (&expectation.at_least, |total, bound| total >= bound, "at least"),
        (&expectation.at_most, |total, bound| total <= bound, "at most"),
    ] {
        if let Some(bound) = bound.as_ref().filter(|bound| !holds(total, bound.value)) {
            let message = format!("`{query}` finds {}", counted(total));
            differs(
                bound.extent,
                message,
                format!("{words} {}", bound.value),
                leader().trim_start_matches("; ").to_owned(),
            );
        }
    }
}

/// A hit and what its score is made of.
fn scored(hit: &Hit, rank: usize) -> String {
    let parts = hit.explanation.as_deref().unwrap_or_default().join(" + ");
    let parts = if parts.is_empty() { String::new() } else { format!(" = {parts}") };
    format!("`{}` (rank {rank}, score {:.3}{parts})", hit.key, hit.score)
}

/// Parts of a sentence, one after the other.
fn listed(parts: &[String]) -> String {
    parts.iter().map(|part| format!("`{part}`")).collect::<Vec<_>>().join(" and ")
}

fn counted(total: usize) -> String {
    format!("{total} {}", if total == 1 { "entry" } else { "entries" })
}
