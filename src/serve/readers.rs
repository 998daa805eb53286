//! Who has which page open: what they look at is made first. It must not know what pages hold.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The addresses that browsers have open, and how many have each.
#[derive(Clone, Debug, Default)]
pub struct Readers(Arc<Mutex<BTreeMap<String, usize>>>);

/// A place among the readers; leaving it is dropping it.
#[derive(Debug)]
pub(super) struct Place {
    readers: Readers,
    path: String,
}

impl Readers {
    /// Whether somebody has the page at an address of the site open.
    #[must_use]
    pub fn have(&self, path: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(path)
    }

    /// Comes in, with a page open.
    pub(super) fn enter(&self, path: &str) -> Place {
        let path =
            path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(path);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(path.to_owned()).or_default() += 1;
        Place { readers: self.clone(), path: path.to_owned() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.readers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.path) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_open_until_its_last_reader_leaves() {
        let readers = Readers::default();
        let (first, second) = (readers.enter("lieux/"), readers.enter("lieux/index.html"));
        assert!(readers.have("lieux/") && !readers.have(""));
        drop(first);
        assert!(readers.have("lieux/"));
        drop(second);
        assert!(!readers.have("lieux/"));
    }
}
