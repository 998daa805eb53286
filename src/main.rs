//! The `maillage` program: reads the command line, does it, and exits with 0 (done), 1 (content), 2 (usage or settings) or 3 (environment).

use std::process::ExitCode;

use clap::Parser;
use maillage::cli::Cli;
use maillage::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(commands::run(&Cli::parse()))
}
