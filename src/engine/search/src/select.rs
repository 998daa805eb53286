//! Which documents pass the filters, which one filter keeps the others out, and in what order they come.

use crate::columns::{LATITUDE, LONGITUDE, UPDATED, distance_km, end_column, field_column};
use crate::engine::Engine;
use crate::facets::{FAILED, PASSED, Value, exclude, fail, restrict};
use crate::header::HOURS;
use crate::hours::AllHours;
use crate::query::{Clause, Demand};
use crate::request::{Bounds, Demanded, Opening, Request, Sort};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io;

/// What the filters say of each document.
pub(crate) struct Filtered {
    /// By document: passed, failed one filter alone (its number and one), or failed.
    pub(crate) states: Vec<u16>,
    /// The filters by number; the first are the facets.
    pub(crate) filters: Vec<(Demanded, String)>,
    /// Where the request asks what is open: whether each document is, and their hours.
    pub(crate) openings: Option<Openings>,
    /// Filters that no document could meet.
    pub(crate) ignored: Vec<String>,
}

/// Whether each document is open.
pub(crate) struct Openings {
    pub(crate) states: Vec<Opening>,
    /// Absent where no document has any.
    pub(crate) hours: Option<AllHours>,
    /// Number of the filter.
    pub(crate) filter: usize,
}

/// The first and last values of a field by document.
type Values = (Vec<f64>, Option<Vec<f64>>);

impl Filtered {
    /// Adds a filter; gives its number.
    fn filter(&mut self, demanded: Demanded, key: &str) -> usize {
        self.filters.push((demanded, key.to_owned()));
        self.filters.len() - 1
    }
}

impl Engine {
    /// Applies the filters of a request and of its query. Columns that are not at hand are all asked for before the first failure shows.
    pub(crate) fn filter(
        &self,
        request: &Request,
        clauses: &[Clause],
        distances: Option<&[f64]>,
    ) -> io::Result<Filtered> {
        let mut filtered = Filtered {
            states: vec![PASSED; self.documents()],
            filters: self.facets.iter().map(|facet| (Demanded::Facet, facet.key.clone())).collect(),
            openings: None,
            ignored: Vec::new(),
        };
        let hours = request.open.map(|moment| (moment, self.hours()));
        let wanted = request.ranges.iter().map(|(key, bounds)| (Demand::Must, key, bounds));
        let ranges: Vec<_> = wanted
            .chain(clauses.iter().filter_map(|clause| match clause {
                Clause::Range { demand, key, bounds } => Some((*demand, key, bounds)),
                _ => None,
            }))
            .map(|(demand, key, bounds)| (demand, key, bounds, self.values(key)))
            .collect();
        self.filter_facets(request, clauses, &mut filtered);
        for (demand, key, bounds, values) in ranges {
            let Some((first, last)) = values? else {
                filtered.ignored.push(key.clone());
                continue;
            };
            let within = |document: usize| {
                let first = first[document];
                let last = last.as_ref().map(|last| last[document]).filter(|last| !last.is_nan()).unwrap_or(first);
                is_within(bounds, first, last)
            };
            match demand {
                // A document without the value is in no range.
                Demand::Must => {
                    let number = filtered.filter(Demanded::Range, key);
                    fail(&mut filtered.states, number, |document| !within(document));
                }
                Demand::MustNot => {
                    let number = filtered.filter(Demanded::Exclusion, key);
                    fail(&mut filtered.states, number, within);
                }
            }
        }
        if let (Some(farthest), Some(distances)) = (request.within_km, distances) {
            let number = filtered.filter(Demanded::Distance, "");
            fail(&mut filtered.states, number, |document| {
                let distance = distances[document];
                distance.is_nan() || distance > farthest
            });
        }
        if let Some((moment, hours)) = hours {
            let hours = hours?;
            let states = hours.as_ref().map_or_else(|| vec![Opening::Unknown; self.documents()], |all| all.at(&moment));
            let number = filtered.filter(Demanded::Open, "");
            fail(&mut filtered.states, number, |document| match states[document] {
                Opening::Open => false,
                Opening::Unknown => !request.open_or_unknown,
                Opening::Closed => true,
            });
            filtered.openings = Some(Openings { states, hours, filter: number });
        }
        Ok(filtered)
    }

    /// Applies the facet values that the request and its query ask for or exclude.
    fn filter_facets(&self, request: &Request, clauses: &[Clause], filtered: &mut Filtered) {
        for (number, facet) in self.facets.iter().enumerate() {
            if let Some(values) = request.facets.get(&facet.key).filter(|values| !values.is_empty()) {
                restrict(&mut filtered.states, number, facet, values);
            }
            for clause in clauses {
                let Clause::Facet { demand, facet: key, value } = clause else { continue };
                match demand {
                    _ if *key != facet.key => {}
                    Demand::Must => restrict(&mut filtered.states, number, facet, std::slice::from_ref(value)),
                    Demand::MustNot => {
                        let mark = filtered.filter(Demanded::Exclusion, value);
                        exclude(&mut filtered.states, mark, facet, value);
                    }
                }
            }
        }
    }

