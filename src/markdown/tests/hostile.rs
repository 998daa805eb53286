//! What enters: texts that nobody would write in good faith. What leaves: the certainty that what is written is safe, small and soon done.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use ammonia::Builder;
use proptest::prelude::*;

use super::*;

/// A sanitiser that lets through what this stage writes, and nothing else.
fn sanitiser() -> Builder<'static> {
    let mut builder = Builder::empty();
    let tags = "a picture source blockquote br code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr img input li ol p pre section span \
                strong sup table tbody td th thead tr ul";
    let attributes = [
        ("a", "href rel hreflang"),
        ("img", "src srcset sizes alt width height loading decoding fetchpriority"),
        ("source", "type srcset sizes"),
        ("ol", "start"),
        ("th", "scope"),
        ("input", "type disabled checked"),
    ];
    let attributes: HashMap<_, HashSet<_>> =
        attributes.into_iter().map(|(tag, names)| (tag, names.split(' ').collect())).collect();
    builder
        .tags(tags.split_whitespace().collect())
        .generic_attributes("aria-label class id lang role tabindex title".split(' ').collect())
        .tag_attributes(attributes)
        .url_schemes(SCHEMES.into_iter().collect())
        .link_rel(None);
    builder
}

/// What a sanitiser makes of it, written as this stage writes it.
fn sanitised(html: &str) -> String {
    sanitiser().clean(html).to_string().replace("&nbsp;", "\u{a0}")
}

/// Some links have a target, of every kind; some are broken.
fn some(link: &Link) -> Option<Target> {
    let kind = match link.key()?.len() % 4 {
        0 => return None,
        1 => TargetKind::Entry { lang: Some("en".into()), draft: true },
        2 => TargetKind::File { note: Some("PDF, <12> ko".into()) },
        _ => {
            let files = Candidates(vec![("a-400.webp?b=1&c=2".into(), 400), ("a.webp".into(), 640)]);
            let url = "../a/?b=1&c=2".into();
            TargetKind::Image { picture: Picture { url, size: Some((640, 480)), srcset: files.clone(), webp: files } }
        }
    };
    Some(Target { url: "../a/?b=1&c=2".into(), title: "A <b> & \"c\"".into(), kind })
}

fn check(text: &str, highlighter: &Highlighter) -> Result<(), TestCaseError> {
    let style = Style::default();
    let rendered = rendered(text, &style, highlighter, some);
    prop_assert_eq!(sanitised(&rendered.html), rendered.html.as_str(), "{:?}", text);
    prop_assert!(!rendered.html.contains("javascript:") || text.contains("javascript:"));
    let file: Arc<str> = "text.md".into();
    let outline = outline(&Body::new(&file, text, 0), &parse(text), &style.ids);
    let ids = |headings: &[Heading]| {
        let titled = headings.iter().filter(|heading| !heading.title.is_empty());
        titled.map(|heading| heading.id.clone()).collect::<Vec<_>>()
    };
    prop_assert_eq!(ids(&outline.headings), ids(&rendered.headings));
    let unique: HashSet<_> = ids(&rendered.headings).into_iter().collect();
    prop_assert_eq!(unique.len(), rendered.headings.len());
    for diagnostic in &rendered.diagnostics {
        let range = &diagnostic.location.range;
        prop_assert!(text.get(range.start..range.end).is_some(), "{:?} in {:?}", diagnostic, text);
    }
    for link in &outline.links {
        prop_assert!(text.get(link.extent.start..link.extent.end).is_some(), "{:?} in {:?}", link, text);
    }
    Ok(())
}

