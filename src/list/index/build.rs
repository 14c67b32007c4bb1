//! Rebuilds the list and its index: at the first start after an update that makes them differently, and after the index was found damaged.
//! Imports of very many customers leave both to their end.

use diesel::prelude::*;

use super::fill::Fill;
use super::{behind, shadow_list};
use crate::db::schema::listing_counts;
use crate::db::{Address, Database, Db, defer_indexes, lock_list};
use crate::domain::query::Query;
use crate::list::state::ListState;
use crate::list::{browse, postgres, sqlite};
use crate::store::rekey::{self, Progress};
use crate::store::{Error, Result, products};

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
        lock_list(db)?;
        products::recount(db)
    })?;
    rebuild(database, progress)
}

fn rebuild(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    database.write(|db| {
        ListState::Filling.store(db)?;
        clear(db)?;
        diesel::update(listing_counts::table).set(listing_counts::customers.eq(0)).execute(db)?;
        Ok::<_, Error>(())
    })?;
    fill(database, progress)
}

fn clear(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(sqlite) => sqlite::clear(sqlite),
        Db::Postgres(pg) => {
            shadow_list::drop(pg)?;
            postgres::clear(pg)
        }
    }
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
    "customers_by_name",
    "customers_by_ref",
    "customers_crm_near",
    "customers_filtered",
    "customers_filtered_by_change",
    "customers_filtered_by_last_name",
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

/// Leaves the list, its index and the tables' indexes to [`Fill`] while an import adds very many customers to an empty database. If the
/// import is interrupted, [`prepare`] or [`tidy`] completes them.
pub fn defer(db: &mut Db) -> Result<()> {
    ListState::Deferred.store(db)?;
    defer_indexes(db, &DEFERRED)?;
    match db {
        Db::Sqlite(sqlite) => sqlite::gather(sqlite),
        Db::Postgres(_) => clear(db),
    }
}

/// Does a part of what keeps the index fast (PostgreSQL's autovacuum cares for its own), and completes what an interrupted import has left.
/// Returns whether there was something to do.
pub fn tidy(database: &Database) -> Result<bool> {
    if behind::catch_up(database)? {
        return Ok(true);
    }
    match (database.address(), database.read(ListState::load)?) {
        (Address::Sqlite(_), ListState::Complete) => database.write(|db| match db {
            Db::Sqlite(sqlite) => sqlite::merge(sqlite),
            Db::Postgres(_) => Ok(false),
        }),
        (_, ListState::Deferred | ListState::Filling) => fill(database, &mut |_, _| {}).map(|()| true),
        _ => Ok(false),
    }
}

/// Tells whether the list or its index has changed since [`tidy`] found nothing to do: it is another text then.
pub fn shape(db: &mut Db) -> Result<String> {
    let state = format!("{:?} {}", ListState::load(db)?, behind::count(db)?);
    match db {
        Db::Sqlite(sqlite) => Ok(state + &sqlite::shape(sqlite)?),
        Db::Postgres(_) => Ok(state),
    }
}
