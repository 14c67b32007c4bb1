//! The table of contacts: the people of companies, and the one contact that an individual itself is.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::error::{Error, Result};
use super::keys::ContactKeys;
use crate::db::Db;
use crate::db::schema::contacts;
use crate::domain::contact::{Contact, Draft, Reach};
use crate::domain::customer::{self, Who};
use crate::domain::person::{NameColumns, PersonName};
use crate::domain::places::Language;
use crate::domain::text::Email;
use crate::domain::{BatchId, ContactId, CustomerId};

/// What a contact is called in messages.
const WHAT: &str = "contact";

/// How many contacts of one customer a page shows at most.
pub const SHOWN: i64 = 500;
/// How many contacts of one customer are looked at when they are filtered.
pub const SEARCHED: i64 = 5_000;

#[derive(Queryable)]
struct StoredContact {
    id: i64,
    customer_id: i64,
    own: bool,
    enabled: bool,
    is_default: bool,
    first_name: String,
    middle_name: String,
    last_name: String,
    _sort_key: Vec<u8>,
    email: String,
    _email_key: Option<String>,
    language: String,
    phone: String,
    ref_id: String,
    version: i32,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    reach: String,
}

impl From<StoredContact> for Contact {
    fn from(row: StoredContact) -> Self {
        Self {
            id: ContactId(row.id),
            customer: CustomerId(row.customer_id),
            own: row.own,
            enabled: row.enabled,
            default: row.is_default,
            draft: Draft {
                name: PersonName { first: row.first_name, middle: row.middle_name, last: row.last_name },
                email: Email::stored(&row.email),
                language: Language::parse(&row.language),
                phone: row.phone,
                ref_id: row.ref_id,
                reach: Reach::parse(&row.reach).unwrap_or_default(),
            },
            version: row.version,
            created_at: row.created_at,
            changed_at: row.changed_at,
            batch: row.batch_id.map(BatchId),
        }
    }
}

/// The columns that follow from a draft.
#[derive(AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
pub struct DraftColumns<'a> {
    first_name: &'a str,
    middle_name: &'a str,
    last_name: &'a str,
    sort_key: Vec<u8>,
    email: &'a str,
    email_key: Option<String>,
    language: &'a str,
    phone: &'a str,
    ref_id: &'a str,
    reach: &'static str,
    changed_at: NaiveDateTime,
}

impl<'a> DraftColumns<'a> {
    /// The columns of a draft that is saved at this moment.
    #[must_use]
    pub fn of(draft: &'a Draft, now: NaiveDateTime) -> Self {
        let keys = ContactKeys::of(&draft.full_name(), draft.email.as_ref());
        Self {
            first_name: &draft.name.first,
            middle_name: &draft.name.middle,
            last_name: &draft.name.last,
            sort_key: keys.sort_key,
            email: draft.email.as_ref().map_or("", Email::as_str),
            email_key: keys.email_key,
            language: draft.language.map_or("", Language::code),
            phone: &draft.phone,
            ref_id: &draft.ref_id,
            reach: draft.reach.word(),
            changed_at: now,
        }
    }
}

/// A contact that has been checked, to be inserted.
#[derive(Debug, Clone)]
pub struct NewContact<'a> {
    /// Whose it is.
    pub customer: CustomerId,
    /// It is the individual itself.
    pub own: bool,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Its company's default.
    pub default: bool,
    /// All else.
    pub draft: &'a Draft,
    /// When it is created, UTC.
    pub created_at: NaiveDateTime,
    /// The batch that creates it.
    pub batch: Option<BatchId>,
}

impl<'a> NewContact<'a> {
    /// The contact that an individual itself is.
    #[must_use]
    pub fn own(customer: CustomerId, draft: &'a Draft, created_at: NaiveDateTime, batch: Option<BatchId>) -> Self {
        Self { customer, own: true, enabled: true, default: false, draft, created_at, batch }
    }
}

/// All columns of a new contact. They stand in a row, since `COPY` takes no nested ones.
#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub struct NewColumns<'a> {
    id: i64,
    customer_id: i64,
    own: bool,
    enabled: bool,
    is_default: bool,
    first_name: &'a str,
    middle_name: &'a str,
    last_name: &'a str,
    sort_key: Vec<u8>,
    email: &'a str,
    email_key: Option<String>,
    language: &'a str,
    phone: &'a str,
    ref_id: &'a str,
    version: i32,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    batch_id: Option<i64>,
    reach: &'static str,
}

impl<'a> NewColumns<'a> {
    /// The columns of a new contact under this id.
    #[must_use]
    pub fn of(id: i64, new: &NewContact<'a>) -> Self {
        let columns = DraftColumns::of(new.draft, new.created_at);
        Self {
            id,
            customer_id: new.customer.0,
            own: new.own,
            enabled: new.enabled,
            is_default: new.default,
            first_name: columns.first_name,
            middle_name: columns.middle_name,
            last_name: columns.last_name,
            sort_key: columns.sort_key,
            email: columns.email,
            email_key: columns.email_key,
            language: columns.language,
            phone: columns.phone,
            ref_id: columns.ref_id,
            version: 1,
            created_at: new.created_at,
            changed_at: columns.changed_at,
            batch_id: new.batch.map(|batch| batch.0),
            reach: columns.reach,
        }
    }
}

