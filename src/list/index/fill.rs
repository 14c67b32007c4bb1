//! Adds the customers that are not in the list to it, in order and step by step, while others read the list and change customers.
//!
//! If very many come to a list in use, SQLite's gets a new beginning before its present one, and all rows are moved there one after the other;
//! PostgreSQL's is built a second time ([`shadow_list`]).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::sync::{gap, insert_all, neighbour_before, positions, renumber, write};
use super::{sample, shadow_list};
use crate::db::schema::{customers, listing};
use crate::db::statement::Statement;
use crate::db::{Database, Db, MultiBackend, ReadAhead, lock_list, make_deferred_index};
use crate::domain::query::Order;
use crate::list::candidate::Direction;
use crate::list::entry::{Entry, entries};
use crate::list::row::SortKey;
use crate::list::state::ListState;
use crate::list::{keyset, postgres};
use crate::store::{Error, Result};

/// At most this many customers are added in one transaction.
const PORTION: usize = 8_000;
/// While others wait to write, a transaction adds as many customers as take about this long.
const TURN: Duration = Duration::from_millis(300);

/// Adds all customers that are not in the list to it, and makes the indexes that were left for later.
#[derive(Default)]
pub struct Fill {
    stage: Stage,
    placement: Placement,
    /// Loads the entries that come next.
    ahead: Option<ReadAhead<Vec<Entry>>>,
    /// Entries that were loaded and are not in the list yet.
    ready: Vec<Entry>,
    /// The last customer that was added.
    last: Option<SortKey>,
    /// How many customers are added at a time while others wait.
    pace: usize,
    done: usize,
    total: usize,
}

#[derive(Debug, Clone, Copy, Default)]
enum Stage {
    #[default]
    Begin,
    Rows,
    /// The indexes of a shadow list.
    Indexes,
    /// With the number of attempts that have failed.
    TakeOver(u32),
    End,
    Done,
}

/// Where rows are put.
#[derive(Debug, Clone, Copy, Default)]
enum Placement {
    /// Between those that are there.
    #[default]
    Between,
    /// All of them into a new beginning of the list, from this position.
    Before(i64),
    /// All of them into a shadow list.
    ShadowList,
}

