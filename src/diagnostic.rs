//! What enters: a fault and where it stands. What leaves: a [`Diagnostic`], a value that `report` prints.
//! Every stage collects these; none prints them. It must not know of terminals, files on disk or exit codes.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

/// Whether a diagnostic stops a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The site can't be built as it stands.
    Error,
    /// The site is built; somebody should look.
    Warning,
}

/// A stretch of a project file: byte offsets into its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file's path from the project's root, with `/`.
    pub file: Arc<str>,
    /// Bytes from the file's start; empty ranges point between two characters.
    pub range: Extent,
}

/// A byte range that can be ordered (the standard one can't).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<Range<usize>> for Extent {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end.max(range.start) }
    }
}

impl Location {
    /// A stretch of a file.
    #[must_use]
    pub fn new(file: &Arc<str>, range: impl Into<Extent>) -> Self {
        Self { file: Arc::clone(file), range: range.into() }
    }

    /// The very start of a file: for faults of the file as a whole.
    #[must_use]
    pub fn start_of(file: &Arc<str>) -> Self {
        Self::new(file, 0..0)
    }
}

/// One fault: what, where, what was expected, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A kebab-case name that stays the same from version to version, such as `unknown-field`.
    pub code: &'static str,
    /// One line: lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// Where.
    pub location: Location,
    /// What would have been valid here.
    pub expected: Option<String>,
    /// The valid value nearest to what was written.
    pub nearest: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error; the builder methods add the rest.
    #[must_use]
    pub fn error(code: &'static str, location: Location, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            location,
            expected: None,
            nearest: None,
            help: None,
        }
    }

    /// A warning; the builder methods add the rest.
    #[must_use]
    pub fn warning(code: &'static str, location: Location, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, location, message) }
    }

    /// Says what would have been valid; an empty text says nothing.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into()).filter(|expected| !expected.is_empty());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the candidate nearest to what was written, if one is near enough to be meant.
    #[must_use]
    pub fn near<'a>(mut self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        self.nearest = nearest(written, candidates).map(str::to_owned);
        self
    }

    /// Whether this one stops a build.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The candidate with the fewest edits (transpositions count one), when they are at most a third of its length;
/// the first of equals. Case, `-`, `_` and blanks count nothing.
#[must_use]
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let written = fold(written);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let folded = fold(candidate);
        let allowed = (folded.chars().count().max(written.chars().count()) / 3).max(1);
        // Counting letters is far cheaper than counting edits, and a folder that was moved makes a thousand faults among a thousand names.
        let least = fewest_edits(&written, &folded);
        if least > allowed || best.is_some_and(|(edits, _)| edits <= least) {
            continue;
        }
        let edits = strsim::damerau_levenshtein(&written, &folded);
        let same = written.chars().any(|character| folded.contains(character));
        if edits <= allowed && (same || edits == 0) && best.is_none_or(|(fewest, _)| edits < fewest) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A number of edits that two texts are at least apart: one edit adds at most one letter to what either has and the other lacks.
fn fewest_edits(a: &str, b: &str) -> usize {
    // Letters that share a place only make the number smaller.
    let mut surplus = [0_i32; 64];
    a.chars().for_each(|letter| surplus[letter as usize % 64] += 1);
    b.chars().for_each(|letter| surplus[letter as usize % 64] -= 1);
    let sum = |sign: i32| surplus.iter().map(|count| (count * sign).max(0).unsigned_abs() as usize).sum::<usize>();
    sum(1).max(sum(-1))
}

/// Sorts by file, then place, then severity, and drops what was said twice.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (&a.location, a.severity, a.code, &a.message).cmp(&(&b.location, b.severity, b.code, &b.message))
    });
    diagnostics.dedup();
}

/// Names for a list in a message: `` `a`, `b` or `c` ``; empty where there is none.
#[must_use]
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_a_slip_away_or_not_named() {
        assert_eq!(nearest("titel", ["summary", "title"]), Some("title"));
        assert_eq!(nearest("publish-from", ["publish_from"]), Some("publish_from"));
        assert_eq!(nearest("wholly different", ["title"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }

    proptest::proptest! {
        #[test]
        fn texts_are_at_least_so_many_edits_apart(a in "[abcé]{0,6}", b in "[abcé]{0,6}") {
            proptest::prop_assert!(fewest_edits(&a, &b) <= strsim::damerau_levenshtein(&a, &b), "{a} {b}");
        }
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(one_of(["a"]), "`a`");
    }
}
