//! Facet values and their documents: to bytes and back, filters and counts over them.
//!
//! A facet is a table of the sets of values that documents have, and one number a document: which set, as the distance from that of the document before.
//! Documents are in the order of their facets, so these distances are mostly nothing or little. A range coder learns how likely each is.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_text};
use crate::definition::{Definition, Labels, label};
#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model};
use crate::request::{FacetCounts, ValueCount};
use crate::schema::COLLECTION_FACET;
#[cfg(feature = "build")]
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A facet with all its values.
pub(crate) struct Facet {
    pub(crate) key: String,
    pub(crate) labels: Labels,
    pub(crate) values: Vec<Value>,
    /// The sets of values that documents have, by the values' places.
    sets: Vec<Vec<usize>>,
    /// Which set each document has.
    documents: Vec<u32>,
}

/// A facet value.
#[derive(Default)]
pub(crate) struct Value {
    /// Slug path.
    pub(crate) path: String,
    pub(crate) labels: Labels,
}

/// State of a document in the filters: passed all of them.
pub(crate) const PASSED: u16 = 0;
/// Failed more than one facet, or something that is not a facet. Other numbers mean: failed that facet alone, counted from 1.
pub(crate) const FAILED: u16 = u16::MAX;

/// Writes facets: for each the values of each document, sorted.
#[cfg(feature = "build")]
pub(crate) fn write(facets: &[Vec<Vec<&str>>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut all_numbers: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    let mut encoder = Encoder::new();
    for documents in facets {
        let values: FxHashSet<&str> = documents.iter().flatten().copied().collect();
        let mut values: Vec<&str> = values.into_iter().collect();
        values.sort_unstable();
        put_number(values.len() as u64, &mut out);
        values.iter().for_each(|value| put_text(value, &mut out));
        let places: FxHashMap<&str, usize> = values.iter().copied().zip(0..).collect();
        let by_places = |set: &Vec<&str>| set.iter().map(|value| places[value]).collect();
        let documents: Vec<Vec<usize>> = documents.iter().map(by_places).collect();
        let sets: FxHashSet<&Vec<usize>> = documents.iter().collect();
        let mut sets: Vec<&Vec<usize>> = sets.into_iter().collect();
        sets.sort_unstable_by_key(|set| (set.len(), *set));
        put_number(sets.len() as u64, &mut out);
        let mut table = Table::new(values.len());
        for set in &sets {
            table.pass(set, &mut encoder);
        }
        let numbers: FxHashMap<&Vec<usize>, usize> = sets.iter().copied().zip(0..).collect();
        let sizes = sets.iter().map(|set| set.len()).collect();
        all_numbers.push((sizes, documents.iter().map(|set| numbers[set]).collect()));
    }
    let mut writing: Vec<Distances> = all_numbers.iter().map(|(sizes, _)| Distances::new(sizes.clone())).collect();
    for document in 0..facets.first().map_or(0, Vec::len) {
        let mut moved = false;
        for ((_, numbers), distances) in all_numbers.iter().zip(&mut writing) {
            distances.pass(numbers[document], &mut moved, &mut encoder);
        }
    }
    out.extend(encoder.finish());
    out
}

/// The numbers of the sets of one facet.
struct Distances {
    /// How many values each set has.
    sizes: Vec<usize>,
    last: usize,
    /// Where no facet before this one moved, documents are in the order of this one: the distance is mostly little. By the size of the last set, as a
    /// few small sets are common and many large ones rare, and by whether the last distance was none.
    near: Vec<[Model; 2]>,
    was_none: bool,
    /// Elsewhere the number itself: some sets are more common than others.
    anywhere: [Model; 2],
    /// Numbers are learnt in two parts, the rest and how many times this.
    part: usize,
}

/// Distances are learnt in two parts: this and below, and how many times this.
const LOW: usize = 64;
/// Sets of so many values and more are large.
const LARGE: usize = 8;
/// So many sets are learnt one by one.
const FEW: usize = 1 << 10;

impl Distances {
    fn new(sizes: Vec<usize>) -> Distances {
        let count = sizes.len();
        let models = |part: usize| [Model::new(count.min(part)), Model::new(count.div_ceil(part))];
        let part = if count <= FEW { FEW } else { LOW };
        Distances { sizes, last: 0, near: vec![models(LOW); 2 * LARGE], was_none: false, anywhere: models(part), part }
    }

    /// Passes the number of a document's set; `None` where it is none.
    fn pass(&mut self, number: usize, moved: &mut bool, coder: &mut impl Coder) -> Option<usize> {
        let count = self.sizes.len();
        let distance = if number >= self.last { number - self.last } else { number + count - self.last };
        let kind = self.sizes.get(self.last)?.min(&(LARGE - 1)) * 2 + usize::from(self.was_none);
        let ([low, high], value, part) =
            if *moved { (&mut self.anywhere, number, self.part) } else { (&mut self.near[kind], distance, LOW) };
        let value = coder.number(value / part, high) * part + coder.number(value % part, low);
        if value >= count {
            return None;
        }
        let number = if *moved { value } else { (self.last + value) % count };
        self.was_none = number == self.last;
        *moved |= number != self.last;
        self.last = number;
        Some(number)
    }
}

/// Reads all facets, in the definition's order, the collections first.
pub(crate) fn read(definition: &Definition, bytes: &[u8], documents: usize) -> Option<Vec<Facet>> {
    let mut reader = Reader(bytes);
    let mut facets = vec![Facet::new(COLLECTION_FACET, &Labels::new())];
    facets.extend(definition.facets.iter().map(|facet| Facet::new(&facet.key, &facet.labels)));
    let mut counts = Vec::new();
    for facet in &mut facets {
        for _ in 0..reader.size()? {
            let path = reader.text()?.to_owned();
            facet.values.push(Value { path, labels: Labels::new() });
        }
        // There are no more different sets than documents.
        counts.push(reader.size().filter(|count| *count <= documents)?);
    }
    let mut decoder = Decoder::new(reader.0);
    for (facet, count) in facets.iter_mut().zip(counts) {
        let mut table = Table::new(facet.values.len());
        facet.sets = (0..count).map(|_| table.pass(&[], &mut decoder)).collect::<Option<_>>()?;
        facet.documents.reserve_exact(documents);
    }
    let mut reading: Vec<Distances> =
        facets.iter().map(|facet| Distances::new(facet.sets.iter().map(Vec::len).collect())).collect();
    for _ in 0..documents {
        let mut moved = false;
        for (facet, distances) in facets.iter_mut().zip(&mut reading) {
            let set = distances.pass(0, &mut moved, &mut decoder)?;
            facet.documents.push(u32::try_from(set).ok().filter(|_| set < facet.sets.len())?);
        }
    }
    let (collections, others) = facets.split_first_mut()?;
    collections.arrange(definition.collections.iter().map(|known| (known.key.as_str(), &known.labels)));
    for (facet, known) in others.iter_mut().zip(&definition.facets) {
        facet.arrange(known.values.iter().map(|(path, labels)| (path.as_str(), labels)));
    }
    Some(facets)
}

/// The sets of values of one facet, small ones first, each as what differs from the one before of its size.
struct Table {
    /// Number of values.
    count: usize,
    last: Vec<usize>,
    /// How many values of the set before are not in this one; by how many it has, and by whether its last value is the last of all.
    dropped: [[Model; 2]; LONG + 1],
    /// How many values more than the set before: sets come in the order of their sizes.
    grown: Model,
    /// The distance of each from the least that it can be: of the first by how many were dropped; of the others.
    steps: [Model; 4],
}

/// Lengths are learnt up to this, in steps of this.
const LONG: usize = 15;

impl Table {
    fn new(count: usize) -> Table {
        let length = || Model::new(LONG + 1);
        Table {
            count,
            last: Vec::new(),
            dropped: std::array::from_fn(|_| [length(), length()]),
            grown: length(),
            steps: std::array::from_fn(|_| Model::new(count)),
        }
    }

    /// The least value that may stand at a place: after the one before it, and, where the sets part, after that of the set before.
    fn least(&self, set: &[usize], shared: usize) -> usize {
        let place = set.len();
        let before = set.last().map_or(0, |value| value + 1);
        let other = self.last.get(place).filter(|_| place == shared).map_or(0, |value| value + 1);
        before.max(other)
    }

    /// The model of the values dropped after the set before.
    fn dropping(&mut self) -> &mut Model {
        let at_end = self.last.last().is_some_and(|value| value + 1 == self.count);
        &mut self.dropped[self.last.len().min(LONG)][usize::from(at_end)]
    }

    /// The model of the step to the value at a place.
    fn step(&mut self, place: usize, shared: usize, dropped: usize) -> &mut Model {
        &mut self.steps[if place == shared { dropped.min(2) } else { 3 }]
    }

    /// Passes a set; `None` where it is none.
    fn pass(&mut self, set: &[usize], coder: &mut impl Coder) -> Option<Vec<usize>> {
        let most = self.count;
        let grown = coder.count(set.len().saturating_sub(self.last.len()), most, &mut self.grown)?;
        let count = self.last.len() + grown;
        let mut dropped = 0;
        if grown > 0 {
            self.last.clear();
        } else {
            let alike = set.iter().zip(&self.last).take_while(|(own, other)| own == other).count();
            dropped = coder.count(self.last.len().saturating_sub(alike), most, self.dropping())?;
        }
        let shared = self.last.len().checked_sub(dropped)?;
        let mut passed = self.last[..shared].to_vec();
        for place in shared..count {
            let least = self.least(&passed, shared);
            let step = set.get(place).map_or(0, |value| value.saturating_sub(least));
            let value = least + coder.number(step, self.step(place, shared, dropped));
            if value >= self.count {
                return None;
            }
            passed.push(value);
        }
        self.last.clone_from(&passed);
        Some(passed)
    }
}

impl Facet {
    fn new(key: &str, labels: &Labels) -> Facet {
        let (values, sets, documents) = Default::default();
        Facet { key: key.to_owned(), labels: labels.clone(), values, sets, documents }
    }

    /// Gives the values, which are sorted by path, their names and puts them in the order of the definition, those that it doesn't have last.
    fn arrange<'a>(&mut self, known: impl Iterator<Item = (&'a str, &'a Labels)>) {
        let mut places = vec![None; self.values.len()];
        let mut next = 0..;
        for (path, labels) in known {
            if let Ok(at) = self.values.binary_search_by(|value| value.path.as_str().cmp(path)) {
                self.values[at].labels.clone_from(labels);
                places[at] = places[at].or_else(|| next.next());
            }
        }
        let places: Vec<usize> = places.into_iter().filter_map(|place| place.or_else(|| next.next())).collect();
        self.sets.iter_mut().flatten().for_each(|value| *value = places[*value]);
        let values = std::mem::take(&mut self.values);
        self.values.resize_with(values.len(), Value::default);
        values.into_iter().zip(places).for_each(|(value, place)| self.values[place] = value);
    }

    /// For each set whether it has a value for which `wanted` says so.
    fn sets_with(&self, wanted: impl Fn(&Value) -> bool) -> Vec<bool> {
        let wanted: Vec<bool> = self.values.iter().map(wanted).collect();
        self.sets.iter().map(|set| set.iter().any(|value| wanted[*value])).collect()
    }

    /// The values of a document.
    fn values_of(&self, document: usize) -> impl Iterator<Item = &Value> {
        let set = self.documents.get(document).map_or(&[][..], |set| &self.sets[*set as usize]);
        set.iter().map(|value| &self.values[*value])
    }

    /// The place of the first value of a document; none where it has none.
    pub(crate) fn first_value(&self, document: usize) -> Option<usize> {
        self.sets[*self.documents.get(document)? as usize].first().copied()
    }

    /// How many of some documents have each value.
    fn counts(&self, documents: &[(usize, u16)], passes: impl Fn(u16) -> bool) -> Vec<usize> {
        let mut of_sets = vec![0_usize; self.sets.len()];
        for (document, state) in documents {
            of_sets[self.documents[*document] as usize] += usize::from(passes(*state));
        }
        let mut of_values = vec![0; self.values.len()];
        for (set, count) in self.sets.iter().zip(of_sets).filter(|(_, count)| *count > 0) {
            set.iter().for_each(|value| of_values[*value] += count);
        }
        of_values
    }
}

