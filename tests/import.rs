//! Imports as data: `tests/import/NAME.csv` and `NAME.toml` come into the example centre's places, and give `tests/import/expected/NAME/`: the files that
//! are new or changed, and what the command prints. The tables are short extracts that were made for this. Refusals are in `tests/transcripts/`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::project::{Project, data, tree, updating};

/// The project's own centre.
fn example() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = fs::read(root.join("site.toml")).expect("settings");
    let project = Project::new().write("site.toml", settings);
    project.copy(&root.join("content"), "content/").copy(&data("import"), "import/")
}

type Tree = BTreeMap<String, Vec<u8>>;

/// What differs between two trees, but for what is imported.
fn changed(before: &Tree, after: &Tree) -> Tree {
    let same = |path: &String| before.get(path) == after.get(path);
    after.iter().filter(|(path, _)| !same(path)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
}

fn names() -> Vec<String> {
    let names = tree(&data("import")).into_iter().map(|(path, _)| path);
    let names: Vec<String> = names.filter_map(|path| Some(path.strip_suffix(".toml")?.to_owned())).collect();
    assert!(names.len() > 1);
    names
}

fn files(project: &Project) -> Tree {
    tree(&project.path(".")).into_iter().collect()
}

#[test]
fn tables_become_the_expected_entries_and_stay_the_same() {
    let mut failures = String::new();
    for name in names() {
        let project = example();
        let import = format!("import places import/{name}.csv --map import/{name}.toml");
        let before = files(&project);
        let planned = project.run(&format!("{import} --dry-run"));
        assert!(changed(&before, &files(&project)).is_empty(), "{name}: a dry run writes");
        let ran = project.run(&import);
        assert_eq!((ran.code, &ran.stderr), (planned.code, &planned.stderr), "{name}: a dry run says something else");
        let after = files(&project);
        let mut made = changed(&before, &after);
        made.insert("output.txt".to_owned(), format!("{}{}", ran.stderr, ran.stdout).into_bytes());
        assert!(before.keys().all(|path| after.contains_key(path)), "{name}: an import removes a file");

        // The law: twice is once.
        let again = project.run(&import);
        assert!(changed(&after, &files(&project)).is_empty(), "{name}: a second import writes");
        assert!(again.stdout.contains(": 0 created, 0 updated, "), "{name}: {}", again.stdout);
        let checked = project.run("check");
        assert_eq!(checked.code, 0, "{name}: {}", checked.stderr);

        let folder = data("import").join("expected").join(&name);
        if updating() {
            let _ = fs::remove_dir_all(&folder);
            for (path, bytes) in &made {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
                fs::write(path, bytes).expect("a file can be written");
            }
            continue;
        }
        let expected: Tree = tree(&folder).into_iter().collect();
        for path in expected.keys().filter(|path| !made.contains_key(*path)) {
            let _ = writeln!(failures, "{name}: `{path}` is expected and was not made");
        }
        for (path, bytes) in made.iter().filter(|(path, bytes)| expected.get(*path) != Some(*bytes)) {
            let _ = writeln!(failures, "{name}: `{path}` differs\n{}", String::from_utf8_lossy(bytes));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
