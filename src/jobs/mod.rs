//! The thread of a server process that works on the imports of the page, one at a time. What it does is kept in the database as it goes:
//! after a crash or a restart this process or another goes on, and the pages of any process show how far it is. When there is nothing to
//! import, it keeps the index of searches tidy.

mod drive;
mod heart;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use self::drive::{Drive, Stop};
use crate::db::Database;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::import::stage::Stage;
use crate::domain::rules::Role;
use crate::imports;
use crate::imports::lease::{self, Lease};
use crate::imports::parts;
use crate::imports::uploads::Upload;
use crate::list;
use crate::store::{Result, random_token};

/// How often it is looked for what another process has left.
const PAUSE: Duration = Duration::from_secs(2);
/// How often it is looked whether the index of searches is to be tidied.
const TIDY: Duration = Duration::from_secs(30);
/// How often work that met a database that is away is tried anew before it counts as failed; [`PAUSE`] lies between.
const TRIES: u32 = 3;

/// Calls the worker: when there is something to do, and when it is to stop.
#[derive(Debug, Default)]
pub struct Bell {
    calls: Mutex<Calls>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Calls {
    rung: bool,
    stopping: bool,
}

impl Bell {
    /// There is something to do.
    pub fn ring(&self) {
        self.calls().rung = true;
        self.changed.notify_all();
    }

    /// The process is to end: the worker stops after its present batch.
    pub fn stop(&self) {
        self.calls().stopping = true;
        self.changed.notify_all();
    }

    fn is_stopping(&self) -> bool {
        self.calls().stopping
    }

    /// Waits until there is something to do, the process is to end, or the time is over.
    fn wait(&self, most: Duration) {
        let calls = self.calls();
        let waited = self.changed.wait_timeout_while(calls, most, |calls| !calls.rung && !calls.stopping);
        waited.unwrap_or_else(PoisonError::into_inner).0.rung = false;
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        // Two flags are never half written.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running thread.
pub struct Worker {
    bell: Arc<Bell>,
    thread: JoinHandle<()>,
}

/// Starts it.
///
/// # Errors
/// The system gives no thread.
pub fn start(database: Database, zone: Tz, bell: Arc<Bell>) -> std::result::Result<Worker, String> {
    let crew = Crew { database, zone, bell: Arc::clone(&bell), name: random_token(), tidied: Cell::new(None) };
    let thread = std::thread::Builder::new().name("imports".to_owned()).spawn(move || crew.work());
    Ok(Worker { bell, thread: thread.map_err(|error| format!("No thread can be started for imports: {error}"))? })
}

impl Worker {
    /// Asks it to stop, and waits for the end of its batch, but no longer than this.
    pub fn stop(self, patience: Duration) {
        self.bell.stop();
        let start = Instant::now();
        while !self.thread.is_finished() && start.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Crew {
    database: Database,
    zone: Tz,
    bell: Arc<Bell>,
    name: String,
    /// When the index was found tidy.
    tidied: Cell<Option<Instant>>,
}

impl Crew {
    fn work(&self) {
        while !self.bell.is_stopping() {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => self.bell.wait(PAUSE),
                Err(error) => {
                    tracing::warn!(?error, "imports wait for the database");
                    self.bell.wait(PAUSE);
                }
            }
        }
    }

    /// Does one thing, if there is one to do.
    fn turn(&self) -> Result<bool> {
        let now = self.actor().now;
        if let Some(id) = self.database.read(|db| lease::waiting(db, now))? {
            if let Some((lease, upload)) = self.database.write(|db| lease::take(db, now, id, &self.name))? {
                self.see_to(&lease, &upload);
            }
            return Ok(true);
        }
        if let Some(expired) = self.database.read(|db| parts::expired(db, now))? {
            self.database.write(|db| parts::clear(db, &expired))?;
            return Ok(true);
        }
        self.tidy()
    }

    fn tidy(&self) -> Result<bool> {
        if self.tidied.get().is_some_and(|last| last.elapsed() < TIDY) {
            return Ok(false);
        }
        let now = self.actor().now;
        let more = !self.database.read(|db| imports::is_under_way(db, now))? && list::tidy(&self.database)?;
        self.tidied.set((!more).then(Instant::now));
        Ok(more)
    }

    /// Brings a stage of an import to its end, whatever that is.
    fn see_to(&self, lease: &Lease, upload: &Upload) {
        let mut tries = 1;
        let stop = loop {
            let drive = Drive { database: &self.database, zone: self.zone, bell: &self.bell, lease, upload };
            match catch_unwind(AssertUnwindSafe(|| drive.go())) {
                Ok(Err(Stop::Away(why))) if tries < TRIES && !self.bell.is_stopping() => {
                    tracing::warn!(import = upload.id.0, %why, "an import waits for the database");
                    tries += 1;
                    self.bell.wait(PAUSE);
                }
                Ok(Ok(stage)) => break Ok(stage),
                Ok(Err(stop)) => break Err(stop),
                Err(_) => break Err(Stop::Broken("Something went invalid that should not have; the log tells more.".to_owned())),
            }
        };
        let (stage, trouble) = match stop {
            Ok(stage) => (stage, String::new()),
            Err(Stop::Lost) => return,
            Err(Stop::Asked) => {
                let released = self.database.write(|db| lease.release(db, self.actor().now));
                // The lease runs out by itself.
                return released.unwrap_or_else(|error| tracing::warn!(?error, "an import could not be given back"));
            }
            Err(Stop::Trouble(trouble)) if upload.stage == Stage::Checking => (Stage::Checked { importable: false }, trouble),
            Err(Stop::Trouble(trouble) | Stop::Broken(trouble)) => (Stage::Failed, trouble),
            Err(Stop::Away(why)) => (Stage::Failed, why.reason.to_string()),
        };
        tracing::info!(import = upload.id.0, stage = stage.word(), trouble, "an import has come to a stop");
        self.end(lease, stage, &trouble);
    }

    /// Writes how it ended, as soon as the database takes it.
    fn end(&self, lease: &Lease, stage: Stage, trouble: &str) {
        while let Err(error) = self.database.write(|db| lease.end(db, self.actor(), stage, trouble)) {
            tracing::warn!(?error, "the end of an import could not be written");
            if self.bell.is_stopping() {
                return;
            }
            self.bell.wait(PAUSE);
        }
    }

    /// Who presses *Import* has the right to; what follows is done in the name of the least role that has it.
    fn actor(&self) -> Actor {
        Actor::now(ActorKind::Local, Role::Editor, self.zone)
    }
}
