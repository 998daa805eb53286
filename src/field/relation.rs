//! What enters: the slug of an entry of another collection. What leaves: its id, shown as its card says. It must not know whether the entry
//! exists: the catalogue checks that.

use serde_json::json;
use tera::value::Key;

use super::text::{refuse, scalar};
use super::{Defining, Exported, FieldType, Reading, Relation, Showing, Shown, Slot, Value, escape, link};
use crate::diagnostic::Diagnostic;
use crate::entry_id::{EntryId, is_slug, slugify};
use crate::localised::Localised;
use crate::node::{Node, Notes, Record};

/// How its hint begins.
const HINT: &str = "the slug of an entry in `content/";
/// How the message ends for what can't be a slug.
const NO_ENTRY: &str = "` names no entry";

/// A link to an entry of one collection.
#[derive(Debug)]
pub struct Related {
    /// `None` when the definition is at fault: then every value is let through, so that one fault is reported once.
    to: Option<String>,
    inverse: Option<Localised>,
}

/// Reads the options `to` and `inverse`.
pub(super) fn define(options: &mut Record<'_>, defining: Defining<'_>, notes: &mut Notes<'_>) -> Related {
    let to = options.require("to", notes).and_then(|node| match node.as_text() {
        Some(text) if is_slug(text) => Some(text.to_owned()),
        Some(text) => {
            let slug = Some(slugify(text)).filter(|slug| !slug.is_empty());
            refuse(node, notes, "not-a-slug", format!("`{text}` can't be a collection"), |fault| Diagnostic {
                nearest: slug,
                ..fault.expected("the folder's name of a collection")
            })
        }
        None => {
            notes.wrong_kind(node, "to", "the folder's name of a collection");
            None
        }
    });
    let inverse = options.take("inverse").and_then(|node| {
        let mut record = Record::open(node, "the inverse", notes)?;
        let label =
            record.require("label", notes).map(|node| Localised::read(node, "label", defining.languages, notes));
        record.finish(notes);
        label
    });
    Related { to, inverse }
}

/// The collection that a fault of a relation asks for, and what was written, where its nearest value is a guess.
pub(crate) fn relation_guess(diagnostic: &Diagnostic) -> Option<(&str, &str)> {
    let expected = diagnostic.expected.as_deref().filter(|_| diagnostic.code == "not-a-slug")?;
    let collection = expected.strip_prefix(HINT)?.strip_suffix("/`")?;
    let text = diagnostic.message.strip_prefix('`')?.strip_suffix(NO_ENTRY)?;
    Some((collection, text))
}

impl FieldType for Related {
    fn slot(&self, _values: usize) -> Slot {
        Slot::Elsewhere
    }

