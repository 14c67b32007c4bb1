//! The import of files: first a [`Check`] that writes nothing, then an [`Importer`]. Both go step by step, a step one batch and one
//! transaction, so that whoever drives them can say how far they are, and other people save in between.
//!
//! Both make the same plan of each batch ([`plan`]) from what the database knows ([`known`]) and what the rows so far have said ([`seen`]);
//! the check remembers that of all files, and says which rows the import leaves out. Files that come by the page wait in [`uploads`],
//! their bytes in [`parts`]; [`record`] is an import as it is stored, [`progress`] what whoever works on it writes.

mod apply;
pub mod files;
mod known;
pub mod mappings;
mod near;
pub mod parts;
mod plan;
pub mod preview;
pub mod progress;
mod reader;
pub mod record;
pub mod resolve;
pub mod rows;
mod seen;
pub mod uploads;

use std::fmt;
use std::io::{self, Write};

use self::apply::Apply;
use self::files::error::FileError;
use self::files::invalid;
use self::files::look::Look;
use self::files::merge::{Exclusions, Merge};
use self::files::notes::Notes;
use self::files::report::{Counts, Report};
use self::files::source::Bytes;
use self::known::{Created, StoredRecords};
use self::near::NearMatches;
use self::plan::outcome::Plan;
use self::plan::planner::Planner;
use self::preview::Preview;
use self::reader::{ParsedBatch, Reader};
use self::record::Import;
use self::resolve::Resolver;
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
    look: Look,
    resolver: Resolver,
    lines: Created,
    mode: Mode,
    import: Option<Import>,
    seen: SeenRows,
    exclusions: Each<Exclusions>,
    report: Report,
    preview: Preview,
}

/// What a check found.
pub struct Checked {
    /// Counts, invalid rows, warnings.
    pub report: Report,
    /// How the files are read, and where their columns go.
    pub look: Look,
    /// The first rows as they would be stored, and those that change.
    pub preview: Preview,
    exclusions: Each<Exclusions>,
    numbers: Option<Lines>,
    /// Which rows are of which customers: an import finds what its check has found, wherever in the files it goes on.
    resolver: Resolver,
    lines: Created,
}

impl Checked {
    /// Writes the invalid rows as a file that can be fixed and imported again.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write_invalid(&self, out: impl Write) -> io::Result<()> {
        invalid::write(&self.report, &self.look.columns, &self.look.formats(), out)
    }
}

impl Check {
    /// Begins to check files that were looked at, opened again, so many customers at a time. The rest of an import that was interrupted is checked as
    /// what it will be resumed with.
    pub fn new(
        database: &Database,
        bytes: Each<Option<Bytes>>,
        look: Look,
        mode: Mode,
        import: Option<Import>,
    ) -> std::result::Result<Self, ImportError> {
        let mut merge = Merge::open(database.import_batch(), bytes, &look.columns, &look.readings())?;
        let (lines, seen, exclusions, mut report) = (Created::new(), SeenRows::default(), Each::default(), Report::default());
        for warning in merge.take_warnings() {
            report.warn(warning);
        }
        let reader = Reader::new(merge, look.columns.clone());
        let batch = import.as_ref().and_then(|import| import.batch);
        let resolver = Resolver::load(database, &look, batch)?;
        Ok(Self { reader, look, resolver, lines, mode, import, seen, exclusions, report, preview: Preview::default() })
    }

    /// What has been found so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Checks the next batch, in the role of whoever is to import it. Returns whether there was one.
    pub fn step(&mut self, database: &Database, actor: &Actor) -> std::result::Result<bool, ImportError> {
        let Some(mut parsed) = self.reader.next()? else { return Ok(false) };
        let eids = parsed.readable_eids();
        let alike = self.resolver.resolve(&mut parsed.batch, &self.look.columns);
        for row in alike {
            self.report.look_alike(row);
        }
        let (stored, near) = database.read(|db| {
            let stored = StoredRecords::load(db, &parsed.batch, &eids, &self.lines, false)?;
            let near = NearMatches::load(db, &parsed.batch, &stored, &eids)?;
            Ok::<_, Error>((stored, near))
        })?;
        let plan = plan::plan(Planner {
            actor,
            columns: &self.look.columns,
            mode: self.mode,
            import: self.import.as_ref(),
            parsed: &parsed,
            stored: &stored,
            near: Some(near),
            seen: &mut self.seen,
            warnings: Vec::new(),
            notes: Notes::default(),
        });
        self.lines.extend(stored.lines());
        self.reader.learn(&plan.counts());
        self.preview.add(&plan, &parsed.batch, &stored);
        let excluded = plan.report(&parsed.batch, &mut self.report);
        for subject in Subject::ALL {
            self.exclusions.of_mut(subject).extend(excluded.of(subject));
        }
        Ok(true)
    }

