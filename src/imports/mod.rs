//! The import of files: first a [`Check`] that writes nothing, then an [`Importer`]. Both go step by step, a step one batch and one
//! transaction, so that whoever drives them can say how far they are, and other people save in between.
//!
//! Both make the same plan of each batch ([`plan`]) from what the database knows ([`known`]) and what the rows so far have said ([`seen`]);
//! the check remembers that of all files, and says which rows the import leaves out. Files that come by the page wait in [`uploads`],
//! their bytes in [`parts`]; [`record`] is an import as it is stored, [`progress`] what whoever works on it writes.

mod apply;
pub mod files;
mod known;
mod near;
pub mod parts;
mod plan;
pub mod progress;
mod reader;
pub mod record;
mod seen;
pub mod uploads;

use std::fmt;
use std::io::Write;

use self::apply::Apply;
use self::files::columns::ColumnMap;
use self::files::error::FileError;
use self::files::merge::{Exclusions, Merge};
use self::files::report::{Counts, Report};
use self::files::source::Bytes;
use self::known::StoredRecords;
use self::near::NearMatches;
use self::plan::outcome::Plan;
use self::plan::planner::Planner;
use self::reader::{ParsedBatch, Reader};
use self::record::Import;
use self::seen::{Lines, SeenRows};
use crate::db::{Address, Database, Db, YIELD, any_deferred_index};
use crate::domain::actor::Actor;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::Task;
use crate::list::{self, fill::Fill};
use crate::store::jobs::Lease;
use crate::store::{Error, Result};

/// Why a step could not be done.
#[derive(Debug)]
pub enum ImportError {
    File(FileError),
    Store(Error),
}

impl From<Error> for ImportError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "{}: {error}", error.subject),
            Self::Store(Error::Refused(refusal)) => refusal.fmt(f),
            Self::Store(Error::Stale) => f.write_str("The same import is running elsewhere: let that one finish."),
            Self::Store(Error::Unavailable(why)) => why.fmt(f),
            Self::Store(Error::Database(why)) => write!(f, "The database refuses: {why}"),
            Self::Store(other) => write!(f, "{other:?}"),
        }
    }
}

/// A look at all rows, without writing.
pub struct Check {
    reader: Reader,
    columns: Each<Option<ColumnMap>>,
    mode: Mode,
    import: Option<Import>,
    seen: SeenRows,
    exclusions: Each<Exclusions>,
    report: Report,
}

/// What a check found.
pub struct Checked {
    /// Counts, invalid rows, warnings.
    pub report: Report,
    /// Where the columns of each file go.
    pub columns: Each<Option<ColumnMap>>,
    exclusions: Each<Exclusions>,
    numbers: Option<Lines>,
}

impl Checked {
    /// Writes the invalid rows as a file that can be fixed and imported again.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write_invalid(&self, out: impl Write) -> csv::Result<()> {
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(out);
        for record in self.report.invalid_as_records(&self.columns) {
            writer.write_record(&record)?;
        }
        Ok(writer.flush()?)
    }
}

impl Check {
    /// Begins to check files, so many customers at a time. The rest of an import that was interrupted is checked as what it will be resumed with.
    pub fn new(batch: usize, bytes: Each<Option<Bytes>>, mode: Mode, import: Option<Import>) -> std::result::Result<Self, ImportError> {
        let merge = Merge::open(batch, bytes)?;
        let columns = merge.columns();
        let reader = Reader::new(merge, columns.clone());
        Ok(Self { reader, columns, mode, import, seen: SeenRows::default(), exclusions: Each::default(), report: Report::default() })
    }

    #[must_use]
    pub fn columns(&self) -> &Each<Option<ColumnMap>> {
        &self.columns
    }

    /// What has been found so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Checks the next batch, in the role of whoever is to import it. Returns whether there was one.
    pub fn step(&mut self, database: &Database, actor: &Actor) -> std::result::Result<bool, ImportError> {
        let Some(parsed) = self.reader.next()? else { return Ok(false) };
        let eids = parsed.readable_eids();
        let (stored, near) = database.read(|db| {
            let stored = StoredRecords::load(db, &parsed.batch, &eids, false)?;
            let near = NearMatches::load(db, &parsed.batch, &stored, &eids)?;
            Ok::<_, Error>((stored, near))
        })?;
        let plan = plan::plan(Planner {
            actor,
            columns: &self.columns,
            mode: self.mode,
            import: self.import.as_ref(),
            parsed: &parsed,
            stored: &stored,
            near: Some(near),
            seen: &mut self.seen,
            warnings: Vec::new(),
        });
        self.reader.learn(&plan.counts());
        let excluded = plan.report(&parsed.batch, &mut self.report);
        for subject in Subject::ALL {
            self.exclusions.of_mut(subject).extend(excluded.of(subject));
        }
        Ok(true)
    }

    /// What was found, once [`Check::step`] has said that there is nothing more.
    #[must_use]
    pub fn finish(self) -> Checked {
        Checked { report: self.report, columns: self.columns, exclusions: self.exclusions, numbers: self.seen.into_numbers() }
    }
}