/// A contact.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: ContactId) -> Result<Contact> {
    let row: StoredContact = contacts::table.find(id.0).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok(row.into())
}

/// Contacts by their ids, in no order; those that are gone are left out.
pub fn find_all(db: &mut Db, ids: &[i64]) -> Result<Vec<Contact>> {
    /// Ids in one statement.
    const IDS: usize = 1_000;
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS) {
        let rows: Vec<StoredContact> = contacts::table.filter(contacts::id.eq_any(ids)).load(db)?;
        found.extend(rows.into_iter().map(Contact::from));
    }
    Ok(found)
}

/// The contacts of a company, so many at most: its default first, the others by name. None for an individual.
pub fn of_customer(db: &mut Db, customer: CustomerId, most: i64) -> Result<Vec<Contact>> {
    let of = contacts::customer_id.eq(customer.0).and(contacts::own.eq(false));
    // Two readings, so that each follows its index: nothing is sorted.
    let mut rows: Vec<StoredContact> = contacts::table.filter(of).filter(contacts::is_default.eq(true)).load(db)?;
    let others = contacts::table.filter(of).filter(contacts::is_default.eq(false)).order((contacts::sort_key, contacts::id));
    rows.extend(others.limit(most - i64::from(!rows.is_empty())).load::<StoredContact>(db)?);
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// One contact, if it is this company's.
pub fn one_of_customer(db: &mut Db, customer: CustomerId, id: ContactId) -> Result<Option<Contact>> {
    let of = contacts::customer_id.eq(customer.0).and(contacts::own.eq(false));
    let row: Option<StoredContact> = contacts::table.find(id.0).filter(of).first(db).optional()?;
    Ok(row.map(Contact::from))
}

/// All contacts of a company in the order they were created; none for an individual.
pub fn all_of(db: &mut Db, customer: CustomerId) -> Result<Vec<Contact>> {
    some_of(db, customer, 0, usize::MAX)
}

/// Some contacts of a company in the order they were created: beyond an id, so many at most. None for an individual.
pub fn some_of(db: &mut Db, customer: CustomerId, beyond: i64, most: usize) -> Result<Vec<Contact>> {
    let of = contacts::customer_id.eq(customer.0).and(contacts::own.eq(false)).and(contacts::id.gt(beyond));
    let rows: Vec<StoredContact> =
        contacts::table.filter(of).order(contacts::id).limit(i64::try_from(most).unwrap_or(i64::MAX)).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The contacts of companies in the order they were created, so many at most.
pub fn some_of_all(db: &mut Db, companies: &[i64], most: usize) -> Result<Vec<Contact>> {
    let of = contacts::customer_id.eq_any(companies).and(contacts::own.eq(false));
    let rows: Vec<StoredContact> =
        contacts::table.filter(of).order(contacts::id).limit(i64::try_from(most).unwrap_or(i64::MAX)).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The contacts that individuals themselves are; companies have none such.
pub fn own(db: &mut Db, customers: &[i64]) -> Result<Vec<Contact>> {
    let rows: Vec<StoredContact> =
        contacts::table.filter(contacts::customer_id.eq_any(customers)).filter(contacts::own.eq(true)).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The columns that make the whole name of a person ([`crate::domain::person::full_name`]).
pub const NAME_COLUMNS: (contacts::first_name, contacts::middle_name, contacts::last_name, contacts::language) =
    (contacts::first_name, contacts::middle_name, contacts::last_name, contacts::language);

/// The names and languages of individuals, by customer: of those with ids after one and up to another.
pub fn names_of_individuals(db: &mut Db, after: i64, last: i64) -> Result<HashMap<i64, (PersonName, Option<Language>)>> {
    let rows: Vec<(i64, NameColumns)> = contacts::table
        .filter(contacts::customer_id.gt(after))
        .filter(contacts::customer_id.le(last))
        .filter(contacts::own.eq(true))
        .select((contacts::customer_id, NAME_COLUMNS))
        .load(db)?;
    let people = rows
        .into_iter()
        .map(|(customer, (first, middle, last, language))| (customer, (PersonName { first, middle, last }, Language::parse(&language))));
    Ok(people.collect())
}

/// The defaults of companies, those that have one: the company and the contact.
pub fn defaults(db: &mut Db, customers: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(contacts::table
        .filter(contacts::customer_id.eq_any(customers))
        .filter(contacts::is_default.eq(true))
        .select((contacts::customer_id, contacts::id))
        .load(db)?)
}

/// The e-mails of customers' contacts: the customer and the e-mail as it is written.
pub fn emails(db: &mut Db, customers: &[i64]) -> Result<Vec<(i64, String)>> {
    Ok(contacts::table
        .filter(contacts::customer_id.eq_any(customers))
        .filter(contacts::email_key.is_not_null())
        .select((contacts::customer_id, contacts::email))
        .load(db)?)
}

/// A company's default.
pub fn default_of(db: &mut Db, customer: CustomerId) -> Result<Option<ContactId>> {
    Ok(defaults(db, &[customer.0])?.first().map(|(_, contact)| ContactId(*contact)))
}

/// A customer's contact by the key of its e-mail, which is unique within the customer.
pub fn by_email(db: &mut Db, customer: i64, email_key: &str) -> Result<Option<Contact>> {
    let row: Option<StoredContact> =
        contacts::table.filter(contacts::customer_id.eq(customer)).filter(contacts::email_key.eq(email_key)).first(db).optional()?;
    Ok(row.map(Contact::from))
}

/// The keys of the e-mails of a customer's contacts, the one that an individual itself is included.
pub fn mailboxes(db: &mut Db, customer: CustomerId) -> Result<Vec<String>> {
    let keys = contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::email_key.is_not_null());
    Ok(keys.select(contacts::email_key.assume_not_null()).load(db)?)
}

/// How many contacts a company has.
pub fn count(db: &mut Db, customer: CustomerId) -> Result<i64> {
    Ok(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::own.eq(false)).select(count_star()).first(db)?)
}

/// The contact that takes a default's place when it is deleted: the oldest enabled one left. `None` also where it is not the default.
pub fn next_default(db: &mut Db, contact: &Contact) -> Result<Option<Contact>> {
    if !contact.default {
        return Ok(None);
    }
    let row: Option<StoredContact> = contacts::table
        .filter(contacts::customer_id.eq(contact.customer.0))
        .filter(contacts::enabled.eq(true))
        .filter(contacts::id.ne(contact.id.0))
        .order(contacts::id)
        .first(db)
        .optional()?;
    Ok(row.map(Contact::from))
}

/// What an individual says of itself as a contact; `None` for a company.
#[must_use]
pub fn own_draft(draft: &customer::Draft) -> Option<Draft> {
    let Who::Individual(name) = &draft.who else { return None };
    Some(Draft {
        name: name.clone(),
        email: draft.email.clone(),
        language: draft.language,
        phone: String::new(),
        ref_id: String::new(),
        reach: Reach::Own,
    })
}

/// Notes that the history tells of one more edit.
pub fn count_edit(db: &mut Db, id: ContactId) -> Result<()> {
    diesel::update(contacts::table.find(id.0)).set(contacts::version.eq(contacts::version + 1)).execute(db)?;
    Ok(())
}

/// Saves another draft of a stored contact, as its next version.
pub fn save(db: &mut Db, stored: &Contact, draft: &Draft, now: NaiveDateTime) -> Result<()> {
    diesel::update(contacts::table.find(stored.id.0))
        .set((DraftColumns::of(draft, now), contacts::version.eq(contacts::version + 1)))
        .execute(db)?;
    Ok(())
}

/// Saves what an individual says of itself.
pub fn save_own(db: &mut Db, customer: CustomerId, draft: &Draft, now: NaiveDateTime) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::own.eq(true)))
        .set(DraftColumns::of(draft, now))
        .execute(db)?;
    Ok(())
}

