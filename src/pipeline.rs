//! What enters: the sources of a project and the options of a run. What leaves: the finished files, or why there are none. Every stage is called
//! here and nowhere else, each with all that it may see. `build` is this with an empty memo. It must not do IO or know the clock.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::bundle::Bundles;
use crate::catalogue::{Catalogue, Ingredients, Reveal};
use crate::communes::Communes;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::layout::Layout;
use crate::markdown::Highlighter;
use crate::memo::Memo;
use crate::outlines::Outlines;
use crate::output::Output;
use crate::plan::{Atlas, DataFile, Materials, Neighbourhood, Planner};
use crate::reads::Things;
use crate::settings::BaseUrl;
use crate::source::Source;
use crate::texts::{self, Making};
use crate::{export, golden_queries, links, plan};

mod collisions;
mod content;
pub mod definitions;
mod delivery;
mod entries;
mod files;
mod observe;
mod pages;
mod pictures;
mod templates;
mod things;

use content::Content;
use definitions::{read_communes, read_definitions, read_outlines, read_settings, wear_theme};
pub use delivery::{Deliver, Keep};
use entries::parse_entries;
use observe::during;
pub use observe::{Observe, Stage, Unobserved};
use pages::Press;
use templates::{check_templates, templates};

/// The files of a project.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// `site.toml`.
    pub site: Option<&'a Source>,
    /// Everything under `content/`, sorted by path.
    pub content: &'a [Source],
    /// Everything under `themes/`, sorted by path.
    pub themes: &'a [Source],
    /// The default theme.
    pub embedded: &'a [Source],
}

/// What doesn't change from run to run and takes time to make.
#[expect(missing_debug_implementations, reason = "grammars have no useful debug form")]
pub struct Tools {
    /// The embedded table of communes.
    pub communes: Communes,
    /// Colours code.
    pub highlighter: Highlighter,
}

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// All diagnostics: pages are rendered to find faults of templates, but nothing is kept.
    Check,
    /// The whole site.
    Site,
}

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How far to go.
    pub goal: Goal,
    /// The build date, where it is given.
    pub date: Option<Date>,
    /// Where the site is published, where it isn't as `site.toml` says.
    pub base_url: Option<BaseUrl>,
    /// Which unfinished entries get pages.
    pub reveal: Reveal,
}

/// What a run gives.
#[derive(Debug, Default)]
pub struct Run {
    /// The finished files that were not taken on delivery, by address; empty when there are errors, or when nothing was asked for but a check.
    pub outputs: Vec<Output>,
    /// What was found, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// How many entries there are, language versions not counted.
    pub entries: usize,
    /// How many pages were planned.
    pub pages: usize,
    /// How many files the search pack has, and their bytes.
    pub pack: (usize, usize),
    /// The path of the site below its host: `/sub/`.
    pub base_path: String,
    /// Whether it ended early because another run is to take its place: files are missing.
    pub is_superseded: bool,
}

