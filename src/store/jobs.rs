//! The queue of work that outlives a request. A worker claims a job and holds it by a lease, which it renews while it works; when a lease
//! runs out, another worker claims the job.
//!
//! The database's clock decides about leases, so that servers whose clocks differ agree (SQLite's processes share one machine and its clock).
//! Each claim makes the job's fence grow. Whatever is written under a lease names the fence in the same transaction, so a worker that was
//! paused for longer than its lease writes nothing more once another has claimed the job (M. Kleppmann, "How to do distributed locking", 2016).

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamp};

use super::{Error, Result};
use crate::db::schema::jobs;
use crate::db::statement::Statement;
use crate::db::{Db, MultiBackend};
use crate::domain::actor::{Actor, ActorKind, Principal};
use crate::domain::clock;
use crate::domain::rules::Role;

const QUEUED: &str = "queued";
const RUNNING: &str = "running";
const DONE: &str = "done";
const FAILED: &str = "failed";
/// No job is put off for longer: one that lies further ahead was put there by a wrong clock.
const LONGEST_DELAY: TimeDelta = TimeDelta::days(1);
/// A worker claims a job within this time where one is free.
const USUAL_WAIT: TimeDelta = TimeDelta::seconds(5);
/// A repeating job that failed is queued again after this time.
const AFTER_FAILURE: TimeDelta = TimeDelta::hours(1);

/// A job that was claimed.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is to be done.
    pub kind: String,
    /// The id of what it is done with; 0 for kinds that have one job only.
    pub subject: i64,
    /// How often it was claimed since it last made progress, this time included.
    pub attempts: u32,
    /// Principal asked for it, in the role of that moment.
    pub who: Principal,
    /// How far an earlier attempt has come.
    pub checkpoint: String,
    /// The right to work on it.
    pub lease: Lease,
}

/// The right to work on a job, for as long as it is renewed.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    job: i64,
    fence: i64,
    duration: TimeDelta,
}

/// Queues a job: a new one, or the same kind for the same subject once more. Nobody works on what it was before any longer.
pub fn enqueue(db: &mut Db, actor: &Actor, kind: &str, subject: i64) -> Result<()> {
    let now = clock(db)?;
    let who = &actor.who;
    let role = who.role.to_string();
    let values = || {
        (
            (jobs::state.eq(QUEUED), jobs::attempts.eq(0), jobs::worker.eq(""), jobs::lease_until.eq(now), jobs::due_at.eq(now)),
            (
                jobs::actor_kind.eq(who.kind.word()),
                jobs::actor_id.eq(who.kind.id()),
                jobs::actor_name.eq(who.name.to_string()),
                jobs::actor_role.eq(role.clone()),
            ),
            (jobs::trouble.eq(""), jobs::changed_at.eq(now)),
        )
    };
    let same = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::subject_id.eq(subject));
    if diesel::update(same).set((values(), jobs::fence.eq(jobs::fence + 1))).execute(db)? == 0 {
        diesel::insert_into(jobs::table)
            .values((values(), jobs::kind.eq(kind), jobs::subject_id.eq(subject), jobs::created_at.eq(now)))
            .execute(db)?;
    }
    Ok(())
}

/// Takes a job out of the queue, and from whoever works on it.
pub fn cancel(db: &mut Db, kind: &str, subject: i64) -> Result<()> {
    let job = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::subject_id.eq(subject));
    diesel::update(job).set((jobs::state.eq(DONE), jobs::fence.eq(jobs::fence + 1))).execute(db)?;
    Ok(())
}

/// Whether a job waits longer than usual for a worker.
pub fn is_waiting(db: &mut Db, kind: &str, subject: i64) -> Result<bool> {
    let now = clock(db)?;
    let claimed = jobs::state.eq(RUNNING).and(jobs::lease_until.gt(now));
    let queued = jobs::state.eq(QUEUED).and(jobs::due_at.gt(now - USUAL_WAIT));
    let job = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::subject_id.eq(subject));
    Ok(job.filter(claimed.or(queued)).count().get_result::<i64>(db)? == 0)
}

