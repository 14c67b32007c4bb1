//! Makes the list and its index anew: at the first start after an update that makes them differently, and after the index was found
//! damaged. Imports of very many customers leave both to their end.

use diesel::prelude::*;

use super::fill::Fill;
use super::form::Form;
use super::{postgres, sqlite};
use crate::db::schema::{customers, listing_counts};
use crate::db::{Address, Database, Db, defer_indexes};
use crate::domain::collate;
use crate::store::{Error, Result};

/// Customers whose keys are made anew in one transaction.
const PORTION: i64 = 8_000;

/// Says how far it is: so many of so many.
pub type Progress<'a> = dyn FnMut(usize, usize) + 'a;

/// Makes all anew if it was not made by a program like this one. Programs that start at once do it one after the other, the later ones find
/// it done. What an import has left for its end is left to it while it is at work (`importing`).
///
/// # Errors
/// The database's own.
pub fn prepare(database: &Database, importing: impl Fn(&mut Db) -> Result<bool>, progress: &mut Progress<'_>) -> Result<()> {
    match database.read(Form::of)? {
        Form::Made => Ok(()),
        Form::Deferred | Form::Filling if database.read(&importing)? => Ok(()),
        // An import was stopped, or the making.
        Form::Deferred | Form::Filling => fill(database, progress),
        Form::Other => build(database, progress),
    }
}

/// Makes all anew, the customers' keys of the order as well. Customers can be read and changed meanwhile; the list grows as it goes.
///
/// # Errors
/// The database's own.
pub fn build(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    let mut beyond = Some(0);
    while let Some(from) = beyond {
        beyond = database.write(|db| rekey(db, from))?;
    }
    database.write(|db| {
        Form::Filling.begin(db)?;
        match db {
            Db::Sqlite(sqlite) => sqlite::clear(sqlite)?,
            Db::Postgres(pg) => postgres::clear(pg)?,
        }
        diesel::update(listing_counts::table).set(listing_counts::customers.eq(0)).execute(db)?;
        Ok::<_, Error>(())
    })?;
    fill(database, progress)
}

fn fill(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    let mut fill = Fill::default();
    while fill.step(database)? {
        let (done, total) = fill.progress();
        progress(done, total);
    }
    Ok(())
}

/// Gives some customers the key of their name where they have another: newer Unicode data order some names otherwise. Says where to go on.
fn rekey(db: &mut Db, beyond: i64) -> Result<Option<i64>> {
    let rows: Vec<(i64, String, Vec<u8>)> = customers::table
        .filter(customers::id.gt(beyond))
        .order(customers::id)
        .select((customers::id, customers::name, customers::sort_key))
        .limit(PORTION)
        .load(db)?;
    for (id, name, stored) in &rows {
        let sort_key = collate::sort_key(name);
        if sort_key != *stored {
            diesel::update(customers::table.find(id)).set(customers::sort_key.eq(sort_key)).execute(db)?;
        }
    }
    Ok(rows.last().map(|(id, ..)| *id))
}

/// Indexes that an import into an empty database makes at its end. Unique ones stay: they hold rules.
const LATER: [&str; 10] = [
    "contacts_by_name",
    "customers_by_change",
    "customers_by_name",
    "customers_by_ref",
    "customers_filtered",
    "customers_filtered_by_change",
    "customers_filtered_by_ref",
    "customers_ref",
    "entitlements_contact",
    "entitlements_customer",
];

/// Leaves new customers to [`Fill`] while very many are added to those that there are: put into the list one by one, each would have to
/// find its neighbours. Nothing is left where these are few beside those that there are.
///
/// # Errors
/// The database's own.
pub fn defer_new(db: &mut Db, new: u64) -> Result<()> {
    const MANY: u64 = 10_000;
    let counts: Vec<i64> = listing_counts::table.select(listing_counts::customers).load(db)?;
    let listed = u64::try_from(counts.iter().sum::<i64>()).unwrap_or_default();
    if new >= MANY && new >= listed / 2 && Form::of(db)? == Form::Made { Form::Deferred.begin(db) } else { Ok(()) }
}

/// Leaves the list, its index and the tables' indexes to [`Fill`], while very many rows are put into an empty database. Where that is
/// stopped in between, [`prepare`] or [`tidy`] does it.
///
/// # Errors
/// The database's own.
pub fn defer(db: &mut Db) -> Result<()> {
    Form::Deferred.begin(db)?;
    defer_indexes(db, &LATER)?;
    match db {
        Db::Sqlite(sqlite) => sqlite::gather(sqlite),
        Db::Postgres(pg) => postgres::clear(pg),
    }
}

/// Does a little of what keeps the index quick, where there is something to do (PostgreSQL's autovacuum sees to its own); and what an import
/// that was stopped has left to be done.
///
/// # Errors
/// The database's own.
pub fn tidy(database: &Database) -> Result<bool> {
    match (database.address(), database.read(Form::of)?) {
        (Address::Sqlite(_), Form::Made) => database.write(|db| match db {
            Db::Sqlite(sqlite) => sqlite::merge(sqlite),
            Db::Postgres(_) => Ok(false),
        }),
        (_, Form::Deferred | Form::Filling) => fill(database, &mut |_, _| {}).map(|()| true),
        _ => Ok(false),
    }
}

/// Tells whether the list or its index has changed since [`tidy`] found nothing to do: it is another text then.
pub fn shape(db: &mut Db) -> Result<String> {
    let form = format!("{:?}", Form::of(db)?);
    match db {
        Db::Sqlite(sqlite) => Ok(form + &sqlite::shape(sqlite)?),
        Db::Postgres(_) => Ok(form),
    }
}
