//! The thread that works on the queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use super::cleanup::Cleanup;
use super::import::Import;
use super::notifier::Notifier;
use super::stages::Stages;
use super::tidying::Tidying;
use super::timings::Timings;
use super::undo::Undo;
use super::work::{Kind, Outcome, Stop, Work, delta};
use crate::db::{Database, Db, Reason};
use crate::domain::actor::{Actor, Principal};
use crate::domain::rules::Role;
use crate::store::jobs::{self, Job};
use crate::store::{Error, Result, random_token};

const KINDS: [&dyn Kind; 5] = [&Import, &Undo, &Stages, &Cleanup, &Tidying];

/// The running thread.
pub struct Runner {
    notifier: Arc<Notifier>,
    thread: JoinHandle<()>,
}

/// Starts the thread.
///
/// # Errors
/// The system gives no thread.
pub fn start(database: Database, zone: Tz, notifier: Arc<Notifier>, timings: Timings) -> std::result::Result<Runner, String> {
    let worker = Worker { database, zone, notifier: Arc::clone(&notifier), timings, name: random_token() };
    let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(move || worker.run());
    Ok(Runner { notifier, thread: thread.map_err(|error| format!("No thread can be started for jobs: {error}"))? })
}

impl Runner {
    /// Asks it to stop, and waits for the end of its present batch, but no longer than this.
    pub fn stop(self, timeout: Duration) {
        self.notifier.stop();
        let start = Instant::now();
        while !self.thread.is_finished() && start.elapsed() < timeout {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Worker {
    database: Database,
    zone: Tz,
    notifier: Arc<Notifier>,
    timings: Timings,
    /// Stands beside the jobs that it has claimed.
    name: String,
}

impl Worker {
    fn run(&self) {
        while !self.notifier.is_stopping() {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => self.notifier.wait(self.timings.poll),
                Err(error) => {
                    tracing::warn!(?error, "jobs wait for the database");
                    self.notifier.wait(self.timings.poll);
                }
            }
        }
    }

    /// Does one thing, if there is one to do. Where there is none, it only reads.
    fn turn(&self) -> Result<bool> {
        let lease = delta(self.timings.lease);
        if let Some(id) = self.database.read(|db| jobs::next(db, &KINDS.map(Kind::name), lease))? {
            if let Some(job) = self.database.write(|db| jobs::claim(db, id, &self.name, lease))? {
                self.work_on(&job);
            }
            return Ok(true);
        }
        for kind in KINDS {
            if self.database.read(|db| kind.is_wanted(db, &self.timings, self.zone))? {
                // Nobody asked for it, so it has the rights of the least.
                let nobody = Actor::now(Principal::local(Role::Viewer), self.zone);
                self.database.write(|db| jobs::enqueue(db, &nobody, kind.name(), 0))?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Works on a job until it is done, has failed, or is given back to the queue.
    fn work_on(&self, job: &Job) {
        let work = Work { database: &self.database, zone: self.zone, notifier: &self.notifier, job };
        let Some(kind) = KINDS.into_iter().find(|kind| kind.name() == job.kind) else { return };
        let outcome = if job.attempts > self.timings.max_attempts {
            Err(Stop::Failed(format!("The server stopped at each of {} attempts.", self.timings.max_attempts)))
        } else {
            self.under_lease(job, || self.attempt(kind, &work))
        };
        let trouble = match outcome {
            Ok(checkpoint) => return self.write_end(job, |db| job.lease.finish(db, &checkpoint)),
            Err(Stop::LeaseLost) => return tracing::warn!(job.kind, job.subject, "another worker has taken over"),
            Err(Stop::Shutdown) => return self.write_end(job, |db| job.lease.release(db)),
            Err(Stop::Unavailable(why)) => {
                tracing::warn!(job.kind, job.subject, %why, "a job has failed");
                why.reason.to_string()
            }
            // The page says why: it may name files and columns, which are somebody's data.
            Err(Stop::Failed(trouble)) => {
                tracing::warn!(job.kind, job.subject, "a job has failed");
                trouble
            }
        };
        self.write_end(job, |db| {
            job.lease.fail(db, &trouble)?;
            kind.failed(db, &work, &trouble)
        });
    }

    /// Runs a job. Where the database is away it waits for it, however long; where it answers but takes nothing, it tries again a few times.
    /// A full disk is not tried again: each attempt writes a little, and the failure is to be written too.
    fn attempt(&self, kind: &dyn Kind, work: &Work<'_>) -> Outcome<String> {
        let mut attempts = work.job.attempts;
        loop {
            match kind.run(work) {
                Err(Stop::Unavailable(why)) if why.reason != Reason::DiskFull && attempts < self.timings.max_attempts => {
                    tracing::warn!(work.job.kind, work.job.subject, %why, "a job waits for the database");
                    attempts += 1;
                }
                outcome => return outcome,
            }
            loop {
                self.notifier.wait(self.timings.poll);
                work.stop_if_asked()?;
                if self.database.read(|db| jobs::next(db, &[], delta(self.timings.lease))).is_ok() {
                    break;
                }
            }
        }
    }

    /// Renews the lease from another thread during the work, however long one step of it takes.
    fn under_lease(&self, job: &Job, work: impl FnOnce() -> Outcome<String>) -> Outcome<String> {
        let (end, ended) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while ended.recv_timeout(self.timings.lease / 3) == Err(mpsc::RecvTimeoutError::Timeout) {
                    // Where the lease is lost, or the database away, the work will notice.
                    let _ = self.database.write(|db| job.lease.renew(db));
                }
            });
            let outcome = catch_unwind(AssertUnwindSafe(work));
            drop(end);
            outcome.unwrap_or_else(|_| Err(Stop::Failed("Something went wrong that should not have; the log tells more.".to_owned())))
        })
    }

    /// Writes how a job ended, as soon as the database takes it. When the process is to end it tries once: the lease runs out by itself.
    fn write_end(&self, job: &Job, write: impl Fn(&mut Db) -> Result<()>) {
        loop {
            match self.database.write(&write) {
                Ok(()) | Err(Error::Stale) => return,
                Err(error) => tracing::warn!(job.kind, job.subject, ?error, "the end of a job could not be written"),
            }
            if self.notifier.is_stopping() {
                return;
            }
            self.notifier.wait(self.timings.poll);
        }
    }
}
