//! Puts customers that are not in the list into it, in order and step by step, while it is read and customers change.
//!
//! Where very many come to a list in use, SQLite's begins anew before its present beginning, and all rows are moved there one after the other;
//! PostgreSQL's is made a second time ([`postgres::aside`]).

use std::time::{Duration, Instant};

use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::ask::Direction;
use super::form::Form;
use super::frequency;
use super::index::{Entry, Key, entries, gap, insert_all, insert_at, neighbour_before, positions, renumber};
use super::keyset;
use super::postgres::{self, aside};
use crate::db::schema::{customers, listing};
use crate::db::statement::Statement;
use crate::db::{Database, Db, MultiBackend, lock_list, make_deferred_index};
use crate::domain::CustomerId;
use crate::domain::query::{Cursor, Order};
use crate::list::ahead::Ahead;
use crate::store::{Error, Result};

/// Customers that are taken in one transaction, at most.
const PORTION: usize = 8_000;
/// Where others wait for their turn meanwhile, as many as take so long.
const TURN: Duration = Duration::from_millis(300);

/// Puts all customers that are not in the list into it, step by step, and makes what was left for later.
#[derive(Default)]
pub struct Fill {
    stage: Stage,
    way: Way,
    /// Brings what is to be put into the list, in order.
    ahead: Option<Ahead<Portion>>,
    /// What it has brought that is not in the list yet.
    ready: Portion,
    last: Option<Key>,
    pace: Pace,
    done: usize,
    total: usize,
}

type Portion = Vec<(Key, Entry)>;

#[derive(Debug, Clone, Copy, Default)]
enum Stage {
    #[default]
    Begin,
    Rows,
    /// Of a second list.
    Indexes,
    /// In vain so often.
    TakeOver(u32),
    End,
    Done,
}

/// Where rows go.
#[derive(Debug, Clone, Copy, Default)]
enum Way {
    /// Between those that are there.
    #[default]
    Between,
    /// All to a new beginning of the list, from this place on.
    Before(i64),
    /// All into a second list.
    Aside,
}

/// How many customers are taken at a time.
struct Pace(usize);

impl Default for Pace {
    fn default() -> Self {
        Self(PORTION / 4)
    }
}

impl Pace {
    /// The last ones took so long.
    fn learn(&mut self, taken: Duration) {
        let fewer = taken > TURN;
        let next = if fewer { self.0 * 3 / 4 } else { self.0 * 5 / 4 };
        self.0 = next.clamp(PORTION / 16, PORTION);
    }
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
        match self.next(database) {
            // Another program has let the second list take over, or has done away with it.
            Err(Error::Stale) => {
                *self = Self::default();
                Ok(true)
            }
            outcome => {
                self.stage = outcome?;
                Ok(!matches!(self.stage, Stage::Done))
            }
        }
    }

    /// Does what is to be done at the present stage. Returns the next one.
    fn next(&mut self, database: &Database) -> Result<Stage> {
        Ok(match self.stage {
            Stage::Begin => {
                if !database.read(Form::of)?.is_unfinished() || database.read(is_done_elsewhere)? {
                    return Ok(Stage::Done);
                }
                if database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {
                    return Ok(Stage::Begin);
                }
                self.begin(database)?;
                Stage::Rows
            }
            Stage::Rows => match (self.rows(database)?, self.way) {
                (true, _) => Stage::Rows,
                (false, Way::Aside) => Stage::Indexes,
                (false, _) => Stage::End,
            },
            Stage::Indexes => {
                database.write(|db| on_postgres(db, aside::make_indexes))?;
                Stage::TakeOver(0)
            }
            Stage::TakeOver(tries) if !take_over(database, tries)? => Stage::TakeOver(tries + 1),
            Stage::TakeOver(_) => Stage::End,
            Stage::End => {
                end(database)?;
                Stage::Done
            }
            Stage::Done => Stage::Done,
        })
    }

    fn begin(&mut self, database: &Database) -> Result<()> {
        let total: i64 = database.read(|db| Ok::<_, Error>(customers::table.count().get_result(db)?))?;
        self.total = usize::try_from(total).unwrap_or_default();
        self.way = database.write(|db| way(db, total))?;
        database.write(|db| Form::Filling.begin(db))?;
        let all = matches!(self.way, Way::Aside);
        self.ahead = Some(read_ahead(database.clone(), all));
        Ok(())
    }

    /// Puts the next rows into the list. Says whether there are more.
    fn rows(&mut self, database: &Database) -> Result<bool> {
        let size = if matches!(self.way, Way::Before(_)) { self.pace.0 } else { PORTION };
        if let Some(more) = self.ahead.as_mut().filter(|_| self.ready.len() < size).and_then(Ahead::next) {
            self.ready.extend(more);
        }
        let begin = Instant::now();
        let (next, count) = database.write(|db| {
            let portion = |db: &mut Db| portion(db, self.last.as_ref(), size, &self.ready, self.way);
            if matches!(self.way, Way::Aside) {
                // Those after the last are about to come: placed now, they would stand in the way.
                let taken = |key: &Key| self.last.as_ref().is_some_and(|last| key <= last);
                return Ok(aside::within(db, taken, portion)?.1);
            }
            lock_list(db)?;
            portion(db)
        })?;
        self.pace.learn(begin.elapsed());
        self.done += count;
        let Some(next) = next else { return Ok(false) };
        self.ready.drain(..self.ready.partition_point(|(key, _)| *key <= next));
        self.last = Some(next);
        Ok(true)
    }
}

