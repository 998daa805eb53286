//! What the program is made of may be shipped: every crate's licence is one that `deny.toml` allows, and every crate comes from the registry
//! or from this repository. An exception that nothing needs any more fails too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use toml_edit::{Document, Item};

/// A crate's name, licence expression and source; a crate of this repository has no source.
type Crate = (String, String, Option<String>);

/// Every crate that is compiled for this machine, tests included. They have just been built, so nothing is fetched.
fn crates() -> Vec<Crate> {
    let run = |program: &str, words: &[&str]| {
        let output = Command::new(program)
            .args(words)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo and rustc run, they built this test");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let version = run("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc says its host");
    let words = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run("cargo", &words)).expect("cargo writes JSON");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages
        .iter()
        .map(|package| {
            let name = text(&package["name"]).expect("a crate has a name");
            (name, text(&package["license"]).unwrap_or_default(), text(&package["source"]))
        })
        .collect()
}

fn licences(list: &Item) -> Vec<Licensee> {
    let words = list.as_array().expect("a list of licences").iter();
    words.map(|word| Licensee::parse(word.as_str().expect("a licence")).expect("an SPDX licence")).collect()
}

/// Whether an expression is met by these licences alone.
fn is_met(expression: &str, allowed: &[Licensee]) -> bool {
    let parsed = Expression::parse_mode(expression, ParseMode::LAX);
    parsed.is_ok_and(|parsed| parsed.evaluate(|wanted| allowed.iter().any(|licence| licence.satisfies(wanted))))
}

#[test]
fn every_licence_is_allowed_and_no_exception_is_idle() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).expect("deny.toml");
    let deny = Document::parse(text).expect("deny.toml is TOML");
    let allowed = licences(&deny["licenses"]["allow"]);
    let exceptions = deny["licenses"]["exceptions"].as_array().expect("a list of exceptions");
    let exceptions: BTreeMap<String, Vec<Licensee>> = exceptions
        .iter()
        .map(|exception| {
            let exception = exception.as_inline_table().expect("a crate and its licences");
            let name = exception["crate"].as_str().expect("a crate").to_owned();
            (name, licences(&Item::Value(exception["allow"].clone())))
        })
        .collect();
    let mut idle: BTreeSet<&str> = exceptions.keys().map(String::as_str).collect();
    let crates = crates();
    assert!(crates.len() > 100, "{} crates are too few to be all", crates.len());
    for (name, licence, _) in &crates {
        if is_met(licence, &allowed) {
            continue;
        }
        let excepted = exceptions.get(name).is_some_and(|more| is_met(licence, &[&*allowed, &**more].concat()));
        assert!(excepted, "`{name}` is licensed `{licence}`, which `deny.toml` does not allow");
        idle.remove(name.as_str());
    }
    assert!(idle.is_empty(), "`deny.toml` has exceptions that nothing needs: {idle:?}");
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = [Licensee::parse("MIT").expect("a licence"), Licensee::parse("Zlib").expect("a licence")];
    for met in ["MIT", "MIT OR GPL-3.0-only", "Apache-2.0/MIT", "MIT AND Zlib"] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["GPL-3.0-only", "MIT AND MPL-2.0", "", "Apache-2.0 OR MPL-2.0"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_crate_comes_from_the_registry_or_from_here() {
    for (name, _, source) in crates() {
        let known = source.as_deref().is_none_or(|source| source.starts_with("registry+"));
        assert!(known, "`{name}` comes from {source:?}");
    }
}
