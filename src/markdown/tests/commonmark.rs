//! What enters: the examples of the CommonMark specification, and the list of deviations. What leaves: a verdict on each example.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::markdown::escape;

/// An example is `(markdown, html)`.
fn examples() -> BTreeMap<u64, (String, String)> {
    let examples: Vec<Value> = serde_json::from_str(include_str!("../../../tests/markdown/commonmark/examples.json"))
        .expect("examples are JSON");
    let text = |example: &Value, key: &str| example[key].as_str().expect("a text").to_owned();
    examples
        .iter()
        .map(|example| {
            (example["number"].as_u64().expect("a number"), (text(example, "markdown"), text(example, "html")))
        })
        .collect()
}

/// The Markdown of all examples.
pub(super) fn texts() -> Vec<String> {
    examples().into_values().map(|(markdown, _)| markdown).collect()
}

/// A site where everything that is linked to exists, so that only the text itself is judged.
fn found(link: &Link) -> Target {
    let mut url = String::new();
    escape::url(&mut url, link.kind.key().as_deref().unwrap_or_default());
    let kind = match link.role {
        _ if matches!(link.kind, LinkKind::Entry { .. }) => TargetKind::Entry { lang: None, draft: false },
        LinkRole::Link => TargetKind::File { note: None },
        LinkRole::Image => {
            TargetKind::Image { picture: Picture { url: url.replace("&amp;", "&"), ..Picture::default() } }
        }
    };
    Target { url: url.replace("&amp;", "&"), title: "Title".into(), kind }
}

/// HTML with the differences taken out that mean nothing: line ends between blocks, the ways of writing quotes and empty elements.
fn normal(html: &str) -> String {
    const BLOCKS: &str = " p h1 h2 h3 h4 h5 h6 blockquote ul ol li pre hr table thead tbody tr th td dl dt dd div section figure figcaption br ";
    let html = html.replace(" />", ">").replace("&quot;", "\"");
    let mut normal = String::new();
    let mut rest = html.as_str();
    let mut verbatim = false;
    let mut after_block = true;
    while !rest.is_empty() {
        let end = if rest.starts_with('<') {
            rest.find('>').map_or(rest.len(), |at| at + 1)
        } else {
            rest.find('<').unwrap_or(rest.len())
        };
        let (piece, tail) = rest.split_at(end);
        rest = tail;
        if !piece.starts_with('<') {
            let words = if verbatim {
                piece.to_owned()
            } else {
                piece.split(['\n', ' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
            };
            let blank = |at: Option<char>| !verbatim && at.is_some_and(|at| matches!(at, '\n' | ' ' | '\t'));
            if blank(piece.chars().next()) && !after_block {
                normal.push(' ');
            }
            normal.push_str(&words);
            if blank(piece.chars().last()) && !words.is_empty() {
                normal.push(' ');
            }
            after_block &= words.is_empty();
            continue;
        }
        let name: String =
            piece.chars().skip(1).skip_while(|next| *next == '/').take_while(char::is_ascii_alphanumeric).collect();
        verbatim = (verbatim || piece.starts_with("<pre")) && piece != "</pre>";
        let block = BLOCKS.contains(&format!(" {name} "));
        if block && !verbatim {
            normal.truncate(normal.trim_end_matches(' ').len());
        }
        normal.push_str(piece);
        after_block = block;
    }
    normal.trim_end().to_owned()
}

/// Replaces what stands from a mark to another.
fn without(html: &str, from: &str, to: &str, by: &str) -> Option<String> {
    let mut kept = String::new();
    let mut rest = html;
    let mut any = false;
    while let Some(start) = rest.find(from) {
        let after = start + from.len();
        let Some(end) = rest[after..].find(to) else { break };
        kept.push_str(&rest[..start]);
        kept.push_str(by);
        rest = &rest[after + end + to.len()..];
        any = true;
    }
    any.then(|| kept + rest)
}

#[test]
fn commonmark_examples_are_rendered_as_specified_or_deviate_for_a_reason() {
    let list: Value = serde_json::from_str(include_str!("../../../tests/markdown/commonmark/deviations.json"))
        .expect("deviations are JSON");
    let text = |value: &Value, key: &str| value[key].as_str().expect("a text").to_owned();
    let undone = list["undone"].as_array().expect("a list");
    let mut needed = vec![false; undone.len()];
    let mut deviations = BTreeMap::new();
    for group in list["groups"].as_array().expect("a list") {
        assert!(text(group, "reason").len() > 20, "a deviation needs a reason");
        for (number, html) in group["examples"].as_object().expect("an object") {
            let number: u64 = number.parse().expect("the number of an example");
            assert!(
                deviations.insert(number, html.as_str().expect("a text").to_owned()).is_none(),
                "example {number} is listed twice"
            );
        }
    }
    let highlighter = Highlighter::new();
    let mut faults = Vec::new();
    let mut actual = serde_json::Map::new();
    for (number, (markdown, html)) in examples() {
        let mut ours = rendered(&markdown, &Style::default(), &highlighter, |link| Some(found(link))).html;
        for (rule, needed) in undone.iter().zip(&mut needed) {
            if let Some(less) = without(&ours, &text(rule, "from"), &text(rule, "to"), &text(rule, "by")) {
                ours = less;
                *needed = true;
            }
        }
        let same = normal(&ours) == normal(&html);
        match deviations.remove(&number) {
            Some(_) if same => faults.push(format!("example {number} no longer deviates")),
            Some(listed) if listed != ours => faults.push(format!("example {number} deviates otherwise than listed")),
            None if !same => faults.push(format!("example {number} deviates")),
            _ => continue,
        }
        actual.insert(number.to_string(), ours.into());
    }
    faults.extend(deviations.keys().map(|number| format!("there is no example {number}")));
    let unneeded = undone.iter().zip(needed).filter(|(_, needed)| !needed);
    faults.extend(unneeded.map(|(rule, _)| format!("nothing needs the rule {rule}")));
    let actual = serde_json::to_string_pretty(&actual).expect("texts are JSON");
    assert!(faults.is_empty(), "{}\nwhat Maillage writes:\n{actual}", faults.join("\n"));
}

#[test]
fn the_comparison_tells_html_apart() {
    assert_eq!(normal("<ul>\n<li>a\nb</li>\n</ul>\n"), normal("<ul><li>\na b</li></ul>"));
    assert_eq!(normal("<p>a <em>b</em> c</p><hr />"), normal("<p>a\n<em>b</em>\nc</p>\n<hr>"));
    for (one, other) in [
        ("<p>a b</p>", "<p>ab</p>"),
        ("<p>a<em> b</em></p>", "<p>a<em>b</em></p>"),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ("<pre><code>a\n\nb</code></pre>", "<pre><code>a\nb</code></pre>"),
        ("<p><em>a</em></p>", "<p><strong>a</strong></p>"),
        ("<a href=\"x\">a</a>", "<a href=\"y\">a</a>"),
    ] {
        assert_ne!(normal(one), normal(other));
    }
}
