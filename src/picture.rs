//! What enters: a picture's files as a page reaches them, and the text that stands for it. What leaves: its HTML, which lets the browser choose the
//! smallest file that is sharp. It must not know how the files were made.

use serde::{Serialize, Serializer};

/// From here on, a picture is wider than any place that it is shown in.
const WIDE: u32 = 1600;

/// Where a picture is shown, in the default theme. What it says only leads browsers that don't measure the layout themselves: it follows
/// `static/style/layout.css`, where the side of a page stands beside its text from 60em on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Among the lines of a text, no longer than these.
    #[default]
    Text,
    /// In the column of a text, as wide as it is.
    Column,
    /// On a card: one, two or three beside each other.
    Card,
    /// Alone, as the mark of a place or a network: small on a page and on a card.
    Mark,
}

impl Place {
    /// The place where a field's picture is shown instead of this one: the theme shows a field `logo` as a mark.
    #[must_use]
    pub fn for_field(self, name: &str) -> Self {
        if name == "logo" { Self::Mark } else { self }
    }

    /// Conditions with widths, as `sizes` lists them; the last one has no condition.
    fn widths(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Text => &[("(min-width: 60em) ", "100vw - 26rem, 42rem"), ("", "100vw - 2rem, 42rem")],
            Self::Column => &[("(min-width: 60em) ", "100vw - 26rem, 52rem"), ("", "100vw - 2rem")],
            Self::Card => &[
                ("(min-width: 60em) ", "50vw - 14rem, 24rem"),
                ("(min-width: 40em) ", "50vw - 2.5rem"),
                ("", "100vw - 2rem"),
            ],
            Self::Mark => &[("", "14rem")],
        }
    }
}

/// A picture as one page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// The file for browsers that choose none, ready for `src`.
    pub url: String,
    /// Width and height in pixels, upright; `None` for a drawing that has none.
    #[serde(skip)]
    pub size: Option<(u32, u32)>,
    /// Files in the picture's own format, narrowest first; fewer than two say nothing.
    pub srcset: Candidates,
    /// The same as WebP, where that is smaller.
    pub webp: Candidates,
}

/// Files of one format by width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates(pub Vec<(String, u32)>);

impl Candidates {
    /// The value of a `srcset`: `a-400.webp 400w, a-800.webp 800w`.
    #[must_use]
    pub fn srcset(&self) -> String {
        let each: Vec<String> = self.0.iter().map(|(url, width)| format!("{url} {width}w")).collect();
        each.join(", ")
    }
}

impl Serialize for Candidates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.srcset())
    }
}

/// When a browser fetches a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loading {
    /// At once: it stands where readers begin.
    Eager,
    /// When a reader comes near.
    #[default]
    Lazy,
}

/// What a picture's element says beside its files.
#[derive(Clone, Copy, Debug)]
pub struct Showing<'a> {
    /// What stands for the picture.
    pub alt: &'a str,
    /// What a pointer shows; empty = nothing.
    pub title: &'a str,
    /// When it is fetched.
    pub loading: Loading,
    /// Where it is shown.
    pub place: Place,
}

impl Default for Showing<'_> {
    fn default() -> Self {
        Self { alt: "", title: "", loading: Loading::Lazy, place: Place::Text }
    }
}

impl Picture {
    /// The element: an `img`, in a `picture` where there is more than one format. Nothing moves when it loads, as its proportions stand there.
    #[must_use]
    pub fn html(&self, showing: &Showing<'_>) -> String {
        let mut html = String::new();
        self.write(showing, &mut html);
        html
    }

