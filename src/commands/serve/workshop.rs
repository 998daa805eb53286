//! What enters: looks at the project, each after something changed. What leaves: what the preview shows from then on.
//! It keeps what rebuilding needs: what was read, what was made from it, and the last good site.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::cli::Cli;
use crate::commands::{Failure, Project, tools};
use crate::diagnostic::{self, Diagnostic, Location};
use crate::memo::Memo;
use crate::pipeline::{self, Options, Run, Tools};
use crate::report::{self, Format};
use crate::scan::{self, Memory, Scan};
use crate::serve::{Fault, Preview, Snapshot};
use crate::source::Source;
use crate::watch::Look;

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
}

/// What came of a look.
#[derive(Debug)]
pub(super) enum Made {
    /// Nothing: the project is as it was.
    Nothing,
    /// Something is gone or faulty that may be on its way: it is not shown yet.
    Doubtful,
    /// Another preview, and where links in the project lead to now.
    Preview(Preview, BTreeSet<PathBuf>),
}

impl Workshop {
    /// A workshop in which nothing was made yet.
    pub(super) fn new(cli: &Cli, options: Options) -> Self {
        Self {
            cli: cli.clone(),
            options,
            tools: tools(),
            embedded: crate::embedded::theme(),
            memory: Memory::default(),
            memo: Memo::default(),
            last: None,
            snapshot: Arc::new(Snapshot::new(Vec::new(), 0)),
        }
    }

    /// The first preview.
    ///
    /// # Errors
    /// When the folder can't be read, or is no project.
    pub(super) fn open(&mut self) -> Result<(Project, Preview), Failure> {
        let project = Project::read(&self.cli, &mut self.memory)?;
        self.memo = project.memo(Memo::default());
        let run = self.run(&project, Instant::now());
        let preview = self.accept(&project, run);
        Ok((project, preview))
    }

    /// Looks at the project again.
    pub(super) fn look(&mut self, look: &Look) -> Made {
        let start = Instant::now();
        let project = match self.read(look) {
            Ok(project) => project,
            Err(_) if !look.is_calm => return Made::Doubtful,
            Err(failure) => return self.lost(&failure),
        };
        let last = self.last.as_ref().map(|(scan, _)| scan);
        if last.is_some_and(|last| last.is_same(&project.scan)) {
            return Made::Nothing;
        }
        let is_gone = |source: &Source| project.scan.get(&source.path).is_none();
        if !look.is_calm && last.is_some_and(|last| last.files().any(is_gone)) {
            return Made::Doubtful;
        }
        let run = self.run(&project, start);
        if run.failed() && !look.is_calm {
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

    fn run(&mut self, project: &Project, start: Instant) -> Run {
        let mut run = pipeline::run(&project.inputs(), &self.tools, &self.options, &mut self.memo, &mut |_| ());
        run.diagnostics.extend(project.scan.diagnostics.iter().cloned());
        diagnostic::sort(&mut run.diagnostics);
        if !self.cli.quiet && !run.failed() {
            let line = format!("{} entries, {} pages in {} ms\n", run.entries, run.pages, start.elapsed().as_millis());
            let _ = report::print_aside(&line);
        }
        run
    }

    /// Takes a run as what the sources say: the new site, or the last good one with what is wrong.
    fn accept(&mut self, project: &Project, run: Run) -> Preview {
        let known = self.last.take().map(|(_, diagnostics)| diagnostics);
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
        Made::Preview(Preview { snapshot: Arc::clone(&self.snapshot), faults }, BTreeSet::new())
    }
}
