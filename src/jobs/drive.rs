//! One stage of an import, from its beginning or from where it stopped: the check, or the import itself.
//!
//! An import begins with another look at the files, so that it knows what the check knew of them (which rows to leave out, which numbers
//! they give) whichever process it runs in, after however long a time.

use std::sync::Arc;

use chrono_tz::Tz;

use super::Bell;
use super::heart::Heart;
use crate::db::Database;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::import::stage::Stage;
use crate::domain::import::{Each, Subject};
use crate::domain::rules::Role;
use crate::imports::files::findings::Findings;
use crate::imports::files::parts::PART;
use crate::imports::files::source::{Bytes, fingerprint};
use crate::imports::lease::Lease;
use crate::imports::uploads::Upload;
use crate::imports::{self, Check, Checked, Fingerprints, Import, ImportError, Job};
use crate::store::{Error, Result};

/// Why work ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Another process works on it, or somebody has discarded it.
    Lost,
    /// The process is to end.
    Asked,
    /// A file is not what it should be: sentences.
    Trouble(String),
    /// The database is away: why, in its words.
    Away(String),
    /// Something else: sentences.
    Broken(String),
}

type Outcome<T> = std::result::Result<T, Stop>;

pub(super) struct Drive<'a> {
    pub database: &'a Database,
    pub zone: Tz,
    pub bell: &'a Bell,
    pub lease: &'a Lease,
    pub upload: &'a Upload,
}

impl Drive<'_> {
    /// Works to the end of the stage. Returns the next one.
    pub fn go(&self) -> Outcome<Stage> {
        if let Some(job) = self.upload.job
            && self.database.read(|db| imports::outcome(db, job))?.1
        {
            // It was killed between its last batch and saying so.
            return Ok(Stage::Done);
        }
        let heart = Heart::new(self.database.clone(), self.lease.clone());
        let fingerprints = self.fingerprints(&heart)?;
        let heart = Heart::new(self.database.clone(), self.lease.clone());
        let job = self.database.read(|db| imports::find(db, self.upload.mode, &fingerprints))?;
        let checked = self.check(&heart, job)?;
        if self.upload.stage == Stage::Running {
            self.import(&heart, &fingerprints, checked)?;
            return Ok(Stage::Done);
        }
        let findings = Findings::of(&checked.report, &checked.columns);
        if findings.invalid_rows > 0 {
            self.keep_invalid(&checked)?;
        }
        held(self.database.write(|db| self.lease.keep(db, &findings)))?;
        Ok(Stage::Checked { importable: findings.to_import() > 0 })
    }

    fn check(&self, heart: &Arc<Heart>, job: Option<Job>) -> Outcome<Checked> {
        let failed = |failure| self.failed(heart, failure);
        let mut check = Check::new(self.open(heart), self.upload.mode, job).map_err(failed)?;
        while check.step(self.database, self.actor()).map_err(failed)? {
            heart.beat(check.report().rows())?;
            self.resume()?;
        }
        Ok(check.finish())
    }

    fn import(&self, heart: &Arc<Heart>, fingerprints: &Fingerprints, checked: Checked) -> Outcome<()> {
        let failed = |failure| self.failed(heart, failure);
        let new = checked.report.counts.of(Subject::Customers).new;
        let job = self.database.write(|db| {
            let job = imports::begin(db, self.actor(), self.upload.mode, fingerprints, new)?;
            let held = self.lease.becomes(db, job.id)?;
            Ok::<_, Error>(held.then_some(job))
        })?;
        let job = job.ok_or(Stop::Lost)?;
        let mut findings = self.upload.findings.clone();
        if checked.report.invalid_rows() != findings.invalid_rows {
            findings.look_again(&checked.report);
            self.keep_invalid(&checked)?;
            held(self.database.write(|db| self.lease.keep(db, &findings)))?;
        }
        let done = |job: &Job| Subject::ALL.iter().map(|subject| *job.position.of(*subject)).sum::<u64>();
        let before = done(&job);
        let mut import = Import::new(self.open(heart), job, checked).map_err(failed)?;
        heart.begin_rows(import.rows(), before);
        let mut refused = 0;
        loop {
            let more = import.step(self.database, self.actor()).map_err(failed)?;
            if import.report().invalid_rows() > refused {
                refused = import.report().invalid_rows();
                let mut findings = findings.clone();
                findings.refuse(import.report());
                held(self.database.write(|db| self.lease.keep(db, &findings)))?;
            }
            if !more {
                return Ok(());
            }
            heart.beat(done(import.job()))?;
            self.resume()?;
        }
    }

    /// Keeps the invalid rows as a file that can be mended and imported again.
    fn keep_invalid(&self, checked: &Checked) -> Outcome<()> {
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for record in checked.report.invalid_as_records(&checked.columns) {
            writer.write_record(&record).map_err(|error| Stop::Broken(format!("The invalid rows cannot be written down: {error}")))?;
        }
        let bytes = writer.into_inner().map_err(|error| Stop::Broken(format!("The invalid rows cannot be written down: {error}")))?;
        for (number, part) in bytes.chunks(PART).enumerate() {
            self.database.write(|db| self.lease.keep_invalid(db, number as u64, part))?;
        }
        Ok(())
    }

    /// The files from their beginning.
    fn open(&self, heart: &Arc<Heart>) -> Each<Option<Bytes>> {
        let open = |subject: Subject| {
            let file = self.upload.files.of(subject).as_ref()?;
            Some(Box::new(heart.reader(subject, file.length)) as Bytes)
        };
        Each { customers: open(Subject::Customers), contacts: open(Subject::Contacts), entitlements: open(Subject::Entitlements) }
    }

    fn fingerprints(&self, heart: &Arc<Heart>) -> Outcome<Fingerprints> {
        Each::try_from_fn(|subject| {
            let Some(file) = self.upload.files.of(subject) else { return Ok(None) };
            match fingerprint(&mut heart.reader(subject, file.length)) {
                Ok(fingerprint) => Ok(Some(fingerprint)),
                Err(error) => Err(heart.stop().unwrap_or_else(|| Stop::Broken(format!("A file cannot be read: {error}.")))),
            }
        })
    }

    fn failed(&self, heart: &Heart, failure: ImportError) -> Stop {
        if let Some(stop) = heart.stop() {
            return stop;
        }
        match failure {
            ImportError::File(error) => {
                let name = self.upload.files.of(error.subject).as_ref().map_or(error.subject.word(), |file| &file.name);
                match error.line {
                    Some(line) => Stop::Trouble(format!("{name}, line {line}: {}", error.message)),
                    None => Stop::Trouble(format!("{name}: {}", error.message)),
                }
            }
            ImportError::Store(Error::Unavailable(why)) => Stop::Away(why),
            other @ ImportError::Store(_) => Stop::Broken(other.to_string()),
        }
    }

    fn resume(&self) -> Outcome<()> {
        if self.bell.is_stopping() { Err(Stop::Asked) } else { Ok(()) }
    }

    fn actor(&self) -> Actor {
        Actor::now(ActorKind::Local, Role::Editor, self.zone)
    }
}

/// What was written under the lease counts only while it is held.
fn held(outcome: Result<bool>) -> Outcome<()> {
    if outcome? { Ok(()) } else { Err(Stop::Lost) }
}
