//! Transcripts of the command line as data. A file in `tests/transcripts/` holds the project's files (`=== path`), then commands
//! (`$ maillage check`), each with what it prints (`1> ` standard output, `2> ` error stream) and its exit code (`? 1`).
//! `$ write path` replaces a file by the lines that follow, up to the next `$`.

use std::fmt::Write;
use std::fs;

use crate::project::{Project, data, updating};

#[test]
fn commands_print_what_the_transcripts_say() {
    let mut files: Vec<_> =
        fs::read_dir(data("transcripts")).expect("transcripts").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no transcripts");
    let mut failures = String::new();
    for file in files {
        let expected = fs::read_to_string(&file).expect("a transcript is text");
        let actual = play(&expected);
        if actual == expected {
            continue;
        }
        if updating() {
            fs::write(&file, &actual).expect("a transcript can be written");
        } else {
            let _ = writeln!(failures, "{}\n--- expected\n{expected}\n--- actual\n{actual}", file.display());
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Runs a transcript and writes it down again with what really happened.
fn play(script: &str) -> String {
    let mut project = Project::new();
    let mut written = String::new();
    let mut lines = script.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(written, "{line}");
        let is_mark = |line: &str| line.starts_with("=== ") || line.starts_with("$ ");
        if let Some(path) = line.strip_prefix("=== ").or_else(|| line.strip_prefix("$ write ")) {
            let mut text = String::new();
            while let Some(line) = lines.next_if(|line| !is_mark(line)) {
                let _ = writeln!(written, "{line}");
                let _ = writeln!(text, "{line}");
            }
            project = project.write(path.trim(), text);
        } else if let Some(path) = line.strip_prefix("$ cat ") {
            while lines.next_if(|line| !is_mark(line)).is_some() {}
            let text =
                fs::read_to_string(project.path(path.trim())).unwrap_or_else(|error| format!("{:?}\n", error.kind()));
            written.extend(text.lines().map(|line| format!("1> {line}\n").replace("1> \n", "1>\n")));
        } else if let Some(arguments) = line.strip_prefix("$ maillage") {
            while lines.next_if(|line| !is_mark(line)).is_some() {}
            let ran = project.run(arguments);
            for (mark, text) in [("1>", &ran.stdout), ("2>", &ran.stderr)] {
                for line in text.lines() {
                    let _ = writeln!(written, "{}", format!("{mark} {line}").trim_end());
                }
            }
            let _ = writeln!(written, "? {}", ran.code);
        }
    }
    written
}
