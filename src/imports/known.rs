//! What the database knows of a batch's rows: one query a table, whatever the rows name.

use std::collections::{HashMap, HashSet};

use crate::db::{Db, lock_customers};
use crate::domain::CustomerId;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::Entitlement;
use crate::domain::identity;
use crate::imports::files::merge::Batch;
use crate::imports::files::row::{CustomerKey, Found};
use crate::store::{Result, bulk, contacts, customers, entitlements};

/// Keys in one query: what an engine takes without ado. Diesel prepares a list of keys again each time, and keeps none of them: half a dozen
/// a batch cost nothing beside its thousands of rows, and fill no cache.
pub(super) const KEYS: usize = 1_000;

/// The customers that an import has created, by the lines of their rows; only where other rows may be of the same customer.
pub(super) type Created = HashMap<u32, i64>;

/// Records of the database that a batch names.
#[derive(Default)]
pub(super) struct StoredRecords {
    numbers: HashMap<String, i64>,
    crm_ids: HashMap<String, i64>,
    /// Customers that earlier rows of the same file have created, by their lines.
    lines: HashMap<u32, i64>,
    pub customers: HashMap<i64, Customer>,
    /// The contacts that individuals themselves are, by customer.
    pub own: HashMap<i64, Contact>,
    /// By customer and the key of the e-mail.
    contacts: HashMap<i64, HashMap<String, Contact>>,
    /// The defaults of companies.
    pub defaults: HashMap<i64, i64>,
    /// By EID.
    pub entitlements: HashMap<String, Entitlement>,
}

impl StoredRecords {
    /// Looks up all that a batch names. To write, the customers are held first, so that what is found stays true.
    pub fn load(db: &mut Db, batch: &Batch, eids: &[String], created: &Created, hold: bool) -> Result<Self> {
        let mut stored = Self::default();
        let found = stored.load_ids(db, batch, created)?;
        let mut ids: Vec<i64> =
            stored.numbers.values().chain(stored.crm_ids.values()).chain(stored.lines.values()).copied().chain(found).collect();
        // In one order, so that two imports do not wait for each other.
        ids.sort_unstable();
        ids.dedup();
        for ids in ids.chunks(KEYS) {
            if hold {
                lock_customers(db, ids)?;
            }
            for own in contacts::own(db, ids)? {
                stored.add_contact(own.clone());
                stored.own.insert(own.customer.0, own);
            }
            let found: Vec<_> = ids.iter().map(|id| CustomerId(*id)).collect();
            stored.customers.extend(customers::find_all(db, &found)?.into_iter().map(|customer| (customer.id.0, customer)));
            stored.defaults.extend(contacts::defaults(db, ids)?);
        }
        for row in batch.rows.customers.iter().filter(|row| row.customer.line != 0 && row.found != Found::Repeated) {
            if let Some(id) = row.customer.iter().find_map(|key| stored.id(key)) {
                stored.lines.insert(row.customer.line, id);
            }
        }
        stored.load_contacts(db, batch)?;
        for eids in eids.chunks(KEYS) {
            stored.entitlements.extend(entitlements::by_eid(db, eids)?.into_iter().map(|found| (found.eid.clone(), found)));
        }
        Ok(stored)
    }

    /// Returns the ids that the rows name themselves.
    fn load_ids(&mut self, db: &mut Db, batch: &Batch, created: &Created) -> Result<HashSet<i64>> {
        let (mut numbers, mut crm_ids, mut ids) = (HashSet::new(), HashSet::new(), HashSet::new());
        let rows = &batch.rows;
        for key in rows.customers.iter().chain(&rows.contacts).chain(&rows.entitlements).flat_map(|row| row.customer.iter()) {
            match key {
                CustomerKey::Number(key) => numbers.insert(key.to_owned()),
                CustomerKey::CrmId(key) => crm_ids.insert(key.to_owned()),
                CustomerKey::Id(id) => ids.insert(id),
                CustomerKey::Line(line) => created.get(&line).is_some_and(|id| self.lines.insert(line, *id).is_none()),
            };
        }
        let [numbers, crm_ids] = [numbers, crm_ids].map(Vec::from_iter);
        for keys in numbers.chunks(KEYS) {
            self.numbers.extend(customers::holders_of_numbers(db, keys)?);
        }
        for keys in crm_ids.chunks(KEYS) {
            self.crm_ids.extend(customers::holders_of_crm_ids(db, keys)?);
        }
        Ok(ids)
    }

    fn load_contacts(&mut self, db: &mut Db, batch: &Batch) -> Result<()> {
        let mut wanted = HashSet::new();
        let taken = self.taken(batch);
        for row in batch.rows.contacts.iter().chain(&batch.rows.entitlements).filter(|row| !row.email_key.is_empty()) {
            let customer = row.customer.first().and_then(|key| self.customers.get(taken.get(&key).or(self.id(key).as_ref())?));
            wanted
                .extend(customer.filter(|customer| customer.kind() == Kind::Company).map(|company| (company.id.0, row.email_key.clone())));
        }
        for wanted in Vec::from_iter(wanted).chunks(KEYS) {
            bulk::contacts_by_email(db, wanted)?.into_iter().for_each(|contact| self.add_contact(contact));
        }
        Ok(())
    }

    /// The customers that take the CRM ID of another one in this batch, by that.
    fn taken<'a>(&self, batch: &'a Batch) -> HashMap<CustomerKey<'a>, i64> {
        let takes = batch.rows.customers.iter().filter_map(|row| {
            let id = self.id(row.customer.first()?)?;
            self.holder_of_crm_id(&row.customer.crm_id, Some(id)).map(|_| (CustomerKey::CrmId(&row.customer.crm_id), id))
        });
        takes.collect()
    }

    fn add_contact(&mut self, contact: Contact) {
        if let Some(email) = &contact.draft.email {
            let email_key = identity::email_key(email.as_str());
            self.contacts.entry(contact.customer.0).or_default().insert(email_key, contact);
        }
    }

    /// The lines of customers' rows that are of stored customers.
    pub fn lines(&self) -> &Created {
        &self.lines
    }

    /// The customer that has a key.
    pub fn id(&self, key: CustomerKey<'_>) -> Option<i64> {
        match key {
            CustomerKey::Number(key) => self.numbers.get(key).copied(),
            CustomerKey::CrmId(key) => self.crm_ids.get(key).copied(),
            CustomerKey::Id(id) => Some(id),
            CustomerKey::Line(line) => self.lines.get(&line).copied(),
        }
    }

    /// The customer that has a CRM ID, unless it is this one.
    pub fn holder_of_crm_id(&self, crm_id: &str, but: Option<i64>) -> Option<i64> {
        self.id(CustomerKey::CrmId(crm_id)).filter(|holder| Some(*holder) != but)
    }

    /// A customer's contact by the key of its e-mail; an individual's is itself.
    pub fn contact(&self, customer: i64, email_key: &str) -> Option<&Contact> {
        self.contacts.get(&customer)?.get(email_key)
    }
}
