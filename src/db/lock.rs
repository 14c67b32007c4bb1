//! Locks that make "check the rule, then write" one step. SQLite has a single writer, whose transactions begin with
//! `BEGIN IMMEDIATE`: there the check is safe as it is. PostgreSQL locks the customer's row, and all that belongs to the
//! customer waits behind it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::engine::Db;
use super::schema::{customers, identities, search_texts, users};

/// Locked while the sample data are loaded; an arbitrary number that nothing else uses.
const EMPTY_DATABASE: i64 = 0x000C_11E7_7E1E;

/// Locked while the state of the search index changes; another such number.
const SEARCH: i64 = 0x000C_11E7_7E20;

/// Locked while a part of the search index takes the place of others; another such number.
const PARTS: i64 = 0x000C_11E7_7E21;

/// Locked while keys are made again; another such number.
const KEYS: i64 = 0x000C_11E7_7E22;

/// Locked while the first user is added, or one is edited; another such number.
const USERS: i64 = 0x000C_11E7_7E23;

/// Locked while identities are made; another such number.
const NEW_IDENTITIES: i64 = 0x000C_11E7_7E27;

/// Holds a customer, its contacts and its entitlements until the transaction ends.
pub fn lock_customer(db: &mut Db, id: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => customers::table.find(id).select(customers::id).for_no_key_update().first::<i64>(pg).optional().map(drop),
    }
}

/// Holds several customers until the transaction ends. Whoever holds some holds them in the order of their ids, so that two never wait for
/// each other.
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

/// Holds a user until the transaction ends: a session that begins, and a change that ends sessions, wait for each other.
pub fn lock_user(db: &mut Db, id: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => users::table.find(id).select(users::id).for_no_key_update().first::<i64>(pg).optional().map(drop),
    }
}

/// Holds identities until the transaction ends, as [`lock_user`] does a user. Whoever holds customers holds them before.
pub fn lock_identities(db: &mut Db, email_keys: &[String]) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => identities::table
            .filter(identities::email_key.eq_any(email_keys))
            .order(identities::id)
            .select(identities::id)
            .for_no_key_update()
            .load::<i64>(pg)
            .map(drop),
    }
}

/// Holds the right to fill an empty database until the transaction ends.
pub fn lock_empty_database(db: &mut Db) -> QueryResult<()> {
    advisory(db, EMPTY_DATABASE)
}

/// Holds the right to make identities until the transaction ends: after customers, before texts.
pub fn lock_new_identities(db: &mut Db) -> QueryResult<()> {
    advisory(db, NEW_IDENTITIES)
}

/// Holds the right to add the first user, or to edit one, until the transaction ends. Whoever holds it waits for the rows of users after it.
pub fn lock_users(db: &mut Db) -> QueryResult<()> {
    advisory(db, USERS)
}

/// Holds the texts that customers are found by until the transaction ends. Whoever holds customers or identities holds them before.
pub fn lock_texts(db: &mut Db, customers: &[i64]) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => search_texts::table
            .filter(search_texts::customer_id.eq_any(customers))
            .order(search_texts::customer_id)
            .select(search_texts::customer_id)
            .for_no_key_update()
            .load::<i64>(pg)
            .map(drop),
    }
}

/// Holds the right to change the state of the search index until the transaction ends.
pub fn lock_search(db: &mut Db) -> QueryResult<()> {
    advisory(db, SEARCH)
}

/// Holds off whoever wants to change the state of the search index until the transaction ends.
pub fn share_search(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => sql_query("SELECT pg_advisory_xact_lock_shared($1)").bind::<BigInt, _>(SEARCH).execute(pg).map(drop),
    }
}

/// Holds the right to put a part of the search index in the place of others until the transaction ends.
pub fn lock_parts(db: &mut Db) -> QueryResult<()> {
    advisory(db, PARTS)
}

/// Holds the right to make keys again until the transaction ends.
pub fn lock_keys(db: &mut Db) -> QueryResult<()> {
    advisory(db, KEYS)
}

fn advisory(db: &mut Db, number: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(number).execute(pg).map(drop),
    }
}
