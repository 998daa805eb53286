//! What enters: the text of a template. What leaves: which keys of a value it may ask for, so that nobody makes the others. It must not know what they hold.

use std::collections::BTreeSet;

/// Keys of a value that templates ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Any: the value is handed on as a whole, or looked into by a key that is computed.
    All,
    /// These, and no others.
    Some(BTreeSet<String>),
}

impl Asked {
    /// What any of some templates asks for.
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>, value: &str) -> Self {
        let mut keys = BTreeSet::new();
        for tag in texts.into_iter().flat_map(tags) {
            if !ask(tag, value, &mut keys) {
                return Self::All;
            }
        }
        Self::Some(keys)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(keys) => keys.contains(key),
        }
    }
}

/// What stands between `{{` and `}}`, and between `{%` and `%}`.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").flat_map(|part| part.split("{%")).skip(1).map(|part| {
        let end = [part.find("}}"), part.find("%}")].into_iter().flatten().min();
        &part[..end.unwrap_or(part.len())]
    })
}

/// Notes the keys of `value` that a tag asks for; false where it may be any.
fn ask(tag: &str, value: &str, keys: &mut BTreeSet<String>) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let tag = tag.trim_start_matches('-').trim_start();
    // The parameters of a component and the variable of a loop are names of their own.
    let declares = tag.starts_with("component ");
    let mut quote = None;
    let mut at = 0;
    while let Some(character) = tag[at..].chars().next() {
        let here = at;
        at += character.len_utf8();
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'' | '`') => quote = Some(character),
            None if is_word(character) => {
                let end = tag[here..].find(|character| !is_word(character)).map_or(tag.len(), |length| here + length);
                at = end;
                if &tag[here..end] != value || declares || tag[..here].ends_with(['.', '@', '<']) {
                    continue;
                }
                let rest = &tag[end..];
                if let Some(key) = rest.strip_prefix('.') {
                    let length = key.find(|character| !is_word(character)).unwrap_or(key.len());
                    keys.insert(key[..length].to_owned());
                    continue;
                }
                let rest = rest.trim_start();
                let is_argument = rest.starts_with('=') && !rest.starts_with("==");
                let is_loop = tag[..here].trim_end().ends_with("for") && rest.starts_with("in ");
                if !is_argument && !is_loop {
                    return false;
                }
            }
            None => {}
        }
    }
    // A tag that ends inside a quotation holds the end of a tag in it: what follows was not seen.
    quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<String> {
        match Asked::of([text], "entry") {
            Asked::All => None,
            Asked::Some(keys) => Some(keys.into_iter().collect::<Vec<_>>().join(" ")),
        }
    }

    #[test]
    fn keys_are_those_that_follow_a_dot() {
        let texts = [
            ("<p class=\"entry\">{{ entry.title }}{% if entry.toc | length > 2 %}x{% endif %}", Some("title toc")),
            (
                "{%- component card(entry, level = 2, @entry) -%}{{ <facts fields={entry.facts} entry={entry.a} /> }}",
                Some("a facts"),
            ),
            ("{% for entry in list.entries %}{{ entry.url }}{% endfor %}{{ site.entry }}{{ 'entry' }}", Some("url")),
            ("{{ entry.field[entry.key].label }}{{ card(entry=other) }}{{ entry.a?.b }}", Some("a field key")),
            ("{{ entry | json }}", None),
            ("{{ entry[key] }}", None),
            ("{{ card(entry=entry) }}", None),
            ("{% set e = entry %}", None),
            ("{{ entry?.title }}", None),
            ("{# entry #}{{ a == entry }}", None),
            ("{{ '}}' ~ entry.title }}", None),
        ];
        for (text, expected) in texts {
            assert_eq!(asked(text).as_deref(), expected, "{text}");
        }
    }
}
