//! The table of entitlements.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{case_when, count_star};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable};

use super::error::{Error, Result};
use super::keys::EntitlementKeys;
use crate::db::Db;
use crate::db::schema::{contacts, entitlements};
use crate::domain::actor::Actor;
use crate::domain::entitlement::{Draft, Entitlement, NEVER};
use crate::domain::person::{NameColumns, full_name};
use crate::domain::{BatchId, ContactId, CustomerId, EntitlementId};
use crate::store::contacts::NAME_COLUMNS;

/// What an entitlement is called in messages.
const WHAT: &str = "entitlement";
/// How many entitlements of one customer a page shows at most.
pub const SHOWN: i64 = 500;

/// An entitlement, column by column.
#[derive(Queryable, Selectable)]
#[diesel(table_name = entitlements)]
pub struct StoredEntitlement {
    id: i64,
    eid: String,
    customer_id: i64,
    contact_id: Option<i64>,
    product: String,
    quantity: i32,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    ended_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    version: i32,
    renews_id: Option<i64>,
}

impl From<StoredEntitlement> for Entitlement {
    fn from(row: StoredEntitlement) -> Self {
        Self {
            id: EntitlementId(row.id),
            eid: row.eid,
            customer: CustomerId(row.customer_id),
            draft: Draft {
                contact: row.contact_id.map(ContactId),
                product: row.product,
                quantity: row.quantity,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
            },
            ended_at: row.ended_at,
            created_at: row.created_at,
            changed_at: row.changed_at,
            batch: row.batch_id.map(BatchId),
            version: row.version,
            renews: row.renews_id.map(EntitlementId),
        }
    }
}

/// An entitlement that has been checked, to be inserted.
#[derive(Debug, Clone)]
pub struct NewEntitlement<'a> {
    /// As it is written.
    pub eid: &'a str,
    /// Whose it is.
    pub customer: CustomerId,
    /// Whom it names, whatever the draft says.
    pub contact: Option<ContactId>,
    /// All else.
    pub draft: &'a Draft,
    /// When it was ended by hand, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// When it is created, UTC.
    pub created_at: NaiveDateTime,
    /// The batch that creates it.
    pub batch: Option<BatchId>,
    /// The one that it renews.
    pub renews: Option<EntitlementId>,
    /// The present day in the installation's time zone.
    pub today: NaiveDate,
}

/// All columns of a new entitlement but the id.
#[derive(Insertable)]
#[diesel(table_name = entitlements, treat_none_as_default_value = false)]
pub struct NewColumns<'a> {
    eid: &'a str,
    customer_id: i64,
    contact_id: Option<i64>,
    product: &'a str,
    quantity: i32,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    ended_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    version: i32,
    renews_id: Option<i64>,
    over_from: NaiveDate,
    product_sort: Vec<u8>,
    stage: i32,
}

impl<'a> NewColumns<'a> {
    /// The columns of a new entitlement.
    #[must_use]
    pub fn of(new: &NewEntitlement<'a>) -> Self {
        let keys = EntitlementKeys::of(new.draft, new.ended_at, new.today);
        Self {
            eid: new.eid,
            customer_id: new.customer.0,
            contact_id: new.contact.map(|id| id.0),
            product: &new.draft.product,
            quantity: new.draft.quantity,
            starts_on: new.draft.starts_on,
            ends_on: new.draft.ends_on,
            ended_at: new.ended_at,
            created_at: new.created_at,
            changed_at: new.created_at,
            batch_id: new.batch.map(|batch| batch.0),
            version: 1,
            renews_id: new.renews.map(|renewed| renewed.0),
            over_from: keys.over_from,
            product_sort: keys.product_sort,
            stage: keys.stage,
        }
    }
}

/// An entitlement.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: EntitlementId) -> Result<Entitlement> {
    let row: StoredEntitlement =
        entitlements::table.find(id.0).select(StoredEntitlement::as_select()).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok(row.into())
}

/// Entitlements by their EIDs, in no order.
pub fn by_eid(db: &mut Db, eids: &[String]) -> Result<Vec<Entitlement>> {
    let rows: Vec<StoredEntitlement> =
        entitlements::table.filter(entitlements::eid.eq_any(eids)).select(StoredEntitlement::as_select()).load(db)?;
    Ok(rows.into_iter().map(Entitlement::from).collect())
}

fn named((row, contact): (StoredEntitlement, Option<NameColumns>)) -> (Entitlement, String) {
    (row.into(), contact.map(full_name).unwrap_or_default())
}

/// A customer's entitlements with the name of their contacts (empty for none), so many at most: those that run on this day, the next to end
/// first; then those to come, the next to start first; then those that have ended, the latest start first.
pub fn of_customer(db: &mut Db, customer: CustomerId, today: NaiveDate, most: i64) -> Result<Vec<(Entitlement, String)>> {
    let ended = || entitlements::ended_at.is_not_null().or(entitlements::ends_on.lt(today));
    let to_come = || entitlements::starts_on.gt(today);
    let group = case_when(ended(), 2.into_sql::<Integer>()).when(to_come(), 1.into_sql::<Integer>()).otherwise(0.into_sql::<Integer>());
    // The engines disagree on where a missing end belongs: it counts as the last of days.
    let next = case_when(ended(), Some(NEVER).into_sql::<Nullable<Date>>())
        .when(to_come(), entitlements::starts_on.nullable())
        .when(entitlements::ends_on.is_null(), Some(NEVER).into_sql::<Nullable<Date>>())
        .otherwise(entitlements::ends_on);
    let rows: Vec<(StoredEntitlement, Option<NameColumns>)> = entitlements::table
        .left_join(contacts::table)
        .filter(entitlements::customer_id.eq(customer.0))
        .order((group, next, entitlements::starts_on.desc(), entitlements::id.desc()))
        .limit(most)
        .select((StoredEntitlement::as_select(), NAME_COLUMNS.nullable()))
        .load(db)?;
    Ok(rows.into_iter().map(named).collect())
}

