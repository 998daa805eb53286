//! What enters: the links of one text and all that they may lead to. What leaves: [`Targets`] for the page that shows the text, and broken links.
//! It must not know how links are written in HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bundle::{Bundles, file_path, size_name, type_name};
use crate::catalogue::{Catalogue, relations};
use crate::collection::Collection;
use crate::diagnostic::{Diagnostic, Location, nearest, one_of};
use crate::entry::{Entry, State};
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::markdown::{Ids, Link, LinkKind, LinkRole, Outline, Target, TargetKind, Targets};
use crate::pictures::{Format, SHOWN};
use crate::reads::{Reads, Thing};
use crate::site_path::{SitePath, join};

/// What links may lead to.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Resolver<'a> {
    /// Entries and addresses.
    pub catalogue: &'a Catalogue<'a>,
    /// The entries' files.
    pub bundles: &'a Bundles,
    /// The headings of an entry in a language.
    pub outlines: &'a (dyn Fn(&EntryId, &str) -> Option<&'a Outline> + Sync),
}

/// A text and the page that shows it.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// The entry that the text belongs to.
    pub entry: &'a Entry,
    /// The file that the text is written in.
    pub file: &'a Arc<str>,
    /// The language of the page.
    pub language: &'a str,
    /// The page's address.
    pub page: &'a SitePath,
    /// How ids of the text's headings are made.
    pub ids: &'a Ids,
    /// Takes note of what its links lead to.
    pub reads: &'a Reads,
}

/// Where a link leads, before its anchor is looked up.
enum Found {
    Entry(EntryId),
    File(String),
    Page(SitePath),
}

