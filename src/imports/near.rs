//! Keys of the database that a key of a file nearly is: `00042` where the file has `42`, since a spreadsheet takes a number for one. (That
//! numbers and CRM IDs differ by their case is seen without a look: they are compared folded.)

use std::collections::HashMap;

use super::known::{KEYS, StoredRecords};
use crate::db::Db;
use crate::imports::files::merge::{Batch, CustomerKey};
use crate::store::{Result, customers, entitlements};

/// Zeros that are tried in front.
const ZEROS: usize = 8;

/// For keys that are not stored: a stored one that differs by zeros in front only, or an EID by its case.
#[derive(Default)]
pub(super) struct NearMatches {
    numbers: HashMap<String, String>,
    crm_ids: HashMap<String, String>,
    eids: HashMap<String, String>,
}

impl NearMatches {
    /// Looks for the near matches of a batch's new keys.
    pub fn load(db: &mut Db, batch: &Batch, stored: &StoredRecords, eids: &[String]) -> Result<Self> {
        let (mut numbers, mut crm_ids) = (HashMap::new(), HashMap::new());
        for key in batch.rows.customers.iter().flat_map(|row| row.customer.iter()).filter(|key| stored.id(*key).is_none()) {
            match key {
                CustomerKey::Number(key) => numbers.extend(with_other_zeros(key)),
                CustomerKey::CrmId(key) => crm_ids.extend(with_other_zeros(key)),
            }
        }
        let mut spellings = HashMap::new();
        for eid in eids.iter().filter(|eid| !stored.entitlements.contains_key(*eid)) {
            let others = [eid.to_uppercase(), eid.to_lowercase()].into_iter().filter(|other| other != eid);
            spellings.extend(others.map(|other| (other, eid.clone())));
        }
        let keys = |holders: Vec<(String, i64)>| holders.into_iter().map(|(key, _)| key).collect();
        Ok(Self {
            numbers: found(&numbers, |candidates| customers::holders_of_numbers(db, candidates).map(keys))?,
            crm_ids: found(&crm_ids, |candidates| customers::holders_of_crm_ids(db, candidates).map(keys))?,
            eids: found(&spellings, |candidates| Ok(entitlements::by_eid(db, candidates)?.into_iter().map(|found| found.eid).collect()))?,
        })
    }

    /// The stored key that a new one nearly is.
    pub fn of(&self, key: CustomerKey<'_>) -> Option<&str> {
        match key {
            CustomerKey::Number(key) => self.numbers.get(key),
            CustomerKey::CrmId(key) => self.crm_ids.get(key),
        }
        .map(String::as_str)
    }

    /// The stored EID that a new one nearly is: in capitals, or in small letters.
    pub fn of_eid(&self, eid: &str) -> Option<&str> {
        self.eids.get(eid).map(String::as_str)
    }
}

/// From candidates with the new key that each stands for: the new keys with the candidate that is stored.
fn found(
    candidates: &HashMap<String, String>,
    mut look_up: impl FnMut(&[String]) -> Result<Vec<String>>,
) -> Result<HashMap<String, String>> {
    let wanted: Vec<String> = candidates.keys().cloned().collect();
    let mut matches = HashMap::new();
    for keys in wanted.chunks(KEYS) {
        matches.extend(look_up(keys)?.into_iter().filter_map(|stored| Some((candidates.get(&stored)?.clone(), stored))));
    }
    Ok(matches)
}

/// The keys that differ from one of digits by zeros in front, each with that one.
fn with_other_zeros(key: &str) -> impl Iterator<Item = (String, String)> {
    let is_digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let bare = key.trim_start_matches('0');
    let candidates = (0..=ZEROS).map(move |zeros| format!("{}{bare}", "0".repeat(zeros)));
    candidates
        .filter(move |candidate| is_digits && candidate != key && !candidate.is_empty())
        .map(move |candidate| (candidate, key.to_owned()))
}
