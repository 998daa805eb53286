//! What enters: the outputs of one build. What leaves: a [`Snapshot`] that never changes, and what each address of it shows.
//! Addresses are looked up, never joined to a path: nothing outside the site can be asked for. It must not know HTTP.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use rayon::prelude::*;

use crate::output::Output;

/// One build's site, in memory: whole, or as far as it is ready.
#[derive(Debug)]
pub struct Snapshot {
    /// Counts the builds of one preview.
    pub generation: u64,
    /// The path of the site's base URL: `/`, or `/sub/`.
    base: String,
    files: Arc<Files>,
    /// What was shown before, where not all of this site is ready: files that are still to come are taken to be the same until they are there.
    before: Option<Arc<Files>>,
}

/// Files by path.
type Files = BTreeMap<String, Output>;

/// What an address shows.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A file, by the path under which the site holds it.
    File(&'a Output),
    /// A page, but for its last `/`.
    Folder,
    /// Nothing: the site's own page that says so, where it has one.
    Nothing(Option<&'a Output>),
    /// Nothing yet: what is not ready may still come.
    Coming,
}

impl Snapshot {
    /// A snapshot of a site at the root of its host.
    #[must_use]
    pub fn new(outputs: Vec<Output>, generation: u64) -> Self {
        Self { generation, base: "/".to_owned(), files: Arc::new(by_path(outputs)), before: None }
    }

    /// The beginning of a site: what is ready of it, after another one.
    #[must_use]
    pub fn begun(ready: Vec<Output>, last: &Self) -> Self {
        let before = match &last.before {
            None => Arc::clone(&last.files),
            // That one was never finished: what it had is nearer than what was before it.
            Some(before) => Arc::new(overlaid(before, &last.files)),
        };
        Self {
            generation: last.generation + 1,
            base: last.base.clone(),
            files: Arc::new(by_path(ready)),
            before: Some(before),
        }
    }

    /// A site that will not be finished: what never came stays as it was.
    #[must_use]
    pub fn settled(&self) -> Self {
        let files = self
            .before
            .as_ref()
            .map_or_else(|| Arc::clone(&self.files), |before| Arc::new(overlaid(before, &self.files)));
        Self { generation: self.generation, base: self.base.clone(), files, before: None }
    }

    /// Whether nothing is still to come.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.before.is_none()
    }

    /// The snapshot under the path of a base URL, such as `/sub/`.
    #[must_use]
    pub fn under(mut self, base_path: &str) -> Self {
        let trimmed = base_path.trim_matches('/');
        self.base = if trimmed.is_empty() { "/".to_owned() } else { format!("/{trimmed}/") };
        self
    }

    /// The path of the site's base URL: starts and ends with `/`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What a path shows: decoded, and without the base.
    pub(super) fn find(&self, path: &str) -> Found<'_> {
        match find(&self.files, path) {
            Found::Nothing(_) if !self.is_whole() && !is_hidden(path) => Found::Coming,
            found => found,
        }
    }

    /// What a path showed before, where it is still to come: a file, a folder or nothing.
    pub(super) fn was(&self, path: &str) -> Found<'_> {
        find(self.before.as_ref().unwrap_or(&self.files), path)
    }

    /// The file that a reader of an address sees, be it the one that says that there is nothing.
    pub(super) fn shown(&self, path: &str) -> Option<&Output> {
        let found = match self.find(path) {
            Found::Coming => self.was(path),
            found => found,
        };
        match found {
            Found::File(output) | Found::Nothing(Some(output)) => Some(output),
            Found::Folder | Found::Nothing(None) | Found::Coming => None,
        }
    }

    /// A file by its path in the site, as it was where it is still to come.
    pub(super) fn file(&self, path: &str) -> Option<&Output> {
        self.files.get(path).or_else(|| self.before.as_ref()?.get(path))
    }

    /// The files in a folder, whose path ends in `/`, and in those below it; as they were where none of them is ready.
    pub(super) fn within<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Output)> {
        let ready = within(&self.files, folder).next().is_some();
        let files = self.before.as_ref().filter(|_| !ready).unwrap_or(&self.files);
        within(files, folder)
    }
}

/// What a path shows where these are all files.
fn find<'a>(files: &'a Files, path: &str) -> Found<'a> {
    let missing = || Found::Nothing(not_found(files, path));
    if is_hidden(path) {
        return missing();
    }
    match files.get(&file_of(path)) {
        Some(output) => Found::File(output),
        None if files.contains_key(&format!("{path}/index.html")) => Found::Folder,
        None => missing(),
    }
}

/// The nearest `404.html`: of the path's folder, or of a folder above it.
fn not_found<'a>(files: &'a Files, path: &str) -> Option<&'a Output> {
    path.rmatch_indices('/')
        .map(|(at, _)| &path[..=at])
        .chain([""])
        .find_map(|folder| files.get(&format!("{folder}404.html")))
}

