//! What enters: the theme's templates and strings, and one page. What leaves: the page's text, or where and why its template failed.
//! It must not know the catalogue: a page's view is all that there is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::plan::Page;
use crate::site_path::ROOT;
use crate::source::Lines;
use crate::theme::{Template, Theme};

mod asked;
mod cached;
mod filters;

use asked::Asked;
use cached::{Cache, Cached};

/// How a call begins that renders a component once: the component's name follows.
const CACHED: &str = "component=\"";

/// How many bytes most pages take at first.
const PAGE: usize = 16 * 1024;

/// Templates of pages that every site has.
const PAGES: [&str; 7] =
    ["home.html", "search.html", "letters.html", "facet-index.html", "region.html", "not-found.html", "redirect.html"];

/// The templates, ready to render.
#[derive(Debug)]
pub struct Renderer {
    tera: Arc<Tera>,
    cache: Arc<Cache>,
    templates: BTreeMap<String, Template>,
    strings: BTreeMap<String, tera::Value>,
    /// By template: the digest of it and of all that it may use.
    digests: BTreeMap<String, Digest>,
    /// By template: its file and those of all that it may use.
    parts: BTreeMap<String, Arc<Parts>>,
    /// By template: the keys of `entry` that it and all that it may use ask for.
    asked: BTreeMap<String, Asked>,
}

impl Renderer {
    /// Parses the templates that pages use, and those that these use: a template that nothing uses can't be in the way.
    ///
    /// # Errors
    /// Every template that can't be parsed, or what doesn't fit together.
    pub fn new<'n>(
        theme: &Theme,
        languages: &[String],
        used: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let cache = Arc::new(Cache::default());
        let mut tera = empty(&cache);
        let needed = needed(theme, used);
        let chosen = || theme.templates.iter().filter(|(name, _)| needed.contains(name.as_str()));
        let texts = || chosen().map(|(name, template)| (name.as_str(), &*template.text));
        if let Err(error) = tera.add_raw_templates(texts()) {
            let all = theme.templates.iter();
            let alone = all.filter_map(|(name, template)| syntax_fault(theme, name, &template.text));
            let mut diagnostics: Vec<Diagnostic> = alone.collect();
            if diagnostics.is_empty() {
                diagnostics = misfits(&error, &theme.templates);
            }
            return Err(diagnostics);
        }
        let unused = theme.templates.iter().filter(|(name, _)| !needed.contains(name.as_str()));
        let faults: Vec<Diagnostic> =
            unused.filter_map(|(name, template)| syntax_fault(theme, name, &template.text)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let default = languages.first().map_or("fr", String::as_str);
        let strings = languages
            .iter()
            .map(|language| (language.clone(), tera::Value::from_serializable(&theme.strings_for(language, default))))
            .collect();
        let (digests, (asked, parts)) = closures(theme);
        let tera = Arc::new(tera);
        cache.serve(Arc::downgrade(&tera));
        Ok(Self { tera, cache, templates: theme.templates.clone(), strings, digests, parts, asked })
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

    /// The digest of a template with all that it may extend, include and call.
    #[must_use]
    pub fn digest(&self, name: &str) -> Option<Digest> {
        self.digests.get(name).copied()
    }

    /// The files of a template and of all that it may extend, include and call.
    #[must_use]
    pub fn parts(&self, name: &str) -> Arc<Parts> {
        self.parts.get(name).cloned().unwrap_or_default()
    }

    /// Whether a template may ask for this key of `entry`.
    #[must_use]
    pub fn asks(&self, name: &str, key: &str) -> bool {
        self.asked.get(name).is_none_or(|asked| asked.has(key))
    }

    /// Begins a run. `around` is what is the same on all pages of a language, which components that are rendered once for several pages see.
    pub fn begin(&self, around: impl IntoIterator<Item = (String, Context)>) {
        let with_strings = around.into_iter().map(|(language, mut context)| {
            if let Some(strings) = self.strings.get(&language) {
                context.insert_value("t", strings.clone());
            }
            (language, context)
        });
        self.cache.show(with_strings.collect());
    }

    /// Ends a run: there is nothing around components any more, nor what they rendered to.
    pub fn end(&self) {
        self.cache.show(HashMap::new());
    }

    /// Renders what a page's template sees.
    ///
    /// # Errors
    /// Where in which template it failed, and which names there were.
    pub fn render(&self, page: &Page, mut view: Context) -> Result<Vec<u8>, Box<Diagnostic>> {
        if let Some(strings) = self.strings.get(&page.language) {
            view.insert_value("t", strings.clone());
        }
        let mut html = Vec::with_capacity(PAGE);
        self.tera.render_to(&page.template, &view, &mut html).map_err(|error| {
            let diagnostic = fault(&error, &self.templates, &page.template);
            let help = format!("it was rendering `{}` from `{}`", page.path, page.file);
            Box::new(Diagnostic {
                help: diagnostic.help.clone().map(|given| format!("{given}; {help}")).or(Some(help)),
                ..diagnostic
            })
        })?;
        Ok(with_root(&html, page.root.as_bytes()))
    }
}

/// The page with the way to the site's root where its mark stands.
fn with_root(html: &[u8], root: &[u8]) -> Vec<u8> {
    let mark = ROOT.encode_utf8(&mut [0; 4]).to_owned();
    let mut page = Vec::with_capacity(html.len() + html.len() / 4);
    let mut written = 0;
    for at in memchr::memmem::find_iter(html, &mark) {
        page.extend_from_slice(&html[written..at]);
        page.extend_from_slice(root);
        written = at + mark.len();
    }
    page.extend_from_slice(&html[written..]);
    page
}

/// The fault of a template that can't be parsed, whatever the others say.
fn syntax_fault(theme: &Theme, name: &str, text: &str) -> Option<Diagnostic> {
    let error = empty(&Arc::default()).add_raw_template(name, text).err()?;
    matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| fault(&error, &theme.templates, name))
}