/// The last job of a kind, however it stands.
#[derive(Debug, Clone)]
pub struct LastJob {
    /// The id of what it is done with.
    pub subject: i64,
    /// It is done, or given up.
    pub has_ended: bool,
    /// Why it has failed; else empty.
    pub trouble: String,
    /// How far it has come.
    pub checkpoint: String,
    /// When it was queued, UTC.
    pub queued_at: NaiveDateTime,
}

/// The last job of a kind, by its subject.
pub fn last(db: &mut Db, kind: &str) -> Result<Option<LastJob>> {
    let row: Option<(i64, String, String, String, NaiveDateTime)> = jobs::table
        .filter(jobs::kind.eq(kind))
        .order(jobs::subject_id.desc())
        .select((jobs::subject_id, jobs::state, jobs::trouble, jobs::checkpoint, jobs::created_at))
        .first(db)
        .optional()?;
    Ok(row.map(|(subject, state, trouble, checkpoint, queued_at)| LastJob {
        subject,
        has_ended: state == DONE || state == FAILED,
        trouble,
        checkpoint,
        queued_at,
    }))
}

/// Whether a repeating job may be queued again, after a pause: gives its checkpoint, empty before the first time.
pub fn may_repeat(db: &mut Db, kind: &str, pause: TimeDelta) -> Result<Option<String>> {
    let now = clock(db)?;
    let job = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::subject_id.eq(0));
    let last: Option<(String, String, NaiveDateTime)> =
        job.select((jobs::state, jobs::checkpoint, jobs::changed_at)).first(db).optional()?;
    let Some((state, checkpoint, ended)) = last else { return Ok(Some(String::new())) };
    let pause = match state.as_str() {
        DONE => pause,
        FAILED => AFTER_FAILURE,
        _ => return Ok(None),
    };
    Ok((ended <= now - pause || ended > now).then_some(checkpoint))
}

/// How far a job has come, if there is one.
pub fn checkpoint_of(db: &mut Db, kind: &str, subject: i64) -> Result<Option<String>> {
    let job = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::subject_id.eq(subject));
    Ok(job.select(jobs::checkpoint).first(db).optional()?)
}

/// The job of these kinds that is due first, if there is any: queued, or left by a worker whose lease has run out.
pub fn next(db: &mut Db, kinds: &[&str], lease: TimeDelta) -> Result<Option<i64>> {
    let now = clock(db)?;
    let due = jobs::table.filter(jobs::kind.eq_any(kinds)).filter(is_due(now, lease));
    Ok(due.order((jobs::due_at, jobs::id)).select(jobs::id).first(db).optional()?)
}

/// Claims a job; `None` when another worker was quicker. The attempt counts from now on, whatever becomes of the worker.
pub fn claim(db: &mut Db, id: i64, worker: &str, lease: TimeDelta) -> Result<Option<Job>> {
    let now = clock(db)?;
    let claimed = diesel::update(jobs::table.find(id).filter(is_due(now, lease)))
        .set((
            (jobs::state.eq(RUNNING), jobs::attempts.eq(jobs::attempts + 1), jobs::fence.eq(jobs::fence + 1)),
            (jobs::worker.eq(worker), jobs::lease_until.eq(now + lease), jobs::changed_at.eq(now)),
        ))
        .execute(db)?;
    if claimed == 0 {
        return Ok(None);
    }
    let (kind, subject, attempts, fence, checkpoint): (String, i64, i32, i64, String) =
        jobs::table.find(id).select((jobs::kind, jobs::subject_id, jobs::attempts, jobs::fence, jobs::checkpoint)).first(db)?;
    let (actor, actor_id, name, role): (String, Option<i64>, String, String) =
        jobs::table.find(id).select((jobs::actor_kind, jobs::actor_id, jobs::actor_name, jobs::actor_role)).first(db)?;
    Ok(Some(Job {
        kind,
        subject,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        who: Principal {
            // What a newer program wrote may be unknown here: then it has the rights of the least.
            kind: ActorKind::parse(&actor, actor_id).unwrap_or(ActorKind::Local),
            name: name.into(),
            role: Role::parse(&role).unwrap_or(Role::Viewer),
        },
        checkpoint,
        lease: Lease { job: id, fence, duration: lease },
    }))
}

