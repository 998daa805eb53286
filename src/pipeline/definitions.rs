//! What enters: the sources that say how entries are read. What leaves: settings, theme, table of communes, definitions. It must not read entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Inputs;
use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::field::Defining;
use crate::layout::Layout;
use crate::localised::foreign_language;
use crate::node::Notes;
use crate::outlines::{Names, Outlines};
use crate::settings::{MapSettings, Settings};
use crate::source::Source;
use crate::theme::Theme;
use crate::vocabularies::Vocabularies;
use crate::{toml, yaml};

/// What says how entries are read.
#[derive(Debug)]
pub struct Definitions {
    /// `site.toml`.
    pub settings: Settings,
    /// The collections by key.
    pub collections: IndexMap<String, Collection>,
    /// The site's own table of communes.
    pub communes: Option<Communes>,
}

impl Definitions {
    /// Reads them without the entries, for what writes entries. `None` where the settings can't be read.
    pub fn read(inputs: &Inputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let settings = read_settings(inputs.site, diagnostics)?;
        let layout = Layout::of(inputs.content, &settings.languages);
        let (_, collections) = read_definitions(&settings, &layout, diagnostics);
        let communes = read_communes(&settings, inputs.content, diagnostics).map(|(communes, _)| communes);
        Some(Self { settings, collections, communes })
    }
}

pub(super) fn read_settings(site: Option<&Source>, diagnostics: &mut Vec<Diagnostic>) -> Option<Settings> {
    let Some(site) = site else {
        let message = "there is no `site.toml` here";
        let diagnostic = Diagnostic::error("no-settings", Location::start_of(&"site.toml".into()), message);
        diagnostics.push(diagnostic.help("go to the folder of a centre, or make one with `maillage init DIR`"));
        return None;
    };
    let text = site.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()?;
    let mut notes = Notes { file: &site.path, diagnostics };
    let node = toml::parse(text, &mut notes)?;
    Settings::read(&node, &mut notes)
}

