//! The tables of the history: events, and the batches that some of them belong to.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::{batches, events};
use crate::domain::actor::Actor;
use crate::domain::event::{BatchKind, Event};
use crate::domain::{BatchId, CustomerId};

/// An event as it is stored, its changes and its record as JSON.
#[derive(Debug, Clone, Queryable)]
pub struct StoredEvent {
    /// In the order in which events were written.
    pub id: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// The actor's name as it was.
    pub actor_name: String,
    /// What was done.
    pub task: String,
    /// To which customer, or to something of it; none for what belongs to no customer.
    pub customer_id: Option<i64>,
    /// What kind of record it was done to.
    pub subject_kind: String,
    /// Which record.
    pub subject_id: i64,
    /// The record's name as it was.
    pub subject_name: String,
    /// What changed.
    pub changes: String,
    /// Of a deletion: the whole record; else empty.
    pub record: String,
    /// Why, where somebody said it; else empty.
    pub reason: String,
    /// The batch that it belongs to.
    pub batch_id: Option<i64>,
    /// The event that it takes back.
    pub undoes: Option<i64>,
    /// Which user did it, where it was one.
    pub actor_id: Option<i64>,
}

impl StoredEvent {
    /// Whether this actor did it.
    #[must_use]
    pub fn is_of(&self, actor: &Actor) -> bool {
        (self.actor_kind.as_str(), self.actor_id) == (actor.who.kind.word(), actor.who.kind.id())
    }
}

/// Writes an event.
pub fn insert(db: &mut Db, actor: &Actor, event: &Event) -> Result<()> {
    diesel::insert_into(events::table)
        .values((
            events::at.eq(actor.now),
            (
                events::actor_kind.eq(actor.who.kind.word()),
                events::actor_id.eq(actor.who.kind.id()),
                events::actor_name.eq(&*actor.who.name),
            ),
            events::task.eq(event.task.word()),
            events::customer_id.eq(event.customer.map(|customer| customer.0)),
            events::subject_kind.eq(event.subject.kind.word()),
            events::subject_id.eq(event.subject.id),
            events::subject_name.eq(&event.subject.name),
            events::changes.eq(event.changes_as_json()),
            events::record.eq(event.record_as_json()),
            events::reason.eq(&*actor.reason),
            events::batch_id.eq(actor.batch.map(|batch| batch.0)),
            events::undoes.eq(actor.undoes.map(|event| event.0)),
        ))
        .execute(db)?;
    Ok(())
}

/// The events of a customer and of what belongs to it, in the order in which they were written.
pub fn of_customer(db: &mut Db, customer: CustomerId) -> Result<Vec<StoredEvent>> {
    Ok(events::table.filter(events::customer_id.eq(customer.0)).order(events::id).load(db)?)
}

/// Begins a batch.
pub fn insert_batch(db: &mut Db, actor: &Actor, kind: BatchKind) -> Result<BatchId> {
    let id = diesel::insert_into(batches::table)
        .values((
            batches::kind.eq(kind.word()),
            (
                batches::actor_kind.eq(actor.who.kind.word()),
                batches::actor_id.eq(actor.who.kind.id()),
                batches::actor_name.eq(&*actor.who.name),
            ),
            batches::at.eq(actor.now),
        ))
        .returning(batches::id)
        .get_result(db)?;
    Ok(BatchId(id))
}
