//! The list without a search: all customers, or those that pass the filters. A filter that leaves status or type open reads two lanes and
//! merges them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::candidate::{AT_ONCE, Candidate, CandidateTypes, Direction, Lane, StoredRow, columns, lanes, limit as at_most};
use super::keyset::{self, Keyed};
use super::row::{ListRow, SortKey};
use crate::db::schema::{customers, listing_counts};
use crate::db::statement::Statement;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::query::{Order, Query, Sort};
use crate::store::Result;

/// Up to `limit` rows on one side of a key, nearest first.
pub fn load(db: &mut Db, query: &Query, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
    let mut rows = Vec::new();
    let lanes = lanes(query.enabled, query.kind);
    for lane in &lanes {
        rows.extend(match query.sort.order {
            Order::Name => by_name(db, *lane, keyset::of_positions(query.sort, direction), beyond, limit)?,
            _ => by_key(db, *lane, query.sort, direction, beyond, limit)?,
        });
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

fn by_name(db: &mut Db, lane: Option<Lane>, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
    type Columns = (BigInt, BigInt, Bool, Text, Text, Text);
    let (comparison, order) = direction.sql();
    let mut statement = Statement::<Columns>::new("SELECT position, customer_id, enabled, kind, name, ref_id FROM listing WHERE ");
    if let Some((enabled, kind)) = lane {
        statement = statement.and("enabled = ? AND kind = ? AND ").bind(enabled).bind(kind.word());
    }
    let statement = statement
        .and(&format!("position {comparison} ? ORDER BY position {order} LIMIT ?"))
        .bind(beyond.map_or(direction.origin(), |(_, position)| *position))
        .bind(at_most(limit));
    let row = |(position, id, enabled, kind, name, ref_id)| {
        ListRow::from(StoredRow { position, id, enabled, kind, name, ref_id, text: String::new(), hidden: String::new() })
    };
    Ok(statement.load(db)?.into_iter().map(row).collect())
}

fn by_key(
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
    let load = |part, rest| keyset::ordered(part, sort, direction).limit(rest).select(Keyed::as_select()).load(db);
    Ok(keyset::first(parts, limit, load)?.into_iter().map(|found: Keyed| found.row(sort.order)).collect())
}

/// How many customers pass the filters.
pub fn count(db: &mut Db, query: &Query) -> Result<usize> {
    let mut counts = listing_counts::table.into_boxed::<MultiBackend>();
    if let Some(enabled) = query.enabled {
        counts = counts.filter(listing_counts::enabled.eq(enabled));
    }
    if let Some(kind) = query.kind {
        counts = counts.filter(listing_counts::kind.eq(kind.word()));
    }
    let counts: Vec<i64> = counts.select(listing_counts::customers).load(db)?;
    Ok(usize::try_from(counts.iter().sum::<i64>()).unwrap_or_default())
}

/// One customer's row of the list.
pub fn find(db: &mut Db, id: i64, dated: bool) -> Result<Option<Candidate>> {
    let one = format!("SELECT {} FROM listing AS l WHERE l.customer_id = ?", columns(dated));
    Ok(Statement::<CandidateTypes>::new(one).bind(id).get_result(db).optional()?)
}

/// The rows of customers, by their ids.
pub fn find_all(db: &mut Db, ids: &[CustomerId], dated: bool) -> Result<HashMap<CustomerId, Candidate>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let numbers = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let some = format!("SELECT {} FROM listing AS l WHERE l.customer_id IN ({numbers})", columns(dated));
        let rows: Vec<Candidate> = Statement::<CandidateTypes>::new(some).once(true).load(db)?;
        found.extend(rows.into_iter().map(|candidate| (CustomerId(candidate.row.id), candidate)));
    }
    Ok(found)
}
