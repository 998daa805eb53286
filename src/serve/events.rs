//! What enters: what the preview shows, as it changes, and one reader's page. What leaves: the messages for that reader.
//!
//! | event | data |
//! |---|---|
//! | `faults` | the diagnostics of the last build: an array, empty when all is well |
//! | `styles` | `{"version", "styles": [{"from", "to"}]}`: paths from the site's base |
//! | `reload` | `{}` |
//!
//! Messages are computed from two snapshots, so none can be lost: a reader who missed three builds gets the difference.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use serde_json::json;
use tokio::sync::watch;

use super::change::{Change, change};
use super::live::version;
use super::readers::{Place, Readers};
use super::{Fault, Shown};

/// A line every so often tells proxies that the stream lives, and the server that the reader is still there.
const PULSE: Duration = Duration::from_secs(15);

/// How long a browser waits before it connects again, to a preview that was started anew for instance.
const RETRY: Duration = Duration::from_millis(500);

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    Faults(Arc<[Fault]>),
    Styles { version: String, styles: Vec<super::change::Swap> },
    Reload,
}

impl Message {
    fn event(self) -> Event {
        let (name, data) = match self {
            Self::Faults(faults) => ("faults", json!(faults)),
            Self::Styles { version, styles } => ("styles", json!({ "version": version, "styles": styles })),
            Self::Reload => ("reload", json!({})),
        };
        Event::default().event(name).retry(RETRY).data(data.to_string())
    }
}

/// A reader of one address.
pub(super) struct Reader {
    shown: watch::Receiver<Arc<Shown>>,
    /// The address, without the base.
    path: String,
    /// What the reader's page is from.
    last: Arc<Shown>,
    pending: VecDeque<Message>,
    /// Ends with the stream.
    _place: Place,
}

impl Reader {
    /// A reader whose page has this version; one that is out of date by now is told to load again.
    pub(super) fn new(mut shown: watch::Receiver<Arc<Shown>>, path: String, seen: &str, readers: &Readers) -> Self {
        let _place = readers.enter(&path);
        let last = Arc::clone(&shown.borrow_and_update());
        let mut pending = VecDeque::from([Message::Faults(Arc::clone(&last.preview.faults))]);
        if version(&last.preview.snapshot, &path) != seen {
            pending.push_back(Message::Reload);
        }
        Self { shown, path, last, pending, _place }
    }

    /// The next message; `None` when the preview ends.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.pending.pop_front() {
                return Some(message);
            }
            self.shown.changed().await.ok()?;
            let now = Arc::clone(&self.shown.borrow_and_update());
            if now.preview.faults != self.last.preview.faults {
                self.pending.push_back(Message::Faults(Arc::clone(&now.preview.faults)));
            }
            match change(&self.last.preview.snapshot, &now.preview.snapshot, &self.path) {
                Change::Nothing => {}
                Change::Reload => self.pending.push_back(Message::Reload),
                Change::Styles(styles) => {
                    let version = version(&now.preview.snapshot, &self.path);
                    self.pending.push_back(Message::Styles { version, styles });
                }
            }
            self.last = now;
        }
    }
}

/// The response that streams a reader's messages.
pub(super) fn stream(reader: Reader) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let messages = futures_util::stream::unfold(reader, async |mut reader| {
        let message = reader.next().await?;
        Some((Ok(message.event()), reader))
    });
    Sse::new(messages).keep_alive(KeepAlive::new().interval(PULSE))
}
