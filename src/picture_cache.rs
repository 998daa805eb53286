//! What enters: what was made of pictures, by key. What leaves: the same in the next build, from files in `.maillage-cache/` in the project. It is safe
//! to delete at any time, is no part of the project (git ignores it, nothing watches it), and never makes a build fail.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::digest::Digest;
use crate::pictures::Cache;

/// The folder in the project.
pub const FOLDER: &str = ".maillage-cache";

/// Marks a folder that backups leave out. Source: <https://bford.info/cachedir/>.
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by maillage; safe to delete.\n";

/// Hexadecimal digits of a key.
const DIGITS: usize = 64;

/// How a file is called while it is being written.
const UNFINISHED: &str = "unfinished-";

/// A cache on disk, made when something is first put into it.
#[derive(Debug)]
pub struct DiskCache {
    /// `.maillage-cache`.
    folder: PathBuf,
    /// For names of unfinished files.
    count: AtomicUsize,
}

impl DiskCache {
    /// The cache of a project.
    #[must_use]
    pub fn of(project: &Path) -> Self {
        Self { folder: project.join(FOLDER), count: AtomicUsize::new(0) }
    }

    fn files(&self) -> PathBuf {
        self.folder.join("pictures")
    }

    /// Whether the folders are what they were made as: whoever writes or deletes behind a link does it elsewhere.
    fn is_own(&self) -> bool {
        let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        is_folder(&self.folder) && is_folder(&self.files())
    }

    fn write(&self, key: Digest, bytes: &[u8]) -> io::Result<()> {
        if !self.is_own() {
            fs::create_dir(&self.folder).or_else(known)?;
            fs::create_dir(self.files()).or_else(known)?;
            fs::write(self.folder.join("CACHEDIR.TAG"), TAG)?;
            fs::write(self.folder.join(".gitignore"), "*\n")?;
            if !self.is_own() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.files().join(format!("{UNFINISHED}{}-{number}", std::process::id()));
        let written =
            fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, self.files().join(key.to_string())));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }
}

/// A folder that is there is as good as one that was made.
fn known(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) }
}

impl Cache for DiskCache {
    fn get(&self, key: Digest) -> Option<Vec<u8>> {
        fs::read(self.files().join(key.to_string())).ok()
    }

    fn put(&self, key: Digest, bytes: &[u8]) {
        // A project that can't be written to is built all the same.
        let _ = self.write(key, bytes);
    }

    fn keep_only(&self, keys: &[Digest]) {
        if !self.is_own() {
            return;
        }
        let kept: BTreeSet<String> = keys.iter().map(ToString::to_string).collect();
        let is_ours = |name: &str| {
            name.starts_with(UNFINISHED) || name.len() == DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        for entry in fs::read_dir(self.files()).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_ours(&name) && !kept.contains(&name) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_outlives_the_program_and_what_is_not_is_gone() {
        let project = tempfile::tempdir().expect("a temporary folder");
        let cache = DiskCache::of(project.path());
        let [one, two] = [b"1", b"2"].map(|bytes| Digest::of(bytes));
        cache.keep_only(&[one]);
        assert!(!project.path().join(FOLDER).exists(), "nothing is made for nothing");
        cache.put(one, b"one");
        cache.put(two, b"two");
        fs::write(project.path().join(FOLDER).join("pictures/notes.txt"), "mine").expect("a file");
        let cache = DiskCache::of(project.path());
        assert_eq!(cache.get(two).as_deref(), Some(&b"two"[..]));
        cache.keep_only(&[one]);
        assert_eq!((cache.get(one).as_deref(), cache.get(two)), (Some(&b"one"[..]), None));
        assert!(project.path().join(FOLDER).join("pictures/notes.txt").exists(), "what isn't ours stays");
        assert_eq!(fs::read_to_string(project.path().join(FOLDER).join(".gitignore")).ok().as_deref(), Some("*\n"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_or_deleted_behind_a_link() {
        let project = tempfile::tempdir().expect("a temporary folder");
        let other = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(other.path().join("pictures")).expect("a folder");
        let victim = other.path().join("pictures").join(Digest::of(b"").to_string());
        fs::write(&victim, "mine").expect("a file");
        std::os::unix::fs::symlink(other.path(), project.path().join(FOLDER)).expect("a link");
        let cache = DiskCache::of(project.path());
        cache.put(Digest::of(b"1"), b"one");
        cache.keep_only(&[]);
        assert!(victim.exists());
        assert_eq!(fs::read_dir(other.path().join("pictures")).expect("a folder").count(), 1);
    }
}
