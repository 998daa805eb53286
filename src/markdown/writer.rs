//! What enters: the events of a text. What leaves: its page in a [`Sink`]. Everything is safe by construction: markup comes from this
//! folder's literals only, what the author wrote is escaped, raw HTML too, and elements are closed in the order in which they were opened.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::diagnostic::Diagnostic;

use super::alert;
use super::code::Highlighter;
use super::code_block;
use super::footnotes::Footnotes;
use super::links::{OpenLink, Resolver, Written, alternative};
use super::parse::{Parsed, end_of, footnote_key};
use super::raw_html::RawHtml;
use super::sink::Sink;
use super::style::Style;
use super::tables::Table;

/// How deep elements may stand in each other. Nobody writes so; browsers and readers give up some way beyond.
const DEEPEST: usize = 64;

/// An element that is open, with what its end needs.
enum Open {
    /// Closed by a literal; text goes on after it.
    Inline(&'static str),
    /// Closed by a literal; it is a block of its own.
    Block(&'static str),
    /// A paragraph, and where its text starts.
    Paragraph(usize),
    /// A heading, by its index.
    Heading(usize),
    /// A heading without an id: in a footnote.
    PlainHeading(u8),
    /// A link, where it stands and where its text and its HTML start.
    Link { link: OpenLink, range: Range<usize>, text: usize, html: usize },
    /// A link inside a link, which HTML has not.
    Nothing,
    /// A table.
    Table,
}

/// Writes events to a sink.
pub(super) struct Writer<'a> {
    pub(super) parsed: &'a Parsed<'a>,
    pub(super) resolver: Resolver<'a>,
    pub(super) style: &'a Style,
    pub(super) highlighter: &'a Highlighter,
    pub(super) sink: Sink<'a>,
    pub(super) footnotes: Footnotes,
    open: Vec<Open>,
    tables: Vec<Table>,
    table_count: usize,
    in_link: bool,
    too_deep: bool,
    raw_html: RawHtml,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        parsed: &'a Parsed<'a>,
        resolver: Resolver<'a>,
        style: &'a Style,
        highlighter: &'a Highlighter,
        sink: Sink<'a>,
    ) -> Self {
        Self {
            parsed,
            resolver,
            style,
            highlighter,
            sink,
            footnotes: Footnotes::default(),
            open: Vec::new(),
            tables: Vec::new(),
            table_count: 0,
            in_link: false,
            too_deep: false,
            raw_html: RawHtml::default(),
        }
    }

    /// Writes everything, footnotes last.
    pub(super) fn write(&mut self) {
        self.events(0..self.parsed.events.len());
        let mut notes = Vec::new();
        while let Some(key) = self.footnotes.key(notes.len()) {
            let content = self.parsed.footnotes.get(key).map_or(0..0, |footnote| footnote.content.clone());
            let main = std::mem::take(&mut self.sink.html);
            self.events(content);
            self.sink.plain.end_block();
            notes.push(std::mem::replace(&mut self.sink.html, main));
        }
        self.sink.line();
        self.footnotes.section(&notes, self.style, &mut self.sink.html);
    }

    fn events(&mut self, range: Range<usize>) {
        let parsed = self.parsed;
        let mut at = range.start;
        while at < range.end {
            let (event, place) = &parsed.events[at];
            at = match event {
                Event::Start(Tag::FootnoteDefinition(_)) => parsed.definitions.get(&at).copied().unwrap_or(at),
                Event::Start(_) if self.open.len() >= DEEPEST => self.skip(at, place),
                Event::Start(tag) => self.start(tag, at, place),
                Event::End(tag) => {
                    self.end(*tag);
                    at
                }
                other => {
                    self.leaf(other, place);
                    at
                }
            } + 1;
        }
    }

    /// Leaves out what stands too deep; its end.
    fn skip(&mut self, at: usize, place: &Range<usize>) -> usize {
        if !std::mem::replace(&mut self.too_deep, true) {
            let place = place.start..place.end.min(self.resolver.text.ceil_char_boundary(place.start + 1));
            let message = format!("this stands {DEEPEST} elements deep, so it is left out");
            let help = "use fewer levels of lists and quotations";
            self.sink.report(Diagnostic::error("nested-too-deeply", self.sink.at(&place), message).help(help));
        }
        end_of(&self.parsed.events, at)
    }

    fn block(&mut self, markup: &str, close: &'static str) {
        self.sink.plain.end_block();
        self.sink.line();
        self.sink.tag(markup);
        self.open.push(Open::Block(close));
    }

    fn inline(&mut self, markup: &str, close: &'static str) {
        self.sink.tag(markup);
        self.open.push(Open::Inline(close));
    }

