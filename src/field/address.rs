//! What enters: a street and a commune's code. What leaves: the postal address with its commune's name, postcode, department and region, which the
//! table of communes gives. It must not know where on the map that is.

use serde_json::{Value as Json, json};

use super::text::{refuse, scalar};
use super::value::{Address, Area};
use super::{
    Column, Exported, FacetValue, FieldType, Indexed, Reading, Showing, Shown, Value, area, convert, escape, link,
};
use crate::communes::{Commune, town};
use crate::diagnostic::{Diagnostic, nearest, one_of};
use crate::entry_id::slugify;
use crate::node::{Content, Node, Notes, Record};

/// A postal address in a French commune.
#[derive(Debug)]
pub struct Postal;

const COMMUNE: &str = "the INSEE code of a commune in quotes, such as `\"44109\"`";

impl FieldType for Postal {
    fn name(&self) -> &'static str {
        "address"
    }

    fn icon(&self) -> &'static str {
        "map-pin"
    }

    fn hint(&self) -> String {
        "`{ street: 9 rue du Port, commune: \"44109\" }`, where `commune` is an INSEE code".to_owned()
    }

    fn example(&self) -> String {
        "{ street: 9 rue du Port, commune: \"44109\" }".to_owned()
    }

    fn may_be_many(&self) -> bool {
        false
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        if node.as_map().is_none() {
            notes.wrong_kind(node, reading.name, &self.hint());
            return None;
        }
        let mut record = Record::open(node, "an address", notes)?;
        let before = notes.diagnostics.len();
        let street = record.text("street", notes).map(str::trim).filter(|street| !street.is_empty());
        let code = record.take("commune");
        let written = record.take("postcode");
        let mut claims = Vec::new();
        for claim in ["city", "department", "region"] {
            claims.push(record.take(claim).map(|node| (claim, node)));
        }
        record.finish(notes);
        let commune = match code {
            Some(code) => commune(code, reading, notes),
            None => missing_commune(node, reading, notes),
        }?;
        let postcode = match written {
            Some(written) => postcode(written, commune, reading, notes),
            None => Some(only_postcode(commune)),
        };
        let department = reading.communes.department_of(commune);
        let region = area::region(reading.communes.region_of(department));
        let department = area::department(reading.communes, department);
        for (claim, node) in claims.into_iter().flatten() {
            agrees(claim, node, commune, &department, &region, reading, notes);
        }
        let faulty = notes.diagnostics[before..].iter().any(Diagnostic::is_error);
        let postcode = postcode.filter(|_| !faulty)?;
        Some(Value::Address(Box::new(Address {
            street: street.map(str::to_owned),
            postcode,
            commune_code: commune.code.clone(),
            commune: commune.name.clone(),
            department,
            region,
        })))
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::address(node, reading)
    }

    fn schema(&self) -> Json {
        json!({
            "type": "object",
            "description": self.hint(),
            "properties": {
                "street": { "type": "string", "description": "number and street" },
                "commune": { "type": ["string", "integer"], "pattern": "^[0-9][0-9AB][0-9]{3}$", "description": COMMUNE },
                "postcode": { "type": ["string", "integer"], "description": "only where the commune has several" },
                "city": { "type": "string", "description": "the commune's name; checked, not needed" },
                "department": { "type": "string", "description": "checked, not needed" },
                "region": { "type": "string", "description": "checked, not needed" },
            },
            "required": ["commune"],
            "additionalProperties": false,
        })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Value::Address(address) = value else { return Shown::default() };
        let locality = [address.postcode.as_str(), town(&address.commune)].join(" ");
        let locality = locality.trim();
        let mut html = String::from("<span class=\"address\">");
        if let Some(street) = &address.street {
            html.push_str(&format!("<span class=\"street\">{}</span>, ", escape(street)));
        }
        html.push_str(&format!("<span class=\"locality\">{}</span>", escape(locality)));
        let mut areas: Vec<(&str, &Area)> = vec![("department", &address.department), ("region", &address.region)];
        areas.dedup_by_key(|(_, area)| area.name.as_str());
        for (class, area) in areas {
            let name = area::url(area, showing).map_or_else(|| escape(&area.name), |url| link::to(&url, &area.name));
            html.push_str(&format!(", <span class=\"{class}\">{name}</span>"));
        }
        html.push_str("</span>");
        let text = address.street.iter().map(String::as_str).chain([locality]).collect::<Vec<_>>().join(", ");
        let linked = |area: &Area| json!({ "code": area.code, "name": area.name, "url": area::url(area, showing) });
        Shown { text, html, ..Shown::default() }
            .with("street", address.street.clone())
            .with("postcode", address.postcode.clone())
            .with("commune", address.commune.clone())
            .with("commune_code", address.commune_code.clone())
            .with("town", town(&address.commune))
            .with("short", short(address))
            .with("department", linked(&address.department))
            .with("region", linked(&address.region))
    }

    fn index(&self, value: &Value) -> Indexed {
        let Value::Address(address) = value else { return Indexed::default() };
        Indexed { place: Some(address.commune_code.clone()), ..Indexed::default() }
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        let Value::Address(address) = value else { return String::new() };
        let mut words: Vec<&str> = address.street.iter().map(String::as_str).collect();
        words.extend([address.postcode.as_str(), &address.commune, &address.department.name, &address.region.name]);
        words.dedup();
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }

    fn badge(&self, value: &Value, _lang: &str) -> String {
        match value {
            Value::Address(address) => short(address),
            _ => String::new(),
        }
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        match value {
            Value::Address(address) => area::facets(&address.department),
            _ => Vec::new(),
        }
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn facet_key(&self) -> Option<&'static str> {
        Some("region")
    }

    fn columns(&self) -> &'static [Column] {
        &[
            Column { part: "street", kind: "string", format: "default" },
            Column { part: "postcode", kind: "string", format: "default" },
            Column { part: "commune", kind: "string", format: "default" },
            Column { part: "city", kind: "string", format: "default" },
            Column { part: "department", kind: "string", format: "default" },
            Column { part: "region", kind: "string", format: "default" },
        ]
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        let Value::Address(address) = value else { return Exported::Nothing };
        let parts = [
            ("street", address.street.as_deref().unwrap_or_default()),
            ("postcode", &address.postcode),
            ("commune", &address.commune_code),
            ("city", &address.commune),
            ("department", &address.department.name),
            ("region", &address.region.name),
        ];
        let given = parts.into_iter().filter(|(_, text)| !text.is_empty());
        Exported::Parts(given.map(|(name, text)| (name, text.into())).collect())
    }
}

