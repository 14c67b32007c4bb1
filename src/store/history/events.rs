//! Events, found by an index and then read.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::dsl::not;
use diesel::prelude::*;

use super::merge::{Place, Source};
use crate::db::schema::events;
use crate::db::{Db, MultiBackend};
use crate::domain::actor::ActorKind;
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::history::PastEvent;
use crate::domain::{BatchId, CustomerId, EventId};
use crate::store::error::Result;

/// Which events are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Ask {
    pub customer: Option<CustomerId>,
    /// By whom.
    pub person: Option<ActorKind>,
    pub task: Option<EventTask>,
    pub kind: Option<SubjectKind>,
    /// Of one record, of this kind and customer.
    pub subject: Option<i64>,
    /// Those of this batch; else those of none.
    pub batch: Option<BatchId>,
    /// Not before this moment.
    pub from: Option<NaiveDateTime>,
    /// Before this moment.
    pub until: Option<NaiveDateTime>,
    /// Those that come after this one, newest first.
    pub before: Option<Place>,
}

/// So many events are looked at for a page where no index knows all that is asked for.
pub(super) const LOOKED_AT: usize = 2_000;

type Select = events::BoxedQuery<'static, MultiBackend>;
/// Place, task, kind of record and record.
type Key = (NaiveDateTime, i64, String, String, i64);

/// Where an event stands.
pub(super) fn place(db: &mut Db, id: Option<EventId>) -> Result<Option<Place>> {
    let Some(EventId(id)) = id else { return Ok(None) };
    let at = events::table.find(id).select(events::at).first(db).optional()?;
    Ok(at.map(|at| Place { at, id }))
}

/// The newest events, `limit` at most.
pub(super) fn find(db: &mut Db, ask: &Ask, limit: usize) -> Result<Source> {
    if ask.batch.is_some() {
        return of_batch(db, ask, limit);
    }
    if ask.subject.is_some() || (ask.person.is_some() && (ask.task.is_some() || ask.kind.is_some())) {
        return looked_through(db, ask, limit);
    }
    let tasks: Vec<Option<EventTask>> = match (ask.task, ask.kind) {
        (task @ Some(_), _) => vec![task],
        // No index leads from a kind to all its tasks in the order of time: each is asked for.
        (None, Some(_)) if ask.customer.is_none() && ask.person.is_none() => EventTask::ALL.map(Some).into(),
        (None, _) => vec![None],
    };
    let kinds: Vec<Option<SubjectKind>> = match ask.kind {
        kind @ Some(_) => vec![kind],
        None if ask.customer.is_some() => SubjectKind::OF_CUSTOMERS.map(Some).into(),
        None if ask.task.is_some() && ask.person.is_none() => SubjectKind::ALL.map(Some).into(),
        None => vec![None],
    };
    let mut places: Vec<Place> = Vec::new();
    for task in &tasks {
        for kind in &kinds {
            let found = keys(db, select(ask, *task, *kind), limit + 1)?;
            places.extend(found.into_iter().map(|(at, id, ..)| Place { at, id }));
        }
    }
    places.sort_by(|one, other| other.cmp(one));
    Ok(cut(places, limit))
}

/// Those of a person that are of one task or kind, and those of one record: an index knows the person, or the kind of the customer's records;
/// the rest is looked at.
fn looked_through(db: &mut Db, ask: &Ask, limit: usize) -> Result<Source> {
    let looked_at = keys(db, select(ask, None, ask.kind.filter(|_| ask.subject.is_some())), LOOKED_AT)?;
    let end = looked_at.last().filter(|_| looked_at.len() == LOOKED_AT).map(|(at, id, ..)| Place { at: *at, id: *id });
    let fits = |(_, _, task, kind, subject): &&Key| {
        ask.task.is_none_or(|wanted| wanted.word() == task.as_str())
            && ask.kind.is_none_or(|wanted| wanted.word() == kind.as_str())
            && ask.subject.is_none_or(|wanted| wanted == *subject)
    };
    let found = cut(looked_at.iter().filter(fits).map(|(at, id, ..)| Place { at: *at, id: *id }).collect(), limit);
    Ok(Source { horizon: found.horizon.or(end), ..found })
}

