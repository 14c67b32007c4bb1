//! Makes the list and its index anew: at the first start after an update that makes them differently, and after the index was found
//! damaged. Sample data, which come all at once, are put into the list in its order too.

use diesel::dsl::min;
use diesel::prelude::*;

use super::ask::Direction;
use super::frequency;
use super::index::{Entry, Key, entries, gap, insert_all, insert_at, neighbour_before, positions, renumber};
use super::keyset;
use super::{postgres, sqlite};
use crate::db::schema::{customers, listing, listing_counts, search_state};
use crate::db::{Address, Database, Db, MultiBackend, defer_indexes, lock_order, make_deferred_index};
use crate::domain::query::{Cursor, Order};
use crate::domain::{CustomerId, collate};
use crate::store::ahead::Ahead;
use crate::store::{Error, Result};

/// The form in which this program makes the list and the index. It goes up with every change of [`super::text`] and [`super::grams`].
const FORM: i32 = 3;
/// An import of very many customers leaves them to its end. (The form is part of both: the list that there is has it already.)
const DEFERRED: i32 = -2 * FORM;
/// It is being made: whatever changes from now on is put into the list at once.
const FILLING: i32 = -2 * FORM - 1;
/// Customers that are taken in one transaction.
const PORTION: usize = 8_000;
/// The same where PostgreSQL's index is kept up meanwhile, and who saves waits.
const SMALL_PORTION: usize = 1_000;

/// Says how far it is: so many of so many.
pub type Progress<'a> = dyn FnMut(usize, usize) + 'a;

/// Makes all anew if it was not made by a program like this one. Programs that start at once do it one after the other, the later ones find
/// it done. What an import has left for its end is left to it while it is at work (`importing`).
///
/// # Errors
/// The database's own.
pub fn prepare(database: &Database, importing: impl Fn(&mut Db) -> Result<bool>, progress: &mut Progress<'_>) -> Result<()> {
    match database.read(form)? {
        FORM => Ok(()),
        DEFERRED | FILLING if database.read(&importing)? => Ok(()),
        // An import was stopped, or the making.
        DEFERRED | FILLING => fill(database, Fill::default(), progress),
        _ => build(database, progress),
    }
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

/// Waits for those that rely on the present form to come to their end.
fn become_form(db: &mut Db, form: i32) -> Result<()> {
    lock_order(db)?;
    diesel::update(search_state::table).set(search_state::form.eq(form)).execute(db)?;
    Ok(())
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
        become_form(db, FILLING)?;
        match db {
            Db::Sqlite(sqlite) => sqlite::clear(sqlite)?,
            Db::Postgres(pg) => postgres::clear(pg)?,
        }
        diesel::update(listing_counts::table).set(listing_counts::customers.eq(0)).execute(db)?;
        Ok::<_, Error>(())
    })?;
    fill(database, Fill::default(), progress)
}

fn fill(database: &Database, mut fill: Fill, progress: &mut Progress<'_>) -> Result<()> {
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
        .limit(i64::try_from(PORTION).unwrap_or(i64::MAX))
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
    if new >= MANY && new >= listed / 2 && is_made(db)? { become_form(db, DEFERRED) } else { Ok(()) }
}

/// Leaves the list, its index and the tables' indexes to [`Fill`], while very many rows are put into an empty database. Where that is
/// stopped in between, [`prepare`] or [`tidy`] does it.
///
/// # Errors
/// The database's own.
pub fn defer(db: &mut Db) -> Result<()> {
    become_form(db, DEFERRED)?;
    defer_indexes(db, &LATER)?;
    match db {
        Db::Sqlite(sqlite) => sqlite::gather(sqlite),
        Db::Postgres(pg) => postgres::clear(pg),
    }
}

/// Puts all customers that are not in the list into it, step by step, and makes what was left for later.
#[derive(Default)]
pub struct Fill {
    /// Brings what is to be put into the list, in order; `None` before it is begun.
    ahead: Option<Ahead<Portion>>,
    /// What it has brought that is not in the list yet.
    ready: Portion,
    last: Option<Key>,
    /// Where the list begins anew; `None` is that rows stay where they are.
    anew: Option<i64>,
    done: usize,
    total: usize,
}

type Portion = Vec<(Key, Entry)>;

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
        if self.ahead.is_none() {
            if !matches!(database.read(form)?, DEFERRED | FILLING) {
                return Ok(false);
            }
            if database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {
                return Ok(true);
            }
            let total: i64 = database.read(|db| Ok::<_, Error>(customers::table.count().get_result(db)?))?;
            self.total = usize::try_from(total).unwrap_or_default();
            self.anew = database.read(|db| room_before(db, total))?;
            let in_use = self.anew.is_some();
            database.write(|db| {
                if let (Db::Postgres(pg), true) = (&mut *db, in_use) {
                    postgres::gather(pg, true)?;
                }
                become_form(db, FILLING)
            })?;
            self.ahead = Some(read_ahead(database.clone()));
        }
        if let Some(more) = self.ahead.as_mut().filter(|_| self.ready.len() < PORTION).and_then(Ahead::next) {
            self.ready.extend(more);
        }
        let (next, count) = database.write(|db| portion(db, self.last.as_ref(), &self.ready, self.anew))?;
        self.done += count;
        if let Some(next) = next {
            self.ready.drain(..self.ready.partition_point(|(key, _)| *key <= next));
            self.last = Some(next);
            return Ok(true);
        }
        database.write(|db| {
            lock_order(db)?;
            // Others may have brought customers that belong before those that were taken last.
            if customers::table.count().get_result::<i64>(db)? != listing::table.count().get_result::<i64>(db)? {
                add_missing(db)?;
            }
            if let Db::Postgres(pg) = db {
                postgres::finish(pg)?;
            }
            frequency::take(db)?;
            become_form(db, FORM)
        })?;
        Ok(false)
    }
}

