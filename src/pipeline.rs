//! What enters: the sources of a project and the options of a run. What leaves: the finished files, or why there are none. Every stage is called
//! here and nowhere else, each with all that it may see. `build` is this with an empty memo. It must not do IO or know the clock.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;
use maillage_search::{Kept, PackFile};
use rayon::prelude::*;

use crate::bundle::Bundles;
use crate::catalogue::{Catalogue, Ingredients, Reveal};
use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::{Diagnostic, Location, one_of};
use crate::digest::Digest;
use crate::gazetteer::Gazetteer;
use crate::layout::Layout;
use crate::markdown::Highlighter;
use crate::memo::Memo;
use crate::outlines::Outlines;
use crate::output::Output;
use crate::plan::{Atlas, Neighbourhood, Planner};
use crate::render::Renderer;
use crate::sentence::Now;
use crate::settings::BaseUrl;
use crate::site_path::SitePath;
use crate::source::Source;
use crate::texts::{self, Making};
use crate::theme::Theme;
use crate::{export, feed, golden_queries, index, links, plan, site_map, suggestions};

pub mod definitions;
mod entries;
mod pages;
mod pictures;
mod things;

use definitions::{read_communes, read_definitions, read_outlines, read_settings, read_theme};
use entries::parse_entries;

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

/// A stage, as progress and timings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the stages are explained in src/README.md")]
pub enum Stage {
    Parse,
    Catalogue,
    Pictures,
    Markdown,
    Plan,
    Render,
    Index,
    Done,
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
}

