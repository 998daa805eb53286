//! Builds a pack from a file of documents and prints what it holds and what first searches fetch.
//!
//! `measure DOCUMENTS.json [QUERY…]`: `{definition, documents}` as JSON; without queries, words of the corpus are drawn.

#![expect(clippy::disallowed_methods, reason = "a tool that measures: it reads a file and the clock")]

use maillage_search::{Definition, Document, Outcome, Request, build, open_pack};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

#[derive(Deserialize)]
struct Corpus {
    definition: Definition,
    documents: Vec<Document>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: measure DOCUMENTS.json [QUERY…]")?;
    let mut queries: Vec<String> = arguments.collect();
    let corpus: Corpus = serde_json::from_slice(&std::fs::read(path)?)?;
    if queries.is_empty() {
        queries = ["coworking", "association numérique", "ordinateur", "bibliothèque smartphone rendez-vous", ""]
            .map(str::to_owned)
            .to_vec();
    }
    let count = corpus.documents.len();
    let began = Instant::now();
    let pack = build(&corpus.definition, corpus.documents, "engine-x.bin")?;
    println!("{count} documents in {:.2} s", began.elapsed().as_secs_f64());
    let files: BTreeMap<String, Vec<u8>> =
        pack.files.into_iter().map(|file| (file.name, file.bytes.to_vec())).collect();
    let total: usize = files.values().map(Vec::len).sum();
    let boot: usize = files.iter().filter(|(name, _)| name.starts_with("boot")).map(|(_, bytes)| bytes.len()).sum();
    println!("{} files, {total} bytes, boot {boot} bytes", files.len());
    if let Some(folder) = std::env::var_os("MEASURE_OUTPUT") {
        for (name, bytes) in &files {
            std::fs::write(std::path::Path::new(&folder).join(name), bytes)?;
        }
    }
    for q in queries {
        let engine = open_pack(|name| files.get(name).cloned())?;
        let request = Request { q: q.clone(), ..Request::default() };
        let (mut bytes, mut requests) = (0, 0);
        let mut by_round = Vec::new();
        let response = loop {
            let missing = match engine.search(&request)? {
                Outcome::Done(response) => break response,
                Outcome::Missing(names) => names,
            };
            requests += missing.len();
            let mut round = 0;
            for name in &missing {
                let file = files.get(name).ok_or("a block is missing")?;
                round += file.len();
                let mut content = Vec::new();
                std::io::Read::read_to_end(&mut flate2::read::DeflateDecoder::new(file.as_slice()), &mut content)?;
                engine.provide(name, content).map_err(|refusal| format!("{refusal:?}"))?;
            }
            by_round.push(format!("{}:{round}", missing.len()));
            bytes += round;
        };
        let began = Instant::now();
        engine.search(&request)?;
        println!(
            "{q:40} {:6} found, {requests:3} requests, {} rounds, {bytes:7} bytes ({}), warm {:.2} ms",
            response.total,
            by_round.len(),
            by_round.join(" "),
            began.elapsed().as_secs_f64() * 1e3
        );
        if !response.corrections.is_empty() || !response.ignored.is_empty() {
            println!("{:40} corrected {:?}, left out {:?}", "", response.corrections, response.ignored);
        }
    }
    Ok(())
}
