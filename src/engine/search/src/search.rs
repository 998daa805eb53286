//! A request to a response: parse, look up, score, filter, count, sort, show. Each stage names all blocks that it misses before it gives up.

use crate::columns::{TITLE_ORDER, UPDATED};
use crate::definition::label;
use crate::engine::Engine;
use crate::facets::{self, PASSED};
use crate::plan::{Corrections, Plan, Step, plan as look_up};
use crate::query::{Clause, Demand, parse, unquoted};
use crate::relax::Demands;
use crate::request::{
    Demanded, EntryText, Excerpt, FieldName, Opening, OpeningCounts, Outcome, Relaxation, Request, Response, Sort,
    Stats,
};
use crate::score::{Scored, score};
use crate::select::{Filtered, Openings, sort};
use crate::tokens::{Shape, Token, tokens};
use std::fmt;
use std::io;

/// So many hits are given at once.
const MOST_HITS: usize = 100;

/// What the best of those put below scores against the worst of those above.
const JUST_BELOW: f32 = 0.99;

/// The score of a document that the words don't match: less than any score, whatever is added.
const MISSED: f32 = f32::NEG_INFINITY;

/// A word of fewer letters is a crumb.
const LEAST_TELLING: usize = 3;
/// What a crumb counts where words are left out.
const CRUMB_WEIGHT: f32 = 0.1;

/// A search failed for a reason other than a missing block: the index is not what its digests say, or the engine is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchError(pub String);

impl fmt::Display for SearchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the search index can't be read: {}", self.0)
    }
}

impl std::error::Error for SearchError {}

/// What the words of a query say of the documents of one language.
pub(crate) struct Matched {
    pub(crate) plan: Plan,
    /// Score by document of the language; `MISSED` where the words don't match.
    scores: Vec<f32>,
    /// Whether a document has a correction and nothing of what was typed, for a demand that counts; empty where none has.
    corrected: Vec<bool>,
    /// Whether a document has all that was typed in its title; empty where that is not several words.
    titled: Vec<bool>,
    scored: Scored,
    /// Steps that are left out because all together match nothing.
    left_out: Vec<usize>,
}

impl Matched {
    /// The words that are left out, as typed.
    fn ignored(&self) -> Vec<String> {
        self.left_out.iter().filter_map(|step| typed(&self.plan.steps[*step])).collect()
    }
}

impl Engine {
    /// Answers a request, or names the files that it needs first.
    pub fn search(&self, request: &Request) -> Result<Outcome<Response>, SearchError> {
        self.outcome(|| self.respond(request))
    }

    /// Passages around the matches in the texts of entries, or the files needed first; none after a search with the same words.
    pub fn excerpts(&self, request: &Request, texts: &[EntryText]) -> Result<Outcome<Vec<Excerpt>>, SearchError> {
        self.outcome(|| self.excerpts_of(request, texts))
    }

    /// Runs a search, and tells a missing block from a failure.
    fn outcome<T>(&self, answer: impl FnOnce() -> io::Result<T>) -> Result<Outcome<T>, SearchError> {
        let answer = answer();
        let missing = self.blocks.take_missing();
        if !missing.is_empty() {
            return Ok(Outcome::Missing(missing));
        }
        answer.map(Outcome::Done).map_err(|error| SearchError(error.to_string()))
    }

    pub(crate) fn clauses(&self, request: &Request, language: usize) -> Vec<Clause> {
        parse(&request.q, &self.header.definition, &self.facets, &self.languages[language].rules, request.as_you_type)
    }

