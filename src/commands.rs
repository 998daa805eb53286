//! What enters: what was typed. What leaves: what was meant, done, as an exit code. Here and in `commands/` the environment, the clock and the
//! terminal are read and passed on as arguments. It must not know how stages work.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::Reveal;
use crate::cli::{Cli, Command, ContentArgs};
use crate::communes::Communes;
use crate::diagnostic::{self, Diagnostic};
use crate::embedded;
use crate::markdown::Highlighter;
use crate::memo::Memo;
use crate::outlines::Outlines;
use crate::picture_cache::DiskCache;
use crate::pipeline::{Goal, Inputs, Options, Tools};
use crate::report::{self, Format, Look};
use crate::scan::{self, Scan};
use crate::source::Source;

mod build;
mod check;
mod clock;
mod completions;
mod import;
mod init;
mod new;
mod previous;
mod search;
mod serve;

/// The content has errors.
const CONTENT: u8 = 1;
/// Wrong usage or settings.
const USAGE: u8 = 2;
/// The disk, a permission, a port.
const ENVIRONMENT: u8 = 3;

/// Bytes that tell what a file is.
const BEGINNING: u64 = 64;

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
    help: Option<String>,
}

impl Failure {
    /// The command line or the settings are wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: USAGE, message: message.into(), help: None }
    }

    /// The disk, a permission or a port is in the way.
    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self { code: ENVIRONMENT, message: message.into(), help: None }
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "error: {}", self.message)?;
        self.help.iter().try_for_each(|help| writeln!(formatter, "  help: {help}"))
    }
}

/// What a command that ran to its end says.
pub(crate) type Outcome = Result<u8, Failure>;

/// Does what was typed; the result is the exit code.
#[must_use]
pub fn run(cli: &Cli) -> u8 {
    let outcome = match &cli.command {
        Command::Init(args) => init::run(cli, args),
        Command::New(args) => new::run(cli, args),
        Command::Import(args) => import::run(cli, args),
        Command::Check(args) => check::run(cli, args),
        Command::Build(args) => build::run(cli, args),
        Command::Search(args) => search::run(cli, args),
        Command::Serve(args) => serve::run(cli, args),
        Command::Completions(args) => completions::run(args),
    };
    outcome.unwrap_or_else(|failure| {
        // A closed error stream leaves nobody to tell.
        let _ = report::print_aside(&failure.to_string());
        failure.code
    })
}

/// The exit code of a run that found errors, or warnings that are denied: faulty settings are told from faulty content.
pub(crate) fn failed_with(diagnostics: &[Diagnostic]) -> u8 {
    if diagnostics.iter().any(is_unreadable) {
        return ENVIRONMENT;
    }
    let settings = |diagnostic: &&Diagnostic| diagnostic.is_error() && &*diagnostic.location.file == "site.toml";
    if diagnostics.iter().any(|diagnostic| settings(&diagnostic)) { USAGE } else { CONTENT }
}

/// Whether the system refused to give a file or a folder.
fn is_unreadable(diagnostic: &Diagnostic) -> bool {
    matches!(diagnostic.code, "unreadable-file" | "unreadable-folder")
}

/// A project's files, read.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) scan: Scan,
    pub(crate) embedded: Vec<Source>,
}

impl Project {
    /// Reads the project's files.
    pub(crate) fn read(cli: &Cli, memory: &mut scan::Memory) -> Result<Self, Failure> {
        let scan = scan::scan(&cli.root, memory).map_err(|error| Failure::environment(error.to_string()))?;
        Self::of(cli, scan, embedded::theme())
    }

    /// A project whose files were read.
    pub(crate) fn of(cli: &Cli, scan: Scan, embedded: Vec<Source>) -> Result<Self, Failure> {
        let root = cli.root.clone();
        let refused = |fault: &&Diagnostic| fault.is_error() && &*fault.location.file == "site.toml";
        if let Some(fault) = scan.diagnostics.iter().find(refused).filter(|_| scan.site.is_none()) {
            let failure = Failure::environment(format!("`site.toml` in `{}` {}", root.display(), fault.message));
            return Err(fault.help.iter().fold(failure, |failure, help| failure.help(help)));
        }
        if scan.site.is_none() {
            let message = format!("there is no `site.toml` in `{}`", root.display());
            return Err(Failure::usage(message)
                .help("go to the folder of a centre, name it with `-C DIR`, or make one with `maillage init DIR`"));
        }
        Ok(Self { root, scan, embedded })
    }

