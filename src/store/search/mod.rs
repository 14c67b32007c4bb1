//! Finding customers: one function over the one query value, for the page and whatever else lists customers.
//!
//! Rows come by key in both directions, never by offset. A folded text a customer ([`text`]) narrows a search, so that both engines find
//! the same; where that is not yet the answer (qualifiers, open places, exclusion, alternatives), [`verify`] compares each row with what
//! was asked. What a row does not show of its hit is added as a second line ([`via`]). A customer whose number, CRM ID, Ref ID or EID
//! *is* the text comes first ([`exact`]).

mod exact;
mod holding;
mod keyset;
mod text;
mod verify;
mod via;

pub use text::reindex;
pub use via::Via;

use std::cell::Cell;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

use self::holding::Holding;
use self::keyset::Direction;
use super::Result;
use crate::db::schema::customers;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::language::{Comparison, Search, Test};
use crate::domain::query::{Cursor, Order, Place, Query};

/// Rows on a page.
pub const PAGE: usize = 50;
/// Rows that are compared one by one for one page, at most.
const COMPARED: usize = 20_000;
/// Rows that are fetched at a time to be compared, at most; the first time a few more than are wanted, then ever more.
const CHUNK: usize = 1_000;
/// Rows are counted up to here; beyond, the page says "more than 1,000".
pub const COUNT_LIMIT: usize = 1_000;

/// A customer in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Identifies it.
    pub id: CustomerId,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: Kind,
    /// As it is shown.
    pub name: String,
    /// Empty where there is none.
    pub ref_id: String,
    /// Where the hit is, if not in the row.
    pub via: Option<Via>,
    /// Where it stands in the order that was asked for.
    pub cursor: Cursor,
}

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// In order, [`PAGE`] at most.
    pub rows: Vec<Row>,
    /// There are rows before these.
    pub prev: Option<Cursor>,
    /// There are rows after these.
    pub next: Option<Cursor>,
    /// Rows were left unread, since too many had to be compared one by one: the search is to be narrowed.
    pub unfinished: bool,
}

/// How many customers a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// More than [`COUNT_LIMIT`].
    Many,
}

type Select<'a> = customers::BoxedQuery<'a, MultiBackend>;

/// The part of the list that a query asks for. Days begin at midnight of the zone.
///
/// # Errors
/// The database's own.
pub fn page(db: &mut Db, query: &Query, zone: Tz) -> Result<Page> {
    let list = List::new(db, query, zone)?;
    let mut page = match &query.place {
        Place::First => list.from(db, None)?,
        Place::After(cursor) => list.after(db, cursor)?,
        Place::Before(cursor) => list.before(db, cursor)?,
        Place::Around(id) => list.around(db, *id)?,
    };
    if page.prev.is_none() {
        page.rows.splice(0..0, exact::rows(db, &list.exact, query.order)?);
    }
    page.unfinished = list.unfinished.get();
    via::explain(db, &list.search.words(), &mut page.rows)?;
    Ok(page)
}

/// How many customers a query finds, counted up to [`COUNT_LIMIT`].
///
/// # Errors
/// The database's own.
pub fn count(db: &mut Db, query: &Query, zone: Tz) -> Result<Count> {
    let list = List::new(db, query, zone)?;
    let found = list.exact.len()
        + if list.search.is_plain() {
            let limit = i64::try_from(COUNT_LIMIT).unwrap_or(i64::MAX) + 1;
            list.matching().select(customers::id).limit(limit).load::<i64>(db)?.len()
        } else {
            list.load(db, Direction::Forward, None, COUNT_LIMIT + 1)?.len()
        };
    Ok(if found > COUNT_LIMIT || list.unfinished.get() { Count::Many } else { Count::Exactly(found) })
}

/// Some of what a query finds, in the order it was created whatever the query's, beginning beyond a customer; and where to go on, `None`
/// at the end. Up to `limit` rows are looked at, so a chunk may hold less, or nothing, and yet not be the last.
///
/// # Errors
/// The database's own.
pub fn chunk(
    db: &mut Db,
    query: &Query,
    zone: Tz,
    beyond: Option<CustomerId>,
    limit: usize,
) -> Result<(Vec<CustomerId>, Option<CustomerId>)> {
    let query = Query { order: Order::Newest, ..query.clone() };
    let beyond = beyond.map(|id| Cursor { order: query.order, value: Vec::new(), id });
    let list = List { query: &query, search: query.search(), zone, exact: Vec::new(), unfinished: Cell::new(false) };
    let rows = list.fetch(db, Direction::Backward, beyond.as_ref(), limit)?;
    let full = rows.len() == limit;
    let verified = verify::all(db, &list.search, zone, rows, query.order)?;
    let found = verified.found.iter().map(|found| CustomerId(found.id)).collect();
    Ok((found, verified.last.filter(|_| full).map(|cursor| cursor.id)))
}

