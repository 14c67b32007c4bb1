//! All customers that a query finds, in its order, in portions: each is a short reading of its own. Unlike a page, it ends at no bound, neither of
//! rows that are compared nor of hits that are sorted.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

use super::browse;
use super::candidate::{Candidate, Direction, is_dated};
use super::hits::Hits;
use super::keyset;
use super::page::exact;
use crate::db::schema::customers;
use crate::db::{Db, snapshot};
use crate::domain::CustomerId;
use crate::domain::query::{Cursor, Order, Query};
use crate::store::Result;

/// Where to go on.
#[derive(Debug, Clone)]
pub struct Next(Ahead);

#[derive(Debug, Clone)]
enum Ahead {
    /// All hits are known; so many have been returned.
    Hits(Arc<[CustomerId]>, usize),
    /// Rows beyond this one are still to be compared.
    Rows(Cursor),
}

/// Returns some of the customers that a query finds, in its order, and where to go on; `None` at the end. Looks at up to `limit` rows, so a portion
/// may be short, or empty, and yet not be the last. Those whose whole identifier was searched for come first, and once more in the order.
pub fn portion(db: &mut Db, query: &Query, zone: Tz, from: Option<&Next>, limit: usize) -> Result<(Vec<CustomerId>, Option<Next>)> {
    snapshot(db, |db| match from.map(|next| &next.0) {
        None => first(db, query, zone, limit),
        Some(Ahead::Hits(hits, from)) => Ok(of_hits(hits, *from, limit)),
        Some(Ahead::Rows(cursor)) => rows(db, query, zone, Some(cursor), limit),
    })
}

/// Returns the customers that were changed since a moment, whether a query finds them or not.
pub fn changed_since(db: &mut Db, moment: NaiveDateTime) -> Result<Vec<CustomerId>> {
    let ids = customers::table.filter(customers::changed_at.ge(moment)).order(customers::id).select(customers::id);
    Ok(ids.load(db)?.into_iter().map(CustomerId).collect())
}

/// Returns those of some customers that a query finds, as they were named.
pub fn found_among(db: &mut Db, query: &Query, zone: Tz, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let all = Candidate::load(db, &ids.iter().map(|id| id.0).collect::<Vec<_>>(), is_dated(query.search()))?;
    let found: HashSet<i64> = all.iter().filter(|candidate| candidate.is_hit(query, zone)).map(Candidate::id).collect();
    Ok(ids.iter().filter(|id| found.contains(&id.0)).copied().collect())
}

fn first(db: &mut Db, query: &Query, zone: Tz, limit: usize) -> Result<(Vec<CustomerId>, Option<Next>)> {
    if query.search().clauses.is_empty() {
        return rows(db, query, zone, None, limit);
    }
    let mut found: Vec<CustomerId> = exact(db, query, zone)?.iter().map(|first| CustomerId(first.id())).collect();
    if let Some(hits) = Hits::new(db, query, zone, Vec::new())?.all() {
        found.extend(hits.into_iter().map(CustomerId));
        return Ok(of_hits(&found.into(), 0, limit));
    }
    let (others, next) = rows(db, query, zone, None, limit)?;
    found.extend(others);
    Ok((found, next))
}

fn of_hits(hits: &Arc<[CustomerId]>, from: usize, limit: usize) -> (Vec<CustomerId>, Option<Next>) {
    let to = (from + limit).min(hits.len());
    (hits[from..to].to_vec(), (to < hits.len()).then(|| Next(Ahead::Hits(Arc::clone(hits), to))))
}

/// Hits beyond one: by name the index finds them, as far as a bound; in another order each row is compared.
fn rows(db: &mut Db, query: &Query, zone: Tz, cursor: Option<&Cursor>, limit: usize) -> Result<(Vec<CustomerId>, Option<Next>)> {
    let beyond = cursor.map(keyset::key);
    let (is_search, is_indexed) = (!query.search().clauses.is_empty(), query.sort.order == Order::Name);
    let (rows, stopped) = if is_search && is_indexed {
        let hits = Hits::in_any_number(query, zone);
        (hits.load(db, Direction::Forward, beyond.as_ref(), limit)?, hits.stopped())
    } else {
        (browse::load(db, query, Direction::Forward, beyond.as_ref(), limit)?, None)
    };
    let last = stopped.or_else(|| rows.last().filter(|_| rows.len() == limit).map(|row| row.key.clone()));
    let next = last.map(|last| Next(Ahead::Rows(keyset::cursor(query.sort.order, last))));
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
    let found = if is_search && !is_indexed { found_among(db, query, zone, &ids)? } else { ids };
    Ok((found, next))
}
