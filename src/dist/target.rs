//! What enters: where a site is to go. What leaves: that folder's real path and what stands there, or why it is refused.
//! It must not change anything.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{FILE, Manifest};
use super::{DistError, Occupied, Target};

/// A target that a site may be written to.
#[derive(Debug)]
pub(super) struct Site {
    /// The real path: links are resolved, the folder itself may not exist yet.
    pub(super) folder: PathBuf,
    /// Its metadata, where it exists.
    pub(super) metadata: Option<Metadata>,
    /// What the last build wrote.
    pub(super) before: Manifest,
}

/// Looks at the target.
pub(super) fn resolve(target: &Target) -> Result<PathBuf, DistError> {
    let folder = real(&target.folder).map_err(DistError::io("find", &target.folder))?;
    let project = real(&target.project).map_err(DistError::io("find", &target.project))?;
    let refuse = |reason, help| Err(DistError::Refused { folder: folder.clone(), reason, help });
    let elsewhere = "choose another folder with `--output`, such as `public`";
    if folder == project {
        refuse("it is the project's own folder", elsewhere)
    } else if project.starts_with(&folder) {
        refuse("it holds the project", elsewhere)
    } else if ["content", "themes", ".git"].iter().any(|sources| folder.starts_with(project.join(sources))) {
        refuse("it lies among the project's sources", elsewhere)
    } else if folder.exists() && !folder.is_dir() {
        refuse("it is a file", elsewhere)
    } else {
        Ok(folder)
    }
}

/// Reads what stands in a resolved target, after a killed build's leftovers were mended.
pub(super) fn open(folder: PathBuf, occupied: Occupied) -> Result<Site, DistError> {
    let metadata = match fs::metadata(&folder) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(DistError::io("read", &folder)(error)),
    };
    let file = folder.join(FILE);
    let before = match fs::read_to_string(&file) {
        Ok(text) => Manifest::read(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if occupied == Occupied::Refuse && metadata.is_some() && is_occupied(&folder)? {
                return Err(DistError::Refused {
                    folder,
                    reason: "it holds files that no build wrote",
                    help: "choose an empty folder with `--output`, or build with `--force` beside these files",
                });
            }
            Some(Manifest::default())
        }
        Err(error) => return Err(DistError::io("read", &file)(error)),
    };
    match (before, occupied) {
        (Some(before), _) => Ok(Site { folder, metadata, before }),
        (None, Occupied::Take) => Ok(Site { folder, metadata, before: Manifest::default() }),
        (None, Occupied::Refuse) => Err(DistError::Refused {
            folder,
            reason: "its `.maillage-manifest` is damaged or from another version",
            help: "remove the folder, or build with `--force` beside its files",
        }),
    }
}

/// Whether a folder holds anything but what belongs to git and to this program.
fn is_occupied(folder: &Path) -> Result<bool, DistError> {
    let entries = fs::read_dir(folder).map_err(DistError::io("list", folder))?;
    for entry in entries {
        let name = entry.map_err(DistError::io("list", folder))?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(".git") && !name.starts_with(super::work::PREFIX) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The real path of what may not exist yet: the part that exists is resolved.
fn real(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut existing = path.as_path();
    loop {
        match fs::canonicalize(existing) {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |real, part| real.join(part))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A dangling link is found here as a name without a target: writing through it is refused by the system later.
                let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else { return Err(error) };
                missing.push(name.to_owned());
                existing = parent;
            }
            Err(error) => return Err(error),
        }
    }
}
