//! What was typed, to clauses. Any text is a query; nothing is an error. It knows the definition, not the index.
//!
//! Words must all match. `"…"` and `«…»` hold phrases and words that are meant as they stand, a leading `-` excludes, `name:value` is a facet value, a range of a
//! numeric or date field (`year:2019..2021`, `updated:>2025`) or a zone (`title:myne`).

use crate::columns::UPDATED;
use crate::definition::Definition;
use crate::facets::Facet;
use crate::fold::fold;
use crate::language::Language;
use crate::ranges::{self, Scale};
use crate::request::Bounds;
use crate::schema::{COLLECTION_FACET, Zone};
use crate::tokens::{Shape, Token, tokens};

/// So many clauses are looked at; more help nobody and would take unbounded time.
const MOST_CLAUSES: usize = 24;
/// So many characters are looked at.
const LONGEST_QUERY: usize = 1_000;

/// Whether documents must or must not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    Must,
    MustNot,
}

/// One demand of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Clause {
    /// Words typed as one: a word, or a compound with its parts.
    Words(Words),
    /// Words as they stand, in this order, with their distance from the first.
    Phrase { demand: Demand, zone: Option<Zone>, words: Vec<(String, u32)> },
    /// A facet value.
    Facet { demand: Demand, facet: String, value: String },
    /// A range of a field.
    Range { demand: Demand, key: String, bounds: Bounds },
}

/// A word or compound of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Words {
    pub(crate) demand: Demand,
    pub(crate) zone: Option<Zone>,
    /// The words, all of which must match…
    pub(crate) parts: Vec<String>,
    /// …or this one.
    pub(crate) joined: Option<String>,
    /// What the site says means the same; all words of one of them must match.
    pub(crate) synonyms: Vec<Vec<String>>,
    /// The last word may be the beginning of one.
    pub(crate) unfinished: bool,
    /// As typed.
    pub(crate) typed: String,
}

/// Reads a query. `unfinished` says that the visitor may be in the midst of the last word.
pub(crate) fn parse(
    text: &str,
    definition: &Definition,
    facets: &[Facet],
    language: &Language,
    unfinished: bool,
) -> Vec<Clause> {
    let end = text.char_indices().nth(LONGEST_QUERY).map_or(text.len(), |(at, _)| at);
    let mut rest = &text[..end];
    let unfinished = unfinished && rest.chars().next_back().is_some_and(char::is_alphanumeric);
    let mut clauses = Vec::new();
    while let Some(start) = rest.find(|character: char| !character.is_whitespace()) {
        if clauses.len() >= MOST_CLAUSES {
            break;
        }
        rest = &rest[start..];
        let mut demand = Demand::Must;
        if let Some(after) = rest
            .strip_prefix('-')
            .filter(|after| after.starts_with(|next: char| next.is_alphanumeric() || is_quote(next)))
        {
            (demand, rest) = (Demand::MustNot, after);
        }
        let name_end = rest
            .find(|character: char| !(character.is_alphanumeric() || matches!(character, '-' | '_')))
            .unwrap_or(rest.len());
        let scope =
            rest[name_end..].strip_prefix(':').and_then(|after| Some((scope(&rest[..name_end], definition)?, after)));
        let scope =
            scope.filter(|(_, after)| after.starts_with(|next: char| !next.is_whitespace())).map(|(scope, after)| {
                rest = after;
                scope
            });
        let (content, quoted, after) = content(rest);
        rest = after;
        let last = rest.trim_start().is_empty();
        match scope {
            Some(Scope::Facet(facet)) => match facet_value(facets, &facet, content) {
                Some(value) => clauses.push(Clause::Facet { demand, facet, value }),
                None => push_words(content, quoted, demand, None, unfinished && last, &mut clauses),
            },
            Some(Scope::Range(key, scale)) => match ranges::read(content, scale) {
                Some(bounds) => clauses.push(Clause::Range { demand, key, bounds }),
                None => push_words(content, quoted, demand, None, unfinished && last, &mut clauses),
            },
            Some(Scope::Zone(zone)) => {
                push_words(content, quoted, demand, Some(zone), unfinished && last, &mut clauses)
            }
            None => push_words(content, quoted, demand, None, unfinished && last, &mut clauses),
        }
    }
    drop_stop_words(&mut clauses, language);
    add_synonyms(&mut clauses, definition, language);
    clauses
}

enum Scope {
    Facet(String),
    Range(String, Scale),
    Zone(Zone),
}

