//! Writes what a plan says, in the transaction that the plan was made in.

use std::collections::{HashMap, HashSet};

use super::bulk::{self, NewContact, NewCustomer, NewEntitlement};
use super::job::{self, Job};
use super::known::Known;
use super::plan::{Owner, Person, Plan, Verdict};
use super::seen::Given;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::{ContactId, CustomerId, EntitlementId, fold};
use crate::imports::files::contact::Wanted;
use crate::list;
use crate::store::contacts::Standing;
use crate::store::{Result, contacts, customers, entitlements};

/// Customers whose records changed, or what belongs to them.
#[derive(Default)]
struct Touched {
    /// They are searched for anew.
    all: HashSet<i64>,
    /// What belongs to them changed: they count as changed now.
    followers: HashSet<i64>,
}

/// What is written in one transaction.
pub(super) struct Apply<'a> {
    pub actor: Actor,
    pub job: &'a Job,
    pub known: &'a Known,
    pub given: Option<&'a Given>,
}

impl Apply<'_> {
    /// Writes all of a plan.
    pub fn all(&self, db: &mut Db, plan: &Plan) -> Result<()> {
        let mut touched = Touched::default();
        let created = self.customers(db, plan, &mut touched)?;
        let people = self.contacts(db, plan, &created, &mut touched)?;
        self.entitlements(db, plan, &created, &people, &mut touched)?;
        let followers: Vec<i64> = touched.followers.iter().filter(|id| self.known.customer(**id).is_some()).copied().collect();
        for ids in followers.chunks(KEYS) {
            customers::touch(db, self.actor, ids)?;
        }
        touched.all.extend(touched.followers);
        let mut touched: Vec<i64> = touched.all.into_iter().collect();
        if list::is_deferred(db)? {
            let created: HashSet<&i64> = created.values().collect();
            touched.retain(|id| !created.contains(id));
            touched = list::listed(db, &touched)?;
        }
        list::reindex_all(db, &touched.into_iter().map(CustomerId).collect::<Vec<_>>())
    }

    /// What is created has the moment at which the import began.
    fn creator(&self) -> Actor {
        Actor { now: self.job.started, ..self.actor }
    }

    /// Returns the ids of the created customers, by row.
    fn customers(&self, db: &mut Db, plan: &Plan, touched: &mut Touched) -> Result<HashMap<usize, i64>> {
        let (mut rows, mut new) = (Vec::new(), Vec::new());
        for (index, verdict) in plan.customers.iter().enumerate() {
            match verdict {
                Verdict::New(wanted) => {
                    rows.push(index);
                    new.push(NewCustomer { number: wanted.number.clone(), enabled: wanted.enabled, draft: &wanted.draft });
                }
                Verdict::Changed(id, wanted) => {
                    let Some(stored) = self.known.customer(*id) else { continue };
                    if stored.draft != wanted.draft {
                        customers::save(db, self.actor, stored, &wanted.draft)?;
                    }
                    if stored.enabled != wanted.enabled {
                        customers::set_enabled(db, self.actor, stored.id, wanted.enabled)?;
                        if stored.enabled {
                            job::remember_disabled(db, self.job, *id)?;
                        }
                    }
                    touched.all.insert(*id);
                }
                Verdict::Unchanged(_) | Verdict::Skipped(_) | Verdict::Invalid(_) => {}
            }
        }
        self.number(db, &mut new)?;
        let ids = bulk::insert_customers(db, self.creator(), &new)?;
        touched.all.extend(&ids);
        Ok(rows.into_iter().zip(ids).collect())
    }

    /// Gives numbers to those that bring none: such that nobody holds, and none that the file gives further down.
    fn number(&self, db: &mut Db, new: &mut [NewCustomer<'_>]) -> Result<()> {
        let mut without: Vec<&mut NewCustomer<'_>> = new.iter_mut().filter(|new| new.number.is_empty()).collect();
        while !without.is_empty() {
            let drawn: Vec<String> = customers::draw_numbers(db, i64::try_from(without.len()).unwrap_or(i64::MAX))?.collect();
            let keys: Vec<String> = drawn.iter().map(|number| fold::key(number)).collect();
            let held: HashSet<String> = customers::many::holders_of_numbers(db, &keys)?.into_iter().map(|(key, _)| key).collect();
            let free = |key: &String| !held.contains(key) && !self.given.is_some_and(|given| given.holds(key));
            let free: Vec<String> = drawn.into_iter().zip(&keys).filter(|(_, key)| free(key)).map(|(number, _)| number).collect();
            let rest = without.split_off(free.len());
            for (new, number) in without.into_iter().zip(free) {
                new.number = number;
            }
            without = rest;
        }
        Ok(())
    }

    /// Returns the ids of the created contacts, by row.
    fn contacts(&self, db: &mut Db, plan: &Plan, created: &HashMap<usize, i64>, touched: &mut Touched) -> Result<HashMap<usize, i64>> {
        let defaults = self.clear_defaults(db, plan, created)?;
        let mut with_contacts: HashSet<i64> = HashSet::new();
        let (mut rows, mut new) = (Vec::new(), Vec::new());
        for (index, (verdict, owner)) in plan.contacts.iter().enumerate() {
            let Some(customer) = owner.and_then(|owner| id_of(owner, created)) else { continue };
            match verdict {
                Verdict::New(wanted) => {
                    let first = with_contacts.insert(customer);
                    let default = match wanted.default {
                        Some(default) => default,
                        None => first && !defaults.contains(&customer) && self.has_no_contact(db, customer)?,
                    };
                    rows.push(index);
                    new.push(NewContact { customer, standing: Standing { enabled: wanted.enabled, default }, draft: &wanted.draft });
                }
                Verdict::Changed(id, wanted) => self.change_contact(db, customer, *id, wanted)?,
                Verdict::Unchanged(_) | Verdict::Skipped(_) | Verdict::Invalid(_) => continue,
            }
            touched.followers.insert(customer);
        }
        let ids = bulk::insert_contacts(db, self.creator(), &new)?;
        Ok(rows.into_iter().zip(ids).collect())
    }

    /// Takes the default from contacts that are to lose it, before others get it. Returns the customers that have, or get, one.
    fn clear_defaults(&self, db: &mut Db, plan: &Plan, created: &HashMap<usize, i64>) -> Result<HashSet<i64>> {
        let mut defaults = HashSet::new();
        for (verdict, owner) in &plan.contacts {
            let Some(customer) = owner.and_then(|owner| id_of(owner, created)) else { continue };
            let present = self.known.default_of(customer);
            if present.is_some() {
                defaults.insert(customer);
            }
            let loses = match verdict {
                Verdict::New(wanted) if wanted.default == Some(true) => defaults.insert(customer) || present.is_some(),
                Verdict::Changed(id, wanted) if wanted.default == Some(true) => {
                    defaults.insert(customer);
                    present != Some(*id)
                }
                Verdict::Changed(id, wanted) => wanted.default == Some(false) && present == Some(*id),
                _ => false,
            };
            if loses && present.is_some() {
                contacts::clear_default(db, CustomerId(customer))?;
            }
        }
        Ok(defaults)
    }

    fn has_no_contact(&self, db: &mut Db, customer: i64) -> Result<bool> {
        Ok(self.known.customer(customer).is_none() || contacts::count(db, CustomerId(customer))? == 0)
    }

    fn change_contact(&self, db: &mut Db, customer: i64, id: i64, wanted: &Wanted) -> Result<()> {
        let email_key = wanted.draft.email.as_ref().map(|email| fold::key(email.as_str())).unwrap_or_default();
        let Some(stored) = self.known.contact(customer, &email_key) else { return Ok(()) };
        if stored.draft != wanted.draft {
            contacts::save(db, self.actor, stored, &wanted.draft)?;
        }
        if stored.enabled != wanted.enabled {
            contacts::put_enabled(db, self.actor, stored.id, wanted.enabled)?;
        }
        if wanted.default == Some(true) && !stored.default {
            contacts::make_default(db, self.actor, ContactId(id))?;
        }
        Ok(())
    }

    fn entitlements(
        &self,
        db: &mut Db,
        plan: &Plan,
        created: &HashMap<usize, i64>,
        people: &HashMap<usize, i64>,
        touched: &mut Touched,
    ) -> Result<()> {
        let own = own_of_new(db, plan, created)?;
        let mut new = Vec::new();
        for (verdict, eid, owner, person) in &plan.entitlements {
            let Some(customer) = owner.and_then(|owner| id_of(owner, created)) else { continue };
            let contact = match person {
                Person::Nobody | Person::Earlier => None,
                Person::Stored(id) => Some(*id),
                Person::Row(index) => people.get(index).copied(),
                Person::Own(_) => own.get(&customer).copied(),
            };
            match verdict {
                Verdict::New(wanted) => new.push(NewEntitlement { customer, contact, eid, wanted }),
                Verdict::Changed(id, wanted) => {
                    let contact = contact.map(ContactId);
                    entitlements::save(db, self.actor, EntitlementId(*id), contact, &wanted.draft, wanted.ended_at)?;
                }
                Verdict::Unchanged(_) | Verdict::Skipped(_) | Verdict::Invalid(_) => continue,
            }
            touched.followers.insert(customer);
        }
        bulk::insert_entitlements(db, self.creator(), &new)
    }
}

/// Keys in one query.
const KEYS: usize = 1_000;

/// The customer that a row belongs to, now that it is stored.
fn id_of(owner: Owner, created: &HashMap<usize, i64>) -> Option<i64> {
    match owner {
        Owner::Stored(id) => Some(id),
        Owner::Row(index) => created.get(&index).copied(),
        Owner::Line(_) => None,
    }
}

/// The contacts that new individuals are, where entitlements name them.
fn own_of_new(db: &mut Db, plan: &Plan, created: &HashMap<usize, i64>) -> Result<HashMap<i64, i64>> {
    let wanted = plan.entitlements.iter().filter_map(|(_, _, _, person)| match person {
        Person::Own(index) => created.get(index).copied(),
        _ => None,
    });
    let wanted: Vec<i64> = wanted.collect::<HashSet<_>>().into_iter().collect();
    let mut own = HashMap::new();
    for ids in wanted.chunks(KEYS) {
        own.extend(contacts::own(db, ids)?.into_iter().map(|contact| (contact.customer.0, contact.id.0)));
    }
    Ok(own)
}
