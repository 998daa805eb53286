//! What enters: a staged site and the old one. What leaves: the new one in the old one's place, in one step.
//! It must not know what the outputs are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::manifest::{FILE, Manifest};
use super::place::{Survey, make_folders};
use super::target::Site;
use super::work::{MARK, Work, sweep};
use super::{DistError, Durability};

/// A staged site, and all that is known of the place where it goes.
pub(super) struct Replacement<'a> {
    pub(super) work: &'a Work,
    pub(super) site: &'a Site,
    pub(super) after: &'a Manifest,
    pub(super) survey: &'a Survey,
    pub(super) durability: Durability,
}

pub(super) enum Outcome {
    /// The new site stands.
    Done {
        /// The old site's folder, where it could not be removed.
        left: Option<PathBuf>,
    },
    /// The old site stands, and the system can't exchange the two.
    Impossible,
    /// The old site stands, and something failed.
    Failed(DistError),
}

/// Replaces the old site.
pub(super) fn replace(disk: &dyn Disk, replacement: &Replacement<'_>) -> Outcome {
    let Replacement { work, site, .. } = replacement;
    let staged = work.site();
    let old = match complete(disk, replacement).and_then(|()| step(disk, work, site)) {
        Ok(Some(old)) => old,
        Ok(None) => return Outcome::Impossible,
        Err(error) => return Outcome::Failed(error),
    };
    // From here on the new site stands: what fails below is left to the next build.
    let cleaned = disk.remove_file(&site.folder.join(MARK)).and_then(|()| match &old {
        Old::None => Ok(()),
        Old::Exchanged => sweep(disk, &staged, &site.folder),
        Old::MovedAway => sweep(disk, &work.old(), &site.folder),
    });
    let left = cleaned.is_err().then(|| work.folder.clone());
    Outcome::Done { left }
}

/// Where the old site is now.
enum Old {
    None,
    Exchanged,
    MovedAway,
}

/// Adds to the staged site what was not ours in the old one, and the manifest.
fn complete(disk: &dyn Disk, replacement: &Replacement<'_>) -> Result<(), DistError> {
    let Replacement { work, site, after, survey, durability } = replacement;
    let staged = work.site();
    for carried in &survey.carried {
        let (from, to) = (site.folder.join(&carried.path), staged.join(&carried.path));
        let carry = || -> io::Result<()> {
            make_folders(disk, &staged, &carried.path)?;
            match &carried.folder {
                Some(permissions) => {
                    disk.make_folder(&to)?;
                    disk.permit(&to, permissions.clone())
                }
                None => disk.link(&from, &to),
            }
        };
        carry().map_err(DistError::io("carry over", &from))?;
    }
    let manifest = staged.join(FILE);
    disk.write(&manifest, after.write().as_bytes()).map_err(DistError::io("write", &manifest))?;
    if let Some(metadata) = &site.metadata {
        disk.permit(&staged, metadata.permissions()).map_err(DistError::io("set the permissions of", &staged))?;
    }
    if *durability == Durability::PowerLoss {
        disk.sync_file_system(&staged).map_err(DistError::io("flush", &staged))?;
    }
    Ok(())
}

/// The one step. `None` where the system refuses it and the old site stands.
fn step(disk: &dyn Disk, work: &Work, site: &Site) -> Result<Option<Old>, DistError> {
    let staged = work.site();
    if site.metadata.is_none() {
        disk.rename(&staged, &site.folder).map_err(DistError::io("make", &site.folder))?;
        return Ok(Some(Old::None));
    }
    match disk.exchange(&staged, &site.folder) {
        Ok(()) => Ok(Some(Old::Exchanged)),
        Err(error) if is_unsupported(&error) => move_away(disk, work, &site.folder),
        Err(_) => Ok(None),
    }
}

/// The step in two, for systems that can't exchange: a build killed between them leaves no site, and the next one puts the old one back.
fn move_away(disk: &dyn Disk, work: &Work, target: &Path) -> Result<Option<Old>, DistError> {
    if disk.rename(target, &work.old()).is_err() {
        return Ok(None);
    }
    match disk.rename(&work.site(), target) {
        Ok(()) => Ok(Some(Old::MovedAway)),
        Err(error) => {
            disk.rename(&work.old(), target).map_err(DistError::io("move the old site back to", target))?;
            Err(DistError::io("make", target)(error))
        }
    }
}

/// Whether the system or the file system has no such step at all.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// Whether nothing stands at a path.
pub(super) fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err()
}
