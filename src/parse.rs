//! What enters: one file of an entry and its collection's definition. What leaves: a [`Version`] and diagnostics. It must not know any other
//! entry: whether a relation's target exists, or a required field is inherited, is the catalogue's business.

use std::sync::Arc;

use jiff::civil::Date;

use crate::collection::{BUILT_IN, Collection, Field};
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::digest::Digest;
use crate::entry::{BodyText, Fields, Given, Head, Located, Place, Version};
use crate::field::Reading;
use crate::front_matter;
use crate::layout::{EntryFile, Syntax};
use crate::node::{Content, Key, Node, Notes, Record};
use crate::yaml;

/// The longest summary, in characters: what a result list shows.
const SUMMARY: usize = 300;

/// The longest old address, and the longest of its parts, in bytes: what every disk takes as a path and as a name.
const ALIAS: usize = 1000;
const SEGMENT: usize = 240;

/// The longest title, in characters. What is longer is a text, which lists, menus and search could not show.
const TITLE: usize = 300;

/// What parsing a file gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// `None` when the file's syntax is so broken that nothing can be said of it.
    pub version: Option<Arc<Version>>,
    /// Faults of this file alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses one file of an entry.
#[must_use]
pub fn parse(file: &EntryFile<'_>, collection: &Collection, languages: &[String], communes: &Communes) -> Parsed {
    let mut diagnostics = Vec::new();
    let version = match file.source.text() {
        Ok(text) => {
            let mut notes = Notes { file: &file.source.path, diagnostics: &mut diagnostics };
            Parser { file, collection, languages, communes }.version(text, &mut notes)
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    };
    Parsed { version: version.map(Arc::new), diagnostics }
}

/// The collection's fields in a file.
#[derive(Default)]
struct Found {
    /// By the places of the fields' names.
    given: Vec<(usize, Arc<Given>)>,
    faulty: Vec<String>,
    blank: Vec<(String, Extent)>,
}

/// Whether a key stands there without a value: nothing, an empty text, a list of nothing.
fn is_blank(node: &Node) -> bool {
    match &node.content {
        Content::Empty => true,
        Content::Text(text) => text.trim().is_empty(),
        Content::List(items) => items.iter().all(is_blank),
        Content::Map(_) => false,
    }
}

/// Whether `…` stands somewhere in place of a value, as examples and remedies have it.
fn is_unwritten(node: &Node) -> bool {
    match &node.content {
        Content::Empty => false,
        Content::Text(text) => text.trim() == "…",
        Content::List(items) => items.iter().any(is_unwritten),
        Content::Map(pairs) => pairs.iter().any(|(_, value)| is_unwritten(value)),
    }
}

fn report_unwritten(key: &Key, node: &Node, notes: &mut Notes<'_>) {
    match &node.content {
        Content::Empty => {}
        Content::Text(text) if text.trim() == "…" => {
            let message = format!("`{}` is still to be written", key.name);
            let fault = Diagnostic::error("unwritten-value", notes.at(node.extent), message);
            notes.push(fault.help("write the value in place of `…`, or remove the line"));
        }
        Content::Text(_) => {}
        Content::List(items) => items.iter().for_each(|item| report_unwritten(key, item, notes)),
        Content::Map(pairs) => pairs.iter().for_each(|(key, value)| report_unwritten(key, value, notes)),
    }
}

struct Parser<'a> {
    file: &'a EntryFile<'a>,
    collection: &'a Collection,
    languages: &'a [String],
    communes: &'a Communes,
}

