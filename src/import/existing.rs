//! What enters: the entries that are there. What leaves: which of them holds a key, and their text with what a row changes. It must not know other rows.

use std::collections::BTreeMap;
use std::ops::Range;

use super::draft::{Draft, change};
use super::last::Said;
use super::map::ImportMap;
use super::merge::{Step, merge};
use super::{Inputs, Written};
use crate::authoring::edit_yaml::{self, bare};
use crate::authoring::write_yaml::flow;
use crate::diagnostic::{Diagnostic, Location};
use crate::front_matter;
use crate::node::{Content, Node, Notes};
use crate::source::Source;
use crate::yaml;

/// The entries that are there.
#[derive(Debug)]
pub struct Existing<'a> {
    /// What the key field says, and whose it is.
    keys: BTreeMap<String, &'a str>,
}

impl<'a> Existing<'a> {
    /// Looks through the entries, where a field holds the key.
    #[must_use]
    pub fn of(entries: &'a BTreeMap<String, Source>, map: &ImportMap) -> Self {
        let Some(field) = map.key_field() else { return Self { keys: BTreeMap::new() } };
        let held = |(slug, source): (&'a String, &Source)| {
            let (_, root) = read(source).ok()?;
            Some((root.get(&field.name)?.as_text()?.trim().to_owned(), slug.as_str()))
        };
        Self { keys: entries.iter().filter_map(held).collect() }
    }

    /// The slug of the entry that holds a key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&'a str> {
        self.keys.get(key).copied()
    }

    /// Whether an entry holds any key.
    #[must_use]
    pub fn holds_key(&self, slug: &str) -> bool {
        self.keys.values().any(|one| *one == slug)
    }

    /// The entry with what the row changes in it; no fields where nothing does.
    ///
    /// # Errors
    /// A diagnostic where the entry can't be read or changed in place.
    pub(super) fn update(
        &self,
        inputs: &Inputs<'_>,
        draft: &mut Draft,
        slug: &str,
        source: &Source,
        said: Option<&Said>,
    ) -> Result<Written, Box<Diagnostic>> {
        let path = &source.path;
        let refuse = |why: &str| {
            let message = format!("`{path}` can't be changed: {why}");
            let fault = Diagnostic::error("faulty-entry", draft.at.clone(), message);
            Box::new(fault.help("mend the entry (`maillage check` says where), then import again"))
        };
        let (front, root) = read(source).map_err(|why| refuse(&why))?;
        let (mut changes, mut warnings) = (Vec::new(), Vec::new());
        let lacks = |name: &String| root.get(name).is_none_or(|node| node.is_empty() || node.as_list() == Some(&[]));
        draft.faults.extend(draft.missing.drain(..).filter(|(name, _)| lacks(name)).map(|(_, fault)| fault));
        for field in &inputs.map.fields {
            let table = draft.fields.get(&field.name).and_then(Option::as_ref);
            let entry = root.get(&field.name).map(bare);
            let wanted = table.map(bare);
            let last = said.map(|said| said.fields.get(&field.name));
            let reading = inputs.reading(&field.name);
            match merge(field, last, entry.as_ref(), wanted.as_ref(), reading) {
                Step::Stay => {}
                Step::Set(content) => {
                    let node = Node { content, extent: (0..0).into() };
                    changes.push(change(field, Some(&node)));
                }
                // What every entry needs stays when the table forgets it.
                Step::Remove if field.required => {}
                Step::Remove => changes.push(change(field, None)),
                Step::Differ => {
                    let place =
                        table.map_or_else(|| draft.at.clone(), |node| Location::new(&inputs.table.file, node.extent));
                    warnings.push(differs(&field.name, slug, entry.as_ref(), wanted.as_ref(), said.is_some(), place));
                }
            }
        }
        draft.warnings.append(&mut warnings);
        let fields: Vec<String> = changes.iter().map(|change| change.key.clone()).collect();
        let text = match changes.is_empty() {
            true => String::new(),
            false => {
                let text = source.text().map_err(|fault| refuse(&fault.message))?;
                edit_yaml::edit(text, front, &changes).map_err(|why| refuse(&why))?
            }
        };
        Ok(Written { path: path.to_string(), text, fields })
    }
}

/// `recorded`: whether an earlier import says what the table said then.
fn differs(
    name: &str,
    slug: &str,
    entry: Option<&Content>,
    table: Option<&Content>,
    recorded: bool,
    place: Location,
) -> Diagnostic {
    let said = |content: Option<&Content>| {
        content.map_or_else(|| "nothing".to_owned(), |content| format!("`{}`", flow(content)))
    };
    let (entry, table) = (said(entry), said(table));
    let message = match recorded {
        true => format!("`{name}` of `{slug}` was edited by hand and stays {entry}; the table now says {table}"),
        false => format!("`{name}` of `{slug}` stays {entry}; the table says {table}, and no import before this one"),
    };
    Diagnostic::warning("edited-by-hand", place, message).help(format!(
        "correct whichever is wrong; `update = \"replace\"` for `{name}` in the map always takes the table's"
    ))
}

/// Where an entry's front matter stands, and what it says.
fn read(source: &Source) -> Result<(Range<usize>, Node), String> {
    let text = source.text().map_err(|fault| fault.message)?;
    let front = match source.path.ends_with(".md") {
        true => front_matter::split(&source.path, text).map_err(|fault| fault.message)?.front,
        false => 0..text.len(),
    };
    let mut diagnostics = Vec::new();
    let mut notes = Notes { file: &source.path, diagnostics: &mut diagnostics };
    let root = yaml::parse(&text[front.clone()], front.start, &mut notes);
    match (root, diagnostics.into_iter().next()) {
        (Some(root), None) => Ok((front, root)),
        (_, fault) => Err(fault.map_or_else(|| "it can't be read".to_owned(), |fault| fault.message)),
    }
}
