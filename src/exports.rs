//! Customers as the lines of a CSV file, in chunks: each is a short reading of its own, so that a slow reader of a long file holds no
//! connection and no snapshot. Customers come in the order they were created, which never changes: one that is edited or renamed meanwhile
//! is in the file once, as it was or as it is.

use std::collections::HashMap;

use chrono_tz::Tz;
use csv::WriterBuilder;

use crate::db::{Db, Unavailable};
use crate::domain::CustomerId;
use crate::domain::customer::Customer;
use crate::domain::files;
use crate::domain::query::Query;
use crate::list;
use crate::store::{Error, Result, contacts, customers, entitlements};

/// Rows that are looked at for a chunk; a slow reader holds one in memory.
const CHUNK: usize = 200;

/// A part of an export.
pub struct Chunk {
    /// In the order they were created.
    pub customers: Vec<Customer>,
    /// Where to go on; `None` at the end.
    pub next: Option<CustomerId>,
}

/// The next customers that a query finds.
///
/// # Errors
/// The database's own.
pub fn chunk(db: &mut Db, query: &Query, zone: Tz, beyond: Option<CustomerId>) -> Result<Chunk> {
    let (ids, next) = list::chunk(db, query, zone, beyond, CHUNK)?;
    Ok(Chunk { customers: customers::find_all(db, &ids)?, next })
}

/// The contacts of customers as lines.
///
/// # Errors
/// The database's own.
pub fn contact_lines(db: &mut Db, customers: &[Customer]) -> Result<Vec<u8>> {
    let mut records = Vec::new();
    for customer in customers {
        let people = contacts::all_of(db, customer.id)?;
        records.extend(people.iter().map(|contact| files::contact(customer, contact)));
    }
    lines(records)
}

/// The entitlements of customers as lines.
///
/// # Errors
/// The database's own.
pub fn entitlement_lines(db: &mut Db, customers: &[Customer]) -> Result<Vec<u8>> {
    let mut records = Vec::new();
    for customer in customers {
        let held = entitlements::all_of(db, customer.id)?;
        if held.is_empty() {
            continue;
        }
        let mut people = contacts::all_of(db, customer.id)?;
        people.extend(contacts::own(db, &[customer.id.0])?);
        let mails: HashMap<_, _> = people.iter().map(|person| (person.id, person.draft.email.as_ref())).collect();
        for entitlement in &held {
            let mail = entitlement.draft.contact.and_then(|id| mails.get(&id).copied().flatten());
            records.push(files::entitlement(customer, entitlement, mail.map_or("", |mail| mail.as_str())));
        }
    }
    lines(records)
}

/// Customers as lines.
///
/// # Errors
/// None in fact: memory takes everything.
pub fn customer_lines(customers: &[Customer]) -> Result<Vec<u8>> {
    lines(customers.iter().map(files::customer).collect())
}

/// The line that names the columns.
///
/// # Errors
/// None in fact: memory takes everything.
pub fn head(columns: &[&str]) -> Result<Vec<u8>> {
    lines(vec![columns.iter().map(|column| (*column).to_owned()).collect()])
}

/// RFC 4180: comma, quotation marks where they are needed, CR LF.
fn lines(records: Vec<Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: String| Error::Unavailable(Unavailable::unreachable(format!("a file could not be made: {error}")));
    for record in records {
        writer.write_record(&record).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}
