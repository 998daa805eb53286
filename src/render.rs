//! What enters: the theme's templates and strings, and one page. What leaves: the page's text, or where and why its template failed.
//! It must not know the catalogue: a page's view is all that there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, Location, nearest, one_of};
use crate::plan::Page;
use crate::theme::{Template, Theme};

mod filters;

/// The templates, ready to render.
#[derive(Debug)]
pub struct Renderer {
    tera: Tera,
    templates: BTreeMap<String, Template>,
    strings: BTreeMap<String, tera::Value>,
}

impl Renderer {
    /// Parses all templates.
    ///
    /// # Errors
    /// Every template that can't be parsed, or what doesn't fit together.
    pub fn new(theme: &Theme, languages: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let mut tera = empty();
        let texts = || theme.templates.iter().map(|(name, template)| (name.as_str(), &*template.text));
        if let Err(error) = tera.add_raw_templates(texts()) {
            let alone = texts().filter_map(|(name, text)| {
                let error = empty().add_raw_template(name, text).err()?;
                matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| fault(&error, &theme.templates, name))
            });
            let mut diagnostics: Vec<Diagnostic> = alone.collect();
            if diagnostics.is_empty() {
                diagnostics.push(fault(&error, &theme.templates, "base.html"));
            }
            return Err(diagnostics);
        }
        let default = languages.first().map_or("fr", String::as_str);
        let strings = languages
            .iter()
            .map(|language| (language.clone(), tera::Value::from_serializable(&theme.strings_for(language, default))))
            .collect();
        Ok(Self { tera, templates: theme.templates.clone(), strings })
    }

    /// Whether there is a template of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// The names of all templates that pages may use: not the ones in folders, which are parts of others.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str).filter(|name| !name.contains('/'))
    }

    /// Renders a page.
    ///
    /// # Errors
    /// Where in which template it failed, and which names there were.
    pub fn render(&self, page: &Page) -> Result<String, Box<Diagnostic>> {
        let render = || {
            let mut context = Context::from_serialize(&page.view)?;
            if let Some(strings) = self.strings.get(&page.language) {
                context.insert_value("t", strings.clone());
            }
            self.tera.render(&page.template, &context)
        };
        render().map_err(|error| {
            let diagnostic = fault(&error, &self.templates, &page.template);
            let diagnostic = self.name_what_there_is(diagnostic, page);
            let help = format!("it was rendering `{}` from `{}`", page.path, page.file);
            Box::new(Diagnostic {
                help: diagnostic.help.clone().map(|given| format!("{given}; {help}")).or(Some(help)),
                ..diagnostic
            })
        })
    }

    /// Where a name was not found: the names that stand where it was looked for.
    fn name_what_there_is(&self, diagnostic: Diagnostic, page: &Page) -> Diagnostic {
        let Some(template) = self.templates.values().find(|template| template.file == diagnostic.location.file) else {
            return diagnostic;
        };
        let range = diagnostic.location.range;
        let Some(written) = template.text.get(range.start..range.end) else { return diagnostic };
        let is_path = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
        if written.is_empty() || !written.chars().all(is_path) {
            return diagnostic;
        }
        let mut value = view_with_strings(page, self.strings.get(&page.language));
        for segment in written.split('.') {
            let Some(map) = value.as_object() else { return diagnostic };
            match map.get(segment) {
                Some(inner) => value = inner.clone(),
                None => {
                    let names: Vec<&str> = map.keys().map(String::as_str).collect();
                    let near = nearest(segment, names.iter().copied()).map(str::to_owned);
                    let expected = format!("{} here", one_of(names));
                    return Diagnostic { expected: Some(expected), nearest: near, ..diagnostic };
                }
            }
        }
        diagnostic
    }
}

fn view_with_strings(page: &Page, strings: Option<&tera::Value>) -> serde_json::Value {
    let mut value = serde_json::to_value(&page.view).unwrap_or_default();
    if let (Some(map), Some(strings)) = (value.as_object_mut(), strings) {
        map.insert("t".to_owned(), to_json(strings));
    }
    value
}

fn to_json<T: Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// An engine with the filters and nothing else.
fn empty() -> Tera {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![".html", ".xml"]);
    filters::register(&mut tera);
    tera
}

/// A template engine's error as a diagnostic at its place.
fn fault(error: &tera::Error, templates: &BTreeMap<String, Template>, fallback: &str) -> Diagnostic {
    let file_of =
        |name: &str| templates.get(name).map_or_else(|| Arc::from(name), |template| Arc::clone(&template.file));
    let names = || templates.keys().map(String::as_str).filter(|name| !name.contains('/'));
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let name = if report.filename().is_empty() { fallback } else { report.filename() };
            let code =
                if matches!(error.kind(), ErrorKind::SyntaxError(_)) { "template-syntax" } else { "template-failed" };
            let location = Location::new(&file_of(name), report.span().range.clone());
            Diagnostic::error(code, location, sentence(report.message()))
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("`{current}` extends `{parent}`, which is no template");
            let diagnostic = Diagnostic::error("unknown-template", Location::start_of(&file_of(current)), message);
            diagnostic.expected(one_of(names())).near(parent, names())
        }
        ErrorKind::TemplateNotFound(name) => {
            let diagnostic = Diagnostic::error(
                "unknown-template",
                Location::start_of(&file_of(fallback)),
                format!("there is no template `{name}`"),
            );
            diagnostic.expected(one_of(names())).near(name, names())
        }
        _ => Diagnostic::error("template-failed", Location::start_of(&file_of(fallback)), sentence(&error.to_string())),
    }
}

/// The engine's message as one line that starts in lower case and ends without a full stop.
fn sentence(message: &str) -> String {
    let line = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
    let mut characters = line.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + characters.as_str())
}
