//! Locks that make "check the rule, then write" one step. SQLite has a single writer, whose transactions begin with
//! `BEGIN IMMEDIATE`: there the check is safe as it is. PostgreSQL locks the customer's row, and all that belongs to the
//! customer waits behind it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool};

use super::Db;
use super::schema::customers;
use super::statement::Statement;

/// Taken while the sample data are loaded; an arbitrary number that nothing else uses.
const WHOLE: i64 = 0x000C_11E7_7E1E;

/// Taken while the list is changed; another such number.
const ORDER: i64 = 0x000C_11E7_7E20;

/// Taken while something is done to a second list; another such number.
const ASIDE: i64 = 0x000C_11E7_7E21;

/// Holds a customer, its contacts and its entitlements until the transaction ends.
///
/// # Errors
/// The database's own; in PostgreSQL also when the lock is not free within `lock_timeout`.
pub fn lock_customer(db: &mut Db, id: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => customers::table.find(id).select(customers::id).for_no_key_update().first::<i64>(pg).optional().map(drop),
    }
}

/// Holds several customers until the transaction ends. Whoever holds some holds them in the order of their ids, so that two never wait for
/// each other.
///
/// # Errors
/// As [`lock_customer`].
pub fn lock_customers(db: &mut Db, ids: &[i64]) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => customers::table
            .filter(customers::id.eq_any(ids))
            .order(customers::id)
            .select(customers::id)
            .for_no_key_update()
            .load::<i64>(pg)
            .map(drop),
    }
}

/// Holds the right to fill an empty database until the transaction ends.
///
/// # Errors
/// The database's own.
pub fn lock_whole(db: &mut Db) -> QueryResult<()> {
    advisory(db, WHOLE)
}

/// Holds the right to change the list until the transaction ends. One at a time does: two that look for room between the same neighbours would
/// find the same, rows move when others need room, and two who count several kinds of customers would wait for each other. Whoever holds
/// customers holds them before.
///
/// # Errors
/// The database's own.
pub fn lock_order(db: &mut Db) -> QueryResult<()> {
    advisory(db, ORDER)
}

/// As [`lock_order`], unless somebody else holds it. Says whether it is held.
///
/// # Errors
/// The database's own.
pub fn try_lock_order(pg: &mut PgConnection) -> QueryResult<bool> {
    try_advisory(pg, ORDER)
}

/// Holds the right to work on a second list (`list::postgres::aside`) until the transaction ends.
///
/// # Errors
/// As [`lock_customer`].
pub fn lock_aside(pg: &mut PgConnection) -> QueryResult<()> {
    wait(pg, ASIDE)
}

/// As [`lock_aside`], unless somebody else holds it. Says whether it is held.
///
/// # Errors
/// The database's own.
pub fn try_lock_aside(pg: &mut PgConnection) -> QueryResult<bool> {
    try_advisory(pg, ASIDE)
}

fn try_advisory(pg: &mut PgConnection, number: i64) -> QueryResult<bool> {
    Statement::<Bool>::new("SELECT pg_try_advisory_xact_lock(?)").bind(number).get_result(pg)
}

fn advisory(db: &mut Db, number: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => wait(pg, number),
    }
}

fn wait(pg: &mut PgConnection, number: i64) -> QueryResult<()> {
    sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(number).execute(pg).map(drop)
}
