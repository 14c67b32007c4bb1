//! Paging by key: the order, its reverse, and "all beyond this row" as a comparison of rows that an index answers.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Timestamp};

use super::Select;
use crate::db::schema::customers;
use crate::domain::query::{Cursor, Order};

/// Which way rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As they are listed.
    Forward,
    /// Towards the list's beginning.
    Backward,
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

/// Keeps the rows beyond a cursor in a direction.
pub fn beyond<'a>(select: Select<'a>, cursor: &Cursor, direction: Direction) -> Select<'a> {
    let sign = if ascends(cursor.order, direction) { ">" } else { "<" };
    let id = cursor.id.0;
    let by_key = |column: &str| {
        sql::<Bool>(&format!("({column}, customers.id) {sign} ("))
            .bind::<Binary, _>(cursor.value.clone())
            .sql(", ")
            .bind::<BigInt, _>(id)
            .sql(")")
    };
    match cursor.order {
        Order::Name => select.filter(by_key("customers.sort_key")),
        Order::RefId => select.filter(by_key("customers.ref_sort")),
        Order::Newest if sign == ">" => select.filter(customers::id.gt(id)),
        Order::Newest => select.filter(customers::id.lt(id)),
        Order::Changed => select.filter(
            sql::<Bool>(&format!("(customers.changed_at, customers.id) {sign} ("))
                .bind::<Timestamp, _>(moment(&cursor.value))
                .sql(", ")
                .bind::<BigInt, _>(id)
                .sql(")"),
        ),
    }
}

/// The moment that a cursor carries. One that was tampered with may carry any number: then the beginning of time.
fn moment(value: &[u8]) -> chrono::NaiveDateTime {
    // PostgreSQL's timestamps end in the year 294276 and SQLite compares texts of four-digit years.
    const FIRST: i64 = 0;
    const LAST: i64 = 253_402_300_799_999_999;
    let micros = value.try_into().map_or(0, i64::from_be_bytes).clamp(FIRST, LAST);
    chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc()
}
