//! SQLite: single inserts in one transaction, table by table, each statement prepared once a connection; with ids that are given here, which
//! the one writer may. They go to the engine's own connection: what makes a statement fit for either engine would cost as much again.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, insert_into};

use crate::db::schema::{addresses as addresses_table, contacts, customers, entitlements};
use crate::db::statement::Statement;
use crate::store::addresses;
use crate::store::contacts::{NewColumns as ContactColumns, NewContact};
use crate::store::customers::{NewColumns as CustomerColumns, NewCustomer};
use crate::store::entitlements::{NewColumns as EntitlementColumns, NewEntitlement};
use crate::store::error::Result;

/// So many ids of a table, never given before: `AUTOINCREMENT` goes on after the largest that there ever was.
fn next_ids(db: &mut SqliteConnection, table: &str, count: usize) -> Result<Vec<i64>> {
    let last: Option<i64> =
        Statement::<BigInt>::new("SELECT seq FROM sqlite_sequence WHERE name = ?").bind(table).get_result(db).optional()?;
    Ok((last.unwrap_or(0) + 1..).take(count).collect())
}

pub(super) fn insert_customers(db: &mut SqliteConnection, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    let ids = next_ids(db, "customers", new.len())?;
    for (id, new) in ids.iter().zip(new) {
        insert_into(customers::table).values(CustomerColumns::of(*id, new)).execute(db)?;
    }
    for row in ids.iter().zip(new).flat_map(|(id, new)| addresses::rows(*id, new.draft)) {
        insert_into(addresses_table::table).values(row).execute(db)?;
    }
    Ok(ids)
}

pub(super) fn insert_contacts(db: &mut SqliteConnection, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    let ids = next_ids(db, "contacts", new.len())?;
    for (id, new) in ids.iter().zip(new) {
        insert_into(contacts::table).values(ContactColumns::of(*id, new)).execute(db)?;
    }
    Ok(ids)
}

pub(super) fn insert_entitlements(db: &mut SqliteConnection, new: &[NewEntitlement<'_>]) -> Result<()> {
    for new in new {
        insert_into(entitlements::table).values(EntitlementColumns::of(new)).execute(db)?;
    }
    Ok(())
}
