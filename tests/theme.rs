//! What enters: the files of `themes/default`. What leaves: laws that they keep: texts in every language, weight, no inline style, icons alike.
//! It must not know any page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use crate::project::Project;

fn theme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default")
}

/// Files below a folder of the theme: path from the theme's root → text.
fn files(folder: &str, extension: &str) -> BTreeMap<String, String> {
    let root = theme();
    let entries = walkdir::WalkDir::new(root.join(folder)).into_iter().filter_map(Result::ok);
    let paths =
        entries.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|e| e == extension));
    let name = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let files: BTreeMap<String, String> =
        paths.map(|path| (name(&path), fs::read_to_string(&path).expect("a theme's file is text"))).collect();
    assert!(!files.is_empty(), "no .{extension} below {folder}");
    files
}

/// The texts of a language by key; of plural forms the one that always is.
fn strings(text: &str) -> BTreeMap<String, String> {
    let document: DocumentMut = text.parse().expect("strings are TOML");
    let flat = |item: &Item| match item.as_str() {
        Some(text) => text.to_owned(),
        None => item.get("other").and_then(Item::as_str).expect("a text or its plural forms").to_owned(),
    };
    document.iter().map(|(key, item)| (key.to_owned(), flat(item))).collect()
}

/// What follows each occurrence of `mark`, as far as it is a name.
fn names_after<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    let name = |at: usize| {
        let rest = &text[at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        &rest[..end]
    };
    text.match_indices(mark).map(|(at, _)| name(at + mark.len())).filter(|name| !name.is_empty()).collect()
}

/// A style sheet without its comments.
fn bare(css: &str) -> String {
    let mut result = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        result.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    result + rest
}

#[test]
fn every_language_has_the_same_texts_with_the_same_gaps() {
    let languages = files("strings", "toml");
    let french = strings(&languages["strings/fr.toml"]);
    for (file, text) in &languages {
        let own = strings(text);
        let keys = |strings: &BTreeMap<String, String>| strings.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&own), keys(&french), "{file}");
        for (key, text) in &own {
            assert_eq!(names_after(text, "{"), names_after(&french[key], "{"), "{file}: {key}");
        }
    }
}

#[test]
fn templates_ask_only_for_texts_that_exist() {
    let known = strings(&files("strings", "toml")["strings/en.toml"]);
    for (file, text) in files("templates", "html") {
        let asked = names_after(&text, " t.").into_iter().chain(names_after(&text, "{t."));
        for key in asked.chain(names_after(&text, "=t.")) {
            assert!(known.contains_key(key), "{file} asks for the text `{key}`");
        }
    }
}

#[test]
fn the_program_asks_only_for_texts_that_exist() {
    let known = strings(&files("strings", "toml")["strings/en.toml"]);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut asked = 0;
    for entry in walkdir::WalkDir::new(source).into_iter().filter_map(Result::ok) {
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let plan = entry.path().components().any(|part| part.as_os_str() == "plan");
        let marks: &[&str] = if plan { &["string(\"", "special_path(\""] } else { &["special_path(\""] };
        // Words of Markdown's own are `word("alert_note")` and the like; other modules have a `word` of another kind.
        let words = if text.contains("word(\"alert_note\")") { names_after(&text, "word(\"") } else { BTreeSet::new() };
        for key in marks.iter().flat_map(|mark| names_after(&text, mark)).chain(words) {
            assert!(known.contains_key(key), "{} asks for the text `{key}`", entry.path().display());
            asked += 1;
        }
    }
    assert!(asked > 15, "only {asked} texts found: does the program ask for them in another way?");
}

#[test]
fn templates_hold_no_inline_style_nor_script() {
    for (file, text) in files("templates", "html") {
        for forbidden in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
            assert!(!text.contains(forbidden), "{file} holds `{forbidden}`");
        }
        for (at, _) in text.match_indices("<script") {
            let tag = text[at..].split('>').next().unwrap_or_default();
            assert!(tag.contains(" src=") || tag.contains("json\""), "{file}: {tag}");
        }
    }
}

#[test]
fn every_component_stands_in_a_file_of_its_name() {
    for (file, text) in files("templates/components", "html") {
        let stem = file.trim_start_matches("templates/components/").trim_end_matches(".html");
        assert_eq!(names_after(&text, "{%- component "), BTreeSet::from([stem]), "{file}");
    }
}

