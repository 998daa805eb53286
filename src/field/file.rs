//! What enters: the path of a file in the entry's folder, with its label or its alternative text. What leaves: the path in its normal form.
//! It must not know whether the file exists: the catalogue checks that.

use serde_json::{Value as Json, json};

use super::number::display;
use super::text::{refuse, scalar};
use super::value::FileValue;
use super::{Exported, FieldType, Reading, Showing, Shown, Slot, Value, escape, language};
use crate::diagnostic::{Diagnostic, one_of};
use crate::node::{Content, Node, Notes, Record};
use crate::picture::{self, Loading, Picture, Place};

/// A file to download.
#[derive(Debug)]
pub struct Download;

/// A picture with the text that stands for it.
#[derive(Debug)]
pub struct Image;

/// Pictures that every browser shows and that can hold no script.
const PICTURES: [&str; 6] = ["avif", "gif", "jpeg", "jpg", "png", "webp"];

/// Files that a browser would run as part of the site.
const ACTIVE: [&str; 27] = [
    "asp", "aspx", "atom", "cgi", "hta", "htm", "html", "js", "jsp", "mht", "mhtml", "mjs", "phar", "php", "phtml",
    "rdf", "rss", "shtml", "svg", "svgz", "swf", "wasm", "xht", "xhtml", "xml", "xsl", "xslt",
];

/// Whether a file is called as a picture.
#[must_use]
pub fn is_picture(path: &str) -> bool {
    PICTURES.contains(&extension(path).as_str())
}

/// Whether a browser, or a server, would run a file as part of the site.
#[must_use]
pub fn is_active(path: &str) -> bool {
    ACTIVE.contains(&extension(path).as_str())
}

/// The path in its normal form: inside the entry's folder, and portable.
fn path(node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let hint = "the path of a file in the entry's folder, such as `guide.pdf`";
    let text = scalar(node, reading, hint, notes)?.trim();
    let bare = text.replace('\\', "/");
    let bare = bare.strip_prefix("./").unwrap_or(&bare);
    let strange = |part: &str| {
        part.is_empty()
            || part.starts_with('.')
            || part.ends_with(['.', ' '])
            || part.chars().any(|one| one.is_control() || "<>:\"|?*".contains(one))
    };
    let help = if text.contains("://") {
        "a file stands in the entry's folder; for an address on the web use a field of type `url`"
    } else if bare.split('/').any(|part| part == "..") || bare.starts_with('/') {
        "put the file into the entry's own folder"
    } else if bare.split('/').any(strange) {
        "names can't be empty, begin or end with a point, or hold `<>:\"|?*`"
    } else if text.contains('\\') {
        "write `/` between folders"
    } else {
        return Some(bare.to_owned());
    };
    refuse(node, notes, "wrong-path", format!("`{text}` is no file of the entry's folder"), |fault| {
        let fault = fault.expected(hint).help(help);
        let mended = text.contains('\\') && !bare.split('/').any(strange);
        Diagnostic { nearest: mended.then(|| bare.to_owned()), ..fault }
    })
}

fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

fn file(value: &Value) -> Option<&FileValue> {
    match value {
        Value::File(file) => Some(file),
        _ => None,
    }
}

/// A size as people read it: `12 ko`, `1,2 Mo`; `12 kB`, `1.2 MB`.
#[must_use]
pub fn size(bytes: u64, lang: &str) -> String {
    let byte = if lang.split('-').next() == Some("fr") { "o" } else { "B" };
    let (number, prefix) = match bytes {
        0..1_000 => return format!("{bytes}\u{a0}{byte}"),
        1_000..999_500 => ((bytes + 500) / 1_000 * 10, "k"),
        999_500..999_950_000 => ((bytes + 50_000) / 100_000, "M"),
        _ => ((bytes.saturating_add(50_000_000)) / 100_000_000, "G"),
    };
    let tenths = if number % 10 == 0 { String::new() } else { format!(".{}", number % 10) };
    format!("{}\u{a0}{prefix}{byte}", display(&format!("{}{tenths}", number / 10), lang))
}

impl FieldType for Download {
    fn slot(&self, _values: usize) -> Slot {
        Slot::Elsewhere
    }

