//! `clientele export`.

mod output;

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::Args;

use self::output::Output;
use crate::config::DatabaseSettings;
use crate::domain::actor::{Actor, Principal};
use crate::domain::export::{Export, Format};
use crate::domain::files;
use crate::domain::import::{Each, Subject};
use crate::domain::numbers::counted;
use crate::domain::query::Query;
use crate::exports::Source;
use crate::store::Error;

/// Which files are written, and of which customers.
#[derive(Debug, Args)]
#[group(id = "files", required = true, multiple = true, args = ["customers", "contacts", "entitlements", "all"])]
pub(super) struct Settings {
    /// Where the customers go: a workbook where the name ends in .xlsx, otherwise CSV; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Where their contacts go
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// Where their entitlements go
    #[arg(long, value_name = "FILE")]
    entitlements: Option<PathBuf>,
    /// Where all three go: a workbook with three sheets (.xlsx), or a ZIP file with three CSV files (.zip)
    #[arg(long, value_name = "FILE")]
    all: Option<PathBuf>,
    /// Only the customers that this search finds, written as in the search box
    #[arg(long, default_value = "", value_name = "SEARCH")]
    query: String,
    /// Only these columns, with commas between them (`name,billing_city`, or `contacts.phone` for those of one kind), and those that an import needs
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
    /// The form of all files, whatever their names end in
    #[arg(long, value_name = "FORM", value_parser = ["csv", "xlsx"])]
    format: Option<String>,
    /// Begin CSV with a byte order mark, by which spreadsheets know its encoding: the default, but for the standard output
    #[arg(long, overrides_with = "no_bom")]
    bom: bool,
    /// Begin CSV without a byte order mark
    #[arg(long, overrides_with = "bom")]
    no_bom: bool,
    /// Rows of a sheet, for tests
    #[arg(long, hide = true, value_name = "ROWS", default_value_t = crate::exports::SHEET_ROWS)]
    sheet_rows: u32,
}

type Outcome<T> = Result<T, String>;

pub(super) fn run(database: &DatabaseSettings, zone: Tz, settings: &Settings) -> Outcome<()> {
    let exports = settings.exports()?;
    let database = crate::startup::open_to_read(database.address()?, database.tuning())?;
    let wanted: Vec<Subject> = exports.iter().flat_map(|(_, export)| export.subjects.clone()).collect();
    let outputs = exports.into_iter().map(|(path, export)| Output::create(path, export, settings.sheet_rows));
    let mut outputs = outputs.collect::<Outcome<Vec<_>>>()?;
    let query = Query::parse([("q", settings.query.as_str())].into_iter());
    let mut source = Source::customers(query, &wanted, &Actor::now(Principal::command_line(), zone));
    let mut counts = Each::<usize>::default();
    while let Some(records) = source.next(&database).map_err(|error| interrupted(&error))? {
        *counts.of_mut(records.subject) += records.rows.len();
        for output in &mut outputs {
            output.add(&records)?;
        }
    }
    for output in outputs {
        output.finish()?;
    }
    eprintln!("Exported {}.", summary(&counts, &wanted));
    Ok(())
}

impl Settings {
    /// Each file with what goes into it.
    fn exports(&self) -> Outcome<Vec<(&Path, Export)>> {
        self.check_columns()?;
        let files: [(&Option<PathBuf>, &[Subject]); 4] = [
            (&self.customers, &[Subject::Customers]),
            (&self.contacts, &[Subject::Contacts]),
            (&self.entitlements, &[Subject::Entitlements]),
            (&self.all, &Subject::ALL),
        ];
        let mut exports: Vec<(&Path, Export)> = Vec::new();
        for (path, subjects) in files {
            let Some(path) = path.as_deref() else { continue };
            if exports.iter().any(|(other, _)| *other == path) {
                return Err(format!(
                    "{} is named twice: each kind of record has a file of its own; --all takes all three.",
                    path.display()
                ));
            }
            exports.push((path, self.export(path, subjects)?));
        }
        Ok(exports)
    }

    fn export(&self, path: &Path, subjects: &[Subject]) -> Outcome<Export> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let several = subjects.len() > 1;
        let format = match (&self.format, ending.as_str()) {
            (Some(format), _) => Format::parse(format).unwrap_or_default(),
            (None, "xlsx") => Format::Xlsx,
            (None, ending) if several && ending != "zip" => {
                return Err(format!(
                    "{} is to hold all three: its name has to end in .xlsx or .zip, or --format be given.",
                    path.display()
                ));
            }
            (None, _) => Format::Csv,
        };
        let marked = self.bom || !self.no_bom && path != Path::new("-");
        let mut export = Export::new(subjects, format, marked);
        for subject in subjects {
            let names: Vec<&str> = self.columns.iter().filter_map(|name| of_subject(*subject, name)).collect();
            if !names.is_empty() {
                export.choose(*subject, names);
            }
        }
        Ok(export)
    }

    fn check_columns(&self) -> Outcome<()> {
        let is_known = |name: &&String| Subject::ALL.iter().any(|subject| of_subject(*subject, name).is_some());
        match self.columns.iter().find(|name| !is_known(name)) {
            Some(name) => {
                Err(format!("There is no column {name}. Those of customers are {}.", files::columns(Subject::Customers).join(", ")))
            }
            None => Ok(()),
        }
    }
}

/// The column that a name means, of this subject.
fn of_subject(subject: Subject, name: &str) -> Option<&str> {
    let name = name.trim();
    let name = name.strip_prefix(subject.word()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
    files::columns(subject).contains(&name).then_some(name)
}

fn summary(counts: &Each<usize>, wanted: &[Subject]) -> String {
    let words = |subject| match subject {
        Subject::Customers => ("customer", "customers"),
        Subject::Contacts => ("contact", "contacts"),
        Subject::Entitlements => ("entitlement", "entitlements"),
    };
    let said = Subject::ALL.into_iter().filter(|subject| wanted.contains(subject)).map(|subject| {
        let (one, many) = words(subject);
        counted(u64::try_from(*counts.of(subject)).unwrap_or(u64::MAX), one, many)
    });
    said.collect::<Vec<_>>().join(", ")
}

fn interrupted(error: &Error) -> String {
    let why = if let Error::Unavailable(why) = error { why.to_string() } else { format!("{error:?}") };
    format!("The export was interrupted, and no file was written: {why}")
}