/// Each of these fails with [`Error::Stale`] when the lease is lost.
impl Lease {
    /// Renews the lease, as part of the transaction that writes under it: another worker claims the job before that or not at all.
    pub fn renew(&self, db: &mut Db) -> Result<()> {
        let lease_until = Some(clock(db)? + self.duration);
        self.change(db, &Change { lease_until, ..Change::default() })
    }

    /// Renews the lease after progress that a later attempt need not make again.
    pub fn progress(&self, db: &mut Db) -> Result<()> {
        let lease_until = Some(clock(db)? + self.duration);
        self.change(db, &Change { lease_until, attempts: Some(1), ..Change::default() })
    }

    /// The same, noting how far the job has come: a later attempt goes on from there.
    pub fn progress_to(&self, db: &mut Db, checkpoint: &str) -> Result<()> {
        let lease_until = Some(clock(db)? + self.duration);
        self.change(db, &Change { lease_until, attempts: Some(1), checkpoint: Some(checkpoint), ..Change::default() })
    }

    /// Gives the job back to the queue. What was attempted does not count.
    pub fn release(&self, db: &mut Db) -> Result<()> {
        let due_at = Some(clock(db)?);
        self.change(db, &Change { state: Some(QUEUED), due_at, attempts: Some(0), ..Change::default() })
    }

    /// The job is done.
    pub fn finish(&self, db: &mut Db, checkpoint: &str) -> Result<()> {
        let changed_at = Some(clock(db)?);
        self.change(db, &Change { state: Some(DONE), checkpoint: Some(checkpoint), changed_at, ..Change::default() })
    }

    /// The job has failed.
    pub fn fail(&self, db: &mut Db, trouble: &str) -> Result<()> {
        let changed_at = Some(clock(db)?);
        self.change(db, &Change { state: Some(FAILED), trouble: Some(trouble), changed_at, ..Change::default() })
    }

    fn change(&self, db: &mut Db, change: &Change<'_>) -> Result<()> {
        let held = jobs::table.find(self.job).filter(jobs::fence.eq(self.fence)).filter(jobs::state.eq(RUNNING));
        if diesel::update(held).set(change).execute(db)? == 0 { Err(Error::Stale) } else { Ok(()) }
    }
}

#[derive(Default, AsChangeset)]
#[diesel(table_name = jobs)]
struct Change<'a> {
    state: Option<&'a str>,
    attempts: Option<i32>,
    lease_until: Option<NaiveDateTime>,
    due_at: Option<NaiveDateTime>,
    trouble: Option<&'a str>,
    checkpoint: Option<&'a str>,
    changed_at: Option<NaiveDateTime>,
}

/// The present moment by the database's clock, UTC.
fn clock(db: &mut Db) -> Result<NaiveDateTime> {
    match db {
        Db::Sqlite(_) => Ok(clock::now()),
        Db::Postgres(pg) => Ok(Statement::<Timestamp>::new("SELECT clock_timestamp() AT TIME ZONE 'UTC'").get_result(pg)?),
    }
}

/// Jobs that a worker may claim. A lease, or a delay, that lies further ahead than any lasts is of a clock that was wrong.
fn is_due(now: NaiveDateTime, lease: TimeDelta) -> Box<dyn BoxableExpression<jobs::table, MultiBackend, SqlType = Bool>> {
    let queued = jobs::state.eq(QUEUED).and(jobs::due_at.le(now).or(jobs::due_at.gt(now + LONGEST_DELAY)));
    let left = jobs::state.eq(RUNNING).and(jobs::lease_until.le(now).or(jobs::lease_until.gt(now + lease)));
    Box::new(queued.or(left))
}
