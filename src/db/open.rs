//! Opens a database: makes sure that it is one of this program and of this version, and changes nothing of one that is not.

use std::path::Path;
use std::sync::Arc;

use diesel::ConnectionResult;

use super::address::Address;
use super::engine::Access;
use super::found::{self, Found};
use super::source::Source;
use super::sqlite_file::{self, Mode, SqliteFile};
use super::tuning::Tuning;
use super::{migrate, postgres, sqlite};

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To read and change it. An SQLite file that does not exist is made.
    Use,
    /// To read and change what is there.
    Repair,
    /// To read what is there, also from a disk that is full or takes nothing.
    Read,
}

/// Opens a database and brings its schema up to date.
///
/// # Errors
/// One sentence, in one line.
pub(super) fn open(address: &Address, purpose: Purpose, tuning: &Tuning) -> Result<Source, String> {
    let failed = |why: String| format!("The database {address} cannot be used: {}", one_line(&why));
    match address {
        Address::Sqlite(path) => open_file(path, purpose, tuning).map(Source::Sqlite).map_err(failed),
        Address::Postgres(url) => {
            open_server(&url.connection_string(), tuning).map_err(failed)?;
            Ok(Source::Postgres(url.clone()))
        }
    }
}

fn open_file(path: &Path, purpose: Purpose, tuning: &Tuning) -> Result<Arc<SqliteFile>, String> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err("it is not a file".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && purpose == Purpose::Use => {
            sqlite_file::create(path).map_err(|error| format!("its file cannot be made: {error}"))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err("there is no such file".to_owned()),
        Err(error) => return Err(error.to_string()),
    }
    match sqlite_file::inspect(path) {
        Ok(found) => found.refusal().map_or(Ok(()), Err)?,
        // A log whose index has no room: it is looked at below.
        Err(error) if purpose == Purpose::Read && !sqlite::is_damage(&error.to_string()) => {}
        Err(error) => return Err(in_words(&error)),
    }
    let first = |mode| -> ConnectionResult<_> {
        let file = SqliteFile::at(path, mode).map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))?;
        let (mut sqlite, open) = sqlite::connect(&file, Access::Write, tuning.busy)?;
        let found = found::in_sqlite(&mut sqlite).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok((file, sqlite, found, open))
    };
    let shared = first(Mode::Shared);
    let (file, mut sqlite, found, _open) = match shared {
        Err(_) if purpose == Purpose::Read => {
            let alone = first(Mode::Alone);
            let opened = if sqlite_file::has_log(path) { alone } else { alone.or_else(|_| first(Mode::Unchanging)) };
            opened.map_err(|error| in_words(&error))?
        }
        shared => shared.map_err(|error| in_words(&error))?,
    };
    match (file.mode(), &found) {
        (Mode::Shared, Found::Current) if purpose == Purpose::Read => {}
        (Mode::Shared, _) => migrate::in_sqlite(&mut sqlite).map_err(|error| in_words(&error))?,
        (_, Found::Current) => {}
        (_, Found::Newer(_) | Found::Foreign) => return Err(found.refusal().unwrap_or_default()),
        _ => return Err("it has to be brought up to date first, and the disk takes nothing".to_owned()),
    }
    Ok(file)
}

fn open_server(connection_string: &str, tuning: &Tuning) -> Result<(), String> {
    let pg = &mut postgres::connect(connection_string, tuning).map_err(|error| error.to_string())?;
    let failed = |error: diesel::result::Error| error.to_string();
    if let Some(refusal) = found::encoding_refusal(pg).map_err(failed)? {
        return Err(refusal);
    }
    match found::in_postgres(pg).map_err(failed)? {
        Found::Current => Ok(()),
        Found::Outdated => migrate::in_postgres(pg).map_err(|error| error.to_string()),
        other => other.refusal().map_or(Ok(()), Err),
    }
}

/// SQLite's words for what is wrong with a file, and what they mean to people.
fn in_words(error: &dyn std::fmt::Display) -> String {
    let message = error.to_string();
    if sqlite::is_damage(&message) {
        return format!("it is damaged, or no database at all, and was left as it is: put a backup in its place ({message})");
    }
    let hint = if message.contains("disk") { ": is the disk full?" } else { "" };
    format!("{message}{hint}")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
