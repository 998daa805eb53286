//! Documents to hits and excerpts: records and bodies read, matches marked.

use crate::definition::label;
use crate::engine::Engine;
use crate::facets;
use crate::header::RECORDS;
use crate::marks::{accepted, excerpt, marks};
use crate::plan::{Corrections, Plan};
use crate::records::{Known, Record};
use crate::request::{EntryText, Excerpt, Hit, Moment, Opening, Request};
use crate::score::{Trace, score};
use crate::select::Openings;
use std::io;

impl Engine {
    /// The hits of some documents.
    pub(crate) fn hits(
        &self,
        request: &Request,
        language: usize,
        plan: &Plan,
        shown: &[(u32, f32)],
        distances: Option<&[f64]>,
        openings: Option<&Openings>,
    ) -> io::Result<Vec<Hit>> {
        let accepted = accepted(plan);
        let mut explanations = Trace::new();
        if request.explain {
            explanations = shown.iter().map(|(document, _)| (*document, Vec::new())).collect();
            score(self, language, plan, Some(&mut explanations))?;
        }
        let file = self.blocks.file(RECORDS).ok_or(io::ErrorKind::NotFound)?;
        // All blocks are asked for before the first failure shows.
        let blocks: Vec<_> = shown.iter().map(|(document, _)| self.blocks.record(file, *document as usize)).collect();
        let definition = &self.header.definition;
        let code = &self.languages[language].code;
        let addresses = self.header.addresses.get(language).map_or(&[][..], Vec::as_slice);
        let known = |collection: usize| Known {
            collections: &definition.collections,
            address: addresses.get(collection).map_or("", String::as_str),
        };
        let mut hits = Vec::with_capacity(shown.len());
        for ((document, score), block) in shown.iter().zip(blocks) {
            let (block, place) = block?;
            let record = Record::read(&block, place, known).ok_or(io::ErrorKind::InvalidData)?;
            let collection = definition.collections.get(record.collection);
            hits.push(Hit {
                title_marks: marks(&record.title, &accepted),
                summary_marks: marks(&record.summary, &accepted),
                key: record.key,
                url: record.url,
                lang: code.clone(),
                collection: collection.map(|known| known.key.clone()).unwrap_or_default(),
                collection_label: collection
                    .map(|known| label(&known.labels, code, &definition.languages, &known.key).to_owned())
                    .unwrap_or_default(),
                title: record.title,
                summary: record.summary,
                badges: record.badges,
                facets: facets::values_of(&self.facets, *document),
                score: *score,
                distance_km: distances.map(|all| all[*document as usize]).filter(|distance| !distance.is_nan()),
                opening: openings.map(|openings| openings.states[*document as usize]),
                open_until: openings.zip(request.open).and_then(|(openings, moment)| {
                    let is_open = openings.states[*document as usize] == Opening::Open;
                    let hours = openings.hours.as_ref().filter(|_| is_open && matches!(moment, Moment::At(_)))?;
                    hours.closes(*document as usize, &moment)
                }),
                explanation: explanations.remove(document),
            });
        }
        Ok(hits)
    }

    /// Passages around the matches in the texts of entries.
    pub(crate) fn excerpts_of(&self, request: &Request, texts: &[EntryText]) -> io::Result<Vec<Excerpt>> {
        if self.languages.is_empty() {
            return Ok(Vec::new());
        }
        let language = self.language_number(&request.lang);
        let matched = self.match_words(language, &self.clauses(request, language), Corrections::Yes)?;
        let accepted = accepted(&matched.plan);
        let passage = |entry: &EntryText| {
            let (text, marks) = excerpt(&entry.text, &accepted);
            Excerpt { key: entry.key.clone(), text, marks }
        };
        Ok(texts.iter().map(passage).collect())
    }
}
