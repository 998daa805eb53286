//! What enters: the watched folders as they are now. What leaves: a number that changes when they do, and whether the platform should have said so.
//! It must not read a file's content.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::{TOPS, Watched};
use crate::scan::{Stamp, is_dropping};

/// A number for the names, sizes, times and identities of all that is watched; `None` where the system can't say for now.
pub(super) fn fingerprint(watched: &Watched) -> Option<u64> {
    let tops = TOPS.iter().map(|top| watched.root.join(top));
    let mut hasher = DefaultHasher::new();
    for start in tops.chain(watched.linked.iter().cloned()) {
        let is_watched = |name: &std::ffi::OsStr| !is_dropping(&name.to_string_lossy());
        let entries = WalkDir::new(&start).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_watched(entry.file_name())) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if is_passing(error.io_error()) => return None,
                // Gone, or locked: as much a fact as what is there.
                Err(_) => continue,
            };
            entry.path().hash(&mut hasher);
            // A folder's own times change with what is in it, droppings included.
            if !entry.file_type().is_dir() {
                let metadata = entry.metadata();
                if metadata.as_ref().is_err_and(|error| is_passing(error.io_error())) {
                    return None;
                }
                metadata.ok().map(|metadata| Stamp::of(&metadata)).hash(&mut hasher);
            }
        }
    }
    Some(hasher.finish())
}

/// Whether an error says nothing of the folder: the program (EMFILE) or the system (ENFILE) has no descriptors left.
fn is_passing(error: Option<&io::Error>) -> bool {
    cfg!(unix) && error.and_then(io::Error::raw_os_error).is_some_and(|code| matches!(code, 23 | 24))
}

/// What a look means while the platform has not been heard yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing changed.
    Quiet,
    /// Something changed; its event may be on the way.
    Suspect,
    /// Something changed a while ago, and no event told of it.
    Mute,
}

/// Looks for changes that the platform does not tell of.
#[derive(Debug)]
pub(super) struct Sentinel {
    /// `None` until the first look.
    known: Option<u64>,
    suspects: bool,
}

impl Sentinel {
    pub(super) fn new(known: Option<u64>) -> Self {
        Self { known, suspects: false }
    }

    /// Judges a look. Whoever hears an event needs no sentinel any more.
    pub(super) fn judge(&mut self, seen: u64) -> Verdict {
        match (seen == *self.known.get_or_insert(seen), self.suspects) {
            (true, _) => {
                self.suspects = false;
                Verdict::Quiet
            }
            (false, false) => {
                self.suspects = true;
                Verdict::Suspect
            }
            (false, true) => Verdict::Mute,
        }
    }
}

/// The kind of a file system that other machines write to, whose changes the platform does not hear of.
#[cfg(target_os = "linux")]
pub(super) fn remote(root: &Path) -> Option<&'static str> {
    // The numbers of linux/magic.h have 32 bits; the field's width and sign differ between processors.
    named(rustix::fs::statfs(root).ok()?.f_type as u32)
}

#[cfg(target_os = "linux")]
fn named(magic: u32) -> Option<&'static str> {
    match magic {
        0x6969 => Some("NFS"),
        0xff53_4d42 | 0xfe53_4d42 | 0x517b => Some("a Windows share"),
        0x0102_1997 => Some("a 9p folder"),
        0x786f_4256 => Some("a VirtualBox folder"),
        0x5346_414f => Some("AFS"),
        0x00c3_6400 => Some("Ceph"),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn remote(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn the_fingerprint_changes_with_the_sources_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let watched = Watched { linked: BTreeSet::from([root.join("shared/x.md")]), root: root.clone() };
        let look = || fingerprint(&watched).unwrap();
        let mut last = look();
        let mut step = |changes: bool, what: &str, act: &dyn Fn()| {
            act();
            let now = look();
            assert_eq!(now != last, changes, "{what}");
            last = now;
        };
        step(true, "a folder", &|| fs::create_dir_all(root.join("content/a")).unwrap());
        step(true, "a file", &|| fs::write(root.join("content/a/x.md"), "1").unwrap());
        step(true, "its content", &|| fs::write(root.join("content/a/x.md"), "22").unwrap());
        step(false, "reading it", &|| drop(fs::read(root.join("content/a/x.md")).unwrap()));
        step(false, "a dropping", &|| fs::write(root.join("content/a/x.md~"), "1").unwrap());
        step(false, "the output", &|| fs::write(root.join("index.html"), "1").unwrap());
        step(true, "a new name", &|| fs::rename(root.join("content/a/x.md"), root.join("content/a/y.md")).unwrap());
        step(true, "a case", &|| fs::rename(root.join("content/a/y.md"), root.join("content/a/Y.md")).unwrap());
        step(true, "its end", &|| fs::remove_file(root.join("content/a/Y.md")).unwrap());
        step(true, "settings", &|| fs::write(root.join("site.toml"), "1").unwrap());
        step(true, "a linked file", &|| {
            fs::create_dir(root.join("shared")).unwrap();
            fs::write(root.join("shared/x.md"), "1").unwrap();
        });
    }

    #[test]
    fn one_unheard_change_is_a_suspicion_and_two_looks_prove_it() {
        let mut sentinel = Sentinel::new(Some(1));
        let verdicts: Vec<_> = [1, 2, 1, 2, 2].into_iter().map(|seen| sentinel.judge(seen)).collect();
        assert_eq!(verdicts, [Verdict::Quiet, Verdict::Suspect, Verdict::Quiet, Verdict::Suspect, Verdict::Mute]);
    }

    #[test]
    fn a_look_that_fails_for_want_of_descriptors_says_nothing() {
        let failed = |code| is_passing(Some(&io::Error::from_raw_os_error(code)));
        assert_eq!([2, 13, 23, 24].map(failed), [false, false, cfg!(unix), cfg!(unix)]);
        assert_eq!([1, 1, 2].map(|seen| Sentinel::new(None).judge(seen)), [Verdict::Quiet; 3]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn network_folders_are_known() {
        assert_eq!(named(0x6969), Some("NFS"));
        assert_eq!(named(0xef53), None, "ext4");
        assert_eq!(remote(Path::new("/proc")), None);
    }
}