    pub(crate) fn respond(&self, request: &Request) -> io::Result<Response> {
        if self.languages.is_empty() {
            return Ok(Response::default());
        }
        let language = self.language_number(&request.lang);
        let clauses = self.clauses(request, language);
        // All languages and columns are asked for at once, so that their blocks come in the same round.
        let matched: Vec<io::Result<Matched>> = (0..self.languages.len())
            .map(|number| {
                let corrections = if number == language { Corrections::Yes } else { Corrections::No };
                self.match_words(number, &self.clauses(request, number), corrections)
            })
            .collect();
        let distances = self.distances(request);
        let order = match request.sort {
            Sort::Title => self.column(TITLE_ORDER),
            Sort::Updated => self.column(UPDATED),
            _ => Ok(None),
        };
        let filtered = self.filter(request, &clauses, distances.as_ref().ok().and_then(Option::as_deref));
        let order = order?;
        let Filtered { states, filters, openings, mut ignored } = filtered?;
        let distances = distances?;
        let mut response = Response::default();
        let mut own = None;
        for (number, matched) in matched.into_iter().enumerate() {
            let matched = matched?;
            if number == language {
                own = Some(matched);
            } else {
                let documents = self.languages[number].documents.clone();
                let count = documents
                    .zip(&matched.scores)
                    .filter(|(document, score)| **score >= 0.0 && states[*document] == PASSED)
                    .count();
                if count > 0 && matched.left_out.is_empty() {
                    response.other_languages.insert(self.languages[number].code.clone(), count);
                }
            }
        }
        let Some(own) = own else { return Ok(Response::default()) };
        let documents = self.languages[language].documents.clone();
        if !documents.clone().zip(&own.scores).any(|(document, score)| *score >= 0.0 && states[document] == PASSED) {
            let demands = Demands {
                plan: &own.plan,
                scored: &own.scored,
                left_out: &own.left_out,
                states: &states[documents],
                filters: &filters,
            };
            response.relax = demands.relaxations();
            if let Some(plain) = unquoted(&request.q) {
                let asked = Request { q: plain, limit: 0, explain: false, ..request.clone() };
                let count = self.respond(&asked)?.total;
                let quotes = Relaxation { demand: Demanded::Quotes, key: asked.q, count };
                response.relax.splice(0..0, Some(quotes).filter(|quotes| quotes.count > 0));
            }
        }
        let states = self.only(language, &own.scores, states);
        response.openings = openings.as_ref().map(|openings| opening_counts(openings, &states));
        let chosen = self.chosen(request, &clauses);
        response.facets = facets::count(
            &self.facets,
            &states,
            &chosen,
            &self.languages[language].code,
            &self.header.definition.languages,
        );
        response.prices = self.header.definition.prices.iter().map(|key| self.field_name(key, language)).collect();
        let first = self.languages[language].documents.start;
        let weights = self.collection_weights();
        let weight = |document: usize| self.facets.first()?.first_value(document).map(|value| weights[value]);
        let mut found: Vec<(u32, f32)> = Vec::new();
        for (document, score) in (first..).zip(&own.scores) {
            if *score >= 0.0 && states[document] == PASSED {
                found.push((document as u32, score * weight(document).unwrap_or(1.0)));
            }
        }
        if !own.titled.is_empty() {
            put_below(&mut found, |document| !own.titled[document as usize - first]);
        }
        if !own.corrected.is_empty() {
            put_below(&mut found, |document| own.corrected[document as usize - first]);
        }
        response.total = found.len();
        sort(
            &mut found,
            request,
            order.as_deref(),
            distances.as_deref(),
            request.offset.saturating_add(request.limit.min(MOST_HITS)),
        );
        let shown: Vec<(u32, f32)> =
            found.into_iter().skip(request.offset).take(request.limit.min(MOST_HITS)).collect();
        response.hits = self.hits(request, language, &own.plan, &shown, distances.as_deref(), openings.as_ref())?;
        let left_out = own.ignored();
        let suggestions = || own.plan.corrections.iter().chain(&own.plan.suggestions);
        if suggestions().any(|correction| !left_out.contains(&correction.from)) {
            response.did_you_mean = Some(corrected(&request.q, &own.plan));
        }
        response.corrections.clone_from(&own.plan.corrections);
        ignored.extend(left_out);
        response.ignored = ignored;
        response.stats = Stats {
            documents: self.documents(),
            posting_lists: own.scored.posting_lists,
            truncated: own.plan.truncated,
        };
        Ok(response)
    }

