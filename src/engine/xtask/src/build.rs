//! The engine's workspace in, a WebAssembly module out. Installs the target where it is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the engine.
pub(crate) fn build(engine: &Path) -> Result<Vec<u8>, String> {
    install_target(engine)?;
    // A target directory of its own, apart from the tests' one, which is built with other features.
    let output = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder).join("browser-engine"),
        None => engine.join("target/browser-engine"),
    };
    let mut flags = vec!["--cfg=getrandom_backend=\"custom\"".to_owned()];
    for (from, to) in
        [(Some(engine.to_owned()), "/engine"), (cargo_home(), "/cargo"), (toolchain(engine), "/toolchain")]
    {
        if let Some(from) = from {
            flags.push(format!("--remap-path-prefix={}={to}", from.display()));
        }
    }
    let status = Command::new("cargo")
        .current_dir(engine)
        .args([
            "build",
            "--release",
            "--locked",
            "--target",
            TARGET,
            "--package",
            "maillage-search-browser",
            "--target-dir",
        ])
        .arg(&output)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WRAPPER")
        .env("CARGO_INCREMENTAL", "0")
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("the engine does not build ({status})")),
        Err(error) => return Err(format!("cargo can't be run: {error}")),
    }
    let module = output.join(TARGET).join("release/maillage_search_browser.wasm");
    std::fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))
}

fn cargo_home() -> Option<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Some(PathBuf::from(home));
    }
    std::env::home_dir().map(|home| home.join(".cargo"))
}

fn toolchain(engine: &Path) -> Option<PathBuf> {
    let output = Command::new("rustc").current_dir(engine).args(["--print", "sysroot"]).output().ok()?;
    let sysroot = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(sysroot.trim()))
}

/// Adds the target by rustup if the toolchain lacks it.
fn install_target(engine: &Path) -> Result<(), String> {
    let present = toolchain(engine).is_some_and(|toolchain| toolchain.join("lib/rustlib").join(TARGET).is_dir());
    if present {
        return Ok(());
    }
    eprintln!("adding the target {TARGET}");
    let status = Command::new("rustup").current_dir(engine).args(["target", "add", TARGET]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("the target {TARGET} is missing; add it with `rustup target add {TARGET}`")),
    }
}
