//! What enters: the embedded table, or a site's own CSV. What leaves: [`Communes`], which resolves a commune's code to its name, postcodes,
//! department and region, and finds communes by what people write. It must not know where a table was read, nor any field.
//!
//! Embedded data: Code officiel géographique 2026 (Insee) and La Poste's postcodes, Licence Ouverte 2.0, by the npm package
//! `@etalab/decoupage-administratif` 6.0.0 (MIT); `communes/derive.mjs` makes the files.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::entry_id::slugify;

mod embedded;
mod table;

/// A region: the upper level of the place facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// INSEE code: `76`.
    pub code: String,
    /// `Occitanie`.
    pub name: String,
    /// `occitanie`.
    pub slug: String,
}

/// A department: the lower level of the place facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// INSEE code: `12`, `2A`, `971`.
    pub code: String,
    /// `Aveyron`.
    pub name: String,
    /// `aveyron`.
    pub slug: String,
    /// Index of its region.
    region: usize,
}

/// A commune, or one of the municipal arrondissements of Paris, Lyon and Marseille.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commune {
    /// INSEE code: `44109`.
    pub code: String,
    /// `Nantes`, `Paris 10e arrondissement`.
    pub name: String,
    /// Separated by blanks.
    postcodes: String,
    /// Index of its department.
    department: usize,
}

impl Commune {
    /// All its postcodes, lowest first; a few uninhabited territories have none.
    pub fn postcodes(&self) -> impl Iterator<Item = &str> {
        self.postcodes.split_ascii_whitespace()
    }

    /// The town's name as an address has it: `Paris` for `Paris 10e arrondissement`.
    #[must_use]
    pub fn town(&self) -> &str {
        town(&self.name)
    }
}

/// The town's name as an address has it, from a commune's name: `Paris` for `Paris 10e arrondissement`.
#[must_use]
pub fn town(name: &str) -> &str {
    let Some(rest) = name.strip_suffix(" arrondissement") else { return name };
    let Some((town, ordinal)) = rest.rsplit_once(' ') else { return name };
    if ordinal.starts_with(|first: char| first.is_ascii_digit()) && ordinal.ends_with(['e', 'r']) { town } else { name }
}

/// A code or name that is no longer in use, and the commune that took it over.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Former {
    code: String,
    /// Index of the commune.
    now: usize,
    /// Empty where the source gives none.
    name: String,
}

/// Communes by code, with their departments and regions.
#[derive(Clone, Default)]
pub struct Communes {
    regions: Vec<Region>,
    departments: Vec<Department>,
    /// Sorted by code.
    communes: Vec<Commune>,
    /// Sorted by code.
    former: Vec<Former>,
    /// Folded names, made when first asked for: only imports and some diagnostics look names up.
    names: OnceLock<BTreeMap<String, Vec<usize>>>,
}

impl fmt::Debug for Communes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Communes({} communes, {} departments)", self.communes.len(), self.departments.len())
    }
}

impl Communes {
    /// A commune by its INSEE code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Commune> {
        self.communes.binary_search_by(|commune| commune.code.as_str().cmp(code)).ok().map(|at| &self.communes[at])
    }

    /// The commune that took over a code which is no longer in use (merged, delegated or associated communes).
    #[must_use]
    pub fn successor(&self, code: &str) -> Option<&Commune> {
        if self.get(code).is_some() {
            return None;
        }
        let at = self.former.binary_search_by(|former| former.code.as_str().cmp(code)).ok()?;
        self.communes.get(self.former[at].now)
    }

    /// Every commune, by code.
    #[must_use]
    pub fn all(&self) -> &[Commune] {
        &self.communes
    }

    /// Every department, in the order of the table.
    #[must_use]
    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    /// Every region, in the order of the table.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// A department by its code, name or slug; accents and case count nothing.
    #[must_use]
    pub fn department(&self, written: &str) -> Option<&Department> {
        position(&self.departments, written, |one| (&one.code, &one.slug)).map(|at| &self.departments[at])
    }

    /// A region by its code, name or slug; accents and case count nothing.
    #[must_use]
    pub fn region(&self, written: &str) -> Option<&Region> {
        position(&self.regions, written, |one| (&one.code, &one.slug)).map(|at| &self.regions[at])
    }

    /// The department of one of these communes.
    #[must_use]
    pub fn department_of(&self, commune: &Commune) -> &Department {
        &self.departments[commune.department]
    }

    /// The region of one of these departments.
    #[must_use]
    pub fn region_of(&self, department: &Department) -> &Region {
        &self.regions[department.region]
    }

    /// The communes that a name and a postcode may mean; accents, case, hyphens, `St`/`Saint` and `CEDEX` count nothing, and former names
    /// lead to the commune of today. With a postcode: the communes that have it; where none does (CEDEX), those of its department; an
    /// arrondissement rather than its whole town. Without one (or with `0`, as some tables have it): every commune of that name.
    #[must_use]
    pub fn find(&self, name: &str, postcode: &str) -> Vec<&Commune> {
        let Some(candidates) = self.names().get(&fold(name)) else { return Vec::new() };
        let communes = || candidates.iter().map(|&at| &self.communes[at]);
        // The town's name is a key of each arrondissement too, but only a postcode can tell them apart.
        let is_part = |commune: &Commune| commune.town() != commune.name && fold(commune.town()) == fold(name);
        if postcode.len() < 4 {
            return communes().filter(|commune| !is_part(commune)).collect();
        }
        let exact: Vec<_> = communes().filter(|commune| commune.postcodes().any(|one| one == postcode)).collect();
        if exact.is_empty() {
            let area = postcode.get(..2);
            let near = |commune: &&Commune| area.is_some_and(|area| commune.postcodes.starts_with(area));
            return communes().filter(|commune| !is_part(commune)).filter(near).collect();
        }
        let parts: Vec<_> = exact.iter().copied().filter(|commune| is_part(commune)).collect();
        if parts.is_empty() { exact } else { parts }
    }

    fn names(&self) -> &BTreeMap<String, Vec<usize>> {
        self.names.get_or_init(|| {
            let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            let mut add = |name: &str, at: usize| {
                let found = names.entry(fold(name)).or_default();
                if !found.contains(&at) {
                    found.push(at);
                }
            };
            for (at, commune) in self.communes.iter().enumerate() {
                add(&commune.name, at);
                add(commune.town(), at);
            }
            for former in self.former.iter().filter(|former| !former.name.is_empty()) {
                add(&former.name, former.now);
            }
            names
        })
    }
}

