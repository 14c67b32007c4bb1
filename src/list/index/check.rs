//! Checks whether the list, its index and the counts of products are what they should be by the customers' records. Nothing is taken on trust: texts, keys and trigrams
//! are made again from the records and compared with what is stored; an index is read whole, entry by entry.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::{customers, listing, listing_counts};
use crate::db::statement::Statement;
use crate::db::{Access, Database, Db};
use crate::list::candidate::StoredRow;
use crate::list::entry::{Entry, Head, entries};
use crate::list::plan::trigrams::{Gram, trigrams};
use crate::list::state::ListState;
use crate::list::text::Texts;
use crate::store::rekey::{self, Progress};
use crate::store::{Result, products};

/// Customers that are compared at a time.
const PORTION: i64 = 1_000;

/// What is wrong with the list and its index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The index was found damaged before, or its making was interrupted.
    pub incomplete: bool,
    /// Customers that are not in the list, or whose row is out of date.
    pub rows: usize,
    /// Rows of the list whose customer is gone.
    pub orphans: usize,
    /// Customers, contacts and entitlements that have a key other than what their number, name, e-mail, days or another identifier say.
    pub keys: usize,
    /// Rows of the list that stand before one they belong after.
    pub positions: usize,
    /// The stored counts are not those of the list.
    pub counts: bool,
    /// The index does not hold what it should.
    pub index: bool,
    /// Products whose count is not that of the entitlements.
    pub products: usize,
}

/// Checks everything. Others can read and save meanwhile; what they save may be reported as a fault.
pub fn check(database: &Database, progress: &mut Progress<'_>) -> Result<Faults> {
    // A connection of its own: a check takes a while, and needs a table of its own for the time.
    let db = &mut database.connect(Access::Write)?;
    let total = usize::try_from(customers::table.count().get_result::<i64>(db)?).unwrap_or_default();
    let mut faults = Faults { incomplete: total > 0 && ListState::load(db)? != ListState::Complete, ..Faults::default() };
    let (mut indexed, mut beyond, mut done) = (0, 0, 0);
    loop {
        let next = customers::table.filter(customers::id.gt(beyond)).order(customers::id).select(customers::id).limit(PORTION);
        let ids: Vec<i64> = next.load(db)?;
        let Some(last) = ids.last() else { break };
        compare(db, &ids, &mut faults, &mut indexed)?;
        beyond = *last;
        done += ids.len();
        progress(done, total.max(done));
    }
    let orphans = "SELECT count(*) FROM listing LEFT JOIN customers ON customers.id = customer_id WHERE customers.id IS NULL";
    faults.orphans = usize::try_from(Statement::<BigInt>::new(orphans).get_result::<i64>(db)?).unwrap_or_default();
    faults.keys = rekey::count_wrong(db)?;
    faults.positions = misplaced(db)?;
    faults.counts = counts_differ(db)?;
    faults.index = !is_index_sound(db, indexed)?;
    faults.products = usize::try_from(products::miscounted(db)?).unwrap_or_default();
    Ok(faults)
}

/// Compares customers with their rows. Adds up in `indexed` the hashes of the entries that SQLite's index should hold of them.
fn compare(db: &mut Db, ids: &[i64], faults: &mut Faults, indexed: &mut u64) -> Result<()> {
    let rows: Vec<StoredRow> = listing::table.filter(listing::customer_id.eq_any(ids)).load(db)?;
    let mut rows: HashMap<i64, StoredRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    // SQLite stores the trigrams of indexed texts, but not the texts.
    let texts: Option<HashMap<i64, String>> = match (&mut *db, ids) {
        (Db::Postgres(pg), [first, .., last] | [first @ last]) => {
            let stored = "SELECT customer_id, grams FROM listing WHERE customer_id BETWEEN ? AND ?";
            let stored = Statement::<(BigInt, Text)>::new(stored).bind(*first).bind(*last).load::<(i64, String)>(pg)?;
            Some(stored.into_iter().collect())
        }
        _ => None,
    };
    for Entry { customer, texts: Texts { text, hidden }, indexed: indexed_text } in entries(db, ids)? {
        let Head { key: (_, id), enabled, kind, name, ref_id, .. } = customer;
        let Some(row) = rows.remove(&id) else {
            faults.rows += 1;
            continue;
        };
        let position = row.position;
        let is_row = row == StoredRow { position, id, enabled, kind, name, ref_id, text, hidden };
        let is_text = texts.as_ref().is_none_or(|texts| texts.get(&id) == Some(&indexed_text));
        faults.rows += usize::from(!is_row || !is_text);
        if texts.is_none() {
            let distinct: HashSet<Gram> = trigrams(&indexed_text).into_iter().collect();
            *indexed = distinct.iter().map(|gram| hash(&String::from_iter(gram), position)).fold(*indexed, u64::wrapping_add);
        }
    }
    Ok(())
}

/// An entry of SQLite's index as one number.
fn hash(gram: &str, position: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (gram, position).hash(&mut hasher);
    hasher.finish()
}

/// How many rows of the list stand before one that they belong after.
fn misplaced(db: &mut Db) -> Result<usize> {
    let (mut last, mut position, mut wrong) = (None, i64::MIN, 0);
    loop {
        let select = listing::table.inner_join(customers::table).filter(listing::position.gt(position)).order(listing::position);
        let rows: Vec<(i64, (Vec<u8>, i64))> =
            select.select((listing::position, (customers::sort_key, customers::id))).limit(PORTION).load(db)?;
        let Some((end, _)) = rows.last() else { return Ok(wrong) };
        position = *end;
        for (_, key) in rows {
            let key = Some(key);
            wrong += usize::from(last >= key);
            last = key;
        }
    }
}

fn counts_differ(db: &mut Db) -> Result<bool> {
    let stored: Vec<(bool, String, i64)> =
        listing_counts::table.filter(listing_counts::customers.ne(0)).order((listing_counts::enabled, listing_counts::kind)).load(db)?;
    let counted: Vec<(bool, String, i64)> = listing::table
        .group_by((listing::enabled, listing::kind))
        .order((listing::enabled, listing::kind))
        .select((listing::enabled, listing::kind, diesel::dsl::count_star()))
        .load(db)?;
    Ok(stored != counted)
}

/// Whether SQLite's index holds exactly the entries of which the hashes were added up. PostgreSQL's follows its column by itself, which has been
/// compared.
fn is_index_sound(db: &mut Db, expected: u64) -> Result<bool> {
    let Db::Sqlite(sqlite) = db else {
        let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('listing_grams') AND indisvalid AND indisready";
        return Ok(Statement::<BigInt>::new(valid).get_result::<i64>(db)? == 1);
    };
    let mut read = || {
        let mut sum = 0_u64;
        Statement::<()>::new("INSERT INTO listing_grams (listing_grams) VALUES ('integrity-check')").execute(sqlite)?;
        Statement::<()>::new("CREATE VIRTUAL TABLE temp.listing_entries USING fts5vocab (main, listing_grams, instance)")
            .execute(sqlite)?;
        let entries = Statement::<(Text, BigInt)>::new("SELECT term, doc FROM temp.listing_entries");
        for entry in entries.load_iter::<(String, i64), DefaultLoadingMode>(sqlite)? {
            let (gram, position) = entry?;
            sum = sum.wrapping_add(hash(&gram, position));
        }
        QueryResult::Ok(sum)
    };
    Ok(read().is_ok_and(|sum| sum == expected))
}
