//! What a database holds that this program is about to use: its own data, of which version, or somebody else's.

use std::collections::BTreeSet;

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::migrations::{POSTGRES, SQLITE};
use super::statement::Statement;

/// The `application_id` of SQLite files that are this program's: "Clnt" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x436C_6E74;
/// Where Diesel writes down which migrations were applied.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// What this program left.
    Current,
    /// Nothing, or what an earlier version left.
    Outdated,
    /// What a later version left: its migration that is not known here.
    Newer(String),
    /// Something of another application.
    Foreign,
}

impl Found {
    /// Why it is not used, if it is not.
    pub(super) fn refusal(&self) -> Option<String> {
        match self {
            Self::Current | Self::Outdated => None,
            Self::Newer(migration) => {
                Some(format!("it was made by a newer version of Clientele (its schema has {migration}): use that version"))
            }
            Self::Foreign => Some("it holds the data of another application: choose another file or database".to_owned()),
        }
    }

    fn of(applied: &BTreeSet<String>, known: &BTreeSet<String>) -> Self {
        match applied.difference(known).last() {
            Some(_) if applied.is_disjoint(known) => Self::Foreign,
            Some(unknown) => Self::Newer(unknown.clone()),
            None if applied.len() < known.len() => Self::Outdated,
            None => Self::Current,
        }
    }
}

/// Looks at an SQLite file.
pub(super) fn in_sqlite(sqlite: &mut SqliteConnection) -> QueryResult<Found> {
    let id = application_id(sqlite)?;
    let tables: Vec<String> =
        Statement::<Text>::new("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").load(sqlite)?;
    if id != APPLICATION_ID && id != 0 {
        return Ok(Found::Foreign);
    }
    if !tables.iter().any(|table| table == MIGRATIONS) {
        return Ok(if tables.is_empty() { Found::Outdated } else { Found::Foreign });
    }
    Ok(Found::of(&applied(Statement::<Text>::new(APPLIED).load(sqlite)?), &known::<diesel::sqlite::Sqlite>(&SQLITE)))
}

pub(super) fn application_id(sqlite: &mut SqliteConnection) -> QueryResult<i64> {
    Statement::<BigInt>::new("SELECT application_id FROM pragma_application_id").get_result(sqlite)
}

/// Looks at a PostgreSQL database.
pub(super) fn in_postgres(pg: &mut PgConnection) -> QueryResult<Found> {
    // The tables before the migrations: another program that makes them at this moment writes both in one transaction.
    let taken = "SELECT count(*) FROM pg_tables
         WHERE schemaname = current_schema() AND tablename IN ('customers', 'contacts', 'entitlements')";
    let taken: i64 = Statement::<BigInt>::new(taken).get_result(pg)?;
    let has_table = "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL";
    if Statement::<Bool>::new(has_table).get_result(pg)? {
        let applied = applied(Statement::<Text>::new(APPLIED).load(pg)?);
        if !applied.is_empty() {
            return Ok(Found::of(&applied, &known::<diesel::pg::Pg>(&POSTGRES)));
        }
    }
    Ok(if taken > 0 { Found::Foreign } else { Found::Outdated })
}

/// What keeps a PostgreSQL database from being used, whatever it holds: a sentence.
pub(super) fn encoding_refusal(pg: &mut PgConnection) -> QueryResult<Option<String>> {
    let encoding: String = Statement::<Text>::new("SELECT getdatabaseencoding()::TEXT").get_result(pg)?;
    Ok((encoding != "UTF8").then(|| {
        format!(
            "its encoding is {encoding}, which does not hold every character: make one with CREATE DATABASE name ENCODING 'UTF8' TEMPLATE \
             template0"
        )
    }))
}

/// What the role may not do that bringing the schema up to date needs: a sentence.
pub(super) fn rights_refusal(pg: &mut PgConnection) -> QueryResult<Option<String>> {
    let may_create = "SELECT has_schema_privilege(current_schema(), 'CREATE')";
    if Statement::<Nullable<Bool>>::new(may_create).get_result::<Option<bool>>(pg)? != Some(true) {
        let role: String = Statement::<Text>::new("SELECT current_user::TEXT").get_result(pg)?;
        return Ok(Some(format!(
            "there are tables to create, and the role {role} may not: GRANT CREATE ON SCHEMA public TO {role}, or start once as a role that may"
        )));
    }
    Ok(None)
}

const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

fn applied(versions: Vec<String>) -> BTreeSet<String> {
    versions.into_iter().collect()
}

fn known<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> BTreeSet<String> {
    let migrations = source.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}
