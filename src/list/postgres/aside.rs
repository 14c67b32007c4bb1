//! A second list, made while the first is in use. Very many rows that are put one by one into an index of trigrams take several times as long
//! as an index made of all of them at once, and who saves waits meanwhile.
//!
//! The second list stands in a schema of its own under the names of the first; who works on it puts that schema before the others
//! (`search_path`), so that whatever is done to the list is done to the second one. A trigger notes which customers change in the first;
//! they are put into the second anew before anything else is done to it, in one snapshot of the data, so that it is always the list of some
//! moment. At the end it takes the first one's place, in a transaction that nobody waits for long. Stopped in between, it is gone on with.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::MAKING;
use crate::db::schema::listing;
use crate::db::statement::Statement;
use crate::db::{Db, lock_shadow_list, try_lock_list, try_lock_shadow_list};
use crate::list::index::{Key, entries, insert_all};
use crate::store::{Error, Result};

/// Customers that are put into it anew at a time.
const PORTION: usize = 4_000;

/// The second list's schema.
const ASIDE: &str = "quote_ident(current_schema() || '_aside')";

/// Both schemas, as SQL has them.
struct Schemas {
    here: String,
    aside: String,
}

impl Schemas {
    fn of(pg: &mut PgConnection) -> Result<Self> {
        let names = Statement::<(Text, Text)>::new(format!("SELECT quote_ident(current_schema()), {ASIDE}"));
        let (here, aside) = names.get_result(pg)?;
        Ok(Self { here, aside })
    }

    /// Makes the indexes that the second list lacks: all of them, or unique ones.
    fn make_indexes(&self, pg: &mut PgConnection, unique: bool) -> Result<()> {
        let Self { here, aside } = self;
        let which = if unique { "AND indisunique" } else { "" };
        run_each(
            pg,
            format!(
                "SELECT replace(pg_get_indexdef(indexrelid), ' ON {here}.listing ', ' ON {aside}.listing ')
                 FROM pg_index JOIN pg_class AS own ON own.oid = indexrelid
                 WHERE indrelid = '{here}.listing'::regclass {which} AND NOT EXISTS
                    (SELECT FROM pg_class AS other WHERE other.relnamespace = '{aside}'::regnamespace AND other.relname = own.relname)"
            ),
        )
    }
}

/// Runs the statements that a query gives.
fn run_each(pg: &mut PgConnection, query: impl Into<String>) -> Result<()> {
    let statements: Vec<String> = Statement::<Text>::new(query).once(true).load(pg)?;
    Ok(statements.iter().try_for_each(|statement| pg.batch_execute(statement))?)
}

/// Whether there is a second list.
pub fn exists(pg: &mut PgConnection) -> Result<bool> {
    Ok(Statement::<Bool>::new(format!("SELECT to_regclass({ASIDE} || '.listing') IS NOT NULL")).get_result(pg)?)
}

/// Whether another process works on one at this moment.
pub fn is_worked_on(pg: &mut PgConnection) -> Result<bool> {
    Ok(!try_lock_shadow_list(pg)?)
}

/// Whether this role may make one. Without the right to create schemas the extensions were made by somebody else, and all is done in the first.
pub fn is_allowed(pg: &mut PgConnection) -> Result<bool> {
    Ok(Statement::<Bool>::new("SELECT has_database_privilege(current_database(), 'CREATE')").get_result(pg)?)
}

