//! The README is true: every command in its blocks marked `sh` is executed in a copy of the example centre, with the entry that it shows as an example.
//! The test command itself is not run from here; that `.ci/run` runs it is checked.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::project::{Project, split};

/// What runs the tests; `.ci/run` runs it too.
const TEST_COMMAND: &str = "cargo test";

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file of the project")
}

/// The fenced blocks of a text: what stands after the fence, and the lines.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            blocks.push((name, body));
        }
    }
    blocks
}

/// A copy of the example centre, with the files that the README shows: blocks marked with a language and a path.
fn centre(readme: &str) -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = Project::new().write("site.toml", text("site.toml"));
    let project = ["content", "themes", "tests/import"]
        .into_iter()
        .filter(|folder| root.join(folder).is_dir())
        .fold(project, |project, folder| project.copy(&root.join(folder), &format!("{folder}/")));
    blocks(readme).into_iter().fold(project, |project, (name, body)| match name.split_once(' ') {
        Some((_, path)) => project.write(path, body),
        None => project,
    })
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let readme = text("README.md");
    let project = centre(&readme);
    let blocks = blocks(&readme);
    let commands: Vec<&str> =
        blocks.iter().filter(|(name, _)| *name == "sh").flat_map(|(_, body)| body.lines()).collect();
    assert!(
        commands.contains(&"cargo run --release -- serve"),
        "the README does not say how to see the example centre"
    );
    assert!(commands.contains(&TEST_COMMAND), "the README does not say how to run the tests");
    for command in commands {
        let words = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("maillage "));
        match words {
            Some("serve") => serves(&project),
            Some(words) => {
                let ran = project.run(words);
                assert_eq!(ran.code, 0, "`{command}` fails:\n{}{}", ran.stdout, ran.stderr);
                assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty(), "`{command}` says nothing");
                if words.starts_with("new ") {
                    // A frame that nobody fills in would stop what follows.
                    fs::remove_file(project.path(ran.stdout.trim())).expect("the entry that was made");
                }
            }
            None if command == TEST_COMMAND => {}
            None => panic!("the README has a command that this test can't execute: `{command}`"),
        }
    }
}

#[test]
fn the_checks_of_a_change_run_the_test_command_of_the_readme() {
    let ci = text(".ci/run");
    let runs = |line: &str| line.starts_with("step ") && line.ends_with(&format!(" {TEST_COMMAND}"));
    assert!(ci.lines().any(runs), "`.ci/run` has no step `{TEST_COMMAND}`");
}

#[test]
fn files_that_the_readme_leads_to_are_there() {
    let readme = text("README.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // What stands between backticks is shown, not linked.
    let prose: Vec<&str> = readme.split('`').step_by(2).collect();
    let prose = prose.join("`");
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let missing: Vec<&str> =
        targets.filter(|target| !target.starts_with("https://") && !root.join(target).is_file()).collect();
    assert_eq!(missing, Vec::<&str>::new(), "the README leads to files that are not there");
}

/// A running program, stopped when the value goes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; either way it must not be left behind.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `serve`, on a free port, prints its address and gives the home page there.
fn serves(project: &Project) {
    let child = Command::new(env!("CARGO_BIN_EXE_maillage"))
        .args(split("serve --port 0"))
        .current_dir(project.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut running = Running(child);
    let mut lines = BufReader::new(running.0.stdout.take().expect("its output")).lines();
    let address = lines.find_map(|line| {
        let line = line.expect("its output is text");
        line.split_once("http://").map(|(_, rest)| rest.trim().to_owned())
    });
    let address = address.expect("`serve` ended without printing an address");
    let (host, path) = address.split_once('/').unwrap_or((&address, ""));
    let mut stream = TcpStream::connect(host).expect("the address answers");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a request is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer comes");
    assert!(answer.starts_with("HTTP/1.1 200"), "{address} answers: {}", answer.lines().next().unwrap_or_default());
    assert!(answer.contains("Centre de ressources des tiers-lieux"), "{address} does not give the home page");
}
