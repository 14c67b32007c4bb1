//! What a search finds: in the order of names as the index brings it, in any other order collected and sorted, where that many are not too
//! many.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono_tz::Tz;
use diesel::prelude::*;

use super::ask::{Ask, Candidate, Direction, Visit};
use super::decide::{Condition, Dialect};
use super::need::Need;
use super::question::{Question, Weighed};
use super::{COUNT_LIMIT, ORDERED_LIMIT, Row, Spot, plain, postgres, sqlite, verify};
use crate::db::Db;
use crate::db::schema::customers;
use crate::domain::CustomerId;
use crate::domain::query::language::Search;
use crate::domain::query::{Cursor, Order, Query};
use crate::store::Result;

/// Customers whose keys are asked for at a time: SQLite takes 32,766 values in a statement.
const KEYS: usize = 1_000;

/// What a search finds, without the customers that come first.
pub struct Hits {
    query: Query,
    search: Search,
    zone: Tz,
    need: Option<Need>,
    /// `None` where the index cannot say.
    asked: Option<Weighed>,
    /// All that is asked for, where the database can decide it.
    decided: Option<Condition>,
    /// Customers that come first.
    exact: Vec<i64>,
    /// All hits, where they are few enough to be put into another order.
    sorted: Option<Vec<Place>>,
    /// How many of those that come first are hits, where hits are sorted.
    lifted: Cell<usize>,
    unfinished: Cell<bool>,
}

/// Where a hit stands in an order other than by name.
#[derive(Debug)]
struct Place {
    /// In the list.
    position: i64,
    spot: Cursor,
}

impl Hits {
    /// Finds out in which order hits can be listed; collects them where that is not by name.
    ///
    /// # Errors
    /// The database's own.
    pub fn new(db: &mut Db, query: &Query, search: &Search, zone: Tz, exact: Vec<i64>) -> Result<Self> {
        let need = Need::of(query, search);
        let asked = need.as_ref().map(|need| Question::of(db, need)).transpose()?.flatten();
        let dialect = match db {
            Db::Sqlite(_) => Dialect::Sqlite,
            Db::Postgres(_) => Dialect::Postgres,
        };
        let decided = asked.as_ref().and_then(|asked| Condition::of(query, search, &asked.question, dialect));
        let (query, search, lifted, unfinished) = (query.clone(), search.clone(), Cell::new(0), Cell::new(false));
        let mut hits = Self { query, search, zone, need, asked, decided, exact, sorted: None, lifted, unfinished };
        if hits.query.order != Order::Name {
            hits.sorted = hits.collect(db)?;
        }
        Ok(hits)
    }

    /// The order that they have.
    pub fn order(&self) -> Order {
        if self.sorted.is_some() { self.query.order } else { Order::Name }
    }

