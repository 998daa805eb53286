//! How a folded word is written: what folding took away, to bytes and back.
//!
//! Words are looked up folded and shown as they are written (`mediatheque`, `médiathèque`). The difference is a few letters, so these alone are kept.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::put_number;
use crate::fold::fold_into;
#[cfg(feature = "build")]
use crate::fold::is_ignored;

/// A word in small letters, as a text has it; `None` where that is what it folds to.
#[cfg(feature = "build")]
pub(crate) fn form(written: &str, folded: &str) -> Option<String> {
    if written.is_ascii() {
        return None;
    }
    let form: String = written.chars().flat_map(char::to_lowercase).filter(|letter| !is_ignored(*letter)).collect();
    // A word that was cut, or letters that fold otherwise when they are small, can't be restored.
    (form != folded && folds_to(&form, folded)).then_some(form)
}

/// Says whether a text folds to another one.
#[cfg(feature = "build")]
fn folds_to(form: &str, folded: &str) -> bool {
    let (mut rest, mut room) = (folded, String::new());
    let goes_on = form.chars().all(|letter| {
        room.clear();
        fold_into(letter, &mut room);
        rest.strip_prefix(room.as_str()).map(|after| rest = after).is_some()
    });
    goes_on && rest.is_empty()
}

/// Appends how a word is written: the number of letters that folding changes, and each after the number of letters before it that stay.
#[cfg(feature = "build")]
pub(crate) fn write(form: Option<&str>, out: &mut Vec<u8>) {
    let mut changed: Vec<(u64, char)> = Vec::new();
    let mut unchanged = 0;
    let mut room = String::new();
    for letter in form.unwrap_or_default().chars() {
        room.clear();
        if letter.is_ascii_lowercase() || {
            fold_into(letter, &mut room);
            room.chars().eq([letter])
        } {
            unchanged += 1;
        } else {
            changed.push((unchanged, letter));
            unchanged = 0;
        }
    }
    put_number(changed.len() as u64, out);
    for (unchanged, letter) in changed {
        put_number(unchanged, out);
        put_number(u64::from(u32::from(letter)), out);
    }
}

/// Reads how a folded word is written.
pub(crate) fn read(reader: &mut Reader<'_>, word: &str) -> Option<String> {
    let mut form = String::new();
    let mut rest = word.chars();
    for _ in 0..reader.size()? {
        for _ in 0..reader.size()? {
            form.push(rest.next()?);
        }
        let letter = char::from_u32(u32::try_from(reader.number()?).ok()?)?;
        form.push(letter);
        for known in folded(letter).chars() {
            if rest.next()? != known {
                return None;
            }
        }
    }
    form.extend(rest);
    Some(form)
}

/// Passes over how a word is written.
pub(crate) fn skip(reader: &mut Reader<'_>) -> Option<()> {
    for _ in 0..reader.size()? {
        reader.number()?;
        reader.number()?;
    }
    Some(())
}

fn folded(letter: char) -> String {
    let mut folded = String::new();
    fold_into(letter, &mut folded);
    folded
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{form, read, write};
    use crate::bytes::Reader;
    use crate::fold::fold;

    #[test]
    fn words_come_back_as_they_are_written() {
        for (written, expected) in [
            ("Médiathèque", "médiathèque"),
            ("ŒUVRE", "œuvre"),
            ("cœurs", "cœurs"),
            ("numérique", "numérique"),
            ("atelier", "atelier"),
            ("straße", "straße"),
            ("été", "été"),
            ("東京", "東京"),
            ("co\u{ad}op\u{e9}", "coopé"),
        ] {
            let folded = fold(written);
            let mut bytes = Vec::new();
            write(form(written, &folded).as_deref(), &mut bytes);
            let mut reader = Reader(&bytes);
            assert_eq!(read(&mut reader, &folded).as_deref(), Some(expected));
            assert!(reader.0.is_empty());
        }
    }

    #[test]
    fn damaged_bytes_give_none() {
        for bytes in [&[][..], &[1], &[1, 9, 0x69], &[1, 0, 0x69], &[1, 0, 0xff]] {
            assert_eq!(read(&mut Reader(bytes), "ete"), None);
        }
    }
}
