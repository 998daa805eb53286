//! What enters: the theme's tokens and the colours that a site sets. What leaves: rules that lay these over those, and every pair of colours whose
//! contrast is too low, with its ratio. It must not know where on a page a colour stands. Source: WCAG 2.2, 1.4.3 and 1.4.11.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Extent, Location, one_of};
use crate::settings::Colour;
use crate::source::Source;

/// Text and what it stands on: 4.5 to 1 at least.
const TEXT: [(&str, &str); 21] = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "highlight"),
    ("ink", "warning-surface"),
    ("ink-soft", "ground"),
    ("ink-soft", "surface"),
    ("ink-soft", "highlight"),
    ("link", "ground"),
    ("link", "surface"),
    ("link", "highlight"),
    ("link-hover", "ground"),
    ("link-hover", "surface"),
    ("on-brand", "brand"),
    ("on-brand-soft", "brand"),
    ("on-accent", "accent"),
    ("warning", "ground"),
    ("warning", "warning-surface"),
    ("code-keyword", "surface"),
    ("code-string", "surface"),
    ("code-number", "surface"),
    ("code-function", "surface"),
];

/// Marks that carry meaning and what they stand on: 3 to 1 at least.
const MARKS: [(&str, &str); 7] = [
    ("line-strong", "ground"),
    ("line-strong", "surface"),
    ("stitch", "ground"),
    ("stitch", "surface"),
    ("accent", "brand"),
    ("success", "surface"),
    ("warning", "warning-surface"),
];

/// A colour of the theme or the site, in both modes, and where to blame it.
#[derive(Clone, Debug)]
struct Token {
    light: Rgb,
    dark: Rgb,
    /// `None` for the embedded theme's own values, which its tests hold.
    place: Option<Location>,
}

type Rgb = [u8; 3];

/// Rules that lay the site's colours over the tokens; reports unknown names and low contrast.
pub(super) fn lay(
    tokens: Option<&Source>,
    set: &IndexMap<String, Colour>,
    own: bool,
    site: &Arc<str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    let mut palette = tokens.map(|tokens| read(tokens, own)).unwrap_or_default();
    let (mut plain, mut paired) = (String::new(), String::new());
    for (name, colour) in set {
        let place = Location::new(site, colour.extent);
        let Some(token) = palette.get_mut(name) else {
            let names = || palette.keys().map(String::as_str);
            let diagnostic = Diagnostic::error("unknown-colour", place, format!("the theme has no colour `{name}`"));
            diagnostics.push(diagnostic.expected(one_of(names())).near(name, names()));
            continue;
        };
        let (Some(light), Some(dark)) = (parse(&colour.light), parse(&colour.dark)) else { continue };
        *token = Token { light, dark, place: Some(place) };
        // Writing to a text never fails.
        let _ = write!(plain, "--{name}:{};", hex(light));
        let _ = write!(paired, "--{name}:light-dark({},{});", hex(light), hex(dark));
    }
    check(&palette, diagnostics);
    if plain.is_empty() {
        return String::new();
    }
    format!("@layer tokens{{:root{{{plain}}}@supports (color:light-dark(#000,#fff)){{:root{{{paired}}}}}}}\n")
}

/// The colours of a sheet of tokens: `--name: #hex;` and `--name: light-dark(#hex, #hex);`, the last one of a name wins.
fn read(tokens: &Source, own: bool) -> BTreeMap<String, Token> {
    let mut palette = BTreeMap::new();
    let mut at = 0;
    for line in tokens.text().unwrap_or_default().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(':')) else {
            continue;
        };
        let value = value.trim().trim_end_matches(';');
        let pair = value.strip_prefix("light-dark(").and_then(|pair| pair.strip_suffix(')')?.split_once(','));
        let (light, dark) = pair.unwrap_or((value, value));
        let (Some(light), Some(dark)) = (parse(light.trim()), parse(dark.trim())) else { continue };
        let indent = line.len() - line.trim_start().len();
        let extent = Extent::from(start + indent..start + line.trim_end().len());
        let place = own.then(|| Location::new(&tokens.path, extent));
        palette.insert(name.to_owned(), Token { light, dark, place });
    }
    palette
}

