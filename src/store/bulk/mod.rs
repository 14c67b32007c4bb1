//! New rows, most often many at once, by each engine's own best way.

mod postgres;
mod sqlite;

use super::contacts::{self, NewContact};
use super::customers::NewCustomer;
use super::entitlements::NewEntitlement;
use super::error::Result;
use crate::db::Db;
use crate::domain::contact::{Contact, Draft};
use crate::domain::{ContactId, CustomerId};

/// Inserts customers with their addresses, and individuals with the contact that they are. Returns their ids, in order.
pub fn insert_customers(db: &mut Db, new: &[NewCustomer<'_>]) -> Result<Vec<CustomerId>> {
    let ids = match db {
        _ if new.is_empty() => return Ok(Vec::new()),
        Db::Sqlite(sqlite) => sqlite::insert_customers(sqlite, new)?,
        Db::Postgres(pg) => postgres::insert_customers(pg, new)?,
    };
    let people: Vec<(CustomerId, Draft, &NewCustomer<'_>)> =
        ids.iter().zip(new).filter_map(|(id, new)| Some((CustomerId(*id), contacts::own_draft(new.draft)?, new))).collect();
    let own: Vec<NewContact<'_>> = people.iter().map(|(id, draft, new)| NewContact::own(*id, draft, new.created_at, new.batch)).collect();
    insert_contacts(db, &own)?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Inserts one customer, as [`insert_customers`].
pub fn insert_customer(db: &mut Db, new: &NewCustomer<'_>) -> Result<CustomerId> {
    one(insert_customers(db, std::slice::from_ref(new))?)
}

/// Inserts one contact, as [`insert_contacts`].
pub fn insert_contact(db: &mut Db, new: &NewContact<'_>) -> Result<ContactId> {
    one(insert_contacts(db, std::slice::from_ref(new))?)
}

fn one<T>(mut ids: Vec<T>) -> Result<T> {
    ids.pop().ok_or(diesel::result::Error::NotFound.into())
}

/// Inserts contacts. Returns their ids, in order.
pub fn insert_contacts(db: &mut Db, new: &[NewContact<'_>]) -> Result<Vec<ContactId>> {
    let ids = match db {
        _ if new.is_empty() => return Ok(Vec::new()),
        Db::Sqlite(sqlite) => sqlite::insert_contacts(sqlite, new)?,
        Db::Postgres(pg) => postgres::insert_contacts(pg, new)?,
    };
    Ok(ids.into_iter().map(ContactId).collect())
}

/// Inserts entitlements.
pub fn insert_entitlements(db: &mut Db, new: &[NewEntitlement<'_>]) -> Result<()> {
    match db {
        _ if new.is_empty() => Ok(()),
        Db::Sqlite(sqlite) => sqlite::insert_entitlements(sqlite, new),
        Db::Postgres(pg) => postgres::insert_entitlements(pg, new),
    }
}

/// Contacts by their customer and the key of their e-mail, in no order.
pub fn contacts_by_email(db: &mut Db, wanted: &[(i64, String)]) -> Result<Vec<Contact>> {
    match db {
        Db::Sqlite(_) => {
            let found: Result<Vec<_>> = wanted.iter().map(|(customer, key)| contacts::by_email(db, *customer, key)).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        Db::Postgres(pg) => {
            let ids = postgres::contacts_by_email(pg, wanted)?;
            contacts::find_all(db, &ids)
        }
    }
}
