//! What enters: a made-up centre with as many places as the whole country has. What leaves: laws of its map: nothing is lost, and it stays small.
//! Other maps are among the cases of `golden.rs`; faulty outlines among those of `diagnostics.rs`.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use maillage::communes::Communes;
use maillage::embedded;
use maillage::markdown::Highlighter;
use maillage::memo::Memo;
use maillage::outlines::Outlines;
use maillage::pipeline::{self, Goal, Inputs, Options, Tools, Unobserved};
use maillage::source::Source;

use crate::project::Project;

/// As many places as a national centre may list.
const PLACES: usize = 3_500;

/// The map's weight on the home page, compressed.
const BUDGET: usize = 12 * 1024;

/// A number from 0 to 1 for each step: the golden ratio spreads any number of them evenly.
fn spread(step: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let step = step as f64;
    (step * 0.618_033_988_749_894_9).fract()
}

#[test]
fn a_map_of_the_whole_country_counts_every_place_and_stays_small() {
    let outlines = Outlines::embedded();
    let communes = Communes::embedded();
    let collection = "labels: { fr: { one: lieu, many: lieux } }\nfields:\n  area: { type: area, label: Lieu, facet: true }\n  position: { type: position, label: Position }\n";
    let mut content = vec![Source::new("content/lieux/_collection.yaml", collection.as_bytes())];
    // Only the home page is made, and only its map.
    let own = |path: &str, text: &str| Source::new(format!("themes/own/templates/{path}.html"), text.as_bytes());
    let embedded = embedded::theme();
    let replaced = embedded.iter().filter_map(|source| source.path.strip_prefix("themes/default/templates/"));
    let replaced = replaced.filter_map(|path| path.strip_suffix(".html")).filter(|path| !path.contains('/'));
    let themes = replaced.map(|path| match path {
        "home" => own(path, "{{ <map map={home.blocks[0].map} /> }}"),
        other => own(other, ""),
    });
    let themes: Vec<Source> = themes.collect();
    // Half of them around the largest towns, the others everywhere.
    let mut made = 0;
    for step in 0.. {
        if made == PLACES {
            break;
        }
        let area = &outlines.areas[step % outlines.areas.len()];
        let bounds = area.bounds;
        let part = if step % 2 == 0 { 0.2 } else { 1.0 };
        let longitude = bounds.west + (bounds.east - bounds.west) * (0.5 + (spread(step) - 0.5) * part);
        let latitude = bounds.south + (bounds.north - bounds.south) * (0.5 + (spread(step * 7 + 3) - 0.5) * part);
        let Some(inside) = outlines.area_at([longitude, latitude]) else { continue };
        let department = communes.department(&outlines.areas[inside].id).expect("a department");
        let area = &department.name;
        let entry = format!("title: Lieu {made}\narea: {area:?}\nposition: \"{latitude:.5}, {longitude:.5}\"\n");
        content.push(Source::new(format!("content/lieux/lieu-{made}.yaml"), entry.as_bytes()));
        made += 1;
    }
    content.sort_by(|a, b| a.path.cmp(&b.path));
    let settings = "title = \"T\"\nbase_url = \"https://t.example/\"\nlanguages = [\"fr\"]\ntheme = \"own\"\nhome = { blocks = [{ kind = \"map\" }] }\n";
    let site = Source::new("site.toml", settings.as_bytes());
    let inputs = Inputs { site: Some(&site), content: &content, themes: &themes, embedded: &embedded };
    let tools = Tools { communes: Communes::embedded(), highlighter: Highlighter::new() };
    let options = Options { goal: Goal::Site, date: None, base_url: None, reveal: Default::default() };
    let run = pipeline::run(&inputs, &tools, &options, &mut Memo::default(), &Unobserved);
    assert_eq!(run.diagnostics, []);
    let home = run.outputs.iter().find(|output| output.path.as_str().is_empty()).expect("the home page");
    let map = String::from_utf8_lossy(&home.bytes);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(map.as_bytes()).expect("memory can be written");
    let weight = encoder.finish().expect("memory can be written").len();
    assert!(weight <= BUDGET, "the map weighs {weight} bytes");
    let counts = map.match_indices("<title>").filter_map(|(at, _)| {
        let title = map[at..].split("</title>").next()?;
        title.rsplit_once("\u{a0}: ")?.1.split('\u{a0}').next()?.replace('\u{202f}', "").parse::<usize>().ok()
    });
    assert_eq!(counts.sum::<usize>(), PLACES);
    let circles = map.matches("<circle").count();
    assert!((100..700).contains(&circles), "{circles} circles");
}

