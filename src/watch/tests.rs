//! Saves of all kinds in a real folder. Each is found by looking when told to, and only then.

use std::fs;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

use super::*;

/// Longer than any machine takes; no test waits for it to pass.
const LONG: Duration = Duration::from_secs(60);

struct Project {
    folder: tempfile::TempDir,
    signals: Receiver<Signal>,
    watch: Watch,
}

const QUICK: Pace =
    Pace { poll: Duration::from_millis(10), check: Duration::from_millis(20), late: Duration::from_millis(20) };

impl Project {
    fn new() -> Self {
        Self::with(QUICK, Ears::open)
    }

    fn with(pace: Pace, open: impl FnOnce(&Watched, Knocker) -> Result<Ears, Deaf> + Send + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/places")).unwrap();
        fs::create_dir_all(folder.path().join("themes")).unwrap();
        let (sender, signals) = mpsc::channel();
        let watch = start(folder.path(), pace, &Heard::default(), open, move |signal| {
            // A test that has seen enough listens no more.
            let _ = sender.send(signal);
            Seen::All
        })
        .unwrap();
        Self { folder, signals, watch }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    /// Looks, whenever told that something changed, until a file has a content; `None`: until it is gone.
    fn sees(&self, path: &str, text: Option<&str>) {
        loop {
            match self.signals.recv_timeout(LONG) {
                Ok(Signal::Changed(_)) if fs::read_to_string(self.path(path)).ok().as_deref() == text => return,
                Ok(_) => {}
                Err(_) => panic!("nobody told that {path} became {text:?}"),
            }
        }
    }

    /// The next signal that isn't a change.
    fn hears(&self) -> String {
        loop {
            if let Signal::Polling(reason) = self.signals.recv_timeout(LONG).unwrap() {
                return reason;
            }
        }
    }
}

/// Each editor's way to save, twice: what was learnt of a file by its first save must not hide the second.
#[test]
fn every_way_of_saving_is_noticed() {
    let project = Project::new();
    let file = "content/places/a.md";
    for text in ["1", "2"] {
        project.write(file, &format!("in place {text}"));
        project.sees(file, Some(&format!("in place {text}")));
        project.write("content/places/sedAb12C", &format!("renamed {text}"));
        fs::rename(project.path("content/places/sedAb12C"), project.path(file)).unwrap();
        project.sees(file, Some(&format!("renamed {text}")));
        fs::rename(project.path(file), project.path("content/places/a.md~")).unwrap();
        project.write(file, &format!("backed up {text}"));
        project.sees(file, Some(&format!("backed up {text}")));
        fs::create_dir(project.path("content/new")).unwrap();
        project.write("content/new/b.md", text);
        project.sees("content/new/b.md", Some(text));
        project.write("content/new/b.md", "in the new folder");
        project.sees("content/new/b.md", Some("in the new folder"));
        fs::rename(project.path("content/new"), project.path("content/moved")).unwrap();
        project.sees("content/moved/b.md", Some("in the new folder"));
        project.write("content/moved/b.md", "in the moved folder");
        project.sees("content/moved/b.md", Some("in the moved folder"));
        fs::remove_dir_all(project.path("content/moved")).unwrap();
        project.sees("content/moved/b.md", None);
        project.write("site.toml", text);
        project.sees("site.toml", Some(text));
        fs::write(project.path("themes/style.css"), text).unwrap();
        project.sees("themes/style.css", Some(text));
    }
}

#[test]
fn folders_of_the_root_may_come_and_go() {
    let project = Project::new();
    for text in ["1", "2"] {
        fs::rename(project.path("content"), project.path("aside")).unwrap();
        project.sees("content/places/a.md", None);
        fs::create_dir_all(project.path("content/places")).unwrap();
        project.write("content/places/a.md", text);
        project.sees("content/places/a.md", Some(text));
        project.write("content/places/a.md", "again");
        project.sees("content/places/a.md", Some("again"));
        fs::remove_dir_all(project.path("aside")).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn what_links_lead_to_is_watched() {
    let project = Project::new();
    fs::create_dir(project.path("shared")).unwrap();
    fs::create_dir(project.path("notes")).unwrap();
    project.write("notes/note.md", "");
    let root = fs::canonicalize(project.folder.path()).unwrap();
    project.watch.follow(&BTreeSet::from([root.join("shared"), root.join("notes/note.md")]));
    // Signals come from the watches above; the last one is answered after them.
    project.write("content/places/a.md", "a");
    project.sees("content/places/a.md", Some("a"));
    project.write("shared/guide.md", "g");
    project.sees("shared/guide.md", Some("g"));
    project.write("notes/note.md", "n");
    project.sees("notes/note.md", Some("n"));
}

/// Watches that overlap end together: what is still wanted is watched all the same.
#[cfg(unix)]
#[test]
fn what_links_lead_to_is_watched_when_a_link_beside_it_ends() {
    let project = Project::new();
    fs::create_dir_all(project.path("shared/guides/deep")).unwrap();
    project.write("shared/note.md", "");
    let root = fs::canonicalize(project.folder.path()).unwrap();
    let (guides, note) = (root.join("shared/guides"), root.join("shared/note.md"));
    for (text, beside) in [("1", note), ("2", root.join("shared"))] {
        for linked in [BTreeSet::from([guides.clone(), beside]), BTreeSet::from([guides.clone()])] {
            project.watch.follow(&linked);
            project.write("content/places/a.md", &format!("{text} {}", linked.len()));
            project.sees("content/places/a.md", Some(&format!("{text} {}", linked.len())));
            project.write("shared/guides/deep/guide.md", &format!("{text} {}", linked.len()));
            project.sees("shared/guides/deep/guide.md", Some(&format!("{text} {}", linked.len())));
        }
    }
}

#[cfg(unix)]
#[test]
fn what_links_lead_to_may_come_and_go() {
    let project = Project::new();
    let root = fs::canonicalize(project.folder.path()).unwrap();
    let linked = ["shared/guides", "later/deep/note.md", "README.md"].map(|path| root.join(path));
    project.watch.follow(&BTreeSet::from(linked));
    project.write("content/places/a.md", "a");
    project.sees("content/places/a.md", Some("a"));
    for text in ["1", "2"] {
        project.write("README.md", text);
        project.sees("README.md", Some(text));
        fs::create_dir_all(project.path("later/deep")).unwrap();
        project.write("later/deep/note.md", text);
        project.sees("later/deep/note.md", Some(text));
        fs::create_dir_all(project.path("shared/guides")).unwrap();
        project.write("shared/guides/guide.md", text);
        project.sees("shared/guides/guide.md", Some(text));
        fs::rename(project.path("shared/guides"), project.path("shared/aside")).unwrap();
        project.sees("shared/guides/guide.md", None);
        fs::rename(project.path("shared/aside"), project.path("shared/guides")).unwrap();
        project.sees("shared/guides/guide.md", Some(text));
        project.write("shared/guides/guide.md", "back");
        project.sees("shared/guides/guide.md", Some("back"));
        fs::remove_dir_all(project.path("shared")).unwrap();
        project.sees("shared/guides/guide.md", None);
        fs::remove_dir_all(project.path("later")).unwrap();
        project.sees("later/deep/note.md", None);
    }
}

#[test]
fn a_mute_platform_is_found_out() {
    let silence = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&silence);
    let project = Project::with(QUICK, move |watched, _| {
        // Ears whose knocks go nowhere.
        let (sender, receiver) = mpsc::channel();
        *kept.lock().unwrap() = Some(receiver);
        Ears::open(watched, Knocker { knocks: sender, heard: Heard::default() })
    });
    project.write("content/places/a.md", "1");
    assert!(project.hears().starts_with("polling for changes: the system reports none here"));
    project.sees("content/places/a.md", Some("1"));
    project.write("content/places/a.md", "2 is longer");
    project.sees("content/places/a.md", Some("2 is longer"));
    drop(silence);
}

#[test]
fn a_reached_limit_is_said_and_polling_takes_over() {
    let project = Project::with(QUICK, |_, _| Err(Deaf::Limit));
    assert!(project.hears().contains("limit of watched folders"));
    project.write("content/places/a.md", "1");
    project.sees("content/places/a.md", Some("1"));
    let project = Project::with(QUICK, |watched, knocks| {
        let ears = Ears::open(watched, knocks.clone());
        (0..8).for_each(|_| knocks.knock(Knock::Deaf(Deaf::Limit)));
        ears
    });
    assert!(project.hears().contains("limit of watched folders"));
    project.write("content/places/a.md", "1");
    // Once is enough.
    loop {
        match project.signals.recv_timeout(LONG).unwrap() {
            Signal::Changed(_) if fs::read_to_string(project.path("content/places/a.md")).is_ok() => break,
            Signal::Changed(_) => {}
            again @ Signal::Polling(_) => panic!("{again:?}"),
        }
    }
}

#[cfg(unix)]
#[test]
fn another_folder_may_take_the_projects_place() {
    let project = Project::new();
    let aside = tempfile::tempdir().unwrap();
    fs::rename(project.path(""), aside.path().join("project")).unwrap();
    assert!(project.hears().contains("the project's folder was moved"));
    fs::create_dir_all(project.path("content/places")).unwrap();
    project.write("content/places/a.md", "1");
    project.sees("content/places/a.md", Some("1"));
}

/// A checkout that begins while somebody looks, longer than any quiet lasts: what is gone by then is not believed.
#[test]
fn what_changes_during_a_look_ends_the_calm() {
    let folder = tempfile::tempdir().unwrap();
    let heard = Heard::default();
    let (sender, signals) = mpsc::channel();
    let (knocks, knocker) = mpsc::channel();
    let mut knocker: Option<Receiver<Knocker>> = Some(knocker);
    let watch = start(
        folder.path(),
        QUICK,
        &heard,
        move |watched, knocker| {
            knocks.send(knocker.clone()).unwrap();
            Ears::open(watched, knocker)
        },
        move |signal| {
            if let Some(knocker) = knocker.take() {
                // Longer than the bell waits for what follows a change.
                thread::sleep(Duration::from_millis(600));
                let places = vec![PathBuf::from("content")];
                knocker.recv().unwrap().knock(Knock::Changed { at: Instant::now(), left: Left::Unfinished, places });
            }
            let _ = sender.send(signal);
            Seen::All
        },
    )
    .unwrap();
    watch.look();
    assert!(signals.recv_timeout(LONG).is_ok());
    let Ok(Signal::Changed(look)) = signals.recv_timeout(LONG) else { panic!("nobody told of the second change") };
    assert!(!look.is_calm || look.heard == Some(1), "{look:?}");
    let calm = Look { named: None, is_calm: true, heard: Some(heard.count()) };
    assert!(calm.is_believed(&heard));
    heard.0.fetch_add(1, Ordering::Relaxed);
    assert!(!calm.is_believed(&heard), "something changed since");
    assert!(Look { heard: None, ..calm.clone() }.is_believed(&heard), "doubted for long enough");
    assert!(!Look { is_calm: false, ..calm }.is_believed(&heard));
}

#[test]
fn looks_are_rarer_where_they_cost_more_but_never_rare() {
    let after = |cost| pause(PACE.poll, Duration::from_millis(cost)).as_millis();
    assert_eq!([1, 20, 700].map(after), [250, 500, 2000]);
}

#[test]
fn the_end_is_the_end() {
    let Project { watch, signals, folder } = Project::new();
    drop(watch);
    while signals.recv_timeout(LONG).is_ok() {}
    assert_eq!(signals.recv(), Err(mpsc::RecvError), "the thread and what it holds are gone");
    drop(folder);
}
