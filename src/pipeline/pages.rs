//! What enters: the jobs of a plan and what is kept of the last run. What leaves: every page's file, made anew only where something that it was made of
//! has changed. It must not know what pages show.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::observe::during;
use super::{Deliver, Observe};
use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::memo::{Made, Memo};
use crate::output::Output;
use crate::plan::{Job, MapItem};
use crate::reads::Things;
use crate::render::Renderer;
use crate::site_path::SitePath;

/// A page's line in the site map, if it has one.
pub(super) type Mapped = (SitePath, Option<MapItem>);

/// A page that was made, what delivery gave back of it, and what is kept for the next run, where it is new.
type Finished = (Mapped, Option<Output>, Option<Arc<Made>>);

/// More reasons than anybody reads of one page.
const REASONS: usize = 8;

/// What pages are made with.
pub(super) struct Press<'p> {
    pub(super) renderer: &'p Renderer,
    /// What is around all pages.
    pub(super) around: Digest,
    pub(super) things: &'p Things,
    pub(super) deliver: &'p dyn Deliver,
    /// Where finished pages go.
    pub(super) take: &'p (dyn Fn(Output) -> Option<Output> + Sync),
    pub(super) observe: &'p dyn Observe,
    /// What things are called, where somebody wants to know why pages are made.
    pub(super) names: Option<HashMap<u64, String>>,
}

/// All pages, in the order of their jobs.
#[derive(Default)]
pub(super) struct Pages {
    /// What delivery gave back.
    pub(super) outputs: Vec<Output>,
    pub(super) mapped: Vec<Mapped>,
    /// Whether some were not made, because another run is to take this one's place.
    pub(super) is_superseded: bool,
}

