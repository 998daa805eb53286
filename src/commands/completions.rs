//! `maillage completions`: the command line's grammar for a shell.

use clap::CommandFactory;

use super::{Failure, Outcome};
use crate::cli::{Cli, CompletionsArgs};
use crate::report;

/// Prints the completions.
pub(super) fn run(args: &CompletionsArgs) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "maillage", &mut script);
    report::print(&String::from_utf8_lossy(&script))
        .map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    Ok(0)
}
