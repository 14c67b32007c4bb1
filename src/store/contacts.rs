//! Contacts: the persons of a company, and the one contact that an individual itself is.

pub(crate) mod many;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{Error, Result, customers, entitlements};
use crate::db::Db;
use crate::db::schema::contacts;
use crate::domain::actor::Actor;
use crate::domain::contact::{Contact, Draft, PersonName};
use crate::domain::customer::{self, Who};
use crate::domain::places::Language;
use crate::domain::rules::{ContactFacts, Task};
use crate::domain::text::Email;
use crate::domain::{ContactId, CustomerId, collate, fold};
use crate::list;

/// What a contact is called in messages.
const WHAT: &str = "contact";
/// First, middle and last name, as a query reads them.
pub(crate) type Names = (String, String, String);

/// How many contacts of one customer a page shows.
pub const SHOWN: i64 = 500;

#[derive(Queryable)]
struct Row {
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
}

impl From<Row> for Contact {
    fn from(row: Row) -> Self {
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
            },
            version: row.version,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

/// The columns that follow from a draft.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
pub(crate) struct Columns<'a> {
    pub first_name: &'a str,
    pub middle_name: &'a str,
    pub last_name: &'a str,
    pub sort_key: Vec<u8>,
    pub email: &'a str,
    pub email_key: Option<String>,
    pub language: &'a str,
    pub phone: &'a str,
    pub ref_id: &'a str,
    pub changed_at: NaiveDateTime,
}

impl<'a> Columns<'a> {
    pub fn of(draft: &'a Draft, actor: Actor) -> Self {
        Self {
            first_name: &draft.name.first,
            middle_name: &draft.name.middle,
            last_name: &draft.name.last,
            sort_key: collate::sort_key(&draft.name.full()),
            email: draft.email.as_ref().map_or("", Email::as_str),
            email_key: draft.email.as_ref().map(|email| fold::key(email.as_str())),
            language: draft.language.map_or("", Language::code),
            phone: &draft.phone,
            ref_id: &draft.ref_id,
            changed_at: actor.now,
        }
    }
}

/// A contact.
///
/// # Errors
/// [`Error::NotFound`], and the database's own.
pub fn find(db: &mut Db, id: ContactId) -> Result<Contact> {
    let row: Row = contacts::table.find(id.0).first(db).optional()?.ok_or(Error::NotFound(WHAT))?;
    Ok(row.into())
}

/// The contacts of a company by name, [`SHOWN`] at most; none for an individual.
///
/// # Errors
/// The database's own.
pub fn of_customer(db: &mut Db, customer: CustomerId) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = contacts::table
        .filter(contacts::customer_id.eq(customer.0))
        .filter(contacts::own.eq(false))
        .order((contacts::sort_key, contacts::id))
        .limit(SHOWN)
        .load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// All contacts of a company in the order they were made; none for an individual.
///
/// # Errors
/// The database's own.
pub fn all_of(db: &mut Db, customer: CustomerId) -> Result<Vec<Contact>> {
    let rows: Vec<Row> =
        contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::own.eq(false)).order(contacts::id).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The contacts that individuals themselves are; companies have none such.
///
/// # Errors
/// The database's own.
pub fn own(db: &mut Db, customers: &[i64]) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = contacts::table.filter(contacts::customer_id.eq_any(customers)).filter(contacts::own.eq(true)).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// How many contacts a company has.
///
/// # Errors
/// The database's own.
pub fn count(db: &mut Db, customer: CustomerId) -> Result<i64> {
    Ok(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::own.eq(false)).select(count_star()).first(db)?)
}

/// How many people can sign in for a customer while it is enabled.
///
/// # Errors
/// The database's own.
pub fn who_can_sign_in(db: &mut Db, customer: CustomerId) -> Result<i64> {
    Ok(contacts::table
        .filter(contacts::customer_id.eq(customer.0))
        .filter(contacts::enabled.eq(true))
        .filter(contacts::email_key.is_not_null())
        .select(count_star())
        .first(db)?)
}

/// What the rules need to know of a contact.
///
/// # Errors
/// The database's own.
pub fn facts(db: &mut Db, contact: &Contact) -> Result<ContactFacts> {
    Ok(ContactFacts {
        own: contact.own,
        enabled: contact.enabled,
        default: contact.default,
        entitlements: entitlements::naming(db, contact.id)?,
    })
}