    fn field_name(&self, key: &str, language: usize) -> FieldName {
        let definition = &self.header.definition;
        let named = definition.field_labels.get(key);
        let named = named.map(|labels| label(labels, &self.languages[language].code, &definition.languages, key));
        FieldName {
            key: key.to_owned(),
            label: named.unwrap_or(key).to_owned(),
            currency: definition.currencies.get(key).cloned(),
        }
    }

    /// Looks up and scores the words of a query in a language; leaves words out where all together match nothing.
    pub(crate) fn match_words(
        &self,
        language: usize,
        clauses: &[Clause],
        corrections: Corrections,
    ) -> io::Result<Matched> {
        let mut plan = look_up(self, language, clauses, corrections);
        let mut scored = score(self, language, &plan, None)?;
        let count = self.languages[language].documents.len();
        let mut left_out = Vec::new();
        let mut scores = combine(&scored, count, &[]);
        if !any_matches(&scores) && corrections == Corrections::Yes && plan.steps.len() > 1 {
            let eager = look_up(self, language, clauses, Corrections::Eager);
            let eager_scored = score(self, language, &eager, None)?;
            let eager_scores = combine(&eager_scored, count, &[]);
            if any_matches(&eager_scores) {
                (plan, scored, scores) = (eager, eager_scored, eager_scores);
            }
        }
        if !any_matches(&scores) {
            left_out = least_loss(&plan, &scored, count);
            if !left_out.is_empty() {
                scores = combine(&scored, count, &left_out);
            }
        }
        let steps = || scored.steps.iter().enumerate().filter(|(number, _)| !left_out.contains(number));
        let wanted = || steps().filter_map(|(_, step)| step.as_ref()).filter(|(demand, _)| *demand == Demand::Must);
        let mut corrected: Vec<bool> = Vec::new();
        for (_, scores) in wanted().filter(|(_, scores)| !scores.corrected.is_empty()) {
            corrected.resize(count, false);
            corrected.iter_mut().zip(&scores.corrected).for_each(|(all, own)| *all |= own);
        }
        let mut titled: Vec<bool> = Vec::new();
        if wanted().count() > 1 && wanted().all(|(_, scores)| !scores.titled.is_empty()) {
            titled.resize(count, true);
            wanted().for_each(|(_, scores)| titled.iter_mut().zip(&scores.titled).for_each(|(all, own)| *all &= own));
        }
        Ok(Matched { plan, scores, corrected, titled, scored, left_out })
    }
}

fn any_matches(scores: &[f32]) -> bool {
    scores.iter().any(|score| *score >= 0.0)
}

/// Puts some documents below all others, in their own order.
fn put_below(found: &mut [(u32, f32)], is_lower: impl Fn(u32) -> bool) {
    let least = found.iter().filter(|(document, _)| !is_lower(*document)).map(|(_, score)| *score);
    let Some(least) = least.reduce(f32::min) else { return };
    let most = found.iter().filter(|(document, _)| is_lower(*document)).map(|(_, score)| *score).fold(0.0, f32::max);
    if most >= least {
        let factor = least / most * JUST_BELOW;
        for (_, score) in found.iter_mut().filter(|(document, _)| is_lower(*document)) {
            *score *= factor;
        }
    }
}

/// The sum of the demands' scores of each document; `MISSED` where one is not met. Demands that are left out don't count.
fn combine(scored: &Scored, count: usize, left_out: &[usize]) -> Vec<f32> {
    let mut sums = vec![0.0_f32; count];
    for (number, step) in scored.steps.iter().enumerate() {
        let Some((demand, scores)) = step.as_ref().filter(|_| !left_out.contains(&number)) else { continue };
        let scores = sums.iter_mut().zip(&scores.values);
        match demand {
            Demand::Must => scores.for_each(|(sum, score)| *sum += if *score > 0.0 { *score } else { MISSED }),
            Demand::MustNot => scores.for_each(|(sum, score)| *sum += if *score > 0.0 { MISSED } else { 0.0 }),
        }
    }
    sums
}

