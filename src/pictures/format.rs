//! What enters: a file's name and first bytes. What leaves: which kind of picture it is. It must not trust the name.

use super::Fault;

/// A kind of picture that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Passed through without its metadata: there is no decoder in Rust alone.
    Avif,
    /// Read, and written as it was.
    Gif,
    /// Photographs.
    Jpeg,
    /// Drawings.
    Png,
    /// Drawings by their lines.
    Svg,
    /// Both.
    WebP,
}

/// Pictures that browsers show, as a diagnostic expects them.
pub const SHOWN: &str = "AVIF, GIF, JPEG, PNG, SVG or WebP";

/// The formats and the endings of their names; the first one is the usual one.
const ENDINGS: [(Format, &[&str]); 6] = [
    (Format::Avif, &["avif"]),
    (Format::Gif, &["gif"]),
    (Format::Jpeg, &["jpg", "jpeg"]),
    (Format::Png, &["png"]),
    (Format::Svg, &["svg"]),
    (Format::WebP, &["webp"]),
];

impl Format {
    /// The usual ending of a file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        ENDINGS.iter().find(|(format, _)| *format == self).map_or("", |(_, endings)| endings[0])
    }

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Avif => "AVIF",
            Self::Gif => "GIF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Svg => "SVG",
            Self::WebP => "WebP",
        }
    }

    /// What a file is by its name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = ending_of(name);
        ENDINGS.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(format, _)| *format)
    }

    /// What a file is by its content, which its name must agree with.
    ///
    /// # Errors
    /// When it is no picture that browsers show, or another one than its name says.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Result<Self, Fault> {
        let named = Self::of_name(name);
        match (found(bytes), named) {
            (Found::Known(format), Some(named)) if format == named => Ok(format),
            (Found::Known(format), named) => Err(misnamed(name, format, named)),
            (Found::Foreign(kind), _) => Err(foreign(kind)),
            // A drawing is a text without a mark: its reader says what is wrong.
            (Found::Nothing, Some(Self::Svg)) => Ok(Self::Svg),
            (Found::Nothing, _) if bytes.is_empty() => {
                Err(Fault::new("damaged-picture", "this file is empty").help("copy the picture again"))
            }
            (Found::Nothing, _) => Err(foreign("no picture")),
        }
    }
}

/// What a file is that isn't named as a picture and is one all the same.
pub(super) fn unnamed(bytes: &[u8]) -> Option<Unnamed> {
    match found(bytes) {
        Found::Known(format) => Some(Unnamed::Shown(format)),
        // Any text may begin with `BM`; a PDF is no picture.
        Found::Foreign("BMP" | "PDF") | Found::Nothing => None,
        Found::Foreign(kind) => Some(Unnamed::Foreign(kind)),
    }
}

/// A picture whose name doesn't say so.
pub(super) enum Unnamed {
    /// One that browsers show.
    Shown(Format),
    /// One that they don't.
    Foreign(&'static str),
}

/// A picture that its name doesn't tell.
pub(super) fn misnamed(name: &str, format: Format, named: Option<Format>) -> Fault {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let fault = Fault::new("misnamed-picture", format!("this file holds a {} picture", format.name()))
        .help(format!("rename it to `{stem}.{}`, also where it is named", format.ending()));
    match named {
        Some(named) => fault.expected(format!("{}, as its name says", named.name())),
        None => fault,
    }
}

fn ending_of(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

fn foreign(kind: &str) -> Fault {
    let kind = if kind == "no picture" { kind.to_owned() } else { format!("a {kind} file, which browsers don't show") };
    Fault::new("not-a-picture", format!("this file holds {kind}"))
        .expected(SHOWN)
        .help("export it as JPEG (photographs) or PNG (drawings)")
}

enum Found {
    Known(Format),
    Foreign(&'static str),
    Nothing,
}

/// Source: the signatures in the formats' specifications.
fn found(bytes: &[u8]) -> Found {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    let at = |offset: usize, mark: &[u8]| bytes.get(offset..offset + mark.len()) == Some(mark);
    if starts(b"\xff\xd8\xff") {
        Found::Known(Format::Jpeg)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Found::Known(Format::Png)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Found::Known(Format::Gif)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        Found::Known(Format::WebP)
    } else if at(4, b"ftyp") {
        // The brands follow: the major one, a version, then compatible ones.
        let end = bytes.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size) as usize).min(bytes.len());
        let brands = bytes.get(8..end.max(8)).unwrap_or_default();
        let has = |known: &[&[u8]]| brands.chunks(4).any(|brand| known.contains(&brand));
        if has(&[b"avif", b"avis"]) {
            Found::Known(Format::Avif)
        } else if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
            Found::Foreign("HEIC")
        } else {
            // A film, most likely.
            Found::Nothing
        }
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        Found::Foreign("TIFF")
    } else if starts(b"BM") {
        Found::Foreign("BMP")
    } else if starts(b"8BPS") {
        Found::Foreign("Photoshop")
    } else if starts(b"%PDF") {
        Found::Foreign("PDF")
    } else if starts(b"\xff\x0a") || starts(b"\0\0\0\x0cJXL ") {
        Found::Foreign("JPEG XL")
    } else {
        Found::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_the_name_must_agree() {
        let code = |name: &str, bytes: &[u8]| Format::of(name, bytes).map_err(|fault| (fault.code, fault.help));
        assert_eq!(code("a.JPG", b"\xff\xd8\xff\xe0"), Ok(Format::Jpeg));
        assert_eq!(code("a.avif", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif"), Ok(Format::Avif));
        let rename = "rename it to `a.png`, also where it is named".to_owned();
        assert_eq!(code("b/a.jpeg", b"\x89PNG\r\n\x1a\n"), Err(("misnamed-picture", rename)));
        let codes = [
            ("a.jpg", &b"\0\0\0\x18ftypheic\0\0\0\0heic"[..], "not-a-picture"),
            ("a.png", b"BM....", "not-a-picture"),
            ("a.png", b"<html>", "not-a-picture"),
            ("a.png", b"", "damaged-picture"),
        ];
        for (name, bytes, expected) in codes {
            assert_eq!(code(name, bytes).map_err(|(code, _)| code), Err(expected), "{name}");
        }
        assert!(matches!(unnamed(b"\xff\xd8\xff\xe0"), Some(Unnamed::Shown(Format::Jpeg))));
        assert!(matches!(unnamed(b"MM\0*"), Some(Unnamed::Foreign("TIFF"))));
        for other in [&b"%PDF-1.7"[..], b"BMX;2\n", b"\0\0\0\x18ftypisom\0\0\0\0isommp42"] {
            assert!(unnamed(other).is_none());
        }
    }
}