fn position<T>(areas: &[T], written: &str, keys: impl Fn(&T) -> (&String, &String)) -> Option<usize> {
    let slug = slugify(written);
    let by_code = areas.iter().position(|area| keys(area).0.eq_ignore_ascii_case(written));
    by_code.or_else(|| areas.iter().position(|area| !slug.is_empty() && *keys(area).1 == slug))
}

/// What stays of a commune's name when people write it: words of letters and digits, without accents, abbreviations opened.
fn fold(name: &str) -> String {
    let name = name.to_lowercase().replace("s/", "sur ");
    let mut plain = String::new();
    for character in name.nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            _ if character.is_alphanumeric() => plain.push(character),
            _ => plain.push(' '),
        }
    }
    let mut words = Vec::new();
    for word in plain.split_whitespace() {
        match word {
            "cedex" => break,
            "st" => words.push("saint"),
            "ste" => words.push("sainte"),
            _ => words.push(word),
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_resolve_to_today() {
        let communes = Communes::embedded();
        let nantes = communes.get("44109").expect("Nantes");
        let department = communes.department_of(nantes);
        let names = (nantes.name.as_str(), department.name.as_str(), communes.region_of(department).slug.as_str());
        assert_eq!(names, ("Nantes", "Loire-Atlantique", "pays-de-la-loire"));
        assert_eq!(nantes.postcodes().collect::<Vec<_>>(), ["44000", "44100", "44200", "44300"]);
        assert_eq!(communes.get("75110").map(Commune::town), Some("Paris"));
        assert_eq!(communes.get("97411").map(|one| one.name.as_str()), Some("Saint-Denis"));
        assert!(communes.get("2A004").is_some() && communes.get("00000").is_none());
        // Arbignieu and Saint-Bois became Arboys en Bugey; the code of one went on.
        assert_eq!(communes.successor("01340").map(|one| one.code.as_str()), Some("01015"));
        assert_eq!(communes.successor("44109"), None);
    }

    #[test]
    fn areas_are_found_by_code_name_or_slug() {
        let communes = Communes::embedded();
        for written in ["76", "Occitanie", "occitanie", "OCCITANIE"] {
            assert_eq!(communes.region(written).map(|one| one.code.as_str()), Some("76"), "{written}");
        }
        for written in ["2a", "Corse-du-Sud", "corse du sud"] {
            assert_eq!(communes.department(written).map(|one| one.code.as_str()), Some("2A"), "{written}");
        }
        assert_eq!(communes.region(""), None);
        assert_eq!(communes.region("île de france").map(|one| one.code.as_str()), Some("11"));
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let communes = Communes::embedded();
        let table = [
            ("Nantes", "44300", "44109"),
            ("SAINT ETIENNE", "42000", "42218"),
            ("St-Étienne", "", "42218"),
            ("Ste Foy les Lyon", "69110", "69202"),
            ("Chalon s/ Saône", "71100", "71076"),
            ("Chalon sur Saone Cedex 3", "71321", "71076"),
            ("PARIS", "75010", "75110"),
            ("Paris 10e Arrondissement", "75010", "75110"),
            ("Paris", "", "75056"),
            ("Lyon", "69003", "69383"),
            ("l’haÿ les roses", "94240", "94038"),
            ("Cordieux", "01120", "01262"),
            ("Oyonnax", "0", "01283"),
            ("Nowhere", "44300", ""),
            ("Nantes", "75010", ""),
        ];
        for (name, postcode, code) in table {
            let found: Vec<_> = communes.find(name, postcode).iter().map(|one| one.code.clone()).collect();
            assert_eq!(found.join(" "), code, "{name} {postcode}");
        }
        assert!(communes.find("Saint-Denis", "").len() > 1, "several communes have that name");
    }
}
