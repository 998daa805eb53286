//! What enters: `tests/markdown/cases`, where `name.md` is a text and `name.expected` what becomes of it. What leaves: a verdict on each.
//! `UPDATE_EXPECTATIONS=1 cargo test` writes what is expected anew; read the difference before keeping it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::diagnostic::Severity;
use crate::source;

/// The site that the cases link to.
fn site(link: &Link) -> Option<Target> {
    let target = |url: &str, title: &str, kind| Some(Target { url: url.into(), title: title.into(), kind });
    let entry = |lang: Option<&str>, draft| TargetKind::Entry { lang: lang.map(str::to_owned), draft };
    let image =
        |url: &str, size| TargetKind::Image { picture: Picture { url: url.into(), size, ..Picture::default() } };
    match link.key()?.as_str() {
        "[[places/la-myne]]" | "../places/la-myne.md" => target("../../lieux/la-myne/", "La Myne", entry(None, false)),
        "[[tools/guide]]" => target("../../en/tools/guide/?a=1&b=2", "Guide & <handbook>", entry(Some("en"), false)),
        "[[places/draft]]" => target("../draft/", "Brouillon", entry(None, true)),
        "plan d'accès.pdf" => target("plan-d-acces.pdf", "Plan", TargetKind::File { note: Some("PDF, 12 ko".into()) }),
        "hall.jpg" => target("hall.jpg", "hall.jpg", image("hall.jpg", Some((800, 600)))),
        "logo.svg" => target("logo.svg", "logo.svg", image("logo.svg", None)),
        _ => None,
    }
}

fn style(name: &str) -> Style {
    let words = Words { table: "Tableau {number}".into(), note: "À <noter>".into(), ..Words::default() };
    let ids = Ids {
        prefix: String::new(),
        reserved: ["related".to_owned()].into(),
        beginnings: ["terme-".to_owned()].into(),
    };
    // A case whose name says so is a field's text, not the page's main one.
    match name.starts_with("field") {
        true => Style { words, top_level: 3, ids: Ids { prefix: "notes-".into(), ..ids }, opening: Loading::Lazy },
        false => Style { words, ids, ..Style::default() },
    }
}

fn html(name: &str, text: &str, highlighter: &Highlighter) -> String {
    rendered(text, &style(name), highlighter, site).html
}

fn answer(name: &str, text: &str, highlighter: &Highlighter) -> String {
    let rendered = rendered(text, &style(name), highlighter, site);
    let mut answer = format!("--- html\n{}", rendered.html);
    let _ = writeln!(answer, "--- text, {} words\n{}", rendered.words, rendered.text);
    let _ = writeln!(answer, "--- excerpt\n{}", rendered.excerpt);
    answer.push_str("--- headings\n");
    for Heading { level, id, title } in &rendered.headings {
        let _ = writeln!(answer, "{level} #{id} {title}");
    }
    answer.push_str("--- diagnostics\n");
    for fault in &rendered.diagnostics {
        let severity = if fault.severity == Severity::Error { "error" } else { "warning" };
        let range = &fault.location.range;
        let at = source::position(text, range.start);
        let _ =
            writeln!(answer, "{}:{} {severity} {} {:?}", at.line, at.column, fault.code, &text[range.start..range.end]);
        let _ = writeln!(answer, "    {}", fault.message);
        for (what, hint) in [("expected", &fault.expected), ("nearest", &fault.nearest), ("help", &fault.help)] {
            if let Some(hint) = hint {
                let _ = writeln!(answer, "    {what}: {hint}");
            }
        }
    }
    answer
}

#[test]
fn cases_are_rendered_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/markdown/cases");
    let update = std::env::var_os("UPDATE_EXPECTATIONS").is_some();
    let highlighter = Highlighter::new();
    let names: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a portable name"))
        .collect();
    assert!(names.len() > 10, "the cases are gone");
    let mut faults = Vec::new();
    for name in &names {
        let Some(stem) = name.strip_suffix(".md") else {
            let used = name.strip_suffix(".expected").is_some_and(|stem| names.contains(&format!("{stem}.md")));
            faults.extend((!used).then(|| format!("{name} belongs to no case")));
            continue;
        };
        let text = std::fs::read_to_string(folder.join(name)).expect("a text");
        let windows = html(stem, &text.replace('\n', "\r\n"), &highlighter);
        faults.extend(
            (windows != html(stem, &text, &highlighter)).then(|| format!("{name} differs with Windows' line ends")),
        );
        let answer = answer(stem, &text, &highlighter);
        let expected = folder.join(format!("{stem}.expected"));
        if update {
            std::fs::write(&expected, &answer).expect("a file that can be written");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != answer {
            faults.push(format!("{name} is not rendered as expected, but as:\n{answer}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
