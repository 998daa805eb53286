//! Whole sites as data: `tests/cases/<name>/` holds a project and, in `expected/`, every file that it must give. A file that is not expected fails,
//! and so does an expectation that no file meets. The pages are made with the bare templates of `tests/cases/_theme`, which show what their view
//! holds; the theme's static files and the search pack, whose names are digests, have tests of their own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use crate::project::{Project, data, tree, updating};

#[test]
fn every_case_gives_the_expected_site() {
    let cases = fs::read_dir(data("cases")).expect("cases").map(|entry| entry.expect("a case").path());
    let mut cases: Vec<_> =
        cases.filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('_'))).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases");
    let mut failures = String::new();
    for case in cases {
        let project = tree(&case)
            .into_iter()
            .filter(|(path, _)| !path.starts_with("expected/"))
            .fold(Project::new(), |project, (path, bytes)| project.write(&path, bytes));
        let project = project.copy(&data("cases/_theme"), "themes/bare/");
        let ran = project.run("build");
        if ran.code != 0 {
            let _ = writeln!(failures, "{}: exit {}\n{}", case.display(), ran.code, ran.stderr);
            continue;
        }
        let built =
            |path: &str| !path.starts_with("assets/") && !path.starts_with("search/") && !path.starts_with(".maillage");
        let actual: BTreeMap<String, Vec<u8>> =
            tree(&project.path("public")).into_iter().filter(|(path, _)| built(path)).collect();
        if updating() {
            let _ = fs::remove_dir_all(case.join("expected"));
            for (path, bytes) in &actual {
                let path = case.join("expected").join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
                fs::write(path, bytes).expect("a file can be written");
            }
            continue;
        }
        let expected: BTreeMap<String, Vec<u8>> = tree(&case.join("expected")).into_iter().collect();
        for path in expected.keys().filter(|path| !actual.contains_key(*path)) {
            let _ = writeln!(failures, "{}: `{path}` is expected and was not made", case.display());
        }
        for (path, bytes) in &actual {
            match expected.get(path) {
                None => drop(writeln!(failures, "{}: `{path}` was made and is not expected", case.display())),
                Some(expected) if expected != bytes => {
                    let (expected, bytes) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(bytes));
                    let _ = writeln!(
                        failures,
                        "{}: `{path}` differs\n--- expected\n{expected}\n--- actual\n{bytes}",
                        case.display()
                    );
                }
                Some(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{failures}\n(UPDATE_EXPECTATIONS=1 rewrites them; read the diff)");
}

#[test]
fn the_same_content_gives_the_same_bytes_wherever_it_stands() {
    let build = |zone: &str, threads: &str| {
        let project = Project::new().copy(&data("cases/everything"), "");
        let _ = fs::remove_dir_all(project.path("expected"));
        let project = project.copy(&data("cases/_theme"), "themes/bare/");
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_maillage"))
            .args(["build", "--quiet"])
            .current_dir(project.path(""))
            .envs([("TZ", zone), ("RAYON_NUM_THREADS", threads), ("LC_ALL", "C")])
            .status();
        assert!(status.expect("the program runs").success());
        tree(&project.path("public"))
    };
    let (one, two) = (build("UTC", "1"), build("Pacific/Kiritimati", "2"));
    let names = |tree: &[(String, Vec<u8>)]| tree.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
    for ((path, one), (_, two)) in one.iter().zip(&two) {
        assert!(one == two, "`{path}` differs");
    }
}
