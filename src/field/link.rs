//! What enters: a text with the path of its facet value. What leaves: the text as a link to the facet's page, where the site has one.
//! It must not know how pages are addressed: the page that is planned says so.

use super::{Showing, Shown, escape};

/// The text, linked to the page of its facet value; `url` for templates is the page or null.
pub(super) fn facet(showing: &Showing<'_>, path: &str, text: &str) -> Shown {
    let url = facet_url(showing, path);
    let html = url.as_deref().map_or_else(|| escape(text), |url| to(url, text));
    Shown { html, ..Shown::plain(text) }.with("url", url)
}

/// The page of a facet value, if the field is a facet and the value has a page.
pub(super) fn facet_url(showing: &Showing<'_>, path: &str) -> Option<String> {
    showing.facet.and_then(|key| (showing.facet_url)(key, path))
}

/// A link.
pub(super) fn to(url: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(url), escape(text))
}

/// A link out of the site.
pub(super) fn away(url: &str, text: &str) -> String {
    format!("<a class=\"external\" href=\"{}\">{}</a>", escape(url), escape(text))
}