/// Creates a contact of a company. The first one becomes the default.
///
/// # Errors
/// [`Error::Refused`] for an individual; [`Error::Invalid`] when the e-mail is taken; [`Error::NotFound`]; the database's own.
pub fn create(db: &mut Db, actor: Actor, customer: CustomerId, draft: &Draft) -> Result<Contact> {
    let facts = customers::hold(db, customer)?;
    actor.may(Task::NewContact(facts))?;
    refuse_taken(db, customer, None, draft)?;
    let has_default = contacts::table
        .filter(contacts::customer_id.eq(customer.0))
        .filter(contacts::is_default.eq(true))
        .select(contacts::id)
        .first::<i64>(db)
        .optional()?
        .is_some();
    let id = insert(db, actor, customer, draft, Standing { enabled: true, default: !has_default })?;
    touch(db, actor, customer)?;
    find(db, id)
}

/// Saves an edited contact. An edit of a version that is not the stored one goes through when it would change nothing.
///
/// # Errors
/// [`Error::Stale`] when somebody else edited it meanwhile; [`Error::Invalid`] when the e-mail is taken; [`Error::NotFound`];
/// [`Error::Refused`]; the database's own.
pub fn edit(db: &mut Db, actor: Actor, id: ContactId, version: Option<i32>, draft: &Draft) -> Result<Contact> {
    let (contact, facts) = hold(db, id)?;
    actor.may(Task::EditContact(facts))?;
    if contact.draft == *draft {
        return Ok(contact);
    }
    if version != Some(contact.version) {
        return Err(Error::Stale);
    }
    refuse_taken(db, contact.customer, Some(id), draft)?;
    save(db, actor, &contact, draft)?;
    touch(db, actor, contact.customer)?;
    find(db, id)
}

/// Saves what has been checked. It is not searched for anew yet.
pub(crate) fn save(db: &mut Db, actor: Actor, stored: &Contact, draft: &Draft) -> Result<()> {
    diesel::update(contacts::table.find(stored.id.0))
        .set((&Columns::of(draft, actor), contacts::version.eq(stored.version + 1)))
        .execute(db)?;
    Ok(())
}

/// Disables a contact: it cannot sign in any more.
///
/// # Errors
/// [`Error::Refused`] when it is disabled already; [`Error::NotFound`]; the database's own.
pub fn disable(db: &mut Db, actor: Actor, id: ContactId) -> Result<Contact> {
    let (contact, facts) = hold(db, id)?;
    actor.may(Task::DisableContact(facts))?;
    set_enabled(db, actor, contact, false)
}

/// Enables a contact.
///
/// # Errors
/// [`Error::Refused`] when it is enabled already; [`Error::NotFound`]; the database's own.
pub fn enable(db: &mut Db, actor: Actor, id: ContactId) -> Result<Contact> {
    let (contact, facts) = hold(db, id)?;
    actor.may(Task::EnableContact(facts))?;
    set_enabled(db, actor, contact, true)
}

/// Makes a contact its company's default in the place of the present one.
///
/// # Errors
/// [`Error::Refused`] when it is the default already, or disabled; [`Error::NotFound`]; the database's own.
pub fn set_default(db: &mut Db, actor: Actor, id: ContactId) -> Result<Contact> {
    let (contact, facts) = hold(db, id)?;
    actor.may(Task::SetDefault(facts))?;
    clear_default(db, contact.customer)?;
    make_default(db, actor, id)?;
    touch(db, actor, contact.customer)?;
    Ok(contact)
}

/// Deletes a contact. When it was the default, the oldest enabled one left takes its place: it is returned beside the deleted one.
///
/// # Errors
/// [`Error::Refused`] while entitlements name it; [`Error::NotFound`]; the database's own.
pub fn delete(db: &mut Db, actor: Actor, id: ContactId) -> Result<(Contact, Option<Contact>)> {
    let (contact, facts) = hold(db, id)?;
    actor.may(Task::DeleteContact(facts))?;
    let successor = next_default(db, &contact)?;
    diesel::delete(contacts::table.find(id.0)).execute(db)?;
    if let Some(successor) = &successor {
        make_default(db, actor, successor.id)?;
    }
    touch(db, actor, contact.customer)?;
    Ok((contact, successor))
}

/// Who would take the default's place if it were deleted.
///
/// # Errors
/// The database's own.
pub fn next_default(db: &mut Db, contact: &Contact) -> Result<Option<Contact>> {
    if !contact.default {
        return Ok(None);
    }
    let row: Option<Row> = contacts::table
        .filter(contacts::customer_id.eq(contact.customer.0))
        .filter(contacts::enabled.eq(true))
        .filter(contacts::id.ne(contact.id.0))
        .order(contacts::id)
        .first(db)
        .optional()?;
    Ok(row.map(Contact::from))
}

/// How a contact stands when it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// Enabled or disabled.
    pub enabled: bool,
    /// Its company's default.
    pub default: bool,
}

