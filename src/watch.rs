//! What enters: a project's folder, and what to do when something in it changed. What leaves: that call, soon after the change.
//!
//! Events of the platform are a doorbell: they say where to look first, and nobody believes that they say everything: a moment later the whole
//! folder is looked through. Where the platform is mute (containers, network folders, its limit of watched folders), the folder is polled.
//! It must not know what a change means.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

mod bell;
mod ears;
mod git;
mod poll;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use bell::{Bell, Left, Ring};
use ears::{Deaf, Ears, Knock};
use poll::{Sentinel, Verdict, fingerprint};

/// What a watcher says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Something changed, or may have: look again.
    Changed(Look),
    /// Changes are found by polling from now on; the line says why, and what can be done.
    Polling(String),
}

/// Where and how to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Where something changed; `None`: everywhere.
    pub named: Option<BTreeSet<PathBuf>>,
    /// Whether all is calm: what is faulty or gone now is no half of a save.
    pub is_calm: bool,
    /// Where quiet is the reason to call it calm: how many changes had been heard by then.
    pub heard: Option<u64>,
}

impl Look {
    /// Whether what was found faulty or gone is meant: all was calm, and stayed so while somebody looked.
    #[must_use]
    pub fn is_believed(&self, heard: &Heard) -> bool {
        self.is_calm && self.heard.is_none_or(|then| then == heard.count())
    }
}

/// What was seen when looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What there is now.
    All,
    /// What may be half of something: it is to be looked at again when all is calm.
    Doubtful,
}

/// A watcher at work. It ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    knocks: Sender<Knock>,
}

impl Watch {
    /// Watches folders and files that links in the project lead to as well; replaces the ones given before.
    pub fn follow(&self, linked: &BTreeSet<PathBuf>) {
        // A watcher that has ended watches nothing.
        let _ = self.knocks.send(Knock::Follow(linked.clone()));
    }

    /// Has everything looked at once: what changed before the watch began was not heard.
    pub fn look(&self) {
        let _ = self.knocks.send(Knock::Look);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.knocks.send(Knock::End);
    }
}

/// How many changes were heard so far: whoever works can see that there is more to do.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<AtomicU64>);

impl Heard {
    /// The changes until now.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Tells the watcher's thread.
#[derive(Clone, Debug)]
struct Knocker {
    knocks: Sender<Knock>,
    heard: Heard,
}

impl Knocker {
    fn knock(&self, knock: Knock) {
        if matches!(knock, Knock::Changed { .. }) {
            self.heard.0.fetch_add(1, Ordering::Relaxed);
        }
        // A thread that has ended needs no knocks.
        let _ = self.knocks.send(knock);
    }
}

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Watched {
    /// The project's canonical root.
    root: PathBuf,
    /// Folders and files elsewhere that links lead to.
    linked: BTreeSet<PathBuf>,
}

/// What is watched in a project's root.
const TOPS: [&str; 3] = ["site.toml", "content", "themes"];

/// How often things are looked at.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Between two looks while polling.
    poll: Duration,
    /// Between two looks until the platform has been heard once.
    check: Duration,
    /// How long an event may be late.
    late: Duration,
}

const PACE: Pace =
    Pace { poll: Duration::from_millis(250), check: Duration::from_secs(2), late: Duration::from_millis(500) };

/// So many places are looked at one by one; more are as many as all.
const MANY: usize = 64;

/// Looking may take this part of the time: on large or slow folders, looks are rarer.
const SHARE: u32 = 25;

/// No pause between looks is longer, however slow one look was: a save has to be seen.
const LONGEST: Duration = Duration::from_secs(2);

/// Watches `site.toml`, `content/` and `themes/` of a project. `on_signal` is called on a thread of its own; while it works, changes are gathered
/// for its next call, and `heard` counts them.
///
/// # Errors
/// When the folder does not exist.
pub fn watch(
    root: &Path,
    heard: &Heard,
    on_signal: impl FnMut(Signal) -> Seen + Send + 'static,
) -> std::io::Result<Watch> {
    start(root, PACE, heard, Ears::open, on_signal)
}

fn start(
    root: &Path,
    pace: Pace,
    heard: &Heard,
    open: impl FnOnce(&Watched, Knocker) -> Result<Ears, Deaf> + Send + 'static,
    on_signal: impl FnMut(Signal) -> Seen + Send + 'static,
) -> std::io::Result<Watch> {
    let watched = Watched { root: std::fs::canonicalize(root)?, linked: BTreeSet::new() };
    let (sender, receiver) = mpsc::channel();
    let knocks = sender.clone();
    // The platform's watches stand before this returns: what changes from now on is heard.
    let ears = match remote(&watched.root) {
        Some(kind) => Err(Deaf::Remote(kind)),
        None => open(&watched, Knocker { knocks: sender, heard: heard.clone() }),
    };
    let known = fingerprint(&watched);
    let heard = heard.clone();
    thread::Builder::new().name("watch".to_owned()).spawn(move || {
        let bell = Bell::default();
        let way = Way::Polling;
        Watcher { watched, pace, receiver, heard, on_signal, bell, named: BTreeSet::new(), way }.work(ears, known);
    })?;
    Ok(Watch { knocks })
}

/// The kind of file system of the first watched folder that other machines write to.
fn remote(root: &Path) -> Option<&'static str> {
    std::iter::once(root.to_owned()).chain(TOPS.map(|top| root.join(top))).find_map(|folder| poll::remote(&folder))
}

/// How changes are noticed.
enum Way {
    /// By events. The sentinel looks itself until the first event proves the platform.
    Listening(Ears, Option<Sentinel>),
    /// By looking.
    Polling,
}

