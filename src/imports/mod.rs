//! The import of files: first a [`Check`] that writes nothing, then an [`Importer`]. Both go step by step, a step one batch and one
//! transaction, so that whoever drives them can say how far they are, and other people save in between.
//!
//! Both make the same plan of each batch ([`plan`]) from what the database knows ([`known`]); the check also remembers what it has seen of
//! the files ([`seen`]), and marks what the import leaves out. Files that come by the page wait in [`uploads`], their bytes
//! in [`parts`]; [`record`] is an import as it is stored, [`progress`] what whoever works on it writes.

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
use self::known::Known;
use self::near::Near;
use self::plan::{Plan, Planner};
use self::reader::{Reader, Reading};
use self::record::Import;
use self::seen::{Given, Seen};
use crate::db::{Address, Database, Db, YIELD, any_deferred_index};
use crate::domain::actor::Actor;
use crate::domain::import::{Each, Mode, Subject, Trouble};
use crate::domain::rules::Task;
use crate::imports::files::columns::Columns;
use crate::imports::files::merge::{Batch, Marks, Merge};
use crate::imports::files::report::{Counts, Report};
use crate::imports::files::source::Bytes;
use crate::list::{self, fill::Fill};
use crate::store::jobs::Lease;
use crate::store::{Error, Result};

/// Why a step could not be done.
#[derive(Debug)]
pub enum Failure {
    /// A file cannot be read: which, and why.
    File(Subject, Trouble),
    /// The database, or a rule.
    Store(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<(Subject, Trouble)> for Failure {
    fn from((subject, trouble): (Subject, Trouble)) -> Self {
        Self::File(subject, trouble)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(subject, trouble) => write!(f, "{subject}: {trouble}"),
            Self::Store(Error::Refused(refusal)) => refusal.fmt(f),
            Self::Store(Error::Stale) => f.write_str("The same import is under way elsewhere: let that one come to its end."),
            Self::Store(Error::Unavailable(why)) => write!(f, "The database does not answer: {why}"),
            Self::Store(Error::Database(why)) => write!(f, "The database refuses: {why}"),
            Self::Store(other) => write!(f, "{other:?}"),
        }
    }
}

/// A look at all rows, without writing.
pub struct Check {
    reader: Reader,
    columns: Each<Option<Columns>>,
    mode: Mode,
    import: Option<Import>,
    seen: Seen,
    marks: Each<Marks>,
    report: Report,
}

/// What a check found.
pub struct Checked {
    /// Counts, invalid rows, warnings.
    pub report: Report,
    /// Where the columns of each file go.
    pub columns: Each<Option<Columns>>,
    marks: Each<Marks>,
    given: Option<Given>,
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
    /// Begins to check files. The rest of an import that was interrupted is checked as what it will be resumed with.
    ///
    /// # Errors
    /// A file that is no table of its kind.
    pub fn new(bytes: Each<Option<Bytes>>, mode: Mode, import: Option<Import>) -> std::result::Result<Self, Failure> {
        let merge = Merge::open(bytes)?;
        let columns = merge.columns();
        let reader = Reader::new(merge, columns.clone());
        Ok(Self { reader, columns, mode, import, seen: Seen::default(), marks: Each::default(), report: Report::default() })
    }

    /// Where the columns of each file go.
    #[must_use]
    pub fn columns(&self) -> &Each<Option<Columns>> {
        &self.columns
    }

    /// What has been found so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Checks the next batch. Returns whether there was one.
    ///
    /// # Errors
    /// A file that cannot be read on; the database's own.
    pub fn step(&mut self, database: &Database) -> std::result::Result<bool, Failure> {
        let Some(reading) = self.reader.next()? else { return Ok(false) };
        let eids = reading.readable_eids();
        let (known, near) = database.read(|db| {
            let known = Known::load(db, &reading.batch, &eids, false)?;
            let near = Near::load(db, &reading.batch, &known, &eids)?;
            Ok::<_, Error>((known, near))
        })?;
        let planner = Planner {
            columns: &self.columns,
            mode: self.mode,
            import: self.import.as_ref(),
            reading: &reading,
            known: &known,
            near,
            seen: Some(&mut self.seen),
        };
        let plan = planner.plan();
        let counts = plan.counts();
        self.reader.learn(&counts);
        add(&mut self.report, &counts);
        plan.tell(&reading.batch, &mut self.report, Some(&mut self.marks));
        Ok(true)
    }

