//! The threads that work on the queue: one on all that concerns the database alone, and one on mails, where a server is set to send them by.
//! A mail server may take half a minute for an answer; nobody's import waits for that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use super::cleanup::Cleanup;
use super::import::Import;
use super::invitations::Invitations;
use super::mail::Mail;
use super::notifier::{Notifier, Sleeper};
use super::stages::Stages;
use super::tidying::Tidying;
use super::timings::Timings;
use super::undo::Undo;
use super::work::{Kind, Outcome, Stop, Work, delta};
use crate::db::{Database, Db, Reason};
use crate::domain::actor::{Actor, Principal};
use crate::domain::rules::Role;
use crate::mail::Post;
use crate::store::jobs::{self, Job};
use crate::store::{Error, Result, random_token};

type Kinds = Vec<Box<dyn Kind>>;

/// The running threads.
pub struct Runner {
    notifier: Arc<Notifier>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the threads.
///
/// # Errors
/// The system gives none.
pub fn start(
    database: &Database,
    zone: Tz,
    notifier: &Arc<Notifier>,
    timings: Timings,
    post: Option<Post>,
) -> std::result::Result<Runner, String> {
    let own: Kinds = vec![Box::new(Import), Box::new(Undo), Box::new(Invitations), Box::new(Stages), Box::new(Cleanup), Box::new(Tidying)];
    let mail = post.map(|post| ("mail", vec![Box::new(Mail::new(post)) as Box<dyn Kind>]));
    let start = |(name, kinds): (&str, Kinds)| {
        let sleeper = Sleeper::new(Arc::clone(notifier));
        let worker = Worker { kinds, database: database.clone(), zone, sleeper, timings, name: random_token() };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || worker.run());
        thread.map_err(|error| format!("No thread can be started for jobs: {error}"))
    };
    let threads = [Some(("jobs", own)), mail].into_iter().flatten().map(start).collect::<std::result::Result<_, _>>()?;
    Ok(Runner { notifier: Arc::clone(notifier), threads })
}

impl Runner {
    /// Asks them to stop, and waits for the end of what they are at, but no longer than this.
    pub fn stop(self, timeout: Duration) {
        self.notifier.stop();
        let start = Instant::now();
        while !self.threads.iter().all(JoinHandle::is_finished) && start.elapsed() < timeout {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Worker {
    kinds: Kinds,
    database: Database,
    zone: Tz,
    sleeper: Sleeper,
    timings: Timings,
    /// Stands beside the jobs that it has claimed.
    name: String,
}

impl Worker {
    fn run(&self) {
        while !self.sleeper.notifier.is_stopping() {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => self.sleeper.wait(self.timings.poll),
                Err(error) => {
                    tracing::warn!(?error, "jobs wait for the database");
                    self.sleeper.wait(self.timings.poll);
                }
            }
        }
    }

    /// Does one thing, if there is one to do. Where there is none, it only reads.
    fn turn(&self) -> Result<bool> {
        let lease = delta(self.timings.lease);
        let names: Vec<_> = self.kinds.iter().map(|kind| kind.name()).collect();
        if let Some(id) = self.database.read(|db| jobs::next(db, &names, lease))? {
            if let Some(job) = self.database.write(|db| jobs::claim(db, id, &self.name, lease))? {
                self.work_on(&job);
            }
            return Ok(true);
        }
        for kind in &self.kinds {
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
        let work = Work { database: &self.database, zone: self.zone, timings: &self.timings, sleeper: &self.sleeper, job };
        let Some(kind) = self.kinds.iter().find(|kind| kind.name() == job.kind) else { return };
        let outcome = if job.attempts > self.timings.max_attempts {
            Err(Stop::Failed(format!("The server stopped at each of {} attempts.", self.timings.max_attempts)))
        } else {
            self.under_lease(job, || self.attempt(kind.as_ref(), &work))
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
                self.sleeper.wait(self.timings.poll);
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
        let (database, pause) = (&self.database, self.timings.lease / 3);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while ended.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                    // Where the lease is lost, or the database away, the work will notice.
                    let _ = database.write(|db| job.lease.renew(db));
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
            if self.sleeper.notifier.is_stopping() {
                return;
            }
            self.sleeper.wait(self.timings.poll);
        }
    }
}
