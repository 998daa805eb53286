//! A project in a temporary folder, and the built program run in it: `Project::new().write(…).run("check")`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder that goes when the value goes.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a run of the program printed and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Project {
    /// An empty project.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("maillage-").tempdir().expect("a temporary folder") }
    }

    /// A file of the project; folders are made.
    pub(crate) fn write(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    /// All files of a folder, with the same paths below `at`.
    pub(crate) fn copy(self, folder: &Path, at: &str) -> Self {
        tree(folder).into_iter().fold(self, |project, (path, bytes)| project.write(&format!("{at}{path}"), bytes))
    }

    /// A path in the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs `maillage` with arguments separated by blanks; `"…"` keeps blanks.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_maillage"))
            .args(split(arguments))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let clean = |bytes: &[u8]| self.clean(&String::from_utf8_lossy(bytes));
        Ran { stdout: clean(&output.stdout), stderr: clean(&output.stderr), code: output.status.code().unwrap_or(-1) }
    }

    /// The text without what differs from run to run: the folder, and times.
    fn clean(&self, text: &str) -> String {
        let real = self.folder.path().canonicalize().expect("the folder is there");
        let text =
            text.replace(&*real.to_string_lossy(), "<root>").replace(&*self.folder.path().to_string_lossy(), "<root>");
        let mut words = Vec::new();
        for line in text.split('\n') {
            let line: Vec<&str> = line.split(' ').collect();
            let timed = |at: usize| line.get(at + 1).is_some_and(|next| next.trim_end_matches([',', ':']) == "ms");
            let line: Vec<&str> =
                line.iter().enumerate().map(|(at, word)| if timed(at) { "N" } else { word }).collect();
            words.push(line.join(" "));
        }
        words.join("\n")
    }
}

/// Splits a command line at blanks outside double quotes.
pub(crate) fn split(arguments: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in arguments.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("one word").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Every file of a folder with its path below it, sorted.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("the folder can be read")).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("a path below").to_string_lossy().replace('\\', "/");
            (path, fs::read(entry.path()).expect("a file can be read"))
        })
        .collect()
}

/// The folder of test data with this name.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Whether expectations are to be rewritten: `UPDATE_EXPECTATIONS=1 cargo test`, then read the diff.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECTATIONS").is_some_and(|value| value == "1")
}