fn scope(name: &str, definition: &Definition) -> Option<Scope> {
    let name = fold(name);
    let keys = definition.facets.iter().map(|facet| (facet.key.as_str(), facet.labels.values().collect::<Vec<_>>()));
    let found = keys
        .chain([(COLLECTION_FACET, Vec::new())])
        .find(|(key, labels)| fold(key) == name || labels.iter().any(|label| fold(label) == name));
    if let Some((key, _)) = found {
        return Some(Scope::Facet(key.to_owned()));
    }
    let ranges = [(&definition.numbers, Scale::Number), (&definition.dates, Scale::Date)];
    let mut fields = ranges.into_iter().flat_map(|(keys, scale)| keys.iter().map(move |key| (key, scale)));
    let is_named = |key: &String| {
        let labels = definition.field_labels.get(key);
        fold(key) == name || labels.is_some_and(|labels| labels.values().any(|label| slug(label) == name))
    };
    match fields.find(|(key, _)| is_named(key)) {
        Some((key, scale)) => Some(Scope::Range(key.clone(), scale)),
        None if matches!(name.as_str(), "updated" | "modifie" | "mis-a-jour") => {
            Some(Scope::Range(UPDATED.to_owned(), Scale::Date))
        }
        None => Zone::of_name(&name).map(Scope::Zone),
    }
}

/// The words of a label with hyphens between, as it is typed where no blank may stand.
fn slug(label: &str) -> String {
    let words = tokens(label).into_iter().filter(|token| token.shape == Shape::Word).map(|token| token.text);
    words.collect::<Vec<_>>().join("-")
}

/// The facet value that a text names by its path, the path's end or its label.
fn facet_value(facets: &[Facet], facet: &str, text: &str) -> Option<String> {
    let wanted = slug(text);
    let values = &facets.iter().find(|known| known.key == facet)?.values;
    let by_path = values.iter().find(|value| value.path == text || slug(&value.path) == wanted);
    let by_end = || values.iter().find(|value| value.path.rsplit('/').next().is_some_and(|end| slug(end) == wanted));
    let by_label = || values.iter().find(|value| value.labels.values().any(|label| slug(label) == wanted));
    by_path.or_else(by_end).or_else(by_label).map(|value| value.path.clone())
}

/// A query with the words that it has between quotes as plain words; `None` where it has none. What is excluded stays as it is. Nothing is left in what
/// it gives that it would take away: quotes inside quotes, or opened many times, go with them.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_quote) {
        let (before, quoted) = rest.split_at(at);
        let (words, _, after) = content(quoted);
        plain.push_str(before);
        if before.ends_with('-') {
            plain.push_str(&quoted[..quoted.len() - after.len()]);
        } else {
            plain.extend([" ", &words.replace(is_quote, " "), " "]);
        }
        rest = after;
    }
    plain.push_str(rest);
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (plain != text.split_whitespace().collect::<Vec<_>>().join(" ")).then_some(plain)
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '«' | '“' | '„' | '”')
}

/// What stands between quotes, or up to the next space; says which; and what follows.
fn content(text: &str) -> (&str, bool, &str) {
    let mut characters = text.chars();
    if let Some(quote) = characters.next().filter(|first| is_quote(*first)) {
        let inner = characters.as_str();
        let is_end = |character: char| match quote {
            '"' => character == '"',
            '«' => character == '»',
            _ => matches!(character, '“' | '”'),
        };
        return match inner.find(is_end) {
            Some(end) => (&inner[..end], true, inner[end..].trim_start_matches(is_end)),
            // An unclosed quote is a phrase being typed.
            None => (inner, true, ""),
        };
    }
    let end = text
        .char_indices()
        .skip(1)
        .find(|(_, character)| character.is_whitespace() || is_quote(*character))
        .map_or(text.len(), |(at, _)| at);
    (&text[..end], false, &text[end..])
}

