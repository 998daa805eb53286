//! What enters: the tree of `site.toml`. What leaves: what a site may set of its looks without a theme of its own: colours, mark, banner, profiles
//! elsewhere. It must not know the theme: `theme` checks names and contrast.

use indexmap::IndexMap;

use super::tables;
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::localised::Localised;
use crate::node::{Content, Node, Notes, Record};
use crate::settings::MenuItem;

/// What a site sets of its looks.
#[derive(Clone, Debug, Default)]
pub struct Appearance {
    /// The mark: a file of the theme's `static/`, and where it is named.
    pub logo: Option<(String, Extent)>,
    /// Colours by the name of the theme's token.
    pub colours: IndexMap<String, Colour>,
    /// A remark above every page.
    pub banner: Option<Banner>,
    /// Profiles elsewhere, at the foot of pages.
    pub social: Vec<Profile>,
    /// Who carries the centre, for a block of the home page.
    pub partners: Vec<Partner>,
}

/// Somebody who carries the centre.
#[derive(Clone, Debug)]
pub struct Partner {
    /// The name.
    pub name: Localised,
    /// Its address.
    pub url: String,
    /// Its mark: a file of the theme's `static/`, and where it is named.
    pub logo: Option<(String, Extent)>,
}

/// A colour in both modes, as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colour {
    /// On light ground.
    pub light: String,
    /// On dark ground.
    pub dark: String,
    /// Where it is set.
    pub extent: Extent,
}

/// A remark above every page.
#[derive(Clone, Debug)]
pub struct Banner {
    /// What it says.
    pub text: Localised,
    /// Where it leads.
    pub link: Option<MenuItem>,
}

/// A profile elsewhere.
#[derive(Clone, Debug)]
pub struct Profile {
    /// `Mastodon`.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The theme's icon, and where it is named.
    pub icon: Option<(String, Extent)>,
}

impl Appearance {
    /// Takes its keys from the whole file's record.
    pub(super) fn read(record: &mut Record<'_>, languages: &[String], notes: &mut Notes<'_>) -> Self {
        let logo = read_logo(record, notes);
        let colours = record.take("colours").map(|node| read_colours(node, notes)).unwrap_or_default();
        let banner = record.take("banner").and_then(|node| read_banner(node, languages, notes));
        let social = tables(record, "social", notes, read_profile);
        let partners = tables(record, "partners", notes, |node, notes| read_partner(node, languages, notes));
        Self { logo, colours, banner, social, partners }
    }

    /// All marks that are named.
    pub fn logos(&self) -> impl Iterator<Item = &(String, Extent)> {
        self.logo.iter().chain(self.partners.iter().filter_map(|partner| partner.logo.as_ref()))
    }
}

fn read_logo(record: &mut Record<'_>, notes: &mut Notes<'_>) -> Option<(String, Extent)> {
    let node = record.take("logo")?;
    let Some(text) = node.as_text() else {
        notes.wrong_kind(node, "logo", "a file of the theme's `static/`, such as `logo.svg`");
        return None;
    };
    Some((text.to_owned(), node.extent))
}