/// Those of a batch, in the order in which they were written.
fn of_batch(db: &mut Db, ask: &Ask, limit: usize) -> Result<Source> {
    let mut select = events::table.filter(events::batch_id.eq(ask.batch.map(|batch| batch.0))).into_boxed::<MultiBackend>();
    if let Some(customer) = ask.customer {
        select = select.filter(events::customer_id.eq(customer.0));
    }
    if let Some(before) = ask.before {
        select = select.filter(events::id.lt(before.id));
    }
    let rows: Vec<(NaiveDateTime, i64)> =
        select.order(events::id.desc()).limit(at_most(limit + 1)).select((events::at, events::id)).load(db)?;
    Ok(cut(rows.into_iter().map(|(at, id)| Place { at, id }).collect(), limit))
}

fn select(ask: &Ask, task: Option<EventTask>, kind: Option<SubjectKind>) -> Select {
    let mut select = events::table.filter(events::batch_id.is_null()).into_boxed::<MultiBackend>();
    if let Some(customer) = ask.customer {
        select = select.filter(events::customer_id.eq(customer.0));
    }
    select = match &ask.person {
        Some(person) => match person.id() {
            Some(id) => select.filter(events::actor_id.eq(id)).filter(events::actor_kind.eq(person.word())),
            None => select.filter(events::actor_id.is_null()).filter(events::actor_kind.eq(person.word())),
        },
        None => select,
    };
    if let Some(task) = task {
        select = select.filter(events::task.eq(task.word()));
    }
    if let Some(kind) = kind {
        select = select.filter(events::subject_kind.eq(kind.word()));
    }
    if let Some(from) = ask.from {
        select = select.filter(events::at.ge(from));
    }
    if let Some(until) = ask.until {
        select = select.filter(events::at.lt(until));
    }
    if let Some(Place { at, id }) = ask.before {
        // Not as "earlier, or as early with a lesser id": SQLite would put the rows in order again.
        select = select.filter(events::at.le(at)).filter(not(events::at.eq(at).and(events::id.ge(id))));
    }
    select
}

/// The places of the newest, with their tasks and kinds.
fn keys(db: &mut Db, select: Select, limit: usize) -> Result<Vec<Key>> {
    let newest = select.order((events::at.desc(), events::id.desc())).limit(at_most(limit));
    Ok(newest.select((events::at, events::id, events::task, events::subject_kind, events::subject_id)).load(db)?)
}

fn cut(mut found: Vec<Place>, limit: usize) -> Source {
    let more = found.len() > limit;
    found.truncate(limit);
    Source { horizon: found.last().copied().filter(|_| more), found }
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[derive(Queryable)]
struct StoredEvent {
    id: i64,
    at: NaiveDateTime,
    actor_kind: String,
    actor_id: Option<i64>,
    actor_name: String,
    task: String,
    customer_id: Option<i64>,
    subject_kind: String,
    subject_id: i64,
    subject_name: String,
    changes: String,
    reason: String,
    batch_id: Option<i64>,
    undoes: Option<i64>,
}

/// Events by their ids. What a deletion holds to bring a record back is not read.
pub(super) fn load(db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, PastEvent>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<StoredEvent> = events::table
        .filter(events::id.eq_any(ids))
        .select((
            events::id,
            events::at,
            events::actor_kind,
            events::actor_id,
            events::actor_name,
            events::task,
            events::customer_id,
            events::subject_kind,
            events::subject_id,
            events::subject_name,
            events::changes,
            events::reason,
            events::batch_id,
            events::undoes,
        ))
        .load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

impl From<StoredEvent> for PastEvent {
    fn from(row: StoredEvent) -> Self {
        Self {
            id: EventId(row.id),
            at: row.at,
            by: ActorKind::parse(&row.actor_kind, row.actor_id),
            name: row.actor_name,
            task: EventTask::parse(&row.task),
            customer: row.customer_id.map(CustomerId),
            kind: SubjectKind::parse(&row.subject_kind),
            subject: row.subject_id,
            subject_name: row.subject_name,
            changes: serde_json::from_str(&row.changes).unwrap_or_default(),
            reason: row.reason,
            batch: row.batch_id.map(BatchId),
            undoes: row.undoes.map(EventId),
        }
    }
}
