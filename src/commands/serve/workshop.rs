//! What enters: looks at the project, each after something changed. What leaves: what the preview shows from then on.
//! It keeps what rebuilding needs: what was read, what was made from it, and the last good site.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;

use crate::cli::Cli;
use crate::commands::clock::{self, Clock};
use crate::commands::{Failure, Project, tools};
use crate::diagnostic::{Diagnostic, Location};
use crate::memo::Memo;
use crate::output::Output;
use crate::pipeline::{self, Deliver, Keep, Options, Run, Tools};
use crate::report::{self, Format};
use crate::scan::{self, Memory, Scan};
use crate::serve::{Fault, Preview, Readers, Snapshot};
use crate::site_path::SitePath;
use crate::source::Source;
use crate::watch::{Heard, Look};

/// How long begun sites may give way to newer saves one after the other. Then one is finished: what readers ask for has to come in the end.
const BEHIND: Duration = Duration::from_secs(1);

/// What rebuilding needs and keeps from time to time.
pub(super) struct Workshop {
    cli: Cli,
    options: Options,
    tools: Tools,
    embedded: Vec<Source>,
    memory: Memory,
    memo: Memo,
    /// What the preview is made from, and what was said of it.
    last: Option<(Scan, Vec<Diagnostic>)>,
    snapshot: Arc<Snapshot>,
    /// Since when begun sites give way to newer ones.
    behind: Option<Instant>,
    /// Which pages are open.
    readers: Readers,
    /// What changed until now.
    heard: Heard,
    /// Whether it is said why pages are made anew.
    explains: bool,
}

/// What came of a look.
#[derive(Debug)]
pub(super) enum Made {
    /// Nothing: the project is as it was.
    Nothing,
    /// Something is gone or faulty that may be on its way: it is not shown yet.
    Doubtful,
    /// What is begun will not be finished: there is something newer to look at. With it, where links in the project lead to now.
    Superseded(BTreeSet<PathBuf>),
    /// Another preview, and where links in the project lead to now.
    Preview(Preview, BTreeSet<PathBuf>),
}

impl Workshop {
    /// A workshop in which nothing was made yet.
    pub(super) fn new(cli: &Cli, options: Options, explains: bool, readers: Readers, heard: Heard) -> Self {
        Self {
            cli: cli.clone(),
            options,
            tools: tools(),
            embedded: crate::embedded::theme(),
            memory: Memory::default(),
            memo: Memo::default(),
            last: None,
            snapshot: Arc::new(Snapshot::new(Vec::new(), 0)),
            behind: None,
            readers,
            heard,
            explains,
        }
    }

    /// The first preview.
    ///
    /// # Errors
    /// When the folder can't be read, or is no project.
    pub(super) fn open(&mut self) -> Result<(Project, Preview), Failure> {
        let project = Project::read(&self.cli, &mut self.memory)?;
        self.memo = project.memo(Memo::default());
        let run = self.run(&project, Instant::now(), &Keep);
        let preview = self.accept(&project, run);
        Ok((project, preview))
    }

    /// Looks at the project again. What is ready early is shown early.
    pub(super) fn look(&mut self, look: &Look, previews: &Sender<Preview>) -> Made {
        let start = Instant::now();
        let project = match self.read(look) {
            Ok(project) => project,
            Err(_) if !look.is_believed(&self.heard) => return Made::Doubtful,
            Err(failure) => return self.lost(&failure),
        };
        let last = self.last.as_ref().map(|(scan, _)| scan);
        // What was not finished is gone on with.
        if self.snapshot.is_whole() && last.is_some_and(|last| last.is_same(&project.scan)) {
            return Made::Nothing;
        }
        if last.is_some_and(|last| !project.scan.has_all_of(last)) && !look.is_believed(&self.heard) {
            return Made::Doubtful;
        }
        let showing = Showing {
            before: Arc::clone(&self.snapshot),
            previews,
            readers: self.readers.clone(),
            heard: self.heard.clone(),
            gives_way: self.behind.is_none_or(|since| start.duration_since(since) < BEHIND),
            shown: OnceLock::new(),
        };
        let run = self.run(&project, start, &showing);
        let begun = showing.shown.into_inner();
        if run.is_superseded
            && let Some((begun, _)) = begun
        {
            self.snapshot = begun;
            self.behind.get_or_insert(start);
            self.last = Some((project.scan.clone(), self.last.take().map(|(_, said)| said).unwrap_or_default()));
            return Made::Superseded(project.scan.linked);
        }
        if run.failed() && begun.is_none() && !look.is_believed(&self.heard) {
            return Made::Doubtful;
        }
        let preview = self.accept(&project, run);
        Made::Preview(preview, project.scan.linked)
    }

    fn read(&mut self, look: &Look) -> Result<Project, Failure> {
        let root = &self.cli.root;
        let scanned = match &look.named {
            Some(named) => scan::rescan(root, &mut self.memory, named),
            None => scan::scan(root, &mut self.memory),
        };
        let scan = scanned.map_err(|error| Failure::environment(error.to_string()))?;
        Project::of(&self.cli, scan, self.embedded.clone())
    }