/// Marks the documents that fail a facet's chosen values.
pub(crate) fn restrict(states: &mut [u16], number: usize, facet: &Facet, chosen: &[String]) {
    let allowed = facet.sets_with(|value| chosen.contains(&value.path));
    fail(states, number, |document| !allowed[facet.documents[document] as usize]);
}

/// Marks the documents that have an excluded value as failing a filter.
pub(crate) fn exclude(states: &mut [u16], number: usize, facet: &Facet, excluded: &str) {
    let excluded = facet.sets_with(|value| value.path == excluded);
    fail(states, number, |document| excluded[facet.documents[document] as usize]);
}

/// Marks the documents for which `fails` says so as failing a facet.
pub(crate) fn fail(states: &mut [u16], number: usize, fails: impl Fn(usize) -> bool) {
    let mark = u16::try_from(number + 1).unwrap_or(FAILED);
    for (document, state) in states.iter_mut().enumerate() {
        if fails(document) {
            *state = if *state == PASSED || *state == mark { mark } else { FAILED };
        }
    }
}

/// Counts, for each value, the documents that pass all filters but those of its own facet. Those of a set are counted together.
pub(crate) fn count(
    facets: &[Facet],
    states: &[u16],
    chosen: &BTreeMap<String, Vec<String>>,
    language: &str,
    languages: &[String],
) -> Vec<FacetCounts> {
    let documents: Vec<(usize, u16)> =
        states.iter().copied().enumerate().filter(|(_, state)| *state != FAILED).collect();
    let mut counted = Vec::new();
    for (number, facet) in facets.iter().enumerate() {
        let mark = u16::try_from(number + 1).unwrap_or(FAILED);
        let chosen = chosen.get(&facet.key).map_or(&[][..], Vec::as_slice);
        let counts = facet.counts(&documents, |state| state == PASSED || state == mark);
        let mut values = Vec::new();
        for (value, count) in facet.values.iter().zip(counts) {
            let chosen = chosen.contains(&value.path);
            if count > 0 || chosen {
                let slug = value.path.rsplit('/').next().unwrap_or(&value.path);
                let label = label(&value.labels, language, languages, slug).to_owned();
                values.push(ValueCount { value: value.path.clone(), label, count, chosen });
            }
        }
        if !values.is_empty() {
            let label = label(&facet.labels, language, languages, &facet.key).to_owned();
            counted.push(FacetCounts { key: facet.key.clone(), label, values });
        }
    }
    counted
}

