//! The clauses of a query, looked up in the dictionary of a language: which posting lists stand for which word.
//!
//! Looking up goes on after a miss, so that all blocks of the round are named at once.

use crate::engine::Engine;
use crate::expand::{Completions, Kinship, Variant, beginning_with, exactly, expand};
use crate::header::WORDS;
use crate::query::{Clause, Demand, Words};
use crate::request::Correction;
use crate::schema::Zone;
use crate::spelling;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

/// At most so many corrections of a word are searched together.
const MOST_CORRECTIONS: usize = 5;

/// A word with what stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) word: String,
    pub(crate) variants: Vec<Variant>,
}

/// A demand, looked up.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// One of the rows, all of whose terms must match.
    Words { demand: Demand, zone: Option<Zone>, typed: String, rows: Vec<Vec<Term>> },
    /// Terms at these distances from the first.
    Phrase { demand: Demand, zone: Option<Zone>, typed: String, terms: Vec<(Term, u32)> },
    /// A facet value: not a matter of words.
    Facet,
}

/// A query, looked up in one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) corrections: Vec<Correction>,
    pub(crate) truncated: bool,
}

/// Whether words that are absent may be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corrections {
    Yes,
    No,
}

/// Looks up the clauses in a language. What could not be read is noted by the blocks.
pub(crate) fn plan(engine: &Engine, language: usize, clauses: &[Clause], corrections: Corrections) -> Plan {
    let mut plan = Plan::default();
    for clause in clauses {
        let step = match clause {
            Clause::Facet { .. } => Step::Facet,
            Clause::Phrase { demand, zone, words } => phrase(engine, language, *demand, *zone, words),
            Clause::Words(words) => plan_words(engine, language, words, corrections, &mut plan),
        };
        plan.steps.push(step);
    }
    plan
}

fn phrase(engine: &Engine, language: usize, demand: Demand, zone: Option<Zone>, words: &[(String, u32)]) -> Step {
    let terms = words.iter().map(|(word, distance)| {
        let variants = exactly(&engine.text, language, word, Kinship::Exact).unwrap_or_default();
        (Term { word: word.clone(), variants }, *distance)
    });
    let typed = words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
    Step::Phrase { demand, zone, typed, terms: terms.collect() }
}

fn plan_words(engine: &Engine, language: usize, words: &Words, corrections: Corrections, plan: &mut Plan) -> Step {
    let rules = &engine.languages[language].rules;
    let mut complete = true;
    let mut look_up = |word: &str, last: bool| {
        let completions = if words.unfinished && last { Completions::Yes } else { Completions::No };
        let expansion = expand(&engine.text, language, rules, word, completions).unwrap_or_else(|_| {
            complete = false;
            Default::default()
        });
        plan.truncated |= expansion.truncated;
        Term { word: word.to_owned(), variants: expansion.variants }
    };
    let parts =
        words.parts.iter().enumerate().map(|(place, word)| look_up(word, place + 1 == words.parts.len())).collect();
    let mut rows: Vec<Vec<Term>> = vec![parts];
    if let Some(joined) = &words.joined {
        let joined = look_up(joined, true);
        // `rendez-vous`: a part without weight tells nothing, so the compound is looked for as one where documents have it.
        if !joined.variants.is_empty() && words.parts.iter().any(|part| rules.is_stop_word(part)) {
            rows.clear();
        }
        rows.push(vec![joined]);
    }
    for alternative in &words.synonyms {
        rows.push(alternative.iter().map(|word| synonym(look_up(word, false))).collect());
    }
    let possible = |rows: &[Vec<Term>]| rows.iter().any(|row| row.iter().all(|term| !term.variants.is_empty()));
    if complete && words.demand == Demand::Must && corrections == Corrections::Yes && !possible(&rows) {
        for row in &mut rows {
            for term in row.iter_mut().filter(|term| term.variants.is_empty()) {
                let found = correct(engine, language, &term.word).unwrap_or_default();
                if let Some(best) = found.first() {
                    plan.corrections.push(Correction { from: term.word.clone(), to: best.clone() });
                }
                for word in found {
                    let expansion = expand(&engine.text, language, rules, &word, Completions::No).unwrap_or_default();
                    term.variants
                        .extend(expansion.variants.into_iter().map(|variant| as_kinship(variant, Kinship::Correction)));
                }
                // Two corrections may share a stem.
                term.variants.sort_by(|one, other| one.word.cmp(&other.word));
                term.variants.dedup_by(|one, other| one.word == other.word);
            }
        }
    }
    Step::Words { demand: words.demand, zone: words.zone, typed: words.typed.clone(), rows }
}

fn synonym(term: Term) -> Term {
    let variants = term.variants.into_iter().map(|variant| as_kinship(variant, Kinship::Synonym)).collect();
    Term { variants, ..term }
}

/// The variant, of this kinship unless its own is more distant.
fn as_kinship(variant: Variant, kinship: Kinship) -> Variant {
    Variant { kinship: variant.kinship.max(kinship), ..variant }
}

/// The words of the language that a word may have meant, best first: fewest mistakes, same first letter, most documents.
fn correct(engine: &Engine, language: usize, word: &str) -> io::Result<Vec<String>> {
    let letters: Vec<char> = word.chars().collect();
    let most = spelling::mistakes_allowed(letters.len());
    // A number with a digit wrong is another number.
    if most == 0 || letters.iter().all(char::is_ascii_digit) {
        return Ok(Vec::new());
    }
    let trusted = spelling::trusted_letters(letters.len());
    let beginning: String = letters[..trusted].iter().collect();
    let end: String = letters.iter().rev().take(trusted).collect();
    let sections = engine.header.words.get(language).map_or(&[][..], Vec::as_slice);
    let file = engine.blocks.file(WORDS).ok_or(io::ErrorKind::NotFound)?;
    // Everything is asked for before the first failure shows.
    let alike_in_front = beginning_with(&engine.text, language, &beginning);
    let alike_at_the_end: Vec<_> = sections[spelling::sections_of(sections, &end)]
        .iter()
        .map(|(_, piece)| engine.blocks.read(file, piece.start..piece.start.saturating_add(piece.length)))
        .collect();
    let mut candidates: BTreeMap<String, u32> = alike_in_front?.into_iter().collect();
    for section in alike_at_the_end {
        let visit = |candidate: &str, count| {
            if candidate.starts_with(&end) {
                candidates.insert(spelling::backwards(candidate), count);
            }
        };
        spelling::read(&section?, visit).ok_or(io::ErrorKind::InvalidData)?;
    }
    let mut found: Vec<(usize, bool, Reverse<u32>, String)> = Vec::new();
    for (candidate, count) in candidates {
        let known: Vec<char> = candidate.chars().collect();
        if let Some(mistakes) = spelling::mistakes(&letters, &known, most) {
            found.push((mistakes, known.first() != letters.first(), Reverse(count), candidate));
        }
    }
    found.sort();
    let fewest = found.first().map_or(0, |(mistakes, ..)| *mistakes);
    found.retain(|(mistakes, ..)| *mistakes == fewest);
    found.truncate(MOST_CORRECTIONS);
    Ok(found.into_iter().map(|(.., candidate)| candidate).collect())
}
