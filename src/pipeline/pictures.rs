//! What enters: the files of entries' folders and the entries that are published. What leaves: their pictures' files, and their
//! other files as they are. It must not know what a picture is.

use std::sync::Arc;

use super::Goal;
use crate::bundle::{Bundles, file_path};
use crate::catalogue::Catalogue;
use crate::diagnostic::Diagnostic;
use crate::layout::Layout;
use crate::output::Output;
use crate::pictures::{self, Kept, Pictures, Placed, Work};

/// Makes and delivers the files of all pictures; those of drafts stay where they are.
pub(super) fn make(
    layout: &Layout<'_>,
    catalogue: &Catalogue<'_>,
    goal: Goal,
    kept: &mut Kept,
    keeps: bool,
    take: &(dyn Fn(Output) -> Option<Output> + Sync),
    diagnostics: &mut Vec<Diagnostic>,
) -> Pictures {
    let language = catalogue.settings.default_language();
    let mut placed = Vec::new();
    let mut seen = None;
    for file in &layout.entries {
        let Some(folder) = file.bundle.filter(|_| catalogue.families.contains_key(&file.id)) else { continue };
        // Versions of an entry share its folder, and follow each other.
        if seen.replace(folder) == Some(folder) {
            continue;
        }
        let page = catalogue.entry_path(&file.id, language);
        for source in layout.bundles.get(folder).into_iter().flatten() {
            let inner = source.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            placed.extend(inner.map(|path| Placed { source, path: file_path(&page, path) }));
        }
    }
    let work = match (goal, keeps) {
        (Goal::Check, _) => Work::Look,
        (Goal::Site, true) => Work::MakeAndKeep,
        (Goal::Site, false) => Work::Make,
    };
    pictures::make(&placed, &catalogue.settings.pictures, work, kept, take, diagnostics)
}

/// The files of entries that are no pictures, as they are.
pub(super) fn other_files<'a>(catalogue: &'a Catalogue<'_>, bundles: &'a Bundles) -> impl Iterator<Item = Output> + 'a {
    let language = catalogue.settings.default_language();
    let published = bundles.ids().filter(|id| catalogue.families.contains_key(*id));
    published.flat_map(move |id| {
        let page = catalogue.entry_path(id, language);
        bundles.files(id).filter(|(_, file)| file.picture.is_none()).map(move |(path, file)| Output {
            path: file_path(&page, path),
            bytes: Arc::clone(&file.source.bytes),
            digest: file.source.digest,
        })
    })
}
