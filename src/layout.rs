//! What enters: the paths under `content/`. What leaves: [`Layout`], which says what each file is: a definition, an entry in some language,
//! a file of a bundle, a table. It must not read what the files hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Location};
use crate::entry_id::{EntryId, is_slug, slugify};
use crate::field::file::is_active;
use crate::localised::unknown_language;
use crate::source::Source;

/// The files under `content/`, sorted by what they are.
#[derive(Debug, Default)]
pub struct Layout<'a> {
    /// `content/_vocabularies.yaml`.
    pub vocabularies: Option<&'a Source>,
    /// `_collection.yaml` by collection.
    pub definitions: BTreeMap<&'a str, &'a Source>,
    /// One item a file of an entry: one language version each.
    pub entries: Vec<EntryFile<'a>>,
    /// Files of bundles: folder → files below it.
    pub bundles: BTreeMap<&'a str, Vec<&'a Source>>,
    /// What is wrong with paths.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that holds an entry in one language.
#[derive(Clone, Debug)]
pub struct EntryFile<'a> {
    /// The file.
    pub source: &'a Source,
    /// Collection and slug.
    pub id: EntryId,
    /// The language in the file's name (`slug.en.md`); `None` is the default language.
    pub language: Option<&'a str>,
    /// Front matter with Markdown, or YAML alone.
    pub syntax: Syntax,
    /// The folder whose files belong to the entry, for `slug/index.md`.
    pub bundle: Option<&'a str>,
}

/// How an entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `.md`: front matter and a body.
    Markdown,
    /// `.yaml`: data; the body, if any, under `description`.
    Yaml,
}

impl<'a> Layout<'a> {
    /// Says what each file is. `sources` are the files under `content/`, sorted by path.
    #[must_use]
    pub fn of(sources: &'a [Source], languages: &'a [String]) -> Self {
        let mut layout = Self { entries: Vec::with_capacity(sources.len()), ..Self::default() };
        let bundle_folders: BTreeSet<&str> = sources
            .iter()
            .filter(|source| source.name().starts_with("index."))
            .filter(|source| stem(source.name(), languages).is_some_and(|(stem, _, _)| stem == "index"))
            .map(Source::folder)
            .filter(|folder| folder.matches('/').count() >= 2)
            .collect();
        for source in sources {
            layout.place(source, &bundle_folders, languages);
        }
        layout
    }

    fn place(&mut self, source: &'a Source, bundle_folders: &BTreeSet<&'a str>, languages: &'a [String]) {
        let Some(inner) = source.path.strip_prefix("content/") else { return };
        let Some((collection, rest)) = inner.split_once('/') else {
            if inner == "_vocabularies.yaml" {
                self.vocabularies = Some(source);
            } else if !inner.starts_with('_') {
                self.stray(source, "only folders of collections and files that start with `_` stand here");
            }
            return;
        };
        if collection.starts_with('_') {
            return;
        }
        if rest == "_collection.yaml" {
            if !is_slug(collection) {
                let message = format!("`{collection}` can't be the name of a collection's folder");
                let fault = Diagnostic::error("wrong-slug", Location::start_of(&source.path), message);
                let better = Some(slugify(collection)).filter(|better| !better.is_empty());
                let help = better.map(|better| format!("rename the folder to `{better}`"));
                self.diagnostics.push(Diagnostic { help, ..fault.expected("small letters a to z, digits and `-`") });
            }
            self.definitions.insert(collection, source);
            return;
        }
        if source.name().starts_with('_') {
            return;
        }
        let bundle = ancestors(source.folder()).find(|folder| bundle_folders.contains(folder));
        if let Some(folder) = bundle {
            let parsed = stem(source.name(), languages);
            match parsed.filter(|(stem, _, _)| *stem == "index" && source.folder() == folder) {
                Some((_, language, syntax)) => {
                    let slug = folder.rsplit('/').next().unwrap_or(folder);
                    self.entry((source, collection, slug), language, syntax, Some(folder), languages);
                }
                None if source.folder() == folder && foreign_index(source.name()).is_some() => {
                    let written = foreign_index(source.name()).unwrap_or_default();
                    let fault = unknown_language(written, languages, Location::start_of(&source.path));
                    self.diagnostics.push(fault.help("correct the language"));
                }
                None => {
                    self.refuse_active(source);
                    self.bundles.entry(folder).or_default().push(source);
                }
            }
            return;
        }
        match stem(source.name(), languages) {
            Some((slug, language, syntax)) => {
                self.entry((source, collection, slug), language, syntax, None, languages);
            }
            None => self.stray(source, "entries end in `.md` or `.yaml`; other files stand in the folder of an entry that is called `index.md`"),
        }
    }

