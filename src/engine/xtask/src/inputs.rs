//! The engine's workspace and the pinned toolchain in, one digest out. The same on every system: paths with `/`, line ends as committed.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use walkdir::WalkDir;

/// What lies in the workspace without being an input of the engine.
const NOT_INPUTS: [&str; 4] = ["target", "xtask/target", "search/tests", "README.md"];

/// Digest of all inputs, in hexadecimal.
pub(crate) fn digest(engine: &Path, toolchain: &Path) -> Result<String, String> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let walk = WalkDir::new(engine)
        .into_iter()
        .filter_entry(|entry| !NOT_INPUTS.contains(&relative(engine, entry.path()).as_str()));
    for entry in walk {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            files.push((relative(engine, entry.path()), read(entry.path())?));
        }
    }
    files.sort();
    files.push(("rust-toolchain.toml".to_owned(), read(toolchain)?));
    let mut digest = Sha256::new();
    for (name, content) in files {
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name.as_bytes());
        digest.update((content.len() as u64).to_le_bytes());
        digest.update(&content);
    }
    Ok(digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut content = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    content.retain(|byte| *byte != b'\r');
    Ok(content)
}
