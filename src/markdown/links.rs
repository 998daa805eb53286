//! What enters: links and images, and what they lead to. What leaves: their HTML.
//! No `href` or `src` is written but from a target, an allowed scheme or an anchor on the page.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::diagnostic::{Diagnostic, one_of};
use crate::picture::Showing;

use super::destination::{LinkKind, SCHEMES};
use super::escape;
use super::headings::Found;
use super::outline::destination_range;
use super::parse::Spanned;
use super::sink::Sink;
use super::targets::{Target, TargetKind, Targets};

/// What links of one text are resolved with.
pub(super) struct Resolver<'a> {
    pub(super) text: &'a str,
    pub(super) targets: &'a Targets,
    pub(super) headings: &'a [Found],
    pub(super) prefix: &'a str,
}

/// A link or an image as the parser gives it.
pub(super) struct Written<'a> {
    pub(super) link_type: LinkType,
    pub(super) destination: &'a str,
    pub(super) title: &'a str,
    pub(super) range: &'a Range<usize>,
}

impl<'a> Written<'a> {
    /// Reads the start of a link or an image.
    pub(super) fn of((event, range): &'a Spanned<'_>) -> Option<Self> {
        match event {
            Event::Start(
                Tag::Link { link_type, dest_url, title, .. } | Tag::Image { link_type, dest_url, title, .. },
            ) => Some(Self { link_type: *link_type, destination: dest_url, title, range }),
            _ => None,
        }
    }

    /// Whether the text between the brackets only repeats the destination.
    pub(super) fn has_no_text(&self) -> bool {
        self.link_type == LinkType::WikiLink { has_pothole: false }
    }
}

/// A link that is open: what its end must write.
#[derive(Debug)]
pub(super) struct OpenLink {
    /// The element.
    element: &'static str,
    /// What stands in brackets after the text.
    note: Option<String>,
}

