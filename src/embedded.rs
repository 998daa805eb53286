//! What enters: nothing. What leaves: the default theme, compiled into the program. It must not know any project.

use include_dir::{Dir, include_dir};

use crate::source::Source;

static THEME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The files of the default theme, as if they stood in `themes/default/`, sorted by path.
#[must_use]
pub fn theme() -> Vec<Source> {
    fn collect(folder: &Dir<'_>, sources: &mut Vec<Source>) {
        for file in folder.files() {
            // Windows separates the compiled-in paths by `\`.
            let path = file.path().to_string_lossy().replace('\\', "/");
            sources.push(Source::new(format!("themes/default/{path}"), file.contents()));
        }
        folder.dirs().for_each(|inner| collect(inner, sources));
    }
    let mut sources = Vec::new();
    collect(&THEME, &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}
