//! What enters: the files that `derive.mjs` wrote, compiled in. What leaves: [`Communes`] of France. It must not know any other table.

use std::io::Read;

use flate2::read::GzDecoder;

use super::{Commune, Communes, Department, Former, Region};
use crate::entry_id::slugify;
use crate::typography;

const AREAS: &str = include_str!("areas.csv");
const COMMUNES: &[u8] = include_bytes!("communes.gz");

impl Communes {
    /// The communes of France, overseas territories and municipal arrondissements included.
    #[must_use]
    pub fn embedded() -> Self {
        let (regions, departments) = areas();
        let mut text = String::new();
        let inflated = GzDecoder::new(COMMUNES).read_to_string(&mut text);
        inflated.expect("the table is compiled in, and a test inflates it");
        let mut blocks = text.split("\n\n").skip(1);
        let mut block = || blocks.next().unwrap_or_default().lines();
        let mut communes: Vec<Commune> = Vec::with_capacity(36_000);
        let mut department = 0;
        for ((code, name), postcodes) in block().zip(block()).zip(block()) {
            // Sorted by code, so the department is the one before it nearly always.
            if departments.get(department).is_none_or(|one| !code.starts_with(&one.code)) {
                department = departments.iter().position(|one| code.starts_with(&one.code)).unwrap_or(department);
            }
            let postcodes = if postcodes == "-" { "" } else { postcodes };
            communes.push(Commune {
                code: code.to_owned(),
                name: typography::apostrophes(name).into_owned(),
                postcodes: postcodes.to_owned(),
                department,
            });
        }
        let index = |code: &str| communes.binary_search_by(|commune| commune.code.as_str().cmp(code)).ok();
        let former = block().zip(block()).zip(block()).filter_map(|((code, now), name)| {
            let name = if name == "-" { "" } else { name };
            Some(Former { code: code.to_owned(), now: index(now)?, name: name.to_owned() })
        });
        let former = former.collect();
        Self { regions, departments, communes, former, ..Self::default() }
    }
}

/// The regions and departments of France.
pub(super) fn areas() -> (Vec<Region>, Vec<Department>) {
    let mut regions: Vec<Region> = Vec::new();
    let mut departments = Vec::new();
    for line in AREAS.lines().skip(1) {
        let mut cells = line.splitn(4, ',');
        let mut cell = || cells.next().unwrap_or_default();
        let (kind, code, region, name) =
            (cell(), cell().to_owned(), cell(), typography::apostrophes(cell()).into_owned());
        let slug = slugify(&name);
        if kind == "region" {
            regions.push(Region { code, name, slug });
        } else if let Some(region) = regions.iter().position(|one| one.code == region) {
            departments.push(Department { code, name, slug, region });
        }
    }
    (regions, departments)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_embedded_table_is_whole() {
        let communes = Communes::embedded();
        assert_eq!((communes.regions.len(), communes.departments.len()), (26, 109));
        assert_eq!((communes.communes.len(), communes.former.len()), (35_014, 4_750));
        assert!(communes.communes.is_sorted_by(|a, b| a.code < b.code));
        assert!(communes.former.is_sorted_by(|a, b| a.code < b.code));
        for commune in &communes.communes {
            assert!(commune.code.starts_with(&communes.department_of(commune).code), "{commune:?}");
            assert!(commune.postcodes().all(|one| one.len() == 5 && one.bytes().all(|byte| byte.is_ascii_digit())));
        }
        let slugs: BTreeSet<_> = communes.departments.iter().map(|one| &one.slug).collect();
        assert_eq!(slugs.len(), communes.departments.len());
    }
}
