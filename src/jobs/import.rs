//! One stage of an import, from its beginning or from where it stopped: the check of its files, or the import itself.
//!
//! An import begins with another look at the files, so that it knows what the check knew of them (which rows to leave out, which numbers
//! they give) whichever process it runs in, after however long a time.

mod files;

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::files::Files;
use super::work::{Kind, Outcome, Stop, Work};
use crate::db::Db;
use crate::domain::ImportId;
use crate::domain::clock;
use crate::domain::import::{State, Subject};
use crate::imports::files::error::FileError;
use crate::imports::files::findings::Findings;
use crate::imports::files::look::Look;
use crate::imports::files::parts::PART;
use crate::imports::files::report::Report;
use crate::imports::preview::PreviewRow;
use crate::imports::progress::Expected;
use crate::imports::record::{self, Progress};
use crate::imports::{Check, Checked, ImportError, Importer, progress, rows};
use crate::store::Result;

/// Time between two reports of how far a check is.
const REPORTED: Duration = Duration::from_millis(500);

pub(super) struct Import;

impl Kind for Import {
    fn name(&self) -> &'static str {
        record::JOB
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        let import = work.database.read(|db| record::find(db, ImportId(work.job.subject)))?;
        let files = Files::new(work.database, &import);
        let stage = Stage { work, import: &import, files, reported: Cell::new(Instant::now()) };
        match import.state {
            State::Checking => stage.check_files()?,
            State::Running => stage.import_rows()?,
            // It was killed between its end and saying so.
            _ => {}
        }
        Ok(String::new())
    }

    fn failed(&self, db: &mut Db, work: &Work<'_>, trouble: &str) -> Result<()> {
        progress::fail(db, &work.actor(), ImportId(work.job.subject), trouble)
    }
}

struct Stage<'a> {
    work: &'a Work<'a>,
    import: &'a record::Import,
    files: Arc<Files>,
    /// When it was last written how far the check is.
    reported: Cell<Instant>,
}

