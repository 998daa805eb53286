//! What enters: diagnostics and texts. What leaves: one JSON array with one diagnostic a line, so that both `jq` and `grep` can read it.
//! Every key stands in every object; a change of a key's meaning is a breaking change.

use serde::Serialize;

use super::{TextOf, span};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Position;

#[derive(Serialize)]
struct Record<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    /// From the project's root, with `/`.
    file: &'a str,
    start: Place,
    /// Exclusive.
    end: Place,
    expected: Option<&'a str>,
    nearest: Option<&'a str>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Place {
    /// From 1.
    line: usize,
    /// From 1, in Unicode scalar values.
    column: usize,
    /// From 0, in bytes.
    offset: usize,
}

impl Place {
    fn new(position: Position, offset: usize) -> Self {
        Self { line: position.line, column: position.column, offset }
    }
}

pub(super) fn render(diagnostics: &[Diagnostic], text_of: TextOf<'_>) -> String {
    if diagnostics.is_empty() {
        return "[]\n".to_owned();
    }
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let (start, end) = span(diagnostic, text_of);
            let range = diagnostic.location.range;
            let record = Record {
                severity: diagnostic.severity,
                code: diagnostic.code,
                message: &diagnostic.message,
                file: &diagnostic.location.file,
                start: Place::new(start, range.start),
                end: Place::new(end, range.end),
                expected: diagnostic.expected.as_deref(),
                nearest: diagnostic.nearest.as_deref(),
                help: diagnostic.help.as_deref(),
            };
            // A record holds texts and numbers only: its serialisation has nothing that can fail.
            serde_json::to_string(&record).unwrap_or_default()
        })
        .collect();
    format!("[\n  {}\n]\n", lines.join(",\n  "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Location;

    #[test]
    fn an_array_with_a_diagnostic_a_line() {
        let file = Arc::from("a \"b\".md");
        let text = "é\nfault\n";
        let diagnostics = [
            Diagnostic::error("x", Location::new(&file, 3..8), "line\nbreak").help("h"),
            Diagnostic::warning("y", Location::start_of(&file), "m"),
        ];
        let shown = render(&diagnostics, &|_| Some(text));
        assert_eq!(
            shown,
            "[\n  {\"severity\":\"error\",\"code\":\"x\",\"message\":\"line\\nbreak\",\"file\":\"a \\\"b\\\".md\",\
             \"start\":{\"line\":2,\"column\":1,\"offset\":3},\"end\":{\"line\":2,\"column\":6,\"offset\":8},\
             \"expected\":null,\"nearest\":null,\"help\":\"h\"},\n  {\"severity\":\"warning\",\"code\":\"y\",\
             \"message\":\"m\",\"file\":\"a \\\"b\\\".md\",\"start\":{\"line\":1,\"column\":1,\"offset\":0},\
             \"end\":{\"line\":1,\"column\":1,\"offset\":0},\"expected\":null,\"nearest\":null,\"help\":null}\n]\n"
        );
        let parsed: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(parsed.as_array().map(Vec::len), Some(2));
        assert_eq!(render(&[], &|_| None), "[]\n");
    }
}
