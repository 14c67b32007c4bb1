//! A row of the contacts as the form would have sent it.

use super::columns::{Columns, WHOLE_NAME};
use super::customer::status;
use super::report::Fault;
use super::table::Record;
use super::words;
use crate::domain::contact::{self, Contact, Draft, FIELDS};
use crate::domain::input::Input;
use crate::domain::stored;

/// What a row wants of a contact.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Enabled or disabled.
    pub enabled: bool,
    /// The default or expressly not; `None` where the row does not say.
    pub default: Option<bool>,
    /// All else.
    pub draft: Draft,
}

/// Reads a row; what the file has no column for is as it is stored.
///
/// # Errors
/// What is invalid, by column.
pub fn read(columns: &Columns, record: &Record, stored: Option<&Contact>) -> Result<Wanted, Vec<Fault>> {
    let mut faults = Vec::new();
    let enabled = status(columns, record, stored.is_none_or(|stored| stored.enabled), &mut faults);
    let default = default(columns, record, &mut faults);
    let mut pairs: Vec<(String, String)> = match stored {
        Some(stored) => stored::contact(&stored.draft),
        None => Vec::new(),
    };
    for (field, cell) in columns.cells(record) {
        if field == WHOLE_NAME {
            let parts = [FIELDS.person.first, FIELDS.person.middle, FIELDS.person.last];
            pairs.extend(parts.into_iter().map(str::to_owned).zip(words::person(cell)));
        } else {
            pairs.push((field.to_owned(), cell.to_owned()));
        }
    }
    match contact::check(&FIELDS, &Input::new(pairs)) {
        Ok(draft) if faults.is_empty() => Ok(Wanted { enabled, default, draft }),
        Ok(_) => Err(faults),
        Err(errors) => {
            faults.extend(Fault::all(columns, errors));
            Err(faults)
        }
    }
}

fn default(columns: &Columns, record: &Record, faults: &mut Vec<Fault>) -> Option<bool> {
    let cell = columns.cell(record, "default");
    let default = words::yes_or_no(cell);
    if default.is_none() && !cell.trim().is_empty() {
        faults.push(Fault::new(columns, "default", "Default is yes or no."));
    }
    default
}
