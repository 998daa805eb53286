//! What enters: what `site.toml` names. What leaves: names that nothing answers to. It must not know menus' looks.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Catalogue, relations};
use crate::diagnostic::{Diagnostic, Extent, Location, one_of};
use crate::entry_id::EntryId;
use crate::settings::MenuItem;

impl Catalogue<'_> {
    /// Checks menus, home page and facets against what exists.
    pub(super) fn check_targets(&self, diagnostics: &mut Vec<Diagnostic>) {
        let file: Arc<str> = "site.toml".into();
        let at = |extent: Extent| Location::new(&file, extent);
        for (name, extent) in &self.settings.home.collections {
            if !self.collections.contains_key(name) {
                diagnostics.push(self.unknown_collection(name, at(*extent)));
            }
        }
        if let Some((id, extent)) = self.settings.home.text.as_ref().filter(|(id, _)| !self.families.contains_key(id)) {
            diagnostics.push(relations::missing(self, id, at(*extent)));
        }
        let declared = self.facet_keys();
        let named = self.settings.facets.iter().map(|(name, facet)| (name.as_str(), facet.extent));
        let home = self.settings.home.facets.iter().map(|(name, extent)| (name.as_str(), *extent));
        for (name, extent) in named.chain(home) {
            if !declared.contains(name) {
                diagnostics.push(unknown_facet(name, at(extent), &declared));
            }
        }
        for item in self.settings.navigation.iter().chain(&self.settings.footer) {
            diagnostics.extend(self.check_menu_item(item, at(item.extent), &declared));
        }
    }

    fn check_menu_item(&self, item: &MenuItem, location: Location, facets: &BTreeSet<&str>) -> Option<Diagnostic> {
        let to = item.to.as_str();
        if matches!(to, "search" | "a-z") || to.contains("://") || to.starts_with("mailto:") {
            return None;
        }
        if let Some(key) = to.strip_prefix("facet:") {
            return (!facets.contains(key)).then(|| unknown_facet(key, location, facets));
        }
        if let Some(id) = EntryId::parse(to) {
            return (!self.families.contains_key(&id)).then(|| relations::missing(self, &id, location));
        }
        match self.collections.get(to) {
            Some(collection) if collection.listed => None,
            Some(_) => {
                let message = format!("the collection `{to}` has no listing");
                Some(
                    Diagnostic::error("unlisted-collection", location, message)
                        .help("link to one of its entries: `to = \"collection/slug\"`"),
                )
            }
            None => Some(self.unknown_collection(to, location)),
        }
    }

    fn unknown_collection(&self, name: &str, location: Location) -> Diagnostic {
        let names = || self.collections.keys().map(String::as_str);
        let diagnostic = Diagnostic::error("unknown-collection", location, format!("there is no collection `{name}`"));
        diagnostic.expected(one_of(names())).near(name, names())
    }

    fn facet_keys(&self) -> BTreeSet<&str> {
        let fields = self.collections.values().flat_map(|collection| collection.fields.values());
        fields.filter_map(|field| field.facet.as_deref()).collect()
    }
}

fn unknown_facet(name: &str, location: Location, declared: &BTreeSet<&str>) -> Diagnostic {
    let names = || declared.iter().copied();
    let diagnostic = Diagnostic::error("unknown-facet", location, format!("no field has the facet `{name}`"));
    if declared.is_empty() {
        return diagnostic.help("add `facet: true` to a field of a collection");
    }
    diagnostic.expected(one_of(names())).near(name, names())
}
