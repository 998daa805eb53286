//! One definition of Maillage's search index for the generator, the terminal and the browser.
//!
//! Documents go in and a pack of static files comes out ([`build`]); the boot file of a pack opens an [`Engine`], which answers a
//! [`Request`] or names the files that it needs first. No IO, no clock, no threads: callers fetch. Reading order, each file
//! importing only what stands after it:
//!
//! ```text
//! host pack cut                packs as files (the generator and the terminal alone)
//! sentence                     one sentence to filters
//! search hits relax select     a request to a response
//! score phrase marks           posting lists to scores, matches to marks
//! plan near expand query       what was typed, looked up
//! engine facets directory blocks write
//! placed kept kept_meant invert composite laid dictionary runs words written vocabulary interner order places
//!                              documents to posting lists
//! ranges schema header records columns hours meant spelling accents lengths
//! pieces rows prose glossary letters
//!                              words and records as they travel
//! town moment postings
//! language tokens fold request build_error definition digest entropy bytes
//! ```

mod accents;
mod blocks;
#[cfg(feature = "build")]
mod build_error;
mod bytes;
mod columns;
#[cfg(feature = "build")]
mod composite;
#[cfg(feature = "build")]
mod cut;
mod definition;
#[cfg(feature = "build")]
mod dictionary;
mod digest;
mod directory;
mod engine;
mod entropy;
mod expand;
mod facets;
mod fold;
mod glossary;
mod header;
mod hits;
#[cfg(feature = "build")]
mod host;
mod hours;
#[cfg(feature = "build")]
mod interner;
#[cfg(feature = "build")]
mod invert;
#[cfg(feature = "build")]
mod kept;
#[cfg(feature = "build")]
mod kept_meant;
#[cfg(feature = "build")]
mod laid;
mod language;
mod lengths;
mod letters;
mod marks;
mod meant;
mod moment;
mod near;
#[cfg(feature = "build")]
mod order;
#[cfg(feature = "build")]
mod pack;
mod phrase;
mod pieces;
#[cfg(feature = "build")]
mod placed;
#[cfg(feature = "build")]
mod places;
mod plan;
mod postings;
mod prose;
mod query;
mod ranges;
mod records;
mod relax;
mod request;
mod rows;
#[cfg(feature = "build")]
mod runs;
mod schema;
mod score;
mod search;
mod select;
mod sentence;
mod spelling;
mod tokens;
mod town;
#[cfg(feature = "build")]
mod vocabulary;
#[cfg(feature = "build")]
mod words;
#[cfg(feature = "build")]
mod write;
#[cfg(feature = "build")]
mod written;

pub use blocks::Refusal;
pub use definition::{CollectionDefinition, Definition, Document, FacetDefinition, Hours, Labels, Stretch};
pub use engine::{Engine, OpenError};
pub use fold::fold;
pub use header::{Current, FORMAT};
pub use moment::{Day, When};
pub use request::{
    Bounds, Correction, Demanded, EntryText, Excerpt, FacetCounts, FieldName, Hit, Moment, Opening, OpeningCounts,
    Outcome, Relaxation, Request, Response, Sort, Stats, ValueCount,
};
pub use search::SearchError;
pub use sentence::{Meaning, Part, Reading, Sentence};
pub use town::{Town, town_key};
#[cfg(feature = "build")]
pub use {
    build_error::BuildError,
    host::{FetchError, excerpts_all, generation_files, open_pack, search_all},
    kept::Kept,
    pack::{Pack, PackFile, build, build_again, pack_engine},
};