/// `Moussey, Moselle`, and `Paris` alone.
fn short(address: &Address) -> String {
    let (town, department) = (town(&address.commune), &address.department.name);
    if town == department { town.to_owned() } else { format!("{town}, {department}") }
}

/// The postcode of a commune that has just one; of several none is guessed.
fn only_postcode(commune: &Commune) -> String {
    let mut all = commune.postcodes();
    match (all.next(), all.next()) {
        (Some(only), None) => only.to_owned(),
        _ => String::new(),
    }
}

fn commune<'a>(node: &Node, reading: Reading<'a>, notes: &mut Notes<'_>) -> Option<&'a Commune> {
    let text = scalar(node, reading, COMMUNE, notes)?.trim();
    if let Some(commune) = reading.communes.get(text) {
        return Some(commune);
    }
    if let Some(now) = reading.communes.successor(text) {
        let message = format!("`{text}` is now `{}` {}", now.code, now.name);
        let warning = Diagnostic::warning("former-commune", notes.at(node.extent), message);
        let help = format!("write `commune: \"{}\"`", now.code);
        notes.push(Diagnostic { nearest: Some(now.code.clone()), ..warning.help(help) });
        return Some(now);
    }
    let named = reading.communes.find(text, "");
    // Codes are five characters; a number of four lost its zero in a spreadsheet.
    let zero = format!("0{text}");
    let nearest = match named.as_slice() {
        [] => reading.communes.get(&zero).or_else(|| reading.communes.get(&text.to_uppercase())),
        [only] => Some(*only),
        _ => None,
    };
    let help = match (named.as_slice(), nearest) {
        ([], None) if is_postcode(text, reading) => {
            format!("`{text}` is a postcode; the INSEE code of a commune is another number")
        }
        ([], None) => "look the code up by the commune's name in the official geographic code (INSEE)".to_owned(),
        ([], Some(one)) => format!("write `commune: \"{}\"` for {}", one.code, one.name),
        ([one], _) => format!("write `commune: \"{}\"` for {}", one.code, one.name),
        (several, _) => format!("several communes are called so: {}", listed(several, reading)),
    };
    refuse(node, notes, "unknown-commune", format!("`{text}` is no commune's code"), |fault| Diagnostic {
        nearest: nearest.map(|one| one.code.clone()),
        ..fault.expected(COMMUNE).help(help)
    })
}

