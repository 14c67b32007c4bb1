//! `clientele import`: checks, says what it found, asks, imports.

mod options;
mod progress;
mod say;

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::{ArgGroup, Args};

use self::options::Decisions;
use self::progress::{Counted, Progress};
use self::say::Names;
use crate::config::DatabaseSettings;
use crate::db::{Database, Db};
use crate::domain::actor::{Actor, Principal};
use crate::domain::file_name::visible;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::numbers::counted;
use crate::imports::files::look::{Look, Options, Question};
use crate::imports::files::source::{self, Bytes};
use crate::imports::mappings;
use crate::imports::progress::Expected;
use crate::imports::record::{self, File as Described, Import};
use crate::imports::{self, Check, Checked, ImportError, Importer};
use crate::store::Error;

type Outcome<T> = std::result::Result<T, String>;

/// Which files are read, and what is done with them.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("files").required(true).multiple(true).args(["customers", "contacts", "entitlements"]))]
pub(super) struct Settings {
    /// A file (CSV, XLSX, ODS) of customers, matched by number, or by CRM ID where there is no number
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// A file (CSV, XLSX, ODS) of contacts, matched by e-mail within the customer
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// A file (CSV, XLSX, ODS) of entitlements, matched by EID
    #[arg(long, value_name = "FILE")]
    entitlements: Option<PathBuf>,
    /// Which rows to import: both, create (new records only) or update (existing records only)
    #[arg(long, default_value = "both", value_parser = mode, value_name = "MODE")]
    mode: Mode,
    /// Only check the files; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the invalid rows and the reasons to this file, to be fixed and imported again
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Import the valid rows even if others are invalid
    #[arg(long)]
    skip_invalid: bool,
    /// Import without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    decisions: Decisions,
}

impl Settings {
    fn path(&self, subject: Subject) -> Option<&Path> {
        match subject {
            Subject::Customers => self.customers.as_deref(),
            Subject::Contacts => self.contacts.as_deref(),
            Subject::Entitlements => self.entitlements.as_deref(),
        }
    }

    fn files(&self) -> impl Iterator<Item = (Subject, &Path)> {
        Subject::ALL.into_iter().filter_map(|subject| Some((subject, self.path(subject)?)))
    }

    /// The files from their beginning. What is read of them is counted.
    fn open(&self, read: &Counted) -> Outcome<Each<Option<Bytes>>> {
        Each::try_from_fn(|subject| self.path(subject).map(|path| Ok(read.reader(open(path)?))).transpose())
    }
}

fn mode(word: &str) -> Outcome<Mode> {
    Mode::parse(word).ok_or_else(|| format!("{word} is not a mode: use both, create or update"))
}

pub(super) fn run(database: &DatabaseSettings, zone: Tz, settings: &Settings) -> Outcome<()> {
    let names = Names::of(settings.files());
    let files = Each::try_from_fn(|subject| settings.path(subject).map(describe).transpose())?;
    let database = crate::startup::open(database.address()?, database.tuning())?;
    let given: Vec<Subject> = settings.files().map(|(subject, _)| subject).collect();
    let kept = kept(&database, &names, settings, &given)?;
    let options = settings.decisions.options(&given, kept)?;
    let failed = |error: Error| names.failed(&error.into());
    let interrupted = database.read(|db| record::interrupted(db, settings.mode, &options, &files)).map_err(failed)?;
    let look = look(settings, &names, options)?;
    let actor = || Actor::now(Principal::command_line(), zone);
    let checked = check(&database, actor, settings, &names, look, interrupted)?;
    say::notes(&names, &checked.report);
    say::alike(&names, &checked.report);
    say::warnings(&names, &checked.report);
    say::counts(&names, &checked.report.counts);
    say::invalid(&names, &checked.report);
    if let Some(path) = &settings.errors {
        write_errors(path, &checked)?;
    }
    let invalid = checked.report.invalid_rows();
    if invalid > 0 && !settings.skip_invalid {
        let rows = counted(invalid, "row is", "rows are");
        let errors = if settings.errors.is_some() { "" } else { " (--errors FILE writes them to a file)" };
        return Err(format!("{rows} invalid, and nothing is imported: fix them{errors}, or leave them out with --skip-invalid."));
    }
    if checked.report.undecided > 0 && !settings.dry_run {
        return Err(options::answer(&Question::Alike(checked.report.undecided)).unwrap_or_default());
    }
    if settings.dry_run {
        println!("Nothing was imported: this was only a check (--dry-run).");
        return Ok(());
    }
    if !confirmed(settings)? {
        return Err("Nothing was imported.".to_owned());
    }
    if let Some(name) = &settings.decisions.save_mapping {
        database.write(|db| keep(db, &actor(), name, &checked.look)).map_err(failed)?;
    }
    let interrupted = |failure: ImportError| names.interrupted(&failure);
    let batch = database.import_batch();
    let new = Expected { customers: checked.report.counts.of(Subject::Customers).new, batch };
    let import = database
        .write(|db| imports::progress::open(db, &actor(), settings.mode, &checked.look, &files, new))
        .map_err(|error| interrupted(error.into()))?;
    let importer = Importer::new(&database, settings.open(&Counted::default())?, import, checked).map_err(interrupted)?;
    import_rows(&database, actor, &names, importer)
}