const PIECES: &[&str] = &[
    "a",
    " ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "~~~",
    "[",
    "]",
    "[[",
    "]]",
    "(",
    ")",
    "![",
    "](",
    "](x)",
    "](<",
    ">)",
    "|",
    "\\|",
    "|-|\n",
    "|:-:|-:|\n",
    "> ",
    "> [!NOTE]\n",
    "- ",
    "1. ",
    "- [ ] ",
    "- [x] ",
    "# ",
    "## ",
    "### ",
    "{#id}",
    "{#a:b .c d=e}",
    ": ",
    "[^1]",
    "[^1]: ",
    "[^é]",
    "[^é]: ",
    "[a]: x \"t\"\n",
    "<",
    ">",
    "<b>",
    "</b>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<!-- x -->",
    "<img src=x onerror=alert(1)>",
    "<style>",
    "<svg onload=alert(1)>",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "&",
    "&amp;",
    "&lt;script&gt;",
    "&#106;",
    "&#0;",
    "&#13;",
    "&#x9;",
    "&nbsp;",
    "&Tab;",
    "\"",
    "'",
    "=",
    "javascript:",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "java&#9;script:",
    "&#1;javascript:",
    "<javascript:x>",
    "https://a.example/?b&c",
    "<https://a.example>",
    "<a@b.example>",
    "mailto:a@b.example",
    "//host",
    "\\\\host",
    "/a",
    "../a.md#é",
    "#a",
    "places/la-myne",
    "\"title\"",
    "rust\nfn x() {}\n",
    "html\n<b>\n",
    "toml\na=\"b\n",
    "---\n",
    "***\n",
    "===\n",
    "\\",
    "\r\n",
    "\r",
    "\u{0}",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffe}",
    "é",
    "日本",
    "🙂",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sanitiser_finds_nothing_to_do(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        // Making a highlighter is dear: the laws don't need more than one.
        thread_local!(static HIGHLIGHTER: Highlighter = Highlighter::new());
        HIGHLIGHTER.with(|highlighter| check(&pieces.concat(), highlighter))?;
    }

    #[test]
    fn any_text_is_rendered(text in "\\PC{0,200}|[\\x00-\\x7f]{0,200}") {
        thread_local!(static HIGHLIGHTER: Highlighter = Highlighter::new());
        HIGHLIGHTER.with(|highlighter| check(&text, highlighter))?;
    }
}

#[test]
fn line_ends_and_control_characters_of_pictures_are_those_of_html() {
    let highlighter = Highlighter::new();
    let ends = ["![[^a]**{#id}\r\nb]]>", "![[^a]**{#id}\rb]]>", "![a\r\n*b*](x.png)"];
    let controls = ["![[^é]: > ![\0]]>", "![a\x01\x7fb](x.png)", "![a](x.png \"b\0\x1b\rc\")"];
    for text in ends.into_iter().chain(controls) {
        check(text, &highlighter).expect("a fixed point");
    }
}

#[test]
fn the_sanitiser_would_find_something() {
    for unsafe_html in [
        "<script>x</script>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<img src=\"data:x\">",
        "<p style=\"x\">a</p>",
        "<p>a",
        "<p><div>a</div></p>",
        "<iframe></iframe>",
        "<a><a>b</a></a>",
        "<p>&copy;</p>",
        "<svg></svg>",
        "<p data-x=\"\">a</p>",
    ] {
        assert_ne!(sanitised(unsafe_html), unsafe_html);
    }
}

#[test]
fn a_sanitiser_finds_nothing_to_do_in_the_commonmark_examples() {
    let highlighter = Highlighter::new();
    for text in commonmark::texts() {
        check(&text, &highlighter).expect("a fixed point");
    }
}