impl Resolver<'_> {
    /// Resolves every link; a link that leads nowhere is reported and has no target.
    pub fn resolve(&self, written: &Written<'_>, outline: &Outline, diagnostics: &mut Vec<Diagnostic>) -> Targets {
        let mut targets = BTreeMap::new();
        for link in &outline.links {
            match &link.kind {
                LinkKind::Anchor { anchor } => {
                    if !outline.has_anchor(anchor, written.ids)
                        && !self.own_outline(written).is_some_and(|own| own.has_anchor(anchor, written.ids))
                    {
                        diagnostics.push(missing_anchor(written, link, anchor, outline));
                    }
                }
                LinkKind::External { .. } | LinkKind::Unsafe { .. } => {}
                LinkKind::Entry { .. } | LinkKind::Path { .. } | LinkKind::Absolute { .. } => match self
                    .find(written, link)
                {
                    Ok(found) => {
                        if let (Found::Entry(id), Some(anchor)) = (&found, link.kind.anchor()) {
                            self.check_anchor(written, link, id, anchor, diagnostics);
                        }
                        if let (Found::File(path), LinkRole::Image) = (&found, link.role)
                            && Format::of_name(path).is_none()
                        {
                            diagnostics.push(not_a_picture(written, link, path));
                        }
                        if let (Some(key), Some(target)) = (link.key(), self.target(written, &found, written.page)) {
                            targets.insert(key, target);
                        }
                    }
                    Err(diagnostic) => diagnostics.push(*diagnostic),
                },
            }
        }
        Targets(targets)
    }

    fn own_outline(&self, written: &Written<'_>) -> Option<&Outline> {
        (self.outlines)(&written.entry.id, &written.entry.language)
    }

    fn find(&self, written: &Written<'_>, link: &Link) -> Result<Found, Box<Diagnostic>> {
        let location = Location::new(written.file, link.extent);
        match &link.kind {
            LinkKind::Entry { id, .. } => {
                let Some(parsed) = EntryId::parse(id.trim_matches('/')) else {
                    let message = format!("`{id}` names no entry");
                    let (collection, name) = id.trim_matches('/').rsplit_once('/').unwrap_or(("", id));
                    let known = self.catalogue.collections.get_key_value(collection).map(|(key, _)| key.as_str());
                    let near = relations::called(self.catalogue, name, known).map(ToString::to_string);
                    let diagnostic = Diagnostic::error("broken-link", location, message);
                    let diagnostic = diagnostic.expected("a collection and a slug, such as `[[places/la-myne]]`");
                    return Err(Box::new(Diagnostic { nearest: near, ..diagnostic }));
                };
                self.entry(parsed, written, location).map(Found::Entry)
            }
            LinkKind::Path { path, .. } => self.relative(written, link, path, location),
            LinkKind::Absolute { path, .. } => self.absolute(written, path, location),
            LinkKind::Anchor { .. } | LinkKind::External { .. } | LinkKind::Unsafe { .. } => {
                Ok(Found::Page(SitePath::default()))
            }
        }
    }

    fn entry(&self, id: EntryId, written: &Written<'_>, location: Location) -> Result<EntryId, Box<Diagnostic>> {
        written.reads.note(Thing::Entry(&id));
        if self.catalogue.families.contains_key(&id) {
            Ok(id)
        } else {
            Err(Box::new(relations::missing(self.catalogue, &id, location)))
        }
    }

    /// A path relative to the file that links: a file of the bundle, or another entry's source file.
    fn relative(
        &self,
        written: &Written<'_>,
        link: &Link,
        path: &str,
        location: Location,
    ) -> Result<Found, Box<Diagnostic>> {
        if self.bundles.get(&written.entry.id, path).is_some() {
            return Ok(Found::File(path.to_owned()));
        }
        if let Some(diagnostic) = no_path(path, &location) {
            return Err(Box::new(diagnostic));
        }
        let folder = written.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let full = join(folder, path);
        if let Some(id) = full.as_deref().and_then(|full| self.entry_of_file(written, full)) {
            return self.entry(id, written, location).map(Found::Entry);
        }
        let (code, what) = match link.role {
            LinkRole::Image => ("missing-image", "image"),
            LinkRole::Link => ("broken-link", "file"),
        };
        let files: Vec<&str> = self.bundles.files(&written.entry.id).map(|(path, _)| path).collect();
        let diagnostic = Diagnostic::error(code, location, format!("there is no {what} `{path}` here"));
        let diagnostic = match full.as_deref().filter(|_| path.ends_with(".md") || path.ends_with(".yaml")) {
            Some(full) => {
                let sources: Vec<&str> = self.catalogue.families.values().flat_map(|family| family.versions.values()).map(|entry| &*entry.file).collect();
                diagnostic.expected(format!("an entry's file; `{full}` is none")).near(full, sources)
            }
            None if written.entry.bundle.is_some() => diagnostic.expected("a file of this entry's folder").near(path, files),
            None => diagnostic.help(format!("make the entry a folder `{}/index.md` and put the file beside it, or link to an entry with `[[collection/slug]]`", written.entry.id.slug())),
        };
        Err(Box::new(diagnostic))
    }

    /// The entry that a source file holds: `content/places/north/a.en.md` or `content/places/a/index.md`.
    fn entry_of_file(&self, written: &Written<'_>, path: &str) -> Option<EntryId> {
        let inner = path.strip_prefix("content/")?;
        let (collection, rest) = inner.split_once('/')?;
        let rest = rest.strip_suffix(".md").or_else(|| rest.strip_suffix(".yaml"))?;
        let rest = self
            .catalogue
            .settings
            .languages
            .iter()
            .find_map(|language| rest.strip_suffix(&format!(".{language}")))
            .unwrap_or(rest);
        let mut segments = rest.rsplit('/');
        let last = segments.next()?;
        let slug = if last == "index" { segments.next()? } else { last };
        let id = EntryId::new(collection, slug);
        written.reads.note(Thing::Entry(&id));
        let folder = path.rsplit_once('/')?.0;
        let family = self.catalogue.families.get(&id);
        // The path must be where the file really stands, not just end alike.
        let stands = family.is_some_and(|family| {
            family.versions.values().any(|entry| entry.file.rsplit_once('/').is_some_and(|(at, _)| at == folder))
        });
        (stands || self.catalogue.withheld.contains_key(&id)).then_some(id)
    }

    /// An address of the site, written from its root.
    fn absolute(&self, written: &Written<'_>, path: &str, location: Location) -> Result<Found, Box<Diagnostic>> {
        written.reads.note(Thing::Frame);
        let wanted = SitePath::new(path);
        let catalogue = self.catalogue;
        for language in &catalogue.settings.languages {
            let pages = catalogue.collections.values().map(|collection| catalogue.listing_path(collection, language));
            let specials = ["path_search", "path_a_z"].map(|name| catalogue.special_path(name, language));
            let home = std::iter::once(catalogue.localised_path("", language));
            let facets = catalogue.facets.values().map(|facet| catalogue.facet_path(facet, language));
            if pages.chain(specials).chain(home).chain(facets).any(|page| page == wanted) {
                return Ok(Found::Page(wanted));
            }
            for facet in catalogue.facets.values() {
                let index = catalogue.facet_path(facet, language);
                let value = wanted.as_str().strip_prefix(index.as_str()).and_then(|rest| rest.strip_suffix('/'));
                let noted = value.inspect(|value| written.reads.note(Thing::Value(&facet.key, value)));
                if noted.is_some_and(|value| facet.value(value).is_some()) {
                    return Ok(Found::Page(wanted));
                }
            }
        }
        // Longest part first: the slug is the last segment.
        let slug = wanted.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        for collection in catalogue.collections.keys() {
            let id = EntryId::new(collection, slug);
            written.reads.note(Thing::Entry(&id));
            let here = |language: &String| catalogue.entry_path(&id, language) == wanted;
            if catalogue.families.contains_key(&id) && catalogue.settings.languages.iter().any(here) {
                return Ok(Found::Page(wanted));
            }
        }
        let diagnostic = Diagnostic::error("broken-link", location, format!("there is no page at `{path}`"));
        let paths: Vec<String> = catalogue
            .families
            .keys()
            .map(|id| catalogue.entry_path(id, catalogue.settings.default_language()).to_string())
            .collect();
        let near = nearest(path, paths.iter().map(String::as_str)).map(str::to_owned);
        Err(Box::new(
            Diagnostic { nearest: near, ..diagnostic }.help("link to an entry by its id: `[[collection/slug]]`"),
        ))
    }

    fn check_anchor(
        &self,
        written: &Written<'_>,
        link: &Link,
        id: &EntryId,
        anchor: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(family) = self.catalogue.families.get(id) else { return };
        let language = &family.version(written.language).language;
        written.reads.note(Thing::Body(id));
        let Some(outline) = (self.outlines)(id, language) else { return };
        if !outline.has_anchor(anchor, written.ids) {
            diagnostics.push(missing_anchor(written, link, anchor, outline));
        }
    }

    fn target(&self, written: &Written<'_>, found: &Found, here: &SitePath) -> Option<Target> {
        let catalogue = self.catalogue;
        match found {
            Found::Entry(id) => {
                let entry = catalogue.families.get(id)?.version(written.language);
                let lang = (entry.language != written.language).then(|| entry.language.clone());
                let kind = TargetKind::Entry { lang, draft: entry.state == State::Draft };
                Some(Target {
                    url: catalogue.entry_path(id, written.language).relative_from(here),
                    title: entry.title.clone(),
                    kind,
                })
            }
            Found::Page(path) => {
                let kind = TargetKind::Entry { lang: None, draft: false };
                Some(Target { url: path.relative_from(here), title: path.to_string(), kind })
            }
            Found::File(path) => {
                let file = self.bundles.get(&written.entry.id, path)?;
                let page = catalogue.entry_path(&written.entry.id, catalogue.settings.default_language());
                let address = file_path(&page, path);
                let url = address.relative_from(here);
                let title = path.rsplit('/').next().unwrap_or(path).to_owned();
                let size = size_name(file.bytes(), written.language);
                let kind = match &file.picture {
                    Some(picture) => {
                        TargetKind::Image { picture: picture.on(&|path| path.relative_from(here), &address) }
                    }
                    None => TargetKind::File { note: Some(format!("{}, {size}", type_name(path))) },
                };
                Some(Target { url, title, kind })
            }
        }
    }
}