/// Imports the rows of files that were checked.
pub struct Importer {
    reader: Reader,
    columns: Each<Option<ColumnMap>>,
    import: Import,
    numbers: Option<Lines>,
    rows: u64,
    report: Report,
    /// The batch that is being written; it stays when writing fails.
    pending: Option<ParsedBatch>,
    /// Makes the indexes once all rows are in, where that was left for later.
    fill: Fill,
    /// Others may be at work: they are let in after each batch. `None` before it is known.
    in_use: Option<bool>,
}

impl Importer {
    /// Begins or resumes an import that [`progress::begin`] has prepared, so many customers at a time, on the files that were checked: opened again,
    /// read over as far as their rows are imported.
    pub fn new(batch: usize, bytes: Each<Option<Bytes>>, import: Import, checked: Checked) -> std::result::Result<Self, ImportError> {
        let mut merge = Merge::open(batch, bytes)?;
        merge.leave_out(checked.exclusions);
        merge.skip(&import.position)?;
        Ok(Self {
            reader: Reader::new(merge, checked.columns.clone()),
            columns: checked.columns,
            import,
            numbers: checked.numbers,
            rows: checked.report.rows(),
            report: Report::default(),
            pending: None,
            fill: Fill::default(),
            in_use: None,
        })
    }

    /// How many rows the files have.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Once all rows are in: how many customers can be found already, of how many.
    #[must_use]
    pub fn indexed(&self) -> Option<(usize, usize)> {
        Some(self.fill.progress()).filter(|(_, total)| *total > 0)
    }

    /// How far it has come, and what became of the rows.
    #[must_use]
    pub fn import(&self) -> &Import {
        &self.import
    }

    /// Rows that the check had found valid, and that the import could not take, since the data changed in between.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Imports the next batch, in one transaction, under the lease that a server holds. Returns whether there was one; at the end the import
    /// is done. After a failure the same step can be tried again.
    ///
    /// # Errors
    /// [`Error::Stale`] when another process continues the same import.
    pub fn step(&mut self, database: &Database, actor: &Actor, lease: Option<Lease>) -> std::result::Result<bool, ImportError> {
        if self.pending.is_none() {
            self.pending = self.reader.next()?;
        }
        self.let_others_in(database)?;
        let actor = &self.import.batch.map_or_else(|| actor.clone(), |batch| actor.within(batch));
        let hold = |db: &mut Db| lease.map_or(Ok(()), |lease| lease.progress(db));
        let Some(parsed) = &self.pending else {
            let more = self.fill.step(database)?;
            if !more && self.indexed().is_none() {
                list::learn(database)?;
            }
            database.write(|db| {
                hold(db)?;
                if more { progress::touch(db, actor, self.import.id) } else { progress::finish(db, actor, self.import.id) }
            })?;
            return Ok(more);
        };
        let (plan, sums) = database.write(|db| {
            hold(db)?;
            self.write(db, actor, parsed)
        })?;
        self.reader.learn(&plan.counts());
        self.import.position = parsed.batch.position;
        self.import.counts = sums;
        plan.report(&parsed.batch, &mut self.report);
        self.pending = None;
        Ok(true)
    }

    /// Lets others write, of whom SQLite takes one at a time; nobody else is at work while an empty file is filled.
    fn let_others_in(&mut self, database: &Database) -> Result<()> {
        if matches!(database.address(), Address::Postgres(_)) {
            return Ok(());
        }
        if self.in_use.is_none() {
            self.in_use = Some(!database.read(|db| Ok::<_, Error>(any_deferred_index(db)?))?);
        }
        if self.in_use == Some(true) {
            // Other processes; then requests of this one.
            std::thread::sleep(YIELD);
        }
        database.give_way();
        Ok(())
    }

    /// Returns the plan of a batch that was written, and what has become of all rows by then.
    fn write(&self, db: &mut Db, actor: &Actor, parsed: &ParsedBatch) -> Result<(Plan, Each<Counts>)> {
        actor.may(Task::Import)?;
        let batch = &parsed.batch;
        let stored = StoredRecords::load(db, batch, &parsed.readable_eids(), true)?;
        let plan = plan::plan(Planner {
            actor,
            columns: &self.columns,
            mode: self.import.mode,
            import: Some(&self.import),
            parsed,
            stored: &stored,
            near: None,
            seen: &mut SeenRows::default(),
            warnings: Vec::new(),
        });
        Apply { actor, import: &self.import, batch, stored: &stored, numbers: self.numbers.as_ref() }.all(db, &plan)?;
        let counts = plan.counts();
        let mut sums = self.import.counts;
        for subject in Subject::ALL {
            sums.of_mut(subject).add(counts.of(subject));
            sums.of_mut(subject).add(batch.left_out.of(subject));
        }
        progress::advance(db, actor, &self.import, &batch.position, &sums)?;
        Ok((plan, sums))
    }
}

/// A driver that serves pages keeps them between its steps, and takes each step on another thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Check>();
    is_send::<Importer>();
};
