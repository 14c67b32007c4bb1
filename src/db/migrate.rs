//! Migrations, embedded and run at every start, under a lock: programs that start at once on one database do not hurt each other.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Db;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock that PostgreSQL instances take while they migrate; an arbitrary number that nothing else uses.
const LOCK: i64 = 0x000C_11E7_7E1F;
/// How often SQLite is asked to switch to its write-ahead log while another process holds the file. It answers at once, whatever the
/// busy timeout says.
const WAL_TRIES: u32 = 100;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Brings the schema to this program's state.
///
/// # Errors
/// The database's own, or that of a migration; nothing of a failed migration remains.
pub fn run(db: &mut Db) -> Result<(), Failure> {
    match db {
        Db::Sqlite(sqlite) => {
            write_ahead(sqlite)?;
            if !sqlite.has_pending_migration(SQLITE).unwrap_or(true) {
                return Ok(());
            }
            sqlite.immediate_transaction(|sqlite| -> Result<(), MigrationFailure> {
                sqlite.run_pending_migrations(SQLITE).map_err(MigrationFailure::Migration)?;
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

fn write_ahead(sqlite: &mut SqliteConnection) -> Result<(), Failure> {
    let mut tries = 0;
    loop {
        match sqlite.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if tries < WAL_TRIES && error.to_string().contains("locked") => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            outcome => return outcome.map_err(Into::into),
        }
    }
}

/// `immediate_transaction` asks for an error that a failed `BEGIN` can become.
#[derive(Debug)]
enum MigrationFailure {
    Database(diesel::result::Error),
    Migration(Failure),
}

impl From<diesel::result::Error> for MigrationFailure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl std::error::Error for MigrationFailure {}

impl std::fmt::Display for MigrationFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Migration(error) => error.fmt(f),
        }
    }
}
