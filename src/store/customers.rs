//! The table of customers. A customer is read whole: with its addresses and, for an individual, with the contact that it is.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::error::{Error, Result};
use super::keys::{CustomerKeys, NumberKeys};
use super::{addresses, contacts};
use crate::db::Db;
use crate::db::schema::{addresses as addresses_table, customers, number_sequence};
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Draft, Kind, Who, given_number};
use crate::domain::input::{Holder, Record};
use crate::domain::places::Language;
use crate::domain::text::Email;
use crate::domain::{BatchId, CustomerId, fold, identity};

/// What a customer is called in messages.
const WHAT: &str = "customer";

#[derive(Queryable)]
struct StoredCustomer {
    id: i64,
    number: String,
    _number_key: String,
    kind: String,
    enabled: bool,
    name: String,
    _sort_key: Vec<u8>,
    email: String,
    language: String,
    phone: String,
    fax: String,
    crm_id: String,
    _crm_key: Option<String>,
    ref_id: String,
    _ref_key: String,
    _ref_sort: Vec<u8>,
    description: String,
    version: i32,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    _last_sort: Vec<u8>,
    _number_near: String,
    _crm_near: Option<String>,
}

/// The columns that follow from a draft.
#[derive(AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct DraftColumns<'a> {
    name: String,
    sort_key: Vec<u8>,
    email: &'a str,
    language: &'a str,
    phone: &'a str,
    fax: &'a str,
    crm_id: &'a str,
    crm_key: Option<String>,
    ref_id: &'a str,
    ref_key: String,
    ref_sort: Vec<u8>,
    description: &'a str,
    changed_at: NaiveDateTime,
    last_sort: Vec<u8>,
    crm_near: Option<String>,
}

impl<'a> DraftColumns<'a> {
    /// The columns of a draft that is saved at this moment.
    #[must_use]
    pub fn of(draft: &'a Draft, now: NaiveDateTime) -> Self {
        let keys = CustomerKeys::of(&draft.who, draft.language, &draft.crm_id, &draft.ref_id);
        // An individual's e-mail and language stand with its own contact, where those of all who sign in are.
        let company = draft.who.kind() == Kind::Company;
        Self {
            name: draft.name(),
            sort_key: keys.sort_key,
            email: draft.email.as_ref().filter(|_| company).map_or("", Email::as_str),
            language: draft.language.filter(|_| company).map_or("", Language::code),
            phone: &draft.phone,
            fax: &draft.fax,
            crm_id: &draft.crm_id,
            crm_key: keys.crm_key,
            ref_id: &draft.ref_id,
            ref_key: keys.ref_key,
            ref_sort: keys.ref_sort,
            description: &draft.description,
            changed_at: now,
            last_sort: keys.last_sort,
            crm_near: keys.crm_near,
        }
    }
}

/// A customer that has been checked, to be inserted.
#[derive(Debug, Clone)]
pub struct NewCustomer<'a> {
    /// As it is written.
    pub number: String,
    /// Enabled or disabled.
    pub enabled: bool,
    /// All else.
    pub draft: &'a Draft,
    /// When it is created, UTC.
    pub created_at: NaiveDateTime,
    /// The batch that creates it.
    pub batch: Option<BatchId>,
}

/// All columns of a new customer. They stand in a row, since `COPY` takes no nested ones.
#[derive(Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub struct NewColumns<'a> {
    id: i64,
    number: &'a str,
    number_key: String,
    kind: &'a str,
    enabled: bool,
    name: String,
    sort_key: Vec<u8>,
    email: &'a str,
    language: &'a str,
    phone: &'a str,
    fax: &'a str,
    crm_id: &'a str,
    crm_key: Option<String>,
    ref_id: &'a str,
    ref_key: String,
    ref_sort: Vec<u8>,
    description: &'a str,
    version: i32,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    last_sort: Vec<u8>,
    number_near: String,
    crm_near: Option<String>,
}