    fn name(&self) -> &'static str {
        "relation"
    }

    fn hint(&self) -> String {
        format!("{HINT}{}/`", self.to.as_deref().unwrap_or("…"))
    }

    fn example(&self) -> String {
        "slug".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let Some(to) = self.to.as_deref() else { return Some(Value::Text(text.to_owned())) };
        let slug = text.strip_prefix(to).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
        if is_slug(slug) {
            return Some(Value::Relation(EntryId::new(to, slug)));
        }
        // What people copy from a link or a file's path is meant well.
        let bare = text.trim_start_matches("[[").trim_end_matches("]]").trim_matches('/');
        let bare = bare.strip_prefix("content/").unwrap_or(bare);
        let bare = bare.strip_suffix(".md").or_else(|| bare.strip_suffix(".yaml")).unwrap_or(bare);
        let (collection, slug) = bare.split_once('/').unwrap_or((to, bare));
        if collection != to && is_slug(collection) {
            let message = format!("`{text}` is in the collection `{collection}`");
            return refuse(node, notes, "wrong-collection", message, |fault| {
                fault.expected(self.hint()).near(collection, [to])
            });
        }
        let guess = if is_slug(slug) { slug.to_owned() } else { slugify(slug) };
        refuse(node, notes, "not-a-slug", format!("`{text}{NO_ENTRY}"), |fault| Diagnostic {
            nearest: Some(guess).filter(|guess| !guess.is_empty()),
            ..fault.expected(self.hint()).help("write the name of the entry's file or folder, without its ending")
        })
    }

    fn schema(&self) -> serde_json::Value {
        let to = self.to.as_deref().unwrap_or("[a-z0-9_-]+");
        let pattern = format!("^({to}/)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$");
        json!({ "type": ["string", "integer"], "pattern": pattern, "description": self.hint() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Value::Relation(id) = value else { return Shown::default() };
        let Some(card) = (showing.card)(id).and_then(tera::Value::into_map) else {
            return Shown::plain(id.slug().to_owned());
        };
        let text = |key| card.get(&Key::Str(key)).and_then(tera::Value::as_str);
        let title = text("title").unwrap_or(id.slug()).to_owned();
        let html = match text("url") {
            Some(url) => match text("lang").filter(|lang| *lang != showing.lang) {
                Some(lang) => {
                    let (lang, url, title) = (escape(lang), escape(url), escape(&title));
                    format!("<a href=\"{url}\" hreflang=\"{lang}\" lang=\"{lang}\">{title}</a>")
                }
                None => link::to(url, &title),
            },
            None => escape(&title),
        };
        Shown { text: title, html, more: card }
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        // Words of the slug; the target's title is found by the target's own page.
        match value {
            Value::Relation(id) => id.slug().replace(['-', '_'], " "),
            _ => String::new(),
        }
    }

    fn badge(&self, _value: &Value, _lang: &str) -> String {
        // A badge has no card to take the target's title from.
        String::new()
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        match value {
            Value::Relation(id) => id.to_string().into(),
            _ => Exported::Nothing,
        }
    }

    fn relation(&self) -> Option<Relation<'_>> {
        self.to.as_deref().map(|to| Relation { to, inverse: self.inverse.as_ref() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, defined, definition_faults, show};

    #[test]
    fn slugs_name_entries_of_one_collection() {
        check(
            &*defined("relation", "to: networks"),
            &[
                ("a-plus", "networks/a-plus"),
                ("networks/a", "networks/a"),
                ("cote-a-cote", "networks/cote-a-cote"),
                ("tools/a", "!wrong-collection"),
                ("network/a", "!wrong-collection ~networks"),
                ("content/networks/a.md", "!not-a-slug ~a"),
                ("'[[networks/a]]'", "!not-a-slug ~a"),
                ("/networks/a/", "!not-a-slug ~a"),
                ("La Compagnie", "!not-a-slug ~la-compagnie"),
                ("a/b/c", "!wrong-collection"),
                ("{ a: b }", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn the_other_side_is_declared() {
        let kind = defined("relation", "to: networks\ninverse: { label: { fr: Lieux, en: Places } }");
        let relation = kind.relation().expect("a relation");
        assert_eq!((relation.to, relation.inverse.map(|label| label.get("en"))), ("networks", Some("Places")));
        assert_eq!(definition_faults("relation", ""), ["missing-key"]);
        assert_eq!(definition_faults("relation", "to: Réseaux"), ["not-a-slug"]);
        assert_eq!(definition_faults("relation", "to: a\ninverse: { lable: x }"), ["missing-key", "unknown-key"]);
    }

    #[test]
    fn a_card_is_shown_as_a_link() {
        let kind = defined("relation", "to: networks");
        assert_eq!(show(&*kind, "a", "fr").html, "<a href=\"../reseaux/a/\">A &amp; B</a>");
        assert_eq!(show(&*kind, "a", "en").html, "<a href=\"../reseaux/a/\" hreflang=\"fr\" lang=\"fr\">A &amp; B</a>");
        assert_eq!(show(&*kind, "gone", "fr").html, "gone");
    }
}
