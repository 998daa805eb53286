//! What enters: the entries of collections that are glossaries, and a page's text as safe HTML. What leaves: the text with the first mention of each
//! term as a link to its definition at the page's end, and which terms it mentions. It must not know Markdown.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::entry_id::EntryId;

/// Inside these, a mention stays as it is: links and buttons hold none, code is no prose, headings have anchors of their own.
const LEFT_ALONE: [&str; 12] = ["a", "button", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "svg"];

/// The terms of a language.
#[derive(Debug, Default, Hash)]
pub(super) struct Glossary {
    /// First word, folded → the whole term as written, and its entry; longest first.
    terms: BTreeMap<String, Vec<(String, EntryId)>>,
}

impl Glossary {
    /// The terms of all glossaries: titles, and the texts of a field `variants`.
    pub(super) fn of(catalogue: &Catalogue<'_>, language: &str) -> Self {
        let mut glossary = Self::default();
        for collection in catalogue.collections.values().filter(|collection| collection.glossary) {
            let ids = catalogue.listings.get(&(collection.key.clone(), language.to_owned()));
            for id in ids.into_iter().flatten() {
                let Some(entry) = catalogue.families.get(id).map(|family| family.version(language)) else { continue };
                // A definition in another language would explain nothing.
                if entry.language != language {
                    continue;
                }
                glossary.add(&entry.title, id);
                for value in entry.values("variants") {
                    glossary.add(value.as_text(), id);
                }
            }
        }
        for terms in glossary.terms.values_mut() {
            terms.sort_by(|(a, a_id), (b, b_id)| b.len().cmp(&a.len()).then_with(|| (a, a_id).cmp(&(b, b_id))));
        }
        glossary
    }

    fn add(&mut self, term: &str, id: &EntryId) {
        let term = term.trim();
        if let Some(first) = words(term).next() {
            self.terms.entry(first.to_lowercase()).or_default().push((term.to_owned(), id.clone()));
        }
    }

    /// Marks the first mention of each term in safe HTML; an entry does not explain itself.
    pub(super) fn mark(&self, html: String, own: &EntryId) -> (String, Vec<EntryId>) {
        let mut mentioned: Vec<EntryId> = Vec::new();
        if self.terms.is_empty() {
            return (html, mentioned);
        }
        let mut marked = String::with_capacity(html.len() + 256);
        let mut alone = 0_usize;
        let mut rest = html.as_str();
        while !rest.is_empty() {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            if alone == 0 {
                self.mark_text(text, own, &mut mentioned, &mut marked);
            } else {
                marked.push_str(text);
            }
            let (tag, after) = after.split_at(after.find('>').map_or(after.len(), |end| end + 1));
            marked.push_str(tag);
            let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap_or_default();
            if LEFT_ALONE.contains(&name) {
                alone = if tag.starts_with("</") { alone.saturating_sub(1) } else { alone + 1 };
            }
            rest = after;
        }
        (marked, mentioned)
    }

    fn mark_text(&self, text: &str, own: &EntryId, mentioned: &mut Vec<EntryId>, marked: &mut String) {
        let mut written = 0;
        for (start, word) in positions(text) {
            if start < written {
                continue;
            }
            let key = word.to_lowercase();
            let singular = key.trim_end_matches(['s', 'x']);
            let candidates = self.terms.get(&key).or_else(|| self.terms.get(singular)).into_iter().flatten();
            let found = candidates
                .filter(|(_, id)| id != own && !mentioned.contains(id))
                .find_map(|(term, id)| Some((mention(&text[start..], term)?, id)));
            if let Some((length, id)) = found {
                marked.push_str(&text[written..start]);
                marked.push_str(&format!(
                    "<a class=\"term\" href=\"#term-{}\">{}</a>",
                    id.slug(),
                    &text[start..start + length]
                ));
                mentioned.push(id.clone());
                written = start + length;
            }
        }
        marked.push_str(&text[written..]);
    }
}

/// How long the mention of a term is that a text starts with; a plural ending counts. Capitals must be the same in a term that is written in
/// capitals: `SAS` is no `sas`.
fn mention(text: &str, term: &str) -> Option<usize> {
    let capitals = term.chars().filter(|character| character.is_alphabetic()).all(char::is_uppercase);
    let mut at = 0;
    for expected in term.chars() {
        let found = text[at..].chars().next()?;
        let same = found == expected || (!capitals && found.to_lowercase().eq(expected.to_lowercase()));
        let apostrophes = matches!((found, expected), ('’' | '\'', '’' | '\''));
        if !same && !apostrophes {
            return None;
        }
        at += found.len_utf8();
    }
    if text[at..].starts_with(['s', 'x']) {
        at += 1;
    }
    text[at..].chars().next().is_none_or(|next| !next.is_alphanumeric()).then_some(at)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words of a text with where they start; `tiers-lieu` is two words, `&amp;` none.
fn positions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    words(text)
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .filter(move |(start, _)| !text[..*start].ends_with('&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glossary() -> Glossary {
        let mut glossary = Glossary::default();
        for (term, id) in [
            ("ERP", "glossary/erp"),
            ("établissement recevant du public", "glossary/erp"),
            ("bail commercial", "glossary/bail"),
            ("bail", "glossary/lease"),
        ] {
            glossary.add(term, &EntryId::parse(id).expect("an id"));
        }
        for terms in glossary.terms.values_mut() {
            terms.sort_by_key(|(term, _)| std::cmp::Reverse(term.len()));
        }
        glossary
    }

    #[test]
    fn the_first_mention_is_marked_outside_links_headings_and_code() {
        let own = EntryId::parse("docs/x").expect("an id");
        let table = [
            ("<p>Un ERP, des ERP.</p>", "<p>Un <a class=\"term\" href=\"#term-erp\">ERP</a>, des ERP.</p>"),
            (
                "<h2 id=\"a\">ERP</h2><p>Les Établissements recevant du public</p>",
                "<h2 id=\"a\">ERP</h2><p>Les Établissements recevant du public</p>",
            ),
            (
                "<p>Établissement recevant du public</p>",
                "<p><a class=\"term\" href=\"#term-erp\">Établissement recevant du public</a></p>",
            ),
            (
                "<p><a href=\"x\">ERP</a> <code>ERP</code> erp SERP</p>",
                "<p><a href=\"x\">ERP</a> <code>ERP</code> erp SERP</p>",
            ),
            (
                "<p>Un bail commercial, un bail</p>",
                "<p>Un <a class=\"term\" href=\"#term-bail\">bail commercial</a>, un <a class=\"term\" href=\"#term-lease\">bail</a></p>",
            ),
            (
                "<p>travail, bails &amp; co</p>",
                "<p>travail, <a class=\"term\" href=\"#term-lease\">bails</a> &amp; co</p>",
            ),
        ];
        for (html, expected) in table {
            assert_eq!(glossary().mark(html.to_owned(), &own).0, expected, "{html}");
        }
        let itself = EntryId::parse("glossary/erp").expect("an id");
        assert_eq!(glossary().mark("<p>ERP</p>".to_owned(), &itself), ("<p>ERP</p>".to_owned(), Vec::new()));
    }
}
