//! Makes the list and its index anew: at the first start after an update that makes them differently, and after the index was found
//! damaged. Sample data, which come all at once, are put into the list in its order too.

use diesel::prelude::*;

use super::index::{Key, entries, insert_all};
use super::{postgres, sqlite};
use crate::db::schema::{customers, listing, listing_counts, search_state};
use crate::db::{Database, Db, defer_indexes, lock_order, make_deferred_index};
use crate::domain::collate;
use crate::store::{Error, Result};

/// The form in which this program makes the list and the index. It goes up with every change of [`super::text`] and [`super::grams`].
const FORM: i32 = 1;
/// An import into an empty database leaves all of it to its end.
const DEFERRED: i32 = -1;
/// Customers that are taken in one transaction.
const PORTION: i64 = 2_000;

/// Says how far it is: so many of so many.
pub type Progress<'a> = dyn FnMut(usize, usize) + 'a;

/// Makes all anew if it was not made by a program like this one. Programs that start at once do it one after the other, the later ones find
/// it done.
///
/// # Errors
/// The database's own.
pub fn prepare(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    if database.read(is_made)? { Ok(()) } else { build(database, progress) }
}

/// Whether all was made by a program like this one, and was not found damaged since.
///
/// # Errors
/// The database's own.
pub fn is_made(db: &mut Db) -> Result<bool> {
    Ok(form(db)? == FORM)
}

/// Whether changes of many customers may leave the list to [`Fill`]. If so, that does not come to its end within this transaction.
///
/// # Errors
/// The database's own.
pub fn is_deferred(db: &mut Db) -> Result<bool> {
    if form(db)? != DEFERRED {
        return Ok(false);
    }
    lock_order(db)?;
    Ok(form(db)? == DEFERRED)
}

fn form(db: &mut Db) -> Result<i32> {
    Ok(search_state::table.select(search_state::form).first(db)?)
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
        lock_order(db)?;
        diesel::update(search_state::table).set(search_state::form.eq(DEFERRED)).execute(db)?;
        match db {
            Db::Sqlite(sqlite) => sqlite::clear(sqlite)?,
            Db::Postgres(pg) => postgres::clear(pg)?,
        }
        diesel::update(listing_counts::table).set(listing_counts::customers.eq(0)).execute(db)?;
        Ok::<_, Error>(())
    })?;
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

/// Leaves the list, its index and the tables' indexes to [`Fill`], while very many rows are put into an empty database. A program that is
/// stopped in between finds it at its next start.
///
/// # Errors
/// The database's own.
pub fn defer(db: &mut Db) -> Result<()> {
    diesel::update(search_state::table).set(search_state::form.eq(DEFERRED)).execute(db)?;
    defer_indexes(db, &LATER)?;
    if let Db::Postgres(pg) = db {
        postgres::clear(pg)?;
    }
    Ok(())
}

/// Puts all customers that are not in the list into it, step by step, and makes what was left for later.
#[derive(Debug, Default)]
pub struct Fill {
    started: bool,
    last: Option<Key>,
    done: usize,
    total: usize,
}

impl Fill {
    /// How many customers are in the list, of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.total.max(self.done))
    }

    /// Goes a step on. Says whether there is more to do.
    ///
    /// # Errors
    /// The database's own.
    pub fn step(&mut self, database: &Database) -> Result<bool> {
        if !self.started {
            if database.read(form)? != DEFERRED {
                return Ok(false);
            }
            if database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {
                return Ok(true);
            }
            let total: i64 = database.read(|db| Ok::<_, Error>(customers::table.count().get_result(db)?))?;
            self.total = usize::try_from(total).unwrap_or_default();
            self.started = true;
        }
        let (next, count) = database.write(|db| portion(db, self.last.as_ref()))?;
        self.done += count;
        if next.is_some() {
            self.last = next;
            return Ok(true);
        }
        database.write(|db| {
            lock_order(db)?;
            // Others may have brought customers that belong before those that were taken last.
            if customers::table.count().get_result::<i64>(db)? != listing::table.count().get_result::<i64>(db)? {
                fill_within(db)?;
            }
            if let Db::Postgres(pg) = db {
                postgres::finish(pg)?;
            }
            diesel::update(search_state::table).set(search_state::form.eq(FORM)).execute(db)?;
            Ok::<_, Error>(())
        })?;
        Ok(false)
    }
}

/// Puts all customers that are not in the list into it, as part of the present transaction.
///
/// # Errors
/// The database's own.
pub fn fill_within(db: &mut Db) -> Result<()> {
    let mut last = None;
    loop {
        match portion(db, last.as_ref())?.0 {
            Some(next) => last = Some(next),
            None => return Ok(()),
        }
    }
}

/// The next customers in the order of names; where to go on, and how many they were.
fn portion(db: &mut Db, last: Option<&Key>) -> Result<(Option<Key>, usize)> {
    use diesel::dsl::sql;
    use diesel::sql_types::{BigInt, Binary, Bool};
    lock_order(db)?;
    let mut select = customers::table.left_join(listing::table).into_boxed();
    if let Some((sort_key, id)) = last {
        select = select.filter(
            sql::<Bool>("(customers.sort_key, customers.id) > (")
                .bind::<Binary, _>(sort_key.clone())
                .sql(", ")
                .bind::<BigInt, _>(*id)
                .sql(")"),
        );
    }
    let rows: Vec<(Vec<u8>, i64, Option<i64>)> = select
        .order((customers::sort_key, customers::id))
        .select((customers::sort_key, customers::id, listing::position.nullable()))
        .limit(PORTION)
        .load(db)?;
    let fresh: Vec<i64> = rows.iter().filter(|(_, _, position)| position.is_none()).map(|(_, id, _)| *id).collect();
    let mut fresh = entries(db, &fresh)?;
    fresh.sort_by(|(one, _), (other, _)| one.cmp(other));
    insert_all(db, &fresh)?;
    let count = rows.len();
    let next = rows.into_iter().next_back().filter(|_| count == usize::try_from(PORTION).unwrap_or(count));
    Ok((next.map(|(sort_key, id, _)| (sort_key, id)), count))
}
