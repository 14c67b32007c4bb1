//! The hits of a search: ordered by name as the index finds them; in any other order collected and sorted, if there are not too many.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono_tz::Tz;
use diesel::prelude::*;

use super::candidate::{Candidate, Direction};
use super::plan::scan::{Plan, RowHandler, Scan};
use super::row::{COUNT_LIMIT, ListRow, ORDERED_LIMIT, Spot};
use super::{browse, keyset, postgres, sqlite, verify};
use crate::db::Db;
use crate::db::schema::{customers, listing};
use crate::domain::CustomerId;
use crate::domain::query::language::Search;
use crate::domain::query::{Cursor, Order, Query};
use crate::store::Result;

/// Sort keys are loaded for this many customers at a time: SQLite takes 32,766 values in a statement.
const KEYS: usize = 1_000;

/// The hits of a search, without the customers that come first.
pub struct Hits {
    query: Query,
    search: Search,
    zone: Tz,
    plan: Plan,
    /// The customers that come first.
    exact: Vec<i64>,
    /// All hits in the requested order, if that is not by name and they are few enough.
    sorted: Option<Vec<Cursor>>,
    /// How many of the customers that come first are hits, if hits are sorted.
    exact_hits: usize,
    unfinished: Cell<bool>,
}

impl Hits {
    /// Plans the search; collects and sorts all hits if the requested order is not by name.
    pub fn new(db: &mut Db, query: &Query, search: &Search, zone: Tz, exact: Vec<i64>) -> Result<Self> {
        let plan = Plan::new(db, query, search)?;
        let (query, search, unfinished) = (query.clone(), search.clone(), Cell::new(false));
        let mut hits = Self { query, search, zone, plan, exact, sorted: None, exact_hits: 0, unfinished };
        if hits.query.order != Order::Name {
            hits.sort(db)?;
        }
        Ok(hits)
    }

    /// The order that the hits have.
    pub fn order(&self) -> Order {
        if self.sorted.is_some() { self.query.order } else { Order::Name }
    }

