//! Migrations, embedded and run at every start, under a lock: programs that start at once on one database do not hurt each other.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::engine::Db;
use super::sqlite;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock that PostgreSQL instances take while they migrate; an arbitrary number that nothing else uses.
const LOCK: i64 = 0x000C_11E7_7E1F;

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Brings the schema to this program's state. Nothing of a failed migration remains.
pub fn run(db: &mut Db) -> Result<(), BoxedError> {
    match db {
        Db::Sqlite(sqlite) => {
            sqlite::use_write_ahead_log(sqlite)?;
            if !sqlite.has_pending_migration(SQLITE).unwrap_or(true) {
                return Ok(());
            }
            sqlite.immediate_transaction(|sqlite| -> Result<(), MigrationError> {
                sqlite.run_pending_migrations(SQLITE).map_err(MigrationError::Migration)?;
                Ok(())
            })?;
        }
        Db::Postgres(pg) => {
            // Another instance may take long for a great table: wait for it without the ordinary limits.
            pg.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0")?;
            sql_query("SELECT pg_advisory_lock($1)").bind::<diesel::sql_types::BigInt, _>(LOCK).execute(pg)?;
            let outcome = pg.run_pending_migrations(POSTGRES).map(drop);
            sql_query("SELECT pg_advisory_unlock($1)").bind::<diesel::sql_types::BigInt, _>(LOCK).execute(pg)?;
            outcome?;
        }
    }
    Ok(())
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
