//! `maillage import`: makes and updates entries from the rows of a table. What is to be done is planned whole before anything is written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::new::{definitions, find, slugs};
use super::{CONTENT, Failure, Outcome, Project, USAGE, refuse_foreign};
use crate::cli::{Cli, ImportArgs};
use crate::collection::Collection;
use crate::communes::Communes;
use crate::diagnostic::Diagnostic;
use crate::import::last::Last;
use crate::import::map::{ImportMap, read_format};
use crate::import::{Inputs, Plan, is_rejects, record_path};
use crate::layout::Layout;
use crate::node::Notes;
use crate::report::{self, Format, Look};
use crate::scan::Memory;
use crate::source::{Source, position};
use crate::table::Table;
use crate::toml;

/// Diagnostics that are printed; the rest is counted. Rejected rows stand in their file with all reasons.
const PRINTED: usize = 20;

/// The file of rejected rows, in messages.
const REJECTS: &str = "the rejected rows";

/// Imports a table.
pub(super) fn run(cli: &Cli, args: &ImportArgs) -> Outcome {
    let project = Project::read(cli, &mut Memory::default())?;
    let Some(definitions) = definitions(cli, &project, &args.collection)? else { return Ok(CONTENT) };
    let collection = find(&definitions, &args.collection)?;
    let communes = definitions.communes.clone().unwrap_or_else(Communes::embedded);
    let languages = &definitions.settings.languages;
    let map_file = read_file(&args.map)?;
    let table_file = read_file(&args.table)?;
    let mut texts = BTreeMap::new();
    texts.extend(map_file.text().ok().map(|text| (Arc::clone(&map_file.path), text.to_owned())));

    let mut faults = Vec::new();
    let Some((table, map)) = read(&map_file, &table_file, collection, languages, &communes, &mut texts, &mut faults)
    else {
        tell(cli, &faults, &texts)?;
        let settings = faults.iter().any(|fault| fault.is_error() && fault.location.file == map_file.path);
        return Ok(if settings { USAGE } else { CONTENT });
    };
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let record = record_path(&collection.key, &stem(&args.map));
    let last = match project.scan.content.iter().find(|source| source.path == record) {
        None => None,
        Some(source) => match Last::read(&record, &source.bytes) {
            Ok(last) => Some(last),
            Err(fault) => {
                texts.extend(source.text().ok().map(|text| (Arc::clone(&record), text.to_owned())));
                tell(cli, &[*fault], &texts)?;
                return Ok(CONTENT);
            }
        },
    };
    let layout = Layout::of(&project.scan.content, languages);
    let own = layout.entries.iter().filter(|entry| entry.id.collection() == collection.key);
    let default = own.filter(|entry| entry.language.is_none_or(|language| *language == languages[0]));
    let entries = default.map(|entry| (entry.id.slug().to_owned(), entry.source.clone())).collect();
    let plan = Inputs {
        table: &table,
        map: &map,
        collection,
        entries: &entries,
        slugs: &slugs(&layout),
        last: last.as_ref(),
        languages,
        communes: &communes,
    }
    .plan();
    let rejects = args.rejects.clone().unwrap_or_else(|| {
        let table = stem(&args.table);
        let name = format!("{}.rejected.csv", table.strip_suffix(".rejected").unwrap_or(&table));
        if cli.root == Path::new(".") { PathBuf::from(name) } else { cli.root.join(name) }
    });
    refuse_foreign(&rejects, REJECTS, is_rejects)?;
    let kept = if args.dry_run { None } else { write(cli, &plan, &record, &table, (&args.table, &rejects))? };
    let outcome = say(cli, args, &plan, &table, &texts, &rejects)?;
    if let Some(kept) = kept.filter(|_| !cli.quiet) {
        let text = format!("what stood in `{}` before stands in `{}`\n", rejects.display(), kept.display());
        report::print(&text).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    }
    Ok(outcome)
}

/// The map and the table; `None` where one of them has faults.
fn read(
    map_file: &Source,
    table_file: &Source,
    collection: &Collection,
    languages: &[String],
    communes: &Communes,
    texts: &mut BTreeMap<Arc<str>, String>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Table, ImportMap)> {
    let text = map_file.text().map_err(|fault| faults.push(*fault)).ok()?;
    let mut notes = Notes { file: &map_file.path, diagnostics: faults };
    let root = toml::parse(text, &mut notes)?;
    let format = read_format(&root, &mut notes);
    let written = table_file.text().ok().map(|text| text.trim_start_matches('\u{feff}').to_owned());
    texts.extend(written.map(|text| (Arc::clone(&table_file.path), text)));
    let table = Table::read(&table_file.path, &table_file.bytes, format);
    let table = table.map_err(|fault| notes.push(*fault)).ok()?;
    texts.insert(Arc::clone(&table.file), table.text.clone());
    let map = ImportMap::read(&root, &table.header, collection, languages, communes, &mut notes)?;
    crate::diagnostic::sort(faults);
    if faults.iter().any(Diagnostic::is_error) { None } else { Some((table, map)) }
}

/// A file that was named on the command line.
fn read_file(path: &Path) -> Result<Source, Failure> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::usage(format!("there is no file `{}`", path.display()))
            .help("the table comes after the collection, the map after `--map`"),
        _ => Failure::environment(format!("can't read `{}`: {error}", path.display())),
    })?;
    Ok(Source::new(path.display().to_string().replace('\\', "/"), bytes))
}

