//! Changes of a company's contacts.

use super::identities::{follow_email, shut_out_contact};
use super::opened::{Opened, Present};
use super::steps::{accept, ask, follow, hold, record, status};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::{self, Contact, Draft};
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, Errors, FieldError, Holder, Input, Record};
use crate::domain::rules::{ContactFacts, Task};
use crate::domain::{ContactId, CustomerId, identity, stored, tasks};
use crate::store::contacts::NewContact;
use crate::store::detail::{contact_facts, customer_facts};
use crate::store::{Error, Result, bulk, contacts};

/// Creates a contact of a company. It becomes the default where there is none.
///
/// # Errors
/// [`Error::Refused`] for an individual; [`Error::Invalid`] when the e-mail is taken; [`Error::NotFound`].
pub fn create(db: &mut Db, actor: &Actor, customer: CustomerId, draft: Checked<'_, Draft>) -> Result<Contact> {
    hold(db, customer)?;
    actor.may(Task::NewContact(customer_facts(db, customer)?))?;
    let draft = &accept(draft, |form| email_taken(db, customer, None, form))?;
    let default = contacts::default_of(db, customer)?.is_none();
    let new = NewContact { customer, own: false, enabled: true, default, draft, created_at: actor.now, batch: actor.batch };
    let contact = insert(db, actor, &new)?;
    follow(db, actor, customer)?;
    Ok(contact)
}

/// Inserts a contact that has been checked, with its event. The list is not brought up to date.
pub(super) fn insert(db: &mut Db, actor: &Actor, new: &NewContact<'_>) -> Result<Contact> {
    let id = bulk::insert_contact(db, new)?;
    let contact = contacts::find(db, id)?;
    let mut changes = event::all_fields(stored::contact(&contact.draft));
    if contact.default {
        changes.push(default_change(None, Some(id)));
    }
    record(db, actor, &Event::of_contact(EventTask::Create, &contact, changes))?;
    Ok(contact)
}

/// Deletes a contact, the opposite of [`create`]. When it was the default, the oldest enabled one left takes its place: it is returned
/// beside the deleted one.
///
/// # Errors
/// [`Error::Refused`] while entitlements name it; [`Error::NotFound`].
pub fn delete(db: &mut Db, actor: &Actor, id: ContactId) -> Result<(Contact, Option<Contact>)> {
    let (contact, facts) = held(db, id)?;
    actor.may(Task::DeleteContact(facts))?;
    let successor = contacts::next_default(db, &contact)?;
    contacts::delete(db, id)?;
    shut_out_contact(db, &contact)?;
    if let Some(successor) = &successor {
        contacts::set_default(db, successor, actor.now)?;
    }
    let changes = contact.default.then(|| default_change(Some(id), successor.as_ref().map(|successor| successor.id)));
    let event = Event::of_contact(EventTask::Delete, &contact, changes.into_iter().collect());
    record(db, actor, &event.with_record(event::record_of_contact(&contact)))?;
    follow(db, actor, contact.customer)?;
    Ok((contact, successor))
}

/// Saves an edited contact, together with what others have saved elsewhere in it since the form was opened.
///
/// # Errors
/// [`Error::Stale`] when somebody else has changed the same; [`Error::Invalid`] when the e-mail is taken; [`Error::NotFound`];
/// [`Error::Refused`].
pub fn edit(db: &mut Db, actor: &Actor, id: ContactId, opened: &Opened<'_>, draft: Checked<'_, Draft>) -> Result<Contact> {
    let (before, facts) = held(db, id)?;
    actor.may(Task::EditContact(facts))?;
    let present = Present::from(&before);
    let draft = match draft {
        Ok(draft) if draft == before.draft => return Ok(before),
        Ok(draft) => Ok(contact::check(&contact::FIELDS, &opened.merge(db, &present, stored::contact(&draft))?).map_err(Error::Invalid)?),
        Err(invalid) => Err(invalid),
    };
    let draft = accept(draft, |form| email_taken(db, before.customer, Some(id), form))?;
    let after = Contact { draft, ..before.clone() };
    if after.draft != before.draft {
        update(db, actor, &before, &after)?;
        opened.saved(db, actor, &present)?;
        follow(db, actor, before.customer)?;
    }
    Ok(after)
}

/// Disables a contact: it can no longer sign in.
///
/// # Errors
/// [`Error::Refused`] when it is disabled already; [`Error::NotFound`].
pub fn disable(db: &mut Db, actor: &Actor, id: ContactId) -> Result<Contact> {
    change(db, actor, id, Task::DisableContact, |contact| contact.enabled = false).map(|(_, after)| after)
}

