//! What enters: the catalogue, every body and the files that their links may name. What leaves: [`Texts`], every page's text as safe HTML, and what
//! is wrong with links. Drives the `markdown` stage: one body and the resolved targets of its links give one text. It must not know templates.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

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
use crate::picture::Loading;
use crate::reads::{Reads, Thing, Things, WasRead};
use crate::source::Source;
use crate::strings::Strings;

mod glossary;

use glossary::Glossary;

/// The texts of all pages: entry and page language → text.
#[derive(Debug, Default)]
pub struct Texts(KeptTexts);

/// The texts of an entry's page.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The body as safe HTML.
    pub html: Box<str>,
    /// The glossary's terms that it mentions, in the order of their first mention.
    pub terms: Box<[EntryId]>,
    /// Its headings, with the ids they have in the HTML.
    pub headings: Box<[Heading]>,
    /// The body as plain text, for search.
    pub plain: Arc<str>,
    /// The beginning, for entries without a summary.
    pub excerpt: Box<str>,
    /// How many words the body has.
    pub words: usize,
    /// Long texts in fields: as written → safe HTML.
    pub fields: BTreeMap<String, String>,
    /// The digest of all of it, where texts are kept for a next run.
    pub digest: Digest,
}

impl Text {
    fn digest_of_all(&self) -> Digest {
        Digest::of_hash(&(&self.html, &self.headings, &self.plain, &self.excerpt, self.words, &self.fields))
    }
}

impl Texts {
    /// The text of an entry's page in a language.
    #[must_use]
    pub fn get(&self, id: &EntryId, language: &str) -> Option<&Text> {
        self.0.get(id)?.iter().find(|(own, _)| own == language).map(|(_, kept)| &*kept.text)
    }
}

impl Texts {
    /// Drops what only the entries' own pages show: their HTML. What nobody else holds is freed.
    pub fn forget_html(&mut self) {
        let Some(texts) = Arc::get_mut(&mut self.0) else { return };
        let texts = texts.values_mut().flatten().filter_map(|(_, kept)| Arc::get_mut(&mut kept.text));
        texts.collect::<Vec<_>>().into_par_iter().for_each(|text| {
            *text = Text {
                plain: std::mem::take(&mut text.plain),
                excerpt: std::mem::take(&mut text.excerpt),
                ..Text::default()
            };
        });
    }

    /// The digest of every text.
    pub fn digests(&self) -> impl Iterator<Item = (&EntryId, &str, Digest)> {
        self.0
            .iter()
            .flat_map(|(id, texts)| texts.iter().map(move |(language, kept)| (id, language.as_str(), kept.text.digest)))
    }
}

/// What the texts are made of.
#[derive(Debug)]
pub struct Making<'a> {
    /// Entries and addresses.
    pub catalogue: &'a Catalogue<'a>,
    /// The entries' files.
    pub bundles: &'a Bundles,
    /// The project's files by path: what bodies say, and positions in YAML values.
    pub sources: &'a HashMap<&'a str, &'a Source>,
    /// Colours code.
    pub highlighter: &'a Highlighter,
    /// Ids that the theme's templates use.
    pub ids: &'a Ids,
}

/// Texts by entry and language of the page. The next run takes them over and changes what has changed.
pub type KeptTexts = Arc<BTreeMap<EntryId, Vec<(String, KeptText)>>>;

/// A text and what it was made of.
#[derive(Clone, Debug)]
pub struct KeptText {
    /// What is around all texts: settings, definitions, strings.
    pub around: Digest,
    /// The entry itself, and those that it links to.
    pub reads: WasRead,
    /// The text.
    pub text: Arc<Text>,
    /// What was found that is no error.
    pub diagnostics: Arc<[Diagnostic]>,
}

