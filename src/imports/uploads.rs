//! Imports on the page: the files as they arrive, and what people decide about them. The files lie in the database, in parts, since several
//! servers may work on one database, and none of them may lose what another has taken.

use diesel::prelude::*;

use super::parts::put;
use super::record::{self, File, Import, JOB, Origin, integer};
use crate::db::Db;
use crate::db::schema::{import_files, imports};
use crate::domain::ImportId;
use crate::domain::actor::Actor;
use crate::domain::import::{Each, Mode, State, Subject};
use crate::domain::rules::Task;
use crate::imports::files::look::Options;
use crate::store::{Error, Result, jobs};

/// Begins to take files. Nothing of it is seen until they have [`arrived`].
///
/// # Errors
/// [`Error::Refused`].
pub fn open(db: &mut Db, actor: &Actor, mode: Mode) -> Result<ImportId> {
    actor.may(Task::Import)?;
    record::insert(db, actor, Origin::Page, State::Uploading, mode)
}

/// Begins a file.
pub fn add_file(db: &mut Db, id: ImportId, subject: Subject, name: &str) -> Result<()> {
    record::insert_file(db, id, subject, &File { name: name.to_owned(), length: 0, fingerprint: String::new(), derived: false })
}

/// Adds the next part to a file.
///
/// # Errors
/// [`Error::NotFound`] when the upload was removed meanwhile.
pub fn append(db: &mut Db, actor: &Actor, id: ImportId, subject: Subject, number: u64, bytes: &[u8]) -> Result<()> {
    put(db, id, subject.word(), number, bytes)?;
    diesel::update(import_files::table.find((id.0, subject.word())))
        .set(import_files::length.eq(import_files::length + integer(bytes.len() as u64)))
        .execute(db)?;
    let uploading = imports::table.find(id.0).filter(imports::state.eq(State::Uploading.word()));
    found(diesel::update(uploading).set(imports::changed_at.eq(actor.now)).execute(db)?)
}

/// All files are there: they are checked next. (Which rows are taken may have been sent after the files.)
///
/// # Errors
/// [`Error::NotFound`] when the upload was removed meanwhile.
pub fn arrived(db: &mut Db, actor: &Actor, id: ImportId, mode: Mode) -> Result<()> {
    let uploading = imports::table.find(id.0).filter(imports::state.eq(State::Uploading.word()));
    let changes = (imports::state.eq(State::Checking.word()), imports::mode.eq(mode.word()), imports::measured_at.eq(actor.now));
    found(diesel::update(uploading).set((changes, imports::changed_at.eq(actor.now))).execute(db)?)?;
    jobs::enqueue(db, actor, JOB, id.0)
}

fn found(updated: usize) -> Result<()> {
    if updated == 0 { Err(Error::NotFound("import")) } else { Ok(()) }
}

/// Takes what people have decided about the files of an import, and has them checked again.
///
/// # Errors
/// As [`start`].
pub fn decide_on(db: &mut Db, actor: &Actor, id: ImportId, options: &Each<Options>) -> Result<()> {
    decide(db, actor, id, Task::MapImport, |_| State::Checking)?;
    record::set_options(db, id, options)?;
    jobs::enqueue(db, actor, JOB, id.0)
}

/// Starts an import that was checked.
///
/// # Errors
/// [`Error::Refused`] with what it is instead; [`Error::NotFound`].
pub fn start(db: &mut Db, actor: &Actor, id: ImportId) -> Result<()> {
    decide(db, actor, id, Task::StartImport, |_| State::Running)?;
    diesel::update(imports::table.find(id.0)).set((imports::approved.eq(true), imports::started_at.eq(actor.now))).execute(db)?;
    jobs::enqueue(db, actor, JOB, id.0)
}

/// Resumes an import that was interrupted, where it was.
///
/// # Errors
/// As [`start`].
pub fn resume(db: &mut Db, actor: &Actor, id: ImportId) -> Result<()> {
    decide(db, actor, id, Task::ResumeImport, |import| if import.approved { State::Running } else { State::Checking })?;
    jobs::enqueue(db, actor, JOB, id.0)
}

/// Discards an import; its files are removed soon after.
///
/// # Errors
/// As [`start`].
pub fn discard(db: &mut Db, actor: &Actor, id: ImportId) -> Result<()> {
    // The job first, as whoever works on it does.
    jobs::cancel(db, JOB, id.0)?;
    decide(db, actor, id, Task::DiscardImport, |_| State::Discarded)
}

fn decide(db: &mut Db, actor: &Actor, id: ImportId, task: fn(State) -> Task, next: fn(&Import) -> State) -> Result<()> {
    let import = record::find(db, id)?;
    actor.may(task(import.state))?;
    let same = imports::table.find(id.0).filter(imports::state.eq(import.state.word()));
    let updated = diesel::update(same)
        .set((
            (imports::state.eq(next(&import).word()), imports::trouble.eq(""), imports::changed_at.eq(actor.now)),
            (imports::bytes_read.eq(0), imports::rows_read.eq(0), imports::rows_total.eq(0)),
            (imports::measured_at.eq(actor.now), imports::rows_before.eq(0)),
        ))
        .execute(db)?;
    if updated == 0 {
        // Somebody else was quicker: what it has become says why this is refused now.
        actor.may(task(record::find(db, id)?.state))?;
        return Err(Error::Stale);
    }
    Ok(())
}
