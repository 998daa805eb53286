//! What enters: the platform's events. What leaves: knocks, for those that may concern the project's sources.
//! It must not act on what an event says, but for telling whether anything has to be looked at.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, MetadataKind, ModifyKind};
use notify::{Config, ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::bell::Left;
use super::{Knocker, TOPS, Watched};
use crate::scan::is_dropping;

/// What the watcher's thread hears.
#[derive(Debug)]
pub(super) enum Knock {
    /// Something changed.
    Changed {
        at: Instant,
        left: Left,
        /// Where; more may have changed. A place that is no file of the project counts as everywhere.
        places: Vec<PathBuf>,
    },
    /// `content`, `themes`, or what links lead to was made, removed or renamed: the watch on it may be a watch on nothing.
    Moved(PathBuf),
    /// Somebody wants everything to be looked at.
    Look,
    /// Links lead to these places now.
    Follow(BTreeSet<PathBuf>),
    /// The platform will say nothing more.
    Deaf(Deaf),
    /// Nobody wants to know any more.
    End,
}

/// Why the platform does not report changes.
#[derive(Debug)]
pub(super) enum Deaf {
    /// A file system that other machines write to.
    Remote(&'static str),
    /// A change was seen that no event told of.
    Mute,
    /// The project's folder was moved or removed: another may come in its place.
    Moved,
    /// The limit of watched folders.
    Limit,
    /// The limit of watchers.
    Watchers,
    /// Something else.
    Other(String),
}

impl fmt::Display for Deaf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sysctl = |name: &str, value: u32| {
            if cfg!(target_os = "linux") {
                format!("; `sudo sysctl fs.inotify.{name}={value}` raises it")
            } else {
                String::new()
            }
        };
        match self {
            Self::Remote(kind) => write!(formatter, "polling for changes: {kind} reports none made elsewhere"),
            Self::Mute => formatter.write_str(
                "polling for changes: the system reports none here, as in some containers and network folders",
            ),
            Self::Moved => formatter.write_str("polling for changes: the project's folder was moved or removed"),
            Self::Limit => write!(
                formatter,
                "polling for changes: the system's limit of watched folders is reached{}",
                sysctl("max_user_watches", 1_048_576)
            ),
            Self::Watchers => write!(
                formatter,
                "polling for changes: the system's limit of watchers is reached{}",
                sysctl("max_user_instances", 1024)
            ),
            Self::Other(error) => write!(formatter, "polling for changes: the system reports none ({error})"),
        }
    }
}

impl From<notify::Error> for Deaf {
    fn from(error: notify::Error) -> Self {
        match error.kind {
            ErrorKind::MaxFilesWatch => Self::Limit,
            // EMFILE: each watcher of a user counts.
            ErrorKind::Io(error) if error.raw_os_error() == Some(24) && cfg!(unix) => Self::Watchers,
            kind => Self::Other(notify::Error::new(kind).to_string()),
        }
    }
}

/// How far a folder is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// What is in it.
    Itself,
    /// What is in it and in all folders below.
    Below,
}

/// The platform's watches.
#[derive(Debug)]
pub(super) struct Ears {
    watcher: RecommendedWatcher,
    /// What is watched besides the root, `content` and `themes`. Nothing stands below a folder that is watched to its depth: watches that
    /// overlap end together.
    others: BTreeSet<(PathBuf, Depth)>,
    /// Where links lead.
    linked: Arc<RwLock<BTreeSet<PathBuf>>>,
}

