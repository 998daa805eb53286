//! What enters: the project's folder on disk. What leaves: its files as [`Source`]s, in an order that no file system decides, and faults of their names.
//! It must not know what a file means, and reads nothing outside the project.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

mod again;
mod name;
mod stamp;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{self, Diagnostic, Location};
use crate::source::Source;

pub use again::rescan;
pub use name::is_dropping;
pub(crate) use stamp::Stamp;
use walk::{Found, Walk};

/// The folders that are read whole.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// The file beside them.
const SETTINGS: &str = "site.toml";

/// Bytes a file may have; more is a mistake (a video, a disk image) that no static host would take.
const LARGEST: u64 = 256 << 20;

/// Everything that a build reads.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// `site.toml`, where there is one.
    pub site: Option<Source>,
    /// Everything under `content/`, by path.
    pub content: Vec<Source>,
    /// Everything under `themes/`, by path.
    pub theme: Vec<Source>,
    /// Paths of hidden files and editor droppings, which are never read.
    pub ignored: Vec<String>,
    /// Folders and files outside `content/` and `themes/` that links lead to: a watcher wants to know them.
    pub linked: BTreeSet<PathBuf>,
    /// Faults of names and links, and files that can't be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Scan {
    /// The file with a path, whichever list holds it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Source> {
        let within = |list: &'_ [Source]| list.binary_search_by(|source| (*source.path).cmp(path)).ok();
        match path.split('/').next() {
            Some("content") => within(&self.content).map(|at| &self.content[at]),
            Some("themes") => within(&self.theme).map(|at| &self.theme[at]),
            _ => self.site.as_ref().filter(|site| &*site.path == path),
        }
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.site.iter().chain(&self.content).chain(&self.theme)
    }

    /// Whether a build that reads the one gives the same as one that reads the other.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Source, &Source)| one.digest == other.digest && one.path == other.path;
        self.diagnostics == other.diagnostics
            && self.files().count() == other.files().count()
            && self.files().zip(other.files()).all(is_same)
    }

    /// Whether every file of another scan is here too, whatever is in it.
    #[must_use]
    pub fn has_all_of(&self, other: &Self) -> bool {
        // Lists are sorted: both are walked once.
        let has_all = |own: &[Source], others: &[Source]| {
            let mut own = own.iter();
            others.iter().all(|other| own.any(|source| source.path == other.path))
        };
        has_all(&self.content, &other.content)
            && has_all(&self.theme, &other.theme)
            && self.site.is_some() >= other.site.is_some()
    }
}

/// What the last scan read, so that the next one reads only what changed. Empty at first.
#[derive(Debug, Default)]
pub struct Memory {
    /// By path.
    files: HashMap<Arc<str>, Remembered>,
    /// The last scan and its canonical root; `None` where it followed links, as a change behind one shows at another path.
    last: Option<(PathBuf, Scan)>,
}

#[derive(Debug)]
struct Remembered {
    stamp: Stamp,
    read_at: SystemTime,
    source: Source,
}

/// Why a project can't be scanned at all.
#[derive(Debug)]
pub enum ScanError {
    /// The project's folder does not exist or is no folder.
    NoFolder(PathBuf),
    /// The system refuses to list a folder.
    Unreadable(PathBuf, io::Error),
}