    fn name(&self) -> &'static str {
        "file"
    }

    fn hint(&self) -> String {
        "the path of a file in the entry's folder, or `{ file: guide.pdf, label: The guide, lang: fr }`".to_owned()
    }

    fn example(&self) -> String {
        "guide.pdf".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let mut value = FileValue { path: String::new(), label: None, lang: None, alt: None };
        let place = if matches!(node.content, Content::Map(_)) {
            let mut record = Record::open(node, "a file", notes)?;
            let place = record.require("file", notes);
            let label = record.text("label", notes).map(str::trim).filter(|label| !label.is_empty());
            value.label = label.map(str::to_owned);
            let lang = record.take("lang").map(|node| language::Language.read(node, reading, notes));
            record.finish(notes);
            match lang {
                Some(None) => return None,
                Some(Some(Value::Text(tag))) => value.lang = Some(tag),
                _ => {}
            }
            place?
        } else {
            node
        };
        value.path = path(place, reading, notes)?;
        if is_active(&value.path) {
            let message = format!("`{}` could run scripts in the site", value.path);
            return refuse(place, notes, "active-file", message, |fault| {
                fault.expected("a document, a table, a picture or an archive").help("publish it as PDF, PNG or ZIP")
            });
        }
        Some(Value::File(Box::new(value)))
    }

    fn schema(&self) -> Json {
        json!({ "anyOf": [
            { "type": "string", "minLength": 1, "description": self.hint() },
            {
                "type": "object",
                "properties": {
                    "file": { "type": "string", "minLength": 1 },
                    "label": { "type": "string", "description": "the link's text" },
                    "lang": language::Language.schema(),
                },
                "required": ["file"],
                "additionalProperties": false,
            },
        ] })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Some(file) = file(value) else { return Shown::default() };
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let label = file.label.as_deref().unwrap_or(name);
        let kind = extension(&file.path).to_uppercase();
        let facts = (showing.file)(&file.path);
        let size = facts.as_ref().map(|facts| size(facts.bytes, showing.lang));
        let about = [kind.as_str(), size.as_deref().unwrap_or_default()];
        let about: Vec<&str> = about.into_iter().filter(|fact| !fact.is_empty()).collect();
        let other = file.lang.as_deref().filter(|lang| *lang != showing.lang);
        let attributes = other.map_or_else(String::new, |lang| format!(" hreflang=\"{}\"", escape(lang)));
        let mut html = match &facts {
            Some(facts) => format!("<a href=\"{}\"{attributes}>{}</a>", escape(&facts.url), escape(label)),
            None => escape(label),
        };
        if !about.is_empty() {
            html.push_str(&format!(" <span class=\"file-facts\">({})</span>", escape(&about.join(", "))));
        }
        Shown { text: label.to_owned(), html, ..Shown::default() }
            .with("url", facts.as_ref().map(|facts| facts.url.clone()))
            .with("label", label)
            .with("type", kind)
            .with("size", size)
            .with("bytes", facts.map(|facts| facts.bytes))
            .with("lang", file.lang.clone())
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        file(value).map(|file| file.label.clone().unwrap_or_else(|| file.path.clone())).unwrap_or_default()
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        let Some(file) = file(value) else { return Exported::Nothing };
        if file.label.is_none() && file.lang.is_none() {
            return file.path.as_str().into();
        }
        let parts = [("file", Some(&file.path)), ("label", file.label.as_ref()), ("lang", file.lang.as_ref())];
        Exported::Parts(parts.into_iter().filter_map(|(name, text)| Some((name, text?.as_str().into()))).collect())
    }
}

impl FieldType for Image {
    fn slot(&self, _values: usize) -> Slot {
        Slot::Texts
    }

