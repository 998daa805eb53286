//! `maillage search`: the visitors' engine and index, on the terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use maillage_search::{Engine, Meaning, Part, Reading, Request, Response, open_pack, search_all};
use serde::Serialize;

use super::{Failure, Outcome, Project, failed_with, options, tools};
use crate::cli::{Cli, SearchArgs};
use crate::diagnostic::{nearest, one_of};
use crate::memo::Memo;
use crate::pipeline::{self, Goal, Unobserved};
use crate::report::{self, Format};
use crate::scan::Memory;
use crate::sentence::{self, Now};

/// Searches the content here, or a site that is built already.
pub(super) fn run(cli: &Cli, args: &SearchArgs) -> Outcome {
    let mut facets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for facet in &args.facets {
        let (key, value) = facet.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`--facet {facet}` has no `=`")).help("write it like `--facet region=bretagne`")
        })?;
        facets.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    let request = Request {
        q: args.query.clone(),
        lang: args.lang.clone().unwrap_or_default(),
        facets,
        limit: args.limit,
        explain: args.explain,
        ..Request::default()
    };
    let answered = match &args.site {
        Some(site) => {
            let folder = site.join("search");
            if !folder.join("current.json").is_file() {
                let message = format!("there is no search index in `{}`", site.display());
                return Err(
                    Failure::environment(message).help("name the folder of a built site, such as `--site public`")
                );
            }
            let fetch = |name: &str| std::fs::read(folder.join(name)).ok();
            answer(&request, fetch)?
        }
        None => {
            let project = Project::read(cli, &mut Memory::default())?;
            let options = options(&args.content, Goal::Site)?;
            let mut memo = project.memo(Memo::forgetful());
            let mut run = pipeline::run(&project.inputs(), &tools(), &options, &mut memo, &Unobserved);
            project.add_faults(&mut run.diagnostics);
            if run.failed() {
                project.report(cli, Format::Human, &run.diagnostics, false)?;
                return Ok(failed_with(&run.diagnostics));
            }
            let files: BTreeMap<&str, &[u8]> = run
                .outputs
                .iter()
                .filter_map(|output| Some((output.path.as_str().strip_prefix("search/")?, &*output.bytes)))
                .collect();
            answer(&request, |name| files.get(name).map(|bytes| bytes.to_vec()))?
        }
    };
    let text = if args.json { json(&answered)? } else { human(&answered, args.explain) };
    report::print(&text).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    Ok(0)
}

/// How the query was read, and what was found.
#[derive(Serialize)]
struct Answered {
    reading: Reading,
    #[serde(flatten)]
    response: Response,
}

