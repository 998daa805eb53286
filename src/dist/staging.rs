//! What enters: outputs, one at a time and from any thread. What leaves: a site that takes the old one's place in [`Staging::finish`].
//! No output stays in memory longer than its turn takes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, RealDisk};
use super::manifest::{Manifest, Record, is_safe};
use super::target::{self, Site};
use super::work::{self, MARK, Work};
use super::{DistError, Replace, Target, Written, exchange, journal, place};
use crate::output::Output;
use crate::site_path::SitePath;

/// A site on its way to a target. Dropped before [`Staging::finish`], it leaves the old site as it was.
pub struct Staging {
    disk: Arc<dyn Disk>,
    target: Target,
    site: Site,
    /// `None` once the site has been finished.
    work: Option<Work>,
    replace: Replace,
    staged: PathBuf,
    progress: Mutex<Progress>,
    linked: AtomicUsize,
}

#[derive(Debug, Default)]
struct Progress {
    after: Manifest,
    folders: HashSet<String>,
}

impl std::fmt::Debug for Staging {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Staging").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Staging {
    /// Prepares a target: mends what a killed build left, then looks at what stands there.
    ///
    /// # Errors
    /// As [`DistError`] says; the target is as it was, or mended.
    pub fn open(target: &Target) -> Result<Self, DistError> {
        Self::open_on(Arc::new(RealDisk), target)
    }

    pub(super) fn open_on(disk: Arc<dyn Disk>, target: &Target) -> Result<Self, DistError> {
        let folder = target::resolve(target)?;
        let work = workplace(&*disk, &folder)?;
        let site = match target::open(folder, target.occupied) {
            Ok(site) => site,
            Err(error) => {
                // The folder is empty but for its lock; what can't be removed now is removed by the next build.
                let _ = work.release(&*disk);
                return Err(error);
            }
        };
        let staged = work.site();
        let mut staging = Self {
            disk,
            target: target.clone(),
            site,
            work: Some(work),
            replace: target.replace,
            staged,
            progress: Mutex::default(),
            linked: AtomicUsize::new(0),
        };
        staging.make_folder(&staging.staged)?;
        staging.write(&staging.staged.join(MARK), &[])?;
        if let Some(metadata) = &staging.site.metadata {
            let beside = staging.staged.parent().and_then(Path::parent) == staging.site.folder.parent();
            if !beside || !place::same_owner(&staging.staged, metadata) {
                staging.replace = Replace::FileByFile;
            }
        }
        Ok(staging)
    }

    /// Takes an output: it is written beside the old site, or linked to the file there that has the same bytes.
    ///
    /// # Errors
    /// When its path is unsafe or was taken before, or the disk says no.
    pub fn put(&self, output: &Output) -> Result<(), DistError> {
        let path = output.path.file();
        if !is_safe(&path) {
            return Err(DistError::UnsafePath(path));
        }
        let record = Record::of(output);
        let old = self.site.folder.join(&path);
        let unchanged = self.site.before.0.get(&path) == Some(&record) && is_file_with(&old, &output.bytes);
        {
            let mut progress = self.progress();
            if progress.after.0.insert(path.clone(), record).is_some() {
                return Err(DistError::Twice(path));
            }
            self.prepare(&mut progress, &path)?;
        }
        let new = self.staged.join(&path);
        if unchanged {
            self.linked.fetch_add(1, Ordering::Relaxed);
            if self.replace == Replace::FileByFile {
                return Ok(());
            }
            self.disk.link(&old, &new).map_err(DistError::io("link", &new))
        } else {
            self.write(&new, &output.bytes)
        }
    }

    /// Whether an output of this path was taken.
    #[must_use]
    pub fn holds(&self, path: &SitePath) -> bool {
        self.progress().after.0.contains_key(&path.file())
    }