#[test]
fn style_is_logical_and_colours_stand_in_the_tokens() {
    let sides = ["left", "right", "top", "bottom"];
    for (file, text) in files("static/style", "css") {
        for line in bare(&text).lines() {
            let Some((property, value)) = line.split_once(": ") else { continue };
            let property = property.trim();
            let physical = sides.iter().any(|side| property == *side || property.ends_with(&format!("-{side}")));
            assert!(!physical && !matches!(property, "width" | "height"), "{file}: {line}");
            let coloured = value.contains('#') || value.contains("rgb(");
            assert!(!coloured || property.contains('[') || file.ends_with("tokens.css"), "{file}: {line}");
        }
    }
}

#[test]
fn every_token_is_used_and_every_used_one_exists() {
    let css: String = files("static/style", "css").values().map(|text| bare(text)).collect();
    let defined: BTreeSet<&str> =
        css.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(':')).map(|(name, _)| name).collect();
    assert_eq!(names_after(&css, "var(--"), defined);
}

#[test]
fn the_style_weighs_twelve_kilobytes_at_most() {
    let project = Project::new().write("site.toml", "title = \"T\"\nbase_url = \"https://t.example/\"\n");
    let project = project.write("content/lieux/_collection.yaml", "labels: { fr: { one: lieu, many: lieux } }\n");
    assert_eq!(project.run("build --quiet").code, 0);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let published = walkdir::WalkDir::new(project.path("public/assets")).into_iter().filter_map(Result::ok);
    let sheets: Vec<_> = published.filter(|entry| entry.path().extension().is_some_and(|end| end == "css")).collect();
    // The library of the interactive map has a sheet of its own, which is fetched when somebody opens the map.
    let own: Vec<_> = sheets.iter().filter(|sheet| sheet.file_name() != "leaflet.css").collect();
    assert_eq!((own.len(), sheets.len()), (1, 2));
    for sheet in own {
        encoder.write_all(&fs::read(sheet.path()).expect("a sheet")).expect("memory takes all");
    }
    let bytes = encoder.finish().expect("memory takes all").len();
    assert!(bytes <= 12 * 1024, "{bytes} bytes");
}

#[test]
fn a_token_without_light_and_dark_says_the_same_to_older_browsers() {
    let tokens = bare(&files("static/style", "css")["static/style/tokens.css"]);
    let mut plain: BTreeMap<&str, &str> = BTreeMap::new();
    for line in tokens.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": ")) else {
            continue;
        };
        match value.strip_prefix("light-dark(").and_then(|pair| pair.split_once(',')) {
            Some((light, _)) => assert_eq!(plain.get(name).copied(), Some(light), "the fallback of --{name}"),
            None => drop(plain.insert(name, value.trim_end_matches(';'))),
        }
    }
}

#[test]
fn every_icon_is_drawn_alike_and_small() {
    for (file, text) in files("icons", "svg") {
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\""), "{file}");
        assert!(text.len() < 1200 && !text.contains("<script") && !text.contains(" id="), "{file}");
    }
}

/// A site's own theme is as much as it wants otherwise: one file changes a component on every page, one file changes a token, and all else stays.
#[test]
fn one_file_replaces_one_template_or_one_token() {
    let built = |own: &[(&str, String)]| {
        let project = Project::new().write("site.toml", "title = \"T\"\nbase_url = \"https://t.example/\"\n");
        let project = project.write("content/lieux/_collection.yaml", "labels: { fr: { one: lieu, many: lieux } }\n");
        let project = project.write("content/lieux/a.yaml", "title: A\nsummary: Un lieu.\n");
        let project = own.iter().fold(project, |project, (path, text)| project.write(path, text));
        let ran = project.run("build --quiet");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let file = |path: &str| fs::read_to_string(project.path("public").join(path)).expect("a file");
        let pages = ["index.html", "lieux/index.html", "lieux/a/index.html"].map(file);
        let assets = fs::read_dir(project.path("public/assets")).expect("assets");
        let style = assets.map(|entry| entry.expect("an entry").path().join("style.css")).find(|path| path.is_file());
        (pages, fs::read_to_string(style.unwrap_or(project.path("public/assets/style.css"))).expect("a style sheet"))
    };
    let (plain, style) = built(&[]);
    let logo = "{%- component logo(@site) -%}<b class=\"own-mark\">T</b>{%- endcomponent logo -%}\n";
    let (marked, same) = built(&[("themes/default/templates/components/logo.html", logo.to_owned())]);
    assert_eq!(same, style);
    for (page, marked) in plain.iter().zip(&marked) {
        let start = page.find("<svg class=\"logo\"").expect("the mark");
        let svg = &page[start..start + page[start..].find("</svg>").expect("its end") + "</svg>".len()];
        assert_eq!(page.replace(svg, "<b class=\"own-mark\">T</b>"), *marked);
    }
    let tokens = fs::read_to_string(theme().join("static/style/tokens.css")).expect("the tokens");
    let (_, green) = built(&[(
        "themes/default/static/style/tokens.css",
        tokens.replace("--accent: #ffcb2b;", "--accent: #7ee2a8;"),
    )]);
    assert_eq!(style.replace("--accent: #ffcb2b;", "--accent: #7ee2a8;"), green);
    assert!(green != style);
}