fn push_words(
    content: &str,
    quoted: bool,
    demand: Demand,
    zone: Option<Zone>,
    unfinished: bool,
    clauses: &mut Vec<Clause>,
) {
    let found = tokens(content);
    let words = || found.iter().filter(|token| token.shape == Shape::Word);
    if quoted && words().next().is_some() {
        let words = words().map(|token| (token.text.clone(), token.position)).collect();
        clauses.push(Clause::Phrase { demand, zone, words });
        return;
    }
    // A chunk such as `eau,énergie` holds several words; each compound is one clause.
    let mut tokens = found.iter().peekable();
    let mut parts: Vec<&Token> = Vec::new();
    while let Some(token) = tokens.next() {
        if token.shape == Shape::Word {
            parts.push(token);
            // The joined form follows its parts, and starts where the first of them does.
            let joined_later = tokens
                .clone()
                .find(|next| next.shape == Shape::Joined)
                .is_some_and(|next| next.position <= token.position);
            if joined_later {
                continue;
            }
        }
        let joined = (token.shape == Shape::Joined).then(|| token.text.clone());
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { continue };
        clauses.push(Clause::Words(Words {
            demand,
            zone,
            typed: content[first.bytes.start..last.bytes.end].to_owned(),
            parts: parts.iter().map(|part| part.text.clone()).collect(),
            joined,
            synonyms: Vec::new(),
            unfinished: unfinished && !quoted && tokens.peek().is_none(),
        }));
        parts.clear();
    }
}

/// Words without weight count only where there is nothing else.
fn drop_stop_words(clauses: &mut Vec<Clause>, language: &Language) {
    let is_light = |clause: &Clause| match clause {
        Clause::Words(words) => {
            words.demand == Demand::Must
                && words.zone.is_none()
                && words.parts.iter().all(|part| language.is_stop_word(part))
        }
        _ => false,
    };
    if clauses.iter().any(|clause| !is_light(clause)) {
        clauses.retain(|clause| !is_light(clause));
    }
}

/// Gives words that the site has synonyms for their alternatives; several words that make one of them become one clause.
fn add_synonyms(clauses: &mut Vec<Clause>, definition: &Definition, language: &Language) {
    let words = |text: &String| -> Vec<String> {
        let words = tokens(text).into_iter().filter(|token| token.shape == Shape::Word).map(|token| token.text);
        words.filter(|word| !language.is_stop_word(word)).collect()
    };
    for group in &definition.synonyms {
        let members: Vec<Vec<String>> = group.iter().map(words).filter(|member| !member.is_empty()).collect();
        let others = |member: usize| {
            members.iter().enumerate().filter(move |(other, _)| *other != member).map(|(_, words)| words.clone())
        };
        for (number, member) in members.iter().enumerate() {
            let Some(start) = find_run(clauses, member) else { continue };
            let run: Vec<Clause> = clauses.drain(start.0..start.1).collect();
            let mut merged: Option<Words> = None;
            for clause in run {
                let Clause::Words(words) = clause else { continue };
                match &mut merged {
                    None => merged = Some(words),
                    Some(first) => {
                        first.typed = format!("{} {}", first.typed, words.typed);
                        first.parts.extend(words.parts);
                        first.unfinished = words.unfinished;
                        first.joined = None;
                    }
                }
            }
            if let Some(mut words) = merged {
                words.synonyms.extend(others(number));
                clauses.insert(start.0, Clause::Words(words));
            }
            break;
        }
    }
}

/// Where consecutive plain words spell these words: first clause and the one after the last.
fn find_run(clauses: &[Clause], wanted: &[String]) -> Option<(usize, usize)> {
    (0..clauses.len()).find_map(|start| {
        let mut spelt: Vec<&String> = Vec::new();
        for (number, clause) in clauses.iter().enumerate().skip(start) {
            match clause {
                Clause::Words(words) if words.demand == Demand::Must && words.zone.is_none() => {
                    let alone = spelt.is_empty() && wanted.len() == 1 && words.joined.as_ref() == wanted.first();
                    spelt.extend(&words.parts);
                    if alone || spelt.iter().copied().eq(wanted) {
                        return Some((start, number + 1));
                    }
                    if spelt.len() >= wanted.len() {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        None
    })
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::unquoted;
    use proptest::prelude::*;

    #[test]
    fn quotes_go_and_what_is_excluded_stays() {
        for (text, expected) in [
            ("\"jus de pomme\" bio", Some("jus de pomme bio")),
            ("«« « jus » de pomme", Some("jus de pomme")),
            ("-\"jus de pomme\" bio", None),
            ("-\"jus\" \"bio\"", Some("-\"jus\" bio")),
            ("jus", None),
        ] {
            assert_eq!(unquoted(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        /// A search without quotes is asked in a search with some: it must not ask for another one.
        #[test]
        fn quotes_go_all_at_once(text in "[\"«»“”„ a-]{0,40}") {
            if let Some(plain) = unquoted(&text) {
                prop_assert_eq!(unquoted(&plain), None, "{:?}", plain);
            }
        }
    }
}
