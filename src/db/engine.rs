//! The two engines as one connection type, opened by an address's scheme.
//!
//! The derived `establish` tries each engine in turn and hides why it failed, so [`Address::open`] is used instead.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::pool::Access;

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// An embedded file.
    Sqlite(diesel::SqliteConnection),
    /// A server.
    Postgres(diesel::PgConnection),
}

/// Where the data are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `sqlite:PATH`, or a bare path.
    Sqlite(PathBuf),
    /// `postgres://…`, as libpq reads it.
    Postgres(String),
}

/// How long SQLite waits for another process that writes, in milliseconds.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(4);
/// SQLite's page cache a connection, in KiB.
const CACHE: u32 = 8_192;
/// How much of an SQLite file readers map into memory, in bytes: deep pages then cost no system call a row. It is memory of the system's own
/// cache, which gives it to others whenever it likes; but tools count it as the program's.
const MAP: u64 = 64 << 20;

impl Address {
    /// Reads an address by its scheme.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("The database's address is empty: give a path, sqlite:PATH or postgres://…".to_owned());
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if needs_tls(text) && !cfg!(feature = "postgres-tls") {
                return Err(
                    "This database address asks for TLS, and this program was built without it: build with --features postgres-tls"
                        .to_owned(),
                );
            }
            return Ok(Self::Postgres(with_time_limits(text)));
        }
        match text.split_once(':') {
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() { Err("sqlite: is to be followed by a path".to_owned()) } else { Ok(Self::Sqlite(path.into())) }
            }
            Some((scheme, rest)) if rest.starts_with("//") => {
                Err(format!("The database scheme {scheme}: is unknown: give a path, sqlite:PATH or postgres://…"))
            }
            _ => Ok(Self::Sqlite(text.into())),
        }
    }

    /// Opens a connection and sets it up.
    ///
    /// # Errors
    /// The engine's own.
    pub fn open(&self, access: Access) -> ConnectionResult<Db> {
        let set_up = match self {
            Self::Sqlite(_) => {
                let own = match access {
                    Access::Read => format!("PRAGMA query_only = ON; PRAGMA mmap_size = {MAP};"),
                    Access::Write => String::new(),
                };
                format!(
                    "PRAGMA busy_timeout = {}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
                     PRAGMA cache_size = -{CACHE}; PRAGMA trusted_schema = OFF; {own}",
                    BUSY_TIMEOUT.as_millis()
                )
            }
            // The server gives up before the request's own deadline does, so that nothing goes on unseen.
            // No question of this program is answered by going through a table; without statistics the planner may think otherwise.
            Self::Postgres(_) => "SET jit = off; SET enable_seqscan = off; SET statement_timeout = '8s'; SET lock_timeout = '5s';
                 SET idle_in_transaction_session_timeout = '20s'; SET TIME ZONE 'UTC'; SET client_min_messages = warning"
                .to_owned(),
        };
        let mut db = match self {
            Self::Sqlite(path) => Db::Sqlite(diesel::SqliteConnection::establish(&path.to_string_lossy())?),
            Self::Postgres(url) => Db::Postgres(diesel::PgConnection::establish(url)?),
        };
        db.batch_execute(&set_up).map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(db)
    }
}

fn needs_tls(url: &str) -> bool {
    ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"].iter().any(|mode| url.contains(mode))
}

/// A server that does not answer is given up after three seconds, and a line that went dead after ten.
fn with_time_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "3"), ("tcp_user_timeout", "10000"), ("application_name", "clientele")] {
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

/// The address as it may be shown: without the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let rest = rest.split(['?']).next().unwrap_or(rest);
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "{scheme}://{host}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        assert_eq!(Address::parse("clientele.db"), Ok(Address::Sqlite("clientele.db".into())));
        assert_eq!(Address::parse("sqlite:/var/x y.db"), Ok(Address::Sqlite("/var/x y.db".into())));
        assert_eq!(Address::parse("sqlite:///var/x.db"), Ok(Address::Sqlite("/var/x.db".into())));
        assert!(matches!(Address::parse("postgres://u:p@h/d"), Ok(Address::Postgres(_))));
        assert!(Address::parse("mysql://h/d").is_err_and(|words| words.contains("mysql")));
        assert!(Address::parse("").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = Address::parse("postgres://user:s3cret@db.example:5432/clientele?sslmode=prefer").map(|a| a.to_string());
        assert_eq!(address.as_deref(), Ok("postgres://db.example:5432/clientele"));
    }
}
