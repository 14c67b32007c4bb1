//! An import as it is stored: its files, where it stands, and what has become of its rows.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{import_files, imports};
use crate::domain::actor::Actor;
use crate::domain::import::{Each, Mode, State, Subject};
use crate::domain::{BatchId, ImportId};
use crate::imports::files::findings::Findings;
use crate::imports::files::look::Options;
use crate::imports::files::report::Counts;
use crate::store::{Error, Result};

/// The kind of job that checks and imports uploaded files.
pub const JOB: &str = "import";

/// Where the files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// They were uploaded on the page; a server works on them.
    Page,
    /// They lie on the disk of whoever runs the command, which works on them.
    CommandLine,
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Identifies it.
    pub id: ImportId,
    /// Where it stands.
    pub state: State,
    /// Which rows are taken.
    pub mode: Mode,
    /// Why it failed, or why its files cannot be imported: sentences. Empty otherwise.
    pub trouble: String,
    /// What the check found; nothing before.
    pub findings: Findings,
    /// How far its present state is.
    pub progress: Progress,
    /// Somebody has pressed *Import*.
    pub approved: bool,
    /// The batch that what it creates and changes belongs to.
    pub batch: Option<BatchId>,
    /// When it was uploaded.
    pub created_at: NaiveDateTime,
    /// When it was started: also the moment at which its customers are created.
    pub started: NaiveDateTime,
    /// What people have decided about its files.
    pub options: Each<Options>,
    /// Its files.
    pub files: Each<Option<File>>,
    /// Records of each file that are imported.
    pub position: Each<u64>,
    /// What became of them.
    pub counts: Each<Counts>,
}

/// A file of an import.
#[derive(Debug, Clone)]
pub struct File {
    /// As the browser or the command line gave it.
    pub name: String,
    /// In bytes.
    pub length: u64,
    /// Tells whether a file of the command line is still the same; empty for uploaded ones.
    pub fingerprint: String,
    /// Its rows stand in another file of the import.
    pub derived: bool,
}

/// How far the present state of an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes that are read of all files, while they are checked.
    pub bytes: u64,
    /// Rows that are checked.
    pub rows: u64,
    /// Rows that there are, once they are being imported; 0 before.
    pub total: u64,
    /// When this began.
    pub since: NaiveDateTime,
    /// Rows that had been imported before it began.
    pub before: u64,
}

impl Import {
    /// The length of all files in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        Subject::ALL.iter().filter_map(|subject| self.files.of(*subject).as_ref()).map(|file| file.length).sum()
    }

    /// Rows that are imported.
    #[must_use]
    pub fn rows(&self) -> u64 {
        Subject::ALL.iter().map(|subject| self.position.of(*subject)).sum()
    }
}

#[derive(Queryable)]
struct StoredImport {
    id: i64,
    _origin: String,
    state: String,
    mode: String,
    trouble: String,
    findings: String,
    bytes_read: i64,
    rows_read: i64,
    rows_total: i64,
    measured_at: NaiveDateTime,
    rows_before: i64,
    approved: bool,
    _has_parts: bool,
    batch_id: Option<i64>,
    _actor_kind: String,
    _actor_name: String,
    _actor_role: String,
    created_at: NaiveDateTime,
    started_at: NaiveDateTime,
    _changed_at: NaiveDateTime,
    _actor_id: Option<i64>,
    options: String,
}

type FileRow = (String, String, i64, String, i64, i64, i64, i64, i64, i64, bool);

/// Stores a new import, without files yet.
pub(super) fn insert(db: &mut Db, actor: &Actor, origin: Origin, state: State, mode: Mode) -> Result<ImportId> {
    let who = &actor.who;
    let id = diesel::insert_into(imports::table)
        .values((
            (imports::origin.eq(word(origin)), imports::state.eq(state.word()), imports::mode.eq(mode.word())),
            (imports::approved.eq(origin == Origin::CommandLine), imports::has_parts.eq(origin == Origin::Page)),
            (imports::actor_kind.eq(who.kind.word()), imports::actor_id.eq(who.kind.id()), imports::actor_name.eq(&*who.name)),
            (imports::actor_role.eq(who.role.to_string()), imports::measured_at.eq(actor.now)),
            (imports::created_at.eq(actor.now), imports::started_at.eq(actor.now), imports::changed_at.eq(actor.now)),
        ))
        .returning(imports::id)
        .get_result(db)?;
    Ok(ImportId(id))
}

/// Stores a file of an import.
pub(super) fn insert_file(db: &mut Db, id: ImportId, subject: Subject, file: &File) -> Result<()> {
    diesel::insert_into(import_files::table)
        .values((
            (import_files::import_id.eq(id.0), import_files::subject.eq(subject.word()), import_files::name.eq(&file.name)),
            (import_files::length.eq(integer(file.length)), import_files::fingerprint.eq(&file.fingerprint)),
            import_files::derived.eq(file.derived),
        ))
        .execute(db)?;
    Ok(())
}

/// An import of the page whose files have arrived.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(db: &mut Db, id: ImportId) -> Result<Import> {
    let of_the_page = imports::table.find(id.0).filter(imports::origin.eq(word(Origin::Page)));
    let row: Option<StoredImport> = of_the_page.filter(imports::state.ne(State::Uploading.word())).first(db).optional()?;
    whole(db, row.ok_or(Error::NotFound("import"))?)
}

