//! SQLite: single inserts in one transaction, table by table, each statement prepared once a connection; with ids that are given here, which
//! the one writer may. They go to the engine's own connection: what makes a statement fit for either engine would cost as much again.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, insert_into};

use super::bulk::{NewContact, NewCustomer, NewEntitlement};
use super::rows::{address_rows, contact_row, customer_row, entitlement_row, own_contacts, own_drafts};
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::db::statement::Statement;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::store::Result;

/// So many ids of a table, never given before: `AUTOINCREMENT` goes on after the largest that there ever was.
fn next_ids(db: &mut SqliteConnection, table: &str, count: usize) -> Result<Vec<i64>> {
    let last: Option<i64> =
        Statement::<BigInt>::new("SELECT seq FROM sqlite_sequence WHERE name = ?").bind(table).get_result(db).optional()?;
    Ok((last.unwrap_or(0) + 1..).take(count).collect())
}

pub(super) fn insert_customers(db: &mut SqliteConnection, actor: Actor, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    let ids = next_ids(db, "customers", new.len())?;
    for (id, new) in ids.iter().zip(new) {
        insert_into(customers::table).values(customer_row(*id, new, actor)).execute(db)?;
    }
    for row in ids.iter().zip(new).flat_map(|(id, new)| address_rows(*id, new)) {
        insert_into(addresses::table).values(row).execute(db)?;
    }
    insert_people(db, actor, &own_contacts(&own_drafts(&ids, new)), true)?;
    Ok(ids)
}

pub(super) fn insert_contacts(db: &mut SqliteConnection, actor: Actor, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    insert_people(db, actor, new, false)
}

fn insert_people(db: &mut SqliteConnection, actor: Actor, new: &[NewContact<'_>], own: bool) -> Result<Vec<i64>> {
    let ids = next_ids(db, "contacts", new.len())?;
    for (id, new) in ids.iter().zip(new) {
        insert_into(contacts::table).values(contact_row(*id, new, own, actor)).execute(db)?;
    }
    Ok(ids)
}

pub(super) fn insert_entitlements(db: &mut SqliteConnection, actor: Actor, new: &[NewEntitlement<'_>]) -> Result<()> {
    for new in new {
        insert_into(entitlements::table).values(entitlement_row(new, actor)).execute(db)?;
    }
    Ok(())
}

pub(super) fn people(db: &mut Db, wanted: &[(i64, String)]) -> Result<Vec<Contact>> {
    let mut found = Vec::new();
    for (customer, email_key) in wanted {
        found.extend(crate::store::contacts::many::by_email(db, *customer, email_key)?);
    }
    Ok(found)
}