/// Files that fields name and that don't stand in the entry's folder.
pub fn check_files(catalogue: &Catalogue<'_>, bundles: &Bundles, diagnostics: &mut Vec<Diagnostic>) {
    // Few collections have such fields: the entries of the others needn't be walked after every save.
    let has_files = |collection: &&Collection| {
        collection.fields.values().any(|field| matches!(field.kind.name(), "file" | "image"))
    };
    let collections: BTreeSet<&str> =
        catalogue.collections.values().filter(has_files).map(|collection| collection.key.as_str()).collect();
    let families = catalogue.families.iter().filter(|(id, _)| collections.contains(id.collection()));
    for entry in families.flat_map(|(_, family)| family.versions.values()) {
        for given in entry.fields.values() {
            for located in &*given.values {
                let Value::File(file) = &located.value else { continue };
                if bundles.get(&entry.id, &file.path).is_some() {
                    continue;
                }
                let files: Vec<&str> = bundles.files(&entry.id).map(|(path, _)| path).collect();
                let location = Location::new(&given.file, located.extent);
                let diagnostic =
                    Diagnostic::error("missing-file", location, format!("there is no file `{}` here", file.path));
                diagnostics.push(match &entry.bundle {
                    _ if !files.is_empty() => {
                        diagnostic.expected(one_of(files.iter().copied())).near(&file.path, files)
                    }
                    Some(folder) => diagnostic.help(format!("put the file into the folder `{folder}/`")),
                    None => diagnostic.help(format!(
                        "make the entry a folder `{}/index.md` and put the file beside it",
                        entry.id.slug()
                    )),
                });
            }
        }
    }
}

