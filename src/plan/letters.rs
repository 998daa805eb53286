//! What enters: all listed entries in a language. What leaves: the A to Z: one page while it fits, else a page a letter.
//! It must not know collections.

use std::sync::Arc;

use indexmap::IndexMap;

use super::chrome::Describing;
use super::listing::{Part, part_path};
use super::{Here, Job, Page, Planner};
use crate::collation::Collation;
use crate::digest::Digest;
use crate::entry_id::EntryId;
use crate::site_path::SitePath;
use crate::view::{Content, Letter, Listing, Section};

/// Up to so many entries stand on one page.
const ONE_PAGE: usize = 500;

/// Entries on a page of one letter.
const PER_PAGE: usize = 100;

/// The entries of each letter.
type Letters<'p> = IndexMap<String, Vec<&'p EntryId>>;

impl Planner<'_> {
    /// The pages of the A to Z.
    pub(super) fn letter_pages<'p>(&'p self, language: &'p str, jobs: &mut Vec<Job<'p>>) {
        let listings = self.catalogue.listings.iter().filter(|((_, lang), _)| lang == language);
        let sorted = self.ranked(listings.flat_map(|(_, ids)| ids), language);
        let Some((titles, _)) = self.lists.get(language) else { return };
        let one_page = sorted.len() <= ONE_PAGE;
        let mut letters: Letters<'_> = ('A'..='Z').map(|letter| (letter.to_string(), Vec::new())).collect();
        for (rank, id) in sorted {
            let letter = &titles.letters[rank as usize];
            match letters.get_mut(letter) {
                Some(ids) => ids.push(id),
                None => drop(letters.insert(letter.clone(), vec![id])),
            }
        }
        let collation = Collation::of(language);
        letters.sort_by(|a, _, b, _| (a == "#").cmp(&(b == "#")).then_with(|| collation.compare(a, b)));
        let letters = Arc::new(letters);
        let counts: Vec<(&String, usize)> = letters.iter().map(|(letter, ids)| (letter, ids.len())).collect();
        let all = Digest::of_hash(&("letters", language, &counts));
        let index = self.catalogue.special_path("path_a_z", language);
        let own = Arc::clone(&letters);
        let shown: Vec<_> = if one_page { letters.values().flatten().collect() } else { Vec::new() };
        jobs.push(Job::new(index.clone(), (all, shown), move || self.letters_page(&own, one_page, language)));
        if one_page {
            return;
        }
        for (at, (letter, ids)) in letters.iter().enumerate().filter(|(_, (_, ids))| !ids.is_empty()) {
            let first = SitePath::new(format!("{}{}/", index.as_str(), letter_slug(letter)));
            let total = ids.len().div_ceil(PER_PAGE);
            for (chunk, number) in ids.chunks(PER_PAGE).zip(1..) {
                let (letters, first) = (Arc::clone(&letters), first.clone());
                jobs.push(Job::new(part_path(&first, number), (all, at, number, chunk), move || {
                    self.letter_page(&letters, at, &Part { first: &first, number, total }, language)
                }));
            }
        }
    }

    /// The whole A to Z, or its letters alone.
    fn letters_page(&self, letters: &Letters<'_>, one_page: bool, language: &str) -> Page {
        let catalogue = self.catalogue;
        let here = self.here(catalogue.special_path("path_a_z", language), language);
        let filled = letters.iter().filter(|(_, ids)| one_page && !ids.is_empty());
        let sections = filled.map(|(letter, ids)| Section {
            letter: letter.clone(),
            id: letter_id(letter),
            entries: self.cards(ids.iter().copied(), &here),
        });
        let sections = sections.collect();
        let path_in = |lang: &str| Some(catalogue.special_path("path_a_z", lang));
        let title = catalogue.string("a_to_z", language);
        let describing = Describing {
            kind: "letters",
            title: title.clone(),
            description: String::new(),
            way: Vec::new(),
            path_in: &path_in,
        };
        let head = self.head(&here, describing);
        let count = letters.values().map(Vec::len).sum();
        let letters = self.letter_links(letters, None, one_page, &here);
        let listing = Listing { title, count, ..Listing::default() };
        self.page(here, "letters.html", head, Content::Letters { letters, sections, listing }, &"site.toml".into())
    }

    /// A page of one letter, named by its place.
    fn letter_page(&self, letters: &Letters<'_>, at: usize, part: &Part<'_>, language: &str) -> Page {
        let catalogue = self.catalogue;
        let none = Vec::new();
        let (letter, ids) = letters.get_index(at).map_or(("#", &none), |(letter, ids)| (letter.as_str(), ids));
        let here = self.here(part_path(part.first, part.number), language);
        let name = catalogue.string("a_to_z", language);
        let title = self.part_title(&format!("{name} : {letter}"), part, language);
        let describing = Describing {
            kind: "letters",
            title: title.clone(),
            description: String::new(),
            way: vec![(name, catalogue.special_path("path_a_z", language))],
            path_in: &|_| None,
        };
        let head = self.head(&here, describing);
        let chunk = ids.chunks(PER_PAGE).nth(part.number - 1).unwrap_or_default();
        let entries = self.cards(chunk.iter().copied(), &here);
        let listing = Listing { title, count: ids.len(), entries, pages: part.links(), ..Listing::default() };
        let letters = self.letter_links(letters, Some(letter), false, &here);
        let content = Content::Letters { letters, sections: Vec::new(), listing };
        self.page(here, "letters.html", head, content, &"site.toml".into())
    }

    fn letter_links(&self, by_letter: &Letters<'_>, current: Option<&str>, one_page: bool, here: &Here) -> Vec<Letter> {
        let index = self.catalogue.special_path("path_a_z", &here.language);
        let link = |(letter, ids): (&String, &Vec<&EntryId>)| {
            let page = SitePath::new(format!("{}{}/", index.as_str(), letter_slug(letter)));
            let url = if one_page { format!("#{}", letter_id(letter)) } else { page.from_root() };
            Letter {
                letter: letter.clone(),
                id: letter_id(letter),
                url,
                count: ids.len(),
                current: current == Some(letter.as_str()),
            }
        };
        by_letter.iter().map(link).collect()
    }
}

/// `b`; `0` for titles that begin with no letter.
fn letter_slug(letter: &str) -> String {
    if letter == "#" { "0".to_owned() } else { letter.to_lowercase() }
}

fn letter_id(letter: &str) -> String {
    format!("letter-{}", letter_slug(letter))
}
