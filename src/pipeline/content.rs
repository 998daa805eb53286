//! What enters: the files under `content/`, from who keeps them or from who doesn't. What leaves: the same, as long as stages read them.
//! It must not know stages.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// The files under `content/`.
pub(super) enum Content<'a> {
    /// Who runs the pipeline holds them.
    Stays(&'a [Source]),
    /// Nobody needs them when they are used up.
    Once(&'a mut Vec<Source>),
}

impl Content<'_> {
    pub(super) fn files(&self) -> &[Source] {
        match self {
            Self::Stays(files) => files,
            Self::Once(files) => files,
        }
    }

    /// Every text is made of them: only those stay that a report will quote.
    pub(super) fn use_up(self, diagnostics: &[Diagnostic]) {
        if let Self::Once(files) = self {
            let named: HashSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.location.file).collect();
            files.retain(|source| named.contains(&*source.path));
            files.shrink_to_fit();
        }
    }
}
