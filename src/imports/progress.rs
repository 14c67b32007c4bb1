//! What whoever works on an import writes of it: how far it is, what it found, how it ended. A server writes it under the lease of its job.

use diesel::prelude::*;

use super::parts::{self, INVALID};
use super::record::{self, File, Import, Progress, integer};
use crate::changes::bulk;
use crate::db::schema::{import_files, import_parts, imports};
use crate::db::{Db, lock_empty_database};
use crate::domain::ImportId;
use crate::domain::actor::Actor;
use crate::domain::event::BatchKind;
use crate::domain::import::{Each, Mode, State, Subject};
use crate::domain::rules::Task;
use crate::imports::files::findings::Findings;
use crate::imports::files::look::Look;
use crate::imports::files::report::Counts;
use crate::list;
use crate::store::{Error, Result, customers};

/// How many customers an import is expected to add, and how many it writes at a time.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// That are new.
    pub customers: u64,
    /// In one transaction.
    pub batch: usize,
}

impl Expected {
    /// Whether they take so many transactions that the list is better made once they are all there.
    fn are_many(self) -> bool {
        const BATCHES: u64 = 10;
        self.customers >= BATCHES * self.batch as u64
    }
}

/// Begins to import by the command line, or resumes an import of the same files that was interrupted; so many customers are expected to be
/// new.
///
/// # Errors
/// [`Error::Refused`].
pub fn open(db: &mut Db, actor: &Actor, mode: Mode, look: &Look, files: &Each<Option<File>>, new: Expected) -> Result<Import> {
    actor.may(Task::Import)?;
    let import = match record::interrupted(db, mode, &look.options, files)? {
        Some(import) => import,
        None => record::open(db, actor, mode, &look.options, files)?,
    };
    begin(db, actor, import, look, new)
}

/// Begins to import rows, or resumes that.
///
/// # Errors
/// [`Error::Refused`].
pub fn begin(db: &mut Db, actor: &Actor, mut import: Import, look: &Look, new: Expected) -> Result<Import> {
    actor.may(Task::Import)?;
    record::set_derived(db, &import, look.has_contacts_of_customers())?;
    if import.batch.is_none() {
        let batch = bulk::begin(db, actor, BatchKind::Import)?;
        diesel::update(imports::table.find(import.id.0)).set(imports::batch_id.eq(batch.0)).execute(db)?;
        import.batch = Some(batch);
    }
    lock_empty_database(db)?;
    if customers::any(db)? {
        list::build::defer_new(db, new.customers, new.are_many())?;
    } else {
        list::build::defer(db)?;
    }
    Ok(import)
}

/// Writes how far the check, or the beginning of the import, has come.
pub fn report(db: &mut Db, id: ImportId, progress: &Progress) -> Result<()> {
    diesel::update(imports::table.find(id.0))
        .set((
            imports::bytes_read.eq(integer(progress.bytes)),
            imports::rows_read.eq(integer(progress.rows)),
            imports::rows_total.eq(integer(progress.total)),
            imports::measured_at.eq(progress.since),
            imports::rows_before.eq(integer(progress.before)),
        ))
        .execute(db)?;
    Ok(())
}

/// Writes how far the rows are imported, and what became of them.
///
/// # Errors
/// [`Error::Stale`] when another process has continued it.
pub(super) fn advance(db: &mut Db, actor: &Actor, import: &Import, position: &Each<u64>, counts: &Each<Counts>) -> Result<()> {
    for subject in Subject::ALL {
        let (before, after, counts) = (*import.position.of(subject), *position.of(subject), counts.of(subject));
        let file = import_files::table.find((import.id.0, subject.word())).filter(import_files::position.eq(integer(before)));
        let updated = diesel::update(file)
            .set((
                import_files::position.eq(integer(after)),
                import_files::created.eq(integer(counts.new)),
                import_files::changed.eq(integer(counts.changed)),
                import_files::unchanged.eq(integer(counts.unchanged)),
                import_files::skipped.eq(integer(counts.skipped)),
                import_files::invalid.eq(integer(counts.invalid)),
            ))
            .execute(db)?;
        if updated == 0 && after > 0 {
            return Err(Error::Stale);
        }
    }
    touch(db, actor, import.id)
}

/// Writes that rows are being imported.
pub(super) fn touch(db: &mut Db, actor: &Actor, id: ImportId) -> Result<()> {
    diesel::update(imports::table.find(id.0)).set(imports::changed_at.eq(actor.now)).execute(db)?;
    Ok(())
}

/// The import is done.
pub(super) fn finish(db: &mut Db, actor: &Actor, id: ImportId) -> Result<()> {
    put_state(db, actor, id, State::Done, "")
}

/// The check is done: it found this, or trouble with a file.
pub fn checked(db: &mut Db, actor: &Actor, id: ImportId, findings: &Findings, trouble: &str) -> Result<()> {
    keep(db, id, findings)?;
    put_state(db, actor, id, State::Checked { importable: trouble.is_empty() }, trouble)
}

/// The check or the import was interrupted.
pub fn fail(db: &mut Db, actor: &Actor, id: ImportId, trouble: &str) -> Result<()> {
    put_state(db, actor, id, State::Failed, trouble)
}

fn put_state(db: &mut Db, actor: &Actor, id: ImportId, state: State, trouble: &str) -> Result<()> {
    let changes = (imports::state.eq(state.word()), imports::trouble.eq(trouble), imports::changed_at.eq(actor.now));
    diesel::update(imports::table.find(id.0)).set(changes).execute(db)?;
    Ok(())
}

/// Keeps what was found.
pub fn keep(db: &mut Db, id: ImportId, findings: &Findings) -> Result<()> {
    // A structure of numbers and texts can always be written.
    let text = serde_json::to_string(findings).unwrap_or_default();
    diesel::update(imports::table.find(id.0)).set(imports::findings.eq(text)).execute(db)?;
    Ok(())
}

/// Keeps a part of the file of invalid rows; the first takes the place of an earlier file.
pub fn keep_invalid(db: &mut Db, id: ImportId, number: u64, bytes: &[u8]) -> Result<()> {
    if number == 0 {
        let earlier = import_parts::table.filter(import_parts::import_id.eq(id.0)).filter(import_parts::subject.eq(INVALID));
        diesel::delete(earlier).execute(db)?;
    }
    parts::put(db, id, INVALID, number, bytes)
}
