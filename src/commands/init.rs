//! `maillage init`: writes the embedded centre into a new folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Failure, Outcome};
use crate::cli::{Cli, InitArgs};
use crate::embedded;
use crate::report;

/// Makes the centre. What was written goes again when something fails on the way.
pub(super) fn run(cli: &Cli, args: &InitArgs) -> Outcome {
    let folder = if cli.root == Path::new(".") { args.dir.clone() } else { cli.root.join(&args.dir) };
    refuse_if_used(&folder)?;
    let mut made = Made::default();
    let files = embedded::centre();
    // Theirs stays.
    let readme = if fs::symlink_metadata(folder.join(README)).is_ok() { "MAILLAGE.md" } else { README };
    for source in &files {
        let path = if &*source.path == README { readme } else { &*source.path };
        if let Err(error) = made.write(&folder, path, &source.bytes) {
            made.undo();
            return Err(Failure::environment(format!("can't write `{path}` in `{}`: {error}", folder.display())));
        }
    }
    if !cli.quiet {
        let message = format!(
            "made a centre of {} files in `{}`\n\nnext:\n{}  maillage serve    # look at it\n  maillage check    # check it\n  git init          # keep it; {readme} says how to publish it\n",
            files.len(),
            folder.display(),
            go_to(&folder),
        );
        report::print(&message).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    }
    Ok(0)
}

/// What says how to go on.
const README: &str = "README.md";

/// What a new repository may hold before there is a centre in it.
const EARLIER: [&str; 8] =
    [".git", ".DS_Store", "README.md", "README", "LICENSE", "LICENSE.md", "LICENSE.txt", ".gitattributes"];

/// A folder that doesn't exist, is empty, or holds nothing but a new repository is free.
fn refuse_if_used(folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let message = format!("`{}` can't be a folder: there is a file", folder.display());
            return Err(Failure::usage(message).help("name a folder to make"));
        }
        Err(error) => return Err(Failure::environment(format!("can't read `{}`: {error}", folder.display()))),
    };
    let used = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name())
        .filter(|name| !EARLIER.iter().any(|earlier| name == earlier))
        .min();
    match used {
        None => Ok(()),
        Some(name) => {
            let message = format!("`{}` is not empty: it holds `{}`", folder.display(), name.to_string_lossy());
            Err(Failure::usage(message).help("name a new folder, or empty this one; nothing was written"))
        }
    }
}

/// What was made so far.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    /// Writes a file that must not exist, and the folders around it.
    fn write(&mut self, root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = root.join(path);
        let missing: Vec<&Path> =
            path.ancestors().skip(1).take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        let mut file = File::create_new(&path)?;
        self.files.push(path);
        file.write_all(bytes)
    }

    /// Removes what was made, as far as the system lets us: the failure that led here is the one to tell.
    fn undo(self) {
        for file in self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The line that goes to a folder, as a shell takes it.
fn go_to(folder: &Path) -> String {
    let path = folder.display().to_string();
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    match (path.as_str(), plain) {
        (".", _) => String::new(),
        (_, true) => format!("  cd {path}\n"),
        (_, false) => format!("  cd '{}'\n", path.replace('\'', r"'\''")),
    }
}
