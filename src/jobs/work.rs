//! What a kind of job is, and what it works with.

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::notifier::Sleeper;
use super::timings::Timings;
use crate::db::{Database, Db, Unavailable};
use crate::domain::actor::Actor;
use crate::store::jobs::Job;
use crate::store::{Error, Result};

/// A kind of job.
pub(super) trait Kind: Send {
    /// The word of the database.
    fn name(&self) -> &'static str;

    /// Whether a job is to be queued although nobody asked for one. It is asked at every poll, so it reads little and writes nothing.
    fn is_wanted(&self, _db: &mut Db, _timings: &Timings, _zone: Tz) -> Result<bool> {
        Ok(false)
    }

    /// Does the job, or what is left of it. Returns its checkpoint.
    fn run(&self, work: &Work<'_>) -> Outcome<String>;

    /// Tells the subject that its job has failed, in the transaction in which it does.
    fn failed(&self, _db: &mut Db, _work: &Work<'_>, _trouble: &str) -> Result<()> {
        Ok(())
    }
}

/// Why a job ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Another worker has claimed it, or somebody has cancelled it.
    LeaseLost,
    /// The process is to end.
    Shutdown,
    /// The database cannot be used at present.
    Unavailable(Unavailable),
    /// It cannot be done: sentences.
    Failed(String),
}

/// What comes of a job, or of a part of it.
pub(super) type Outcome<T> = std::result::Result<T, Stop>;

/// A job that was claimed, with what it needs.
pub(super) struct Work<'a> {
    pub database: &'a Database,
    pub zone: Tz,
    pub timings: &'a Timings,
    pub sleeper: &'a Sleeper,
    pub job: &'a Job,
}

impl Work<'_> {
    /// Whoever asked for the job, now.
    pub fn actor(&self) -> Actor {
        Actor::now(self.job.who.clone(), self.zone)
    }

    /// Writes, if the lease is still held by then: in one transaction.
    pub fn write<T>(&self, work: impl Fn(&mut Db) -> Result<T>) -> Outcome<T> {
        Ok(self.database.write(|db| {
            self.job.lease.renew(db)?;
            work(db)
        })?)
    }

    /// Ends here when the process is to end.
    pub fn stop_if_asked(&self) -> Outcome<()> {
        if self.sleeper.notifier.is_stopping() { Err(Stop::Shutdown) } else { Ok(()) }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Stale | Error::NotFound(_) => Self::LeaseLost,
            Error::Unavailable(why) => Self::Unavailable(why),
            Error::Refused(refusal) => Self::Failed(refusal.to_string()),
            Error::Database(why) => {
                tracing::error!(?why, "the database rejects the work of a job");
                Self::Failed(format!("The database rejects it: {why}"))
            }
            Error::Blocked(sentences) => Self::Failed(sentences.join(" ")),
            Error::Invalid(_) => Self::Failed(format!("{error:?}")),
        }
    }
}

/// No time of the queue is longer: the present moment and it together are a moment that can be stored.
const LONGEST: TimeDelta = TimeDelta::days(30);

/// A time of [`Timings`] as the database adds it.
pub(super) fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).map_or(LONGEST, |delta| delta.min(LONGEST))
}
