//! Whether the list and its index are what customers make of them. Nothing is taken on trust: texts, keys and trigrams are made anew from the
//! records and compared with what is stored; an index is read whole, entry by entry.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::ask::{LISTED, Listed};
use super::build::Progress;
use super::form::Form;
use super::grams::fts_trigrams;
use super::index::{Entry, entries};
use crate::db::schema::{customers, listing, listing_counts};
use crate::db::statement::Statement;
use crate::db::{Access, Database, Db};
use crate::domain::collate;
use crate::store::{Error, Result};

/// Customers that are compared at a time.
const PORTION: i64 = 1_000;

/// What is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The index was found damaged before, or was never made.
    pub unmade: bool,
    /// Customers that the list lacks or shows otherwise.
    pub rows: usize,
    /// Rows of the list whose customer is gone.
    pub orphans: usize,
    /// Customers whose key of the order is not the one of their name.
    pub keys: usize,
    /// Rows of the list that stand before one they belong after.
    pub places: usize,
    /// The counts beside the filters are not those of the list.
    pub counts: bool,
    /// The index does not hold what the list says.
    pub index: bool,
}

impl Faults {
    /// Everything is as it is to be.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks at everything. Others can go on reading and saving; what they save meanwhile may be told as a fault.
///
/// # Errors
/// The database's own.
pub fn check(database: &Database, progress: &mut Progress<'_>) -> Result<Faults> {
    let total = database.read(|db| Ok::<_, Error>(customers::table.count().get_result::<i64>(db)?))?;
    let mut faults = Faults { unmade: total > 0 && database.read(Form::of)? != Form::Made, ..Faults::default() };
    let (mut seen, mut beyond, mut done) = (Seen::default(), 0, 0);
    loop {
        let portion = database.read(|db| compare(db, beyond))?;
        done += portion.ids.len();
        progress(done, usize::try_from(total).unwrap_or_default().max(done));
        faults.rows += portion.wrong;
        faults.keys += portion.keys;
        seen.add(&portion);
        match portion.ids.last() {
            Some(last) => beyond = *last,
            None => break,
        }
    }
    let listed = database.read(|db| Ok::<_, Error>(listing::table.count().get_result::<i64>(db)?))?;
    faults.orphans = usize::try_from(listed).unwrap_or_default().saturating_sub(seen.rows);
    faults.places = misplaced(database)?;
    faults.counts = database.read(counts_differ)?;
    // A connection of its own: reading the whole index takes a while, and needs a table of its own for the time.
    let mut own = database.connect(Access::Write)?;
    faults.index = !index_holds(&mut own, &seen)?;
    Ok(faults)
}

/// Some customers, compared with the list.
struct Portion {
    ids: Vec<i64>,
    wrong: usize,
    keys: usize,
    /// What the index is to hold of them, as one number each.
    indexed: Vec<u64>,
}

/// What was seen of the list, in numbers that do not depend on the order.
#[derive(Default)]
struct Seen {
    rows: usize,
    indexed: u64,
}

impl Seen {
    fn add(&mut self, portion: &Portion) {
        self.rows += portion.indexed.len();
        self.indexed = portion.indexed.iter().fold(self.indexed, |sum, one| sum.wrapping_add(*one));
    }
}

fn compare(db: &mut Db, beyond: i64) -> Result<Portion> {
    let ids: Vec<i64> =
        customers::table.filter(customers::id.gt(beyond)).order(customers::id).select(customers::id).limit(PORTION).load(db)?;
    let listed: Vec<Listed> = listing::table.filter(listing::customer_id.eq_any(&ids)).select(LISTED).load(db)?;
    let mut listed: HashMap<i64, Listed> = listed.into_iter().map(|row| (row.1, row)).collect();
    let spelled = match db {
        Db::Sqlite(_) => HashMap::new(),
        Db::Postgres(pg) => super::postgres::spelled_of(pg, &ids)?,
    };
    let mut portion = Portion { wrong: 0, keys: 0, indexed: Vec::new(), ids: ids.clone() };
    for ((sort_key, id), entry) in entries(db, &ids)? {
        portion.keys += usize::from(sort_key != collate::sort_key(&entry.name));
        let Some(row) = listed.remove(&id) else {
            portion.wrong += 1;
            continue;
        };
        let is_right = (row.2, &row.3, &row.4, &row.5, &row.6, &row.7)
            == (entry.enabled, &entry.kind, &entry.name, &entry.ref_id, &entry.texts.text, &entry.texts.hidden);
        let is_spelled = spelled.get(&id).is_none_or(|spelled| *spelled == entry.spelled);
        portion.wrong += usize::from(!is_right || !is_spelled);
        let is_sqlite = matches!(db, Db::Sqlite(_));
        portion.indexed.push(if is_sqlite { trigrams_as_number(row.0, &entry) } else { 0 });
    }
    Ok(portion)
}

/// All trigrams of a row at its place, as one number.
fn trigrams_as_number(position: i64, entry: &Entry) -> u64 {
    let distinct: HashSet<[char; 3]> = fts_trigrams(&entry.spelled).into_iter().collect();
    let term = |signs: &[char; 3]| signs.iter().collect::<String>();
    distinct.iter().fold(0, |sum, signs| sum.wrapping_add(as_number(&term(signs), position)))
}

fn as_number(term: &str, position: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (term, position).hash(&mut hasher);
    hasher.finish()
}

/// How many rows of the list stand before one that they belong after.
fn misplaced(database: &Database) -> Result<usize> {
    let (mut last, mut position, mut wrong) = (None, i64::MIN, 0);
    loop {
        let rows: Vec<(i64, Vec<u8>, i64)> = database.read(|db| {
            let select = listing::table.inner_join(customers::table).filter(listing::position.gt(position));
            let select = select.order(listing::position).select((listing::position, customers::sort_key, customers::id));
            Ok::<_, Error>(select.limit(PORTION).load(db)?)
        })?;
        let Some((end, ..)) = rows.last() else { return Ok(wrong) };
        position = *end;
        for (_, sort_key, id) in rows {
            let key = Some((sort_key, id));
            wrong += usize::from(last >= key);
            last = key;
        }
    }
}

fn counts_differ(db: &mut Db) -> Result<bool> {
    let kept: Vec<(bool, String, i64)> = listing_counts::table
        .filter(listing_counts::customers.ne(0))
        .order((listing_counts::enabled, listing_counts::kind))
        .select((listing_counts::enabled, listing_counts::kind, listing_counts::customers))
        .load(db)?;
    let counted: Vec<(bool, String, i64)> = listing::table
        .group_by((listing::enabled, listing::kind))
        .order((listing::enabled, listing::kind))
        .select((listing::enabled, listing::kind, diesel::dsl::count_star()))
        .load(db)?;
    Ok(kept != counted)
}

/// Whether the index holds exactly what was seen: every entry is read. PostgreSQL's GIN follows its column by itself, which has been
/// compared.
fn index_holds(db: &mut Db, seen: &Seen) -> Result<bool> {
    let Db::Sqlite(sqlite) = db else {
        let valid: i64 = Statement::<BigInt>::new(
            "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('listing_grams') AND indisvalid AND indisready",
        )
        .get_result(db)?;
        return Ok(valid == 1);
    };
    let mut sum = 0_u64;
    let read = (|| {
        Statement::<()>::new("INSERT INTO listing_grams (listing_grams) VALUES ('integrity-check')").execute(sqlite)?;
        Statement::<()>::new("CREATE VIRTUAL TABLE temp.listing_entries USING fts5vocab (main, listing_grams, instance)")
            .execute(sqlite)?;
        let entries = Statement::<(Text, BigInt)>::new("SELECT term, doc FROM temp.listing_entries");
        for entry in entries.load_iter::<(String, i64), diesel::connection::DefaultLoadingMode>(sqlite)? {
            let (term, position) = entry?;
            sum = sum.wrapping_add(as_number(&term, position));
        }
        QueryResult::Ok(())
    })();
    Ok(read.is_ok() && sum == seen.indexed)
}
