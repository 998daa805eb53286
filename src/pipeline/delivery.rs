//! Where the finished files of a run go, while it goes on. It must not know what is in them.

use crate::output::Output;
use crate::site_path::SitePath;

/// Takes finished files, from any thread and in any order.
pub trait Deliver: Sync {
    /// Takes a file as soon as it is ready. What is given back stays in the run's outputs.
    fn take(&self, output: Output) -> Option<Output>;

    /// Whether somebody looks at a page right now: such pages are made before all others.
    fn is_awaited(&self, _path: &SitePath) -> bool {
        false
    }

    /// The site as far as it is known to be right: pages that are as they were, the awaited ones, the theme's and the entries' files. All other files
    /// of this site follow, unless the run fails or another one takes its place. Only runs with a memo say this.
    /// `base_path` is the path of the site below its host.
    fn show(&self, _ready: Vec<Output>, _base_path: &str) {}

    /// Whether another run is to take this one's place: this one ends as soon as it can.
    fn is_superseded(&self) -> bool {
        false
    }
}

/// Keeps every file in the run's outputs.
#[derive(Clone, Copy, Debug)]
pub struct Keep;

impl Deliver for Keep {
    fn take(&self, output: Output) -> Option<Output> {
        Some(output)
    }
}

impl<F: Fn(Output) -> Option<Output> + Sync> Deliver for F {
    fn take(&self, output: Output) -> Option<Output> {
        self(output)
    }
}
