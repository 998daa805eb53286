//! What enters: diagnostics and texts. What leaves: a SARIF 2.1.0 log, which code scanning services read.
//! The standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{TextOf, full_message, span};
use crate::diagnostic::{Diagnostic, Severity};
use crate::site_path::encode;

pub(super) fn render(diagnostics: &[Diagnostic], text_of: TextOf<'_>) -> String {
    let codes: Vec<&str> =
        diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<BTreeSet<_>>().into_iter().collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| json!({ "id": code, "shortDescription": { "text": code.replace('-', " ") } }))
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, &codes, text_of)).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "maillage", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(diagnostic: &Diagnostic, codes: &[&str], text_of: TextOf<'_>) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let (start, end) = span(diagnostic, text_of);
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).unwrap_or_default(),
        "level": level,
        "message": { "text": full_message(diagnostic) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": encode(&diagnostic.location.file), "uriBaseId": "%SRCROOT%" },
                "region": {
                    "startLine": start.line,
                    "startColumn": start.column,
                    "endLine": end.line,
                    "endColumn": end.column,
                },
            },
        }],
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Location;

    #[test]
    fn results_point_to_their_rules_and_places() {
        let file = Arc::from("content/été.md");
        let diagnostics = [
            Diagnostic::warning("z-code", Location::new(&file, 3..6), "m").nearest_is("n"),
            Diagnostic::error("a-code", Location::start_of(&file), "m"),
        ];
        let log: Value = serde_json::from_str(&render(&diagnostics, &|_| Some("é\nabc"))).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "z-code");
        let first = &run["results"][0];
        assert_eq!(first["ruleIndex"], 1);
        assert_eq!(first["level"], "warning");
        assert_eq!(first["message"]["text"], "m\nnearest: n");
        let place = &first["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "content/%C3%A9t%C3%A9.md");
        assert_eq!(place["region"], json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 4 }));
        assert_eq!(run["results"][1]["ruleIndex"], 0);
    }

    impl Diagnostic {
        fn nearest_is(mut self, nearest: &str) -> Self {
            self.nearest = Some(nearest.to_owned());
            self
        }
    }
}
