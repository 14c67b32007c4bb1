//! Takes changes back. An undo is a change like any other: it holds the customer, asks the rules, writes, and leaves an event, which names
//! the one that it takes back. So it can be undone in turn, and each event is taken back once.
//!
//! What an event wrote is compared with what is stored now. Where that is something else by now, somebody has changed it later, and the undo
//! is refused whole, in words that name what stands in the way. [`check`] looks, [`undo`] looks and writes.

pub mod batch;
mod contacts;
mod customers;
mod entitlements;
mod later;
mod step;
mod written;

pub use step::Step;

use self::written::Written;
use super::steps::hold;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::event::SubjectKind;
use crate::domain::rules::{Refusal, Task};
use crate::domain::{CustomerId, EventId};
use crate::store::events::StoredEvent;
use crate::store::undo as history;
use crate::store::{Error, Result};

/// What takes an event back, if nothing stands in the way.
///
/// # Errors
/// [`Error::Refused`] by a rule; [`Error::Blocked`] by what has been done since.
pub fn check(db: &mut Db, actor: &Actor, event: &StoredEvent) -> Result<Step> {
    actor.may(Task::Undo { own: event.is_of(actor) })?;
    let written = Written::read(event).ok_or(Refusal::NotUndoable)?;
    if history::is_undone(db, EventId(event.id))? {
        return Err(Refusal::AlreadyUndone.into());
    }
    match written.kind {
        SubjectKind::Customer => customers::check(db, actor, &written),
        SubjectKind::Contact => contacts::check(db, actor, &written),
        SubjectKind::Entitlement => entitlements::check(db, actor, &written),
        SubjectKind::User | SubjectKind::Settings => Err(Refusal::NotUndoable.into()),
    }
}

/// Takes an event back. Returns the event.
///
/// # Errors
/// As [`check`]; [`Error::NotFound`].
pub fn undo(db: &mut Db, actor: &Actor, id: EventId) -> Result<StoredEvent> {
    let event = history::find(db, id)?;
    if let Some(customer) = event.customer_id {
        hold(db, CustomerId(customer))?;
    }
    let step = check(db, actor, &event)?;
    step.write(db, &actor.undoing(id))?;
    Ok(event)
}

/// The event that a task of this actor has just written about a customer, where it can be taken back.
pub fn offer(db: &mut Db, actor: &Actor, customer: CustomerId) -> Result<Option<EventId>> {
    let Some(event) = history::written_by(db, actor, customer)? else { return Ok(None) };
    match check(db, actor, &event) {
        Ok(_) => Ok(Some(EventId(event.id))),
        Err(Error::Refused(_) | Error::Blocked(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
