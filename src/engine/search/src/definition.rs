//! What the index is made of: the site's definition and its documents. Plain values, no IO, no index in sight.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Labels by language code.
pub type Labels = BTreeMap<String, String>;

/// What is searchable on a site and how; one a site. It travels in the pack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Definition {
    /// Language codes, the default one first. French and English are stemmed, others folded only.
    pub languages: Vec<String>,
    /// The facets, in the order in which they are shown. `collection` and `lang` are taken.
    pub facets: Vec<FacetDefinition>,
    /// The collections, in the order in which they are shown; they make the facet `collection`.
    pub collections: Vec<CollectionDefinition>,
    /// Keys of numeric fields that can be filtered by range.
    pub numbers: Vec<String>,
    /// Keys of the numeric fields that are amounts of money.
    pub prices: Vec<String>,
    /// By key of such a field: the code of the currency (`EUR`) of all its amounts. Absent where they have several.
    pub currencies: BTreeMap<String, String>,
    /// Keys of date fields that can be filtered by range.
    pub dates: Vec<String>,
    /// Names of numeric and date fields, by key and language: `price:<10` and `prix:<10` are the same.
    pub field_labels: BTreeMap<String, Labels>,
    /// The days for which opening hours are known, on the clock of each place: the first, and the one after the last, in days since 1970-01-01.
    pub horizon: Option<(i64, i64)>,
    /// Words or groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
}

/// A facet of the documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FacetDefinition {
    /// Its key, as in `Document::facets`.
    pub key: String,
    /// Its name, by language.
    pub labels: Labels,
    /// Values are paths (`occitanie/aveyron`); a document in a value is also in the values above it.
    pub hierarchical: bool,
    /// Slug path and names of its values, in the order in which they are shown. A value without a name is shown by its slug, after the others.
    pub values: Vec<(String, Labels)>,
}

/// A collection of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CollectionDefinition {
    /// Its key, as in `Document::collection`.
    pub key: String,
    /// Its name (for many), by language.
    pub labels: Labels,
    /// Multiplies the score of its documents; 1 is neutral.
    pub weight: f32,
}

impl Default for CollectionDefinition {
    fn default() -> CollectionDefinition {
        CollectionDefinition { key: String::new(), labels: Labels::new(), weight: 1.0 }
    }
}

/// One language version of an entry, as the search sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Document {
    /// The entry's id, `places/la-myne`; unique together with the language.
    pub key: String,
    /// Language code, one of `Definition::languages`.
    pub lang: String,
    /// Key of its collection.
    pub collection: String,
    /// Address relative to the site's root, without a leading slash.
    pub url: String,
    /// Title, in plain text like all texts here.
    pub title: String,
    /// Summary, shown under the title.
    pub summary: String,
    /// Words to be found by that may not stand in the text.
    pub keywords: Vec<String>,
    /// The whole text.
    pub body: Arc<str>,
    /// Facet key and slug path of the value; a facet may occur several times.
    pub facets: Vec<(String, String)>,
    /// Short texts shown in a result, such as the town or the licence.
    pub badges: Vec<String>,
    /// Key and value of numeric fields.
    pub numbers: Vec<(String, f64)>,
    /// Key and first day of date fields, in days since 1970-01-01.
    pub dates: Vec<(String, i64)>,
    /// Key and last day of date fields that take more than a day.
    pub date_ends: Vec<(String, i64)>,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// Date of the last change, in days since 1970-01-01.
    pub updated: Option<i64>,
    /// When it is open within the definition's horizon; absent where nothing is known. Places with the same hours share them.
    pub hours: Option<Arc<Hours>>,
}

/// Opening hours, worked out day by day.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hours {
    /// The clock: from which minute since 1970-01-01T00:00 UTC it is how many minutes ahead of UTC. In order; the first holds before it too.
    pub offsets: Vec<(i64, i64)>,
    /// When it is not closed; in order, without overlap.
    pub stretches: Vec<Stretch>,
}

/// A stretch of opening, in minutes since 1970-01-01T00:00 on the clock of the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stretch {
    /// First minute.
    pub from: i64,
    /// The minute after the last.
    pub until: i64,
    /// It may be closed (`"by appointment"`).
    pub unknown: bool,
}

/// The label in a language, else in the first of `languages` that has one, else the fallback.
pub(crate) fn label<'a>(labels: &'a Labels, language: &str, languages: &'a [String], fallback: &'a str) -> &'a str {
    labels
        .get(language)
        .or_else(|| languages.iter().find_map(|other| labels.get(other)))
        .map_or(fallback, String::as_str)
}