impl Resolver<'_> {
    fn target(&self, kind: &LinkKind) -> Option<&Target> {
        self.targets.get(&kind.key()?)
    }

    /// Starts a link.
    pub(super) fn open_link(&self, written: &Written<'_>, sink: &mut Sink<'_>) -> OpenLink {
        let kind = LinkKind::of(written.link_type, written.destination);
        let target = self.target(&kind);
        let mut open = OpenLink { element: "a", note: None };
        sink.tag("<a");
        match (&kind, target) {
            (LinkKind::External { url }, _) => {
                sink.url("href", url);
                self.report_hostless(written, url, sink);
                if !url.starts_with("mailto:") {
                    sink.attribute("rel", "noopener");
                }
            }
            (LinkKind::Anchor { anchor }, _) => sink.url("href", &format!("#{}", self.local(anchor))),
            (_, Some(target)) => open.note = self.write_target(target, &kind, written.has_no_text(), sink),
            (_, None) => {
                sink.html.truncate(sink.html.len() - "<a".len());
                sink.tag("<span class=\"broken-link\"");
                open.element = "span";
                if let LinkKind::Unsafe { scheme } = &kind {
                    self.report_unsafe(written, scheme.as_deref(), sink);
                }
            }
        }
        if !written.title.is_empty() {
            sink.attribute("title", written.title);
        }
        sink.tag(">");
        if written.has_no_text() {
            // Without a target, the id as it was typed is the best text there is.
            let name = match &kind {
                LinkKind::Entry { id, .. } => id,
                _ => written.destination,
            };
            sink.text(target.map_or(name, |target| &target.title));
        }
        open
    }

    fn write_target(&self, target: &Target, kind: &LinkKind, titled: bool, sink: &mut Sink<'_>) -> Option<String> {
        sink.tag(" href=\"");
        escape::attribute(&mut sink.html, &target.url);
        if let Some(anchor) = kind.anchor() {
            escape::url(&mut sink.html, &format!("#{anchor}"));
        }
        sink.tag("\"");
        match &target.kind {
            TargetKind::Entry { lang, draft } => {
                if *draft {
                    sink.attribute("class", "draft");
                }
                if let Some(lang) = lang {
                    sink.attribute("hreflang", lang);
                    if titled {
                        sink.attribute("lang", lang);
                    }
                }
                None
            }
            TargetKind::File { note } => note.clone(),
            TargetKind::Image { .. } => None,
        }
    }

    /// The id on the page of an anchor as typed: ids of a text other than the main one have a prefix that nobody types.
    fn local(&self, anchor: &str) -> String {
        let full = format!("{}{anchor}", self.prefix);
        if self.headings.iter().any(|found| found.heading.id == full) { full } else { anchor.to_owned() }
    }

    /// Ends a link.
    pub(super) fn close_link(open: &OpenLink, sink: &mut Sink<'_>) {
        if let Some(note) = &open.note {
            sink.tag(" <span class=\"file-note\">(");
            escape::text(&mut sink.html, note);
            sink.tag(")</span>");
        }
        sink.tag("</");
        sink.tag(open.element);
        sink.tag(">");
    }

    /// Writes an image, or what can stand in for it. `figure`: its title is written as a caption elsewhere.
    pub(super) fn image(
        &self,
        written: &Written<'_>,
        alternative: &str,
        figure: bool,
        in_link: bool,
        sink: &mut Sink<'_>,
    ) {
        let kind = LinkKind::of(written.link_type, written.destination);
        let location = sink.at(written.range);
        if alternative.is_empty() || written.has_no_text() {
            sink.report(
                Diagnostic::error("missing-alt", location.clone(), "this image has no alternative text")
                    .expected("`![what the picture shows](file)`")
                    .help("say between the brackets what somebody who can't see the picture needs to know"),
            );
        }
        sink.plain.push(alternative);
        match (&kind, self.target(&kind)) {
            (_, Some(Target { kind: TargetKind::Image { picture }, .. })) => {
                let title = if figure { "" } else { written.title };
                let loading = sink.loading();
                picture.write(&Showing { alt: alternative, title, loading, ..Showing::default() }, &mut sink.html);
            }
            (kind, target) => {
                let leads = target.is_some() || matches!(kind, LinkKind::External { .. });
                let element = if leads && !in_link { "a" } else { "span" };
                sink.tag("<");
                sink.tag(element);
                match (kind, target) {
                    _ if element == "span" => sink.attribute("class", "broken-link"),
                    (_, Some(target)) => sink.attribute("href", &target.url),
                    (LinkKind::External { url }, None) => {
                        sink.url("href", url);
                        sink.attribute("rel", "noopener");
                    }
                    _ => {}
                }
                match kind {
                    LinkKind::External { url } => {
                        let message = format!("`{url}` is a picture on another site");
                        let help = "save the picture beside this file: no page makes readers fetch from other sites";
                        sink.report(Diagnostic::error("external-image", location, message).help(help));
                    }
                    LinkKind::Unsafe { scheme } => self.report_unsafe(written, scheme.as_deref(), sink),
                    _ => {}
                }
                sink.tag(">");
                escape::text(&mut sink.html, alternative);
                sink.tag("</");
                sink.tag(element);
                sink.tag(">");
            }
        }
    }

    /// Whether an image can be shown, so that a figure may be made of it.
    pub(super) fn is_image(&self, written: &Written<'_>) -> bool {
        let kind = LinkKind::of(written.link_type, written.destination);
        matches!(self.target(&kind), Some(Target { kind: TargetKind::Image { .. }, .. }))
    }

    /// Reports a web address without a host, and an e-mail link without an address.
    fn report_hostless(&self, written: &Written<'_>, url: &str, sink: &mut Sink<'_>) {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        let missing = match scheme.to_ascii_lowercase().as_str() {
            "mailto" | "tel" | "geo" => rest.is_empty(),
            _ => rest.strip_prefix("//").is_none_or(|rest| rest.starts_with(['/', '?', '#']) || rest.is_empty()),
        };
        if missing {
            let range = destination_range(self.text, written.range, written.link_type, written.destination);
            let fault = Diagnostic::error("broken-link", sink.at(&range), format!("`{url}` leads nowhere"));
            let expected = "a whole address, such as `https://www.example.org/` or `mailto:name@example.org`";
            sink.report(fault.expected(expected));
        }
    }

    fn report_unsafe(&self, written: &Written<'_>, scheme: Option<&str>, sink: &mut Sink<'_>) {
        let range = destination_range(self.text, written.range, written.link_type, written.destination);
        let message = match scheme {
            Some(scheme) => format!("links that start with `{scheme}:` are not allowed"),
            None => "this link holds control characters".to_owned(),
        };
        sink.report(
            Diagnostic::error("unsafe-link", sink.at(&range), message)
                .expected(format!("a link that starts with {}, or a path", one_of(SCHEMES)))
                .near(scheme.unwrap_or_default(), SCHEMES)
                .help("link to a page, an e-mail address or a telephone number"),
        );
    }
}

/// The text of what stands between an image's brackets.
pub(super) fn alternative(events: &[Spanned<'_>]) -> String {
    let mut alternative = String::new();
    for (event, _) in events {
        match event {
            // The parser may leave a line's end in what looked like markup and was none.
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                alternative.push_str(&text.replace("\r\n", " ").replace(['\r', '\n'], " "));
            }
            Event::SoftBreak | Event::HardBreak => alternative.push(' '),
            _ => {}
        }
    }
    alternative.trim().to_owned()
}
