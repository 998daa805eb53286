//! What enters: the addresses of all files. What leaves: a diagnostic for each that can't stand beside another, where somebody wrote one of the two.
//! The pages' own collisions were found by the catalogue. It must not know what the files hold.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::pages::Mapped;
use super::{Observe, files};
use crate::bundle::{Bundles, file_path};
use crate::catalogue::{Catalogue, old_address};
use crate::diagnostic::{Diagnostic, Location};
use crate::site_path::SitePath;
use crate::texts::Texts;

/// An address, and where somebody asked for it.
type Wish = (SitePath, Location);

/// The files of entries' folders.
fn beside_entries(catalogue: &Catalogue<'_>, bundles: &Bundles) -> Vec<Wish> {
    let language = catalogue.settings.default_language();
    let of_entry = |id| {
        let page = catalogue.entry_path(id, language);
        bundles.files(id).map(move |(path, file)| (file_path(&page, path), Location::start_of(&file.source.path)))
    };
    catalogue.families.keys().flat_map(of_entry).collect()
}

/// The old addresses of entries.
fn old_addresses(catalogue: &Catalogue<'_>) -> Vec<Wish> {
    let entries = catalogue.families.values().flat_map(|family| family.versions.values());
    let of_entry = |entry: &crate::entry::Entry| -> Vec<Wish> {
        let wish = |alias: &crate::node::Located<String>| {
            (old_address(&alias.value), Location::new(&entry.file, alias.extent))
        };
        entry.aliases.iter().map(wish).collect()
    };
    entries.flat_map(of_entry).collect()
}

/// The same as [`check`] before any file is made but pages. Data is looked at where an old address or a file of an entry may be in its way.
/// Below `search/` the catalogue lets nobody in.
pub(super) fn check_early(
    pages: &[Mapped],
    catalogue: &Catalogue<'_>,
    (bundles, texts): (&Bundles, &Texts),
    observe: &dyn Observe,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (beside, old) = (beside_entries(catalogue, bundles), old_addresses(catalogue));
    let data = files::addresses_of_data(beside.iter().chain(&old).map(|(path, _)| path), catalogue, texts, observe);
    let pages = pages.iter().map(|(path, _)| path);
    let paths = pages.chain(beside.iter().map(|(path, _)| path)).chain(&data);
    check(paths.collect(), catalogue, bundles, diagnostics);
}

/// Two files at one address, case and normal form aside, and files where others need a folder.
pub(super) fn check(
    paths: Vec<&SitePath>,
    catalogue: &Catalogue<'_>,
    bundles: &Bundles,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut keyed: Vec<(String, &SitePath)> = paths.into_par_iter().map(|path| (path.collision_key(), path)).collect();
    keyed.par_sort_unstable();
    let mut found: Vec<[&SitePath; 2]> = Vec::new();
    found.extend(keyed.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| [pair[0].1, pair[1].1]));
    let file_at = |key: &str| keyed.binary_search_by(|(other, _)| other.as_str().cmp(key)).ok().map(|at| keyed[at].1);
    let in_the_way = |at: usize| {
        let (key, path) = &keyed[at];
        // The folders that it shares with the path before were looked at there.
        let before = at.checked_sub(1).map_or("", |before| keyed[before].0.as_str());
        let shared = before.bytes().zip(key.bytes()).take_while(|(one, other)| one == other).count();
        let folders = key.match_indices('/').map(|(end, _)| end).skip_while(|end| *end < shared);
        folders.map(|end| &key[..end]).find_map(file_at).map(|file| [file, *path])
    };
    found.par_extend((0..keyed.len()).into_par_iter().filter_map(in_the_way));
    if found.is_empty() {
        return;
    }
    let named: BTreeMap<SitePath, Location> =
        old_addresses(catalogue).into_iter().chain(beside_entries(catalogue, bundles)).collect();
    for [other, path] in found {
        let place = named.get(path).or_else(|| named.get(other)).cloned();
        let place = place.unwrap_or_else(|| Location::start_of(&"site.toml".into()));
        let message = match other == path {
            true => format!("two files have the address `{path}`"),
            false => format!("the files `{other}` and `{path}` can't stand beside each other on every system"),
        };
        diagnostics.push(Diagnostic::error("address-collision", place, message).help("rename one of the two"));
    }
}
