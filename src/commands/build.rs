//! `maillage build`: the whole site into a folder, with progress on a terminal and a summary.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, Project, failed_with, options, tools};
use crate::cli::{BuildArgs, Cli};
use crate::dist::{DistError, Occupied, Staging, Target, Written};
use crate::memo::Memo;
use crate::output::Output;
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
    let folder = if args.output.is_absolute() { args.output.clone() } else { project.root.join(&args.output) };
    let mut target = Target::new(folder, project.root.clone());
    target.occupied = if args.force { Occupied::Take } else { Occupied::Refuse };
    let writing = Writing::new(&target, cli.verbose > 0)?;
    let enter = &mut |stage| clock.enter(name(stage));
    let mut memo = project.memo(Memo::forgetful());
    let mut run =
        pipeline::run_into(&project.inputs(), &tools, &options, &mut memo, enter, &|output| writing.take(output));
    run.diagnostics.extend(project.scan.diagnostics.iter().cloned());
    crate::diagnostic::sort(&mut run.diagnostics);
    let denied = args.deny_warnings && !run.diagnostics.is_empty();
    if run.failed() || denied {
        // What was staged goes; the site on disk stands as it was.
        drop(writing);
        clock.finish();
        project.report(cli, args.format, &run.diagnostics, denied)?;
        return Ok(failed_with(&run.diagnostics));
    }
    clock.enter("write");
    let (written, listed) = writing.finish()?;
    let timings = clock.finish();
    if !run.diagnostics.is_empty() {
        project.report(cli, args.format, &run.diagnostics, denied)?;
    }
    if !cli.quiet {
        let summary = summary(&run, &written, &target.folder.display().to_string(), start.elapsed(), &timings, &listed);
        let _ = report::print_aside(&summary);
    }
    Ok(0)
}

/// A site that is written while it is being made.
struct Writing {
    staging: Staging,
    /// The first thing that went wrong.
    failed: Mutex<Option<DistError>>,
    /// The files' paths and bytes, where they are asked for.
    listed: Option<Mutex<Vec<(String, usize)>>>,
}

impl Writing {
    fn new(target: &Target, verbose: bool) -> Result<Self, Failure> {
        let staging = Staging::open(target).map_err(failure)?;
        Ok(Self { staging, failed: Mutex::default(), listed: verbose.then(Mutex::default) })
    }

    /// Writes a file; nothing of it stays in memory.
    fn take(&self, output: Output) -> Option<Output> {
        if let Err(error) = self.staging.put(&output) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
        if let Some(listed) = &self.listed {
            let line = (output.path.to_string(), output.bytes.len());
            listed.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        None
    }

    /// Lets the site take its place, unless something went wrong.
    fn finish(self) -> Result<(Written, Vec<(String, usize)>), Failure> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure(error));
        }
        let listed = self.listed.map(|listed| listed.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut listed = listed.unwrap_or_default();
        listed.sort();
        Ok((self.staging.finish().map_err(failure)?, listed))
    }
}

fn failure(error: DistError) -> Failure {
    let failure = match error {
        DistError::Refused { .. } | DistError::InTheWay(_) => Failure::usage(error.to_string()),
        DistError::Busy(_) | DistError::UnsafePath(_) | DistError::Twice(_) | DistError::Io { .. } => {
            Failure::environment(error.to_string())
        }
    };
    failure.help(error.help())
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Parse => "parse",
        Stage::Catalogue => "catalogue",
        Stage::Pictures => "pictures",
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
    listed: &[(String, usize)],
) -> String {
    let mut text = format!(
        "{folder}: {} entries, {} pages, {} files, {}\n",
        run.entries,
        run.pages,
        written.files,
        megabytes(written.bytes)
    );
    // Writing to a text never fails.
    let _ = writeln!(text, "  search: {} files, {}", run.pack.0, megabytes(run.pack.1 as u64));
    let _ = writeln!(text, "  {} written, {} unchanged, {} removed", written.written, written.linked, written.removed);
    let stages: Vec<String> = timings.iter().map(|(stage, time)| format!("{stage} {}", milliseconds(*time))).collect();
    let _ = writeln!(text, "  {}: {}", milliseconds(total), stages.join(", "));
    for (path, bytes) in listed {
        let _ = writeln!(text, "  {path} {bytes} bytes");
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
const STEPS: u64 = 9;

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
