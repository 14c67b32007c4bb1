//! Takes back a batch as a whole: what it created is deleted, what it changed is restored, in portions, each in a transaction of its own. What
//! somebody has changed since stays as it is, and is listed with the reason. How far it is stands in the database, so whoever continues does
//! nothing twice.

use super::check;
use super::later::did;
use crate::changes::steps::{follow_all, hold};
use crate::changes::{contacts as contact_changes, customers as customer_changes, entitlements as entitlement_changes};
use crate::db::{Db, lock_customers};
use crate::domain::actor::Actor;
use crate::domain::batch_undo::{BatchUndo, Stage, State};
use crate::domain::event::SubjectKind;
use crate::domain::numbers::counted;
use crate::domain::rules::Task;
use crate::domain::{BatchId, ContactId, CustomerId, EntitlementId, EventId};
use crate::store::batch_undos::{self, Skip};
use crate::store::detail::{contact_facts, customer_facts, entitlement_facts};
use crate::store::events::StoredEvent;
use crate::store::{Error, Result, contacts, customers, entitlements, jobs};

/// The kind of job that takes back a batch.
pub const JOB: &str = "undo";

/// Begins to take back a batch, or resumes that where it was interrupted: a server works on it from now on. What runs already runs once.
///
/// # Errors
/// [`Error::Refused`]; [`Error::NotFound`].
pub fn start(db: &mut Db, actor: &Actor, batch: BatchId) -> Result<()> {
    actor.may(Task::UndoBatch)?;
    match batch_undos::find(db, batch)? {
        None => {
            batch_undos::summary(db, batch)?;
            batch_undos::insert(db, actor, batch)?;
        }
        Some(undo) if undo.state == State::Failed => {
            batch_undos::save(db, &BatchUndo { state: State::Running, trouble: String::new(), ..undo }, actor.now)?;
        }
        Some(_) => return Ok(()),
    }
    jobs::enqueue(db, actor, JOB, batch.0)
}

/// It was interrupted.
pub fn fail(db: &mut Db, actor: &Actor, batch: BatchId, trouble: &str) -> Result<()> {
    let Some(undo) = batch_undos::find(db, batch)? else { return Ok(()) };
    batch_undos::save(db, &BatchUndo { state: State::Failed, trouble: trouble.to_owned(), ..undo }, actor.now)
}

/// How much a batch has made, where that is not known yet. It looks at all records, so it is asked in a reading of its own.
pub fn count(db: &mut Db, batch: BatchId) -> Result<Option<i64>> {
    let is_wanted = batch_undos::find(db, batch)?.is_some_and(|undo| undo.total.is_none());
    if is_wanted { batch_undos::count(db, batch).map(Some) } else { Ok(None) }
}

/// Notes how much the batch has made.
pub fn counted_as(db: &mut Db, actor: &Actor, batch: BatchId, total: i64) -> Result<()> {
    let Some(undo) = batch_undos::find(db, batch)? else { return Ok(()) };
    batch_undos::save(db, &BatchUndo { total: Some(total), ..undo }, actor.now)
}

/// Takes back the next portion. Returns whether there is more to do.
///
/// # Errors
/// [`Error::Refused`] for anybody but an administrator.
pub fn portion(db: &mut Db, actor: &Actor, batch: BatchId) -> Result<bool> {
    actor.may(Task::UndoBatch)?;
    let Some(mut undo) = batch_undos::find(db, batch)?.filter(|undo| undo.state == State::Running) else { return Ok(false) };
    let actor = actor.within(undo.undo).because(&undo.reason);
    undo.below = match undo.stage {
        Stage::Events => changes(db, &actor, &mut undo)?,
        Stage::Entitlements => created(db, &actor, &mut undo, SubjectKind::Entitlement)?,
        Stage::Contacts => created(db, &actor, &mut undo, SubjectKind::Contact)?,
        Stage::Customers => created(db, &actor, &mut undo, SubjectKind::Customer)?,
        Stage::End => 0,
    };
    if undo.below == 0 {
        undo.stage = undo.stage.next();
        undo.below = i64::MAX;
    }
    if undo.stage == Stage::End {
        undo.state = State::Done;
        // What was taken back by hand meanwhile is no longer among what is left.
        undo.total = Some(undo.restored + undo.skipped);
    }
    batch_undos::save(db, &undo, actor.now)?;
    Ok(undo.state == State::Running)
}

/// Restores what the batch changed.
fn changes(db: &mut Db, actor: &Actor, undo: &mut BatchUndo) -> Result<i64> {
    let (events, next) = batch_undos::changes(db, undo.batch, undo.below)?;
    hold_all(db, events.iter().filter_map(|event| event.customer_id))?;
    for event in events {
        let outcome = match check(db, actor, &event) {
            Ok(step) => {
                step.write(db, &actor.undoing(EventId(event.id)))?;
                Ok(())
            }
            Err(error) => Err(reason(error)?),
        };
        let skip = |reason| Skip {
            customer: event.customer_id.unwrap_or_default(),
            kind: event.subject_kind.clone(),
            name: event.subject_name.clone(),
            reason,
        };
        note(db, undo, outcome.map_err(skip))?;
    }
    Ok(next)
}