impl Ears {
    /// Sets up the watches.
    pub(super) fn open(watched: &Watched, knocker: Knocker) -> Result<Self, Deaf> {
        let root = watched.root.clone();
        let linked = Arc::new(RwLock::new(watched.linked.clone()));
        let targets = Arc::clone(&linked);
        let hear = move |heard: notify::Result<Event>| {
            let send = |knock| knocker.knock(knock);
            match heard {
                Ok(event) => {
                    let knocks = knocks_of(&event, &root, &targets.read().unwrap_or_else(PoisonError::into_inner));
                    knocks.into_iter().for_each(send);
                }
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => send(Knock::Deaf(error.into())),
                // Something may have been lost.
                Err(_) => send(Knock::Changed { at: Instant::now(), left: Left::Folder, places: vec![root.clone()] }),
            }
        };
        // Links are followed by us: this one would follow them out of the project.
        let config = Config::default().with_follow_symlinks(false);
        let mut ears = Self { watcher: RecommendedWatcher::new(hear, config)?, others: BTreeSet::new(), linked };
        ears.watcher.watch(&watched.root, RecursiveMode::NonRecursive)?;
        for top in TOPS.map(|top| watched.root.join(top)).iter().filter(|top| top.is_dir()) {
            ears.watcher.watch(top, RecursiveMode::Recursive)?;
        }
        ears.follow(watched)?;
        Ok(ears)
    }

    /// Watches what was made or moved.
    pub(super) fn listen_again(&mut self, moved: &Path, watched: &Watched) -> Result<(), Deaf> {
        if TOPS.iter().any(|top| watched.root.join(top) == moved) {
            // It may not have been watched, or be gone with its folder.
            let _ = self.watcher.unwatch(moved);
            self.listen(moved, Depth::Below)?;
        }
        let (below, others): (BTreeSet<_>, BTreeSet<_>) =
            std::mem::take(&mut self.others).into_iter().partition(|(folder, _)| folder.starts_with(moved));
        self.others = others;
        for (folder, _) in &below {
            let _ = self.watcher.unwatch(folder);
        }
        self.follow(watched).map(drop)
    }

    /// Watches what links lead to, as it is on the disk now; whether anything is watched that was not before.
    pub(super) fn follow(&mut self, watched: &Watched) -> Result<bool, Deaf> {
        self.linked.write().unwrap_or_else(PoisonError::into_inner).clone_from(&watched.linked);
        let wanted = others(watched);
        // First what is to end: a folder that stood below a watched one has none of its own yet.
        for (gone, _) in self.others.difference(&wanted) {
            let _ = self.watcher.unwatch(gone);
        }
        self.others.retain(|other| wanted.contains(other));
        let before = self.others.len();
        for (folder, depth) in wanted {
            if !self.others.contains(&(folder.clone(), depth)) && self.listen(&folder, depth)? {
                self.others.insert((folder, depth));
            }
        }
        Ok(self.others.len() > before)
    }

    /// Watches a folder; `false` where it is gone.
    fn listen(&mut self, folder: &Path, depth: Depth) -> Result<bool, Deaf> {
        if !folder.is_dir() {
            return Ok(false);
        }
        let mode = match depth {
            Depth::Itself => RecursiveMode::NonRecursive,
            Depth::Below => RecursiveMode::Recursive,
        };
        match self.watcher.watch(folder, mode) {
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }
}

/// The folders to watch besides the project's own: those that links lead to, with all below. A file is watched by its folder, as most editors
/// replace it, and what is not there by the nearest folder that is.
fn others(watched: &Watched) -> BTreeSet<(PathBuf, Depth)> {
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = watched.linked.iter().partition(|linked| linked.is_dir());
    let mut deep: BTreeSet<PathBuf> = TOPS.iter().map(|top| watched.root.join(top)).collect();
    deep.extend(folders.iter().copied().cloned());
    let is_below = |folder: &Path, from: usize| folder.ancestors().skip(from).any(|above| deep.contains(above));
    let below = folders.into_iter().filter(|folder| !is_below(folder, 1));
    let nearest = |file: &&PathBuf| file.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned);
    let near = files.iter().filter_map(nearest).filter(|folder| *folder != watched.root && !is_below(folder, 0));
    below.map(|folder| (folder.clone(), Depth::Below)).chain(near.map(|folder| (folder, Depth::Itself))).collect()
}

