//! Writes what a plan says, in the transaction that the plan was made in.

use std::collections::{HashMap, HashSet};

use super::known::{Created, KEYS, StoredRecords};
use super::plan::outcome::{ContactRef, Plan, PlannedContact, written};
use super::record::Import;
use super::seen::{CustomerRef, Lines};
use crate::changes::{self, bulk};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::entitlement::{self, Entitlement};
use crate::domain::{ContactId, CustomerId, identity};
use crate::imports::files::merge::Batch;
use crate::imports::files::row::{CustomerKey, short_line};
use crate::list;
use crate::store::contacts::NewContact;
use crate::store::customers::NewCustomer;
use crate::store::entitlements::NewEntitlement;
use crate::store::{Result, contacts, customers};

/// Rows that a customer gets in one transaction from which on more are to be expected: its entry in the list waits for the last of them.
const MANY: usize = 500;

/// What is written in one transaction.
pub(super) struct Apply<'a> {
    pub actor: &'a Actor,
    pub import: &'a Import,
    pub batch: &'a Batch,
    pub stored: &'a StoredRecords,
    /// The numbers that the file gives, where others are to be generated.
    pub numbers: Option<&'a Lines>,
}

impl Apply<'_> {
    /// Writes all of a plan. Returns the customers that it has created, by the lines of their rows.
    pub fn all(&self, db: &mut Db, plan: &Plan) -> Result<Created> {
        let mut changed = HashSet::new();
        let created = self.customers(db, plan, &mut changed)?;
        // Customers that get something count as changed now.
        let mut owners = HashMap::new();
        let contacts = self.contacts(db, plan, &created, &mut owners)?;
        self.entitlements(db, plan, [&created, &contacts], &mut owners)?;
        let stored: Vec<i64> = owners.keys().filter(|id| self.stored.customers.contains_key(id)).copied().collect();
        changed.extend(owners.keys());
        let mut to_index: Vec<i64> = changed.into_iter().collect();
        if list::is_deferred(db)? {
            let created: HashSet<&i64> = created.values().collect();
            to_index.retain(|id| !created.contains(id));
            to_index = list::listed(db, &to_index)?;
        }
        let behind: Vec<i64> = to_index.iter().copied().filter(|id| owners.get(id).is_some_and(|rows| *rows >= MANY)).collect();
        let behind = list::listed(db, &behind)?;
        list::leave_behind(db, &behind)?;
        to_index.retain(|id| !behind.contains(id));
        changes::follow_all(db, self.actor, &stored, &to_index.into_iter().map(CustomerId).collect::<Vec<_>>())?;
        Ok(created)
    }

    fn customers(&self, db: &mut Db, plan: &Plan, changed: &mut HashSet<i64>) -> Result<Created> {
        customers::give_up_crm_ids(db, &self.passed_on(plan))?;
        let (mut lines, mut new) = (Vec::new(), Vec::new());
        for (row, planned) in self.batch.rows.customers.iter().zip(&plan.customers) {
            let Some((id, record)) = written(planned) else { continue };
            let Some(stored) = id.and_then(|id| self.stored.customers.get(&id)) else {
                lines.push(short_line(row.record.line));
                new.push(NewCustomer {
                    number: record.number.clone(),
                    enabled: record.enabled,
                    draft: &record.draft,
                    created_at: self.import.started,
                    batch: self.actor.batch,
                });
                continue;
            };
            let after = Customer { draft: record.draft.clone(), enabled: record.enabled, ..stored.clone() };
            changes::customers::update(db, self.actor, stored, &after)?;
            changed.insert(stored.id.0);
        }
        self.number(db, &mut new)?;
        let ids: Vec<i64> = bulk::create_customers(db, self.actor, &new)?.into_iter().map(|id| id.0).collect();
        changed.extend(&ids);
        Ok(lines.into_iter().zip(ids).collect())
    }

    /// The customers whose CRM IDs others take in this batch. They are given another one themselves, or none.
    fn passed_on(&self, plan: &Plan) -> Vec<i64> {
        let rows = self.batch.rows.customers.iter().zip(&plan.customers);
        let holders = rows.filter_map(|(row, planned)| {
            let (id, _) = written(planned)?;
            self.stored.holder_of_crm_id(&row.customer.crm_id, id)
        });
        holders.collect()
    }

    /// Gives numbers to those that bring none: such that nobody holds, and none that the file gives further down.
    fn number(&self, db: &mut Db, new: &mut [NewCustomer<'_>]) -> Result<()> {
        let mut without: Vec<&mut NewCustomer<'_>> = new.iter_mut().rev().filter(|new| new.number.is_empty()).collect();
        while !without.is_empty() {
            let drawn: Vec<String> = customers::draw_numbers(db, i64::try_from(without.len()).unwrap_or(i64::MAX))?.collect();
            let keys: Vec<String> = drawn.iter().map(|number| identity::key(number)).collect();
            let held: HashSet<String> = customers::holders_of_numbers(db, &keys)?.into_iter().map(|(key, _)| key).collect();
            let is_given = |key: &str| self.numbers.is_some_and(|numbers| numbers.get(&CustomerKey::Number(key)).is_some());
            let free = drawn.into_iter().zip(&keys).filter(|(_, key)| !held.contains(*key) && !is_given(key));
            for (number, _) in free {
                if let Some(new) = without.pop() {
                    new.number = number;
                }
            }
        }
        Ok(())
    }

    fn contacts(&self, db: &mut Db, plan: &Plan, created: &Created, owners: &mut HashMap<i64, usize>) -> Result<Created> {
        let (mut lines, mut new) = (Vec::new(), Vec::new());
        for (row, planned) in self.batch.rows.contacts.iter().zip(&plan.contacts) {
            let Some((id, PlannedContact { customer, becomes_default: default, record })) = written(planned) else { continue };
            let Some(customer) = id_of(*customer, created) else { continue };
            *owners.entry(customer).or_default() += 1;
            let Some(stored) = id.and_then(|_| self.stored.contact(customer, &row.email_key)) else {
                lines.push(short_line(row.record.line));
                new.push(NewContact {
                    customer: CustomerId(customer),
                    own: false,
                    enabled: record.enabled,
                    default: *default,
                    draft: &record.draft,
                    created_at: self.import.started,
                    batch: self.actor.batch,
                });
                continue;
            };
            let default = stored.default || *default;
            let after = Contact { draft: record.draft.clone(), enabled: record.enabled, default, ..stored.clone() };
            changes::contacts::update(db, self.actor, stored, &after)?;
        }
        let ids = bulk::create_contacts(db, self.actor, &new, |customer| self.stored.defaults.get(&customer.0).copied().map(ContactId))?;
        Ok(lines.into_iter().zip(ids.into_iter().map(|id| id.0)).collect())
    }

    fn entitlements(&self, db: &mut Db, plan: &Plan, created: [&Created; 2], owners: &mut HashMap<i64, usize>) -> Result<()> {
        let [customers, contacts] = created;
        let own = own_of_new(db, plan, customers)?;
        let mut new = Vec::new();
        for (id, entitlement) in plan.entitlements.iter().filter_map(written) {
            let Some(customer) = id_of(entitlement.customer, customers) else { continue };
            *owners.entry(customer).or_default() += 1;
            let contact = match entitlement.contact {
                ContactRef::Nobody => None,
                ContactRef::Stored(id) => Some(id),
                ContactRef::New(line) => contacts.get(&line).copied(),
                ContactRef::Own => own.get(&customer).copied(),
            };
            let record = &entitlement.record;
            if id.is_none() {
                new.push(NewEntitlement {
                    eid: &entitlement.eid,
                    customer: CustomerId(customer),
                    contact: contact.map(ContactId),
                    draft: &record.draft,
                    ended_at: record.ended_at,
                    created_at: self.import.started,
                    batch: self.actor.batch,
                    renews: None,
                    today: self.actor.today,
                });
            } else if let Some(stored) = self.stored.entitlements.get(&entitlement.eid) {
                let draft = entitlement::Draft { contact: contact.map(ContactId), ..record.draft.clone() };
                let after = Entitlement { draft, ended_at: record.ended_at, ..stored.clone() };
                changes::entitlements::update(db, self.actor, stored, &after)?;
            }
        }
        bulk::create_entitlements(db, &new)
    }
}

/// A customer that is stored by now.
fn id_of(customer: CustomerRef, created: &Created) -> Option<i64> {
    match customer {
        CustomerRef::Stored(id) => Some(id),
        CustomerRef::New(line) => created.get(&line).copied(),
    }
}

/// The contacts that new individuals are, by customer, where entitlements name them.
fn own_of_new(db: &mut Db, plan: &Plan, created: &Created) -> Result<HashMap<i64, i64>> {
    let entitlements = plan.entitlements.iter().filter_map(written).filter(|(_, entitlement)| entitlement.contact == ContactRef::Own);
    let named: HashSet<i64> = entitlements.filter_map(|(_, entitlement)| id_of(entitlement.customer, created)).collect();
    let mut own = HashMap::new();
    for ids in Vec::from_iter(named).chunks(KEYS) {
        own.extend(contacts::own(db, ids)?.into_iter().map(|contact| (contact.customer.0, contact.id.0)));
    }
    Ok(own)
}
