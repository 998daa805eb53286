//! `maillage build`: the whole site into a folder, with progress on a terminal and a summary.

use std::fmt::Write;
use std::fs::{self, OpenOptions};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::clock::{self, Clock, Timing};
use super::{Failure, Outcome, Project, failed_with, options, previous, refuse_foreign, tools};
use crate::cli::{BuildArgs, Cli};
use crate::dist::{DistError, Occupied, Staging, Target, Written};
use crate::memo::Memo;
use crate::output::Output;
use crate::pipeline::{self, Goal, Run};
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
    args.trace.iter().try_for_each(|path| prepare_trace(cli, path))?;
    // The folder to write may be given before there is one.
    if let Some(folder) = args.previous.as_ref().filter(|folder| !folder.is_dir() && **folder != args.output) {
        return Err(Failure::usage(format!("`--previous {}` is no folder", folder.display()))
            .help("name the folder of the site as it is published, or leave `--previous` out the first time"));
    }
    let clock = Clock::new(!cli.quiet && std::io::stderr().is_terminal(), args.trace.is_some());
    let (project, tools) = rayon::join(|| Project::read(cli, &mut Memory::default()), tools);
    let mut project = project?;
    let folder = if args.output.is_absolute() { args.output.clone() } else { project.root.join(&args.output) };
    let mut target = Target::new(folder, project.root.clone());
    target.occupied = if args.force { Occupied::Take } else { Occupied::Refuse };
    let writing = Writing::new(&target, cli.verbose > 0)?;
    let take = |output| writing.take(output);
    let mut memo = project.memo(Memo::forgetful());
    let mut content = std::mem::take(&mut project.scan.content);
    let mut run = pipeline::run_once(&project.inputs(), &mut content, &tools, &options, &mut memo, &clock, &take);
    project.add_faults(&mut run.diagnostics);
    // A report quotes files; of those that were used up, few have a fault that no stage before had found.
    let is_used_up = |file: &str| file.starts_with("content/") && content.iter().all(|source| &*source.path != file);
    if run.diagnostics.iter().any(|diagnostic| is_used_up(&diagnostic.location.file)) {
        content = Project::read(cli, &mut Memory::default())?.scan.content;
    }
    project.scan.content = content;
    let denied = args.deny_warnings && !run.diagnostics.is_empty();
    if run.failed() || denied {
        // What was staged goes; the site on disk stands as it was.
        drop(writing);
        clock.finish();
        project.report(cli, args.format, &run.diagnostics, denied)?;
        return Ok(failed_with(&run.diagnostics));
    }
    clock.enter("write");
    for output in args.previous.iter().map(|folder| previous::files(folder)).collect::<Result<Vec<_>, _>>()?.concat() {
        if !writing.staging.holds(&output.path) {
            writing.take(output);
        }
    }
    let (written, listed) = writing.finish()?;
    let timings = clock.finish();
    if !run.diagnostics.is_empty() {
        project.report(cli, args.format, &run.diagnostics, denied)?;
    }
    if let Some(path) = &args.trace {
        let failed = |error| Failure::environment(format!("can't write `{}`: {error}", path.display()));
        fs::write(path, clock.trace()).map_err(failed)?;
    }
    if let Some(folder) = &written.left {
        let _ = report::print_aside(&left_over(folder));
    }
    if args.timings {
        let _ = report::print_aside(&clock::table(&timings));
    }
    if !cli.quiet {
        let summary = summary(&run, &written, &target.folder.display().to_string(), start.elapsed(), &timings, &listed);
        let _ = report::print_aside(&summary);
    }
    // The program ends, and the system takes all back at once.
    std::mem::forget((project, tools, memo));
    Ok(0)
}

/// Finds out whether a trace can be written, before there is one. What is there must be a trace, and no source of the project.
fn prepare_trace(cli: &Cli, path: &Path) -> Result<(), Failure> {
    refuse_foreign(path, "a trace", clock::is_trace)?;
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    if ["content", "themes"].iter().any(|sources| folder.starts_with(real(&cli.root.join(sources)))) {
        let message = format!("won't write a trace to `{}`: it lies among the project's sources", path.display());
        return Err(Failure::usage(message).help("name a file in another folder"));
    }
    let is_new = fs::symlink_metadata(path).is_err();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(|error| Failure::environment(format!("can't write `{}`: {error}", path.display())))?;
    if is_new {
        // The site may fail, and an empty file would tell nothing.
        let _ = fs::remove_file(path);
    }
    Ok(())
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

/// What is said where the new site stands, and the old one could not be removed whole.
fn left_over(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "warning: the site is published, but something of the old one can't be removed from `{folder}`\n  \
         help: remove that folder, or give yourself the right to write in its folders; until then no build can begin\n"
    )
}

fn summary(
    run: &Run,
    written: &Written,
    folder: &str,
    total: Duration,
    timings: &[Timing],
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
    let stages: Vec<String> =
        timings.iter().map(|timing| format!("{} {}", timing.name, milliseconds(timing.wall))).collect();
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
