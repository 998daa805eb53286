//! What enters: rows of JSON and the words that lead to them. What leaves: a small file for each beginning of a word, so that a browser finds rows with
//! one or two requests. It must not know what the rows are.
//!
//! `_b.bin` holds all that has a word in `b`, if that is little; else an abridgement, and `_br.bin` goes on. `index.bin` names the beginnings that go
//! on. Each file is JSON, compressed with raw deflate, at an address that stays; pages ask for it with revalidation.
//! `themes/default/static/search/prefix-files.js` reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;

use crate::output::Output;
use crate::site_path::SitePath;

/// The longest beginning, in letters, that has a file. Nobody types more without choosing, and words have no longest.
const LONGEST: usize = 24;

/// Chooses some of the rows under a beginning; knows which of them lie under the very word.
pub(crate) type Abridge<'a> = dyn Fn(&BTreeSet<usize>, &BTreeSet<usize>) -> Vec<usize> + 'a;

/// Rows, words and how they are split.
pub(crate) struct Making<'a> {
    /// A row is a JSON value; best first.
    pub(crate) rows: &'a [String],
    /// Folded words and the rows that they lead to, sorted.
    pub(crate) words: &'a [(String, usize)],
    /// A file larger than this, in bytes before compression, goes on in longer beginnings.
    pub(crate) largest: usize,
    /// What a file that goes on holds.
    pub(crate) abridge: &'a Abridge<'a>,
}

/// Files by beginning, and the beginnings that go on.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Files {
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) going_on: Vec<String>,
}

impl Files {
    /// Splits.
    pub(crate) fn new(making: &Making<'_>) -> Self {
        let mut files = Self::default();
        files.grow(making, 0, making.words);
        files
    }

    /// The files below a folder, with the index, which holds more under the key `split`. Each is handed on as soon as it is ready.
    pub(crate) fn outputs<T: Send>(
        &self,
        folder: &str,
        mut index: serde_json::Map<String, serde_json::Value>,
        hand_on: &(dyn Fn(Output) -> T + Sync),
    ) -> Vec<T> {
        index.insert("split".to_owned(), self.going_on.join(" ").into());
        let index = serde_json::Value::Object(index).to_string();
        let file =
            |name: &str, text: &str| hand_on(Output::new(SitePath::new(format!("{folder}{name}.bin")), deflated(text)));
        let written = self.texts.par_iter().map(|(beginning, text)| file(&name(beginning), text));
        written.chain([file("index", &index)]).collect()
    }

    /// Writes the files for beginnings of one letter more; all words share the first `length` letters and are sorted.
    fn grow(&mut self, making: &Making<'_>, length: usize, words: &[(String, usize)]) {
        let beginning = |word: &str| -> Option<usize> {
            word.char_indices().nth(length).map(|(at, letter)| at + letter.len_utf8())
        };
        let longer = words.iter().position(|(word, _)| beginning(word).is_some()).unwrap_or(words.len());
        for group in words[longer..].chunk_by(|(a, _), (b, _)| a.chars().nth(length) == b.chars().nth(length)) {
            let word = &group[0].0;
            let key = word[..beginning(word).unwrap_or(word.len())].to_owned();
            let found: BTreeSet<usize> = group.iter().map(|(_, at)| *at).collect();
            let size: usize = found.iter().map(|at| making.rows[*at].len() + 1).sum();
            if size <= making.largest {
                self.texts.insert(key, list(making.rows, found));
                continue;
            }
            let exact: BTreeSet<usize> = group.iter().filter(|(word, _)| *word == key).map(|(_, at)| *at).collect();
            self.texts.insert(key.clone(), list(making.rows, (making.abridge)(&found, &exact)));
            if length + 1 == LONGEST {
                continue;
            }
            self.going_on.push(key);
            self.grow(making, length + 1, group);
        }
    }
}

fn list(rows: &[String], chosen: impl IntoIterator<Item = usize>) -> String {
    format!("[{}]", chosen.into_iter().map(|at| rows[at].as_str()).collect::<Vec<_>>().join(","))
}

/// The name of a beginning's file: other characters than letters a to z and digits as `-` and their code points. The `_` keeps clear of
/// names that some systems reserve, such as `con`.
fn name(beginning: &str) -> String {
    let mut name = "_".to_owned();
    for character in beginning.chars() {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            name.push(character);
        } else {
            // Writing to a text never fails.
            let _ = write!(name, "-{:x}", u32::from(character));
        }
    }
    name
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory never fails.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(labels: &[&str], largest: usize) -> Files {
        let rows: Vec<String> = labels.iter().map(|label| format!("\"{label}\"")).collect();
        let words =
            labels.iter().enumerate().flat_map(|(at, label)| label.split(' ').map(move |word| (word.to_owned(), at)));
        let words: Vec<_> = words.collect::<BTreeSet<_>>().into_iter().collect();
        let abridge = |all: &BTreeSet<usize>, exact: &BTreeSet<usize>| exact.union(all).copied().take(2).collect();
        Files::new(&Making { rows: &rows, words: &words, largest, abridge: &abridge })
    }

    #[test]
    fn little_lies_under_the_first_letters_of_its_words() {
        let files = files(&["oeuvre", "ete a oo"], 100);
        let texts: Vec<String> = files.texts.iter().map(|(key, text)| format!("{key} {text}")).collect();
        assert_eq!(texts, [r#"a ["ete a oo"]"#, r#"e ["ete a oo"]"#, r#"o ["oeuvre","ete a oo"]"#]);
        assert!(files.going_on.is_empty());
    }

    #[test]
    fn much_goes_on_until_it_is_little_or_one_word() {
        let labels: Vec<String> = (0..90).map(|at| format!("atelier {at:02}")).collect();
        let files = files(&labels.iter().map(String::as_str).collect::<Vec<_>>(), 200);
        let going_on: Vec<&str> = files.going_on.iter().map(String::as_str).collect();
        assert_eq!(going_on, ["a", "at", "ate", "atel", "ateli", "atelie", "atelier"]);
        assert_eq!(files.texts["atelier"], r#"["atelier 00","atelier 01"]"#, "abridged");
        assert_eq!(files.texts["7"].matches("atelier").count(), 10, "whole");
    }

    #[test]
    fn a_word_without_end_is_followed_for_some_letters() {
        let word = "a".repeat(100_000);
        let files = files(&[&word, "b"], 100);
        assert_eq!(files.going_on.len(), LONGEST - 1);
        assert_eq!(files.texts.len(), LONGEST + 1);
        assert!(files.texts[&word[..LONGEST]].contains(&word));
    }

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(name("con"), "_con");
        assert_eq!(name("東b"), "_-6771b");
    }
}
