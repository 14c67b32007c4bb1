//! Checks whether the index and the counts are what they should be by the customers' records. Nothing is taken on trust: texts, keys and
//! grams are made again from the records and compared with what is stored.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::parts::{self, Part, row_number};
use super::slots::MOST;
use crate::db::schema::{customers, search_dirty, search_slots, search_texts};
use crate::db::statement::Statement;
use crate::db::{Access, Database, Db, snapshot};
use crate::list::candidate::AT_ONCE;
use crate::list::entry::{Entry, entries};
use crate::list::row::SortKey;
use crate::list::state::ListState;
use crate::store::rekey::{self, Progress};
use crate::store::{Result, products};

/// Customers that are compared at a time.
const PORTION: i64 = 1_000;

/// What is wrong with the list and its index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The index was found damaged before, or its making was interrupted.
    pub incomplete: bool,
    /// Customers that cannot be found, or are found by what they do not have any more.
    pub texts: usize,
    /// Customers, contacts and entitlements that have a key other than what their number, name, e-mail, days or another identifier say.
    pub keys: usize,
    /// The stored counts are not those of the customers.
    pub counts: bool,
    /// Customers that no part of the index holds as they are, and that are not marked.
    pub index: usize,
    /// Products whose count is not that of the entitlements.
    pub products: usize,
}

/// Checks everything. Others can read and save meanwhile; what they save may be reported as a fault.
pub fn check(database: &Database, progress: &mut Progress<'_>) -> Result<Faults> {
    // A connection of its own: a check takes a while.
    let db = &mut database.connect(Access::Write)?;
    let total = usize::try_from(customers::table.count().get_result::<i64>(db)?).unwrap_or_default();
    let mut faults = Faults { incomplete: total > 0 && ListState::load(db)? != ListState::Complete, ..Faults::default() };
    let (mut beyond, mut done) = (0, 0);
    loop {
        let next = customers::table.filter(customers::id.gt(beyond)).order(customers::id).select(customers::id).limit(PORTION);
        let ids: Vec<i64> = next.load(db)?;
        let Some(last) = ids.last() else { break };
        faults.texts += snapshot(db, |db| outdated(db, &ids))?;
        beyond = *last;
        done += ids.len();
        progress(done, total.max(done));
    }
    faults.keys = rekey::count_wrong(db)?;
    faults.counts = counts_differ(db)?;
    faults.index = snapshot(db, lost)?;
    faults.products = usize::try_from(products::miscounted(db)?).unwrap_or_default();
    Ok(faults)
}

/// How many of some customers are found by other than what they have.
fn outdated(db: &mut Db, ids: &[i64]) -> Result<usize> {
    let stored: HashMap<i64, Entry> = Entry::load(db, ids)?.into_iter().map(|entry| (entry.key.1, entry)).collect();
    Ok(entries(db, ids)?.into_iter().filter(|entry| stored.get(&entry.key.1) != Some(entry)).count())
}

/// How many customers neither are marked nor have all their grams in the part to which they belong, in their place.
fn lost(db: &mut Db) -> Result<usize> {
    let marked: HashSet<i64> = search_dirty::table.select(search_dirty::customer_id).load(db)?.into_iter().collect();
    let texts: i64 = search_texts::table.count().get_result(db)?;
    let mut held = 0;
    let all = Part::all(db)?;
    let ends = all.iter().skip(1).map(|next| Some(&next.from)).chain([None]);
    for (part, end) in all.iter().zip(ends) {
        held += held_by(db, part, end, &marked)?;
    }
    Ok(usize::try_from(texts).unwrap_or_default().saturating_sub(held + marked.len()))
}

/// How many customers a part holds as they are.
fn held_by(db: &mut Db, part: &Part, end: Option<&SortKey>, marked: &HashSet<i64>) -> Result<usize> {
    let rows = search_slots::table.filter(search_slots::id.between(row_number(part.number, 0), row_number(part.number, MOST)));
    let rows: Vec<Vec<u8>> = rows.order(search_slots::id).select(search_slots::customers).load(db)?;
    let members: Vec<i64> = rows.iter().flat_map(|row| super::slots::decode_customers(row)).collect();
    let sets = parts::all_sets(db, part)?;
    let (mut held, mut last) = (0, None);
    for (ids, first) in members.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        let mut found: HashMap<i64, Entry> = Entry::load(db, ids)?.into_iter().map(|entry| (entry.key.1, entry)).collect();
        for (id, slot) in ids.iter().zip(first..) {
            let is_here = |key: &SortKey| *key >= part.from && end.is_none_or(|end| key < end);
            let Some(customer) = found.remove(id).filter(|customer| !marked.contains(id) && is_here(&customer.key)) else { continue };
            let in_order = last.as_ref().is_none_or(|last| *last < customer.key);
            let is_held = in_order && customer.grams().all(|gram| sets.get(&gram).is_some_and(|slots| slots.contains(slot)));
            held += usize::from(is_held);
            last = Some(customer.key);
        }
    }
    Ok(held)
}

fn counts_differ(db: &mut Db) -> Result<bool> {
    let counts = |db: &mut Db, sql: &str| Statement::<(Bool, Text, BigInt)>::new(sql).load::<(bool, String, i64)>(db);
    let stored =
        "SELECT enabled, kind, CAST(sum(customers) AS BIGINT) FROM customer_counts GROUP BY 1, 2 HAVING sum(customers) <> 0 ORDER BY 1, 2";
    let counted = "SELECT enabled, kind, count(*) FROM customers GROUP BY 1, 2 ORDER BY 1, 2";
    Ok(counts(db, stored)? != counts(db, counted)?)
}