impl<'a> NewColumns<'a> {
    /// The columns of a new customer under this id.
    #[must_use]
    pub fn of(id: i64, new: &'a NewCustomer<'_>) -> Self {
        let columns = DraftColumns::of(new.draft, new.created_at);
        let number = NumberKeys::of(&new.number);
        Self {
            id,
            number: &new.number,
            number_key: number.key,
            kind: new.draft.who.kind().word(),
            enabled: new.enabled,
            name: columns.name,
            sort_key: columns.sort_key,
            email: columns.email,
            language: columns.language,
            phone: columns.phone,
            fax: columns.fax,
            crm_id: columns.crm_id,
            crm_key: columns.crm_key,
            ref_id: columns.ref_id,
            ref_key: columns.ref_key,
            ref_sort: columns.ref_sort,
            description: columns.description,
            version: 1,
            created_at: new.created_at,
            changed_at: columns.changed_at,
            batch_id: new.batch.map(|batch| batch.0),
            last_sort: columns.last_sort,
            number_near: number.near,
            crm_near: columns.crm_near,
        }
    }
}

/// A customer in full.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: CustomerId) -> Result<Customer> {
    find_all(db, &[id])?.pop().ok_or(Error::NotFound(WHAT))
}

/// Customers in full, as they were named; those that are gone are left out.
pub fn find_all(db: &mut Db, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<StoredCustomer> = customers::table.filter(customers::id.eq_any(&keys)).load(db)?;
    let mut rows: HashMap<i64, StoredCustomer> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut addresses = addresses::of_customers(db, &keys)?;
    let people = if rows.values().any(|row| row.kind == Kind::Individual.word()) { contacts::own(db, &keys)? } else { Vec::new() };
    let mut people: HashMap<CustomerId, Contact> = people.into_iter().map(|own| (own.customer, own)).collect();
    let rows = keys.iter().filter_map(|id| rows.remove(id));
    Ok(rows.map(|row| assemble(&mut addresses, people.remove(&CustomerId(row.id)), row)).collect())
}

fn assemble(addresses: &mut addresses::ByCustomer, own: Option<Contact>, row: StoredCustomer) -> Customer {
    let (billing, shipping) = addresses.remove(&row.id).unwrap_or_default();
    let (who, email, language) = match own {
        Some(own) => (Who::Individual(own.draft.name), own.draft.email, own.draft.language),
        None => (Who::Company(row.name), Email::stored(&row.email), Language::parse(&row.language)),
    };
    Customer {
        id: CustomerId(row.id),
        number: row.number,
        enabled: row.enabled,
        draft: Draft {
            who,
            email,
            language,
            phone: row.phone,
            fax: row.fax,
            crm_id: row.crm_id,
            ref_id: row.ref_id,
            description: row.description,
            billing,
            shipping,
        },
        version: row.version,
        created_at: row.created_at,
        changed_at: row.changed_at,
        batch: row.batch_id.map(BatchId),
    }
}

/// A customer's name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn name(db: &mut Db, id: CustomerId) -> Result<String> {
    customers::table.find(id.0).select(customers::name).first(db).optional()?.ok_or(Error::NotFound(WHAT))
}

/// Whether it is a company or an individual, and whether it is enabled.
///
/// # Errors
/// [`Error::NotFound`].
pub fn kind_and_status(db: &mut Db, id: CustomerId) -> Result<(Kind, bool)> {
    let (kind, enabled): (String, bool) =
        customers::table.find(id.0).select((customers::kind, customers::enabled)).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok((Kind::stored(&kind), enabled))
}

/// How many other customers have the same Ref ID; none where it has no Ref ID.
pub fn sharing_ref(db: &mut Db, customer: &Customer) -> Result<i64> {
    if customer.draft.ref_id.is_empty() {
        return Ok(0);
    }
    let key = fold::key(&customer.draft.ref_id);
    Ok(customers::table.filter(customers::ref_key.eq(key)).filter(customers::id.ne(customer.id.0)).select(count_star()).first(db)?)
}

/// Whether there is any customer at all.
pub fn any(db: &mut Db) -> Result<bool> {
    Ok(customers::table.select(customers::id).first::<i64>(db).optional()?.is_some())
}

/// Who holds these numbers, given as keys: the key and the customer.
pub fn holders_of_numbers(db: &mut Db, keys: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(customers::table.filter(customers::number_key.eq_any(keys)).select((customers::number_key, customers::id)).load(db)?)
}