/// The decisions that were kept under the name that is asked for.
fn kept(database: &Database, names: &Names, settings: &Settings, given: &[Subject]) -> Outcome<Each<Options>> {
    let mut options = Each::<Options>::default();
    let Some(name) = &settings.decisions.mapping else { return Ok(options) };
    let mut is_known = false;
    for subject in given {
        let found = database.read(|db| mappings::named(db, *subject, name)).map_err(|error| names.failed(&error.into()))?;
        if let Some(kept) = found {
            *options.of_mut(*subject) = kept.options;
            is_known = true;
        }
    }
    if is_known { Ok(options) } else { Err(format!("Nothing is kept under the name {name}.")) }
}

/// Keeps the decisions about each file under a name.
fn keep(db: &mut Db, actor: &Actor, name: &str, look: &Look) -> Result<(), Error> {
    for subject in Subject::ALL {
        let Some(file) = look.files.of(subject) else { continue };
        let signature = mappings::signature(file.survey.columns.iter().map(|column| column.name.as_str()));
        mappings::keep(db, actor, subject, name, &signature, look.options.of(subject))?;
    }
    Ok(())
}

/// Looks at the files. What has to be said before they are imported ends the command, unless it only checks.
fn look(settings: &Settings, names: &Names, options: Each<Options>) -> Outcome<Look> {
    let (look, error) = Look::at(settings.open(&Counted::default())?, options).map_err(|error| names.failed(&error.into()))?;
    options::refuse_unknown_columns(&look)?;
    if let Some(error) = error {
        return Err(names.failed(&error.into()));
    }
    say::columns(names, &look);
    for (subject, question) in look.questions() {
        let Some(answer) = options::answer(&question) else { continue };
        let sentence = names.about(subject, &answer);
        if !settings.dry_run {
            return Err(sentence);
        }
        println!("{sentence}");
    }
    Ok(look)
}

fn check(
    database: &Database,
    actor: impl Fn() -> Actor,
    settings: &Settings,
    names: &Names,
    look: Look,
    interrupted: Option<Import>,
) -> Outcome<Checked> {
    let read = Counted::default();
    let failed = |failure: ImportError| names.failed(&failure);
    if let Some(import) = &interrupted {
        say::resuming(names, import);
    }
    let mut check = Check::new(database, settings.open(&read)?, look, settings.mode, interrupted).map_err(failed)?;
    let length = settings.files().map(|(_, path)| std::fs::metadata(path).map_or(0, |file| file.len())).sum();
    let progress = Progress::new("Checking", length, 0);
    while check.step(database, &actor()).map_err(failed)? {
        progress.reached(read.bytes(), check.report().rows());
    }
    progress.finish();
    Ok(check.finish())
}

fn import_rows(database: &Database, actor: impl Fn() -> Actor, names: &Names, mut importer: Importer) -> Outcome<()> {
    let progress = Progress::new("Importing", importer.rows(), importer.import().rows());
    let mut indexing: Option<Progress> = None;
    while importer.step(database, &actor(), None).map_err(|failure| names.interrupted(&failure))? {
        match importer.indexed() {
            None => progress.reached(importer.import().rows(), importer.import().rows()),
            Some((done, total)) => {
                let [done, total] = [done, total].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
                progress.finish();
                indexing.get_or_insert_with(|| Progress::new("Indexing", total, 0)).reached(done, done);
            }
        }
    }
    progress.finish();
    if let Some(indexing) = indexing {
        indexing.finish();
    }
    println!("Imported:");
    say::counts(names, &importer.import().counts);
    let rejected = importer.report().invalid_rows();
    if rejected == 0 {
        return Ok(());
    }
    say::invalid(names, importer.report());
    let rows = counted(rejected, "row was", "rows were");
    Err(format!("{rows} valid when checked, but not when imported, because the data had changed: import the files again."))
}

/// Asks on a terminal, unless told not to.
fn confirmed(settings: &Settings) -> Outcome<bool> {
    if settings.yes || !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    print!("Import this? [y/N] ");
    let failed = |error: std::io::Error| format!("The answer cannot be read: {error}. --yes imports without asking.");
    std::io::stdout().flush().map_err(failed)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn open(path: &Path) -> Outcome<File> {
    let failed = |why: &dyn std::fmt::Display| format!("{} cannot be read: {why}", path.display());
    let file = File::open(path).map_err(|error| failed(&error))?;
    match file.metadata() {
        // It is read twice: to be checked, and to be imported.
        Ok(found) if !found.is_file() => Err(failed(&"it is not a file")),
        Ok(_) => Ok(file),
        Err(error) => Err(failed(&error)),
    }
}

fn describe(path: &Path) -> Outcome<Described> {
    let failed = |error| format!("{} cannot be read: {error}", path.display());
    let mut file = open(path)?;
    let length = file.metadata().map_err(failed)?.len();
    let (name, fingerprint) = (visible(&path.display().to_string()), source::fingerprint(&mut file).map_err(failed)?);
    Ok(Described { name, length, fingerprint, derived: false })
}

fn write_errors(path: &Path, checked: &Checked) -> Outcome<()> {
    let failed = |why: &dyn std::fmt::Display| format!("{} cannot be written: {why}", path.display());
    let file = File::create(path).map_err(|error| failed(&error))?;
    checked.write_invalid(BufWriter::new(file)).map_err(|error| failed(&error))
}
