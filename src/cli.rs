//! What enters: the command line. What leaves: [`Cli`], exactly what was typed. The doc comments are the help. It must not know what commands do.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

use crate::report::Format;

/// Turns a folder of Markdown and YAML entries into a checked, searchable static resource centre.
///
/// A centre is a folder with `site.toml` and `content/`. Start one with `maillage init DIR`, look at it with `maillage serve`,
/// publish it with `maillage build`.
///
/// Exit codes: 0 done, 1 the content has errors, 2 wrong usage or settings, 3 the environment (disk, permission, port).
#[derive(Clone, Debug, Parser)]
#[command(name = "maillage", version, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    /// The centre's folder.
    #[arg(long, short = 'C', global = true, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// When to use colours; `NO_COLOR` is respected.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Print nothing but errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: what is done and how long it takes.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make a small working centre in a new folder, ready for git.
    Init(InitArgs),
    /// Make a new entry from its collection's definition.
    New(NewArgs),
    /// Make entries from the rows of a CSV file; again, to take over what changed in it.
    ///
    /// A map (TOML) says which column fills which field. A row is recognised again by its key; what
    /// a contributor changed in its entry stays, what the table changed is changed, all other bytes
    /// of the entry are left alone. Rows that can't be mapped are told with line and column and
    /// written to a file of their own. The record of the import, `content/_imports/COLLECTION-
    /// MAP.csv`, belongs into git like the entries.
    ///
    /// A map in short:
    ///
    ///   [table]                      # optional: delimiter, encoding, empty = ["0", "NC"]
    ///   [entry]
    ///   key = "ID"                   # the columns that tell a row from all others
    ///   slug = "NAME"                # what the address is made from
    ///   slug_more = "TOWN"           # added where two rows have the same
    ///   [[skip]]                     # rows to leave aside: column, and is = ["…"] or empty = true
    ///   [fields]
    ///   title = "NAME"
    ///   kind = { column = "TYPE", values = { "Co-working" = "coworking" }, default = "general" }
    ///   address = { parts = { street = "STREET", commune = "INSEE", postcode = "CP", city = "TOWN" } }
    ///   website = { column = "WEB", faulty = "leave-out" }
    ///   themes = { column = "THEMES", separator = "|" }
    ///   summary = { template = "A place in {TOWN}.", update = "keep" }
    ///   source = { constant = "Census 2019" }
    #[command(verbatim_doc_comment)]
    Import(ImportArgs),
    /// Check everything and write nothing: all faults of all files at once.
    Check(CheckArgs),
    /// Write the site to a folder that any static host can serve.
    Build(BuildArgs),
    /// Serve the site on this machine and rebuild it on every save.
    Serve(ServeArgs),
    /// Search the centre, with the engine and the index that visitors get.
    Search(SearchArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
}

/// Arguments of `init`.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// The folder to make; it must not exist, or be empty.
    pub dir: PathBuf,
}

/// Arguments of `new`.
#[derive(Clone, Debug, Args)]
pub struct NewArgs {
    /// The collection's name: its folder under `content/`.
    pub collection: String,
    /// The entry's title.
    pub title: String,
    /// The name in addresses, where the one made from the title doesn't suit.
    #[arg(long)]
    pub slug: Option<String>,
    /// Make a folder `slug/index.md`, for entries with files of their own.
    #[arg(long)]
    pub bundle: bool,
}

/// Arguments of `import`.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The collection's name: its folder under `content/`.
    pub collection: String,
    /// The table; its first row names the columns.
    #[arg(value_name = "FILE.csv")]
    pub table: PathBuf,
    /// What becomes of the columns.
    #[arg(long, value_name = "MAP.toml")]
    pub map: PathBuf,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where rows go that can't be mapped. Otherwise `FILE.rejected.csv` in the centre's folder.
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// What every command that reads the content understands.
#[derive(Clone, Debug, Args)]
pub struct ContentArgs {
    /// Show drafts.
    #[arg(long)]
    pub drafts: bool,
    /// Show entries whose `publish_from` is still to come.
    #[arg(long)]
    pub future: bool,
    /// The build date, such as 2026-11-02. Otherwise SOURCE_DATE_EPOCH, `date` in site.toml, or the latest `updated`.
    #[arg(long, value_name = "DAY")]
    pub date: Option<String>,
}

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub content: ContentArgs,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Fail on warnings too.
    #[arg(long)]
    pub deny_warnings: bool,
}

/// Arguments of `build`.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// What to read.
    #[command(flatten)]
    pub content: ContentArgs,
    /// The folder to write. What it holds that is not ours stays.
    #[arg(long, short, value_name = "DIR", default_value = "public")]
    pub output: PathBuf,
    /// Write into a folder that holds something else already.
    #[arg(long)]
    pub force: bool,
    /// The site as it is published now: what pages that are open in browsers need of it is published again, so that their search goes on. May be the
    /// folder to write.
    #[arg(long, value_name = "DIR")]
    pub previous: Option<PathBuf>,
    /// Where the site is published, instead of `base_url` in site.toml.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Fail on warnings too.
    #[arg(long)]
    pub deny_warnings: bool,
    /// Print what each stage took: wall time, and processor time of all cores.
    #[arg(long)]
    pub timings: bool,
    /// Write what was done when, page by page, for a browser's profiler or Perfetto.
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

/// Arguments of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// What to read.
    #[command(flatten)]
    pub content: ContentArgs,
    /// The port; the next free one is taken if it is in use.
    #[arg(long, short, default_value_t = 8100)]
    pub port: u16,
    /// The address to listen on. Anything but a loopback address lets others on your network read the preview.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: String,
    /// A name that requests may be addressed to, such as a proxy's; may be given again. `localhost` and addresses always may.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Print why each page is made anew after a save.
    #[arg(long)]
    pub explain: bool,
    /// Open the preview in the browser.
    #[arg(long)]
    pub open: bool,
}

/// Arguments of `search`.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// What to read.
    #[command(flatten)]
    pub content: ContentArgs,
    /// The words to look for, as a visitor types them. Empty: everything.
    #[arg(default_value = "")]
    pub query: String,
    /// Keep results with this facet value, such as `region=bretagne`; values of one facet widen, other facets narrow.
    #[arg(long = "facet", short, value_name = "KEY=VALUE")]
    pub facets: Vec<String>,
    /// The language to search first; the site's default one otherwise.
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<String>,
    /// How many results to print.
    #[arg(long, short = 'n', default_value_t = 10)]
    pub limit: usize,
    /// Print the engine's answer as JSON.
    #[arg(long)]
    pub json: bool,
    /// Say how each result's score came about.
    #[arg(long)]
    pub explain: bool,
    /// Search a site that is built already instead of the content here.
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}