    /// What was found, once [`Check::step`] has said that there is nothing more.
    #[must_use]
    pub fn finish(self) -> Checked {
        let Self { look, mut resolver, lines, seen, exclusions, mut report, preview, .. } = self;
        report.owners = resolver.missing();
        Checked { report, look, preview, exclusions, numbers: seen.into_numbers(), resolver, lines }
    }
}

/// Customers of which an import remembers that it has created them.
const MADE: usize = 10;

/// A batch that was written.
struct Written {
    plan: Plan,
    /// What has become of all rows by then.
    counts: Each<Counts>,
    /// The new customers, by the lines of their rows.
    created: Created,
    /// The customers that rows of later batches may be of.
    lines: Created,
}

/// Imports the rows of files that were checked.
pub struct Importer {
    reader: Reader,
    look: Look,
    resolver: Resolver,
    /// Of the customers' rows so far that other rows may be of.
    lines: Created,
    /// The first customers that it has created.
    made: Vec<i64>,
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
    pub fn new(
        database: &Database,
        bytes: Each<Option<Bytes>>,
        import: Import,
        checked: Checked,
    ) -> std::result::Result<Self, ImportError> {
        let look = checked.look;
        let mut merge = Merge::open(database.import_batch(), bytes, &look.columns, &look.readings())?;
        merge.leave_out(checked.exclusions);
        merge.skip(&import.position)?;
        Ok(Self {
            reader: Reader::new(merge, look.columns.clone()),
            resolver: checked.resolver,
            lines: checked.lines,
            made: Vec::new(),
            look,
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

    /// The ids of the first customers that it has created.
    #[must_use]
    pub fn made(&self) -> &[i64] {
        &self.made
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
            self.pending = self.reader.next()?.map(|mut parsed| {
                self.resolver.resolve(&mut parsed.batch, &self.look.columns);
                parsed
            });
        }
        self.let_others_in(database)?;
        let actor = &self.import.batch.map_or_else(|| actor.clone(), |batch| actor.within(batch));
        let hold = |db: &mut Db| lease.map_or(Ok(()), |lease| lease.progress(db));
        let Some(parsed) = &self.pending else {
            let more = self.fill.step(database)? || list::catch_up(database)?;
            if !more {
                list::keep_up(database)?;
            }
            database.write(|db| {
                hold(db)?;
                if more { progress::touch(db, actor, self.import.id) } else { progress::finish(db, actor, self.import.id) }
            })?;
            return Ok(more);
        };
        let Written { plan, counts, created, lines } = database.write(|db| {
            hold(db)?;
            self.write(db, actor, parsed)
        })?;
        self.reader.learn(&plan.counts());
        self.import.position = parsed.batch.position;
        self.import.counts = counts;
        self.lines.extend(lines);
        if self.made.is_empty() {
            self.made = created.into_values().collect();
            self.made.sort_unstable();
            self.made.truncate(MADE);
        }
        plan.report(&parsed.batch, &mut self.report);
        self.pending = None;
        list::keep_up(database)?;
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

    fn write(&self, db: &mut Db, actor: &Actor, parsed: &ParsedBatch) -> Result<Written> {
        actor.may(Task::Import)?;
        let batch = &parsed.batch;
        let stored = StoredRecords::load(db, batch, &parsed.readable_eids(), &self.lines, true)?;
        let plan = plan::plan(Planner {
            actor,
            columns: &self.look.columns,
            mode: self.import.mode,
            import: Some(&self.import),
            parsed,
            stored: &stored,
            near: None,
            seen: &mut SeenRows::default(),
            warnings: Vec::new(),
            notes: Notes::default(),
        });
        let created = Apply { actor, import: &self.import, batch, stored: &stored, numbers: self.numbers.as_ref() }.all(db, &plan)?;
        let counts = plan.counts();
        let mut sums = self.import.counts;
        for subject in Subject::ALL {
            sums.of_mut(subject).add(counts.of(subject));
            sums.of_mut(subject).add(batch.left_out.of(subject));
        }
        progress::advance(db, actor, &self.import, &batch.position, &sums)?;
        // Only where they may be looked for by their lines.
        let all = || created.iter().chain(stored.lines()).map(|(line, id)| (*line, *id)).collect();
        let lines = if self.look.needs_lines() { all() } else { Created::new() };
        Ok(Written { plan, counts: sums, created, lines })
    }
}

/// A driver that serves pages keeps them between its steps, and takes each step on another thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Check>();
    is_send::<Importer>();
};
