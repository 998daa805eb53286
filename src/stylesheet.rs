//! What enters: a theme's static files. What leaves: the same files, each style sheet with the sheets that it imports written into it, so that a
//! page asks for one file though the style stands in several, and without what only its authors read. It must not know any sheet's name, nor what its
//! rules say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::site_path;
use crate::source::Source;

/// Sheets that import each other are left as they are, and so is whatever stands deeper than this.
const DEEPEST: usize = 8;

/// Writes imported sheets into those that import them, and leaves out what nothing asks for by itself any more, comments and indents. A sheet with an
/// import that cannot be written in (another site's, a missing file, a circle) stays as it is: the browser will do it.
pub fn gather(statics: &mut BTreeMap<String, Source>) {
    let mut gathered = BTreeMap::new();
    let mut imported = BTreeSet::new();
    let mut asked_for = BTreeSet::new();
    for (path, source) in statics.iter().filter(|(path, _)| path.ends_with(".css")) {
        let names = source.text().map(imports_of).unwrap_or_default();
        let names = names.iter().filter_map(|name| joined(folder(path), name));
        match whole(path, statics, 0) {
            Some(text) => {
                imported.extend(names);
                gathered.insert(path.clone(), Source::new(Arc::clone(&source.path), bare(&text).into_bytes()));
            }
            None => asked_for.extend(names),
        }
    }
    statics.extend(gathered);
    statics.retain(|path, _| !imported.contains(path) || asked_for.contains(path));
}

/// A sheet with its imports written in.
fn whole(path: &str, statics: &BTreeMap<String, Source>, depth: usize) -> Option<String> {
    let text = statics.get(path)?.text().ok().filter(|_| depth <= DEEPEST)?;
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, import, after)) = next_import(rest) {
        let target = joined(folder(path), import.url)?;
        let inner = rebased(&whole(&target, statics, depth + 1)?, folder(&target), folder(path));
        result.push_str(head);
        result.push_str(&import.around(&inner));
        rest = after;
    }
    result.push_str(rest);
    Some(result)
}

/// `@import url("a.css") layer(x) supports(y) print;`
#[derive(Debug)]
struct Import<'a> {
    url: &'a str,
    layer: Option<&'a str>,
    supports: Option<&'a str>,
    media: &'a str,
}

impl<'a> Import<'a> {
    /// Reads what stands between `@import` and `;`.
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (url, mut rest) = match text.strip_prefix("url(") {
            Some(inner) => {
                let (url, rest) = inner.split_once(')')?;
                (url.trim().trim_matches(['"', '\'']), rest)
            }
            None => {
                let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
                text.get(1..)?.split_once(quote)?
            }
        };
        let mut layer = None;
        let mut supports = None;
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("layer") {
            (layer, rest) = match parenthesised(after) {
                Some((name, after)) => (Some(name), after),
                None => (Some(""), after),
            };
        }
        rest = rest.trim_start();
        if let Some((condition, after)) = rest.strip_prefix("supports").and_then(parenthesised) {
            (supports, rest) = (Some(condition), after);
        }
        Some(Self { url, layer, supports, media: rest.trim() })
    }

    /// The imported rules under the import's conditions.
    fn around(&self, rules: &str) -> String {
        let mut opening = String::new();
        if !self.media.is_empty() {
            opening.push_str(&format!("@media {} {{\n", self.media));
        }
        if let Some(condition) = self.supports {
            opening.push_str(&format!("@supports ({condition}) {{\n"));
        }
        match self.layer {
            Some("") => opening.push_str("@layer {\n"),
            Some(name) => opening.push_str(&format!("@layer {name} {{\n")),
            None => {}
        }
        let closing = "}\n".repeat(opening.matches('\n').count());
        format!("{opening}{}\n{closing}", rules.trim_end())
    }
}

/// `(x) rest` → `x`, ` rest`.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let mut depth = 1;
    for (at, character) in inner.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inner[..at], &inner[at + 1..]));
        }
    }
    None
}

/// The URLs that a sheet imports.
fn imports_of(text: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = text;
    while let Some((_, import, after)) = next_import(rest) {
        urls.push(import.url);
        rest = after;
    }
    urls
}

/// The next import of a sheet's head: what stands before it, itself, what follows. Imports come before all rules; only comments, `@charset` and
/// `@layer` statements may stand among them.
fn next_import(text: &str) -> Option<(&str, Import<'_>, &str)> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        let rest = &rest[blank..];
        at += blank;
        if rest.starts_with("/*") {
            at += rest.find("*/")? + 2;
            continue;
        }
        let end = rest.find([';', '{']).filter(|&end| rest[end..].starts_with(';'))?;
        let statement = &rest[..end];
        if let Some(import) = statement.strip_prefix("@import") {
            let after = rest[end + 1..].strip_prefix('\n').unwrap_or(&rest[end + 1..]);
            return Some((&text[..at], Import::parse(import)?, after));
        }
        if !statement.starts_with("@layer") && !statement.starts_with("@charset") {
            return None;
        }
        at += end + 1;
    }
}

