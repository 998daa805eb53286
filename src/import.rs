//! What enters: a table, a map, a collection with the entries that are there, the record of the last import. What leaves: [`Plan`]: files to write, rows
//! that can't be mapped, what to tell. Every row is created, updated, unchanged, rejected or skipped. It must not write anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Location};
use crate::field::Reading;
use crate::source::Source;
use crate::table::Table;

pub mod draft;
pub mod existing;
pub mod last;
pub mod map;
pub mod merge;
pub mod slugs;
pub mod source;

use draft::Draft;
use existing::Existing;
#[cfg(test)]
mod tests;

use last::{Last, Said};
use map::ImportMap;

/// The columns in front of rejected rows. A table that has them is a part of another, which was mended.
const REJECTED: [&str; 2] = ["rejected_line", "rejected_because"];

/// Entries that one message names.
const LISTED: usize = 10;

/// What an import looks at.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The rows.
    pub table: &'a Table,
    /// What becomes of them.
    pub map: &'a ImportMap,
    /// The collection they come into.
    pub collection: &'a Collection,
    /// Its entries in the default language: slug and file.
    pub entries: &'a BTreeMap<String, Source>,
    /// The slugs of every collection, for relations; in this one also those of entries in other languages only.
    pub slugs: &'a BTreeMap<String, Vec<String>>,
    /// The last import, if there was one.
    pub last: Option<&'a Last>,
    /// The site's languages; the first is the default.
    pub languages: &'a [String],
    /// The table of communes.
    pub communes: &'a Communes,
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its path in the centre.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The fields that change; none in a new entry.
    pub fields: Vec<String>,
}

/// What is to be done, and why the rest is not.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// New entries, in the order of the rows.
    pub created: Vec<Written>,
    /// Entries that change.
    pub updated: Vec<Written>,
    /// How many entries say already what the table says.
    pub unchanged: usize,
    /// Rows that can't be mapped, by their place in the table, with the reasons.
    pub rejected: BTreeMap<usize, Vec<Diagnostic>>,
    /// Rows that the map leaves aside, and those whose entry somebody deleted.
    pub skipped: usize,
    /// What somebody should look at.
    pub notes: Vec<Diagnostic>,
    /// What the table said, for the next import.
    pub last: Last,
}

impl Inputs<'_> {
    fn reading<'b>(&'b self, name: &'b str) -> Reading<'b> {
        Reading { name, languages: self.languages, communes: self.communes }
    }

    /// Plans the import.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        let mut drafts = self.drafts(&mut plan);
        let existing = Existing::of(self.entries, self.map);
        let slugs = self.recognise(&drafts, &existing);
        self.refuse_doubles(&mut drafts);
        for (draft, slug) in drafts.iter_mut().zip(slugs) {
            self.place(draft, &slug, &existing, &mut plan);
        }
        self.keep_absent(&drafts, &mut plan);
        plan
    }

    /// The rows that are not skipped.
    fn drafts(&self, plan: &mut Plan) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for (at, row) in self.table.rows.iter().enumerate() {
            let cell = |column: usize| row.cells.get(column).map(|cell| cell.text.as_str()).unwrap_or_default();
            let blank = row.fault.is_none() && row.cells.iter().all(|cell| cell.text.is_empty());
            if blank || self.map.skip.iter().any(|skip| skip.holds(cell(skip.column), &self.map.empty)) {
                plan.skipped += 1;
            } else {
                drafts.push(Draft::of(at, self));
            }
        }
        drafts
    }

    /// The slug of each row: of the entry that holds its key, of the entry that the last import made of it, or a new one.
    fn recognise(&self, drafts: &[Draft], existing: &Existing<'_>) -> Vec<String> {
        let known: Vec<Option<String>> = drafts
            .iter()
            .map(|draft| {
                let key = draft.key.as_deref()?;
                let held = existing.by_key(draft.key_value.as_deref().unwrap_or(key));
                let said = self.last.and_then(|last| last.0.get(key)).map(|said| said.slug.as_str());
                held.or(said).map(str::to_owned)
            })
            .collect();
        let claimed: BTreeSet<&str> = known.iter().flatten().map(String::as_str).collect();
        let other = |slug: &str| {
            let listed = self.slugs.get(&self.collection.key).is_some_and(|slugs| slugs.iter().any(|one| one == slug));
            let readable = self.entries.contains_key(slug);
            let foreign = self.map.key_field().is_some() && existing.holds_key(slug);
            listed && !(self.map.adopt && readable && !foreign)
        };
        let fresh: Vec<usize> = (0..drafts.len()).filter(|at| known[*at].is_none()).collect();
        let wanted: Vec<slugs::Wanted> = fresh.iter().map(|at| drafts[*at].slug.clone()).collect();
        let taken = |slug: &str| claimed.contains(slug) || self.is_keyed() && other(slug);
        let made = slugs::assign(&wanted, &taken);
        let mut slugs: Vec<String> = known.iter().map(|slug| slug.clone().unwrap_or_default()).collect();
        for (at, slug) in fresh.into_iter().zip(made) {
            slugs[at] = slug;
        }
        slugs
    }

    fn is_keyed(&self) -> bool {
        !self.map.key.is_empty()
    }

    /// Of rows with the same key the first counts.
    fn refuse_doubles(&self, drafts: &mut [Draft]) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for draft in drafts {
            let Some(key) = draft.key.clone() else { continue };
            match seen.get(&key) {
                None => drop(seen.insert(key, draft.line)),
                Some(first) => {
                    let message = format!("the key `{key}` stands in line {first} already");
                    let fault = Diagnostic::error("duplicate-key", draft.at.clone(), message);
                    draft.faults.push(fault.help("keep one of the two rows, or name more columns as `key` in the map"));
                }
            }
        }
    }

    /// Decides what becomes of one row.
    fn place(&self, draft: &mut Draft, slug: &str, existing: &Existing<'_>, plan: &mut Plan) {
        let key = draft.key.clone().unwrap_or_else(|| slug.to_owned());
        let said = self.last.and_then(|last| last.0.get(&key));
        let entry = self.entries.get(slug);
        if let (Some(said), None, true) = (said, entry, draft.faults.is_empty()) {
            let message = format!("`{slug}` came from this row, and somebody deleted it: it is not made again");
            let note = Diagnostic::warning("deleted-entry", draft.at.clone(), message);
            let file = &self.table.file;
            plan.notes.push(
                note.help(format!("take the row out of `{file}`, or its line out of the record to have it back")),
            );
            plan.skipped += 1;
            plan.last.0.insert(key, said.clone());
            return;
        }
        let mut written = None;
        match entry {
            None => draft.faults.extend(draft.missing.drain(..).map(|(_, fault)| fault)),
            Some(source) if draft.faults.is_empty() => match existing.update(self, draft, slug, source, said) {
                Ok(update) => written = Some(update),
                Err(fault) => draft.faults.push(*fault),
            },
            Some(_) => {}
        }
        if !draft.faults.is_empty() {
            plan.rejected.insert(draft.row, std::mem::take(&mut draft.faults));
            if let Some(said) = said {
                plan.last.0.insert(key, said.clone());
            }
            return;
        }
        plan.notes.append(&mut draft.warnings);
        match written {
            Some(same) if same.fields.is_empty() => plan.unchanged += 1,
            Some(update) => plan.updated.push(update),
            None => {
                let path = format!("content/{}/{slug}.md", self.collection.key);
                plan.created.push(Written { path, text: draft.text(), fields: Vec::new() });
            }
        }
        plan.last.0.insert(key, Said { slug: slug.to_owned(), fields: draft.contents() });
    }

    /// Entries that came from rows which are no longer there are told, and stay.
    fn keep_absent(&self, drafts: &[Draft], plan: &mut Plan) {
        let keys: BTreeSet<&str> = drafts.iter().filter_map(|draft| draft.key.as_deref()).collect();
        let mut absent = Vec::new();
        for (key, said) in self.last.iter().flat_map(|last| &last.0) {
            let named = plan.last.0.contains_key(key) || keys.contains(key.as_str());
            if !named && self.entries.contains_key(&said.slug) {
                absent.push(said.slug.as_str());
                plan.last.0.insert(key.clone(), said.clone());
            }
        }
        let whole = self.table.header.iter().all(|cell| cell.text != REJECTED[0]);
        if whole && !absent.is_empty() {
            let count = absent.len();
            let listed: Vec<String> = absent.iter().take(LISTED).map(|slug| format!("`{slug}`")).collect();
            let more = if count > LISTED { "…" } else { "" };
            let entries =
                if count == 1 { "1 entry came from a row" } else { &format!("{count} entries came from rows") };
            let message = format!("{entries} not imported any more, and stay: {}{more}", listed.join(", "));
            let note = Diagnostic::warning("absent-row", Location::start_of(&self.table.file), message);
            plan.notes.push(note.help("delete an entry, or set its `expires`, if what it describes is gone"));
        }
    }
}

