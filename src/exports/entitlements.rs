//! Entitlements that a search finds.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::customers::{MARGIN, with_emails};
use super::records::Records;
use crate::db::{Database, Db};
use crate::domain::EntitlementId;
use crate::domain::actor::Actor;
use crate::domain::entitlement::Entitlement;
use crate::domain::files::{self, Cell};
use crate::domain::import::Subject;
use crate::domain::query::entitlements::{EntitlementQuery, Place};
use crate::list::entitlements as list;
use crate::store::{Result, customers};

/// What was changed meanwhile is compared so many at a time.
const COMPARED: usize = 500;

/// Brings entitlements.
pub struct OfEntitlements {
    query: EntitlementQuery,
    today: NaiveDate,
    began: NaiveDateTime,
    ahead: Ahead,
    seen: HashSet<EntitlementId>,
}

/// What is to be looked for.
enum Ahead {
    /// What follows in the list.
    List,
    /// Of these, which were changed meanwhile, those that have not been seen.
    Changed(Vec<EntitlementId>),
}

impl OfEntitlements {
    pub fn new(query: EntitlementQuery, actor: &Actor) -> Self {
        let query = EntitlementQuery { place: Place::First, ..query };
        Self { query, today: actor.today, began: actor.now, ahead: Ahead::List, seen: HashSet::new() }
    }

    /// One reading.
    pub fn next(&mut self, database: &Database) -> Result<Option<Records>> {
        let (query, today) = (&self.query, self.today);
        let mut found = match &mut self.ahead {
            Ahead::List => {
                let page = database.read(|db| list::page(db, query, today))?;
                match page.next {
                    Some(next) => self.query.place = Place::After(next),
                    None => self.ahead = Ahead::Changed(database.read(|db| list::changed_since(db, self.began - MARGIN))?),
                }
                page.rows.into_iter().map(|row| row.entitlement).collect()
            }
            Ahead::Changed(changed) if changed.is_empty() => return Ok(None),
            Ahead::Changed(changed) => {
                let mut some = changed.split_off(changed.len().saturating_sub(COMPARED));
                some.retain(|id| !self.seen.contains(id));
                database.read(|db| list::found_among(db, query, today, &some))?
            }
        };
        found.retain(|entitlement| self.seen.insert(entitlement.id));
        Ok(Some(Records { subject: Subject::Entitlements, rows: database.read(|db| rows(db, &found))? }))
    }
}

fn rows(db: &mut Db, found: &[Entitlement]) -> Result<Vec<Vec<Cell>>> {
    let mut ids: Vec<_> = found.iter().map(|entitlement| entitlement.customer).collect();
    ids.sort_unstable();
    ids.dedup();
    let customers: HashMap<_, _> = customers::find_all(db, &ids)?.into_iter().map(|customer| (customer.id, customer)).collect();
    let row =
        |(entitlement, email): &(&Entitlement, String)| Some(files::entitlement(customers.get(&entitlement.customer)?, entitlement, email));
    Ok(with_emails(db, found)?.iter().filter_map(row).collect())
}
