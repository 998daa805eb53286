//! Which stretches of a text matched, in the units that browsers count in; and the passage of a body that shows the match best.

use crate::plan::{Plan, Step};
use crate::query::Demand;
use crate::tokens::{Shape, Token, tokens};
use std::collections::BTreeSet;
use std::ops::Range;

/// An excerpt is about this long, in characters.
const EXCERPT_LENGTH: usize = 240;

/// The words of the index that a plan accepts, folded.
pub(crate) fn accepted(plan: &Plan) -> BTreeSet<&str> {
    let mut words = BTreeSet::new();
    for step in &plan.steps {
        let terms: Vec<_> = match step {
            Step::Words { demand: Demand::Must, rows, .. } => rows.iter().flatten().collect(),
            Step::Phrase { demand: Demand::Must, terms, .. } => terms.iter().map(|(term, _)| term).collect(),
            _ => continue,
        };
        words.extend(terms.into_iter().flat_map(|term| &term.variants).map(|variant| variant.word.as_str()));
    }
    words
}

/// Stretches of a text that are accepted words, in UTF-16 units; neighbours are not joined.
pub(crate) fn marks(text: &str, accepted: &BTreeSet<&str>) -> Vec<(usize, usize)> {
    if accepted.is_empty() {
        return Vec::new();
    }
    in_utf16(text, &matching(&tokens(text), accepted))
}

/// Byte ranges of the accepted tokens, in order, without overlap.
fn matching(tokens: &[Token], accepted: &BTreeSet<&str>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> =
        tokens.iter().filter(|token| accepted.contains(token.text.as_str())).map(|token| token.bytes.clone()).collect();
    ranges.sort_by_key(|range| (range.start, usize::MAX - range.end));
    let mut end = 0;
    ranges.retain(|range| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    ranges
}

fn in_utf16(text: &str, ranges: &[Range<usize>]) -> Vec<(usize, usize)> {
    let mut marks = Vec::with_capacity(ranges.len());
    let (mut byte, mut unit) = (0, 0);
    let mut advance = |to: usize| {
        unit += text.get(byte..to).map_or(0, |piece| piece.encode_utf16().count());
        byte = to;
        unit
    };
    for range in ranges {
        let start = advance(range.start);
        marks.push((start, advance(range.end)));
    }
    marks
}

/// The passage of a body with most different accepted words, and its marks; empty where there is none.
pub(crate) fn excerpt(body: &str, accepted: &BTreeSet<&str>) -> (String, Vec<(usize, usize)>) {
    let all = tokens(body);
    let hits: Vec<&Token> = all.iter().filter(|token| accepted.contains(token.text.as_str())).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (number, first) in hits.iter().enumerate() {
        // Two thirds of the passage follow the first match of the window.
        let within =
            hits[number..].iter().take_while(|hit| hit.bytes.end <= first.bytes.start + EXCERPT_LENGTH * 2 / 3);
        let different: BTreeSet<&str> = within.clone().map(|hit| hit.text.as_str()).collect();
        let rank = (different.len(), within.count());
        if best.is_none_or(|(words, count, _)| rank > (words, count)) {
            best = Some((rank.0, rank.1, number));
        }
    }
    let Some((_, _, number)) = best else { return (String::new(), Vec::new()) };
    let words: Vec<&Token> = all.iter().filter(|token| token.shape == Shape::Word).collect();
    let start = passage_start(body, &words, hits[number].bytes.start);
    let end = words
        .iter()
        .map(|word| word.bytes.end)
        .take_while(|end| *end <= start + EXCERPT_LENGTH)
        .last()
        .unwrap_or(hits[number].bytes.end);
    // Punctuation that closes the last word belongs to it.
    let end = end
        + body[end..]
            .chars()
            .take_while(|next| matches!(next, '.' | '!' | '?' | ')' | '»' | '…'))
            .map(char::len_utf8)
            .sum::<usize>();
    let passage = &body[start..end];
    let text: String = format!(
        "{}{passage}{}",
        if start > 0 { "… " } else { "" },
        if end < body.trim_end().len() { " …" } else { "" }
    );
    let text = text.replace(['\n', '\t', '\r'], " ");
    let marks = marks(&text, accepted);
    (text, marks)
}

/// Where a passage begins that shows some words before a match: at a sentence's start if one is near.
fn passage_start(body: &str, words: &[&Token], at: usize) -> usize {
    let before = words
        .iter()
        .rev()
        .filter(|word| word.bytes.start <= at)
        .take_while(|word| word.bytes.start + EXCERPT_LENGTH / 3 >= at);
    let mut start = at;
    for word in before {
        start = word.bytes.start;
        let lead = body[..start].trim_end_matches(['«', '"', '(', ' ', '\u{a0}']);
        if start < at && (lead.ends_with(['.', '!', '?', '\n', '…']) || lead.is_empty()) {
            break;
        }
    }
    start
}
