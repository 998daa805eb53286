//! What enters: a collection's definition, a title and a day. What leaves: the text of an entry whose fields are there to be filled in, with what the
//! definition says of each as comments. It must not know which field types there are: they bring their hints, examples and choices.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::write_yaml::scalar;
use crate::collection::{Collection, Field};

/// Choices that are listed; of longer lists the first ones, and where the rest is.
const CHOICES: usize = 12;

/// What a new entry is made from.
#[derive(Clone, Copy, Debug)]
pub struct Blank<'a> {
    /// The definition.
    pub collection: &'a Collection,
    /// The title, as typed.
    pub title: &'a str,
    /// The day it is made.
    pub day: Date,
    /// The site's default language: comments are in it.
    pub language: &'a str,
    /// The slugs of every collection, for relations.
    pub slugs: &'a BTreeMap<String, Vec<String>>,
}

/// The words of comments.
struct Words {
    summary: &'static str,
    required: &'static str,
    optional: &'static str,
    one_of: &'static str,
    some_of: &'static str,
    example: &'static str,
    more: fn(usize, &str) -> String,
    in_definition: fn(&str, &str) -> String,
    body: &'static str,
}

const FRENCH: Words = Words {
    summary: "Une ou deux phrases, 300 caractères au plus : les listes et la recherche les montrent.",
    required: "---- À remplir",
    optional: "---- Facultatif : enlevez le # devant la ligne",
    one_of: "Une valeur parmi :",
    some_of: "Une ou plusieurs valeurs parmi :",
    example: "Par exemple :",
    more: |count, place| format!("… et {count} autres : voir {place}"),
    in_definition: |field, file| format!("`{field}` dans {file}"),
    body: "Le texte vient sous la ligne suivante, en Markdown ; ses titres commencent à ##.",
};

const ENGLISH: Words = Words {
    summary: "One or two sentences, 300 characters at most: lists and search show them.",
    required: "---- To be filled in",
    optional: "---- Optional: remove the # before the line",
    one_of: "One of:",
    some_of: "One or several of:",
    example: "For example:",
    more: |count, place| format!("… and {count} more: see {place}"),
    in_definition: |field, file| format!("`{field}` in {file}"),
    body: "The text goes below the next line, in Markdown; its headings start at ##.",
};

impl Blank<'_> {
    /// The whole file.
    #[must_use]
    pub fn text(&self) -> String {
        let words = if self.language == "fr" || self.language.starts_with("fr-") { &FRENCH } else { &ENGLISH };
        let mut text = format!("---\ntitle: {}\n", scalar(self.title.trim()));
        text.push_str(&format!("# {}\nsummary:\nupdated: {}\n", words.summary, self.day));
        let (required, optional): (Vec<&Field>, Vec<&Field>) =
            self.collection.fields.values().partition(|field| field.required);
        for (fields, heading) in [(required, words.required), (optional, words.optional)] {
            if !fields.is_empty() {
                text.push_str(&format!("\n# {heading}\n"));
            }
            for field in fields {
                text.push('\n');
                self.field(field, words, &mut text);
            }
        }
        text.push_str(&format!("\n# {}\n---\n", words.body));
        text
    }

    fn field(&self, field: &Field, words: &Words, text: &mut String) {
        let label = Some(field.label.get(self.language)).filter(|label| !label.is_empty()).unwrap_or(&field.name);
        let help = field.help.get(self.language);
        let sentence = if help.is_empty() { one_line(label) } else { one_line(&format!("{label}. {help}")) };
        text.push_str(&format!("# {sentence}\n"));
        let listed = self.choices(field, words, text);
        let written = example(field, self.slug_of(field));
        if !field.required {
            let line = |line: &str| format!("#{line}\n");
            text.extend(written.lines().map(line));
            return;
        }
        if !listed {
            text.push_str(&format!("# {}\n", words.example));
            text.extend(written.lines().map(|line| format!("#   {line}\n")));
        }
        text.push_str(&format!("{}:{}\n", field.name, if field.many { " []" } else { "" }));
    }

    /// An entry that a relation may lead to.
    fn slug_of(&self, field: &Field) -> Option<&str> {
        let slugs = self.slugs.get(field.kind.relation()?.to)?;
        slugs.first().map(String::as_str)
    }

    /// Lists what may be chosen; `false` where anything may be.
    fn choices(&self, field: &Field, words: &Words, text: &mut String) -> bool {
        let mut rows: Vec<(String, String)> = field
            .kind
            .choices()
            .into_iter()
            .map(|(id, label)| {
                let label = one_line(label.get(self.language));
                (scalar(&id), if label == id { String::new() } else { label })
            })
            .collect();
        let mut place = match field.kind.shared_list() {
            Some(list) => (words.in_definition)(list, "content/_vocabularies.yaml"),
            None => (words.in_definition)(&field.name, &self.collection.file),
        };
        if let (true, Some(relation)) = (rows.is_empty(), field.kind.relation()) {
            let slugs = self.slugs.get(relation.to).map(Vec::as_slice).unwrap_or_default();
            rows = slugs.iter().map(|slug| (slug.clone(), String::new())).collect();
            place = format!("content/{}/", relation.to);
        }
        if rows.is_empty() {
            return false;
        }
        text.push_str(&format!("# {}\n", if field.many { words.some_of } else { words.one_of }));
        let rest = rows.len().saturating_sub(CHOICES);
        // One left over takes a line either way.
        let shown = if rest == 1 { rows.len() } else { rows.len() - rest };
        let width = rows[..shown].iter().map(|(id, _)| id.chars().count()).max().unwrap_or_default();
        for (id, label) in &rows[..shown] {
            text.push_str(format!("#   {id:width$}  {label}").trim_end());
            text.push('\n');
        }
        if shown < rows.len() {
            text.push_str(&format!("#   {}\n", (words.more)(rest, &place)));
        }
        true
    }
}

/// The lines that give a field its example; a better one than the type's may be known.
fn example(field: &Field, better: Option<&str>) -> String {
    let example = better.map_or_else(|| field.kind.example(), str::to_owned);
    let name = &field.name;
    let lines: Vec<&str> = example.trim_start_matches('\n').lines().collect();
    match (field.many, lines.as_slice()) {
        (true, [only]) if scalar(only) == *only => format!("{name}: [{only}]"),
        (true, [only]) => format!("{name}:\n  - {}", block(only)),
        (true, several) => {
            // The lines of a map are indented by two already.
            let item = several.iter().enumerate().map(|(at, line)| {
                let line = line.strip_prefix("  ").unwrap_or(line);
                format!("\n  {} {line}", if at == 0 { "-" } else { " " })
            });
            format!("{name}:{}", item.collect::<String>())
        }
        (false, [only]) => format!("{name}: {}", block(only)),
        (false, _) if example.starts_with('\n') => format!("{name}:{example}"),
        (false, _) => format!("{name}: {example}"),
    }
}

/// An example as types write it, in quotes where YAML needs them.
fn block(example: &str) -> String {
    if example.starts_with(['"', '{', '[', '|']) { example.to_owned() } else { scalar(example) }
}

fn one_line(text: &str) -> String {
    text.split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
