//! What enters: a block of code. What leaves: its HTML, with colours where the language is known. It must not know events.

use std::ops::Range;

use pulldown_cmark::CodeBlockKind;

use crate::diagnostic::Diagnostic;

use super::code::{Highlighter, Language};
use super::sink::Sink;

/// Writes a block of code.
pub(super) fn write(
    kind: &CodeBlockKind<'_>,
    code: &str,
    place: &Range<usize>,
    highlighter: &Highlighter,
    sink: &mut Sink<'_>,
) {
    let name = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', '\t', ',', '{']).next().unwrap_or(""),
        CodeBlockKind::Indented => "",
    };
    let language = highlighter.language(name);
    sink.plain.end_block();
    sink.line();
    // Long lines scroll, by keyboard too.
    sink.tag("<pre tabindex=\"0\"><code");
    if !name.is_empty() {
        let one_class = name.replace(char::is_whitespace, "-");
        sink.attribute("class", &format!("language-{one_class}"));
    }
    sink.tag(">");
    highlighter.write(&mut sink.html, code, language);
    sink.tag("</code></pre>\n");
    sink.plain.push(code);
    sink.plain.end_block();
    if let (CodeBlockKind::Fenced(_), Some(fence)) = (kind, open_fence(sink.written(place)).map(str::to_owned)) {
        let location = sink.at(&(place.start..place.start + fence.len()));
        let fault = Diagnostic::warning(
            "unclosed-code",
            location,
            "nothing ends this block of code: all that follows is in it",
        );
        sink.report(fault.help(format!("end it with a line of its own: {fence}")));
    }
    if matches!(language, Language::Unknown) {
        let names = highlighter.names();
        let first = sink.written(place).find(name).map_or(place.start, |found| place.start + found);
        let message = format!("the language `{name}` is not known, so this code has no colours");
        let location = sink.at(&(first..first + name.len()));
        let diagnostic = Diagnostic::warning("unknown-language", location, message);
        let diagnostic = diagnostic.near(name, names.iter().map(String::as_str));
        sink.report(diagnostic.help("write the language's usual name, or `text`"));
    }
}

/// The fence that opens a block, where none closes it.
fn open_fence(written: &str) -> Option<&str> {
    let mark = written.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let fence = &written[..written.len() - written.trim_start_matches(mark).len()];
    let last = written.trim_end().lines().skip(1).last().unwrap_or_default();
    // In a quotation every line has its mark.
    let last = last.trim_start_matches(['>', ' ', '\t']).trim_end();
    let closes = last.len() >= fence.len() && last.chars().all(|one| one == mark);
    (!closes).then_some(fence)
}
