//! What enters: the snapshot that a reader's page is from, and the new one. What leaves: whether that page has to be loaded again, or only its styles.
//! It must not know how the reader is told.

use std::collections::BTreeSet;

use serde::Serialize;

use super::snapshot::Snapshot;
use crate::site_path::join;

/// What a reader of one page has to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing: the page is the same.
    Nothing,
    /// Take other styles; all the rest is the same.
    Styles(Vec<Swap>),
    /// Load the page again.
    Reload,
}

/// One style that takes another's place: paths from the site's base.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Swap {
    pub(super) from: String,
    pub(super) to: String,
}

/// The folder whose folders are named after what is in them.
const ASSETS: &str = "assets/";

/// Compares what two snapshots show at an address.
pub(super) fn change(old: &Snapshot, new: &Snapshot, path: &str) -> Change {
    let (before, after) = match (old.shown(path), new.shown(path)) {
        (None, None) => return Change::Nothing,
        (Some(before), Some(after)) if before.path == after.path => (before, after),
        _ => return Change::Reload,
    };
    let text = String::from_utf8_lossy(&before.bytes);
    let moved = moved_assets(old, new);
    if before.digest != after.digest {
        let Some((from, to)) = &moved else { return Change::Reload };
        if text.replace(from, to).as_bytes() != &*after.bytes || !differ_in_styles_only(old, new, from, to) {
            return Change::Reload;
        }
    }
    let page = before.path.file();
    let mut swaps = BTreeSet::new();
    for resource in resources(&text, &page, old.base()) {
        let now = match &moved {
            Some((from, to)) if before.digest != after.digest && resource.starts_with(from) => {
                resource.replacen(from, to, 1)
            }
            _ => resource.clone(),
        };
        if resource.ends_with('/') {
            if !same_folder(old, new, &resource, &now) {
                return Change::Reload;
            }
        } else if resource.ends_with(".css") {
            // A style may import others of its folder: it is taken again whenever the folder moves.
            if resource != now || digest(old, &resource) != digest(new, &now) {
                swaps.insert(Swap { from: resource, to: now });
            }
        } else if digest(old, &resource) != digest(new, &now) {
            return Change::Reload;
        }
    }
    if swaps.is_empty() {
        if before.digest == after.digest { Change::Nothing } else { Change::Reload }
    } else {
        Change::Styles(swaps.into_iter().collect())
    }
}

/// The assets' folder before and after, where it has another name now.
fn moved_assets(old: &Snapshot, new: &Snapshot) -> Option<(String, String)> {
    let folder = |snapshot: &Snapshot, other: &Snapshot| {
        let named = |snapshot: &Snapshot| -> BTreeSet<String> {
            snapshot
                .within(ASSETS)
                .filter_map(|(path, _)| path.split_once('/').map(|(folder, _)| format!("{ASSETS}{folder}/")))
                .collect()
        };
        let mut only = named(snapshot).difference(&named(other)).cloned().collect::<Vec<_>>().into_iter();
        only.next().filter(|_| only.next().is_none())
    };
    Some((folder(old, new)?, folder(new, old)?))
}

/// Whether two folders differ in nothing but the contents of styles.
fn differ_in_styles_only(old: &Snapshot, new: &Snapshot, from: &str, to: &str) -> bool {
    let files = |snapshot: &Snapshot, folder: &str| -> Vec<(String, Option<String>)> {
        snapshot
            .within(folder)
            .map(|(path, output)| (path.to_owned(), (!path.ends_with(".css")).then(|| output.digest.to_string())))
            .collect()
    };
    files(old, from) == files(new, to)
}

fn same_folder(old: &Snapshot, new: &Snapshot, from: &str, to: &str) -> bool {
    old.within(from)
        .map(|(path, output)| (path, output.digest))
        .eq(new.within(to).map(|(path, output)| (path, output.digest)))
}

fn digest(snapshot: &Snapshot, path: &str) -> Option<crate::digest::Digest> {
    snapshot.file(path).map(|output| output.digest)
}

/// What a page shows besides its own text: pictures, scripts, styles, and the folder of its search data. Paths in the site; folders end in `/`.
fn resources(html: &str, page: &str, base: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in html.match_indices('=') {
        let rest = &html[at + 1..];
        let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        let Some(end) = rest[1..].find(quote) else { continue };
        let value = &rest[1..=end];
        let name = html[..at].rsplit(|character: char| character.is_whitespace() || character == '<').next();
        match name.unwrap_or_default() {
            "src" | "poster" | "data-base" => found.extend(resolve(value, page, base)),
            "href" if is_shown(value) => found.extend(resolve(value, page, base)),
            "srcset" => {
                let addresses = value.split(',').filter_map(|candidate| candidate.split_whitespace().next());
                found.extend(addresses.filter_map(|address| resolve(address, page, base)));
            }
            _ => {}
        }
    }
    found
}

/// Whether an `href` is a part of the page; other links only lead away.
fn is_shown(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href);
    [".css", ".js", ".svg", ".ico", ".png"].iter().any(|end| path.ends_with(end))
}

