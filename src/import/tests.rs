//! What enters: made-up tables, imported into nothing, again, and after edits. What leaves: nothing, unless a law of imports is broken.
//!
//! The laws: no row is lost; twice is once; what was edited by hand stays; what is made can be read.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::last::Last;
use super::map::{ImportMap, read_format};
use super::{Inputs, Plan};
use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::Diagnostic;
use crate::field::Defining;
use crate::layout::{EntryFile, Layout};
use crate::node::{Node, Notes};
use crate::source::Source;
use crate::table::Table;
use crate::vocabularies::Vocabularies;
use crate::{toml, yaml};

const COLLECTION: &str = "labels: { fr: { one: lieu, many: lieux } }
fields:
  kind: { type: enum, label: Type, many: true, required: true, values: { a: A, b: B, c: C } }
  site: { type: url, label: Site }
  seats: { type: number, label: Postes }
  note: { type: text, label: Note }
  address: { type: address, label: Adresse }
";

const MAP: &str = r#"
[table]
delimiter = ","
[entry]
slug = "name"
slug_more = "town"
[fields]
title = "name"
kind = { column = "kind", separator = "|" }
site = { column = "site", faulty = "leave-out" }
seats = "seats"
note = "note"
address = { parts = { street = "note", city = "town" }, faulty = "leave-out" }
"#;

const HEADER: [&str; 7] = ["id", "name", "kind", "site", "seats", "note", "town"];

type Cells = [String; 7];

fn communes() -> &'static Communes {
    static COMMUNES: OnceLock<Communes> = OnceLock::new();
    COMMUNES.get_or_init(Communes::embedded)
}

