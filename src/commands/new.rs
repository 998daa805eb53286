//! `maillage new`: writes an entry that is there to be filled in. The only command that reads today's date.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};

use super::{CONTENT, Failure, Outcome, Project};
use crate::authoring::blank_entry::Blank;
use crate::authoring::slug;
use crate::cli::{Cli, NewArgs};
use crate::collection::Collection;
use crate::diagnostic::{nearest, one_of};
use crate::entry_id::{is_slug, slugify};
use crate::layout::Layout;
use crate::pipeline::definitions::Definitions;
use crate::report::{self, Format};
use crate::scan::Memory;

/// Makes the entry and prints its path.
pub(super) fn run(cli: &Cli, args: &NewArgs) -> Outcome {
    let project = Project::read(cli, &mut Memory::default())?;
    let Some(definitions) = definitions(cli, &project, &args.collection)? else { return Ok(CONTENT) };
    let collection = find(&definitions, &args.collection)?;
    let layout = Layout::of(&project.scan.content, &definitions.settings.languages);
    let slugs = slugs(&layout);
    let slug = choose_slug(args, slugs.get(&collection.key).map(Vec::as_slice).unwrap_or_default())?;
    let path = match args.bundle {
        true => format!("content/{}/{slug}/index.md", collection.key),
        false => format!("content/{}/{slug}.md", collection.key),
    };
    let blank = Blank {
        collection,
        title: &args.title,
        day: jiff::Zoned::now().date(),
        language: definitions.settings.default_language(),
        slugs: &slugs,
    };
    write_new(cli, &path, blank.text().as_bytes())?;
    report::print(&format!("{path}\n")).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    Ok(0)
}

/// The definitions, as far as no fault in the settings, the shared lists or a collection's own definition is in the way of its entries: such faults are
/// printed.
pub(super) fn definitions(cli: &Cli, project: &Project, collection: &str) -> Result<Option<Definitions>, Failure> {
    // Without a definition that can't be read there would seem to be no such collection.
    if let Some(fault) = project.refused().next() {
        return Err(Failure::environment(format!("`{}` {}", fault.location.file, fault.message))
            .help("check the permissions of the file or folder"));
    }
    let mut faults = Vec::new();
    let definitions = Definitions::read(&project.inputs(), &mut faults);
    let definition = format!("content/{collection}/_collection.yaml");
    faults.retain(|fault| {
        let file = &*fault.location.file;
        let is_near = file == definition || matches!(file, "site.toml" | "content/_vocabularies.yaml");
        fault.is_error() && (is_near || file.ends_with(".csv"))
    });
    if definitions.is_some() && faults.is_empty() {
        return Ok(definitions);
    }
    crate::diagnostic::sort(&mut faults);
    project.report(cli, Format::Human, &faults, false)?;
    Ok(None)
}

/// The collection that was meant.
pub(super) fn find<'d>(definitions: &'d Definitions, name: &str) -> Result<&'d Collection, Failure> {
    definitions.collections.get(name).ok_or_else(|| {
        let names = || definitions.collections.keys().map(String::as_str);
        let failure = Failure::usage(format!("there is no collection `{name}`"));
        let by_label = || {
            let slug = slugify(name);
            let labels = |collection: &Collection| {
                let labels = [&collection.labels.one, &collection.labels.many];
                labels.iter().any(|label| label.iter().any(|(_, label)| slugify(label) == slug))
            };
            definitions.collections.values().find(|collection| labels(collection)).map(|one| one.key.as_str())
        };
        match nearest(name, names()).or_else(by_label) {
            Some(near) => failure.help(format!("did you mean `{near}`? the collections are {}", one_of(names()))),
            None => failure.help(format!(
                "name {}, or define it in `content/{}/_collection.yaml`",
                one_of(names()),
                Some(slugify(name)).filter(|slug| !slug.is_empty()).as_deref().unwrap_or("…"),
            )),
        }
    })
}

/// The slugs of every collection, sorted.
pub(super) fn slugs(layout: &Layout<'_>) -> BTreeMap<String, Vec<String>> {
    let mut slugs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &layout.entries {
        slugs.entry(entry.id.collection().to_owned()).or_default().push(entry.id.slug().to_owned());
    }
    for list in slugs.values_mut() {
        list.sort();
        list.dedup();
    }
    slugs
}

fn choose_slug(args: &NewArgs, taken: &[String]) -> Result<String, Failure> {
    let is_taken = |slug: &str| taken.iter().any(|one| one == slug);
    let why = |slug: &str| match slug {
        _ if is_taken(slug) => format!("is taken in `{}`", args.collection),
        "index" => "is the name of the file in an entry's folder".to_owned(),
        _ if slug::is_reserved(slug) => "is the name of a device on Windows".to_owned(),
        _ => "is long".to_owned(),
    };
    if args.title.trim().is_empty() {
        return Err(
            Failure::usage("the title is empty").help("give the entry a title: `maillage new places \"La Myne\"`")
        );
    }
    if let Some(slug) = &args.slug {
        if !is_slug(slug) || slug.starts_with('_') {
            let better = slugify(slug);
            let failure = Failure::usage(format!("`--slug {slug}` can't stand in an address"));
            let help = "use small letters a to z, digits and `-`".to_owned();
            return Err(failure.help(if better.is_empty() {
                help
            } else {
                format!("{help}, such as `{}`", slug::free(&better, is_taken))
            }));
        }
        if is_taken(slug) || slug::is_reserved(slug) {
            let failure = Failure::usage(format!("`{slug}` {}", why(slug)));
            return Err(failure.help(format!("`{}` is free", slug::free(slug, is_taken))));
        }
        return Ok(slug.clone());
    }
    let wanted = slugify(&args.title);
    if wanted.is_empty() || wanted == "index" {
        let message = format!("no address can be made from the title `{}`", args.title.trim());
        return Err(Failure::usage(message).help("name it with `--slug`, in small letters a to z, digits and `-`"));
    }
    let slug = slug::free(&wanted, is_taken);
    if slug != wanted {
        let why = if is_taken(&wanted) { "is taken".to_owned() } else { why(&wanted) };
        let note = format!("note: `{wanted}` {why}, so this entry is `{slug}`\n");
        report::print_aside(&note).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    }
    Ok(slug)
}

/// Writes a file that must not exist, and the folder around it.
fn write_new(cli: &Cli, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let file = cli.root.join(path);
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder.map_err(|error| Failure::environment(format!("can't make the folder of `{path}`: {error}")))?;
    let written = File::create_new(&file).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format!("`{path}` exists already")).help("choose another name with `--slug`")
        }
        _ => Failure::environment(format!("can't write `{path}`: {error}")),
    })
}
