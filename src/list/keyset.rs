//! Paging by key: the orders, and "all rows beyond this one" as conditions that an index answers. A key in an address outlives the row
//! that it was taken from.

use std::cmp::Ordering;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::candidate::{Direction, limit as at_most};
use super::row::{ListRow, SortKey};
use super::sorted::ascends;
use crate::db::schema::customers;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order, Sort};
use crate::store::keys::NO_REF;

pub type Select<'a> = customers::BoxedQuery<'a, MultiBackend>;

/// Loads rows of the list in an order. Of what they can be ordered by, nothing else is read: a moment takes SQLite longer than a row.
pub fn load(db: &mut Db, select: Select<'_>, order: Order) -> QueryResult<Vec<ListRow>> {
    type Shown = (i64, bool, String, String, String);
    const SHOWN: (customers::id, customers::enabled, customers::kind, customers::name, customers::ref_id) =
        (customers::id, customers::enabled, customers::kind, customers::name, customers::ref_id);
    let rows: Vec<(Vec<u8>, Shown)> = match order {
        Order::Name => select.select((customers::sort_key, SHOWN)).load(db)?,
        Order::LastName => select.select((customers::last_sort, SHOWN)).load(db)?,
        Order::RefId => select.select((customers::ref_sort, SHOWN)).load(db)?,
        Order::Newest => select.select(SHOWN).load::<Shown>(db)?.into_iter().map(|shown| (Vec::new(), shown)).collect(),
        Order::Changed => {
            let rows: Vec<(NaiveDateTime, Shown)> = select.select((customers::changed_at, SHOWN)).load(db)?;
            rows.into_iter().map(|(changed, shown)| (moment_value(changed), shown)).collect()
        }
    };
    let row = |(value, (id, enabled, kind, name, ref_id)): (Vec<u8>, Shown)| ListRow {
        key: (value, id),
        id: CustomerId(id),
        enabled,
        kind: Kind::stored(&kind),
        name,
        ref_id,
        via: None,
        text: String::new(),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The cursor that an address carries for a key.
pub fn cursor(order: Order, (value, id): SortKey) -> Cursor {
    Cursor { order, value, id: CustomerId(id) }
}

/// The key that an address carries.
pub fn key(cursor: &Cursor) -> SortKey {
    (cursor.value.clone(), cursor.id.0)
}

/// The direction in which names are read when the list by name is read in a direction.
pub fn by_name(sort: Sort, direction: Direction) -> Direction {
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
