//! Writes a pack, requests and the native engine's responses into a folder, for the WebAssembly test to compare with.
//!
//! `oracle FOLDER`: the table's queries, then a few hundred drawn from the documents' own words, with filters, orders and odd texts.

#![expect(clippy::disallowed_methods, reason = "a test tool: it reads the table and writes files")]

mod cases;

use cases::Table;
use maillage_search::{
    EntryText, Excerpt, Hit, Moment, Request, Response, Sort, build, excerpts_all, open_pack, search_all,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Serialize)]
struct Asked {
    name: String,
    request: Request,
    response: Response,
    texts: Vec<EntryText>,
    excerpts: Vec<Excerpt>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: oracle FOLDER")?);
    std::fs::create_dir_all(folder.join("search"))?;
    let table = Table::read();
    let words: Vec<String> = table
        .documents
        .iter()
        .flat_map(|document| {
            format!("{} {} {}", document.title, document.summary, document.body)
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let documents = table.documents.iter();
    let bodies: BTreeMap<(String, String), Arc<str>> =
        documents.map(|document| ((document.key.clone(), document.lang.clone()), Arc::clone(&document.body))).collect();
    let pack = build(&table.definition, table.documents, "engine-test.bin")?;
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    for (name, bytes) in &files {
        std::fs::write(folder.join("search").join(name), bytes)?;
    }
    let fetch = |name: &str| files.get(name).cloned();
    let engine = open_pack(fetch)?;
    let mut asked = Vec::new();
    for case in &table.queries {
        let faults = case.faults(&search_all(&engine, &case.request, fetch)?);
        if !faults.is_empty() {
            return Err(faults.join("\n").into());
        }
    }
    let named = table.queries.into_iter().map(|case| (case.name, Request { explain: true, ..case.request }));
    for (name, request) in named.chain(drawn(&words)) {
        let response = search_all(&engine, &request, fetch)?;
        let text = |hit: &Hit| EntryText {
            key: hit.key.clone(),
            text: bodies[&(hit.key.clone(), hit.lang.clone())].to_string(),
        };
        let texts: Vec<EntryText> = response.hits.iter().map(text).collect();
        let excerpts = excerpts_all(&engine, &request, &texts, fetch)?;
        asked.push(Asked { name, request, response, texts, excerpts });
    }
    std::fs::write(folder.join("asked.json"), serde_json::to_vec(&asked)?)?;
    Ok(())
}

/// Requests drawn at random, the same in each run.
fn drawn(words: &[String]) -> Vec<(String, Request)> {
    let mut seed = 7_u64;
    let mut draw = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let odd = [
        "",
        "\"",
        "-",
        "\u{202e}אבג",
        "🦀🦀",
        "a:b:c",
        "«»",
        "'''",
        "\u{0}",
        "-\"x",
        "region:",
        "\u{301}\u{301}",
        "ﬁ",
        "١٢٣",
    ];
    let mut requests = Vec::new();
    for number in 0..300 {
        let mut q: Vec<String> = (0..=draw(3)).map(|_| words[draw(words.len())].clone()).collect();
        if draw(4) == 0 {
            q.push(odd[draw(odd.len())].to_owned());
        }
        if draw(3) == 0 {
            // A letter dropped from a word is a mistake to correct.
            let at = draw(q.len());
            let letter = draw(q[at].chars().count().max(1));
            q[at] = q[at].chars().enumerate().filter(|(place, _)| *place != letter).map(|(_, letter)| letter).collect();
        }
        let mut request = Request { q: q.join(" "), explain: true, as_you_type: draw(2) == 0, ..Request::default() };
        if draw(4) == 0 {
            request.facets.insert("service".to_owned(), vec!["fablab".to_owned()]);
        }
        if draw(4) == 0 {
            request.near = Some((44.0, 2.5));
            request.within_km = [None, Some(150.0)][draw(2)];
        }
        if draw(4) == 0 {
            let minute = 28_800_000 + draw(2_880) as i64;
            request.open = Some([Moment::At(minute), Moment::Between(minute, minute + 600)][draw(2)]);
            request.open_or_unknown = draw(2) == 0;
        }
        if draw(5) == 0 {
            request.q.push_str([" price:<12", " updated:>=2023", " -opened:2014", " price:"][draw(4)]);
        }
        request.lang = ["fr", "en", "xx"][draw(3)].to_owned();
        request.sort = [Sort::Relevance, Sort::Title, Sort::Updated, Sort::Distance][draw(4)];
        requests.push((format!("drawn {number}"), request));
    }
    requests
}
