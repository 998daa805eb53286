//! What enters: an entry and its page's head. What leaves: schema.org's description of it as JSON, safe inside a script element.
//! It must not know the page's looks. Source: schema.org, and RFC 8259 for escapes.

use serde::{Serialize, Serializer};

use super::Planner;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::Value;
use crate::view::PageHead;

/// What a script element holds.
#[derive(Serialize)]
struct Described<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Node<'a>>,
}

/// A thing of the graph: its properties, in their order.
struct Node<'a>(Vec<(&'a str, Property<'a>)>);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Property<'a> {
    Text(&'a str),
    Owned(String),
    Number(f64),
    Count(usize),
    Nothing,
    Node(Node<'a>),
    Nodes(Vec<Node<'a>>),
}

impl Planner<'_> {
    /// The entry as JSON-LD.
    pub(super) fn jsonld(&self, collection: &Collection, entry: &Entry, head: &PageHead) -> String {
        let mut graph = Vec::new();
        let mut page = vec![
            ("@type", Property::Text("WebPage")),
            ("@id", Property::Text(&head.canonical)),
            ("name", Property::Text(&entry.title)),
            ("inLanguage", Property::Text(&entry.language)),
        ];
        if let Some(schema) = &collection.schema {
            let id = || Property::Owned(format!("{}#thing", head.canonical));
            page.push(("mainEntity", Property::Node(Node(vec![("@id", id())]))));
            let mut thing = vec![
                ("@type", Property::Text(schema)),
                ("@id", id()),
                ("name", Property::Text(&entry.title)),
                ("url", Property::Text(&head.canonical)),
            ];
            if !head.description.is_empty() {
                thing.push(("description", Property::Text(&head.description)));
            }
            thing.extend(head.og.image.as_deref().map(|image| ("image", Property::Text(image))));
            for field in collection.fields.values() {
                for value in entry.values(&field.name) {
                    let described = describe(field.kind.name(), value);
                    thing.extend(described.filter(|(name, _)| !thing.iter().any(|(known, _)| known == name)));
                }
            }
            graph.push(Node(thing));
        } else if !head.description.is_empty() {
            page.push(("description", Property::Text(&head.description)));
        }
        page.extend(entry.updated.map(|updated| ("dateModified", Property::Owned(updated.to_string()))));
        graph.push(Node(page));
        let crumbs = head.breadcrumbs.iter().zip(1..).map(|(crumb, place)| {
            let name = ("name", Property::Text(&crumb.label));
            Node(vec![("@type", Property::Text("ListItem")), ("position", Property::Count(place)), name])
        });
        let crumbs = ("itemListElement", Property::Nodes(crumbs.collect()));
        graph.push(Node(vec![("@type", Property::Text("BreadcrumbList")), crumbs]));
        safe(&Described { context: "https://schema.org", graph })
    }
}

/// What schema.org has a property for.
fn describe<'a>(kind: &str, value: &'a Value) -> Option<(&'static str, Property<'a>)> {
    Some(match (kind, value) {
        ("address", Value::Address(address)) => {
            let street = address.street.as_deref().map_or(Property::Nothing, Property::Text);
            let address = vec![
                ("@type", Property::Text("PostalAddress")),
                ("streetAddress", street),
                ("postalCode", Property::Text(&address.postcode)),
                ("addressLocality", Property::Text(&address.commune)),
                ("addressRegion", Property::Text(&address.region.name)),
                ("addressCountry", Property::Text("FR")),
            ];
            ("address", Property::Node(Node(address)))
        }
        (_, Value::Position(lat, lon)) => {
            let (lat, lon) = (("latitude", Property::Number(*lat)), ("longitude", Property::Number(*lon)));
            ("geo", Property::Node(Node(vec![("@type", Property::Text("GeoCoordinates")), lat, lon])))
        }
        ("url", Value::Text(url)) => ("sameAs", Property::Text(url)),
        ("email", Value::Text(email)) => ("email", Property::Text(email)),
        ("phone", Value::Text(phone)) => ("telephone", Property::Text(phone)),
        ("licence", Value::Text(licence)) => ("license", Property::Text(licence)),
        _ => return None,
    })
}

/// JSON text that can't end the script element it stands in.
fn safe(value: &impl Serialize) -> String {
    // Keys are texts and numbers are finite: nothing that JSON lacks.
    let json = serde_json::to_string(value).unwrap_or_default();
    if memchr::memchr3(b'<', b'>', b'&', json.as_bytes()).is_none() && !json.contains(['\u{2028}', '\u{2029}']) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::safe;

    #[test]
    fn a_title_cannot_end_the_script() {
        let text = safe(&json!({ "name": "</script><b>&\u{2028}é" }));
        assert!(!text.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Json>(&text).ok(), Some(json!({ "name": "</script><b>&\u{2028}é" })));
    }
}
