//! Imports on the page: the files as they arrive, and what people decide about them. The files lie in the database, in parts, since several
//! servers may work on one database, and none of them may lose what another has taken.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::parts::put;
use crate::db::Db;
use crate::db::schema::{import_upload_files, import_uploads};
use crate::domain::UploadId;
use crate::domain::actor::Actor;
use crate::domain::import::stage::Stage;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::Task;
use crate::imports::files::findings::Findings;
use crate::store::{Error, Result};

/// The stage of an upload whose files are on their way: nobody knows its address yet.
pub(super) const UPLOADING: &str = "uploading";
/// An import on the page.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Identifies it.
    pub id: UploadId,
    /// Where it stands.
    pub stage: Stage,
    /// Which rows are taken.
    pub mode: Mode,
    /// Why it failed, or why its files cannot be imported: sentences. Empty for nothing of that kind.
    pub trouble: String,
    /// What the check found; nothing before.
    pub findings: Findings,
    /// How far the present stage is.
    pub progress: Progress,
    /// Somebody has pressed *Import*.
    pub approved: bool,
    /// The import of [`super::job`] that it has become.
    pub job: Option<i64>,
    /// Until when whoever works on it may be taken to be alive.
    pub lease_until: NaiveDateTime,
    /// When it was uploaded.
    pub created_at: NaiveDateTime,
    /// Its files.
    pub files: Each<Option<File>>,
}

/// A file that was uploaded.
#[derive(Debug, Clone)]
pub struct File {
    /// As the browser said it.
    pub name: String,
    /// In bytes.
    pub length: u64,
}

/// How far the present stage of an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes that are read of all files.
    pub bytes: u64,
    /// Rows that are done.
    pub rows: u64,
    /// Rows that there are, once they are being imported; 0 before.
    pub of_rows: u64,
    /// When this began.
    pub since: NaiveDateTime,
    /// Rows that were done before it began.
    pub before: u64,
}

impl Upload {
    /// The length of all files in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        Subject::ALL.iter().filter_map(|subject| self.files.of(*subject).as_ref()).map(|file| file.length).sum()
    }
}

#[derive(Queryable)]
struct Row {
    id: i64,
    stage: String,
    mode: String,
    trouble: String,
    findings: String,
    bytes_read: i64,
    rows_done: i64,
    rows_total: i64,
    begun_at: NaiveDateTime,
    rows_before: i64,
    approved: bool,
    import_id: Option<i64>,
    _worker: String,
    lease_until: NaiveDateTime,
    _held: bool,
    created_at: NaiveDateTime,
    _changed_at: NaiveDateTime,
}

// ------------------------------------------------------------------------------------------------ the files arrive

/// Begins to take files. Nothing of it is seen until they have [`arrived`].
///
/// # Errors
/// [`Error::Refused`]; the database's own.
pub fn open(db: &mut Db, actor: Actor, mode: Mode) -> Result<UploadId> {
    actor.may(Task::Import)?;
    let id = diesel::insert_into(import_uploads::table)
        .values((
            import_uploads::stage.eq(UPLOADING),
            import_uploads::mode.eq(mode.word()),
            import_uploads::begun_at.eq(actor.now),
            import_uploads::lease_until.eq(actor.now),
            import_uploads::created_at.eq(actor.now),
            import_uploads::changed_at.eq(actor.now),
        ))
        .returning(import_uploads::id)
        .get_result(db)?;
    Ok(UploadId(id))
}

