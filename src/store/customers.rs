//! Customers.

pub(crate) mod many;

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::contacts::Standing;
use super::{Error, Result, addresses, contacts, entitlements};
use crate::db::schema::{customers, number_sequence};
use crate::db::{Db, lock_customer};
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Draft, Kind, Who};
use crate::domain::input::{Errors, FieldError};
use crate::domain::places::Language;
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::text::Email;
use crate::domain::{CustomerId, collate, contact, fold};
use crate::list;

/// What a customer is called in messages.
const WHAT: &str = "customer";
/// Sorts after every collation key: customers without a Ref ID come last.
const NO_REF: [u8; 4] = [0xFF; 4];

#[derive(Queryable)]
struct Row {
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
}

/// The columns that follow from a draft.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub(crate) struct Columns<'a> {
    pub name: String,
    pub sort_key: Vec<u8>,
    pub email: &'a str,
    pub language: &'a str,
    pub phone: &'a str,
    pub fax: &'a str,
    pub crm_id: &'a str,
    pub crm_key: Option<String>,
    pub ref_id: &'a str,
    pub ref_key: String,
    pub ref_sort: Vec<u8>,
    pub description: &'a str,
    pub changed_at: NaiveDateTime,
}

impl<'a> Columns<'a> {
    pub fn of(draft: &'a Draft, actor: Actor) -> Self {
        let name = draft.who.name();
        // An individual's e-mail and language stand with its own contact, where those of all who sign in are.
        let company = draft.who.kind() == Kind::Company;
        Self {
            sort_key: collate::sort_key(&name),
            name,
            email: draft.email.as_ref().filter(|_| company).map_or("", Email::as_str),
            language: draft.language.filter(|_| company).map_or("", Language::code),
            phone: &draft.phone,
            fax: &draft.fax,
            crm_id: &draft.crm_id,
            crm_key: crm_key(draft),
            ref_id: &draft.ref_id,
            ref_key: fold::key(&draft.ref_id),
            ref_sort: if draft.ref_id.is_empty() { NO_REF.to_vec() } else { collate::sort_key(&draft.ref_id) },
            description: &draft.description,
            changed_at: actor.now,
        }
    }
}

fn crm_key(draft: &Draft) -> Option<String> {
    (!draft.crm_id.is_empty()).then(|| fold::key(&draft.crm_id))
}

/// A customer in full.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn find(db: &mut Db, id: CustomerId) -> Result<Customer> {
    find_all(db, &[id])?.pop().ok_or(Error::NotFound(WHAT))
}

/// Customers in full, as they were named; those that are gone are left out.
///
/// # Errors
/// The database's own.
pub fn find_all(db: &mut Db, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = customers::table.filter(customers::id.eq_any(&keys)).load(db)?;
    let mut rows: HashMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut addresses = addresses::of_customers(db, &keys)?;
    let people = if rows.values().any(|row| row.kind == Kind::Individual.word()) { contacts::own(db, &keys)? } else { Vec::new() };
    let mut people: HashMap<CustomerId, Contact> = people.into_iter().map(|own| (own.customer, own)).collect();
    let rows = keys.iter().filter_map(|id| rows.remove(id));
    Ok(rows.map(|row| assemble(&mut addresses, people.remove(&CustomerId(row.id)), row)).collect())
}

fn assemble(addresses: &mut addresses::Known, own: Option<Contact>, row: Row) -> Customer {
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
    }
}

/// A customer's name.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn name(db: &mut Db, id: CustomerId) -> Result<String> {
    customers::table.find(id.0).select(customers::name).first(db).optional()?.ok_or(Error::NotFound(WHAT))
}

/// What the rules need to know of a customer.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn facts(db: &mut Db, id: CustomerId) -> Result<CustomerFacts> {
    let (kind, enabled): (String, bool) =
        customers::table.find(id.0).select((customers::kind, customers::enabled)).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok(CustomerFacts { kind: Kind::parse(&kind).unwrap_or(Kind::Company), enabled, entitlements: entitlements::count(db, id)? })
}

