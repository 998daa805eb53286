//! Sites written to disk, and builds killed at every step.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use walkdir::WalkDir;

use super::disk::{Disk, RealDisk};
use super::*;
use crate::site_path::SitePath;

/// A folder with a project and a target in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        // In memory where the system has such a folder: there are thousands of these.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let place = Self(folder.unwrap());
        fs::create_dir_all(place.0.path().join("project/content")).unwrap();
        place
    }

    fn target(&self) -> Target {
        Target::new(self.public(), self.0.path().join("project"))
    }

    fn public(&self) -> PathBuf {
        self.0.path().join("project/public")
    }

    fn add(&self, path: &str, text: &str) {
        let file = self.public().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// What a visitor or a server sees, but for marks and manifests.
    fn files(&self) -> BTreeMap<String, String> {
        tree(&self.public())
    }

    /// What stands beside the target.
    fn neighbours(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path().join("project"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "content" && name != "public")
            .collect();
        names.sort();
        names
    }
}

fn tree(folder: &Path) -> BTreeMap<String, String> {
    WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| (place::key(entry.path().strip_prefix(folder).unwrap()), entry.into_path()))
        .filter(|(path, _)| !path.starts_with(work::PREFIX))
        .map(|(path, file)| {
            let text = fs::read_to_string(&file).unwrap_or_else(|_| "(link)".to_owned());
            (path, text)
        })
        .collect()
}

fn site(files: &[(&str, &str)]) -> Vec<Output> {
    files.iter().map(|(path, text)| Output::new(SitePath::new(path), text.as_bytes())).collect()
}

fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| (SitePath::new(path).file(), (*text).to_owned())).collect()
}

const OLD: &[(&str, &str)] = &[
    ("", "home <assets/1.css>"),
    ("assets/1.css", "old style"),
    ("same/", "unchanged"),
    ("file-then-folder", "x"),
    ("folder-then-file/", "x"),
    ("gone/deep/page/", "x"),
];

const NEW: &[(&str, &str)] = &[
    ("", "home <assets/2.css>"),
    ("assets/2.css", "new style"),
    ("same/", "unchanged"),
    ("file-then-folder/", "y"),
    ("folder-then-file", "y"),
    ("added/", "y"),
];

const FOREIGN: &[(&str, &str)] =
    &[("CNAME", "example.org"), (".git/config", "git"), ("gone/notes.txt", "mine"), ("empty-no-more/a/b", "b")];

fn add_foreign(place: &Place) {
    for (path, text) in FOREIGN {
        place.add(path, text);
    }
}

fn with_foreign(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = map(files);
    all.extend(map(FOREIGN));
    all
}

#[test]
fn a_site_is_written_and_counted() {
    let place = Place::new();
    let written = write(&site(OLD), &place.target()).unwrap();
    assert_eq!(place.files(), map(OLD));
    assert_eq!((written.files, written.written, written.linked, written.removed), (6, 6, 0, 0));
    assert_eq!(written.bytes, OLD.iter().map(|(_, text)| text.len() as u64).sum::<u64>());
    assert_eq!(place.neighbours(), [""; 0]);
}

#[test]
fn a_site_is_flushed_to_disk() {
    let place = Place::new();
    write(&site(OLD), &Target { durability: Durability::PowerLoss, ..place.target() }).unwrap();
    assert_eq!(place.files(), map(OLD));
}

#[test]
fn missing_parents_are_made() {
    let place = Place::new();
    let folder = place.0.path().join("a/b/site");
    write(&site(OLD), &Target { folder: folder.clone(), ..place.target() }).unwrap();
    assert_eq!(tree(&folder), map(OLD));
}

fn each_way() -> [Replace; 2] {
    [Replace::AtOnce, Replace::FileByFile]
}

#[test]
fn unchanged_files_stay_and_stale_ones_go() {
    for replace in each_way() {
        let place = Place::new();
        let target = Target { replace, ..place.target() };
        write(&site(OLD), &target).unwrap();
        add_foreign(&place);
        let date = |path: &str| fs::metadata(place.public().join(path)).unwrap().modified().unwrap();
        let before = date("same/index.html");
        let written = write(&site(NEW), &target).unwrap();
        assert_eq!(place.files(), with_foreign(NEW), "{replace:?}");
        assert_eq!((written.files, written.written, written.linked, written.removed), (6, 5, 1, 4), "{replace:?}");
        assert_eq!(date("same/index.html"), before);
        assert!(!place.public().join("gone/deep").exists(), "an empty folder stayed");
        assert_eq!(place.neighbours(), [""; 0]);
        let nothing = write(&site(NEW), &target).unwrap();
        assert_eq!((nothing.written, nothing.linked, nothing.removed), (0, 6, 0));
        assert_eq!(place.files(), with_foreign(NEW));
    }
}

