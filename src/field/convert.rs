//! What enters: what tables say, in the spellings of spreadsheets. What leaves: the same as an entry writes it. It must not guess: what can mean
//! two things stays as it is.

use super::{FieldType, Reading};
use crate::communes::Commune;
use crate::node::{Content, Key, Node, Notes};

/// The spelling that a type names as the nearest, where that one is valid. For types that name only what was surely meant.
pub(super) fn as_meant(kind: &dyn FieldType, node: &Node, reading: Reading<'_>) -> Content {
    let mut diagnostics = Vec::new();
    let file = "".into();
    let read = kind.read(node, reading, &mut Notes { file: &file, diagnostics: &mut diagnostics });
    let meant = diagnostics.into_iter().find_map(|fault| fault.nearest);
    match (read, meant) {
        (None, Some(meant)) => Content::Text(meant),
        _ => node.content.clone(),
    }
}

/// An address with the code of its commune. A code of the table counts first (one that lost its zero included, one that is no longer in use leads
/// to the commune of today), then name and postcode, then the name within the department or region. The claims are left out: they follow.
pub(super) fn address(node: &Node, reading: Reading<'_>) -> Content {
    let text = |name: &str| node.get(name).and_then(Node::as_text).map(str::trim).unwrap_or_default();
    let Some(pairs) = node.as_map() else { return node.content.clone() };
    let Some(commune) = commune(text("commune"), text("city"), text("postcode"), text("department"), reading)
        .or_else(|| commune("", text("city"), text("postcode"), text("region"), reading))
    else {
        return node.content.clone();
    };
    let mut written: Vec<(Key, Node)> = pairs
        .iter()
        .filter(|(key, _)| !matches!(key.name.as_str(), "city" | "department" | "region"))
        .cloned()
        .collect();
    written.retain(|(key, node)| match key.name.as_str() {
        "commune" => false,
        "postcode" => node.as_text().is_some_and(|postcode| has(commune, postcode.trim())),
        _ => true,
    });
    let code = Node { content: Content::Text(commune.code.clone()), extent: node.extent };
    let at = written.iter().take_while(|(key, _)| key.name == "street").count();
    written.insert(at, (Key { name: "commune".to_owned(), extent: node.extent }, code));
    let postcode = written.iter_mut().find(|(key, _)| key.name == "postcode");
    if let Some((_, Node { content: Content::Text(postcode), .. })) = postcode {
        *postcode = padded(postcode.trim());
    }
    Content::Map(written)
}

/// A code or postcode with the zero that a spreadsheet took for nothing.
fn padded(code: &str) -> String {
    if code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) { format!("0{code}") } else { code.to_owned() }
}

/// Whether a postcode is one of the commune's, and not its only one, which needs no saying.
fn has(commune: &Commune, postcode: &str) -> bool {
    commune.postcodes().any(|one| one == padded(postcode)) && commune.postcodes().count() > 1
}

fn commune<'a>(code: &str, city: &str, postcode: &str, area: &str, reading: Reading<'a>) -> Option<&'a Commune> {
    let communes = reading.communes;
    let code = padded(code).to_uppercase();
    if let Some(known) = communes.get(&code).or_else(|| communes.successor(&code)) {
        return Some(known);
    }
    let found = communes.find(city, &padded(postcode));
    let found = if found.is_empty() { communes.find(city, "") } else { found };
    match found.as_slice() {
        [only] => Some(only),
        several => {
            let within = |commune: &&&Commune| {
                let department = communes.department_of(commune);
                let region = communes.region_of(department);
                communes.department(area).is_some_and(|one| one.code == department.code)
                    || communes.region(area).is_some_and(|one| one.code == region.code)
            };
            let mut inside = several.iter().filter(within);
            match (inside.next(), inside.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{communes, defined, languages, parsed};
    use super::*;
    use crate::authoring::write_yaml::flow;

    #[test]
    fn tables_say_things_in_other_ways() {
        let table = [
            ("boolean", "Oui", "\"true\""),
            ("boolean", "peut-être", "peut-être"),
            ("number", "1 234,5", "\"1234.5\""),
            ("date", "03/05/2024", "2024-05-03"),
            ("date", "mai 2024", "\"2024-05\""),
            ("date", "demain", "demain"),
            ("url", "www.example.org", "https://www.example.org/"),
            ("url", "un site", "un site"),
            ("phone", "478123456", "+33 4 78 12 34 56"),
            ("email", "<a@example.org>", "a@example.org"),
            ("money", "120 €", "120 €"),
            ("language", "Français", "fr"),
            ("opening-hours", "Mo-Fr 09:00-18:00", "Mo-Fr 09:00-18:00"),
            ("position", "{ lat: '47,2459', lon: '-1,5056' }", "\"47.2459, -1.5056\""),
            ("position", "{ lat: '47,2459' }", "{ lat: \"47,2459\" }"),
            (
                "address",
                "{ street: 9 rue X, commune: '44109', postcode: '44300', city: Nantes }",
                "{ street: 9 rue X, commune: \"44109\", postcode: \"44300\" }",
            ),
            ("address", "{ commune: '0', city: MOULINS, department: '03', postcode: '0' }", "{ commune: \"03190\" }"),
            ("address", "{ commune: '1015', postcode: '1300' }", "{ commune: \"01015\" }"),
            ("address", "{ city: Saint-Denis, region: La Réunion }", "{ commune: \"97411\" }"),
            ("address", "{ city: Saint-Denis }", "{ city: Saint-Denis }"),
            ("address", "{ commune: 2b033, postcode: '20200' }", "{ commune: \"2B033\", postcode: \"20200\" }"),
        ];
        let languages = languages();
        let reading = Reading { name: "field", languages: &languages, communes: communes() };
        for (name, written, converted) in table {
            assert_eq!(flow(&defined(name, "").convert(&parsed(written), reading)), converted, "{written}");
        }
    }
}
