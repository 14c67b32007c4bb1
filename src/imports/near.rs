//! Keys of the database that a key of a file nearly is: `00042` where the file has `42`, since a spreadsheet takes a number for one; `josé@…` where
//! it has `jose@…`. (What differs by its case alone is the same.)

use std::collections::{HashMap, HashSet};

use super::known::{KEYS, StoredRecords};
use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::identity;
use crate::imports::files::merge::Batch;
use crate::imports::files::row::CustomerKey;
use crate::store::{Result, contacts, entitlements, near};

/// For keys that are not stored: what nearly is the same and is stored, as it is written.
#[derive(Default)]
pub(super) struct NearMatches {
    /// By what numbers that nearly are the same share.
    numbers: HashMap<String, String>,
    /// By what CRM IDs that nearly are the same share.
    crm_ids: HashMap<String, String>,
    /// By the customer and what e-mails that nearly are the same share.
    emails: HashMap<(i64, String), String>,
    /// By the EID of the file.
    eids: HashMap<String, String>,
}

impl NearMatches {
    /// Looks for the near matches of a batch's new keys.
    pub fn load(db: &mut Db, batch: &Batch, stored: &StoredRecords, eids: &[String]) -> Result<Self> {
        let (mut numbers, mut crm_ids) = (Vec::new(), Vec::new());
        for key in batch.rows.customers.iter().flat_map(|row| row.customer.iter()).filter(|key| stored.id(*key).is_none()) {
            match key {
                CustomerKey::Number(key) => numbers.push(identity::near(key)),
                CustomerKey::CrmId(key) => crm_ids.push(identity::near(key)),
                CustomerKey::Id(_) | CustomerKey::Line(_) => {}
            }
        }
        let mut found = Self::default();
        for keys in numbers.chunks(KEYS) {
            found.numbers.extend(near::numbers(db, keys)?);
        }
        for keys in crm_ids.chunks(KEYS) {
            found.crm_ids.extend(near::crm_ids(db, keys)?);
        }
        found.emails = emails(db, batch, stored)?;
        let mut spellings = HashMap::new();
        for eid in eids.iter().filter(|eid| !stored.entitlements.contains_key(*eid)) {
            let others = [eid.to_uppercase(), eid.to_lowercase()].into_iter().filter(|other| other != eid);
            spellings.extend(others.map(|other| (other, eid.clone())));
        }
        for eids in spellings.keys().cloned().collect::<Vec<_>>().chunks(KEYS) {
            let stored = entitlements::by_eid(db, eids)?.into_iter().map(|stored| stored.eid);
            found.eids.extend(stored.filter_map(|eid| Some((spellings.get(&eid)?.clone(), eid))));
        }
        Ok(found)
    }

    /// The stored number or CRM ID that a new one nearly is.
    pub fn of(&self, key: CustomerKey<'_>) -> Option<&str> {
        match key {
            CustomerKey::Number(key) => self.numbers.get(&identity::near(key)),
            CustomerKey::CrmId(key) => self.crm_ids.get(&identity::near(key)),
            CustomerKey::Id(_) | CustomerKey::Line(_) => None,
        }
        .map(String::as_str)
    }

    /// The stored e-mail of a customer that a new one nearly is.
    pub fn of_email(&self, customer: i64, email_key: &str) -> Option<&str> {
        self.emails.get(&(customer, identity::near_email(email_key))).map(String::as_str)
    }

    /// The stored EID that a new one nearly is: in capitals, or in small letters.
    pub fn of_eid(&self, eid: &str) -> Option<&str> {
        self.eids.get(eid).map(String::as_str)
    }
}

/// The stored e-mails of the companies for which a batch brings new contacts.
fn emails(db: &mut Db, batch: &Batch, stored: &StoredRecords) -> Result<HashMap<(i64, String), String>> {
    let mut companies = HashSet::new();
    for row in batch.rows.contacts.iter().filter(|row| !row.email_key.is_empty()) {
        let company = row.customer.first().and_then(|key| stored.customers.get(&stored.id(key)?));
        let company = company.filter(|company| company.kind() == Kind::Company).map(|company| company.id.0);
        companies.extend(company.filter(|id| stored.contact(*id, &row.email_key).is_none()));
    }
    let mut emails = HashMap::new();
    for ids in Vec::from_iter(companies).chunks(KEYS) {
        let found = contacts::emails(db, ids)?;
        emails.extend(found.into_iter().map(|(customer, email)| ((customer, identity::near_email(&email)), email)));
    }
    Ok(emails)
}