struct Watcher<F> {
    watched: Watched,
    pace: Pace,
    receiver: Receiver<Knock>,
    heard: Heard,
    on_signal: F,
    bell: Bell,
    /// Where something changed since the last look.
    named: BTreeSet<PathBuf>,
    way: Way,
}

impl<F: FnMut(Signal) -> Seen> Watcher<F> {
    fn work(mut self, ears: Result<Ears, Deaf>, mut known: Option<u64>) {
        match ears {
            Ok(ears) => self.way = Way::Listening(ears, Some(Sentinel::new(known))),
            Err(deaf) => self.go_deaf(deaf),
        }
        let mut look_at = Instant::now() + self.interval(Duration::ZERO);
        loop {
            // What came in during the last look is known before the next: a bell that doesn't know of it would take it for quiet.
            let heard = self.heard.count();
            while let Ok(knock) = self.receiver.try_recv() {
                if !self.take(knock) {
                    return;
                }
            }
            let now = Instant::now();
            if self.bell.due().is_some_and(|due| due <= now) {
                self.ring(now, heard);
            }
            let looks = !matches!(self.way, Way::Listening(_, None));
            let wake = [self.bell.due(), looks.then_some(look_at)].into_iter().flatten().min();
            let knock = match wake {
                Some(wake) => self.receiver.recv_timeout(wake.saturating_duration_since(Instant::now())),
                None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match knock {
                Ok(knock) => {
                    if !self.take(knock) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if looks && look_at <= Instant::now() {
                let started = Instant::now();
                let seen = fingerprint(&self.watched);
                let cost = started.elapsed();
                look_at = Instant::now() + self.look(seen, &mut known, cost);
            }
        }
    }

    /// Looks; what came in until now, at least what was `heard`, is answered by this one call.
    fn ring(&mut self, now: Instant, heard: u64) {
        let is_busy = git::lock(&self.watched.root).is_some_and(|lock| git::is_held(&lock));
        let Ring { everywhere, is_calm, is_quiet } = self.bell.ring(now, is_busy);
        let named = std::mem::take(&mut self.named);
        // A folder may have come on the way to what links lead to: it is watched before it is looked at.
        self.follow();
        let named = (!everywhere && named.len() <= MANY).then_some(named);
        if (self.on_signal)(Signal::Changed(Look { named, is_calm, heard: is_quiet.then_some(heard) }))
            == Seen::Doubtful
        {
            self.bell.doubt(now);
        }
    }

    /// Watches what links lead to, as it is now; whether anything new is watched.
    fn follow(&mut self) -> bool {
        let Way::Listening(ears, _) = &mut self.way else { return false };
        ears.follow(&self.watched).unwrap_or_else(|deaf| {
            self.go_deaf(deaf);
            false
        })
    }

    /// Takes one knock; `false` at the end.
    fn take(&mut self, knock: Knock) -> bool {
        match knock {
            Knock::Changed { at, left, places } => {
                if let Way::Listening(_, sentinel) = &mut self.way {
                    *sentinel = None;
                }
                if self.named.len() <= MANY {
                    self.named.extend(places);
                }
                self.bell.knock(at, left);
            }
            Knock::Look => {
                self.named.insert(self.watched.root.clone());
                self.bell.knock(Instant::now(), Left::Unfinished);
            }
            Knock::Moved(moved) => {
                if let Way::Listening(ears, _) = &mut self.way
                    && let Err(deaf) = ears.listen_again(&moved, &self.watched)
                {
                    self.go_deaf(deaf);
                }
            }
            Knock::Follow(linked) => {
                self.watched.linked = linked;
                if self.follow() {
                    // It may have changed since it was found.
                    self.named.insert(self.watched.root.clone());
                    self.bell.knock(Instant::now(), Left::Unfinished);
                }
            }
            Knock::Deaf(deaf) if matches!(self.way, Way::Listening(..)) => self.go_deaf(deaf),
            // Several folders may meet the same limit at once.
            Knock::Deaf(_) => {}
            Knock::End => return false,
        }
        true
    }

    /// Judges what a look has seen, and says when to look next.
    fn look(&mut self, seen: Option<u64>, known: &mut Option<u64>, cost: Duration) -> Duration {
        let Some(seen) = seen else { return self.interval(cost) };
        let now = Instant::now();
        match &mut self.way {
            Way::Listening(_, None) => {}
            Way::Listening(_, Some(sentinel)) => match sentinel.judge(seen) {
                Verdict::Quiet => {}
                Verdict::Suspect => return self.pace.late,
                Verdict::Mute => {
                    *known = Some(seen);
                    self.go_deaf(Deaf::Mute);
                    self.bell.knock(now, Left::Finished);
                }
            },
            Way::Polling if *known != Some(seen) => {
                *known = Some(seen);
                self.bell.knock(now, Left::Finished);
            }
            Way::Polling => {}
        }
        self.interval(cost)
    }

    fn interval(&self, cost: Duration) -> Duration {
        let least = match self.way {
            Way::Listening(..) => self.pace.check,
            Way::Polling => self.pace.poll,
        };
        pause(least, cost)
    }

    fn go_deaf(&mut self, deaf: Deaf) {
        self.way = Way::Polling;
        (self.on_signal)(Signal::Polling(deaf.to_string()));
    }
}

/// The time until the next look, after one of this cost.
fn pause(least: Duration, cost: Duration) -> Duration {
    least.max((cost * SHARE).min(LONGEST))
}

#[cfg(test)]
mod tests;