/// The fewest losses when no document meets all demands: those that the best document doesn't meet. Empty if nothing helps.
fn least_loss(plan: &Plan, scored: &Scored, count: usize) -> Vec<usize> {
    let wanted = || {
        let steps = scored.steps.iter().enumerate();
        steps.filter_map(|(number, step)| step.as_ref().map(|(demand, scores)| (number, *demand, &scores.values)))
    };
    // A crumb of a word tells less than a word, however rare it is.
    let weight = |step: &Step| match typed(step) {
        Some(words) if words.chars().count() < LEAST_TELLING => CRUMB_WEIGHT,
        _ => 1.0,
    };
    let weights: Vec<f32> = plan.steps.iter().map(weight).collect();
    let is_quoted = |number: usize| matches!(plan.steps[number], Step::Phrase { .. });
    let mut sums = vec![0.0_f32; count];
    for (number, demand, scores) in wanted() {
        let scores = sums.iter_mut().zip(scores);
        match demand {
            // What stands between quotes is meant as it stands.
            Demand::Must if is_quoted(number) => {
                scores.for_each(|(sum, score)| *sum += if *score > 0.0 { weights[number] * score } else { MISSED });
            }
            Demand::Must => scores.for_each(|(sum, score)| *sum += weights[number] * score),
            Demand::MustNot => scores.for_each(|(sum, score)| *sum += if *score > 0.0 { MISSED } else { 0.0 }),
        }
    }
    let mut best: Option<(f32, usize)> = None;
    for (document, sum) in sums.into_iter().enumerate() {
        if sum > best.map_or(0.0, |(most, _)| most) {
            best = Some((sum, document));
        }
    }
    let Some((_, document)) = best else { return Vec::new() };
    wanted()
        .filter(|(_, demand, scores)| *demand == Demand::Must && scores[document] <= 0.0)
        .map(|(number, ..)| number)
        .collect()
}

fn typed(step: &Step) -> Option<String> {
    match step {
        Step::Words { typed, .. } | Step::Phrase { typed, .. } => Some(typed.clone()),
        Step::Filter => None,
    }
}

/// Counts the documents that meet all demands but perhaps that of being open.
fn opening_counts(openings: &Openings, states: &[u16]) -> OpeningCounts {
    let mut counts = OpeningCounts::default();
    let mark = openings.filter + 1;
    let own =
        states.iter().zip(&openings.states).filter(|(state, _)| **state == PASSED || usize::from(**state) == mark);
    for (_, opening) in own {
        match opening {
            Opening::Open => counts.open += 1,
            Opening::Closed => counts.closed += 1,
            Opening::Unknown => counts.unknown += 1,
        }
    }
    counts
}

/// The query with its corrections in place.
fn corrected(query: &str, plan: &Plan) -> String {
    let words: Vec<Token> = tokens(query).into_iter().filter(|token| token.shape == Shape::Word).collect();
    let mut text = String::new();
    let mut end = 0;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let pair = words.get(place + 1).map(|next| (format!("{} {}", word.text, next.text), next.bytes.end));
        let replaced = plan.corrections.iter().chain(&plan.suggestions).find_map(|correction| match &pair {
            Some((both, after)) if correction.from == *both => Some((&correction.to, *after, 2)),
            _ => (correction.from == word.text).then_some((&correction.to, word.bytes.end, 1)),
        });
        if let Some((to, after, _)) = replaced {
            text.push_str(&query[end..word.bytes.start]);
            text.push_str(to);
            end = after;
        }
        place += replaced.map_or(1, |(.., words)| words);
    }
    text.push_str(&query[end..]);
    text
}