#[test]
fn attempts_to_smuggle_a_script_leave_text_only() {
    let highlighter = Highlighter::new();
    for text in [
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A;&#x61;vascript:alert(1))",
        "[x](java&Tab;script:alert(1))",
        "[x](java&NewLine;script:alert(1))",
        "[x](&#1;javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "<javascript:alert(1)>",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "![x](javascript:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "[x](vbscript:x)",
        "[[javascript:alert(1)]]",
        "![[javascript:alert(1)|x]]",
        "[x](  javascript:alert(1))",
        "[x](< javascript:alert(1)>)",
        "[x](\u{a0}javascript:alert(1))",
        "[x](%6Aavascript:alert(1))",
        "[x](javascript\\:alert(1))",
        "[x](feed:javascript:alert(1))",
    ] {
        let rendered = rendered(text, &Style::default(), &highlighter, |_| None);
        assert!(!rendered.html.contains("href") && !rendered.html.contains("src"), "{text}: {}", rendered.html);
    }
}

/// Texts on which a careless parser or writer takes time or space that grows with the square of their length.
fn hard(length: usize) -> Vec<(&'static str, String)> {
    let many = |piece: &str| piece.repeat(length / piece.len());
    let numbered = |piece: fn(usize) -> String| {
        let mut text = String::new();
        for number in 0.. {
            if text.len() >= length {
                break;
            }
            text.push_str(&piece(number));
        }
        text
    };
    vec![
        ("brackets", many("[")),
        ("double brackets", many("[[")),
        ("closed brackets", many("[") + &many("]")),
        ("closed double brackets", many("[[a") + &many("]]")),
        ("images", many("![")),
        ("nested images", many("![") + &many("](a)")),
        ("nested links", many("[a](") + &many(")")),
        ("footnote references", many("[^")),
        ("undefined footnotes", many("[^a]")),
        ("footnotes", numbered(|number| format!("[^{number}] [^{number}]\n\n[^{number}]: a [^{}]\n\n", number + 1))),
        ("nested footnotes", many("[^a]: ")),
        ("quotations", many("> ")),
        ("deep quotations", (many("> ") + "a\n").repeat(2)),
        ("lists", many("- ")),
        ("deep lists", numbered(|number| format!("{}- a\n", "  ".repeat(number % 300)))),
        ("stars", many("*")),
        ("emphasis", many("*a **b ")),
        ("emphasis, closed", many("*a ") + &many("b* ")),
        ("underscores", many("a_")),
        ("backquotes", numbered(|number| format!("a{}", "`".repeat(number % 500)))),
        ("tags", many("<b>")),
        ("comments", many("<!--")),
        ("declarations", many("<!A")),
        ("instructions", many("<?")),
        ("sections", many("<![CDATA[")),
        ("angles", many("<")),
        ("entities", many("&amp;")),
        ("ampersands", many("&")),
        ("headings", many("# a\n")),
        ("explicit ids", many("# a {#b}\n")),
        ("table", format!("{}\n{}\n{}", many("|a"), many("|-"), many("|b"))),
        ("table rows", format!("|a|b|\n|-|-|\n{}", many("|c\n"))),
        ("wide table, short rows", format!("{}\n{}\n{}", "|a".repeat(1000), "|-".repeat(1000), many("b\n"))),
        ("references", many("[a][b]")),
        ("definitions", numbered(|number| format!("[{number}]: x\n"))),
        ("long definition", format!("[a]: {}\n\n{}", many("x"), many("[a]"))),
        ("definition list", many("a\n: b\n\n")),
        ("code", format!("```rust\n{}\n```", many("fn x() {} "))),
        ("code lines", format!("```html\n{}\n```", many("<a href=\"x\n"))),
        ("code blocks", many("```js\n`${\n```\n")),
        ("fences", many("```\n")),
        ("backslashes", many("\\")),
        ("pipes", many("|")),
        ("line ends", many("\n")),
        ("paragraphs", many("a\n\n")),
        ("one line", many("a ")),
        ("one word", many("a")),
        ("tasks", many("- [ ] ")),
        ("autolinks", many("<a:")),
        ("alerts", many("> [!NOTE]\n\n")),
    ]
}

#[test]
fn hard_texts_take_time_and_space_in_proportion() {
    let highlighter = Highlighter::new();
    for (name, text) in hard(60_000) {
        let start = Instant::now();
        let rendered = rendered(&text, &Style::default(), &highlighter, some);
        println!(
            "{name:30} {:8.3} s  {:3} x  {} diagnostics",
            start.elapsed().as_secs_f64(),
            rendered.html.len() / text.len(),
            rendered.diagnostics.len()
        );
        // A hundred times what the slowest takes: a square would be thousands of times slower.
        assert!(start.elapsed() < Duration::from_secs(60), "{name} takes {:?}", start.elapsed());
        assert!(rendered.html.len() < text.len() * 120, "{name} grows {} times", rendered.html.len() / text.len());
    }
}

#[test]
fn what_stands_too_deep_is_left_out_and_reported() {
    let highlighter = Highlighter::new();
    let text = format!("before\n\n{}deep\n\nafter", "> ".repeat(500));
    let rendered = rendered(&text, &Style::default(), &highlighter, |_| None);
    assert_eq!(rendered.text, "before\nafter");
    assert_eq!(rendered.diagnostics.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["nested-too-deeply"]);
    assert_eq!(sanitised(&rendered.html), rendered.html);
}
