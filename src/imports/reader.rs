//! Reads the files ahead, on another thread: batches, and in them all that can be found out without the database. While rows are mostly
//! new ones, as in a first import, they are read as such there too; then whoever writes has little else to do.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::db::ReadAhead;
use crate::domain::import::{Each, Subject, Trouble};
use crate::imports::files::columns::Columns;
use crate::imports::files::merge::{Batch, Merge, Row};
use crate::imports::files::report::{Counts, Fault};
use crate::imports::files::table::Record;
use crate::imports::files::{contact, customer, entitlement};

type Read<T> = Result<T, Vec<Fault>>;

/// What a row wants if its record is new, where that is known: taken by the first try to write it, and found out again by another.
pub(super) type New<W> = Cell<Option<Read<W>>>;

/// A batch, with what it says by itself.
pub(super) struct Reading {
    pub batch: Batch,
    /// The EIDs of its entitlements.
    pub eids: Vec<Read<String>>,
    pub customers: Vec<New<customer::Wanted>>,
    pub contacts: Vec<New<contact::Wanted>>,
    pub entitlements: Vec<New<entitlement::Wanted>>,
}

type Next = Result<Option<Reading>, (Subject, Trouble)>;

/// The batches of files.
pub(super) struct Reader {
    ahead: ReadAhead<Next>,
    mostly_new: Arc<AtomicBool>,
    /// What is said after the last batch, however often somebody asks.
    end: Option<Result<(), (Subject, Trouble)>>,
}

impl Reader {
    pub fn new(mut merge: Merge, columns: Each<Option<Columns>>) -> Self {
        let mostly_new = Arc::new(AtomicBool::new(true));
        let as_new = Arc::clone(&mostly_new);
        let ahead = ReadAhead::new(move |ready| {
            loop {
                let next = merge.batch().map(|batch| Some(Reading::of(batch?, &columns, as_new.load(Ordering::Relaxed))));
                let last = !matches!(next, Ok(Some(_)));
                if ready.send(next).is_err() || last {
                    return;
                }
            }
        });
        Self { ahead, mostly_new, end: None }
    }

    /// The next batch; `None` at the end.
    ///
    /// # Errors
    /// Which file cannot be read on, and why.
    pub fn next(&mut self) -> Next {
        if let Some(end) = &self.end {
            return end.clone().map(|()| None);
        }
        let next = self.ahead.next().unwrap_or(Ok(None));
        match &next {
            Ok(Some(_)) => {}
            Ok(None) => self.end = Some(Ok(())),
            Err(trouble) => self.end = Some(Err(trouble.clone())),
        }
        next
    }

    /// Takes from what became of a batch whether reading rows as new ones is worth it.
    pub fn learn(&self, counts: &Each<Counts>) {
        let (new, all) = Subject::ALL
            .iter()
            .map(|subject| counts.of(*subject))
            .fold((0, 0), |(new, all), counts| (new + counts.new, all + counts.rows()));
        self.mostly_new.store(new * 2 > all, Ordering::Relaxed);
    }
}

impl Reading {
    fn of(batch: Batch, columns: &Each<Option<Columns>>, as_new: bool) -> Self {
        fn each<W>(rows: &[Row], columns: Option<&Columns>, read: impl Fn(&Columns, &Record) -> Option<Read<W>>) -> Vec<New<W>> {
            rows.iter().map(|row| Cell::new(columns.and_then(|columns| read(columns, &row.record)))).collect()
        }
        let Each { customers, contacts, entitlements } = columns;
        let eids = match entitlements {
            Some(columns) => batch.rows.entitlements.iter().map(|row| entitlement::eid(columns, &row.record)).collect(),
            None => Vec::new(),
        };
        let rows = &batch.rows;
        Self {
            customers: each(&rows.customers, customers.as_ref(), |columns, row| as_new.then(|| customer::read(columns, row, None))),
            contacts: each(&rows.contacts, contacts.as_ref(), |columns, row| as_new.then(|| contact::read(columns, row, None))),
            entitlements: each(&rows.entitlements, entitlements.as_ref(), |columns, row| {
                as_new.then(|| entitlement::read(columns, row, None))
            }),
            eids,
            batch,
        }
    }

    /// The EIDs that can be read.
    pub fn readable_eids(&self) -> Vec<String> {
        self.eids.iter().filter_map(|eid| eid.as_ref().ok()).cloned().collect()
    }
}