    fn entry(
        &mut self,
        (source, collection, slug): (&'a Source, &str, &str),
        language: Option<&'a str>,
        syntax: Syntax,
        bundle: Option<&'a str>,
        languages: &[String],
    ) {
        if is_slug(slug) {
            let id = EntryId::new(collection, slug);
            self.entries.push(EntryFile { source, id, language, syntax, bundle });
        } else if let Some((slug, written)) = foreign(slug) {
            let help = format!("correct the language, or rename the file to `{slug}-{}`", slugify(written));
            let fault = unknown_language(written, languages, Location::start_of(&source.path));
            self.diagnostics.push(fault.help(help));
        } else {
            let message = format!("`{slug}` can't stand in an address");
            let diagnostic = Diagnostic::error("wrong-slug", Location::start_of(&source.path), message);
            let diagnostic = diagnostic.expected("small letters a to z, digits and `-`");
            self.diagnostics.push(match slugify(slug) {
                better if better.is_empty() => diagnostic,
                better => diagnostic.help(format!("rename it to `{better}`")),
            });
        }
    }

    /// What stands in an entry's folder is published as it is. Drawings are looked into where pictures are made.
    fn refuse_active(&mut self, source: &Source) {
        if !is_active(source.name()) || source.name().to_ascii_lowercase().ends_with(".svg") {
            return;
        }
        let message = format!("`{}` could run scripts in the site", source.name());
        let fault = Diagnostic::error("active-file", Location::start_of(&source.path), message);
        let help = "publish it as PDF or ZIP, or put it into the `static` folder of the site's theme";
        self.diagnostics.push(fault.expected("a document, a table, a picture or an archive").help(help));
    }

    fn stray(&mut self, source: &Source, why: &str) {
        let message = format!("`{}` belongs to no entry", source.path);
        self.diagnostics.push(Diagnostic::warning("stray-file", Location::start_of(&source.path), message).help(why));
    }
}

/// A name that ends like one in another language: `slug.de` → (`slug`, `de`).
fn foreign(stem: &str) -> Option<(&str, &str)> {
    let (slug, ending) = stem.rsplit_once('.')?;
    let code = ending.split('-').next().unwrap_or_default();
    let is_code =
        matches!(code.len(), 2 | 3) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_slug(slug) && is_code && code.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some((slug, ending))
}

/// The language that a file of an entry's folder is in by its name: `index.de.md` → `de`.
fn foreign_index(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".md").or_else(|| name.strip_suffix(".yaml"))?;
    foreign(stem).filter(|(slug, _)| *slug == "index").map(|(_, language)| language)
}

/// A folder and the folders around it, innermost first.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(parent, _)| parent))
}

/// `slug.en.md` → (`slug`, `en`, Markdown). A suffix that is none of the site's languages is part of the stem.
fn stem<'a>(name: &'a str, languages: &[String]) -> Option<(&'a str, Option<&'a str>, Syntax)> {
    let (stem, syntax) = match name.rsplit_once('.')? {
        (stem, "md") => (stem, Syntax::Markdown),
        (stem, "yaml") => (stem, Syntax::Yaml),
        _ => return None,
    };
    match stem.rsplit_once('.') {
        Some((slug, language)) if languages.iter().any(|known| known == language) => {
            Some((slug, Some(language), syntax))
        }
        _ => Some((stem, None, syntax)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_end_in_a_language_that_the_site_does_not_have() {
        let paths = ["a.de.md", "a.EN.md", "b/index.de.md", "b/index.md", "c.plan-2.md", "A.de.md"];
        let sources = paths.map(|path| Source::new(format!("content/places/{path}"), *b""));
        let languages = ["fr".to_owned(), "en".to_owned()];
        let layout = Layout::of(&sources, &languages);
        let said: Vec<_> = layout.diagnostics.iter().map(|one| (one.code, one.nearest.as_deref())).collect();
        let unknown = ("unknown-language", None);
        assert_eq!(
            said,
            [unknown, ("unknown-language", Some("en")), unknown, ("wrong-slug", None), ("wrong-slug", None)]
        );
        assert_eq!(layout.entries.len(), 1);
    }

    #[test]
    fn a_path_says_what_its_file_is() {
        let paths = [
            "content/_vocabularies.yaml",
            "content/places/_collection.yaml",
            "content/places/a.en.md",
            "content/places/a.md",
            "content/places/north/b.yaml",
            "content/places/c/files/plan.pdf",
            "content/places/c/index.md",
            "content/places/c/notes.md",
            "content/places/c-d.md",
            "content/places/photo.png",
        ];
        let sources: Vec<Source> = paths.iter().map(|path| Source::new(*path, *b"")).collect();
        let languages = ["fr".to_owned(), "en".to_owned()];
        let layout = Layout::of(&sources, &languages);
        let entries: Vec<(String, Option<&str>)> =
            layout.entries.iter().map(|entry| (entry.id.to_string(), entry.language)).collect();
        let expected = [
            ("places/a", Some("en")),
            ("places/a", None),
            ("places/b", None),
            ("places/c", None),
            ("places/c-d", None),
        ];
        assert_eq!(entries, expected.map(|(id, language)| (id.to_owned(), language)));
        let files: Vec<&str> = layout.bundles["content/places/c"].iter().map(|source| source.name()).collect();
        assert_eq!(files, ["plan.pdf", "notes.md"]);
        assert_eq!(layout.diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), ["stray-file"]);
    }
}
