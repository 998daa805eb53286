//! What enters: nothing. What leaves: the default theme and the centre that `init` makes, compiled into the program. It must not know any project.

use include_dir::{Dir, include_dir};

use crate::source::Source;

static THEME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");
static CENTRE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/init/centre");

/// The files of the default theme, as if they stood in `themes/default/`, sorted by path.
#[must_use]
pub fn theme() -> Vec<Source> {
    sources(&THEME, "themes/default/")
}

/// The files of a small working centre, sorted by path.
#[must_use]
pub fn centre() -> Vec<Source> {
    sources(&CENTRE, "")
}

fn sources(folder: &Dir<'_>, prefix: &str) -> Vec<Source> {
    fn collect(folder: &Dir<'_>, prefix: &str, sources: &mut Vec<Source>) {
        for file in folder.files() {
            // Windows separates the compiled-in paths by `\`.
            let path = file.path().to_string_lossy().replace('\\', "/");
            sources.push(Source::new(format!("{prefix}{path}"), file.contents()));
        }
        folder.dirs().for_each(|inner| collect(inner, prefix, sources));
    }
    let mut sources = Vec::new();
    collect(folder, prefix, &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}