/// Inserts a contact of a company that has been checked. It is not searched for yet.
pub(crate) fn insert(db: &mut Db, actor: Actor, customer: CustomerId, draft: &Draft, standing: Standing) -> Result<ContactId> {
    insert_row(db, actor, customer, draft, standing, false)
}

/// Inserts the contact that an individual itself is; a company has none such.
pub(crate) fn insert_own(db: &mut Db, actor: Actor, customer: CustomerId, draft: &customer::Draft) -> Result<()> {
    if let Some(own) = own_draft(draft) {
        insert_row(db, actor, customer, &own, Standing { enabled: true, default: false }, true)?;
    }
    Ok(())
}

/// Saves what an edited individual says of itself.
pub(crate) fn update_own(db: &mut Db, actor: Actor, customer: CustomerId, draft: &customer::Draft) -> Result<()> {
    if let Some(own) = own_draft(draft) {
        diesel::update(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::own.eq(true)))
            .set(&Columns::of(&own, actor))
            .execute(db)?;
    }
    Ok(())
}

pub(crate) fn own_draft(draft: &customer::Draft) -> Option<Draft> {
    let Who::Individual(name) = &draft.who else { return None };
    Some(Draft { name: name.clone(), email: draft.email.clone(), language: draft.language, phone: String::new(), ref_id: String::new() })
}

/// Deletes what a customer takes along.
pub(crate) fn delete_all(db: &mut Db, customer: CustomerId) -> Result<()> {
    diesel::delete(contacts::table.filter(contacts::customer_id.eq(customer.0))).execute(db)?;
    Ok(())
}

fn insert_row(db: &mut Db, actor: Actor, customer: CustomerId, draft: &Draft, standing: Standing, own: bool) -> Result<ContactId> {
    let id = diesel::insert_into(contacts::table)
        .values((
            contacts::customer_id.eq(customer.0),
            contacts::own.eq(own),
            contacts::enabled.eq(standing.enabled),
            contacts::is_default.eq(standing.default),
            contacts::created_at.eq(actor.now),
            &Columns::of(draft, actor),
        ))
        .returning(contacts::id)
        .get_result::<i64>(db)?;
    Ok(ContactId(id))
}

/// Holds the contact's customer until the transaction ends, and says what the rules need to know.
fn hold(db: &mut Db, id: ContactId) -> Result<(Contact, ContactFacts)> {
    let customer = find(db, id)?.customer;
    customers::hold(db, customer)?;
    // Once more, now that nobody else changes it.
    let contact = find(db, id)?;
    let facts = facts(db, &contact)?;
    Ok((contact, facts))
}

fn set_enabled(db: &mut Db, actor: Actor, contact: Contact, enabled: bool) -> Result<Contact> {
    put_enabled(db, actor, contact.id, enabled)?;
    touch(db, actor, contact.customer)?;
    Ok(Contact { enabled, ..contact })
}

pub(crate) fn put_enabled(db: &mut Db, actor: Actor, id: ContactId, enabled: bool) -> Result<()> {
    diesel::update(contacts::table.find(id.0)).set((contacts::enabled.eq(enabled), contacts::changed_at.eq(actor.now))).execute(db)?;
    Ok(())
}

/// Leaves a company without a default; for the moment before another contact becomes it.
pub(crate) fn clear_default(db: &mut Db, customer: CustomerId) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::customer_id.eq(customer.0)).filter(contacts::is_default.eq(true)))
        .set(contacts::is_default.eq(false))
        .execute(db)?;
    Ok(())
}

pub(crate) fn make_default(db: &mut Db, actor: Actor, id: ContactId) -> Result<()> {
    diesel::update(contacts::table.find(id.0)).set((contacts::is_default.eq(true), contacts::changed_at.eq(actor.now))).execute(db)?;
    Ok(())
}

/// A change of a contact is a change of its customer: it shows in "last changed", and is searched for anew.
fn touch(db: &mut Db, actor: Actor, customer: CustomerId) -> Result<()> {
    customers::touch(db, actor, &[customer.0])?;
    list::reindex(db, customer)
}

fn refuse_taken(db: &mut Db, customer: CustomerId, but: Option<ContactId>, draft: &Draft) -> Result<()> {
    let Some(email) = &draft.email else { return Ok(()) };
    let holder: Option<Row> = contacts::table
        .filter(contacts::customer_id.eq(customer.0))
        .filter(contacts::email_key.eq(fold::key(email.as_str())))
        .filter(contacts::id.ne(but.map_or(0, |id| id.0)))
        .first(db)
        .optional()?;
    match holder.map(Contact::from) {
        None => Ok(()),
        Some(holder) => Err(Error::field(
            "email",
            format!("E-mail {} belongs to {} of this customer already.", email.as_str(), holder.draft.name.full()),
        )),
    }
}
