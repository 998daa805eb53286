//! What enters: the theme's icons and the names that templates, collections and settings use. What leaves: one sprite of the icons in use, and
//! every name that there is no icon for. It must not know where on a page an icon stands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Template;
use crate::diagnostic::{Diagnostic, Location};
use crate::source::Source;

/// A name that is asked for, and where.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// `map-pin`.
    pub name: String,
    /// Where it is written.
    pub location: Location,
}

/// The names that a template writes out: `<icon name="x"` and `icon_name="x"`. Names that come from data are their writers' to declare.
pub(super) fn in_template(template: &Template) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for mark in ["<icon name=\"", "icon_name=\"", "set icon = \""] {
        for (at, _) in template.text.match_indices(mark) {
            let start = at + mark.len();
            let Some(length) = template.text[start..].find('"') else { continue };
            let name = template.text[start..start + length].to_owned();
            wanted.push(Wanted { name, location: Location::new(&template.file, start..start + length) });
        }
    }
    wanted
}

/// The sprite: a symbol an icon, by name.
pub(super) fn sprite(icons: &BTreeMap<String, Source>, wanted: &[Wanted], diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut names = BTreeSet::new();
    for wanted in wanted {
        if icons.contains_key(&wanted.name) {
            names.insert(wanted.name.as_str());
        } else {
            let message = format!("the theme has no icon `{}`", wanted.name);
            let diagnostic = Diagnostic::error("unknown-icon", wanted.location.clone(), message);
            let diagnostic = diagnostic.near(&wanted.name, icons.keys().map(String::as_str));
            let help = format!("put it into the site's theme as `icons/{}.svg`, 24 × 24, drawn in lines", wanted.name);
            diagnostics.push(diagnostic.help(help));
        }
    }
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for name in names {
        let Some((viewport, inner)) = icons.get(name).and_then(|source| source.text().ok()).and_then(drawing) else {
            continue;
        };
        // Writing to a text never fails.
        let _ = writeln!(sprite, "<symbol id=\"{name}\" viewBox=\"{viewport}\">{inner}</symbol>");
    }
    sprite.push_str("</svg>\n");
    sprite
}

/// What an SVG file draws: its `viewBox`, and all that stands inside its outermost element.
fn drawing(svg: &str) -> Option<(&str, &str)> {
    let start = svg.find("<svg")?;
    let (head, rest) = svg[start..].split_once('>')?;
    let viewport = head.split_once("viewBox=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("0 0 24 24");
    Some((viewport, rest.rsplit_once("</svg>")?.0.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_holds_what_is_used_and_nothing_else() {
        let svg = |text: &str| Source::new("icons/x.svg", text.as_bytes().to_vec());
        let icons = BTreeMap::from([
            (
                "a".to_owned(),
                svg("<!-- ISC -->\n<svg viewBox=\"0 0 9 9\" fill=\"none\">\n<path d=\"M0 0\"/>\n</svg>\n"),
            ),
            ("b".to_owned(), svg("<svg><path/></svg>")),
        ]);
        let template =
            Template { file: "t.html".into(), text: "{{ <icon name=\"a\" /> }}{{ <icon name=\"aa\" /> }}".into() };
        let mut faults = Vec::new();
        let sprite = sprite(&icons, &in_template(&template), &mut faults);
        let symbol = "<symbol id=\"a\" viewBox=\"0 0 9 9\"><path d=\"M0 0\"/></symbol>";
        assert_eq!(sprite, format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{symbol}\n</svg>\n"));
        let range = faults[0].location.range;
        assert_eq!((faults.len(), &template.text[range.start..range.end]), (1, "aa"));
    }
}