/// What an event means to a project; nothing, where it only tells of reading, of droppings, or of other folders in the root.
pub(super) fn knocks_of(event: &Event, root: &Path, linked: &BTreeSet<PathBuf>) -> Vec<Knock> {
    let changes = match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(kind)) => kind != MetadataKind::AccessTime,
        _ => true,
    };
    let concerns =
        event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|path| is_source(path, root, linked));
    if !changes || !concerns {
        return Vec::new();
    }
    let folder = matches!(event.kind, EventKind::Create(CreateKind::Folder | CreateKind::Any | CreateKind::Other))
        || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)))
        || event.need_rescan();
    let mut knocks: Vec<Knock> = Vec::new();
    if folder || matches!(event.kind, EventKind::Remove(_)) {
        let is_top = |path: &Path| path.parent() == Some(root) && TOPS.iter().any(|top| path.ends_with(top));
        let moved = event.paths.iter().filter(|path| is_top(path) || leads_to(linked, path));
        knocks.extend(moved.cloned().map(Knock::Moved));
        if !matches!(event.kind, EventKind::Create(_)) && event.paths.iter().any(|path| path == root) {
            knocks.push(Knock::Deaf(Deaf::Moved));
        }
    }
    // The event doesn't say whether it was a file or a folder that came.
    let landed = event.paths.last().map(PathBuf::as_path);
    let left = match event.kind {
        EventKind::Access(_) => Left::Finished,
        EventKind::Modify(ModifyKind::Name(_)) if landed.is_some_and(Path::is_file) => Left::Finished,
        EventKind::Create(CreateKind::Folder) => Left::Folder,
        _ if event.need_rescan() || (folder && landed.is_some_and(Path::is_dir)) => Left::Folder,
        _ => Left::Unfinished,
    };
    let mut places: Vec<PathBuf> = event.paths.iter().filter(|path| is_source(path, root, linked)).cloned().collect();
    if event.need_rescan() || places.is_empty() {
        places = vec![root.to_owned()];
    }
    knocks.push(Knock::Changed { at: Instant::now(), left, places });
    knocks
}

/// Whether a path may be a source: one of the root's watched names or below it, or where a link leads; and no dropping.
fn is_source(path: &Path, root: &Path, linked: &BTreeSet<PathBuf>) -> bool {
    // Outside of the root, nothing is watched in vain.
    let Ok(inside) = path.strip_prefix(root) else { return true };
    let Some(top) = inside.iter().next() else { return true };
    let is_own = TOPS.iter().any(|name| *name == top);
    let is_linked = || leads_to(linked, path) || path.ancestors().any(|above| linked.contains(above));
    linked.contains(path)
        || ((is_own || is_linked()) && inside.iter().all(|part| !is_dropping(&part.to_string_lossy())))
}

