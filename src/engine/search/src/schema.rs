//! The index's field and the spelling of its terms: the one place that writer and reader share.
//!
//! All text is one field. A term is the language's letter, the folded word, a zero and the zone's letter, so that all zones of a word, and all words of
//! a beginning, stand side by side in the dictionary and in the postings: a word costs one dictionary block and one run of postings, not four. Stems are
//! not indexed: words of a stem share a beginning, and the reader gathers them there; exact words, completions and
//! corrections come from the same terms.

use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// Where in a document a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    Title,
    Keywords,
    Summary,
    Body,
}

impl Zone {
    /// In order of their letters.
    pub(crate) const ALL: [Zone; 4] = [Zone::Title, Zone::Keywords, Zone::Summary, Zone::Body];

    /// The last byte of a term.
    pub(crate) fn letter(self) -> u8 {
        match self {
            Zone::Title => b'a',
            Zone::Keywords => b'b',
            Zone::Summary => b'c',
            Zone::Body => b'd',
        }
    }

    /// The zone of a letter.
    pub(crate) fn of_letter(letter: u8) -> Option<Zone> {
        Zone::ALL.into_iter().find(|zone| zone.letter() == letter)
    }

    /// What an occurrence here counts, an occurrence in the body counting one.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Zone::Title => 8.0,
            Zone::Keywords => 5.0,
            Zone::Summary => 3.0,
            Zone::Body => 1.0,
        }
    }

    /// Its name in explanations and in queries such as `title:myne`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Zone::Title => "title",
            Zone::Keywords => "keywords",
            Zone::Summary => "summary",
            Zone::Body => "body",
        }
    }

    /// The zone that a query names, in English or French, folded.
    pub(crate) fn of_name(name: &str) -> Option<Zone> {
        match name {
            "title" | "titre" => Some(Zone::Title),
            "keywords" | "mots-cles" => Some(Zone::Keywords),
            "summary" | "resume" => Some(Zone::Summary),
            "body" | "text" | "texte" => Some(Zone::Body),
            _ => None,
        }
    }
}

/// Languages are known by a letter in terms; so many are possible.
pub(crate) const MOST_LANGUAGES: usize = 26;

/// The beginning of all terms of a language.
pub(crate) fn language_letter(language: usize) -> u8 {
    b'a' + (language % MOST_LANGUAGES) as u8
}

/// The beginning of the terms of a language's words that begin so.
pub(crate) fn word_prefix(language: usize, beginning: &str) -> Vec<u8> {
    let mut prefix = vec![language_letter(language)];
    prefix.extend_from_slice(beginning.as_bytes());
    prefix
}

/// What a term is about, beside its word.
pub(crate) enum Matter<'t> {
    /// The documents that have it in this zone.
    Zone(Zone),
    /// What the word, which is rare, may be a mistake of: see `meant`. It has no documents.
    Meant(&'t [u8]),
}

/// In place of a zone's letter, after those of the zones.
const MEANT: u8 = b'e';

/// A term's word and what it is about. No word has a zero in it.
pub(crate) fn split_term(term: &[u8]) -> Option<(&str, Matter<'_>)> {
    let rest = term.get(1..)?;
    let (word, end) = rest.split_at_checked(rest.iter().position(|byte| *byte == 0)?)?;
    let matter = match end {
        [0, letter] => Matter::Zone(Zone::of_letter(*letter)?),
        [0, MEANT, meant @ ..] => Matter::Meant(meant),
        _ => return None,
    };
    Some((std::str::from_utf8(word).ok()?, matter))
}

/// The schema and its one field: words of all zones, with positions that start anew in each zone.
pub(crate) fn schema() -> (Schema, Field) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(false);
    let text = builder.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    (builder.build(), text)
}

/// The facet that the collections make.
pub(crate) const COLLECTION_FACET: &str = "collection";

/// Appends the term of a word in a zone.
#[cfg(feature = "build")]
pub(crate) fn put_word_term(language: usize, word: &str, zone: Zone, out: &mut Vec<u8>) {
    out.push(language_letter(language));
    out.extend_from_slice(word.as_bytes());
    out.extend([0, zone.letter()]);
}

/// The term that says what a rare word may be a mistake of.
#[cfg(feature = "build")]
pub(crate) fn meant_term(language: usize, word: &str, meant: &[u8]) -> Vec<u8> {
    let mut term = word_prefix(language, word);
    term.extend([0, MEANT]);
    term.extend_from_slice(meant);
    term
}
