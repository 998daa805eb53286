//! What enters: the theme's words and the page's needs. What leaves: [`Style`], an argument of the stage.
//! It must not know where the words come from.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::picture::Loading;

/// How a text is dressed for the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Style {
    /// Words that the text does not hold itself.
    pub words: Words,
    /// The level at which a heading `##` is written: 2 on an entry's page, more where the text stands inside a section.
    pub top_level: u8,
    /// What ids may be.
    pub ids: Ids,
    /// How a picture is loaded that stands before the first heading: at once, where the text is what readers see first.
    pub opening: Loading,
}

impl Default for Style {
    fn default() -> Self {
        Self { words: Words::default(), top_level: 2, ids: Ids::default(), opening: Loading::Lazy }
    }
}

/// Ids of headings are made of their text; they must not collide with the page's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Ids {
    /// Stands before each id: empty for a page's main text, `field-` and the like for others on the same page.
    pub prefix: String,
    /// Ids that the page's template has taken.
    pub reserved: BTreeSet<String>,
    /// Beginnings of ids that it completes from data: `field-`.
    pub beginnings: BTreeSet<String>,
}

impl Ids {
    /// Whether the template has an id, or may have.
    #[must_use]
    pub fn is_reserved(&self, id: &str) -> bool {
        self.reserved.contains(id) || self.has_beginning_of(id)
    }

    /// Whether the template may complete one of its ids to this one.
    pub(super) fn has_beginning_of(&self, id: &str) -> bool {
        self.beginnings.iter().any(|beginning| id.starts_with(beginning.as_str()))
    }
}

/// Words in the page's language. `{…}` is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Title of an alert `> [!NOTE]`.
    pub note: String,
    /// Title of an alert `> [!TIP]`.
    pub tip: String,
    /// Title of an alert `> [!IMPORTANT]`.
    pub important: String,
    /// Title of an alert `> [!WARNING]`.
    pub warning: String,
    /// Title of an alert `> [!CAUTION]`.
    pub caution: String,
    /// Name of the link beside a heading; `{title}`.
    pub anchor: String,
    /// Name of the section of footnotes.
    pub footnotes: String,
    /// Name of the link from a footnote back to the text; `{number}`.
    pub back_to_reference: String,
    /// Name of a table that scrolls; `{number}`.
    pub table: String,
    /// Name of a ticked box in a task list.
    pub task_done: String,
    /// Name of an empty box in a task list.
    pub task_open: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            note: "Note".into(),
            tip: "Tip".into(),
            important: "Important".into(),
            warning: "Warning".into(),
            caution: "Caution".into(),
            anchor: "Link to “{title}”".into(),
            footnotes: "Notes".into(),
            back_to_reference: "Back to reference {number}".into(),
            table: "Table {number}".into(),
            task_done: "Done".into(),
            task_open: "To do".into(),
        }
    }
}