/// Enables a contact, the opposite of [`disable`]. It becomes the default where there is none, as a new one does: returned beside it.
///
/// # Errors
/// [`Error::Refused`] when it is enabled already; [`Error::NotFound`].
pub fn enable(db: &mut Db, actor: &Actor, id: ContactId) -> Result<(Contact, bool)> {
    let (before, after) = change(db, actor, id, Task::EnableContact, |contact| contact.enabled = true)?;
    let becomes_default = after.default && !before.default;
    Ok((after, becomes_default))
}

/// Makes a contact its company's default in the place of the present one.
///
/// # Errors
/// [`Error::Refused`] when it is the default already, or disabled; [`Error::NotFound`].
pub fn set_default(db: &mut Db, actor: &Actor, id: ContactId) -> Result<Contact> {
    change(db, actor, id, Task::SetDefault, |contact| contact.default = true).map(|(_, after)| after)
}

/// Returns the contact as it was and as it is.
fn change(
    db: &mut Db,
    actor: &Actor,
    id: ContactId,
    task: fn(ContactFacts) -> Task,
    apply: impl FnOnce(&mut Contact),
) -> Result<(Contact, Contact)> {
    let (before, facts) = held(db, id)?;
    actor.may(task(facts))?;
    let mut after = before.clone();
    apply(&mut after);
    after.default |= !before.enabled && after.enabled && contacts::default_of(db, before.customer)?.is_none();
    update(db, actor, &before, &after)?;
    follow(db, actor, before.customer)?;
    Ok((before, after))
}

/// Makes of a contact, whose customer is held, what it is to be: every task that this takes is asked of the rules and has its event. The list
/// is not brought up to date: [`super::follow_all`] does that for many.
///
/// # Errors
/// [`Error::Refused`].
pub fn update(db: &mut Db, actor: &Actor, before: &Contact, after: &Contact) -> Result<()> {
    ask(actor, &tasks::of_contact(before, after))?;
    let id = before.id;
    if before.draft != after.draft {
        contacts::save(db, before, &after.draft, actor.now)?;
        follow_email(db, actor, id, before.draft.email.as_ref(), after.draft.email.as_ref())?;
        let changes = event::differences(&stored::contact(&before.draft), &stored::contact(&after.draft));
        record(db, actor, &Event::of_contact(EventTask::Edit, after, changes))?;
    }
    let present = if !before.default && after.default { Some(contacts::default_of(db, before.customer)?) } else { None };
    let becomes_default = present.map(|present| default_change(present, Some(id)));
    // What was enabled and became the default because there was none did so at once.
    let at_once = before.enabled != after.enabled && present == Some(None);
    if before.enabled != after.enabled {
        contacts::set_enabled(db, id, after.enabled, actor.now)?;
        if !after.enabled {
            shut_out_contact(db, after)?;
        }
        let task = if after.enabled { EventTask::Enable } else { EventTask::Disable };
        let changes = [Some(status(before.enabled, after.enabled)), becomes_default.clone().filter(|_| at_once)];
        record(db, actor, &Event::of_contact(task, after, changes.into_iter().flatten().collect()))?;
    }
    if let Some(change) = becomes_default {
        contacts::set_default(db, after, actor.now)?;
        if !at_once {
            record(db, actor, &Event::of_contact(EventTask::SetDefault, after, vec![change]))?;
        }
    }
    Ok(())
}

/// The change of a company's default: which contact it was and is.
pub(super) fn default_change(before: Option<ContactId>, after: Option<ContactId>) -> FieldChange {
    FieldChange::new("default_contact", before, after)
}

/// Holds the contact's customer until the transaction ends; gives the contact, and what the rules need to know of it.
fn held(db: &mut Db, id: ContactId) -> Result<(Contact, ContactFacts)> {
    let customer = contacts::find(db, id)?.customer;
    hold(db, customer)?;
    // Once more, now that nobody else changes it.
    let contact = contacts::find(db, id)?;
    let facts = contact_facts(db, &contact)?;
    Ok((contact, facts))
}

/// The error of an e-mail that another contact of the customer has.
pub(super) fn email_taken(
    db: &mut Db,
    customer: CustomerId,
    but: Option<ContactId>,
    form: std::result::Result<&Draft, &Input>,
) -> Result<Errors> {
    let Some(email) = form.map_or_else(contact::asked_email, |draft| draft.email.clone()) else { return Ok(Errors::new()) };
    let holder = contacts::by_email(db, customer.0, &identity::email_key(email.as_str()))?.filter(|holder| Some(holder.id) != but);
    let holder = holder.map(|holder| Holder { name: holder.draft.full_name(), record: Record::Contact(holder.id) });
    Ok(holder.map(|holder| FieldError::taken("email", "E-mail", email.as_str(), holder)).into_iter().collect())
}