/// Does a little of what keeps the index quick, where there is something to do (PostgreSQL's autovacuum sees to its own); and what an import
/// that was stopped has left to be done.
///
/// # Errors
/// The database's own.
pub fn tidy(database: &Database) -> Result<bool> {
    match (database.address(), database.read(form)?) {
        (Address::Sqlite(_), FORM) => database.write(|db| match db {
            Db::Sqlite(sqlite) => sqlite::merge(sqlite),
            Db::Postgres(_) => Ok(false),
        }),
        (_, DEFERRED | FILLING) => fill(database, Fill::default(), &mut |_, _| {}).map(|()| true),
        _ => Ok(false),
    }
}

/// Puts all customers that are not in the list into it, as part of the present transaction.
///
/// # Errors
/// The database's own.
pub fn fill_within(db: &mut Db) -> Result<()> {
    add_missing(db)?;
    frequency::take(db)
}

fn add_missing(db: &mut Db) -> Result<()> {
    let mut last = None;
    loop {
        match portion(db, last.as_ref(), &[], None)?.0 {
            Some(next) => last = Some(next),
            None => return Ok(()),
        }
    }
}

/// Reads on another thread what is to be put into the list, while it is put there. Who changes a customer meanwhile puts it into the list
/// ([`FILLING`]), so what was read of it before is not needed any more.
fn read_ahead(database: Database) -> Ahead<Portion> {
    Ahead::new(move |ready| {
        let mut last = None;
        // Where it cannot be read, whoever writes sees to it.
        while let Ok((portion, next)) = database.read(|db| missing(db, last.as_ref())) {
            last = next;
            if ready.send(portion).is_err() || last.is_none() {
                return;
            }
        }
    })
}

/// What the next customers in the order of names are to be in the list, and where to go on.
fn missing(db: &mut Db, last: Option<&Key>) -> Result<(Portion, Option<Key>)> {
    let (rows, next) = by_name(db, last, PORTION)?;
    let ids: Vec<i64> = rows.into_iter().filter(|row| row.position.is_none()).map(|row| row.key.1).collect();
    let mut portion = entries(db, &ids)?;
    portion.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok((portion, next))
}

/// Where the list begins anew so that all of it has room before its present beginning; `None` where few rows come to those that there are.
/// Between neighbours is room for few; so many would have to be moved again and again. Moved to the front in order, every row stands right at
/// any time.
fn room_before(db: &mut Db, total: i64) -> Result<Option<i64>> {
    let listed: i64 = listing::table.count().get_result(db)?;
    let first: Option<i64> = listing::table.select(min(listing::position)).first(db)?;
    // Others may add some meanwhile.
    let room = 2 * total * gap(db);
    Ok(first.filter(|_| total - listed >= listed / 2).map(|first| first - room))
}

/// Puts the next customers in the order of names into the list, those of them that are not in it, or all of them where it begins `anew`; what
/// is `ready` need not be read again. Says where to go on, and how many they were.
fn portion(db: &mut Db, last: Option<&Key>, ready: &[(Key, Entry)], anew: Option<i64>) -> Result<(Option<Key>, usize)> {
    lock_order(db)?;
    let size = if matches!(db, Db::Postgres(_)) && anew.is_some() { SMALL_PORTION } else { PORTION };
    let (rows, next) = by_name(db, last, size)?;
    let count = rows.len();
    let (mut fresh, mut others) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.position.is_none()) {
        match ready.binary_search_by(|(key, _)| key.cmp(&row.key)) {
            Ok(found) => fresh.push(&ready[found]),
            Err(_) => others.push(row.key.1),
        }
    }
    let others = entries(db, &others)?;
    fresh.extend(&others);
    fresh.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (Some(begin), Some(first)) = (anew, rows.first()) else {
        insert_all(db, &fresh)?;
        return Ok((next, count));
    };
    let gap = gap(db);
    // Where the rows before them are now: who saves meanwhile may have moved them.
    let place = neighbour_before(db, &first.key)?.map_or(begin, |before| before + gap);
    let (mut moves, mut places) = (Vec::new(), Vec::new());
    for (row, place) in rows.iter().zip((0..).map(|nth| place + nth * gap)) {
        match row.position {
            Some(position) => moves.push((position, row.key.1, place)),
            None => places.push(place),
        }
    }
    renumber(db, &moves)?;
    insert_at(db, places.into_iter().zip(fresh.iter().map(|(_, entry)| entry)))?;
    Ok((next, count))
}

struct Row {
    key: Key,
    /// In the list, if it is there.
    position: Option<i64>,
}

/// The next customers in the order of names; and the last of them, unless there are no more.
fn by_name(db: &mut Db, last: Option<&Key>, size: usize) -> Result<(Vec<Row>, Option<Key>)> {
    let all = || customers::table.into_boxed::<MultiBackend>();
    let parts = match last {
        Some((sort_key, id)) => {
            let cursor = Cursor { order: Order::Name, value: sort_key.clone(), id: CustomerId(*id) };
            keyset::beyond(all, &cursor, Direction::Forward)
        }
        None => vec![all()],
    };
    let keys: Vec<Key> = keyset::first(parts, size, |part, rest| {
        keyset::ordered(part, Order::Name, Direction::Forward).limit(rest).select((customers::sort_key, customers::id)).load(db)
    })?;
    let positions = positions(db, &keys.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let next = keys.last().filter(|_| keys.len() == size).cloned();
    let rows = keys.into_iter().map(|key| Row { position: positions.get(&key.1).copied(), key }).collect();
    Ok((rows, next))
}
