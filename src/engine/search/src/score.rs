//! Posting lists to scores: for each demand of a plan, what each document of the language scores.
//!
//! A word's occurrences in all zones and variants are added up, weighted, before they saturate (BM25F): a word in the title and
//! three times in the body is one word found, not four. Word-at-a-time over dense arrays: at tens of thousands of documents
//! this is faster than merging sorted lists, and the code is a fraction of the size.

use crate::engine::Engine;
use crate::expand::{Kinship, Variant};
use crate::lengths::{self, Lengths};
use crate::phrase;
use crate::plan::{Plan, Step, Term};
use crate::query::Demand;
use crate::schema::Zone;
use std::collections::BTreeMap;
use std::io;
use tantivy::schema::IndexRecordOption;

/// How soon more occurrences stop to matter.
const SATURATION: f32 = 1.6;
/// How much the length of a document counts: 0 not at all, 1 in full.
const LENGTH_EFFECT: f32 = 0.4;
/// What a phrase counts against a word.
const PHRASE_WEIGHT: f32 = 1.5;

/// Lines of explanation by document, for the documents that are in it.
pub(crate) type Trace = BTreeMap<u32, Vec<String>>;

/// What a demand gives the documents of a language, in order.
#[derive(Default)]
pub(crate) struct Scores {
    /// 0 where a document does not match.
    pub(crate) values: Vec<f32>,
    /// Whether a document that matches has a correction and nothing that was typed; empty where no document has.
    pub(crate) corrected: Vec<bool>,
    /// Whether a document has it in its title, as typed or of the same stem; empty where that doesn't matter.
    pub(crate) titled: Vec<bool>,
}

impl Scores {
    /// Whether a document of the language matches.
    pub(crate) fn has(&self, document: usize) -> bool {
        self.values.get(document).is_some_and(|score| *score > 0.0)
    }

    /// Whether a document of the language has nothing of what was typed.
    fn is_corrected(&self, document: usize) -> bool {
        self.corrected.get(document).copied().unwrap_or(false)
    }

    /// Whether a document of the language has it in its title.
    fn is_titled(&self, document: usize) -> bool {
        self.titled.get(document).copied().unwrap_or(false)
    }

    /// Both demands: what meets one alone meets nothing.
    fn and(&mut self, other: &Scores) {
        for (own, other) in self.titled.iter_mut().zip(&other.titled) {
            *own &= other;
        }
        for (total, score) in self.values.iter_mut().zip(&other.values) {
            *total = if *total > 0.0 && *score > 0.0 { *total + score } else { 0.0 };
        }
        if self.corrected.is_empty() {
            self.corrected.clone_from(&other.corrected);
        } else {
            for (own, other) in self.corrected.iter_mut().zip(&other.corrected) {
                *own |= other;
            }
        }
    }

    /// Either demand, the better one counting.
    fn or(&mut self, other: Scores) {
        for document in 0..self.values.len() {
            let (own, score) = (self.values[document], other.values.get(document).copied().unwrap_or_default());
            if score <= 0.0 {
                continue;
            }
            let corrected = other.is_corrected(document) && (own <= 0.0 || self.is_corrected(document));
            if corrected != self.is_corrected(document) {
                self.corrected.resize(self.values.len(), false);
                self.corrected[document] = corrected;
            }
            self.values[document] = own.max(score);
            self.titled[document] |= other.is_titled(document);
        }
    }
}

/// The scores of a plan.
#[derive(Default)]
pub(crate) struct Scored {
    /// One for each step; none for facets and ranges, which the filters see to.
    pub(crate) steps: Vec<Option<(Demand, Scores)>>,
    pub(crate) posting_lists: usize,
}

/// Evaluates a plan in its language. Goes on after a miss, to name all missing blocks, then fails.
pub(crate) fn score(
    engine: &Engine,
    language: usize,
    plan: &Plan,
    mut trace: Option<&mut Trace>,
) -> io::Result<Scored> {
    let parts = Zone::ALL.map(|zone| Lengths::all().map(|lengths| part(zone, lengths)));
    let mut evaluation = Evaluation { engine, language, parts, posting_lists: 0, miss: None };
    let mut steps = Vec::new();
    for step in &plan.steps {
        steps.push(match step {
            Step::Filter => None,
            Step::Words { demand, zone, rows, .. } => Some((*demand, evaluation.words(*zone, rows, &mut trace))),
            Step::Phrase { demand, zone, terms, typed } => {
                Some((*demand, evaluation.phrase(*zone, terms, typed, &mut trace)))
            }
        });
    }
    match evaluation.miss {
        Some(miss) => Err(miss),
        None => Ok(Scored { steps, posting_lists: evaluation.posting_lists }),
    }
}

