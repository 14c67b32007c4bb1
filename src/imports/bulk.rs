//! Many rows at once, by the engine's own best way.

use super::{postgres, sqlite};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::{self, Contact};
use crate::domain::customer;
use crate::store::Result;
use crate::store::contacts::Standing;

/// A customer that has been checked, to be inserted.
pub(super) struct NewCustomer<'a> {
    /// As it is written.
    pub number: String,
    /// Enabled or disabled.
    pub enabled: bool,
    /// All else.
    pub draft: &'a customer::Draft,
}

/// A contact that has been checked, to be inserted.
pub(super) struct NewContact<'a> {
    /// Whose it is.
    pub customer: i64,
    /// Enabled, default.
    pub standing: Standing,
    /// All else.
    pub draft: &'a contact::Draft,
}

/// An entitlement that has been checked, to be inserted.
pub(super) struct NewEntitlement<'a> {
    /// Whose it is.
    pub customer: i64,
    /// Whom it names.
    pub contact: Option<i64>,
    /// As it is written.
    pub eid: &'a str,
    /// All else.
    pub wanted: &'a crate::imports::files::records::EntitlementRecord,
}

/// Inserts customers with their addresses, and individuals with the contact that they are. Returns their ids, in order.
pub(super) fn insert_customers(db: &mut Db, actor: Actor, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    match db {
        _ if new.is_empty() => Ok(Vec::new()),
        Db::Sqlite(sqlite) => sqlite::insert_customers(sqlite, actor, new),
        Db::Postgres(pg) => postgres::insert_customers(pg, actor, new),
    }
}

/// Inserts contacts of companies. Returns their ids, in order.
pub(super) fn insert_contacts(db: &mut Db, actor: Actor, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    match db {
        _ if new.is_empty() => Ok(Vec::new()),
        Db::Sqlite(sqlite) => sqlite::insert_contacts(sqlite, actor, new),
        Db::Postgres(pg) => postgres::insert_contacts(pg, actor, new),
    }
}

/// Inserts entitlements.
pub(super) fn insert_entitlements(db: &mut Db, actor: Actor, new: &[NewEntitlement<'_>]) -> Result<()> {
    match db {
        _ if new.is_empty() => Ok(()),
        Db::Sqlite(sqlite) => sqlite::insert_entitlements(sqlite, actor, new),
        Db::Postgres(pg) => postgres::insert_entitlements(pg, actor, new),
    }
}

/// Contacts by customer and folded e-mail.
pub(super) fn people(db: &mut Db, wanted: &[(i64, String)]) -> Result<Vec<Contact>> {
    match db {
        Db::Sqlite(_) => sqlite::people(db, wanted),
        Db::Postgres(_) => postgres::people(db, wanted),
    }
}
