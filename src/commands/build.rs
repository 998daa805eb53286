//! `maillage build`: the whole site into a folder, with progress on a terminal and a summary.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, Project, failed_with, options, tools};
use crate::cli::{BuildArgs, Cli};
use crate::dist::{self, DistError, Occupied, Target, Written};
use crate::memo::Memo;
use crate::pipeline::{self, Goal, Run, Stage};
use crate::report::{self};
use crate::scan::Memory;
use crate::settings::BaseUrl;

/// Builds the site.
pub(super) fn run(cli: &Cli, args: &BuildArgs) -> Outcome {
    let start = Instant::now();
    let mut options = options(&args.content, Goal::Site)?;
    if let Some(text) = &args.base_url {
        let url = BaseUrl::parse(text).map_err(|fault| Failure::usage(format!("`--base-url {text}` {fault}")))?;
        options.base_url = Some(url);
    }
    let mut clock = Clock::new(!cli.quiet && std::io::stderr().is_terminal());
    let project = Project::read(cli, &mut Memory::default())?;
    let tools = tools();
    let mut run =
        pipeline::run(&project.inputs(), &tools, &options, &mut Memo::default(), &mut |stage| clock.enter(name(stage)));
    run.diagnostics.extend(project.scan.diagnostics.iter().cloned());
    crate::diagnostic::sort(&mut run.diagnostics);
    let denied = args.deny_warnings && !run.diagnostics.is_empty();
    if run.failed() || denied {
        clock.finish();
        project.report(cli, args.format, &run.diagnostics, denied)?;
        return Ok(failed_with(&run.diagnostics));
    }
    clock.enter("write");
    let folder = if args.output.is_absolute() { args.output.clone() } else { project.root.join(&args.output) };
    let mut target = Target::new(folder, project.root.clone());
    target.occupied = if args.force { Occupied::Take } else { Occupied::Refuse };
    let written = dist::write(&run.outputs, &target).map_err(|error| {
        let failure = match error {
            DistError::Refused { .. } | DistError::InTheWay(_) => Failure::usage(error.to_string()),
            DistError::Busy(_) | DistError::UnsafePath(_) | DistError::Twice(_) | DistError::Io { .. } => {
                Failure::environment(error.to_string())
            }
        };
        failure.help(error.help())
    })?;
    let timings = clock.finish();
    if !run.diagnostics.is_empty() {
        project.report(cli, args.format, &run.diagnostics, denied)?;
    }
    if !cli.quiet {
        let summary =
            summary(&run, &written, &target.folder.display().to_string(), start.elapsed(), &timings, cli.verbose > 0);
        let _ = report::print_aside(&summary);
    }
    Ok(0)
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Parse => "parse",
        Stage::Catalogue => "catalogue",
        Stage::Markdown => "markdown",
        Stage::Plan => "plan",
        Stage::Render => "render",
        Stage::Index => "index",
        Stage::Done => "done",
    }
}

fn summary(
    run: &Run,
    written: &Written,
    folder: &str,
    total: Duration,
    timings: &[(&str, Duration)],
    verbose: bool,
) -> String {
    let pack: Vec<&crate::output::Output> =
        run.outputs.iter().filter(|output| output.path.as_str().starts_with("search/")).collect();
    let pack_bytes: usize = pack.iter().map(|output| output.bytes.len()).sum();
    let mut text = format!(
        "{folder}: {} entries, {} pages, {} files, {}\n",
        run.entries,
        run.pages,
        written.files,
        megabytes(written.bytes)
    );
    // Writing to a text never fails.
    let _ = writeln!(text, "  search: {} files, {}", pack.len(), megabytes(pack_bytes as u64));
    let _ = writeln!(text, "  {} written, {} unchanged, {} removed", written.written, written.linked, written.removed);
    let stages: Vec<String> = timings.iter().map(|(stage, time)| format!("{stage} {}", milliseconds(*time))).collect();
    let _ = writeln!(text, "  {}: {}", milliseconds(total), stages.join(", "));
    if verbose {
        for output in &run.outputs {
            let _ = writeln!(text, "  {} {} bytes", output.path, output.bytes.len());
        }
    }
    text
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// Measures the stages and shows them on a terminal.
struct Clock {
    bar: Option<ProgressBar>,
    stages: Vec<(&'static str, Duration)>,
    current: Option<(&'static str, Instant)>,
}

/// `read`, the stages of the pipeline, `write`.
const STEPS: u64 = 8;

impl Clock {
    fn new(visible: bool) -> Self {
        let bar = visible.then(|| {
            let bar = ProgressBar::new(STEPS);
            let style = ProgressStyle::with_template("{spinner} {bar:24} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let mut clock = Self { bar, stages: Vec::new(), current: None };
        clock.enter("read");
        clock
    }

    fn enter(&mut self, stage: &'static str) {
        self.leave();
        if stage != "done" {
            self.current = Some((stage, Instant::now()));
            if let Some(bar) = &self.bar {
                bar.set_message(stage);
                bar.inc(1);
            }
        }
    }

    fn leave(&mut self) {
        if let Some((stage, since)) = self.current.take() {
            self.stages.push((stage, since.elapsed()));
        }
    }

    fn finish(mut self) -> Vec<(&'static str, Duration)> {
        self.leave();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        std::mem::take(&mut self.stages)
    }
}
