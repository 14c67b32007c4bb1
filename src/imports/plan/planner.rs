//! What all rows of a batch are planned with.

use super::super::known::StoredRecords;
use super::super::near::NearMatches;
use super::super::reader::{ParsedBatch, ReadAsNew};
use super::super::record::Import;
use super::super::seen::{CustomerRef, RowState, SeenRows};
use super::outcome::RowOutcome;
use crate::domain::actor::Actor;
use crate::domain::customer::Customer;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::CustomerFacts;
use crate::domain::tasks::Asked;
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::fields::CUSTOMER_NAME;
use crate::imports::files::notes::{NoteKind, Notes};
use crate::imports::files::records::FileRecord;
use crate::imports::files::report::{CellError, Finding};
use crate::imports::files::row::{FileRow, Found};

/// All that a plan is made from.
pub struct Planner<'a> {
    pub actor: &'a Actor,
    pub columns: &'a Each<Option<ColumnMap>>,
    pub mode: Mode,
    pub import: Option<&'a Import>,
    pub parsed: &'a ParsedBatch,
    pub stored: &'a StoredRecords,
    /// Keys of the database that nearly are those of the file; `None` in an import, whose check has warned of them.
    pub near: Option<NearMatches>,
    /// What the rows so far have said.
    pub seen: &'a mut SeenRows,
    pub warnings: Vec<Finding>,
    /// What is left out or made of something else, counted.
    pub notes: Notes,
}

/// A customer that a row belongs to, with what the rules need to know of it.
pub struct OwningCustomer {
    pub customer: CustomerRef,
    pub facts: CustomerFacts,
}

impl Planner<'_> {
    /// The customer that a row belongs to; `None` where the mode skips it.
    pub fn customer_of(&self, columns: &ColumnMap, row: &FileRow) -> Result<Option<OwningCustomer>, Vec<CellError>> {
        let field = row.customer.reference();
        let Some(key) = row.customer.first() else {
            let name = columns.cell(&row.record, CUSTOMER_NAME);
            return match row.found {
                Found::Unknown => {
                    let reason = format!(
                        "There is no customer called {}: import it first, or give the number of the one that is meant.",
                        name.trim()
                    );
                    invalid(columns, CUSTOMER_NAME, reason)
                }
                Found::Several => {
                    let reason = format!("There are several customers called {}: give the number of the one that is meant.", name.trim());
                    invalid(columns, CUSTOMER_NAME, reason)
                }
                _ if columns.has(CUSTOMER_NAME) => {
                    invalid(columns, CUSTOMER_NAME, "The customer is missing: give its number, its CRM ID or its name.")
                }
                _ => invalid(columns, field, "The customer is missing: give its number or its CRM ID."),
            };
        };
        if let Some(seen) = self.seen.customer(key) {
            let facts = CustomerFacts { kind: seen.kind, enabled: seen.entitled, entitlements: 0 };
            return match seen.state {
                RowState::Stored => Ok(Some(OwningCustomer { customer: seen.customer(), facts })),
                RowState::Skipped => Ok(None),
                RowState::Invalid => {
                    let line = seen.line;
                    invalid(columns, field, format!("Its customer, on line {line} of the customers, is not imported: fix that row first."))
                }
            };
        }
        let Some(customer) = self.stored.id(key).and_then(|id| self.stored.customers.get(&id)) else {
            return invalid(columns, field, format!("There is no customer {}.", columns.cell(&row.record, field).trim()));
        };
        let facts = CustomerFacts { enabled: self.is_entitled(customer, customer.enabled), ..CustomerFacts::of(customer, 0) };
        Ok(Some(OwningCustomer { customer: CustomerRef::Stored(customer.id.0), facts }))
    }

    /// Whether a stored customer may be given entitlements when its status is this: when it is enabled, or when this import has created it
    /// and brings all that it had where it comes from.
    pub fn is_entitled(&self, customer: &Customer, enabled: bool) -> bool {
        enabled || self.import.is_some_and(|import| customer.batch.is_some() && customer.batch == import.batch)
    }

    /// What the mode says of a row, whatever else it says.
    pub fn skipped<R>(&self, is_stored: bool) -> Option<RowOutcome<R>> {
        if is_stored {
            (!self.mode.updates()).then_some(RowOutcome::SkippedStored)
        } else {
            (!self.mode.creates()).then_some(RowOutcome::SkippedNew)
        }
    }

    /// Asks the rules for each task. What they refuse is wrong with the row, in the words of the pages.
    pub fn ask(&self, columns: &ColumnMap, tasks: impl IntoIterator<Item = Asked>) -> Result<(), Vec<CellError>> {
        let refusals = tasks.into_iter().filter_map(|(task, field)| Some((self.actor.may(task).err()?, field)));
        let errors: Vec<_> = refusals.map(|(refusal, field)| CellError::new(columns, field, refusal.to_string())).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Says what is done with a cell of a row, or with the row. (An import has said so in its check.)
    pub fn note(&mut self, subject: Subject, columns: &ColumnMap, row: &FileRow, field: &'static str, kind: NoteKind) {
        if self.near.is_some() {
            self.notes.say(subject, columns.name(field), kind, row.record.line);
        }
    }

    pub fn warn(&mut self, subject: Subject, columns: &ColumnMap, row: &FileRow, field: &'static str, reason: String) {
        self.warnings.push(Finding { subject, line: row.record.line, column: columns.name(field).to_owned(), reason });
    }
}

/// What a row says; read ahead where its record is new.
pub fn read<R: FileRecord>(
    columns: &ColumnMap,
    row: &FileRow,
    ahead: &ReadAsNew<R>,
    stored: Option<&R::Stored>,
) -> Result<R, Vec<CellError>> {
    ahead.take().filter(|_| stored.is_none()).unwrap_or_else(|| R::read(columns, &row.record, stored))
}

/// A row with one thing wrong.
pub fn invalid<T>(columns: &ColumnMap, field: &'static str, reason: impl Into<String>) -> Result<T, Vec<CellError>> {
    Err(vec![CellError::new(columns, field, reason)])
}

/// Refuses a row that has more cells than there are columns.
pub fn refuse_uneven(columns: &ColumnMap, row: &FileRow) -> Result<(), Vec<CellError>> {
    if !row.record.uneven {
        return Ok(());
    }
    let (cells, width) = (row.record.cells.len(), columns.width());
    let reason =
        format!("The row has {cells} cells, and the first line names {width} columns: is a separator or a quotation mark missing?");
    Err(vec![CellError { column: String::new(), reason }])
}
