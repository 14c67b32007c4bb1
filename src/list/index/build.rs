//! Rebuilds the index: at the first start after an update that makes it differently, and after it was found to be wrong.
//! Imports of very many customers leave it to their end.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::fill::Fill;
use super::parts::Part;
use super::{behind, fold};
use crate::db::schema::{customer_counts, search_dirty, search_grams, search_parts, search_slots, search_texts};
use crate::db::statement::Statement;
use crate::db::{Database, Db, defer_indexes, lock_parts, lock_search};
use crate::domain::query::Query;
use crate::list::browse;
use crate::list::state::ListState;
use crate::store::rekey::{self, Progress};
use crate::store::{Result, products};

/// So many marked customers are left to each search to compare, at least: making the parts of fewer anew costs more than that.
const MARKED: usize = 64;
/// So many of each part on average, of very many parts: a part is some megabytes to write, which is worth it for several of them.
const MARKED_OF_EACH: usize = 4;
/// So many, and this share of all, while an import changes very many.
const MANY_MARKED: usize = 2_000;
const MANY_SHARE: usize = 32;
/// More counts than this are added up.
const COUNTS: i64 = 100;

/// Makes keys that are of another form again, and rebuilds the list unless it is complete and of this program's version. Processes that start
/// at the same time do it one after the other; the later ones find it done. What an import has left for its end is left to it while it is at
/// work (`importing`).
pub fn prepare(database: &Database, importing: impl Fn(&mut Db) -> Result<bool>, progress: &mut Progress<'_>) -> Result<()> {
    if !database.read(rekey::are_current)? {
        // The list is in the order of the keys. Whoever has made them meanwhile rebuilds it.
        database.write(|db| if rekey::are_customers_due(db)? { ListState::Invalid.store(db) } else { Ok(()) })?;
        rekey::run(database, progress)?;
    }
    let state = database.read(ListState::load)?;
    if state == ListState::Complete && database.read(behind::count)? == 0 {
        return Ok(());
    }
    // An import that is running does it itself.
    if state != ListState::Invalid && database.read(&importing)? {
        return Ok(());
    }
    match state {
        ListState::Complete => {
            while behind::catch_up(database)? {}
            Ok(())
        }
        // An import was interrupted, or a rebuild.
        ListState::Deferred | ListState::Filling => fill(database, progress),
        ListState::Invalid => rebuild(database, progress),
    }
}

/// Makes all keys, the list and its index again, and counts the products anew. Others can read and change customers meanwhile; the list grows as it goes.
pub fn build(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    rekey::again(database, progress)?;
    database.write(|db| {
        lock_search(db)?;
        products::recount(db)
    })?;
    rebuild(database, progress)
}

fn rebuild(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    database.write(|db| {
        ListState::Filling.store(db)?;
        clear(db)?;
        recount(db)
    })?;
    fill(database, progress)
}

fn clear(db: &mut Db) -> Result<()> {
    lock_parts(db)?;
    diesel::delete(search_parts::table).execute(db)?;
    diesel::delete(search_slots::table).execute(db)?;
    diesel::delete(search_grams::table).execute(db)?;
    diesel::delete(search_dirty::table).execute(db)?;
    diesel::delete(search_texts::table).execute(db)?;
    fold::put_empty(db)
}

/// Counts the customers by what the filters ask.
fn recount(db: &mut Db) -> Result<()> {
    const COUNT: &str =
        "INSERT INTO customer_counts (enabled, kind, customers) SELECT enabled, kind, count(*) FROM customers GROUP BY enabled, kind";
    lock_parts(db)?;
    let count = match db {
        Db::Sqlite(sqlite) => {
            diesel::delete(customer_counts::table).execute(sqlite)?;
            COUNT.to_owned()
        }
        // In one statement, of one moment: whoever saves meanwhile adds a count of their own.
        Db::Postgres(_) => format!("WITH gone AS (DELETE FROM customer_counts) {COUNT}"),
    };
    Statement::<()>::new(count).execute(db)?;
    add_up(db)
}

