//! A row of the entitlements as the form would have sent it.

use chrono::NaiveDateTime;

use super::columns::Columns;
use super::report::Fault;
use super::table::Record;
use super::words;
use crate::domain::entitlement::{self, Draft, Entitlement};
use crate::domain::input::Input;
use crate::domain::stored;

/// What a row wants of an entitlement. Which contact it names is found out elsewhere.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// When it was ended by hand, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// All else; its contact is the stored one.
    pub draft: Draft,
}

/// Reads a row; what the file has no column for is as it is stored.
///
/// # Errors
/// What is invalid, by column.
pub fn read(columns: &Columns, record: &Record, stored: Option<&Entitlement>) -> Result<Wanted, Vec<Fault>> {
    let mut faults = Vec::new();
    let ended_at = match columns.get(record, "ended_at") {
        None => stored.and_then(|stored| stored.ended_at),
        Some(cell) if cell.trim().is_empty() => None,
        Some(cell) => {
            let moment = words::moment(cell);
            if moment.is_none() {
                faults.push(Fault::new(columns, "ended_at", "Ended at is a moment such as 2026-03-31T12:00:00Z."));
            }
            moment
        }
    };
    let mut pairs: Vec<(String, String)> = match stored {
        Some(stored) => stored::entitlement(&stored.draft),
        None => Vec::new(),
    };
    pairs.extend(columns.cells(record).map(|(field, cell)| (field.to_owned(), cell.to_owned())));
    match entitlement::check(&Input::new(pairs)) {
        Ok(draft) if faults.is_empty() => Ok(Wanted { ended_at, draft }),
        Ok(_) => Err(faults),
        Err(errors) => {
            faults.extend(Fault::all(columns, errors));
            Err(faults)
        }
    }
}

/// The EID of a row, cleaned.
///
/// # Errors
/// What is wrong with it.
pub fn eid(columns: &Columns, record: &Record) -> Result<String, Vec<Fault>> {
    entitlement::check_eid(&Input::new(vec![("eid".to_owned(), columns.cell(record, "eid").to_owned())]))
        .map_err(|errors| Fault::all(columns, errors).collect())
}