    /// What the system refused to give.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Diagnostic> {
        self.scan.diagnostics.iter().filter(|fault| is_unreadable(fault))
    }

    /// Adds what was said when the files were read. Where the system refused some of them, that alone is told: what they hold is missing everywhere.
    pub(crate) fn add_faults(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.refused().next().is_some() {
            diagnostics.clear();
        }
        diagnostics.extend(self.scan.diagnostics.iter().cloned());
        diagnostic::sort(diagnostics);
    }

    /// The files as the pipeline takes them.
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        Inputs {
            site: self.scan.site.as_ref(),
            content: &self.scan.content,
            themes: &self.scan.theme,
            embedded: &self.embedded,
        }
    }

    /// A memo that finds what earlier builds made of pictures.
    pub(crate) fn memo(&self, mut memo: Memo) -> Memo {
        memo.pictures.cache = Some(Arc::new(DiskCache::of(&self.root)));
        memo
    }

    /// The text of a project file, for reports.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        let embedded = || self.embedded.iter().find(|source| &*source.path == path);
        self.scan.get(path).or_else(embedded)?.readable()
    }

    /// Prints diagnostics: reports for machines on the standard output, for people on the error stream.
    /// Warnings are left out where only errors are asked for and warnings are none.
    pub(crate) fn report(
        &self,
        cli: &Cli,
        format: Format,
        diagnostics: &[Diagnostic],
        denied: bool,
    ) -> Result<(), Failure> {
        let text_of = |path: &str| self.text(path);
        let wanted = |diagnostic: &&Diagnostic| !cli.quiet || denied || diagnostic.is_error();
        let shown: Vec<Diagnostic> = diagnostics.iter().filter(wanted).cloned().collect();
        if cli.quiet && shown.is_empty() && format == Format::Human {
            return Ok(());
        }
        let look = Look::on(&std::io::stderr(), cli.color);
        let printed = match format {
            Format::Human => report::print_aside(&report::render(format, &shown, &text_of, look)),
            Format::Json | Format::Github | Format::Sarif => {
                report::print(&report::render(format, &shown, &text_of, Look::plain()))
            }
        };
        printed.map_err(|error| Failure::environment(format!("can't write: {error}")))
    }
}

/// Refuses to put a file in the place of one that this program did not write: of one that is there, whose text begins otherwise.
/// An empty one may go. `what` names what would be written.
pub(crate) fn refuse_foreign(path: &Path, what: &str, is_ours: impl Fn(&[u8]) -> bool) -> Result<(), Failure> {
    let Ok(found) = fs::metadata(path) else { return Ok(()) };
    let refused = |why: &str| {
        let message = format!("won't write {what} to `{}`: {why}", path.display());
        Failure::usage(message).help("name a file that is not there yet, or remove this one")
    };
    if found.is_dir() {
        return Err(refused("that is a folder"));
    }
    if !found.is_file() {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    read.map_err(|error| Failure::environment(format!("can't read `{}`: {error}", path.display())))?;
    if beginning.is_empty() || is_ours(&beginning) { Ok(()) } else { Err(refused("that is another file")) }
}

/// What takes time to make and serves every run.
pub(crate) fn tools() -> Tools {
    // A run asks for the outlines, which are made once.
    let (communes, _) = rayon::join(Communes::embedded, Outlines::embedded);
    Tools { communes, highlighter: Highlighter::new() }
}

/// The pipeline's options from the command line and the environment.
pub(crate) fn options(args: &ContentArgs, goal: Goal) -> Result<Options, Failure> {
    let reveal = Reveal { drafts: args.drafts, later: args.future };
    Ok(Options { goal, date: build_date(args)?, base_url: None, reveal })
}

/// `--date`, else SOURCE_DATE_EPOCH (reproducible-builds.org); what else there is, the catalogue knows.
fn build_date(args: &ContentArgs) -> Result<Option<Date>, Failure> {
    if let Some(text) = &args.date {
        let date = text
            .parse()
            .map_err(|_| Failure::usage(format!("`--date {text}` is no day")).help("write it like 2026-11-02"))?;
        return Ok(Some(date));
    }
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = epoch.to_str().and_then(|text| text.parse::<i64>().ok());
    let instant = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let instant = instant.ok_or_else(|| Failure::usage("SOURCE_DATE_EPOCH is no number of seconds since 1970"))?;
    Ok(Some(instant.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::diagnostic::Location;

    #[test]
    fn what_cant_be_read_is_the_systems_fault_and_told_alone() {
        let refused = |file: &str| {
            let fault = Diagnostic::error("unreadable-file", Location::start_of(&file.into()), "can't be read: no");
            fault.help("check the file's permissions")
        };
        let cli = Cli::parse_from(["maillage", "check"]);
        let without = Scan { diagnostics: vec![refused("site.toml")], ..Scan::default() };
        let failure = Project::of(&cli, without, Vec::new()).err().expect("a failure");
        assert_eq!((failure.code, failure.message.as_str()), (ENVIRONMENT, "`site.toml` in `.` can't be read: no"));
        let site = Some(Source::new("site.toml", *b""));
        let scan = Scan { site, diagnostics: vec![refused("content/docs/_collection.yaml")], ..Scan::default() };
        let project = Project::of(&cli, scan, Vec::new()).expect("a project");
        let mut said = vec![Diagnostic::error("no-collection", Location::start_of(&"content".into()), "missing")];
        project.add_faults(&mut said);
        assert_eq!(said, project.scan.diagnostics);
        assert_eq!(failed_with(&said), ENVIRONMENT);
        let definitions = new::definitions(&cli, &project, "docs").err().map(|failure| failure.code);
        assert_eq!(definitions, Some(ENVIRONMENT));
    }
}
