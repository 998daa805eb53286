//! What enters: the stages and pieces of a run as they begin and end. What leaves: progress on a terminal, a table of times, a trace. Here the clock is read;
//! nothing that is built depends on it.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::pipeline::{Observe, Stage};
use crate::report;
use crate::site_path::SitePath;

/// `read`, the stages of the pipeline, `write`.
const STEPS: u64 = 10;

/// What a stage took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// Its name.
    pub(super) name: &'static str,
    /// From its beginning to its end.
    pub(super) wall: Duration,
    /// Of all cores together, where the system tells.
    cpu: Option<Duration>,
}

/// Whether a file begins as a trace does.
pub(super) fn is_trace(beginning: &[u8]) -> bool {
    beginning.starts_with(b"{\"traceEvents\"")
}

/// A piece of work that has ended: a row of the trace.
#[derive(Debug)]
struct Piece {
    name: String,
    thread: usize,
    from: Duration,
    to: Duration,
}

/// What has been seen so far.
#[derive(Debug, Default)]
struct Seen {
    timings: Vec<Timing>,
    current: Option<(&'static str, Instant, Option<Duration>)>,
    pieces: Vec<Piece>,
    /// Threads in the order in which they began something, and what they are at.
    threads: HashMap<ThreadId, (usize, Vec<(String, Instant)>)>,
}

/// Measures a run.
#[derive(Debug)]
pub(super) struct Clock {
    start: Instant,
    bar: Option<ProgressBar>,
    traces: bool,
    explains: bool,
    seen: Mutex<Seen>,
}

impl Clock {
    /// A clock that starts now, in the stage `read`.
    pub(super) fn new(visible: bool, traces: bool) -> Self {
        let bar = visible.then(|| {
            let bar = ProgressBar::new(STEPS);
            let style = ProgressStyle::with_template("{spinner} {bar:24} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let clock = Self { start: Instant::now(), bar, traces, explains: false, seen: Mutex::default() };
        clock.enter("read");
        clock
    }

    /// The clock, which prints why pages are made anew where that is asked for.
    pub(super) fn explaining(self, explains: bool) -> Self {
        Self { explains, ..self }
    }

    /// A stage begins; the one before is over.
    pub(super) fn enter(&self, name: &'static str) {
        self.leave();
        self.seen().current = Some((name, Instant::now(), processor_time()));
        if let Some(bar) = &self.bar {
            bar.set_message(name);
            bar.inc(1);
        }
    }

    fn leave(&self) {
        let mut seen = self.seen();
        let Some((name, since, processor)) = seen.current.take() else { return };
        let cpu = processor.zip(processor_time()).map(|(before, after)| after.saturating_sub(before));
        seen.timings.push(Timing { name, wall: since.elapsed(), cpu });
        if self.traces {
            let (from, to) = (since - self.start, self.start.elapsed());
            seen.pieces.push(Piece { name: name.to_owned(), thread: 0, from, to });
        }
    }

    /// The end: every stage's time, in their order.
    pub(super) fn finish(&self) -> Vec<Timing> {
        self.leave();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        std::mem::take(&mut self.seen().timings)
    }

    /// Everything that was seen, as browsers' profilers and Perfetto open it (Trace Event Format, complete events; microseconds).
    pub(super) fn trace(&self) -> Vec<u8> {
        let seen = self.seen();
        let name = |thread: usize| if thread == 0 { "stages".to_owned() } else { format!("thread {thread}") };
        let threads = (0..=seen.threads.len())
            .map(|thread| json!({ "ph": "M", "name": "thread_name", "pid": 1, "tid": thread, "args": { "name": name(thread) } }));
        let pieces = seen.pieces.iter().map(|piece| {
            let (from, length) = (piece.from.as_micros(), (piece.to - piece.from).as_micros());
            json!({ "ph": "X", "name": piece.name, "pid": 1, "tid": piece.thread, "ts": from, "dur": length })
        });
        let events: Vec<serde_json::Value> = threads.chain(pieces).collect();
        serde_json::to_vec(&json!({ "traceEvents": events, "displayTimeUnit": "ms" })).unwrap_or_default()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observe for Clock {
    fn stage(&self, stage: Stage) {
        if stage == Stage::Done {
            self.leave();
        } else {
            self.enter(stage.name());
        }
    }

    fn begin(&self, piece: &str) {
        if !self.traces {
            return;
        }
        let mut seen = self.seen();
        let next = seen.threads.len() + 1;
        let thread = seen.threads.entry(std::thread::current().id()).or_insert((next, Vec::new()));
        thread.1.push((piece.to_owned(), Instant::now()));
    }

    fn end(&self) {
        if !self.traces {
            return;
        }
        let to = self.start.elapsed();
        let mut seen = self.seen();
        let Some((thread, at)) = seen.threads.get_mut(&std::thread::current().id()) else { return };
        let (thread, Some((name, since))) = (*thread, at.pop()) else { return };
        let from = since - self.start;
        seen.pieces.push(Piece { name, thread, from, to });
    }

    fn wants_reasons(&self) -> bool {
        self.explains
    }

    fn redone(&self, page: &SitePath, why: &[String]) {
        let _ = report::print_aside(&format!("{page} is made anew: {}\n", why.join(", ")));
    }
}

/// A table of stages: wall time, processor time of all cores, and the part of the whole.
pub(super) fn table(timings: &[Timing]) -> String {
    let total: Duration = timings.iter().map(|timing| timing.wall).sum();
    let mut text = format!("{:<12} {:>8} {:>8} {:>6}\n", "stage", "wall ms", "CPU ms", "share");
    let cpu: Option<Duration> = timings.iter().map(|timing| timing.cpu).sum();
    let all = Timing { name: "all", wall: total, cpu };
    for timing in timings.iter().chain([&all]) {
        let cpu = timing.cpu.map_or("?".to_owned(), |cpu| cpu.as_millis().to_string());
        let share = 100.0 * timing.wall.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        // Writing to a text never fails.
        let _ = writeln!(text, "{:<12} {:>8} {cpu:>8} {share:>5.0}%", timing.name, timing.wall.as_millis());
    }
    text
}

/// The processor time that this program has used on all cores.
#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}
