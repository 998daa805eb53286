//! What enters: the picture files of published entries. What leaves: the files that readers fetch: each picture at a few widths, as WebP and in its own
//! format, upright, in sRGB, and the original without what a camera wrote into it; and what pages need to show them. It must not know pages or the disk.
//!
//! A picture's files depend on its bytes, on [`RECIPE`] and on the settings alone: they are named by a digest of these, made once, and kept between runs
//! ([`Kept`]) and between builds ([`Cache`]). Whatever a file says of itself, it takes bounded memory, and a fault is a diagnostic.

mod decode;
mod encode;
mod fault;
mod format;
mod made;
mod ready;
mod stored;
mod strip;
mod svg;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Location};
use crate::digest::Digest;
use crate::output::Output;
use crate::picture::{Candidates, Picture};
use crate::settings::PictureSettings;
use crate::site_path::SitePath;
use crate::source::Source;

pub use format::{Format, SHOWN};

use fault::Fault;
use format::Unnamed;
use ready::Ready;

/// Changes when the same picture would give other files.
const RECIPE: u32 = 1;

/// The width in pixels that is sharp on a telephone: what browsers get that choose none.
const USUAL: u32 = 800;

/// Pixels that a picture may have: more than any telephone's camera gives, and 200 MB when decoded.
const PIXELS: u64 = 64_000_000;

/// Bytes that a picture's file may have.
const BYTES: usize = 50_000_000;

/// Pictures with more pixels are decoded one after the other, so that many processors don't need many times the memory.
const LARGE: u64 = 24_000_000;

/// Keeps what was made of pictures between builds. An entry may be forgotten at any time: that costs time and nothing else.
pub trait Cache: fmt::Debug + Send + Sync {
    /// What was kept under a key.
    fn get(&self, key: Digest) -> Option<Vec<u8>>;
    /// Keeps bytes under a key; where that fails, nothing is kept.
    fn put(&self, key: Digest, bytes: &[u8]);
    /// Forgets all but these.
    fn keep_only(&self, keys: &[Digest]);
}

/// What is kept of pictures from run to run.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Between builds.
    pub cache: Option<Arc<dyn Cache>>,
    /// Between runs, by what the files are named by.
    ready: HashMap<Digest, Result<Arc<Ready>, Fault>>,
}

impl Kept {
    /// How many pictures are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ready.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }
}

/// How far pictures are worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// They are decoded, so that a damaged one is found.
    Look,
    /// Their files are made, and kept for a next run.
    MakeAndKeep,
    /// Their files are made and delivered; nothing of them stays in memory.
    Make,
}

/// A file in the folder of a published entry, and where the site has it.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The file.
    pub source: &'a Source,
    /// Its address.
    pub path: SitePath,
}

/// What pages need of all pictures, by the path of the original in the project; and the files.
#[derive(Debug, Default)]
pub struct Pictures {
    files: BTreeMap<Arc<str>, Arc<Files>>,
    /// The files that delivery gave back.
    pub outputs: Vec<Output>,
    /// The addresses of all files.
    pub paths: Vec<SitePath>,
}

/// The files of one picture.
#[derive(Debug, PartialEq, Eq)]
pub struct Files {
    /// Width and height, upright.
    pub size: Option<(u32, u32)>,
    /// Bytes of the original as it is published.
    pub bytes: u64,
    /// Files in its own format by width; `None` = the original.
    own: Vec<(Option<SitePath>, u32)>,
    /// WebP files by width.
    webp: Vec<(SitePath, u32)>,
}

impl Files {
    /// The picture as a page shows it. `link`: how the page names an address; `original`: the address of the original.
    #[must_use]
    pub fn on(&self, link: &dyn Fn(&SitePath) -> String, original: &SitePath) -> Picture {
        let own = |(path, width): &(Option<SitePath>, u32)| (link(path.as_ref().unwrap_or(original)), *width);
        let srcset: Vec<(String, u32)> = self.own.iter().map(own).collect();
        let webp = self.webp.iter().map(|(path, width)| (link(path), *width)).collect();
        let usual = srcset.iter().find(|(_, width)| *width >= USUAL).or_else(|| srcset.last());
        let url = usual.map_or_else(|| link(original), |(url, _)| url.clone());
        Picture { url, size: self.size, srcset: Candidates(srcset), webp: Candidates(webp) }
    }

    /// The file that other sites show beside a link.
    #[must_use]
    pub fn widest<'a>(&'a self, original: &'a SitePath) -> &'a SitePath {
        self.own.last().and_then(|(path, _)| path.as_ref()).unwrap_or(original)
    }
}

impl Pictures {
    /// The files of a picture; `None` for a file that is none.
    #[must_use]
    pub fn get(&self, source: &Source) -> Option<&Arc<Files>> {
        self.files.get(&source.path)
    }
}

