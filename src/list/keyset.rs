//! Paging by key: the order, its reverse, and "all beyond this row" as two conditions that an index answers. A key in an address
//! outlives the row it was taken from, and its position.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::ask::Direction;
use super::{Row, Spot};
use crate::db::schema::{customers, listing};
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order};
use crate::store::Result;

/// Customers, with conditions.
pub type Select<'a> = customers::BoxedQuery<'a, MultiBackend>;

/// A customer as far as the list goes.
#[derive(Queryable)]
pub struct Found {
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

/// The columns of [`Found`].
pub const COLUMNS: Columns = (
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
    /// Where it stands in an order.
    pub fn cursor(&self, order: Order) -> Cursor {
        let value = match order {
            Order::Name => self.sort_key.clone(),
            Order::RefId => self.ref_sort.clone(),
            Order::Newest => Vec::new(),
            Order::Changed => self.changed_at.and_utc().timestamp_micros().to_be_bytes().to_vec(),
        };
        Cursor { order, value, id: CustomerId(self.id) }
    }

    /// The row of a list in an order other than by name.
    pub fn row(self, order: Order) -> Row {
        Row {
            spot: Spot::Key(self.cursor(order)),
            id: CustomerId(self.id),
            enabled: self.enabled,
            kind: Kind::parse(&self.kind).unwrap_or(Kind::Company),
            name: self.name,
            ref_id: self.ref_id,
            via: None,
            text: String::new(),
        }
    }
}

/// The key that an address carries for a row.
pub fn cursor(db: &mut Db, row: &Row) -> Result<Cursor> {
    match &row.spot {
        Spot::Key(cursor) => Ok(cursor.clone()),
        Spot::Position(_) => {
            let value = customers::table.find(row.id.0).select(customers::sort_key).first(db)?;
            Ok(Cursor { order: Order::Name, value, id: row.id })
        }
    }
}

/// Where a key of an address stands now: in the order of names the position that rows in a direction lie beyond.
pub fn spot(db: &mut Db, cursor: &Cursor, direction: Direction) -> Result<Spot> {
    if cursor.order != Order::Name {
        return Ok(Spot::Key(cursor.clone()));
    }
    // Most often the row is where it was.
    let same = customers::table.inner_join(listing::table).filter(customers::id.eq(cursor.id.0));
    let same: Option<i64> = same.filter(customers::sort_key.eq(&cursor.value)).select(listing::position).first(db).optional()?;
    if let Some(position) = same {
        return Ok(Spot::Position(position));
    }
    let position: Option<i64> = match ids_beyond(db, cursor, direction, 1)?.first() {
        Some(id) => listing::table.filter(listing::customer_id.eq(id)).select(listing::position).first(db).optional()?,
        None => None,
    };
    Ok(Spot::Position(match (position, direction) {
        // The nearest row itself is among those beyond.
        (Some(position), Direction::Forward) => position - 1,
        (Some(position), Direction::Backward) => position + 1,
        (None, Direction::Forward) => i64::MAX,
        (None, Direction::Backward) => i64::MIN,
    }))
}

/// Whether values grow when an order is read in a direction.
fn ascends(order: Order, direction: Direction) -> bool {
    order.descends() == (direction == Direction::Backward)
}

/// Puts rows into an order, read in a direction.
pub fn ordered(select: Select<'_>, order: Order, direction: Direction) -> Select<'_> {
    use customers::{changed_at, id, ref_sort, sort_key};
    match (order, ascends(order, direction)) {
        (Order::Name, true) => select.order((sort_key.asc(), id.asc())),
        (Order::Name, false) => select.order((sort_key.desc(), id.desc())),
        (Order::RefId, true) => select.order((ref_sort.asc(), id.asc())),
        (Order::RefId, false) => select.order((ref_sort.desc(), id.desc())),
        (Order::Newest, true) => select.order(id.asc()),
        (Order::Newest, false) => select.order(id.desc()),
        (Order::Changed, true) => select.order((changed_at.asc(), id.asc())),
        (Order::Changed, false) => select.order((changed_at.desc(), id.desc())),
    }
}

/// All rows that `all` gives which lie beyond a cursor in a direction, in the two parts in which an index finds them: first those that share
/// its value, by their ids, then those with another value. In one comparison of rows SQLite goes through all that share the value, and all
/// customers without a Ref ID do.
pub fn beyond<'a>(all: impl Fn() -> Select<'a>, cursor: &Cursor, direction: Direction) -> Vec<Select<'a>> {
    use customers::{changed_at, id, ref_sort, sort_key};
    let (value, moment) = (cursor.value.clone(), moment(&cursor.value));
    let ascends = ascends(cursor.order, direction);
    let by_id = |select: Select<'a>| if ascends { select.filter(id.gt(cursor.id.0)) } else { select.filter(id.lt(cursor.id.0)) };
    let others = match (cursor.order, ascends) {
        (Order::Name, true) => all().filter(sort_key.gt(value.clone())),
        (Order::Name, false) => all().filter(sort_key.lt(value.clone())),
        (Order::RefId, true) => all().filter(ref_sort.gt(value.clone())),
        (Order::RefId, false) => all().filter(ref_sort.lt(value.clone())),
        (Order::Changed, true) => all().filter(changed_at.gt(moment)),
        (Order::Changed, false) => all().filter(changed_at.lt(moment)),
        (Order::Newest, _) => return vec![by_id(all())],
    };
    let ties = match cursor.order {
        Order::Name => all().filter(sort_key.eq(value)),
        Order::RefId => all().filter(ref_sort.eq(value)),
        Order::Changed | Order::Newest => all().filter(changed_at.eq(moment)),
    };
    vec![by_id(ties), others]
}

/// The first rows of parts that follow each other: `load` brings so many of a part.
pub fn first<'a, T>(
    parts: Vec<Select<'a>>,
    limit: usize,
    mut load: impl FnMut(Select<'a>, i64) -> QueryResult<Vec<T>>,
) -> QueryResult<Vec<T>> {
    let mut rows = Vec::new();
    for part in parts {
        if rows.len() < limit {
            rows.extend(load(part, i64::try_from(limit - rows.len()).unwrap_or(i64::MAX))?);
        }
    }
    Ok(rows)
}

/// The nearest customers beyond a cursor.
pub fn ids_beyond(db: &mut Db, cursor: &Cursor, direction: Direction, limit: usize) -> Result<Vec<i64>> {
    let parts = beyond(|| customers::table.into_boxed::<MultiBackend>(), cursor, direction);
    Ok(first(parts, limit, |part, rest| ordered(part, cursor.order, direction).limit(rest).select(customers::id).load(db))?)
}

/// The moment that a cursor carries. One that was tampered with may carry any number: then the beginning of time.
fn moment(value: &[u8]) -> NaiveDateTime {
    // PostgreSQL's timestamps end in the year 294276 and SQLite compares texts of four-digit years.
    const FIRST: i64 = 0;
    const LAST: i64 = 253_402_300_799_999_999;
    let micros = value.try_into().map_or(0, i64::from_be_bytes).clamp(FIRST, LAST);
    chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc()
}