/// Deletes what the batch created.
fn created(db: &mut Db, actor: &Actor, undo: &mut BatchUndo, kind: SubjectKind) -> Result<i64> {
    let (records, next) = batch_undos::created(db, undo.batch, kind, undo.below)?;
    hold_all(db, records.iter().map(|(_, customer)| *customer))?;
    let mut changed = Vec::new();
    for (id, customer) in records {
        let customer = CustomerId(customer);
        let (name, outcome) = match kind {
            SubjectKind::Entitlement => entitlement(db, actor, undo, EntitlementId(id))?,
            SubjectKind::Contact => contact(db, actor, undo, ContactId(id))?,
            _ => company_or_person(db, actor, undo, customer)?,
        };
        let skip = |reason| Skip { customer: customer.0, kind: kind.word().to_owned(), name, reason };
        if kind == SubjectKind::Entitlement && outcome.is_ok() {
            changed.push(customer);
        }
        note(db, undo, outcome.map_err(skip))?;
    }
    // Once for each customer, however many of its entitlements are gone.
    changed.sort_unstable();
    changed.dedup();
    follow_all(db, actor, &changed.iter().map(|customer| customer.0).collect::<Vec<_>>(), &changed)?;
    Ok(next)
}

/// What a record is called, and why it is not deleted, if it is not.
type Outcome = (String, std::result::Result<(), String>);

fn entitlement(db: &mut Db, actor: &Actor, undo: &BatchUndo, id: EntitlementId) -> Result<Outcome> {
    let found = entitlements::find(db, id)?;
    let name = format!("{} {}", found.draft.product, found.eid);
    if let Some(later) = batch_undos::touched(db, undo, found.customer, SubjectKind::Entitlement, id.0)? {
        return Ok((name, Err(since(actor, &later))));
    }
    if let Err(refusal) = actor.may(Task::DeleteEntitlement(entitlement_facts(db, actor, &found)?)) {
        return Ok((name, Err(refusal.to_string())));
    }
    entitlement_changes::remove(db, actor, &found)?;
    Ok((name, Ok(())))
}

fn contact(db: &mut Db, actor: &Actor, undo: &BatchUndo, id: ContactId) -> Result<Outcome> {
    let found = contacts::find(db, id)?;
    let name = found.draft.full_name();
    if let Some(later) = batch_undos::touched(db, undo, found.customer, SubjectKind::Contact, id.0)? {
        return Ok((name, Err(since(actor, &later))));
    }
    let facts = contact_facts(db, &found)?;
    if let Err(refusal) = actor.may(Task::DeleteContact(facts)) {
        return Ok((name, Err(refusal.to_string())));
    }
    contact_changes::delete(db, actor, id)?;
    Ok((name, Ok(())))
}

fn company_or_person(db: &mut Db, actor: &Actor, undo: &BatchUndo, id: CustomerId) -> Result<Outcome> {
    let name = customers::name(db, id)?;
    if let Some(later) = batch_undos::touched(db, undo, id, SubjectKind::Customer, id.0)? {
        return Ok((name, Err(since(actor, &later))));
    }
    if let Err(refusal) = actor.may(Task::DeleteCustomer(customer_facts(db, id)?)) {
        return Ok((name, Err(refusal.to_string())));
    }
    let left = contacts::count(db, id)?;
    if left > 0 {
        return Ok((name, Err(format!("It has {} that somebody added or changed.", counted(left, "contact", "contacts")))));
    }
    customer_changes::delete(db, actor, id)?;
    Ok((name, Ok(())))
}

fn since(actor: &Actor, later: &StoredEvent) -> String {
    format!("Later, {} {}.", later.who(actor).within_sentence(), did(later, ""))
}

/// Why something is not taken back.
///
/// # Errors
/// What is no reason of its own.
fn reason(error: Error) -> Result<String> {
    match error {
        Error::Refused(refusal) => Ok(refusal.to_string()),
        Error::Blocked(sentences) => Ok(sentences.join(" ")),
        error => Err(error),
    }
}

fn note(db: &mut Db, undo: &mut BatchUndo, outcome: std::result::Result<(), Skip>) -> Result<()> {
    match outcome {
        Ok(()) => {
            undo.restored += 1;
            Ok(())
        }
        Err(skip) => batch_undos::skip(db, undo, &skip),
    }
}

/// Holds the customers of a portion, in the order in which everybody holds several.
fn hold_all(db: &mut Db, customers: impl Iterator<Item = i64>) -> Result<()> {
    let mut customers: Vec<i64> = customers.collect();
    customers.sort_unstable();
    customers.dedup();
    match customers[..] {
        [only] => hold(db, CustomerId(only)),
        _ => Ok(lock_customers(db, &customers)?),
    }
}