#[cfg(unix)]
#[test]
fn the_folder_stays_the_same_where_that_is_asked_for() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::new();
    let inode = || fs::metadata(place.public()).unwrap().ino();
    let target = Target { replace: Replace::FileByFile, ..place.target() };
    write(&site(OLD), &target).unwrap();
    let before = inode();
    write(&site(NEW), &target).unwrap();
    assert_eq!(inode(), before);
    write(&site(OLD), &place.target()).unwrap();
    assert_ne!(inode(), before);
    let exchanged = inode();
    write(&site(OLD), &place.target()).unwrap();
    assert_eq!(inode(), exchanged, "a build that changes nothing leaves the folder alone");
}

#[test]
fn damaged_files_of_ours_are_written_again() {
    for replace in each_way() {
        let place = Place::new();
        let target = Target { replace, ..place.target() };
        write(&site(OLD), &target).unwrap();
        place.add("same/index.html", "UNCHANGED");
        fs::remove_file(place.public().join("assets/1.css")).unwrap();
        let written = write(&site(OLD), &target).unwrap();
        assert_eq!((place.files(), written.written), (map(OLD), 2));
    }
}

#[test]
fn a_stale_file_that_somebody_changed_is_not_ours_any_more() {
    for replace in each_way() {
        let place = Place::new();
        let target = Target { replace, ..place.target() };
        write(&site(OLD), &target).unwrap();
        place.add("gone/deep/page/index.html", "edited");
        let written = write(&site(NEW), &target).unwrap();
        assert_eq!(written.removed, 3);
        assert_eq!(place.files().get("gone/deep/page/index.html").map(String::as_str), Some("edited"));
    }
}

#[test]
fn a_folder_that_no_build_wrote_is_refused() {
    let place = Place::new();
    place.add(".gitkeep", "");
    write(&site(OLD), &place.target()).unwrap();
    let place = Place::new();
    place.add("index.html", "by hand");
    place.add("notes.txt", "by hand");
    let refused = write(&site(OLD), &place.target()).unwrap_err();
    assert!(matches!(refused, DistError::Refused { .. }), "{refused}");
    assert_eq!(place.files(), map(&[("", "by hand"), ("notes.txt", "by hand")]));
    assert_eq!(place.neighbours(), [""; 0]);
    for replace in each_way() {
        let place = Place::new();
        place.add("index.html", "by hand");
        place.add("notes.txt", "by hand");
        write(&site(OLD), &Target { occupied: Occupied::Take, replace, ..place.target() }).unwrap();
        let mut expected = map(OLD);
        expected.insert("notes.txt".to_owned(), "by hand".to_owned());
        assert_eq!(place.files(), expected);
    }
}

#[test]
fn files_of_others_in_the_way_of_an_output_are_kept() {
    for replace in each_way() {
        for (path, replaceable) in [("added/index.html", true), ("added", false), ("folder-then-file/own", false)] {
            let place = Place::new();
            let target = Target { replace, ..place.target() };
            write(&site(OLD), &target).unwrap();
            place.add(path, "by hand");
            let before = place.files();
            let error = write(&site(NEW), &target).unwrap_err();
            assert!(matches!(error, DistError::InTheWay(_)), "{error}");
            assert_eq!(place.files(), before);
            assert_eq!(place.neighbours(), [""; 0]);
            let taken = write(&site(NEW), &Target { occupied: Occupied::Take, ..target });
            assert_eq!(taken.is_ok(), replaceable, "{path}: {taken:?}");
        }
    }
}

#[test]
fn the_same_file_by_another_hand_is_in_nobodys_way() {
    let place = Place::new();
    write(&site(OLD), &place.target()).unwrap();
    place.add("added/index.html", "y");
    write(&site(NEW), &place.target()).unwrap();
    assert_eq!(place.files(), map(NEW));
}

