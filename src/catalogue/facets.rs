//! What enters: published entries and the fields that say `facet`. What leaves: [`Facet`]s, trees of values with their entries.
//! It must not know pages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{Catalogue, Family};
use crate::collation::Collation;
use crate::diagnostic::{Diagnostic, Location};
use crate::entry_id::EntryId;
use crate::field::{FacetValue, Value};
use crate::localised::Localised;

/// A facet: a question that several collections' fields answer.
#[derive(Clone, Debug)]
pub struct Facet {
    /// The key in addresses of searches.
    pub key: String,
    /// The name.
    pub label: Localised,
    /// What the page of all its values is called.
    pub title: Localised,
    /// The first segment of its pages' addresses.
    pub path: Localised,
    /// Whether values are regions and departments.
    pub is_territory: bool,
    /// How many entries have a value.
    pub count: usize,
    /// Values at the top.
    pub values: IndexMap<String, FacetNode>,
}

/// A value of a facet.
#[derive(Clone, Debug, Default)]
pub struct FacetNode {
    /// Slugs from the top: `occitanie/aveyron`.
    pub path: String,
    /// The value's name.
    pub label: Localised,
    /// Entries that have this value or one below it, in the order of their ids.
    pub entries: Vec<EntryId>,
    /// The entries whose territory is this one as a whole, in the order of their ids; of a department without any, those of its region.
    /// None where values are no territories.
    pub heads: Vec<EntryId>,
    /// Values below.
    pub children: IndexMap<String, FacetNode>,
}

impl FacetNode {
    /// The entries of one collection, in the order of their ids.
    #[must_use]
    pub fn of(&self, collection: &str) -> &[EntryId] {
        let start = self.entries.partition_point(|id| id.collection() < collection);
        let end = self.entries.partition_point(|id| id.collection() <= collection);
        &self.entries[start..end]
    }

    /// How many entries each collection has among them.
    pub fn shares(&self) -> impl Iterator<Item = (&str, usize)> {
        // Entries stand in the order of their collections: a leap each, however many there are.
        let mut rest = self.entries.as_slice();
        std::iter::from_fn(move || {
            let collection = rest.first()?.collection();
            let count = rest.partition_point(|id| id.collection() == collection);
            rest = &rest[count..];
            Some((collection, count))
        })
    }
}

impl Facet {
    /// Finds a value by its path.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&FacetNode> {
        let mut segments = path.split('/');
        let mut node = self.values.get(segments.next()?)?;
        for segment in segments {
            node = node.children.get(segment)?;
        }
        Some(node)
    }

    /// Whether values have values below them.
    #[must_use]
    pub fn is_hierarchical(&self) -> bool {
        self.values.values().any(|node| !node.children.is_empty())
    }

    /// All values, a parent before its children.
    #[must_use]
    pub fn all(&self) -> Vec<&FacetNode> {
        fn walk<'a>(nodes: &'a IndexMap<String, FacetNode>, all: &mut Vec<&'a FacetNode>) {
            for node in nodes.values() {
                all.push(node);
                walk(&node.children, all);
            }
        }
        let mut all = Vec::new();
        walk(&self.values, &mut all);
        all
    }
}

/// Whether some facets have pages at the same addresses.
pub(super) fn have_same_paths(some: &IndexMap<String, Facet>, others: &IndexMap<String, Facet>) -> bool {
    let same = |one: &Facet, other: &Facet| {
        let values = one.all().into_iter().map(|node| &node.path).eq(other.all().into_iter().map(|node| &node.path));
        one.key == other.key && one.path == other.path && values
    };
    std::ptr::eq(some, others)
        || some.len() == others.len() && some.values().zip(others.values()).all(|(one, other)| same(one, other))
}

/// Collects the facets. Closed lists keep their order; other values stand by their names.
pub(super) fn collect(catalogue: &Catalogue<'_>, diagnostics: &mut Vec<Diagnostic>) -> IndexMap<String, Facet> {
    let mut facets: IndexMap<String, Facet> = IndexMap::new();
    let mut paths: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut closed: BTreeSet<String> = BTreeSet::new();
    // In the order of site.toml, then of the definitions.
    let declared = catalogue
        .collections
        .values()
        .flat_map(|collection| collection.fields.values().map(move |field| (collection, field)));
    let mut fields: Vec<_> =
        declared.filter_map(|(collection, field)| Some((field.facet.clone()?, collection, field))).collect();
    fields.sort_by_key(|(key, _, _)| catalogue.settings.facets.get_index_of(key).unwrap_or(usize::MAX));
    for (key, collection, field) in fields {
        let facet = facets.entry(key.clone()).or_insert_with(|| {
            let settings = catalogue.settings.facets.get(&key);
            let label = settings.and_then(|facet| facet.label.clone()).unwrap_or_else(|| field.label.clone());
            let title = settings.and_then(|facet| facet.title.clone()).unwrap_or_else(|| label.clone());
            let path =
                settings.and_then(|facet| facet.path.clone()).unwrap_or_else(|| Localised::same(key.replace('_', "-")));
            Facet { key: key.clone(), label, title, path, is_territory: false, count: 0, values: IndexMap::new() }
        });
        facet.is_territory |= field.kind.facet_key().is_some();
        let choices = field.kind.choices();
        if !choices.is_empty() {
            closed.insert(key.clone());
        }
        for (id, label) in choices {
            facet.values.entry(id.clone()).or_insert_with(|| FacetNode { path: id, label, ..FacetNode::default() });
        }
        if !collection.listed {
            continue;
        }
        let own = |(id, family): &(&EntryId, &Arc<Family>)| id.collection() == collection.key && family.is_listed();
        let families: Vec<(&EntryId, &Arc<Family>)> = catalogue.families.iter().filter(own).collect();
        let (alike, single) = by_value(&families, &field.name);
        for (value, ids) in alike {
            for value in field.kind.facets(value) {
                add(&mut facet.values, "", &value.path, &value.labels, &ids);
            }
        }
        let single: Vec<(&EntryId, Vec<FacetValue>)> =
            single.into_par_iter().map(|(value, id)| (id, field.kind.facets(value))).collect();
        for (id, value) in single.iter().flat_map(|(id, values)| values.iter().map(move |value| (id, value))) {
            add(&mut facet.values, "", &value.path, &value.labels, &[id]);
        }
    }
    let collation = Collation::of(catalogue.settings.default_language());
    for facet in facets.values_mut() {
        let order = if closed.contains(&facet.key) { Order::AsDeclared } else { Order::ByLabel };
        tidy(&mut facet.values, order, catalogue.settings.default_language(), &collation);
        let all = facet.values.values().flat_map(|node| &node.entries);
        facet.count = all.collect::<FxHashSet<_>>().len();
        if facet.is_territory {
            find_heads(catalogue, &mut facet.values, &[]);
        }
        for language in &catalogue.settings.languages {
            let place = (language.clone(), facet.path.get(language).to_owned());
            if let Some(other) = paths.insert(place, facet.key.clone()) {
                let extent = catalogue.settings.facets.get(&facet.key).map_or((0..0).into(), |facet| facet.extent);
                let location = Location::new(&"site.toml".into(), extent);
                let message = format!(
                    "the facets `{other}` and `{}` have the same address `{}`",
                    facet.key,
                    facet.path.get(language)
                );
                diagnostics.push(
                    Diagnostic::error("address-collision", location, message).help("give one of them another `path`"),
                );
            }
        }
    }
    facets.retain(|_, facet| !facet.values.is_empty());
    facets
}

