//! `clientele import`: checks, says what it found, asks, imports.

mod progress;
mod say;

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::{ArgGroup, Args};

use self::progress::{Counted, Progress};
use self::say::Names;
use crate::db::{Address, Database};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::{Role, counted};
use crate::imports::files::source::{self, Bytes};
use crate::imports::{self, Check, Checked, Fingerprints, Import, ImportError, Job};

type Outcome<T> = std::result::Result<T, String>;

/// Which files are read, and what is done with them.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("files").required(true).multiple(true).args(["customers", "contacts", "entitlements"]))]
pub(super) struct Settings {
    /// A CSV file of customers, told apart by their number, else their CRM ID
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// A CSV file of contacts, told apart by their e-mail within the customer
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// A CSV file of entitlements, told apart by their EID
    #[arg(long, value_name = "FILE")]
    entitlements: Option<PathBuf>,
    /// Which rows are taken: both, create (new records only) or update (known ones only)
    #[arg(long, default_value = "both", value_parser = mode, value_name = "MODE")]
    mode: Mode,
    /// Checks the files and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the invalid rows go, with the reasons, to be mended and imported again
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Imports the rows that are right although others are invalid
    #[arg(long)]
    skip_invalid: bool,
    /// Does not ask before it writes
    #[arg(long, short)]
    yes: bool,
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
    Mode::parse(word).ok_or_else(|| format!("{word} is no mode: write both, create or update"))
}

pub(super) fn run(address: Address, zone: Tz, settings: &Settings) -> Outcome<()> {
    let names = Names::of(settings);
    let fingerprints = fingerprints(settings)?;
    let database = crate::startup::open(address)?;
    let job = database.read(|db| imports::find(db, settings.mode, &fingerprints)).map_err(|error| names.failed(&error.into()))?;
    let checked = check(&database, zone, settings, &names, job)?;
    say::warnings(&names, &checked.report);
    say::counts(&names, &checked.report);
    say::invalid(&names, &checked.report);
    if let Some(path) = &settings.errors {
        write_errors(path, &checked)?;
    }
    let invalid = checked.report.invalid_rows();
    if invalid > 0 && !settings.skip_invalid {
        let rows = counted(i64::try_from(invalid).unwrap_or(i64::MAX), "row is", "rows are");
        let errors = if settings.errors.is_some() { "" } else { " (--errors FILE writes them down)" };
        return Err(format!("{rows} invalid, and nothing is imported: mend them{errors}, or leave them out with --skip-invalid."));
    }
    if settings.dry_run {
        println!("Nothing is imported: this was a check (--dry-run).");
        return Ok(());
    }
    if !confirmed(settings)? {
        return Err("Nothing is imported.".to_owned());
    }
    let import = begin(&database, zone, settings, &names, &fingerprints, checked)?;
    resume(&database, zone, &names, import)
}

fn check(database: &Database, zone: Tz, settings: &Settings, names: &Names, job: Option<Job>) -> Outcome<Checked> {
    let read = Counted::default();
    let failed = |failure: ImportError| names.failed(&failure);
    if let Some(job) = &job {
        say::going_on(names, job);
    }
    let mut check = Check::new(settings.open(&read)?, settings.mode, job).map_err(failed)?;
    say::columns(names, check.columns());
    let length = settings.files().map(|(_, path)| std::fs::metadata(path).map_or(0, |file| file.len())).sum();
    let progress = Progress::of_bytes("Checking", length);
    while check.step(database, Actor::now(ActorKind::CommandLine, Role::Administrator, zone)).map_err(failed)? {
        progress.reached(read.bytes(), check.report().rows());
    }
    progress.finish();
    Ok(check.finish())
}

fn begin(
    database: &Database,
    zone: Tz,
    settings: &Settings,
    names: &Names,
    fingerprints: &Fingerprints,
    checked: Checked,
) -> Outcome<Import> {
    let actor = Actor::now(ActorKind::CommandLine, Role::Administrator, zone);
    let failed = |failure: ImportError| names.broke_off(&failure);
    let new = checked.report.counts.of(Subject::Customers).new;
    let job = database.write(|db| imports::begin(db, actor, settings.mode, fingerprints, new)).map_err(|error| failed(error.into()))?;
    Import::new(settings.open(&Counted::default())?, job, checked).map_err(failed)
}

fn resume(database: &Database, zone: Tz, names: &Names, mut import: Import) -> Outcome<()> {
    let done = |job: &Job| Subject::ALL.iter().map(|subject| *job.position.of(*subject)).sum::<u64>();
    let progress = Progress::of_rows("Importing", import.rows(), done(import.job()));
    let mut indexing: Option<Progress> = None;
    while import
        .step(database, Actor::now(ActorKind::CommandLine, Role::Administrator, zone))
        .map_err(|failure| names.broke_off(&failure))?
    {
        match import.indexed() {
            None => progress.reached(done(import.job()), done(import.job())),
            Some((found, total)) => {
                let [found, total] = [found, total].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
                progress.finish();
                indexing.get_or_insert_with(|| Progress::of_rows("Making them found", total, 0)).reached(found, found);
            }
        }
    }
    progress.finish();
    if let Some(indexing) = indexing {
        indexing.finish();
    }
    say::done(names, import.job());
    let refused = import.report().invalid_rows();
    if refused == 0 {
        return Ok(());
    }
    say::invalid(names, import.report());
    let rows = counted(i64::try_from(refused).unwrap_or(i64::MAX), "row was", "rows were");
    Err(format!(
        "{rows} right when the files were checked and invalid when they were imported, since the data changed: import the files again."
    ))
}

/// Whether to go on: asks on a terminal, unless told not to.
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
        Ok(found) if !found.is_file() => Err(failed(&"it is no file")),
        Ok(_) => Ok(file),
        Err(error) => Err(failed(&error)),
    }
}

fn fingerprint(path: &Path) -> Outcome<String> {
    source::fingerprint(&mut open(path)?).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn fingerprints(settings: &Settings) -> Outcome<Fingerprints> {
    Each::try_from_fn(|subject| settings.path(subject).map(fingerprint).transpose())
}

fn write_errors(path: &Path, checked: &Checked) -> Outcome<()> {
    let failed = |why: &dyn std::fmt::Display| format!("{} cannot be written: {why}", path.display());
    let file = File::create(path).map_err(|error| failed(&error))?;
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
    for record in checked.report.invalid_as_records(&checked.columns) {
        writer.write_record(&record).map_err(|error| failed(&error))?;
    }
    writer.flush().map_err(|error| failed(&error))
}
