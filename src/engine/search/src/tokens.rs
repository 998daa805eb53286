//! Text in, search words out, each with where it stood and its place in the order of words.
//!
//! One tokenizer for documents and queries, so that both always agree. Elisions (`l'atelier`) lose their article, possessives
//! their `'s`; a hyphenated compound gives its parts and, at the place of the first, the joined form (`co-working` gives `co`, `working`, `coworking`).

use crate::fold::{fold_into, is_ignored};
use std::ops::Range;

/// A word longer than this (in characters) is cut, in documents and queries alike.
const LONGEST_WORD: usize = 48;
/// A compound of more parts than this has no joined form.
const MOST_JOINED_PARTS: usize = 4;

/// Articles, pronouns and conjunctions that lose their vowel before an apostrophe, folded.
const ELISIONS: [&str; 13] = ["l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"];

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A word, or a part of a compound.
    Word,
    /// All parts of a compound in one.
    Joined,
}

/// A search word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The folded word.
    pub(crate) text: String,
    /// Where it stands in the text, in bytes.
    pub(crate) bytes: Range<usize>,
    /// Its place in the order of words, from 0.
    pub(crate) position: u32,
    pub(crate) shape: Shape,
}

struct Part {
    text: String,
    bytes: Range<usize>,
    /// The part is bound to the next one by an apostrophe.
    before_apostrophe: bool,
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '´' | '`' | '＇')
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

/// Scripts without spaces between words: each character is a word.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The search words of a text, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    let mut compound: Vec<Part> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        if !character.is_alphanumeric() {
            continue;
        }
        let mut part =
            Part { text: String::new(), bytes: start..start + character.len_utf8(), before_apostrophe: false };
        fold_into(character, &mut part.text);
        if !stands_alone(character) {
            while let Some(&(at, next)) = characters.peek() {
                if is_ignored(next) || (next.is_alphanumeric() && !stands_alone(next)) {
                    fold_into(next, &mut part.text);
                    part.bytes.end = at + next.len_utf8();
                    characters.next();
                } else {
                    break;
                }
            }
        }
        // A connector binds only when a word follows it at once.
        let mut ahead = characters.clone();
        let bound = match (ahead.next(), ahead.next()) {
            (Some((_, connector)), Some((_, next))) if next.is_alphanumeric() && !stands_alone(next) => {
                part.before_apostrophe = is_apostrophe(connector);
                is_apostrophe(connector) || is_hyphen(connector)
            }
            _ => false,
        };
        cut(&mut part.text);
        compound.push(part);
        if !bound {
            close(&mut compound, &mut position, &mut tokens);
        }
    }
    tokens
}

fn cut(word: &mut String) {
    if let Some((at, _)) = word.char_indices().nth(LONGEST_WORD) {
        word.truncate(at);
    }
}

/// Emits the tokens of a finished compound and empties it.
fn close(compound: &mut Vec<Part>, position: &mut u32, tokens: &mut Vec<Token>) {
    let mut parts = std::mem::take(compound);
    // `l'atelier`, `d'aujourd'hui`: leading articles go, one after the other.
    while parts.len() > 1 && parts[0].before_apostrophe && ELISIONS.contains(&parts[0].text.as_str()) {
        parts.remove(0);
    }
    // `the centre's`
    if parts.len() > 1 && parts[parts.len() - 1].text == "s" && parts[parts.len() - 2].before_apostrophe {
        parts.pop();
    }
    let first = *position;
    let joined = (2..=MOST_JOINED_PARTS).contains(&parts.len()).then(|| {
        let mut text: String = parts.iter().map(|part| part.text.as_str()).collect();
        cut(&mut text);
        Token {
            text,
            bytes: parts[0].bytes.start..parts[parts.len() - 1].bytes.end,
            position: first,
            shape: Shape::Joined,
        }
    });
    for part in parts {
        // Only ignorable characters can fold to nothing; a word never starts with one.
        tokens.push(Token { text: part.text, bytes: part.bytes, position: *position, shape: Shape::Word });
        *position += 1;
    }
    tokens.extend(joined);
}

#[cfg(test)]
mod tests {
    use super::{Shape, tokens};

    fn words(text: &str) -> String {
        tokens(text)
            .into_iter()
            .map(|token| {
                format!("{}{}{}", token.text, if token.shape == Shape::Joined { "+" } else { "@" }, token.position)
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn words_are_cut_alike_in_documents_and_queries() {
        for (text, expected) in [
            ("L'atelier d’accueil", "atelier@0 accueil@1"),
            ("co-working", "co@0 working@1 coworking+0"),
            ("tiers-lieux, FabLab!", "tiers@0 lieux@1 tierslieux+0 fablab@2"),
            ("the centre's tools", "the@0 centre@1 tools@2"),
            ("aujourd'hui", "aujourd@0 hui@1 aujourdhui+0"),
            ("jusqu'à l'été", "a@0 ete@1"),
            ("rock 'n' roll -", "rock@0 n@1 roll@2"),
            ("12000 Rodez (RN 88)", "12000@0 rodez@1 rn@2 88@3"),
            ("東京 tower", "東@0 京@1 tower@2"),
            ("l'", "l@0"),
            ("", ""),
            ("«»—…", ""),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn bytes_point_at_the_word_in_the_text() {
        let text = "À l’Œuvre !";
        let found: Vec<&str> = tokens(text).into_iter().map(|token| &text[token.bytes]).collect();
        assert_eq!(found, ["À", "Œuvre"]);
    }
}
