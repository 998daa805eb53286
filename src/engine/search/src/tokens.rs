//! Text in, search words out, each with where it stood and its place in the order of words.
//!
//! One tokenizer for documents and queries, so that both always agree. Elisions (`l'atelier`) lose their article, possessives
//! their `'s`; a hyphenated compound gives its parts and, at the place of the first, the joined form (`co-working` gives `co`, `working`, `coworking`).

use crate::fold::{fold, is_ignored};
#[cfg(feature = "build")]
use std::borrow::Cow;
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

/// A part of a compound, or a word that is none.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Where it stands in the text, in bytes.
    pub(crate) bytes: Range<usize>,
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

/// What a character is to a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A word begins with it, and goes on with it.
    Letter,
    /// It is a word by itself.
    Alone,
    /// A word goes on with it that has begun.
    Ignored,
    /// No word has it.
    Other,
}

impl Kind {
    fn of(character: char) -> Kind {
        match character {
            _ if stands_alone(character) && character.is_alphanumeric() => Kind::Alone,
            _ if character.is_alphanumeric() => Kind::Letter,
            _ if is_ignored(character) => Kind::Ignored,
            _ => Kind::Other,
        }
    }

    /// What the character at a place of a text is, and how many bytes it takes; at the end of the text it is no letter.
    fn at(text: &str, place: usize) -> (Kind, usize) {
        let letter_where = |is_letter| if is_letter { Kind::Letter } else { Kind::Other };
        match text.as_bytes().get(place..) {
            Some([byte @ ..=0x7f, ..]) => (letter_where(byte.is_ascii_alphanumeric()), 1),
            // Of U+00C0 to U+023F, of which texts are full, all are letters but × and ÷.
            Some([0xc3, second, ..]) => (letter_where(!matches!(second, 0x97 | 0xb7)), 2),
            Some([0xc4..=0xc8, ..]) => (Kind::Letter, 2),
            _ => Kind::at_any(text, place),
        }
    }

    #[cold]
    fn at_any(text: &str, place: usize) -> (Kind, usize) {
        let character = text.get(place..).and_then(|rest| rest.chars().next());
        character.map_or((Kind::Other, 1), |character| (Kind::of(character), character.len_utf8()))
    }
}

/// Calls `visit` with the parts of each compound of a text, in order; a word that is no compound is its only part.
pub(crate) fn compounds(text: &str, mut visit: impl FnMut(&[Part])) {
    let bytes = text.as_bytes();
    let mut compound: Vec<Part> = Vec::new();
    let mut end = 0;
    while end < text.len() {
        let start = end;
        let (kind, length) = Kind::at(text, start);
        end += length;
        match kind {
            Kind::Other | Kind::Ignored => continue,
            Kind::Alone => {}
            Kind::Letter => {
                loop {
                    // Most letters are of ASCII, and there are no others in most words.
                    end += bytes[end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                    match Kind::at(text, end) {
                        (Kind::Letter | Kind::Ignored, length) => end += length,
                        _ => break,
                    }
                }
            }
        }
        // A connector binds only when a word follows it at once.
        let connector = match bytes.get(end) {
            None | Some(b' ' | b',' | b'.' | b'\n' | b':' | b';' | b'(' | b')') => None,
            _ => connector(text, end),
        };
        compound.push(Part { bytes: start..end, before_apostrophe: connector.is_some_and(is_apostrophe) });
        if connector.is_none() {
            visit(&compound);
            compound.clear();
        }
    }
}

/// The apostrophe or hyphen that stands at a place of a text, where a letter follows it.
fn connector(text: &str, place: usize) -> Option<char> {
    let next = text[place..].chars().next().filter(|next| is_apostrophe(*next) || is_hyphen(*next))?;
    (Kind::at(text, place + next.len_utf8()).0 == Kind::Letter).then_some(next)
}

/// The parts of a compound that are words: leading articles go, one after the other (`l'atelier`, `d'aujourd'hui`), and a possessive's end.
pub(crate) fn words_of<'p>(text: &str, mut parts: &'p [Part]) -> &'p [Part] {
    while let [article, rest @ ..] = parts
        && !rest.is_empty()
        && article.before_apostrophe
        && folds_to(&text[article.bytes.clone()], &ELISIONS)
    {
        parts = rest;
    }
    // `the centre's`
    if let [.., owner, end] = parts
        && owner.before_apostrophe
        && folds_to(&text[end.bytes.clone()], &["s"])
    {
        parts = &parts[..parts.len() - 1];
    }
    parts
}

/// Says whether the parts of a compound, articles aside, are also found as one word.
pub(crate) fn is_joined(parts: &[Part]) -> bool {
    (2..=MOST_JOINED_PARTS).contains(&parts.len())
}

/// Says whether a word folds to one of some words of ASCII letters.
fn folds_to(written: &str, words: &[&str]) -> bool {
    if written.is_ascii() {
        return words.iter().any(|word| word.eq_ignore_ascii_case(written));
    }
    words.contains(&folded(written).as_str())
}

/// The same as [`folded`] of what mostly is folded as it is written.
#[cfg(feature = "build")]
pub(crate) fn folded_or_written(written: &str) -> Cow<'_, str> {
    let is_folded = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if written.len() <= LONGEST_WORD && written.bytes().all(is_folded) {
        return Cow::Borrowed(written);
    }
    Cow::Owned(folded(written))
}

/// The folded form of a word as it is indexed and looked up.
pub(crate) fn folded(written: &str) -> String {
    let mut word = fold(written);
    cut(&mut word);
    word
}

/// The folded form of a compound in one word.
pub(crate) fn joined(text: &str, parts: &[Part]) -> String {
    let mut word: String = parts.iter().map(|part| folded(&text[part.bytes.clone()])).collect();
    cut(&mut word);
    word
}

/// The same of a compound that stands by itself.
#[cfg(feature = "build")]
pub(crate) fn joined_compound(text: &str) -> String {
    let mut word = String::new();
    compounds(text, |parts| word = joined(text, parts));
    word
}

fn cut(word: &mut String) {
    if let Some((at, _)) = word.char_indices().nth(LONGEST_WORD) {
        word.truncate(at);
    }
}

/// The search words of a text, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    compounds(text, |parts| {
        let parts = words_of(text, parts);
        let first = position;
        for part in parts {
            // Only ignorable characters can fold to nothing; a word never starts with one.
            let (text, bytes) = (folded(&text[part.bytes.clone()]), part.bytes.clone());
            tokens.push(Token { text, bytes, position, shape: Shape::Word });
            position += 1;
        }
        if is_joined(parts) {
            let bytes = parts[0].bytes.start..parts[parts.len() - 1].bytes.end;
            tokens.push(Token { text: joined(text, parts), bytes, position: first, shape: Shape::Joined });
        }
    });
    tokens
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shape, tokens};

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
    fn what_is_known_of_common_letters_is_true() {
        for character in '\0'..=char::MAX {
            let text = format!("{character}a");
            assert_eq!(Kind::at(&text, 0), (Kind::of(character), character.len_utf8()), "{character:?}");
        }
        assert_eq!(Kind::at("a", 1).0, Kind::Other);
    }

    #[test]
    fn bytes_point_at_the_word_in_the_text() {
        let text = "À l’Œuvre !";
        let found: Vec<&str> = tokens(text).into_iter().map(|token| &text[token.bytes]).collect();
        assert_eq!(found, ["À", "Œuvre"]);
    }
}