/// The imports of the page, the latest first.
pub fn latest(db: &mut Db, most: i64) -> Result<Vec<Import>> {
    let of_the_page = imports::table.filter(imports::origin.eq(word(Origin::Page)));
    let arrived = of_the_page.filter(imports::state.ne(State::Uploading.word()));
    let rows: Vec<StoredImport> = arrived.order(imports::id.desc()).limit(most).load(db)?;
    rows.into_iter().map(|row| whole(db, row)).collect()
}

/// An import by the command line of the very same files that was interrupted.
pub fn interrupted(db: &mut Db, mode: Mode, options: &Each<Options>, files: &Each<Option<File>>) -> Result<Option<Import>> {
    let running: Vec<StoredImport> = imports::table
        .filter(imports::state.eq(State::Running.word()))
        .filter(imports::origin.eq(word(Origin::CommandLine)))
        .filter(imports::mode.eq(mode.word()))
        .order(imports::id.desc())
        .load(db)?;
    for row in running {
        let import = whole(db, row)?;
        let fingerprint = |files: &Each<Option<File>>, subject| {
            files.of(subject).as_ref().filter(|file| !file.derived).map(|file| file.fingerprint.clone())
        };
        if import.options == *options
            && Subject::ALL.iter().all(|subject| fingerprint(files, *subject) == fingerprint(&import.files, *subject))
        {
            return Ok(Some(import));
        }
    }
    Ok(None)
}

/// Stores an import by the command line.
pub(super) fn open(db: &mut Db, actor: &Actor, mode: Mode, options: &Each<Options>, files: &Each<Option<File>>) -> Result<Import> {
    let id = insert(db, actor, Origin::CommandLine, State::Running, mode)?;
    set_options(db, id, options)?;
    for subject in Subject::ALL {
        if let Some(file) = files.of(subject) {
            insert_file(db, id, subject, file)?;
        }
    }
    let row = imports::table.find(id.0).first(db)?;
    whole(db, row)
}

/// Whether rows are being imported, here or in another process: its last batch is not long ago.
pub fn is_under_way(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    const LONG: TimeDelta = TimeDelta::minutes(1);
    let running = imports::table.filter(imports::state.eq(State::Running.word()));
    // One that lies far ahead is of a clock that was wrong.
    let recent = running.filter(imports::changed_at.gt(now - LONG)).filter(imports::changed_at.lt(now + LONG));
    Ok(recent.count().get_result::<i64>(db)? > 0)
}

fn whole(db: &mut Db, row: StoredImport) -> Result<Import> {
    // What another version of the program wrote may be unreadable: then the counts are missing, and the import still continues.
    let findings: Findings = serde_json::from_str(&row.findings).unwrap_or_default();
    let importable = row.trouble.is_empty() && findings.to_import() > 0 && findings.questions.is_empty();
    let mut import = Import {
        id: ImportId(row.id),
        state: State::parse(&row.state, importable),
        mode: Mode::parse(&row.mode).unwrap_or(Mode::Both),
        trouble: row.trouble,
        findings,
        progress: Progress {
            bytes: natural(row.bytes_read),
            rows: natural(row.rows_read),
            total: natural(row.rows_total),
            since: row.measured_at,
            before: natural(row.rows_before),
        },
        approved: row.approved,
        batch: row.batch_id.map(BatchId),
        created_at: row.created_at,
        started: row.started_at,
        options: serde_json::from_str(&row.options).unwrap_or_default(),
        files: Each::default(),
        position: Each::default(),
        counts: Each::default(),
    };
    let files: Vec<FileRow> = import_files::table
        .filter(import_files::import_id.eq(row.id))
        .select((
            import_files::subject,
            import_files::name,
            import_files::length,
            import_files::fingerprint,
            import_files::position,
            import_files::created,
            import_files::changed,
            import_files::unchanged,
            import_files::skipped,
            import_files::invalid,
            import_files::derived,
        ))
        .load(db)?;
    for (subject, name, length, fingerprint, position, new, changed, unchanged, skipped, invalid, derived) in files {
        let Some(subject) = Subject::parse(&subject) else { continue };
        let [new, changed, unchanged, skipped, invalid] = [new, changed, unchanged, skipped, invalid].map(natural);
        *import.files.of_mut(subject) = Some(File { name, length: natural(length), fingerprint, derived });
        *import.position.of_mut(subject) = natural(position);
        *import.counts.of_mut(subject) = Counts { new, changed, unchanged, skipped, invalid };
    }
    Ok(import)
}

/// Stores what people have decided about the files of an import.
pub(super) fn set_options(db: &mut Db, id: ImportId, options: &Each<Options>) -> Result<()> {
    // A structure of words and texts can always be written.
    let text = if *options == Each::default() { String::new() } else { serde_json::to_string(options).unwrap_or_default() };
    diesel::update(imports::table.find(id.0)).set(imports::options.eq(text)).execute(db)?;
    Ok(())
}

/// Stores whether the contacts of an import stand in its file of customers.
pub(super) fn set_derived(db: &mut Db, import: &Import, derived: bool) -> Result<()> {
    let is_there = import.files.contacts.as_ref().is_some_and(|file| file.derived);
    match (&import.files.customers, derived, is_there) {
        (Some(customers), true, false) => {
            let file = File { name: customers.name.clone(), length: 0, fingerprint: String::new(), derived };
            insert_file(db, import.id, Subject::Contacts, &file)
        }
        (_, false, true) => {
            diesel::delete(import_files::table.find((import.id.0, Subject::Contacts.word()))).execute(db)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Page => "page",
        Origin::CommandLine => "command_line",
    }
}

/// A count as the database keeps it.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
