//! Customers as the lines of a CSV file, in chunks: each is a short reading of its own, so that a slow reader of a long file holds no
//! connection and no snapshot. Customers come in the order they were created, which never changes: one that is edited or renamed meanwhile
//! is in the file once, as it was or as it is.

pub mod activity;
pub mod entitlements;
mod file;

pub use file::written;

use std::collections::HashMap;

use chrono_tz::Tz;
use csv::QuoteStyle;

use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::files;
use crate::domain::import::Subject;
use crate::domain::query::Query;
use crate::list;
use crate::store::{self, Result, contacts, customers};

/// Rows that are looked at for a chunk; a slow reader holds one in memory.
const CHUNK: usize = 200;

/// A part of an export. Its lines follow RFC 4180: comma, quotation marks where they are needed, CR LF.
pub struct Chunk {
    /// In the order they were created.
    pub customers: Vec<Customer>,
    /// Where to go on; `None` at the end.
    pub next: Option<CustomerId>,
}

/// The next customers that a query finds.
pub fn chunk(db: &mut Db, query: &Query, zone: Tz, beyond: Option<CustomerId>) -> Result<Chunk> {
    let (ids, next) = list::chunk(db, query, zone, beyond, CHUNK)?;
    Ok(Chunk { customers: customers::find_all(db, &ids)?, next })
}

/// Customers, or what belongs to them, as lines.
pub fn lines(db: &mut Db, subject: Subject, customers: &[Customer]) -> Result<Vec<u8>> {
    let mut records = Vec::new();
    for customer in customers {
        match subject {
            Subject::Customers => records.push(files::customer(customer)),
            Subject::Contacts => {
                records.extend(contacts::all_of(db, customer.id)?.iter().map(|contact| files::contact(customer, contact)));
            }
            Subject::Entitlements => records.extend(entitlement_records(db, customer)?),
        }
    }
    written(&records, QuoteStyle::Necessary)
}

fn entitlement_records(db: &mut Db, customer: &Customer) -> Result<Vec<Vec<String>>> {
    let entitlements = store::entitlements::all_of(db, customer.id)?;
    if entitlements.is_empty() {
        return Ok(Vec::new());
    }
    let mut people = contacts::all_of(db, customer.id)?;
    people.extend(contacts::own(db, &[customer.id.0])?);
    let emails: HashMap<_, _> = people.iter().filter_map(|person| Some((person.id, person.draft.email.as_ref()?.as_str()))).collect();
    let email = |entitlement: &Entitlement| entitlement.draft.contact.and_then(|id| emails.get(&id).copied()).unwrap_or_default();
    Ok(entitlements.iter().map(|entitlement| files::entitlement(customer, entitlement, email(entitlement))).collect())
}

/// The line that names the columns.
#[must_use]
pub fn header(subject: Subject) -> Vec<u8> {
    format!("{}\r\n", files::columns(subject)).into_bytes()
}
