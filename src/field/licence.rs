//! What enters: a licence by its SPDX id, or `proprietary`. What leaves: the id, shown by a name that people know, with the address of its text.
//! It must not know what is licensed.

use serde_json::json;

use super::text::{refuse, scalar};
use super::{FacetValue, FieldType, Reading, Showing, Shown, Value, escape, link};
use crate::diagnostic::{Diagnostic, nearest};
use crate::entry_id::slugify;
use crate::localised::Localised;
use crate::node::{Node, Notes};

/// A licence.
#[derive(Debug)]
pub struct Licence;

/// Licences with a French name, or without a place in the SPDX list: id, French name, English name, address.
const NAMED: [(&str, &str, &str, &str); 11] = [
    ("CC0-1.0", "Domaine public (CC0)", "Public domain (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("CECILL-2.1", "CeCILL 2.1", "CeCILL 2.1", "https://cecill.info/licences/Licence_CeCILL_V2.1-fr.html"),
    (
        "CERN-OHL-P-2.0",
        "CERN OHL v2 permissive",
        "CERN OHL v2 permissive",
        "https://spdx.org/licenses/CERN-OHL-P-2.0.html",
    ),
    (
        "EUPL-1.2",
        "Licence publique de l’Union européenne 1.2",
        "European Union Public Licence 1.2",
        "https://spdx.org/licenses/EUPL-1.2.html",
    ),
    ("LAL-1.3", "Licence Art Libre 1.3", "Free Art License 1.3", "https://artlibre.org/licence/lal/"),
    (
        "ODbL-1.0",
        "Open Database License (ODbL)",
        "Open Database License (ODbL)",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    ("PDDL-1.0", "Domaine public (PDDL)", "Public domain (PDDL)", "https://opendatacommons.org/licenses/pddl/1-0/"),
    (
        "etalab-1.0",
        "Licence Ouverte 1.0",
        "Open Licence 1.0",
        "https://www.etalab.gouv.fr/licence-version-1-0-de-la-licence-ouverte",
    ),
    (
        "etalab-2.0",
        "Licence Ouverte 2.0",
        "Open Licence 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    ),
    ("proprietary", "Tous droits réservés", "All rights reserved", ""),
    ("public-domain", "Domaine public", "Public domain", ""),
];

/// What people write for licences that they mean.
const MEANT: [(&str, &str); 22] = [
    ("apache", "Apache-2.0"),
    ("art libre", "LAL-1.3"),
    ("cc by", "CC-BY-4.0"),
    ("cc by nc", "CC-BY-NC-4.0"),
    ("cc by nc nd", "CC-BY-NC-ND-4.0"),
    ("cc by nc sa", "CC-BY-NC-SA-4.0"),
    ("cc by nd", "CC-BY-ND-4.0"),
    ("cc by sa", "CC-BY-SA-4.0"),
    ("cc zero", "CC0-1.0"),
    ("cc0", "CC0-1.0"),
    ("copyright", "proprietary"),
    ("domaine public", "public-domain"),
    ("fr lo", "etalab-2.0"),
    ("gpl", "GPL-3.0-or-later"),
    ("licence art libre", "LAL-1.3"),
    ("licence ouverte", "etalab-2.0"),
    ("licence ouverte 1 0", "etalab-1.0"),
    ("licence ouverte 2 0", "etalab-2.0"),
    ("lov2", "etalab-2.0"),
    ("odbl", "ODbL-1.0"),
    ("open licence", "etalab-2.0"),
    ("tous droits reserves", "proprietary"),
];

/// Whether this is an id of the SPDX list, or one of the few that it lacks.
#[must_use]
pub fn is_known(id: &str) -> bool {
    let in_list = || !id.ends_with('+') && spdx::license_id(id).is_some();
    NAMED.iter().any(|(named, ..)| *named == id) || in_list()
}

/// The name that people know: `CC BY-SA 4.0`, `Licence Ouverte 2.0`; else the one of the SPDX list.
#[must_use]
pub fn name(id: &str, lang: &str) -> String {
    if let Some((_, french, english, _)) = NAMED.iter().find(|(named, ..)| *named == id) {
        return if lang.starts_with("fr") { french } else { english }.to_string();
    }
    match creative_commons(id) {
        Some((terms, version)) => format!("CC {} {version}", terms.to_uppercase()),
        None => spdx::license_id(id).map_or(id, |licence| licence.full_name).to_owned(),
    }
}

/// The address of the licence's text; `None` where there is no licence.
#[must_use]
pub fn url(id: &str) -> Option<String> {
    if let Some((.., url)) = NAMED.iter().find(|(named, ..)| *named == id) {
        return Some((*url).to_owned()).filter(|url| !url.is_empty());
    }
    Some(match creative_commons(id) {
        Some((terms, version)) => format!("https://creativecommons.org/licenses/{terms}/{version}/"),
        None => format!("https://spdx.org/licenses/{}.html", spdx::license_id(id)?.name),
    })
}

/// `("by-sa", "4.0")` of the international licences; those ported to a country's law have pages of their own.
fn creative_commons(id: &str) -> Option<(String, &str)> {
    let (terms, version) = id.strip_prefix("CC-")?.rsplit_once('-')?;
    let valid = version.starts_with(|first: char| first.is_ascii_digit()) && terms.starts_with("BY");
    valid.then(|| (terms.to_lowercase(), version))
}

/// The id that was probably meant.
fn guess(text: &str) -> Option<String> {
    let folded = slugify(text).replace('-', " ");
    let short = folded.replace("creative commons", "cc").replace("licence cc", "cc");
    let meant = |written: &str| MEANT.iter().find(|(one, _)| *one == written).map(|(_, id)| *id);
    let ids = || spdx::identifiers::LICENSES.iter().map(|licence| licence.name).chain(NAMED.iter().map(|(id, ..)| *id));
    let same = ids().find(|id| slugify(id).replace('-', " ") == folded);
    let same = same.or_else(|| meant(&folded)).or_else(|| meant(&short));
    same.or_else(|| {
        spdx::imprecise_license_id(text).filter(|(_, length)| *length == text.len()).map(|(one, _)| one.name)
    })
    .or_else(|| nearest(text, ids()))
    .map(str::to_owned)
}

impl FieldType for Licence {
    fn name(&self) -> &'static str {
        "licence"
    }

    fn icon(&self) -> &'static str {
        "scale"
    }

    fn hint(&self) -> String {
        "a licence's SPDX id such as `CC-BY-SA-4.0` or `etalab-2.0`, or `proprietary`".to_owned()
    }

    fn example(&self) -> String {
        "CC-BY-SA-4.0".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        if is_known(text) {
            return Some(Value::Text(text.to_owned()));
        }
        let nearest = guess(text);
        refuse(node, notes, "unknown-licence", format!("`{text}` is no licence's id"), |fault| Diagnostic {
            nearest,
            ..fault.expected(self.hint()).help("the ids stand in the list of licences at spdx.org")
        })
    }

    fn schema(&self) -> serde_json::Value {
        // The whole list would be 700 ids in every schema; editors offer the usual ones.
        let usual = ["CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-SA-4.0", "CC0-1.0", "ODbL-1.0", "MIT", "AGPL-3.0-or-later"];
        let examples: Vec<&str> = usual.into_iter().chain(NAMED.iter().map(|(id, ..)| *id)).collect();
        json!({ "type": "string", "pattern": "^[A-Za-z0-9.-]+$", "examples": examples, "description": self.hint() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let id = value.as_text();
        let name = name(id, showing.lang);
        let url = url(id);
        let html = url.as_deref().map_or_else(
            || escape(&name),
            |url| format!("<a class=\"external\" rel=\"license\" href=\"{}\">{}</a>", escape(url), escape(&name)),
        );
        let page = link::facet_url(showing, &slugify(id));
        Shown { html, ..Shown::plain(name) }.with("id", id).with("url", url).with("facet_url", page)
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        format!("{} {}", name(value.as_text(), lang), value.as_text())
    }

    fn badge(&self, value: &Value, lang: &str) -> String {
        name(value.as_text(), lang)
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let id = value.as_text();
        let label = Localised::same(name(id, "")).with("fr", name(id, "fr")).with("en", name(id, "en"));
        vec![FacetValue { path: vec![slugify(id)], labels: vec![label] }]
    }

    fn is_facet(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn ids_are_those_of_the_list() {
        check(
            &Licence,
            &[
                ("CC-BY-SA-4.0", "CC-BY-SA-4.0"),
                ("etalab-2.0", "etalab-2.0"),
                ("proprietary", "proprietary"),
                ("cc-by-sa-4.0", "!unknown-licence ~CC-BY-SA-4.0"),
                ("CC BY-SA 4.0", "!unknown-licence ~CC-BY-SA-4.0"),
                ("CC BY", "!unknown-licence ~CC-BY-4.0"),
                ("Creative Commons BY-NC", "!unknown-licence ~CC-BY-NC-4.0"),
                ("Licence Ouverte 2.0", "!unknown-licence ~etalab-2.0"),
                ("Apache 2", "!unknown-licence ~Apache-2.0"),
                ("CC-BY-SA-4", "!unknown-licence ~CC-BY-SA-4.0"),
                ("GPL-3.0-or-later+", "!unknown-licence ~GPL-3.0-or-later"),
                ("à voir avec le bureau", "!unknown-licence"),
            ],
        );
        assert!(NAMED.is_sorted() && MEANT.is_sorted() && MEANT.iter().all(|(_, id)| is_known(id)));
    }

    #[test]
    fn people_read_names() {
        let table = [
            ("CC-BY-SA-4.0", "fr", "CC BY-SA 4.0", Some("https://creativecommons.org/licenses/by-sa/4.0/")),
            ("CC0-1.0", "fr", "Domaine public (CC0)", Some("https://creativecommons.org/publicdomain/zero/1.0/")),
            ("etalab-2.0", "en", "Open Licence 2.0", Some("https://www.etalab.gouv.fr/licence-ouverte-open-licence")),
            ("MIT", "fr", "MIT License", Some("https://spdx.org/licenses/MIT.html")),
            ("proprietary", "fr", "Tous droits réservés", None),
        ];
        for (id, lang, text, address) in table {
            assert_eq!((name(id, lang).as_str(), url(id).as_deref()), (text, address));
        }
        assert!(show(&Licence, "MIT", "fr").html.contains("rel=\"license\""));
    }
}
