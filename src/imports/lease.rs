//! Which server process works on an import of the page: it takes a lease and renews it while it works, so that exactly one does, and
//! another goes on where it stopped when it is heard of no more.
//!
//! Whatever is written under a lease asks whether it is still held. Where clocks differ, or a process was only slow, two may believe for
//! a moment that they hold it: then the position that each batch moves ([`super::job`]) lets one of them go on.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::parts::{self, INVALID};
use super::uploads::{Progress, Upload, find, integer};
use crate::db::Db;
use crate::db::schema::{import_parts, import_uploads};
use crate::domain::UploadId;
use crate::domain::actor::Actor;
use crate::domain::import::stage::Stage;
use crate::imports::files::findings::Findings;
use crate::store::Result;

/// How long a process may be silent before another takes its place: longer than its longest transaction may take.
const TERM: TimeDelta = TimeDelta::seconds(10);

/// The stages that a server works on, by the database's words.
const WORK: [&str; 2] = ["checking", "running"];

/// The right to work on an import.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Which import.
    pub id: UploadId,
    /// Which process, by a random name.
    pub worker: String,
}

/// The oldest import that waits to be worked on.
///
/// # Errors
/// The database's own.
pub fn waiting(db: &mut Db, now: NaiveDateTime) -> Result<Option<UploadId>> {
    let free = import_uploads::table.filter(import_uploads::stage.eq_any(WORK)).filter(import_uploads::lease_until.le(now));
    Ok(free.order(import_uploads::id).select(import_uploads::id).first(db).optional()?.map(UploadId))
}

/// Takes an import that waits; `None` when another process has taken it meanwhile.
///
/// # Errors
/// The database's own.
pub fn take(db: &mut Db, now: NaiveDateTime, id: UploadId, worker: &str) -> Result<Option<(Lease, Upload)>> {
    let free = import_uploads::table.find(id.0).filter(import_uploads::stage.eq_any(WORK)).filter(import_uploads::lease_until.le(now));
    let changes = (import_uploads::worker.eq(worker), import_uploads::lease_until.eq(now + TERM));
    if diesel::update(free).set(changes).execute(db)? == 0 {
        return Ok(None);
    }
    Ok(Some((Lease { id, worker: worker.to_owned() }, find(db, id)?)))
}

impl Lease {
    /// Writes how far it is, and renews the lease. Returns whether it is still held.
    ///
    /// # Errors
    /// The database's own.
    pub fn renew(&self, db: &mut Db, now: NaiveDateTime, progress: &Progress) -> Result<bool> {
        let own = import_uploads::table.find(self.id.0).filter(import_uploads::worker.eq(&self.worker));
        let renewed = diesel::update(own)
            .set((
                import_uploads::bytes_read.eq(integer(progress.bytes)),
                import_uploads::rows_done.eq(integer(progress.rows)),
                import_uploads::rows_total.eq(integer(progress.of_rows)),
                import_uploads::begun_at.eq(progress.since),
                import_uploads::rows_before.eq(integer(progress.before)),
                import_uploads::lease_until.eq(now + TERM),
            ))
            .execute(db)?;
        Ok(renewed > 0)
    }

    /// Gives the import back, for another to go on with it at once.
    ///
    /// # Errors
    /// The database's own.
    pub fn release(&self, db: &mut Db, now: NaiveDateTime) -> Result<()> {
        let own = import_uploads::table.find(self.id.0).filter(import_uploads::worker.eq(&self.worker));
        diesel::update(own).set((import_uploads::worker.eq(""), import_uploads::lease_until.eq(now))).execute(db)?;
        Ok(())
    }

    /// Ends the stage. Returns whether the lease was still held.
    ///
    /// # Errors
    /// The database's own.
    pub fn end(&self, db: &mut Db, actor: Actor, stage: Stage, trouble: &str) -> Result<bool> {
        let own = import_uploads::table.find(self.id.0).filter(import_uploads::worker.eq(&self.worker));
        let ended = diesel::update(own)
            .set((
                (import_uploads::stage.eq(stage.word()), import_uploads::trouble.eq(trouble)),
                (import_uploads::worker.eq(""), import_uploads::changed_at.eq(actor.now)),
            ))
            .execute(db)?;
        Ok(ended > 0)
    }

    /// Keeps what was found.
    ///
    /// # Errors
    /// The database's own.
    pub fn keep(&self, db: &mut Db, findings: &Findings) -> Result<bool> {
        let own = import_uploads::table.find(self.id.0).filter(import_uploads::worker.eq(&self.worker));
        // A structure of numbers and texts can always be written.
        let text = serde_json::to_string(findings).unwrap_or_default();
        Ok(diesel::update(own).set(import_uploads::findings.eq(text)).execute(db)? > 0)
    }

    /// Notes which import it has become.
    ///
    /// # Errors
    /// The database's own.
    pub fn becomes(&self, db: &mut Db, job: i64) -> Result<bool> {
        let own = import_uploads::table.find(self.id.0).filter(import_uploads::worker.eq(&self.worker));
        Ok(diesel::update(own).set(import_uploads::import_id.eq(job)).execute(db)? > 0)
    }

    /// Keeps a part of the file of invalid rows; the first takes the place of an earlier file.
    ///
    /// # Errors
    /// The database's own.
    pub fn keep_invalid(&self, db: &mut Db, number: u64, bytes: &[u8]) -> Result<()> {
        if number == 0 {
            let earlier = import_parts::table.filter(import_parts::upload_id.eq(self.id.0)).filter(import_parts::subject.eq(INVALID));
            diesel::delete(earlier).execute(db)?;
        }
        parts::put(db, self.id, INVALID, number, bytes)
    }
}
