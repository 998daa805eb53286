//! The clauses of a query, looked up in the dictionary of a language: which posting lists stand for which word.
//!
//! Looking up goes on after a miss, so that all blocks of the round are named at once.

use crate::accents;
use crate::bytes::Reader;
use crate::engine::Engine;
use crate::expand::{Completions, Kinship, Variant, exactly, expand};
use crate::fold::fold;
use crate::meant::MOST_RARE;
use crate::near::Near;
use crate::query::{Clause, Demand, Words};
use crate::request::Correction;
use crate::schema::Zone;
use crate::spelling::{self, Row};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

/// At most so many corrections of a word are searched together.
const MOST_CORRECTIONS: usize = 5;
/// And so many of a word of two or three letters, which the other words of the query choose from.
const MOST_SHORT_CORRECTIONS: usize = 24;

/// A word written as one with another has at least so many letters.
const LEAST_PART: usize = 2;

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
    /// A facet value or a range: not a matter of words.
    Filter,
}

/// A query, looked up in one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) corrections: Vec<Correction>,
    /// What rare words may be mistakes of; it is searched beside them.
    pub(crate) suggestions: Vec<Correction>,
    pub(crate) truncated: bool,
}

/// Whether words that are absent or rare may be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corrections {
    Yes,
    No,
    /// And those that are there: nothing has all words as they are typed.
    Eager,
}