impl KeptText {
    /// Whether it would be the same again. A fault is looked for again: what would mend it may be elsewhere.
    fn is_current(&self, around: Digest, things: &Things) -> bool {
        self.around == around
            && self.reads.iter().all(|(key, digest)| things.get(key) == digest.as_ref())
            && !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What is known of the things that texts read, and of the texts of the last run.
#[derive(Debug)]
pub struct Known<'k> {
    /// What is around all texts: settings, definitions, strings.
    pub around: Digest,
    /// The digests of entries and facets by key.
    pub things: &'k Things,
    /// Whether texts are kept for a next run.
    pub keeps: bool,
}

/// Renders every text of every page that was not rendered from the same things before.
pub fn make(making: &Making<'_>, known: &Known<'_>, memo: &mut KeptTexts, diagnostics: &mut Vec<Diagnostic>) -> Texts {
    let catalogue = making.catalogue;
    let outlines = Outlines::new(making);
    let outline = |id: &EntryId, language: &str| outlines.get(id, language);
    let resolver = Resolver { catalogue, bundles: making.bundles, outlines: &outline };
    let styles: BTreeMap<&str, Style> = catalogue
        .settings
        .languages
        .iter()
        .map(|language| {
            let words = catalogue.strings.get(language).map(words).unwrap_or_default();
            (language.as_str(), Style { words, ids: making.ids.clone(), opening: Loading::Eager, ..Style::default() })
        })
        .collect();
    let languages = catalogue.settings.languages.iter();
    let glossaries: BTreeMap<&str, Glossary> =
        languages.map(|language| (language.as_str(), Glossary::of(catalogue, language))).collect();
    let around_of: BTreeMap<&str, Digest> =
        glossaries.iter().map(|(language, glossary)| (*language, Digest::of_hash(&(glossary, making.ids)))).collect();
    // Any text may mention any term: another glossary is another text.
    let around_of: BTreeMap<&str, Digest> = around_of
        .into_iter()
        .map(|(language, glossary)| (language, Digest::of_hash(&(known.around, glossary))))
        .collect();
    let kept = &**memo;
    let families: Vec<_> = catalogue.families.iter().collect();
    let stale: Vec<(&EntryId, &str, &Entry)> = families
        .par_iter()
        .flat_map_iter(|&(id, family)| {
            let texts = kept.get(id);
            let around_of = &around_of;
            styles.keys().filter_map(move |language| {
                let entry = family.version(language);
                let around = around_of.get(entry.language.as_str()).copied().unwrap_or(known.around);
                let text = texts.and_then(|texts| texts.iter().find(|(own, _)| own == language));
                let is_current = text.is_some_and(|(_, text)| text.is_current(around, known.things));
                (!is_current).then_some((id, *language, entry))
            })
        })
        .collect();
    // Long texts stand together: a core that has done with short ones takes some over.
    let made: Vec<KeptText> = stale
        .par_iter()
        .with_max_len(16)
        .map(|&(id, language, entry)| {
            // Terms are explained in the language of the text that uses them.
            let glossary = glossaries.get(entry.language.as_str());
            let around = around_of.get(entry.language.as_str()).copied().unwrap_or(known.around);
            let reads = Reads::new(known.keeps);
            reads.note(Thing::Entry(id));
            reads.note(Thing::Body(id));
            let (mut text, found) = page_text(making, &resolver, entry, language, &styles[language], glossary, &reads);
            // Who keeps nothing compares nothing.
            if known.keeps {
                text.digest = text.digest_of_all();
            }
            // A page in another language than the text's repeats the faults of the text's own page.
            let found = if entry.language == language { found } else { Vec::new() };
            let reads = reads.into_keys().iter().map(|key| (*key, known.things.get(key).copied())).collect();
            KeptText { around, reads, text: Arc::new(text), diagnostics: found.into() }
        })
        .collect();
    let mut all = std::mem::take(memo);
    let texts = Arc::make_mut(&mut all);
    let mut made = made.into_iter();
    if texts.is_empty() {
        // They come in the order of ids: laid side by side, without a search for each.
        let versions = stale.chunk_by(|one, other| one.0 == other.0).map(|versions| {
            let texts = versions.iter().zip(&mut made).map(|((_, language, _), text)| ((*language).to_owned(), text));
            (versions[0].0.clone(), texts.collect())
        });
        *texts = versions.collect();
    }
    for ((id, language, _), text) in stale.into_iter().zip(made) {
        if !texts.contains_key(id) {
            texts.insert(id.clone(), Vec::with_capacity(styles.len()));
        }
        let Some(texts) = texts.get_mut(id) else { continue };
        match texts.iter_mut().find(|(own, _)| own == language) {
            Some((_, known)) => *known = text,
            None => texts.push((language.to_owned(), text)),
        }
    }
    if texts.values().map(Vec::len).sum::<usize>() > catalogue.families.len() * styles.len() {
        texts.retain(|id, texts| {
            texts.retain(|(language, _)| styles.contains_key(language.as_str()));
            catalogue.families.contains_key(id)
        });
    }
    diagnostics.extend(texts.values().flatten().flat_map(|(_, text)| text.diagnostics.iter().cloned()));
    if known.keeps {
        memo.clone_from(&all);
    }
    Texts(all)
}

/// Bodies' outlines, made when a link from elsewhere asks for one.
struct Outlines<'a> {
    making: &'a Making<'a>,
    /// In the order of ids: a cell a version.
    cells: Vec<(&'a EntryId, Box<[OnceLock<Outline>]>)>,
}

impl<'a> Outlines<'a> {
    fn new(making: &'a Making<'_>) -> Self {
        let cells = |versions: usize| (0..versions).map(|_| OnceLock::new()).collect();
        let families = making.catalogue.families.iter();
        Self { making, cells: families.map(|(id, family)| (id, cells(family.versions.len()))).collect() }
    }

