//! What enters: an entry and its page's head. What leaves: schema.org's description of it as JSON, safe inside a script element.
//! It must not know the page's looks. Source: schema.org, and RFC 8259 for escapes.

use serde_json::{Map, Value as Json, json};

use super::Planner;
use crate::collection::Collection;
use crate::entry::Entry;
use crate::field::Value;
use crate::view::PageHead;

impl Planner<'_> {
    /// The entry as JSON-LD.
    pub(super) fn jsonld(&self, collection: &Collection, entry: &Entry, head: &PageHead) -> String {
        let mut thing = Map::new();
        thing.insert("@type".into(), collection.schema.as_deref().unwrap_or("Thing").into());
        thing.insert("@id".into(), format!("{}#thing", head.canonical).into());
        thing.insert("name".into(), entry.title.as_str().into());
        thing.insert("url".into(), head.canonical.as_str().into());
        if !head.description.is_empty() {
            thing.insert("description".into(), head.description.as_str().into());
        }
        if let Some(image) = &head.og.image {
            thing.insert("image".into(), image.as_str().into());
        }
        for field in collection.fields.values() {
            for value in entry.values(&field.name) {
                describe(field.kind.name(), value, &mut thing);
            }
        }
        let mut page = Map::new();
        page.insert("@type".into(), "WebPage".into());
        page.insert("@id".into(), head.canonical.as_str().into());
        page.insert("name".into(), entry.title.as_str().into());
        page.insert("inLanguage".into(), entry.language.as_str().into());
        let mut graph = Vec::new();
        if collection.schema.is_some() {
            page.insert("mainEntity".into(), json!({ "@id": format!("{}#thing", head.canonical) }));
            graph.push(Json::Object(thing));
        } else if !head.description.is_empty() {
            page.insert("description".into(), head.description.as_str().into());
        }
        if let Some(updated) = entry.updated {
            page.insert("dateModified".into(), updated.to_string().into());
        }
        let crumbs: Vec<Json> = head
            .breadcrumbs
            .iter()
            .enumerate()
            .map(|(at, crumb)| json!({ "@type": "ListItem", "position": at + 1, "name": crumb.label }))
            .collect();
        graph.push(Json::Object(page));
        graph.push(json!({ "@type": "BreadcrumbList", "itemListElement": crumbs }));
        safe(&json!({ "@context": "https://schema.org", "@graph": graph }))
    }
}

/// Adds what schema.org has a property for.
fn describe(kind: &str, value: &Value, thing: &mut Map<String, Json>) {
    let (property, described) = match (kind, value) {
        ("address", Value::Address(address)) => (
            "address",
            json!({
                "@type": "PostalAddress",
                "streetAddress": address.street,
                "postalCode": address.postcode,
                "addressLocality": address.commune,
                "addressRegion": address.region.name,
                "addressCountry": "FR",
            }),
        ),
        (_, Value::Position(lat, lon)) => {
            ("geo", json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }))
        }
        ("url", Value::Text(url)) => ("sameAs", url.as_str().into()),
        ("email", Value::Text(email)) => ("email", email.as_str().into()),
        ("phone", Value::Text(phone)) => ("telephone", phone.as_str().into()),
        ("licence", Value::Text(licence)) => ("license", licence.as_str().into()),
        _ => return,
    };
    thing.entry(property).or_insert(described);
}

/// JSON text that can't end the script element it stands in.
fn safe(value: &Json) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_the_script() {
        let text = safe(&json!({ "name": "</script><b>&" }));
        assert!(!text.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<Json>(&text).ok(), Some(json!({ "name": "</script><b>&" })));
    }
}
