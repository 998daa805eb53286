//! What enters: the option `facet` of a field. What leaves: the facet's key, which stands in addresses of lists and of searches.
//! It must not know which facets there are.

use crate::diagnostic::Diagnostic;
use crate::entry_id::is_slug;
use crate::field::FieldType;
use crate::node::{Node, Notes};

/// What else stands in the search page's address: `themes/default/static/search/address.js` knows the same names.
const RESERVED: [&str; 8] = ["q", "sort", "n", "words", "town", "near", "open", "unsure"];

/// A facet that every search has, and names that no object of a script may use for its own.
const TAKEN: [&str; 3] = ["collection", "constructor", "__proto__"];

/// The facet that a field's values are listed under.
pub(super) fn read_facet(node: &Node, name: &str, kind: &dyn FieldType, notes: &mut Notes<'_>) -> Option<String> {
    let Some(text) = node.as_text() else {
        notes.wrong_kind(node, "facet", "`true`, or the key of a facet");
        return None;
    };
    if text == "false" {
        return None;
    }
    if !kind.is_facet() {
        let message = format!("a field of type `{}` can't be a facet", kind.name());
        notes.push(Diagnostic::error("wrong-value", notes.at(node.extent), message).help("remove `facet`"));
        return None;
    }
    let own = || kind.facet_key().unwrap_or(name).to_owned();
    let key = if text == "true" { own() } else { text.to_owned() };
    if !is_slug(&key) {
        let diagnostic = Diagnostic::error("wrong-value", notes.at(node.extent), format!("`{key}` is no facet key"));
        notes.push(diagnostic.expected("`true`, or a key of small letters, digits, `-` and `_`"));
        return None;
    }
    if RESERVED.contains(&key.as_str()) || TAKEN.contains(&key.as_str()) {
        let message = format!("`{key}` means something else in the search page's address");
        let fault = Diagnostic::error("reserved-facet", notes.at(node.extent), message);
        notes.push(fault.help(format!("give the facet another key, such as `facet: the-{key}`")));
        return None;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_page_reserves_the_same_names() {
        let script = include_str!("../../themes/default/static/search/address.js");
        let (_, list) = script.split_once("const RESERVED = new Set(").expect("the page's list");
        let (list, _) = list.split_once(')').expect("its end");
        let names: Vec<String> = serde_json::from_str(list).expect("a list of texts");
        assert_eq!(names, RESERVED);
    }
}
