//! The `maillage` program: reads the command line, does it, and exits with 0 (done), 1 (content), 2 (usage or settings) or 3 (environment).

use std::process::ExitCode;

use clap::Parser;
use maillage::cli::{Cli, Command};
use maillage::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // In a build, what one stage has freed counts beside what the next ones take. The preview takes it again with the next save, whose reader would wait
    // while it is given back and fetched.
    give_back_after(if matches!(cli.command, Command::Serve(_)) { NEVER } else { 50 });
    ExitCode::from(commands::run(&cli))
}

/// The delay after which nothing is given back.
const NEVER: std::ffi::c_long = -1;

/// Has the allocator give back to the system what nobody has taken again for so many milliseconds; of itself it waits for a second.
#[expect(unsafe_code, reason = "mimalloc's options have no safe interface")]
fn give_back_after(milliseconds: std::ffi::c_long) {
    /// `mi_option_purge_delay` in `mimalloc.h`, for which the crate has no constant.
    const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
    // SAFETY: this stores a number in a table that the allocator reads when it frees pages; any number is a delay.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, milliseconds) };
}
