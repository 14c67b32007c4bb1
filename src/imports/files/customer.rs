//! A row of the customers as the form would have sent it.

use super::columns::Columns;
use super::report::Fault;
use super::table::Record;
use super::words;
use crate::domain::customer::{self, Customer, Draft, Kind};
use crate::domain::input::Input;
use crate::domain::stored;

/// What a row wants of a customer.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// For a new one; empty to have one generated.
    pub number: String,
    /// Enabled or disabled.
    pub enabled: bool,
    /// All else.
    pub draft: Draft,
}

/// Reads a row; what the file has no column for is as it is stored.
///
/// # Errors
/// What is invalid, by column.
pub fn read(columns: &Columns, record: &Record, stored: Option<&Customer>) -> Result<Wanted, Vec<Fault>> {
    let mut faults = Vec::new();
    let kind = kind(columns, record, stored, &mut faults);
    let enabled = status(columns, record, stored.is_none_or(|stored| stored.enabled), &mut faults);
    let mut pairs: Vec<(String, String)> = match stored {
        Some(stored) => stored::customer(stored),
        None => Vec::new(),
    };
    let cells = columns.cells(record).filter(|(field, _)| !matches!(*field, "type" | "status" | "shipping_same"));
    pairs.extend(cells.map(|(field, cell)| (field.to_owned(), cell.to_owned())));
    if let Some(same) = shipping_same(columns, record, stored, &mut faults) {
        pairs.push(("shipping_same".to_owned(), if same { "yes" } else { "" }.to_owned()));
    }
    let input = Input::new(pairs);
    let number = match stored {
        Some(stored) => Ok(stored.number.clone()),
        None => customer::check_number(&input),
    };
    let mut keep = |errors: Vec<_>| faults.extend(Fault::all(columns, errors));
    let number = number.map_err(&mut keep);
    let draft = customer::check(kind, &input).map_err(&mut keep);
    match (number, draft) {
        (Ok(number), Ok(draft)) if faults.is_empty() => Ok(Wanted { number, enabled, draft }),
        _ => Err(faults),
    }
}

/// Reads whether a record is enabled; an empty cell, or none, leaves it as it is.
pub(super) fn status(columns: &Columns, record: &Record, present: bool, faults: &mut Vec<Fault>) -> bool {
    let cell = columns.cell(record, "status");
    if cell.trim().is_empty() {
        return present;
    }
    words::status(cell).unwrap_or_else(|| {
        faults.push(Fault::new(columns, "status", "Status is enabled or disabled."));
        present
    })
}

/// A file without types has companies where it has a name, and else individuals where it has a last name.
fn kind(columns: &Columns, record: &Record, stored: Option<&Customer>, faults: &mut Vec<Fault>) -> Kind {
    let cell = columns.cell(record, "type");
    let parsed = Kind::parse(cell);
    if parsed.is_none() && !cell.trim().is_empty() {
        faults.push(Fault::new(columns, "type", "Type is company or individual."));
    }
    match (stored, parsed) {
        (Some(stored), Some(kind)) if stored.kind() != kind => {
            faults.push(Fault::new(
                columns,
                "type",
                format!("Customer {} is of type {}: that is fixed.", stored.number, stored.kind().word()),
            ));
            kind
        }
        (Some(stored), _) => stored.kind(),
        (None, Some(kind)) => kind,
        (None, None) if columns.cell(record, "name").trim().is_empty() && !columns.cell(record, "last_name").trim().is_empty() => {
            Kind::Individual
        }
        (None, None) => Kind::Company,
    }
}

const SHIPPING: [&str; 5] = ["shipping_street", "shipping_city", "shipping_state", "shipping_postal_code", "shipping_country"];

/// Whether goods go where bills go; `None` to leave it as it is. Where no cell says so, no shipping address means the same.
fn shipping_same(columns: &Columns, record: &Record, stored: Option<&Customer>, faults: &mut Vec<Fault>) -> Option<bool> {
    let cell = columns.cell(record, "shipping_same");
    if !cell.trim().is_empty() {
        let same = words::yes_or_no(cell);
        if same.is_none() {
            faults.push(Fault::new(columns, "shipping_same", "Shipping same as billing is yes or no."));
        }
        return same;
    }
    if SHIPPING.iter().any(|field| !columns.cell(record, field).trim().is_empty()) {
        Some(false)
    } else if stored.is_none() || SHIPPING.iter().all(|field| columns.has(field)) {
        Some(true)
    } else {
        None
    }
}