/// The same as [`facts`], with the customer held until the transaction ends: what they say stays true.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn hold(db: &mut Db, id: CustomerId) -> Result<CustomerFacts> {
    lock_customer(db, id.0)?;
    facts(db, id)
}

/// How many other customers have the same Ref ID.
///
/// # Errors
/// The database's own.
pub fn sharing_ref(db: &mut Db, customer: &Customer) -> Result<i64> {
    if customer.draft.ref_id.is_empty() {
        return Ok(0);
    }
    let key = fold::key(&customer.draft.ref_id);
    Ok(customers::table.filter(customers::ref_key.eq(key)).filter(customers::id.ne(customer.id.0)).select(count_star()).first(db)?)
}

/// Creates a customer; a company may bring its first contact, which becomes its default. An empty number is generated.
///
/// # Errors
/// [`Error::Invalid`] when the number or the CRM ID is taken; [`Error::Refused`]; the database's own.
pub fn create(db: &mut Db, actor: Actor, number: &str, draft: &Draft, first: Option<&contact::Draft>) -> Result<Customer> {
    actor.may(Task::NewCustomer)?;
    let number = if number.is_empty() { next_number(db)? } else { number.to_owned() };
    let number_key = fold::key(&number);
    let mut errors = crm_taken(db, None, draft)?;
    if let Some(name) = holder_of_number(db, &number_key)? {
        errors.push(taken("number", "Number", &number, &name));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let id = insert(db, actor, &number, draft, true)?;
    if let (Who::Company(_), Some(first)) = (&draft.who, first) {
        contacts::insert(db, actor, id, first, Standing { enabled: true, default: true })?;
    }
    list::reindex(db, id)?;
    find(db, id)
}

/// Inserts a customer that has been checked, and with an individual the contact that it is. It is not searched for yet.
pub(crate) fn insert(db: &mut Db, actor: Actor, number: &str, draft: &Draft, enabled: bool) -> Result<CustomerId> {
    let id = diesel::insert_into(customers::table)
        .values((
            customers::number.eq(number),
            customers::number_key.eq(fold::key(number)),
            customers::kind.eq(draft.who.kind().word()),
            customers::enabled.eq(enabled),
            customers::created_at.eq(actor.now),
            &Columns::of(draft, actor),
        ))
        .returning(customers::id)
        .get_result::<i64>(db)?;
    let id = CustomerId(id);
    addresses::insert(db, id, draft)?;
    contacts::insert_own(db, actor, id, draft)?;
    Ok(id)
}

/// Saves an edited customer. An edit of a version that is not the stored one goes through when it would change nothing.
///
/// # Errors
/// [`Error::Stale`] when somebody else edited it meanwhile; [`Error::Invalid`] when the CRM ID is taken; [`Error::NotFound`];
/// [`Error::Refused`]; the database's own.
pub fn edit(db: &mut Db, actor: Actor, id: CustomerId, version: Option<i32>, draft: &Draft) -> Result<Customer> {
    lock_customer(db, id.0)?;
    actor.may(Task::EditCustomer)?;
    let stored = find(db, id)?;
    if stored.draft == *draft {
        return Ok(stored);
    }
    if version != Some(stored.version) {
        return Err(Error::Stale);
    }
    let errors = crm_taken(db, Some(id), draft)?;
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    save(db, actor, &stored, draft)?;
    list::reindex(db, id)?;
    find(db, id)
}

/// Saves what has been checked. It is not searched for anew yet.
pub(crate) fn save(db: &mut Db, actor: Actor, stored: &Customer, draft: &Draft) -> Result<()> {
    let id = stored.id;
    diesel::update(customers::table.find(id.0)).set((&Columns::of(draft, actor), customers::version.eq(stored.version + 1))).execute(db)?;
    addresses::replace(db, id, draft)?;
    contacts::update_own(db, actor, id, draft)
}

/// Disables a customer: from now on no entitlement can be created for it, and nobody signs in for it.
///
/// # Errors
/// [`Error::Refused`] when it is disabled already; [`Error::NotFound`]; the database's own.
pub fn disable(db: &mut Db, actor: Actor, id: CustomerId) -> Result<String> {
    let facts = hold(db, id)?;
    actor.may(Task::DisableCustomer(facts))?;
    let name = set_enabled(db, actor, id, false)?;
    list::reindex(db, id)?;
    Ok(name)
}

/// Enables a customer.
///
/// # Errors
/// [`Error::Refused`] when it is enabled already; [`Error::NotFound`]; the database's own.
pub fn enable(db: &mut Db, actor: Actor, id: CustomerId) -> Result<String> {
    let facts = hold(db, id)?;
    actor.may(Task::EnableCustomer(facts))?;
    let name = set_enabled(db, actor, id, true)?;
    list::reindex(db, id)?;
    Ok(name)
}

/// Deletes a customer with its contacts.
///
/// # Errors
/// [`Error::Refused`] while an entitlement exists for it; [`Error::NotFound`]; the database's own.
pub fn delete(db: &mut Db, actor: Actor, id: CustomerId) -> Result<String> {
    let facts = hold(db, id)?;
    actor.may(Task::DeleteCustomer(facts))?;
    let name = name(db, id)?;
    contacts::delete_all(db, id)?;
    list::remove(db, id)?;
    diesel::delete(customers::table.find(id.0)).execute(db)?;
    Ok(name)
}

/// Whether there is a customer at all.
///
/// # Errors
/// The database's own.
pub fn any(db: &mut Db) -> Result<bool> {
    Ok(customers::table.select(customers::id).first::<i64>(db).optional()?.is_some())
}

/// Sets what has been checked. The list does not know of it yet.
pub(crate) fn set_enabled(db: &mut Db, actor: Actor, id: CustomerId, enabled: bool) -> Result<String> {
    Ok(diesel::update(customers::table.find(id.0))
        .set((customers::enabled.eq(enabled), customers::changed_at.eq(actor.now)))
        .returning(customers::name)
        .get_result(db)?)
}

/// The next number that nobody holds: `C-000042`.
pub(crate) fn next_number(db: &mut Db) -> Result<String> {
    loop {
        for number in draw_numbers(db, 1)? {
            if holder_of_number(db, &fold::key(&number))?.is_none() {
                return Ok(number);
            }
        }
    }
}

/// The next numbers of the sequence, held or not.
pub(crate) fn draw_numbers(db: &mut Db, count: i64) -> Result<impl Iterator<Item = String> + use<>> {
    let last: i64 = diesel::update(number_sequence::table)
        .set(number_sequence::last.eq(number_sequence::last + count))
        .returning(number_sequence::last)
        .get_result(db)?;
    Ok((last - count + 1..=last).map(|number| format!("C-{number:06}")))
}

/// A change of what belongs to customers is a change of theirs: it shows in "last changed".
pub(crate) fn touch(db: &mut Db, actor: Actor, ids: &[i64]) -> Result<()> {
    diesel::update(customers::table.filter(customers::id.eq_any(ids))).set(customers::changed_at.eq(actor.now)).execute(db)?;
    Ok(())
}

fn holder_of_number(db: &mut Db, key: &str) -> Result<Option<String>> {
    Ok(customers::table.filter(customers::number_key.eq(key)).select(customers::name).first(db).optional()?)
}

fn crm_taken(db: &mut Db, but: Option<CustomerId>, draft: &Draft) -> Result<Errors> {
    let Some(key) = crm_key(draft) else { return Ok(Vec::new()) };
    let holder: Option<String> = customers::table
        .filter(customers::crm_key.eq(key))
        .filter(customers::id.ne(but.map_or(0, |id| id.0)))
        .select(customers::name)
        .first(db)
        .optional()?;
    Ok(holder.map(|name| taken("crm_id", "CRM ID", &draft.crm_id, &name)).into_iter().collect())
}

pub(crate) fn taken(field: &'static str, label: &str, value: &str, name: &str) -> FieldError {
    FieldError { field, sentence: format!("{label} {value} belongs to {name} already.") }
}
