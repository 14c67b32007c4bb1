//! What keeps a lease alive while an import is worked on, and reads its files from the database meanwhile.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{SubsecRound as _, Utc};

use super::drive::Stop;
use crate::db::Database;
use crate::domain::import::Subject;
use crate::imports::files::parts::Parts;
use crate::imports::lease::Lease;
use crate::imports::parts;
use crate::imports::uploads::Progress;
use crate::store::{Error, Result};

/// Time between two notes of how far it is.
const BEAT: Duration = Duration::from_millis(500);

/// How far it is, and when that was written last. Readers and whoever drives share it.
pub(super) struct Heart {
    database: Database,
    lease: Lease,
    state: Mutex<State>,
}

struct State {
    progress: Progress,
    written: Instant,
    /// Why reading ended: the reader of CSV would call it trouble with the file.
    stop: Option<Stop>,
}

impl Heart {
    pub fn new(database: Database, lease: Lease) -> Arc<Self> {
        let progress = Progress { bytes: 0, rows: 0, of_rows: 0, since: Utc::now().naive_utc().trunc_subsecs(6), before: 0 };
        Arc::new(Self { database, lease, state: Mutex::new(State { progress, written: Instant::now(), stop: None }) })
    }

    /// Rows are to be imported from now on: so many are there, and so many done.
    pub fn begin_rows(&self, of_rows: u64, before: u64) {
        let since = Utc::now().naive_utc().trunc_subsecs(6);
        self.state().progress = Progress { bytes: 0, rows: before, of_rows, since, before };
    }

    /// So many rows are done. Writes it when it is time to.
    pub fn beat(&self, rows: u64) -> std::result::Result<(), Stop> {
        self.state().progress.rows = rows;
        self.write_now_and_then()
    }

    /// Why reading ended, if that was no trouble with the file.
    pub fn stop(&self) -> Option<Stop> {
        self.state().stop.take()
    }

    /// A file of the upload, whose bytes count as read.
    pub fn reader(self: &Arc<Self>, subject: Subject, length: u64) -> Parts {
        let heart = Arc::clone(self);
        let fetch = move |number| {
            let fetched = heart.fetch(subject, number).and_then(|bytes| {
                heart.state().progress.bytes += bytes.len() as u64;
                heart.write_now_and_then()?;
                Ok(bytes)
            });
            fetched.map_err(|stop| {
                heart.state().stop = Some(stop);
                io::Error::other("the database does not give the file")
            })
        };
        Parts::new(length, Box::new(fetch))
    }

    fn fetch(&self, subject: Subject, number: u64) -> std::result::Result<Vec<u8>, Stop> {
        let part = self.database.read(|db| parts::read(db, self.lease.id, subject.word(), number))?;
        // Discarded meanwhile.
        part.ok_or(Stop::Lost)
    }

    fn write_now_and_then(&self) -> std::result::Result<(), Stop> {
        let progress = {
            let mut state = self.state();
            if state.written.elapsed() < BEAT {
                return Ok(());
            }
            state.written = Instant::now();
            state.progress
        };
        let now = Utc::now().naive_utc().trunc_subsecs(6);
        let held: Result<bool> = self.database.write(|db| self.lease.renew(db, now, &progress));
        if held? { Ok(()) } else { Err(Stop::Lost) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counts are never half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(why) => Self::Away(why),
            other => Self::Broken(crate::imports::ImportError::Store(other).to_string()),
        }
    }
}
