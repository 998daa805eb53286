//! What enters: the sources of a project and the options of a run. What leaves: the finished files, or why there are none. Every stage is called
//! here and nowhere else, each with all that it may see. `build` is this with an empty memo. It must not do IO or know the clock.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;
use maillage_search::Kept;
use rayon::prelude::*;

use crate::bundle::Bundles;
use crate::catalogue::{Catalogue, Ingredients, KeptCatalogue, Reveal};
use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::layout::Layout;
use crate::markdown::Highlighter;
use crate::memo::Memo;
use crate::outlines::Outlines;
use crate::output::Output;
use crate::plan::{Atlas, DataFile, Materials, Neighbourhood, Planner};
use crate::reads::Things;
use crate::render::Renderer;
use crate::settings::{BaseUrl, Settings};
use crate::site_path::SitePath;
use crate::source::Source;
use crate::texts::{self, Making};
use crate::theme::Theme;
use crate::{export, golden_queries, links, plan};

pub mod definitions;
mod delivery;
mod entries;
mod files;
mod observe;
mod pages;
mod pictures;
mod things;

use definitions::{read_communes, read_definitions, read_outlines, read_settings, wear_theme};
pub use delivery::{Deliver, Keep};
use entries::parse_entries;
use observe::during;
pub use observe::{Observe, Stage, Unobserved};
use pages::Press;

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

/// Runs every stage and delivers each file when it is ready; a run that fails may have delivered some.
pub fn run_into(
    inputs: &Inputs<'_>,
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &dyn Observe,
    deliver: &dyn Deliver,
) -> Run {
    let mut diagnostics = Vec::new();
    let mut run = build(inputs, tools, options, memo, observe, deliver, &mut diagnostics).unwrap_or_default();
    observe.stage(Stage::Done);
    run.diagnostics = diagnostics;
    crate::diagnostic::sort(&mut run.diagnostics);
    if run.failed() {
        run.outputs.clear();
    }
    run
}

