//! What enters: a staged site and a target that must stay the folder it is. What leaves: the site in it, moved file by file.
//! All steps stand in a journal before the first is made, each can be made twice, and so a build that was killed is completed by the next one.
//! Files that pages refer to come before the pages, and what goes, goes last: a visitor meets no page whose style or picture isn't there.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::disk::Disk;
use super::exchange::{Replacement, is_absent};
use super::manifest::{FILE, Manifest, is_safe};
use super::place::{ancestors, make_folders};
use super::work::{MARK, Work, discard};
use super::{DistError, Durability};

const JOURNAL: &str = "journal";
const UNFINISHED: &str = "journal.new";
const HEADER: &str = "maillage journal 1";
const END: &str = "end";

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Move a staged file into the target.
    Put(String),
    /// Remove a file of the old site, and the folders that it leaves empty.
    Remove(String),
}

/// Replaces the old site.
pub(super) fn replace(disk: &dyn Disk, replacement: &Replacement<'_>) -> Result<(), DistError> {
    let Replacement { work, site, after, survey, durability } = replacement;
    let staged = work.site();
    let put: Vec<String> = after.0.keys().filter(|path| !is_absent(&staged.join(path))).cloned().collect();
    let steps = steps(put, &survey.stale, after);
    let manifest = staged.join(FILE);
    let journal = work.folder.join(JOURNAL);
    let unfinished = work.folder.join(UNFINISHED);
    let record = || -> io::Result<()> {
        // An exchange that proved impossible has written the manifest already.
        disk.remove_file(&manifest)?;
        disk.write(&manifest, after.write().as_bytes())?;
        if *durability == Durability::PowerLoss {
            disk.sync_file_system(&staged)?;
        }
        disk.remove_file(&unfinished)?;
        disk.write(&unfinished, write(&steps).as_bytes())?;
        disk.sync(&unfinished)?;
        disk.rename(&unfinished, &journal)?;
        disk.sync(&work.folder)
    };
    record().map_err(DistError::io("write", &journal))?;
    complete(disk, work, &site.folder)
}

/// Whether there are steps left to make.
pub(super) fn is_open(work: &Work) -> bool {
    !is_absent(&work.folder.join(JOURNAL))
}

/// Makes the steps of a journal, where there is one.
pub(super) fn complete(disk: &dyn Disk, work: &Work, target: &Path) -> Result<(), DistError> {
    let journal = work.folder.join(JOURNAL);
    let unfinished = work.folder.join(UNFINISHED);
    disk.remove_file(&unfinished).map_err(DistError::io("remove", &unfinished))?;
    let text = match fs::read_to_string(&journal) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(DistError::io("read", &journal)(error)),
    };
    let Some(steps) = read(&text) else {
        return Err(DistError::io("read", &journal)(io::ErrorKind::InvalidData.into()));
    };
    let staged = work.site();
    let taken = taken_names(&steps, &staged);
    disk.make_folder(target).map_err(DistError::io("make the folder", target))?;
    for step in &steps {
        match step {
            Step::Put(path) => put(disk, &staged, target, path).map_err(DistError::io("write", &target.join(path)))?,
            Step::Remove(path) if taken.contains(&folded(path)) => {}
            Step::Remove(path) => remove(disk, target, path).map_err(DistError::io("remove", &target.join(path)))?,
        }
    }
    let manifest = target.join(FILE);
    put(disk, &staged, target, FILE).map_err(DistError::io("write", &manifest))?;
    let close = || -> io::Result<()> {
        disk.remove_file(&journal)?;
        if staged.join(MARK).exists() { discard(disk, &staged) } else { Ok(()) }
    };
    close().map_err(DistError::io("clean up", &work.folder))
}

/// The names that a build took for new files before it was killed. Where case doesn't count, an old file of the same name is the new one.
fn taken_names(steps: &[Step], staged: &Path) -> BTreeSet<String> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Put(path) if is_absent(&staged.join(path)) => Some(folded(path)),
            _ => None,
        })
        .collect()
}

/// What is left of a path where neither case nor Unicode's normal form counts.
fn folded(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).collect()
}

