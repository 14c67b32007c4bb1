//! Many records at once, created by one batch. They carry the batch and need no events; the list follows at the end
//! ([`super::follow_all`], or `list::fill` where very many come).

use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::event::BatchKind;
use crate::domain::rules::Task;
use crate::domain::{BatchId, ContactId, CustomerId};
use crate::store::contacts::NewContact;
use crate::store::customers::NewCustomer;
use crate::store::entitlements::NewEntitlement;
use crate::store::{Result, bulk, events};

/// Begins a batch.
pub fn begin(db: &mut Db, actor: &Actor, kind: BatchKind) -> Result<BatchId> {
    events::insert_batch(db, actor, kind)
}

/// Creates customers that have been checked, with their addresses; individuals with the contact that they are. Returns their ids, in order.
///
/// # Errors
/// [`crate::store::Error::Refused`].
pub fn create_customers(db: &mut Db, actor: &Actor, new: &[NewCustomer<'_>]) -> Result<Vec<CustomerId>> {
    actor.may(Task::NewCustomer)?;
    bulk::insert_customers(db, new)
}

/// Creates contacts that have been checked, of companies that are held or new. Returns their ids, in order.
pub fn create_contacts(db: &mut Db, new: &[NewContact<'_>]) -> Result<Vec<ContactId>> {
    bulk::insert_contacts(db, new)
}

/// Creates entitlements that have been checked, of customers that are held or new.
pub fn create_entitlements(db: &mut Db, new: &[NewEntitlement<'_>]) -> Result<()> {
    bulk::insert_entitlements(db, new)
}