/// Begins a file.
///
/// # Errors
/// The database's own.
pub fn add_file(db: &mut Db, id: UploadId, subject: Subject, name: &str) -> Result<()> {
    diesel::insert_into(import_upload_files::table)
        .values((
            import_upload_files::upload_id.eq(id.0),
            import_upload_files::subject.eq(subject.word()),
            import_upload_files::name.eq(name),
            import_upload_files::length.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// Adds the next part to a file.
///
/// # Errors
/// [`Error::NotFound`] when the upload was given up meanwhile; the database's own.
pub fn append(db: &mut Db, actor: Actor, id: UploadId, subject: Subject, number: u64, bytes: &[u8]) -> Result<()> {
    put(db, id, subject.word(), number, bytes)?;
    diesel::update(import_upload_files::table.find((id.0, subject.word())))
        .set(import_upload_files::length.eq(import_upload_files::length + integer(bytes.len() as u64)))
        .execute(db)?;
    let open = import_uploads::table.find(id.0).filter(import_uploads::stage.eq(UPLOADING));
    match diesel::update(open).set(import_uploads::changed_at.eq(actor.now)).execute(db)? {
        0 => Err(Error::NotFound("import")),
        _ => Ok(()),
    }
}

/// All files are there: they are checked next. (Which rows are taken may have been sent after the files.)
///
/// # Errors
/// [`Error::NotFound`] when the upload was given up meanwhile; the database's own.
pub fn arrived(db: &mut Db, actor: Actor, id: UploadId, mode: Mode) -> Result<()> {
    let open = import_uploads::table.find(id.0).filter(import_uploads::stage.eq(UPLOADING));
    let changes = (import_uploads::stage.eq(Stage::Checking.word()), import_uploads::begun_at.eq(actor.now));
    match diesel::update(open).set((changes, import_uploads::mode.eq(mode.word()), import_uploads::changed_at.eq(actor.now))).execute(db)? {
        0 => Err(Error::NotFound("import")),
        _ => Ok(()),
    }
}

// -------------------------------------------------------------------------------------------------- what is there

/// An import.
///
/// # Errors
/// [`Error::NotFound`]; the database's own.
pub fn find(db: &mut Db, id: UploadId) -> Result<Upload> {
    let row: Option<Row> = import_uploads::table.find(id.0).filter(import_uploads::stage.ne(UPLOADING)).first(db).optional()?;
    whole(db, row.ok_or(Error::NotFound("import"))?)
}

/// The imports that were uploaded last, the latest first.
///
/// # Errors
/// The database's own.
pub fn latest(db: &mut Db, most: i64) -> Result<Vec<Upload>> {
    let known = import_uploads::table.filter(import_uploads::stage.ne(UPLOADING));
    let rows: Vec<Row> = known.order(import_uploads::id.desc()).limit(most).load(db)?;
    rows.into_iter().map(|row| whole(db, row)).collect()
}

fn whole(db: &mut Db, row: Row) -> Result<Upload> {
    let rows: Vec<(String, String, i64)> = import_upload_files::table
        .filter(import_upload_files::upload_id.eq(row.id))
        .select((import_upload_files::subject, import_upload_files::name, import_upload_files::length))
        .load(db)?;
    let mut files = Each::default();
    for (subject, name, length) in rows {
        if let Some(subject) = Subject::parse(&subject) {
            *files.of_mut(subject) = Some(File { name, length: natural(length) });
        }
    }
    // What another version of the program wrote may be unreadable: then the counts are missing, and the import still goes on.
    let findings: Findings = serde_json::from_str(&row.findings).unwrap_or_default();
    let importable = row.trouble.is_empty() && findings.to_import() > 0;
    Ok(Upload {
        id: UploadId(row.id),
        stage: Stage::of(&row.stage, importable),
        mode: Mode::parse(&row.mode).unwrap_or(Mode::Both),
        trouble: row.trouble,
        findings,
        progress: Progress {
            bytes: natural(row.bytes_read),
            rows: natural(row.rows_done),
            of_rows: natural(row.rows_total),
            since: row.begun_at,
            before: natural(row.rows_before),
        },
        approved: row.approved,
        job: row.import_id,
        lease_until: row.lease_until,
        created_at: row.created_at,
        files,
    })
}

// ---------------------------------------------------------------------------------------------- what people decide

/// Starts an import that was checked.
///
/// # Errors
/// [`Error::Refused`] with what it is instead; [`Error::NotFound`]; the database's own.
pub fn start(db: &mut Db, actor: Actor, id: UploadId) -> Result<()> {
    advance(db, actor, id, Task::StartImport, |_| Stage::Running)
}

/// Goes on with an import that failed, where it was.
///
/// # Errors
/// As [`start`].
pub fn resume(db: &mut Db, actor: Actor, id: UploadId) -> Result<()> {
    advance(db, actor, id, Task::ResumeImport, |upload| if upload.approved { Stage::Running } else { Stage::Checking })
}

/// Discards an import; its files are removed soon after.
///
/// # Errors
/// As [`start`].
pub fn discard(db: &mut Db, actor: Actor, id: UploadId) -> Result<()> {
    advance(db, actor, id, Task::DiscardImport, |_| Stage::Discarded)
}

fn advance(db: &mut Db, actor: Actor, id: UploadId, task: fn(Stage) -> Task, to: fn(&Upload) -> Stage) -> Result<()> {
    let upload = find(db, id)?;
    actor.may(task(upload.stage))?;
    let next = to(&upload);
    let same = import_uploads::table.find(id.0).filter(import_uploads::stage.eq(upload.stage.word()));
    let moved = diesel::update(same)
        .set((
            (import_uploads::stage.eq(next.word()), import_uploads::approved.eq(upload.approved || next == Stage::Running)),
            (import_uploads::trouble.eq(""), import_uploads::worker.eq(""), import_uploads::lease_until.eq(actor.now)),
            (import_uploads::bytes_read.eq(0), import_uploads::rows_done.eq(0), import_uploads::rows_total.eq(0)),
            (import_uploads::begun_at.eq(actor.now), import_uploads::rows_before.eq(0), import_uploads::changed_at.eq(actor.now)),
        ))
        .execute(db)?;
    if moved == 0 {
        // Somebody else was quicker: what it has become says why this is refused now.
        actor.may(task(find(db, id)?.stage))?;
        return Err(Error::Stale);
    }
    Ok(())
}

pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