fn noted<T>(file: &str, work: impl FnOnce(&mut Notes<'_>) -> Option<T>) -> T {
    let mut diagnostics = Vec::new();
    let made = work(&mut Notes { file: &file.into(), diagnostics: &mut diagnostics });
    assert_eq!(diagnostics, []);
    made.expect("no faults, so a value")
}

/// A centre with one collection, and what was imported last.
struct Centre {
    entries: BTreeMap<String, Source>,
    last: Option<Last>,
    keyed: bool,
}

impl Centre {
    fn import(&mut self, rows: &[Cells]) -> Plan {
        let languages = ["fr".to_owned()];
        let collection = collection(&languages);
        let key = if self.keyed { "[entry]\nkey = \"id\"" } else { "[entry]" };
        let map: Node = noted("a.toml", |notes| toml::parse(&MAP.replace("[entry]", key), notes));
        let format = noted("a.toml", |notes| Some(read_format(&map, notes)));
        let header = HEADER.map(str::to_owned);
        let text = super::last::csv([header.to_vec()].into_iter().chain(rows.iter().map(|row| row.to_vec())));
        let table = Table::read(&"a.csv".into(), &text, format).expect("a table");
        assert_eq!(table.rows.len(), rows.len());
        let map =
            noted("a.toml", |notes| ImportMap::read(&map, &table.header, &collection, &languages, communes(), notes));
        let slugs = BTreeMap::from([("places".to_owned(), self.entries.keys().cloned().collect())]);
        let plan = Inputs {
            table: &table,
            map: &map,
            collection: &collection,
            entries: &self.entries,
            slugs: &slugs,
            last: self.last.as_ref(),
            languages: &languages,
            communes: communes(),
        }
        .plan();
        assert_eq!(plan.counts().iter().map(|(count, _)| count).sum::<usize>(), rows.len(), "rows are conserved");
        for written in plan.created.iter().chain(&plan.updated) {
            let slug = written.path.trim_start_matches("content/places/").trim_end_matches(".md").to_owned();
            let source = Source::new(written.path.as_str(), written.text.as_bytes());
            check(&source, &collection, &languages);
            let before = self.entries.insert(slug, source);
            assert_eq!(before.is_none(), written.fields.is_empty(), "a new entry takes no other's place");
        }
        // Through its file, as the next import will see it.
        self.last = Some(Last::read(&"last.csv".into(), &plan.last.csv()).expect("a record"));
        assert_eq!(self.last.as_ref(), Some(&plan.last));
        plan
    }

    fn texts(&self) -> Vec<(String, String)> {
        let text = |(slug, source): (&String, &Source)| (slug.clone(), source.text().expect("text").to_owned());
        self.entries.iter().map(text).collect()
    }
}

fn collection(languages: &[String]) -> Collection {
    let vocabularies = Vocabularies::default();
    let defining = Defining { languages, vocabularies: &vocabularies };
    noted("_collection.yaml", |notes| {
        let node = yaml::parse(COLLECTION, 0, notes)?;
        Collection::read("places", &node, defining, notes)
    })
}

/// What an import writes passes the parser of entries.
fn check(source: &Source, collection: &Collection, languages: &[String]) {
    let sources = [source.clone()];
    let layout = Layout::of(&sources, languages);
    let [file]: &[EntryFile<'_>] = &layout.entries else { panic!("{} is no entry", source.path) };
    let faults = crate::parse::parse(file, collection, languages, communes()).diagnostics;
    let errors: Vec<&Diagnostic> = faults.iter().filter(|fault| fault.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{}", source.text().unwrap_or_default());
}

fn row() -> impl Strategy<Value = Cells> {
    (
        prop_oneof![9 => "[1-9][0-9]?", 1 => ""],
        prop_oneof![6 => "[ABC]( [a-c])?", 2 => "[-'’\":#é,;&*!|>%@` ]{0,3}[A-C]?[-: #]{0,2}", 1 => "(Con|index|NO|01)", 1 => ""],
        "(a|b|c|A|x|a\\|b|b\\|c|)",
        "(www[.]x[.]org|https://y.org/|zut|)",
        "(12|1,5|1 000|-|)",
        "([a-z]|[-'\":#é,{}\\[\\]&*!|>%@` \n]){0,6}",
        "(Nantes|Lyon|Paris|Saint-Denis|)",
    )
        .prop_map(|(id, name, kind, site, seats, note, town)| [id, name, kind, site, seats, note, town])
}

fn unique(mut rows: Vec<Cells>) -> Vec<Cells> {
    let mut seen = Vec::new();
    rows.retain(|row| !seen.contains(&row[0]) && (seen.push(row[0].clone()), true).1);
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_once(rows in proptest::collection::vec(row(), 0..12), keyed: bool) {
        let mut centre = Centre { entries: BTreeMap::new(), last: None, keyed };
        let first = centre.import(&rows);
        let (texts, last) = (centre.texts(), centre.last.clone());
        let second = centre.import(&rows);
        prop_assert_eq!((second.created.len(), second.updated.len()), (0, 0));
        prop_assert_eq!(second.unchanged, first.created.len());
        prop_assert_eq!(second.rejected.keys().collect::<Vec<_>>(), first.rejected.keys().collect::<Vec<_>>());
        prop_assert_eq!((centre.texts(), centre.last.clone()), (texts.clone(), last));
        // Without the record the entries are found by their names, and nothing differs.
        centre.last = None;
        let third = centre.import(&rows);
        prop_assert_eq!((third.created.len(), third.updated.len()), (0, 0));
        prop_assert_eq!(centre.texts(), texts);
    }

    #[test]
    fn the_order_of_rows_names_no_entry(rows in proptest::collection::vec(row(), 0..10)) {
        let mut rows = unique(rows);
        // Those that no text tells apart are numbered in their order.
        let mut seen = Vec::new();
        rows.retain(|row| {
            let slug = crate::entry_id::slugify(&format!("{} {}", row[1], row[6]));
            !seen.contains(&slug) && (seen.push(slug), true).1
        });
        let turned: Vec<Cells> = rows.iter().rev().cloned().collect();
        let by_slug = |rows: &[Cells]| {
            let mut centre = Centre { entries: BTreeMap::new(), last: None, keyed: true };
            centre.import(rows);
            let mut texts: Vec<String> = centre.texts().into_iter().map(|(slug, _)| slug).collect();
            texts.sort();
            texts
        };
        prop_assert_eq!(by_slug(&rows), by_slug(&turned));
    }

    #[test]
    fn edits_by_hand_survive_and_other_changes_come(
        rows in proptest::collection::vec(row(), 1..8),
        later in proptest::collection::vec(row(), 8),
    ) {
        let mut centre = Centre { entries: BTreeMap::new(), last: None, keyed: true };
        let rows = unique(rows);
        centre.import(&rows);
        let edited: Vec<String> = centre.entries.keys().cloned().collect();
        for (slug, source) in &mut centre.entries {
            let text = source.text().expect("text").replacen("---\n", "---\n# By hand.\n", 1);
            let site = text.lines().find(|line| line.starts_with("site:")).map(str::to_owned);
            let text = match site {
                Some(line) => text.replace(&line, "site: https://hand.org/ # by hand"),
                None => text.replacen("\n---\n", "\nsite: https://hand.org/ # by hand\n---\n", 1),
            };
            *source = Source::new(format!("content/places/{slug}.md"), (text + "\nBy hand.\n").as_bytes());
        }
        let changed: Vec<Cells> = rows.iter().zip(&later).map(|(row, later)| {
            let mut changed = later.clone();
            changed[0].clone_from(&row[0]);
            changed
        }).collect();
        let plan = centre.import(&changed);
        prop_assert_eq!(plan.created.iter().filter(|made| edited.iter().any(|slug| made.path.contains(&format!("/{slug}.md")))).count(), 0);
        for slug in &edited {
            let text = centre.entries[slug].text().expect("text");
            prop_assert!(text.starts_with("---\n# By hand.\n") && text.ends_with("\nBy hand.\n"), "{}", text);
            prop_assert!(text.contains("site: https://hand.org/ # by hand\n"), "{}", text);
        }
        let again = centre.import(&changed);
        prop_assert_eq!((again.created.len(), again.updated.len()), (0, 0));
    }
}
