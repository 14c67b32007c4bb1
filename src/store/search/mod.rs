//! Finding customers: one function over the one query value, for the page and whatever else lists customers.
//!
//! Rows come by key in both directions, never by offset. Words are looked for in a folded text a customer
//! ([`text`]), so that both engines find the same; what a row does not show of its hit is added as a second line ([`via`]).

mod holding;
mod keyset;
mod text;
mod via;

pub use text::reindex;
pub use via::Via;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use self::holding::Holding;
use self::keyset::Direction;
use super::Result;
use crate::db::schema::customers;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order, Place, Query, Words};

/// Rows on a page.
pub const PAGE: usize = 50;
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

/// The part of the list that a query asks for.
///
/// # Errors
/// The database's own.
pub fn page(db: &mut Db, query: &Query) -> Result<Page> {
    let words = query.words();
    let list = List { query, words: &words };
    let mut page = match &query.place {
        Place::First => list.from(db, None)?,
        Place::After(cursor) => list.after(db, cursor)?,
        Place::Before(cursor) => list.before(db, cursor)?,
        Place::Around(id) => list.around(db, *id)?,
    };
    via::explain(db, &words.words, &mut page.rows)?;
    Ok(page)
}

/// How many customers a query finds, counted up to [`COUNT_LIMIT`].
///
/// # Errors
/// The database's own.
pub fn count(db: &mut Db, query: &Query) -> Result<Count> {
    let words = query.words();
    let list = List { query, words: &words };
    let limit = i64::try_from(COUNT_LIMIT).unwrap_or(i64::MAX) + 1;
    let ids: Vec<i64> = list.matching().select(customers::id).limit(limit).load(db)?;
    Ok(if ids.len() > COUNT_LIMIT { Count::Many } else { Count::Exactly(ids.len()) })
}

/// One customer's row as the list shows it, whether the list holds it at present or not.
///
/// # Errors
/// The database's own.
pub fn row(db: &mut Db, query: &Query, id: CustomerId) -> Result<Option<Row>> {
    let found = customers::table.find(id.0).select(COLUMNS).first::<Found>(db).optional()?;
    let mut rows: Vec<Row> = found.into_iter().map(|found| found.row(query.order)).collect();
    via::explain(db, &query.words().words, &mut rows)?;
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
    customers::changed_at,
);

impl Found {
    fn row(self, order: Order) -> Row {
        let id = CustomerId(self.id);
        let value = match order {
            Order::Name => self.sort_key,
            Order::RefId => self.ref_sort,
            Order::Newest => Vec::new(),
            Order::Changed => self.changed_at.and_utc().timestamp_micros().to_be_bytes().to_vec(),
        };
        Row {
            id,
            enabled: self.enabled,
            kind: Kind::parse(&self.kind).unwrap_or(Kind::Company),
            name: self.name,
            ref_id: self.ref_id,
            via: None,
            cursor: Cursor { order, value, id },
        }
    }
}

/// All customers that a query finds, in its order.
struct List<'a> {
    query: &'a Query,
    words: &'a Words,
}

impl List<'_> {
    fn matching(&self) -> Select<'_> {
        let mut select = customers::table.into_boxed::<MultiBackend>();
        if let Some(enabled) = self.query.enabled {
            select = select.filter(customers::enabled.eq(enabled));
        }
        if let Some(kind) = self.query.kind {
            select = select.filter(customers::kind.eq(kind.word()));
        }
        if let Some(holding) = Holding::of(&self.words.words) {
            select = select.filter(holding);
        }
        select
    }

    /// Up to `limit` rows on one side of a cursor, nearest first.
    fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&Cursor>, limit: usize) -> Result<Vec<Row>> {
        let order = self.query.order;
        let mut select = keyset::ordered(self.matching(), order, direction);
        if let Some(cursor) = beyond {
            select = keyset::beyond(select, cursor, direction);
        }
        let found: Vec<Found> = select.select(COLUMNS).limit(i64::try_from(limit).unwrap_or(i64::MAX)).load(db)?;
        Ok(found.into_iter().map(|found| found.row(order)).collect())
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
        Ok(Page { rows, prev, next })
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
        Ok(Page { rows, prev, next })
    }

    /// A page with the customer in its midst; the first page where that one holds it, or where the list does not.
    fn around(&self, db: &mut Db, id: CustomerId) -> Result<Page> {
        let first = self.from(db, None)?;
        if first.next.is_none() || first.rows.iter().any(|row| row.id == id) {
            return Ok(first);
        }
        let found = self.matching().filter(customers::id.eq(id.0)).select(COLUMNS).first::<Found>(db).optional()?;
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
        Ok(Page { rows, prev, next })
    }
}
