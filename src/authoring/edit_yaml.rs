//! What enters: the text of an entry and new values for some of its keys. What leaves: the same text with those values; every other byte stays:
//! comments, order, quotes, other keys, the body. It must not know fields.

use std::ops::Range;

use super::write_yaml::{flow, pair, quoted, scalar, value};
use crate::node::{Content, Key, Node, Notes};
use crate::yaml;

/// A key's new value; `None` takes the key away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key.
    pub key: String,
    /// Its value.
    pub content: Option<Content>,
    /// Whether a text stands without quotes: numbers and truth values.
    pub bare: bool,
}

impl Change {
    /// The key with its value, as a new entry has it.
    #[must_use]
    pub fn line(&self) -> String {
        let key = Key { name: self.key.clone(), extent: (0..0).into() };
        match (&self.content, self.bare) {
            (None, _) => String::new(),
            (Some(Content::Text(text)), true) => format!("{}: {text}", scalar(&self.key)),
            (Some(content), _) => pair(&key, &Node { content: content.clone(), extent: (0..0).into() }, 0),
        }
    }

    fn inline(&self, content: &Content, quote: Option<char>) -> String {
        match (content, quote) {
            (Content::Text(text), _) if self.bare => text.clone(),
            (Content::Text(text), Some('"')) => quoted(text),
            (Content::Text(text), Some('\'')) if !text.contains(char::is_control) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            _ => flow(content),
        }
    }
}

/// Changes the keys of a front matter, which stands in `front`.
///
/// # Errors
/// Why the text can't be changed in place, to follow `can't be changed: `.
pub fn edit(text: &str, front: Range<usize>, changes: &[Change]) -> Result<String, String> {
    let root = read(&text[front.clone()], front.start)?;
    if text[root.extent.start..].starts_with('{') {
        return Err("its front matter stands between braces; write one key a line".to_owned());
    }
    let pairs = root.as_map().unwrap_or_default();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    let indent = pairs.first().map_or(0, |(key, _)| column(text, key.extent.start));
    for change in changes {
        let found = pairs.iter().find(|(key, _)| key.name == change.key);
        match (found, &change.content) {
            (Some((key, node)), Some(content)) => edits.push(set(text, key, node, content, change)),
            (Some((key, node)), None) if !node.is_empty() => edits.push(remove(text, key, node)),
            (Some(_) | None, None) => {}
            (None, Some(_)) => {
                let line = change.line().replace('\n', &format!("\n{}", " ".repeat(indent)));
                added.push_str(&format!("{}{line}\n", " ".repeat(indent)));
            }
        }
    }
    if !added.is_empty() {
        let open = !text[..front.end].is_empty() && !text[..front.end].ends_with('\n');
        edits.push((front.end..front.end, format!("{}{added}", if open { "\n" } else { "" })));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let windows = text[front.clone()].contains("\r\n");
    let mut edited = text.to_owned();
    let mut grown = front.end;
    for (range, new) in edits.into_iter().rev() {
        let new = if windows { new.replace('\n', "\r\n") } else { new };
        grown = grown + new.len() - range.len();
        edited.replace_range(range, &new);
    }
    prove(&edited[front.start..grown], pairs, changes)?;
    Ok(edited)
}

fn read(text: &str, offset: usize) -> Result<Node, String> {
    let mut diagnostics = Vec::new();
    let node = yaml::parse(text, offset, &mut Notes { file: &"".into(), diagnostics: &mut diagnostics });
    match (node, diagnostics.into_iter().next()) {
        (Some(node), None) if node.as_map().is_some() || node.is_empty() => Ok(node),
        (Some(_), None) => Err("it is no map of keys and values".to_owned()),
        (_, fault) => Err(fault.map_or_else(|| "it can't be read".to_owned(), |fault| fault.message)),
    }
}

/// Reads what was made: only the changed keys may differ, and they must say what was wanted.
fn prove(text: &str, before: &[(Key, Node)], changes: &[Change]) -> Result<(), String> {
    let after = read(text, 0)?;
    let wrong = || Err("its front matter is written in a way that can't be changed key by key".to_owned());
    let changed = |name: &str| changes.iter().find(|change| change.key == name);
    for (key, node) in before.iter().filter(|(key, _)| changed(&key.name).is_none()) {
        if after.get(&key.name).map(bare) != Some(bare(node)) {
            return wrong();
        }
    }
    for change in changes {
        let found = after.get(&change.key).map(bare).filter(|content| *content != Content::Empty);
        if found != change.content.as_ref().map(strip) {
            return wrong();
        }
    }
    let known = |name: &str| changed(name).is_some() || before.iter().any(|(key, _)| key.name == name);
    if after.as_map().unwrap_or_default().iter().all(|(key, _)| known(&key.name)) { Ok(()) } else { wrong() }
}

/// A value without positions.
#[must_use]
pub fn bare(node: &Node) -> Content {
    strip(&node.content)
}

fn strip(content: &Content) -> Content {
    let inner = |node: &Node| Node { content: strip(&node.content), extent: (0..0).into() };
    match content {
        Content::List(items) => Content::List(items.iter().map(inner).collect()),
        Content::Map(pairs) => {
            let key = |key: &Key| Key { name: key.name.clone(), extent: (0..0).into() };
            Content::Map(pairs.iter().map(|(name, node)| (key(name), inner(node))).collect())
        }
        other => other.clone(),
    }
}

/// Characters between the start of the line and a place.
fn column(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..at].trim_start_matches('\u{feff}').chars().count()
}