/// Reports the pairs whose contrast is too low, at the colour that the site chose.
fn check(palette: &BTreeMap<String, Token>, diagnostics: &mut Vec<Diagnostic>) {
    let pairs =
        TEXT.iter().map(|pair| (pair, 4.5, "text")).chain(MARKS.iter().map(|pair| (pair, 3.0, "lines and marks")));
    for (&(front, back), least, what) in pairs {
        let (Some(above), Some(below)) = (palette.get(front), palette.get(back)) else { continue };
        let modes = match (above.light, below.light) == (above.dark, below.dark) {
            true => vec![("both modes", above.light, below.light)],
            false => vec![("light mode", above.light, below.light), ("dark mode", above.dark, below.dark)],
        };
        for (mode, one, other) in modes {
            let ratio = contrast(one, other);
            if ratio >= least {
                continue;
            }
            let ((name, colour), (rest, against), place) = match (&above.place, &below.place) {
                (Some(place), _) => ((front, one), (back, other), place),
                (None, Some(place)) => ((back, other), (front, one), place),
                (None, None) => continue,
            };
            // Two decimals, cut: 4.499 is not 4.5.
            let shown = (ratio * 100.0).floor() / 100.0;
            let message = format!(
                "`{name}` {} and `{rest}` {} have a contrast of {shown:.2} to 1 in {mode}",
                hex(colour),
                hex(against)
            );
            let mut diagnostic = Diagnostic::warning("low-contrast", place.clone(), message);
            diagnostic.nearest = enough(colour, against, least).map(hex);
            diagnostics.push(diagnostic.expected(format!("at least {least} to 1 for {what}")));
        }
    }
}

/// The colour nearest to one, on its way to black or white, that has enough contrast with another.
fn enough(colour: Rgb, against: Rgb, least: f64) -> Option<Rgb> {
    let mixed = |end: u8, share: u16| {
        let mix = |part: u8| ((u16::from(part) * (100 - share) + u16::from(end) * share) / 100) as u8;
        colour.map(mix)
    };
    let steps = (1..=100).flat_map(|share| [mixed(0, share), mixed(255, share)]);
    steps.into_iter().find(|candidate| contrast(*candidate, against) >= least)
}

/// `#abc` or `#aabbcc`.
fn parse(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#')?;
    let digit = |at: usize| u8::from_str_radix(digits.get(at..=at)?, 16).ok();
    let part = |at: usize| match digits.len() {
        3 => Some(digit(at)? * 17),
        6 => Some(digit(2 * at)? * 16 + digit(2 * at + 1)?),
        _ => None,
    };
    Some([part(0)?, part(1)?, part(2)?])
}

fn hex(colour: Rgb) -> String {
    let [red, green, blue] = colour;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Relative luminance.
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let value = f64::from(part) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// From 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = include_str!("../../themes/default/static/style/tokens.css");

    fn faults(set: &[(&str, &str, &str)], own: bool) -> (String, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let tokens = Source::new("tokens.css", TOKENS.as_bytes().to_vec());
        let colour =
            |light: &str, dark: &str| Colour { light: light.to_owned(), dark: dark.to_owned(), extent: (1..2).into() };
        let set = set.iter().map(|(name, light, dark)| ((*name).to_owned(), colour(light, dark))).collect();
        let rules = lay(Some(&tokens), &set, own, &"site.toml".into(), &mut faults);
        (rules, faults)
    }

    #[test]
    fn the_theme_keeps_its_contrast_and_names_every_colour_of_a_pair() {
        assert_eq!(faults(&[], true).1, []);
        let palette = read(&Source::new("tokens.css", TOKENS.as_bytes().to_vec()), true);
        for (front, back) in TEXT.iter().chain(&MARKS) {
            assert!(palette.contains_key(*front) && palette.contains_key(*back), "{front} on {back}");
        }
    }

    #[test]
    fn a_pale_brand_is_reported_with_its_ratio_and_a_way_out() {
        let (rules, faults) = faults(&[("brand", "#7788ff", "#1d2a60")], false);
        assert_eq!(
            faults[0].message,
            "`brand` #7788ff and `on-brand` #ffffff have a contrast of 3.11 to 1 in light mode"
        );
        let nearest = faults[0].nearest.as_deref().and_then(parse).expect("a colour");
        assert!(contrast(nearest, [255; 3]) >= 4.5);
        assert!(rules.contains("--brand:light-dark(#7788ff,#1d2a60);"), "{rules}");
    }

    #[test]
    fn an_unknown_colour_is_reported_with_the_nearest_name() {
        let (_, faults) = faults(&[("brandt", "#000", "#000")], false);
        assert_eq!((faults[0].code, faults[0].nearest.as_deref()), ("unknown-colour", Some("brand")));
    }
}