impl Plan {
    /// The rows, counted by what became of them.
    #[must_use]
    pub fn counts(&self) -> [(usize, &'static str); 5] {
        [
            (self.created.len(), "created"),
            (self.updated.len(), "updated"),
            (self.unchanged, "unchanged"),
            (self.rejected.len(), "rejected"),
            (self.skipped, "skipped"),
        ]
    }

    /// The rejected rows as CSV, as they were, with two columns in front: their line, and why. An import leaves those columns aside, so that the file,
    /// once mended, can be imported like the table.
    #[must_use]
    pub fn rejects(&self, table: &Table, texts: &dyn Fn(&Diagnostic) -> String) -> Vec<u8> {
        let header = table.header.iter().map(|cell| cell.text.clone());
        let added = REJECTED.map(str::to_owned);
        let is_added = |at: usize| table.header.get(at).is_some_and(|cell| added.contains(&cell.text));
        let keep = |(at, text): (usize, String)| (!is_added(at)).then_some(text);
        let header = added.iter().cloned().chain(header.enumerate().filter_map(keep)).collect();
        let rows = self.rejected.iter().map(|(at, faults)| {
            let row = &table.rows[*at];
            let reasons: Vec<String> = faults.iter().map(texts).collect();
            let cells = row.cells.iter().map(|cell| cell.text.clone()).enumerate().filter_map(keep);
            [row.line.to_string(), reasons.join("; ")].into_iter().chain(cells).collect::<Vec<String>>()
        });
        last::csv(std::iter::once(header).chain(rows))
    }
}

/// Whether a file begins as a file of rejected rows does, also after a spreadsheet saved it.
#[must_use]
pub fn is_rejects(beginning: &[u8]) -> bool {
    let bare = beginning.strip_prefix("\u{feff}".as_bytes()).unwrap_or(beginning);
    bare.strip_prefix(b"\"").unwrap_or(bare).starts_with(REJECTED[0].as_bytes())
}

/// The path of the record of an import, in the centre: beside the content, which it is a part of.
#[must_use]
pub fn record_path(collection: &str, map: &str) -> Arc<str> {
    let stem = crate::entry_id::slugify(map);
    let stem = stem.strip_prefix(&format!("{collection}-")).unwrap_or(&stem);
    format!("content/_imports/{collection}-{stem}.csv").into()
}
