//! `clientele export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::Args;

use crate::config::DatabaseSettings;
use crate::domain::files;
use crate::domain::query::Query;
use crate::domain::rules::thousands;
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

pub(super) fn run(database: &DatabaseSettings, zone: Tz, settings: &Export) -> std::result::Result<(), String> {
    let database = crate::startup::open(database)?;
    let mut customers = Sink::open(&settings.customers, &files::CUSTOMERS)?;
    let mut contacts = settings.contacts.as_deref().map(|path| Sink::open(path, &files::CONTACTS)).transpose()?;
    let mut entitlements = settings.entitlements.as_deref().map(|path| Sink::open(path, &files::ENTITLEMENTS)).transpose()?;
    let query = Query::parse([("q", settings.query.as_str())].into_iter());
    let (mut next, mut count) = (None, 0);
    loop {
        let chunk = said(database.read(|db| exports::chunk(db, &query, zone, next)))?;
        count += chunk.customers.len();
        customers.write(&said(exports::customer_lines(&chunk.customers))?)?;
        if let Some(contacts) = &mut contacts {
            contacts.write(&said(database.read(|db| exports::contact_lines(db, &chunk.customers)))?)?;
        }
        if let Some(entitlements) = &mut entitlements {
            entitlements.write(&said(database.read(|db| exports::entitlement_lines(db, &chunk.customers)))?)?;
        }
        next = chunk.next;
        if next.is_none() {
            break;
        }
    }
    for sink in [Some(customers), contacts, entitlements].into_iter().flatten() {
        sink.finish()?;
    }
    eprintln!("{} customers are exported.", thousands(i64::try_from(count).unwrap_or(i64::MAX)));
    Ok(())
}

fn said<T>(outcome: Result<T>) -> std::result::Result<T, String> {
    outcome.map_err(|error| match error {
        Error::Unavailable(why) => format!("The export broke off, its files are not whole: {why}"),
        other => format!("The export broke off, its files are not whole: {other:?}"),
    })
}

/// A file that is written.
struct Sink {
    path: PathBuf,
    out: Box<dyn Write>,
}

impl Sink {
    fn open(path: &Path, columns: &[&str]) -> std::result::Result<Self, String> {
        let out: Box<dyn Write> = if path == Path::new("-") {
            Box::new(std::io::stdout())
        } else {
            Box::new(BufWriter::new(File::create(path).map_err(|error| format!("{} cannot be written: {error}", path.display()))?))
        };
        let mut sink = Self { path: path.to_owned(), out };
        sink.write(&said(exports::head(columns))?)?;
        Ok(sink)
    }

    fn write(&mut self, bytes: &[u8]) -> std::result::Result<(), String> {
        self.out.write_all(bytes).map_err(|error| format!("{} cannot be written: {error}", self.path.display()))
    }

    fn finish(mut self) -> std::result::Result<(), String> {
        self.out.flush().map_err(|error| format!("{} cannot be written: {error}", self.path.display()))
    }
}