/// One customer's row as the list shows it, whether the list holds it at present or not.
///
/// # Errors
/// The database's own.
pub fn row(db: &mut Db, query: &Query, id: CustomerId) -> Result<Option<Row>> {
    let mut rows = exact::rows(db, &[id.0], query.order)?;
    via::explain(db, &query.search().words(), &mut rows)?;
    Ok(rows.pop())
}

#[derive(Queryable)]
struct Found {
    id: i64,
    enabled: bool,
    kind: String,
    name: String,
    ref_id: String,
    sort_key: Vec<u8>,
    ref_sort: Vec<u8>,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
}

type Columns = (
    customers::id,
    customers::enabled,
    customers::kind,
    customers::name,
    customers::ref_id,
    customers::sort_key,
    customers::ref_sort,
    customers::created_at,
    customers::changed_at,
);

const COLUMNS: Columns = (
    customers::id,
    customers::enabled,
    customers::kind,
    customers::name,
    customers::ref_id,
    customers::sort_key,
    customers::ref_sort,
    customers::created_at,
    customers::changed_at,
);

impl Found {
    /// Where it stands in an order.
    fn cursor(&self, order: Order) -> Cursor {
        let value = match order {
            Order::Name => self.sort_key.clone(),
            Order::RefId => self.ref_sort.clone(),
            Order::Newest => Vec::new(),
            Order::Changed => self.changed_at.and_utc().timestamp_micros().to_be_bytes().to_vec(),
        };
        Cursor { order, value, id: CustomerId(self.id) }
    }

    fn row(self, order: Order) -> Row {
        Row {
            cursor: self.cursor(order),
            id: CustomerId(self.id),
            enabled: self.enabled,
            kind: Kind::parse(&self.kind).unwrap_or(Kind::Company),
            name: self.name,
            ref_id: self.ref_id,
            via: None,
        }
    }
}

/// All customers that a query finds, in its order.
struct List<'a> {
    query: &'a Query,
    search: Search,
    zone: Tz,
    /// Customers that come first, and are left out of the order.
    exact: Vec<i64>,
    unfinished: Cell<bool>,
}

impl<'a> List<'a> {
    fn new(db: &mut Db, query: &'a Query, zone: Tz) -> Result<Self> {
        let search = query.search();
        let exact = if search.is_plain() { exact::ids(db, query)? } else { Vec::new() };
        Ok(Self { query, search, zone, exact, unfinished: Cell::new(false) })
    }