/// The steps in their order: what would block a new file goes first, then files come, pages after the others, then the rest goes.
fn steps(mut put: Vec<String>, stale: &[String], after: &Manifest) -> Vec<Step> {
    let new: BTreeSet<String> = after.0.keys().map(|path| folded(path)).collect();
    let new_folders: BTreeSet<&str> = new.iter().flat_map(|path| ancestors(path)).collect();
    let blocks = |path: &&String| {
        let path = folded(path);
        // The same file where case doesn't count; a folder's name; a file's name that was a folder's.
        new.contains(&path)
            || new_folders.contains(path.as_str())
            || ancestors(&path).any(|folder| new.contains(folder))
    };
    let (first, last): (Vec<&String>, Vec<&String>) = stale.iter().partition(blocks);
    put.sort_by_key(|path| path.ends_with(".html"));
    let remove = |paths: Vec<&String>| paths.into_iter().cloned().map(Step::Remove).collect::<Vec<_>>();
    [remove(first), put.into_iter().map(Step::Put).collect(), remove(last)].concat()
}

fn put(disk: &dyn Disk, staged: &Path, target: &Path, path: &str) -> io::Result<()> {
    let (from, to) = (staged.join(path), target.join(path));
    if is_absent(&from) {
        // Made already, before the build was killed.
        return Ok(());
    }
    make_folders(disk, target, Path::new(path))?;
    if to.is_dir() {
        disk.remove_folder(&to)?;
    }
    match disk.rename(&from, &to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let near = target.join(format!("{MARK}-file"));
            disk.remove_file(&near)?;
            disk.write(&near, &fs::read(&from)?)?;
            disk.rename(&near, &to)?;
        }
        done => done?,
    }
    // Two names of one file can't replace each other: the staged one stays.
    disk.remove_file(&from)
}

fn remove(disk: &dyn Disk, target: &Path, path: &str) -> io::Result<()> {
    let file = target.join(path);
    if !file.is_dir() {
        disk.remove_file(&file)?;
    }
    for folder in ancestors(path) {
        let folder = target.join(folder);
        if !fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none()) {
            break;
        }
        disk.remove_folder(&folder)?;
    }
    Ok(())
}

fn write(steps: &[Step]) -> String {
    let mut text = format!("{HEADER}\n");
    for step in steps {
        match step {
            Step::Put(path) => text += &format!("put {path}\n"),
            Step::Remove(path) => text += &format!("remove {path}\n"),
        }
    }
    text + END + "\n"
}

/// `None` where the text is no journal, only a part of one, or names a path outside the target.
fn read(text: &str) -> Option<Vec<Step>> {
    let lines = text.strip_prefix(HEADER)?.strip_prefix('\n')?.strip_suffix('\n')?.strip_suffix(END)?;
    lines
        .lines()
        .map(|line| match line.split_once(' ')? {
            ("put", path) if is_safe(path) => Some(Step::Put(path.to_owned())),
            ("remove", path) if is_safe(path) => Some(Step::Remove(path.to_owned())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::manifest::Record;

    fn manifest(paths: &[&str]) -> Manifest {
        Manifest(paths.iter().map(|path| ((*path).to_owned(), Record { size: 0, digest: String::new() })).collect())
    }

    #[test]
    fn steps_never_leave_a_page_without_its_files() {
        let owned = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
        let new = ["a/index.html", "assets/2.css", "b", "index.html", "x.html"];
        let stale = owned(&["a", "assets/1.css", "b/index.html", "X.html"]);
        let steps = steps(owned(&new), &stale, &manifest(&new));
        let read_back = read(&write(&steps));
        assert_eq!(
            write(&steps),
            "maillage journal 1\nremove a\nremove b/index.html\nremove X.html\nput assets/2.css\nput b\n\
             put a/index.html\nput index.html\nput x.html\nremove assets/1.css\nend\n"
        );
        assert_eq!(read_back, Some(steps));
    }

    #[test]
    fn an_old_name_that_is_the_new_file_by_now_is_not_removed() {
        let staged = tempfile::tempdir().unwrap();
        std::fs::write(staged.path().join("b.html"), "").unwrap();
        let steps = ["a.html", "b.html"].map(|path| Step::Put(path.to_owned()));
        assert_eq!(taken_names(&steps, staged.path()), BTreeSet::from(["a.html".to_owned()]));
    }

    #[test]
    fn a_journal_is_whole_and_stays_inside() {
        let text = "maillage journal 1\nput a\nend\n";
        assert!(read(text).is_some());
        for wrong in
            [&text[..text.len() - 2], "", "maillage journal 1\nput ../a\nend\n", "maillage journal 1\nrm a\nend\n"]
        {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