    /// Lets the new site take the old one's place.
    ///
    /// # Errors
    /// As [`DistError`] says. The old site stands as it was, unless a step from the journal failed: then the next build does the rest.
    pub fn finish(mut self) -> Result<Written, DistError> {
        let after = std::mem::take(&mut self.progress().after);
        let survey = place::survey(&self.site, &after, self.target.occupied)?;
        let linked = self.linked.load(Ordering::Relaxed);
        let mut written = Written {
            files: after.0.len(),
            bytes: after.bytes(),
            written: after.0.len() - linked,
            linked,
            removed: survey.stale.len(),
            left: None,
        };
        let Some(work) = &self.work else { return Ok(written) };
        if self.site.metadata.is_some() && after == self.site.before && written.written == 0 {
            return Ok(written);
        }
        let replacement = exchange::Replacement {
            work,
            site: &self.site,
            after: &after,
            survey: &survey,
            durability: self.target.durability,
        };
        let at_once = self.replace == Replace::AtOnce && !survey.fixed;
        match at_once.then(|| exchange::replace(&*self.disk, &replacement)) {
            Some(exchange::Outcome::Done { left }) => written.left = left,
            Some(exchange::Outcome::Failed(error)) => return Err(error),
            None | Some(exchange::Outcome::Impossible) => journal::replace(&*self.disk, &replacement)?,
        }
        if self.close().is_err() {
            written.left = written.left.or(Some(self.staged.clone()));
        }
        Ok(written)
    }

    /// Removes what is still staged, and the work folder.
    fn close(&mut self) -> std::io::Result<()> {
        let Some(work) = self.work.take() else { return Ok(()) };
        if journal::is_open(&work) {
            // What is staged is still needed.
            return Ok(());
        }
        if self.staged.join(MARK).exists() {
            work::discard(&*self.disk, &self.staged)?;
        }
        work.release(&*self.disk)
    }

    /// Makes the folders above an output, once.
    fn prepare(&self, progress: &mut Progress, path: &str) -> Result<(), DistError> {
        let missing: Vec<&str> =
            place::ancestors(path).take_while(|folder| !progress.folders.contains(*folder)).collect();
        for folder in missing.into_iter().rev() {
            self.make_folder(&self.staged.join(folder))?;
            progress.folders.insert(folder.to_owned());
        }
        Ok(())
    }

    fn make_folder(&self, folder: &Path) -> Result<(), DistError> {
        self.disk.make_folder(folder).map_err(DistError::io("make the folder", folder))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), DistError> {
        self.disk.write(path, bytes).map_err(DistError::io("write", path))
    }

    /// A thread that panicked while it held the lock left nothing half done: each change under it is one insertion.
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What can't be removed now is removed by the next build.
        let _ = self.close();
    }
}

/// The work folder beside the target, or in it where its neighbours can't be written or are another disk.
/// Whatever a killed build left in either is mended first.
fn workplace(disk: &dyn Disk, target: &Path) -> Result<Work, DistError> {
    let (beside, inside) = (work::beside(target), work::inside(target));
    if inside.is_dir() {
        let work = Work::claim(disk, inside.clone(), target)?;
        work.recover(disk, target)?;
        work.release(disk).map_err(DistError::io("clean up", &inside))?;
    }
    let parent = target.parent();
    if let Some(parent) = parent {
        fs::create_dir_all(parent).map_err(DistError::io("make the folder", parent))?;
    }
    let neighbours = parent.is_some_and(|parent| !target.exists() || place::same_mount(target, parent));
    let beside = beside.filter(|beside| neighbours || beside.is_dir());
    let folder = match beside.as_ref().map(|beside| Work::claim(disk, beside.clone(), target)) {
        Some(Ok(work)) => {
            work.recover(disk, target)?;
            if neighbours {
                return Ok(work);
            }
            work.release(disk).map_err(DistError::io("clean up", &work::inside(target)))?;
            inside
        }
        Some(Err(error)) if !target.exists() || matches!(error, DistError::Busy(_)) => return Err(error),
        Some(Err(_)) | None => inside,
    };
    let work = Work::claim(disk, folder, target)?;
    work.recover(disk, target)?;
    Ok(work)
}

fn is_file_with(path: &Path, bytes: &[u8]) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|held| held == bytes)
}