/// What of an occurrence in a zone counts, by the lengths of the document. A title is not worse for standing above a long page.
fn part(zone: Zone, lengths: Lengths) -> f32 {
    match zone {
        Zone::Body => 1.0 / (1.0 - LENGTH_EFFECT + LENGTH_EFFECT * lengths.part_of_mean()),
        Zone::Title => 1.0 / lengths.title_norm(),
        Zone::Keywords | Zone::Summary => 1.0,
    }
}

struct Evaluation<'a> {
    engine: &'a Engine,
    language: usize,
    /// By zone and lengths.
    parts: [[f32; lengths::KINDS]; Zone::ALL.len()],
    posting_lists: usize,
    miss: Option<io::Error>,
}

impl Evaluation<'_> {
    fn first(&self) -> u32 {
        self.engine.languages[self.language].documents.start as u32
    }

    fn count(&self) -> usize {
        self.engine.languages[self.language].documents.len()
    }

    /// The best row of each document, a row counting where all its terms match.
    fn words(&mut self, zone: Option<Zone>, rows: &[Vec<Term>], trace: &mut Option<&mut Trace>) -> Scores {
        let count = self.count();
        let mut best: Option<Scores> = None;
        for row in rows {
            if row.iter().any(|term| term.variants.is_empty()) {
                continue;
            }
            let mut sum: Option<Scores> = None;
            for term in row {
                let scores = self.term(zone, term, trace);
                match &mut sum {
                    None => sum = Some(scores),
                    Some(sum) => sum.and(&scores),
                }
            }
            // A synonym of several words is one thing said, not several.
            let typed = rows.first().map_or(1, Vec::len);
            let mut sum = sum.unwrap_or_default();
            if row.len() > typed {
                let part = typed as f32 / row.len() as f32;
                sum.values.iter_mut().for_each(|score| *score *= part);
            }
            match &mut best {
                None => best = Some(sum),
                Some(best) => best.or(sum),
            }
        }
        best.unwrap_or_else(|| Scores { values: vec![0.0; count], corrected: Vec::new(), titled: vec![false; count] })
    }

    fn term(&mut self, zone: Option<Zone>, term: &Term, trace: &mut Option<&mut Trace>) -> Scores {
        let mut occurrences = vec![0.0_f32; self.count()];
        let has_corrections = term.variants.iter().any(|variant| variant.kinship == Kinship::Correction);
        let mut titled = vec![false; self.count()];
        let mut corrected = vec![has_corrections; if has_corrections { self.count() } else { 0 }];
        let mut lines: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let first = self.first();
        let lengths = &self.engine.lengths[self.engine.languages[self.language].documents.clone()];
        for variant in &term.variants {
            for (list_zone, info) in
                variant.lists.iter().filter(|(list_zone, _)| zone.is_none_or(|wanted| wanted == *list_zone))
            {
                let weight = variant.kinship.weight() * list_zone.weight();
                let weights = self.parts[*list_zone as usize].map(|part| weight * part);
                let in_title = *list_zone == Zone::Title && variant.kinship <= Kinship::Stem;
                let is_typed = has_corrections && variant.kinship != Kinship::Correction;
                self.posting_lists += 1;
                let mut postings =
                    match self.engine.text.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs) {
                        Ok(postings) => postings,
                        Err(miss) => {
                            self.miss = Some(miss);
                            continue;
                        }
                    };
                while postings.block_len() > 0 {
                    for (document, frequency) in postings.docs().iter().zip(postings.freqs()) {
                        let place = document.wrapping_sub(first) as usize;
                        if let (Some(sum), Some(lengths)) = (occurrences.get_mut(place), lengths.get(place)) {
                            *sum += lengths.pick(&weights) * *frequency as f32;
                        }
                    }
                    if in_title {
                        mark(&mut titled, postings.docs(), first, true);
                    }
                    if is_typed {
                        mark(&mut corrected, postings.docs(), first, false);
                    }
                    if let Some(trace) = trace {
                        for (document, frequency) in postings.docs().iter().zip(postings.freqs()) {
                            let lengths = lengths.get(document.wrapping_sub(first) as usize);
                            if let Some(lengths) = lengths.filter(|_| trace.contains_key(document)) {
                                let line = line(variant, *list_zone, *frequency, lengths.pick(&weights));
                                lines.entry(*document).or_default().push(line);
                            }
                        }
                    }
                    postings.advance();
                }
            }
        }
        self.saturate(&mut occurrences, 1.0);
        if let Some(trace) = trace {
            for (document, lines) in lines {
                let score = occurrences.get(document.wrapping_sub(first) as usize).copied().unwrap_or_default();
                if let Some(explanation) = trace.get_mut(&document) {
                    explanation.push(format!("{}: {} = {}", term.word, thousandths(score), lines.join(" + ")));
                }
            }
        }
        Scores { values: occurrences, corrected, titled }
    }

    fn phrase(
        &mut self,
        zone: Option<Zone>,
        terms: &[(Term, u32)],
        typed: &str,
        trace: &mut Option<&mut Trace>,
    ) -> Scores {
        let mut occurrences = vec![0.0_f32; self.count()];
        let rules = &self.engine.languages[self.language].rules;
        for phrase_zone in Zone::ALL.into_iter().filter(|known| zone.is_none_or(|wanted| wanted == *known)) {
            // Words without weight are indexed in titles alone; elsewhere any word may stand in their place.
            let looked_for =
                terms.iter().filter(|(term, _)| phrase_zone == Zone::Title || !rules.is_stop_word(&term.word));
            let lists: Option<Vec<_>> = looked_for
                .map(|(term, distance)| {
                    let lists = term.variants.iter().flat_map(|variant| &variant.lists);
                    lists.clone().find(|(known, _)| *known == phrase_zone).map(|(_, info)| (info, *distance))
                })
                .collect();
            let Some(lists) = lists.filter(|lists| !lists.is_empty()) else { continue };
            self.posting_lists += lists.len();
            if lists.len() > 1 {
                // Positions are asked for in the round of the postings, which are read first.
                lists.iter().for_each(|(info, _)| self.engine.ask_for_positions(info));
            }
            let first = self.first();
            let found = phrase::find(&self.engine.text, &lists, |document, frequency| {
                if let Some(sum) = occurrences.get_mut(document.wrapping_sub(first) as usize) {
                    *sum += phrase_zone.weight() * frequency as f32;
                }
            });
            if let Err(miss) = found {
                self.miss = Some(miss);
            }
        }
        self.saturate(&mut occurrences, PHRASE_WEIGHT);
        if let Some(trace) = trace {
            for (document, explanation) in trace.iter_mut() {
                match occurrences.get(document.wrapping_sub(self.first()) as usize) {
                    Some(score) if *score > 0.0 => explanation.push(format!("“{typed}”: {}", thousandths(*score))),
                    _ => {}
                }
            }
        }
        Scores { values: occurrences, ..Scores::default() }
    }

    /// Weighted occurrences to scores: rare words count more, many occurrences not much more than some.
    fn saturate(&self, occurrences: &mut [f32], weight: f32) {
        let found = occurrences.iter().filter(|sum| **sum > 0.0).count() as f32;
        let rarity = libm::logf(1.0 + (self.count() as f32 - found + 0.5) / (found + 0.5));
        for sum in occurrences {
            *sum = weight * rarity * *sum / (*sum + SATURATION);
        }
    }
}

/// Says something of documents of the language.
fn mark(all: &mut [bool], documents: &[u32], first: u32, value: bool) {
    for document in documents {
        if let Some(known) = all.get_mut(document.wrapping_sub(first) as usize) {
            *known = value;
        }
    }
}

/// A number with three decimals. What the library rounds with is several times as large.
fn thousandths(number: f32) -> String {
    let rounded = (number * 1_000.0 + 0.5) as u32;
    format!("{}.{:03}", rounded / 1_000, rounded % 1_000)
}

/// A number with two decimals.
fn hundredths(number: f32) -> String {
    let rounded = (number * 100.0 + 0.5) as u32;
    format!("{}.{:02}", rounded / 100, rounded % 100)
}

fn line(variant: &Variant, zone: Zone, frequency: u32, weight: f32) -> String {
    let kinship = if variant.kinship == Kinship::Exact {
        String::new()
    } else {
        format!(", {} {}", variant.kinship.name(), variant.word)
    };
    format!("{} {frequency}×{}{kinship}", zone.name(), hundredths(weight))
}