fn read_partner(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Partner> {
    let mut record = Record::open(node, "a partner", notes)?;
    let name = record.require("name", notes).map(|node| Localised::read(node, "name", languages, notes));
    let url = record.require("url", notes).and_then(|node| address(node, "a partner", notes));
    let logo = read_logo(&mut record, notes);
    record.finish(notes);
    Some(Partner { name: name?, url: url?, logo })
}

/// An address on the web.
pub(super) fn address(node: &Node, of: &str, notes: &mut Notes<'_>) -> Option<String> {
    let text = node.as_text().unwrap_or_default();
    if text.starts_with("https://") {
        return Some(text.to_owned());
    }
    let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{text}` is no address of {of}"));
    notes.push(diagnostic.expected("an address that begins with `https://`"));
    None
}

/// An address on the web that may be an old one, without encryption: others decide about it.
pub(super) fn web_address(node: &Node, of: &str, notes: &mut Notes<'_>) -> Option<String> {
    let text = node.as_text().unwrap_or_default();
    if is_web(text) {
        return Some(text.to_owned());
    }
    let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{text}` is no address of {of}"));
    notes.push(diagnostic.expected("an address that begins with `https://` or `http://`"));
    None
}

/// The address of something to do with an entry, which holds `{name}`s that stand for what the entry says.
pub(super) fn pattern(node: &Node, names: &[&str], notes: &mut Notes<'_>) -> Option<String> {
    let text = node.as_text().unwrap_or_default();
    let wrong = |message: String| Diagnostic::error("wrong-value", notes.at(node.extent), message);
    let known: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    let rest = known.iter().fold(text.to_owned(), |rest, name| rest.replace(name, ""));
    let fault = if !is_web(text) && !text.starts_with("mailto:") {
        wrong(format!("`{text}` is no address"))
            .expected("an address that begins with `https://`, `http://` or `mailto:`")
    } else if let Some(at) = rest.find(['{', '}']) {
        let strange = rest[at..].split_inclusive('}').next().unwrap_or_default();
        wrong(format!("`{strange}` stands for nothing")).expected(one_of(known.iter().map(String::as_str)))
    } else {
        return Some(text.to_owned());
    };
    notes.push(fault);
    None
}

fn is_web(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !text.contains(|one: char| one.is_whitespace() || one.is_control()))
}

fn read_colours(node: &Node, notes: &mut Notes<'_>) -> IndexMap<String, Colour> {
    let Some(pairs) = node.as_map() else {
        notes.wrong_kind(node, "colours", "a table of colours by name");
        return IndexMap::new();
    };
    let mut colours = IndexMap::new();
    for (key, node) in pairs {
        let mut colour = |node: &Node| {
            let text = node.as_text().filter(|text| is_colour(text)).map(str::to_owned);
            if text.is_none() {
                let message = format!("`{}` is no colour", node.as_text().unwrap_or(node.kind()));
                let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), message);
                notes.push(diagnostic.expected("red, green and blue in hexadecimal, such as `#1b2a63`"));
            }
            text
        };
        let (light, dark) = match &node.content {
            Content::Map(_) => (node.get("light").and_then(&mut colour), node.get("dark").and_then(&mut colour)),
            _ => {
                let both = colour(node);
                (both.clone(), both)
            }
        };
        if let Content::Map(modes) = &node.content {
            for name in ["light", "dark"].into_iter().filter(|name| node.get(name).is_none()) {
                let message = format!("`{}` lacks its colour for the {name} mode", key.name);
                notes.push(Diagnostic::error("missing-key", notes.at(key.extent), message));
            }
            for (mode, _) in modes.iter().filter(|(mode, _)| !matches!(mode.name.as_str(), "light" | "dark")) {
                let message = format!("a colour has no key `{}`", mode.name);
                let diagnostic = Diagnostic::error("unknown-key", notes.at(mode.extent), message);
                notes.push(diagnostic.expected("`light` or `dark`").near(&mode.name, ["light", "dark"]));
            }
        }
        if let (Some(light), Some(dark)) = (light, dark) {
            colours.insert(key.name.clone(), Colour { light, dark, extent: node.extent });
        }
    }
    colours
}

fn read_banner(node: &Node, languages: &[String], notes: &mut Notes<'_>) -> Option<Banner> {
    let mut record = Record::open(node, "[banner]", notes)?;
    let text = record.require("text", notes).map(|node| Localised::read(node, "text", languages, notes));
    let label = record.take("label").map(|node| Localised::read(node, "label", languages, notes));
    let link =
        record.take("to").and_then(|to| Some(MenuItem { to: to.as_text()?.to_owned(), label, extent: to.extent }));
    record.finish(notes);
    Some(Banner { text: text?, link })
}

fn read_profile(node: &Node, notes: &mut Notes<'_>) -> Option<Profile> {
    let mut record = Record::open(node, "a profile", notes)?;
    let name = record.require("name", notes).and_then(Node::as_text).map(str::to_owned);
    let url = record.require("url", notes).and_then(|node| address(node, "a profile", notes));
    let icon = record.take("icon").and_then(|node| Some((node.as_text()?.to_owned(), node.extent)));
    record.finish(notes);
    Some(Profile { name: name?, url: url?, icon })
}

/// `#abc` or `#aabbcc`.
fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}