/// Whether another process is about it. Making an index takes it longer than it is taken to be at work without a sign of it.
fn is_done_elsewhere(db: &mut Db) -> Result<bool> {
    match db {
        Db::Sqlite(_) => Ok(false),
        Db::Postgres(pg) => aside::is_worked_on(pg),
    }
}

fn on_postgres(db: &mut Db, work: impl Fn(&mut PgConnection) -> Result<()>) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(pg) => work(pg),
    }
}

/// How rows are put into the list, where so many customers are to be in it. Between neighbours is room for few: where many come, others
/// would be moved again and again.
fn way(db: &mut Db, total: i64) -> Result<Way> {
    let listed: i64 = listing::table.count().get_result(db)?;
    let first: Option<i64> = listing::table.select(min(listing::position)).first(db)?;
    let many = total - listed >= listed / 2;
    let gap = gap(db);
    match (db, first.filter(|_| many)) {
        (Db::Postgres(pg), first) => {
            let aside = aside::exists(pg)? || first.is_some() && aside::is_allowed(pg)?;
            if aside {
                aside::begin(pg)?;
            }
            Ok(if aside { Way::Aside } else { Way::Between })
        }
        // Moved there in order, every row stands right at any time. Others may add some meanwhile.
        (Db::Sqlite(_), Some(first)) => Ok(Way::Before(first - 2 * total * gap)),
        (Db::Sqlite(_), None) => Ok(Way::Between),
    }
}

/// Tries to let the second list take the place of the first.
fn take_over(database: &Database, tries: u32) -> Result<bool> {
    /// More changes than this are followed before anybody has to wait for it.
    const FEW: usize = 100;
    /// One of so many tries waits longer: PostgreSQL's autovacuum gives way after a second.
    const OFTEN: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(200);
    let (followed, ()) = database.write(|db| aside::within(db, |_| true, |_| Ok(())))?;
    let patience = if tries % OFTEN == OFTEN - 1 { "1500ms" } else { "100ms" };
    let taken = followed <= FEW && database.write(|db| aside::take_over(db, patience))?;
    if !taken {
        std::thread::sleep(PAUSE);
    }
    Ok(taken)
}

fn end(database: &Database) -> Result<()> {
    database.write(|db| on_postgres(db, aside::settle))?;
    frequency::learn(database)?;
    if database.read(are_missing)? {
        database.write(|db| {
            lock_list(db)?;
            add_missing(db)
        })?;
    }
    database.write(|db| {
        // It holds the right to change the list, which comes before the list itself.
        Form::Made.begin(db)?;
        on_postgres(db, postgres::finish)
    })
}

