//! What enters: the example centre, the centre that `init` makes, and tables. What leaves: a failure where an entry that the program wrote is
//! not right. What the commands print is in `tests/transcripts/`. It must not know how entries are written.

use std::fs;
use std::path::Path;

use crate::project::{Project, tree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The project's own centre.
fn example() -> Project {
    let settings = fs::read(root().join("site.toml")).expect("settings");
    Project::new().write("site.toml", settings).copy(&root().join("content"), "content/")
}

/// What `check` finds: code and file.
fn faults(project: &Project) -> Vec<(String, String)> {
    let ran = project.run("check --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    report.as_array().expect("a list").iter().map(|one| (text(one, "code"), text(one, "file"))).collect()
}

#[test]
fn a_new_entry_of_every_collection_lacks_only_its_required_fields() {
    let mut project = example();
    assert_eq!(faults(&project), []);
    let definitions = tree(&root().join("content")).into_iter().map(|(path, _)| path);
    let collections: Vec<String> =
        definitions.filter_map(|path| Some(path.strip_suffix("/_collection.yaml")?.to_owned())).collect();
    assert!(collections.len() > 3);
    let entry = |collection: &str| format!("content/{collection}/no-01234-x.md");
    for collection in &collections {
        let made = project.run(&format!("new {collection} \"NO: 01234 # [x]\""));
        assert_eq!((made.code, made.stdout, made.stderr), (0, format!("{}\n", entry(collection)), String::new()));
    }
    let found = faults(&project);
    assert!(!found.is_empty());
    for (code, file) in found {
        assert!(
            matches!(code.as_str(), "missing-field" | "empty-summary") && file.ends_with("/no-01234-x.md"),
            "{code} in {file}"
        );
    }
    // Without their `#` the optional lines are right as well, but for files that don't exist and for `…`, which is to be written.
    for collection in &collections {
        let text = fs::read_to_string(project.path(&entry(collection))).expect("the entry");
        let open = |line: &str| match line.strip_prefix('#') {
            // A blank follows in what is only for people; the inner lines of an example are indented by two.
            Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") && !rest.starts_with("   ") => {
                format!("{rest}\n")
            }
            _ => format!("{line}\n"),
        };
        project = project.write(&entry(collection), text.lines().map(open).collect::<String>());
    }
    for (code, file) in faults(&project) {
        let is_due = matches!(code.as_str(), "missing-field" | "empty-summary" | "missing-file" | "unwritten-value");
        assert!(is_due, "{code} in {file}");
    }
}

#[test]
fn the_workflows_of_a_new_centre_are_yaml() {
    for path in [".github/workflows/site.yml", ".gitlab-ci.yml"] {
        let text = fs::read_to_string(root().join("src/init/centre").join(path)).expect("a workflow");
        let value: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
        assert!(value.as_mapping().is_some_and(|map| map.len() > 2));
        assert!(text.contains("maillage check") && text.contains("maillage build"));
    }
}
