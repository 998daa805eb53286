//! Folding: a character in, its search form out (lower case, no accent, ligatures spelt out).
//!
//! Works on characters, not on normalised strings, so that a highlight knows which character a folded letter came from. A letter
//! with a separate combining mark and the composed letter fold to the same text. It must not know words or languages.

#[cfg(feature = "build")]
use std::borrow::Cow;
#[cfg(feature = "build")]
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Base letters of U+00C0 to U+024F, one byte a character; `-` where the character is not an accented Latin letter.
/// Derived from Unicode's compatibility decompositions, plus ø đ ħ ł ŧ ı, which have none.
const LATIN: &[u8; 400] = b"\
aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii--jjkkkllllll-\
-llnnnnnn-nnoooooo--rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
--------------------------------oo-------------uu---------------\
-------------aaiioouuuuuuuuuu-aaaa----ggkkoooo--j---gg--nnaa--oo\
aaaaeeeeiiiioooorrrruuuusstt--hh------aaeeooooooooyy------------\
----------------";

/// Base letters of U+1E00 to U+1EFF, in the same way.
const LATIN_ADDITIONAL: &[u8; 256] = b"\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwy-s----aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy------";

/// Says whether the character leaves no trace in the folded text: combining marks, soft hyphens, zero-width characters.
pub(crate) fn is_ignored(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Appends the folded form of a character to `out`.
pub(crate) fn fold_into(character: char, out: &mut String) {
    if character.is_ascii() {
        out.push(character.to_ascii_lowercase());
        return;
    }
    if is_ignored(character) {
        return;
    }
    let code = character as usize;
    let base = match code {
        0xc0..=0x24f => LATIN[code - 0xc0],
        0x1e00..=0x1eff => LATIN_ADDITIONAL[code - 0x1e00],
        // Full-width forms of ASCII.
        0xff01..=0xff5e => ((code - 0xfee0) as u8).to_ascii_lowercase(),
        _ => b'-',
    };
    if base != b'-' {
        out.push(char::from(base));
        return;
    }
    match character {
        'Æ' | 'æ' | 'Ǣ' | 'ǣ' | 'Ǽ' | 'ǽ' => out.push_str("ae"),
        'Œ' | 'œ' => out.push_str("oe"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'Þ' | 'þ' => out.push_str("th"),
        'Ĳ' | 'ĳ' => out.push_str("ij"),
        _ => out.extend(character.to_lowercase().filter(|lowered| !is_ignored(*lowered))),
    }
}

/// Folds a whole text, punctuation and spaces kept.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_into(character, &mut folded);
    }
    folded
}

/// A text with its letters and accents composed.
#[cfg(feature = "build")]
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if is_plain(text) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Says whether a text has nothing to compose, as far as bytes say: no character before the first accent, and no punctuation among U+2010 to U+203F, is
/// composed with others; texts hold little else.
#[cfg(feature = "build")]
fn is_plain(text: &str) -> bool {
    /// What U+0300, the first accent, begins with.
    const ACCENTS: u8 = 0xcc;
    let mut rest = text.as_bytes();
    loop {
        // Some dozens of bytes at once, which the processor compares together.
        let plain =
            rest.chunks_exact(64).take_while(|bytes| bytes.iter().fold(0, |most, byte| most.max(*byte)) < ACCENTS);
        rest = &rest[64 * plain.count()..];
        let Some(place) = rest.iter().position(|byte| *byte >= ACCENTS) else { return true };
        match &rest[place..] {
            [0xe2, 0x80, 0x90..=0xbf, behind @ ..] => rest = behind,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_ligatures_and_case_fold_away() {
        for (text, folded) in [
            ("Élève à l’Œuvre", "eleve a l’oeuvre"),
            ("e\u{301}le\u{300}ve", "eleve"),
            ("Straße ŁÓDŹ", "strasse lodz"),
            ("İstanbul", "istanbul"),
            ("ＡＢＣ１", "abc1"),
            ("co\u{ad}wor\u{200b}king", "coworking"),
            ("Việt × 2", "viet × 2"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