    /// All that may be found; for a plain search all that are.
    fn matching(&self) -> Select<'_> {
        let mut select = customers::table.into_boxed::<MultiBackend>();
        if let Some(enabled) = self.query.enabled {
            select = select.filter(customers::enabled.eq(enabled));
        }
        if let Some(kind) = self.query.kind {
            select = select.filter(customers::kind.eq(kind.word()));
        }
        if !self.exact.is_empty() {
            select = select.filter(customers::id.ne_all(&self.exact));
        }
        for test in self.search.required() {
            if let Test::Created(comparison, day) = test {
                select = created(select, *comparison, verify::midnights(*day, self.zone));
            }
        }
        if let Some(holding) = Holding::of(&self.search) {
            select = select.filter(holding);
        }
        select
    }

    /// Up to `limit` rows on one side of a cursor, nearest first.
    fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&Cursor>, limit: usize) -> Result<Vec<Row>> {
        if self.search.is_plain() {
            return Ok(self.fetch(db, direction, beyond, limit)?.into_iter().map(|found| found.row(self.query.order)).collect());
        }
        let (mut rows, mut compared, mut from) = (Vec::new(), 0, beyond.cloned());
        let mut size = limit + limit / 2 + 1;
        loop {
            size = size.min(CHUNK);
            let chunk = self.fetch(db, direction, from.as_ref(), size)?;
            let last = chunk.len() < size;
            size *= 2;
            compared += chunk.len();
            let verified = verify::all(db, &self.search, self.zone, chunk, self.query.order)?;
            from = verified.last;
            rows.extend(verified.found.into_iter().map(|found| found.row(self.query.order)));
            if last || rows.len() >= limit {
                rows.truncate(limit);
                return Ok(rows);
            }
            if compared >= COMPARED {
                self.unfinished.set(true);
                return Ok(rows);
            }
        }
    }

    fn fetch(&self, db: &mut Db, direction: Direction, beyond: Option<&Cursor>, limit: usize) -> Result<Vec<Found>> {
        let mut select = keyset::ordered(self.matching(), self.query.order, direction);
        if let Some(cursor) = beyond {
            select = keyset::beyond(select, cursor, direction);
        }
        Ok(select.select(COLUMNS).limit(i64::try_from(limit).unwrap_or(i64::MAX)).load(db)?)
    }

    fn from(&self, db: &mut Db, start: Option<&Cursor>) -> Result<Page> {
        let mut rows = self.load(db, Direction::Forward, start, PAGE + 1)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let prev = match (start, rows.first()) {
            (Some(_), Some(first)) if !self.load(db, Direction::Backward, Some(&first.cursor), 1)?.is_empty() => Some(first.cursor.clone()),
            _ => None,
        };
        let next = rows.last().filter(|_| more).map(|last| last.cursor.clone());
        Ok(Page { rows, prev, next, unfinished: false })
    }

    /// The rows that follow; where all of them are gone, the last ones there are.
    fn after(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let page = self.from(db, Some(cursor))?;
        if page.rows.is_empty() { self.before(db, cursor) } else { Ok(page) }
    }

    /// The rows that precede; where all of them are gone, the first ones there are.
    fn before(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let mut rows = self.load(db, Direction::Backward, Some(cursor), PAGE + 1)?;
        if rows.is_empty() {
            return self.from(db, None);
        }
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        rows.reverse();
        let prev = rows.first().filter(|_| more).map(|first| first.cursor.clone());
        let next = match rows.last() {
            Some(last) if !self.load(db, Direction::Forward, Some(&last.cursor), 1)?.is_empty() => Some(last.cursor.clone()),
            _ => None,
        };
        Ok(Page { rows, prev, next, unfinished: false })
    }

    /// A page with the customer in its midst; the first page where that one holds it, or where the list does not.
    fn around(&self, db: &mut Db, id: CustomerId) -> Result<Page> {
        let first = self.from(db, None)?;
        if first.next.is_none() || first.rows.iter().any(|row| row.id == id) {
            return Ok(first);
        }
        let found: Vec<Found> = self.matching().filter(customers::id.eq(id.0)).select(COLUMNS).load(db)?;
        let found = verify::all(db, &self.search, self.zone, found, self.query.order)?.found.pop();
        let Some(row) = found.map(|found| found.row(self.query.order)) else { return Ok(first) };
        let mut rows = self.load(db, Direction::Backward, Some(&row.cursor), PAGE / 2 + 1)?;
        let prev_more = rows.len() > PAGE / 2;
        rows.truncate(PAGE / 2);
        rows.reverse();
        let prev = rows.first().filter(|_| prev_more).map(|first| first.cursor.clone());
        let room = PAGE - 1 - rows.len();
        let mut following = self.load(db, Direction::Forward, Some(&row.cursor), room + 1)?;
        let next_more = following.len() > room;
        following.truncate(room);
        rows.push(row);
        rows.extend(following);
        let next = rows.last().filter(|_| next_more).map(|last| last.cursor.clone());
        Ok(Page { rows, prev, next, unfinished: false })
    }
}

/// Keeps the customers created before, on or after a day, which reaches from one midnight to the next.
fn created(select: Select<'_>, comparison: Comparison, (begin, end): (NaiveDateTime, NaiveDateTime)) -> Select<'_> {
    use customers::created_at;
    match comparison {
        Comparison::Before => select.filter(created_at.lt(begin)),
        Comparison::Until => select.filter(created_at.lt(end)),
        Comparison::On => select.filter(created_at.ge(begin)).filter(created_at.lt(end)),
        Comparison::From => select.filter(created_at.ge(begin)),
        Comparison::After => select.filter(created_at.ge(end)),
    }
}
