//! What enters: all listed entries in a language. What leaves: the A to Z: one page while it fits, else a page a letter.
//! It must not know collections.

use std::sync::Arc;

use indexmap::IndexMap;

use super::chrome::Describing;
use super::listing::{Part, part_path, parts};
use super::{Here, Page, Planner};
use crate::collation::{Collation, letter};
use crate::entry_id::EntryId;
use crate::site_path::SitePath;
use crate::view::{Content, Letter, Listing, Section};

/// Up to so many entries stand on one page.
const ONE_PAGE: usize = 500;

/// Entries on a page of one letter.
const PER_PAGE: usize = 100;

impl Planner<'_> {
    /// The pages of the A to Z.
    pub(super) fn letter_pages(&self, language: &str, collation: &Collation, pages: &mut Vec<Page>) {
        let catalogue = self.catalogue;
        let listings = catalogue.listings.iter().filter(|((_, lang), _)| lang == language);
        let all: Vec<EntryId> = listings.flat_map(|(_, ids)| ids.iter().cloned()).collect();
        let sorted = self.by_title(&all, language, collation);
        let mut by_letter: IndexMap<String, Vec<EntryId>> =
            ('A'..='Z').map(|letter| (letter.to_string(), Vec::new())).collect();
        for id in sorted {
            let Some(entry) = self.entry(&id, language) else { continue };
            by_letter.entry(letter(&entry.title)).or_default().push(id);
        }
        by_letter.sort_by(|a, _, b, _| (a == "#").cmp(&(b == "#")).then_with(|| collation.compare(a, b)));
        let index = catalogue.special_path("path_a_z", language);
        let one_page = all.len() <= ONE_PAGE;
        let here = Here::new(index.clone(), language);
        let sections = if one_page {
            let filled = by_letter.iter().filter(|(_, ids)| !ids.is_empty());
            let section = |(letter, ids): (&String, &Vec<EntryId>)| Section {
                letter: letter.clone(),
                id: letter_id(letter),
                entries: self.cards(ids, &here),
            };
            filled.map(section).collect()
        } else {
            Vec::new()
        };
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
        let letters = self.letter_links(&by_letter, None, one_page, &here);
        let listing = Listing { title: title.clone(), count: all.len(), ..Listing::default() };
        let file: Arc<str> = "site.toml".into();
        let content = Content::Letters { letters, sections, listing };
        pages.push(self.page(index.clone(), language, "letters.html", head, content, &file));
        if one_page {
            return;
        }
        for (letter, ids) in by_letter.iter().filter(|(_, ids)| !ids.is_empty()) {
            let first = SitePath::new(format!("{}{}/", index.as_str(), letter_slug(letter)));
            let chunks = parts(ids, PER_PAGE);
            for (at, chunk) in chunks.iter().enumerate() {
                let part = Part { first: &first, number: at + 1, total: chunks.len() };
                let path = part_path(&first, part.number);
                let here = Here::new(path.clone(), language);
                let title = self.part_title(&format!("{title} : {letter}"), &part, language);
                let none = |_: &str| None;
                let way = vec![(catalogue.string("a_to_z", language), index.clone())];
                let describing = Describing {
                    kind: "letters",
                    title: title.clone(),
                    description: String::new(),
                    way,
                    path_in: &none,
                };
                let head = self.head(&here, describing);
                let entries = self.cards(*chunk, &here);
                let listing =
                    Listing { title, count: ids.len(), entries, pages: part.links(&here), ..Listing::default() };
                let letters = self.letter_links(&by_letter, Some(letter), false, &here);
                let content = Content::Letters { letters, sections: Vec::new(), listing };
                pages.push(self.page(path, language, "letters.html", head, content, &file));
            }
        }
    }

    fn letter_links(
        &self,
        by_letter: &IndexMap<String, Vec<EntryId>>,
        current: Option<&str>,
        one_page: bool,
        here: &Here,
    ) -> Vec<Letter> {
        let index = self.catalogue.special_path("path_a_z", &here.language);
        let link = |(letter, ids): (&String, &Vec<EntryId>)| {
            let page = SitePath::new(format!("{}{}/", index.as_str(), letter_slug(letter)));
            let url = if one_page { format!("#{}", letter_id(letter)) } else { here.to(&page) };
            Letter {
                letter: letter.clone(),
                id: letter_id(letter),
                url,
                count: ids.len(),
                current: current == Some(letter),
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
