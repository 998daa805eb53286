//! What enters: changes to the disk, one at a time. What leaves: the disk, changed.
//! All changes that `dist` makes go through [`Disk`], so that a test can end the world before each of them.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;

/// Changes to files and folders.
pub(super) trait Disk: Send + Sync {
    /// Makes a folder; one that exists is as good.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Writes a file that must not exist yet.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file a second name; where links are impossible, copies it with its dates. A symbolic link is made anew.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Moves a file or folder; a file in its way is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Lets two folders change places in one step.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
    /// Removes a file or link; one that is gone is as good.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder; one that is gone is as good.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Sets permissions.
    fn permit(&self, path: &Path, permissions: Permissions) -> io::Result<()>;
    /// Has what was written to a file or folder survive a loss of power.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Has everything on the path's file system survive a loss of power.
    fn sync_file_system(&self, path: &Path) -> io::Result<()>;
}

/// The disk as it is.
#[derive(Debug)]
pub(super) struct RealDisk;

impl Disk for RealDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            done => done,
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let metadata = fs::symlink_metadata(from)?;
        if metadata.is_symlink() {
            return symlink(&fs::read_link(from)?, to, from.is_dir());
        }
        if fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        fs::copy(from, to)?;
        let dates = fs::FileTimes::new().set_modified(metadata.modified()?);
        OpenOptions::new().write(true).open(to)?.set_times(dates)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn exchange(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        gone_is_good(fs::remove_file(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        gone_is_good(fs::remove_dir(path))
    }

    fn permit(&self, path: &Path, permissions: Permissions) -> io::Result<()> {
        fs::set_permissions(path, permissions)
    }

    #[cfg(unix)]
    fn sync(&self, path: &Path) -> io::Result<()> {
        fs::File::open(path)?.sync_all()
    }

    // Elsewhere folders can't be opened, and files only for writing.
    #[cfg(not(unix))]
    fn sync(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() { Ok(()) } else { OpenOptions::new().write(true).open(path)?.sync_all() }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn sync_file_system(&self, path: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(fs::File::open(path)?)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn sync_file_system(&self, path: &Path) -> io::Result<()> {
        walkdir::WalkDir::new(path)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .try_for_each(|entry| self.sync(entry.path()))
    }
}

fn gone_is_good(done: io::Result<()>) -> io::Result<()> {
    match done {
        // Where a file has taken the place of its folder, it is gone too.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(()),
        done => done,
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path, _to_folder: bool) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path, to_folder: bool) -> io::Result<()> {
    use std::os::windows::fs::{symlink_dir, symlink_file};
    if to_folder { symlink_dir(target, link) } else { symlink_file(target, link) }
}
