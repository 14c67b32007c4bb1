//! What an undo asks the history: which event, whether it is taken back already, and what came after it.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::error::{Error, Result};
use super::events::StoredEvent;
use crate::db::Db;
use crate::db::schema::{customers, events};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::{CustomerId, EventId, RecordId};

/// So many events of a customer are looked through for the one that changed something last.
const LOOKED_THROUGH: i64 = 500;
/// A task writes a few events at most.
const OF_ONE_TASK: i64 = 8;

/// An event.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: EventId) -> Result<StoredEvent> {
    events::table.find(id.0).first(db).optional()?.ok_or(Error::NotFound(EventId::WHAT))
}

/// The customer that an event is about, where it is still there.
pub fn customer(db: &mut Db, id: EventId) -> Result<Option<CustomerId>> {
    let of = find(db, id)?.customer_id;
    let found: Option<i64> = customers::table.filter(customers::id.nullable().eq(of)).select(customers::id).first(db).optional()?;
    Ok(found.map(CustomerId))
}

/// Whether an event is taken back already.
pub fn is_undone(db: &mut Db, id: EventId) -> Result<bool> {
    Ok(select(exists(events::table.filter(events::undoes.eq(id.0)))).get_result(db)?)
}

/// How an event was taken back.
#[derive(Debug, Clone)]
pub struct Undoing {
    /// By which event.
    pub event: EventId,
    /// By whom; `None` for a kind of actor that this version does not know.
    pub by: Option<ActorKind>,
    /// The actor's name as it was.
    pub name: String,
}

/// Which event is undone, by which one, and by what kind of actor, which user, and whose name.
type UndoingColumns = (Option<i64>, i64, String, Option<i64>, String);

/// Those of these events that are taken back, and how.
pub fn undone(db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, Undoing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = (events::undoes, events::id, events::actor_kind, events::actor_id, events::actor_name);
    let rows: Vec<UndoingColumns> = events::table.filter(events::undoes.eq_any(ids)).select(columns).load(db)?;
    let undoing = |(undoes, id, kind, actor, name): UndoingColumns| {
        Some((undoes?, Undoing { event: EventId(id), by: ActorKind::parse(&kind, actor), name }))
    };
    Ok(rows.into_iter().filter_map(undoing).collect())
}

/// The event that a task of this actor wrote about a customer: the first, where it wrote several.
pub fn written_by(db: &mut Db, actor: &Actor, customer: CustomerId) -> Result<Option<StoredEvent>> {
    let newest = events::table.filter(events::customer_id.eq(customer.0)).order(events::id.desc()).limit(OF_ONE_TASK);
    let rows: Vec<StoredEvent> = newest.load(db)?;
    Ok(rows.into_iter().take_while(|event| event.at == actor.now && event.is_of(actor)).last())
}

/// What was done to a record after an event, the newest first. Of very many, the newest.
pub fn later(db: &mut Db, event: &StoredEvent, kind: SubjectKind, subject: i64) -> Result<Vec<StoredEvent>> {
    let of = events::table.filter(events::customer_id.eq(event.customer_id)).filter(events::id.gt(event.id));
    let rows: Vec<StoredEvent> = of.order(events::id.desc()).limit(LOOKED_THROUGH).load(db)?;
    Ok(rows.into_iter().filter(|later| later.subject_kind == kind.word() && later.subject_id == subject).collect())
}

/// The event by which a record of a customer was deleted last.
pub fn deletion(db: &mut Db, customer: CustomerId, kind: SubjectKind, subject: i64) -> Result<Option<StoredEvent>> {
    Ok(events::table
        .filter(events::customer_id.eq(customer.0))
        .filter(events::task.eq(EventTask::Delete.word()))
        .filter(events::subject_kind.eq(kind.word()))
        .filter(events::subject_id.eq(subject))
        .order(events::id.desc())
        .first(db)
        .optional()?)
}

/// The event by which a record came into being at the same time as another event.
pub fn created_with(db: &mut Db, event: &StoredEvent, kind: SubjectKind, subject: i64) -> Result<Option<StoredEvent>> {
    Ok(events::table
        .filter(events::customer_id.eq(event.customer_id))
        .filter(events::at.eq(event.at))
        .filter(events::task.eq(EventTask::Create.word()))
        .filter(events::subject_kind.eq(kind.word()))
        .filter(events::subject_id.eq(subject))
        .first(db)
        .optional()?)
}
