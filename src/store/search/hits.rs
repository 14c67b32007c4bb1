//! What a search finds: in the order of names as the index brings it, in any other order collected and sorted, where that many are not too
//! many.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono_tz::Tz;
use diesel::prelude::*;

use super::ask::{Ask, Candidate, Direction, Visit};
use super::need::Need;
use super::question::Question;
use super::{COUNT_LIMIT, ORDERED_LIMIT, Row, Spot, postgres, sqlite, verify};
use crate::db::Db;
use crate::db::schema::customers;
use crate::domain::query::language::{Search, Test};
use crate::domain::query::{Cursor, Order, Query};
use crate::store::Result;

/// Rows that are compared one by one for an answer, at most.
const COMPARED: usize = 5_000;

/// Customers whose keys are asked for at a time: SQLite takes 32,766 values in a statement.
const KEYS: usize = 1_000;

/// What a search finds, without the customers that come first.
pub struct Hits {
    query: Query,
    search: Search,
    zone: Tz,
    need: Option<Need>,
    question: Option<Question>,
    /// Customers that come first.
    exact: Vec<i64>,
    /// All hits, where they are few enough to be put into another order.
    sorted: Option<Vec<Row>>,
    unfinished: Cell<bool>,
}

impl Hits {
    /// Finds out in which order hits can be listed; collects them where that is not by name.
    ///
    /// # Errors
    /// The database's own.
    pub fn new(db: &mut Db, query: &Query, search: &Search, zone: Tz, exact: Vec<i64>) -> Result<Self> {
        let need = Need::of(query, search);
        let question = need.as_ref().map(|need| Question::of(db, need)).transpose()?.flatten();
        let (query, search, unfinished) = (query.clone(), search.clone(), Cell::new(false));
        let mut hits = Self { query, search, zone, need, question, exact, sorted: None, unfinished };
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
            return Ok(self.part(sorted, direction, beyond, limit));
        }
        let beyond = match beyond {
            Some(Spot::Position(position)) => Some(*position),
            _ => None,
        };
        let mut rows = Vec::new();
        self.each(db, direction, beyond, limit, COMPARED, &mut |row| {
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
            return Ok(sorted.len());
        }
        if let (Some(question), Some(texts)) = (&self.question, self.plain_texts()) {
            let ask = self.ask(Direction::Forward, None, limit);
            let counted = match db {
                Db::Sqlite(sqlite) => sqlite::count(sqlite, &ask, question, &texts)?,
                Db::Postgres(pg) => Some(postgres::count(pg, &ask, &texts)?),
            };
            if let Some(count) = counted {
                return Ok(count);
            }
        }
        let mut count = 0;
        self.each(db, Direction::Forward, None, limit, COMPARED, &mut |_| {
            count += 1;
            if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(count)
    }

    /// The texts that a row holds exactly if it is a hit, where that is all that is asked: then the database can count.
    fn plain_texts(&self) -> Option<Vec<&str>> {
        self.search.is_plain().then(|| self.search.required().filter_map(Test::whole_text).collect())
    }

    fn ask(&self, direction: Direction, beyond: Option<i64>, limit: usize) -> Ask<'_> {
        Ask {
            need: self.need.as_ref(),
            question: self.question.as_ref(),
            enabled: self.query.enabled,
            kind: self.query.kind,
            dated: verify::is_dated(&self.search),
            beyond,
            direction,
            limit,
        }
    }

    /// Hands over every hit in the order of names, until no more are wanted or too many rows had to be compared.
    fn each(
        &self,
        db: &mut Db,
        direction: Direction,
        beyond: Option<i64>,
        limit: usize,
        compared: usize,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let ask = self.ask(direction, beyond, limit);
        let mut left = compared;
        let mut compare = |row: Candidate| {
            if left == 0 {
                self.unfinished.set(true);
                return ControlFlow::Break(());
            }
            left -= 1;
            if verify::is_hit(&self.query, &self.search, self.zone, &row) { visit(row) } else { ControlFlow::Continue(()) }
        };
        match db {
            Db::Sqlite(sqlite) => sqlite::each(sqlite, &ask, &mut compare),
            Db::Postgres(pg) => postgres::each(pg, &ask, &mut compare),
        }
    }

    /// All hits in the order that is asked for; `None` where they are too many.
    fn collect(&self, db: &mut Db) -> Result<Option<Vec<Row>>> {
        let mut rows = Vec::new();
        self.each(db, Direction::Forward, None, COUNT_LIMIT, 2 * ORDERED_LIMIT, &mut |row| {
            if !self.exact.contains(&row.id) {
                rows.push(Row::from(row));
            }
            if rows.len() <= ORDERED_LIMIT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if rows.len() > ORDERED_LIMIT || self.unfinished.replace(false) {
            return Ok(None);
        }
        let mut keys = self.keys(db, &rows)?;
        for row in &mut rows {
            let value = keys.remove(&row.id.0).unwrap_or_default();
            row.spot = Spot::Key(Cursor { order: self.query.order, value, id: row.id });
        }
        rows.sort_by(|one, other| one.spot.cmp_by_key(&other.spot));
        if self.query.order.descends() {
            rows.reverse();
        }
        Ok(Some(rows))
    }

    /// The values that rows are ordered by.
    fn keys(&self, db: &mut Db, rows: &[Row]) -> Result<HashMap<i64, Vec<u8>>> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
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

    /// A part of sorted hits.
    fn part(&self, sorted: &[Row], direction: Direction, beyond: Option<&Spot>, limit: usize) -> Vec<Row> {
        let descends = self.query.order.descends();
        let precedes = |row: &Row, spot: &Spot| {
            let order = row.spot.cmp_by_key(spot);
            if descends { order.is_gt() } else { order.is_lt() }
        };
        match (direction, beyond) {
            (Direction::Forward, None) => sorted.iter().take(limit).cloned().collect(),
            (Direction::Forward, Some(spot)) => {
                let from = sorted.partition_point(|row| precedes(row, spot) || row.spot == *spot);
                sorted[from..].iter().take(limit).cloned().collect()
            }
            (Direction::Backward, beyond) => {
                let to = beyond.map_or(sorted.len(), |spot| sorted.partition_point(|row| precedes(row, spot)));
                sorted[..to].iter().rev().take(limit).cloned().collect()
            }
        }
    }
}
