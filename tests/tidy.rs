//! Laws of the source: each file opens with `//!`, stays short, and imports only what stands after it in the reading order of `src/README.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::project::tree;

/// The longest file, in lines.
const LINES: usize = 400;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of = |folder: &str| {
        let files =
            tree(&root.join(folder)).into_iter().filter(|(path, _)| path.ends_with(".rs") && !path.contains("target/"));
        files
            .map(|(path, bytes)| (format!("{folder}/{path}"), String::from_utf8(bytes).expect("source is text")))
            .collect::<Vec<_>>()
    };
    [of("src"), of("tests")].concat()
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} does not open with `//!`");
        let lines = text.lines().count();
        assert!(lines <= LINES, "{path} has {lines} lines, {LINES} are allowed");
    }
}

/// The modules in reading order, as `src/README.md` lists them in its block of code.
fn reading_order() -> Vec<String> {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/README.md")).expect("src/README.md");
    let block = readme.split("```order").nth(1).and_then(|rest| rest.split("```").next()).expect("a block ```order");
    let words = block.lines().map(|line| line.split("  ").next().unwrap_or_default());
    words.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

#[test]
fn imports_go_down_the_reading_order() {
    let order = reading_order();
    let place: BTreeMap<&str, usize> = order.iter().enumerate().map(|(at, module)| (module.as_str(), at)).collect();
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let Some(module) = path.strip_prefix("src/").and_then(|path| path.split(['/', '.']).next()) else { continue };
        if path.starts_with("src/engine/") || matches!(module, "main" | "lib") {
            continue;
        }
        let Some(own) = place.get(module) else {
            faults.push(format!("{module} is not in the reading order of src/README.md"));
            continue;
        };
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for used in code.split("crate::").skip(1) {
            let names: Vec<&str> = match used.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').map(str::trim).collect(),
                None => vec![used],
            };
            for name in names {
                let name = name
                    .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
                    .next()
                    .unwrap_or_default();
                if name != module && place.get(name).is_some_and(|at| at <= own) {
                    faults.push(format!("{path} imports `{name}`, which stands before `{module}`"));
                }
            }
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_is_in_the_reading_order_once() {
    let order = reading_order();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("src/lib.rs");
    let mut modules: Vec<String> =
        text.lines().filter_map(|line| Some(line.strip_prefix("pub mod ")?.trim_end_matches(';').to_owned())).collect();
    let mut listed: Vec<String> =
        order.into_iter().filter(|module| !matches!(module.as_str(), "main" | "lib")).collect();
    modules.sort();
    listed.sort();
    assert_eq!(modules, listed);
}
