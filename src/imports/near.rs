//! Keys of the database that a key of a file nearly is: `00042` where the file has `42`, since a spreadsheet takes a number for one. (That
//! numbers and CRM IDs differ by their case is seen without a look: they are compared folded.)

use std::collections::HashMap;

use super::known::Known;
use crate::db::Db;
use crate::imports::files::merge::{Batch, Name};
use crate::store::{Result, customers, entitlements};

/// Zeros that are tried in front.
const ZEROS: usize = 8;
/// Keys in one query.
const KEYS: usize = 1_000;

/// For keys that are not known: a known one that differs by zeros in front only, or an EID by its case.
#[derive(Default)]
pub(super) struct Near {
    numbers: HashMap<String, String>,
    crm_ids: HashMap<String, String>,
    eids: HashMap<String, String>,
}

impl Near {
    /// Looks for the neighbours of a batch's new keys.
    pub fn load(db: &mut Db, batch: &Batch, known: &Known, eids: &[String]) -> Result<Self> {
        let mut near = Self::default();
        let (mut numbers, mut crm_ids) = (HashMap::new(), HashMap::new());
        for name in batch.rows.customers.iter().flat_map(|row| row.customer.names()).filter(|name| known.id(*name).is_none()) {
            match name {
                Name::Number(key) => numbers.extend(neighbours(key)),
                Name::Crm(key) => crm_ids.extend(neighbours(key)),
            }
        }
        let (wanted_numbers, wanted_crm_ids): (Vec<_>, Vec<_>) = (numbers.keys().cloned().collect(), crm_ids.keys().cloned().collect());
        for keys in wanted_numbers.chunks(KEYS) {
            let held = customers::holders_of_numbers(db, keys)?;
            near.numbers.extend(held.into_iter().filter_map(|(known, _)| Some((numbers.get(&known)?.clone(), known))));
        }
        for keys in wanted_crm_ids.chunks(KEYS) {
            let held = customers::holders_of_crm_ids(db, keys)?;
            near.crm_ids.extend(held.into_iter().filter_map(|(known, _)| Some((crm_ids.get(&known)?.clone(), known))));
        }
        let mut spelled = HashMap::new();
        for eid in eids.iter().filter(|eid| known.entitlement(eid).is_none()) {
            let others = [eid.to_uppercase(), eid.to_lowercase()].into_iter().filter(|other| other != eid);
            spelled.extend(others.map(|other| (other, eid.clone())));
        }
        let wanted: Vec<_> = spelled.keys().cloned().collect();
        for eids in wanted.chunks(KEYS) {
            let held = entitlements::by_eid(db, eids)?;
            near.eids.extend(held.into_iter().filter_map(|held| Some((spelled.get(&held.eid)?.clone(), held.eid))));
        }
        Ok(near)
    }

    /// The known key that a new one nearly is.
    pub fn of(&self, name: Name<'_>) -> Option<&str> {
        match name {
            Name::Number(key) => self.numbers.get(key),
            Name::Crm(key) => self.crm_ids.get(key),
        }
        .map(String::as_str)
    }

    /// The known EID that a new one nearly is: in capitals, or in small letters.
    pub fn of_eid(&self, eid: &str) -> Option<&str> {
        self.eids.get(eid).map(String::as_str)
    }
}

/// The keys that differ from one of digits by zeros in front, each with that one.
fn neighbours(key: &str) -> impl Iterator<Item = (String, String)> {
    let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let bare = key.trim_start_matches('0');
    let candidates = (0..=ZEROS).map(move |zeros| format!("{}{bare}", "0".repeat(zeros)));
    candidates
        .filter(move |candidate| digits && candidate != key && !candidate.is_empty())
        .map(move |candidate| (candidate, key.to_owned()))
}
