//! What enters: the catalogue. What leaves: `llms.txt`, a map of the site for language models. It must not know pages' looks.
//! Source: llmstxt.org.

use std::fmt::Write;

use crate::catalogue::Catalogue;
use crate::output::Output;
use crate::site_path::SitePath;
use crate::texts::Texts;

/// Entries of one collection that are named; the listing leads to the rest.
const ENTRIES: usize = 100;

/// The site in Markdown: title, promise, and every collection with its entries.
#[must_use]
pub fn llms(catalogue: &Catalogue<'_>, texts: &Texts) -> Output {
    let settings = catalogue.settings;
    let (language, base) = (settings.default_language(), settings.base_url.url.as_str());
    let mut text = format!("# {}\n\n> {}\n", settings.title.get(language), settings.description.get(language));
    for collection in catalogue.collections.values().filter(|collection| collection.listed) {
        let Some(ids) = catalogue.listings.get(&(collection.key.clone(), language.to_owned())) else { continue };
        let listing = catalogue.listing_path(collection, language).absolute(base);
        // Writing to a text never fails.
        let _ = write!(
            text,
            "\n## {}\n\n- [{} ({})]({listing}): {}\n",
            collection.labels.many.get(language),
            collection.labels.many.get(language),
            ids.len(),
            collection.description.get(language)
        );
        for id in ids.iter().take(ENTRIES) {
            let Some(family) = catalogue.families.get(id) else { continue };
            let entry = family.version(language);
            let excerpt = texts.get(id, &entry.language).map_or("", |text| &text.excerpt);
            let summary = if entry.summary.is_empty() { excerpt } else { &entry.summary };
            let url = catalogue.entry_path(id, language).absolute(base);
            let _ =
                writeln!(text, "- [{}]({url}): {}", entry.title.replace(['[', ']'], ""), summary.replace('\n', " "));
        }
    }
    Output::new(SitePath::new("llms.txt"), text.into_bytes())
}