/// Who holds these CRM IDs, given as keys: the key and the customer.
pub fn holders_of_crm_ids(db: &mut Db, keys: &[String]) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> =
        customers::table.filter(customers::crm_key.eq_any(keys)).select((customers::crm_key, customers::id)).load(db)?;
    Ok(rows.into_iter().filter_map(|(key, id)| Some((key?, id))).collect())
}

/// Who holds a number, given as its key.
pub fn holder_of_number(db: &mut Db, key: &str) -> Result<Option<Holder>> {
    let holder = customers::table.filter(customers::number_key.eq(key)).select((customers::id, customers::name)).first(db).optional()?;
    Ok(holder.map(holder_of))
}

/// Who, other than `but`, holds a CRM ID; nobody holds an empty one.
pub fn holder_of_crm_id(db: &mut Db, crm_id: &str, but: Option<CustomerId>) -> Result<Option<Holder>> {
    if crm_id.is_empty() {
        return Ok(None);
    }
    let holder = customers::table
        .filter(customers::crm_key.eq(identity::key(crm_id)))
        .filter(customers::id.ne(but.map_or(0, |id| id.0)))
        .select((customers::id, customers::name))
        .first(db)
        .optional()?;
    Ok(holder.map(holder_of))
}

fn holder_of((id, name): (i64, String)) -> Holder {
    Holder { name, record: Record::Customer(CustomerId(id)) }
}

/// The next numbers of the sequence (`C-000042`), held by somebody or not.
pub fn draw_numbers(db: &mut Db, count: i64) -> Result<impl Iterator<Item = String> + use<>> {
    let last: i64 = diesel::update(number_sequence::table)
        .set(number_sequence::last.eq(number_sequence::last + count))
        .returning(number_sequence::last)
        .get_result(db)?;
    Ok((last - count + 1..=last).map(given_number))
}

/// Saves another draft of a stored customer, as its next version.
pub fn save(db: &mut Db, stored: &Customer, draft: &Draft, now: NaiveDateTime) -> Result<()> {
    diesel::update(customers::table.find(stored.id.0))
        .set((DraftColumns::of(draft, now), customers::version.eq(stored.version + 1)))
        .execute(db)?;
    addresses::replace(db, stored.id, &stored.draft, draft)?;
    match contacts::own_draft(draft) {
        Some(own) => contacts::save_own(db, stored.id, &own, now),
        None => Ok(()),
    }
}

/// Lets go of CRM IDs that others are about to take. Those who had them are saved next, with what they have instead.
pub fn give_up_crm_ids(db: &mut Db, ids: &[i64]) -> Result<()> {
    if !ids.is_empty() {
        diesel::update(customers::table.filter(customers::id.eq_any(ids))).set(customers::crm_key.eq(None::<String>)).execute(db)?;
    }
    Ok(())
}

/// Inserts a customer that was deleted, under its id, with its addresses; an individual's own contact is inserted apart.
pub fn restore(db: &mut Db, customer: &Customer) -> Result<()> {
    let new = NewCustomer {
        number: customer.number.clone(),
        enabled: customer.enabled,
        draft: &customer.draft,
        created_at: customer.created_at,
        batch: customer.batch,
    };
    let columns = NewColumns { version: customer.version, changed_at: customer.changed_at, ..NewColumns::of(customer.id.0, &new) };
    diesel::insert_into(customers::table).values(columns).execute(db)?;
    for row in addresses::rows(customer.id.0, &customer.draft) {
        diesel::insert_into(addresses_table::table).values(row).execute(db)?;
    }
    Ok(())
}

/// Enables or disables a customer.
pub fn set_enabled(db: &mut Db, id: CustomerId, enabled: bool, now: NaiveDateTime) -> Result<()> {
    diesel::update(customers::table.find(id.0)).set((customers::enabled.eq(enabled), customers::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Notes that something of these customers changed.
pub fn touch(db: &mut Db, ids: &[i64], now: NaiveDateTime) -> Result<()> {
    diesel::update(customers::table.filter(customers::id.eq_any(ids))).set(customers::changed_at.eq(now)).execute(db)?;
    Ok(())
}

/// Deletes a customer with its contacts and addresses.
pub fn delete(db: &mut Db, id: CustomerId) -> Result<()> {
    contacts::delete_all(db, id)?;
    diesel::delete(customers::table.find(id.0)).execute(db)?;
    Ok(())
}
