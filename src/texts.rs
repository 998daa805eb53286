//! What enters: the catalogue, every body and the files that their links may name. What leaves: [`Texts`], every page's text as safe HTML, and what
//! is wrong with links. Drives the `markdown` stage: one body and the resolved targets of its links give one text. It must not know templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::bundle::Bundles;
use crate::catalogue::Catalogue;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Extent;
use crate::digest::Digest;
use crate::entry::{BodyText, Entry, Place};
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::links::{Resolver, Written};
use crate::markdown::{self, Body, Heading, Highlighter, Ids, Outline, Rendered, Style, Words};
use crate::strings::Strings;

mod glossary;

use glossary::Glossary;

/// The texts of all pages: entry and page language → text.
#[derive(Debug, Default)]
pub struct Texts(BTreeMap<EntryId, Vec<(String, Arc<Text>)>>);

/// The texts of an entry's page.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The body as safe HTML.
    pub html: String,
    /// The glossary's terms that it mentions, in the order of their first mention.
    pub terms: Vec<EntryId>,
    /// Its headings, with the ids they have in the HTML.
    pub headings: Vec<Heading>,
    /// The body as plain text, for search.
    pub plain: String,
    /// The beginning, for entries without a summary.
    pub excerpt: String,
    /// How many words the body has.
    pub words: usize,
    /// Long texts in fields: as written → safe HTML.
    pub fields: BTreeMap<String, String>,
    /// The digest of all of it.
    pub digest: Digest,
}

impl Texts {
    /// The text of an entry's page in a language.
    #[must_use]
    pub fn get(&self, id: &EntryId, language: &str) -> Option<&Text> {
        self.0.get(id)?.iter().find(|(own, _)| own == language).map(|(_, text)| &**text)
    }
}

impl Texts {
    /// The digest of every text.
    pub fn digests(&self) -> impl Iterator<Item = (&EntryId, &str, Digest)> {
        self.0
            .iter()
            .flat_map(|(id, texts)| texts.iter().map(move |(language, text)| (id, language.as_str(), text.digest)))
    }
}

/// What the texts are made of.
#[derive(Debug)]
pub struct Making<'a> {
    /// Entries and addresses.
    pub catalogue: &'a Catalogue<'a>,
    /// The entries' files.
    pub bundles: &'a Bundles<'a>,
    /// The text of a project file, for positions in YAML values.
    pub sources: &'a BTreeMap<&'a str, &'a str>,
    /// Colours code.
    pub highlighter: &'a Highlighter,
}

/// Renders every text of every page.
pub fn make(making: &Making<'_>, diagnostics: &mut Vec<Diagnostic>) -> Texts {
    let catalogue = making.catalogue;
    let outlines = outlines(making);
    let resolver = Resolver { catalogue, bundles: making.bundles, outlines: &outlines };
    let styles: BTreeMap<&str, Style> = catalogue
        .settings
        .languages
        .iter()
        .map(|language| {
            let words = catalogue.strings.get(language).map(words).unwrap_or_default();
            (language.as_str(), Style { words, ids: reserved_ids(), ..Style::default() })
        })
        .collect();
    let languages = catalogue.settings.languages.iter();
    let glossaries: BTreeMap<&str, Glossary> =
        languages.map(|language| (language.as_str(), Glossary::of(catalogue, language))).collect();
    let jobs: Vec<(&EntryId, &str, &Entry)> = catalogue
        .families
        .iter()
        .flat_map(|(id, family)| styles.keys().map(move |language| (id, *language, family.version(language))))
        .collect();
    let made: Vec<(&EntryId, &str, Text, Vec<Diagnostic>)> = jobs
        .par_iter()
        .map(|&(id, language, entry)| {
            // Terms are explained in the language of the text that uses them.
            let glossary = glossaries.get(entry.language.as_str());
            let (text, found) = page_text(making, &resolver, entry, language, &styles[language], glossary);
            // A page in another language than the text's repeats the faults of the text's own page.
            let found = if entry.language == language { found } else { Vec::new() };
            (id, language, text, found)
        })
        .collect();
    let mut texts: BTreeMap<EntryId, Vec<(String, Arc<Text>)>> = BTreeMap::new();
    for (id, language, text, found) in made {
        texts.entry(id.clone()).or_default().push((language.to_owned(), Arc::new(text)));
        diagnostics.extend(found);
    }
    Texts(texts)
}

