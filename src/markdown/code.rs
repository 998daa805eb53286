//! What enters: code and the name of its language. What leaves: HTML with the few classes of [`CLASSES`], which a theme colours.
//! It must not know Markdown. The languages are those that syntect brings, and TOML, which it lacks.

mod scopes;
mod toml;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::escape;

pub use scopes::CLASSES;

/// Larger code is not highlighted: it is data, and regular expressions are slow.
const MOST_BYTES: usize = 64 * 1024;
/// Code with a longer line is not highlighted.
const LONGEST_LINE: usize = 2000;

/// Highlighted code is kept up to so many bytes: who saves a text again, saves its code again, and a centre's guides repeat their commands.
const MOST_KEPT: usize = 4 * 1024 * 1024;

/// Names that syntect does not know, and the name it knows for the same or a near language.
const ALIASES: [(&str, &str); 21] = [
    ("bash-session", "bash"),
    ("console", "bash"),
    ("cjs", "js"),
    ("cxx", "cpp"),
    ("geojson", "json"),
    ("golang", "go"),
    ("html5", "html"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("jsx", "js"),
    ("mjs", "js"),
    ("node", "js"),
    ("patch", "diff"),
    ("python3", "python"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("svg", "xml"),
    ("ts", "js"),
    ("tsx", "js"),
    ("typescript", "js"),
];

/// Names for code that is not highlighted.
const PLAIN: [&str; 7] = ["csv", "none", "output", "plain", "plaintext", "text", "txt"];

/// Knows languages. Making one takes some milliseconds: make it once and pass it on.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    rules: Vec<(Scope, Option<&'static str>)>,
    written: Mutex<Written>,
}

/// Code that was highlighted, by the name of its language.
#[derive(Default)]
struct Written {
    html: HashMap<(String, String), Arc<str>>,
    bytes: usize,
}

impl fmt::Debug for Highlighter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Highlighter({} languages)", self.syntaxes.syntaxes().len() + 1)
    }
}

impl Default for Highlighter {
    fn default() -> Self {
        Self::new()
    }
}

/// How the code of a block is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Language<'a> {
    /// Without colours, because that was asked for.
    Plain,
    /// Without colours, because nobody knows the language.
    Unknown,
    /// By our own rules.
    Toml,
    /// By syntect's.
    Syntax(&'a SyntaxReference),
}

impl Highlighter {
    /// Loads the embedded languages.
    #[must_use]
    pub fn new() -> Self {
        Self { syntaxes: SyntaxSet::load_defaults_newlines(), rules: scopes::rules(), written: Mutex::default() }
    }

    /// The language that a name stands for; case counts nothing.
    pub(super) fn language(&self, name: &str) -> Language<'_> {
        let name = name.to_ascii_lowercase();
        if name.is_empty() || PLAIN.contains(&name.as_str()) {
            return Language::Plain;
        }
        if name == "toml" {
            return Language::Toml;
        }
        let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, name)| name);
        self.syntaxes.find_syntax_by_token(name).map_or(Language::Unknown, Language::Syntax)
    }

    /// All names of languages, for the nearest one.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let syntaxes = self.syntaxes.syntaxes().iter().filter(|syntax| !syntax.hidden);
        let known = syntaxes.flat_map(|syntax| syntax.file_extensions.iter().chain([&syntax.name]));
        let own = PLAIN.into_iter().chain(ALIASES.map(|(alias, _)| alias)).chain(["toml"]);
        known.map(|name| name.to_lowercase()).filter(|name| !name.contains(' ')).chain(own.map(str::to_owned)).collect()
    }

    /// Adds code as HTML.
    pub(super) fn write(&self, html: &mut String, code: &str, language: Language<'_>) {
        if code.len() > MOST_BYTES || code.lines().any(|line| line.len() > LONGEST_LINE) {
            escape::text(html, code);
            return;
        }
        match language {
            Language::Plain | Language::Unknown => escape::text(html, code),
            Language::Toml => {
                let mut spans = Spans { html, class: None };
                toml::highlight(code, |text, class| spans.add(text, class));
                spans.switch(None);
            }
            Language::Syntax(syntax) => html.push_str(&self.highlighted(code, syntax)),
        }
    }

    fn highlighted(&self, code: &str, syntax: &SyntaxReference) -> Arc<str> {
        let key = (syntax.name.clone(), code.to_owned());
        if let Some(html) = self.written.lock().unwrap_or_else(PoisonError::into_inner).html.get(&key) {
            return Arc::clone(html);
        }
        let mut html = String::new();
        let mut spans = Spans { html: &mut html, class: None };
        self.parse(code, syntax, &mut spans);
        spans.switch(None);
        let html: Arc<str> = html.into();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.bytes > MOST_KEPT {
            *written = Written::default();
        }
        written.bytes += key.1.len() + html.len();
        written.html.insert(key, Arc::clone(&html));
        html
    }

    fn parse(&self, code: &str, syntax: &SyntaxReference, spans: &mut Spans<'_>) {
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut classes = Vec::new();
        let mut broken = false;
        for line in LinesWithEndings::from(code) {
            // A definition that contradicts itself costs the colours, never the code.
            let operations = if broken { None } else { state.parse_line(line, &self.syntaxes).ok() };
            let mut written = 0;
            for (at, operation) in operations.iter().flatten() {
                spans.add(line.get(written..*at).unwrap_or(""), classes.last().copied().flatten());
                written = written.max(*at);
                broken |= scopes::apply(&self.rules, &mut stack, operation, &mut classes).is_err();
            }
            broken |= operations.is_none();
            spans.add(line.get(written..).unwrap_or(""), classes.last().copied().flatten().filter(|_| !broken));
        }
    }
}

