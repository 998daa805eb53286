//! What enters: the files of the embedded theme and of the site's own. What leaves: [`Theme`]: templates, static files and strings, each from
//! the site where it has one, else from the embedded theme. It must not know pages or entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::collection::Collection;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::markdown::Ids;
use crate::node::Notes;
use crate::settings::{BlockKind, Settings};
use crate::source::Source;
use crate::strings::Strings;
use crate::stylesheet;
use crate::toml;

mod colours;
mod engine;
mod icons;
mod wording;

use icons::Wanted;

/// Where the search engine stands among the static files.
const ENGINE: &str = "search/engine.wasm";

/// The same, compressed better than a build would have the time for.
const PACKED_ENGINE: &str = "search/engine.wasm.gz";

/// Where the colours stand among them, before the style is gathered.
const TOKENS: &str = "style/tokens.css";

/// The style.
const STYLE: &str = "style.css";

/// The sprite of the icons in use.
const SPRITE: &str = "icons.svg";

/// What pages are made with.
#[derive(Clone, Debug)]
pub struct Theme {
    /// By name, as templates refer to each other: `base.html`.
    pub templates: BTreeMap<String, Template>,
    /// Path below `static/` → file.
    pub statics: BTreeMap<String, Source>,
    /// Icons by name; those in use become the static file `icons.svg`.
    icons: BTreeMap<String, Source>,
    /// The sheet of colours, and whether it is the site's own.
    tokens: Option<(Source, bool)>,
    /// The browser's search engine (WebAssembly).
    pub engine: Arc<[u8]>,
    /// The gzip of the embedded one, which may be another.
    pub packed_engine: Arc<[u8]>,
    /// The interface's texts by language.
    pub strings: BTreeMap<String, Strings>,
    /// Digest of all static files: their folder's name.
    pub statics_digest: Digest,
}

/// A template's text and where it stands.
#[derive(Clone, Debug)]
pub struct Template {
    /// The file, for messages.
    pub file: Arc<str>,
    /// The text.
    pub text: Arc<str>,
}

impl Theme {
    /// Lays the site's files (`themes/<name>/…`) over the embedded ones (`themes/default/…`), file by file; strings, key by key.
    #[must_use]
    pub fn new(name: &str, embedded: &[Source], own: &[Source], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let prefix = format!("themes/{name}/");
        let mut templates = BTreeMap::new();
        let mut statics = BTreeMap::new();
        let mut icons = BTreeMap::new();
        let mut strings: BTreeMap<String, Strings> = BTreeMap::new();
        let layers = [("themes/default/", embedded), (prefix.as_str(), own)];
        for (prefix, sources) in layers {
            for source in sources {
                let Some(path) = source.path.strip_prefix(prefix) else { continue };
                if let Some(path) = path.strip_prefix("static/") {
                    statics.insert(path.to_owned(), source.clone());
                } else if let Some(name) = path.strip_prefix("icons/").and_then(|path| path.strip_suffix(".svg")) {
                    icons.insert(name.to_owned(), source.clone());
                } else if let Some(path) = path.strip_prefix("templates/") {
                    if let Some(text) = text_of(source, diagnostics) {
                        let template = Template { file: Arc::clone(&source.path), text: text.into() };
                        templates.insert(path.to_owned(), template);
                    }
                } else if let Some(language) = path.strip_prefix("strings/").and_then(|path| path.strip_suffix(".toml"))
                {
                    let Some(text) = text_of(source, diagnostics) else { continue };
                    let mut notes = Notes { file: &source.path, diagnostics };
                    if let Some(node) = toml::parse(text, &mut notes) {
                        strings.entry(language.to_owned()).or_default().add(&node, &mut notes);
                    }
                }
            }
        }
        let own = |source: &&Source| embedded.iter().all(|one| one.bytes != source.bytes);
        diagnostics.extend(statics.get(ENGINE).filter(own).and_then(engine::check));
        let bytes = |path: &str| statics.get(path).map(|source| Arc::clone(&source.bytes)).unwrap_or_default();
        let (engine, packed_engine) = (bytes(ENGINE), bytes(PACKED_ENGINE));
        // The search modules' documentation is not published; the engine is, compressed, with the search data.
        statics.retain(|path, _| {
            !path.ends_with(".md") && !path.ends_with(".inputs") && path != ENGINE && path != PACKED_ENGINE
        });
        let tokens = statics.get(TOKENS).map(|source| (source.clone(), !source.path.starts_with("themes/default/")));
        stylesheet::gather(&mut statics);
        let statics_digest = digest_of(&statics);
        Self { templates, statics, icons, tokens, engine, packed_engine, strings, statics_digest }
    }

