//! What enters: what slugs are made from, row by row. What leaves: a slug a row, all different, whatever the order of the rows as far as their texts
//! tell them apart. It must not know fields.

use std::collections::{BTreeMap, BTreeSet};

use crate::authoring::slug;
use crate::entry_id::slugify;

/// What a row's slug is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The slug, if nobody else has it.
    pub base: String,
    /// What is added where somebody has.
    pub more: Vec<String>,
}

/// Gives every row a slug. Rows with the same one all get more of their texts, so that none depends on which comes first; only what
/// no text tells apart is numbered in the order of the rows.
#[must_use]
pub fn assign(rows: &[Wanted], taken: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut given: Vec<Option<String>> = vec![None; rows.len()];
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut tried: Vec<String> = rows.iter().map(|row| row.base.clone()).collect();
    let steps = rows.iter().map(|row| row.more.len()).max().unwrap_or_default();
    for step in 0..=steps {
        let mut same: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, slug) in tried.iter().enumerate().filter(|(at, _)| given[*at].is_none()) {
            same.entry(slug).or_default().push(at);
        }
        let mut granted = Vec::new();
        for (slug, rows) in same {
            if let ([only], false, false) = (rows.as_slice(), used.contains(slug), is_taken(slug, taken)) {
                granted.push((*only, slug.to_owned()));
            }
        }
        for (at, slug) in granted {
            used.insert(slug.clone());
            given[at] = Some(slug);
        }
        for (at, slug) in tried.iter_mut().enumerate().filter(|(at, _)| given[*at].is_none()) {
            let more = rows[at].more.get(step).map(|text| slugify(text)).unwrap_or_default();
            let said = more.is_empty() || slug.split_once(&more).is_some_and(|(_, rest)| rest.is_empty());
            if !said {
                *slug = slug::shortened(format!("{slug}-{more}").trim_start_matches('-')).to_owned();
            }
        }
    }
    for (at, given) in given.iter_mut().enumerate().filter(|(_, given)| given.is_none()) {
        let slug = slug::free(&tried[at], |slug| used.contains(slug) || is_taken(slug, taken));
        used.insert(slug.clone());
        *given = Some(slug);
    }
    given.into_iter().flatten().collect()
}

fn is_taken(slug: &str, taken: &dyn Fn(&str) -> bool) -> bool {
    slug.is_empty() || slug::is_reserved(slug) || taken(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(rows: &[(&str, &[&str])]) -> Vec<String> {
        let wanted = |(base, more): &(&str, &[&str])| Wanted {
            base: slugify(base),
            more: more.iter().map(|text| (*text).to_owned()).collect(),
        };
        assign(&rows.iter().map(wanted).collect::<Vec<_>>(), &|slug| slug == "taken")
    }

    #[test]
    fn texts_tell_rows_apart_before_numbers_do() {
        let found = slugs(&[
            ("La Cordée", &["Lyon"]),
            ("La Cordée", &["Rennes"]),
            ("La Cordée", &["Lyon"]),
            ("La Myne", &["Lyon"]),
            ("Taken", &["Lyon"]),
            ("Index", &["Lyon"]),
            ("CON", &[]),
            ("La Cordée Morez", &["Morez"]),
            ("La Cordée Morez", &["Dole"]),
        ]);
        assert_eq!(
            found,
            [
                "la-cordee-lyon",
                "la-cordee-rennes",
                "la-cordee-lyon-2",
                "la-myne",
                "taken-lyon",
                "index-lyon",
                "con-2",
                "la-cordee-morez",
                "la-cordee-morez-dole",
            ]
        );
    }
}