/// The entries of each value of a field, in the order in which values first occur: many have the same text, and few texts are asked what they stand for.
/// Values that are no texts stand alone.
fn by_value<'f>(
    families: &[(&'f EntryId, &'f Arc<Family>)],
    field: &str,
) -> (Vec<Alike<'f>>, Vec<(&'f Value, &'f EntryId)>) {
    let mut alike: IndexMap<&str, Alike<'f>, FxBuildHasher> = IndexMap::default();
    let mut single = Vec::new();
    for (id, family) in families {
        for value in family.versions[0].values(field) {
            match value {
                Value::Text(text) => alike.entry(text).or_insert_with(|| (value, Vec::new())).1.push(id),
                value => single.push((value, *id)),
            }
        }
    }
    (alike.into_values().collect(), single)
}

/// A value and the entries that have it.
type Alike<'f> = (&'f Value, Vec<&'f EntryId>);

/// Adds entries to a value and those above it; `tidy` puts them in order, each once.
fn add(nodes: &mut IndexMap<String, FacetNode>, above: &str, path: &[String], labels: &[Localised], ids: &[&EntryId]) {
    let ([slug, rest @ ..], [label, labels @ ..]) = (path, labels) else { return };
    if !nodes.contains_key(slug) {
        let path = if above.is_empty() { slug.clone() } else { format!("{above}/{slug}") };
        nodes.insert(slug.clone(), FacetNode { path, label: label.clone(), ..FacetNode::default() });
    }
    let FacetNode { path, children, entries, .. } = &mut nodes[slug];
    entries.extend(ids.iter().copied().cloned());
    add(children, path, rest, labels, ids);
}

/// The order of a facet's values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As the closed list has them.
    AsDeclared,
    /// By their names in the default language.
    ByLabel,
}

/// Drops values that no entry has, and puts values and entries in order.
fn tidy(nodes: &mut IndexMap<String, FacetNode>, order: Order, language: &str, collation: &Collation) {
    nodes.retain(|_, node| !node.entries.is_empty());
    if order == Order::ByLabel {
        nodes.sort_by(|a_key, a, b_key, b| {
            collation.compare(a.label.get(language), b.label.get(language)).then_with(|| a_key.cmp(b_key))
        });
    }
    for node in nodes.values_mut() {
        // They are runs of sorted entries, one for each field and text.
        node.entries.sort();
        node.entries.dedup();
        tidy(&mut node.children, order, language, collation);
    }
}

/// Finds the heads of territories; `above` are those of the territory around them.
fn find_heads(catalogue: &Catalogue<'_>, nodes: &mut IndexMap<String, FacetNode>, above: &[EntryId]) {
    for node in nodes.values_mut() {
        let own = covering(catalogue, node);
        find_heads(catalogue, &mut node.children, &own);
        node.heads = if own.is_empty() { above.to_vec() } else { own };
    }
}

/// The entries of a value that say it as a whole.
fn covering(catalogue: &Catalogue<'_>, node: &FacetNode) -> Vec<EntryId> {
    let covers = |id: &EntryId, fields: &[&str]| {
        let Some(family) = catalogue.families.get(id) else { return false };
        let mut values = fields.iter().flat_map(|name| family.versions[0].values(name));
        values.any(|value| matches!(value, Value::Area(area) if area.path.join("/") == node.path))
    };
    // Few collections have territories, and most entries are of the others.
    let parts = catalogue.collections.values().flat_map(|collection| {
        let fields = collection.fields.values().filter(|field| field.kind.name() == "area");
        let fields: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        let ids = if fields.is_empty() { &[] } else { node.of(&collection.key) };
        ids.iter().filter(move |id| covers(id, &fields)).cloned()
    });
    let mut covering: Vec<EntryId> = parts.collect();
    covering.sort_unstable();
    covering
}
