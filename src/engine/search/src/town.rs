//! `près de Rodez`, `à moins de 20 km de Saint-Nazaire`, `near me`: words to a town among those that the caller knows. It must not know where towns come from.

use crate::tokens::{Shape, tokens};
use serde::{Deserialize, Serialize};

/// How far is near, where the sentence doesn't say, in kilometres.
const NEAR: f64 = 30.0;
/// Towns of one name that are offered.
const MOST_NAMESAKES: usize = 6;

/// A town.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Town {
    /// Its name.
    pub name: String,
    /// What tells it from others of its name, such as its department.
    pub area: String,
    /// Its code: INSEE's in France.
    pub code: String,
    /// Latitude and longitude in degrees.
    pub position: (f64, f64),
    /// How many people live there.
    pub population: u32,
}

/// What words say about where.
#[derive(Debug, PartialEq)]
pub(crate) enum Around {
    /// So many words name these towns, the largest first.
    Town { length: usize, towns: Vec<Town>, km: f64 },
    /// So many words say "near me".
    Visitor { length: usize, km: f64 },
    /// A town should follow, and none of the known ones does.
    Unknown { key: String },
}

/// What says "near", folded; `#` is a number. The longest that fits counts.
const PATTERNS: [&str; 17] = [
    "a moins de # km",
    "moins de # km",
    "a # km",
    "dans un rayon de # km autour",
    "# km autour",
    "pres",
    "autour",
    "proche",
    "aux environs",
    "aux alentours",
    "within # km",
    "less than # km",
    "# km from",
    "# km around",
    "near",
    "around",
    "close to",
];
const LINKS: [&str; 7] = ["de", "du", "des", "d", "of", "from", "to"];
const ARTICLES: [&str; 5] = ["le", "la", "les", "l", "the"];

/// Reads where at the beginning of folded words.
pub(crate) fn around(words: &[&str], towns: &[Town]) -> Option<Around> {
    let (mut at, km) = PATTERNS.iter().filter_map(|pattern| fits(pattern, words)).max_by_key(|(length, _)| *length)?;
    let km = km.unwrap_or(NEAR);
    at += usize::from(words.get(at).is_some_and(|word| LINKS.contains(word)));
    let rest = &words[at..];
    if matches!(rest.first(), Some(&"moi" | &"me")) {
        return Some(Around::Visitor { length: at + 1, km });
    }
    if matches!(rest, ["chez", "moi", ..]) {
        return Some(Around::Visitor { length: at + 2, km });
    }
    let rest: Vec<&str> = rest.iter().map(|word| in_full(word)).collect();
    // `du Mans` is Le Mans: an article may be missing from what was typed, and may stand before any name.
    let skipped = usize::from(rest.first().is_some_and(|word| ARTICLES.contains(word)));
    let length_of = |town: &Town| -> Option<usize> {
        let name = name_words(&town.name);
        let bare = name.split_first().filter(|(first, rest)| ARTICLES.contains(&first.as_str()) && !rest.is_empty());
        let bare = bare.map_or(name.as_slice(), |(_, rest)| rest);
        let stands =
            |from: usize| rest.len() >= from + bare.len() && bare.iter().zip(&rest[from..]).all(|(a, b)| a == b);
        [0, skipped].into_iter().find(|from| stands(*from)).map(|from| from + bare.len())
    };
    let found: Vec<(usize, &Town)> = towns.iter().filter_map(|town| Some((length_of(town)?, town))).collect();
    let Some(length) = found.iter().map(|(length, _)| *length).max() else {
        return Some(Around::Unknown { key: key(&rest)? });
    };
    let mut namesakes: Vec<Town> =
        found.into_iter().filter(|(own, _)| *own == length).map(|(_, town)| town.clone()).collect();
    namesakes.sort_by(|a, b| b.population.cmp(&a.population).then_with(|| a.code.cmp(&b.code)));
    namesakes.truncate(MOST_NAMESAKES);
    Some(Around::Town { length: at + length, towns: namesakes, km })
}

