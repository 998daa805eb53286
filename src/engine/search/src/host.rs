//! Packs as files: for callers that have all files at hand, such as the terminal and tests.

use crate::engine::{Engine, OpenError};
use crate::header::{Current, FORMAT};
use crate::request::{EntryText, Excerpt, Outcome, Request, Response};
use crate::search::SearchError;
use flate2::read::DeflateDecoder;
use std::fmt;
use std::io::Read as _;

/// The file that names the generation.
const CURRENT: &str = "current.json";

/// No file of a pack inflates to more than this; a larger one is damaged.
const LARGEST_FILE: u64 = 1 << 30;

/// Why a search over files failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// A file of the pack is not there.
    Absent(String),
    /// A file of the pack is not what its name says.
    Damaged(String),
    /// The index can't be opened.
    Open(OpenError),
    /// The index can't be read.
    Search(SearchError),
}

impl fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Absent(name) => write!(formatter, "the search file `{name}` is missing"),
            FetchError::Damaged(name) => write!(formatter, "the search file `{name}` is damaged"),
            FetchError::Open(error) => error.fmt(formatter),
            FetchError::Search(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for FetchError {}

fn inflate(name: &str, bytes: &[u8]) -> Result<Vec<u8>, FetchError> {
    let mut content = Vec::new();
    match DeflateDecoder::new(bytes).take(LARGEST_FILE).read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(_) => Err(FetchError::Damaged(name.to_owned())),
    }
}

/// Opens the pack whose files `fetch` gives by name, as they lie in the site's `search/` folder.
pub fn open_pack(mut fetch: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Engine, FetchError> {
    let current = fetch(CURRENT).ok_or_else(|| FetchError::Absent(CURRENT.to_owned()))?;
    let current: Current = serde_json::from_slice(&current).map_err(|_| FetchError::Damaged(CURRENT.to_owned()))?;
    if current.format != FORMAT {
        return Err(FetchError::Open(OpenError::Foreign));
    }
    let boot = fetch(&current.boot).ok_or_else(|| FetchError::Absent(current.boot.clone()))?;
    let boot = inflate(&current.boot, &boot)?;
    Engine::open_generation(&current.generation, boot).map_err(FetchError::Open)
}

/// The names of all files that a search of the generation which `current.json` names may ask for.
pub fn generation_files(mut fetch: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Vec<String>, FetchError> {
    let mut named = Vec::new();
    let engine = open_pack(|name| {
        let bytes = fetch(name)?;
        if name == CURRENT {
            let current: Option<Current> = serde_json::from_slice(&bytes).ok();
            named.extend(current.into_iter().flat_map(|current| [current.engine, current.boot]));
        }
        Some(bytes)
    });
    named.extend(engine?.blocks.names());
    Ok(named)
}

/// Answers a request, fetching the files that it needs.
pub fn search_all(
    engine: &Engine,
    request: &Request,
    fetch: impl FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Response, FetchError> {
    complete(engine, || engine.search(request), fetch)
}

/// Gives passages around the matches of a request, fetching the files that it needs.
pub fn excerpts_all(
    engine: &Engine,
    request: &Request,
    texts: &[EntryText],
    fetch: impl FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Vec<Excerpt>, FetchError> {
    complete(engine, || engine.excerpts(request, texts), fetch)
}

/// Asks, fetches what is missing, asks again. Ends because each round brings at least one block that was absent.
fn complete<T>(
    engine: &Engine,
    ask: impl Fn() -> Result<Outcome<T>, SearchError>,
    mut fetch: impl FnMut(&str) -> Option<Vec<u8>>,
) -> Result<T, FetchError> {
    loop {
        match ask().map_err(FetchError::Search)? {
            Outcome::Done(answer) => return Ok(answer),
            Outcome::Missing(names) => {
                for name in names {
                    let bytes = fetch(&name).ok_or_else(|| FetchError::Absent(name.clone()))?;
                    let content = inflate(&name, &bytes)?;
                    engine.provide(&name, content).map_err(|_| FetchError::Damaged(name))?;
                }
            }
        }
    }
}
