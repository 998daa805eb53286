//! What enters: a text that is no YAML, and where the parser gave up. What leaves: the line that is likely at fault, and how to write it.
//! It must not know what the keys mean.

use std::ops::Range;

/// Characters that mean something to YAML where a value begins.
const MARKS: [char; 15] = ['@', '`', '%', '*', '&', '!', '>', '|', '[', ']', '{', '}', '-', '?', ','];

/// What to do, and the bytes of the text that it is about, where that is not where the parser gave up.
pub(super) fn remedy(text: &str, at: usize, info: &str) -> (String, Option<Range<usize>>) {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let here = line(text, start);
    // A line that the parser can't place may be the fault of the one before.
    let before = text[..start].trim_end().rfind('\n').map_or(0, |end| end + 1);
    if let Some((help, _)) = mend(here) {
        return (help, None);
    }
    if let Some((help, value)) = mend(line(text, before)).filter(|_| before < start) {
        return (help, Some(before + value.start..before + value.end));
    }
    let help = if info.contains("mapping values") || info.contains("simple key") {
        "put a text that holds `: ` or `#` in quotes"
    } else if info.contains("tab") {
        "indent with blanks, not tabs"
    } else {
        "check the indentation, the quotes and the colons of this line and the one before"
    };
    (help.to_owned(), None)
}

fn line(text: &str, start: usize) -> &str {
    text[start..].lines().next().unwrap_or_default()
}

/// How a line is to be written, and which of its bytes are at fault; `None` where it looks right.
fn mend(line: &str) -> Option<(String, Range<usize>)> {
    let indent = line.len() - line.trim_start().len();
    if line[..indent].contains('\t') {
        return Some(("indent with blanks, not tabs".to_owned(), 0..indent));
    }
    let colon = indent + line[indent..].find(':')?;
    let key = &line[..colon];
    let name = key.trim_start().trim_start_matches("- ");
    if name.is_empty() || !name.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-')) {
        return None;
    }
    let rest = line[colon + 1..].trim_end();
    let value = rest.trim_start();
    let extent = || line.trim_end().len() - value.len()..line.trim_end().len();
    let is_address = rest.starts_with("//") || name.starts_with(|first: char| first.is_ascii_digit());
    if !value.is_empty() && !rest.starts_with(' ') && !is_address {
        return Some((format!("put a blank after `:`: `{}: {value}`", key.trim_start()), colon..line.trim_end().len()));
    }
    let (first, last) = (value.chars().next()?, value.chars().next_back()?);
    let written =
        |value: &str| (format!("put the text in quotes: `{}: {}`", key.trim_start(), quoted(value)), extent());
    if matches!(first, '"' | '\'') {
        let inner = &value[1..];
        if !inner.contains(first) {
            return Some((format!("end the text with `{first}`"), extent()));
        }
        let inner = inner.strip_suffix(first).unwrap_or(value);
        let is_right = last == first && !if first == '"' { bad_escape(inner) } else { lone_quote(inner) };
        return (!is_right).then(|| written(inner));
    }
    // What follows a blank and `#` is a comment.
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let last = value.chars().next_back().unwrap_or(last);
    let closing = match first {
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    };
    if let Some(closing) = closing.filter(|closing| !value.contains(*closing)) {
        return Some((format!("close what `{first}` opens with `{closing}`"), extent()));
    }
    let is_right = closing == Some(last)
        || (matches!(first, '>' | '|') && value[1..].chars().all(|one| matches!(one, '+' | '-' | '0'..='9')))
        || (first == '-' && !value.starts_with("- "));
    let holds = value.contains(": ") || value.ends_with(':');
    ((MARKS.contains(&first) && !is_right) || (holds && closing.is_none())).then(|| written(value))
}

/// Whether a `"` stands alone, or a `\\` before what it can't stand before.
fn bad_escape(inner: &str) -> bool {
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let escaped = (character == '\\').then(|| characters.next());
        let is_known = |next: char| "0abtnvfre \"/\\N_LPxuU".contains(next);
        if character == '"' || escaped.is_some_and(|next| !next.is_some_and(is_known)) {
            return true;
        }
    }
    false
}

/// Whether a `'` stands alone, which ends a text between such quotes.
fn lone_quote(inner: &str) -> bool {
    inner.replace("''", "").contains('\'')
}

/// A text between quotes.
fn quoted(text: &str) -> String {
    match text.contains('\'') && !text.contains(['\\', '"']) {
        true => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_is_the_line_as_it_should_be() {
        let table = [
            ("title: @x", "title: '@x'"),
            ("title: *x*", "title: '*x*'"),
            ("title: [Complet] x", "title: '[Complet] x'"),
            ("title: > x", "title: '> x'"),
            ("title: \"C:\\dossier\"", "title: 'C:\\dossier'"),
            ("title: 'l'été'", "title: \"l'été\""),
            ("title: \"a\" b", "title: '\"a\" b'"),
            ("title: a: b", "title: 'a: b'"),
            ("title: l'été: b", "title: \"l'été: b\""),
            ("title:T", "title: T"),
            ("title:\tT", "title: T"),
            ("- name: - x", "- name: '- x'"),
        ];
        for (line, mended) in table {
            let help = mend(line).map(|(help, _)| help).unwrap_or_default();
            assert!(help.ends_with(&format!(": `{mended}`")), "{line}: {help}");
        }
        assert_eq!(mend("\ttitle: a").map(|(help, _)| help).as_deref(), Some("indent with blanks, not tabs"));
        assert_eq!(mend("a: \"b").map(|(help, _)| help).as_deref(), Some("end the text with `\"`"));
        assert_eq!(mend("a: [b, c").map(|(help, _)| help).as_deref(), Some("close what `[` opens with `]`"));
        for right in [
            "a: \"b\\n\\\"c\\\"\"",
            "a: # b",
            "a: [b] # c",
            "a: b",
            "a:",
            "a: [b, c]",
            "a: { b: c }",
            "a: |-",
            "a: 'b''c'",
            "a: -1",
            "- a",
            "",
            "https://a",
        ] {
            assert_eq!(mend(right), None, "{right}");
        }
    }

    #[test]
    fn the_line_before_may_be_at_fault() {
        let (help, range) = remedy("title:T\nthemes: a\n", 14, "mapping values");
        assert_eq!((help.as_str(), range), ("put a blank after `:`: `title: T`", Some(5..7)));
    }
}