/// Looks up the clauses in a language. What could not be read is noted by the blocks.
pub(crate) fn plan(engine: &Engine, language: usize, clauses: &[Clause], corrections: Corrections) -> Plan {
    let mut plan = Plan::default();
    let alone = clauses.iter().filter(|clause| matches!(clause, Clause::Words(_) | Clause::Phrase { .. })).count() == 1;
    let mut clauses = clauses.iter().peekable();
    while let Some(clause) = clauses.next() {
        if corrections != Corrections::No
            && let (Clause::Words(words), Some(Clause::Words(next))) = (clause, clauses.peek())
            && let Some(step) = join(engine, language, words, next, corrections, &mut plan)
        {
            clauses.next();
            plan.steps.push(step);
            continue;
        }
        let step = match clause {
            Clause::Facet { .. } | Clause::Range { .. } => Step::Filter,
            Clause::Phrase { demand, zone, words } => phrase(engine, language, *demand, *zone, words),
            Clause::Words(words) => plan_words(engine, language, words, corrections, alone, &mut plan),
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

fn plan_words(
    engine: &Engine,
    language: usize,
    words: &Words,
    corrections: Corrections,
    alone: bool,
    plan: &mut Plan,
) -> Step {
    let rules = &engine.languages[language].rules;
    let complete = Cell::new(true);
    let mut look_up = |word: &str, last: bool| {
        let completions = if words.unfinished && last { Completions::Yes } else { Completions::No };
        let expansion = expand(&engine.text, language, rules, word, completions).unwrap_or_else(|_| {
            complete.set(false);
            Default::default()
        });
        plan.truncated |= expansion.truncated;
        Term { word: word.to_owned(), variants: expansion.variants }
    };
    // `rendez-vous`: a part without weight tells nothing, so the compound is looked for as one where documents have it.
    let is_one = words.parts.iter().any(|part| rules.is_stop_word(part));
    let joined = words.joined.as_ref().map(|joined| look_up(joined, true));
    let mut rows: Vec<Vec<Term>> = Vec::new();
    if joined.is_none() || !is_one || (joined.iter().all(|term| term.variants.is_empty()) && complete.get()) {
        let last = words.parts.len().saturating_sub(1);
        rows.push(words.parts.iter().enumerate().map(|(place, word)| look_up(word, place == last)).collect());
    }
    rows.extend(joined.map(|joined| vec![joined]));
    for alternative in &words.synonyms {
        rows.push(alternative.iter().map(|word| synonym(look_up(word, false))).collect());
    }
    let possible = |rows: &[Vec<Term>]| rows.iter().any(|row| row.iter().all(|term| !term.variants.is_empty()));
    if complete.get() && words.demand == Demand::Must && corrections != Corrections::No && !possible(&rows) {
        // `k'atelier` for `l'atelier`: a crumb of a compound that nothing has tells nothing.
        let whole = |term: &Term| !term.variants.is_empty() || term.word.chars().count() > LEAST_PART;
        let without_crumbs: Vec<Term> = rows[0].iter().filter(|term| whole(term)).cloned().collect();
        if !without_crumbs.is_empty() && without_crumbs.len() < rows[0].len() {
            rows.push(without_crumbs);
        }
        let known = plan.corrections.len();
        if !possible(&rows) {
            correct_rows(engine, language, &mut rows, alone, plan);
        }
        // `labocoworking` is two words rather than another one with two mistakes; so both are looked for.
        if let [word] = words.parts.as_slice()
            && let Ok(Some((row, to))) = split(engine, language, word)
        {
            plan.corrections.insert(known, Correction { from: word.clone(), to });
            rows.push(row);
        }
    }
    if complete.get() && words.demand == Demand::Must {
        match corrections {
            Corrections::Yes => rows[0].iter_mut().for_each(|term| add_meant(engine, language, term, plan)),
            Corrections::Eager => rows[0].iter_mut().for_each(|term| add_corrections(engine, language, term, plan)),
            Corrections::No => {}
        }
    }
    Step::Words { demand: words.demand, zone: words.zone, typed: words.typed.clone(), rows }
}

/// Gives the absent words of rows the words that they may have meant.
fn correct_rows(engine: &Engine, language: usize, rows: &mut [Vec<Term>], alone: bool, plan: &mut Plan) {
    let rules = &engine.languages[language].rules;
    for term in rows.iter_mut().flatten().filter(|term| term.variants.is_empty()) {
        let found = correct(engine, language, &term.word, 0, alone).unwrap_or_default();
        if let Some((_, written)) = found.first() {
            plan.corrections.push(Correction { from: term.word.clone(), to: written.clone() });
        }
        for (word, _) in found {
            let expansion = expand(&engine.text, language, rules, &word, Completions::No).unwrap_or_default();
            term.variants
                .extend(expansion.variants.into_iter().map(|variant| as_kinship(variant, Kinship::Correction)));
        }
        // Two corrections may share a stem.
        term.variants.sort_by(|one, other| one.word.cmp(&other.word));
        term.variants.dedup_by(|one, other| one.word == other.word);
    }
}

/// Gives a word that is there, but rare, also what it may be a mistake of.
fn add_meant(engine: &Engine, language: usize, term: &mut Term, plan: &mut Plan) {
    let documents: u32 = term.variants.iter().map(Variant::documents).sum();
    let exact = term.variants.iter().find(|variant| variant.kinship == Kinship::Exact);
    let Some(meant) = exact.filter(|_| documents <= MOST_RARE).and_then(|exact| exact.meant.clone()) else { return };
    let rules = &engine.languages[language].rules;
    let expansion = expand(&engine.text, language, rules, &fold(&meant), Completions::No).unwrap_or_default();
    for variant in expansion.variants {
        // A word of both stems is there already.
        if term.variants.iter().all(|known| known.word != variant.word) {
            term.variants.push(as_kinship(variant, Kinship::Correction));
        }
    }
    plan.suggestions.push(Correction { from: term.word.clone(), to: meant });
}

/// Gives a word that is there, but never with the others, also what it may be a mistake of.
fn add_corrections(engine: &Engine, language: usize, term: &mut Term, plan: &mut Plan) {
    let is_typed = |variant: &Variant| matches!(variant.kinship, Kinship::Exact | Kinship::Stem);
    if !term.variants.iter().any(is_typed) || spelling::mistakes_allowed(term.word.chars().count()) == 0 {
        return;
    }
    let stem = engine.languages[language].rules.stem(&term.word);
    let found = correct(engine, language, &term.word, 1, false).unwrap_or_default();
    let mut others = found.iter().filter(|(word, _)| engine.languages[language].rules.stem(word) != stem).peekable();
    if let Some((_, written)) = others.peek() {
        plan.corrections.push(Correction { from: term.word.clone(), to: written.clone() });
    }
    for (word, _) in others {
        let variants = exactly(&engine.text, language, word, Kinship::Correction).unwrap_or_default();
        term.variants.extend(variants);
    }
}

/// A word of the index as texts have it, with its accents; as it is until that is known.
fn as_written(engine: &Engine, language: usize, word: &str) -> String {
    let known = known(engine, language, Row::Beginnings, &[word]).ok().and_then(|known| known.into_iter().next()?);
    known.map_or_else(|| word.to_owned(), |known| known.written)
}

/// A word of the index.
struct Known {
    word: String,
    documents: u32,
    /// As most documents write it.
    written: String,
}

impl Known {
    fn new(word: String, documents: u32, mut form: Reader<'_>) -> Known {
        let written = accents::read(&mut form, &word).unwrap_or_else(|| word.clone());
        Known { word, documents, written }
    }
}

/// The words of a row that begin, or end, with so many letters of a word, and are at most so many mistakes away: with the number of mistakes.
fn alike(
    engine: &Engine,
    language: usize,
    row: Row,
    letters: &[char],
    trusted: usize,
    most: usize,
) -> io::Result<Vec<(usize, Known)>> {
    let letters: Vec<char> = match row {
        Row::Beginnings => letters.to_vec(),
        Row::Ends => letters.iter().rev().copied().collect(),
    };
    let part: String = letters[..trusted].iter().collect();
    let sections = engine.header.words.get(language).map_or(&[][..], |rows| &rows[row as usize]);
    // All are asked for before the first failure shows.
    let sections: Vec<_> =
        sections[spelling::sections_of(sections, &part)].iter().map(|section| engine.section(section)).collect();
    let mut near = Near::new(letters, most, trusted);
    let mut found = Vec::new();
    for section in sections {
        let visited = near.visit(&section?, |mistakes, word, documents, form| {
            found.push((mistakes, Known::new(row.letters(&word), documents, form)));
        });
        visited.ok_or(io::ErrorKind::InvalidData)?;
    }
    Ok(found)
}

/// Words, where the language has them, in a row. Those of a section are looked for together.
fn known(engine: &Engine, language: usize, row: Row, words: &[&str]) -> io::Result<Vec<Option<Known>>> {
    let sections = engine.header.words.get(language).map_or(&[][..], |rows| &rows[row as usize]);
    let mut wanted: BTreeMap<usize, Vec<(String, usize)>> = BTreeMap::new();
    for (place, word) in words.iter().enumerate() {
        let letters = row.letters(word);
        let after = sections.partition_point(|(first, _)| *first <= letters);
        if let Some(section) = after.checked_sub(1) {
            wanted.entry(section).or_default().push((letters, place));
        }
    }
    // All are asked for before the first failure shows.
    let read: Vec<_> = wanted.keys().map(|section| engine.section(&sections[*section])).collect();
    let mut found: Vec<Option<Known>> = words.iter().map(|_| None).collect();
    for (section, wanted) in read.into_iter().zip(wanted.values_mut()) {
        wanted.sort();
        let visited = spelling::find(&section?, wanted, |place, documents, form| {
            found[place] = Some(Known::new(words[place].to_owned(), documents, form));
        });
        visited.ok_or(io::ErrorKind::InvalidData)?;
    }
    Ok(found)
}

/// Two words of which one is absent, as one word that is not: `squareg olab`.
fn join(
    engine: &Engine,
    language: usize,
    words: &Words,
    next: &Words,
    corrections: Corrections,
    plan: &mut Plan,
) -> Option<Step> {
    let one = |words: &Words| match (words.parts.as_slice(), &words.joined) {
        ([word], _) | (_, Some(word)) if words.demand == Demand::Must && words.zone.is_none() => Some(word.clone()),
        _ => None,
    };
    let (first, second) = (one(words)?, one(next)?);
    if corrections == Corrections::Yes && words.parts.len() + next.parts.len() > 2 {
        return None;
    }
    let present =
        |word: &str| exactly(&engine.text, language, word, Kinship::Exact).map(|variants| !variants.is_empty());
    let (one, other) = (present(&first), present(&second));
    if one.ok()? && other.ok()? && corrections == Corrections::Yes {
        return None;
    }
    let joined = format!("{first}{second}");
    let variants = exactly(&engine.text, language, &joined, Kinship::Correction).ok()?;
    if variants.is_empty() {
        return None;
    }
    let typed = format!("{} {}", words.typed, next.typed);
    let from = format!("{first} {second}");
    plan.corrections.push(Correction { from, to: as_written(engine, language, &joined) });
    Some(Step::Words { demand: Demand::Must, zone: None, typed, rows: vec![vec![Term { word: joined, variants }]] })
}

/// A word that is absent, as two words that are not, and how these are written: `openmindcafe`. The longest first word wins.
fn split(engine: &Engine, language: usize, word: &str) -> io::Result<Option<(Vec<Term>, String)>> {
    let places = word.char_indices().map(|(at, _)| at).skip(LEAST_PART);
    let places = places.filter(|at| word[*at..].chars().count() >= LEAST_PART);
    let (beginnings, ends): (Vec<&str>, Vec<&str>) = places.map(|at| word.split_at(at)).unzip();
    // Both are asked for before the first failure shows. Beginnings of a word are neighbours in one row, its ends in the other.
    let first = known(engine, language, Row::Beginnings, &beginnings);
    let second = known(engine, language, Row::Ends, &ends);
    let halves = first?.into_iter().zip(second?).rev();
    let Some((first, second)) = halves.filter_map(|(first, second)| first.zip(second)).next() else { return Ok(None) };
    let term = |word: String| {
        let variants = exactly(&engine.text, language, &word, Kinship::Correction);
        variants.map(|variants| Term { word, variants })
    };
    let written = format!("{} {}", first.written, second.written);
    let (one, other) = (term(first.word), term(second.word));
    Ok(Some((vec![one?, other?], written)))
}

fn synonym(term: Term) -> Term {
    let variants = term.variants.into_iter().map(|variant| as_kinship(variant, Kinship::Synonym)).collect();
    Term { variants, ..term }
}

/// The variant, of this kinship unless its own is more distant.
fn as_kinship(variant: Variant, kinship: Kinship) -> Variant {
    Variant { kinship: variant.kinship.max(kinship), ..variant }
}

/// The words of the language that a word may have meant, `least` mistakes away or more, each with how it is written; best first: fewest mistakes, same
/// first letter, most documents.
fn correct(
    engine: &Engine,
    language: usize,
    word: &str,
    least: usize,
    alone: bool,
) -> io::Result<Vec<(String, String)>> {
    let letters: Vec<char> = word.chars().collect();
    // A short word is like many others; the other words of the query say which is meant.
    let short = (2..=3).contains(&letters.len());
    let most = if short { 1 } else { spelling::mistakes_allowed(letters.len()) };
    // A number with a digit wrong is another number.
    if most == 0 || letters.iter().all(char::is_ascii_digit) {
        return Ok(Vec::new());
    }
    let trusted = if short { 1 } else { spelling::trusted_letters(letters.len()) };
    // Of four letters the two in the middle may have changed places: neither half is right then.
    let swapped: String = match letters[..] {
        [first, second, third, fourth] => [first, third, second, fourth].iter().collect(),
        _ => String::new(),
    };
    // Everything is asked for before the first failure shows.
    let [in_front, at_the_end] =
        [Row::Beginnings, Row::Ends].map(|row| alike(engine, language, row, &letters, trusted, most));
    let swapped = known(engine, language, Row::Beginnings, &[&swapped]);
    let swapped = swapped.map(|known| known.into_iter().flatten().map(|known| (1, known)).collect::<Vec<_>>());
    let candidates = in_front?.into_iter().chain(at_the_end?).chain(swapped?);
    let mut found: Vec<(usize, bool, Reverse<u32>, String, String)> = candidates
        .filter(|(mistakes, _)| *mistakes >= least)
        .map(|(mistakes, Known { word, documents, written })| {
            (mistakes, word.chars().next() != letters.first().copied(), Reverse(documents), word, written)
        })
        .collect();
    found.sort();
    found.dedup();
    let fewest = found.first().map_or(0, |(mistakes, ..)| *mistakes);
    found.retain(|(mistakes, ..)| *mistakes == fewest);
    found.truncate(if short && !alone { MOST_SHORT_CORRECTIONS } else { MOST_CORRECTIONS });
    Ok(found.into_iter().map(|(.., candidate, written)| (candidate, written)).collect())
}
