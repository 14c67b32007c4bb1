//! Changes of entitlements.

use super::opened::{Opened, Present};
use super::steps::{accept, ask, follow, hold, record};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{self, Draft, Entitlement};
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, Errors, FieldError, Input};
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::undo::{ENDED, RENEWS};
use crate::domain::{ContactId, CustomerId, EntitlementId, stored, tasks};
use crate::store::detail::{customer_facts, entitlement_facts};
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
    let draft = accept(draft, |form| contact_gone(db, customer, facts, named(form)))?;
    insert(db, actor, facts, customer, &draft, None)
}

/// Renews an entitlement: creates the one that comes after it, and is linked to it.
///
/// # Errors
/// [`Error::Refused`] when it has no end, was ended by hand or has been renewed, or the customer is disabled; otherwise as [`create`].
pub fn renew(db: &mut Db, actor: &Actor, id: EntitlementId, draft: Checked<'_, Draft>) -> Result<Entitlement> {
    let former = held(db, id)?;
    actor.may(Task::RenewEntitlement(entitlement_facts(db, actor, &former)?))?;
    let facts = customer_facts(db, former.customer)?;
    let draft = accept(draft, |form| contact_gone(db, former.customer, facts, named(form)))?;
    insert(db, actor, facts, former.customer, &draft, Some(&former))
}

/// Inserts what has been checked, for a customer that is held, with its event.
fn insert(
    db: &mut Db,
    actor: &Actor,
    facts: CustomerFacts,
    customer: CustomerId,
    draft: &Draft,
    renewed: Option<&Entitlement>,
) -> Result<Entitlement> {
    let contact = match facts.kind {
        Kind::Individual => contacts::own(db, &[customer.0])?.pop().map(|own| own.id),
        Kind::Company => draft.contact,
    };
    let (eid, renews) = (new_eid(), renewed.map(|renewed| renewed.id));
    let new = NewEntitlement {
        eid: &eid,
        customer,
        contact,
        draft,
        ended_at: None,
        created_at: actor.now,
        batch: actor.batch,
        renews,
        today: actor.today,
    };
    let id = entitlements::insert(db, &new)?;
    let entitlement = entitlements::find(db, id)?;
    let task = if renewed.is_some() { EventTask::Renew } else { EventTask::Create };
    record(db, actor, &Event::of_entitlement(task, &entitlement, fields(&entitlement, renewed)))?;
    follow(db, actor, customer)?;
    Ok(entitlement)
}

/// What a new entitlement says, or one that comes back.
pub(super) fn fields(entitlement: &Entitlement, renewed: Option<&Entitlement>) -> Vec<FieldChange> {
    let mut fields = vec![("eid".to_owned(), entitlement.eid.clone())];
    fields.extend(renewed.map(|renewed| (RENEWS.to_owned(), renewed.eid.clone())));
    fields.extend(stored::entitlement(&entitlement.draft));
    event::all_fields(fields)
}

/// Saves an edited entitlement, together with what others have saved elsewhere in it since the form was opened.
///
/// # Errors
/// [`Error::Stale`] when somebody else has changed the same; [`Error::Invalid`] when the contact is not one of its customer;
/// [`Error::NotFound`]; [`Error::Refused`] when it is too late for another start or end.
pub fn edit(db: &mut Db, actor: &Actor, id: EntitlementId, opened: &Opened<'_>, draft: Checked<'_, Draft>) -> Result<Entitlement> {
    let before = held(db, id)?;
    actor.may(Task::EditEntitlement)?;
    let present = Present::from(&before);
    let facts = customer_facts(db, before.customer)?;
    let draft = match draft {
        Ok(draft) if draft == before.draft => return Ok(before),
        Ok(draft) => Ok(entitlement::check(&opened.merge(db, &present, stored::entitlement(&draft))?).map_err(Error::Invalid)?),
        Err(invalid) => Err(invalid),
    };
    let mut draft = accept(draft, |form| contact_gone(db, before.customer, facts, named(form)))?;
    if facts.kind == Kind::Individual {
        draft.contact = before.draft.contact;
    }
    let after = Entitlement { draft, ..before.clone() };
    if after.draft != before.draft {
        update(db, actor, &before, &after)?;
        opened.saved(db, actor, &present)?;
        follow(db, actor, before.customer)?;
    }
    Ok(after)
}

/// Deletes an entitlement, the opposite of [`create`].
///
/// # Errors
/// [`Error::Refused`] when it has started and the actor is no administrator; [`Error::NotFound`].
pub fn delete(db: &mut Db, actor: &Actor, id: EntitlementId) -> Result<Entitlement> {
    let entitlement = held(db, id)?;
    actor.may(Task::DeleteEntitlement(entitlement_facts(db, actor, &entitlement)?))?;
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

/// Reopens an entitlement that was ended by hand, the opposite of [`end`]: for a day, so that a slip of the hand can be taken back.
///
/// # Errors
/// [`Error::Refused`] when it was not ended by hand or too long ago, its last day has passed, or the customer is disabled;
/// [`Error::NotFound`].
pub fn reopen(db: &mut Db, actor: &Actor, id: EntitlementId) -> Result<Entitlement> {
    let before = held(db, id)?;
    actor.may(Task::ReopenEntitlement(entitlement_facts(db, actor, &before)?))?;
    set_reopened(db, actor, &before)
}

/// Takes back that an entitlement, whose customer is held, was ended by hand, with its event.
pub(super) fn set_reopened(db: &mut Db, actor: &Actor, before: &Entitlement) -> Result<Entitlement> {
    let after = Entitlement { ended_at: None, ..before.clone() };
    entitlements::save(db, &after, actor)?;
    let changes = vec![FieldChange::new(ENDED, before.ended_at, after.ended_at)];
    record(db, actor, &Event::of_entitlement(EventTask::Reopen, &after, changes))?;
    follow(db, actor, after.customer)?;
    Ok(after)
}

/// Makes of an entitlement, whose customer is held, what it is to be: every task that this takes is asked of the rules and has its event. The
/// list is not brought up to date: [`super::follow_all`] does that for many.
///
/// # Errors
/// [`Error::Refused`].
pub fn update(db: &mut Db, actor: &Actor, before: &Entitlement, after: &Entitlement) -> Result<()> {
    ask(actor, &tasks::of_entitlement(before, after, actor.today))?;
    let version = before.version + i32::from(before.draft != after.draft);
    entitlements::save(db, &Entitlement { version, ..after.clone() }, actor)?;
    if before.draft != after.draft {
        let changes = event::differences(&stored::entitlement(&before.draft), &stored::entitlement(&after.draft));
        record(db, actor, &Event::of_entitlement(EventTask::Edit, after, changes))?;
    }
    if before.ended_at != after.ended_at {
        let changes = vec![FieldChange::new(ENDED, before.ended_at, after.ended_at)];
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

/// The contact that a form names, whether or not all else in it can be read.
fn named(form: std::result::Result<&Draft, &Input>) -> Option<ContactId> {
    form.map_or_else(entitlement::named_contact, |draft| draft.contact)
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
