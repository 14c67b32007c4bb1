//! Entitlements.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::contacts::Names;
use super::{Error, Result, contacts, customers, random};
use crate::db::Db;
use crate::db::schema::{contacts as contacts_table, entitlements};
use crate::domain::actor::Actor;
use crate::domain::contact::PersonName;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{Draft, Entitlement};
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::{ContactId, CustomerId, EntitlementId};
use crate::list;

/// What an entitlement is called in messages.
const WHAT: &str = "entitlement";
/// How many entitlements of one customer a page shows.
pub const SHOWN: i64 = 500;

#[derive(Queryable)]
struct Row {
    id: i64,
    eid: String,
    customer_id: i64,
    contact_id: Option<i64>,
    product: String,
    quantity: i32,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    ended_at: Option<NaiveDateTime>,
    _created_at: NaiveDateTime,
    _changed_at: NaiveDateTime,
}

impl From<Row> for Entitlement {
    fn from(row: Row) -> Self {
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
        }
    }
}

/// An entitlement.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn find(db: &mut Db, id: EntitlementId) -> Result<Entitlement> {
    let row: Row = entitlements::table.find(id.0).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok(row.into())
}

/// A customer's entitlements with the name of their contacts, the latest start first, [`SHOWN`] at most.
///
/// # Errors
/// The database's own.
pub fn of_customer(db: &mut Db, customer: CustomerId) -> Result<Vec<(Entitlement, String)>> {
    let rows: Vec<(Row, Option<Names>)> = entitlements::table
        .left_join(contacts_table::table)
        .filter(entitlements::customer_id.eq(customer.0))
        .order((entitlements::starts_on.desc(), entitlements::id.desc()))
        .limit(SHOWN)
        .select((
            entitlements::all_columns,
            (contacts_table::first_name, contacts_table::middle_name, contacts_table::last_name).nullable(),
        ))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(row, names)| {
            let name = names.map(|names| PersonName::from(names).full());
            (row.into(), name.unwrap_or_default())
        })
        .collect())
}

/// All entitlements of a customer in the order they were made.
///
/// # Errors
/// The database's own.
pub fn all_of(db: &mut Db, customer: CustomerId) -> Result<Vec<Entitlement>> {
    let rows: Vec<Row> = entitlements::table.filter(entitlements::customer_id.eq(customer.0)).order(entitlements::id).load(db)?;
    Ok(rows.into_iter().map(Entitlement::from).collect())
}

/// How many entitlements a customer has, ended ones included.
///
/// # Errors
/// The database's own.
pub fn count(db: &mut Db, customer: CustomerId) -> Result<i64> {
    Ok(entitlements::table.filter(entitlements::customer_id.eq(customer.0)).select(count_star()).first(db)?)
}

/// How many entitlements name a contact.
///
/// # Errors
/// The database's own.
pub fn naming(db: &mut Db, contact: ContactId) -> Result<i64> {
    Ok(entitlements::table.filter(entitlements::contact_id.eq(contact.0)).select(count_star()).first(db)?)
}

/// How many entitlements name each contact of a customer, for those that are named at all.
///
/// # Errors
/// The database's own.
pub fn naming_each(db: &mut Db, customer: CustomerId) -> Result<Vec<(ContactId, i64)>> {
    let rows: Vec<(Option<i64>, i64)> = entitlements::table
        .filter(entitlements::customer_id.eq(customer.0))
        .filter(entitlements::contact_id.is_not_null())
        .group_by(entitlements::contact_id)
        .select((entitlements::contact_id, count_star()))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, count)| Some((ContactId(id?), count))).collect())
}

/// Creates an entitlement; for an individual it names that person itself.
///
/// # Errors
/// [`Error::Refused`] while the customer is disabled; [`Error::Invalid`] when the contact is not one of this customer;
/// [`Error::NotFound`]; the database's own.
pub fn create(db: &mut Db, actor: Actor, customer: CustomerId, draft: &Draft) -> Result<Entitlement> {
    let facts = customers::hold(db, customer)?;
    actor.may(Task::NewEntitlement(facts))?;
    let contact = contact_of(db, customer, facts, draft)?;
    let id = insert(db, actor, customer, contact, draft)?;
    touch(db, actor, customer)?;
    find(db, id)
}