fn build(
    inputs: &Inputs<'_>,
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
    let own_communes = read_communes(&settings, inputs.content, diagnostics);
    let communes = own_communes.as_ref().map_or((&tools.communes, Digest::of(b"")), |(table, digest)| (table, *digest));
    let own_outlines = read_outlines(&settings.map, inputs.content, diagnostics);
    let outlines =
        own_outlines.as_ref().map_or((Outlines::embedded(), Digest::of(b"")), |(outlines, digest)| (outlines, *digest));
    let mut layout = Layout::of(inputs.content, &settings.languages);
    diagnostics.append(&mut layout.diagnostics);
    let (vocabularies, collections) = read_definitions(&settings, &layout, diagnostics);
    let around = around_pages(inputs, &layout);
    let theme = wear_theme(&settings, inputs, (&collections, around), memo, diagnostics);
    let strings: BTreeMap<_, _> = settings
        .languages
        .iter()
        .map(|language| (language.clone(), theme.strings_for(language, settings.default_language())))
        .collect();
    observe.stage(Stage::Parse);
    let parsed = parse_entries(&layout, &settings, &vocabularies, &collections, communes, memo, diagnostics);
    observe.stage(Stage::Catalogue);
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
        memo.catalogue = KeptCatalogue::default();
    }
    drop(parsed);
    observe.stage(Stage::Pictures);
    let keep = |output: Output| if options.goal == Goal::Check { None } else { deliver.take(output) };
    let mut pictures =
        pictures::make(&layout, &catalogue, options.goal, &mut memo.pictures, memo.keeps, &keep, diagnostics);
    let bundles = Bundles::of(&layout, &pictures);
    links::check_files(&catalogue, &bundles, diagnostics);
    let neighbourhood = during(observe, "neighbourhood", || Neighbourhood::of(&catalogue, &mut memo.neighbourhood));
    let atlas = during(observe, "atlas", || Atlas::new(&catalogue, outlines.0));
    let mut things = Things::default();
    if memo.keeps {
        things = during(observe, "digests of things", || {
            things::digests(&catalogue, &bundles, &neighbourhood, atlas.as_ref(), &mut memo.shared)
        });
    }
    observe.stage(Stage::Markdown);
    let around = Digest::of_hash(&(around, catalogue.date.to_string()));
    let sources: HashMap<&str, &Source> = inputs.content.iter().map(|source| (&*source.path, source)).collect();
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
    let (texts, renderer) = rayon::join(
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
        return None;
    }
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
    let indexing =
        files::Indexing { catalogue: &catalogue, texts: &texts, engine: files::pack_engine(&theme, memo), observe };
    // Who waits for a page gets it first; a single build keeps all cores busy.
    let take = |outputs: Vec<Output>| -> (Vec<SitePath>, Vec<Output>) {
        let paths = outputs.iter().map(|output| output.path.clone()).collect();
        (paths, outputs.into_par_iter().filter_map(&keep).collect())
    };
    let (mut pages, beside) = if memo.keeps || options.goal == Goal::Check {
        (pages::make(&jobs, &press, &show, memo, diagnostics), None)
    } else {
        let pages = || pages::make(&jobs, &press, &show, memo, diagnostics);
        let beside = || {
            let mut files = files::of_fronts(&catalogue, observe);
            files.extend(files::of_texts(&catalogue, &texts, observe));
            (take(files), indexing.pack(&mut Kept::forgetful()))
        };
        let (pages, beside) = rayon::join(pages, beside);
        (pages, Some(beside))
    };
    renderer.end();
    let mut run = Run {
        entries: catalogue.families.len(),
        pages: jobs.len(),
        base_path: settings.base_url.path.clone(),
        is_superseded: pages.is_superseded,
        ..Run::default()
    };
    drop(jobs);
    let golden = inputs.content.iter().find(|source| &*source.path == golden_queries::FILE);
    if options.goal == Goal::Check {
        if let Some(source) = golden {
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
    let making = files::Making {
        catalogue: &catalogue,
        atlas: atlas.as_ref(),
        mapped: &pages.mapped,
        has_own_communes: own_communes.is_some(),
    };
    let ((other_paths, mut others), packed) = beside.unwrap_or_else(|| {
        let mut files = files::kept_of_fronts(&catalogue, observe, memo);
        files.extend(files::of_texts(&catalogue, &texts, observe));
        (take(files), indexing.pack(&mut memo.search))
    });
    let (more, pack) = files::make(&making, given(), packed, diagnostics);
    run.pack = pack;
    let (more_paths, mut more) = take(more);
    let mapped = pages.mapped.iter().map(|(path, _)| path);
    let paths = mapped.chain(&more_paths).chain(&other_paths).chain(&pictures.paths);
    during(observe, "collisions", || check_collisions(paths.collect(), diagnostics));
    pages.outputs.append(&mut pictures.outputs);
    pages.outputs.append(&mut others);
    pages.outputs.append(&mut more);
    pages.outputs.par_sort_by(|a, b| a.path.cmp(&b.path));
    run.outputs = pages.outputs;
    Some(run)
}

/// The templates, ready to render; none where they have faults.
fn templates(
    theme: &Theme,
    settings: &Settings,
    collections: &IndexMap<String, Collection>,
    kept: &mut Option<(Digest, Arc<Renderer>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Renderer>> {
    let used = collections.values().flat_map(|collection| [&collection.entry_template, &collection.list_template]);
    let used: BTreeSet<&str> = used.map(|template| template.value.as_str()).chain(["listing.html"]).collect();
    let texts: Vec<_> = theme.templates.iter().map(|(name, template)| (name, &template.file, &template.text)).collect();
    let strings: Vec<_> =
        settings.languages.iter().map(|language| theme.strings_for(language, settings.default_language())).collect();
    let digest = Digest::of_hash(&(texts, &used, &settings.languages, Digest::of_value(&strings).ok()));
    if let Some((_, renderer)) = kept.as_ref().filter(|(known, _)| *known == digest) {
        return Some(Arc::clone(renderer));
    }
    match Renderer::new(theme, &settings.languages, used) {
        Ok(renderer) => {
            let renderer = Arc::new(renderer);
            *kept = Some((digest, Arc::clone(&renderer)));
            Some(renderer)
        }
        Err(faults) => {
            diagnostics.extend(faults);
            None
        }
    }
}

/// Every collection's templates must exist.
fn check_templates(collections: &IndexMap<String, Collection>, renderer: &Renderer, diagnostics: &mut Vec<Diagnostic>) {
    for collection in collections.values() {
        for template in [&collection.entry_template, &collection.list_template] {
            if !renderer.has(&template.value) {
                let location = Location::new(&collection.file, template.extent);
                let diagnostic = Diagnostic::error(
                    "unknown-template",
                    location,
                    format!("there is no template `{}`", template.value),
                );
                diagnostics.push(diagnostic.expected(one_of(renderer.names())).near(&template.value, renderer.names()));
            }
        }
    }
}

/// What is around all pages: settings, definitions and vocabularies, by their text.
fn around_pages(inputs: &Inputs<'_>, layout: &Layout<'_>) -> Digest {
    let definitions: BTreeMap<&str, Digest> =
        layout.definitions.iter().map(|(key, source)| (*key, source.digest)).collect();
    let settings = inputs.site.map(|source| source.digest);
    Digest::of_hash(&(settings, definitions, layout.vocabularies.map(|source| source.digest)))
}

/// Two files at one address, case and normal form aside: the pages' own collisions were found earlier.
fn check_collisions(paths: Vec<&SitePath>, diagnostics: &mut Vec<Diagnostic>) {
    let mut keyed: Vec<(String, &SitePath)> = paths.into_par_iter().map(|path| (path.collision_key(), path)).collect();
    keyed.par_sort_unstable();
    for pair in keyed.windows(2) {
        if let [(key, other), (same, path)] = pair
            && key == same
        {
            let message = format!("the files `{other}` and `{path}` would be the same file on some systems");
            let diagnostic = Diagnostic::error("address-collision", Location::start_of(&"site.toml".into()), message);
            diagnostics.push(diagnostic.help("rename one of the two files in the entries' folders"));
        }
    }
}