impl Fill {
    /// Returns how many customers are in the list, of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.total.max(self.done))
    }

    /// Does the next step. Returns whether there is more to do.
    pub fn step(&mut self, database: &Database) -> Result<bool> {
        match self.next(database) {
            // Another process has put the shadow list in place, or has dropped it.
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

    /// Does what the present stage asks for. Returns the next one.
    fn next(&mut self, database: &Database) -> Result<Stage> {
        Ok(match self.stage {
            Stage::Begin => {
                let is_unfinished = matches!(database.read(ListState::load)?, ListState::Deferred | ListState::Filling);
                // Making an index takes another process longer than it counts as at work without a sign of life.
                if !is_unfinished || database.read(|db| on_postgres(db, shadow_list::is_in_use))? {
                    return Ok(Stage::Done);
                }
                if database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {
                    return Ok(Stage::Begin);
                }
                self.begin(database)?;
                Stage::Rows
            }
            Stage::Rows => match (self.rows(database)?, self.placement) {
                (true, _) => Stage::Rows,
                (false, Placement::ShadowList) => Stage::Indexes,
                (false, _) => Stage::End,
            },
            Stage::Indexes => database.write(|db| on_postgres(db, shadow_list::make_indexes)).map(|()| Stage::TakeOver(0))?,
            Stage::TakeOver(failed) if !take_over(database, failed)? => Stage::TakeOver(failed + 1),
            Stage::TakeOver(_) => Stage::End,
            Stage::End => end(database).map(|()| Stage::Done)?,
            Stage::Done => Stage::Done,
        })
    }

    fn begin(&mut self, database: &Database) -> Result<()> {
        let (total, placement) = database.write(placement)?;
        (self.total, self.placement) = (usize::try_from(total).unwrap_or_default(), placement);
        database.write(|db| ListState::Filling.store(db))?;
        self.ahead = Some(read_ahead(database.clone(), matches!(self.placement, Placement::ShadowList)));
        Ok(())
    }

    /// Puts the next rows into the list. Returns whether there are more.
    fn rows(&mut self, database: &Database) -> Result<bool> {
        let size = if matches!(self.placement, Placement::Before(_)) { self.pace.clamp(PORTION / 16, PORTION) } else { PORTION };
        if let Some(more) = self.ahead.as_mut().filter(|_| self.ready.len() < size).and_then(ReadAhead::next) {
            self.ready.extend(more);
        }
        let begin = Instant::now();
        let (next, count) = database.write(|db| {
            let add = |db: &mut Db| add(db, self.last.as_ref(), size, &self.ready, self.placement);
            if matches!(self.placement, Placement::ShadowList) {
                // Those after the last are about to come: added now, they would stand in the way.
                let is_added = |key: &SortKey| self.last.as_ref().is_some_and(|last| key <= last);
                return Ok(shadow_list::within(db, is_added, add)?.1);
            }
            lock_list(db)?;
            add(db)
        })?;
        self.pace = if begin.elapsed() > TURN { size * 3 / 4 } else { size * 5 / 4 };
        self.done += count;
        let Some(next) = next else { return Ok(false) };
        self.ready.drain(..self.ready.partition_point(|entry| entry.customer.key <= next));
        self.last = Some(next);
        Ok(true)
    }
}

/// Does what only PostgreSQL needs.
fn on_postgres<T: Default>(db: &mut Db, work: impl Fn(&mut PgConnection) -> Result<T>) -> Result<T> {
    match db {
        Db::Sqlite(_) => Ok(T::default()),
        Db::Postgres(pg) => work(pg),
    }
}

/// How many customers are to be in the list, and where their rows are put. There is room for few between neighbours: if many come, others would
/// be moved again and again.
fn placement(db: &mut Db) -> Result<(i64, Placement)> {
    let total: i64 = customers::table.count().get_result(db)?;
    let listed: i64 = listing::table.count().get_result(db)?;
    let first: Option<i64> = listing::table.select(min(listing::position)).first(db)?;
    let first = first.filter(|_| total - listed >= listed / 2);
    let gap = gap(db);
    let placement = match (db, first) {
        (Db::Postgres(pg), first) => {
            let is_shadow = shadow_list::exists(pg)? || first.is_some() && shadow_list::is_allowed(pg)?;
            if is_shadow {
                shadow_list::create(pg)?;
            }
            if is_shadow { Placement::ShadowList } else { Placement::Between }
        }
        // Moved there in order, every row is in its right place at any time. Others may add some meanwhile.
        (Db::Sqlite(_), Some(first)) => Placement::Before(first - 2 * total * gap),
        (Db::Sqlite(_), None) => Placement::Between,
    };
    Ok((total, placement))
}

/// Tries to put the shadow list in place.
fn take_over(database: &Database, failed: u32) -> Result<bool> {
    /// If more customers than this have changed, their rows are updated before anybody has to wait.
    const FEW: usize = 100;
    /// One of this many attempts waits longer: PostgreSQL's autovacuum gives way after a second.
    const OFTEN: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(200);
    let (updated, ()) = database.write(|db| shadow_list::within(db, |_| true, |_| Ok(())))?;
    let timeout = if failed % OFTEN == OFTEN - 1 { "1500ms" } else { "100ms" };
    let taken = updated <= FEW && database.write(|db| shadow_list::take_over(db, timeout))?;
    if !taken {
        std::thread::sleep(PAUSE);
    }
    Ok(taken)
}

fn end(database: &Database) -> Result<()> {
    database.write(|db| on_postgres(db, shadow_list::validate_foreign_keys))?;
    sample::learn(database)?;
    // Others may have added customers that belong before those that were added last.
    let missing = "SELECT (SELECT count(*) FROM customers) - (SELECT CAST(sum(customers) AS BIGINT) FROM listing_counts)";
    if database.read(|db| Ok::<_, Error>(Statement::<BigInt>::new(missing).get_result::<i64>(db)? != 0))? {
        database.write(add_missing)?;
    }
    database.write(|db| {
        // This takes the right to change the list, which comes before the list itself.
        ListState::Complete.store(db)?;
        on_postgres(db, postgres::make_index)
    })
}

/// Adds all customers that are not in the list to it, in the present transaction.
pub fn within(db: &mut Db) -> Result<()> {
    add_missing(db)?;
    sample::learn_within(db)
}

fn add_missing(db: &mut Db) -> Result<()> {
    lock_list(db)?;
    let mut last = None;
    while let Some(next) = add(db, last.as_ref(), PORTION, &[], Placement::Between)?.0 {
        last = Some(next);
    }
    Ok(())
}

/// Loads on another thread what is to be added to the list: `all` customers, or those that are not in it. Whoever changes a customer meanwhile
/// puts it into the list ([`ListState::Filling`]), so what was loaded of it before is not needed any more.
fn read_ahead(database: Database, all: bool) -> ReadAhead<Vec<Entry>> {
    ReadAhead::new(move |ready| {
        let mut last = None;
        let load = |db: &mut Db, last: Option<&SortKey>| {
            let (keys, next) = next_keys(db, last, PORTION)?;
            let mut ids: Vec<i64> = keys.into_iter().map(|(_, id)| id).collect();
            let listed = if all { HashMap::new() } else { positions(db, &ids)? };
            ids.retain(|id| !listed.contains_key(id));
            Ok::<_, Error>((entries(db, &ids)?, next))
        };
        // What cannot be loaded here, the writer loads.
        while let Ok((portion, next)) = database.read(|db| load(db, last.as_ref())) {
            last = next;
            if ready.send(portion).is_err() || last.is_none() {
                return;
            }
        }
    })
}

/// Adds the next customers in the order of names to the list, those of them that are not in it; moves the others too if the list gets a new
/// beginning. What is `ready` is not loaded again. Returns where to go on, and how many customers there were.
fn add(db: &mut Db, last: Option<&SortKey>, size: usize, ready: &[Entry], placement: Placement) -> Result<(Option<SortKey>, usize)> {
    let (keys, next) = next_keys(db, last, size)?;
    let positions = positions(db, &keys.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let (mut fresh, mut others) = (Vec::new(), Vec::new());
    for key in keys.iter().filter(|(_, id)| !positions.contains_key(id)) {
        match ready.binary_search_by(|entry| entry.customer.key.cmp(key)) {
            Ok(found) => fresh.push(&ready[found]),
            Err(_) => others.push(key.1),
        }
    }
    let others = entries(db, &others)?;
    fresh.extend(&others);
    fresh.sort_by(|one, other| one.customer.key.cmp(&other.customer.key));
    let (Placement::Before(begin), Some(first)) = (placement, keys.first()) else {
        insert_all(db, &fresh)?;
        return Ok((next, keys.len()));
    };
    let gap = gap(db);
    // Where the rows before them are now: others may have moved them meanwhile.
    let start = neighbour_before(db, first)?.map_or(begin, |before| before + gap);
    let (mut moves, mut free) = (Vec::new(), Vec::new());
    for ((_, id), to) in keys.iter().zip((0..).map(|nth| start + nth * gap)) {
        match positions.get(id) {
            Some(from) => moves.push((*from, *id, to)),
            None => free.push(to),
        }
    }
    renumber(db, &moves)?;
    write(db, free.into_iter().zip(fresh))?;
    Ok((next, keys.len()))
}

/// The keys of the next customers in the order of names; and the last of them, unless there are no more.
fn next_keys(db: &mut Db, last: Option<&SortKey>, size: usize) -> Result<(Vec<SortKey>, Option<SortKey>)> {
    let all = || customers::table.into_boxed::<MultiBackend>();
    let by_name = Order::Name.into();
    let parts = keyset::beyond(all, by_name, last, Direction::Forward);
    let keys: Vec<SortKey> = keyset::first(parts, size, |part, rest| {
        keyset::ordered(part, by_name, Direction::Forward).limit(rest).select((customers::sort_key, customers::id)).load(db)
    })?;
    let next = keys.last().filter(|_| keys.len() == size).cloned();
    Ok((keys, next))
}
