//! What enters: a target, what the last build wrote there and what this one will. What leaves: what has to be carried over and what has to go.
//! It must not change anything but make folders where it is told to.

use std::collections::BTreeSet;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::disk::Disk;
use super::manifest::{FILE, Manifest, Record};
use super::target::Site;
use super::work::PREFIX;
use super::{DistError, Occupied};
use crate::digest::Digest;

/// What stands in a target besides the new site.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Files, links and folders that no build wrote, folders before what is in them.
    pub(super) carried: Vec<Carried>,
    /// Files of the last build that the new site lacks.
    pub(super) stale: Vec<String>,
    /// Whether something there can't be given a second name (a socket, a mounted folder): then the target must stay the folder that it is.
    pub(super) fixed: bool,
}

/// Something that is not ours.
#[derive(Debug)]
pub(super) struct Carried {
    /// Its path in the target.
    pub(super) path: PathBuf,
    /// A folder's permissions; `None` for files and links.
    pub(super) folder: Option<Permissions>,
}

/// Looks through a target.
pub(super) fn survey(site: &Site, after: &Manifest, occupied: Occupied) -> Result<Survey, DistError> {
    let mut survey = Survey::default();
    let Some(root) = &site.metadata else { return Ok(survey) };
    let new_folders = folders(after);
    let old_folders = folders(&site.before);
    let is_ours = |name: &str| name == FILE || name.starts_with(PREFIX);
    let mut entries = WalkDir::new(&site.folder).min_depth(1).into_iter();
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(|error| DistError::io("list", &site.folder)(error.into()))?;
        let Ok(path) = entry.path().strip_prefix(&site.folder) else { continue };
        let kind = entry.file_type();
        if entry.depth() == 1 && is_ours(&entry.file_name().to_string_lossy()) {
            if kind.is_dir() {
                entries.skip_current_dir();
            }
            continue;
        }
        let key = key(path);
        if kind.is_dir() {
            let metadata = entry.metadata().map_err(|error| DistError::io("read", entry.path())(error.into()))?;
            survey.fixed |= !same_device(root, &metadata);
            if after.0.contains_key(&key) && !old_folders.contains(key.as_str()) {
                return Err(DistError::InTheWay(entry.into_path()));
            }
            if !old_folders.contains(key.as_str()) && !new_folders.contains(key.as_str()) {
                survey.carried.push(Carried { path: path.to_owned(), folder: Some(metadata.permissions()) });
            }
            continue;
        }
        match (after.0.get(&key), site.before.0.get(&key)) {
            (Some(_), Some(_)) => {}
            (Some(record), None) => {
                if occupied == Occupied::Refuse && !holds(entry.path(), record) {
                    return Err(DistError::InTheWay(entry.into_path()));
                }
            }
            (None, Some(record)) if kind.is_file() && holds(entry.path(), record) => survey.stale.push(key),
            (None, _) => {
                let above = ancestors(&key).any(|folder| after.0.contains_key(folder));
                if new_folders.contains(key.as_str()) || above {
                    return Err(DistError::InTheWay(entry.into_path()));
                }
                survey.fixed |= !kind.is_file() && !kind.is_symlink();
                survey.carried.push(Carried { path: path.to_owned(), folder: None });
            }
        }
    }
    survey.stale.sort();
    Ok(survey)
}

/// Whether a file has the content that a record tells of.
fn holds(file: &Path, record: &Record) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() == record.size)
        && fs::read(file).is_ok_and(|bytes| Digest::of(&bytes).short() == record.digest)
}

/// All folders that a site's files stand in.
fn folders(manifest: &Manifest) -> BTreeSet<&str> {
    manifest.0.keys().flat_map(|path| ancestors(path)).collect()
}

/// The folders above a path, the nearest first, without the root.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(at, _)| &path[..at])
}

/// A path in the target as a manifest writes it. A name that is no UTF-8 becomes one that no output has.
pub(super) fn key(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter_map(|part| if let Component::Normal(part) = part { Some(part.to_string_lossy()) } else { None })
        .collect();
    parts.join("/")
}

/// Makes the folders above a path in a root.
pub(super) fn make_folders(disk: &dyn Disk, root: &Path, path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    let folder = root.join(parent);
    if !folder.is_dir() {
        make_folders(disk, root, parent)?;
        disk.make_folder(&folder)?;
    }
    Ok(())
}

/// Whether files can be renamed from one folder into the other.
pub(super) fn same_mount(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(first), Ok(second)) => same_device(&first, &second) && mount(one) == mount(other),
        _ => false,
    }
}

/// The number of the mount that a folder belongs to, where the system has such: two mounts of one device can't rename into each other.
#[cfg(target_os = "linux")]
fn mount(folder: &Path) -> Option<u64> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let known = statx(CWD, folder, AtFlags::empty(), StatxFlags::MNT_ID).ok()?;
    StatxFlags::from_bits_retain(known.stx_mask).contains(StatxFlags::MNT_ID).then_some(known.stx_mnt_id)
}

#[cfg(not(target_os = "linux"))]
fn mount(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn same_device(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.dev() == other.dev()
}

#[cfg(not(unix))]
fn same_device(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Whether a folder that this program makes belongs to whom the other one belongs to.
#[cfg(unix)]
pub(super) fn same_owner(made: &Path, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(made).is_ok_and(|made| (made.uid(), made.gid()) == (other.uid(), other.gid()))
}

#[cfg(not(unix))]
pub(super) fn same_owner(_: &Path, _: &Metadata) -> bool {
    true
}