/// The theme as the site wears it: last time's, where neither its files nor what is around all pages changed, and no fault is to be told again.
pub(super) fn wear_theme(
    settings: &Settings,
    inputs: &Inputs<'_>,
    (collections, around): (&IndexMap<String, Collection>, Digest),
    kept: &mut Option<(Digest, Arc<Theme>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Arc<Theme> {
    let files = inputs.embedded.iter().chain(inputs.themes).map(|source| (&source.path, source.digest));
    let digest = Digest::of_hash(&(around, files.collect::<Vec<_>>()));
    if let Some((_, theme)) = kept.as_ref().filter(|(known, _)| *known == digest) {
        return Arc::clone(theme);
    }
    let found = diagnostics.len();
    let mut theme = read_theme(settings, inputs, diagnostics);
    theme.dress(settings, collections.values(), diagnostics);
    let theme = Arc::new(theme);
    *kept = (diagnostics.len() == found).then(|| (digest, Arc::clone(&theme)));
    theme
}

fn read_theme(settings: &Settings, inputs: &Inputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> Theme {
    let name = &settings.theme.value;
    let prefix = format!("themes/{name}/");
    if name != "default" && !inputs.themes.iter().any(|source| source.path.starts_with(&prefix)) {
        let names: Vec<&str> =
            inputs.themes.iter().filter_map(|source| source.path.split('/').nth(1)).chain(["default"]).collect();
        let message = format!("there is no theme `{name}`");
        let location = Location::new(&"site.toml".into(), settings.theme.extent);
        let diagnostic = Diagnostic::error("unknown-theme", location, message);
        diagnostics.push(diagnostic.expected(format!("`default`, or a folder `{prefix}`")).near(name, names));
    }
    let theme = Theme::new(name, inputs.embedded, inputs.themes, diagnostics);
    theme.check_wording(settings, inputs.embedded, inputs.themes, diagnostics);
    theme
}

pub(super) fn read_communes(
    settings: &Settings,
    content: &[Source],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Communes, Digest)> {
    let (path, extent) = settings.communes.as_ref()?;
    let Some(source) = content.iter().find(|source| *source.path == **path) else {
        let location = Location::new(&"site.toml".into(), *extent);
        let diagnostic = Diagnostic::error("missing-file", location, format!("there is no file `{path}`"));
        let tables = content.iter().map(|source| &*source.path).filter(|path| path.ends_with(".csv"));
        diagnostics.push(diagnostic.expected("a CSV file under `content/`").near(path, tables));
        return None;
    };
    let text = source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()?;
    Some((Communes::parse(text, &mut Notes { file: &source.path, diagnostics }), source.digest))
}

/// The site's own outlines; `None` where it has none, and the embedded ones are shown.
pub(super) fn read_outlines(
    settings: &MapSettings,
    content: &[Source],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Outlines, Digest)> {
    let (path, extent) = settings.outlines.as_ref()?;
    let Some(source) = content.iter().find(|source| *source.path == **path) else {
        let location = Location::new(&"site.toml".into(), *extent);
        let diagnostic = Diagnostic::error("missing-file", location, format!("there is no file `{path}`"));
        let files = content.iter().map(|source| &*source.path).filter(|path| path.ends_with("json"));
        diagnostics.push(diagnostic.expected("a GeoJSON file under `content/`").near(path, files));
        return None;
    };
    let text = source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()?;
    let names = Names { id: &settings.id, name: &settings.name, group: settings.group.as_deref() };
    Some((Outlines::read(text, &source.path, names, diagnostics)?, source.digest))
}

pub(super) fn read_definitions(
    settings: &Settings,
    layout: &Layout<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vocabularies, IndexMap<String, Collection>) {
    let languages = &settings.languages;
    let vocabularies = layout.vocabularies.and_then(|source| {
        let text = source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()?;
        let mut notes = Notes { file: &source.path, diagnostics };
        let node = yaml::parse(text, 0, &mut notes)?;
        Some(Vocabularies::read(&node, languages, &mut notes))
    });
    let vocabularies = vocabularies.unwrap_or_default();
    let defining = Defining { languages, vocabularies: &vocabularies };
    let mut collections = IndexMap::new();
    for (key, source) in &layout.definitions {
        let Ok(text) = source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)) else { continue };
        let mut notes = Notes { file: &source.path, diagnostics };
        let read = yaml::parse(text, 0, &mut notes).and_then(|node| Collection::read(key, &node, defining, &mut notes));
        collections.extend(read.map(|collection| ((*key).to_owned(), collection)));
    }
    check_relations(&collections, diagnostics);
    gather_languages(settings, diagnostics);
    (vocabularies, collections)
}

/// Faults about one language that make a single warning: the site has it no more, or not yet.
const SEVERAL: usize = 3;

/// Many texts in a language that the site has not are one fault, which hinders nothing: they are left out.
fn gather_languages(settings: &Settings, diagnostics: &mut Vec<Diagnostic>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for language in diagnostics.iter().filter_map(foreign_language) {
        *counts.entry(language.to_owned()).or_default() += 1;
    }
    for (language, count) in counts.into_iter().filter(|(_, count)| *count >= SEVERAL) {
        diagnostics.retain(|diagnostic| foreign_language(diagnostic) != Some(language.as_str()));
        let message =
            format!("{count} texts and files are in `{language}`, none of the site's languages: they are left out");
        let location = Location::new(&"site.toml".into(), settings.languages_extent);
        let warning = Diagnostic::warning("unknown-language", location, message);
        diagnostics.push(warning.help("add it to `languages`, or remove them"));
    }
}

/// Relations must lead to collections that exist.
fn check_relations(collections: &IndexMap<String, Collection>, diagnostics: &mut Vec<Diagnostic>) {
    let names = || collections.keys().map(String::as_str);
    for collection in collections.values() {
        for field in collection.fields.values() {
            let Some(relation) = field.kind.relation().filter(|relation| !collections.contains_key(relation.to)) else {
                continue;
            };
            let message = format!("`{}` leads to the collection `{}`, which does not exist", field.name, relation.to);
            let diagnostic =
                Diagnostic::error("unknown-collection", Location::new(&collection.file, field.extent), message);
            diagnostics.push(diagnostic.expected(one_of(names())).near(relation.to, names()));
        }
    }
}