/// The values of a document by facet key, without those above another of them; the collections are not among them.
pub(crate) fn values_of(facets: &[Facet], document: u32) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for facet in facets.iter().filter(|facet| facet.key != COLLECTION_FACET) {
        let paths: Vec<&str> = facet.values_of(document as usize).map(|value| value.path.as_str()).collect();
        let is_above =
            |path: &str| paths.iter().any(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
        let lowest: Vec<String> = paths.iter().filter(|path| !is_above(path)).map(|path| (*path).to_owned()).collect();
        if !lowest.is_empty() {
            all.insert(facet.key.clone(), lowest);
        }
    }
    all
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{read, write};
    use crate::definition::{Definition, FacetDefinition};
    use std::collections::BTreeSet;

    #[test]
    fn facets_come_back_whatever_the_number_of_sets() {
        for (count, kinds) in [(0_usize, 1_usize), (1, 1), (300, 7), (2_000, 700)] {
            let set = |number: usize| -> BTreeSet<String> {
                (0..number % 3).map(|part| format!("v{}", (number * 31 + part * 17) % kinds)).collect()
            };
            let documents: Vec<BTreeSet<String>> = (0..count).map(set).collect();
            let written = documents.iter().map(|set| set.iter().map(String::as_str).collect()).collect();
            let bytes = write(&[vec![Vec::new(); count], written]);
            let facet = FacetDefinition { key: "kind".to_owned(), ..FacetDefinition::default() };
            let definition = Definition { facets: vec![facet], ..Definition::default() };
            let facets = read(&definition, &bytes, count).expect("facets just written can be read");
            let found: Vec<BTreeSet<String>> = (0..count)
                .map(|document| facets[1].values_of(document).map(|value| value.path.clone()).collect())
                .collect();
            assert_eq!(found, documents);
        }
    }
}
