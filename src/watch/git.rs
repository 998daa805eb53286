//! What enters: a project's folder. What leaves: whether git is just now putting other files there. It must not know events.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A lock that is older was left by a git that died.
const OLDEST: Duration = Duration::from_secs(20);

/// The file that git holds while it changes the files of a working tree; `None` outside of any.
///
/// Source: gitrepository-layout(5); `index.lock` is taken before the first file of a checkout is changed and given back after the last one.
pub(super) fn lock(root: &Path) -> Option<PathBuf> {
    let place = root.ancestors().map(|folder| folder.join(".git")).find(|place| place.exists())?;
    if place.is_dir() {
        return Some(place.join("index.lock"));
    }
    // Of a linked working tree or a submodule.
    let text = fs::read_to_string(&place).ok()?;
    Some(place.parent()?.join(text.strip_prefix("gitdir:")?.trim()).join("index.lock"))
}

/// Whether somebody holds the lock.
pub(super) fn is_held(lock: &Path) -> bool {
    let since = fs::metadata(lock).and_then(|metadata| metadata.modified());
    since.is_ok_and(|since| since.elapsed().is_ok_and(|held| held < OLDEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_that_of_the_working_tree_around_the_project() {
        let folder = tempfile::tempdir().expect("a folder");
        let (outer, linked) = (folder.path().join("outer"), folder.path().join("linked"));
        fs::create_dir_all(outer.join(".git/worktrees/linked")).expect("folders");
        fs::create_dir_all(outer.join("docs/centre")).expect("folders");
        fs::create_dir_all(&linked).expect("a folder");
        fs::write(linked.join(".git"), "gitdir: ../outer/.git/worktrees/linked\n").expect("a file");
        let held = outer.join(".git/index.lock");
        assert_eq!(lock(&outer.join("docs/centre")), Some(held.clone()));
        assert!(!is_held(&held));
        fs::write(&held, "").expect("a file");
        assert!(is_held(&held));
        fs::write(outer.join(".git/worktrees/linked/index.lock"), "").expect("a file");
        assert!(lock(&linked).is_some_and(|lock| is_held(&lock)));
    }
}
