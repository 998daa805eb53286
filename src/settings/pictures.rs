//! What enters: the table `[pictures]` of `site.toml`. What leaves: [`PictureSettings`]. It must not know pictures.

use crate::diagnostic::Diagnostic;
use crate::node::{Node, Notes, Record};

/// Widths that make sense: a file below is smaller than a favicon, one above is wider than any screen that a page fills.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=4096;

/// How many widths a picture may have: each costs time when the site is built, and room in every page that shows the picture.
const MOST: usize = 8;

/// How the files of pictures are made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PictureSettings {
    /// Widths in pixels, ascending, at least one.
    pub widths: Vec<u32>,
    /// 1 to 100, for JPEG and for WebP that leaves something out.
    pub quality: u8,
}

impl Default for PictureSettings {
    /// A telephone's screen once, twice and three times, and a text's column on a sharp desktop screen. At a quality of 80 a photograph's WebP is 39 dB
    /// from its pixels, and half as large as a JPEG of the same quality.
    fn default() -> Self {
        Self { widths: vec![400, 800, 1200, 1600], quality: 80 }
    }
}

impl PictureSettings {
    /// The largest width.
    #[must_use]
    pub fn widest(&self) -> u32 {
        self.widths.last().copied().unwrap_or(*WIDTHS.end())
    }

    pub(super) fn read(node: &Node, notes: &mut Notes<'_>) -> Option<Self> {
        let default = Self::default();
        let mut record = Record::open(node, "[pictures]", notes)?;
        let widths = record.take("widths").map(|node| read_widths(node, notes));
        let quality = record.take("quality").and_then(|node| read_quality(node, notes));
        record.finish(notes);
        let widths = widths.filter(|widths| !widths.is_empty()).unwrap_or(default.widths);
        Some(Self { widths, quality: quality.unwrap_or(default.quality) })
    }
}

fn read_widths(node: &Node, notes: &mut Notes<'_>) -> Vec<u32> {
    let Some(items) = node.as_list().filter(|items| !items.is_empty()) else {
        notes.wrong_kind(node, "widths", "a list of widths in pixels, such as `[400, 800, 1600]`");
        return Vec::new();
    };
    if items.len() > MOST {
        let message = format!("`widths` has {} widths", items.len());
        let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), message);
        notes.push(diagnostic.expected(format!("{MOST} widths or fewer")));
        return Vec::new();
    }
    let mut widths: Vec<u32> = Vec::new();
    for item in items {
        let text = item.as_text().unwrap_or(item.kind());
        let found = text.parse().ok().filter(|width| WIDTHS.contains(width));
        match (found, widths.last()) {
            (Some(width), Some(&last)) if width <= last => {
                let message = format!("{width} does not follow {last}");
                let diagnostic = Diagnostic::error("wrong-value", notes.at(item.extent), message);
                notes.push(diagnostic.expected("widths from the narrowest to the widest, each once"));
            }
            (Some(width), _) => widths.push(width),
            (None, _) => {
                let message = format!("`{text}` is no width");
                let diagnostic = Diagnostic::error("wrong-value", notes.at(item.extent), message);
                notes.push(diagnostic.expected(format!("pixels from {} to {}", WIDTHS.start(), WIDTHS.end())));
            }
        }
    }
    widths
}

fn read_quality(node: &Node, notes: &mut Notes<'_>) -> Option<u8> {
    let text = node.as_text().unwrap_or(node.kind());
    let quality = text.parse().ok().filter(|quality| (1..=100).contains(quality));
    if quality.is_none() {
        let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{text}` is no quality"));
        notes.push(diagnostic.expected("a whole number from 1 to 100"));
    }
    quality
}
