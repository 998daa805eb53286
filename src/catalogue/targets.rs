//! What enters: what `site.toml` names. What leaves: names that nothing answers to. It must not know menus' looks.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Catalogue, relations};
use crate::diagnostic::{Diagnostic, Extent, Location, one_of};
use crate::entry_id::EntryId;
use crate::settings::{BlockKind, MenuItem};

impl Catalogue<'_> {
    /// Checks menus, home page and facets against what exists.
    pub(super) fn check_targets(&self, diagnostics: &mut Vec<Diagnostic>) {
        let file: Arc<str> = "site.toml".into();
        let at = |extent: Extent| Location::new(&file, extent);
        let blocks = &self.settings.home.blocks;
        let menus = || self.settings.navigation.iter().chain(&self.settings.footer);
        if self.collections.is_empty() && menus().next().is_some() {
            // What `site.toml` names is missing for one reason, which is said once.
            let message = "there is no collection: no folder of `content/` holds a `_collection.yaml`";
            let fault = Diagnostic::error("no-collections", Location::start_of(&"content".into()), message);
            diagnostics.push(fault.help("`maillage init DIR` makes a centre with some to start from"));
            return;
        }
        let shown = blocks.iter().flat_map(|block| block.kind.collections());
        for (name, extent) in shown.chain(&self.settings.map.collection) {
            match self.collections.get(name) {
                None => diagnostics.push(self.unknown_collection(name, at(*extent))),
                Some(collection) if !collection.listed => diagnostics.push(unlisted(name, at(*extent))),
                Some(_) => {}
            }
        }
        if let Some((id, extent)) = self.settings.home.text.as_ref().filter(|(id, _)| !self.families.contains_key(id)) {
            diagnostics.push(relations::missing(self, id, at(*extent)));
        }
        let declared = self.facet_keys();
        let named = self.settings.facets.iter().map(|(name, facet)| (name.as_str(), facet.extent));
        let home = blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Facet((name, extent)) => Some((name.as_str(), *extent)),
            _ => None,
        });
        let map = self.settings.map.facet.iter().map(|(name, extent)| (name.as_str(), *extent));
        for (name, extent) in named.chain(home).chain(map) {
            if !declared.contains(name) {
                diagnostics.push(unknown_facet(name, at(extent), &declared));
            }
        }
        let doors = blocks.iter().flat_map(|block| match &block.kind {
            BlockKind::Doors(doors) => doors.as_slice(),
            _ => &[],
        });
        let banner = self.settings.appearance.banner.iter().filter_map(|banner| banner.link.as_ref());
        for item in menus().chain(doors.map(|door| &door.link)).chain(banner) {
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
            Some(_) => Some(unlisted(to, location)),
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

fn unlisted(name: &str, location: Location) -> Diagnostic {
    let message = format!("the collection `{name}` has no listing");
    let diagnostic = Diagnostic::error("unlisted-collection", location, message);
    diagnostic.help("link to one of its entries: `to = \"collection/slug\"`")
}

fn unknown_facet(name: &str, location: Location, declared: &BTreeSet<&str>) -> Diagnostic {
    let names = || declared.iter().copied();
    let diagnostic = Diagnostic::error("unknown-facet", location, format!("no field has the facet `{name}`"));
    if declared.is_empty() {
        return diagnostic.help("add `facet: true` to a field of a collection");
    }
    diagnostic.expected(one_of(names())).near(name, names())
}