fn is_postcode(text: &str, reading: Reading<'_>) -> bool {
    reading.communes.all().iter().any(|commune| commune.postcodes().any(|postcode| postcode == text))
}

/// The first few communes with their departments.
fn listed(communes: &[&Commune], reading: Reading<'_>) -> String {
    let name = |commune: &&Commune| format!("`{}` ({})", commune.code, reading.communes.department_of(commune).name);
    let more = if communes.len() > 5 { "…" } else { "" };
    communes.iter().take(5).map(name).collect::<Vec<_>>().join(", ") + more
}

/// The fault of an address without a commune, with the code that `city` and `postcode` lead to.
fn missing_commune<T>(node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<T> {
    let text = |key| node.get(key).and_then(Node::as_text).map(str::trim).unwrap_or_default();
    let found = reading.communes.find(text("city"), text("postcode"));
    let start = node.extent.start;
    let fault = Diagnostic::error("missing-key", notes.at((start..start).into()), "an address lacks `commune`");
    // In a table there are no lines to add: the map of the import says which column it is.
    let is_table = notes.file.ends_with(".csv");
    let written = |codes: String, line: String| match is_table {
        true => format!("write {codes} in the column of the commune"),
        false => format!("add a line {line}"),
    };
    let help = match found.as_slice() {
        [] => {
            let called = Some(text("city")).filter(|city| !city.is_empty());
            let unknown = called.map(|city| format!("; no commune is found by the name `{city}`")).unwrap_or_default();
            written("the INSEE code".to_owned(), "`commune: \"…\"` with the INSEE code".to_owned()) + &unknown
        }
        [only] => {
            let (code, name) = (&only.code, &only.name);
            written(format!("`{code}` ({name})"), format!("`commune: \"{code}\"` ({name})"))
        }
        several => {
            let codes = listed(several, reading);
            written(format!("one of {codes}"), format!("`commune: \"…\"` with one of {codes}"))
        }
    };
    notes.push(fault.expected(COMMUNE).help(help));
    None
}

fn postcode(node: &Node, commune: &Commune, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let text = scalar(node, reading, "a postcode in quotes", notes)?.trim();
    if commune.postcodes().any(|one| one == text) {
        return Some(text.to_owned());
    }
    let all = || commune.postcodes();
    let digits: String = text.chars().filter(char::is_ascii_digit).take(5).collect();
    let zero = format!("0{text}");
    let near = all().find(|one| *one == digits || *one == zero).or_else(|| nearest(text, all())).map(str::to_owned);
    let message = format!("`{text}` is no postcode of {} ({})", commune.name, commune.code);
    refuse(node, notes, "wrong-postcode", message, |fault| Diagnostic {
        nearest: near,
        ..fault.expected(one_of(all())).help("correct the postcode or the commune, or leave the postcode out")
    })
}

/// `city`, `department` and `region` follow from the commune; where they are given, as in an export, they must say the same.
fn agrees(
    claim: &str,
    node: &Node,
    commune: &Commune,
    department: &Area,
    region: &Area,
    reading: Reading<'_>,
    notes: &mut Notes<'_>,
) {
    let Some(text) = scalar(node, reading, "a name", notes) else { return };
    let valid = match claim {
        "city" => [commune.name.as_str(), commune.town()],
        "department" => [department.name.as_str(), &department.code],
        _ => [region.name.as_str(), &region.code],
    };
    if valid.iter().any(|valid| slugify(valid) == slugify(text)) {
        return;
    }
    let message = format!("`{}` is in {}, not in `{}`", commune.code, valid[0], text.trim());
    let fault = Diagnostic::error("wrong-commune", notes.at(node.extent), message);
    let help = format!("correct the commune's code, or remove `{claim}`: it follows from the code");
    notes.push(Diagnostic { nearest: Some(valid[0].to_owned()), ..fault.help(help) });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, more, show};
    use super::*;

    #[test]
    fn a_commune_gives_the_rest() {
        check(
            &Postal,
            &[
                (
                    "{ street: 9 rue X, commune: '44109', postcode: '44300' }",
                    r#"{"street":"9 rue X","postcode":"44300","commune":"44109","city":"Nantes","department":"Loire-Atlantique","region":"Pays de la Loire"}"#,
                ),
                (
                    "{ commune: 44109 }",
                    r#"{"commune":"44109","city":"Nantes","department":"Loire-Atlantique","region":"Pays de la Loire"}"#,
                ),
                (
                    "{ commune: 97105, city: Basse-Terre }",
                    r#"{"postcode":"97100","commune":"97105","city":"Basse-Terre","department":"Guadeloupe","region":"Guadeloupe"}"#,
                ),
                (
                    "{ commune: '01340' }",
                    r#"{"postcode":"01300","commune":"01015","city":"Arboys en Bugey","department":"Ain","region":"Auvergne-Rhône-Alpes"} !former-commune ~01015"#,
                ),
            ],
        );
    }

    #[test]
    fn slips_are_told_apart() {
        check(
            &Postal,
            &[
                ("9 rue X", "!wrong-kind"),
                ("{ street: 9 rue X }", "!missing-key"),
                ("{ city: Nantes, postcode: '44300' }", "!missing-key"),
                ("{ comune: '44109' }", "!unknown-key ~commune !missing-key"),
                ("{ commune: Nantes }", "!unknown-commune ~44109"),
                ("{ commune: Saint-Denis }", "!unknown-commune"),
                ("{ commune: 1015 }", "!unknown-commune ~01015"),
                ("{ commune: 2a004 }", "!unknown-commune ~2A004"),
                ("{ commune: 44300 }", "!unknown-commune"),
                ("{ commune: '44109', postcode: 75010 }", "!wrong-postcode"),
                ("{ commune: '44109', postcode: 44041 CEDEX 1 }", "!wrong-postcode"),
                ("{ commune: '44109', city: Rennes }", "!wrong-commune ~Nantes"),
                ("{ commune: '44109', region: Bretagne }", "!wrong-commune ~Pays de la Loire"),
            ],
        );
    }

    #[test]
    fn an_address_reads_as_on_an_envelope() {
        let shown = show(&Postal, "{ street: 6 rue du Château d'Eau, commune: '75110' }", "fr");
        assert_eq!(shown.text, "6 rue du Château d'Eau, 75010 Paris");
        assert_eq!(
            shown.html,
            concat!(
                "<span class=\"address\"><span class=\"street\">6 rue du Château d&#39;Eau</span>, ",
                "<span class=\"locality\">75010 Paris</span>, ",
                "<span class=\"department\"><a href=\"../key/ile-de-france/paris/\">Paris</a></span>, ",
                "<span class=\"region\"><a href=\"../key/ile-de-france/\">Île-de-France</a></span></span>"
            )
        );
        assert_eq!(more(&shown)["short"], "Paris");
        assert!(Postal.words(&Value::Text(String::new()), "fr").is_empty());
    }
}
