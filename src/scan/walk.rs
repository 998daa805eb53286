//! What enters: the project's folder. What leaves: the files to read, with their paths in the project, and faults of names and links.
//! Links are followed inside the project only, and not inside a folder that a link led to: the work stays within the square of what is stored,
//! whatever a contributor links. It must not read a file.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use super::name;
use crate::diagnostic::{Diagnostic, Location};

/// A file to read.
pub(super) struct Found {
    /// Its path in the project, with `/`; through links, not behind them.
    pub(super) path: Arc<str>,
    /// Where it is on disk.
    pub(super) file: PathBuf,
}

#[derive(Default)]
pub(super) struct Walk {
    pub(super) files: Vec<Found>,
    pub(super) ignored: Vec<String>,
    /// Folders and files outside the walked folders that links lead to.
    pub(super) linked: BTreeSet<PathBuf>,
    /// Whether any link was followed.
    pub(super) follows_links: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Where a walk is: in the project's own folders, or in one that a link led to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    Nothing,
    Link,
}

/// Lists `settings` and everything in `folders`. `root` is canonical.
pub(super) fn walk(root: &Path, settings: &str, folders: &[&str]) -> Walk {
    let mut walk = Walk::default();
    let own: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let walker = Walker { root, own: &own };
    for top in std::iter::once(&settings).chain(folders) {
        let file = root.join(top);
        match fs::symlink_metadata(&file) {
            Ok(metadata) if metadata.is_symlink() => walker.link(&mut walk, top, &file, Through::Nothing),
            Ok(metadata) if metadata.is_dir() => walker.folder(&mut walk, top, &file, Through::Nothing),
            Ok(_) => walk.files.push(Found { path: Arc::from(*top), file }),
            Err(_) => {}
        }
    }
    walk
}

struct Walker<'a> {
    root: &'a Path,
    /// The folders that are walked anyway.
    own: &'a [PathBuf],
}

impl Walker<'_> {
    /// Walks a folder on disk that stands at `path` in the project.
    fn folder(&self, walk: &mut Walk, path: &str, folder: &Path, through: Through) {
        let mut entries = WalkDir::new(folder).min_depth(1).follow_links(false).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                // Deleted since its folder was listed.
                Err(error) if error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound) => {
                    continue;
                }
                Err(error) => {
                    let at = error.path().and_then(|at| at.strip_prefix(folder).ok()).map(joined);
                    let at = at.map_or_else(|| path.to_owned(), |at| format!("{path}/{at}"));
                    walk.diagnostics.push(
                        Diagnostic::error(
                            "unreadable-folder",
                            Location::start_of(&Arc::from(at)),
                            format!(
                                "can't be listed: {}",
                                error.io_error().map_or_else(String::new, ToString::to_string)
                            ),
                        )
                        .help("check the folder's permissions"),
                    );
                    continue;
                }
            };
            let inner = entry.path().strip_prefix(folder).map(joined).unwrap_or_default();
            let at = format!("{path}/{inner}");
            // macOS may write an accent as a character of its own: links, which people type, do not.
            let at = if at.is_ascii() { at } else { at.nfc().collect() };
            let is_folder = entry.file_type().is_dir();
            if !self.admits(walk, &at, entry.file_name()) {
                if is_folder {
                    entries.skip_current_dir();
                }
            } else if entry.path_is_symlink() {
                self.link(walk, &at, entry.path(), through);
            } else if !is_folder {
                walk.files.push(Found { path: Arc::from(at), file: entry.into_path() });
            }
        }
    }

    /// Whether what has this name is read; says why not.
    fn admits(&self, walk: &mut Walk, at: &str, file_name: &OsStr) -> bool {
        let fault = match file_name.to_str() {
            Some(name) if name::is_dropping(name) => {
                walk.ignored.push(at.to_owned());
                return false;
            }
            Some(name) => match name::fault(name) {
                None => return true,
                Some(fault) => fault,
            },
            None => ("the name is no UTF-8 text".to_owned(), "rename it; plain letters, digits and `-` always work"),
        };
        walk.diagnostics
            .push(Diagnostic::error("unportable-name", Location::start_of(&Arc::from(at)), fault.0).help(fault.1));
        false
    }

    /// Follows a link, or says why not.
    fn link(&self, walk: &mut Walk, at: &str, link: &Path, through: Through) {
        let target = fs::canonicalize(link);
        // What is not there may come, or come back.
        let promised = || promised(link, &fs::read_link(link).ok()?).filter(|target| self.is_inside(target));
        if target.is_err()
            && let Some(target) = promised()
        {
            self.remember(walk, &target);
        }
        let mut refuse = |code, message: String, help: &str| {
            walk.diagnostics.push(Diagnostic::warning(code, Location::start_of(&Arc::from(at)), message).help(help));
        };
        let Ok(target) = target else {
            let shown = fs::read_link(link).unwrap_or_default();
            let message = format!("this link leads nowhere: `{}`", shown.display());
            return refuse("dangling-link", message, "remove it, or restore what it led to");
        };
        let Ok(inside) = target.strip_prefix(self.root) else {
            let message = "this link leads out of the project and is not followed".to_owned();
            return refuse("link-outside", message, "copy what it leads to into the project");
        };
        if is_hidden(inside) {
            let message = "this link leads to a hidden file or folder and is not followed".to_owned();
            return refuse("link-outside", message, "copy what it leads to into the project");
        }
        let folder = link.parent().and_then(|parent| fs::canonicalize(parent).ok()).unwrap_or_default();
        if !target.is_dir() {
            self.remember(walk, &target);
            walk.files.push(Found { path: Arc::from(at), file: target });
        } else if folder.starts_with(&target) {
            let message = "this link leads to a folder that it stands in".to_owned();
            refuse("link-loop", message, "remove it");
        } else if through == Through::Link {
            let message = "this link to a folder stands in a linked folder and is not followed".to_owned();
            refuse("link-in-link", message, "link to the folder itself");
        } else {
            self.remember(walk, &target);
            self.folder(walk, at, &target, Through::Link);
        }
    }

    fn is_inside(&self, target: &Path) -> bool {
        target.strip_prefix(self.root).is_ok_and(|inside| !is_hidden(inside))
    }

    fn remember(&self, walk: &mut Walk, target: &Path) {
        walk.follows_links = true;
        if !self.own.iter().any(|own| target.starts_with(own)) {
            walk.linked.insert(target.to_owned());
        }
    }
}

fn is_hidden(inside: &Path) -> bool {
    inside.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// Links that lead to links that lead nowhere are followed so many times.
const HOPS: usize = 8;

/// Where a link that leads nowhere would lead if that were there.
fn promised(link: &Path, shown: &Path) -> Option<PathBuf> {
    let (mut link, mut shown) = (link.to_owned(), shown.to_owned());
    for _ in 0..HOPS {
        let mut place = fs::canonicalize(link.parent()?).ok()?;
        for part in shown.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(place.pop()),
                part => place.push(part),
            }
            place = fs::canonicalize(&place).unwrap_or(place);
        }
        match fs::read_link(&place) {
            Ok(next) => (link, shown) = (place, next),
            Err(_) => return Some(place),
        }
    }
    None
}

/// A relative path with `/` between its parts.
fn joined(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter_map(|part| if let Component::Normal(part) = part { Some(part.to_string_lossy()) } else { None })
        .collect();
    parts.join("/")
}