fn after_colon(text: &str, key: &Key) -> usize {
    text[key.extent.end..].find(':').map_or(key.extent.end, |at| key.extent.end + at + 1)
}

fn set(text: &str, key: &Key, node: &Node, content: &Content, change: &Change) -> (Range<usize>, String) {
    let colon = after_colon(text, key);
    if node.is_empty() {
        return (colon..colon, format!(" {}", change.inline(content, None)));
    }
    let (start, end) = (node.extent.start.max(colon), node.extent.end.max(colon));
    let before = text[colon..start].trim_start();
    if before.starts_with(['|', '>']) {
        let new = if change.bare {
            format!(" {}", change.inline(content, None))
        } else {
            value(content, column(text, key.extent.start))
        };
        return (colon..end, new);
    }
    let indent = column(text, start);
    if text[colon..start].contains('\n') && indent > column(text, key.extent.start) {
        return (start..end, lines(content, indent, change));
    }
    if text[colon..start].contains('\n') {
        // A list that is indented like its key: only another list may stand there.
        return match content {
            Content::List(items) if !items.is_empty() => (start..end, lines(content, indent, change)),
            _ => (colon..end, format!(" {}", change.inline(content, None))),
        };
    }
    let quote = text[start..].chars().next().filter(|_| node.as_text().is_some());
    (start..end, change.inline(content, quote))
}

/// A value on lines of its own, the first of which is begun.
fn lines(content: &Content, indent: usize, change: &Change) -> String {
    let next = format!("\n{}", " ".repeat(indent));
    match content {
        Content::List(items) if !items.is_empty() => {
            items.iter().map(|item| format!("- {}", flow(&item.content))).collect::<Vec<_>>().join(&next)
        }
        Content::Map(pairs) if !pairs.is_empty() => {
            pairs.iter().map(|(key, node)| pair(key, node, indent)).collect::<Vec<_>>().join(&next)
        }
        _ => change.inline(content, None),
    }
}