/// How many words a pattern takes, and its number.
fn fits(pattern: &str, words: &[&str]) -> Option<(usize, Option<f64>)> {
    let mut at = 0;
    let mut number = None;
    for part in pattern.split(' ') {
        let word = *words.get(at)?;
        match part {
            "#" => {
                let digits = word.strip_suffix("km").unwrap_or(word);
                number = Some(digits.parse::<u16>().ok().filter(|number| *number > 0)?);
                // `20km` is two parts in one word.
                at += usize::from(digits.len() == word.len());
            }
            "km" if matches!(word, "km" | "kilometres" | "kilometre" | "kilometers" | "kms")
                || word.ends_with("km") =>
            {
                at += 1
            }
            _ if part == word => at += 1,
            _ => return None,
        }
    }
    Some((at, number.map(f64::from)))
}

fn in_full(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        other => other,
    }
}

fn name_words(name: &str) -> Vec<String> {
    let words = tokens(name).into_iter().filter(|token| token.shape == Shape::Word);
    words.map(|token| in_full(&token.text).to_owned()).collect()
}

/// The first word that tells a name from others: not an article, not `saint`.
fn key(words: &[&str]) -> Option<String> {
    let weak = |word: &&&str| !ARTICLES.contains(*word) && !matches!(**word, "saint" | "sainte");
    words.iter().find(weak).or(words.last()).map(|word| (*word).to_owned())
}

/// The word by which a town is looked up.
pub fn town_key(name: &str) -> String {
    let words = name_words(name);
    key(&words.iter().map(String::as_str).collect::<Vec<_>>()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Around, Town, around, town_key};

    fn town(name: &str, population: u32) -> Town {
        Town { name: name.to_owned(), code: population.to_string(), population, ..Town::default() }
    }

    #[test]
    fn places_are_read_with_their_distance() {
        let towns = [
            town("Rodez", 1),
            town("Le Mans", 2),
            town("Saint-Denis", 3),
            town("Saint-Denis", 4),
            town("Saint-Denis-en-Val", 5),
        ];
        for (text, expected) in [
            ("pres de rodez ouvert", "3 Rodez 30"),
            ("pres rodez", "2 Rodez 30"),
            ("a moins de 20 km de rodez", "7 Rodez 20"),
            ("a moins de 20km de rodez", "6 Rodez 20"),
            ("within 5 km of rodez", "5 Rodez 5"),
            ("pres du mans", "3 Le Mans 30"),
            ("autour de le mans", "4 Le Mans 30"),
            ("pres de st denis", "4 Saint-Denis 30"),
            ("pres de saint denis en val", "6 Saint-Denis-en-Val 30"),
            ("pres de moi", "3 me 30"),
            ("near me", "2 me 30"),
            ("pres de la gare", "? gare"),
            ("pres de", "none"),
            ("presque rodez", "none"),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            let read = match around(&words, &towns) {
                Some(Around::Town { length, towns, km }) => format!("{length} {} {km}", towns[0].name),
                Some(Around::Visitor { length, km }) => format!("{length} me {km}"),
                Some(Around::Unknown { key }) => format!("? {key}"),
                None => "none".to_owned(),
            };
            assert_eq!(read, expected, "{text}");
        }
        let Some(Around::Town { towns, .. }) = around(&["near", "saint", "denis"], &towns) else { panic!("a town") };
        assert_eq!(towns.iter().map(|town| town.population).collect::<Vec<_>>(), [4, 3], "the largest first");
    }

    #[test]
    fn keys_are_what_tells_names_apart() {
        for (name, key) in
            [("L’Haÿ-les-Roses", "hay"), ("La Roche-sur-Yon", "roche"), ("Saint-Nazaire", "nazaire"), ("Y", "y")]
        {
            assert_eq!(town_key(name), key);
        }
    }
}
