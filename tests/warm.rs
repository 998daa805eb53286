//! Warm equals cold: after any sequence of edits, what a run with a memo gives is byte for byte what a run without one gives, search pack and
//! diagnostics included. The edits are those of contributors and of maintainers: content, translations, folders, definitions, settings, templates, strings,
//! styles, the table of communes; some break what others mend.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::sync::Mutex;

use maillage::catalogue::Reveal;
use maillage::communes::Communes;
use maillage::diagnostic::Diagnostic;
use maillage::markdown::Highlighter;
use maillage::memo::Memo;
use maillage::output::Output;
use maillage::pipeline::{self, Deliver, Goal, Inputs, Keep, Options, Run, Tools, Unobserved};
use maillage::site_path::SitePath;
use maillage::source::Source;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::project::{data, tree};

/// Sequences of edits that are tried.
const SEQUENCES: u32 = 500;

/// A project's files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// One change of the project.
#[derive(Clone, Debug)]
enum Edit {
    /// A file gets this content, and exists from now on.
    Put(&'static str, Vec<u8>),
    /// The first text is replaced by the second, where the file has it.
    Replace(&'static str, &'static str, String),
    /// A file is no more.
    Delete(&'static str),
    /// A file, or a folder whose name ends in `/`, has another name from now on.
    Rename(&'static str, &'static str),
    /// All is as it was at first.
    Restore,
}

const ALPHA: &str = "content/places/alpha.md";
const BETA: &str = "content/places/north/beta.yaml";
const GUIDE: &str = "content/docs/guide/index.md";
const PLAN: &str = "content/docs/guide/plan.png";
const PLACES: &str = "content/places/_collection.yaml";

fn edits() -> impl Strategy<Value = Edit> {
    let word = || select(vec!["ruche", "Élan", "fabrique", "zinc", "a"]);
    let content = prop_oneof![
        word().prop_map(|word| Edit::Replace(ALPHA, "Fin.", format!("Fin. {word}"))),
        word().prop_map(|word| Edit::Replace(ALPHA, "title: Alpha", format!("title: {word}"))),
        word().prop_map(|word| Edit::Replace(ALPHA, "summary: Le premier.", format!("summary: {word}"))),
        word().prop_map(|word| Edit::Replace(BETA, "title: Éclair bêta", format!("title: {word}"))),
        word().prop_map(|word| Edit::Replace(BETA, "Un paragraphe", word.to_owned())),
        Just(Edit::Replace(BETA, "75110", "12202".into())),
        Just(Edit::Replace(ALPHA, "kind: [fablab, coworking]", "kind: fablab".into())),
        Just(Edit::Replace(ALPHA, "network: north\n", String::new())),
        Just(Edit::Replace(ALPHA, "updated: 2026-01-02", "updated: 2026-01-09".into())),
        Just(Edit::Replace(ALPHA, "aliases: [/vieux/alpha/]", "aliases: [/ancien/]".into())),
        Just(Edit::Replace(GUIDE, "## Une étape", "## Une autre".into())),
        Just(Edit::Replace(GUIDE, "order: 2", "order: 0".into())),
        Just(Edit::Replace(GUIDE, "themes: [money, legal]", "themes: [legal]".into())),
        Just(Edit::Replace("content/places/hidden.md", "draft: true", "draft: false".into())),
        Just(Edit::Replace("content/places/closed.md", "expires: 2026-01-15", "expires: 2027-01-15".into())),
        Just(Edit::Replace("content/pages/accueil.md", "Bienvenue", "Entrez".into())),
        Just(Edit::Replace("content/networks/north.yaml", "title: Nord", "title: Le Nord".into())),
    ];
    let files = prop_oneof![
        word().prop_map(|word| Edit::Put(
            "content/places/new.md",
            format!("---\ntitle: {word}\nkind: fablab\n---\n\n[[places/alpha]] {word}\n").into()
        )),
        word().prop_map(|word| Edit::Put("content/places/alpha.en.md", format!("---\ntitle: {word}\n---\n").into())),
        word().prop_map(|word| Edit::Put(
            "content/docs/guide/index.en.md",
            format!("---\ntitle: Guide {word}\n---\n\nSee [[places/new]].\n").into()
        )),
        Just(Edit::Put(
            "content/docs/guide/carre.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>".into()
        )),
        Just(Edit::Put("content/docs/guide/modele.csv", "a;b\n1;2\n3;4\n".into())),
        Just(Edit::Put(
            "content/_lookup/communes.csv",
            "code,name,department,region,postcode\n12202,Rodez-la-Neuve,12,76,12000\n".into()
        )),
        Just(Edit::Delete("content/places/new.md")),
        Just(Edit::Delete("content/places/alpha.en.md")),
        Just(Edit::Delete("content/docs/guide/index.en.md")),
        Just(Edit::Delete("content/places/gamma.md")),
        Just(Edit::Delete(BETA)),
        Just(Edit::Delete("content/docs/guide/carre.svg")),
        Just(Edit::Delete("content/docs/only.en.md")),
        Just(Edit::Rename("content/places/gamma.md", "content/places/delta.md")),
        Just(Edit::Rename("content/places/gamma.md", "content/places/south/gamma.md")),
        Just(Edit::Rename("content/places/new.md", "content/places/new/index.md")),
        Just(Edit::Rename("content/docs/guide/", "content/docs/manuel/")),
        Just(Edit::Rename("content/docs/manuel/", "content/docs/guide/")),
    ];
    let broken = prop_oneof![
        Just(Edit::Replace(ALPHA, "kind:", "knd:".into())),
        Just(Edit::Replace(ALPHA, "knd:", "kind:".into())),
        Just(Edit::Replace(ALPHA, "[[docs/guide]]", "[[docs/gide]]".into())),
        Just(Edit::Replace(ALPHA, "[[docs/gide]]", "[[docs/guide]]".into())),
        Just(Edit::Replace(GUIDE, "title:", "title".into())),
        Just(Edit::Replace(GUIDE, "title Le", "title: Le".into())),
        Just(Edit::Replace("themes/bare/templates/entry.html", "{{ entry.title }}", "{{ entry.titel }}".into())),
        Just(Edit::Replace("themes/bare/templates/entry.html", "{{ entry.titel }}", "{{ entry.title }}".into())),
    ];
    let around = prop_oneof![
        word().prop_map(|word| Edit::Replace("site.toml", "Centre d’essai", word.to_owned())),
        Just(Edit::Replace("site.toml", "count = 3", "count = 1".into())),
        Just(Edit::Replace("site.toml", "languages = [\"fr\", \"en\"]", "languages = [\"fr\"]".into())),
        Just(Edit::Replace("site.toml", "languages = [\"fr\"]", "languages = [\"fr\", \"en\"]".into())),
        Just(Edit::Replace("site.toml", "date = \"2026-01-15\"", "date = \"2026-02-02\"".into())),
        Just(Edit::Replace("site.toml", "licence = ", "# licence = ".into())),
        Just(Edit::Replace("site.toml", "path = { fr = \"regions\"", "path = { fr = \"territoires\"".into())),
        Just(Edit::Put("site.toml.append", "\n[lookup]\ncommunes = \"content/_lookup/communes.csv\"\n".into())),
        Just(Edit::Replace(PLACES, "per_page: 2", "per_page: 3".into())),
        Just(Edit::Replace(PLACES, "one: lieu, many: lieux", "one: endroit, many: endroits".into())),
        Just(Edit::Replace(PLACES, "\"/lieux/{slug}/\"", "\"/l/{slug}/\"".into())),
        Just(Edit::Replace(PLACES, "    badge: true\n", String::new())),
        Just(Edit::Replace(PLACES, "fablab: Fablab", "fablab: Atelier".into())),
        Just(Edit::Replace("content/docs/_collection.yaml", "sort: order", "sort: title".into())),
        Just(Edit::Replace("content/_vocabularies.yaml", "fr: Droit", "fr: Loi".into())),
        word().prop_map(|word| Edit::Replace(
            "themes/bare/templates/entry.html",
            "{% block",
            format!("<!-- {word} -->{{% block")
        )),
        word().prop_map(|word| Edit::Replace(
            "themes/bare/templates/base.html",
            "<body",
            format!("<!-- {word} --><body")
        )),
        word().prop_map(|word| Edit::Put("themes/bare/static/extra.css", format!("/* {word} */\n").into())),
        Just(Edit::Put("themes/bare/strings/fr.toml", "home = \"Entrée\"\n".into())),
        Just(Edit::Delete("themes/bare/strings/fr.toml")),
    ];
    prop_oneof![6 => content, 4 => files, 2 => pictures(), 2 => broken, 3 => around, 1 => Just(Edit::Restore)]
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A picture of the case of pictures, and what may become of it.
fn picture(name: &str) -> Vec<u8> {
    fs::read(data("cases/pictures/content/places/hall").join(name)).expect("a picture")
}

fn pictures() -> impl Strategy<Value = Edit> {
    let cut = picture("plan.png")[..900].to_vec();
    prop_oneof![
        3 => Just(Edit::Replace(GUIDE, "carre.svg", "plan.png".into())),
        2 => Just(Edit::Put(PLAN, picture("plan.png"))),
        1 => Just(Edit::Put(PLAN, picture("roue.gif"))),
        1 => Just(Edit::Put("content/docs/guide/roue.gif", picture("roue.gif"))),
        1 => Just(Edit::Put("content/docs/guide/copie.png", picture("plan.png"))),
        1 => Just(Edit::Put(PLAN, cut)),
        1 => Just(Edit::Delete(PLAN)),
        1 => Just(Edit::Rename(PLAN, "content/docs/guide/plan.jpg")),
    ]
}

fn apply(files: &mut Files, original: &Files, edit: &Edit) {
    match edit {
        Edit::Put("site.toml.append", text) => {
            if let Some(site) = files.get_mut("site.toml").filter(|site| !holds(site, b"[lookup]")) {
                site.extend(text);
            }
        }
        Edit::Put(path, text) => drop(files.insert((*path).to_owned(), text.clone())),
        Edit::Replace(path, from, to) => {
            if let Some(bytes) = files.get_mut(*path) {
                *bytes = String::from_utf8_lossy(bytes).replacen(from, to, 1).into_bytes();
            }
        }
        Edit::Delete(path) => drop(files.remove(*path)),
        Edit::Rename(from, to) => {
            let moved: Vec<String> = files.keys().filter(|path| path.starts_with(from)).cloned().collect();
            for path in moved {
                if let Some(text) = files.remove(&path) {
                    files.insert(path.replacen(from, to, 1), text);
                }
            }
        }
        Edit::Restore => files.clone_from(original),
    }
}

/// The files of a case, its theme, and the embedded strings.
fn original() -> (Files, Vec<Source>) {
    let case = tree(&data("cases/everything")).into_iter().filter(|(path, _)| !path.starts_with("expected/"));
    let theme = tree(&data("cases/_theme")).into_iter().map(|(path, bytes)| (format!("themes/bare/{path}"), bytes));
    let strings = ["fr", "en"].map(|language| {
        let path = format!("themes/default/strings/{language}.toml");
        let bytes = fs::read(data("..").join(&path)).expect("strings");
        Source::new(path, bytes)
    });
    (case.chain(theme).collect(), strings.into())
}

fn run(files: &Files, embedded: &[Source], tools: &Tools, memo: &mut Memo, deliver: &dyn Deliver) -> Run {
    let source = |(path, bytes): (&String, &Vec<u8>)| Source::new(path.as_str(), bytes.clone());
    let under = |folder: &str| -> Vec<Source> {
        files.iter().filter(|(path, _)| path.starts_with(folder)).map(source).collect()
    };
    let site = files.get_key_value("site.toml").map(source);
    let (content, themes) = (under("content/"), under("themes/"));
    let inputs = Inputs { site: site.as_ref(), content: &content, themes: &themes, embedded };
    let options = Options { goal: Goal::Site, date: None, base_url: None, reveal: Reveal::default() };
    pipeline::run_into(&inputs, tools, &options, memo, &Unobserved, deliver)
}

/// Shows early what is ready, as the preview does, and may be gone as soon as that is shown.
#[derive(Default)]
struct Early {
    shown: Mutex<Option<Vec<Output>>>,
    leaves: bool,
}

impl Deliver for Early {
    fn take(&self, output: Output) -> Option<Output> {
        Some(output)
    }

    fn is_awaited(&self, path: &SitePath) -> bool {
        path.as_str().len().is_multiple_of(2)
    }

    fn show(&self, ready: Vec<Output>, _base_path: &str) {
        *self.shown.lock().unwrap() = Some(ready);
    }

    fn is_superseded(&self) -> bool {
        self.leaves && self.shown.lock().unwrap().is_some()
    }
}

impl Early {
    /// The first file that was shown early and is another one in the end.
    fn untrue(&self, run: &Run) -> Option<String> {
        let shown = self.shown.lock().unwrap().take()?;
        let found =
            |output: &&Output| !run.outputs.iter().any(|made| made.path == output.path && made.bytes == output.bytes);
        shown.iter().find(found).map(|output| format!("`{}` was shown early and is not what came", output.path))
    }
}

/// The first difference between two runs.
fn difference(warm: &Run, cold: &Run) -> Option<String> {
    let told = |run: &Run| -> Vec<String> {
        let line = |diagnostic: &Diagnostic| format!("{:?} {}", diagnostic.location, diagnostic.message);
        run.diagnostics.iter().map(line).collect()
    };
    if told(warm) != told(cold) {
        return Some(format!("diagnostics: warm {:#?}\ncold {:#?}", told(warm), told(cold)));
    }
    let by_path = |run: &Run| -> BTreeMap<String, Vec<u8>> {
        run.outputs.iter().map(|output| (output.path.to_string(), output.bytes.to_vec())).collect()
    };
    let (warm, cold) = (by_path(warm), by_path(cold));
    let paths: std::collections::BTreeSet<&String> = warm.keys().chain(cold.keys()).collect();
    let other = paths.into_iter().find(|path| warm.get(*path) != cold.get(*path))?;
    let show =
        |site: &BTreeMap<String, Vec<u8>>| site.get(other).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut text = format!("`{other}`\n");
    let _ =
        write!(text, "--- warm\n{}\n--- cold\n{}", show(&warm).unwrap_or_default(), show(&cold).unwrap_or_default());
    Some(text)
}

#[test]
fn a_warm_run_gives_what_a_cold_one_gives() {
    let (original, embedded) = original();
    let tools = Tools { communes: Communes::embedded(), highlighter: Highlighter::new() };
    let sequences = proptest::collection::vec(edits(), 1..5);
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    // The same sequences every time: a failure is a fault of the change at hand, not of chance.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut first = Memo::default();
    run(&original, &embedded, &tools, &mut first, &Keep);
    let tried = runner.run(&sequences, |sequence| {
        let (mut files, mut memo) = (original.clone(), first.clone());
        let mut warm = Run::default();
        for (edit, leaves) in sequence.iter().zip([false, true].into_iter().cycle()) {
            apply(&mut files, &original, edit);
            if leaves {
                run(&files, &embedded, &tools, &mut memo, &Early { leaves, ..Early::default() });
            }
            let early = Early::default();
            warm = run(&files, &embedded, &tools, &mut memo, &early);
            if let Some(untrue) = Some(&warm).filter(|warm| !warm.failed()).and_then(|warm| early.untrue(warm)) {
                return Err(TestCaseError::fail(untrue));
            }
        }
        let cold = run(&files, &embedded, &tools, &mut Memo::forgetful(), &Keep);
        difference(&warm, &cold).map_or(Ok(()), |difference| Err(TestCaseError::fail(difference)))
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

#[test]
fn a_memo_holds_one_site_however_many_runs_it_saw() {
    let (original, embedded) = original();
    let tools = Tools { communes: Communes::embedded(), highlighter: Highlighter::new() };
    let (mut memo, mut fresh) = (Memo::default(), Memo::default());
    let mut files = original.clone();
    for number in 0..30 {
        apply(
            &mut files,
            &original,
            &Edit::Put("content/places/new.md", format!("---\ntitle: Mot{number}\n---\n\nmot{number}\n").into()),
        );
        apply(&mut files, &original, &Edit::Rename("content/places/gamma.md", "content/places/delta.md"));
        run(&files, &embedded, &tools, &mut memo, &Keep);
        apply(&mut files, &original, &Edit::Rename("content/places/delta.md", "content/places/gamma.md"));
        run(&files, &embedded, &tools, &mut memo, &Keep);
    }
    run(&files, &embedded, &tools, &mut fresh, &Keep);
    assert_eq!(memo.size(), fresh.size());
}
