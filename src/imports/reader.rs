//! Reads the files ahead, on another thread: batches, and in them all that can be found out without the database. While rows are mostly
//! new ones, as in a first import, they are read as such there too; then whoever writes has little else to do.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::db::ReadAhead;
use crate::domain::import::Each;
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::error::FileError;
use crate::imports::files::merge::{Batch, Merge};
use crate::imports::files::records::{ContactRecord, CustomerRecord, EntitlementRecord, FileRecord, eid};
use crate::imports::files::report::{CellError, Counts};
use crate::imports::files::row::FileRow;

/// What a row says if its record is new, where that has been read: taken by the first try to write it, and read again by another.
pub(super) type ReadAsNew<R> = Cell<Option<Result<R, Vec<CellError>>>>;

/// A batch, with what it says by itself.
pub(super) struct ParsedBatch {
    pub batch: Batch,
    /// The EIDs of its entitlements.
    pub eids: Vec<Result<String, Vec<CellError>>>,
    pub customers: Vec<ReadAsNew<CustomerRecord>>,
    pub contacts: Vec<ReadAsNew<ContactRecord>>,
    pub entitlements: Vec<ReadAsNew<EntitlementRecord>>,
}

type Next = Result<Option<ParsedBatch>, FileError>;

/// The batches of files.
pub(super) struct Reader {
    ahead: ReadAhead<Next>,
    mostly_new: Arc<AtomicBool>,
    /// A file could not be read on: that is said however often somebody asks.
    error: Option<FileError>,
}

impl Reader {
    pub fn new(mut merge: Merge, columns: Each<Option<ColumnMap>>) -> Self {
        let mostly_new = Arc::new(AtomicBool::new(true));
        let as_new = Arc::clone(&mostly_new);
        let ahead = ReadAhead::new(move |ready| {
            loop {
                let next = merge.batch().map(|batch| Some(ParsedBatch::of(batch?, &columns, as_new.load(Ordering::Relaxed))));
                let last = !matches!(next, Ok(Some(_)));
                if ready.send(next).is_err() || last {
                    return;
                }
            }
        });
        Self { ahead, mostly_new, error: None }
    }

    /// The next batch; `None` at the end.
    pub fn next(&mut self) -> Next {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let next = self.ahead.next().unwrap_or(Ok(None));
        self.error = next.as_ref().err().cloned();
        next
    }

    /// Takes from what became of a batch whether reading rows as new ones is worth it.
    pub fn learn(&self, counts: &Each<Counts>) {
        let (new, all) = counts.iter().fold((0, 0), |(new, all), counts| (new + counts.new, all + counts.rows()));
        self.mostly_new.store(new * 2 > all, Ordering::Relaxed);
    }
}

impl ParsedBatch {
    fn of(batch: Batch, columns: &Each<Option<ColumnMap>>, as_new: bool) -> Self {
        fn read<R: FileRecord>(rows: &[FileRow], columns: Option<&ColumnMap>, as_new: bool) -> Vec<ReadAsNew<R>> {
            let columns = columns.filter(|_| as_new);
            rows.iter().map(|row| Cell::new(columns.map(|columns| R::read(columns, &row.record, None)))).collect()
        }
        let Each { customers, contacts, entitlements } = columns;
        let rows = &batch.rows;
        Self {
            eids: entitlements.iter().flat_map(|columns| rows.entitlements.iter().map(|row| eid(columns, &row.record))).collect(),
            customers: read(&rows.customers, customers.as_ref(), as_new),
            contacts: read(&rows.contacts, contacts.as_ref(), as_new),
            entitlements: read(&rows.entitlements, entitlements.as_ref(), as_new),
            batch,
        }
    }

    /// The EIDs that can be read.
    pub fn readable_eids(&self) -> Vec<String> {
        self.eids.iter().filter_map(|eid| eid.as_ref().ok()).cloned().collect()
    }
}