/// Every body's outline by entry and language, for links to anchors.
fn outlines(making: &Making<'_>) -> BTreeMap<(EntryId, String), Outline> {
    let versions: Vec<&Entry> =
        making.catalogue.families.values().flat_map(|family| family.versions.values()).collect();
    let outlined = versions.par_iter().map(|entry| {
        let body = body(&entry.body, &entry.body_file, making);
        ((entry.id.clone(), entry.language.clone()), markdown::outline(&body, &reserved_ids()))
    });
    outlined.collect::<Vec<_>>().into_iter().collect()
}

fn page_text(
    making: &Making<'_>,
    resolver: &Resolver<'_>,
    entry: &Entry,
    language: &str,
    style: &Style,
    glossary: Option<&Glossary>,
) -> (Text, Vec<Diagnostic>) {
    let page = making.catalogue.entry_path(&entry.id, language);
    let mut diagnostics = Vec::new();
    let mut render = |text: &BodyText, file: &Arc<str>, style: &Style| -> Rendered {
        let body = body(text, file, making);
        let outline = markdown::outline(&body, &style.ids);
        let written = Written { entry, file, language, page: &page, ids: &style.ids };
        let targets = resolver.resolve(&written, &outline, &mut diagnostics);
        let mut rendered = markdown::render(&body, &targets, style, making.highlighter);
        diagnostics.append(&mut rendered.diagnostics);
        rendered
    };
    let body = render(&entry.body, &entry.body_file, style);
    let mut fields = BTreeMap::new();
    let collection = making.catalogue.collections.get(&entry.id.collection);
    for field in collection
        .iter()
        .flat_map(|collection| collection.fields.values())
        .filter(|field| field.kind.name() == "long-text")
    {
        let Some(given) = entry.fields.get(&field.name) else { continue };
        for located in &given.values {
            let Value::Text(text) = &located.value else { continue };
            let ids = Ids { prefix: format!("{}-", field.name.replace('_', "-")), ..reserved_ids() };
            let style = Style { top_level: 3, ids, ..style.clone() };
            let text_body = BodyText { text: text.as_str().into(), place: Place::InValue(located.extent) };
            fields.insert(text.clone(), render(&text_body, &given.file, &style).html);
        }
    }
    let Rendered { html, headings, text, excerpt, words, .. } = body;
    let (html, terms) = match glossary {
        Some(glossary) => glossary.mark(html, &entry.id),
        None => (html, Vec::new()),
    };
    let digest = Digest::of_hash(&(&html, &headings, &text, &excerpt, words, &fields));
    (Text { html, terms, headings, plain: text, excerpt, words, fields, digest }, diagnostics)
}

fn body<'b>(text: &'b BodyText, file: &'b Arc<str>, making: &Making<'_>) -> Body<'b> {
    match text.place {
        Place::AsWritten(offset) => Body::new(file, &text.text, offset),
        Place::InValue(Extent { start, end }) => {
            let source = making.sources.get(&**file).copied().unwrap_or_default();
            Body::in_value(file, &text.text, source, Extent { start, end })
        }
    }
}

/// Ids that the theme's templates use.
fn reserved_ids() -> Ids {
    let reserved = [
        "main",
        "menu",
        "toc",
        "related",
        "neighbours",
        "relations",
        "attachments",
        "facts",
        "search-query",
        "home-query",
    ];
    Ids { prefix: String::new(), reserved: reserved.map(str::to_owned).into() }
}

fn words(strings: &Strings) -> Words {
    let word = |key: &str| strings.get(key).to_owned();
    Words {
        note: word("alert_note"),
        tip: word("alert_tip"),
        important: word("alert_important"),
        warning: word("alert_warning"),
        caution: word("alert_caution"),
        anchor: word("heading_anchor"),
        footnotes: word("footnotes"),
        back_to_reference: word("footnote_back"),
        table: word("table_name"),
        task_done: word("task_done"),
        task_open: word("task_open"),
    }
}