impl fmt::Display for ScanError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder(path) => write!(formatter, "`{}` is no folder", path.display()),
            Self::Unreadable(path, error) => write!(formatter, "can't read `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for ScanError {}

/// Reads the project. Files whose size, times and inode are those of the last scan are taken from `memory`.
///
/// # Errors
/// When `root` is no folder or can't be listed. Faults of single files are diagnostics.
pub fn scan(root: &Path, memory: &mut Memory) -> Result<Scan, ScanError> {
    let root = match fs::canonicalize(root) {
        Ok(real) if real.is_dir() => real,
        Ok(_) => return Err(ScanError::NoFolder(root.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ScanError::NoFolder(root.to_owned())),
        Err(error) => return Err(ScanError::Unreadable(root.to_owned(), error)),
    };
    fs::read_dir(&root).map_err(|error| ScanError::Unreadable(root.clone(), error))?;
    memory.last = None;
    let Walk { mut files, mut ignored, linked, follows_links, mut diagnostics } = walk::walk(&root, SETTINGS, &FOLDERS);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    ignored.sort();
    diagnostics.extend(colliding(&files));
    let before = &memory.files;
    let outcomes: Vec<Outcome> = files.par_iter().map(|found| read(found, before.get(&*found.path))).collect();
    let mut scan = Scan { ignored, linked, diagnostics, ..Scan::default() };
    let mut after = HashMap::with_capacity(outcomes.len());
    for outcome in outcomes {
        match outcome {
            Outcome::Gone => {}
            Outcome::Fault(fault) => scan.diagnostics.push(*fault),
            Outcome::Read(remembered) => {
                let source = remembered.source.clone();
                after.insert(Arc::clone(&source.path), remembered);
                match source.path.split_once('/') {
                    Some(("content", _)) => scan.content.push(source),
                    Some(_) => scan.theme.push(source),
                    None => scan.site = Some(source),
                }
            }
        }
    }
    memory.files = after;
    diagnostic::sort(&mut scan.diagnostics);
    memory.last = (!follows_links).then(|| (root, scan.clone()));
    Ok(scan)
}

enum Outcome {
    /// Deleted since the folder was listed.
    Gone,
    Fault(Box<Diagnostic>),
    Read(Remembered),
}

fn read(found: &Found, remembered: Option<&Remembered>) -> Outcome {
    let unreadable = |error: &io::Error| {
        Outcome::Fault(Box::new(
            Diagnostic::error("unreadable-file", Location::start_of(&found.path), format!("can't be read: {error}"))
                .help("check the file's permissions"),
        ))
    };
    let metadata = match fs::metadata(&found.file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Outcome::Gone,
        Err(error) => return unreadable(&error),
    };
    if !metadata.is_file() {
        return Outcome::Fault(Box::new(
            Diagnostic::warning("not-a-file", Location::start_of(&found.path), "this is neither a file nor a folder")
                .help("remove it from the project"),
        ));
    }
    if metadata.len() > LARGEST {
        return Outcome::Fault(Box::new(
            Diagnostic::error(
                "file-too-large",
                Location::start_of(&found.path),
                format!("has {} MiB", metadata.len() >> 20),
            )
            .expected(format!("{} MiB or less", LARGEST >> 20))
            .help("host it elsewhere and link to it"),
        ));
    }
    let stamp = Stamp::of(&metadata);
    if let Some(known) = remembered
        && known.stamp == stamp
        && stamp.settled_before(known.read_at)
    {
        return Outcome::Read(Remembered { stamp, read_at: known.read_at, source: known.source.clone() });
    }
    let read_at = SystemTime::now();
    match read_whole(&found.file, &metadata) {
        Ok((bytes, stamp)) => {
            let source = match remembered {
                // The same bytes keep their place in memory.
                Some(known) if *known.source.bytes == *bytes => known.source.clone(),
                _ => Source::new(Arc::clone(&found.path), bytes),
            };
            Outcome::Read(Remembered { stamp, read_at, source })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Outcome::Gone,
        Err(error) => unreadable(&error),
    }
}

/// The bytes, and the stamp from before reading: where somebody writes meanwhile, the next scan sees another one.
fn read_whole(path: &Path, metadata: &fs::Metadata) -> io::Result<(Vec<u8>, Stamp)> {
    let mut file = File::open(path)?;
    let before = file.metadata()?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    file.read_to_end(&mut bytes)?;
    Ok((bytes, Stamp::of(&before)))
}

/// Files whose paths are one file where case or Unicode's normal form doesn't count (Windows, macOS). `files` are sorted.
fn colliding(files: &[Found]) -> Vec<Diagnostic> {
    let is_plain = |path: &str| path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let mut faults = Vec::new();
    // Two plain paths differ in more than case: only the others, which are few, have to be compared.
    for found in files.iter().filter(|found| !is_plain(&found.path)) {
        let folded: String = found.path.nfc().flat_map(char::to_lowercase).collect();
        let plain = files.binary_search_by(|other| (*other.path).cmp(&folded)).ok().map(|at| &*files[at].path);
        let other = plain.filter(|plain| *plain != &*found.path).or_else(|| first.get(&folded).copied());
        if let Some(other) = other {
            faults.push(
                Diagnostic::error(
                    "colliding-names",
                    Location::start_of(&found.path),
                    format!("is the same file as `{other}` on Windows and macOS"),
                )
                .help("rename one of them"),
            );
        } else {
            first.insert(folded, &found.path);
        }
    }
    faults
}

#[cfg(test)]
mod tests;