    /// Whether rows were left uncompared, because there were too many.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Up to `limit` rows on one side of a spot, nearest first.
    pub fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&Spot>, limit: usize) -> Result<Vec<ListRow>> {
        if let Some(sorted) = &self.sorted {
            return rows_of(db, part(sorted, direction, beyond.and_then(Spot::key), limit));
        }
        let mut rows = Vec::new();
        self.each(db, &self.scan(direction, beyond.and_then(Spot::position), limit), &mut |row| {
            if !self.exact.contains(&row.id) {
                rows.push(ListRow::from(row));
            }
            until(rows.len() >= limit)
        })?;
        Ok(rows)
    }

    /// How many hits there are, counted up to a limit; those that come first are counted too.
    pub fn count(&self, db: &mut Db, limit: usize) -> Result<usize> {
        if let Some(sorted) = &self.sorted {
            return Ok(sorted.len() + self.exact_hits);
        }
        let scan = self.scan_all(limit);
        let counted = match db {
            Db::Sqlite(sqlite) => sqlite::count(sqlite, &scan)?,
            Db::Postgres(pg) => postgres::count(pg, &scan)?,
        };
        if let Some(count) = counted {
            return Ok(count);
        }
        let mut count = 0;
        self.each(db, &scan, &mut |_| {
            count += 1;
            until(count >= limit)
        })?;
        Ok(count)
    }

    fn scan(&self, direction: Direction, beyond: Option<i64>, limit: usize) -> Scan<'_> {
        Scan { plan: &self.plan, dated: verify::is_dated(&self.search), beyond, direction, any_order: false, limit }
    }

    /// A scan of all hits for about `limit` of them, in any order.
    fn scan_all(&self, limit: usize) -> Scan<'_> {
        Scan { any_order: true, ..self.scan(Direction::Forward, None, limit) }
    }

    /// Passes hits on until no more are wanted or too many rows had to be compared.
    fn each(&self, db: &mut Db, scan: &Scan<'_>, handle: &mut RowHandler<'_>) -> Result<()> {
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
            if verify::is_hit(&self.query, &self.search, self.zone, &row) { handle(row) } else { ControlFlow::Continue(()) }
        };
        match db {
            Db::Sqlite(sqlite) => sqlite::each(sqlite, scan, &mut compare),
            Db::Postgres(pg) => postgres::each(pg, scan, &mut compare),
        }
    }

    /// Puts all hits into the requested order, if they are few enough.
    fn sort(&mut self, db: &mut Db) -> Result<()> {
        if self.is_too_common(db)? {
            return Ok(());
        }
        let mut found = self.customers(db)?;
        let all = found.len();
        found.retain(|id| !self.exact.contains(id));
        self.exact_hits = all - found.len();
        if found.len() > ORDERED_LIMIT || self.unfinished.replace(false) {
            return Ok(());
        }
        let order = self.query.order;
        let mut values = self.values(db, &found)?;
        let cursor = |id| Cursor { order, value: values.remove(&id).unwrap_or_default(), id: CustomerId(id) };
        let mut sorted: Vec<Cursor> = found.into_iter().map(cursor).collect();
        sorted.sort_unstable_by(|one, other| compare(one, other));
        self.sorted = Some(sorted);
        Ok(())
    }

    /// Whether the index is expected to find far more rows than can be sorted.
    fn is_too_common(&self, db: &mut Db) -> Result<bool> {
        /// The list is counted if a larger share of it is expected.
        const SHARE: f64 = 0.3;
        /// This share of a list of so many rows is far more than can be sorted.
        const LIST: usize = 20 * ORDERED_LIMIT;
        Ok(self.plan.index.is_some() && self.plan.selectivity >= SHARE && browse::count(db, &Query::default())? >= LIST)
    }

    /// The ids of all hits, or of more than can be sorted.
    fn customers(&self, db: &mut Db) -> Result<Vec<i64>> {
        let limit = ORDERED_LIMIT + 1 + self.exact.len();
        let scan = self.scan_all(limit);
        let found = match db {
            Db::Sqlite(sqlite) => sqlite::customers(sqlite, &scan)?,
            Db::Postgres(pg) => postgres::customers(pg, &scan)?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let mut found = Vec::new();
        self.each(db, &self.scan_all(COUNT_LIMIT), &mut |row| {
            found.push(row.id);
            until(found.len() >= limit)
        })?;
        Ok(found)
    }

    /// The values that customers are ordered by; none if they are ordered by their ids.
    fn values(&self, db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, Vec<u8>>> {
        let mut values = HashMap::new();
        for ids in ids.chunks(KEYS) {
            let chosen = customers::table.filter(customers::id.eq_any(ids));
            match self.query.order {
                Order::Name | Order::Newest => {}
                Order::RefId => values.extend(chosen.select((customers::id, customers::ref_sort)).load::<(i64, Vec<u8>)>(db)?),
                Order::Changed => {
                    let changed: Vec<(i64, chrono::NaiveDateTime)> = chosen.select((customers::id, customers::changed_at)).load(db)?;
                    values.extend(changed.into_iter().map(|(id, at)| (id, keyset::moment_value(at))));
                }
            }
        }
        Ok(values)
    }
}

fn until(done: bool) -> ControlFlow<()> {
    if done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Compares two hits by their order.
fn compare(one: &Cursor, other: &Cursor) -> std::cmp::Ordering {
    let ascending = (&one.value, one.id).cmp(&(&other.value, other.id));
    if one.order.descends() { ascending.reverse() } else { ascending }
}

/// Up to `limit` sorted hits on one side of a cursor, nearest first.
fn part<'a>(sorted: &'a [Cursor], direction: Direction, beyond: Option<&Cursor>, limit: usize) -> Vec<&'a Cursor> {
    match direction {
        Direction::Forward => {
            let from = beyond.map_or(0, |cursor| sorted.partition_point(|hit| compare(hit, cursor).is_le()));
            sorted[from..].iter().take(limit).collect()
        }
        Direction::Backward => {
            let to = beyond.map_or(sorted.len(), |cursor| sorted.partition_point(|hit| compare(hit, cursor).is_lt()));
            sorted[..to].iter().rev().take(limit).collect()
        }
    }
}

/// The rows of hits, in the hits' order.
fn rows_of(db: &mut Db, hits: Vec<&Cursor>) -> Result<Vec<ListRow>> {
    let ids = hits.iter().map(|cursor| cursor.id.0);
    let no_time = None::<chrono::NaiveDateTime>.into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamp>>();
    let rows: Vec<Candidate> = listing::table
        .filter(listing::customer_id.eq_any(ids))
        .select((
            listing::position,
            listing::customer_id,
            listing::enabled,
            listing::kind,
            listing::name,
            listing::ref_id,
            listing::text,
            listing::hidden,
            no_time,
        ))
        .load(db)?;
    let mut rows: HashMap<i64, ListRow> = rows.into_iter().map(|row| (row.id, ListRow::from(row))).collect();
    let row = |cursor: &Cursor| Some(ListRow { spot: Spot::Key(cursor.clone()), ..rows.remove(&cursor.id.0)? });
    Ok(hits.into_iter().filter_map(row).collect())
}
