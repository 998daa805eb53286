//! Diagnostics as data, beside the fault. A file in `tests/diagnostics/` is a project: files begin with `=== path`; a line
//! `//~ 3-7 error[code] message` belongs to the line before it: columns 3 to 7 (the last one included) have this fault.
//! These lines are taken out before the project is checked; every diagnostic must be expected and every expectation met.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use maillage::communes::Communes;
use maillage::diagnostic::{Diagnostic, Severity};
use maillage::embedded;
use maillage::markdown::Highlighter;
use maillage::memo::Memo;
use maillage::pipeline::{self, Goal, Inputs, Options, Tools, Unobserved};
use maillage::source::{Source, line_at, position};

use crate::project::{data, updating};

/// The settings of projects that bring none.
const SETTINGS: &str = "title = \"T\"\nbase_url = \"https://t.example/\"\nlanguages = [\"fr\", \"en\"]\n";

#[test]
fn every_fault_is_reported_where_it_stands() {
    let tools = Tools { communes: Communes::embedded(), highlighter: Highlighter::new() };
    let embedded = embedded::theme();
    let mut files: Vec<_> =
        fs::read_dir(data("diagnostics")).expect("data").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no data");
    let mut failures = String::new();
    for file in files {
        let expected = fs::read_to_string(&file).expect("data is text");
        let actual = annotate(&expected, &tools, &embedded);
        if actual == expected {
            continue;
        }
        if updating() {
            fs::write(&file, &actual).expect("data can be written");
        } else {
            let _ = writeln!(failures, "{}\n--- expected\n{expected}\n--- actual\n{actual}", file.display());
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The project with every fault noted after its line.
fn annotate(script: &str, tools: &Tools, embedded: &[Source]) -> String {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut order = Vec::new();
    for line in script.lines() {
        if let Some(path) = line.strip_prefix("=== ") {
            order.push(path.to_owned());
            files.insert(path.to_owned(), String::new());
        } else if let (false, Some(path)) = (line.starts_with("//~ "), order.last()) {
            let text = files.get_mut(path).expect("a file was begun");
            text.push_str(line);
            text.push('\n');
        }
    }
    let settings = files.get("site.toml").map_or(SETTINGS, String::as_str);
    let site = Source::new("site.toml", settings.as_bytes());
    let sources = |prefix: &str| -> Vec<Source> {
        let chosen = files.iter().filter(|(path, _)| path.starts_with(prefix));
        chosen.map(|(path, text)| Source::new(path.as_str(), text.as_bytes())).collect()
    };
    let (content, themes) = (sources("content/"), sources("themes/"));
    let inputs = Inputs { site: Some(&site), content: &content, themes: &themes, embedded };
    let options = Options {
        goal: Goal::Check,
        date: Some(jiff::civil::date(2026, 1, 1)),
        base_url: None,
        reveal: Default::default(),
    };
    let run = pipeline::run(&inputs, tools, &options, &mut Memo::default(), &Unobserved);
    let mut written = String::new();
    let mut elsewhere: Vec<&Diagnostic> = run.diagnostics.iter().collect();
    for path in &order {
        let _ = writeln!(written, "=== {path}");
        let text = &files[path];
        for (at, line) in text.lines().enumerate() {
            let _ = writeln!(written, "{line}");
            elsewhere.retain(|diagnostic| {
                let here = &*diagnostic.location.file == path
                    && position(text, diagnostic.location.range.start).line == at + 1;
                if here {
                    let _ = writeln!(written, "//~ {}", note(diagnostic, text));
                }
                !here
            });
        }
    }
    for diagnostic in elsewhere {
        let _ = writeln!(written, "//~ in {}: {}", diagnostic.location.file, note(diagnostic, ""));
    }
    written
}

fn note(diagnostic: &Diagnostic, text: &str) -> String {
    let range = diagnostic.location.range;
    let start = position(text, range.start).column;
    let end = range.end.min(range.start + line_at(text, range.start).len());
    let width = text
        .get(range.start..end)
        .and_then(|written| written.lines().next())
        .map_or(0, |written| written.chars().count());
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let mut note = format!(
        "{start}-{} {severity}[{}] {}",
        (start + width).saturating_sub(1).max(start),
        diagnostic.code,
        diagnostic.message
    );
    for (name, part) in
        [("expected", &diagnostic.expected), ("nearest", &diagnostic.nearest), ("help", &diagnostic.help)]
    {
        if let Some(part) = part {
            let _ = write!(note, " | {name}: {}", part.replace('\n', "\\n"));
        }
    }
    note
}
