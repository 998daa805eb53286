//! What one build of an index leaves for the next: documents with their words, and compressed blocks. An empty one only costs time.

use crate::blocks::Name;
use crate::definition::Document;
use crate::digest::Digest;
use crate::words::Words;
use std::collections::HashMap;
use std::sync::Arc;

/// What the last index was made of. It holds what that one needed and no more, so it doesn't grow.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// By key and language: the document and its words.
    pub(crate) words: HashMap<(String, String), (Document, Arc<Words>)>,
    /// Blocks, by the digest of what they hold: their names and compressed bytes.
    pub(crate) compressed: HashMap<Digest, (Name, Arc<[u8]>)>,
}

impl Kept {
    /// How many documents and compressed blocks are held.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.words.len(), self.compressed.len())
    }

    /// The words of a document, if it was the same last time.
    pub(crate) fn words_of(&self, document: &Document) -> Option<Arc<Words>> {
        let (known, words) = self.words.get(&(document.key.clone(), document.lang.clone()))?;
        (known == document).then(|| Arc::clone(words))
    }
}