fn within<'a>(files: &'a Files, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Output)> {
    let from = (Bound::Included(folder), Bound::Unbounded);
    files
        .range::<str, _>(from)
        .take_while(move |(path, _)| path.starts_with(folder))
        .map(move |(path, output)| (&path[folder.len()..], output))
}

fn by_path(outputs: Vec<Output>) -> Files {
    let mut files: Vec<(String, Output)> = outputs.into_par_iter().map(|output| (output.path.file(), output)).collect();
    files.par_sort_by(|(one, _), (other, _)| one.cmp(other));
    files.into_iter().collect()
}

fn overlaid(below: &Files, above: &Files) -> Files {
    below.iter().chain(above).map(|(path, output)| (path.clone(), output.clone())).collect()
}

/// The file that holds what an address serves. An address of the site never begins with `/`, which a `SitePath` would drop.
fn file_of(path: &str) -> String {
    let is_page = path.is_empty() || path.ends_with('/');
    if is_page { format!("{path}index.html") } else { path.to_owned() }
}

/// Whether a path has a hidden part; the one that hosts are asked for stays visible (RFC 8615).
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && part != ".well-known")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_path::SitePath;

    fn snapshot() -> Snapshot {
        let outputs = ["", "lieux/", "lieux/a/", "404.html", "en/404.html", "a.css", ".nojekyll", "b/1", "b/2", "ba"]
            .map(|path| Output::new(SitePath::new(path), path.as_bytes()));
        Snapshot::new(outputs.into(), 1)
    }

    fn show(path: &str) -> String {
        match snapshot().find(path) {
            Found::File(output) => format!("file {}", output.path.file()),
            Found::Folder => "folder".to_owned(),
            Found::Nothing(Some(output)) => format!("nothing {}", output.path.file()),
            Found::Nothing(None) => "nothing".to_owned(),
            Found::Coming => "coming".to_owned(),
        }
    }

    #[test]
    fn addresses_are_looked_up() {
        assert_eq!(show(""), "file index.html");
        assert_eq!(show("index.html"), "file index.html");
        assert_eq!(show("lieux/"), "file lieux/index.html");
        assert_eq!(show("lieux/a"), "folder");
        assert_eq!(show("a.css"), "file a.css");
        assert_eq!(show("a.css/"), "nothing 404.html");
        assert_eq!(show("en/b/c"), "nothing en/404.html");
        for path in [".nojekyll", "..", "../a.css", "lieux/../a.css", "./a.css", "/a.css", "\0", "a.css\0", "lieux\\a"]
        {
            assert_eq!(show(path), "nothing 404.html", "{path:?}");
        }
    }

    #[test]
    fn what_is_still_to_come_is_as_it_was() {
        let last = snapshot().under("/sub/");
        let ready = |text: &str| vec![Output::new(SitePath::new("lieux/"), text.as_bytes())];
        let begun = Snapshot::begun(ready("new"), &last);
        let text = |snapshot: &Snapshot, path: &str| snapshot.shown(path).map(|output| output.bytes.to_vec());
        for snapshot in [&begun, &Snapshot::begun(ready("new"), &Snapshot::begun(ready("newer"), &last))] {
            assert_eq!((snapshot.base(), snapshot.is_whole()), ("/sub/", false));
            assert_eq!(text(snapshot, "lieux/"), Some(b"new".to_vec()));
            assert_eq!(text(snapshot, "lieux/a/"), Some(b"lieux/a/".to_vec()));
            assert!(matches!(snapshot.find("lieux/a/"), Found::Coming));
            assert!(matches!(snapshot.find("none/"), Found::Coming));
            assert!(matches!(snapshot.find("../a.css"), Found::Nothing(None)));
            assert_eq!(snapshot.within("b/").count(), 2);
        }
        assert_eq!(text(&begun, "none/"), Some(b"404.html".to_vec()), "nothing was there, and its page says so");
        assert!(matches!(begun.was("lieux/a"), Found::Folder));
        assert_eq!(text(&Snapshot::begun(Vec::new(), &begun), "lieux/"), Some(b"new".to_vec()));
        let settled = begun.settled();
        assert!(settled.is_whole());
        assert_eq!(text(&settled, "lieux/"), Some(b"new".to_vec()));
        assert!(matches!(settled.find("lieux/a/"), Found::File(_)));
        assert!(matches!(settled.find("none/"), Found::Nothing(Some(_))));
    }

    #[test]
    fn folders_list_their_files() {
        let snapshot = snapshot();
        assert_eq!(snapshot.within("b/").map(|(path, _)| path).collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn bases_start_and_end_with_a_slash() {
        for (given, base) in [("", "/"), ("/", "/"), ("sub", "/sub/"), ("/a/b/", "/a/b/")] {
            assert_eq!(Snapshot::new(Vec::new(), 0).under(given).base(), base);
        }
    }
}