impl Parser<'_> {
    fn version(&self, text: &str, notes: &mut Notes<'_>) -> Option<Version> {
        let (front, body) = match self.file.syntax {
            Syntax::Markdown => {
                let parts = front_matter::split(&self.file.source.path, text)
                    .map_err(|diagnostic| notes.push(*diagnostic))
                    .ok()?;
                (parts.front, Some(parts.body))
            }
            Syntax::Yaml => (0..text.len(), None),
        };
        let node = yaml::parse(&text[front.clone()], front.start, notes)?;
        let mut record = Record::open(&node, "an entry", notes)?;
        record.pairs().iter().for_each(|(key, node)| report_unwritten(key, node, notes));
        if let Some((key, _)) = record.pairs().iter().find(|(key, node)| key.name == "summary" && is_blank(node)) {
            let fault = Diagnostic::warning("empty-summary", notes.at(key.extent), "`summary` is empty");
            notes.push(fault.help("write one or two sentences, which lists and search show, or remove the line"));
        }
        let mut head = read_head(&mut record, notes);
        head.start = node.extent.start;
        let body = match body {
            Some(body) => BodyText::in_file(&self.file.source.bytes, body),
            None => record.take("description").and_then(|node| read_body(node, notes)).unwrap_or_default(),
        };
        let front = match (self.file.syntax, body.place) {
            (Syntax::Markdown, Place::AsWritten(start)) => Digest::of(&text.as_bytes()[..start]),
            _ => self.file.source.digest,
        };
        let body_digest = Digest::of(body.text(text.as_bytes()).as_bytes());
        let Found { given, faulty, blank } = self.fields(&record, notes);
        Some(Version {
            id: self.file.id.clone(),
            language: self.file.language.map(str::to_owned),
            file: Arc::clone(notes.file),
            bundle: self.file.bundle.map(Arc::from),
            syntax: self.file.syntax,
            head,
            fields: Fields::new(&self.collection.field_names, given),
            faulty,
            blank,
            body,
            front,
            body_digest,
        })
    }

    fn fields(&self, record: &Record<'_>, notes: &mut Notes<'_>) -> Found {
        let mut found = Found::default();
        for (key, node) in record.rest() {
            match self.collection.fields.get_full(&key.name) {
                Some(_) if is_unwritten(node) => found.faulty.push(key.name.clone()),
                Some(_) if is_blank(node) => found.blank.push((key.name.clone(), key.extent)),
                Some((place, _, field)) => {
                    let values = self.values(field, node, notes);
                    if values.is_empty() {
                        found.faulty.push(key.name.clone());
                    } else {
                        let file = Arc::clone(notes.file);
                        found.given.push((place, Arc::new(Given { values: values.into(), key: key.extent, file })));
                    }
                }
                None if self.collection.faulty_fields.contains(&key.name) => {}
                None => notes.push(self.unknown(key, notes)),
            }
        }
        found
    }

    fn unknown(&self, key: &Key, notes: &Notes<'_>) -> Diagnostic {
        let yaml_only = self.file.syntax == Syntax::Markdown;
        let built_in = BUILT_IN.into_iter().filter(|name| !(yaml_only && *name == "description"));
        let names: Vec<&str> = built_in.chain(self.collection.fields.keys().map(String::as_str)).collect();
        let message = format!("entries of `{}` have no field `{}`", self.collection.key, key.name);
        let diagnostic = Diagnostic::error("unknown-field", notes.at(key.extent), message);
        let diagnostic = diagnostic.expected(one_of(names.iter().copied())).near(&key.name, names);
        diagnostic.help(format!("correct the name, or declare the field in `{}`", self.collection.file))
    }

    fn values(&self, field: &Field, node: &Node, notes: &mut Notes<'_>) -> Vec<Located<crate::field::Value>> {
        let reading = Reading { name: &field.name, languages: self.languages, communes: self.communes };
        let items = node.items();
        if items.len() > 1 && !field.many {
            let diagnostic =
                Diagnostic::error("wrong-kind", notes.at(node.extent), format!("`{}` is a list", field.name));
            notes.push(
                diagnostic
                    .expected(format!("one value: {}", field.kind.hint()))
                    .help(format!("keep one, or say `many: true` for this field in `{}`", self.collection.file)),
            );
            return Vec::new();
        }
        let mut values: Vec<Located<_>> = Vec::new();
        let mut repeated = Vec::new();
        for item in items {
            let Some(value) = field.kind.read(item, reading, notes) else { continue };
            if let Some(at) = values.iter().position(|earlier| earlier.value == value) {
                // Once is enough for a value that stands there a thousand times.
                if repeated.contains(&at) {
                    continue;
                }
                repeated.push(at);
                let message = format!("`{}` gives this value twice", field.name);
                notes.push(
                    Diagnostic::warning("duplicate-value", notes.at(item.extent), message)
                        .help("remove one of the two"),
                );
            } else {
                values.push(Located { value, extent: item.extent });
            }
        }
        values
    }
}

