//! What the database knows of a batch's rows: one query a table, whatever the rows name.

use std::collections::{HashMap, HashSet};

use super::record::Import;
use crate::db::{Db, lock_customers};
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::Entitlement;
use crate::domain::fold;
use crate::domain::text::Email;
use crate::imports::files::merge::{Batch, Name};
use crate::store::{Result, bulk, contacts, customers, entitlements};

/// Keys in one query: what an engine takes without ado. Diesel prepares a list of keys anew each time, and keeps none of them: half a dozen
/// a batch cost nothing beside its thousands of rows, and fill no cache.
const KEYS: usize = 1_000;

/// Records of the database that a batch names.
#[derive(Default)]
pub(super) struct Known {
    numbers: HashMap<String, i64>,
    crm_ids: HashMap<String, i64>,
    customers: HashMap<i64, Customer>,
    own: HashMap<i64, Contact>,
    people: HashMap<(i64, String), Contact>,
    defaults: HashMap<i64, i64>,
    entitlements: HashMap<String, Entitlement>,
}

impl Known {
    /// Looks up all that a batch names. To write, the customers are held first, so that what is found stays true.
    pub fn load(db: &mut Db, batch: &Batch, eids: &[String], hold: bool) -> Result<Self> {
        let mut known = Self::default();
        known.load_ids(db, batch)?;
        let mut ids: Vec<i64> = known.numbers.values().chain(known.crm_ids.values()).copied().collect();
        // In one order, so that two imports do not wait for each other.
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() && eids.is_empty() {
            return Ok(known);
        }
        for ids in ids.chunks(KEYS) {
            if hold {
                lock_customers(db, ids)?;
            }
            known.own.extend(contacts::own(db, ids)?.into_iter().map(|own| (own.customer.0, own)));
            let found: Vec<_> = ids.iter().map(|id| crate::domain::CustomerId(*id)).collect();
            known.customers.extend(customers::find_all(db, &found)?.into_iter().map(|customer| (customer.id.0, customer)));
            known.defaults.extend(contacts::defaults(db, ids)?);
        }
        known.load_people(db, batch)?;
        for eids in eids.chunks(KEYS) {
            known.entitlements.extend(entitlements::by_eid(db, eids)?.into_iter().map(|found| (found.eid.clone(), found)));
        }
        Ok(known)
    }

    fn load_ids(&mut self, db: &mut Db, batch: &Batch) -> Result<()> {
        let (mut numbers, mut crm_ids) = (HashSet::new(), HashSet::new());
        let rows = &batch.rows;
        let names = rows.customers.iter().chain(&rows.contacts).chain(&rows.entitlements).flat_map(|row| row.customer.names());
        for name in names {
            match name {
                Name::Number(key) => numbers.insert(key.to_owned()),
                Name::Crm(key) => crm_ids.insert(key.to_owned()),
            };
        }
        let (numbers, crm_ids): (Vec<_>, Vec<_>) = (numbers.into_iter().collect(), crm_ids.into_iter().collect());
        for keys in numbers.chunks(KEYS) {
            self.numbers.extend(customers::holders_of_numbers(db, keys)?);
        }
        for keys in crm_ids.chunks(KEYS) {
            self.crm_ids.extend(customers::holders_of_crm_ids(db, keys)?);
        }
        Ok(())
    }

    fn load_people(&mut self, db: &mut Db, batch: &Batch) -> Result<()> {
        let mut wanted = HashSet::new();
        for row in batch.rows.contacts.iter().chain(&batch.rows.entitlements) {
            if let Some(id) = row.customer.name().and_then(|name| self.id(name))
                && !row.email_key.is_empty()
                && self.customers.get(&id).is_some_and(|customer| customer.kind() == Kind::Company)
            {
                wanted.insert((id, row.email_key.clone()));
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        for wanted in wanted.chunks(KEYS) {
            self.keep(bulk::contacts_by_email(db, wanted)?);
        }
        Ok(())
    }

    fn keep(&mut self, people: Vec<Contact>) {
        let email_key = |contact: &Contact| contact.draft.email.as_ref().map(|email| fold::key(Email::as_str(email)));
        self.people.extend(people.into_iter().filter_map(|contact| Some(((contact.customer.0, email_key(&contact)?), contact))));
    }

    /// The customer that holds a number or a CRM ID.
    pub fn id(&self, name: Name<'_>) -> Option<i64> {
        match name {
            Name::Number(key) => self.numbers.get(key).copied(),
            Name::Crm(key) => self.crm_ids.get(key).copied(),
        }
    }

    /// A customer.
    pub fn customer(&self, id: i64) -> Option<&Customer> {
        self.customers.get(&id)
    }

    /// The contact that an individual itself is.
    pub fn own(&self, id: i64) -> Option<&Contact> {
        self.own.get(&id)
    }

    /// A company's contact by its folded e-mail.
    pub fn contact(&self, customer: i64, email_key: &str) -> Option<&Contact> {
        // A key of two borrowed halves does not fit a map of owned ones without a copy.
        self.people.get(&(customer, email_key.to_owned()))
    }

    /// A company's default.
    pub fn default_of(&self, customer: i64) -> Option<i64> {
        self.defaults.get(&customer).copied()
    }

    /// An entitlement.
    pub fn entitlement(&self, eid: &str) -> Option<&Entitlement> {
        self.entitlements.get(eid)
    }

    /// Whether entitlements may be created for a stored customer although it is disabled: this import has created it so.
    pub fn brought_disabled(&self, id: i64, import: Option<&Import>) -> bool {
        self.customers.get(&id).is_some_and(|customer| import.is_some_and(|import| customer.created_at == import.started))
    }
}
