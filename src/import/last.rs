//! What enters: the record of the last import, as CSV. What leaves: [`Last`], what the table said then, and the same as CSV again. Only so can an import
//! tell what a contributor changed from what the table changed. It must not know how entries are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::authoring::edit_yaml::bare;
use crate::authoring::write_yaml::flow;
use crate::diagnostic::{Diagnostic, Location};
use crate::node::{Content, Notes};
use crate::table::{Format, Table};
use crate::yaml;

/// What the table said of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The entry's slug.
    pub slug: String,
    /// Its fields; those of which the table said nothing are absent.
    pub fields: IndexMap<String, Content>,
}

/// What the table said of every row's entry, by the row's key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last(pub BTreeMap<String, Said>);

impl Last {
    /// Reads a record: the columns `key` and `entry`, then one a field.
    ///
    /// # Errors
    /// A diagnostic where it is none.
    pub fn read(file: &Arc<str>, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let format = Format { delimiter: Some(b','), encoding: None };
        let table = Table::read(file, bytes, format)?;
        let names: Vec<&str> = table.header.iter().map(|cell| cell.text.as_str()).collect();
        let ["key", "entry", fields @ ..] = names.as_slice() else {
            return Err(refuse(Location::start_of(file)));
        };
        let mut last = BTreeMap::new();
        for row in &table.rows {
            let [key, slug, cells @ ..] = row.cells.as_slice() else {
                return Err(refuse(Location::start_of(file)));
            };
            if let Some(fault) = &row.fault {
                return Err(Box::new(fault.clone()));
            }
            let mut said = Said { slug: slug.text.clone(), fields: IndexMap::new() };
            for (name, cell) in fields.iter().zip(cells).filter(|(_, cell)| !cell.text.is_empty()) {
                let mut faults = Vec::new();
                let value = yaml::parse(&cell.text, 0, &mut Notes { file, diagnostics: &mut faults });
                let Some(value) = value.filter(|_| faults.is_empty()) else {
                    return Err(refuse(Location::new(file, cell.extent)));
                };
                said.fields.insert((*name).to_owned(), bare(&value));
            }
            last.insert(key.text.clone(), said);
        }
        Ok(Self(last))
    }

    /// The record as CSV.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.0.values().flat_map(|said| said.fields.keys()) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let rows = self.0.iter().map(|(key, said)| {
            let fields = names.iter().map(|name| said.fields.get(*name).map(flow).unwrap_or_default());
            [key.clone(), said.slug.clone()].into_iter().chain(fields).collect::<Vec<String>>()
        });
        let header = ["key", "entry"].into_iter().chain(names.iter().copied()).map(str::to_owned).collect();
        csv(std::iter::once(header).chain(rows))
    }
}

/// Rows as CSV.
pub(super) fn csv(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        // Memory takes every row.
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}

fn refuse(location: Location) -> Box<Diagnostic> {
    let fault = Diagnostic::error("no-record", location, "this is no record of an import");
    Box::new(
        fault.help("restore it from git; without it (delete it), differing fields are kept as the entries have them"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Node;

    #[test]
    fn a_record_comes_back() {
        let text = |text: &str| Content::Text(text.to_owned());
        let list = Content::List(vec![Node { content: text("a, b"), extent: (0..0).into() }]);
        let fields = [("title", text("L’\"Été\" : 01\nb")), ("kind", list)];
        let fields = fields.into_iter().map(|(name, content)| (name.to_owned(), content)).collect();
        let said = Said { slug: "a".to_owned(), fields };
        let other = Said { slug: "b".to_owned(), fields: IndexMap::from([("z".to_owned(), text("#"))]) };
        let last = Last(BTreeMap::from([("1".to_owned(), said), ("2 ".trim().to_owned(), other)]));
        assert_eq!(Last::read(&"a.csv".into(), &last.csv()), Ok(last));
        assert!(
            Last::read(&"a.csv".into(), b"a,b\n").is_err()
                && Last::read(&"a.csv".into(), b"key,entry,t\n1,a,[\n").is_err()
        );
    }
}