fn read_head(record: &mut Record<'_>, notes: &mut Notes<'_>) -> Head {
    let located = |node: &Node, text: &str| Located { value: text.trim().to_owned(), extent: node.extent };
    let mut text = |name: &'static str, notes: &mut Notes<'_>| {
        let node = record.take(name)?;
        let text = node.as_text();
        if text.is_none() {
            notes.wrong_kind(node, name, "a text");
        }
        Some(located(node, text?))
    };
    let title = text("title", notes).filter(|title| !title.value.is_empty());
    if let Some(title) = title.as_ref().filter(|title| title.value.chars().count() > TITLE) {
        let message = format!("this title has {} characters", title.value.chars().count());
        let diagnostic = Diagnostic::error("long-title", notes.at(title.extent), message);
        notes
            .push(diagnostic.expected(format!("at most {TITLE}")).help("name the thing; the rest belongs in the text"));
    }
    let summary = text("summary", notes);
    if let Some(summary) = summary.as_ref().filter(|summary| summary.value.chars().count() > SUMMARY) {
        let message = format!("this summary has {} characters", summary.value.chars().count());
        let diagnostic = Diagnostic::warning("long-summary", notes.at(summary.extent), message);
        notes.push(
            diagnostic
                .expected(format!("at most {SUMMARY}"))
                .help("keep one or two sentences; the rest belongs in the text"),
        );
    }
    let keywords = record.texts("keywords", notes);
    let updated = record.take("updated").and_then(|node| read_day(node, "updated", notes));
    let draft = record.take("draft").is_some().then(|| record.flag("draft", false, notes));
    let publish_from = record.take("publish_from").and_then(|node| read_day(node, "publish_from", notes));
    let expires = record.take("expires").and_then(|node| {
        let expires = read_day(node, "expires", notes)?;
        if let Some(from) = publish_from.filter(|from| expires <= *from) {
            let message = "this entry expires before it is published: no visitor would see it";
            let fault = Diagnostic::error("wrong-value", notes.at(node.extent), message);
            notes.push(fault.expected(format!("a day after `{from}`, the day of `publish_from`")));
        }
        Some(expires)
    });
    let aliases = record
        .texts("aliases", notes)
        .into_iter()
        .filter_map(|(text, extent)| read_alias(text, extent, notes))
        .collect();
    let order = record.take("order").and_then(|node| {
        let order = node.as_text().and_then(|text| text.parse::<f64>().ok()).filter(|order| order.is_finite());
        if order.is_none() {
            let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), "`order` is no number");
            notes.push(diagnostic.expected("a number such as `20`"));
        }
        order
    });
    let keywords = (!keywords.is_empty()).then(|| keywords.into_iter().map(|(word, _)| word.to_owned()).collect());
    Head { start: 0, title, summary, keywords, updated, draft, publish_from, expires, aliases, order }
}

fn read_day(node: &Node, name: &str, notes: &mut Notes<'_>) -> Option<Date> {
    let text = node.as_text().unwrap_or_default();
    let day = text.parse().ok().filter(|_| text.len() == 10);
    if day.is_none() {
        let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{name}` can't be `{text}`"));
        let near = crate::date::guess(text).filter(|guess| guess.len() == 10);
        notes.push(Diagnostic { nearest: near, ..diagnostic.expected("a day such as `2026-05-03`") });
    }
    day
}

fn read_alias(text: &str, extent: Extent, notes: &mut Notes<'_>) -> Option<Located<String>> {
    let inner = text.trim_matches('/');
    let plain = text.starts_with('/')
        && !inner.is_empty()
        && !text.contains(['\\', '?', '#', ':', '"', '<', '>', '|', '*'])
        && !text.chars().any(char::is_control)
        && text.len() <= ALIAS
        && inner.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.starts_with(".maillage-"))
        && inner.split('/').all(|part| part.len() <= SEGMENT);
    if !plain {
        let diagnostic = Diagnostic::error("wrong-value", notes.at(extent), format!("`{text}` is no old address"));
        notes.push(diagnostic.expected("a path of this site such as `/anciens-lieux/la-myne/`"));
        return None;
    }
    Some(Located { value: text.to_owned(), extent })
}

fn read_body(node: &Node, notes: &mut Notes<'_>) -> Option<BodyText> {
    let Some(text) = node.as_text() else {
        notes.wrong_kind(node, "description", "a text, best as a block: `description: |`");
        return None;
    };
    Some(BodyText::in_value(text, node.extent))
}