    /// Writes the start of an element; the index of the last event that was dealt with.
    fn start(&mut self, tag: &'a Tag<'a>, at: usize, place: &'a Range<usize>) -> usize {
        match tag {
            Tag::Paragraph => return self.paragraph(at),
            Tag::Heading { level, .. } => self.heading(*level, at),
            Tag::BlockQuote(None) => self.block("<blockquote>\n", "</blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => {
                self.block("", "</div>\n");
                alert::open(*kind, &self.style.words, &mut self.sink);
            }
            Tag::CodeBlock(kind) => {
                let (code, end) = self.verbatim(at);
                code_block::write(kind, &code, place, self.highlighter, &mut self.sink);
                return end;
            }
            Tag::HtmlBlock => {
                let (html, end) = self.verbatim(at);
                self.raw_html.block(&html, place, &mut self.sink);
                return end;
            }
            Tag::List(None) => self.block("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.block(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item => {
                let next = |ahead: usize| self.parsed.events.get(at + ahead).map(|(event, _)| event);
                let task = match next(1) {
                    Some(Event::Start(Tag::Paragraph)) => next(2),
                    other => other,
                };
                let task = matches!(task, Some(Event::TaskListMarker(_)));
                self.block(if task { "<li class=\"task\">" } else { "<li>" }, "</li>\n");
            }
            Tag::DefinitionList => self.block("<dl>\n", "</dl>\n"),
            Tag::DefinitionListTitle => self.block("<dt>", "</dt>\n"),
            Tag::DefinitionListDefinition => self.block("<dd>", "</dd>\n"),
            Tag::Table(alignments) => {
                self.table_count += 1;
                self.sink.plain.end_block();
                self.sink.line();
                self.tables.push(Table::open(alignments, self.table_count, self.style, &mut self.sink));
                self.open.push(Open::Table);
            }
            Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                if let (Tag::TableRow, Some(table)) = (tag, self.tables.last()) {
                    table.check_row(place, &mut self.sink);
                }
                let close = self.tables.last_mut().map_or("", |table| table.start(tag, &mut self.sink));
                self.open.push(Open::Inline(close));
            }
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { .. } => return self.link(at, place),
            Tag::Image { .. } => return self.image(at, false),
            // The first three are not asked of the parser; the last is dealt with before.
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) | Tag::FootnoteDefinition(_) => {
                return end_of(&self.parsed.events, at);
            }
        }
        at
    }

    fn end(&mut self, tag: TagEnd) {
        let Some(open) = self.open.pop() else { return };
        match open {
            Open::Inline(close) => {
                self.sink.tag(close);
                if let Some(table) = self.tables.last_mut() {
                    table.end(tag, &mut self.sink);
                }
            }
            Open::Block(close) => {
                self.sink.plain.end_block();
                self.sink.tag(close);
            }
            Open::Paragraph(text) => {
                if self.open.is_empty() {
                    self.sink.plain.offer_excerpt(text);
                }
                self.sink.plain.end_block();
                self.sink.tag("</p>\n");
            }
            Open::Heading(index) => self.end_heading(index),
            Open::PlainHeading(level) => {
                self.sink.plain.end_block();
                self.sink.tag(&format!("</h{level}>\n"));
            }
            Open::Link { link, range, text, html } => {
                self.in_link = false;
                if self.sink.plain.since(text).is_empty() && !self.sink.html[html..].contains("<img") {
                    let diagnostic = Diagnostic::warning("empty-link", self.sink.at(&range), "this link has no text");
                    self.sink.report(diagnostic.help("say between the brackets where it leads"));
                }
                Resolver::close_link(&link, &mut self.sink);
            }
            Open::Nothing => {}
            Open::Table => {
                if let Some(table) = self.tables.pop() {
                    table.close(&mut self.sink);
                }
            }
        }
    }

    /// A paragraph; one that holds nothing but an image with a title is a figure.
    fn paragraph(&mut self, at: usize) -> usize {
        self.sink.plain.end_block();
        self.sink.line();
        let Some(image) = self.lone_image(at) else {
            self.sink.tag("<p>");
            self.open.push(Open::Paragraph(self.sink.plain.mark()));
            return at;
        };
        if image.title.is_empty() || !self.resolver.is_image(&image) {
            // An image is no text that a summary could be made of.
            self.block("<p>", "</p>\n");
            return at;
        }
        self.sink.tag("<figure>");
        let end = self.image(at + 1, true);
        self.sink.plain.end_block();
        self.sink.tag("<figcaption>");
        self.sink.text(image.title);
        self.sink.plain.end_block();
        self.sink.tag("</figcaption></figure>\n");
        end + 1
    }

    /// The image that is all a paragraph holds.
    fn lone_image(&self, paragraph: usize) -> Option<Written<'a>> {
        let events = &self.parsed.events;
        let image = paragraph + 1;
        let lone = matches!(events.get(image), Some((Event::Start(Tag::Image { .. }), _)))
            && matches!(events.get(end_of(events, image) + 1), Some((Event::End(TagEnd::Paragraph), _)));
        Written::of(events.get(image)?).filter(|_| lone)
    }

    fn image(&mut self, at: usize, figure: bool) -> usize {
        let end = end_of(&self.parsed.events, at);
        if let Some(written) = Written::of(&self.parsed.events[at]) {
            let alternative = alternative(&self.parsed.events[at + 1..end]);
            self.resolver.image(&written, &alternative, figure, self.in_link, &mut self.sink);
        }
        end
    }

    fn link(&mut self, at: usize, place: &Range<usize>) -> usize {
        let Some(written) = Written::of(&self.parsed.events[at]) else { return at };
        if self.in_link {
            self.open.push(Open::Nothing);
            return at;
        }
        let text = self.sink.plain.mark();
        let link = self.resolver.open_link(&written, &mut self.sink);
        let html = self.sink.html.len();
        self.open.push(Open::Link { link, range: place.clone(), text, html });
        self.in_link = true;
        if !written.has_no_text() {
            return at;
        }
        self.end(TagEnd::Link);
        end_of(&self.parsed.events, at)
    }

    fn heading(&mut self, level: HeadingLevel, at: usize) {
        self.sink.loading();
        let level = shifted(level as u8, self.style.top_level);
        self.sink.plain.end_block();
        self.sink.line();
        match self.resolver.headings.binary_search_by_key(&at, |found| found.at) {
            Ok(index) => {
                self.sink.tag(&format!("<h{level}"));
                self.sink.attribute("id", &self.resolver.headings[index].heading.id);
                self.sink.tag(">");
                self.open.push(Open::Heading(index));
            }
            Err(_) => {
                self.sink.tag(&format!("<h{level}>"));
                self.open.push(Open::PlainHeading(level));
            }
        }
    }

    fn end_heading(&mut self, index: usize) {
        self.sink.plain.end_block();
        let heading = &self.resolver.headings[index].heading;
        let level = shifted(heading.level, self.style.top_level);
        if !heading.title.is_empty() {
            self.sink.tag(" <a class=\"anchor\"");
            self.sink.url("href", &format!("#{}", heading.id));
            self.sink.attribute("aria-label", &self.style.words.anchor.replace("{title}", &heading.title));
            self.sink.tag(">#</a>");
        }
        self.sink.tag(&format!("</h{level}>\n"));
    }

    /// The text of a block that is kept as it is, and the index of its end.
    fn verbatim(&self, at: usize) -> (String, usize) {
        let end = end_of(&self.parsed.events, at);
        let pieces = self.parsed.events[at..end].iter().filter_map(|(event, _)| match event {
            Event::Text(text) | Event::Html(text) => Some(text.as_ref()),
            _ => None,
        });
        (pieces.collect(), end)
    }

    /// Writes an event that holds no others.
    fn leaf(&mut self, event: &Event<'_>, place: &Range<usize>) {
        match event {
            Event::Text(text) => self.sink.text(text),
            Event::Code(code) => {
                self.sink.tag("<code>");
                self.sink.verbatim(code);
                self.sink.tag("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html.inline(html, place, &mut self.sink),
            Event::FootnoteReference(label) => {
                let key = footnote_key(label);
                self.footnotes.refer(&key, self.in_link, self.style, &mut self.sink.html);
            }
            Event::SoftBreak => {
                self.sink.tag("\n");
                self.sink.plain.push(" ");
            }
            Event::HardBreak => {
                self.sink.tag("<br>\n");
                self.sink.plain.push(" ");
            }
            Event::Rule => {
                self.sink.plain.end_block();
                self.sink.line();
                self.sink.tag("<hr>\n");
            }
            Event::TaskListMarker(done) => {
                let (checked, name) = match done {
                    true => (" checked=\"\"", &self.style.words.task_done),
                    false => ("", &self.style.words.task_open),
                };
                self.sink.tag("<input type=\"checkbox\" disabled=\"\"");
                self.sink.tag(checked);
                self.sink.attribute("aria-label", name);
                self.sink.tag("> ");
            }
            // Mathematics is not asked of the parser.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.sink.text(text),
            Event::Start(_) | Event::End(_) => {}
        }
    }
}

/// The level of a heading in the page: `##` becomes `top`, and `#` does too.
pub(super) fn shifted(level: u8, top: u8) -> u8 {
    (level.max(2) - 2).saturating_add(top).clamp(1, 6)
}
