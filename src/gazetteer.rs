//! What enters: the communes of France and the positions that `communes/derive-positions.mjs` took from GeoNames. What leaves: [`Gazetteer`], towns by the
//! word that they are looked up by, for the terminal and as small files for pages. It must not know entries.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use maillage_search::{Town, town_key};
use serde_json::json;

use crate::communes::{self, Communes};
use crate::output::Output;
use crate::prefix_files::{Files, Making};

const POSITIONS: &[u8] = include_bytes!("communes/positions.gz");
/// Bytes of a file before compression, which leaves a third; a word that more towns share is not split.
const LARGEST_FILE: usize = 24_000;

/// The towns of France with 500 people or more that could be placed. Made once: it takes some ten milliseconds and never changes.
static FRANCE: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::new(&Communes::embedded()));

/// Towns with their positions.
#[derive(Debug)]
pub struct Gazetteer {
    towns: Vec<Town>,
    /// Places in `towns` by key.
    keys: BTreeMap<String, Vec<usize>>,
    files: Vec<Output>,
}

impl Gazetteer {
    /// The towns of France.
    #[must_use]
    pub fn france() -> &'static Self {
        &FRANCE
    }

    fn new(communes: &Communes) -> Self {
        let mut towns: Vec<Town> = positions().filter_map(|position| town(communes, position)).collect();
        towns.sort_by(|a, b| b.population.cmp(&a.population).then_with(|| a.code.cmp(&b.code)));
        let mut keys: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, town) in towns.iter().enumerate() {
            keys.entry(town_key(&town.name)).or_default().push(at);
        }
        let files = files(&towns, &keys);
        Self { towns, keys, files }
    }

    /// The towns that a word may mean, the largest first.
    pub fn named(&self, key: &str) -> impl Iterator<Item = &Town> {
        self.keys.get(key).into_iter().flatten().filter_map(|at| self.towns.get(*at))
    }

    /// The same as files below `search/towns/`.
    #[must_use]
    pub fn files(&self) -> &[Output] {
        &self.files
    }
}

/// Code, latitude, longitude, people.
struct Position<'a>(&'a str, f64, f64, u32);

fn positions() -> impl Iterator<Item = Position<'static>> {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = String::new();
        GzDecoder::new(POSITIONS).read_to_string(&mut text).expect("the table is compiled in, and a test inflates it");
        text
    });
    let mut blocks = TEXT.split("\n\n").skip(1).map(str::lines);
    let mut block = || blocks.next().unwrap_or_else(|| "".lines());
    let (codes, latitudes, longitudes, people) = (block(), block(), block(), block());
    // Differences from line to line, in hundred-thousandths of a degree.
    let degrees = |lines: std::str::Lines<'static>| {
        lines.scan(0_i32, |sum, line| {
            *sum += line.parse::<i32>().unwrap_or_default();
            Some(f64::from(*sum) / 100_000.0)
        })
    };
    let places = degrees(latitudes).zip(degrees(longitudes));
    codes.zip(places).zip(people).map(|((code, (latitude, longitude)), people)| {
        Position(code, latitude, longitude, people.parse().unwrap_or_default())
    })
}

fn town(communes: &Communes, Position(code, latitude, longitude, population): Position<'_>) -> Option<Town> {
    let commune = communes.get(code)?;
    let department = communes.department_of(commune);
    let name = communes::town(&commune.name).to_owned();
    let area = if department.name == name { String::new() } else { department.name.clone() };
    Some(Town { name, area, code: code.to_owned(), position: (latitude, longitude), population })
}

fn files(towns: &[Town], keys: &BTreeMap<String, Vec<usize>>) -> Vec<Output> {
    let row = |town: &Town| {
        json!([town.name, town.area, town.code, town.position.0, town.position.1, town.population]).to_string()
    };
    let rows: Vec<String> = towns.iter().map(row).collect();
    let words: Vec<(String, usize)> =
        keys.iter().flat_map(|(key, towns)| towns.iter().map(move |at| (key.clone(), *at))).collect();
    let exactly = |_: &BTreeSet<usize>, exact: &BTreeSet<usize>| exact.iter().copied().collect();
    let making = Making { rows: &rows, words: &words, largest: LARGEST_FILE, abridge: &exactly };
    Files::new(&making).outputs("search/towns/", serde_json::Map::new(), &|output| output)
}

#[cfg(test)]
mod tests {
    use super::Gazetteer;

    #[test]
    fn towns_lie_where_they_are() {
        let france = Gazetteer::france();
        for (key, name, area, latitude, longitude) in [
            ("rodez", "Rodez", "Aveyron", 44.35, 2.57),
            ("paris", "Paris", "", 48.85, 2.35),
            ("denis", "Saint-Denis", "La Réunion", -20.88, 55.45),
            ("rochelle", "La Rochelle", "Charente-Maritime", 46.16, -1.15),
        ] {
            let town = france.named(key).next().expect(key);
            assert_eq!((town.name.as_str(), town.area.as_str()), (name, area));
            let (north, east) = town.position;
            assert!((north - latitude).abs() < 0.05 && (east - longitude).abs() < 0.05, "{name}: {north} {east}");
        }
        assert!(france.towns.len() > 13_000, "{} towns", france.towns.len());
    }

    #[test]
    fn files_for_pages_are_small() {
        let files = Gazetteer::france().files();
        let largest = files.iter().map(|file| file.bytes.len()).max().unwrap_or_default();
        assert!(files.len() < 400 && largest < 12_000, "{} files, the largest has {largest} bytes", files.len());
    }
}
