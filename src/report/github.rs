//! What enters: diagnostics and texts. What leaves: workflow commands of GitHub Actions, which become annotations beside the changed lines.
//! The syntax: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::{TextOf, counts, full_message, span};
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn render(diagnostics: &[Diagnostic], text_of: TextOf<'_>) -> String {
    let mut report = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let (start, end) = span(diagnostic, text_of);
        // Columns are only allowed where the annotation stays in one line.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        report += &format!(
            "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
            property(&diagnostic.location.file),
            start.line,
            end.line,
            property(diagnostic.code),
            message(&full_message(diagnostic)),
        );
    }
    report + &counts(diagnostics) + "\n"
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Location;

    #[test]
    fn commands_are_escaped() {
        let file = Arc::from("a,b:c%.md");
        let diagnostics = [
            Diagnostic::error("x", Location::new(&file, 2..4), "100 %: a, b\n::stop").help("h"),
            Diagnostic::warning("y", Location::new(&file, 0..4), "m"),
        ];
        assert_eq!(
            render(&diagnostics, &|_| Some("a\nbcd")),
            "::error file=a%2Cb%3Ac%25.md,line=2,endLine=2,col=1,endColumn=3,title=x::100 %25: a, b%0A::stop%0Ahelp: h\n\
             ::warning file=a%2Cb%3Ac%25.md,line=1,endLine=2,title=y::m\n\
             1 error, 1 warning in 1 file\n"
        );
    }
}
