//! Migrations, run at every start, under a lock: programs that start at once on one database do not hurt each other.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel_migrations::MigrationHarness;

use super::found::{self, APPLICATION_ID, Found};
use super::migrations::{POSTGRES, SQLITE};

/// The advisory lock that PostgreSQL instances take while they migrate; an arbitrary number that nothing else uses.
const LOCK: i64 = 0x000C_11E7_7E1F;

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Brings the schema of a file to this program's state. Nothing of a failed migration remains.
pub(super) fn in_sqlite(sqlite: &mut SqliteConnection) -> Result<(), BoxedError> {
    let is_current = |sqlite: &mut SqliteConnection| -> QueryResult<bool> {
        Ok(found::in_sqlite(sqlite)? == Found::Current && found::application_id(sqlite)? == APPLICATION_ID)
    };
    if is_current(sqlite)? {
        return Ok(());
    }
    sqlite.immediate_transaction(|sqlite| -> Result<(), MigrationError> {
        sqlite.run_pending_migrations(SQLITE).map_err(MigrationError::Migration)?;
        // Files of earlier versions have none.
        Ok(sqlite.batch_execute(&format!("PRAGMA application_id = {APPLICATION_ID}"))?)
    })?;
    Ok(())
}

/// Brings the schema of a PostgreSQL database to this program's state.
pub(super) fn in_postgres(pg: &mut PgConnection) -> Result<(), BoxedError> {
    if let Some(refusal) = found::rights_refusal(pg)? {
        return Err(refusal.into());
    }
    // Another instance may take long for a great table: wait for it without the ordinary limits.
    pg.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0")?;
    sql_query("SELECT pg_advisory_lock($1)").bind::<diesel::sql_types::BigInt, _>(LOCK).execute(pg)?;
    let outcome = pg.run_pending_migrations(POSTGRES).map(drop);
    sql_query("SELECT pg_advisory_unlock($1)").bind::<diesel::sql_types::BigInt, _>(LOCK).execute(pg)?;
    outcome
}

/// `immediate_transaction` asks for an error that a failed `BEGIN` can become.
#[derive(Debug)]
enum MigrationError {
    Database(diesel::result::Error),
    Migration(BoxedError),
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl std::error::Error for MigrationError {}

impl std::fmt::Display for MigrationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Migration(error) => error.fmt(f),
        }
    }
}