#[test]
fn the_policy_and_the_words_follow_when_tiles_are_fetched_from_elsewhere() {
    let build = |tiles: &str| {
        let settings = format!(
            "title = \"T\"\nbase_url = \"https://t.example/\"\nlanguages = [\"fr\"]\nhome = {{ blocks = [{{ kind = \"map\" }}] }}\n{tiles}"
        );
        let collection = "labels: { fr: { one: lieu, many: lieux } }\npermalink: \"/lieux/{slug}/\"\nfields:\n  \
                          address: { type: address, label: Adresse, facet: true }\n  position: { type: position, label: Position }\n";
        let place = "title: A\naddress: { commune: \"12202\" }\nposition: \"44.35, 2.57\"\n";
        let project = Project::new().write("site.toml", settings).write("content/lieux/_collection.yaml", collection);
        let project = project.write("content/lieux/a.yaml", place);
        let pages = "labels: { fr: { one: page, many: pages } }\npermalink: \"/{slug}/\"\nlisted: false\ntemplates: { entry: page.html }\n\
                     fields:\n  show_privacy: { type: boolean, label: Données, hidden: true }\n";
        let project = project.write("content/pages/_collection.yaml", pages);
        let project = project.write("content/pages/donnees.md", "---\ntitle: Données\nshow_privacy: true\n---\n");
        let ran = project.run("build --quiet");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        ["index.html", "lieux/a/index.html", "lieux/index.html", "donnees/index.html"]
            .map(|page| std::fs::read_to_string(project.path("public").join(page)).expect("a page"))
    };
    let policy = |page: &str| {
        let start = page.find("content=\"default-src").expect("a policy");
        page[start..].split('>').next().unwrap_or_default().replace("&#39;", "'")
    };
    let [home, _, _, privacy] = build("");
    assert!(privacy.contains("Rien n’est transmis à un tiers.") && !privacy.contains("tiles.example"));
    assert!(
        home.contains("data-live-map") && !home.contains("data-tiles") && policy(&home).contains("img-src 'self';")
    );
    let tiles = "[map.tiles]\nurl = \"https://tiles.example/{z}/{x}/{y}.png\"\nattribution = \"© Cartographes\"\nprivacy_url = \"https://tiles.example/privacy\"\n";
    let [home, place, list, privacy] = build(tiles);
    assert!(policy(&home).contains("img-src 'self' https://tiles.example;"), "{}", policy(&home));
    assert!(home.contains("data-tiles=\"https://tiles.example/{z}/{x}/{y}.png\" data-attribution=\"© Cartographes\""));
    // Who opens the map is told first whose servers will know.
    let note = home.split("class=\"live-note\">").nth(1).and_then(|rest| rest.split("</p>").next());
    assert!(note.is_some_and(|note| note.contains("tiles.example")), "{note:?}");
    // The list of what the map shows has the map too, under the same policy.
    assert!(list.contains("data-tiles") && policy(&list).contains("img-src 'self' https://tiles.example;"));
    // The page about privacy says who takes part and what they learn.
    assert!(privacy.contains("tiles.example en fournit le fond") && privacy.contains("adresse IP"));
    assert!(privacy.contains("href=\"https://tiles.example/privacy\"") && !privacy.contains("Rien n’est transmis"));
    // A page without the map fetches nothing from there.
    assert!(policy(&place).contains("img-src 'self';") && !place.contains("tiles.example"));
}
