//! Paging by key: the orders, and "all rows beyond this one" as conditions that an index answers. A key in an address outlives the row
//! that it was taken from, and the row's position.

use std::cmp::Ordering;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::candidate::{Direction, limit as at_most};
use super::row::{ListRow, SortKey};
use super::sorted::ascends;
use crate::db::schema::{customers, listing};
use crate::db::{Db, MultiBackend};
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order, Sort};
use crate::domain::{CustomerId, collate};
use crate::store::Result;
use crate::store::keys::NO_REF;

pub type Select<'a> = customers::BoxedQuery<'a, MultiBackend>;

/// A customer as the list shows it, with the values that it can be ordered by.
#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub struct Keyed {
    id: i64,
    enabled: bool,
    kind: String,
    name: String,
    ref_id: String,
    sort_key: Vec<u8>,
    last_sort: Vec<u8>,
    ref_sort: Vec<u8>,
    changed_at: NaiveDateTime,
}

impl Keyed {
    /// What it is ordered by.
    pub fn key(&self, order: Order) -> SortKey {
        let value = match order {
            Order::Name => self.sort_key.clone(),
            Order::LastName => self.last_sort.clone(),
            Order::RefId => self.ref_sort.clone(),
            Order::Newest => Vec::new(),
            Order::Changed => moment_value(self.changed_at),
        };
        (value, self.id)
    }

    /// The row of a list in an order other than by name.
    pub fn row(self, order: Order) -> ListRow {
        ListRow {
            key: self.key(order),
            id: CustomerId(self.id),
            enabled: self.enabled,
            kind: Kind::stored(&self.kind),
            name: self.name,
            ref_id: self.ref_id,
            via: None,
            text: String::new(),
        }
    }
}

/// The cursor that an address carries for a row of a list.
pub fn cursor(db: &mut Db, order: Order, row: &ListRow) -> Result<Cursor> {
    let value = match order {
        // A row that has just been deleted stands where its name would.
        Order::Name => {
            let stored: Option<Vec<u8>> = customers::table.find(row.id.0).select(customers::sort_key).first(db).optional()?;
            stored.unwrap_or_else(|| collate::name_key(&row.name))
        }
        _ => row.key.0.clone(),
    };
    Ok(Cursor { order, value, id: row.id })
}

/// The key that rows in a direction lie beyond, for the cursor of an address: in the order of names, the position that it stands for now.
pub fn key(db: &mut Db, cursor: &Cursor, sort: Sort, direction: Direction) -> Result<SortKey> {
    let key = (cursor.value.clone(), cursor.id.0);
    if cursor.order != Order::Name {
        return Ok(key);
    }
    // Most often the row is where it was.
    let same = customers::table.inner_join(listing::table).filter(customers::id.eq(key.1)).filter(customers::sort_key.eq(&key.0));
    let same: Option<i64> = same.select(listing::position).first(db).optional()?;
    if let Some(position) = same {
        return Ok((Vec::new(), position));
    }
    let direction = of_positions(sort, direction);
    let nearest: Option<i64> = match ids_beyond(db, &key, direction, 1)?.first() {
        Some(id) => listing::table.filter(listing::customer_id.eq(id)).select(listing::position).first(db).optional()?,
        None => None,
    };
    let position = match (nearest, direction) {
        // The nearest row itself lies beyond.
        (Some(position), Direction::Forward) => position - 1,
        (Some(position), Direction::Backward) => position + 1,
        (None, Direction::Forward) => i64::MAX,
        (None, Direction::Backward) => i64::MIN,
    };
    Ok((Vec::new(), position))
}

/// The direction in which positions are read when the list by name is read in a direction.
pub fn of_positions(sort: Sort, direction: Direction) -> Direction {
    if ascends(sort, direction) { Direction::Forward } else { Direction::Backward }
}

/// Which of two keys comes first in an order.
pub fn compare(sort: Sort, one: &SortKey, other: &SortKey) -> Ordering {
    let has_none = |key: &SortKey| sort.order == Order::RefId && key.0 == NO_REF;
    let keys = if sort.descends() { other.cmp(one) } else { one.cmp(other) };
    has_none(one).cmp(&has_none(other)).then(keys)
}

