//! An import's own record: which files it reads, and how far it has come. It is written in the transaction of each batch.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use crate::db::schema::{import_files, imports};
use crate::db::{Db, lock_whole};
use crate::domain::actor::Actor;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::Task;
use crate::imports::files::report::Counts;
use crate::list;
use crate::store::{Error, Result, customers};

const RUNNING: &str = "running";
const DONE: &str = "done";

/// An import that is under way.
#[derive(Debug, Clone)]
pub struct Job {
    /// Identifies it.
    pub id: i64,
    /// Which rows are taken.
    pub mode: Mode,
    /// When it began, UTC: also the moment at which its customers are created.
    pub started: NaiveDateTime,
    /// Records of each file that are done.
    pub position: Each<u64>,
    /// What became of them.
    pub counts: Each<Counts>,
}

/// The fingerprint of each file that an import reads.
pub type Fingerprints = Each<Option<String>>;

/// A file's fingerprint, how many records of it are done, and what became of them.
type File = (Subject, String, u64, Counts);

/// An import of the very same files that has not come to its end.
///
/// # Errors
/// The database's own.
pub fn find(db: &mut Db, mode: Mode, fingerprints: &Fingerprints) -> Result<Option<Job>> {
    let running: Vec<(i64, NaiveDateTime)> = imports::table
        .filter(imports::state.eq(RUNNING))
        .filter(imports::mode.eq(mode.word()))
        .order(imports::id.desc())
        .select((imports::id, imports::created_at))
        .load(db)?;
    for (id, started) in running {
        let files = files(db, id)?;
        if let Some(job) = same(Job { id, mode, started, position: Each::default(), counts: Each::default() }, &files, fingerprints) {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// The files of an import.
fn files(db: &mut Db, id: i64) -> Result<Vec<File>> {
    type Row = (String, String, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = import_files::table
        .filter(import_files::import_id.eq(id))
        .select((
            import_files::subject,
            import_files::fingerprint,
            import_files::position,
            import_files::added,
            import_files::changed,
            import_files::unchanged,
            import_files::passed_over,
            import_files::wrong,
        ))
        .load(db)?;
    let files = rows.into_iter().filter_map(|(subject, fingerprint, position, new, changed, unchanged, skipped, invalid)| {
        let [position, new, changed, unchanged, skipped, invalid] =
            [position, new, changed, unchanged, skipped, invalid].map(|number| u64::try_from(number).unwrap_or(0));
        let counts = Counts { new, changed, unchanged, skipped, invalid };
        Some((Subject::parse(&subject)?, fingerprint, position, counts))
    });
    Ok(files.collect())
}

/// The job with its position, if its files are these.
fn same(mut job: Job, files: &[File], fingerprints: &Fingerprints) -> Option<Job> {
    for subject in Subject::ALL {
        let file = files.iter().find(|file| file.0 == subject);
        if file.map(|file| &file.1) != fingerprints.of(subject).as_ref() {
            return None;
        }
        if let Some((_, _, position, counts)) = file {
            *job.position.of_mut(subject) = *position;
            *job.counts.of_mut(subject) = *counts;
        }
    }
    Some(job)
}

/// Goes on with the import of these files, or begins it; so many customers are expected to be new.
///
/// # Errors
/// [`Error::Refused`]; the database's own.
pub fn begin(db: &mut Db, actor: Actor, mode: Mode, fingerprints: &Fingerprints, new: u64) -> Result<Job> {
    actor.may(Task::Import)?;
    let job = match find(db, mode, fingerprints)? {
        Some(job) => job,
        None => open(db, actor, mode, fingerprints)?,
    };
    lock_whole(db)?;
    if customers::any(db)? {
        list::build::defer_new(db, new)?;
    } else {
        list::build::defer(db)?;
    }
    Ok(job)
}

fn open(db: &mut Db, actor: Actor, mode: Mode, fingerprints: &Fingerprints) -> Result<Job> {
    let id: i64 = diesel::insert_into(imports::table)
        .values((
            imports::state.eq(RUNNING),
            imports::mode.eq(mode.word()),
            imports::created_at.eq(actor.now),
            imports::changed_at.eq(actor.now),
        ))
        .returning(imports::id)
        .get_result(db)?;
    for subject in Subject::ALL {
        if let Some(fingerprint) = fingerprints.of(subject) {
            diesel::insert_into(import_files::table)
                .values((
                    import_files::import_id.eq(id),
                    import_files::subject.eq(subject.word()),
                    import_files::fingerprint.eq(fingerprint),
                ))
                .execute(db)?;
        }
    }
    Ok(Job { id, mode, started: actor.now, position: Each::default(), counts: Each::default() })
}

/// Whether an import is at work, here or in another process: its last batch is not long ago.
///
/// # Errors
/// The database's own.
pub fn is_under_way(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    const LONG: TimeDelta = TimeDelta::minutes(1);
    let running = imports::table.filter(imports::state.eq(RUNNING)).filter(imports::changed_at.gt(now - LONG));
    Ok(running.count().get_result::<i64>(db)? > 0)
}

/// What has become of the rows of an import, and whether it has come to its end.
///
/// # Errors
/// [`Error::NotFound`]; the database's own.
pub fn outcome(db: &mut Db, id: i64) -> Result<(Each<Counts>, bool)> {
    let state: Option<String> = imports::table.find(id).select(imports::state).first(db).optional()?;
    let state = state.ok_or(Error::NotFound("import"))?;
    let mut counts = Each::default();
    for (subject, _, _, sums) in files(db, id)? {
        *counts.of_mut(subject) = sums;
    }
    Ok((counts, state == DONE))
}

/// Writes how far an import has come.
///
/// # Errors
/// [`Error::Stale`] when another process has gone on with it meanwhile; the database's own.
pub(super) fn advance(db: &mut Db, actor: Actor, from: &Job, to: &Job) -> Result<()> {
    for subject in Subject::ALL {
        let counts = to.counts.of(subject);
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let file = import_files::table.filter(import_files::import_id.eq(to.id)).filter(import_files::subject.eq(subject.word()));
        let updated = diesel::update(file.filter(import_files::position.eq(number(*from.position.of(subject)))))
            .set((
                import_files::position.eq(number(*to.position.of(subject))),
                import_files::added.eq(number(counts.new)),
                import_files::changed.eq(number(counts.changed)),
                import_files::unchanged.eq(number(counts.unchanged)),
                import_files::passed_over.eq(number(counts.skipped)),
                import_files::wrong.eq(number(counts.invalid)),
            ))
            .execute(db)?;
        if updated == 0 && *to.position.of(subject) > 0 {
            return Err(Error::Stale);
        }
    }
    touch(db, actor, to)
}

/// Writes that an import is at work.
pub(super) fn touch(db: &mut Db, actor: Actor, job: &Job) -> Result<()> {
    diesel::update(imports::table.find(job.id)).set(imports::changed_at.eq(actor.now)).execute(db)?;
    Ok(())
}

/// Writes that an import has come to its end.
pub(super) fn finish(db: &mut Db, actor: Actor, job: &Job) -> Result<()> {
    diesel::update(imports::table.find(job.id)).set((imports::state.eq(DONE), imports::changed_at.eq(actor.now))).execute(db)?;
    Ok(())
}
