//! What enters: the files of the embedded theme and of the site's own. What leaves: [`Theme`]: templates, static files and strings, each from
//! the site where it has one, else from the embedded theme. It must not know pages or entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::node::Notes;
use crate::source::Source;
use crate::strings::Strings;
use crate::stylesheet;
use crate::toml;

/// Where the search engine stands among the static files.
const ENGINE: &str = "search/engine.wasm";

/// What pages are made with.
#[derive(Clone, Debug)]
pub struct Theme {
    /// By name, as templates refer to each other: `base.html`.
    pub templates: BTreeMap<String, Template>,
    /// Path below `static/` → file.
    pub statics: BTreeMap<String, Source>,
    /// The browser's search engine (WebAssembly).
    pub engine: Arc<[u8]>,
    /// The interface's texts by language.
    pub strings: BTreeMap<String, Strings>,
    /// Digest of all templates: a page is rendered again when this changes.
    pub templates_digest: Digest,
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
        let mut strings: BTreeMap<String, Strings> = BTreeMap::new();
        let layers = [("themes/default/", embedded), (prefix.as_str(), own)];
        for (prefix, sources) in layers {
            for source in sources {
                let Some(path) = source.path.strip_prefix(prefix) else { continue };
                if let Some(path) = path.strip_prefix("static/") {
                    statics.insert(path.to_owned(), source.clone());
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
        let engine = statics.get(ENGINE).map(|source: &Source| Arc::clone(&source.bytes)).unwrap_or_default();
        // The search modules' documentation is not published; the engine is, compressed, with the search data.
        statics.retain(|path, _| !path.ends_with(".md") && !path.ends_with(".inputs") && path != ENGINE);
        stylesheet::gather(&mut statics);
        let templates_digest = Digest::of_all(
            &templates
                .iter()
                .flat_map(|(name, template)| [Digest::of(name.as_bytes()), Digest::of(template.text.as_bytes())])
                .collect::<Vec<_>>(),
        );
        let statics_digest = Digest::of_all(
            &statics.iter().flat_map(|(path, source)| [Digest::of(path.as_bytes()), source.digest]).collect::<Vec<_>>(),
        );
        Self { templates, statics, engine, strings, templates_digest, statics_digest }
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

fn text_of<'a>(source: &'a Source, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a str> {
    source.text().map_err(|diagnostic| diagnostics.push(*diagnostic)).ok()
}
