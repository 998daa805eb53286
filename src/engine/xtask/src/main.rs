//! `cargo xtask engine`: builds the browser engine from `src/engine` and writes it, with the digest of its inputs, to `themes/default/static/search`.
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

  (nothing)    builds the engine, writes engine.wasm and engine.inputs
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
        inputs: search.join("engine.inputs"),
        toolchain: root.join("rust-toolchain.toml"),
    })
}

fn write() -> Result<(), String> {
    let places = places()?;
    let digest = inputs::digest(&places.engine, &places.toolchain)?;
    let wasm = build::build(&places.engine)?;
    std::fs::write(&places.wasm, &wasm).map_err(|error| format!("{}: {error}", places.wasm.display()))?;
    std::fs::write(&places.inputs, format!("{digest}\n"))
        .map_err(|error| format!("{}: {error}", places.inputs.display()))?;
    println!("{}: {} bytes", places.wasm.display(), wasm.len());
    Ok(())
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
    let wasm = build::build(&places.engine)?;
    let committed = std::fs::read(&places.wasm).map_err(|error| format!("{}: {error}", places.wasm.display()))?;
    if wasm != committed {
        let message = "the committed search engine is not what its inputs give";
        return Err(format!(
            "{message}: {} bytes committed, {} built; run `cargo xtask engine`",
            committed.len(),
            wasm.len()
        ));
    }
    println!("the committed search engine is fresh: {} bytes", wasm.len());
    Ok(())
}
