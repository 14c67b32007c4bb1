//! Changes of entitlements.

use super::steps::{accept, ask, follow, hold, record};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{self, Draft, Entitlement};
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, Errors, FieldError};
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::{ContactId, CustomerId, EntitlementId, stored, tasks};
use crate::store::detail::customer_facts;
use crate::store::entitlements::NewEntitlement;
use crate::store::{Error, Result, contacts, entitlements, new_eid};

/// Creates an entitlement; for an individual it names that person.
///
/// # Errors
/// [`Error::Refused`] while the customer is disabled; [`Error::Invalid`] when the contact is not one of this customer; [`Error::NotFound`].
pub fn create(db: &mut Db, actor: &Actor, customer: CustomerId, draft: Checked<'_, Draft>) -> Result<Entitlement> {
    hold(db, customer)?;
    let facts = customer_facts(db, customer)?;
    actor.may(Task::NewEntitlement(facts))?;
    let draft = &accept(draft, |form| {
        let named = form.map_or_else(entitlement::named_contact, |draft| draft.contact);
        contact_gone(db, customer, facts, named)
    })?;
    let contact = match facts.kind {
        Kind::Individual => contacts::own(db, &[customer.0])?.pop().map(|own| own.id),
        Kind::Company => draft.contact,
    };
    let eid = new_eid();
    let new = NewEntitlement { eid: &eid, customer, contact, draft, ended_at: None, created_at: actor.now, batch: actor.batch };
    let id = entitlements::insert(db, &new)?;
    let entitlement = entitlements::find(db, id)?;
    let mut fields = vec![("eid".to_owned(), eid)];
    fields.extend(stored::entitlement(&entitlement.draft));
    record(db, actor, &Event::of_entitlement(EventTask::Create, &entitlement, event::all_fields(fields)))?;
    follow(db, actor, customer)?;
    Ok(entitlement)
}

/// Deletes an entitlement, the opposite of [`create`].
///
/// # Errors
/// [`Error::Refused`] when it has started and the actor is no administrator; [`Error::NotFound`].
pub fn delete(db: &mut Db, actor: &Actor, id: EntitlementId) -> Result<Entitlement> {
    let entitlement = held(db, id)?;
    actor.may(Task::DeleteEntitlement(entitlement.state(actor.today)))?;
    remove(db, actor, &entitlement)?;
    follow(db, actor, entitlement.customer)?;
    Ok(entitlement)
}

/// Removes an entitlement that may go and whose customer is held, with its event. The list is not brought up to date.
pub(super) fn remove(db: &mut Db, actor: &Actor, entitlement: &Entitlement) -> Result<()> {
    entitlements::delete(db, entitlement.id)?;
    let event = Event::of_entitlement(EventTask::Delete, entitlement, Vec::new());
    record(db, actor, &event.with_record(event::record_of_entitlement(entitlement)))
}

/// Ends a running entitlement at this moment. Its record stays, and still holds its customer and contact.
///
/// # Errors
/// [`Error::Refused`] when it is not running; [`Error::NotFound`].
pub fn end(db: &mut Db, actor: &Actor, id: EntitlementId) -> Result<Entitlement> {
    let before = held(db, id)?;
    actor.may(Task::EndEntitlement(before.state(actor.today)))?;
    let after = Entitlement { ended_at: Some(actor.now), ..before.clone() };
    update(db, actor, &before, &after)?;
    follow(db, actor, before.customer)?;
    Ok(after)
}

/// Makes of an entitlement, whose customer is held, what it is to be: every task that this takes is asked of the rules and has its event. The
/// list is not brought up to date: [`super::follow_all`] does that for many.
///
/// # Errors
/// [`Error::Refused`].
pub fn update(db: &mut Db, actor: &Actor, before: &Entitlement, after: &Entitlement) -> Result<()> {
    ask(actor, &tasks::of_entitlement(before, after, actor.today))?;
    entitlements::save(db, after, actor.now)?;
    if before.draft != after.draft {
        let changes = event::differences(&stored::entitlement(&before.draft), &stored::entitlement(&after.draft));
        record(db, actor, &Event::of_entitlement(EventTask::Edit, after, changes))?;
    }
    if before.ended_at != after.ended_at {
        let changes = vec![FieldChange::new("ended_at", before.ended_at, after.ended_at)];
        record(db, actor, &Event::of_entitlement(EventTask::End, after, changes))?;
    }
    Ok(())
}

/// Holds the entitlement's customer until the transaction ends.
fn held(db: &mut Db, id: EntitlementId) -> Result<Entitlement> {
    let customer = entitlements::find(db, id)?.customer;
    hold(db, customer)?;
    // Once more, now that nobody else changes it.
    entitlements::find(db, id)
}

/// The error of a contact that is not one of this company; an individual names none.
fn contact_gone(db: &mut Db, customer: CustomerId, facts: CustomerFacts, named: Option<ContactId>) -> Result<Errors> {
    let Some(id) = named.filter(|_| facts.kind == Kind::Company) else { return Ok(Errors::new()) };
    match contacts::find(db, id) {
        Ok(contact) if contact.customer == customer => Ok(Errors::new()),
        Ok(_) | Err(Error::NotFound(_)) => Ok(vec![FieldError::new("contact", "This contact no longer exists: choose another one.")]),
        Err(error) => Err(error),
    }
}
