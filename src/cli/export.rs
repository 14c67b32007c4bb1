//! `clientele export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::Args;

use crate::config::DatabaseSettings;
use crate::domain::import::Subject;
use crate::domain::numbers::counted;
use crate::domain::query::Query;
use crate::exports;
use crate::store::{Error, Result};

/// Which files are written, and of which customers.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Where the customers go; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    customers: PathBuf,
    /// Where their contacts go
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// Where their entitlements go
    #[arg(long, value_name = "FILE")]
    entitlements: Option<PathBuf>,
    /// Only the customers that this search finds, written as in the search box
    #[arg(long, default_value = "", value_name = "SEARCH")]
    query: String,
}

type Outcome<T> = std::result::Result<T, String>;

pub(super) fn run(database: &DatabaseSettings, zone: Tz, settings: &Export) -> Outcome<()> {
    let database = crate::startup::open_to_read(database.address()?, database.tuning())?;
    let paths = [Some(&settings.customers), settings.contacts.as_ref(), settings.entitlements.as_ref()];
    let paths = Subject::ALL.into_iter().zip(paths).filter_map(|(subject, path)| Some((subject, path?)));
    let mut files = paths.map(|(subject, path)| OutputFile::create(subject, path)).collect::<Outcome<Vec<_>>>()?;
    let query = Query::parse([("q", settings.query.as_str())].into_iter());
    let (mut next, mut count) = (None, 0);
    loop {
        let chunk = complete(database.read(|db| exports::chunk(db, &query, zone, next)))?;
        count += chunk.customers.len();
        for file in &mut files {
            file.write(&complete(database.read(|db| exports::lines(db, file.subject, &chunk.customers)))?)?;
        }
        next = chunk.next;
        if next.is_none() {
            break;
        }
    }
    for file in &mut files {
        file.checked(|out| out.flush())?;
    }
    eprintln!("Exported {}.", counted(i64::try_from(count).unwrap_or(i64::MAX), "customer", "customers"));
    Ok(())
}

fn complete<T>(outcome: Result<T>) -> Outcome<T> {
    outcome.map_err(|error| {
        let why = if let Error::Unavailable(why) = error { why.to_string() } else { format!("{error:?}") };
        format!("The export was interrupted, and its files are incomplete: {why}")
    })
}

/// A file that is written.
struct OutputFile {
    subject: Subject,
    path: PathBuf,
    out: Box<dyn Write>,
}

impl OutputFile {
    fn create(subject: Subject, path: &Path) -> Outcome<Self> {
        let failed = |error| format!("{} cannot be written: {error}", path.display());
        let out: Box<dyn Write> = if path == Path::new("-") {
            Box::new(std::io::stdout())
        } else {
            Box::new(BufWriter::new(File::create(path).map_err(failed)?))
        };
        let mut file = Self { subject, path: path.to_owned(), out };
        file.write(&exports::header(subject))?;
        Ok(file)
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.checked(|out| out.write_all(bytes))
    }

    fn checked(&mut self, act: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Outcome<()> {
        act(self.out.as_mut()).map_err(|error| format!("{} cannot be written: {error}", self.path.display()))
    }
}