impl Stage<'_> {
    fn check_files(&self) -> Outcome<()> {
        let (findings, trouble) = match self.look() {
            Ok((look, None)) => {
                let looked = Findings::of(&look, &Report::default());
                match self.check(look) {
                    Ok(checked) => {
                        let findings = Findings::of(&checked.look, &checked.report);
                        self.keep_rows(&checked)?;
                        if findings.invalid_rows > 0 {
                            self.keep_invalid(&checked)?;
                        }
                        (findings, String::new())
                    }
                    Err(Ended::Trouble(trouble)) => (looked, trouble),
                    Err(Ended::Stop(stop)) => return Err(stop),
                }
            }
            Ok((look, Some(error))) => (Findings::of(&look, &Report::default()), self.of_file(&error)),
            Err(Ended::Trouble(trouble)) => (Findings::default(), trouble),
            Err(Ended::Stop(stop)) => return Err(stop),
        };
        self.work.write(|db| progress::checked(db, &self.work.actor(), self.import.id, &findings, &trouble))
    }

    fn import_rows(&self) -> Outcome<()> {
        let (look, error) = self.look()?;
        if let Some(error) = error {
            return Err(Stop::Failed(self.of_file(&error)));
        }
        let checked = self.check(look)?;
        let mut findings = self.import.findings.clone();
        if checked.report.invalid_rows() != findings.invalid_rows {
            findings.look_again(&checked.report);
            self.keep_invalid(&checked)?;
            self.keep(&findings)?;
        }
        let batch = self.work.database.import_batch();
        let new = Expected { customers: checked.report.counts.of(Subject::Customers).new, batch };
        let import = self.work.write(|db| progress::begin(db, &self.work.actor(), self.import.clone(), &checked.look, new))?;
        let mut importer = Importer::new(self.work.database, self.files.open(), import, checked).map_err(|failure| self.ended(failure))?;
        let progress = Progress { total: importer.rows(), before: self.import.rows(), ..self.progress(0) };
        self.work.write(|db| progress::report(db, self.import.id, &progress))?;
        let mut rejected = 0;
        while importer.step(self.work.database, &self.work.actor(), Some(self.work.job.lease)).map_err(|failure| self.ended(failure))? {
            self.work.stop_if_asked()?;
            if findings.made.is_empty() && !importer.made().is_empty() {
                findings.made = importer.made().to_vec();
                self.keep(&findings)?;
            }
            if importer.report().invalid_rows() > rejected {
                rejected = importer.report().invalid_rows();
                let mut findings = findings.clone();
                findings.refuse(importer.report());
                self.keep(&findings)?;
            }
        }
        Ok(())
    }

    /// Looks at the files.
    fn look(&self) -> std::result::Result<(Look, Option<FileError>), Ended> {
        Look::at(self.files.open(), self.import.options.clone()).map_err(|error| self.ended(error.into()))
    }

    /// Looks at all rows. Says how far that is twice a second.
    fn check(&self, look: Look) -> std::result::Result<Checked, Ended> {
        let mut check = Check::new(self.work.database, self.files.open(), look, self.import.mode, Some(self.import.clone()))
            .map_err(|failure| self.ended(failure))?;
        let start = self.progress(0).since;
        while check.step(self.work.database, &self.work.actor()).map_err(|failure| self.ended(failure))? {
            self.work.stop_if_asked()?;
            if self.reported.get().elapsed() >= REPORTED {
                self.reported.set(Instant::now());
                let progress = Progress { since: start, ..self.progress(check.report().rows()) };
                self.work.write(|db| progress::report(db, self.import.id, &progress))?;
            }
        }
        Ok(check.finish())
    }

    fn progress(&self, rows: u64) -> Progress {
        Progress { bytes: self.files.bytes(), rows, total: 0, since: clock::now(), before: 0 }
    }

    fn keep(&self, findings: &Findings) -> Outcome<()> {
        self.work.write(|db| progress::keep(db, self.import.id, findings))
    }

    /// Keeps the rows that the page shows.
    fn keep_rows(&self, checked: &Checked) -> Outcome<()> {
        let rows: Vec<PreviewRow> = rows::invalid(&checked.report).chain(checked.preview.rows.iter().cloned()).collect();
        self.work.write(|db| rows::clear(db, self.import.id))?;
        for (chunk, part) in rows.chunks(rows::CHUNK).enumerate() {
            self.work.write(|db| rows::add(db, self.import.id, chunk * rows::CHUNK, part))?;
            self.work.stop_if_asked()?;
        }
        Ok(())
    }

    /// Keeps the invalid rows as a file that can be fixed and imported again.
    fn keep_invalid(&self, checked: &Checked) -> Outcome<()> {
        let mut bytes = Vec::new();
        checked.write_invalid(&mut bytes).map_err(|error| Stop::Failed(format!("The invalid rows cannot be written: {error}")))?;
        for (number, part) in bytes.chunks(PART).enumerate() {
            self.work.write(|db| progress::keep_invalid(db, self.import.id, number as u64, part))?;
        }
        Ok(())
    }

    fn of_file(&self, error: &FileError) -> String {
        error.of_file(self.import.files.of(error.subject).as_ref().map_or(error.subject.word(), |file| &file.name))
    }

    fn ended(&self, failure: ImportError) -> Ended {
        if let Some(stop) = self.files.stop() {
            return Ended::Stop(stop);
        }
        match failure {
            ImportError::File(error) => Ended::Trouble(self.of_file(&error)),
            ImportError::Store(error) => Ended::Stop(error.into()),
        }
    }
}

/// Why a look at the files ends before its end.
enum Ended {
    /// A file is not what it should be: sentences.
    Trouble(String),
    Stop(Stop),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Ended> for Stop {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Trouble(trouble) => Self::Failed(trouble),
            Ended::Stop(stop) => stop,
        }
    }
}