/// Whether a link leads to a path, or to something below it. Paths below a folder follow it in the order of paths.
fn leads_to(linked: &BTreeSet<PathBuf>, path: &Path) -> bool {
    linked.range::<Path, _>((Bound::Included(path), Bound::Unbounded)).next().is_some_and(|next| next.starts_with(path))
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, Flag, RemoveKind, RenameMode};

    use super::*;

    fn heard(kind: EventKind, path: &str) -> String {
        let event = Event::new(kind).add_path(PathBuf::from(path));
        let said = |knock: Knock| match knock {
            Knock::Changed { left, places, .. } => {
                assert_eq!(places, [PathBuf::from(path)]);
                format!("{left:?}").to_lowercase()
            }
            Knock::Moved(top) => format!("moved {}", top.display()),
            other => format!("{other:?}"),
        };
        let linked = BTreeSet::from([PathBuf::from("/p/README.md"), PathBuf::from("/p/shared/guides")]);
        knocks_of(&event, Path::new("/p"), &linked).into_iter().map(said).collect::<Vec<_>>().join("; ")
    }

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    #[test]
    fn writing_knocks_and_reading_does_not() {
        let closed = |mode| EventKind::Access(AccessKind::Close(mode));
        assert_eq!(heard(WRITTEN, "/p/content/a.md"), "unfinished");
        assert_eq!(heard(closed(AccessMode::Write), "/p/content/a.md"), "finished");
        assert_eq!(heard(EventKind::Remove(RemoveKind::File), "/p/themes/a/b.html"), "unfinished");
        assert_eq!(heard(EventKind::Create(CreateKind::Folder), "/p/content/a"), "folder");
        assert_eq!(heard(EventKind::Modify(ModifyKind::Name(RenameMode::From)), "/p/content/a"), "unfinished");
        assert_eq!(heard(closed(AccessMode::Read), "/p/content/a.md"), "");
        assert_eq!(heard(EventKind::Access(AccessKind::Open(AccessMode::Any)), "/p/content/a.md"), "");
        assert_eq!(heard(EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)), "/p/content/a.md"), "");
    }

    #[test]
    fn only_sources_knock() {
        for path in [
            "/p/site.toml",
            "/p/content",
            "/p/content/a/b.md",
            "/p/themes/x",
            "/p/README.md",
            "/p/shared",
            "/p/shared/guides/a.md",
            "/linked/.hidden-parent/a.md",
        ] {
            assert_eq!(heard(WRITTEN, path), "unfinished", "{path}");
        }
        for path in
            ["/p/public", "/p/LICENCE", "/p/.git", "/p/content/.git/index", "/p/content/a.md~", "/p/site.toml.tmp"]
                .into_iter()
                .chain(["/p/shared/a.md", "/p/shared/guides/.git/index"])
        {
            assert_eq!(heard(WRITTEN, path), "", "{path}");
        }
    }

    #[test]
    fn folders_of_the_root_are_watched_anew_when_they_move() {
        let made = EventKind::Create(CreateKind::Folder);
        assert_eq!(heard(made, "/p/content"), "moved /p/content; folder");
        assert_eq!(heard(EventKind::Remove(RemoveKind::Folder), "/p/themes"), "moved /p/themes; unfinished");
        assert_eq!(heard(made, "/p/content/content"), "folder");
        assert_eq!(heard(made, "/p/shared"), "moved /p/shared; folder", "a link leads below it");
    }

    #[test]
    fn an_overflow_knocks() {
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        let knocks = knocks_of(&event, Path::new("/p"), &BTreeSet::new());
        assert!(
            matches!(&*knocks, [Knock::Changed { left: Left::Folder, places, .. }] if *places == [PathBuf::from("/p")])
        );
    }

    #[test]
    fn a_file_that_takes_its_place_is_finished_and_its_dropping_is_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let (root, file) = (folder.path(), folder.path().join("content/a.md"));
        std::fs::create_dir(root.join("content")).unwrap();
        std::fs::write(&file, "").unwrap();
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        let event = Event::new(renamed).add_path(root.join("content/.a.new")).add_path(file.clone());
        let knocks = knocks_of(&event, root, &BTreeSet::new());
        assert!(
            matches!(&*knocks, [Knock::Changed { left: Left::Finished, places, .. }] if *places == [file]),
            "{knocks:?}"
        );
    }

    #[test]
    fn limits_say_what_raises_them() {
        let text = Deaf::from(notify::Error::new(ErrorKind::MaxFilesWatch)).to_string();
        assert!(text.contains("limit of watched folders"), "{text}");
        assert_eq!(text.contains("sysctl fs.inotify.max_user_watches="), cfg!(target_os = "linux"));
        let text = Deaf::from(notify::Error::io(std::io::Error::from_raw_os_error(24))).to_string();
        assert_eq!(text.contains("max_user_instances"), cfg!(target_os = "linux"), "{text}");
    }
}