/// Makes the pages and delivers them: the awaited ones first. As soon as they are there, they are shown with all pages that are as they
/// were.
pub(super) fn make(
    jobs: &[Job<'_>],
    press: &Press<'_>,
    show: &dyn Fn(&mut dyn Iterator<Item = Output>),
    memo: &mut Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> Pages {
    let known = &*memo;
    let mut current: Vec<Option<Arc<Made>>> = Vec::new();
    if known.keeps {
        let check =
            |job: &Job<'_>| known.pages.get(job.path.as_str()).filter(|made| press.is_current(made, job)).cloned();
        jobs.par_iter().map(check).collect_into_vec(&mut current);
    } else {
        current.resize(jobs.len(), None);
    }
    let stale: Vec<usize> = (0..jobs.len()).filter(|at| current[*at].is_none()).collect();
    let (awaited, others): (Vec<usize>, Vec<usize>) =
        stale.into_iter().partition(|at| press.deliver.is_awaited(&jobs[*at].path));
    let make = |at: &usize| (*at, press.page(&jobs[*at], known));
    let mut made: Vec<(usize, Result<Finished, Box<Diagnostic>>)> = awaited.par_iter().map(make).collect();
    if known.keeps && made.iter().all(|(_, page)| page.is_ok()) {
        let standing = current.iter().flatten().map(|made| made.output.clone());
        let fresh = made
            .iter()
            .flat_map(|(_, page)| page.iter().filter_map(|(_, _, made)| Some(made.as_ref()?.output.clone())));
        show(&mut standing.chain(fresh));
    }
    made.par_extend(others.par_iter().with_max_len(16).filter(|_| !press.deliver.is_superseded()).map(make));
    let is_superseded = made.len() < awaited.len() + others.len();
    gather(jobs, current, made, is_superseded, press, memo, diagnostics)
}

fn gather(
    jobs: &[Job<'_>],
    current: Vec<Option<Arc<Made>>>,
    made: Vec<(usize, Result<Finished, Box<Diagnostic>>)>,
    is_superseded: bool,
    press: &Press<'_>,
    memo: &mut Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> Pages {
    let mut slots: Vec<Option<Finished>> = Vec::with_capacity(jobs.len());
    slots.par_extend(current.into_par_iter().zip(jobs).map(|(current, job)| {
        let made = current?;
        Some(((job.path.clone(), made.map.clone()), (press.take)(made.output.clone()), None))
    }));
    let mut faults: BTreeMap<Location, Diagnostic> = BTreeMap::new();
    for (at, page) in made {
        match page {
            Ok(page) => slots[at] = Some(page),
            // A template that fails on a thousand pages is one fault.
            Err(diagnostic) => drop(faults.entry(diagnostic.location.clone()).or_insert(*diagnostic)),
        }
    }
    diagnostics.extend(faults.into_values());
    let mut pages = Pages { is_superseded, ..Pages::default() };
    for (page, output, made) in slots.into_iter().flatten() {
        if let Some(made) = made {
            memo.pages.insert(page.0.as_str().to_owned(), made);
        }
        pages.mapped.push(page);
        pages.outputs.extend(output);
    }
    // A page that was not made may still be what the next run wants.
    if !is_superseded && memo.pages.len() > pages.mapped.len() {
        let there: HashSet<&str> = pages.mapped.iter().map(|(path, _)| path.as_str()).collect();
        memo.pages.retain(|path, _| there.contains(path.as_str()));
    }
    pages
}

impl Press<'_> {
    /// Makes a page and delivers it.
    fn page(&self, job: &Job<'_>, known: &Memo) -> Result<Finished, Box<Diagnostic>> {
        if let Some(names) = &self.names {
            let why = self.why(known.pages.get(job.path.as_str()), job, names);
            self.observe.redone(&job.path, &why);
        }
        let mut page = during(self.observe, job.path.as_str(), || job.page());
        let view = std::mem::take(&mut page.view);
        let rendered = during(self.observe, &page.template, || self.renderer.render(&page, view))?;
        let output = Output::new(page.path.clone(), rendered);
        let made = known.keeps.then(|| {
            Arc::new(Made {
                given: job.given,
                around: self.around,
                template: self.renderer.digest(&page.template),
                template_name: page.template.clone(),
                parts: self.renderer.parts(&page.template),
                reads: page.reads.iter().map(|key| (*key, self.things.get(key).copied())).collect(),
                map: page.map.clone(),
                output: output.clone(),
            })
        });
        Ok(((page.path, page.map), (self.take)(output), made))
    }

    /// Whether a page would be made the same again.
    fn is_current(&self, made: &Made, job: &Job<'_>) -> bool {
        made.around == self.around
            && made.given == job.given
            && made.template == self.renderer.digest(&made.template_name)
            && made.reads.iter().all(|(key, digest)| self.things.get(key) == digest.as_ref())
    }

    /// Why a page is not what it was.
    fn why(&self, made: Option<&Arc<Made>>, job: &Job<'_>, names: &HashMap<u64, String>) -> Vec<String> {
        let Some(made) = made else { return vec!["it is new".to_owned()] };
        if made.around != self.around {
            // They may change whatever the page reads: all that would say nothing more.
            return vec!["settings, definitions, strings, static files or the date".to_owned()];
        }
        let mut why = Vec::new();
        if made.given != job.given {
            why.push("which entries it lists, or what is beside it".to_owned());
        }
        if made.template != self.renderer.digest(&made.template_name) {
            let now = self.renderer.parts(&made.template_name);
            let others = now.iter().filter(|(file, digest)| made.parts.get(*file) != Some(*digest));
            let gone = made.parts.iter().filter(|(file, _)| !now.contains_key(*file));
            why.extend(others.chain(gone).map(|(file, _)| format!("template {file}")));
        }
        let changed = made.reads.iter().filter(|(key, digest)| self.things.get(key) != digest.as_ref());
        why.extend(
            changed.map(|(key, _)| names.get(key).cloned().unwrap_or_else(|| "something that is gone".to_owned())),
        );
        if why.len() > REASONS {
            let more = why.len() - REASONS;
            why.truncate(REASONS);
            why.push(format!("{more} things more"));
        }
        why
    }
}