    /// Rows were left unread.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Up to `limit` rows on one side of a spot, nearest first.
    ///
    /// # Errors
    /// The database's own.
    pub fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&Spot>, limit: usize) -> Result<Vec<Row>> {
        if let Some(sorted) = &self.sorted {
            return rows_at(db, part(sorted, self.query.order, direction, beyond, limit));
        }
        let beyond = match beyond {
            Some(Spot::Position(position)) => Some(*position),
            _ => None,
        };
        let mut rows = Vec::new();
        self.each(db, &self.ask(direction, beyond, limit), &mut |row| {
            if !self.exact.contains(&row.id) {
                rows.push(Row::from(row));
            }
            if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(rows)
    }

    /// How many there are, counted up to a limit; those that come first are counted where they are hits.
    ///
    /// # Errors
    /// The database's own.
    pub fn count(&self, db: &mut Db, limit: usize) -> Result<usize> {
        if let Some(sorted) = &self.sorted {
            return Ok(sorted.len() + self.lifted.get());
        }
        let ask = self.all(limit);
        let counted = match db {
            Db::Sqlite(sqlite) => sqlite::count(sqlite, &ask)?,
            Db::Postgres(pg) => postgres::count(pg, &ask)?,
        };
        if let Some(count) = counted {
            return Ok(count);
        }
        let mut count = 0;
        self.each(db, &ask, &mut |_| {
            count += 1;
            if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(count)
    }

    fn ask(&self, direction: Direction, beyond: Option<i64>, limit: usize) -> Ask<'_> {
        Ask {
            need: self.need.as_ref(),
            question: self.asked.as_ref().map(|asked| &asked.question),
            share: self.asked.as_ref().map_or(1.0, |asked| asked.share),
            decided: self.decided.as_ref(),
            enabled: self.query.enabled,
            kind: self.query.kind,
            dated: verify::is_dated(&self.search),
            beyond,
            direction,
            any_order: false,
            limit,
        }
    }

    /// What asks for so many of all hits, whichever they are.
    fn all(&self, limit: usize) -> Ask<'_> {
        Ask { any_order: true, ..self.ask(Direction::Forward, None, limit) }
    }

    /// Hands over every hit, until no more are wanted or too many rows had to be compared.
    fn each(&self, db: &mut Db, ask: &Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
        let mut left = match db {
            Db::Sqlite(_) => sqlite::COMPARED,
            Db::Postgres(_) => postgres::COMPARED,
        };
        let mut compare = |row: Candidate| {
            if left == 0 {
                self.unfinished.set(true);
                return ControlFlow::Break(());
            }
            left -= 1;
            if verify::is_hit(&self.query, &self.search, self.zone, &row) { visit(row) } else { ControlFlow::Continue(()) }
        };
        match db {
            Db::Sqlite(sqlite) => sqlite::each(sqlite, ask, &mut compare),
            Db::Postgres(pg) => postgres::each(pg, ask, &mut compare),
        }
    }

    /// All hits in the order that is asked for; `None` where they are too many.
    fn collect(&self, db: &mut Db) -> Result<Option<Vec<Place>>> {
        if self.is_everywhere(db)? {
            return Ok(None);
        }
        let mut found = self.places(db)?;
        let all = found.len();
        found.retain(|(_, id)| !self.exact.contains(id));
        self.lifted.set(all - found.len());
        if found.len() > ORDERED_LIMIT || self.unfinished.replace(false) {
            return Ok(None);
        }
        let order = self.query.order;
        let mut keys = self.keys(db, &found)?;
        let place = |(position, id)| {
            let value = keys.remove(&id).unwrap_or_default();
            Place { position, spot: Cursor { order, value, id: CustomerId(id) } }
        };
        let mut places: Vec<Place> = found.into_iter().map(place).collect();
        places.sort_unstable_by(|one, other| {
            let ascending = (&one.spot.value, one.spot.id).cmp(&(&other.spot.value, other.spot.id));
            if order.descends() { ascending.reverse() } else { ascending }
        });
        Ok(Some(places))
    }

    /// Whether so many rows have what is asked for that an index would bring far more than can be put into an order.
    fn is_everywhere(&self, db: &mut Db) -> Result<bool> {
        /// The share of rows from which on this is looked at: it is an estimate.
        const SHARE: f64 = 0.3;
        /// In a list of so many, that is far more than can be ordered.
        const LIST: usize = 20 * ORDERED_LIMIT;
        let share = self.asked.as_ref().map_or(0.0, |asked| asked.share);
        Ok(share >= SHARE && plain::count(db, &Query::default())? >= LIST)
    }

    /// Where hits stand in the list, and whose they are: all, or more than can be put into an order.
    fn places(&self, db: &mut Db) -> Result<Vec<(i64, i64)>> {
        let limit = ORDERED_LIMIT + 1 + self.exact.len();
        let ask = self.all(limit);
        let found = match db {
            Db::Sqlite(sqlite) => sqlite::places(sqlite, &ask)?,
            Db::Postgres(pg) => postgres::places(pg, &ask)?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let mut found = Vec::new();
        self.each(db, &self.all(COUNT_LIMIT), &mut |row| {
            found.push((row.position, row.id));
            if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(found)
    }

    /// The values that rows are ordered by.
    fn keys(&self, db: &mut Db, found: &[(i64, i64)]) -> Result<HashMap<i64, Vec<u8>>> {
        let ids: Vec<i64> = found.iter().map(|(_, id)| *id).collect();
        let mut keys = HashMap::new();
        for ids in ids.chunks(KEYS) {
            match self.query.order {
                Order::Name | Order::Newest => {}
                Order::RefId => {
                    keys.extend(customers::table.filter(customers::id.eq_any(ids)).select((customers::id, customers::ref_sort)).load::<(
                        i64,
                        Vec<u8>,
                    )>(
                        db
                    )?);
                }
                Order::Changed => {
                    let changed = customers::table.filter(customers::id.eq_any(ids)).select((customers::id, customers::changed_at));
                    let changed: Vec<(i64, chrono::NaiveDateTime)> = changed.load(db)?;
                    keys.extend(changed.into_iter().map(|(id, at)| (id, at.and_utc().timestamp_micros().to_be_bytes().to_vec())));
                }
            }
        }
        Ok(keys)
    }
}

/// A part of sorted hits, nearest to a spot first.
fn part<'a>(sorted: &'a [Place], order: Order, direction: Direction, beyond: Option<&Spot>, limit: usize) -> Vec<&'a Place> {
    let beyond = match beyond {
        Some(Spot::Key(cursor)) => Some(cursor),
        _ => None,
    };
    let precedes = |place: &Place, cursor: &Cursor| {
        let ascending = (&place.spot.value, place.spot.id).cmp(&(&cursor.value, cursor.id));
        if order.descends() { ascending.is_gt() } else { ascending.is_lt() }
    };
    match direction {
        Direction::Forward => {
            let from = beyond.map_or(0, |cursor| sorted.partition_point(|place| precedes(place, cursor) || place.spot == *cursor));
            sorted[from..].iter().take(limit).collect()
        }
        Direction::Backward => {
            let to = beyond.map_or(sorted.len(), |cursor| sorted.partition_point(|place| precedes(place, cursor)));
            sorted[..to].iter().rev().take(limit).collect()
        }
    }
}

/// The rows at places, in their order.
fn rows_at(db: &mut Db, places: Vec<&Place>) -> Result<Vec<Row>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = plain::at(db, &places.iter().map(|place| place.position).collect::<Vec<_>>())?;
    let row = |place: &Place| {
        let row = rows.remove(&place.position)?;
        Some(Row { spot: Spot::Key(place.spot.clone()), ..Row::from(row) })
    };
    Ok(places.into_iter().filter_map(row).collect())
}