    /// Adds the static files that the site's own choices make: its colours in the style, the sprite of the icons that it uses.
    pub fn dress<'c>(
        &mut self,
        settings: &Settings,
        collections: impl IntoIterator<Item = &'c Collection>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let site: Arc<str> = "site.toml".into();
        let appearance = &settings.appearance;
        let tokens = self.tokens.as_ref();
        let own = tokens.is_some_and(|(_, own)| *own);
        let rules = colours::lay(tokens.map(|(tokens, _)| tokens), &appearance.colours, own, &site, diagnostics);
        if let (false, Some(style)) = (rules.is_empty(), self.statics.get_mut(STYLE)) {
            let text = [style.text().unwrap_or_default(), &rules].concat();
            *style = Source::new(Arc::clone(&style.path), text.into_bytes());
        }
        for (logo, extent) in appearance.logos().filter(|(logo, _)| !self.statics.contains_key(logo)) {
            let message = format!("the theme's `static/` has no file `{logo}`");
            let diagnostic = Diagnostic::error("missing-file", Location::new(&site, *extent), message);
            let pictures = || {
                self.statics.keys().map(String::as_str).filter(|path| path.ends_with(".svg") || path.ends_with(".png"))
            };
            diagnostics.push(diagnostic.expected(one_of(pictures())).near(logo, pictures()));
        }
        let mut wanted: Vec<Wanted> = self.templates.values().flat_map(icons::in_template).collect();
        let icon =
            |(name, extent): &(String, _)| Wanted { name: name.clone(), location: Location::new(&site, *extent) };
        for block in &settings.home.blocks {
            if let BlockKind::Doors(doors) = &block.kind {
                wanted.extend(doors.iter().filter_map(|door| door.icon.as_ref().map(icon)));
            }
        }
        wanted.extend(appearance.social.iter().filter_map(|profile| profile.icon.as_ref().map(icon)));
        for collection in collections {
            let icon = collection.icon.as_ref();
            wanted.extend(icon.map(|icon| Wanted {
                name: icon.value.clone(),
                location: Location::new(&collection.file, icon.extent),
            }));
            // A theme may do without the icons of field types: nobody wrote their names.
            let types = collection.fields.values().map(|field| field.kind.icon());
            wanted.extend(
                types
                    .filter(|name| self.icons.contains_key(*name))
                    .map(|name| Wanted { name: name.to_owned(), location: Location::start_of(&collection.file) }),
            );
        }
        // A theme without icons, such as one that embeds them otherwise, asks for none.
        if !self.icons.is_empty() && !wanted.is_empty() {
            let sprite = icons::sprite(&self.icons, &wanted, diagnostics);
            self.statics.insert(SPRITE.to_owned(), Source::new(format!("static/{SPRITE}"), sprite.into_bytes()));
        }
        self.statics_digest = digest_of(&self.statics);
    }

    /// The ids that templates write: whole ones, and the beginnings of those that they complete from data or that views bring along.
    #[must_use]
    pub fn ids(&self, views: &[&str]) -> Ids {
        const MARK: &str = " id=\"";
        let mut ids = Ids { beginnings: views.iter().map(|id| (*id).to_owned()).collect(), ..Ids::default() };
        for template in self.templates.values() {
            for (at, _) in template.text.match_indices(MARK) {
                let rest = &template.text[at + MARK.len()..];
                let written = rest.split(['"', '{']).next().unwrap_or_default();
                match rest[written.len()..].chars().next() {
                    Some('"') => ids.reserved.insert(written.to_owned()),
                    // An id that is wholly data is its maker's matter.
                    _ => !written.is_empty() && ids.beginnings.insert(written.to_owned()),
                };
            }
        }
        ids
    }

    /// The strings for a language; what it lacks comes from the default language, then from English.
    #[must_use]
    pub fn strings_for(&self, language: &str, default: &str) -> Strings {
        let mut strings = Strings::default();
        for layer in ["en", default, language] {
            if let Some(own) = self.strings.get(layer) {
                strings.lay(own);
            }
        }
        strings
    }
}

/// Paths and contents of all static files.
fn digest_of(statics: &BTreeMap<String, Source>) -> Digest {
    let parts = statics.iter().flat_map(|(path, source)| [Digest::of(path.as_bytes()), source.digest]);
    Digest::of_all(&parts.collect::<Vec<_>>())
}

fn text_of<'a>(source: &'a Source, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a str> {
    source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()
}
