//! `maillage search`: the visitors' engine and index, on the terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use maillage_search::{Request, Response, open_pack, search_all};

use super::{Failure, Outcome, Project, failed_with, options, tools};
use crate::cli::{Cli, SearchArgs};
use crate::memo::Memo;
use crate::pipeline::{self, Goal};
use crate::report::{self, Format};
use crate::scan::Memory;

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
    let response = match &args.site {
        Some(site) => {
            let folder = site.join("search");
            let fetch = |name: &str| std::fs::read(folder.join(name)).ok();
            answer(&request, fetch)?
        }
        None => {
            let project = Project::read(cli, &mut Memory::default())?;
            let options = options(&args.content, Goal::Site)?;
            let run = pipeline::run(&project.inputs(), &tools(), &options, &mut Memo::forgetful(), &mut |_| ());
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
    let text = if args.json { json(&response)? } else { human(&response, args.explain) };
    report::print(&text).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    Ok(0)
}

fn answer(request: &Request, mut fetch: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Response, Failure> {
    let engine = open_pack(&mut fetch)
        .map_err(|error| Failure::environment(format!("the search index can't be opened: {error}")))?;
    search_all(&engine, request, &mut fetch).map_err(|error| Failure::usage(format!("the search failed: {error}")))
}

fn json(response: &Response) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(response).map_err(|error| Failure::environment(error.to_string()))?;
    Ok(text + "\n")
}

fn human(response: &Response, explain: bool) -> String {
    let mut text = String::new();
    // Writing to a text never fails.
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
