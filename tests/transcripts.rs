//! Transcripts of the command line as data. A file in `tests/transcripts/` holds the project's files (`=== path`), then commands
//! (`$ maillage check`), each with what it prints (`1> ` standard output, `2> ` error stream) and its exit code (`? 1`).
//! `$ write path` replaces a file by the lines that follow, up to the next `$`; `$ remove path` deletes one. `$ changes` shows what the commands since
//! the last one wrote (`+` new, `~` changed, `-` gone), `$ names` their paths alone.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use crate::project::{Project, data, tree, updating};

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
    let mut known = BTreeMap::new();
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
            known.insert(path.trim().to_owned(), text.clone().into_bytes());
            project = project.write(path.trim(), text);
        } else if let Some(path) = line.strip_prefix("$ remove ") {
            known.remove(path);
            fs::remove_file(project.path(path)).expect("a file to remove");
        } else if matches!(line, "$ changes" | "$ names") {
            while lines.next_if(|line| !is_mark(line)).is_some() {}
            let now: BTreeMap<String, Vec<u8>> = tree(&project.path(".")).into_iter().collect();
            changes(&known, &now, line == "$ changes", &mut written);
            known = now;
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

/// What was added, changed and removed; the texts of new and changed files where asked for, today's date aside.
fn changes(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>, texts: bool, written: &mut String) {
    let today = jiff::Zoned::now().date().to_string();
    for (path, bytes) in after {
        let mark = match before.get(path) {
            Some(same) if same == bytes => continue,
            Some(_) => '~',
            None => '+',
        };
        let _ = writeln!(written, "{mark} {path}");
        let text = String::from_utf8_lossy(bytes).replace(&today, "<today>").replace('\r', "<cr>");
        for line in text.lines().filter(|_| texts) {
            let _ = writeln!(written, "{}", format!("  | {line}").trim_end());
        }
    }
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        let _ = writeln!(written, "- {path}");
    }
}