    /// Writes the element.
    pub fn write(&self, showing: &Showing<'_>, html: &mut String) {
        let sizes = self.sizes(showing);
        if !self.webp.0.is_empty() {
            html.push_str("<picture><source type=\"image/webp\"");
            attribute(html, "srcset", &self.webp.srcset());
            attribute(html, "sizes", &sizes);
            html.push('>');
        }
        html.push_str("<img");
        attribute(html, "src", &self.url);
        if self.srcset.0.len() > 1 {
            attribute(html, "srcset", &self.srcset.srcset());
            attribute(html, "sizes", &sizes);
        }
        attribute(html, "alt", showing.alt);
        if let Some((width, height)) = self.size {
            attribute(html, "width", &width.to_string());
            attribute(html, "height", &height.to_string());
        }
        if !showing.title.is_empty() {
            attribute(html, "title", showing.title);
        }
        html.push_str(match showing.loading {
            Loading::Eager => " fetchpriority=\"high\">",
            Loading::Lazy => " loading=\"lazy\" decoding=\"async\">",
        });
        if !self.webp.0.is_empty() {
            html.push_str("</picture>");
        }
    }

    /// How wide it is shown: as its place is, and no wider than it is. A picture that comes late is measured by browsers that can (`auto`).
    fn sizes(&self, showing: &Showing<'_>) -> String {
        let own = self.size.map(|(width, _)| width).filter(|width| *width < WIDE);
        let own = own.map(|width| format!(", {width}px")).unwrap_or_default();
        let place = showing.place.widths().iter().map(|(condition, width)| format!("{condition}min({width}{own})"));
        let auto = (showing.loading == Loading::Lazy).then(|| "auto".to_owned());
        auto.into_iter().chain(place).collect::<Vec<_>>().join(", ")
    }
}

fn attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\r' => html.push('\n'),
            // HTML has no such characters.
            other if other.is_ascii_control() && !matches!(other, '\t' | '\n') => html.push('\u{fffd}'),
            other => html.push(other),
        }
    }
    html.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_chooses_among_formats_and_widths() {
        let files = |ending: &str| Candidates([400, 800].map(|width| (format!("p/a-{width}.{ending}"), width)).into());
        let picture =
            Picture { url: "p/a-800.jpg".into(), size: Some((2000, 1000)), srcset: files("jpg"), webp: files("webp") };
        let html = picture.html(&Showing { alt: "\"a\" & <b>", loading: Loading::Eager, ..Showing::default() });
        let expected = "<picture><source type=\"image/webp\" srcset=\"p/a-400.webp 400w, p/a-800.webp 800w\" \
                        sizes=\"(min-width: 60em) min(100vw - 26rem, 42rem), min(100vw - 2rem, 42rem)\"><img src=\"p/a-800.jpg\" \
                        srcset=\"p/a-400.jpg 400w, p/a-800.jpg 800w\" \
                        sizes=\"(min-width: 60em) min(100vw - 26rem, 42rem), min(100vw - 2rem, 42rem)\" \
                        alt=\"&quot;a&quot; &amp; &lt;b&gt;\" width=\"2000\" height=\"1000\" fetchpriority=\"high\"></picture>";
        assert_eq!(html, expected);
    }

    #[test]
    fn a_single_file_needs_no_choice_and_a_small_one_no_more_than_its_width() {
        let picture = Picture { url: "a.gif".into(), size: Some((90, 30)), ..Picture::default() };
        let html = "<img src=\"a.gif\" alt=\"\" width=\"90\" height=\"30\" loading=\"lazy\" decoding=\"async\">";
        assert_eq!(picture.html(&Showing::default()), html);
        let card = Showing { place: Place::Card, ..Showing::default() };
        let expected = "auto, (min-width: 60em) min(50vw - 14rem, 24rem, 90px), (min-width: 40em) min(50vw - 2.5rem, 90px), \
                        min(100vw - 2rem, 90px)";
        assert_eq!(picture.sizes(&card), expected);
        let mark = Showing { place: Place::Card.for_field("logo"), ..Showing::default() };
        assert_eq!(picture.sizes(&mark), "auto, min(14rem, 90px)");
        assert_eq!(Place::Card.for_field("photo"), Place::Card);
    }
}
