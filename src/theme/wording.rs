//! What enters: the theme, its files and the site's languages. What leaves: warnings about texts of the interface that no page shows or that none has,
//! and about files that stand in no folder of a theme. It must not know pages.

use super::Theme;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::node::{Content, Notes};
use crate::settings::Settings;
use crate::source::Source;
use crate::strings::{Strings, Text};
use crate::toml;

/// The folders of a theme.
const FOLDERS: [&str; 4] = ["templates", "static", "strings", "icons"];

impl Theme {
    /// Warns of what is written in vain, and of languages without texts.
    pub fn check_wording(
        &self,
        settings: &Settings,
        embedded: &[Source],
        own: &[Source],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let prefix = format!("themes/{}/", settings.theme.value);
        for language in settings.languages.iter().filter(|language| !self.strings.contains_key(*language)) {
            let file = format!("{prefix}strings/{language}.toml");
            let location = Location::new(&"site.toml".into(), settings.languages_extent);
            let message =
                format!("the theme has no texts in `{language}`: buttons and headings are in another language");
            let warning = Diagnostic::warning("missing-strings", location, message);
            diagnostics.push(warning.help(format!("write them in `{file}`, such as `search = \"…\"`")));
        }
        let model = model(embedded);
        for source in own {
            let Some((folder, name)) = source.path.strip_prefix(&prefix).and_then(|path| path.split_once('/')) else {
                continue;
            };
            if !FOLDERS.contains(&folder) {
                let message = format!("a theme has no folder `{folder}`: this file is not read");
                let warning = Diagnostic::warning("stray-file", Location::start_of(&source.path), message);
                diagnostics.push(warning.expected(one_of(FOLDERS)).near(folder, FOLDERS));
            } else if folder == "strings" {
                self.check_strings(source, name, settings, &model, diagnostics);
            }
        }
    }

    fn check_strings(
        &self,
        source: &Source,
        name: &str,
        settings: &Settings,
        model: &Strings,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let languages = || settings.languages.iter().map(String::as_str);
        let is_spoken = |language: &str| languages().any(|one| one == language);
        if !name.strip_suffix(".toml").is_some_and(is_spoken) {
            let message = format!("`{name}` holds the texts of no language of this site");
            let warning = Diagnostic::warning("stray-file", Location::start_of(&source.path), message);
            let names: Vec<String> = languages().map(|language| format!("{language}.toml")).collect();
            let names = || names.iter().map(String::as_str);
            diagnostics.push(warning.expected(one_of(names())).near(name, names()));
            return;
        }
        let Ok(text) = source.text() else { return };
        // What is no TOML was said when the theme was read.
        let mut said = Vec::new();
        let Some(node) = toml::parse(text, &mut Notes { file: &source.path, diagnostics: &mut said }) else { return };
        for (key, value) in node.as_map().unwrap_or_default() {
            let location = Location::new(&source.path, key.extent);
            let is_used = || self.templates.values().any(|template| template.text.contains(&key.name));
            match model.iter().find(|(name, _)| *name == key.name) {
                None if !is_used() => {
                    let warning =
                        Diagnostic::warning("unknown-key", location, format!("no template shows `{}`", key.name));
                    diagnostics.push(warning.near(&key.name, model.iter().map(|(name, _)| name)));
                }
                Some((_, Text::One(_))) if matches!(value.content, Content::Map(_)) => {
                    let message = format!("`{}` has no plural forms", key.name);
                    let warning = Diagnostic::warning("wrong-kind", location, message);
                    diagnostics.push(warning.expected("a text"));
                }
                _ => {}
            }
        }
    }
}

/// The texts of the default theme, whatever the site has made of them.
fn model(embedded: &[Source]) -> Strings {
    let mut strings = Strings::default();
    let files = embedded.iter().filter(|source| source.path.starts_with("themes/default/strings/"));
    for source in files {
        let mut said = Vec::new();
        let mut notes = Notes { file: &source.path, diagnostics: &mut said };
        if let Some(node) = source.text().ok().and_then(|text| toml::parse(text, &mut notes)) {
            strings.add(&node, &mut notes);
        }
    }
    strings
}