#[test]
fn sources_are_no_target() {
    let place = Place::new();
    let project = place.0.path().join("project");
    for folder in [
        project.clone(),
        place.0.path().to_owned(),
        project.join("content"),
        project.join("content/new"),
        project.join("content/../content"),
        project.join("themes"),
        PathBuf::from("/"),
    ] {
        let error = write(&site(OLD), &Target { folder: folder.clone(), ..place.target() }).unwrap_err();
        assert!(matches!(error, DistError::Refused { .. }), "{}: {error}", folder.display());
    }
    fs::write(project.join("file"), "").unwrap();
    let error = write(&site(OLD), &Target { folder: project.join("file"), ..place.target() }).unwrap_err();
    assert!(matches!(error, DistError::Refused { .. }), "{error}");
}

#[test]
fn outputs_stay_inside_and_apart() {
    let place = Place::new();
    for path in ["../a", "a/../../b", "a\\b", MANIFEST, ".maillage-staged"] {
        let error = write(&site(&[(path, "x")]), &place.target()).unwrap_err();
        assert!(matches!(error, DistError::UnsafePath(_)), "{path}: {error}");
    }
    let error = write(&site(&[("a/", "x"), ("a/index.html", "y")]), &place.target()).unwrap_err();
    assert!(matches!(error, DistError::Twice(_)), "{error}");
    assert!(!place.public().exists());
    assert_eq!(place.neighbours(), [""; 0]);
}

#[test]
fn two_builds_do_not_mix() {
    let place = Place::new();
    let staging = Staging::open(&place.target()).unwrap();
    let error = write(&site(OLD), &place.target()).unwrap_err();
    assert!(matches!(error, DistError::Busy(_)), "{error}");
    for output in site(NEW) {
        staging.put(&output).unwrap();
    }
    staging.finish().unwrap();
    assert_eq!(place.files(), map(NEW));
    write(&site(OLD), &place.target()).unwrap();
    assert_eq!(place.files(), map(OLD));
}

#[test]
fn a_build_that_fails_leaves_no_trace() {
    let place = Place::new();
    write(&site(OLD), &place.target()).unwrap();
    let staging = Staging::open(&place.target()).unwrap();
    staging.put(&site(NEW)[0]).unwrap();
    drop(staging);
    assert_eq!((place.files(), place.neighbours()), (map(OLD), Vec::new()));
}

#[cfg(unix)]
#[test]
fn links_of_others_are_carried_and_never_written_through() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    write(&site(OLD), &place.target()).unwrap();
    let outside = place.0.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("precious"), "p").unwrap();
    symlink("index.html", place.public().join("link")).unwrap();
    symlink(&outside, place.public().join("folder-link")).unwrap();
    write(&site(NEW), &place.target()).unwrap();
    assert_eq!(fs::read_link(place.public().join("link")).unwrap(), Path::new("index.html"));
    assert_eq!(fs::read_link(place.public().join("folder-link")).unwrap(), outside);
    let error = write(&site(&[("folder-link/x", "x")]), &place.target()).unwrap_err();
    assert!(matches!(error, DistError::InTheWay(_)), "{error}");
    assert_eq!(tree(&outside), map(&[("precious", "p")]));
    // A target may itself be a link: the folder behind it changes.
    let alias = place.0.path().join("alias");
    symlink(place.public(), &alias).unwrap();
    write(&site(OLD), &Target { folder: alias.clone(), ..place.target() }).unwrap();
    assert!(fs::symlink_metadata(&alias).unwrap().is_symlink());
    assert_eq!(place.files().get("index.html").map(String::as_str), Some("home <assets/1.css>"));
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_a_socket_keeps_the_folder_in_place() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = Place::new();
    write(&site(OLD), &place.target()).unwrap();
    fs::set_permissions(place.public(), Permissions::from_mode(0o750)).unwrap();
    write(&site(NEW), &place.target()).unwrap();
    assert_eq!(fs::metadata(place.public()).unwrap().mode() & 0o777, 0o750);
    let socket = place.public().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let inode = fs::metadata(place.public()).unwrap().ino();
    write(&site(OLD), &place.target()).unwrap();
    assert!(fs::symlink_metadata(socket).is_ok());
    assert_eq!(fs::metadata(place.public()).unwrap().ino(), inode);
}

#[path = "tests/killed.rs"]
mod killed;
