//! Makes the list and its index anew: at the first start after an update that makes them differently, and after the index was found
//! damaged. Sample data, which come all at once, are put into the list in its order too.

use diesel::prelude::*;

use super::index::{Key, entries, insert_all};
use super::{postgres, sqlite};
use crate::db::schema::{customers, listing, search_state};
use crate::db::{Database, Db, lock_order};
use crate::store::Result;

/// The form in which this program makes the list and the index. It goes up with every change of [`super::text`] and [`super::grams`].
const FORM: i32 = 1;
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
    let form: i32 = database.read(|db| Ok::<_, crate::store::Error>(search_state::table.select(search_state::form).first(db)?))?;
    if form == FORM { Ok(()) } else { build(database, progress) }
}

/// Makes all anew. Customers can be read and changed meanwhile; the list grows as it goes.
///
/// # Errors
/// The database's own.
pub fn build(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    database.write(|db| {
        lock_order(db)?;
        diesel::update(search_state::table).set(search_state::form.eq(0)).execute(db)?;
        match db {
            Db::Sqlite(sqlite) => sqlite::clear(sqlite),
            Db::Postgres(pg) => postgres::clear(pg),
        }
    })?;
    fill(database, progress)
}

/// Puts all customers that are not in the list into it, and finishes the index.
///
/// # Errors
/// The database's own.
pub fn fill(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    let total: i64 = database.read(|db| Ok::<_, crate::store::Error>(customers::table.count().get_result(db)?))?;
    let (mut last, mut done) = (None, 0);
    loop {
        let (next, count) = database.write(|db| portion(db, last.as_ref()))?;
        done += count;
        progress(done, usize::try_from(total).unwrap_or_default().max(done));
        match next {
            Some(next) => last = Some(next),
            None => break,
        }
    }
    database.write(|db| {
        if let Db::Postgres(pg) = db {
            postgres::finish(pg)?;
        }
        diesel::update(search_state::table).set(search_state::form.eq(FORM)).execute(db)?;
        Ok(())
    })
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