/// The fault of a link to nothing at all, or to a web address without its beginning.
fn no_path(path: &str, location: &Location) -> Option<Diagnostic> {
    let host = path.split(['/', '?']).next().unwrap_or_default();
    let is_host = host.starts_with("www.")
        || [".fr", ".org", ".com", ".net", ".eu"]
            .iter()
            .any(|ending| host.len() > ending.len() && host.ends_with(ending));
    let fault = |message: String| Diagnostic::error("broken-link", location.clone(), message);
    if path.is_empty() {
        let help = "write an address between the brackets, or remove the link";
        return Some(fault("this link leads nowhere: it has no address".to_owned()).help(help));
    }
    let help = format!("write `https://{path}`");
    is_host.then(|| fault(format!("`{path}` is no file here; a web address begins with `https://`")).help(help))
}

fn not_a_picture(written: &Written<'_>, link: &Link, path: &str) -> Diagnostic {
    let message = format!("`{path}` is no picture that browsers show");
    Diagnostic::error("not-a-picture", Location::new(written.file, link.extent), message)
        .expected(SHOWN)
        .help(format!("export it as one of these, or link to it: `[…]({path})`"))
}

fn missing_anchor(written: &Written<'_>, link: &Link, anchor: &str, outline: &Outline) -> Diagnostic {
    let ids = || outline.headings.iter().map(|heading| heading.id.as_str());
    let message = format!("there is no heading `#{anchor}` there");
    let diagnostic =
        Diagnostic::error("missing-anchor", Location::new(written.file, link.extent), message).near(anchor, ids());
    if outline.headings.is_empty() { diagnostic } else { diagnostic.expected(one_of(ids().take(20))) }
}