/// The path in the site that an address in a page leads to; `None` where it leads out.
fn resolve(address: &str, page: &str, base: &str) -> Option<String> {
    let address = address.split(['?', '#']).next().unwrap_or(address).replace("&amp;", "&");
    let decoded = percent_encoding::percent_decode_str(&address).decode_utf8().ok()?;
    let first = decoded.split('/').next().unwrap_or_default();
    if first.contains(':') || decoded.starts_with("//") || decoded.is_empty() {
        return None;
    }
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (folder, relative) =
        if decoded.starts_with('/') { ("", decoded.strip_prefix(base)?) } else { (folder, &*decoded) };
    let path = join(folder, relative)?;
    let is_folder = relative.is_empty() || relative.ends_with('/');
    Some(if is_folder && !path.is_empty() { path + "/" } else { path }).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;
    use crate::site_path::SitePath;

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let outputs = files.iter().map(|(path, text)| Output::new(SitePath::new(path), text.as_bytes())).collect();
        Snapshot::new(outputs, 0).under("/sub/")
    }

    fn page(assets: &str, body: &str) -> String {
        format!(
            "<link rel=\"stylesheet\" href=\"../{assets}style.css\"><link rel=alternate href=\"../feed.xml\">\
             <script src='../{assets}menu.js'></script>{body}<img src=\"photo%20a.jpg\" srcset=\"big.jpg 2x, /sub/huge.jpg 3x\">\
             <a href=\"data.csv\">csv</a><div data-base=\"../search/\"></div>"
        )
    }

    /// A site with its assets in a folder, some files of which have other contents.
    fn site(assets: &str, body: &str, changed: &[&str]) -> Snapshot {
        let page = page(assets, body);
        let (style, menu, icons) =
            (format!("{assets}style.css"), format!("{assets}menu.js"), format!("{assets}icons.svg"));
        let mut files: Vec<(&str, &str)> = [
            "feed.xml",
            "a/photo a.jpg",
            "a/big.jpg",
            "huge.jpg",
            "a/data.csv",
            "search/current.json",
            &style,
            &menu,
            &icons,
        ]
        .into_iter()
        .map(|path| (path, if changed.iter().any(|end| path.ends_with(end)) { "new" } else { "old" }))
        .collect();
        files.push(("a/", &page));
        snapshot(&files)
    }

    fn swap(from: &str, to: &str) -> Change {
        Change::Styles(vec![Swap { from: from.to_owned(), to: to.to_owned() }])
    }

    #[test]
    fn only_what_a_page_shows_counts() {
        let old = site("assets/1/", "x", &[]);
        let to = |assets: &str, body: &str, changed: &[&str]| change(&old, &site(assets, body, changed), "a/");
        assert_eq!(to("assets/1/", "x", &[]), Change::Nothing);
        assert_eq!(to("assets/1/", "x", &["feed.xml", "data.csv", "icons.svg"]), Change::Nothing);
        assert_eq!(to("assets/1/", "y", &[]), Change::Reload);
        for resource in ["photo a.jpg", "big.jpg", "huge.jpg", "current.json", "menu.js"] {
            assert_eq!(to("assets/1/", "x", &[resource]), Change::Reload, "{resource}");
        }
        assert_eq!(to("assets/1/", "x", &["style.css"]), swap("assets/1/style.css", "assets/1/style.css"));
    }

    #[test]
    fn a_style_that_moved_is_taken_without_a_reload() {
        let old = site("assets/1/", "x", &[]);
        let to = |body: &str, changed: &[&str]| change(&old, &site("assets/2/", body, changed), "a/");
        assert_eq!(to("x", &["style.css"]), swap("assets/1/style.css", "assets/2/style.css"));
        assert_eq!(to("y", &["style.css"]), Change::Reload);
        assert_eq!(to("x", &["style.css", "menu.js"]), Change::Reload);
        assert_eq!(to("x", &["style.css", "icons.svg"]), Change::Reload);
        assert_eq!(to("x", &["style.css", "photo a.jpg"]), Change::Reload);
    }

    #[test]
    fn pages_come_and_go() {
        let with = snapshot(&[("a/", "a"), ("404.html", "none")]);
        let without = snapshot(&[("404.html", "none"), ("b/", "b")]);
        assert_eq!(change(&with, &without, "a/"), Change::Reload);
        assert_eq!(change(&without, &with, "a/"), Change::Reload);
        assert_eq!(change(&without, &with, "c/"), Change::Nothing);
        assert_eq!(change(&with, &without, "b"), Change::Reload);
        assert_eq!(change(&snapshot(&[]), &with, "c/"), Change::Reload);
        assert_eq!(change(&snapshot(&[]), &snapshot(&[]), "c/"), Change::Nothing);
    }

    #[test]
    fn addresses_resolve_inside_the_site() {
        let resolved = |address| resolve(address, "a/b/index.html", "/sub/");
        assert_eq!(resolved("../c.png?x#y").as_deref(), Some("a/c.png"));
        assert_eq!(resolved("/sub/c.png").as_deref(), Some("c.png"));
        assert_eq!(resolved("./d/").as_deref(), Some("a/b/d/"));
        for outside in ["https://x/y.css", "//x/y.css", "data:image/png,x", "../../../c", "/c.png", "#a", "", "../../"]
        {
            assert_eq!(resolved(outside), None, "{outside}");
        }
    }
}
