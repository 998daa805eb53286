//! What enters: snapshots of the site and the faults of builds, as they come. What leaves: the preview, over HTTP.
//! It shows the last good site whatever happens to the next one; what is wrong stands in an overlay. It must not know how a site is built.

mod change;
mod events;
mod host;
mod live;
mod media;
mod packed;
mod patient;
mod readers;
mod respond;
mod snapshot;

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::diagnostic::{Diagnostic, Severity};
use crate::output::Output;
use crate::source::{line_at, position};

use packed::Packed;
use patient::Patient;
use respond::Answering;

pub use host::name_alone;
pub use readers::Readers;
pub use snapshot::Snapshot;

/// What the preview shows at one moment.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The last good site.
    pub snapshot: Arc<Snapshot>,
    /// What is wrong with the sources as they are now.
    pub faults: Arc<[Fault]>,
}

/// A diagnostic with its position and line, as the overlay shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    severity: Severity,
    code: &'static str,
    message: String,
    file: String,
    line: usize,
    column: usize,
    /// The source line, where there is one.
    source: Option<String>,
    /// The faulty part of that line: characters before it, and characters in it.
    mark: (usize, usize),
    expected: Option<String>,
    nearest: Option<String>,
    help: Option<String>,
}

impl Fault {
    /// A diagnostic, and the text of its file where there is one.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, text: Option<&str>) -> Self {
        let range = diagnostic.location.range;
        let text = text.unwrap_or_default();
        let (start, end) = (position(text, range.start), position(text, range.end));
        let source = line_at(text, range.start);
        let rest = source.chars().count().saturating_sub(start.column - 1);
        let length = if end.line == start.line { end.column - start.column } else { rest };
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            file: diagnostic.location.file.to_string(),
            line: start.line,
            column: start.column,
            source: (!source.trim().is_empty()).then(|| source.to_owned()),
            mark: (start.column - 1, length.min(rest)),
            expected: diagnostic.expected.clone(),
            nearest: diagnostic.nearest.clone(),
            help: diagnostic.help.clone(),
        }
    }
}

/// Builds back that a page may be from while its parts are still on their way.
const GRACE: usize = 4;

/// A preview, with the addresses of the builds before it that a page on its way to a browser may still ask for.
/// Only folders whose addresses name their contents are kept: whatever is asked for there is what the page meant.
#[derive(Debug)]
struct Shown {
    preview: Preview,
    retired: VecDeque<Arc<BTreeMap<String, Output>>>,
}

impl Shown {
    fn first(preview: Preview) -> Self {
        Self { preview, retired: VecDeque::new() }
    }

    /// What is shown next; an unchanged snapshot retires nothing.
    fn next(&self, preview: Preview) -> Self {
        let mut retired = self.retired.clone();
        if !Arc::ptr_eq(&preview.snapshot, &self.preview.snapshot) {
            let files = ["assets/", "search/"].into_iter().flat_map(|folder| self.preview.snapshot.within(folder));
            let named = files.map(|(_, output)| (output.path.file(), output));
            let gone = named.filter(|(path, _)| preview.snapshot.file(path).is_none());
            retired.push_front(Arc::new(gone.map(|(path, output)| (path, output.clone())).collect()));
            retired.truncate(GRACE);
        }
        Self { preview, retired }
    }

    fn retired(&self, path: &str) -> Option<&Output> {
        self.retired.iter().find_map(|files| files.get(path))
    }
}

/// Why no preview can be served.
#[derive(Debug)]
pub struct PortError {
    address: SocketAddr,
    error: io::Error,
}

impl fmt::Display for PortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "can't listen on `{}`: {}", self.address, self.error)
    }
}

impl std::error::Error for PortError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Ports that are tried after the one that was asked for.
const NEXT_PORTS: u16 = 50;

/// Listens on an address, or on the next free port after it; port 0 is any free one.
///
/// # Errors
/// When the address is not this machine's, the port is not permitted, or none of the ports is free.
pub async fn listen(host: IpAddr, port: u16) -> Result<TcpListener, PortError> {
    let last = if port == 0 { 0 } else { port.saturating_add(NEXT_PORTS) };
    for tried in port..last {
        match TcpListener::bind((host, tried)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            done => return done.map_err(|error| PortError { address: (host, tried).into(), error }),
        }
    }
    TcpListener::bind((host, last)).await.map_err(|error| PortError { address: (host, last).into(), error })
}

/// Whether `localhost` may lead to another program: it is two addresses, and somebody else has this port of the other one.
#[must_use]
pub fn is_shared(address: SocketAddr) -> bool {
    let other: IpAddr = match address.ip() {
        IpAddr::V4(_) => Ipv6Addr::LOCALHOST.into(),
        // Where it is every address, it is the other one too.
        IpAddr::V6(ip) if ip.is_unspecified() => return false,
        IpAddr::V6(_) => Ipv4Addr::LOCALHOST.into(),
    };
    let tried = std::net::TcpListener::bind((other, address.port()));
    tried.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

/// The address to open in a browser: a name only where it `is_shared` with nobody.
#[must_use]
pub fn url(address: SocketAddr, base: &str, is_shared: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let host = match ip {
        ip if !is_shared && (ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST) => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}{base}", address.port())
}

/// Serves what `previews` holds until `stop` is ready; connections end with it. Besides this machine's names and addresses, requests may
/// be addressed to `names`. `readers` is told which pages are open.
///
/// # Errors
/// When connections can't be accepted any more.
pub async fn run(
    listener: TcpListener,
    names: Vec<String>,
    readers: Readers,
    mut previews: watch::Receiver<Preview>,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let first = previews.borrow_and_update().clone();
    let (sender, shown) = watch::channel(Arc::new(Shown::first(first)));
    let answering = Arc::new(Answering { shown, names, packed: Packed::default(), readers });
    let answer = move |request: Request| {
        let answering = Arc::clone(&answering);
        // Nothing that is asked for has a body.
        let request = request.map(drop);
        async move { Ok::<_, Infallible>(answering.respond(&request).await) }
    };
    let router = Router::new().fallback(async move |request: Request| answer(request).await);
    let follow = async {
        while previews.changed().await.is_ok() {
            let preview = previews.borrow_and_update().clone();
            sender.send_modify(|shown| *shown = Arc::new(shown.next(preview)));
        }
        // Nobody builds any more: the last site stays.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        served = std::future::IntoFuture::into_future(axum::serve(Patient(listener), router)) => served,
        () = follow => Ok(()),
        () = stop => Ok(()),
    }
}

#[cfg(test)]
mod tests;