/// Puts customers into an order, read in a direction.
pub fn ordered(select: Select<'_>, sort: Sort, direction: Direction) -> Select<'_> {
    use customers::{changed_at, id, last_sort, ref_sort, sort_key};
    let ascends = ascends(sort, direction);
    let select = match (sort.order, ascends) {
        (Order::Name, true) => select.order(sort_key.asc()),
        (Order::Name, false) => select.order(sort_key.desc()),
        (Order::LastName, true) => select.order(last_sort.asc()),
        (Order::LastName, false) => select.order(last_sort.desc()),
        (Order::RefId, true) => select.order(ref_sort.asc()),
        (Order::RefId, false) => select.order(ref_sort.desc()),
        (Order::Changed, true) => select.order(changed_at.asc()),
        (Order::Changed, false) => select.order(changed_at.desc()),
        (Order::Newest, _) => select,
    };
    if ascends { select.then_order_by(id.asc()) } else { select.then_order_by(id.desc()) }
}

/// The customers of `all` that lie beyond a key in a direction, or all of them, in parts that follow each other. Each part is [`ordered`].
pub fn beyond<'a>(all: impl Fn() -> Select<'a>, sort: Sort, key: Option<&SortKey>, direction: Direction) -> Vec<Select<'a>> {
    use customers::ref_sort;
    if sort != (Sort { order: Order::RefId, reversed: true }) {
        return key.map_or_else(|| vec![all()], |key| beyond_key(&all, sort, key, direction));
    }
    // Those without a Ref ID have the greatest key, and yet come last.
    let with = || all().filter(ref_sort.lt(NO_REF.as_slice()));
    let without = || all().filter(ref_sort.eq(NO_REF.as_slice()));
    let is_without = key.map(|(value, _)| *value == NO_REF);
    match (key, direction) {
        (None, Direction::Forward) => vec![with(), without()],
        (None, Direction::Backward) => vec![without(), with()],
        (Some(key), Direction::Forward) => {
            let mut parts = beyond_key(&all, sort, key, direction);
            if is_without == Some(true) {
                parts.truncate(1);
            } else {
                parts.push(without());
            }
            parts
        }
        (Some(key), Direction::Backward) if is_without == Some(true) => {
            let mut parts = beyond_key(&all, sort, key, direction);
            parts.truncate(1);
            parts.push(with());
            parts
        }
        (Some(key), Direction::Backward) => beyond_key(&with, sort, key, direction),
    }
}

/// All customers of `all` that lie beyond a key in a direction, in the two parts in which an index finds them: first those that share its
/// value, by their ids, then those with another value. In one comparison of rows SQLite goes through all that share the value, and all
/// customers without a Ref ID do.
fn beyond_key<'a>(all: &impl Fn() -> Select<'a>, sort: Sort, (value, number): &SortKey, direction: Direction) -> Vec<Select<'a>> {
    use customers::{changed_at, id, last_sort, ref_sort, sort_key};
    let (value, moment) = (value.clone(), moment(value));
    let ascends = ascends(sort, direction);
    let by_id = |select: Select<'a>| if ascends { select.filter(id.gt(*number)) } else { select.filter(id.lt(*number)) };
    let (ties, others) = match (sort.order, ascends) {
        (Order::Name, true) => (all().filter(sort_key.eq(value.clone())), all().filter(sort_key.gt(value))),
        (Order::Name, false) => (all().filter(sort_key.eq(value.clone())), all().filter(sort_key.lt(value))),
        (Order::LastName, true) => (all().filter(last_sort.eq(value.clone())), all().filter(last_sort.gt(value))),
        (Order::LastName, false) => (all().filter(last_sort.eq(value.clone())), all().filter(last_sort.lt(value))),
        (Order::RefId, true) => (all().filter(ref_sort.eq(value.clone())), all().filter(ref_sort.gt(value))),
        (Order::RefId, false) => (all().filter(ref_sort.eq(value.clone())), all().filter(ref_sort.lt(value))),
        (Order::Changed, true) => (all().filter(changed_at.eq(moment)), all().filter(changed_at.gt(moment))),
        (Order::Changed, false) => (all().filter(changed_at.eq(moment)), all().filter(changed_at.lt(moment))),
        (Order::Newest, _) => return vec![by_id(all())],
    };
    vec![by_id(ties), others]
}

/// The first rows of parts that follow each other; `load` loads up to so many of a part.
pub fn first<'a, T>(
    parts: Vec<Select<'a>>,
    limit: usize,
    mut load: impl FnMut(Select<'a>, i64) -> QueryResult<Vec<T>>,
) -> QueryResult<Vec<T>> {
    let mut rows = Vec::new();
    for part in parts {
        if rows.len() < limit {
            rows.extend(load(part, at_most(limit - rows.len()))?);
        }
    }
    Ok(rows)
}

/// The nearest customers beyond a key in the order of names.
pub fn ids_beyond(db: &mut Db, key: &SortKey, direction: Direction, limit: usize) -> Result<Vec<i64>> {
    let by_name = Order::Name.into();
    let parts = beyond(|| customers::table.into_boxed::<MultiBackend>(), by_name, Some(key), direction);
    Ok(first(parts, limit, |part, rest| ordered(part, by_name, direction).limit(rest).select(customers::id).load(db))?)
}

/// A moment as a key holds it: microseconds since 1970.
pub fn moment_value(moment: NaiveDateTime) -> Vec<u8> {
    moment.and_utc().timestamp_micros().to_be_bytes().to_vec()
}

/// The moment that a key holds. A cursor that was tampered with may carry any number; then the nearest moment that both engines store.
fn moment(value: &[u8]) -> NaiveDateTime {
    // PostgreSQL's timestamps end in the year 294276, and SQLite compares texts with years of four digits.
    const LAST: i64 = 253_402_300_799_999_999;
    let micros = value.try_into().map_or(0, i64::from_be_bytes).clamp(0, LAST);
    chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc()
}