    /// The values of a field; `None` where no document has one.
    fn values(&self, key: &str) -> io::Result<Option<Values>> {
        let (first, last) = (self.column(&field_column(key)), self.column(&end_column(key)));
        match first? {
            Some(first) => Ok(Some((first, last?))),
            None if key == UPDATED => Ok(self.column(UPDATED)?.map(|values| (values, None))),
            None => Ok(None),
        }
    }

    /// The hours of all documents; `None` where no document has any.
    fn hours(&self) -> io::Result<Option<AllHours>> {
        let Some(file) = self.blocks.file(HOURS).filter(|file| self.blocks.length(*file) > 0) else { return Ok(None) };
        let bytes = self.blocks.read(file, 0..self.blocks.length(file))?;
        AllHours::read(&bytes, self.documents()).map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// The states with all documents failed that are of another language or don't match the words.
    pub(crate) fn only(&self, language: usize, scores: &[f32], mut states: Vec<u16>) -> Vec<u16> {
        let documents = self.languages[language].documents.clone();
        states[..documents.start].fill(FAILED);
        states[documents.end..].fill(FAILED);
        for (state, score) in states[documents].iter_mut().zip(scores) {
            if *score < 0.0 {
                *state = FAILED;
            }
        }
        states
    }

    /// Chosen facet values, from the request and from the query's words.
    pub(crate) fn chosen(&self, request: &Request, clauses: &[Clause]) -> BTreeMap<String, Vec<String>> {
        let mut chosen = request.facets.clone();
        for clause in clauses {
            if let Clause::Facet { demand: Demand::Must, facet, value } = clause {
                chosen.entry(facet.clone()).or_default().push(value.clone());
            }
        }
        chosen
    }

    /// What a collection multiplies the scores of its documents by, by its place in the facet of collections.
    pub(crate) fn collection_weights(&self) -> Vec<f32> {
        let collections = self.facets.first().map_or(&[][..], |facet| &facet.values);
        let definitions = &self.header.definition.collections;
        let known = |value: &Value| definitions.iter().find(|known| known.key == value.path);
        collections.iter().map(|value| known(value).map_or(1.0, |known| known.weight)).collect()
    }

    /// Distance of each document from where the request is, NaN where it has no position.
    pub(crate) fn distances(&self, request: &Request) -> io::Result<Option<Vec<f64>>> {
        let Some(near) = request.near else { return Ok(None) };
        let (latitudes, longitudes) = (self.column(LATITUDE), self.column(LONGITUDE));
        let distances = match (latitudes?, longitudes?) {
            (Some(latitudes), Some(longitudes)) => latitudes
                .into_iter()
                .zip(longitudes)
                .map(|position| if position.0.is_nan() { f64::NAN } else { distance_km(near, position) })
                .collect(),
            _ => vec![f64::NAN; self.documents()],
        };
        Ok(Some(distances))
    }
}

/// Whether a stretch of values, of which the first is NaN where there is none, has one in common with a range.
fn is_within(bounds: &Bounds, first: f64, last: f64) -> bool {
    !first.is_nan() && bounds.min.is_none_or(|least| last >= least) && bounds.max.is_none_or(|most| first <= most)
}

/// Puts the first `wanted` documents in the request's order; those after them are in no order. Ties go by the order of the index.
pub(crate) fn sort(
    found: &mut [(u32, f32)],
    request: &Request,
    order: Option<&[f64]>,
    distances: Option<&[f64]>,
    wanted: usize,
) {
    let value = |values: Option<&[f64]>, document: u32| {
        values.and_then(|values| values.get(document as usize)).copied().unwrap_or(f64::NAN)
    };
    let last_if_absent = |one: f64, other: f64| match (one.is_nan(), other.is_nan()) {
        (false, false) => one.total_cmp(&other),
        (one, other) => one.cmp(&other),
    };
    let compare = |one: &(u32, f32), other: &(u32, f32)| -> Ordering {
        let by_key = match request.sort {
            Sort::Relevance => other.1.total_cmp(&one.1),
            Sort::Title => last_if_absent(value(order, one.0), value(order, other.0)),
            Sort::Updated => last_if_absent(-value(order, one.0), -value(order, other.0)),
            Sort::Distance => last_if_absent(value(distances, one.0), value(distances, other.0)),
        };
        by_key.then(one.0.cmp(&other.0))
    };
    if wanted == 0 {
        return;
    }
    if wanted < found.len() {
        found.select_nth_unstable_by(wanted, compare);
        found[..wanted].sort_unstable_by(compare);
    } else {
        found.sort_unstable_by(compare);
    }
}
