//! Customers that a search finds, and the contacts and entitlements that belong to them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::records::Records;
use crate::db::{Database, Db};
use crate::domain::CustomerId;
use crate::domain::actor::Actor;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::Entitlement;
use crate::domain::files::{self, Cell};
use crate::domain::import::Subject;
use crate::domain::query::{Place, Query};
use crate::list::{self, Next};
use crate::store::{Result, contacts, customers, entitlements};

/// Customers that are read at a time.
const CHUNK: usize = 200;
/// Contacts, or entitlements, of one customer that are read at a time.
const PORTION: usize = 1_000;
/// Of so many customers, at most, it is read at once.
const OWNERS: usize = 100;
/// Rows of the list that are compared at a time.
const COMPARED: usize = 2_000;
/// What was changed so long before the export began is looked at again at its end: clocks of several servers differ.
pub(super) const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// Brings customers and what belongs to them.
pub struct OfCustomers {
    query: Query,
    zone: Tz,
    wanted: Vec<Subject>,
    began: NaiveDateTime,
    ahead: Ahead,
    /// Customers that are to be read.
    found: VecDeque<CustomerId>,
    /// Those that were read, or are about to be.
    seen: HashSet<CustomerId>,
    /// Of whom more is to be read.
    of: VecDeque<Owner>,
}

/// A customer of whom contacts or entitlements are to be read.
struct Owner {
    subject: Subject,
    customer: Arc<Customer>,
    /// Those beyond this id.
    after: i64,
}

/// What is to be looked for.
enum Ahead {
    /// What follows in the list.
    List(Option<Next>),
    /// Of these, which were changed meanwhile, those that have not been seen.
    Changed(Vec<CustomerId>),
}

impl OfCustomers {
    pub fn new(query: Query, wanted: &[Subject], actor: &Actor) -> Self {
        Self {
            query: Query { place: Place::First, ..query },
            zone: actor.zone,
            wanted: wanted.to_vec(),
            began: actor.now,
            ahead: Ahead::List(None),
            found: VecDeque::new(),
            seen: HashSet::new(),
            of: VecDeque::new(),
        }
    }

    /// One reading.
    pub fn next(&mut self, database: &Database) -> Result<Option<Records>> {
        if let Some(Owner { subject, .. }) = self.of.front() {
            let subject = *subject;
            let (rows, done, after) = database.read(|db| belongings(db, subject, &self.of))?;
            self.of.drain(..done);
            if let (Some(owner), Some(after)) = (self.of.front_mut(), after) {
                owner.after = after;
            }
            return Ok(Some(Records { subject, rows }));
        }
        if self.found.is_empty() && !self.look(database)? {
            return Ok(None);
        }
        let ids: Vec<CustomerId> = self.found.drain(..CHUNK.min(self.found.len())).collect();
        let read = database.read(|db| customers::find_all(db, &ids))?;
        let rows = if self.wants(Subject::Customers) { read.iter().map(files::customer).collect() } else { Vec::new() };
        let read: Vec<Arc<Customer>> = read.into_iter().map(Arc::new).collect();
        for subject in [Subject::Contacts, Subject::Entitlements] {
            if self.wants(subject) {
                // An individual has no contacts.
                let owners = read.iter().filter(|customer| subject != Subject::Contacts || customer.kind() == Kind::Company);
                self.of.extend(owners.map(|customer| Owner { subject, customer: Arc::clone(customer), after: 0 }));
            }
        }
        Ok(Some(Records { subject: Subject::Customers, rows }))
    }

    fn wants(&self, subject: Subject) -> bool {
        self.wanted.contains(&subject)
    }

    /// Looks for more customers; whether there may be more.
    fn look(&mut self, database: &Database) -> Result<bool> {
        let found = match &mut self.ahead {
            Ahead::List(from) => {
                let (found, next) = database.read(|db| list::portion(db, &self.query, self.zone, from.as_ref(), COMPARED))?;
                self.ahead = match next {
                    Some(next) => Ahead::List(Some(next)),
                    None => Ahead::Changed(database.read(|db| list::changed_since(db, self.began - MARGIN))?),
                };
                found
            }
            Ahead::Changed(changed) if changed.is_empty() => return Ok(false),
            Ahead::Changed(changed) => {
                let mut some = changed.split_off(changed.len().saturating_sub(COMPARED));
                some.retain(|id| !self.seen.contains(id));
                database.read(|db| list::found_among(db, &self.query, self.zone, &some))?
            }
        };
        self.found.extend(found.into_iter().filter(|id| self.seen.insert(*id)));
        Ok(true)
    }
}

