//! Where connections come from.

use std::sync::Arc;

use diesel::ConnectionResult;

use super::engine::{Access, Db};
use super::postgres_url::PostgresUrl;
use super::sqlite_file::{Mode, OpenConnection, SqliteFile};
use super::tuning::Tuning;
use super::{postgres, sqlite};

/// Where connections come from.
#[derive(Clone)]
pub(super) enum Source {
    Sqlite(Arc<SqliteFile>),
    Postgres(PostgresUrl),
}

impl Source {
    /// Opens a connection and sets it up. That of a file counts as open until what comes with it is dropped.
    pub(super) fn connect(&self, access: Access, tuning: &Tuning) -> ConnectionResult<(Db, Option<OpenConnection>)> {
        match self {
            Self::Sqlite(file) => {
                let (sqlite, open) = sqlite::connect(file, access, tuning.busy)?;
                Ok((Db::Sqlite(sqlite), Some(open)))
            }
            Self::Postgres(url) => Ok((Db::Postgres(postgres::connect(&url.connection_string(), tuning)?), None)),
        }
    }

    /// Whether it can have several connections.
    pub(super) fn is_shared(&self) -> bool {
        self.file().is_none_or(|file| file.mode() == Mode::Shared)
    }

    /// The file, of SQLite.
    pub(super) fn file(&self) -> Option<&SqliteFile> {
        match self {
            Self::Sqlite(file) => Some(file),
            Self::Postgres(_) => None,
        }
    }
}
