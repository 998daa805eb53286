//! What enters: a page. What leaves: the page with the script that keeps it fresh, and that script.
//! The script comes from the site's own origin and its address is relative, so that it passes the pages' strict content policy,
//! proxies and sub-paths. It must not know which page changed.

use super::snapshot::Snapshot;

/// The folder of the preview's own addresses, below the site's base.
pub(super) const FOLDER: &str = "__maillage/";

/// The script's name there.
pub(super) const SCRIPT: &str = "live.js";

/// The stream's name there.
pub(super) const EVENTS: &str = "events";

/// The script, as browsers get it.
pub(super) const SOURCE: &str = include_str!("live.js");

/// What a reader of an address sees, in few letters: the script says it when it connects, so that a page that changed meanwhile is reloaded.
pub(super) fn version(snapshot: &Snapshot, path: &str) -> String {
    snapshot.shown(path).map_or_else(|| "none".to_owned(), |output| output.digest.short())
}

/// Adds the script to a page that is shown at `path`.
pub(super) fn inject(page: &[u8], path: &str, version: &str) -> Vec<u8> {
    let root = "../".repeat(path.matches('/').count());
    let escaped = path.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let tag = format!(
        "<script type=\"module\" src=\"{root}{FOLDER}{SCRIPT}\" data-maillage-page=\"{escaped}\" \
         data-maillage-version=\"{version}\"></script>\n"
    );
    let at = find_last(page, b"</body").or_else(|| find_last(page, b"</html")).unwrap_or(page.len());
    [&page[..at], tag.as_bytes(), &page[at..]].concat()
}

fn find_last(page: &[u8], tag: &[u8]) -> Option<usize> {
    page.windows(tag.len()).rposition(|window| window.eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn injected(page: &str, path: &str) -> String {
        String::from_utf8(inject(page.as_bytes(), path, "v")).unwrap()
    }

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let tag = |root: &str, page: &str| {
            format!(
                "<script type=\"module\" src=\"{root}__maillage/live.js\" data-maillage-page=\"{page}\" \
                 data-maillage-version=\"v\"></script>\n"
            )
        };
        assert_eq!(injected("<body>a</BODY></html>", ""), format!("<body>a{}</BODY></html>", tag("", "")));
        assert_eq!(injected("</body> a </body>", "a/b/"), format!("</body> a {}</body>", tag("../../", "a/b/")));
        assert_eq!(injected("<p>a", "x"), format!("<p>a{}", tag("", "x")));
        assert_eq!(injected("", "a/\"<&"), tag("../", "a/&quot;&lt;&amp;"));
    }
}
