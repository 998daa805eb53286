//! `maillage check`: everything is parsed, resolved and rendered; nothing is written.

use super::{Outcome, Project, failed_with, options, tools};
use crate::cli::{CheckArgs, Cli};
use crate::memo::Memo;
use crate::pipeline::{self, Goal, Unobserved};
use crate::report::{self, Format};
use crate::scan::Memory;

/// Checks the centre.
pub(super) fn run(cli: &Cli, args: &CheckArgs) -> Outcome {
    let project = Project::read(cli, &mut Memory::default())?;
    let options = options(&args.content, Goal::Check)?;
    let mut memo = project.memo(Memo::forgetful());
    let mut run = pipeline::run(&project.inputs(), &tools(), &options, &mut memo, &Unobserved);
    project.add_faults(&mut run.diagnostics);
    let denied = args.deny_warnings && !run.diagnostics.is_empty();
    project.report(cli, args.format, &run.diagnostics, denied)?;
    if args.format == Format::Human && !cli.quiet && !run.failed() {
        let _ = report::print_aside(&format!("{} entries, {} pages checked\n", run.entries, run.pages));
    }
    Ok(if run.failed() || denied { failed_with(&run.diagnostics) } else { 0 })
}
