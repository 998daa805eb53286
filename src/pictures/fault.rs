//! What enters: what is wrong with a picture. What leaves: a diagnostic for every file that holds it. It must not know files.

use crate::diagnostic::{Diagnostic, Location};
use crate::source::Source;

/// What is wrong with a picture, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) expected: Option<String>,
    pub(super) help: String,
}

impl Fault {
    /// A fault without a remedy yet.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), expected: None, help: String::new() }
    }

    /// A file that doesn't hold the whole picture.
    pub(super) fn damaged(message: &str) -> Self {
        Self::new("damaged-picture", message)
            .help("copy it again, or export it again from the program that it comes from")
    }

    pub(super) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The fault of a file.
    pub(super) fn at(&self, source: &Source) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, Location::start_of(&source.path), self.message.clone());
        let diagnostic = diagnostic.help(self.help.clone());
        match &self.expected {
            Some(expected) => diagnostic.expected(expected.clone()),
            None => diagnostic,
        }
    }
}
