//! What is asked and what is answered: values that travel as JSON between the page, the worker and the engine.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A search. All fields have a default: an empty request browses everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What the visitor typed; any text is valid.
    pub q: String,
    /// Language to search in; empty means the site's first.
    pub lang: String,
    /// Chosen values by facet key: one of them (or what lies below it) must be in the document.
    pub facets: BTreeMap<String, Vec<String>>,
    /// Bounds by key of a numeric or date field, or `updated`; both ends belong to the range, dates are days since 1970-01-01. A document whose
    /// date takes more than a day is in the range if one of its days is.
    pub ranges: BTreeMap<String, Bounds>,
    /// Order of the hits.
    pub sort: Sort,
    /// Latitude and longitude from which distances count.
    pub near: Option<(f64, f64)>,
    /// Leaves out what is farther from `near` than this, or has no position.
    pub within_km: Option<f64>,
    /// Leaves out what is closed then, and what doesn't say.
    pub open: Option<Moment>,
    /// With `open`: keeps what doesn't say.
    pub open_or_unknown: bool,
    /// Hits to skip.
    pub offset: usize,
    /// Hits to return, at most 100.
    pub limit: usize,
    /// The last word may be unfinished.
    pub as_you_type: bool,
    /// Adds to each hit what its score is made of.
    pub explain: bool,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            q: String::new(),
            lang: String::new(),
            facets: BTreeMap::new(),
            ranges: BTreeMap::new(),
            sort: Sort::Relevance,
            near: None,
            within_km: None,
            open: None,
            open_or_unknown: false,
            offset: 0,
            limit: 10,
            as_you_type: false,
            explain: false,
        }
    }
}

/// A range, both ends included; a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bounds {
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
}

/// When a place should be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Moment {
    /// At this moment, the same everywhere: minutes since 1970-01-01T00:00 UTC.
    At(i64),
    /// Some time from the first minute on and before the second, on the clock of each place: minutes since 1970-01-01T00:00 there.
    Between(i64, i64),
}

/// Whether a place is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Opening {
    /// It is open.
    Open,
    /// It is closed.
    Closed,
    /// It doesn't say, or so far ahead nobody knows.
    Unknown,
}

/// How many places are open, whatever the request's own choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpeningCounts {
    /// Open then.
    pub open: usize,
    /// Closed then.
    pub closed: usize,
    /// Without known hours.
    pub unknown: usize,
}

/// Something that a request without results could do without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relaxation {
    /// What kind of demand it is.
    pub demand: Demanded,
    /// Key of the facet or range, or the words as typed; empty for others.
    pub key: String,
    /// Documents found without it.
    pub count: usize,
}

/// Kinds of demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Demanded {
    /// Chosen values of a facet.
    Facet,
    /// A range of a field.
    Range,
    /// To be near.
    Distance,
    /// To be open.
    Open,
    /// That a word, a phrase, a facet value or a range is not there.
    Exclusion,
    /// A word or phrase.
    Words,
    /// That words stand as they are typed; the key is the query without quotes.
    Quotes,
    /// All filters together; said where none alone helps.
    AllFilters,
    /// All words together; said where none alone helps.
    AllWords,
}

/// Order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Best first; without words, the order of the index.
    #[default]
    Relevance,
    /// By title.
    Title,
    /// Latest change first, undated last.
    Updated,
    /// Nearest to `near` first, without a position last.
    Distance,
}

/// What a search gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// Number of documents found.
    pub total: usize,
    /// Those asked for by `offset` and `limit`.
    pub hits: Vec<Hit>,
    /// Every facet that has a value in this language.
    pub facets: Vec<FacetCounts>,
    /// The fields of money, in the definition's order.
    #[serde(default)]
    pub prices: Vec<FieldName>,
    /// Words replaced because nothing had them as typed.
    pub corrections: Vec<Correction>,
    /// The whole query as corrected, ready to be searched; without corrections, what a rare word may be a mistake of, which is among the hits too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Number of documents found in each other language, where there are any.
    pub other_languages: BTreeMap<String, usize>,
    /// Words or filters left out because nothing could match them.
    pub ignored: Vec<String>,
    /// Where nothing is found: what to leave out, the demand that most depends on first.
    #[serde(default)]
    pub relax: Vec<Relaxation>,
    /// With `open`: how many of those that meet all other demands are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openings: Option<OpeningCounts>,
    /// Figures for those who measure.
    pub stats: Stats,
}

/// A document found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Id of the entry.
    pub key: String,
    /// Address relative to the site's root.
    pub url: String,
    /// Language of the document.
    pub lang: String,
    /// Key of its collection.
    pub collection: String,
    /// Label of its collection in the language of the request.
    pub collection_label: String,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// What to highlight in the title: start and end in UTF-16 units.
    pub title_marks: Vec<(usize, usize)>,
    /// What to highlight in the summary.
    pub summary_marks: Vec<(usize, usize)>,
    /// Short texts to show.
    pub badges: Vec<String>,
    /// Facet values of the document, by facet key.
    pub facets: BTreeMap<String, Vec<String>>,
    /// Score; 0 where no word was searched.
    pub score: f32,
    /// Distance from `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_km: Option<f64>,
    /// Whether it is open, where the request asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
    /// When it closes, where the request asks what is open at a moment: minutes since 1970-01-01T00:00 on its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<i64>,
    /// What the score is made of, one line a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<String>>,
}

/// The values of a facet with the number of documents that choosing each would give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FacetCounts {
    /// Facet key.
    pub key: String,
    /// Name of the facet.
    pub label: String,
    /// Values with a count, in the definition's order; chosen values always.
    pub values: Vec<ValueCount>,
}

/// A field with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldName {
    /// Its key.
    pub key: String,
    /// Its name in the language of the request.
    pub label: String,
    /// The code of its currency (`EUR`), where it has one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A facet value and its count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueCount {
    /// Slug path.
    pub value: String,
    /// Name.
    pub label: String,
    /// Documents that match the query and all other facets.
    pub count: usize,
    /// The request chose it.
    pub chosen: bool,
}

/// A word that was replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// As typed.
    pub from: String,
    /// As searched.
    pub to: String,
}

/// The text of an entry, as its page has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryText {
    /// Id of the entry.
    pub key: String,
    /// Its text, without markup.
    pub text: String,
}

/// The text around the match in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Excerpt {
    /// Id of the entry.
    pub key: String,
    /// A passage of the body; empty where no word of the query is in it.
    pub text: String,
    /// What to highlight: start and end in UTF-16 units.
    pub marks: Vec<(usize, usize)>,
}

/// Figures of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Documents in the index, all languages.
    pub documents: usize,
    /// Posting lists read.
    pub posting_lists: usize,
    /// Some completions of the last word were left out.
    pub truncated: bool,
}

/// An answer, or the files that it needs first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome<T> {
    /// Names of files of the pack: fetch, provide, ask again.
    Missing(Vec<String>),
    /// The answer.
    Done(T),
}
