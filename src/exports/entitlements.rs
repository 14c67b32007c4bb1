//! The list of entitlements as lines of the file that an import takes, page by page: each is a short reading of its own.

use std::collections::HashMap;

use chrono::NaiveDate;
use csv::QuoteStyle;

use super::file::written;
use crate::db::Db;
use crate::domain::entitlement::Entitlement;
use crate::domain::files;
use crate::domain::query::entitlements::{Cursor, EntitlementQuery, Filter, Order, Place, Sort};
use crate::domain::text::Email;
use crate::list::entitlements as list;
use crate::store::{Result, contacts, customers};

/// The next lines of what a query finds on a day, and where to go on.
pub fn lines(db: &mut Db, query: &EntitlementQuery, today: NaiveDate, beyond: Option<Cursor>) -> Result<(Vec<u8>, Option<Cursor>)> {
    let sort = match query.filter {
        Some(Filter::EndsWithin(_)) => Sort::from(Order::Due),
        // As they were created: an order that nobody's work changes meanwhile.
        _ => Sort { order: Order::Newest, reversed: true },
    };
    let query = EntitlementQuery { sort, place: beyond.map_or(Place::First, Place::After), ..query.clone() };
    let page = list::page(db, &query, today)?;
    let found: Vec<Entitlement> = page.rows.into_iter().map(|row| row.entitlement).collect();
    Ok((written(&records(db, &found)?, QuoteStyle::Necessary)?, page.next))
}

fn records(db: &mut Db, found: &[Entitlement]) -> Result<Vec<Vec<String>>> {
    let mut ids: Vec<_> = found.iter().map(|entitlement| entitlement.customer).collect();
    ids.sort_unstable();
    ids.dedup();
    let customers: HashMap<_, _> = customers::find_all(db, &ids)?.into_iter().map(|customer| (customer.id, customer)).collect();
    let named: Vec<i64> = found.iter().filter_map(|entitlement| entitlement.draft.contact).map(|id| id.0).collect();
    let emails: HashMap<_, _> = contacts::find_all(db, &named)?.into_iter().map(|contact| (contact.id, contact.draft.email)).collect();
    let record = |entitlement: &Entitlement| {
        let email = entitlement.draft.contact.and_then(|id| emails.get(&id)?.as_ref()).map_or("", Email::as_str);
        Some(files::entitlement(customers.get(&entitlement.customer)?, entitlement, email))
    };
    Ok(found.iter().filter_map(record).collect())
}
