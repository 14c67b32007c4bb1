//! What becomes of the rows of a batch.

use super::super::seen::CustomerRef;
use crate::domain::import::{Each, Subject};
use crate::imports::files::merge::{Batch, Exclusion, Exclusions};
use crate::imports::files::notes::Notes;
use crate::imports::files::records::{ContactRecord, CustomerRecord, EntitlementRecord};
use crate::imports::files::report::{CellError, Counts, Finding, Report};
use crate::imports::files::row::FileRow;

/// What becomes of a row, or what is wrong with it.
pub type Planned<R> = Result<RowOutcome<R>, Vec<CellError>>;

/// What becomes of a valid row.
#[derive(Debug)]
pub enum RowOutcome<R> {
    New(R),
    Changed(i64, R),
    Unchanged,
    /// An earlier row of the file is of the same customer: this one adds no more than a contact.
    Repeated,
    /// The mode takes no stored records.
    SkippedStored,
    /// The mode takes no new records, or not the customer that it belongs to.
    SkippedNew,
}

/// Whom an entitlement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactRef {
    Nobody,
    Stored(i64),
    /// A contact that is to be created: the line of its row.
    New(u32),
    /// The individual itself, which is to be created.
    Own,
}

/// A contact with its company.
#[derive(Debug)]
pub struct PlannedContact {
    pub customer: CustomerRef,
    pub becomes_default: bool,
    pub record: ContactRecord,
}

/// An entitlement with its customer, and whom it names.
#[derive(Debug)]
pub struct PlannedEntitlement {
    pub customer: CustomerRef,
    pub contact: ContactRef,
    pub eid: String,
    pub record: EntitlementRecord,
}

/// What becomes of a batch: of each file's rows, in order.
pub struct Plan {
    pub customers: Vec<Planned<CustomerRecord>>,
    pub contacts: Vec<Planned<PlannedContact>>,
    pub entitlements: Vec<Planned<PlannedEntitlement>>,
    pub warnings: Vec<Finding>,
    pub notes: Notes,
}

impl Plan {
    pub fn counts(&self) -> Each<Counts> {
        Each { customers: counts(&self.customers), contacts: counts(&self.contacts), entitlements: counts(&self.entitlements) }
    }

    /// Counts the rows, and keeps what a report keeps. Returns what an import is to leave out.
    pub fn report(self, batch: &Batch, report: &mut Report) -> Each<Exclusions> {
        report.count(&self.counts());
        self.warnings.into_iter().for_each(|warning| report.warn(warning));
        report.notes.add(self.notes);
        let rows = &batch.rows;
        // A contact that stands in a row of the customers is to be fixed there.
        let file_of_contacts = if batch.contacts_are_of_customers { Subject::Customers } else { Subject::Contacts };
        Each {
            customers: excluded(Subject::Customers, &rows.customers, self.customers, report),
            contacts: excluded(file_of_contacts, &rows.contacts, self.contacts, report),
            entitlements: excluded(Subject::Entitlements, &rows.entitlements, self.entitlements, report),
        }
    }
}

/// What is written of a row, with the id of the record where it is stored.
pub fn written<R>(planned: &Planned<R>) -> Option<(Option<i64>, &R)> {
    match planned {
        Ok(RowOutcome::New(record)) => Some((None, record)),
        Ok(RowOutcome::Changed(id, record)) => Some((Some(*id), record)),
        _ => None,
    }
}

fn counts<R>(planned: &[Planned<R>]) -> Counts {
    let mut counts = Counts::default();
    for row in planned {
        *match row {
            Ok(RowOutcome::New(_)) => &mut counts.new,
            Ok(RowOutcome::Changed(..)) => &mut counts.changed,
            Ok(RowOutcome::Unchanged | RowOutcome::Repeated) => &mut counts.unchanged,
            Ok(RowOutcome::SkippedStored | RowOutcome::SkippedNew) => &mut counts.skipped,
            Err(_) => &mut counts.invalid,
        } += 1;
    }
    counts
}

fn excluded<R>(file: Subject, rows: &[FileRow], planned: Vec<Planned<R>>, report: &mut Report) -> Exclusions {
    let mut excluded = Exclusions::new();
    for (row, planned) in rows.iter().zip(planned) {
        match planned {
            Err(errors) => {
                report.keep_invalid(file, &row.record, errors);
                excluded.insert(row.record.place, Exclusion::Invalid);
            }
            Ok(RowOutcome::SkippedNew) => {
                excluded.insert(row.record.place, Exclusion::Skipped);
            }
            Ok(_) => {}
        }
    }
    excluded
}
