//! Which documents pass the filters, and in what order they come.

use crate::columns::{LATITUDE, LONGITUDE, distance_km, field_column};
use crate::engine::Engine;
use crate::facets::{self, FAILED, PASSED};
use crate::query::{Clause, Demand};
use crate::request::{Request, Sort};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io;

impl Engine {
    /// The state of each document in the filters.
    pub(crate) fn filter(
        &self,
        request: &Request,
        clauses: &[Clause],
        distances: Option<&[f64]>,
        ignored: &mut Vec<String>,
    ) -> io::Result<Vec<u16>> {
        let mut states = vec![PASSED; self.documents()];
        for (number, facet) in self.facets.iter().enumerate() {
            if let Some(values) = request.facets.get(&facet.key).filter(|values| !values.is_empty()) {
                facets::restrict(&mut states, number, facet, values);
            }
            for clause in clauses {
                match clause {
                    Clause::Facet { demand, facet: key, value } if *key == facet.key => match demand {
                        Demand::Must => facets::restrict(&mut states, number, facet, std::slice::from_ref(value)),
                        Demand::MustNot => {
                            let excluded =
                                facet.values.iter().find(|known| known.path == *value).map(|known| &known.documents);
                            for document in excluded.into_iter().flatten() {
                                states[*document as usize] = FAILED;
                            }
                        }
                    },
                    _ => {}
                }
            }
        }
        let columns: Vec<_> =
            request.ranges.iter().map(|(key, bounds)| (key, bounds, self.column(&field_column(key)))).collect();
        for (key, bounds, column) in columns {
            let Some(values) = column? else {
                ignored.push(key.clone());
                continue;
            };
            for (state, value) in states.iter_mut().zip(values) {
                // A document without the value is in no range.
                let inside = !value.is_nan()
                    && bounds.min.is_none_or(|least| value >= least)
                    && bounds.max.is_none_or(|most| value <= most);
                if !inside {
                    *state = FAILED;
                }
            }
        }
        if let (Some(farthest), Some(distances)) = (request.within_km, distances) {
            for (state, distance) in states.iter_mut().zip(distances) {
                if distance.is_nan() || *distance > farthest {
                    *state = FAILED;
                }
            }
        }
        Ok(states)
    }

    /// The states with all documents failed that are of another language or don't match the words.
    pub(crate) fn only(&self, language: usize, scores: &[Option<f32>], mut states: Vec<u16>) -> Vec<u16> {
        let documents = self.languages[language].documents.clone();
        for (document, state) in states.iter_mut().enumerate() {
            let matches =
                document.checked_sub(documents.start).and_then(|own| scores.get(own)).is_some_and(Option::is_some);
            if !matches {
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

    /// What each document's collection multiplies its score by.
    pub(crate) fn collection_weights(&self) -> Vec<f32> {
        let mut weights = vec![1.0; self.documents()];
        let Some(collections) = self.facets.first() else { return weights };
        for value in &collections.values {
            let known = self.header.definition.collections.iter().find(|known| known.key == value.path);
            let Some(weight) = known.map(|known| known.weight).filter(|weight| *weight != 1.0) else { continue };
            for document in &value.documents {
                weights[*document as usize] = weight;
            }
        }
        weights
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
