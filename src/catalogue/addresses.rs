//! What enters: every page's address. What leaves: redirects from old addresses, and addresses that collide on some file system.
//! It must not know what the pages show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Catalogue;
use crate::diagnostic::{Diagnostic, Location};
use crate::site_path::SitePath;

/// An old address and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub from: SitePath,
    /// The page.
    pub to: SitePath,
    /// The language of the page.
    pub language: String,
}

/// First segments of addresses that the generator needs for itself.
const RESERVED: [(&str, &str); 11] = [
    ("assets/", "the theme's files"),
    ("__maillage/", "the preview"),
    ("sitemap.xml", "the site map"),
    ("robots.txt", "robots"),
    ("llms.txt", "language models"),
    ("404.html", "the page for wrong addresses"),
    (".nojekyll", "hosts that would run Jekyll"),
    ("index.html", "the home page"),
    ("search/current.json", "the search"),
    ("search/suggest/", "the search"),
    ("search/towns/", "the search"),
];

/// Finds collisions (case and Unicode normal form included) and collects redirects.
pub(super) fn check(catalogue: &Catalogue<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Redirect> {
    let mut taken = Taken::default();
    let settings: Arc<str> = "site.toml".into();
    for language in &catalogue.settings.languages {
        let mut own = vec![catalogue.localised_path("", language)];
        own.extend(["path_search", "path_a_z"].map(|name| catalogue.special_path(name, language)));
        for facet in catalogue.facets.values() {
            own.push(catalogue.facet_path(facet, language));
            own.extend(facet.all().iter().map(|node| catalogue.facet_value_path(facet, &node.path, language)));
        }
        for path in own {
            claim(&mut taken, path, &Location::start_of(&settings), diagnostics);
        }
        for collection in catalogue.collections.values().filter(|collection| collection.listed) {
            let path = catalogue.listing_path(collection, language);
            claim(&mut taken, path, &Location::start_of(&collection.file), diagnostics);
        }
        for (id, family) in catalogue.families.iter().filter(|(id, _)| !catalogue.is_home_text(id)) {
            let location = family.version(language).location();
            claim(&mut taken, catalogue.entry_path(id, language), &location, diagnostics);
        }
    }
    let mut redirects = Vec::new();
    for (id, family) in &catalogue.families {
        for (language, entry) in &family.versions {
            for alias in &entry.aliases {
                let from = old_address(&alias.value);
                let location = Location::new(&entry.file, alias.extent);
                if claim(&mut taken, from.clone(), &location, diagnostics) {
                    redirects.push(Redirect {
                        from,
                        to: catalogue.entry_path(id, language),
                        language: language.clone(),
                    });
                }
            }
        }
    }
    redirects
}

/// What an entry calls an old address: a page's, unless its last part has a point.
#[must_use]
pub(crate) fn old_address(alias: &str) -> SitePath {
    let text = alias.trim_start_matches('/');
    let last = text.rsplit('/').next().unwrap_or_default();
    SitePath::new(if last.is_empty() || last.contains('.') { text.to_owned() } else { format!("{text}/") })
}

/// Addresses with the files that they come from.
#[derive(Default)]
struct Taken {
    by_key: BTreeMap<String, (SitePath, Arc<str>)>,
    /// Files that collide, once for all languages.
    reported: BTreeSet<(Location, Arc<str>)>,
}

/// Takes an address for an owner; a collision is reported at the later one.
fn claim(taken: &mut Taken, path: SitePath, location: &Location, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let key = path.collision_key();
    // What is below a file would need a folder of its name.
    let reserved = |(reserved, _): &&(&str, &str)| {
        key.strip_prefix(reserved)
            .is_some_and(|rest| rest.is_empty() || reserved.ends_with('/') || rest.starts_with('/'))
    };
    if let Some((_, whose)) = RESERVED.iter().find(reserved).filter(|_| !path.as_str().is_empty()) {
        let message = format!("the address `{path}` belongs to {whose}");
        diagnostics.push(Diagnostic::error("reserved-address", location.clone(), message).help("choose another name"));
        return false;
    }
    if let Some((other, owner)) = taken.by_key.get(&key) {
        if !taken.reported.insert((location.clone(), Arc::clone(owner))) {
            return false;
        }
        let (message, help) = if *other == path {
            (
                format!("two pages have the address `{path}`"),
                format!("the other one comes from `{owner}`; rename one of the two"),
            )
        } else {
            (
                format!("the addresses `{path}` and `{other}` are the same file on some systems"),
                format!(
                    "the other one comes from `{owner}`; they differ only in case or accents' encoding, rename one of the two"
                ),
            )
        };
        diagnostics.push(Diagnostic::error("address-collision", location.clone(), message).help(help));
        return false;
    }
    taken.by_key.insert(key, (path, Arc::clone(&location.file)));
    true
}