/// A sheet without comments, indents and empty lines, which are a sixth of it when compressed. What stands in quotes or in `url(…)` is left alone, and so
/// are comments that begin with `/*!`: licences.
fn bare(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let whole = match first {
            '"' | '\'' => quoted(rest, first),
            'u' if rest.starts_with("url(") => rest.find(')').map_or(rest.len(), |end| end + 1),
            '/' if rest.starts_with("/*!") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                // A comment parts what stands beside it.
                if !result.ends_with(char::is_whitespace)
                    && !rest.starts_with(char::is_whitespace)
                    && !result.is_empty()
                {
                    result.push(' ');
                }
                continue;
            }
            ' ' | '\t' | '\r' | '\n' => {
                let end = rest.find(|next: char| !next.is_ascii_whitespace()).unwrap_or(rest.len());
                if !result.is_empty() && !result.ends_with(['\n', ' ']) {
                    result.push(if rest[..end].contains('\n') { '\n' } else { ' ' });
                } else if rest[..end].contains('\n') && result.ends_with(' ') {
                    result.pop();
                    result.push('\n');
                }
                rest = &rest[end..];
                continue;
            }
            first => first.len_utf8(),
        };
        result.push_str(&rest[..whole]);
        rest = &rest[whole..];
    }
    result
}

/// How long the text in quotes is that begins here, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if character == quote && !escaped {
            return at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    text.len()
}

/// The folder of a path, without the last `/`.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a URL stays among the theme's own files.
fn own(url: &str) -> bool {
    !url.is_empty() && !url.starts_with(['/', '#', '?']) && !url.contains(':')
}

/// A relative URL as a path from the static folder's root; `None` for what leads elsewhere.
fn joined(folder: &str, url: &str) -> Option<String> {
    if own(url) { site_path::join(folder, url) } else { None }
}

/// Rules with their relative `url(…)` as seen from another folder.
fn rebased(rules: &str, from: &str, to: &str) -> String {
    if from == to {
        return rules.to_owned();
    }
    let up = "../".repeat(to.split('/').filter(|part| !part.is_empty()).count());
    let mut result = String::with_capacity(rules.len());
    let mut rest = rules;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + 4);
        result.push_str(before);
        let Some((argument, following)) = after.split_once(')') else {
            rest = after;
            break;
        };
        let url = argument.trim().trim_matches(['"', '\'']);
        match joined(from, url) {
            Some(path) => result.push_str(&format!("\"{up}{path}\"")),
            None => result.push_str(argument),
        }
        result.push(')');
        rest = following;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statics(files: &[(&str, &str)]) -> BTreeMap<String, Source> {
        let source = |path: &str, text: &str| Source::new(format!("static/{path}"), text.as_bytes().to_vec());
        files.iter().map(|(path, text)| ((*path).to_owned(), source(path, text))).collect()
    }

    fn gathered(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut statics = statics(files);
        gather(&mut statics);
        statics.iter().map(|(path, source)| (path.clone(), source.text().unwrap_or_default().to_owned())).collect()
    }

    #[test]
    fn imports_are_written_in_under_their_conditions() {
        let files = [
            ("a.css", "/* head */\n@layer x, y;\n@import url(\"b/c.css\") layer(x);\n@import 'd.css' print;\np {}\n"),
            ("b/c.css", "b {}\n"),
            ("d.css", "d {}\n"),
        ];
        let expected = "@layer x, y;\n@layer x {\nb {}\n}\n@media print {\nd {}\n}\np {}\n";
        assert_eq!(gathered(&files), [("a.css".to_owned(), expected.to_owned())]);
    }

    #[test]
    fn imports_nest_and_addresses_follow() {
        let files = [
            ("a.css", "@import \"b/c.css\";\n"),
            ("b/c.css", "@import url(e/f.css) layer supports((display: grid) or (top: 0));\n"),
            ("b/e/f.css", "p { background: url('../g.svg') url(data:x) url(#i) }\n"),
        ];
        let rules = "p { background: url(\"b/g.svg\") url(data:x) url(#i) }";
        let expected = format!("@supports ((display: grid) or (top: 0)) {{\n@layer {{\n{rules}\n}}\n}}\n");
        assert_eq!(gathered(&files), [("a.css".to_owned(), expected)]);
    }

    #[test]
    fn what_only_authors_read_is_left_out() {
        let table = [
            ("/* a */\np {\n  top: 0;\n\n  left: 0; /* b */\n}\n", "p {\ntop: 0;\nleft: 0;\n}\n"),
            ("/*! MIT */\na{}", "/*! MIT */\na{}"),
            ("a/**/b {}", "a b {}"),
            ("a { content: \"/* \\\" */  x\" } ", "a { content: \"/* \\\" */  x\" } "),
            ("a { b: url(data:/*x*/ y) '  ' }", "a { b: url(data:/*x*/ y) '  ' }"),
            ("a { margin: 0\n    1px }", "a { margin: 0\n1px }"),
            ("/* never closed", ""),
            ("a { content: \"never closed", "a { content: \"never closed"),
        ];
        for (sheet, expected) in table {
            assert_eq!(bare(sheet), expected, "{sheet}");
        }
    }

    #[test]
    fn a_sheet_that_cannot_be_whole_stays_as_it_is() {
        let cases: [&[(&str, &str)]; 4] = [
            &[("a.css", "@import \"b.css\";\n@import \"https://x.example/y.css\";\n"), ("b.css", "b {}\n")],
            &[("a.css", "@import \"b.css\";\n@import \"missing.css\";\n"), ("b.css", "b {}\n")],
            &[("a.css", "@import \"../../a.css\";\n")],
            &[("a.css", "@import \"b.css\";\n"), ("b.css", "@import \"a.css\";\n")],
        ];
        for files in cases {
            let same: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
            assert_eq!(gathered(files), same);
        }
    }

    #[test]
    fn what_looks_like_an_import_further_down_is_none() {
        let files = [("a.css", "p { content: \"@import 'b.css';\" }\n@import 'b.css';\n"), ("b.css", "b {}\n")];
        assert_eq!(gathered(&files).len(), 2);
    }
}
