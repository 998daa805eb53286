//! `maillage serve`: the site in memory, rebuilt on every save, with the last good version kept while there are faults.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::watch::{Sender, channel};

use super::{Failure, Outcome, Project, options, tools};
use crate::cli::{Cli, ServeArgs};
use crate::diagnostic;
use crate::memo::Memo;
use crate::pipeline::{self, Goal, Options, Run, Tools};
use crate::report::{self, Format};
use crate::scan::Memory;
use crate::serve::{self, Fault, Preview, Snapshot};
use crate::watch::{self, Signal};

/// Serves until the program is interrupted.
pub(super) fn run(cli: &Cli, args: &ServeArgs) -> Outcome {
    let host: IpAddr = args.host.parse().map_err(|_| {
        Failure::usage(format!("`--host {}` is no address", args.host)).help("write it like 127.0.0.1 or ::1")
    })?;
    let options = options(&args.content, Goal::Site)?;
    let mut workshop = Workshop {
        cli: cli.clone(),
        options,
        tools: tools(),
        memory: Memory::default(),
        memo: Memo::default(),
        generation: 0,
    };
    let project = Project::read(cli, &mut workshop.memory)?;
    let first = workshop.make(&project, None)?;
    let base = first.snapshot.base().to_owned();
    let (previews, seen) = channel(first);
    let root = project.root.clone();
    let linked = project.scan.linked.clone();
    drop(project);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(|error| Failure::environment(format!("can't start the server: {error}")))?;
    runtime.block_on(async {
        let listener = serve::listen(host, args.port).await.map_err(|error| Failure::environment(error.to_string()))?;
        let address = listener.local_addr().map_err(|error| Failure::environment(error.to_string()))?;
        let url = serve::url(address, &base);
        let _ = report::print(&format!("{url}\n"));
        if !cli.quiet {
            let _ = report::print_aside("watching `site.toml`, `content/` and `themes/`; Ctrl-C ends\n");
        }
        let watching = follow(&root, workshop, previews)?;
        if let Some(watching) = watching.lock().ok().as_ref().and_then(|slot| slot.as_ref()) {
            watching.follow(&linked);
        }
        if args.open {
            open(&url);
        }
        let names = if host.is_loopback() { Vec::new() } else { vec![host.to_string()] };
        let stop = async {
            // Without a signal to wait for, the server runs until it is killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        serve::run(listener, names, seen, stop)
            .await
            .map_err(|error| Failure::environment(format!("the server stopped: {error}")))?;
        drop(watching);
        Ok(0)
    })
}

/// A watcher that is shared with the call that it makes.
type Watching = Arc<Mutex<Option<watch::Watch>>>;

/// Rebuilds on every change; the watcher ends with the value.
fn follow(root: &std::path::Path, mut workshop: Workshop, previews: Sender<Preview>) -> Result<Watching, Failure> {
    let slot: Watching = Arc::new(Mutex::new(None));
    let inner = Arc::clone(&slot);
    let on_signal = move |signal: Signal| match signal {
        Signal::Polling(line) => {
            let _ = report::print_aside(&format!("{line}\n"));
        }
        Signal::Changed => {
            let last = Arc::clone(&previews.borrow().snapshot);
            if let Some((preview, linked)) = workshop.remake(last) {
                if let Some(watching) = inner.lock().ok().as_ref().and_then(|slot| slot.as_ref()) {
                    watching.follow(&linked);
                }
                previews.send_replace(preview);
            }
        }
    };
    let watching = watch::watch(root, on_signal)
        .map_err(|error| Failure::environment(format!("can't watch `{}`: {error}", root.display())))?;
    if let Ok(mut slot) = slot.lock() {
        *slot = Some(watching);
    }
    Ok(slot)
}

/// What rebuilding needs and keeps from time to time.
struct Workshop {
    cli: Cli,
    options: Options,
    tools: Tools,
    memory: Memory,
    memo: Memo,
    generation: u64,
}

impl Workshop {
    /// The preview of a project: the new site, or the last one with what is wrong.
    fn make(&mut self, project: &Project, last: Option<Arc<Snapshot>>) -> Result<Preview, Failure> {
        let start = Instant::now();
        let mut run = pipeline::run(&project.inputs(), &self.tools, &self.options, &mut self.memo, &mut |_| ());
        run.diagnostics.extend(project.scan.diagnostics.iter().cloned());
        diagnostic::sort(&mut run.diagnostics);
        if !run.diagnostics.is_empty() {
            project.report(&self.cli, Format::Human, &run.diagnostics, false)?;
        }
        let texts = project.texts();
        let errors = run.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let faults: Vec<Fault> =
            errors.map(|error| Fault::new(error, texts.get(&*error.location.file).copied())).collect();
        let snapshot = match last {
            Some(last) if run.failed() => last,
            _ => self.snapshot(run, start),
        };
        Ok(Preview { snapshot, faults: faults.into() })
    }

    fn snapshot(&mut self, run: Run, start: Instant) -> Arc<Snapshot> {
        if !self.cli.quiet && !run.failed() {
            let line = format!("{} entries, {} pages in {} ms\n", run.entries, run.pages, start.elapsed().as_millis());
            let _ = report::print_aside(&line);
        }
        self.generation += 1;
        Arc::new(Snapshot::new(run.outputs, self.generation).under(&run.base_path))
    }

    /// Reads the project again; `None` when nothing changed, or when it can't be read (which is said).
    fn remake(&mut self, last: Arc<Snapshot>) -> Option<(Preview, std::collections::BTreeSet<std::path::PathBuf>)> {
        let made = Project::read(&self.cli, &mut self.memory).and_then(|project| {
            let linked = project.scan.linked.clone();
            self.make(&project, Some(last)).map(|preview| (preview, linked))
        });
        made.map_err(|failure| drop(report::print_aside(&failure.to_string()))).ok()
    }
}

/// Opens the preview in the browser of the desktop; where that fails, the address stands in the terminal.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let _ = std::process::Command::new(program).arg(url).spawn();
}
