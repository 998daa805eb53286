//! What enters: the tree of `content/_search.toml`. What leaves: [`Expectation`]s whose entries, languages and filters exist.

use super::{Definition, Diagnostic, Extent, Located, Node, Notes, Record, one_of};

/// The first hits that count, where a query doesn't say.
const FIRST: usize = 3;

/// What a visitor types and must find.
#[derive(Debug)]
pub(super) struct Expectation<'a> {
    pub(super) query: Located<String>,
    pub(super) language: &'a str,
    pub(super) filters: Vec<Filter<'a>>,
    /// How many hits count as first.
    pub(super) first: usize,
    /// Entries that are among the first.
    pub(super) find: Vec<Located<&'a str>>,
    /// Entries that are not.
    pub(super) avoid: Vec<Located<&'a str>>,
    /// As typed and as searched.
    pub(super) corrections: Vec<(Extent, String, String)>,
    /// How the sentence is read: `place_kind=coworking`, `near=Rodez`, `open=saturday`.
    pub(super) reads: Option<Located<Vec<String>>>,
    pub(super) count: Option<Located<usize>>,
    pub(super) at_least: Option<Located<usize>>,
    pub(super) at_most: Option<Located<usize>>,
}

/// A chosen value of a facet.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    pub(super) facet: &'a str,
    pub(super) value: &'a str,
}

/// What can be named.
struct Known<'a> {
    definition: &'a Definition,
    keys: &'a [&'a str],
}

/// Reads the whole file; a faulty query is reported and left out.
pub(super) fn read<'a>(
    node: &'a Node,
    definition: &'a Definition,
    keys: &'a [&'a str],
    notes: &mut Notes<'_>,
) -> Option<Vec<Expectation<'a>>> {
    let known = Known { definition, keys };
    let mut record = Record::open(node, "content/_search.toml", notes)?;
    let queries = record.require("query", notes);
    record.finish(notes);
    let queries = queries?;
    let Some(items) = queries.as_list() else {
        notes.wrong_kind(queries, "query", "tables under `[[query]]`");
        return None;
    };
    Some(items.iter().filter_map(|item| read_one(item, &known, notes)).collect())
}

fn read_one<'a>(node: &'a Node, known: &Known<'a>, notes: &mut Notes<'_>) -> Option<Expectation<'a>> {
    let faults = notes.diagnostics.len();
    let mut record = Record::open(node, "a query", notes)?;
    let text = record.require("text", notes);
    let language = record.take("language");
    let filters = record.take("filters");
    let first = count(&mut record, node, "first", notes);
    let find = entries(&mut record, "find", known, notes);
    let avoid = entries(&mut record, "avoid", known, notes);
    let corrections = record.take("corrections");
    let reads: Vec<String> = record.texts("reads", notes).into_iter().map(|(part, _)| part.to_owned()).collect();
    let reads = node.get("reads").map(|node| Located { value: reads, extent: node.extent });
    let [count, at_least, at_most] = ["count", "at_least", "at_most"].map(|name| count(&mut record, node, name, notes));
    record.finish(notes);
    let text = text?;
    let Some(query) = text.as_text() else {
        notes.wrong_kind(text, "text", "what a visitor types");
        return None;
    };
    let expectation = Expectation {
        query: Located { value: query.to_owned(), extent: text.extent },
        language: language.map_or("", |node| read_language(node, known, notes)),
        filters: filters.map(|node| read_filters(node, known, notes)).unwrap_or_default(),
        first: first.map_or(FIRST, |first| first.value),
        corrections: corrections.map(|node| read_corrections(node, notes)).unwrap_or_default(),
        find,
        avoid,
        reads,
        count,
        at_least,
        at_most,
    };
    let bounds = [&expectation.count, &expectation.at_least, &expectation.at_most];
    let expects = expectation.reads.is_some()
        || !expectation.find.is_empty()
        || !expectation.avoid.is_empty()
        || !expectation.corrections.is_empty();
    if notes.diagnostics.len() == faults && !expects && bounds.iter().all(|bound| bound.is_none()) {
        let diagnostic = Diagnostic::error("missing-key", notes.at(text.extent), format!("`{query}` expects nothing"));
        notes.push(diagnostic.help(
            "add `find = [\"collection/slug\"]`, `avoid`, `corrections`, `reads`, `count`, `at_least` or `at_most`",
        ));
    }
    (notes.diagnostics.len() == faults).then_some(expectation)
}

