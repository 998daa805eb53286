//! What enters: a site's own table as CSV text. What leaves: [`Communes`], and a diagnostic at each faulty cell. It must not know the file's place.

use std::collections::BTreeMap;

use super::embedded::areas;
use super::{Commune, Communes, Department, Region, position};
use crate::diagnostic::{Diagnostic, Extent, one_of};
use crate::entry_id::slugify;
use crate::node::Notes;

const COLUMNS: [&str; 5] = ["insee", "name", "postcodes", "department", "region"];

impl Communes {
    /// Reads a table with the columns `insee,name,postcodes,department,region`, in any order. Postcodes are separated by blanks. A department or
    /// region is a French code or name; any other name is taken as it stands, so that the table may describe another country.
    pub fn parse(text: &str, notes: &mut Notes<'_>) -> Self {
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns = reader.headers().cloned().unwrap_or_default();
        let found: Vec<&str> = columns.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        let Some(order) = order(&found, text, notes) else { return Self::default() };
        let (regions, departments) = areas();
        let mut table =
            Table { text, french: (regions, departments), communes: Self::default(), rows: BTreeMap::new() };
        for record in reader.records() {
            match record {
                Ok(record) => table.row(&record, order, found.len(), notes),
                Err(error) => {
                    let at = error.position().map_or(0, |position| offset(position.byte(), text));
                    let location = notes.at((at..at).into());
                    notes.push(Diagnostic::error("csv-syntax", location, format!("this row can't be read: {error}")));
                }
            }
        }
        table.communes.communes = table.rows.into_values().collect();
        table.communes
    }
}

/// Where each of [`COLUMNS`] stands.
fn order(found: &[&str], text: &str, notes: &mut Notes<'_>) -> Option<[usize; 5]> {
    for (at, name) in found.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(name)) {
        let location = notes.at(cell(text, 0, at));
        let diagnostic = Diagnostic::error("unknown-column", location, format!("the table has no column `{name}`"));
        notes.push(diagnostic.expected(one_of(COLUMNS)).near(name, COLUMNS));
    }
    let mut order = [0; 5];
    let mut whole = true;
    for (slot, name) in order.iter_mut().zip(COLUMNS) {
        match found.iter().position(|one| *one == name) {
            Some(at) => *slot = at,
            None => {
                whole = false;
                let location = notes.at((0..0).into());
                let diagnostic = Diagnostic::error("missing-column", location, format!("the table lacks `{name}`"));
                notes.push(diagnostic.help(format!("begin the file with the line `{}`", COLUMNS.join(","))));
            }
        }
    }
    whole.then_some(order)
}

struct Table<'a> {
    text: &'a str,
    french: (Vec<Region>, Vec<Department>),
    communes: Communes,
    rows: BTreeMap<String, Commune>,
}

impl Table<'_> {
    fn row(&mut self, record: &csv::StringRecord, order: [usize; 5], width: usize, notes: &mut Notes<'_>) {
        let start = offset(record.position().map_or(0, csv::Position::byte), self.text);
        if record.len() != width {
            let location = notes.at(self.line(start));
            let message = format!("this row has {} cells, the first line {width}", record.len());
            notes.push(
                Diagnostic::error("wrong-cells", location, message).help("put a cell that holds a comma in quotes"),
            );
            return;
        }
        let [code, name, postcodes, department, region] = order.map(|at| record.get(at).unwrap_or_default());
        for (at, name) in [0, 1, 3, 4].map(|at| (order[at], COLUMNS[at])) {
            if record.get(at).unwrap_or_default().is_empty() {
                let location = notes.at(cell(self.text, start, at));
                notes.push(Diagnostic::error("empty-cell", location, format!("`{name}` is empty")));
                return;
            }
        }
        if self.rows.contains_key(code) {
            let location = notes.at(cell(self.text, start, order[0]));
            let diagnostic = Diagnostic::error("duplicate-commune", location, format!("`{code}` is given twice"));
            notes.push(diagnostic.help("keep one row a code"));
            return;
        }
        let region = self.region(region, cell(self.text, start, order[4]), notes);
        let Some(region) = region else { return };
        let department = self.department(department, region, cell(self.text, start, order[3]), notes);
        let Some(department) = department else { return };
        let (code, name, postcodes) = (code.to_owned(), name.to_owned(), postcodes.to_owned());
        self.rows.insert(code.clone(), Commune { code, name, postcodes, department });
    }

    fn region(&mut self, written: &str, extent: Extent, notes: &mut Notes<'_>) -> Option<usize> {
        if let Some(at) = position(&self.communes.regions, written, |one| (&one.code, &one.slug)) {
            return Some(at);
        }
        let french = position(&self.french.0, written, |one| (&one.code, &one.slug));
        let region = match french {
            Some(at) => self.french.0[at].clone(),
            None => {
                named("region", written, extent, notes)?;
                Region { code: written.to_owned(), name: written.to_owned(), slug: slugify(written) }
            }
        };
        self.communes.regions.push(region);
        Some(self.communes.regions.len() - 1)
    }

    fn department(&mut self, written: &str, region: usize, extent: Extent, notes: &mut Notes<'_>) -> Option<usize> {
        if let Some(at) = position(&self.communes.departments, written, |one| (&one.code, &one.slug)) {
            let known = &self.communes.departments[at];
            if known.region != region {
                let (ours, theirs) = (&self.communes.regions[known.region].name, &self.communes.regions[region].name);
                let message = format!("`{written}` is in {ours} above, in {theirs} here");
                let diagnostic = Diagnostic::error("department-in-two-regions", notes.at(extent), message);
                notes.push(diagnostic.help("give every department one region"));
                return None;
            }
            return Some(at);
        }
        let french = position(&self.french.1, written, |one| (&one.code, &one.slug));
        let department = match french {
            Some(at) => Department { region, ..self.french.1[at].clone() },
            None => {
                named("department", written, extent, notes)?;
                Department { code: written.to_owned(), name: written.to_owned(), slug: slugify(written), region }
            }
        };
        self.communes.departments.push(department);
        Some(self.communes.departments.len() - 1)
    }

    fn line(&self, start: usize) -> Extent {
        let end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        (start..start + self.text[start..end].trim_end().len()).into()
    }
}