/// Makes an empty one, unless there is one. It is like the first by the catalog, but for indexes that are quicker made of all rows, and for
/// foreign keys: with them, who deletes a customer would wait for the indexes.
pub fn begin(pg: &mut PgConnection) -> Result<()> {
    if exists(pg)? {
        return Ok(());
    }
    let schemas = Schemas::of(pg)?;
    let Schemas { here, aside } = &schemas;
    pg.batch_execute(&format!(
        "CREATE SCHEMA {aside};
         CREATE TABLE {aside}.listing
            (LIKE {here}.listing INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE)
            WITH (autovacuum_enabled = false);
         CREATE TABLE {aside}.listing_counts (LIKE {here}.listing_counts INCLUDING ALL);
         INSERT INTO {aside}.listing_counts (enabled, kind, customers) SELECT enabled, kind, 0 FROM {here}.listing_counts"
    ))?;
    run_each(
        pg,
        format!(
            "SELECT format('ALTER TABLE {aside}.listing ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE conrelid = '{here}.listing'::regclass AND contype IN ('p', 'u')
             UNION ALL
             SELECT replace(pg_get_triggerdef(oid), ' ON {here}.listing ', ' ON {aside}.listing ')
             FROM pg_trigger WHERE tgrelid = '{here}.listing'::regclass AND NOT tgisinternal
             UNION ALL
             SELECT format('GRANT %s ON {aside}.listing TO %s', privilege_type,
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
             FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = '{here}.listing'::regclass"
        ),
    )?;
    schemas.make_indexes(pg, true)?;
    Ok(pg.batch_execute(&format!(
        "CREATE TABLE {aside}.listing_changes (customer_id BIGINT NOT NULL);
         CREATE FUNCTION {aside}.listing_changed() RETURNS trigger LANGUAGE plpgsql AS $fn$ BEGIN
            INSERT INTO {aside}.listing_changes (customer_id) VALUES (coalesce(NEW.customer_id, OLD.customer_id));
            RETURN NULL;
         END $fn$;
         CREATE TRIGGER listing_noted AFTER INSERT OR UPDATE OR DELETE ON {here}.listing
            FOR EACH ROW EXECUTE FUNCTION {aside}.listing_changed();
         CREATE FUNCTION {aside}.hold_tables(patience TEXT) RETURNS boolean LANGUAGE plpgsql AS $fn$ BEGIN
            PERFORM set_config('lock_timeout', patience, true);
            LOCK TABLE {here}.customers, {here}.listing IN ACCESS EXCLUSIVE MODE;
            RETURN true;
         EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            RETURN false;
         END $fn$"
    ))?)
}

/// Does something to the second list, in the present transaction, after everything that has changed since. Says how many customers had. Those
/// of them that do not `belong` there yet only leave it.
///
/// # Errors
/// [`Error::Stale`] when there is none any more; the database's own, also when another process works on it for longer than `lock_timeout`.
pub fn within<T>(db: &mut Db, belongs: impl Fn(&Key) -> bool, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<(usize, T)> {
    // All that is read belongs to one moment: who was renamed a moment later still stands where the second list has it.
    db.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
    enter(db)?;
    Ok((follow(db, belongs)?, work(db)?))
}

fn enter(db: &mut Db) -> Result<()> {
    let Db::Postgres(pg) = &mut *db else { return Ok(()) };
    hold(pg)?;
    let entered = format!("SELECT set_config('search_path', {ASIDE} || ', ' || current_setting('search_path'), true)");
    Statement::<Text>::new(entered).get_result::<String>(pg)?;
    Ok(())
}

/// Keeps other processes from working on it until the transaction ends.
fn hold(pg: &mut PgConnection) -> Result<()> {
    lock_shadow_list(pg)?;
    if exists(pg)? { Ok(()) } else { Err(Error::Stale) }
}

/// Puts the customers that have changed into the second list anew. First all of them are taken out: a place beside one that should be
/// elsewhere would be a wrong one.
fn follow(db: &mut Db, belongs: impl Fn(&Key) -> bool) -> Result<usize> {
    let mut ids: Vec<i64> = Statement::<BigInt>::new("DELETE FROM listing_changes RETURNING customer_id").load(db)?;
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(PORTION) {
        diesel::delete(listing::table.filter(listing::customer_id.eq_any(ids))).execute(db)?;
    }
    for ids in ids.chunks(PORTION) {
        let mut fresh = entries(db, ids)?;
        fresh.retain(|(key, _)| belongs(key));
        insert_all(db, &fresh.iter().collect::<Vec<_>>())?;
    }
    Ok(ids.len())
}

/// Makes the indexes that the second list lacks, and lets the planner know the table.
///
/// # Errors
/// As [`within`].
pub fn make_indexes(pg: &mut PgConnection) -> Result<()> {
    hold(pg)?;
    let schemas = Schemas::of(pg)?;
    pg.batch_execute(MAKING)?;
    schemas.make_indexes(pg, false)?;
    Ok(pg.batch_execute(&format!("ANALYZE {}.listing", schemas.aside))?)
}

/// Puts the second list into the place of the first, if nobody holds that for longer than `patience` (PostgreSQL's units). Says whether it
/// could: who saves waits for so long at most.
///
/// # Errors
/// As [`within`].
pub fn take_over(db: &mut Db, patience: &str) -> Result<bool> {
    let Db::Postgres(pg) = &mut *db else { return Ok(true) };
    hold(pg)?;
    let Schemas { here, aside } = Schemas::of(pg)?;
    let held = Statement::<Bool>::new(format!("SELECT {aside}.hold_tables(?)")).bind(patience);
    // Never waits with the tables in hand for somebody who waits for them.
    if !held.get_result::<bool>(pg)? || !try_lock_list(pg)? {
        return Ok(false);
    }
    let keys: Vec<String> = Statement::<Text>::new(format!(
        "SELECT format('ALTER TABLE {here}.listing ADD CONSTRAINT %I %s NOT VALID', conname,
            replace(pg_get_constraintdef(oid), ' NOT VALID', ''))
         FROM pg_constraint WHERE conrelid = '{here}.listing'::regclass AND contype = 'f'"
    ))
    .load(pg)?;
    enter(db)?;
    follow(db, |_| true)?;
    db.batch_execute(&format!(
        "UPDATE {here}.listing_counts AS c SET customers = a.customers
         FROM {aside}.listing_counts AS a WHERE c.enabled = a.enabled AND c.kind = a.kind;
         DROP TABLE {here}.listing;
         ALTER TABLE {aside}.listing RESET (autovacuum_enabled);
         ALTER TABLE {aside}.listing SET SCHEMA {here};
         {};
         DROP SCHEMA {aside} CASCADE",
        keys.join("; ")
    ))?;
    Ok(true)
}

/// Does away with the second list.
pub fn give_up(pg: &mut PgConnection) -> Result<()> {
    let Schemas { here, aside } = Schemas::of(pg)?;
    Ok(pg.batch_execute(&format!("DROP TRIGGER IF EXISTS listing_noted ON {here}.listing; DROP SCHEMA IF EXISTS {aside} CASCADE"))?)
}

/// Sees to the foreign keys of a list that was made aside: customers may have been deleted that the first one did not have.
pub fn settle(pg: &mut PgConnection) -> Result<()> {
    pg.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on")?;
    run_each(
        pg,
        "SELECT format('DELETE FROM listing WHERE NOT EXISTS (SELECT FROM customers WHERE id = customer_id);
            ALTER TABLE listing VALIDATE CONSTRAINT %I', conname)
         FROM pg_constraint WHERE conrelid = 'listing'::regclass AND NOT convalidated",
    )
}
