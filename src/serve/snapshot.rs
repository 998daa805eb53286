//! What enters: the outputs of one build. What leaves: a [`Snapshot`] that never changes, and what each address of it shows.
//! Addresses are looked up, never joined to a path: nothing outside the site can be asked for. It must not know HTTP.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::output::Output;

/// One build's site, in memory.
#[derive(Debug)]
pub struct Snapshot {
    /// Counts the builds of one preview.
    pub generation: u64,
    /// The path of the site's base URL: `/`, or `/sub/`.
    base: String,
    files: BTreeMap<String, Output>,
}

/// What an address shows.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A file, by the path under which the site holds it.
    File(&'a Output),
    /// A page, but for its last `/`.
    Folder,
    /// Nothing: the site's own page that says so, where it has one.
    Nothing(Option<&'a Output>),
}

impl Snapshot {
    /// A snapshot of a site at the root of its host.
    #[must_use]
    pub fn new(outputs: Vec<Output>, generation: u64) -> Self {
        let files = outputs.into_iter().map(|output| (output.path.file(), output)).collect();
        Self { generation, base: "/".to_owned(), files }
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
        if is_hidden(path) {
            return Found::Nothing(self.not_found(path));
        }
        let file = if path.is_empty() || path.ends_with('/') {
            self.files.get(&format!("{path}index.html"))
        } else {
            self.files.get(path)
        };
        match file {
            Some(output) => Found::File(output),
            None if self.files.contains_key(&format!("{path}/index.html")) => Found::Folder,
            None => Found::Nothing(self.not_found(path)),
        }
    }

    /// The nearest `404.html`: of the path's folder, or of a folder above it.
    fn not_found(&self, path: &str) -> Option<&Output> {
        path.rmatch_indices('/')
            .map(|(at, _)| &path[..=at])
            .chain([""])
            .find_map(|folder| self.files.get(&format!("{folder}404.html")))
    }

    /// The file that a reader of an address sees, be it the one that says that there is nothing.
    pub(super) fn shown(&self, path: &str) -> Option<&Output> {
        match self.find(path) {
            Found::File(output) | Found::Nothing(Some(output)) => Some(output),
            Found::Folder | Found::Nothing(None) => None,
        }
    }

    /// A file by its path in the site.
    pub(super) fn file(&self, path: &str) -> Option<&Output> {
        self.files.get(path)
    }

    /// The files in a folder, whose path ends in `/`, and in those below it.
    pub(super) fn within<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Output)> {
        let from = (Bound::Included(folder), Bound::Unbounded);
        self.files
            .range::<str, _>(from)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(move |(path, output)| (&path[folder.len()..], output))
    }
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