/// The templates that pages use (`PAGES` and those of collections), what they extend and include, and all components.
fn needed<'t, 'n>(theme: &'t Theme, used: impl IntoIterator<Item = &'n str>) -> BTreeSet<&'t str> {
    let known = |name: &str| theme.templates.get_key_value(name).map(|(name, _)| name.as_str());
    let components = theme.templates.keys().map(String::as_str).filter(|name| name.contains('/'));
    let waiting = PAGES.into_iter().chain(used).filter_map(known).chain(components).collect();
    closure(waiting, |name| named(&theme.templates[name].text).filter_map(known).collect())
}

/// Some templates and all that they lead to.
fn closure<'t>(mut waiting: Vec<&'t str>, leads_to: impl Fn(&'t str) -> Vec<&'t str>) -> BTreeSet<&'t str> {
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if reached.insert(name) {
            waiting.extend(leads_to(name));
        }
    }
    reached
}

/// What a template extends and includes.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("{%").skip(1).filter_map(|tag| {
        let tag = tag.trim_start_matches('-').trim_start();
        let rest = tag.strip_prefix("extends").or_else(|| tag.strip_prefix("include"))?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}

/// Files of templates, each with its digest.
type Parts = BTreeMap<Arc<str>, Digest>;

/// What is known of each template, by its name.
type ByName<T> = BTreeMap<String, T>;

/// The digests of templates; the keys that they ask for; their files.
type Closures = (ByName<Digest>, (ByName<Asked>, ByName<Arc<Parts>>));

/// For each template what follows from it and all that it may extend, include and call: their digest (pages of other templates stay what they are),
/// the keys of `entry` that they ask for, and the files that they are.
fn closures(theme: &Theme) -> Closures {
    let word = |text: &'_ str| -> usize {
        text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len())
    };
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, template) in &theme.templates {
        for rest in template.text.split("component ").skip(1) {
            homes.entry(&rest[..word(rest)]).or_default().push(name);
        }
    }
    let direct: BTreeMap<&str, Vec<&str>> = theme
        .templates
        .iter()
        .map(|(name, template)| {
            let called = template.text.split('<').chain(template.text.split(CACHED)).skip(1);
            let calls = called.filter_map(|rest| homes.get(&rest[..word(rest)])).flatten();
            (name.as_str(), named(&template.text).chain(calls.copied()).collect())
        })
        .collect();
    let digests: BTreeMap<&str, Digest> =
        theme.templates.iter().map(|(name, template)| (name.as_str(), Digest::of(template.text.as_bytes()))).collect();
    let whole = |name: &'_ String| {
        let reached = closure(vec![name.as_str()], |name| direct.get(name).cloned().unwrap_or_default());
        let files: Parts = reached
            .iter()
            .filter_map(|name| Some((Arc::clone(&theme.templates.get(*name)?.file), *digests.get(*name)?)))
            .collect();
        let parts: Vec<(&str, &str)> =
            reached.into_iter().filter_map(|name| Some((name, &*theme.templates.get(name)?.text))).collect();
        let asked = Asked::of(parts.iter().map(|(_, text)| *text), "entry");
        ((name.clone(), Digest::of_hash(&parts)), ((name.clone(), asked), (name.clone(), Arc::new(files))))
    };
    theme.templates.keys().map(whole).unzip()
}

