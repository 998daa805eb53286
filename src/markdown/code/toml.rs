//! What enters: TOML, or something near it. What leaves: its stretches with their classes. It checks nothing.

/// Calls `add` with each stretch of the code and its class, in order.
pub(super) fn highlight(code: &str, mut add: impl FnMut(&str, Option<&'static str>)) {
    let mut rest = code;
    // Whether a word is a key: so it is from the start of a line to `=`, and in an inline table.
    let mut key = true;
    let mut brackets: Vec<u8> = Vec::new();
    while let Some(&first) = rest.as_bytes().first() {
        let (length, class) = match first {
            b'#' => (rest.find('\n').unwrap_or(rest.len()), Some("comment")),
            b'[' if key && brackets.is_empty() => (rest.find(['\n', '#']).unwrap_or(rest.len()), Some("heading")),
            b'"' | b'\'' => (string(rest), Some(if key { "property" } else { "string" })),
            b'=' => (1, Some("operator")),
            _ if word(first) => {
                let length = rest.bytes().position(|byte| !word(byte)).unwrap_or(rest.len());
                (length, if key { Some("property") } else { value(&rest[..length]) })
            }
            _ => (rest.chars().next().map_or(1, char::len_utf8), None),
        };
        match first {
            b'[' if class.is_none() => brackets.push(first),
            b'{' => brackets.push(first),
            b']' | b'}' => drop(brackets.pop()),
            _ => {}
        }
        key = match first {
            b'=' => false,
            b'\n' => brackets.last() != Some(&b'['),
            b'{' => true,
            b',' => brackets.last() == Some(&b'{'),
            _ => key,
        };
        add(&rest[..length], class);
        rest = &rest[length..];
    }
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b':') || byte >= 0x80
}

fn value(word: &str) -> Option<&'static str> {
    match word {
        "true" | "false" => Some("constant"),
        _ => Some("number"),
    }
}

/// The length of the string that the text starts with.
fn string(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let (open, close) = if text.starts_with(&triple) { (3, triple.as_str()) } else { (1, quote) };
    let mut at = open;
    while let Some(character) = text[at..].chars().next() {
        if text[at..].starts_with(close) {
            return at + close.len();
        }
        if open == 1 && character == '\n' {
            return at;
        }
        at += character.len_utf8();
        if character == '\\' && quote == "\"" {
            at += text[at..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(code: &str) -> Vec<(String, Option<&'static str>)> {
        let mut found: Vec<(String, Option<&'static str>)> = Vec::new();
        highlight(code, |text, class| found.push((text.to_owned(), class)));
        assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<String>(), code);
        found.retain(|(_, class)| class.is_some());
        found
    }

    fn expected(pairs: &[(&str, &'static str)]) -> Vec<(String, Option<&'static str>)> {
        pairs.iter().map(|(text, class)| ((*text).to_owned(), Some(*class))).collect()
    }

    #[test]
    fn keys_tables_and_values_differ() {
        let code = "[a.b] # t\nx-y = \"a\\\"b\" # c\n'k' = [1, true, { n = 2 }]\nm = '''\nx = 1\n'''\n";
        let wanted = [
            ("[a.b] ", "heading"),
            ("# t", "comment"),
            ("x-y", "property"),
            ("=", "operator"),
            ("\"a\\\"b\"", "string"),
            ("# c", "comment"),
            ("'k'", "property"),
            ("=", "operator"),
            ("1", "number"),
            ("true", "constant"),
            ("n", "property"),
            ("=", "operator"),
            ("2", "number"),
            ("m", "property"),
            ("=", "operator"),
            ("'''\nx = 1\n'''", "string"),
        ];
        assert_eq!(stretches(code), expected(&wanted));
    }

    #[test]
    fn what_is_no_toml_is_kept() {
        for code in ["\"", "'''", "\"\\", "]]}} é = [\n", "[a", "\"é\\é\"", "=\"\n\"\""] {
            drop(stretches(code));
        }
    }
}
