//! What enters: the bytes of a finished file. What leaves: [`Output`], which `dist` writes and `serve` serves. It must not know where it goes.

use std::sync::Arc;

use crate::digest::Digest;
use crate::site_path::SitePath;

/// One finished file of the site.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its address; pages are `…/`, written as `…/index.html`.
    pub path: SitePath,
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// The digest of the content.
    pub digest: Digest,
}

impl Output {
    /// An output; its digest is computed here.
    #[must_use]
    pub fn new(path: SitePath, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { path, digest: Digest::of(&bytes), bytes }
    }
}