/// Whether the list lacks any: others may have brought customers that belong before those that were taken last.
fn are_missing(db: &mut Db) -> Result<bool> {
    let lacking =
        Statement::<BigInt>::new("SELECT (SELECT count(*) FROM customers) - (SELECT CAST(sum(customers) AS BIGINT) FROM listing_counts)");
    Ok(lacking.get_result::<i64>(db)? != 0)
}

/// Puts all customers that are not in the list into it, as part of the present transaction.
///
/// # Errors
/// The database's own.
pub fn within(db: &mut Db) -> Result<()> {
    lock_list(db)?;
    add_missing(db)?;
    frequency::take(db)
}

fn add_missing(db: &mut Db) -> Result<()> {
    let mut last = None;
    loop {
        match portion(db, last.as_ref(), PORTION, &[], Way::Between)?.0 {
            Some(next) => last = Some(next),
            None => return Ok(()),
        }
    }
}

/// Reads on another thread what is to be put into the list, while it is put there: `all` customers, or those that are not in it. Who changes a
/// customer meanwhile puts it into the list ([`Form::Filling`]), so what was read of it before is not needed any more.
fn read_ahead(database: Database, all: bool) -> Ahead<Portion> {
    Ahead::new(move |ready| {
        let mut last = None;
        // Where it cannot be read, whoever writes sees to it.
        while let Ok((portion, next)) = database.read(|db| wanted(db, last.as_ref(), all)) {
            last = next;
            if ready.send(portion).is_err() || last.is_none() {
                return;
            }
        }
    })
}

/// What the next customers in the order of names are to be in the list, and where to go on.
fn wanted(db: &mut Db, last: Option<&Key>, all: bool) -> Result<(Portion, Option<Key>)> {
    let (keys, next) = by_name(db, last, PORTION)?;
    let mut ids: Vec<i64> = keys.into_iter().map(|(_, id)| id).collect();
    if !all {
        let positions = positions(db, &ids)?;
        ids.retain(|id| !positions.contains_key(id));
    }
    Ok((entries(db, &ids)?, next))
}

/// Puts the next customers in the order of names into the list, those of them that are not in it, or all of them where it begins anew; what
/// is `ready` need not be read again. Says where to go on, and how many they were.
fn portion(db: &mut Db, last: Option<&Key>, size: usize, ready: &[(Key, Entry)], way: Way) -> Result<(Option<Key>, usize)> {
    let (keys, next) = by_name(db, last, size)?;
    let positions = positions(db, &keys.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let (mut fresh, mut others) = (Vec::new(), Vec::new());
    for key in keys.iter().filter(|(_, id)| !positions.contains_key(id)) {
        match ready.binary_search_by(|(ready, _)| ready.cmp(key)) {
            Ok(found) => fresh.push(&ready[found]),
            Err(_) => others.push(key.1),
        }
    }
    let others = entries(db, &others)?;
    fresh.extend(&others);
    fresh.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (Way::Before(begin), Some(first)) = (way, keys.first()) else {
        insert_all(db, &fresh)?;
        return Ok((next, keys.len()));
    };
    let gap = gap(db);
    // Where the rows before them are now: who saves meanwhile may have moved them.
    let place = neighbour_before(db, first)?.map_or(begin, |before| before + gap);
    let (mut moves, mut places) = (Vec::new(), Vec::new());
    for ((_, id), place) in keys.iter().zip((0..).map(|nth| place + nth * gap)) {
        match positions.get(id) {
            Some(position) => moves.push((*position, *id, place)),
            None => places.push(place),
        }
    }
    renumber(db, &moves)?;
    insert_at(db, places.into_iter().zip(fresh.iter().map(|(_, entry)| entry)))?;
    Ok((next, keys.len()))
}

/// The next customers in the order of names; and the last of them, unless there are no more.
fn by_name(db: &mut Db, last: Option<&Key>, size: usize) -> Result<(Vec<Key>, Option<Key>)> {
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
    let next = keys.last().filter(|_| keys.len() == size).cloned();
    Ok((keys, next))
}
