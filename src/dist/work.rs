//! What enters: a target. What leaves: the hidden folder in which its next site is prepared, locked, and free of what a killed build left.
//!
//! | in the folder | means | the next build |
//! |---|---|---|
//! | `journal` | a site is on its way, file by file | does the rest |
//! | `site` with a mark in it | a site was being prepared | removes it |
//! | `site` without the mark | it was exchanged: this is the old site | removes the files that its manifest names |
//! | `old` | the old site was moved away | moves it back where the target is missing, else as above |
//!
//! It must not know how a site is prepared.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::disk::Disk;
use super::manifest::{FILE, Manifest};
use super::{DistError, journal};

/// How all names of ours in a target start.
pub(super) const PREFIX: &str = ".maillage-";

/// The mark of a site that is being prepared: the first file in, the last out.
pub(super) const MARK: &str = ".maillage-staged";

const INSIDE: &str = ".maillage-work";
const LOCK: &str = "lock";

/// The folder, held by this program alone.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) folder: PathBuf,
    _lock: File,
}

/// The folder beside a target.
pub(super) fn beside(target: &Path) -> Option<PathBuf> {
    let name = target.file_name()?.to_string_lossy();
    Some(target.with_file_name(format!(".{name}{INSIDE}")))
}

/// The folder in a target, for targets whose neighbourhood can't be written or is another disk.
pub(super) fn inside(target: &Path) -> PathBuf {
    target.join(INSIDE)
}

impl Work {
    /// Makes the folder and locks it.
    pub(super) fn claim(disk: &dyn Disk, folder: PathBuf, target: &Path) -> Result<Self, DistError> {
        loop {
            disk.make_folder(&folder).map_err(DistError::io("make the folder", &folder))?;
            let path = folder.join(LOCK);
            let lock = match File::options().create(true).truncate(false).write(true).open(&path) {
                Ok(lock) => lock,
                // Another build has just ended and removed the folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(DistError::io("lock", &path)(error)),
            };
            match lock.try_lock() {
                Ok(()) if is_still_there(&lock, &path) => return Ok(Self { folder, _lock: lock }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(DistError::Busy(target.to_owned())),
                // File systems without locks: two builds at once are the user's to avoid.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Self { folder, _lock: lock });
                }
                Err(TryLockError::Error(error)) => return Err(DistError::io("lock", &path)(error)),
            }
        }
    }

    pub(super) fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    pub(super) fn old(&self) -> PathBuf {
        self.folder.join("old")
    }

    /// Mends and cleans what a killed build left here.
    pub(super) fn recover(&self, disk: &dyn Disk, target: &Path) -> Result<(), DistError> {
        journal::complete(disk, self, target)?;
        let mend = || -> io::Result<()> {
            if self.old().is_dir() {
                if fs::symlink_metadata(target).is_ok() {
                    sweep(disk, &self.old(), target)?;
                } else {
                    disk.rename(&self.old(), target)?;
                }
            }
            if self.site().join(MARK).exists() {
                discard(disk, &self.site())?;
            } else if self.site().is_dir() {
                sweep(disk, &self.site(), target)?;
            }
            disk.remove_file(&target.join(MARK))
        };
        mend().map_err(DistError::io("clean up after a killed build in", &self.folder))
    }

    /// Removes the folder, which must hold nothing but the lock by now.
    pub(super) fn release(self, disk: &dyn Disk) -> io::Result<()> {
        disk.remove_file(&self.folder.join(LOCK))?;
        disk.remove_folder(&self.folder)
    }
}

/// Whether the locked file is the one that others would lock.
#[cfg(unix)]
fn is_still_there(lock: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (lock.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_there(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Removes a site that was being prepared: everything in it is ours, or a second name of something in the target.
pub(super) fn discard(disk: &dyn Disk, site: &Path) -> io::Result<()> {
    let mark = site.join(MARK);
    for entry in WalkDir::new(site).contents_first(true).min_depth(1) {
        let entry = entry?;
        if entry.file_type().is_dir() {
            disk.remove_folder(entry.path())?;
        } else if entry.path() != mark {
            disk.remove_file(entry.path())?;
        }
    }
    disk.remove_file(&mark)?;
    disk.remove_folder(site)
}

/// Removes an old site. What its manifest does not name was carried to the new one; what came in afterwards is moved there.
///
/// # Errors
/// Where something can't be removed or moved; all that is left is safe and the next build tries again.
pub(super) fn sweep(disk: &dyn Disk, old: &Path, target: &Path) -> io::Result<()> {
    let manifest_file = old.join(FILE);
    let manifest =
        |file: &Path| fs::read_to_string(file).ok().and_then(|text| Manifest::read(&text)).unwrap_or_default();
    let (before, after) = (manifest(&manifest_file), manifest(&target.join(FILE)));
    // A file that is not ours is in the way of an output only where the user said that it may be replaced.
    let is_replaced = |key: &str| before.0.contains_key(key) || after.0.contains_key(key);
    for entry in WalkDir::new(old).contents_first(true).min_depth(1) {
        let entry = entry?;
        let path = entry.path();
        let Ok(inner) = path.strip_prefix(old) else { continue };
        if entry.file_type().is_dir() {
            disk.remove_folder(path)?;
        } else if path == manifest_file {
            // Last, so that a sweep that ends early can go on.
        } else if is_replaced(&super::place::key(inner)) || is_same(path, &target.join(inner)) {
            disk.remove_file(path)?;
        } else {
            super::place::make_folders(disk, target, inner)?;
            disk.rename(path, &target.join(inner))?;
        }
    }
    disk.remove_file(&manifest_file)?;
    disk.remove_folder(old)
}

/// Whether a file was carried: it has a second name there, or a copy of the same size and date.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (fs::symlink_metadata(one), fs::symlink_metadata(other)) else { return false };
    if first.is_symlink() || second.is_symlink() {
        return first.is_symlink() && second.is_symlink() && fs::read_link(one).ok() == fs::read_link(other).ok();
    }
    first.len() == second.len() && first.modified().ok() == second.modified().ok()
}