/// Inserts an entitlement that has been checked.
pub(crate) fn insert(db: &mut Db, actor: Actor, customer: CustomerId, contact: Option<ContactId>, draft: &Draft) -> Result<EntitlementId> {
    let id = diesel::insert_into(entitlements::table)
        .values((
            entitlements::eid.eq(new_eid()),
            entitlements::customer_id.eq(customer.0),
            entitlements::contact_id.eq(contact.map(|id| id.0)),
            entitlements::product.eq(&draft.product),
            entitlements::quantity.eq(draft.quantity),
            entitlements::starts_on.eq(draft.starts_on),
            entitlements::ends_on.eq(draft.ends_on),
            entitlements::created_at.eq(actor.now),
            entitlements::changed_at.eq(actor.now),
        ))
        .returning(entitlements::id)
        .get_result::<i64>(db)?;
    Ok(EntitlementId(id))
}

/// Saves what a file says of an entitlement, and has been checked.
pub(crate) fn save(
    db: &mut Db,
    actor: Actor,
    id: EntitlementId,
    contact: Option<ContactId>,
    draft: &Draft,
    ended_at: Option<NaiveDateTime>,
) -> Result<()> {
    diesel::update(entitlements::table.find(id.0))
        .set((
            entitlements::contact_id.eq(contact.map(|id| id.0)),
            entitlements::product.eq(&draft.product),
            entitlements::quantity.eq(draft.quantity),
            entitlements::starts_on.eq(draft.starts_on),
            entitlements::ends_on.eq(draft.ends_on),
            entitlements::ended_at.eq(ended_at),
            entitlements::changed_at.eq(actor.now),
        ))
        .execute(db)?;
    Ok(())
}

/// Entitlements by their EIDs.
pub(crate) fn by_eid(db: &mut Db, eids: &[String]) -> Result<Vec<Entitlement>> {
    let rows: Vec<Row> = entitlements::table.filter(entitlements::eid.eq_any(eids)).load(db)?;
    Ok(rows.into_iter().map(Entitlement::from).collect())
}

/// Ends a running entitlement at this moment. Its record stays, and goes on holding its customer and contact.
///
/// # Errors
/// [`Error::Refused`] when it is not running; [`Error::NotFound`]; the database's own.
pub fn end(db: &mut Db, actor: Actor, id: EntitlementId) -> Result<Entitlement> {
    let entitlement = hold(db, id)?;
    actor.may(Task::EndEntitlement(entitlement.state(actor.today)))?;
    diesel::update(entitlements::table.find(id.0))
        .set((entitlements::ended_at.eq(actor.now), entitlements::changed_at.eq(actor.now)))
        .execute(db)?;
    touch(db, actor, entitlement.customer)?;
    Ok(entitlement)
}

/// Deletes an entitlement.
///
/// # Errors
/// [`Error::Refused`] when it has started and the actor is no administrator; [`Error::NotFound`]; the database's own.
pub fn delete(db: &mut Db, actor: Actor, id: EntitlementId) -> Result<Entitlement> {
    let entitlement = hold(db, id)?;
    actor.may(Task::DeleteEntitlement(entitlement.state(actor.today)))?;
    diesel::delete(entitlements::table.find(id.0)).execute(db)?;
    touch(db, actor, entitlement.customer)?;
    Ok(entitlement)
}

fn hold(db: &mut Db, id: EntitlementId) -> Result<Entitlement> {
    let customer = find(db, id)?.customer;
    customers::hold(db, customer)?;
    find(db, id)
}

fn contact_of(db: &mut Db, customer: CustomerId, facts: CustomerFacts, draft: &Draft) -> Result<Option<ContactId>> {
    if facts.kind == Kind::Individual {
        return Ok(contacts::own(db, &[customer.0])?.pop().map(|own| own.id));
    }
    let Some(id) = draft.contact else { return Ok(None) };
    match contacts::find(db, id) {
        Ok(contact) if contact.customer == customer => Ok(Some(id)),
        Ok(_) | Err(Error::NotFound(_)) => Err(Error::field("contact", "This contact does not exist any more: choose another one.")),
        Err(error) => Err(error),
    }
}

/// A change of an entitlement is a change of its customer: it shows in "last changed", and is searched for anew.
fn touch(db: &mut Db, actor: Actor, customer: CustomerId) -> Result<()> {
    customers::touch(db, actor, &[customer.0])?;
    list::reindex(db, customer)
}

/// `EID-` and 80 random bits in Crockford's base 32 (no I, L, O, U: they are read out on the telephone), in groups of four.
fn new_eid() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut eid = "EID".to_owned();
    for (i, byte) in random::<16>().into_iter().enumerate() {
        if i % 4 == 0 {
            eid.push('-');
        }
        eid.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    eid
}