/// What doesn't fit together: the engine says it all in one text, a report a fault, each with `--> template:line:column`.
fn misfits(error: &tera::Error, templates: &BTreeMap<String, Template>) -> Vec<Diagnostic> {
    let text = error.to_string();
    let reports = text.split("error: ").filter_map(|report| {
        let (message, rest) = report.split_once("--> ")?;
        let mut place = rest.lines().next()?.trim().rsplitn(3, ':');
        let (column, line) = (place.next()?.parse::<usize>().ok()?, place.next()?.parse().ok()?);
        let template = templates.get(place.next()?)?;
        let at = Lines::of(&template.text).offset(line, column.saturating_sub(1));
        Some(Diagnostic::error("template-failed", Location::new(&template.file, at..at), sentence(message)))
    });
    let diagnostics: Vec<Diagnostic> = reports.collect();
    if diagnostics.is_empty() { vec![fault(error, templates, "base.html")] } else { diagnostics }
}

/// An engine with the filters and the one function.
fn empty(cache: &Arc<Cache>) -> Tera {
    let mut tera = Tera::default();
    tera.register_function(cached::NAME, Cached(Arc::clone(cache)));
    tera.autoescape_on(vec![".html", ".xml"]);
    tera.set_escape_fn(escape);
    filters::register(&mut tera);
    tera
}

/// Writes text as HTML, in texts as in attributes: stretch by stretch, where the engine's own function writes byte by byte.
fn escape(text: &str, output: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !ESCAPED[usize::from(byte)] {
            continue;
        }
        let escaped: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#39;",
        };
        output.write_all(&text.as_bytes()[written..at])?;
        output.write_all(escaped)?;
        written = at + 1;
    }
    output.write_all(&text.as_bytes()[written..])
}

/// Whether a byte is another text in HTML.
const ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut special = b"&<>\"'".as_slice();
    while let [byte, rest @ ..] = special {
        table[*byte as usize] = true;
        special = rest;
    }
    table
};

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
            let here = (report.message(), name, report.span().range.clone());
            let (message, name, range) = cached::inside(report.message()).unwrap_or(here);
            with_names(Diagnostic::error(code, Location::new(&file_of(name), range), sentence(message)))
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("`{current}` extends `{parent}`, which is no template");
            let diagnostic = Diagnostic::error("unknown-template", mention(templates, current, &[parent]), message);
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
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain } => circular(templates, tpl, "extends", chain),
        ErrorKind::CircularInclude { tpl, include_chain: chain } => circular(templates, tpl, "includes", chain),
        _ => Diagnostic::error("template-failed", Location::start_of(&file_of(fallback)), sentence(&error.to_string())),
    }
}

/// A template that is made of itself, by way of others.
fn circular(templates: &BTreeMap<String, Template>, name: &str, verb: &str, chain: &[String]) -> Diagnostic {
    let mut others: Vec<&str> = chain.iter().map(String::as_str).filter(|other| *other != name).collect();
    let by_way = if others.is_empty() { String::new() } else { format!(" by way of `{}`", others.join("`, `")) };
    others.push(name);
    let message = format!("`{name}` {verb} itself{by_way}");
    Diagnostic::error("template-failed", mention(templates, name, &others), message)
        .help("take out one of the lines that lead back here")
}

/// Where a template first names one of these others.
fn mention(templates: &BTreeMap<String, Template>, name: &str, others: &[impl AsRef<str>]) -> Location {
    let Some(template) = templates.get(name) else { return Location::start_of(&Arc::from(name)) };
    let named = named(&template.text).find(|named| others.iter().any(|other| other.as_ref() == *named));
    let at = named
        .and_then(|named| ['"', '\''].iter().find_map(|quote| template.text.find(&format!("{quote}{named}{quote}"))));
    let range = at.zip(named).map_or(0..0, |(at, named)| at..at + named.len() + 2);
    Location::new(&template.file, range)
}

/// The engine says which names there are; they become what was expected, and the nearest one.
fn with_names(diagnostic: Diagnostic) -> Diagnostic {
    let Some((message, names)) = diagnostic.message.split_once(". Available ") else { return diagnostic };
    let names: Vec<&str> = names.split_once(": ").map_or(names, |(_, names)| names).split(", ").collect();
    let written = message.split('`').nth(1).unwrap_or_default();
    let expected = one_of(names.iter().copied());
    Diagnostic { message: message.to_owned(), ..diagnostic.clone() }.expected(expected).near(written, names)
}

/// The engine's message as one line that starts in lower case and ends without a full stop.
fn sentence(message: &str) -> String {
    let line = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
    let mut characters = line.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + characters.as_str())
}
