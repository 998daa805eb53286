//! Scans of small projects on disk.

use std::fs::FileTimes;
use std::time::Duration;

use super::*;

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn scan(&self) -> Scan {
        scan(self.0.path(), &mut Memory::default()).unwrap()
    }
}

fn paths(sources: &[Source]) -> Vec<&str> {
    sources.iter().map(|source| &*source.path).collect()
}

fn codes(scan: &Scan) -> Vec<(&str, &str)> {
    scan.diagnostics.iter().map(|fault| (&*fault.location.file, fault.code)).collect()
}

#[test]
fn files_come_sorted_and_apart() {
    let project = Project::new(&[
        ("site.toml", "title"),
        ("content/b/z.md", "z"),
        ("content/b.yaml", "b"),
        ("content/a/été.md", "a"),
        ("themes/default/templates/x.html", "x"),
        ("README.md", "not read"),
        ("public/index.html", "not read"),
    ]);
    let scan = project.scan();
    assert_eq!(scan.site.as_ref().map(|site| &*site.bytes), Some(b"title".as_slice()));
    assert_eq!(paths(&scan.content), ["content/a/été.md", "content/b.yaml", "content/b/z.md"]);
    assert_eq!(paths(&scan.theme), ["themes/default/templates/x.html"]);
    assert_eq!(codes(&scan), []);
    assert_eq!(scan.get("content/b.yaml").map(|source| &*source.bytes), Some(b"b".as_slice()));
    assert!(scan.get("README.md").is_none() && scan.get("content/none.md").is_none());
}

#[test]
fn a_project_may_lack_everything() {
    let project = Project::new(&[]);
    let scan = project.scan();
    assert!(scan.site.is_none() && scan.content.is_empty() && scan.theme.is_empty() && scan.diagnostics.is_empty());
    let file = project.path("file");
    fs::write(&file, "").unwrap();
    for no_folder in [file, project.path("absent")] {
        let outcome = super::scan(&no_folder, &mut Memory::default());
        assert!(matches!(outcome, Err(ScanError::NoFolder(path)) if path == no_folder));
    }
}

#[test]
fn droppings_are_never_read() {
    let project = Project::new(&[
        ("content/.git/config", "x"),
        ("content/a/x.md~", "x"),
        ("content/a/x.md", "x"),
        ("content/a/4913", "x"),
    ]);
    let scan = project.scan();
    assert_eq!(paths(&scan.content), ["content/a/x.md"]);
    assert_eq!(scan.ignored, ["content/.git", "content/a/4913", "content/a/x.md~"]);
}

#[test]
fn names_must_be_portable() {
    let project = Project::new(&[("content/a/x.md", "1"), ("content/a/X.md", "2"), ("content/nul/x.md", "3")]);
    let scan = project.scan();
    assert_eq!(codes(&scan), [("content/a/X.md", "colliding-names"), ("content/nul", "unportable-name")]);
}