/// Makes the files of all pictures that were not made before, and delivers them. `placed` are the files of published entries in order.
pub fn make(
    placed: &[Placed<'_>],
    settings: &PictureSettings,
    work: Work,
    kept: &mut Kept,
    deliver: &(dyn Fn(Output) -> Option<Output> + Sync),
    diagnostics: &mut Vec<Diagnostic>,
) -> Pictures {
    let mut wanted: BTreeMap<Digest, Wanted<'_>> = BTreeMap::new();
    for file in placed {
        match format_of(file.source) {
            Ok(Some(format)) => {
                let new = Wanted { format, files: Vec::new() };
                wanted.entry(file.source.digest).or_insert(new).files.push(file);
            }
            Ok(None) => {}
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    let known = &*kept;
    let (large, usual): (Vec<_>, Vec<_>) = wanted.values().partition(|wanted| is_large(wanted.source()));
    let mut done: Vec<Done<'_>> =
        usual.par_iter().map(|wanted| deliver_one(wanted, settings, work, known, deliver)).collect();
    done.extend(large.into_iter().map(|wanted| deliver_one(wanted, settings, work, known, deliver)));
    let mut pictures = Pictures::default();
    let mut ready = HashMap::new();
    for Done { wanted, made, mut outputs, mut paths } in done {
        match &made {
            Ok(made) => {
                let sources = wanted.files.iter().map(|file| Arc::clone(&file.source.path));
                pictures.files.extend(sources.map(|path| (path, Arc::clone(&made.files))));
            }
            Err(fault) => diagnostics.extend(wanted.files.iter().map(|file| fault.at(file.source))),
        }
        pictures.outputs.append(&mut outputs);
        pictures.paths.append(&mut paths);
        if work == Work::MakeAndKeep {
            ready.insert(key(settings, wanted.source().digest), made);
        }
    }
    kept.ready = ready;
    if let (Work::Make, Some(cache)) = (work, &kept.cache) {
        let keys: Vec<Digest> = wanted.keys().map(|digest| key(settings, *digest)).collect();
        cache.keep_only(&keys);
    }
    pictures
}

/// A picture and all places that it is published at.
#[derive(Debug)]
struct Wanted<'a> {
    format: Format,
    /// At least one; all have the same bytes.
    files: Vec<&'a Placed<'a>>,
}

impl Wanted<'_> {
    fn source(&self) -> &Source {
        self.files[0].source
    }
}

/// A picture that was delivered.
struct Done<'a> {
    wanted: &'a Wanted<'a>,
    made: Result<Arc<Ready>, Fault>,
    /// What delivery gave back.
    outputs: Vec<Output>,
    paths: Vec<SitePath>,
}

fn deliver_one<'a>(
    wanted: &'a Wanted<'a>,
    settings: &PictureSettings,
    work: Work,
    kept: &Kept,
    deliver: &(dyn Fn(Output) -> Option<Output> + Sync),
) -> Done<'a> {
    let source = wanted.source();
    let before = kept.ready.get(&key(settings, source.digest)).cloned();
    let made = before.unwrap_or_else(|| ready::make(source, wanted.format, settings, work, kept.cache.as_deref()));
    let mut all = Vec::new();
    let made = match made {
        Ok(ready) if work != Work::Look => {
            let (bytes, digest) = &ready.original;
            let original = |path: &SitePath| Output { path: path.clone(), bytes: Arc::clone(bytes), digest: *digest };
            all.extend(wanted.files.iter().map(|file| original(&file.path)));
            all.extend(ready.variants.iter().cloned());
            // What is not kept goes as soon as it is delivered.
            Ok(if work == Work::Make { ready.without_bytes() } else { ready })
        }
        made => made,
    };
    let paths = all.iter().map(|output| output.path.clone()).collect();
    Done { wanted, made, outputs: all.into_iter().filter_map(deliver).collect(), paths }
}

/// What kind of picture a file is, if it is one.
fn format_of(source: &Source) -> Result<Option<Format>, Box<Diagnostic>> {
    if Format::of_name(source.name()).is_some() {
        return Format::of(source.name(), &source.bytes).map(Some).map_err(|fault| Box::new(fault.at(source)));
    }
    match format::unnamed(&source.bytes) {
        None => Ok(None),
        Some(Unnamed::Shown(format)) => Err(Box::new(format::misnamed(source.name(), format, None).at(source))),
        Some(Unnamed::Foreign(kind)) => {
            let message =
                format!("this {kind} file is published with all that a camera wrote into it, such as the place");
            let warning = Diagnostic::warning("untouched-picture", Location::start_of(&source.path), message);
            Err(Box::new(warning.help("export it as JPEG or PNG, which are cleaned")))
        }
    }
}

fn is_large(source: &Source) -> bool {
    let size = imagesize::blob_size(&source.bytes);
    size.is_ok_and(|size| size.width.saturating_mul(size.height) as u64 > LARGE)
}

/// Refuses pictures that would take too much memory.
fn check_size(width: u32, height: u32) -> Result<(), Fault> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS {
        return Err(Fault::new("picture-too-large", format!("this picture has {width} × {height} pixels"))
            .expected(format!("{} million pixels or fewer", PIXELS / 1_000_000))
            .help("scale it down: no screen shows as much"));
    }
    Ok(())
}

/// The name of what is made of a picture.
fn key(settings: &PictureSettings, original: Digest) -> Digest {
    Digest::of_hash(&(RECIPE, settings, original))
}

#[cfg(test)]
mod tests;
