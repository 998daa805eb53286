//! What enters: the last scan, and the files that something may have happened to. What leaves: the scan that a whole one would give, if
//! nothing happened elsewhere. It must not guess: whatever is no file that was read before is left to a whole scan.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::walk::Found;
use super::{Memory, Outcome, Remembered, Scan, ScanError, read, scan};
use crate::source::Source;

/// Reads the project again after something happened to the files `named`, by their canonical paths. Where these are files that were there before
/// and still are, only they are looked at; everything is, where a name is another one (a folder, a new file, one that is gone).
///
/// # Errors
/// Those of [`scan`].
pub fn rescan(root: &Path, memory: &mut Memory, named: &BTreeSet<PathBuf>) -> Result<Scan, ScanError> {
    again(memory, named).map_or_else(|| scan(root, memory), Ok)
}

fn again(memory: &mut Memory, named: &BTreeSet<PathBuf>) -> Option<Scan> {
    let (root, last) = memory.last.as_ref()?;
    let look = |file: &PathBuf| {
        let known = last.get(&in_project(file.strip_prefix(root).ok()?)?)?;
        if !fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        let found = Found { path: Arc::clone(&known.path), file: file.clone() };
        match read(&found, memory.files.get(&known.path)) {
            Outcome::Read(remembered) => Some(remembered),
            Outcome::Gone | Outcome::Fault(_) => None,
        }
    };
    let fresh: Vec<Remembered> = named.iter().map(look).collect::<Option<_>>()?;
    let (_, last) = memory.last.as_mut()?;
    for remembered in fresh {
        slot(last, &remembered.source.path)?.clone_from(&remembered.source);
        memory.files.insert(Arc::clone(&remembered.source.path), remembered);
    }
    Some(last.clone())
}

/// A path as sources have it; `None` where it can't be one.
fn in_project(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.components().map(|part| if let Component::Normal(part) = part { part.to_str() } else { None }).collect();
    parts.map(|parts| parts.join("/"))
}

/// The place of a file in its list.
fn slot<'a>(scan: &'a mut Scan, path: &str) -> Option<&'a mut Source> {
    let list = match path.split('/').next()? {
        "content" => &mut scan.content,
        "themes" => &mut scan.theme,
        _ => return scan.site.as_mut().filter(|site| &*site.path == path),
    };
    let at = list.binary_search_by(|source| (*source.path).cmp(path)).ok()?;
    Some(&mut list[at])
}
