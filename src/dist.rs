//! What enters: finished outputs and a folder. What leaves: that folder, holding exactly these files beside the ones that are not ours.
//! It must not know what an output is.
//!
//! The new site is staged in a hidden folder beside the target and takes its place in one step, so that whoever kills the build at whatever moment
//! leaves the old site or the new one. Where that can't be done (a mount point, another owner), every step stands in a journal first and the
//! next build completes it. Files of the last build are known from a manifest in the target; nothing else is ever deleted.
//!
//! What a killed build leaves, the next one cleans: see `work.rs` for how it tells.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

mod disk;
mod exchange;
mod journal;
mod manifest;
mod place;
mod staging;
mod target;
mod work;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::output::Output;

pub use manifest::FILE as MANIFEST;
pub use staging::Staging;

/// Where a site goes, and on which terms.
#[derive(Clone, Debug)]
pub struct Target {
    /// The folder to write.
    pub folder: PathBuf,
    /// The project's root: the target must not be it, hold it, or lie among its sources.
    pub project: PathBuf,
    /// What to do with files in the way that no build wrote.
    pub occupied: Occupied,
    /// How the new site takes its place.
    pub replace: Replace,
    /// What the site on disk outlives.
    pub durability: Durability,
}

impl Target {
    /// A target on careful terms: nothing of others' is replaced, the site changes in one step.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, project: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            project: project.into(),
            occupied: Occupied::Refuse,
            replace: Replace::AtOnce,
            durability: Durability::Kill,
        }
    }
}

/// What to do with a folder that holds files and was never built into, or with a file in the way of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupied {
    /// Stop.
    Refuse,
    /// Build into it: its files stay, but those that stand where an output goes are replaced.
    Take,
}

/// How the new site takes the old one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// In one step, the folder being exchanged for another; file by file where that is impossible.
    AtOnce,
    /// File by file, the folder staying what it is: for programs that hold on to it (a container's bind mount, a server started in it).
    FileByFile,
}

/// What the site on disk outlives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The end of the program at any moment. After a loss of power, files may be cut short; the next build sees that, as it compares contents.
    Kill,
    /// A loss of power too: the file system is flushed before the site changes, which can take seconds on a busy disk.
    PowerLoss,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were there already, byte for byte; they keep their dates.
    pub linked: usize,
    /// Files of the last build that the site no longer has.
    pub removed: usize,
    /// What is left of the old site where it could not be removed; the next build tries again.
    pub left: Option<PathBuf>,
}

/// Why a site was not written. The old one stands as it was, unless a step from the journal failed: then the next build completes it.
#[derive(Debug)]
pub enum DistError {
    /// The target is no place for a site.
    Refused {
        /// The target.
        folder: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Another build is writing there.
    Busy(PathBuf),
    /// A file or folder that no build wrote stands where an output goes.
    InTheWay(PathBuf),
    /// An output's path leaves the target or has a name that it must not have.
    UnsafePath(String),
    /// Two outputs have the same path.
    Twice(String),
    /// The system said no.
    Io {
        /// What was tried, as in "can't write".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl DistError {
    fn io<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + use<'a> {
        move |error| Self::Io { doing, path: path.to_owned(), error }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Refused { help, .. } => help,
            Self::Busy(_) => "wait until it has ended",
            Self::InTheWay(_) => "move it elsewhere, or build with `--force` to replace it",
            Self::UnsafePath(_) => "change the permalink or the file's name",
            Self::Twice(_) => "change one of the two permalinks",
            Self::Io { error, .. } => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space on the disk",
                io::ErrorKind::PermissionDenied => "check the permissions, or choose another folder with `--output`",
                io::ErrorKind::ReadOnlyFilesystem => "choose another folder with `--output`",
                _ => "check the disk, or choose another folder with `--output`",
            },
        }
    }
}

impl fmt::Display for DistError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { folder, reason, .. } => {
                write!(formatter, "won't write to `{}`: {reason}", folder.display())
            }
            Self::Busy(folder) => write!(formatter, "another build is writing to `{}`", folder.display()),
            Self::InTheWay(path) => {
                write!(formatter, "`{}` stands where an output goes, and no build wrote it", path.display())
            }
            Self::UnsafePath(path) => write!(formatter, "`{path}` can't be a file of the site"),
            Self::Twice(path) => write!(formatter, "two outputs have the path `{path}`"),
            Self::Io { doing, path, error } => write!(formatter, "can't {doing} `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for DistError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Io { error, .. } = self { Some(error) } else { None }
    }
}

/// Writes a whole site. [`Staging`] takes the outputs one by one, as they are ready.
///
/// # Errors
/// As [`DistError`] says.
pub fn write(outputs: &[Output], target: &Target) -> Result<Written, DistError> {
    let staging = Staging::open(target)?;
    outputs.par_iter().try_for_each(|output| staging.put(output))?;
    staging.finish()
}

#[cfg(test)]
mod tests;
