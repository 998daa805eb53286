//! What enters: a page's address, what it is given beside what it reads, and how it is made. What leaves: the page, when it is asked for.
//! A list of jobs is cheap; a view holds all that a template can see, so no more of them exist at a time than are being rendered.

use super::Page;
use crate::digest::Digest;
use crate::site_path::SitePath;

/// A page to be made.
pub struct Job<'p> {
    /// Its address.
    pub path: SitePath,
    /// The digest of what it is made of, beside the things that it notes as read while it is made.
    pub given: Digest,
    make: Box<dyn Fn() -> Page + Send + Sync + 'p>,
}

impl<'p> Job<'p> {
    /// A page at an address. `given` must hold every value that `make` holds and doesn't look up.
    pub(super) fn new(path: SitePath, given: impl std::hash::Hash, make: impl Fn() -> Page + Send + Sync + 'p) -> Self {
        Self { path, given: Digest::of_hash(&given), make: Box::new(make) }
    }

    /// Makes the page.
    #[must_use]
    pub fn page(&self) -> Page {
        (self.make)()
    }
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Job").field("path", &self.path).finish_non_exhaustive()
    }
}