#[test]
fn an_accent_that_is_a_character_of_its_own_is_that_of_links() {
    let project = Project::new(&[("content/a/e\u{301}te\u{301}.pdf", "1"), ("content/a/index.md", "2")]);
    let scan = project.scan();
    assert_eq!(paths(&scan.content), ["content/a/index.md", "content/a/été.pdf"]);
    assert!(scan.diagnostics.is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_windows_or_utf_8_refuse_are_faults() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new(&[("content/a:b.md", "1"), ("content/e\u{301}.md", "2"), ("content/é.md", "3")]);
    fs::write(project.path("content").join(OsStr::from_bytes(b"\xff.md")), "4").unwrap();
    assert_eq!(
        codes(&project.scan()),
        [
            ("content/a:b.md", "unportable-name"),
            ("content/é.md", "colliding-names"),
            ("content/\u{fffd}.md", "unportable-name"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_project_only() {
    use std::os::unix::fs::symlink;
    let outside = Project::new(&[("secret.md", "secret")]);
    let project = Project::new(&[
        ("content/a/x.md", "x"),
        ("shared/guides/g.md", "g"),
        (".env", "token"),
        ("shared/note.md", "n"),
    ]);
    symlink("../shared/guides", project.path("content/guides")).unwrap();
    symlink("../../shared/note.md", project.path("content/a/note.md")).unwrap();
    symlink(outside.0.path(), project.path("content/out")).unwrap();
    symlink(outside.path("secret.md"), project.path("content/a/out.md")).unwrap();
    symlink("../../.env", project.path("content/a/env.md")).unwrap();
    symlink("nowhere", project.path("content/a/dangling.md")).unwrap();
    symlink("..", project.path("content/a/loop")).unwrap();
    symlink("self", project.path("content/a/self")).unwrap();
    symlink("..", project.path("shared/guides/up")).unwrap();
    symlink("../../content/a", project.path("shared/guides/again")).unwrap();
    let scan = project.scan();
    assert_eq!(paths(&scan.content), ["content/a/note.md", "content/a/x.md", "content/guides/g.md"]);
    assert_eq!(
        codes(&scan),
        [
            ("content/a/dangling.md", "dangling-link"),
            ("content/a/env.md", "link-outside"),
            ("content/a/loop", "link-loop"),
            ("content/a/out.md", "link-outside"),
            ("content/a/self", "dangling-link"),
            ("content/guides/again", "link-in-link"),
            ("content/guides/up", "link-loop"),
            ("content/out", "link-outside"),
        ]
    );
    let root = fs::canonicalize(project.0.path()).unwrap();
    assert_eq!(scan.linked, BTreeSet::from([root.join("shared/guides"), root.join("shared/note.md")]));
    assert!(scan.diagnostics.iter().all(|fault| !fault.is_error() && fault.help.is_some()));
}

#[cfg(unix)]
#[test]
fn where_a_link_leads_is_remembered_though_nothing_is_there() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("content/a/x.md", "x"), ("shared/note.md", "n")]);
    symlink("../../shared/later/guide.md", project.path("content/a/guide.md")).unwrap();
    symlink("../../shared/chain.md", project.path("content/a/chain.md")).unwrap();
    symlink("deep/end.md", project.path("shared/chain.md")).unwrap();
    symlink("../../shared/.hidden.md", project.path("content/a/hidden.md")).unwrap();
    symlink("../../../outside.md", project.path("content/a/outside.md")).unwrap();
    let root = fs::canonicalize(project.0.path()).unwrap();
    let linked = BTreeSet::from([root.join("shared/later/guide.md"), root.join("shared/deep/end.md")]);
    assert_eq!(project.scan().linked, linked);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let project = Project::new(&[("content/x.md", "x")]);
    let _socket = std::os::unix::net::UnixListener::bind(project.path("content/socket")).unwrap();
    let scan = project.scan();
    assert_eq!(codes(&scan), [("content/socket", "not-a-file")]);
}

fn date(file: &Path, age: Duration) -> SystemTime {
    let modified = SystemTime::now() - age;
    File::options().write(true).open(file).unwrap().set_times(FileTimes::new().set_modified(modified)).unwrap();
    modified
}

#[test]
fn unchanged_files_are_not_read_again() {
    let project = Project::new(&[("content/x.md", "one")]);
    let mut memory = Memory::default();
    let first = scan(project.0.path(), &mut memory).unwrap();
    // As if the file had been read long after it was written.
    for remembered in memory.files.values_mut() {
        remembered.read_at += Duration::from_secs(60);
    }
    let again = scan(project.0.path(), &mut memory).unwrap();
    assert!(Arc::ptr_eq(&first.content[0].bytes, &again.content[0].bytes));
    assert!(memory.files.values().all(|remembered| remembered.read_at > SystemTime::now()), "it was read again");
    fs::remove_file(project.path("content/x.md")).unwrap();
    let empty = scan(project.0.path(), &mut memory).unwrap();
    assert!(empty.content.is_empty() && memory.files.is_empty());
}

#[test]
fn files_written_a_moment_ago_are_read_again() {
    let project = Project::new(&[("content/x.md", "one")]);
    let file = project.path("content/x.md");
    let mut memory = Memory::default();
    scan(project.0.path(), &mut memory).unwrap();
    let stamp = memory.files["content/x.md"].stamp;
    fs::write(&file, "two").unwrap();
    // The worst case: size, dates and inode can't tell the two writes apart.
    memory.files.values_mut().for_each(|remembered| remembered.stamp = Stamp::of(&fs::metadata(&file).unwrap()));
    let again = scan(project.0.path(), &mut memory).unwrap();
    assert_eq!(&*again.content[0].bytes, b"two", "{stamp:?}");
}

#[test]
fn a_changed_file_with_its_old_date_is_read_again() {
    let project = Project::new(&[("content/x.md", "one")]);
    let file = project.path("content/x.md");
    let modified = date(&file, Duration::from_secs(3600));
    let mut memory = Memory::default();
    scan(project.0.path(), &mut memory).unwrap();
    memory.files.values_mut().for_each(|remembered| remembered.read_at += Duration::from_secs(60));
    let copy = project.path("content/y.tmp");
    fs::write(&copy, "two").unwrap();
    File::options().write(true).open(&copy).unwrap().set_times(FileTimes::new().set_modified(modified)).unwrap();
    fs::rename(&copy, &file).unwrap();
    let again = scan(project.0.path(), &mut memory).unwrap();
    assert_eq!(&*again.content[0].bytes, b"two");
}

#[test]
fn the_same_bytes_stay_where_they_are() {
    let project = Project::new(&[("content/x.md", "one")]);
    let mut memory = Memory::default();
    let first = scan(project.0.path(), &mut memory).unwrap();
    date(&project.path("content/x.md"), Duration::from_secs(5));
    let touched = scan(project.0.path(), &mut memory).unwrap();
    assert!(Arc::ptr_eq(&first.content[0].bytes, &touched.content[0].bytes));
}

/// What a scan read, and a rescan after an act: of the files named, then of everything.
fn reread(project: &Project, memory: &mut Memory, named: &[&str], act: impl FnOnce()) -> (Scan, Scan) {
    let root = fs::canonicalize(project.0.path()).unwrap();
    act();
    let quick = rescan(&root, memory, &named.iter().map(|path| root.join(path)).collect()).unwrap();
    (quick, scan(&root, memory).unwrap())
}

#[test]
fn a_named_file_is_read_without_a_look_at_the_others() {
    let files = [("site.toml", "s"), ("content/a.md", "a"), ("content/b.md", "b"), ("themes/t/x.css", "x")];
    let project = Project::new(&files);
    let mut memory = Memory::default();
    let first = scan(project.0.path(), &mut memory).unwrap();
    for path in ["site.toml", "content/a.md", "themes/t/x.css"] {
        let write = || fs::write(project.path(path), "new").unwrap();
        let (quick, whole) = reread(&project, &mut memory, &[path], write);
        assert!(quick.is_same(&whole) && !quick.is_same(&first), "{path}");
    }
    let both = || ["content/a.md", "content/b.md"].iter().for_each(|path| fs::write(project.path(path), "2").unwrap());
    let (quick, whole) = reread(&project, &mut memory, &["content/a.md"], both);
    assert_eq!(quick.get("content/b.md").map(|source| &*source.bytes), Some(b"b".as_slice()), "it was not named");
    assert_eq!(whole.get("content/b.md").map(|source| &*source.bytes), Some(b"2".as_slice()));
}

#[test]
fn names_that_are_no_known_files_lead_to_a_whole_scan() {
    let project = Project::new(&[("content/a/x.md", "x"), ("content/b.md", "b")]);
    let mut memory = Memory::default();
    scan(project.0.path(), &mut memory).unwrap();
    let mut same = |named: &[&str], act: &dyn Fn()| {
        let (quick, whole) = reread(&project, &mut memory, named, act);
        assert!(quick.is_same(&whole), "{named:?}");
    };
    same(&["content/new.md"], &|| fs::write(project.path("content/new.md"), "").unwrap());
    same(&["content/new.md"], &|| fs::remove_file(project.path("content/new.md")).unwrap());
    same(&["content/c"], &|| fs::rename(project.path("content/a"), project.path("content/c")).unwrap());
    same(&["content/b.md"], &|| {
        fs::remove_file(project.path("content/b.md")).unwrap();
        fs::create_dir(project.path("content/b.md")).unwrap();
    });
    same(&[""], &|| fs::write(project.path("content/c/x.md"), "y").unwrap());
    same(&["../elsewhere.md"], &|| fs::write(project.path("content/c/x.md"), "z").unwrap());
}

#[cfg(unix)]
#[test]
fn a_change_behind_a_link_is_seen_at_both_paths() {
    let project = Project::new(&[("content/a.md", "1"), ("content/b.md", "b")]);
    std::os::unix::fs::symlink("a.md", project.path("content/link.md")).unwrap();
    let mut memory = Memory::default();
    scan(project.0.path(), &mut memory).unwrap();
    let write = || fs::write(project.path("content/a.md"), "2").unwrap();
    let (quick, whole) = reread(&project, &mut memory, &["content/a.md"], write);
    assert!(quick.is_same(&whole));
    assert_eq!(quick.get("content/link.md").map(|source| &*source.bytes), Some(b"2".as_slice()));
}
