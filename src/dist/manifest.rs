//! What enters: the paths, sizes and digests of a site's files. What leaves: the manifest that stands among them, and reads back.
//! It must not know the disk.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::output::Output;

/// The manifest's name. Hosts either hide files that start with a dot or show them like any other; it says nothing that the site does not.
pub const FILE: &str = ".maillage-manifest";

const HEADER: &str = "maillage manifest 1";

/// The files that a build wrote, by path; the same site has the same manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(pub(super) BTreeMap<String, Record>);

/// One file as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) size: u64,
    /// Enough digits to tell whether somebody changed the file.
    pub(super) digest: String,
}

impl Record {
    pub(super) fn of(output: &Output) -> Self {
        Self { size: output.bytes.len() as u64, digest: output.digest.short() }
    }
}

impl Manifest {
    pub(super) fn write(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for (path, record) in &self.0 {
            text += &format!("{} {} {path}\n", record.digest, record.size);
        }
        text
    }

    /// `None` where the text is no manifest of this version, or only a part of one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEADER)?.strip_prefix('\n')?;
        if !lines.is_empty() && !lines.ends_with('\n') {
            return None;
        }
        let record = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            let (digest, size, path) = (parts.next()?, parts.next()?, parts.next()?);
            Some((path.to_owned(), Record { size: size.parse().ok()?, digest: digest.to_owned() }))
        };
        lines.lines().map(record).collect::<Option<_>>().map(Self)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.values().map(|record| record.size).sum()
    }
}

/// Whether a path stays inside the target and has no name of ours: what an output's path, or a journal's, must be.
pub(super) fn is_safe(path: &str) -> bool {
    !path.chars().any(|character| character.is_control() || character == '\\')
        && path.split('/').all(|part| !part.is_empty() && part != "." && !part.starts_with(super::work::PREFIX))
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_path::SitePath;

    #[test]
    fn a_manifest_reads_back() {
        let outputs = [("", "home"), ("a b/été.csv", ""), ("assets/x.css", "x")]
            .map(|(path, text)| Output::new(SitePath::new(path), text.as_bytes()));
        let manifest = Manifest(outputs.iter().map(|output| (output.path.file(), Record::of(output))).collect());
        assert_eq!(Manifest::read(&manifest.write()), Some(manifest.clone()));
        assert_eq!(manifest.bytes(), 5);
        let cut = manifest.write();
        assert_eq!(Manifest::read(&cut[..cut.len() - 3]), None);
        assert_eq!(Manifest::read("maillage manifest 2\n"), None);
        assert_eq!(Manifest::read(""), None);
    }

    #[test]
    fn paths_stay_inside() {
        for path in ["", "/a", "../a", "a/../b", "a//b", "a/./b", "a\nb", "a\\b", "a\0", FILE, ".maillage-work/x"] {
            assert!(!is_safe(path), "{path:?}");
        }
        for path in ["a", "a/b.html", ".nojekyll", ".well-known/x", "a b", "é", "..a"] {
            assert!(is_safe(path), "{path:?}");
        }
    }
}
