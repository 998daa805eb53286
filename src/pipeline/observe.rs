//! What a run tells while it goes on: which stage it is in, what is being worked on, why a page is redone. What leaves: nothing that a result depends on.
//! It must not know the clock: whoever listens may have one.

use crate::site_path::SitePath;

/// A stage, as progress and timings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the stages are explained in src/README.md")]
pub enum Stage {
    Definitions,
    Parse,
    Catalogue,
    Pictures,
    Markdown,
    Plan,
    Render,
    Index,
    Done,
}

impl Stage {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Definitions => "definitions",
            Self::Parse => "parse",
            Self::Catalogue => "catalogue",
            Self::Pictures => "pictures",
            Self::Markdown => "markdown",
            Self::Plan => "plan",
            Self::Render => "render",
            Self::Index => "index",
            Self::Done => "done",
        }
    }
}

/// Listens to a run, from any thread. What is begun on a thread ends on it, the last begun first.
pub trait Observe: Sync {
    /// A stage begins; the one before is over.
    fn stage(&self, _stage: Stage) {}

    /// A piece of work begins on this thread.
    fn begin(&self, _piece: &str) {}

    /// The piece of work that began last on this thread ends.
    fn end(&self) {}

    /// Whether it is to be told why pages are made anew.
    fn wants_reasons(&self) -> bool {
        false
    }

    /// A page is made anew, because of these things.
    fn redone(&self, _page: &SitePath, _why: &[String]) {}
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observe for Unobserved {}

/// Does a piece of work while it is observed.
pub(super) fn during<T>(observe: &dyn Observe, piece: &str, work: impl FnOnce() -> T) -> T {
    observe.begin(piece);
    let done = work();
    observe.end();
    done
}