    fn run(&mut self, project: &Project, start: Instant, deliver: &dyn Deliver) -> Run {
        // Of the first site, every page is new.
        let clock = Clock::new(false, false).explaining(self.explains && self.last.is_some());
        let mut run =
            pipeline::run_into(&project.inputs(), &self.tools, &self.options, &mut self.memo, &clock, deliver);
        project.add_faults(&mut run.diagnostics);
        if !self.cli.quiet && !run.failed() {
            let line = format!("{} entries, {} pages in {} ms\n", run.entries, run.pages, start.elapsed().as_millis());
            let _ = report::print_aside(&line);
            if self.cli.verbose > 0 {
                let _ = report::print_aside(&clock::table(&clock.finish()));
            }
        }
        run
    }

    /// Takes a run as what the sources say: the new site, or the last good one with what is wrong.
    fn accept(&mut self, project: &Project, run: Run) -> Preview {
        let known = self.last.take().map(|(_, diagnostics)| diagnostics);
        self.behind = None;
        // What was said and is still so needs no repeating on every save.
        if known.as_ref() != Some(&run.diagnostics) && (known.is_some() || !run.diagnostics.is_empty()) {
            let _ = project.report(&self.cli, Format::Human, &run.diagnostics, false);
        }
        let errors = run.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let faults: Vec<Fault> = errors.map(|error| Fault::new(error, project.text(&error.location.file))).collect();
        let failed = run.failed();
        self.last = Some((project.scan.clone(), run.diagnostics));
        if !failed {
            let generation = self.snapshot.generation + 1;
            self.snapshot = Arc::new(Snapshot::new(run.outputs, generation).under(&run.base_path));
        } else if !self.snapshot.is_whole() {
            // What is still to come will not come now.
            self.snapshot = Arc::new(self.snapshot.settled());
        }
        Preview { snapshot: Arc::clone(&self.snapshot), faults: faults.into() }
    }

    /// The project can't be read any more: the last good site, and why.
    fn lost(&mut self, failure: &Failure) -> Made {
        let place = Location::start_of(&Arc::from("site.toml"));
        let fault =
            Diagnostic::error("no-centre", place, failure.message.clone()).help("the preview goes on once it is back");
        let said = vec![fault.clone()];
        if self.last.as_ref().is_some_and(|(_, known)| *known == said) {
            return Made::Nothing;
        }
        let _ = report::print_aside(&failure.to_string());
        self.last = Some((Scan::default(), said));
        let faults = Arc::from([Fault::new(&fault, None)]);
        if !self.snapshot.is_whole() {
            self.snapshot = Arc::new(self.snapshot.settled());
        }
        Made::Preview(Preview { snapshot: Arc::clone(&self.snapshot), faults }, BTreeSet::new())
    }
}

/// Shows a site as soon as what readers look at is ready.
struct Showing<'w> {
    before: Arc<Snapshot>,
    previews: &'w Sender<Preview>,
    readers: Readers,
    heard: Heard,
    /// Whether it may be left unfinished.
    gives_way: bool,
    /// What is shown early, and how many changes had been heard by then.
    shown: OnceLock<(Arc<Snapshot>, u64)>,
}

impl Deliver for Showing<'_> {
    fn take(&self, output: Output) -> Option<Output> {
        Some(output)
    }

    fn is_awaited(&self, path: &SitePath) -> bool {
        self.readers.have(path.as_str())
    }

    fn show(&self, ready: Vec<Output>, base_path: &str) {
        let begun = Arc::new(Snapshot::begun(ready, &self.before).under(base_path));
        self.shown.get_or_init(|| (Arc::clone(&begun), self.heard.count()));
        self.previews.send_replace(Preview { snapshot: begun, faults: Arc::from([]) });
    }

    /// A change that is heard while nothing is shown yet belongs to the same save: that is waited for.
    fn is_superseded(&self) -> bool {
        self.gives_way && self.shown.get().is_some_and(|(_, heard)| *heard != self.heard.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begun_site_gives_way_to_a_newer_save_unless_none_was_finished_for_long() {
        let (previews, _) = tokio::sync::watch::channel(Preview {
            snapshot: Arc::new(Snapshot::new(Vec::new(), 0)),
            faults: Arc::from([]),
        });
        let before = Arc::new(Snapshot::new(Vec::new(), 0));
        for gives_way in [true, false] {
            let showing = |heard| Showing {
                before: Arc::clone(&before),
                previews: &previews,
                readers: Readers::default(),
                heard: Heard::default(),
                gives_way,
                shown: OnceLock::from((Arc::clone(&before), heard)),
            };
            assert!(!showing(0).is_superseded(), "nothing is newer");
            assert_eq!(showing(1).is_superseded(), gives_way);
        }
    }
}
