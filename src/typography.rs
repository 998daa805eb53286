//! What enters: a text as people type it, and its language. What leaves: the same with the spaces that no line may break at. It must not know where the
//! text stands. Source: Imprimerie nationale, Lexique des règles typographiques en usage.

use std::borrow::Cow;

/// No line breaks here.
const FIXED: char = '\u{a0}';

/// Nor here, and it is narrower.
const NARROW: char = '\u{202f}';

/// A text in which the spaces of French typography hold together what they stand between: before `:`, `;`, `!`, `?`, `%` and `€`, inside `« »`, and in
/// numbers; those between a number and its unit, and in references such as `n° 47` and `art. L. 113-9`. What is typed is an ordinary space, and a line that begins with a colon looks like an accident. Other languages keep what they have.
#[must_use]
pub fn spaced<'t>(text: &'t str, language: &str) -> Cow<'t, str> {
    if language.split('-').next() != Some("fr") {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::new();
    let mut written = 0;
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b' ', bytes) {
        let last = at.checked_sub(1).map_or(0, |last| bytes[last]);
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        let may_be_unit = last.is_ascii_digit() && next.is_ascii_alphabetic();
        if !may_be_held(next) && !may_be_unit && !matches!(last, OPENING_END | DEGREE_END | b'.') {
            continue;
        }
        if let Some(space) = held(&text[..at], &text[at + 1..]) {
            spaced.push_str(&text[written..at]);
            spaced.push(space);
            written = at + 1;
        }
    }
    if written == 0 {
        return Cow::Borrowed(text);
    }
    spaced.push_str(&text[written..]);
    Cow::Owned(spaced)
}

/// The last byte of `«`.
const OPENING_END: u8 = 0xab;

/// The last byte of `°`.
const DEGREE_END: u8 = 0xb0;

/// What follows a number and is not parted from it.
const UNITS: [&str; 19] = [
    "m", "m²", "mm", "cm", "km", "kg", "h", "min", "ko", "Mo", "Go", "an", "ans", "jour", "jours", "mois", "semaines",
    "heures", "minutes",
];

/// What a number or an article's letter follows in references.
const REFERENCES: [&str; 5] = ["n°", "art.", "L.", "R.", "D."];

/// Whether what begins with this byte may hold to the space before it: most spaces need no closer look.
const fn may_be_held(first: u8) -> bool {
    matches!(first, b';' | b'!' | b'?' | b':' | b'%' | b'0'..=b'9' | 0xc2 | 0xe2)
}

/// The space that stands for an ordinary one between two pieces of text; `None` where a line may break.
fn held(before: &str, after: &str) -> Option<char> {
    let mut next = after.chars();
    let mark = next.next()?;
    let ends = next.next().is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '/' | '-' | ':'));
    match mark {
        ';' | '!' | '?' if ends => return Some(NARROW),
        ':' | '»' | '%' | '€' if ends => return Some(FIXED),
        _ => {}
    }
    if before.ends_with('«') {
        return Some(FIXED);
    }
    let last_word = before.rsplit(|part: char| part.is_whitespace() || matches!(part, '(' | '’' | '\'')).next()?;
    if REFERENCES.contains(&last_word) {
        let is_letter = REFERENCES.iter().any(|letter| letter.len() == 2 && after.starts_with(letter));
        return (mark.is_ascii_digit() || is_letter).then_some(FIXED);
    }
    let unit = after.split(|part: char| !part.is_alphanumeric()).next()?;
    if before.ends_with(|last: char| last.is_ascii_digit()) && UNITS.contains(&unit) {
        return Some(FIXED);
    }
    let digits = |text: &str, from_end: bool| {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let bytes = text.as_bytes();
        if from_end {
            bytes.iter().rev().take_while(|byte| is_digit(byte)).count()
        } else {
            bytes.iter().take_while(|byte| is_digit(byte)).count()
        }
    };
    ((1..=3).contains(&digits(before, true)) && digits(after, false) == 3).then_some(NARROW)
}

/// A name with the apostrophes of print: tables of places are typed with those of typewriters.
#[must_use]
pub fn apostrophes(name: &str) -> Cow<'_, str> {
    if name.contains('\'') { Cow::Owned(name.replace('\'', "’")) } else { Cow::Borrowed(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_lines_begin_with_no_mark() {
        // `~` stands for a space of full width, `_` for a narrow one.
        let table = [
            ("Ceci est clair : non ?", "Ceci est clair~: non_?"),
            ("Un « mot » ; deux !", "Un «~mot~»_; deux_!"),
            ("1 800 habitants, 12 345 678 €, 40 %", "1_800 habitants, 12_345_678~€, 40~%"),
            ("02 99 00 00 00", "02 99 00 00 00"),
            ("en 2024 150 lieux", "en 2024 150 lieux"),
            ("le smiley :-) et https ://", "le smiley :-) et https ://"),
            ("a :b", "a :b"),
            (" : un", "~: un"),
            ("0,77 m, 90 cm x 4 m² (10 km) ; 2 h", "0,77~m, 90~cm x 4~m² (10~km)_; 2~h"),
            ("3 maisons, 2 mots, 12 kgf", "3 maisons, 2 mots, 12 kgf"),
            ("le n° 47, l’art. L. 113-9", "le n°~47, l’art.~L.~113-9"),
            ("Fin. Le 3, p. 4, URL. 5", "Fin. Le 3, p. 4, URL. 5"),
            ("20 ° nord", "20 ° nord"),
            ("rien", "rien"),
        ];
        for (typed, expected) in table {
            let marked = spaced(typed, "fr").replace(FIXED, "~").replace(NARROW, "_");
            assert_eq!(marked, expected);
            assert_eq!(spaced(typed, "en"), typed);
        }
        assert!(matches!(spaced("sans rien de tel", "fr-CA"), Cow::Borrowed(_)));
    }
}
