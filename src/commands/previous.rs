//! What enters: the folder of an earlier build. What leaves: those of its files that pages which are open in browsers may still ask for: the search that
//! they have begun, and their scripts and styles. It must not know what is built now.
//!
//! Both have names made of their content, so that they can stand beside the new ones. What that build itself had kept of an earlier one is left out: pages
//! are seldom open for two publications.

use std::path::Path;

use maillage_search::{FetchError, OpenError};
use walkdir::WalkDir;

use super::Failure;
use crate::output::Output;
use crate::site_path::SitePath;

/// Where the page at the root says which folder of assets it uses.
const HOME: &str = "index.html";
const ASSETS: &str = "assets/";

/// The files of an earlier build that its open pages need; none where the folder holds no site.
///
/// # Errors
/// When its search is damaged, or a file can't be read.
pub(super) fn files(folder: &Path) -> Result<Vec<Output>, Failure> {
    let mut files = Vec::new();
    let search = folder.join("search");
    if search.join("current.json").is_file() {
        let names = maillage_search::generation_files(|name| std::fs::read(search.join(name)).ok());
        let names = names.or_else(|error| match error {
            // An older program made it: open pages are told that the search was updated.
            FetchError::Open(OpenError::Foreign) => Ok(Vec::new()),
            error => {
                let message = format!("can't keep the search of `{}`: {error}", folder.display());
                Err(Failure::environment(message).help("name the folder of a whole build, or leave `--previous` out"))
            }
        });
        for name in names? {
            files.push(output(folder, &format!("search/{name}"))?);
        }
    }
    if let Some(assets) = assets(folder) {
        for entry in WalkDir::new(folder.join(&assets)).sort_by_file_name().into_iter().filter_map(Result::ok) {
            let below = entry.path().strip_prefix(folder).ok().and_then(Path::to_str);
            if let Some(path) = below.filter(|_| entry.file_type().is_file()) {
                files.push(output(folder, &path.replace('\\', "/"))?);
            }
        }
    }
    Ok(files)
}

/// The folder of assets that the pages of a build use: `assets/0123456789abcdef`.
fn assets(folder: &Path) -> Option<String> {
    let home = std::fs::read_to_string(folder.join(HOME)).ok()?;
    let (_, after) = home.split_once(ASSETS)?;
    let name = &after[..after.find('/')?];
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("{ASSETS}{name}"))
}

fn output(folder: &Path, path: &str) -> Result<Output, Failure> {
    let bytes = std::fs::read(folder.join(path)).map_err(|error| {
        Failure::environment(format!("can't read `{}`: {error}", folder.join(path).display()))
            .help("name the folder of a whole build, or leave `--previous` out")
    })?;
    Ok(Output::new(SitePath::new(path), bytes))
}
