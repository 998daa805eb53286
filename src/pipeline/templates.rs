//! What enters: the theme and the collections that name its templates. What leaves: the templates, ready to render, and what is wrong with them or with
//! their names. It must not know pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::collection::Collection;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::render::Renderer;
use crate::settings::Settings;
use crate::theme::Theme;

/// The templates, ready to render; none where they have faults.
pub(super) fn templates(
    theme: &Theme,
    settings: &Settings,
    collections: &IndexMap<String, Collection>,
    kept: &mut Option<(Digest, Arc<Renderer>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Renderer>> {
    let used = collections.values().flat_map(|collection| [&collection.entry_template, &collection.list_template]);
    let used: BTreeSet<&str> = used.map(|template| template.value.as_str()).chain(["listing.html"]).collect();
    let texts: Vec<_> = theme.templates.iter().map(|(name, template)| (name, &template.file, &template.text)).collect();
    let strings: Vec<_> =
        settings.languages.iter().map(|language| theme.strings_for(language, settings.default_language())).collect();
    let digest = Digest::of_hash(&(texts, &used, &settings.languages, Digest::of_value(&strings).ok()));
    if let Some((_, renderer)) = kept.as_ref().filter(|(known, _)| *known == digest) {
        return Some(Arc::clone(renderer));
    }
    match Renderer::new(theme, &settings.languages, used) {
        Ok(renderer) => {
            let renderer = Arc::new(renderer);
            *kept = Some((digest, Arc::clone(&renderer)));
            Some(renderer)
        }
        Err(faults) => {
            diagnostics.extend(faults);
            None
        }
    }
}

/// Every collection's templates must exist.
pub(super) fn check_templates(
    collections: &IndexMap<String, Collection>,
    renderer: &Renderer,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for collection in collections.values() {
        for template in [&collection.entry_template, &collection.list_template] {
            if !renderer.has(&template.value) {
                let location = Location::new(&collection.file, template.extent);
                let diagnostic = Diagnostic::error(
                    "unknown-template",
                    location,
                    format!("there is no template `{}`", template.value),
                );
                diagnostics.push(diagnostic.expected(one_of(renderer.names())).near(&template.value, renderer.names()));
            }
        }
    }
}