/// Inserts a contact that was deleted, under its id.
pub fn restore(db: &mut Db, contact: &Contact) -> Result<()> {
    let new = NewContact {
        customer: contact.customer,
        own: contact.own,
        enabled: contact.enabled,
        default: contact.default,
        draft: &contact.draft,
        created_at: contact.created_at,
        batch: contact.batch,
    };
    let columns = NewColumns { version: contact.version, changed_at: contact.changed_at, ..NewColumns::of(contact.id.0, &new) };
    diesel::insert_into(contacts::table).values(columns).execute(db)?;
    Ok(())
}

/// Enables or disables a contact.
pub fn set_enabled(db: &mut Db, id: ContactId, enabled: bool, now: NaiveDateTime) -> Result<()> {
    diesel::update(contacts::table.find(id.0)).set((contacts::enabled.eq(enabled), contacts::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Makes a contact the default of its company in the place of the present one.
pub fn set_default(db: &mut Db, contact: &Contact, now: NaiveDateTime) -> Result<()> {
    clear_default(db, contact.customer)?;
    diesel::update(contacts::table.find(contact.id.0)).set((contacts::is_default.eq(true), contacts::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Leaves a company without a default, for the moment before another contact becomes it.
pub fn clear_default(db: &mut Db, customer: CustomerId) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::is_default.eq(true)))
        .set(contacts::is_default.eq(false))
        .execute(db)?;
    Ok(())
}

/// Deletes a contact.
pub fn delete(db: &mut Db, id: ContactId) -> Result<()> {
    diesel::delete(contacts::table.find(id.0)).execute(db)?;
    Ok(())
}

/// Deletes all contacts of a customer, the one that an individual itself is included.
pub fn delete_all(db: &mut Db, customer: CustomerId) -> Result<()> {
    diesel::delete(contacts::table.filter(contacts::customer_id.eq(customer.0))).execute(db)?;
    Ok(())
}