/// A whole number with its place.
fn count<'a>(record: &mut Record<'a>, node: &'a Node, name: &'a str, notes: &mut Notes<'_>) -> Option<Located<usize>> {
    let value = record.count(name, notes)?;
    Some(Located { value, extent: node.get(name)?.extent })
}

fn entries<'a>(
    record: &mut Record<'a>,
    name: &'a str,
    known: &Known<'a>,
    notes: &mut Notes<'_>,
) -> Vec<Located<&'a str>> {
    let mut found = Vec::new();
    for (key, extent) in record.texts(name, notes) {
        if known.keys.contains(&key) {
            found.push(Located { value: key, extent });
        } else {
            let message = format!("there is no entry `{key}` that can be found");
            let diagnostic = Diagnostic::error("unknown-entry", notes.at(extent), message);
            notes.push(
                diagnostic
                    .near(key, known.keys.iter().copied())
                    .help("archived entries and collections without `search` are not found"),
            );
        }
    }
    found
}

fn read_language<'a>(node: &'a Node, known: &Known<'a>, notes: &mut Notes<'_>) -> &'a str {
    let languages = || known.definition.languages.iter().map(String::as_str);
    let Some(code) = node.as_text().filter(|code| languages().any(|language| language == *code)) else {
        let written = node.as_text().unwrap_or_default();
        let diagnostic =
            Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{written}` is no language of the site"));
        notes.push(diagnostic.expected(one_of(languages())).near(written, languages()));
        return "";
    };
    code
}

fn read_filters<'a>(node: &'a Node, known: &Known<'a>, notes: &mut Notes<'_>) -> Vec<Filter<'a>> {
    let Some(pairs) = node.as_map() else {
        notes.wrong_kind(node, "filters", "facets and values, such as `{ region = \"bretagne\" }`");
        return Vec::new();
    };
    let facets = || known.definition.facets.iter().map(|facet| facet.key.as_str()).chain(["collection"]);
    let mut filters = Vec::new();
    for (key, node) in pairs {
        let Some(facet) = facets().find(|facet| *facet == key.name) else {
            let message = format!("no field has the facet `{}`", key.name);
            let diagnostic = Diagnostic::error("unknown-facet", notes.at(key.extent), message);
            notes.push(diagnostic.expected(one_of(facets())).near(&key.name, facets()));
            continue;
        };
        let values: Vec<&str> = match known.definition.facets.iter().find(|known| known.key == facet) {
            Some(facet) => facet.values.iter().map(|(path, _)| path.as_str()).collect(),
            None => known.definition.collections.iter().map(|collection| collection.key.as_str()).collect(),
        };
        for item in node.items() {
            let written = item.as_text().unwrap_or_default();
            match values.iter().find(|value| **value == written) {
                Some(value) => filters.push(Filter { facet, value }),
                None => {
                    let message = format!("`{facet}` has no value `{written}`");
                    let diagnostic = Diagnostic::error("unknown-value", notes.at(item.extent), message);
                    notes.push(diagnostic.near(written, values.iter().copied()));
                }
            }
        }
    }
    filters
}

fn read_corrections(node: &Node, notes: &mut Notes<'_>) -> Vec<(Extent, String, String)> {
    let Some(pairs) = node.as_map() else {
        notes.wrong_kind(node, "corrections", "words as typed and as searched, such as `{ atlier = \"atelier\" }`");
        return Vec::new();
    };
    let mut corrections = Vec::new();
    for (from, to) in pairs {
        match to.as_text() {
            Some(word) => corrections.push((to.extent, from.name.clone(), word.to_owned())),
            None => notes.wrong_kind(to, &from.name, "a word"),
        }
    }
    corrections
}