    /// What was found, once [`Check::step`] has said that there is nothing more.
    #[must_use]
    pub fn finish(self) -> Checked {
        Checked { report: self.report, columns: self.columns, marks: self.marks, given: self.seen.given() }
    }
}

/// Imports the rows of files that were checked.
pub struct Importer {
    reader: Reader,
    columns: Each<Option<Columns>>,
    import: Import,
    given: Option<Given>,
    rows: u64,
    report: Report,
    /// The batch that is being written; it stays when writing fails.
    pending: Option<Reading>,
    /// Makes the indexes once all rows are in, where that was left for later.
    fill: Fill,
    /// Others may be at work: they are let in after each batch. `None` before it is known.
    in_use: Option<bool>,
}

impl Importer {
    /// Begins or resumes an import that [`progress::begin`] has prepared, on the files that were checked: opened again, read over as far as
    /// their rows are imported.
    ///
    /// # Errors
    /// A file that is no table of its kind any more.
    pub fn new(bytes: Each<Option<Bytes>>, import: Import, checked: Checked) -> std::result::Result<Self, Failure> {
        let mut merge = Merge::open(bytes)?;
        merge.leave_out(checked.marks);
        merge.skip(&import.position)?;
        let rows = Subject::ALL.iter().map(|subject| checked.report.counts.of(*subject).rows()).sum();
        Ok(Self {
            reader: Reader::new(merge, checked.columns.clone()),
            columns: checked.columns,
            import,
            given: checked.given,
            rows,
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

    /// Rows that the check had found right, and that the import could not take, since the data changed in between.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Imports the next batch, in one transaction, under the lease that a server holds. Returns whether there was one; at the end the import
    /// is done. After a failure the same step can be tried again.
    ///
    /// # Errors
    /// A file that cannot be read on; [`Error::Stale`] when another process goes on with the same import.
    pub fn step(&mut self, database: &Database, actor: Actor, lease: Option<Lease>) -> std::result::Result<bool, Failure> {
        if self.pending.is_none() {
            self.pending = self.reader.next()?;
        }
        self.let_in(database)?;
        let actor = self.import.batch.map_or(actor, |batch| actor.within(batch));
        let hold = |db: &mut Db| lease.map_or(Ok(()), |lease| lease.progress(db));
        let Some(reading) = &self.pending else {
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
        let (plan, counts, sums) = database.write(|db| {
            hold(db)?;
            self.write(db, actor, reading)
        })?;
        self.reader.learn(&counts);
        self.import.position = reading.batch.position;
        self.import.counts = sums;
        add(&mut self.report, &counts);
        plan.tell(&reading.batch, &mut self.report, None);
        self.pending = None;
        Ok(true)
    }

    /// Lets others write, of whom SQLite takes one at a time; no other process is at work while an empty file is filled.
    fn let_in(&mut self, database: &Database) -> Result<()> {
        if matches!(database.address(), Address::Postgres(_)) {
            return Ok(());
        }
        let in_use = match self.in_use {
            Some(in_use) => in_use,
            None => !database.read(|db| Ok::<_, Error>(any_deferred_index(db)?))?,
        };
        self.in_use = Some(in_use);
        if in_use {
            // Other processes; then requests of this one.
            std::thread::sleep(YIELD);
        }
        database.give_way();
        Ok(())
    }

    /// Returns the plan of a batch that was written, its counts, and those of all batches.
    fn write(&self, db: &mut Db, actor: Actor, reading: &Reading) -> Result<(Plan, Each<Counts>, Each<Counts>)> {
        actor.may(Task::Import)?;
        let batch = &reading.batch;
        let known = Known::load(db, batch, &reading.readable_eids(), true)?;
        let planner = Planner {
            columns: &self.columns,
            mode: self.import.mode,
            import: Some(&self.import),
            reading,
            known: &known,
            near: Near::default(),
            seen: None,
        };
        let plan = planner.plan();
        Apply { actor, import: &self.import, known: &known, given: self.given.as_ref() }.all(db, &plan)?;
        let counts = plan.counts();
        let sums = self.sums(batch, &counts);
        progress::advance(db, actor, &self.import, &batch.position, &sums)?;
        Ok((plan, counts, sums))
    }

    /// What became of all rows, once a batch is done.
    fn sums(&self, batch: &Batch, counts: &Each<Counts>) -> Each<Counts> {
        let mut sums = self.import.counts;
        for subject in Subject::ALL {
            let (sum, left_out) = (sums.of_mut(subject), batch.left_out.of(subject));
            sum.add(counts.of(subject));
            sum.invalid += left_out.invalid;
            sum.skipped += left_out.skipped;
        }
        sums
    }
}

fn add(report: &mut Report, counts: &Each<Counts>) {
    for subject in Subject::ALL {
        report.counts.of_mut(subject).add(counts.of(subject));
    }
}

/// A driver that serves pages keeps them between its steps, and takes each step on another thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Check>();
    is_send::<Importer>();
};
