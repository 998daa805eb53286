//! What enters: cases and the CommonMark examples in `tests/markdown`, and hostile texts. What leaves: a verdict on the whole stage.

#![expect(clippy::disallowed_methods, reason = "tests read their data and the clock")]

mod cases;
mod commonmark;
mod hostile;

use std::sync::Arc;

use super::*;
use crate::picture::{Candidates, Loading, Picture};

/// Renders a text as if it were a whole file, with targets made from its links by `target`.
fn rendered(
    text: &str,
    style: &Style,
    highlighter: &Highlighter,
    target: impl Fn(&Link) -> Option<Target>,
) -> Rendered {
    let file: Arc<str> = "text.md".into();
    let body = Body::new(&file, text, 0);
    let parsed = parse(text);
    let outline = outline(&body, &parsed, &style.ids);
    let targets = outline.links.iter().filter_map(|link| Some((link.key()?, target(link)?))).collect();
    render(&body, &parsed, &Targets(targets), style, highlighter)
}