/// One entitlement with the name of its contact, if it is this customer's.
pub fn one_of_customer(db: &mut Db, customer: CustomerId, id: EntitlementId) -> Result<Option<(Entitlement, String)>> {
    let row: Option<(StoredEntitlement, Option<NameColumns>)> = entitlements::table
        .left_join(contacts::table)
        .filter(entitlements::customer_id.eq(customer.0).and(entitlements::id.eq(id.0)))
        .select((StoredEntitlement::as_select(), NAME_COLUMNS.nullable()))
        .first(db)
        .optional()?;
    Ok(row.map(named))
}

/// Some entitlements of a customer in the order they were created: beyond an id, so many at most.
pub fn some_of(db: &mut Db, customer: CustomerId, beyond: i64, most: usize) -> Result<Vec<Entitlement>> {
    let rows: Vec<StoredEntitlement> = entitlements::table
        .filter(entitlements::customer_id.eq(customer.0).and(entitlements::id.gt(beyond)))
        .order(entitlements::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(StoredEntitlement::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(Entitlement::from).collect())
}

/// The entitlements of customers in the order they were created, so many at most.
pub fn some_of_all(db: &mut Db, customers: &[i64], most: usize) -> Result<Vec<Entitlement>> {
    let rows: Vec<StoredEntitlement> = entitlements::table
        .filter(entitlements::customer_id.eq_any(customers))
        .order(entitlements::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(StoredEntitlement::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(Entitlement::from).collect())
}

/// All entitlements of a customer in the order they were created.
pub fn all_of(db: &mut Db, customer: CustomerId) -> Result<Vec<Entitlement>> {
    some_of(db, customer, 0, usize::MAX)
}

/// Is there any?
pub fn any(db: &mut Db) -> Result<bool> {
    Ok(entitlements::table.select(entitlements::id).first::<i64>(db).optional()?.is_some())
}

/// How many entitlements a customer has, ended ones included.
pub fn count(db: &mut Db, customer: CustomerId) -> Result<i64> {
    Ok(entitlements::table.filter(entitlements::customer_id.eq(customer.0)).select(count_star()).first(db)?)
}

/// How many entitlements name a contact.
pub fn naming(db: &mut Db, contact: ContactId) -> Result<i64> {
    Ok(entitlements::table.filter(entitlements::contact_id.eq(contact.0)).select(count_star()).first(db)?)
}

/// How many entitlements name each contact of a customer, for those that are named at all.
pub fn naming_each(db: &mut Db, customer: CustomerId) -> Result<HashMap<ContactId, i64>> {
    let rows: Vec<(Option<i64>, i64)> = entitlements::table
        .filter(entitlements::customer_id.eq(customer.0))
        .filter(entitlements::contact_id.is_not_null())
        .group_by(entitlements::contact_id)
        .select((entitlements::contact_id, count_star()))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, count)| Some((ContactId(id?), count))).collect())
}

/// Inserts an entitlement.
pub fn insert(db: &mut Db, new: &NewEntitlement<'_>) -> Result<EntitlementId> {
    let id = diesel::insert_into(entitlements::table).values(NewColumns::of(new)).returning(entitlements::id).get_result(db)?;
    Ok(EntitlementId(id))
}

/// Inserts an entitlement that was deleted, under its id.
pub fn restore(db: &mut Db, entitlement: &Entitlement, today: NaiveDate) -> Result<()> {
    let new = NewEntitlement {
        eid: &entitlement.eid,
        customer: entitlement.customer,
        contact: entitlement.draft.contact,
        draft: &entitlement.draft,
        ended_at: entitlement.ended_at,
        created_at: entitlement.created_at,
        batch: entitlement.batch,
        renews: entitlement.renews,
        today,
    };
    let columns = NewColumns { version: entitlement.version, changed_at: entitlement.changed_at, ..NewColumns::of(&new) };
    diesel::insert_into(entitlements::table).values((entitlements::id.eq(entitlement.id.0), columns)).execute(db)?;
    Ok(())
}

/// Saves what has become of a stored entitlement.
pub fn save(db: &mut Db, entitlement: &Entitlement, actor: &Actor) -> Result<()> {
    let draft = &entitlement.draft;
    diesel::update(entitlements::table.find(entitlement.id.0))
        .set((
            entitlements::contact_id.eq(draft.contact.map(|id| id.0)),
            entitlements::product.eq(&draft.product),
            entitlements::quantity.eq(draft.quantity),
            entitlements::starts_on.eq(draft.starts_on),
            entitlements::ends_on.eq(draft.ends_on),
            entitlements::ended_at.eq(entitlement.ended_at),
            entitlements::version.eq(entitlement.version),
            entitlements::changed_at.eq(actor.now),
            EntitlementKeys::of(draft, entitlement.ended_at, actor.today),
        ))
        .execute(db)?;
    Ok(())
}

/// Deletes an entitlement.
pub fn delete(db: &mut Db, id: EntitlementId) -> Result<()> {
    diesel::delete(entitlements::table.find(id.0)).execute(db)?;
    Ok(())
}
