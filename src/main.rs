//! The `maillage` program: reads the command line, does it, and exits with 0 (done), 1 (content), 2 (usage or settings) or 3 (environment).

use std::process::ExitCode;

use clap::Parser;
use maillage::cli::{Cli, Command};
use maillage::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The preview takes what a run has freed for the next one, so that a save waits for no memory.
    if !matches!(cli.command, Command::Serve(_)) {
        give_back_after(50);
    }
    ExitCode::from(commands::run(&cli))
}

/// Has the allocator give back to the system what nobody has taken again for so many milliseconds. Of itself it waits for a second, so that what one stage
/// of a build has freed counts beside what the next ones take.
#[expect(unsafe_code, reason = "mimalloc's options have no safe interface")]
fn give_back_after(milliseconds: std::ffi::c_long) {
    /// `mi_option_purge_delay` in `mimalloc.h`, for which the crate has no constant.
    const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
    // SAFETY: this stores a number in a table that the allocator reads when it frees pages; any number is a delay.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, milliseconds) };
}