/// What `site.toml` says of the site's looks stands on every page: mark, banner, profiles, colours; and partners on the home page.
#[test]
fn settings_change_the_looks_of_every_page() {
    let settings = r##"
title = "T"
base_url = "https://t.example/"
logo = "own.svg"
banner = { text = "Closed today.", to = "https://t.example/why", label = "Why" }
social = [{ name = "Mastodon", url = "https://social.example/@t" }]
partners = [{ name = "Partner", url = "https://partner.example/", logo = "own.svg" }]
colours = { accent = "#7ee2a8", link = { light = "#1f3fae", dark = "#c0d0ff" } }

[[home.blocks]]
kind = "partners"
"##;
    let mark = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>";
    let project = Project::new().write("site.toml", settings).write("themes/default/static/own.svg", mark);
    let project = project.write("content/lieux/_collection.yaml", "labels: { fr: { one: lieu, many: lieux } }\n");
    let project = project.write("content/lieux/a.yaml", "title: A\nsummary: Un lieu.\n");
    let ran = project.run("build --quiet");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let file = |path: &str| fs::read_to_string(project.path("public").join(path)).expect("a file");
    for page in ["index.html", "lieux/index.html", "lieux/a/index.html", "recherche/index.html", "404.html"] {
        let html = file(page);
        for part in [
            "own.svg\" width=\"36\"",
            "Closed today.",
            "href=\"https://t.example/why\"",
            "href=\"https://social.example/@t\" rel=\"me\"",
        ] {
            assert!(html.contains(part), "{page} has no `{part}`");
        }
    }
    assert!(file("index.html").contains("own.svg\" alt=\"\" loading=\"lazy\">Partner</a>"));
    let assets = walkdir::WalkDir::new(project.path("public/assets")).into_iter().filter_map(Result::ok);
    let style = assets.map(|entry| entry.path().to_owned()).find(|path| path.ends_with("style.css")).expect("a style");
    let style = fs::read_to_string(style).expect("a text");
    for rule in ["--accent:#7ee2a8;", "--link:#1f3fae;", "--link:light-dark(#1f3fae,#c0d0ff);"] {
        assert!(style.contains(rule), "the style has no `{rule}`");
    }
}

/// `each` renders a component for each item of a list, a line each: the same as one call an item, whatever the items are.
#[test]
fn a_list_is_rendered_by_one_call_as_by_a_loop() {
    let listing = r#"{% extends "base.html" %}{% block content %}
{%- for mixed in [true, false] %}
<div>{% for entry in listing.entries %}{{ cached(component="card", lang=page.lang, entry=entry, level=4, mixed=mixed) }}
{% endfor %}</div>
<div>{{ cached(component="card", lang=page.lang, each="entry", entry=listing.entries, level=4, mixed=mixed) }}
</div>
{%- endfor %}
<div>{{ cached(component="icon", lang=page.lang, each="name", name=["map", "list", "map"]) }}</div>
<div>{{ cached(component="icon", lang=page.lang, each="name", name=[]) }}</div>
{%- endblock content %}"#;
    let project = Project::new().write("site.toml", "title = \"T\"\nbase_url = \"https://t.example/\"\n");
    let project = project.write("themes/default/templates/own.html", listing);
    let project = project.write(
        "content/lieux/_collection.yaml",
        "labels: { fr: { one: lieu, many: lieux } }\ntemplates: { list: own.html }\n",
    );
    let project = project.write("content/lieux/a.yaml", "title: A\nsummary: Un lieu.\n");
    let project = project.write("content/lieux/b.yaml", "title: B & C\n");
    let ran = project.run("build --quiet");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let page = fs::read_to_string(project.path("public/lieux/index.html")).expect("a listing");
    let parts: Vec<&str> =
        page.split("<div>").skip(1).take(6).map(|part| part.split("</div>").next().unwrap_or("")).collect();
    let [one, all, one_plain, all_plain, icons, nothing] = parts.as_slice() else { panic!("six parts: {parts:?}") };
    assert_eq!((one, one_plain), (all, all_plain));
    assert_eq!((one.matches("<h4").count(), one.matches("Lieu").count(), one_plain.matches("Lieu").count()), (2, 2, 0));
    let icons: Vec<&str> = icons.lines().collect();
    assert!(icons.len() == 3 && icons[0] == icons[2] && icons[0] != icons[1], "{icons:?}");
    assert!(icons[1].contains("#list") && nothing.is_empty());
}
