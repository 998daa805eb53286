//! The words of all documents in, tantivy's segment out, and how many documents have each word.
//!
//! tantivy's own writer takes one document after the other and hashes each occurrence of each word. Here documents come with their words gathered,
//! so that only their distinct words are looked up, and the lists go straight to tantivy's serialisers.

use crate::digest::{digest, hex};
use crate::meant;
use crate::schema::{self, Zone, word_term};
use crate::spelling::Spelt;
use crate::words::{Words, ZONES};
use crate::write::{BuildError, IndexFile};
use rustc_hash::FxHashMap;
use std::path::Path;
use tantivy::directory::{CompositeFile, Directory, RamDirectory};
use tantivy::index::SegmentComponent;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::{Index, Segment, TantivyDocument};

/// Memory that the writer of what is no inverted index may take before it complains, in bytes.
const WRITER_MEMORY: usize = 1 << 26;

/// A word with the documents that have it.
struct Listed<'w> {
    language: usize,
    word: &'w str,
    /// How many documents have it.
    documents: u32,
    /// Where its first one stands among all.
    first: usize,
    /// How most documents write it, where it doesn't fold to itself: each is for one form and against all others.
    form: Option<&'w str>,
    votes: u32,
}

impl<'w> Listed<'w> {
    fn count(&mut self, form: Option<&'w str>) {
        self.documents += 1;
        if self.form == form {
            self.votes += 1;
        } else if self.votes == 0 {
            (self.form, self.votes) = (form, 1);
        } else {
            self.votes -= 1;
        }
    }
}

/// A document that has a word, and the word's number in the document.
#[derive(Clone, Copy, Default)]
struct Having {
    document: u32,
    number: u32,
}

/// All words of all documents.
pub(crate) struct Inverted<'w> {
    /// By language and word.
    listed: Vec<Listed<'w>>,
    having: Vec<Having>,
    words: &'w [&'w Words],
}

