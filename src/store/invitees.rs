//! Contacts as invitations look at them: who was never invited, and why others are left out.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::dsl::{count, count_star, exists, max, not};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Result;
use crate::db::schema::{contacts, customers, identities};
use crate::db::{Db, MultiBackend};
use crate::domain::invitation::Standing;
use crate::domain::{ContactId, CustomerId};

/// A contact that may be invited.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// Which contact.
    pub contact: ContactId,
    /// Its customer.
    pub customer: CustomerId,
    /// The key of its mailbox; empty without one.
    pub email_key: String,
    /// Whether it is invited.
    pub standing: Standing,
}

/// The id, the customer, whether the contact and its customer are enabled, the key of the mailbox.
type Row = (i64, i64, bool, bool, Option<String>);

/// The contacts that come after one, up to another, in the order of their ids: so many at most.
pub fn after(db: &mut Db, id: i64, last: i64, limit: i64) -> Result<Vec<Invitee>> {
    let range = contacts::id.gt(id).and(contacts::id.le(last));
    let rows: Vec<Row> = contacts::table
        .inner_join(customers::table)
        .filter(range)
        .order(contacts::id)
        .limit(limit)
        .select((contacts::id, contacts::customer_id, contacts::enabled, customers::enabled, contacts::email_key))
        .load(db)?;
    with_standing(db, rows)
}

/// These contacts as they are now; those that are gone are left out.
pub fn find_all(db: &mut Db, ids: &[i64]) -> Result<Vec<Invitee>> {
    let rows: Vec<Row> = contacts::table
        .inner_join(customers::table)
        .filter(contacts::id.eq_any(ids))
        .order(contacts::id)
        .select((contacts::id, contacts::customer_id, contacts::enabled, customers::enabled, contacts::email_key))
        .load(db)?;
    with_standing(db, rows)
}

/// The highest id of a contact.
pub fn last(db: &mut Db) -> Result<i64> {
    Ok(contacts::table.select(max(contacts::id)).first::<Option<i64>>(db)?.unwrap_or_default())
}

/// The contacts of a customer that could sign in and were never invited: so many at most.
pub fn of_customer(db: &mut Db, customer: CustomerId, limit: i64) -> Result<Vec<i64>> {
    let of = contacts::table.inner_join(customers::table).filter(contacts::customer_id.eq(customer.0)).filter(never_invited());
    Ok(of.order(contacts::id).limit(limit).select(contacts::id).load(db)?)
}

/// How many contacts of a customer could sign in and were never invited.
pub fn count_of_customer(db: &mut Db, customer: CustomerId) -> Result<i64> {
    let of = contacts::table.inner_join(customers::table).filter(contacts::customer_id.eq(customer.0)).filter(never_invited());
    Ok(of.select(count_star()).first(db)?)
}

/// How many people those of customers are who could sign in and were never invited: each mailbox once.
pub fn count_people(db: &mut Db, customers: &[i64]) -> Result<i64> {
    let of = contacts::table.inner_join(customers::table).filter(contacts::customer_id.eq_any(customers)).filter(never_invited());
    Ok(of.select(count(contacts::email_key).aggregate_distinct()).first(db)?)
}

/// Those of customers of which somebody could sign in and was never invited.
pub fn customers_with(db: &mut Db, customers: &[i64]) -> Result<Vec<i64>> {
    let of = contacts::table.inner_join(customers::table).filter(contacts::customer_id.eq_any(customers)).filter(never_invited());
    Ok(of.select(contacts::customer_id).distinct().load(db)?)
}

/// Whether a contact could sign in to the portal, and neither can nor was ever invited: an individual itself included. Nobody signs in for a
/// disabled customer.
fn never_invited() -> NeverInvited {
    let invited = identities::table
        .filter(identities::email_key.nullable().eq(contacts::email_key))
        .filter(identities::password.is_not_null().or(identities::invited_at.is_not_null()));
    // Not in a way for which there is an index: SQLite would begin with all enabled customers.
    let of_enabled = not(customers::enabled.eq(false));
    let may = of_enabled.and(contacts::enabled.eq(true)).and(contacts::email_key.is_not_null());
    Box::new(may.and(not(exists(invited))))
}

type OfCustomers = diesel::dsl::InnerJoinQuerySource<contacts::table, customers::table>;
type NeverInvited = Box<dyn BoxableExpression<OfCustomers, MultiBackend, SqlType = Bool>>;

fn with_standing(db: &mut Db, rows: Vec<Row>) -> Result<Vec<Invitee>> {
    let keys: Vec<&str> = rows.iter().filter_map(|(.., key)| key.as_deref()).collect();
    let known: Vec<(String, bool, Option<NaiveDateTime>)> = identities::table
        .filter(identities::email_key.eq_any(keys))
        .select((identities::email_key, identities::password.is_not_null(), identities::invited_at))
        .load(db)?;
    let known: HashMap<String, (bool, bool)> =
        known.into_iter().map(|(key, has_password, at)| (key, (has_password, at.is_some()))).collect();
    let invitee = |(contact, customer, enabled, customer_enabled, key): Row| {
        let email_key = key.unwrap_or_default();
        let standing = match known.get(&email_key) {
            _ if !customer_enabled => Standing::OfDisabledCustomer,
            _ if !enabled => Standing::Disabled,
            _ if email_key.is_empty() => Standing::WithoutEmail,
            Some((true, _)) => Standing::HasPassword,
            Some((_, true)) => Standing::Invited,
            Some((false, false)) | None => Standing::NeverInvited,
        };
        Invitee { contact: ContactId(contact), customer: CustomerId(customer), email_key, standing }
    };
    Ok(rows.into_iter().map(invitee).collect())
}
