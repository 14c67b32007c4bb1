//! The list without a search: all customers, or those that pass the filters. Each pair of filters has its own part of an index in each
//! order (a lane); a filter that leaves one of them open reads two lanes and merges them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::ask::{Candidate, Columns, Direction, LISTED, Listed, Types, columns};
use super::keyset::{self, Found};
use super::{Row, Spot};
use crate::db::schema::{customers, listing, listing_counts};
use crate::db::statement::Statement;
use crate::db::{Db, MultiBackend};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order, Query};
use crate::store::Result;

/// Enabled or disabled, and of which type.
type Lane = (bool, Kind);

/// The lanes that pass the filters; `None` is the whole list, which has an index of its own.
fn lanes(query: &Query) -> Vec<Option<Lane>> {
    if query.enabled.is_none() && query.kind.is_none() {
        return vec![None];
    }
    let all = [true, false].into_iter().flat_map(|enabled| [Kind::Company, Kind::Individual].map(|kind| (enabled, kind)));
    let passes =
        |(enabled, kind): &Lane| query.enabled.is_none_or(|wanted| wanted == *enabled) && query.kind.is_none_or(|wanted| wanted == *kind);
    all.filter(passes).map(Some).collect()
}

/// Up to `limit` rows on one side of a spot, nearest first.
pub fn load(db: &mut Db, query: &Query, direction: Direction, beyond: Option<&Spot>, limit: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let lanes = lanes(query);
    for lane in &lanes {
        match (query.order, beyond) {
            (Order::Name, beyond) => {
                let bound = match beyond {
                    Some(Spot::Position(position)) => Some(*position),
                    _ => None,
                };
                let found: Vec<(i64, i64, bool, String, String, String)> = by_position(*lane, direction, bound, limit).load(db)?;
                rows.extend(found.into_iter().map(listed));
            }
            (order, beyond) => {
                let cursor = match beyond {
                    Some(Spot::Key(cursor)) => Some(cursor),
                    _ => None,
                };
                let found = by_key(db, *lane, order, direction, cursor, limit)?;
                rows.extend(found.into_iter().map(|found| found.row(order)));
            }
        }
    }
    if lanes.len() > 1 {
        let descends = query.order.descends() == (direction == Direction::Forward);
        rows.sort_by(|one, other| if descends { other.spot.cmp_by_key(&one.spot) } else { one.spot.cmp_by_key(&other.spot) });
        rows.truncate(limit);
    }
    Ok(rows)
}

fn listed((position, id, enabled, kind, name, ref_id): (i64, i64, bool, String, String, String)) -> Row {
    let kind = Kind::parse(&kind).unwrap_or(Kind::Company);
    Row { id: CustomerId(id), enabled, kind, name, ref_id, via: None, text: String::new(), spot: Spot::Position(position) }
}

/// The statement of a lane in the order of names.
fn by_position(
    lane: Option<Lane>,
    direction: Direction,
    bound: Option<i64>,
    limit: usize,
) -> Statement<(BigInt, BigInt, Bool, Text, Text, Text)> {
    let (sign, order) = if direction == Direction::Forward { (">", "ASC") } else { ("<", "DESC") };
    let mut statement = Statement::new("SELECT position, customer_id, enabled, kind, name, ref_id FROM listing WHERE ");
    if let Some((enabled, kind)) = lane {
        statement = statement.and("enabled = ? AND kind = ? AND ").bind(enabled).bind(kind.word());
    }
    let bound = bound.unwrap_or(if direction == Direction::Forward { i64::MIN } else { i64::MAX });
    statement
        .and(&format!("position {sign} ? ORDER BY position {order} LIMIT ?"))
        .bind(bound)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
}

/// Rows of a lane in any other order.
fn by_key(
    db: &mut Db,
    lane: Option<Lane>,
    order: Order,
    direction: Direction,
    beyond: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<Found>> {
    let all = || {
        let select = customers::table.into_boxed::<MultiBackend>();
        match lane {
            Some((enabled, kind)) => select.filter(customers::enabled.eq(enabled)).filter(customers::kind.eq(kind.word())),
            None => select,
        }
    };
    let parts = beyond.map_or_else(|| vec![all()], |cursor| keyset::beyond(all, cursor, direction));
    let load = |part, rest| keyset::ordered(part, order, direction).limit(rest).select(keyset::COLUMNS).load(db);
    Ok(keyset::first(parts, limit, load)?)
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
pub fn named(db: &mut Db, id: i64, dated: bool) -> Result<Option<Candidate>> {
    let statement = Statement::<Types>::new(format!("SELECT {} FROM listing AS l WHERE l.customer_id = ?", columns(dated))).bind(id);
    Ok(statement.get_result::<Columns>(db).optional()?.map(Candidate::from))
}

/// Rows of the list in the order in which customers were created, beyond one.
pub fn by_id(db: &mut Db, beyond: i64, limit: usize, dated: bool) -> Result<Vec<Candidate>> {
    let statement = Statement::<Types>::new(format!(
        "SELECT {} FROM listing AS l WHERE l.customer_id > ? ORDER BY l.customer_id LIMIT ?",
        columns(dated)
    ));
    let rows: Vec<Columns> = statement.bind(beyond).bind(i64::try_from(limit).unwrap_or(i64::MAX)).load(db)?;
    Ok(rows.into_iter().map(Candidate::from).collect())
}

/// The rows at places of the list, by their places.
pub fn at(db: &mut Db, positions: &[i64]) -> Result<HashMap<i64, Candidate>> {
    let rows = listing::table.filter(listing::position.eq_any(positions)).select(LISTED);
    let candidate = |(position, id, enabled, kind, name, ref_id, text, hidden): Listed| {
        (position, (position, id, enabled, kind, name, ref_id, text, hidden, None).into())
    };
    Ok(rows.load::<Listed>(db)?.into_iter().map(candidate).collect())
}