/// Writes stretches of code; neighbours of one class share a span.
struct Spans<'a> {
    html: &'a mut String,
    class: Option<&'static str>,
}

impl Spans<'_> {
    fn add(&mut self, text: &str, class: Option<&'static str>) {
        if text.is_empty() {
            return;
        }
        // Blanks have no colour: they go on in the span that is open.
        if !text.trim().is_empty() {
            self.switch(class);
        }
        escape::text(self.html, text);
    }

    fn switch(&mut self, class: Option<&'static str>) {
        if self.class == class {
            return;
        }
        if self.class.is_some() {
            self.html.push_str("</span>");
        }
        if let Some(class) = class {
            self.html.push_str("<span class=\"hl-");
            self.html.push_str(class);
            self.html.push_str("\">");
        }
        self.class = class;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(language: &str, code: &str) -> String {
        let highlighter = Highlighter::new();
        let mut html = String::new();
        highlighter.write(&mut html, code, highlighter.language(language));
        html
    }

    #[test]
    fn usual_languages_are_known() {
        let highlighter = Highlighter::new();
        for name in [
            "yaml",
            "yml",
            "toml",
            "html",
            "css",
            "js",
            "javascript",
            "python",
            "py",
            "bash",
            "sh",
            "json",
            "rust",
            "rs",
            "sql",
            "xml",
            "php",
            "ruby",
            "go",
            "java",
            "c",
            "cpp",
            "c++",
            "c#",
            "cs",
            "diff",
            "markdown",
            "md",
            "makefile",
            "lua",
            "r",
            "latex",
            "tex",
            "perl",
            "scala",
            "haskell",
            "Rust",
        ] {
            let language = highlighter.language(name);
            assert!(matches!(language, Language::Toml | Language::Syntax(_)), "{name}: {language:?}");
        }
        for (alias, name) in ALIASES {
            assert!(matches!(highlighter.language(alias), Language::Syntax(_)), "{alias}");
            assert!(matches!(highlighter.language(name), Language::Syntax(_)), "{name}");
        }
    }

    #[test]
    fn code_is_escaped_and_nothing_else_is_written() {
        let highlighter = Highlighter::new();
        let hostile = "<script>alert(\"x\")</script> & ' \0 /* <!-- ' \" ` $(${ #[ {{ {% \\\n<b>\n";
        for name in
            ["yaml", "toml", "html", "css", "js", "python", "bash", "json", "rust", "sql", "xml", "diff", "md", "?"]
        {
            let language = highlighter.language(name);
            let mut html = String::new();
            highlighter.write(&mut html, hostile, language);
            let mut text = String::new();
            let mut rest = html.as_str();
            while let Some(at) = rest.find('<') {
                text.push_str(&rest[..at]);
                let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
                let tag = &rest[at..end];
                let class = tag.strip_prefix("<span class=\"hl-").and_then(|tag| tag.strip_suffix("\">"));
                assert!(tag == "</span>" || class.is_some_and(|class| CLASSES.contains(&class)), "{name}: {tag}");
                rest = &rest[end..];
            }
            text.push_str(rest);
            let mut plain = String::new();
            escape::text(&mut plain, hostile);
            assert_eq!(text, plain, "{name}");
        }
    }

    #[test]
    fn spans_are_few_and_flat() {
        assert_eq!(
            html("rust", "let x = 1; // one\n"),
            "<span class=\"hl-keyword\">let</span> x <span class=\"hl-operator\">= </span><span class=\"hl-number\">1</span>; \
             <span class=\"hl-comment\">// one\n</span>"
        );
    }
}