/// What belongs to the first of these customers, how many of them are done, and beyond which id to go on with the one after them.
fn belongings(db: &mut Db, subject: Subject, of: &VecDeque<Owner>) -> Result<(Vec<Vec<Cell>>, usize, Option<i64>)> {
    let owners: Vec<&Owner> = of.iter().take_while(|owner| owner.subject == subject).take(OWNERS).collect();
    if let Some(rows) = all_belongings(db, subject, &owners)? {
        return Ok((rows, owners.len(), None));
    }
    let (mut rows, mut done) = (Vec::new(), 0);
    for owner in owners {
        if rows.len() >= PORTION {
            break;
        }
        let last = portion(db, owner, &mut rows)?;
        if last.is_some() {
            return Ok((rows, done, last));
        }
        done += 1;
    }
    Ok((rows, done, None))
}

/// All that belongs to these customers, in their order; `None` if that is more than a portion, or a part of it has been read.
fn all_belongings(db: &mut Db, subject: Subject, owners: &[&Owner]) -> Result<Option<Vec<Vec<Cell>>>> {
    if owners.iter().any(|owner| owner.after > 0) {
        return Ok(None);
    }
    let ids: Vec<i64> = owners.iter().map(|owner| owner.customer.id.0).collect();
    let mut rows = Vec::new();
    if subject == Subject::Contacts {
        let found = contacts::some_of_all(db, &ids, PORTION + 1)?;
        if found.len() > PORTION {
            return Ok(None);
        }
        for of in owners.iter().map(|owner| &owner.customer) {
            rows.extend(found.iter().filter(|contact| contact.customer == of.id).map(|contact| files::contact(of, contact)));
        }
        return Ok(Some(rows));
    }
    let found = entitlements::some_of_all(db, &ids, PORTION + 1)?;
    if found.len() > PORTION {
        return Ok(None);
    }
    let found = with_emails(db, &found)?;
    for of in owners.iter().map(|owner| &owner.customer) {
        rows.extend(found.iter().filter(|(found, _)| found.customer == of.id).map(|(found, email)| files::entitlement(of, found, email)));
    }
    Ok(Some(rows))
}

/// Some of what belongs to a customer; beyond which id there may be more.
fn portion(db: &mut Db, owner: &Owner, rows: &mut Vec<Vec<Cell>>) -> Result<Option<i64>> {
    let of = &owner.customer;
    let last = if owner.subject == Subject::Contacts {
        let found = contacts::some_of(db, of.id, owner.after, PORTION)?;
        rows.extend(found.iter().map(|contact| files::contact(of, contact)));
        found.get(PORTION - 1).map(|last| last.id.0)
    } else {
        let found = entitlements::some_of(db, of.id, owner.after, PORTION)?;
        rows.extend(with_emails(db, &found)?.iter().map(|(found, email)| files::entitlement(of, found, email)));
        found.get(PORTION - 1).map(|last| last.id.0)
    };
    Ok(last)
}

/// Entitlements with the e-mail of the contact that each names, which is empty where it names none.
pub(super) fn with_emails<'a>(db: &mut Db, all: &'a [Entitlement]) -> Result<Vec<(&'a Entitlement, String)>> {
    let named: Vec<i64> = all.iter().filter_map(|entitlement| entitlement.draft.contact).map(|id| id.0).collect();
    let emails: HashMap<_, _> = contacts::find_all(db, &named)?.into_iter().map(|contact| (contact.id, contact.draft.email)).collect();
    let email = |entitlement: &Entitlement| Some(emails.get(&entitlement.draft.contact?)?.as_ref()?.as_str().to_owned());
    Ok(all.iter().map(|entitlement| (entitlement, email(entitlement).unwrap_or_default())).collect())
}
