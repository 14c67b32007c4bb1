//! The list without a search: all customers, or those that pass the filters. A filter that leaves status or type open reads two lanes and
//! merges them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::candidate::{Direction, Lane, lanes};
use super::keyset;
use super::row::{ListRow, SortKey};
use crate::db::schema::{customer_counts, customers};
use crate::db::statement::Statement;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Order, Query, Sort};
use crate::store::Result;

/// Up to `limit` rows on one side of a key, nearest first.
pub fn load(db: &mut Db, query: &Query, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
    let mut rows = Vec::new();
    let lanes = lanes(query.enabled, query.kind);
    for lane in &lanes {
        rows.extend(of_lane(db, *lane, query.sort, direction, beyond, limit)?);
    }
    if lanes.len() > 1 {
        rows.sort_by(|one, other| keyset::compare(query.sort, &one.key, &other.key));
        if direction == Direction::Backward {
            rows.reverse();
        }
        rows.truncate(limit);
    }
    Ok(rows)
}

fn of_lane(
    db: &mut Db,
    lane: Option<Lane>,
    sort: Sort,
    direction: Direction,
    beyond: Option<&SortKey>,
    limit: usize,
) -> Result<Vec<ListRow>> {
    let all = || {
        let select = customers::table.into_boxed::<MultiBackend>();
        match lane {
            Some((enabled, kind)) => select.filter(customers::enabled.eq(enabled)).filter(customers::kind.eq(kind.word())),
            None => select,
        }
    };
    let parts = keyset::beyond(all, sort, beyond, direction);
    Ok(keyset::first(parts, limit, |part, rest| keyset::load(db, keyset::ordered(part, sort, direction).limit(rest), sort.order))?)
}

/// How many customers pass the filters.
pub fn count(db: &mut Db, query: &Query) -> Result<usize> {
    let mut counts = customer_counts::table.into_boxed::<MultiBackend>();
    if let Some(enabled) = query.enabled {
        counts = counts.filter(customer_counts::enabled.eq(enabled));
    }
    if let Some(kind) = query.kind {
        counts = counts.filter(customer_counts::kind.eq(kind.word()));
    }
    let counts: Vec<i64> = counts.select(customer_counts::customers).load(db)?;
    Ok(usize::try_from(counts.iter().sum::<i64>()).unwrap_or_default())
}

/// The rows of customers, in the order of these keys; with the texts that a search looks into.
pub fn rows(db: &mut Db, keys: Vec<SortKey>) -> Result<Vec<ListRow>> {
    type Columns = (BigInt, Bool, Text, Text, Text, Text);
    let ids: Vec<i64> = keys.iter().map(|(_, id)| *id).collect();
    let some = "SELECT c.id, c.enabled, c.kind, c.name, c.ref_id, t.text FROM customers AS c JOIN search_texts AS t ON t.customer_id = c.id WHERE ";
    let rows: Vec<(i64, bool, String, String, String, String)> = Statement::<Columns>::new(some).among(db, "c.id", &ids).load(db)?;
    let mut rows: HashMap<i64, _> = rows.into_iter().map(|row| (row.0, row)).collect();
    let row = |key: SortKey| {
        let (id, enabled, kind, name, ref_id, text) = rows.remove(&key.1)?;
        Some(ListRow { id: CustomerId(id), enabled, kind: Kind::stored(&kind), name, ref_id, via: None, text, key })
    };
    Ok(keys.into_iter().filter_map(row).collect())
}

/// Where a customer stands in an order.
pub fn key(db: &mut Db, id: i64, order: Order) -> Result<Option<SortKey>> {
    let select = customers::table.into_boxed::<MultiBackend>().filter(customers::id.eq(id));
    Ok(keyset::load(db, select, order)?.pop().map(|row| row.key))
}
