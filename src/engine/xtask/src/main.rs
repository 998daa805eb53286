//! `cargo xtask engine`: builds the browser engine from `src/engine` and writes it, its gzip and the digest of its inputs to `themes/default/static/search`.
//!
//! The same inputs give the same bytes from any folder: the toolchain is pinned, dependencies are locked, paths of the workspace, of
//! cargo's home and of the toolchain are remapped, and one target directory of its own keeps other builds' settings out.

#![expect(clippy::disallowed_methods, reason = "a build tool: files and commands are its matter")]

mod build;
mod inputs;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask engine [--check | --hash-only]

  (nothing)    builds the engine, writes engine.wasm, its gzip and engine.inputs
  --check      builds the engine in a temporary folder, fails if the committed bytes differ
  --hash-only  fails if the inputs are not those that the committed engine was built from; builds nothing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["engine"] => write(),
        ["engine", "--check"] => check(),
        ["engine", "--hash-only"] => check_inputs().map(|_| ()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Where things are.
struct Places {
    /// The engine's workspace.
    engine: PathBuf,
    /// The committed engine.
    wasm: PathBuf,
    /// The same, compressed for visitors.
    packed: PathBuf,
    /// The committed digest of its inputs.
    inputs: PathBuf,
    /// The file that pins the toolchain.
    toolchain: PathBuf,
}

fn places() -> Result<Places, String> {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (Some(engine), Some(root)) = (xtask.parent(), xtask.ancestors().nth(3)) else {
        return Err(format!("`{}` is not `src/engine/xtask` of a project", xtask.display()));
    };
    let search = root.join("themes/default/static/search");
    Ok(Places {
        engine: engine.to_owned(),
        wasm: search.join("engine.wasm"),
        packed: search.join("engine.wasm.gz"),
        inputs: search.join("engine.inputs"),
        toolchain: root.join("rust-toolchain.toml"),
    })
}

/// The engine's bytes, and their gzip.
fn built(places: &Places) -> Result<[(&Path, Vec<u8>); 2], String> {
    let wasm = build::build(&places.engine)?;
    let mut packed = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, &*wasm, &mut packed)
        .map_err(|error| format!("the engine can't be compressed: {error}"))?;
    Ok([(&places.wasm, wasm), (&places.packed, packed)])
}

fn write() -> Result<(), String> {
    let places = places()?;
    let digest = inputs::digest(&places.engine, &places.toolchain)?;
    for (path, bytes) in built(&places)? {
        std::fs::write(path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}: {} bytes", path.display(), bytes.len());
    }
    std::fs::write(&places.inputs, format!("{digest}\n"))
        .map_err(|error| format!("{}: {error}", places.inputs.display()))
}

fn check_inputs() -> Result<Places, String> {
    let places = places()?;
    let digest = inputs::digest(&places.engine, &places.toolchain)?;
    let committed = std::fs::read_to_string(&places.inputs).unwrap_or_default();
    if committed.trim() != digest {
        return Err(
            "the committed search engine is stale: its inputs have changed; run `cargo xtask engine`".to_owned()
        );
    }
    Ok(places)
}

fn check() -> Result<(), String> {
    let places = check_inputs()?;
    for (path, bytes) in built(&places)? {
        let committed = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        if bytes != committed {
            return Err(format!(
                "the committed search engine is not what its inputs give: {}: {} bytes committed, {} built; run `cargo xtask engine`",
                path.display(),
                committed.len(),
                bytes.len()
            ));
        }
        println!("the committed search engine is fresh: {}: {} bytes", path.display(), bytes.len());
    }
    Ok(())
}