impl Run {
    /// Whether the site can't be built.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Runs every stage and keeps all files. `observe` is told how it goes on.
pub fn run(inputs: &Inputs<'_>, tools: &Tools, options: &Options, memo: &mut Memo, observe: &dyn Observe) -> Run {
    run_into(inputs, tools, options, memo, observe, &Keep)
}

/// The same as [`run_into`] for a run without a next one. Of `content` (in place of that of the inputs), no more stays when the texts are made than the files
/// that a diagnostic of an earlier stage names.
pub fn run_once(
    inputs: &Inputs<'_>,
    content: &mut Vec<Source>,
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &dyn Observe,
    deliver: &dyn Deliver,
) -> Run {
    collect(observe, |diagnostics| {
        build((inputs, Content::Once(content)), tools, options, memo, observe, deliver, diagnostics)
    })
}

/// Runs every stage and delivers each file when it is ready; a run that fails may have delivered some.
pub fn run_into(
    inputs: &Inputs<'_>,
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &dyn Observe,
    deliver: &dyn Deliver,
) -> Run {
    collect(observe, |diagnostics| {
        build((inputs, Content::Stays(inputs.content)), tools, options, memo, observe, deliver, diagnostics)
    })
}

fn collect(observe: &dyn Observe, build: impl FnOnce(&mut Vec<Diagnostic>) -> Option<Run>) -> Run {
    let mut diagnostics = Vec::new();
    let mut run = build(&mut diagnostics).unwrap_or_default();
    observe.stage(Stage::Done);
    run.diagnostics = diagnostics;
    crate::diagnostic::sort(&mut run.diagnostics);
    if run.failed() {
        run.outputs.clear();
    }
    run
}

fn build(
    (inputs, content): (&Inputs<'_>, Content<'_>),
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &dyn Observe,
    deliver: &dyn Deliver,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Run> {
    observe.stage(Stage::Definitions);
    let mut settings = read_settings(inputs.site, diagnostics)?;
    if let Some(base_url) = &options.base_url {
        settings.base_url = base_url.clone();
    }
    let own_communes = read_communes(&settings, content.files(), diagnostics);
    let communes = own_communes.as_ref().map_or((&tools.communes, Digest::of(b"")), |(table, digest)| (table, *digest));
    let own_outlines = read_outlines(&settings.map, content.files(), diagnostics);
    let outlines =
        own_outlines.as_ref().map_or((Outlines::embedded(), Digest::of(b"")), |(outlines, digest)| (outlines, *digest));
    let mut layout = Layout::of(content.files(), &settings.languages);
    diagnostics.append(&mut layout.diagnostics);
    let (vocabularies, collections) = read_definitions(&settings, &layout, diagnostics);
    let around = around_pages(inputs, &layout);
    observe.stage(Stage::Parse);
    let (mut faults, (worn, known)) = (Vec::new(), (&mut memo.theme, &mut memo.parsed));
    let (theme, parsed) = rayon::join(
        || wear_theme(&settings, inputs, (&collections, around), worn, &mut faults),
        || {
            let definitions = (&vocabularies, &collections);
            parse_entries(&layout, &settings, definitions, communes, memo.keeps, known, diagnostics)
        },
    );
    diagnostics.append(&mut faults);
    observe.stage(Stage::Catalogue);
    let strings: BTreeMap<_, _> = settings
        .languages
        .iter()
        .map(|language| (language.clone(), theme.strings_for(language, settings.default_language())))
        .collect();
    let around = Digest::of_hash(&(
        [around, Digest::of_value(&strings).unwrap_or(theme.statics_digest)],
        [communes.1, outlines.1],
        (options.date.map(|date| date.to_string()), &settings.base_url.url),
        (options.reveal.drafts, options.reveal.later),
    ));
    let ingredients = Ingredients {
        settings: &settings,
        collections: &collections,
        strings: &strings,
        date: options.date,
        reveal: options.reveal,
        around,
    };
    let catalogue = Catalogue::new(&ingredients, &parsed, &mut memo.catalogue, diagnostics);
    if !memo.keeps {
        drop_beside(std::mem::take(&mut memo.catalogue));
    }
    drop_beside(parsed);
    observe.stage(Stage::Pictures);
    let keep = |output: Output| if options.goal == Goal::Check { None } else { deliver.take(output) };
    let mut pictures =
        pictures::make(&layout, &catalogue, options.goal, &mut memo.pictures, memo.keeps, &keep, diagnostics);
    let bundles = Bundles::of(&layout, &pictures);
    links::check_files(&catalogue, &bundles, diagnostics);
    let kept = &mut memo.neighbourhood;
    let (neighbourhood, atlas) = rayon::join(
        || during(observe, "neighbourhood", || Neighbourhood::of(&catalogue, kept)),
        || during(observe, "atlas", || Atlas::new(&catalogue, outlines.0)),
    );
    let mut things = Things::default();
    if memo.keeps {
        things = during(observe, "digests of things", || {
            things::digests(&catalogue, &bundles, &neighbourhood, atlas.as_ref(), &mut memo.shared)
        });
    }
    observe.stage(Stage::Markdown);
    let around = Digest::of_hash(&(around, catalogue.date.to_string()));
    let sources: HashMap<&str, &Source> = content.files().iter().map(|source| (&*source.path, source)).collect();
    let ids = theme.ids(&plan::IDS);
    let making = Making {
        catalogue: &catalogue,
        bundles: &bundles,
        sources: &sources,
        highlighter: &tools.highlighter,
        ids: &ids,
    };
    let known = texts::Known { around, things: &things, keeps: memo.keeps };
    let mut faults = Vec::new();
    let (mut texts, renderer) = rayon::join(
        || texts::make(&making, &known, &mut memo.texts, diagnostics),
        || {
            let kept = &mut memo.renderer;
            during(observe, "templates", || templates(&theme, &settings, &collections, kept, &mut faults))
        },
    );
    diagnostics.append(&mut faults);
    let renderer = renderer?;
    check_templates(&collections, &renderer, diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        golden_queries::check_syntax(content.files(), diagnostics);
        return None;
    }
    let golden = content.files().iter().find(|source| &*source.path == golden_queries::FILE).cloned();
    drop((sources, layout));
    content.use_up(diagnostics);
    observe.stage(Stage::Plan);
    let assets = format!("assets/{}/", theme.statics_digest.short());
    if memo.keeps {
        things::add_texts(&texts, &mut things);
    }
    let around = Digest::of_hash(&(around, &assets));
    let has = |file: DataFile<'_>| export::has(&catalogue, file);
    let asks = |template: &str, key: &str| renderer.asks(template, key);
    let planner = during(observe, "planner", || {
        let materials = Materials {
            catalogue: &catalogue,
            bundles: &bundles,
            texts: &texts,
            neighbourhood: &neighbourhood,
            has: &has,
            asks: &asks,
            atlas: atlas.as_ref(),
            assets: assets.clone(),
            keeps: memo.keeps,
        };
        Planner::new(materials, &mut memo.plan)
    });
    renderer.begin(planner.around_components());
    let jobs = during(observe, "jobs", || planner.plan());
    observe.stage(Stage::Render);
    let given = || files::given(&theme, &assets, &catalogue, &bundles);
    let show = |pages: &mut dyn Iterator<Item = Output>| {
        deliver.show(pages.chain(given()).chain(pictures.outputs.iter().cloned()).collect(), &settings.base_url.path);
    };
    let names = observe.wants_reasons().then(|| things::names(&catalogue));
    let press = Press { renderer: &renderer, around, things: &things, deliver, take: &keep, observe, names };
    // What is handed on in a single build is written at once.
    let hand_on = |output: Output| (output.path.clone(), keep(output));
    let take = |outputs: Vec<Output>| outputs.into_par_iter().map(hand_on).collect::<Vec<_>>();
    // Who waits for a page gets it first; a single build makes other files meanwhile, so that no core waits.
    let (mut pages, beside) = if memo.keeps || options.goal == Goal::Check {
        (pages::make(&jobs, &press, &show, memo, diagnostics), None)
    } else {
        let pages = || pages::make(&jobs, &press, &show, memo, diagnostics);
        let beside = || {
            let mut files = files::of_fronts(&catalogue, observe, &hand_on);
            files.extend(take(files::of_texts(&catalogue, &texts, observe)));
            files
        };
        let (pages, beside) = rayon::join(pages, beside);
        (pages, Some(beside))
    };
    let mut run = Run {
        entries: catalogue.families.len(),
        pages: jobs.len(),
        base_path: settings.base_url.path.clone(),
        is_superseded: pages.is_superseded,
        ..Run::default()
    };
    drop(jobs);
    // Pages are made: what only they show needn't be there beside the index, which takes as much.
    rayon::join(|| renderer.end(), || drop(planner));
    if options.goal == Goal::Check {
        if !diagnostics.iter().any(Diagnostic::is_error) {
            collisions::check_early(&pages.mapped, &catalogue, (&bundles, &texts), observe, diagnostics);
        }
        if let Some(source) = &golden {
            observe.stage(Stage::Index);
            files::check_golden_queries(source, &catalogue, &texts, &theme, diagnostics);
        }
        return Some(run);
    }
    run.is_superseded |= deliver.is_superseded();
    if run.is_superseded || diagnostics.iter().any(Diagnostic::is_error) {
        return Some(run);
    }
    observe.stage(Stage::Index);
    let making = files::Making { catalogue: &catalogue, atlas: atlas.as_ref(), mapped: &pages.mapped };
    let mut files = beside.unwrap_or_else(|| {
        let mut files = files::kept_of_fronts(&catalogue, observe, memo);
        files.extend(files::of_texts(&catalogue, &texts, observe));
        take(files)
    });
    if !memo.keeps {
        texts.forget_html();
    }
    let engine = files::pack_engine(&theme, &mut memo.engine);
    let has_own_communes = own_communes.is_some();
    let indexing = files::Indexing { catalogue: &catalogue, texts: &texts, engine, has_own_communes, observe };
    let kept = &mut memo.search;
    let (packed, more) = rayon::join(|| indexing.pack(kept), || take(files::unsearched(&making, given())));
    files.extend(more);
    drop_beside(texts);
    let (more, pack) = files::searched(packed, diagnostics);
    run.pack = pack;
    files.extend(take(more));
    let mapped = pages.mapped.iter().map(|(path, _)| path);
    let paths = mapped.chain(files.iter().map(|(path, _)| path)).chain(&pictures.paths);
    during(observe, "collisions", || collisions::check(paths.collect(), &catalogue, &bundles, diagnostics));
    pages.outputs.append(&mut pictures.outputs);
    pages.outputs.extend(files.into_iter().filter_map(|(_, output)| output));
    pages.outputs.par_sort_by(|a, b| a.path.cmp(&b.path));
    run.outputs = pages.outputs;
    Some(run)
}

/// Frees what nobody needs any more while the run goes on: many small things take their time.
fn drop_beside(things: impl Send + 'static) {
    rayon::spawn(move || drop(things));
}

/// What is around all pages: settings, definitions and vocabularies, by their text.
fn around_pages(inputs: &Inputs<'_>, layout: &Layout<'_>) -> Digest {
    let definitions: BTreeMap<&str, Digest> =
        layout.definitions.iter().map(|(key, source)| (*key, source.digest)).collect();
    let settings = inputs.site.map(|source| source.digest);
    Digest::of_hash(&(settings, definitions, layout.vocabularies.map(|source| source.digest)))
}
