//! What enters: a value without positions. What leaves: YAML that every reader takes for that value. It must not know fields.

use crate::node::{Content, Key, Node};

/// The longest list that stands on one line, in characters.
const LINE: usize = 90;

/// A text as a scalar on one line. Quoted where some YAML reader would see a number, a truth value, a date's time or a syntax in it.
#[must_use]
pub fn scalar(text: &str) -> String {
    let plain = serde_yaml::to_string(text).is_ok_and(|written| written.trim_end_matches('\n') == text);
    // In a list between brackets these end a text.
    // A dash at the end is taken for an item there by some.
    let plain = plain && !text.contains([',', '[', ']', '{', '}']) && !text.ends_with('-') && !is_old_value(text);
    if plain { text.to_owned() } else { quoted(text) }
}

/// Whether readers of YAML 1.1 take a text for a truth value or a number: `NO`, `12:30`, `1_000`. A day is a day to all of them.
fn is_old_value(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let is_number = word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit() || b"_.:+-xo".contains(&byte))
        && word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    let is_day = word.len() == 10 && crate::date::parse_day(&word).is_some();
    matches!(word.as_str(), "y" | "n" | "yes" | "no" | "on" | "off") || is_number && !is_day
}

/// A text between double quotes: JSON's escapes are YAML's.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // Line ends to some readers, invisible to people.
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => escape(character, &mut quoted),
            _ if character.is_control() => escape(character, &mut quoted),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(character: char, quoted: &mut String) {
    quoted.push_str(&format!("\\u{:04x}", u32::from(character)));
}

/// A value on one line, between brackets where it has parts.
#[must_use]
pub fn flow(content: &Content) -> String {
    match content {
        Content::Empty => String::new(),
        Content::Text(text) => scalar(text),
        Content::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(&item.content)).collect();
            format!("[{}]", items.join(", "))
        }
        Content::Map(pairs) => {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, node)| format!("{}: {}", scalar(&key.name), flow(&node.content))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

/// What stands after a key and its colon, whose line is indented by `indent` blanks: ` text`, or lines of their own. No line end at the end.
#[must_use]
pub fn value(content: &Content, indent: usize) -> String {
    let inner = " ".repeat(indent + 2);
    match content {
        Content::Empty => String::new(),
        Content::Text(text) if is_block(text) => {
            let lines: Vec<String> = text
                .lines()
                .map(|line| if line.is_empty() { String::new() } else { format!("{inner}{line}") })
                .collect();
            format!(" |-\n{}", lines.join("\n"))
        }
        Content::Text(text) => format!(" {}", scalar(text)),
        Content::List(items) => {
            let line = flow(content);
            let simple = items.iter().all(|item| item.as_text().is_some());
            if simple && line.chars().count() <= LINE || items.is_empty() {
                return format!(" {line}");
            }
            items.iter().map(|item| format!("\n{inner}- {}", flow(&item.content))).collect()
        }
        Content::Map(pairs) => {
            pairs.iter().map(|(key, node)| format!("\n{inner}{}", pair(key, node, indent + 2))).collect()
        }
    }
}

/// A key with its value.
#[must_use]
pub fn pair(key: &Key, node: &Node, indent: usize) -> String {
    format!("{}:{}", scalar(&key.name), value(&node.content, indent))
}

/// Whether a text of several lines can stand as a block: its lines begin and end with something, so that nothing is lost.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && text.chars().all(|character| {
            character == '\n'
                || !character.is_control() && !matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::node::Notes;
    use crate::yaml;

    fn text(text: &str) -> Node {
        Node { content: Content::Text(text.to_owned()), extent: (0..0).into() }
    }

    fn key(name: &str) -> Key {
        Key { name: name.to_owned(), extent: (0..0).into() }
    }

    /// The value that comes back when the text is read as an entry is.
    fn read(yaml: &str) -> Content {
        let file: Arc<str> = "a.yaml".into();
        let mut diagnostics = Vec::new();
        let node = yaml::parse(yaml, 0, &mut Notes { file: &file, diagnostics: &mut diagnostics });
        assert_eq!(diagnostics, [], "{yaml}");
        node.map(|node| bare(&node)).unwrap_or(Content::Empty)
    }

    /// Without positions.
    fn bare(node: &Node) -> Content {
        let strip = |node: &Node| Node { content: bare(node), extent: (0..0).into() };
        match &node.content {
            Content::List(items) => Content::List(items.iter().map(strip).collect()),
            Content::Map(pairs) => {
                Content::Map(pairs.iter().map(|(name, node)| (key(&name.name), strip(node))).collect())
            }
            other => other.clone(),
        }
    }

    #[test]
    fn texts_that_yaml_would_misread_are_quoted() {
        let table = [
            ("La Myne", "La Myne"),
            ("L’été : non", "\"L’été : non\""),
            ("NO", "\"NO\""),
            ("01234", "\"01234\""),
            ("1.10", "\"1.10\""),
            ("2019", "\"2019\""),
            ("2026-11", "\"2026-11\""),
            ("12:30", "\"12:30\""),
            ("off", "\"off\""),
            ("2 h", "2 h"),
            ("2026-11-02", "2026-11-02"),
            ("44,109", "\"44,109\""),
            ("~", "\"~\""),
            ("- a", "\"- a\""),
            ("a # b", "\"a # b\""),
            ("a -", "\"a -\""),
            ("[[places/a]]", "\"[[places/a]]\""),
            ("https://a.example/?b=c&d#e", "https://a.example/?b=c&d#e"),
            ("say \"a\\b\"", "say \"a\\b\""),
            ("\"a\": b", "\"\\\"a\\\": b\""),
            ("", "\"\""),
            (" a ", "\" a \""),
            ("a\nb", "\"a\\nb\""),
        ];
        for (text, written) in table {
            assert_eq!(scalar(text), written);
        }
    }

    #[test]
    fn values_stand_as_people_write_them() {
        let list = Content::List(vec![text("a"), text("b c")]);
        assert_eq!(value(&list, 0), " [a, b c]");
        let map = Content::Map(vec![(key("street"), text("1, rue A")), (key("commune"), text("44109"))]);
        assert_eq!(value(&map, 0), "\n  street: \"1, rue A\"\n  commune: \"44109\"");
        let list = Content::List(vec![Node { content: map, extent: (0..0).into() }]);
        assert_eq!(value(&list, 0), "\n  - { street: \"1, rue A\", commune: \"44109\" }");
        assert_eq!(value(&Content::Text("a\n\nb".to_owned()), 2), " |-\n    a\n\n    b");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(written in "\\PC*|[ \\t\\n:#'\"\\\\,\\[\\]{}&*!|>%@`?~=<-]*|[a-z: #\\n]*") {
            let pairs = vec![
                (key("plain"), text(&written)),
                (key("list"), Node { content: Content::List(vec![text(&written), text("x")]), extent: (0..0).into() }),
                (key("map"), Node { content: Content::Map(vec![(key("a"), text(&written))]), extent: (0..0).into() }),
            ];
            let lines: Vec<String> = pairs.iter().map(|(key, node)| pair(key, node, 0)).collect();
            prop_assert_eq!(read(&(lines.join("\n") + "\n")), Content::Map(pairs.clone()));
            let whole = Content::Map(pairs);
            prop_assert_eq!(read(&flow(&whole)), whole);
        }
    }
}