    fn get(&self, id: &EntryId, language: &str) -> Option<&Outline> {
        let (at, _, entry) = self.making.catalogue.families.get(id)?.versions.get_full(language)?;
        let place = self.cells.binary_search_by(|(own, _)| (*own).cmp(id)).ok()?;
        let cell = self.cells[place].1.get(at)?;
        Some(cell.get_or_init(|| {
            let body = body(&entry.body, &entry.body_file, self.making);
            markdown::outline(&body, &markdown::parse(body.text), self.making.ids)
        }))
    }
}

fn page_text(
    making: &Making<'_>,
    resolver: &Resolver<'_>,
    entry: &Entry,
    language: &str,
    style: &Style,
    glossary: Option<&Glossary>,
    reads: &Reads,
) -> (Text, Vec<Diagnostic>) {
    let page = making.catalogue.entry_path(&entry.id, language);
    let mut diagnostics = Vec::new();
    let mut render = |text: &BodyText, file: &Arc<str>, style: &Style| -> Rendered {
        let body = body(text, file, making).written_in(&entry.language);
        let parsed = markdown::parse(body.text);
        let outline = markdown::outline(&body, &parsed, &style.ids);
        let written = Written { entry, file, language, page: &page, ids: &style.ids, reads };
        let targets = resolver.resolve(&written, &outline, &mut diagnostics);
        let mut rendered = markdown::render(&body, &parsed, &targets, style, making.highlighter);
        diagnostics.append(&mut rendered.diagnostics);
        rendered
    };
    // Where the entry has a picture of its own, that one is seen first.
    let own = Style { opening: Loading::Lazy, ..style.clone() };
    let style = if entry.picture().is_some() { &own } else { style };
    let body = render(&entry.body, &entry.body_file, style);
    let mut fields = BTreeMap::new();
    let collection = making.catalogue.collections.get(entry.id.collection());
    for field in collection
        .iter()
        .flat_map(|collection| collection.fields.values())
        .filter(|field| field.kind.name() == "long-text")
    {
        let Some(given) = entry.fields.get(&field.name) else { continue };
        for located in &*given.values {
            let Value::Text(text) = &located.value else { continue };
            let ids = Ids { prefix: format!("{}-", field.name.replace('_', "-")), ..making.ids.clone() };
            let style = Style { top_level: 3, ids, opening: Loading::Lazy, ..style.clone() };
            let text_body = BodyText::in_value(text, located.extent);
            fields.insert(text.clone(), render(&text_body, &given.file, &style).html);
        }
    }
    let Rendered { html, headings, text, excerpt, words, .. } = body;
    let (html, terms) = match glossary {
        Some(glossary) => glossary.mark(html, &entry.id),
        None => (html, Vec::new()),
    };
    // They stay for long, so none keeps room to grow: a copy has none, where allocators leave a shortened text where it is.
    let text = Text {
        html: html.as_str().into(),
        terms: terms.into(),
        headings: headings.into(),
        plain: text.into(),
        excerpt: excerpt.as_str().into(),
        words,
        fields,
        digest: Digest::default(),
    };
    (text, diagnostics)
}

fn body<'b>(text: &'b BodyText, file: &'b Arc<str>, making: &Making<'b>) -> Body<'b> {
    let source = making.sources.get(&**file).copied();
    let written = text.text(source.map_or(&[], |source| &*source.bytes));
    match text.place {
        Place::AsWritten(offset) => Body::new(file, written, offset),
        Place::InValue(Extent { start, end }) => {
            let source = source.and_then(|source| source.text().ok()).unwrap_or_default();
            Body::in_value(file, written, source, Extent { start, end })
        }
    }
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