    fn name(&self) -> &'static str {
        "image"
    }

    fn hint(&self) -> String {
        "`{ file: facade.jpg, alt: what the picture shows }`".to_owned()
    }

    fn example(&self) -> String {
        "{ file: facade.jpg, alt: … }".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        if let Some(text) = node.as_text() {
            let message = format!("`{text}` has no alternative text");
            let help = format!("write `{{ file: {text}, alt: … }}` with what the picture shows");
            return refuse(node, notes, "missing-alt", message, |fault| fault.expected(self.hint()).help(help));
        }
        if node.as_map().is_none() {
            notes.wrong_kind(node, reading.name, &self.hint());
            return None;
        }
        let mut record = Record::open(node, "an image", notes)?;
        let place = record.require("file", notes);
        // An empty text counts as none: that a picture says nothing must be said.
        let alt = record.text("alt", notes).map(str::trim).filter(|alt| !alt.is_empty());
        let decorative = record.flag("decorative", false, notes);
        record.finish(notes);
        let alt = match (alt, decorative) {
            (Some(alt), false) => alt.to_owned(),
            (None, true) => String::new(),
            (Some(_), true) => {
                return refuse(
                    node,
                    notes,
                    "decorative-with-alt",
                    "a decorative image has no alternative text",
                    |fault| fault.help("remove `decorative`, or `alt` where the picture adds nothing to the text"),
                );
            }
            (None, false) => {
                return refuse(node, notes, "missing-alt", "this image has no alternative text", |fault| {
                    let help = "add `alt: …` with what the picture shows, or `decorative: true` where it adds nothing";
                    fault.expected(self.hint()).help(help)
                });
            }
        };
        let place = place?;
        let path = path(place, reading, notes)?;
        if !PICTURES.contains(&extension(&path).as_str()) {
            return refuse(
                place,
                notes,
                "not-a-picture",
                format!("`{path}` can't be the picture of `{}`", reading.name),
                |fault| {
                    fault.expected(format!("a file that ends in {}", one_of(PICTURES))).help(
                        "convert it to PNG, JPEG or WebP; in the text, `![…](drawing.svg)` shows a drawing as it is",
                    )
                },
            );
        }
        Some(Value::File(Box::new(FileValue { path, label: None, lang: None, alt: Some(alt) })))
    }

    fn schema(&self) -> Json {
        json!({
            "type": "object",
            "description": self.hint(),
            "properties": {
                "file": { "type": "string", "pattern": format!("\\.([{}])$", "aA][vV][iI][fF]|[gG][iI][fF]|[jJ][pP][eE]?[gG]|[pP][nN][gG]|[wW][eE][bB][pP") },
                "alt": { "type": "string", "minLength": 1, "description": "what the picture shows" },
                "decorative": { "type": "boolean", "description": "the picture adds nothing to the text" },
            },
            "required": ["file"],
            "additionalProperties": false,
        })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Some(file) = file(value) else { return Shown::default() };
        let alt = file.alt.as_deref().unwrap_or_default();
        let Some(facts) = (showing.file)(&file.path) else { return Shown::plain(alt) };
        let picture = facts.picture.unwrap_or_else(|| Picture { url: facts.url.clone(), ..Picture::default() });
        let (width, height) = picture.size.unzip();
        let place = Place::Column.for_field(showing.name);
        let html = |loading| picture.html(&picture::Showing { alt, loading, place, ..picture::Showing::default() });
        Shown { text: alt.to_owned(), html: html(Loading::Lazy), ..Shown::default() }
            .with("first", html(Loading::Eager))
            .with("url", facts.url)
            .with("alt", alt)
            .with("width", width)
            .with("height", height)
            .with("src", picture.url.clone())
            .with("srcset", picture.srcset.srcset())
            .with("webp", picture.webp.srcset())
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        file(value).and_then(|file| file.alt.clone()).unwrap_or_default()
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        let Some(file) = file(value) else { return Exported::Nothing };
        let said = match file.alt.as_deref() {
            Some("") | None => ("decorative", Exported::Truth(true)),
            Some(alt) => ("alt", alt.into()),
        };
        Exported::Parts(vec![("file", file.path.as_str().into()), said])
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn files_stand_in_the_folder_of_the_entry() {
        check(
            &Download,
            &[
                ("guide.pdf", "guide.pdf"),
                ("./docs/guide.pdf", "docs/guide.pdf"),
                (
                    "{ file: a.ods, label: Le tableau, lang: FR }",
                    r#"{"file":"a.ods","label":"Le tableau","lang":"fr"}"#,
                ),
                ("docs\\guide.pdf", "!wrong-path ~docs/guide.pdf"),
                ("../autre/guide.pdf", "!wrong-path"),
                ("/etc/passwd", "!wrong-path"),
                ("a//b.pdf", "!wrong-path"),
                (".htaccess", "!wrong-path"),
                ("https://a.example/guide.pdf", "!wrong-path"),
                ("page.HTML", "!active-file"),
                ("plan.svg", "!active-file"),
                ("{ file: a.pdf, lang: français }", "!unknown-language ~fr"),
                ("{ label: a }", "!missing-key"),
                ("{ fichier: a.pdf }", "!missing-key !unknown-key"),
                ("[a.pdf]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn pictures_have_a_text_that_stands_for_them() {
        check(
            &Image,
            &[
                ("{ file: facade.JPG, alt: La façade }", r#"{"file":"facade.JPG","alt":"La façade"}"#),
                ("{ file: a.webp, decorative: true }", r#"{"file":"a.webp","decorative":true}"#),
                ("facade.jpg", "!missing-alt"),
                ("{ file: a.webp }", "!missing-alt"),
                ("{ file: a.webp, alt: '' }", "!missing-alt"),
                ("{ file: a.webp, alt: b, decorative: true }", "!decorative-with-alt"),
                ("{ file: a.svg, alt: b }", "!not-a-picture"),
                ("{ file: ../a.png, alt: b }", "!wrong-path"),
                ("[a.png]", "!wrong-kind"),
            ],
        );
        let html = "<img src=\"a.webp?a&amp;b\" alt=\"&lt;b&gt;\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\">";
        assert_eq!(show(&Image, "{ file: a.webp, alt: <b> }", "fr").html, html);
    }

    #[test]
    fn a_download_says_what_and_how_big() {
        let shown = show(&Download, "{ file: a/guide.pdf, label: Le guide, lang: en }", "fr");
        let html = "<a href=\"a/guide.pdf?a&amp;b\" hreflang=\"en\">Le guide</a> <span class=\"file-facts\">(PDF, 12\u{a0}ko)</span>";
        assert_eq!(shown.html, html);
        assert_eq!(show(&Download, "gone.zip", "fr").html, "gone.zip <span class=\"file-facts\">(ZIP)</span>");
        let table = [(0, "0 o"), (999, "999 o"), (12_499, "12 ko"), (1_249_000, "1,2 Mo"), (2_000_000_000, "2 Go")];
        for (bytes, text) in table {
            assert_eq!(size(bytes, "fr").replace('\u{a0}', " "), text);
        }
        assert_eq!(size(1_249_000, "en").replace('\u{a0}', " "), "1.2 MB");
    }
}
