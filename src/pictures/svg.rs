//! What enters: a drawing in SVG. What leaves: its size, or why it can't be published: opened by its address it is a page of the site, and what it runs
//! or fetches would be the site's. It must not draw.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::Fault;

/// Elements that run or hold what isn't a drawing.
const ACTIVE: [&str; 6] = ["script", "foreignObject", "iframe", "embed", "object", "handler"];

/// Checks a drawing; gives its width and height where it says them.
///
/// # Errors
/// When it isn't well-formed or could run or fetch something.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(u32, u32)>, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::damaged("this drawing is no UTF-8 text"))?;
    let mut reader = Reader::from_str(text);
    let mut size = None;
    let mut open = 0_usize;
    let mut is_drawing = false;
    loop {
        match reader.read_event().map_err(|_| Fault::damaged("this drawing is no well-formed XML"))? {
            Event::Start(element) => {
                enter(&element, &mut is_drawing, &mut size)?;
                open += 1;
            }
            Event::Empty(element) => enter(&element, &mut is_drawing, &mut size)?,
            Event::End(_) => open = open.saturating_sub(1),
            Event::DocType(_) => return Err(active("a document type, which can define entities")),
            Event::PI(_) => return Err(active("a processing instruction, which can fetch style sheets")),
            Event::Eof if is_drawing && open == 0 => return Ok(size),
            Event::Eof => return Err(Fault::damaged("this drawing is cut short, or no SVG")),
            _ => {}
        }
    }
}

fn enter(element: &BytesStart<'_>, is_drawing: &mut bool, size: &mut Option<(u32, u32)>) -> Result<(), Fault> {
    let local = element.local_name();
    let name = local.as_ref();
    if ACTIVE.iter().any(|active| active.eq_ignore_ascii_case(name)) {
        return Err(active(&format!("an element `<{name}>`")));
    }
    let mut attributes = Vec::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| Fault::damaged("this drawing is no well-formed XML"))?;
        let key = attribute.key.local_name().as_ref().to_lowercase();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| Fault::damaged("this drawing is no well-formed XML"))?;
        if key.starts_with("on") {
            return Err(active(&format!("an attribute `{key}`")));
        }
        let target = value.trim();
        if key == "href" && !target.starts_with('#') && !target.starts_with("data:image/") {
            return Err(active(&format!("a reference to `{target}`")));
        }
        attributes.push((key, value.into_owned()));
    }
    if !*is_drawing {
        if name != "svg" {
            return Err(Fault::damaged("this file is no SVG"));
        }
        *is_drawing = true;
        *size = size_of(&attributes);
    }
    Ok(())
}

/// Width and height; of a drawing without, the proportions of its view box.
fn size_of(attributes: &[(String, String)]) -> Option<(u32, u32)> {
    let value = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim());
    let length = |key: &str| value(key)?.trim_end_matches("px").parse::<f64>().ok();
    let whole = |number: f64| (1.0..=65_535.0).contains(&number).then_some(number.round() as u32);
    if let (Some(width), Some(height)) = (length("width"), length("height")) {
        return Some((whole(width)?, whole(height)?));
    }
    let frame: Vec<f64> = value("viewbox")?.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
    match frame.as_slice() {
        [_, _, width, height] => Some((whole(*width)?, whole(*height)?)),
        _ => None,
    }
}

fn active(what: &str) -> Fault {
    Fault::new("active-file", format!("this drawing holds {what}"))
        .expected("shapes, texts and styles, which neither run nor fetch anything")
        .help("export it as plain SVG, or as PNG")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_have_a_size_and_run_nothing() {
        let read = |inner: &str| read(format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {inner}").as_bytes());
        assert_eq!(read("width=\"90\" height=\"30.4px\"/>"), Ok(Some((90, 30))));
        assert_eq!(read("viewBox=\"0 0 640,480\"><g><path d=\"\"/></g></svg>"), Ok(Some((640, 480))));
        assert_eq!(read("width=\"100%\"/>"), Ok(None));
        for inner in [
            "><script/></svg>",
            "onload=\"a()\"/>",
            "><a href=\"javascript:a()\"><path/></a></svg>",
            "><use href=\"other.svg#a\"/></svg>",
            "><image href=\"https://a.example/a.png\"/></svg>",
            "><foreignObject/></svg>",
        ] {
            assert_eq!(read(inner).map_err(|fault| fault.code), Err("active-file"), "{inner}");
        }
        assert_eq!(read("><g>").map_err(|fault| fault.code), Err("damaged-picture"));
    }
}
