//! What enters: the catalogue, the texts and the pages that were made. What leaves: the files that are no pages, the search pack among them.
//! It must not know pages' looks.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use maillage_search::{Kept, PackFile};

use super::Observe;
use super::observe::during;
use super::pages::Mapped;
use super::pictures;
use crate::bundle::Bundles;
use crate::catalogue::Catalogue;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::field::file::is_picture;
use crate::gazetteer::Gazetteer;
use crate::memo::Memo;
use crate::output::Output;
use crate::plan::Atlas;
use crate::sentence::Now;
use crate::site_path::SitePath;
use crate::source::Source;
use crate::texts::Texts;
use crate::theme::Theme;
use crate::{export, feed, golden_queries, index, site_map, suggestions};

/// What the search pack is made of.
pub(super) struct Indexing<'m> {
    pub(super) catalogue: &'m Catalogue<'m>,
    pub(super) texts: &'m Texts,
    pub(super) engine: PackFile,
    /// Whether the communes are those of the site's own table.
    pub(super) has_own_communes: bool,
    pub(super) observe: &'m dyn Observe,
}

/// The search pack, or why there is none.
pub(super) struct Packed {
    files: Result<Vec<Output>, Box<Diagnostic>>,
    /// Towns that a search may be near.
    towns: &'static [Output],
}

impl Indexing<'_> {
    pub(super) fn pack(&self, kept: &mut Kept) -> Packed {
        let definition = index::definition(self.catalogue);
        let documents = during(self.observe, "documents", || index::documents(self.catalogue, self.texts));
        // Towns are of use where something stands somewhere; another table of communes is another country.
        let has_towns = !self.has_own_communes && documents.iter().any(|document| document.position.is_some());
        let towns = || if has_towns { Gazetteer::france().files() } else { &[] };
        let pack = || during(self.observe, "pack", || index::pack(&definition, documents, &self.engine, kept));
        let (files, towns) = rayon::join(pack, || during(self.observe, "towns", towns));
        Packed { files, towns }
    }
}

/// What files are made of.
pub(super) struct Making<'m> {
    pub(super) catalogue: &'m Catalogue<'m>,
    pub(super) atlas: Option<&'m Atlas<'m>>,
    pub(super) mapped: &'m [Mapped],
}

/// The files that are published as they are: the theme's, and the entries'.
pub(super) fn given(theme: &Theme, assets: &str, catalogue: &Catalogue<'_>, bundles: &Bundles) -> Vec<Output> {
    let statics = theme.statics.iter().map(|(path, source)| Output {
        path: SitePath::new(format!("{assets}{path}")),
        bytes: Arc::clone(&source.bytes),
        digest: source.digest,
    });
    statics.chain(pictures::other_files(catalogue, bundles)).collect()
}

/// The files that have nothing to do with the search, beside `files`, which are those that are published as they are.
pub(super) fn unsearched(making: &Making<'_>, mut files: Vec<Output>) -> Vec<Output> {
    let &Making { catalogue, atlas, mapped, .. } = making;
    let base = &catalogue.settings.base_url;
    files.extend(atlas.iter().flat_map(|atlas| atlas.data(catalogue).outputs()).cloned());
    files.extend(site_map::site_map(mapped, &base.url));
    files.push(site_map::robots(&base.url, &base.path));
    files.push(Output::new(SitePath::new(".nojekyll"), *b""));
    files
}

/// The files that are searched, and how many the search pack has, with their bytes.
pub(super) fn searched(packed: Packed, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Output>, (usize, usize)) {
    let mut files = packed.towns.to_vec();
    let mut pack = (0, 0);
    match packed.files {
        Ok(packed) => {
            pack = (packed.len(), packed.iter().map(|file| file.bytes.len()).sum());
            files.extend(packed);
        }
        Err(diagnostic) => diagnostics.push(*diagnostic),
    }
    (files, pack)
}

/// The files in which no entry's body is. Each is handed on as soon as it is ready.
pub(super) fn of_fronts<T: Send>(
    catalogue: &Catalogue<'_>,
    observe: &dyn Observe,
    hand_on: &(dyn Fn(Output) -> T + Sync),
) -> Vec<T> {
    let mut files = during(observe, "open data", || export::open_data(catalogue, hand_on));
    files.extend(during(observe, "suggestions", || suggestions::files(catalogue, hand_on)));
    files
}

/// The files that are made of entries' texts.
pub(super) fn of_texts(catalogue: &Catalogue<'_>, texts: &Texts, observe: &dyn Observe) -> Vec<Output> {
    let mut files = during(observe, "feeds", || feed::feeds(catalogue, texts));
    files.push(export::llms(catalogue, texts));
    files
}

/// The addresses of data beside pages, where a file that somebody named may be in their way; pictures are in nobody's.
pub(super) fn addresses_of_data<'p>(
    mut named: impl Iterator<Item = &'p SitePath>,
    catalogue: &Catalogue<'_>,
    texts: &Texts,
    observe: &dyn Observe,
) -> Vec<SitePath> {
    if named.all(|path| path.is_page() || is_picture(path.as_str())) {
        return Vec::new();
    }
    let mut paths = during(observe, "open data", || export::open_data(catalogue, &|output| output.path));
    paths.extend(of_texts(catalogue, texts, observe).into_iter().map(|output| output.path));
    paths
}

/// The same as [`of_fronts`]: those of the last run, where all but bodies is as it was.
pub(super) fn kept_of_fronts(catalogue: &Catalogue<'_>, observe: &dyn Observe, memo: &mut Memo) -> Vec<Output> {
    if let Some((_, files)) = memo.files.as_ref().filter(|(fronts, _)| *fronts == catalogue.fronts) {
        return files.clone();
    }
    let files = of_fronts(catalogue, observe, &|output| output);
    memo.files = Some((catalogue.fronts, files.clone()));
    files
}

/// Makes the search pack and asks it what visitors would.
pub(super) fn check_golden_queries(
    source: &Source,
    catalogue: &Catalogue<'_>,
    texts: &Texts,
    theme: &Theme,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (definition, documents) = (index::definition(catalogue), index::documents(catalogue, texts));
    let keys: BTreeSet<String> = documents.iter().map(|document| document.key.clone()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let engine = maillage_search::pack_engine(&theme.engine, &theme.packed_engine);
    match index::pack(&definition, documents, &engine, &mut Kept::forgetful()) {
        Ok(pack) => golden_queries::check(source, &definition, &keys, &pack, noon(catalogue.date), diagnostics),
        Err(diagnostic) => diagnostics.push(*diagnostic),
    }
}

/// The middle of a day, so that `now` means the same wherever and whenever golden queries are asked.
fn noon(date: Date) -> Now {
    let day = crate::date::parse_day(&date.to_string()).map_or(0, |days| days.first);
    Now { minute: day * 24 * 60 + 12 * 60, day }
}

/// The compressed engine, from the memo where the theme has the same one.
pub(super) fn pack_engine(theme: &Theme, kept: &mut Option<(Digest, PackFile)>) -> PackFile {
    let digest = Digest::of_all(&[Digest::of(&theme.engine), Digest::of(&theme.packed_engine)]);
    if let Some((_, packed)) = kept.as_ref().filter(|(known, _)| *known == digest) {
        return packed.clone();
    }
    let packed = maillage_search::pack_engine(&theme.engine, &theme.packed_engine);
    *kept = Some((digest, packed.clone()));
    packed
}
