//! What enters: what the catalogue found behind each link of a text. What leaves: [`Targets`], an argument of the stage.
//! It must not know how they were found.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::picture::Picture;

/// What the links of one text lead to on one page, by [`Link::key`](super::Link::key). A link whose key is missing is broken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Targets(pub BTreeMap<String, Target>);

/// What one link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Ready for `href` or `src` on the page: percent-encoded, relative to it, without an anchor.
    pub url: String,
    /// The text of a link that has none of its own.
    pub title: String,
    /// What it is.
    pub kind: TargetKind,
}

/// What kind of thing a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A page of an entry.
    Entry {
        /// Its language, where that is not the language of the text.
        lang: Option<String>,
        /// Whether only a preview shows it.
        draft: bool,
    },
    /// A file to download.
    File {
        /// What follows the link's text in brackets, such as `PDF, 12 ko`.
        note: Option<String>,
    },
    /// A picture.
    Image {
        /// Its files.
        picture: Picture,
    },
}

impl Targets {
    /// What a key leads to.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Target> {
        self.0.get(key)
    }
}