fn answer(asked: &Request, mut fetch: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Answered, Failure> {
    let engine = open_pack(&mut fetch)
        .map_err(|error| Failure::environment(format!("the search index can't be opened: {error}")))?;
    refuse_unknown(&engine, asked, &mut fetch)?;
    let reading = sentence::read(&engine, &asked.q, &asked.lang);
    let here = jiff::Zoned::now();
    let day = here.date().duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
    let now = Now { minute: here.timestamp().as_second().div_euclid(60), day };
    let request = sentence::request(&reading, asked.clone(), now);
    let response = search_all(&engine, &request, &mut fetch)
        .map_err(|error| Failure::usage(format!("the search failed: {error}")))?;
    Ok(Answered { reading, response })
}

/// Refuses a language and facets that no entry has: the engine leaves out what it doesn't know.
fn refuse_unknown(
    engine: &Engine,
    asked: &Request,
    fetch: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<(), Failure> {
    if asked.facets.is_empty() && asked.lang.is_empty() {
        return Ok(());
    }
    let mut ask = |request: Request| {
        search_all(engine, &request, &mut *fetch).map_err(|error| Failure::usage(format!("the search failed: {error}")))
    };
    let first = ask(Request { limit: 1, ..Request::default() })?;
    let default = first.hits.first().map(|hit| hit.lang.clone());
    let languages: Vec<String> = default.into_iter().chain(first.other_languages.keys().cloned()).collect();
    if !asked.lang.is_empty() && !languages.contains(&asked.lang) {
        return Err(unknown(format!("no entry is in the language `{}`", asked.lang), &asked.lang, &languages));
    }
    let mut facets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for lang in languages {
        for facet in ask(Request { lang, limit: 1, ..Request::default() })?.facets {
            let known = facets.entry(facet.key).or_default();
            for value in facet.values.into_iter().map(|value| value.value) {
                if !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }
    for (key, values) in &asked.facets {
        let Some(known) = facets.get(key) else {
            let keys: Vec<String> = facets.keys().cloned().collect();
            return Err(unknown(format!("no entry has the facet `{key}`"), key, &keys));
        };
        for value in values.iter().filter(|value| !known.contains(value)) {
            let alone = BTreeMap::from([(key.clone(), vec![value.clone()])]);
            let found = ask(Request { facets: alone, limit: 1, ..Request::default() })?;
            // A part of a region, say, is listed only where its region is chosen.
            if found.total == 0 || !found.ignored.is_empty() {
                return Err(unknown(format!("no entry has the value `{value}` of the facet `{key}`"), value, known));
            }
        }
    }
    Ok(())
}

/// The fault of a name that is none of those known.
fn unknown(message: String, written: &str, known: &[String]) -> Failure {
    let names = || known.iter().map(String::as_str);
    let near = nearest(written, names()).map(|near| format!("did you mean `{near}`?"));
    let listed = || format!("there is {}", one_of(names().take(20)).replace(" or ", " and "));
    Failure::usage(message).help(near.unwrap_or_else(listed))
}

fn json(answered: &Answered) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(answered).map_err(|error| Failure::environment(error.to_string()))?;
    Ok(text + "\n")
}

/// A part of the sentence and what it was taken for.
fn read_as(Part { words, meaning }: &Part) -> String {
    match meaning {
        Meaning::Facet { facet_label, label, .. } => format!("`{words}` read as {facet_label}: {label}"),
        Meaning::Near { towns, km } => {
            let names: Vec<String> =
                towns.iter().map(|town| format!("{} ({}, {})", town.name, town.area, town.code)).collect();
            let (first, others) = names.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
            let others =
                if others.is_empty() { String::new() } else { format!("; there are also {}", others.join(", ")) };
            format!("`{words}` read as within {km} km of {first}{others}")
        }
        Meaning::NearMe { .. } => format!("`{words}` is only known to the search page"),
        Meaning::Free { label, .. } => format!("`{words}` read as {label}: free"),
        Meaning::Open(_) => format!("`{words}` read as open then"),
    }
}

fn human(Answered { reading, response }: &Answered, explain: bool) -> String {
    let mut text = String::new();
    // Writing to a text never fails.
    for part in &reading.parts {
        let _ = writeln!(text, "{}", read_as(part));
    }
    for correction in &response.corrections {
        let _ = writeln!(text, "searched for `{}` instead of `{}`", correction.to, correction.from);
    }
    let _ = writeln!(text, "{} result{}", response.total, if response.total == 1 { "" } else { "s" });
    for (at, hit) in response.hits.iter().enumerate() {
        let _ = writeln!(text, "\n{}. {} ({})", at + 1, hit.title, hit.key);
        if !hit.badges.is_empty() {
            let _ = writeln!(text, "   {}", hit.badges.join(" · "));
        }
        if !hit.summary.is_empty() {
            let _ = writeln!(text, "   {}", hit.summary);
        }
        if let (true, Some(explanation)) = (explain, &hit.explanation) {
            let _ = writeln!(text, "   score {:.3} = {}", hit.score, explanation.join(" + "));
        }
    }
    for facet in response.facets.iter().filter(|facet| !facet.values.is_empty()) {
        let values: Vec<String> =
            facet.values.iter().take(8).map(|value| format!("{} {}", value.label, value.count)).collect();
        let _ = writeln!(text, "\n{}: {}", facet.label, values.join(", "));
    }
    for (language, count) in &response.other_languages {
        let _ = writeln!(text, "\n{count} more in `{language}`");
    }
    text
}
