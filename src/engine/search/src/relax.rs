//! A request without results to what it could do without: each demand alone, with the number of documents that are found then.

use crate::facets::{FAILED, PASSED};
use crate::plan::{Plan, Step};
use crate::query::Demand;
use crate::request::{Demanded, Relaxation};
use crate::score::Scored;

/// What a request demands of the documents of a language.
pub(crate) struct Demands<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) scored: &'a Scored,
    /// Steps that are left out already.
    pub(crate) left_out: &'a [usize],
    /// State in the filters of each document of the language.
    pub(crate) states: &'a [u16],
    /// The filters by number.
    pub(crate) filters: &'a [(Demanded, String)],
}

/// How the words of a query miss a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missed {
    Nothing,
    /// This step alone.
    One(usize),
    Several,
}

impl Demands<'_> {
    /// What to leave out, most results first. Where no demand alone helps: all filters, or all words.
    pub(crate) fn relaxations(&self) -> Vec<Relaxation> {
        let mut filters = vec![0; self.filters.len()];
        let mut steps = vec![0; self.plan.steps.len()];
        let (mut without_filters, mut without_words) = (0, 0);
        for (document, state) in self.states.iter().enumerate() {
            let missed = self.missed(document);
            match (missed, *state) {
                (Missed::One(step), PASSED) => steps[step] += 1,
                (Missed::Nothing, state) if state != PASSED && state != FAILED => {
                    if let Some(count) = filters.get_mut(usize::from(state) - 1) {
                        *count += 1;
                    }
                }
                _ => {}
            }
            without_filters += usize::from(missed == Missed::Nothing);
            without_words += usize::from(*state == PASSED);
        }
        let by_filter = self.filters.iter().zip(filters).map(|((demand, key), count)| (*demand, key.clone(), count));
        let by_step = self.plan.steps.iter().zip(steps).filter_map(|(step, count)| {
            let (demand, typed) = match step {
                Step::Words { demand, typed, .. } | Step::Phrase { demand, typed, .. } => (demand, typed),
                Step::Filter => return None,
            };
            let demanded = if *demand == Demand::Must { Demanded::Words } else { Demanded::Exclusion };
            Some((demanded, typed.clone(), count))
        });
        let mut all: Vec<(Demanded, String, usize)> =
            by_filter.chain(by_step).filter(|(.., count)| *count > 0).collect();
        if all.is_empty() {
            all.push((Demanded::AllFilters, String::new(), without_filters));
            all.push((Demanded::AllWords, String::new(), without_words));
            all.retain(|(.., count)| *count > 0);
        }
        all.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        all.into_iter().map(|(demand, key, count)| Relaxation { demand, key, count }).collect()
    }

    fn missed(&self, document: usize) -> Missed {
        let mut missed = Missed::Nothing;
        for (number, step) in self.scored.steps.iter().enumerate() {
            let Some((demand, scores)) = step.as_ref().filter(|_| !self.left_out.contains(&number)) else { continue };
            if (*demand == Demand::Must) != scores.has(document) {
                missed = if missed == Missed::Nothing { Missed::One(number) } else { Missed::Several };
            }
        }
        missed
    }
}
