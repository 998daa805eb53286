//! What enters: diagnostics and the texts they point into. What leaves: a report for people or for machines, and the only prints of the program.
//! It must not know how a diagnostic came about, nor change its severity.

#![expect(clippy::disallowed_methods, reason = "a part of the shell: it reads the environment, the clock or the disk")]

mod github;
mod human;
mod json;
mod sarif;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;

use crate::diagnostic::Diagnostic;
use crate::source::{Position, position};

/// Who reads the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// People: the source line, underlined, and what to do.
    #[default]
    Human,
    /// Programs: one JSON array, one diagnostic a line.
    Json,
    /// GitHub Actions: workflow commands, shown beside the changed lines.
    Github,
    /// Code scanning services: SARIF 2.1.0.
    Sarif,
}

/// Whether escape sequences for colours are written. Words carry the meaning either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text only.
    Plain,
    /// Text with ANSI styles.
    Styled,
}

/// How a report for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours or none.
    pub colour: Colour,
    /// Columns; longer source lines are cut around the fault.
    pub width: usize,
}

/// The width where no terminal says otherwise, so that logs are the same everywhere.
const WIDTH: usize = 140;

impl Look {
    /// No colours, the same width everywhere: for files, logs and tests.
    #[must_use]
    pub const fn plain() -> Self {
        Self { colour: Colour::Plain, width: WIDTH }
    }

    /// The look for a stream: what `--color` says, else what `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` say, else colours on terminals only.
    #[must_use]
    pub fn on(stream: &impl IsTerminal, choice: ColorChoice) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let terminal = stream.is_terminal();
        let styled = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto if set("CLICOLOR_FORCE") => true,
            ColorChoice::Auto => terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        };
        let width = if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
        Self {
            colour: if styled { Colour::Styled } else { Colour::Plain },
            width: width.map_or(WIDTH, |width| width.clamp(60, WIDTH)),
        }
    }
}

/// Gives the text of a project file by its path, where it has one.
pub type TextOf<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// The report on these diagnostics, in this order, ready to print.
#[must_use]
pub fn render(format: Format, diagnostics: &[Diagnostic], text_of: TextOf<'_>, look: Look) -> String {
    match format {
        Format::Human => human::render(diagnostics, text_of, look),
        Format::Json => json::render(diagnostics, text_of),
        Format::Github => github::render(diagnostics, text_of),
        Format::Sarif => sarif::render(diagnostics, text_of),
    }
}

/// The totals as a phrase: `2 errors, 1 warning in 2 files`.
#[must_use]
pub fn counts(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let files: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.location.file).collect();
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no errors, no warnings".to_owned(),
        (0, _) => format!("{} in {}", plural(warnings, "warning"), plural(files.len(), "file")),
        (_, 0) => format!("{} in {}", plural(errors, "error"), plural(files.len(), "file")),
        _ => format!("{}, {} in {}", plural(errors, "error"), plural(warnings, "warning"), plural(files.len(), "file")),
    }
}

/// Writes a report or a result to the standard output. A reader that has gone away is no fault (`maillage check | head`).
///
/// # Errors
/// When the stream can't be written, a full disk for instance.
pub fn print(text: &str) -> io::Result<()> {
    write_all(&mut io::stdout().lock(), text)
}

/// Writes progress, warnings or an error to the standard error stream.
///
/// # Errors
/// As [`print`].
pub fn print_aside(text: &str) -> io::Result<()> {
    write_all(&mut io::stderr().lock(), text)
}

fn write_all(stream: &mut impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Where a diagnostic starts and ends as people count; both at 1:1 where the file has no text.
fn span(diagnostic: &Diagnostic, text_of: TextOf<'_>) -> (Position, Position) {
    let range = diagnostic.location.range;
    match text_of(&diagnostic.location.file) {
        Some(text) => (position(text, range.start), position(text, range.end)),
        None => (Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
    }
}

/// The message with its expectation, nearest value and help, a line each: for formats that have one text field.
fn full_message(diagnostic: &Diagnostic) -> String {
    let mut message = diagnostic.message.clone();
    for (name, text) in notes(diagnostic) {
        message.push_str(&format!("\n{name}: {text}"));
    }
    message
}

/// What a diagnostic says besides its message, by name, in reading order.
fn notes(diagnostic: &Diagnostic) -> impl Iterator<Item = (&'static str, &str)> {
    [("expected", &diagnostic.expected), ("nearest", &diagnostic.nearest), ("help", &diagnostic.help)]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.as_deref()?)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Location;

    fn fault(file: &str) -> Diagnostic {
        Diagnostic::error("x", Location::start_of(&Arc::from(file)), "x")
    }

    #[test]
    fn totals_read_as_a_phrase() {
        let warning = Diagnostic { severity: crate::diagnostic::Severity::Warning, ..fault("b") };
        assert_eq!(counts(&[]), "no errors, no warnings");
        assert_eq!(counts(&[fault("a")]), "1 error in 1 file");
        assert_eq!(counts(&[fault("a"), fault("a"), warning.clone()]), "2 errors, 1 warning in 2 files");
        assert_eq!(counts(&[warning]), "1 warning in 1 file");
    }

    #[test]
    fn colour_is_what_was_asked_for() {
        let look = |choice| Look::on(&io::stdout(), choice).colour;
        assert_eq!(look(ColorChoice::Always), Colour::Styled);
        assert_eq!(look(ColorChoice::Never), Colour::Plain);
    }
}
