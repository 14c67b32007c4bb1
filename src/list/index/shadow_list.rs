//! PostgreSQL: a second list that is built while the first is in use. Very many rows that are put into an index of trigrams one by one take
//! several times as long as an index made of all of them at once, and whoever saves waits meanwhile.
//!
//! The second list stands in a schema of its own under the names of the first. A transaction that puts this schema before the others
//! (`search_path`) does to the second list whatever is done to the list. A trigger notes which customers change in the first; before anything
//! else is done to the second list, their rows are updated there, in one snapshot of the data, so that it is always the list of some moment.
//! At the end it takes the first one's place, in a transaction that nobody waits for long. After an interruption, work on it continues.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::sync::insert_all;
use crate::db::schema::listing;
use crate::db::statement::Statement;
use crate::db::{Db, lock_shadow_list, try_lock_list, try_lock_shadow_list};
use crate::list::entry::{Entry, entries};
use crate::list::postgres::prepare_for_indexes;
use crate::list::row::SortKey;
use crate::store::{Error, Result};

/// Changed customers whose rows are updated at a time.
const PORTION: usize = 4_000;

/// The second list's schema, in SQL.
const SHADOW: &str = "quote_ident(current_schema() || '_aside')";

/// The names of the list's schema and the second list's, quoted for SQL.
fn schemas(pg: &mut PgConnection) -> Result<(String, String)> {
    Ok(Statement::<(Text, Text)>::new(format!("SELECT quote_ident(current_schema()), {SHADOW}")).get_result(pg)?)
}

/// Makes the indexes that the second list lacks: all of them, or the unique ones.
fn add_indexes(pg: &mut PgConnection, unique: bool) -> Result<()> {
    let (main, shadow) = schemas(pg)?;
    let which = if unique { "AND indisunique" } else { "" };
    run_each(
        pg,
        format!(
            "SELECT replace(pg_get_indexdef(indexrelid), ' ON {main}.listing ', ' ON {shadow}.listing ')
             FROM pg_index JOIN pg_class AS own ON own.oid = indexrelid
             WHERE indrelid = '{main}.listing'::regclass {which} AND NOT EXISTS
                (SELECT FROM pg_class AS other WHERE other.relnamespace = '{shadow}'::regnamespace AND other.relname = own.relname)"
        ),
    )
}

/// Runs the statements that a query returns.
fn run_each(pg: &mut PgConnection, query: impl Into<String>) -> Result<()> {
    let statements: Vec<String> = Statement::<Text>::new(query).once(true).load(pg)?;
    Ok(statements.iter().try_for_each(|statement| pg.batch_execute(statement))?)
}

/// Whether there is a second list.
pub fn exists(pg: &mut PgConnection) -> Result<bool> {
    Ok(Statement::<Bool>::new(format!("SELECT to_regclass({SHADOW} || '.listing') IS NOT NULL")).get_result(pg)?)
}

/// Whether another process works on a second list at this moment.
pub fn is_in_use(pg: &mut PgConnection) -> Result<bool> {
    Ok(!try_lock_shadow_list(pg)?)
}

/// Whether this role may create one. A role that may not create schemas had the extensions created by another; then all is done in the first.
pub fn is_allowed(pg: &mut PgConnection) -> Result<bool> {
    Ok(Statement::<Bool>::new("SELECT has_database_privilege(current_database(), 'CREATE')").get_result(pg)?)
}