impl<'w> Inverted<'w> {
    /// Turns documents with words into words with documents. `languages` has the number of each document's language.
    pub(crate) fn new(words: &'w [&'w Words], languages: &[usize]) -> Inverted<'w> {
        let count = languages.iter().max().map_or(0, |most| most + 1);
        let mut known: Vec<FxHashMap<&str, u32>> = vec![FxHashMap::default(); count];
        let mut listed: Vec<Listed<'w>> = Vec::new();
        let mut numbers: Vec<u32> = Vec::new();
        for (words, language) in words.iter().zip(languages) {
            for (word, form) in words.iter().zip(words.forms()) {
                let number = *known[*language].entry(word).or_insert_with(|| {
                    listed.push(Listed { language: *language, word, documents: 0, first: 0, form: None, votes: 0 });
                    listed.len() as u32 - 1
                });
                listed[number as usize].count(form);
                numbers.push(number);
            }
        }
        let mut first = 0;
        for word in &mut listed {
            word.first = first;
            first += word.documents as usize;
        }
        let mut next: Vec<usize> = listed.iter().map(|word| word.first).collect();
        let mut having = vec![Having::default(); numbers.len()];
        let mut numbers = numbers.into_iter();
        for (document, words) in (0..).zip(words) {
            for (number, of_all) in (0..words.iter().count() as u32).zip(&mut numbers) {
                let place = &mut next[of_all as usize];
                having[*place] = Having { document, number };
                *place += 1;
            }
        }
        listed.sort_unstable_by_key(|word| (word.language, word.word));
        Inverted { listed, having, words }
    }

    /// The words of a language, sorted.
    pub(crate) fn words_of(&self, language: usize) -> Vec<Spelt<'w>> {
        let own = self.listed.iter().filter(|word| word.language == language);
        own.map(|word| Spelt { word: word.word, documents: word.documents, form: word.form }).collect()
    }

    /// Writes the segment and gives its files. `spelt` has the words of each language, `meant` which of them each may be a mistake of.
    pub(crate) fn segment(
        &self,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
    ) -> Result<Vec<IndexFile>, BuildError> {
        let (schema, text) = schema::schema();
        let directory = RamDirectory::create();
        let builder = Index::builder().schema(schema);
        // What is no inverted index (lengths, stored and fast fields, none of which we have) is left to tantivy's writer.
        let mut writer = builder.single_segment_index_writer(directory.clone(), WRITER_MEMORY)?;
        for _ in self.words {
            writer.add_document(TantivyDocument::default())?;
        }
        let index = writer.finalize()?;
        let meta =
            index.searchable_segment_metas()?.pop().ok_or_else(|| BuildError::Writer("no segment".to_owned()))?;
        let segment = index.new_segment();
        self.write_text(&segment, text, spelt, meant)?;
        let file = |id: &str, name: &'static str| -> Result<IndexFile, BuildError> {
            let file = directory.open_read(Path::new(&format!("{id}.{name}")));
            let file = file.map_err(|error| BuildError::Writer(error.to_string()))?;
            Ok(IndexFile { name, bytes: file.read_bytes()?.to_vec(), cuts: None, seams: Vec::new() })
        };
        let (own, other) = (segment.id().uuid_string(), meta.id().uuid_string());
        let own_files = ["term", "idx", "pos"].map(|extension| file(&own, extension));
        let other_files = ["fieldnorm", "fast", "store"].map(|extension| file(&other, extension));
        let mut files = own_files.into_iter().chain(other_files).collect::<Result<Vec<IndexFile>, _>>()?;
        let seams = seams(&segment, text)?;
        for file in &mut files {
            match file.name {
                "idx" => file.seams.clone_from(&seams),
                "term" => file.seams = pieces(&file.bytes),
                _ => {}
            }
        }
        // The segment's random name gives way to one made of its content.
        let first = hex(&digest(&files.iter().flat_map(|file| digest(&file.bytes)).collect::<Vec<u8>>()));
        let name = hyphenated(&format!("{first}{}", hex(&digest(first.as_bytes()))));
        let meta = directory.atomic_read(Path::new("meta.json"));
        let meta = meta.map_err(|error| BuildError::Writer(error.to_string()))?;
        let meta = String::from_utf8_lossy(&meta).replace(&hyphenated(&other), &name);
        files.push(IndexFile { name: "meta.json", bytes: meta.into_bytes(), cuts: None, seams: Vec::new() });
        Ok(files)
    }

    /// Writes dictionary, postings and positions.
    fn write_text(
        &self,
        segment: &Segment,
        text: Field,
        spelt: &[Vec<Spelt<'w>>],
        meant: &[Vec<Option<usize>>],
    ) -> Result<(), BuildError> {
        let total = self.words.iter().map(|words| u64::from(words.length)).sum();
        let mut serializer = InvertedIndexSerializer::open(segment)?;
        let mut field = serializer.new_field(text, total, None)?;
        let meant = meant
            .iter()
            .zip(spelt)
            .flat_map(|(meant, words)| meant.iter().map(|number| number.map(|number| words[number])));
        for (word, meant) in self.listed.iter().zip(meant) {
            let having = &self.having[word.first..word.first + word.documents as usize];
            for (zone, number) in Zone::ALL.into_iter().zip(0..ZONES) {
                let deltas =
                    |having: &Having| self.words[having.document as usize].deltas(having.number as usize, number);
                let documents = having.iter().filter(|having| !deltas(having).is_empty()).count();
                if documents == 0 {
                    continue;
                }
                field.new_term(word_term(word.language, word.word, zone).as_bytes(), documents as u32, true)?;
                for having in having {
                    let deltas = deltas(having);
                    if !deltas.is_empty() {
                        field.write_doc(having.document, deltas.len() as u32, deltas);
                    }
                }
                field.close_term()?;
            }
            if let Some(common) = meant {
                let mut bytes = Vec::new();
                meant::write(word.word, &common, &mut bytes);
                field.new_term(&schema::meant_term(word.language, word.word, &bytes), 0, true)?;
                field.close_term()?;
            }
        }
        field.close()?;
        serializer.close()?;
        Ok(())
    }
}

/// Where the postings of one word end and those of the next begin.
fn seams(segment: &Segment, text: Field) -> Result<Vec<usize>, BuildError> {
    /// tantivy writes the number of tokens before the first list.
    const BEFORE_LISTS: usize = 8;
    let terms = segment.open_read(SegmentComponent::Terms).map_err(|error| BuildError::Writer(error.to_string()))?;
    let Some(terms) = CompositeFile::open(&terms)?.open_read(text) else { return Ok(Vec::new()) };
    let terms = TermDictionary::open(terms)?;
    let mut terms = terms.stream()?;
    let mut seams = Vec::new();
    let mut word = Vec::new();
    while terms.advance() {
        let own = terms.key().split(|byte| *byte == 0).next().unwrap_or_default();
        if own != word {
            word = own.to_vec();
            seams.push(BEFORE_LISTS + terms.value().postings_range.start);
        }
    }
    Ok(seams)
}

/// Where the pieces of a dictionary begin, each of which is read whole: its length in four bytes, then itself; a length of none ends the row.
fn pieces(dictionary: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(length) = dictionary.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
        && length > 0
    {
        at += 4 + length as usize;
        starts.push(at);
    }
    starts
}

/// The name of a segment as its meta file has it.
fn hyphenated(name: &str) -> String {
    format!("{}-{}-{}-{}-{}", &name[..8], &name[8..12], &name[12..16], &name[16..20], &name[20..])
}
