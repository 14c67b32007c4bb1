//! The files of an import, read from the database.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::Database;
use crate::domain::ImportId;
use crate::domain::import::{Each, Subject};
use crate::imports::files::parts::{PART, Parts};
use crate::imports::files::source::Bytes;
use crate::imports::parts;
use crate::imports::record::Import;
use crate::jobs::work::{Outcome, Stop};

/// The files of an import, and how much of them is read. Whoever reads them and whoever works on the import share it.
pub(super) struct Files {
    database: Database,
    id: ImportId,
    lengths: Each<Option<u64>>,
    /// How far each is read, in bytes: what is read again counts once.
    places: Each<AtomicU64>,
    /// Why reading ended: the reader of CSV would call it trouble with the file.
    stop: Mutex<Option<Stop>>,
}

impl Files {
    pub fn new(database: &Database, import: &Import) -> Arc<Self> {
        let length = |subject| import.files.of(subject).as_ref().filter(|file| !file.derived).map(|file| file.length);
        let [customers, contacts, entitlements] = Subject::ALL.map(length);
        let lengths = Each { customers, contacts, entitlements };
        Arc::new(Self { database: database.clone(), id: import.id, lengths, places: Each::default(), stop: Mutex::new(None) })
    }

    /// The files from their beginning.
    pub fn open(self: &Arc<Self>) -> Each<Option<Bytes>> {
        let [customers, contacts, entitlements] = Subject::ALL.map(|subject| self.reader(subject));
        Each { customers, contacts, entitlements }
    }

    /// Bytes that are read of all files.
    pub fn bytes(&self) -> u64 {
        self.places.iter().map(|place| place.load(Ordering::Relaxed)).sum()
    }

    /// Why reading ended, if that was no trouble with a file.
    pub fn stop(&self) -> Option<Stop> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn reader(self: &Arc<Self>, subject: Subject) -> Option<Bytes> {
        let (files, length) = (Arc::clone(self), (*self.lengths.of(subject))?);
        let fetch = move |number| {
            let bytes = files.fetch(subject, number).map_err(|stop| {
                *files.stop.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
                io::Error::other("the database does not give the file")
            })?;
            files.places.of(subject).store(number * PART as u64 + bytes.len() as u64, Ordering::Relaxed);
            Ok(bytes)
        };
        Some(Box::new(Parts::new(length, Box::new(fetch))))
    }

    fn fetch(&self, subject: Subject, number: u64) -> Outcome<Vec<u8>> {
        let part = self.database.read(|db| parts::read(db, self.id, subject.word(), number))?;
        // Discarded meanwhile.
        part.ok_or(Stop::LeaseLost)
    }
}
