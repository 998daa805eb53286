//! What enters: all planned pages. What leaves: the site map, or an index of several beyond 50,000 pages, and `robots.txt`.
//! It must not know what the pages show. Source: sitemaps.org, and Google's `xhtml:link` for languages.

use crate::feed::Xml;
use crate::output::Output;
use crate::plan::MapItem;
use crate::site_path::SitePath;

/// The protocol's limit of one file.
const PAGES: usize = 50_000;

/// The site map's files.
#[must_use]
pub fn site_map(pages: &[(SitePath, Option<MapItem>)], base_url: &str) -> Vec<Output> {
    let mapped: Vec<(&SitePath, &MapItem)> =
        pages.iter().filter_map(|(path, map)| Some((path, map.as_ref()?))).collect();
    if mapped.len() <= PAGES {
        return vec![Output::new(SitePath::new("sitemap.xml"), part(&mapped, base_url))];
    }
    let mut outputs = Vec::new();
    let mut index = Xml::new();
    index.open("sitemapindex", &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")]);
    for (at, chunk) in mapped.chunks(PAGES).enumerate() {
        let path = SitePath::new(format!("sitemap-{}.xml", at + 1));
        index.open("sitemap", &[]);
        index.text("loc", &path.absolute(base_url));
        index.close("sitemap");
        outputs.push(Output::new(path, part(chunk, base_url)));
    }
    index.close("sitemapindex");
    outputs.push(Output::new(SitePath::new("sitemap.xml"), index.finish()));
    outputs
}

fn part(pages: &[(&SitePath, &MapItem)], base_url: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    let spaces =
        [("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"), ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")];
    xml.open("urlset", &spaces);
    for (path, item) in pages {
        xml.open("url", &[]);
        xml.text("loc", &path.absolute(base_url));
        if let Some(updated) = &item.updated {
            xml.text("lastmod", updated);
        }
        for alternate in &item.alternates {
            xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", &alternate.lang), ("href", &alternate.url)]);
        }
        xml.close("url");
    }
    xml.close("urlset");
    xml.finish()
}

/// What crawlers may do: everything but the search data, which is of no use to them.
#[must_use]
pub fn robots(base_url: &str, base_path: &str) -> Output {
    let text = format!("User-agent: *\nDisallow: {base_path}search/\n\nSitemap: {base_url}sitemap.xml\n");
    Output::new(SitePath::new("robots.txt"), text.into_bytes())
}
