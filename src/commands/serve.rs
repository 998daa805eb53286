//! `maillage serve`: the site in memory, rebuilt on every save, with the last good version kept while there are faults.

mod workshop;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

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
    let options = options(&args.content, Goal::Site)?;
    let (readers, heard) = (Readers::default(), Heard::default());
    let mut workshop = Workshop::new(cli, options, args.explain, readers.clone(), heard.clone());
    let (project, first) = workshop.open()?;
    let base = first.snapshot.base().to_owned();
    let (previews, seen) = channel(first);
    let (root, linked) = (project.root, project.scan.linked);
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
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        serve::run(listener, names, readers, seen, stop)
            .await
            .map_err(|error| Failure::environment(format!("the server stopped: {error}")))?;
        drop(watching);
        Ok(0)
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
