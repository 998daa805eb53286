//! `maillage serve`: the site in memory, rebuilt on every save, with the last good version kept while there are faults.

mod workshop;

use std::future::{Future, pending};
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::sync::watch::{Sender, channel};

use super::{Failure, Outcome, options};
use crate::cli::{Cli, ServeArgs};
use crate::pipeline::Goal;
use crate::report;
use crate::serve::{self, Preview, Readers};
use crate::watch::{self, Heard, Seen, Signal};

use workshop::{Made, Workshop};

/// Serves until the program is interrupted.
pub(super) fn run(cli: &Cli, args: &ServeArgs) -> Outcome {
    let host: IpAddr = args.host.parse().map_err(|_| {
        Failure::usage(format!("`--host {}` is no address", args.host)).help("write it like 127.0.0.1 or ::1")
    })?;
    for name in &args.allow_host {
        serve::name_alone(name).map_err(|meant| {
            let meant = meant.unwrap_or("preview.example");
            Failure::usage(format!("`--allow-host {name}` is no name alone")).help(format!("write it like {meant}"))
        })?;
    }
    let options = options(&args.content, Goal::Site)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(|error| Failure::environment(format!("can't start the server: {error}")))?;
    let serves = Arc::new(AtomicBool::new(false));
    let ended = end(&runtime, &serves);
    let (readers, heard) = (Readers::default(), Heard::default());
    let mut workshop = Workshop::new(cli, options, args.explain, readers.clone(), heard.clone());
    let (project, first) = workshop.open()?;
    let base = first.snapshot.base().to_owned();
    let (previews, seen) = channel(first);
    let (root, linked) = (project.root, project.scan.linked);
    serves.store(true, Ordering::Relaxed);
    runtime.block_on(async {
        let listener = serve::listen(host, args.port).await.map_err(|error| Failure::environment(error.to_string()))?;
        let address = listener.local_addr().map_err(|error| Failure::environment(error.to_string()))?;
        let url = serve::url(address, &base, serve::is_shared(address));
        let _ = report::print(&format!("{url}\n"));
        if !cli.quiet {
            let taken = address.port() != args.port && args.port != 0;
            let taken = if taken { format!("port {} is taken; ", args.port) } else { String::new() };
            let _ =
                report::print_aside(&format!("{taken}watching `site.toml`, `content/` and `themes/`; Ctrl-C ends\n"));
        }
        let watching = follow(&root, workshop, previews, &heard)?;
        if let Some(watching) = watching.lock().ok().as_ref().and_then(|slot| slot.as_ref()) {
            watching.follow(&linked);
            // Something may have been saved while the first site was made.
            watching.look();
        }
        if args.open {
            open(&url);
        }
        let own = (!host.is_loopback()).then(|| host.to_string());
        let names = args.allow_host.iter().cloned().chain(own).collect();
        let stop = async {
            // Without a signal to wait for, the server runs until it is killed.
            if ended.await.is_err() {
                pending::<()>().await;
            }
        };
        serve::run(listener, names, readers, seen, stop)
            .await
            .map_err(|error| Failure::environment(format!("the server stopped: {error}")))?;
        drop(watching);
        Ok(0)
    })
}

/// Tells when the system wants the preview to end; before anything is served, the program ends at once. Signals are waited for before the first
/// site is made: to the first process of a container, the system gives only those.
fn end(runtime: &Runtime, serves: &Arc<AtomicBool>) -> oneshot::Receiver<()> {
    let (tell, ended) = oneshot::channel();
    let serves = Arc::clone(serves);
    let _inside = runtime.enter();
    if let Ok(signal) = signals() {
        runtime.spawn(async move {
            let code = signal.await;
            if !serves.load(Ordering::Relaxed) {
                std::process::exit(code);
            }
            // Nobody waits where serving has failed.
            let _ = tell.send(());
        });
    }
    ended
}

/// The next signal to end, as the exit code of a program that it ends.
#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = i32>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => 130,
            _ = terminate.recv() => 143,
        }
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = i32>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
        130
    })
}

/// A watcher that is shared with the call that it makes.
type Watching = Arc<Mutex<Option<watch::Watch>>>;

/// Rebuilds on every change; the watcher ends with the value.
fn follow(root: &Path, mut workshop: Workshop, previews: Sender<Preview>, heard: &Heard) -> Result<Watching, Failure> {
    let slot: Watching = Arc::new(Mutex::new(None));
    let inner = Arc::clone(&slot);
    let on_signal = move |signal: Signal| match signal {
        Signal::Polling(line) => {
            let _ = report::print_aside(&format!("{line}\n"));
            Seen::All
        }
        Signal::Changed(look) => {
            let linked = match workshop.look(&look, &previews) {
                Made::Nothing => return Seen::All,
                Made::Doubtful => return Seen::Doubtful,
                Made::Superseded(linked) => linked,
                Made::Preview(preview, linked) => {
                    // Readers first.
                    previews.send_replace(preview);
                    linked
                }
            };
            if let Some(watching) = inner.lock().ok().as_ref().and_then(|slot| slot.as_ref()) {
                watching.follow(&linked);
            }
            Seen::All
        }
    };
    let watching = watch::watch(root, heard, on_signal)
        .map_err(|error| Failure::environment(format!("can't watch `{}`: {error}", root.display())))?;
    if let Ok(mut slot) = slot.lock() {
        *slot = Some(watching);
    }
    Ok(slot)
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