/// Takes the key's lines away; where a comment stands beside the value, only the value.
fn remove(text: &str, key: &Key, node: &Node) -> (Range<usize>, String) {
    let line = text[..key.extent.start].rfind('\n').map_or(0, |end| end + 1);
    let end = node.extent.end;
    let rest = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let inside = &text[after_colon(text, key)..end];
    if text[end..rest].trim().is_empty() && !inside.contains(" #") && text[line..key.extent.start].trim().is_empty() {
        return (line..rest, String::new());
    }
    (after_colon(text, key)..end, String::new())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(items: &[&str]) -> Content {
        let node = |text: &&str| Node { content: Content::Text((*text).to_owned()), extent: (0..0).into() };
        Content::List(items.iter().map(node).collect())
    }

    fn text(text: &str) -> Content {
        Content::Text(text.to_owned())
    }

    fn changed(front: &str, key: &str, content: Option<Content>) -> String {
        let whole = format!("---\n{front}---\nbody --- \n");
        let change = Change { key: key.to_owned(), content, bare: false };
        let edited = edit(&whole, 4..4 + front.len(), &[change]);
        edited
            .map_or_else(|why| why, |edited| edited[4..].strip_suffix("---\nbody --- \n").expect("the body").to_owned())
    }

    #[test]
    fn only_the_value_changes() {
        let table = [
            ("a: b # x\nc: d\n", text("e"), "a: e # x\nc: d\n"),
            ("a: 'b' # x\n", text("l'été"), "a: 'l''été' # x\n"),
            ("a: \"b\"\n", text("e"), "a: \"e\"\n"),
            ("# y\na: # x\nc: d\n", text("NO"), "# y\na: \"NO\" # x\nc: d\n"),
            ("c: d # x\n\n# end\n", text("e"), "c: d # x\n\n# end\na: e\n"),
            ("a: [b, c] # x\nd: e\n", texts(&["f"]), "a: [f] # x\nd: e\n"),
            ("a:\n  - b # x\n  - c\n# y\nd: e\n", texts(&["c", "f"]), "a:\n  - c\n  - f\n# y\nd: e\n"),
            ("a:\n- b\nd: e\n", texts(&["c"]), "a:\n- c\nd: e\n"),
            ("a:\n- b\nd: e\n", text("c"), "a: c\nd: e\n"),
            ("a: |\n  b\n\n  c\n\nd: e\n", text("f\ng"), "a: |-\n  f\n  g\n\nd: e\n"),
            ("a: >-\n  b\n  c\nd: e\n", text("f"), "a: f\nd: e\n"),
            ("a: b\n  c\nd: e\n", text("f"), "a: f\nd: e\n"),
            ("  a: b\n  d: e\n", text("f"), "  a: f\n  d: e\n"),
        ];
        for (front, content, expected) in table {
            assert_eq!(changed(front, "a", Some(content)), expected, "{front}");
        }
        let map = |city: &str| {
            Content::Map(vec![(
                Key { name: "city".into(), extent: (0..0).into() },
                Node { content: text(city), extent: (0..0).into() },
            )])
        };
        assert_eq!(changed("a: # x\n  city: b\nd: e\n", "a", Some(map("c"))), "a: # x\n  city: c\nd: e\n");
        assert_eq!(changed("a: { city: b }\nd: e\n", "a", Some(map("c"))), "a: { city: c }\nd: e\n");
    }

    #[test]
    fn keys_go_with_their_lines_but_not_with_comments() {
        assert_eq!(changed("a: b\nc: d\n", "a", None), "c: d\n");
        assert_eq!(changed("a: b # x\nc: d\n", "a", None), "a: # x\nc: d\n");
        assert_eq!(changed("x: y\na:\n  - b\n  - c\nc: d\n", "a", None), "x: y\nc: d\n");
        assert_eq!(changed("a:\nc: d\n", "a", None), "a:\nc: d\n");
        assert_eq!(changed("c: d\n", "a", None), "c: d\n");
    }

    #[test]
    fn what_cannot_be_changed_says_so() {
        assert!(changed("{ a: b }\n", "a", Some(text("c"))).contains("braces"));
        assert!(changed("a: [b\n", "a", Some(text("c"))).contains("YAML"));
        assert!(changed("- a\n", "a", Some(text("c"))).contains("no map"));
    }

    #[test]
    fn line_ends_stay_those_of_the_file() {
        let whole = "\u{feff}---\r\na: b\r\n---\r\nbody\r\n";
        let front = whole.find("a:").expect("a key")..whole.find("---\r\nbody").expect("an end");
        let changes = ["a", "c"].map(|key| Change { key: key.to_owned(), content: Some(text("e")), bare: false });
        assert_eq!(edit(whole, front, &changes).as_deref(), Ok("\u{feff}---\r\na: e\r\nc: e\r\n---\r\nbody\r\n"));
    }

    proptest! {
        #[test]
        fn a_change_is_read_back_and_the_rest_stays(
            front in "((a|b|c|d): ?(x|'y'|\"z\"|\\[p, q\\]|\n  - p\n  - q # r|\\|\n  t\n\n  u|\n  k: v)?( # n)?\n){1,3}",
            key in "[abcd]",
            new in prop_oneof![Just(None), "[a-z]{0,4}".prop_map(|new| Some(Content::Text(new))), Just(Some(Content::Text("1\n2".into())))],
        ) {
            let whole = format!("---\n{front}---\nbody\n");
            let change = Change { key, content: new, bare: false };
            // What is made is proved by reading it; what can't be is refused, which only faulty or odd fronts may be.
            if let Ok(edited) = edit(&whole, 4..4 + front.len(), std::slice::from_ref(&change)) {
                prop_assert!(edited.ends_with("---\nbody\n"));
                let again = edit(&edited, 4..edited.len() - 9, std::slice::from_ref(&change));
                prop_assert!(again.is_ok());
            } else {
                let fault = read(&front, 0);
                prop_assert!(fault.is_err() || front.contains("|\n") || front.contains("# "), "{front}");
            }
        }
    }
}