impl Run {
    /// Whether the site can't be built.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Takes each finished file as soon as it is ready, from any thread and in any order. What it gives back stays in the run's outputs.
pub type Deliver<'d> = &'d (dyn Fn(Output) -> Option<Output> + Sync);

/// Runs every stage and keeps all files. `observe` is told when a stage starts.
pub fn run(
    inputs: &Inputs<'_>,
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &mut dyn FnMut(Stage),
) -> Run {
    run_into(inputs, tools, options, memo, observe, &Some)
}

/// Runs every stage and delivers each file when it is ready; a run that fails may have delivered some.
pub fn run_into(
    inputs: &Inputs<'_>,
    tools: &Tools,
    options: &Options,
    memo: &mut Memo,
    observe: &mut dyn FnMut(Stage),
    deliver: Deliver<'_>,
) -> Run {
    let mut diagnostics = Vec::new();
    let mut run = build(inputs, tools, options, memo, observe, deliver, &mut diagnostics).unwrap_or_default();
    observe(Stage::Done);
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
    observe: &mut dyn FnMut(Stage),
    deliver: Deliver<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Run> {
    observe(Stage::Parse);
    let mut settings = read_settings(inputs.site, diagnostics)?;
    if let Some(base_url) = &options.base_url {
        settings.base_url = base_url.clone();
    }
    let mut theme = read_theme(&settings, inputs, diagnostics);
    let strings: BTreeMap<_, _> = settings
        .languages
        .iter()
        .map(|language| (language.clone(), theme.strings_for(language, settings.default_language())))
        .collect();
    let own_communes = read_communes(&settings, inputs.content, diagnostics);
    let communes = own_communes.as_ref().map_or((&tools.communes, Digest::of(b"")), |(table, digest)| (table, *digest));
    let own_outlines = read_outlines(&settings.map, inputs.content, diagnostics);
    let mut layout = Layout::of(inputs.content, &settings.languages);
    diagnostics.append(&mut layout.diagnostics);
    let (vocabularies, collections) = read_definitions(&settings, &layout, diagnostics);
    theme.dress(&settings, collections.values(), diagnostics);
    let parsed = parse_entries(&layout, &settings, &vocabularies, &collections, communes, memo, diagnostics);
    observe(Stage::Catalogue);
    let ingredients = Ingredients {
        settings: &settings,
        collections: &collections,
        strings: &strings,
        date: options.date,
        reveal: options.reveal,
    };
    let catalogue = Catalogue::new(&ingredients, parsed.iter().map(|version| &**version), diagnostics);
    observe(Stage::Pictures);
    let keep = |output: Output| if options.goal == Goal::Check { None } else { deliver(output) };
    let mut pictures =
        pictures::make(&layout, &catalogue, options.goal, &mut memo.pictures, memo.keeps, &keep, diagnostics);
    observe(Stage::Markdown);
    let bundles = Bundles::of(&layout, &pictures);
    let sources: BTreeMap<&str, &str> =
        inputs.content.iter().filter_map(|source| Some((&*source.path, source.text().ok()?))).collect();
    let ids = theme.ids(&plan::IDS);
    let making = Making {
        catalogue: &catalogue,
        bundles: &bundles,
        sources: &sources,
        highlighter: &tools.highlighter,
        ids: &ids,
    };
    links::check_files(&catalogue, &bundles, diagnostics);
    let neighbourhood = Neighbourhood::of(&catalogue);
    let outlines = own_outlines.as_ref().unwrap_or_else(|| Outlines::embedded());
    let atlas = Atlas::new(&catalogue, outlines);
    let mut things = HashMap::new();
    if memo.keeps {
        things = things::digests(&catalogue, &bundles, &neighbourhood, atlas.as_ref(), inputs.content);
    }
    let around = Digest::of_hash(&(
        [around_pages(inputs, &layout), Digest::of_value(&strings).unwrap_or(theme.statics_digest), communes.1],
        (catalogue.date.to_string(), &settings.base_url.url),
    ));
    let texts = texts::make(
        &making,
        &texts::Known { around, things: &things, keeps: memo.keeps },
        &mut memo.texts,
        diagnostics,
    );
    let used = collections.values().flat_map(|collection| [&collection.entry_template, &collection.list_template]);
    let used = used.map(|template| template.value.as_str()).chain(["listing.html"]);
    let renderer = match Renderer::new(&theme, &settings.languages, used) {
        Ok(renderer) => renderer,
        Err(faults) => {
            diagnostics.extend(faults);
            return None;
        }
    };
    check_templates(&collections, &renderer, diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return None;
    }
    observe(Stage::Plan);
    let assets = format!("assets/{}/", theme.statics_digest.short());
    let data = export::open_data(&catalogue);
    let data_paths = data.iter().map(|output| output.path.clone()).collect();
    if memo.keeps {
        things::add_texts(&texts, &mut things);
    }
    let around = Digest::of_hash(&(around, &assets));
    let planner =
        Planner::new(&catalogue, &bundles, &texts, &neighbourhood, &data_paths, atlas.as_ref(), assets.clone());
    let jobs = planner.plan();
    observe(Stage::Render);
    let (mut outputs, mapped) = pages::make(&jobs, &renderer, around, &things, memo, &keep, diagnostics);
    let mut run = Run {
        entries: catalogue.families.len(),
        pages: jobs.len(),
        base_path: settings.base_url.path.clone(),
        ..Run::default()
    };
    let golden = inputs.content.iter().find(|source| &*source.path == golden_queries::FILE);
    if options.goal == Goal::Check {
        if let Some(source) = golden {
            observe(Stage::Index);
            check_golden_queries(source, &catalogue, &texts, &theme, diagnostics);
        }
        return Some(run);
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Some(run);
    }
    let mut paths: Vec<SitePath> = mapped.iter().map(|(path, _)| path.clone()).collect();
    let base = &settings.base_url;
    let mut more: Vec<Output> = theme.statics.iter().map(|(path, source)| static_file(&assets, path, source)).collect();
    more.extend(pictures::other_files(&catalogue, &bundles));
    more.extend(data);
    more.extend(atlas.iter().flat_map(|atlas| atlas.data(&catalogue).outputs()).cloned());
    more.extend(feed::feeds(&catalogue, &texts));
    more.extend(site_map::site_map(&mapped, &base.url));
    more.push(site_map::robots(&base.url, &base.path));
    more.push(export::llms(&catalogue, &texts));
    more.push(Output::new(SitePath::new(".nojekyll"), *b""));
    observe(Stage::Index);
    let engine = pack_engine(&theme, memo);
    let (definition, documents) = (index::definition(&catalogue), index::documents(&catalogue, &texts));
    // Towns are of use where something stands somewhere; another table of communes is another country.
    if own_communes.is_none() && documents.iter().any(|document| document.position.is_some()) {
        more.extend(Gazetteer::france().files().iter().cloned());
    }
    let mut none = Kept::default();
    let kept = if memo.keeps { &mut memo.search } else { &mut none };
    match index::pack(&definition, documents, &engine, kept) {
        Ok(files) => {
            run.pack = (files.len(), files.iter().map(|file| file.bytes.len()).sum());
            more.extend(files);
        }
        Err(diagnostic) => diagnostics.push(*diagnostic),
    }
    more.extend(suggestions::files(&catalogue));
    paths.extend(more.iter().map(|output| output.path.clone()));
    paths.append(&mut pictures.paths);
    outputs.append(&mut pictures.outputs);
    check_collisions(&paths, diagnostics);
    outputs.par_extend(more.into_par_iter().filter_map(deliver));
    outputs.par_sort_by(|a, b| a.path.cmp(&b.path));
    run.outputs = outputs;
    Some(run)
}

/// Makes the search pack and asks it what visitors would.
fn check_golden_queries(
    source: &Source,
    catalogue: &Catalogue<'_>,
    texts: &texts::Texts,
    theme: &Theme,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (definition, documents) = (index::definition(catalogue), index::documents(catalogue, texts));
    let keys: BTreeSet<String> = documents.iter().map(|document| document.key.clone()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let engine = maillage_search::pack_engine(&theme.engine);
    match index::pack(&definition, documents, &engine, &mut Kept::default()) {
        Ok(pack) => golden_queries::check(source, &definition, &keys, &pack, noon(catalogue.date), diagnostics),
        Err(diagnostic) => diagnostics.push(*diagnostic),
    }
}

/// The middle of a day, so that `now` means the same wherever and whenever golden queries are asked.
fn noon(date: Date) -> Now {
    let day = crate::date::parse_day(&date.to_string()).map_or(0, |days| days.first);
    Now { minute: day * 24 * 60 + 12 * 60, day }
}

/// The compressed engine, from the memo where the theme has the same one.
fn pack_engine(theme: &Theme, memo: &mut Memo) -> PackFile {
    let digest = Digest::of(&theme.engine);
    if let Some((_, packed)) = memo.engine.as_ref().filter(|(known, _)| *known == digest) {
        return packed.clone();
    }
    let packed = maillage_search::pack_engine(&theme.engine);
    memo.engine = Some((digest, packed.clone()));
    packed
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

fn static_file(assets: &str, path: &str, source: &Source) -> Output {
    Output { path: SitePath::new(format!("{assets}{path}")), bytes: Arc::clone(&source.bytes), digest: source.digest }
}

/// Two files at one address, case and normal form aside: the pages' own collisions were found earlier.
fn check_collisions(paths: &[SitePath], diagnostics: &mut Vec<Diagnostic>) {
    let mut keyed: Vec<(String, &SitePath)> = paths.par_iter().map(|path| (path.collision_key(), path)).collect();
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