/// Makes one count of many of the same customers.
fn add_up(db: &mut Db) -> Result<()> {
    // Another that does it, or counts them all, would not see these.
    lock_parts(db)?;
    let counts: Vec<(bool, String, i64)> = match db {
        Db::Sqlite(sqlite) => {
            Statement::<(Bool, Text, BigInt)>::new("SELECT enabled, kind, customers FROM customer_counts").load(sqlite)?
        }
        Db::Postgres(pg) => {
            Statement::<(Bool, Text, BigInt)>::new("DELETE FROM customer_counts RETURNING enabled, kind, customers").load(pg)?
        }
    };
    let mut sums = std::collections::BTreeMap::new();
    for (enabled, kind, count) in counts {
        *sums.entry((enabled, kind)).or_insert(0) += count;
    }
    if matches!(db, Db::Sqlite(_)) {
        diesel::delete(customer_counts::table).execute(db)?;
    }
    // On SQLite a count that there is not would not be added to.
    for (enabled, kind) in [(false, "company"), (false, "individual"), (true, "company"), (true, "individual")] {
        let count = sums.get(&(enabled, kind.to_owned())).copied().unwrap_or_default();
        let row = (customer_counts::enabled.eq(enabled), customer_counts::kind.eq(kind), customer_counts::customers.eq(count));
        diesel::insert_into(customer_counts::table).values(row).execute(db)?;
    }
    Ok(())
}

fn fill(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    let mut fill = Fill::default();
    while fill.step(database)? {
        let (done, total) = fill.progress();
        progress(done, total);
    }
    Ok(())
}

/// Indexes that an import into an empty database makes at its end. Unique ones stay: they hold rules.
const DEFERRED: [&str; 18] = [
    "contacts_by_name",
    "customers_by_change",
    "customers_by_last_name",
    "customers_by_ref",
    "customers_crm_near",
    "customers_filtered",
    "customers_filtered_by_change",
    "customers_filtered_by_last_name",
    "customers_filtered_by_name",
    "customers_filtered_by_ref",
    "customers_number_near",
    "customers_ref",
    "entitlements_by_end",
    "entitlements_by_id",
    "entitlements_by_product",
    "entitlements_by_start",
    "entitlements_contact",
    "entitlements_customer",
];

/// Leaves `new` customers to [`Fill`] while an import adds them, if they are very many, beside those that there are too: put into the list one by
/// one, each would have to find its neighbours.
pub fn defer_new(db: &mut Db, new: u64, are_many: bool) -> Result<()> {
    let listed = browse::count(db, &Query::default())? as u64;
    let is_worth_it = are_many && new >= listed / 2 && ListState::load(db)? == ListState::Complete;
    if is_worth_it { ListState::Deferred.store(db) } else { Ok(()) }
}

/// Leaves the index and the tables' indexes to [`Fill`] while an import adds very many customers to an empty database. If the
/// import is interrupted, [`prepare`] or [`tidy`] completes them.
pub fn defer(db: &mut Db) -> Result<()> {
    ListState::Deferred.store(db)?;
    Ok(defer_indexes(db, &DEFERRED)?)
}

/// Does a part of what keeps the index fast, and completes what an interrupted import has left. Returns whether there was something to do.
pub fn tidy(database: &Database) -> Result<bool> {
    if behind::catch_up(database)? {
        return Ok(true);
    }
    match database.read(ListState::load)? {
        ListState::Complete => {}
        ListState::Deferred | ListState::Filling => return fill(database, &mut |_, _| {}).map(|()| true),
        ListState::Invalid => return Ok(false),
    }
    if database.read(counts)? > COUNTS {
        database.write(add_up)?;
    }
    let least = database.read(left_marked)?;
    fold::fold(database, least)
}

/// Whether [`tidy`] has something to do.
pub fn is_untidy(db: &mut Db) -> Result<bool> {
    let is_unfinished = matches!(ListState::load(db)?, ListState::Deferred | ListState::Filling);
    Ok(is_unfinished || behind::count(db)? > 0 || counts(db)? > COUNTS || fold::marked(db)? >= left_marked(db)?)
}

/// How many marked customers are left to each search.
fn left_marked(db: &mut Db) -> Result<usize> {
    Ok(MARKED.max(MARKED_OF_EACH * Part::count(db)?))
}

/// Makes parts anew where so many customers are marked that searches would take long to compare them: for whoever changes very many.
pub fn keep_up(database: &Database) -> Result<()> {
    let all = database.read(|db| browse::count(db, &Query::default()))?;
    while database.read(ListState::load)? == ListState::Complete && fold::fold(database, MANY_MARKED.max(all / MANY_SHARE))? {}
    Ok(())
}

fn counts(db: &mut Db) -> Result<i64> {
    Ok(customer_counts::table.count().get_result(db)?)
}
