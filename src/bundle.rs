//! What enters: the files of entries' folders. What leaves: [`Bundles`]: for every entry its files, with addresses and sizes, and
//! what pages need of pictures.
//! It must not know how files are linked to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::entry_id::EntryId;
use crate::layout::Layout;
use crate::pictures::{Files, Pictures};
use crate::site_path::SitePath;
use crate::source::Source;

/// The files of all entries: entry → path in its folder → file.
#[derive(Debug, Default)]
pub struct Bundles(BTreeMap<EntryId, BTreeMap<String, BundleFile>>);

/// A file of an entry's folder.
#[derive(Debug)]
pub struct BundleFile {
    /// The file.
    pub source: Source,
    /// Its files, where it is a picture.
    pub picture: Option<Arc<Files>>,
}

impl Bundles {
    /// Finds every entry's files.
    #[must_use]
    pub fn of(layout: &Layout<'_>, pictures: &Pictures) -> Self {
        let mut bundles: BTreeMap<EntryId, BTreeMap<String, BundleFile>> = BTreeMap::new();
        for file in &layout.entries {
            let Some(folder) = file.bundle else { continue };
            let sources = layout.bundles.get(folder).map(Vec::as_slice).unwrap_or_default();
            let files = bundles.entry(file.id.clone()).or_default();
            for source in sources {
                let Some(path) = source.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
                    continue;
                };
                let file = || BundleFile { source: (*source).clone(), picture: pictures.get(source).cloned() };
                files.entry(path.to_owned()).or_insert_with(file);
            }
        }
        Self(bundles)
    }

    /// A file of an entry, by its path in the folder.
    #[must_use]
    pub fn get(&self, id: &EntryId, path: &str) -> Option<&BundleFile> {
        self.0.get(id)?.get(path.strip_prefix("./").unwrap_or(path))
    }

    /// The entries that have files.
    pub fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.0.iter().filter(|(_, files)| !files.is_empty()).map(|(id, _)| id)
    }

    /// All files of an entry by path.
    pub fn files(&self, id: &EntryId) -> impl Iterator<Item = (&str, &BundleFile)> {
        self.0.get(id).into_iter().flat_map(|files| files.iter().map(|(path, file)| (path.as_str(), file)))
    }
}

impl BundleFile {
    /// Bytes of the file as it is published.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.picture.as_ref().map_or(self.source.bytes.len() as u64, |picture| picture.bytes)
    }
}

/// The address of a file: below its entry's page in the default language.
#[must_use]
pub fn file_path(entry_page: &SitePath, path: &str) -> SitePath {
    SitePath::new(format!("{}{}", entry_page.as_str(), path.strip_prefix("./").unwrap_or(path)))
}

/// What a reader calls a file's type: its ending in capitals.
#[must_use]
pub fn type_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_uppercase())
}

/// A size for readers: `12 ko` in French, `12 kB` elsewhere; 1 kB is 1,000 bytes.
#[must_use]
pub fn size_name(bytes: u64, language: &str) -> String {
    let units: [&str; 4] = if language.starts_with("fr") { ["o", "ko", "Mo", "Go"] } else { ["B", "kB", "MB", "GB"] };
    let separator = if language.starts_with("fr") { "," } else { "." };
    match bytes {
        0..1_000 => format!("{bytes}\u{a0}{}", units[0]),
        1_000..1_000_000 => format!("{}\u{a0}{}", bytes.div_ceil(1_000), units[1]),
        1_000_000..1_000_000_000 => {
            let tenths = bytes.div_ceil(100_000);
            format!("{}{separator}{}\u{a0}{}", tenths / 10, tenths % 10, units[2])
        }
        _ => format!("{}\u{a0}{}", bytes.div_ceil(1_000_000_000), units[3]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_the_language_does() {
        assert_eq!(size_name(512, "fr"), "512\u{a0}o");
        assert_eq!(size_name(11_200, "en"), "12\u{a0}kB");
        assert_eq!(size_name(1_250_000, "fr"), "1,3\u{a0}Mo");
        assert_eq!(type_name("a/plan.final.pdf"), "PDF");
    }
}