/// An area that is not French must have a name: a code that nobody knows is a slip.
fn named(kind: &str, written: &str, extent: Extent, notes: &mut Notes<'_>) -> Option<()> {
    let is_name =
        written.chars().any(char::is_alphabetic) && written.chars().count() > 3 && !slugify(written).is_empty();
    if !is_name {
        let message = format!("`{written}` is no {kind} of France");
        let diagnostic = Diagnostic::error("unknown-area", notes.at(extent), message);
        notes.push(diagnostic.expected(format!("the code or the name of a {kind}")));
    }
    is_name.then_some(())
}

fn offset(byte: u64, text: &str) -> usize {
    let at = text.floor_char_boundary(usize::try_from(byte).unwrap_or(usize::MAX));
    text.len() - text[at..].trim_start_matches(['\r', '\n', '\u{feff}']).len()
}

/// The extent of the n-th cell of the row that starts at a byte.
fn cell(text: &str, start: usize, number: usize) -> Extent {
    let (mut from, mut passed, mut quoted) = (start, 0, false);
    for (at, character) in text[start..].char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' | '\n' | '\r' if !quoted => {
                if passed == number || character != ',' {
                    return (from..start + at).into();
                }
                passed += 1;
                from = start + at + 1;
            }
            _ => {}
        }
    }
    (from..text.len()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn parse(text: &str) -> (Communes, Vec<(&'static str, String)>) {
        let file: Arc<str> = "communes.csv".into();
        let mut diagnostics = Vec::new();
        let communes = Communes::parse(text, &mut Notes { file: &file, diagnostics: &mut diagnostics });
        let place = |one: &Diagnostic| text[one.location.range.start..one.location.range.end].to_owned();
        (communes, diagnostics.iter().map(|one| (one.code, place(one))).collect())
    }

    #[test]
    fn a_table_names_french_areas_by_code_or_name_and_others_by_name() {
        let (communes, faults) = parse(concat!(
            "insee,name,postcodes,department,region\r\n",
            "44109,Nantes,44000 44100,44,Pays de la Loire\r\n",
            "\"62063\",\"Liège\",4000 4020,Province de Liège,Wallonie\r\n",
        ));
        assert_eq!(faults, []);
        let liege = communes.get("62063").expect("Liège");
        let department = communes.department_of(liege);
        assert_eq!(
            (department.slug.as_str(), communes.region_of(department).slug.as_str()),
            ("province-de-liege", "wallonie")
        );
        assert_eq!(communes.department_of(&communes.all()[0]).name, "Loire-Atlantique");
        assert_eq!(communes.find("liege", "4020"), [liege]);
    }

    #[test]
    fn faults_stand_at_their_cell() {
        let head = "insee,name,postcodes,department,region\n";
        let table = [
            (head.replace("insee", "isnee"), vec![("unknown-column", "isnee"), ("missing-column", "")]),
            (format!("{head}1,A,,99,76\n"), vec![("unknown-area", "99")]),
            (format!("{head}1,A,,12,7\n"), vec![("unknown-area", "7")]),
            (format!("{head}1,,,12,76\n"), vec![("empty-cell", "")]),
            (format!("{head}1,A,,12,76\n1,\"B, c\",,12,76\n"), vec![("duplicate-commune", "1")]),
            (format!("{head}1,A,12,76\n"), vec![("wrong-cells", "1,A,12,76")]),
            (format!("{head}1,A,,12,76\n2,\"B, c\",,12,11\n"), vec![("department-in-two-regions", "12")]),
        ];
        for (text, expected) in table {
            let faults = parse(&text).1;
            let faults: Vec<_> = faults.iter().map(|(code, place)| (*code, place.as_str())).collect();
            assert_eq!(faults, expected, "{text}");
        }
    }
}
