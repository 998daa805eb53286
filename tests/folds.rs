//! How the engine folds letters, as data that the browser's tests read: pages fold what is typed in JavaScript.

use std::fmt::Write;
use std::fs;

use maillage_search::fold;

use crate::project::{data, updating};

#[test]
fn folds_are_kept_for_the_browser() {
    let ranges = ['\u{c0}'..='\u{24f}', '\u{1e00}'..='\u{1eff}', 'α'..='ω', 'а'..='я'];
    let mut actual = String::new();
    for letter in ranges.into_iter().flatten().filter(|letter| letter.is_alphabetic()) {
        writeln!(actual, "{letter} {}", fold(&letter.to_string())).expect("a text takes all");
    }
    let file = data("engine/folds.txt");
    if updating() {
        fs::write(&file, &actual).expect("data can be written");
    }
    assert_eq!(fs::read_to_string(&file).expect("data is text"), actual);
}
