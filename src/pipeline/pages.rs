//! What enters: the jobs of a plan and what is kept of the last run. What leaves: every page's file, made anew only where something that it was made of
//! has changed. It must not know what pages show.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::Deliver;
use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::memo::{Made, Memo};
use crate::output::Output;
use crate::plan::{Job, MapItem};
use crate::render::Renderer;
use crate::site_path::SitePath;

/// A page's line in the site map, if it has one.
pub(super) type Mapped = (SitePath, Option<MapItem>);

/// A page that was made, what delivery gave back of it, and what is kept for the next run.
type Finished = (Mapped, Option<Output>, Option<Made>);

/// Makes the pages and delivers them.
pub(super) fn make(
    jobs: &[Job<'_>],
    renderer: &Renderer,
    around: Digest,
    things: &HashMap<u64, Digest>,
    memo: &mut Memo,
    deliver: Deliver<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Output>, Vec<Mapped>) {
    let known = &*memo;
    let made: Vec<Result<Finished, Box<Diagnostic>>> = jobs
        .par_iter()
        .map(|job| {
            let kept = known.pages.get(job.path.as_str());
            if let Some(made) = kept.filter(|made| made.around == around && is_current(made, job, renderer, things)) {
                let output = deliver(made.output.clone());
                return Ok(((job.path.clone(), made.map.clone()), output, Some(made.clone())));
            }
            let page = job.page();
            let output = Output::new(page.path.clone(), renderer.render(&page)?.into_bytes());
            let made = known.keeps.then(|| Made {
                given: job.given,
                around,
                template: renderer.digest(&page.template),
                template_name: page.template.clone(),
                reads: page.reads.iter().map(|key| (*key, things.get(key).copied())).collect(),
                map: page.map.clone(),
                output: output.clone(),
            });
            Ok(((page.path, page.map), deliver(output), made))
        })
        .collect();
    let (mut outputs, mut mapped, mut kept) = (Vec::new(), Vec::with_capacity(made.len()), HashMap::new());
    let mut faults: BTreeMap<Location, Diagnostic> = BTreeMap::new();
    for result in made {
        match result {
            Ok((page, output, made)) => {
                kept.extend(made.map(|made| (page.0.as_str().to_owned(), made)));
                mapped.push(page);
                outputs.extend(output);
            }
            // A template that fails on a thousand pages is one fault.
            Err(diagnostic) => drop(faults.entry(diagnostic.location.clone()).or_insert(*diagnostic)),
        }
    }
    diagnostics.extend(faults.into_values());
    memo.pages = kept;
    (outputs, mapped)
}

/// Whether a page would be made the same again.
fn is_current(made: &Made, job: &Job<'_>, renderer: &Renderer, things: &HashMap<u64, Digest>) -> bool {
    made.given == job.given
        && made.template == renderer.digest(&made.template_name)
        && made.reads.iter().all(|(key, digest)| things.get(key) == digest.as_ref())
}