/// Writes entries, the record, then the rejected rows. Each file is whole at any time; the record comes after the entries, so that an import that
/// was broken off finds them again. Gives where rejected rows of an earlier import are kept, which somebody may have mended.
fn write(
    cli: &Cli,
    plan: &Plan,
    record: &str,
    table: &Table,
    (table_path, rejects): (&Path, &Path),
) -> Result<Option<PathBuf>, Failure> {
    for made in &plan.created {
        if fs::symlink_metadata(cli.root.join(&made.path)).is_ok() {
            let message = format!("`{}` is there and can't be read as an entry; nothing was written", made.path);
            return Err(Failure::environment(message).help("look at its permissions, or move it away"));
        }
    }
    let failed = |path: &Path, error: &io::Error| {
        Failure::environment(format!("can't write `{}`: {error}", path.display()))
            .help("files that were written before it are whole; import again to go on")
    };
    for written in plan.created.iter().chain(&plan.updated) {
        let path = cli.root.join(&written.path);
        replace(&path, written.text.as_bytes()).map_err(|error| failed(&path, &error))?;
    }
    let path = cli.root.join(record);
    let bytes = plan.last.csv();
    if fs::read(&path).ok().as_deref() != Some(&bytes) {
        replace(&path, &bytes).map_err(|error| failed(&path, &error))?;
    }
    // A file of an earlier import that is done with has no rows any more.
    if !plan.rejected.is_empty() || rejects.exists() {
        // It may be a file that was written just now.
        refuse_foreign(rejects, REJECTS, is_rejects)?;
        let reason = |fault: &Diagnostic| reason(fault, table);
        let (before, now) = (fs::read(rejects).unwrap_or_default(), plan.rejects(table, &reason));
        let is_imported = fs::canonicalize(rejects).ok() == fs::canonicalize(table_path).ok();
        let has_rows = before.trim_ascii_end().contains(&b'\n');
        let kept = rejects.with_extension("old.csv");
        let keeps = has_rows && before != now && !is_imported;
        if keeps {
            refuse_foreign(&kept, REJECTS, is_rejects)?;
            replace(&kept, &before).map_err(|error| failed(&kept, &error))?;
        }
        replace(rejects, &now).map_err(|error| failed(rejects, &error))?;
        return Ok(keeps.then_some(kept));
    }
    Ok(None)
}

/// Puts a file in the place of another in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // An entry may be a link to a file elsewhere, which must stay one.
    let path: PathBuf = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!(".{name}.new"));
    let written = File::create(&new).and_then(|mut file| {
        if let Ok(old) = fs::metadata(&path) {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(bytes)
    });
    written.and_then(|()| fs::rename(&new, &path)).inspect_err(|_| drop(fs::remove_file(&new)))
}

/// Prints what became of the rows.
fn say(
    cli: &Cli,
    args: &ImportArgs,
    plan: &Plan,
    table: &Table,
    texts: &BTreeMap<Arc<str>, String>,
    rejects: &Path,
) -> Outcome {
    let mut diagnostics: Vec<Diagnostic> = plan.rejected.values().flatten().cloned().collect();
    if !cli.quiet {
        diagnostics.extend(plan.notes.iter().cloned());
    }
    tell(cli, &diagnostics, texts)?;
    let mut text = String::new();
    if args.dry_run || cli.verbose > 0 {
        for made in &plan.created {
            text.push_str(&format!("+ {}\n", made.path));
        }
        for changed in &plan.updated {
            text.push_str(&format!("~ {}: {}\n", changed.path, changed.fields.join(", ")));
        }
    }
    let counts = plan.counts().map(|(count, word)| format!("{count} {word}")).join(", ");
    if !cli.quiet {
        let rows = table.rows.len();
        text.push_str(&format!("{rows} {}: {counts}\n", if rows == 1 { "row" } else { "rows" }));
        match (args.dry_run, plan.rejected.is_empty()) {
            (true, _) => text.push_str("nothing was written\n"),
            (false, true) => {}
            (false, false) => {
                text.push_str(&format!("the rejected rows stand in `{}` with the reasons\n", rejects.display()))
            }
        }
    }
    report::print(&text).map_err(|error| Failure::environment(format!("can't write: {error}")))?;
    Ok(if plan.rejected.is_empty() { 0 } else { CONTENT })
}

/// Prints diagnostics, errors first.
fn tell(cli: &Cli, diagnostics: &[Diagnostic], texts: &BTreeMap<Arc<str>, String>) -> Result<(), Failure> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    let mut shown: Vec<Diagnostic> = diagnostics.to_vec();
    shown.sort_by_key(|diagnostic| diagnostic.severity);
    let rest = shown.split_off(shown.len().min(PRINTED));
    let text_of = |path: &str| texts.get(path).map(String::as_str);
    let look = Look::on(&std::io::stderr(), cli.color);
    let mut text = report::render(Format::Human, &shown, &text_of, look);
    if !rest.is_empty() {
        text.push_str(&format!("and {} more: {}\n", rest.len(), report::counts(&rest)));
    }
    report::print_aside(&text).map_err(|error| Failure::environment(format!("can't write: {error}")))
}

/// A fault in one line, with its place.
fn reason(fault: &Diagnostic, table: &Table) -> String {
    let place = position(&table.text, fault.location.range.start);
    let nearest = fault.nearest.as_ref().map(|nearest| format!(" (nearest: {nearest})")).unwrap_or_default();
    format!("{}:{}: {}{nearest}", place.line, place.column, fault.message)
}