/// Creates an empty second list, unless there is one. It is made like the first by the catalog, but without the indexes that are made more
/// quickly of all rows, and without foreign keys: with them, whoever deletes a customer would wait for the indexes.
pub fn create(pg: &mut PgConnection) -> Result<()> {
    if exists(pg)? {
        return Ok(());
    }
    let (main, shadow) = schemas(pg)?;
    pg.batch_execute(&format!(
        "CREATE SCHEMA {shadow};
         CREATE TABLE {shadow}.listing
            (LIKE {main}.listing INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE)
            WITH (autovacuum_enabled = false);
         CREATE TABLE {shadow}.listing_counts (LIKE {main}.listing_counts INCLUDING ALL);
         INSERT INTO {shadow}.listing_counts (enabled, kind, customers) SELECT enabled, kind, 0 FROM {main}.listing_counts"
    ))?;
    run_each(
        pg,
        format!(
            "SELECT format('ALTER TABLE {shadow}.listing ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE conrelid = '{main}.listing'::regclass AND contype IN ('p', 'u')
             UNION ALL
             SELECT replace(pg_get_triggerdef(oid), ' ON {main}.listing ', ' ON {shadow}.listing ')
             FROM pg_trigger WHERE tgrelid = '{main}.listing'::regclass AND NOT tgisinternal
             UNION ALL
             SELECT format('GRANT %s ON {shadow}.listing TO %s', privilege_type,
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
             FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = '{main}.listing'::regclass"
        ),
    )?;
    add_indexes(pg, true)?;
    Ok(pg.batch_execute(&format!(
        "CREATE TABLE {shadow}.listing_changes (customer_id BIGINT NOT NULL);
         CREATE FUNCTION {shadow}.listing_changed() RETURNS trigger LANGUAGE plpgsql AS $fn$ BEGIN
            INSERT INTO {shadow}.listing_changes (customer_id) VALUES (coalesce(NEW.customer_id, OLD.customer_id));
            RETURN NULL;
         END $fn$;
         CREATE TRIGGER listing_noted AFTER INSERT OR UPDATE OR DELETE ON {main}.listing
            FOR EACH ROW EXECUTE FUNCTION {shadow}.listing_changed();
         CREATE FUNCTION {shadow}.hold_tables(timeout TEXT) RETURNS boolean LANGUAGE plpgsql AS $fn$ BEGIN
            PERFORM set_config('lock_timeout', timeout, true);
            LOCK TABLE {main}.customers, {main}.listing IN ACCESS EXCLUSIVE MODE;
            RETURN true;
         EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            RETURN false;
         END $fn$"
    ))?)
}

/// Does something to the second list in the present transaction, after the rows of all customers that have changed since were updated there;
/// of those that do not `belong` there yet, the rows are only removed. Returns how many customers had changed, too.
///
/// # Errors
/// [`Error::Stale`] when there is no second list any more; an error of the database also when another process works on it for longer than
/// `lock_timeout`.
pub fn within<T>(db: &mut Db, belong: impl Fn(&SortKey) -> bool, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<(usize, T)> {
    // All that is read belongs to one moment: whoever is renamed a moment later still stands where the second list has it.
    db.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
    enter(db)?;
    Ok((update(db, belong)?, work(db)?))
}

/// From here on, the present transaction has the second list in place of the first.
fn enter(db: &mut Db) -> Result<()> {
    if let Db::Postgres(pg) = db {
        lock(pg)?;
        let path = format!("SELECT set_config('search_path', {SHADOW} || ', ' || current_setting('search_path'), true)");
        Statement::<Text>::new(path).get_result::<String>(pg)?;
    }
    Ok(())
}

/// Keeps other processes from working on the second list until the transaction ends.
fn lock(pg: &mut PgConnection) -> Result<()> {
    lock_shadow_list(pg)?;
    if exists(pg)? { Ok(()) } else { Err(Error::Stale) }
}

/// Updates the rows of the customers that have changed. First all of them are removed: next to a row that should be elsewhere, a position would
/// be a wrong one.
fn update(db: &mut Db, belong: impl Fn(&SortKey) -> bool) -> Result<usize> {
    let mut ids: Vec<i64> = Statement::<BigInt>::new("DELETE FROM listing_changes RETURNING customer_id").load(db)?;
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(PORTION) {
        diesel::delete(listing::table.filter(listing::customer_id.eq_any(ids))).execute(db)?;
    }
    for ids in ids.chunks(PORTION) {
        let entries = entries(db, ids)?;
        insert_all(db, &entries.iter().filter(|entry| belong(&entry.customer.key)).collect::<Vec<&Entry>>())?;
    }
    Ok(ids.len())
}

/// Makes the indexes that the second list lacks, and collects the planner's statistics of it.
pub fn make_indexes(pg: &mut PgConnection) -> Result<()> {
    lock(pg)?;
    let (_, shadow) = schemas(pg)?;
    prepare_for_indexes(pg)?;
    add_indexes(pg, false)?;
    Ok(pg.batch_execute(&format!("ANALYZE {shadow}.listing"))?)
}

/// Puts the second list in the place of the first, unless that is locked for longer than `timeout` (in PostgreSQL's units): whoever saves
/// waits for that long at most. Returns whether it succeeded.
pub fn take_over(db: &mut Db, timeout: &str) -> Result<bool> {
    let Db::Postgres(pg) = &mut *db else { return Ok(true) };
    lock(pg)?;
    let (main, shadow) = schemas(pg)?;
    let locked = Statement::<Bool>::new(format!("SELECT {shadow}.hold_tables(?)")).bind(timeout);
    // Never waits with the tables locked for somebody who waits for them.
    if !locked.get_result::<bool>(pg)? || !try_lock_list(pg)? {
        return Ok(false);
    }
    let foreign_keys: Vec<String> = Statement::<Text>::new(format!(
        "SELECT format('ALTER TABLE {main}.listing ADD CONSTRAINT %I %s NOT VALID', conname,
            replace(pg_get_constraintdef(oid), ' NOT VALID', ''))
         FROM pg_constraint WHERE conrelid = '{main}.listing'::regclass AND contype = 'f'"
    ))
    .load(pg)?;
    enter(db)?;
    update(db, |_| true)?;
    db.batch_execute(&format!(
        "UPDATE {main}.listing_counts AS c SET customers = a.customers
         FROM {shadow}.listing_counts AS a WHERE c.enabled = a.enabled AND c.kind = a.kind;
         DROP TABLE {main}.listing;
         ALTER TABLE {shadow}.listing RESET (autovacuum_enabled);
         ALTER TABLE {shadow}.listing SET SCHEMA {main};
         {};
         DROP SCHEMA {shadow} CASCADE",
        foreign_keys.join("; ")
    ))?;
    Ok(true)
}

/// Drops the second list.
pub fn drop(pg: &mut PgConnection) -> Result<()> {
    let (main, shadow) = schemas(pg)?;
    Ok(pg.batch_execute(&format!("DROP TRIGGER IF EXISTS listing_noted ON {main}.listing; DROP SCHEMA IF EXISTS {shadow} CASCADE"))?)
}

/// Validates the foreign keys of a list that has taken the first one's place: customers may have been deleted that the first did not have.
pub fn validate_foreign_keys(pg: &mut PgConnection) -> Result<()> {
    pg.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on")?;
    run_each(
        pg,
        "SELECT format('DELETE FROM listing WHERE NOT EXISTS (SELECT FROM customers WHERE id = customer_id);
            ALTER TABLE listing VALIDATE CONSTRAINT %I', conname)
         FROM pg_constraint WHERE conrelid = 'listing'::regclass AND NOT convalidated",
    )
}
