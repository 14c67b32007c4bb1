//! The tables of the history: events, and the batches that some of them belong to.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::{batches, events};
use crate::domain::actor::{Actor, ActorKind, Who};
use crate::domain::event::{BatchKind, Event, EventTask, Subject, SubjectKind};
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

    /// Who did it, as this actor is told.
    #[must_use]
    pub fn who(&self, reader: &Actor) -> Who {
        Who::of(ActorKind::parse(&self.actor_kind, self.actor_id), &self.actor_name, Some(reader.who.kind))
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

/// By whom something was done, and when.
#[derive(Debug, Clone)]
pub struct Done {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What kind of actor did it, in the database's word.
    pub actor_kind: String,
    /// The actor's name as it was.
    pub actor_name: String,
}

impl Done {
    /// Who it was, to whoever is told: nobody is `You`.
    #[must_use]
    pub fn who(&self) -> Who {
        Who::of(ActorKind::parse(&self.actor_kind, None), &self.actor_name, None)
    }
}

/// Something that was done to a record.
#[derive(Debug, Clone)]
pub struct RecordEvent {
    /// What was done.
    pub task: String,
    /// What changed, as JSON.
    pub changes: String,
    /// By whom and when.
    pub done: Done,
}

/// What was done to a record last, newest first: so many events of these tasks.
pub fn last_of(db: &mut Db, customer: Option<CustomerId>, subject: &Subject, tasks: &[EventTask], count: i64) -> Result<Vec<RecordEvent>> {
    let query = events::table
        .filter(events::subject_kind.eq(subject.kind.word()))
        .filter(events::subject_id.eq(subject.id))
        .filter(events::task.eq_any(tasks.iter().map(|task| task.word())))
        .order(events::id.desc())
        .select((events::task, events::changes, events::at, events::actor_kind, events::actor_name))
        .limit(count);
    // Either is a range of one index.
    let rows: Vec<(String, String, NaiveDateTime, String, String)> = match customer {
        Some(customer) => query.filter(events::customer_id.eq(customer.0)).load(db)?,
        None => query.filter(events::customer_id.is_null()).load(db)?,
    };
    let event = |(task, changes, at, actor_kind, actor_name)| RecordEvent { task, changes, done: Done { at, actor_kind, actor_name } };
    Ok(rows.into_iter().map(event).collect())
}

/// A deletion that a record met.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// The record's name as it was; the customer's where the record went along with it.
    pub name: String,
    /// Its customer was deleted, and it went along.
    pub along: bool,
    /// By whom and when.
    pub done: Done,
}

/// How a record of a customer that is not there any more was deleted.
pub fn deletion(db: &mut Db, customer: CustomerId, kind: SubjectKind, id: i64) -> Result<Option<Deletion>> {
    let is_itself = events::subject_kind.eq(kind.word()).and(events::subject_id.eq(id));
    let is_customer = events::subject_kind.eq(SubjectKind::Customer.word()).and(events::subject_id.eq(customer.0));
    let rows: Vec<(String, String, String, NaiveDateTime, String, String)> = events::table
        .filter(events::customer_id.eq(customer.0))
        .filter(events::task.eq_any([EventTask::Delete.word(), EventTask::Restore.word()]))
        .filter(is_itself.or(is_customer))
        .order(events::id)
        .select((events::task, events::subject_kind, events::subject_name, events::at, events::actor_kind, events::actor_name))
        .load(db)?;
    let mut gone: Option<Deletion> = None;
    for (task, subject_kind, name, at, actor_kind, actor_name) in rows {
        let along = subject_kind != kind.word();
        match &gone {
            None if task == EventTask::Delete.word() => gone = Some(Deletion { name, along, done: Done { at, actor_kind, actor_name } }),
            // What went along comes back along.
            Some(deletion) if task == EventTask::Restore.word() && deletion.along == along => gone = None,
            _ => {}
        }
    }
    Ok(gone)
}
