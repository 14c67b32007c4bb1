//! The list and its index of trigrams (`pg_trgm`, GIN) in PostgreSQL, which returns hits in no order. So a page of hits is looked for in three
//! steps: the next thousand rows of the list are tested; if they do not make a page, the index counts up to three thousand hits, which are
//! sorted; if there are more, the list is gone through by buckets of some thousand neighbours, each with the help of the index.

mod statements;
mod write;

pub use write::{GAP, clear, make_index, prepare_for_indexes, renumber, write};

use std::collections::HashSet;
use std::ops::ControlFlow;

use diesel::PgConnection;
use diesel::prelude::*;

use self::statements::{at, buckets, count_all, count_first, decides, some_hits, walk};
use crate::db::statement::Statement;
use crate::list::candidate::{Candidate, CandidateTypes, Direction};
use crate::list::plan::{RowHandler, Scan};
use crate::store::Result;

/// At most this many rows are fetched at a time.
const PORTION: usize = 1_000;
/// At most this many hits are sorted.
const SORTED: usize = 3_000;
/// At most this many rows are compared one by one for an answer: each has to be brought here.
pub const COMPARED: usize = 2_000;
/// What a smaller share of rows has is not looked for in the next rows of the list.
const RARE: f64 = 0.005;
/// What a larger share of rows has is counted at the beginning of the list.
const COMMON: f64 = 0.3;

/// Passes rows on until no more are wanted: in order, or in any.
pub fn each(db: &mut PgConnection, scan: &Scan<'_>, handle: &mut RowHandler<'_>) -> Result<()> {
    let mut scan = scan.clone();
    if scan.plan.index.is_none() {
        return through(db, &mut scan, walk, handle).map(drop);
    }
    if scan.any_order {
        return in_any_order(db, &scan, handle);
    }
    if scan.plan.selectivity >= RARE && through(db, &mut scan, walk, handle)?.is_break() {
        return Ok(());
    }
    let mut positions: Vec<i64> = some_hits(&scan, "position", SORTED + 1).load(db)?;
    if positions.len() > SORTED {
        return through(db, &mut scan, buckets, handle).map(drop);
    }
    positions.sort_unstable();
    if scan.direction == Direction::Backward {
        positions.reverse();
    }
    let (mut rest, mut size) = (positions.as_slice(), scan.limit + 1);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        if load(db, &scan, now, handle)?.is_break() {
            return Ok(());
        }
        rest = later;
        size = (size * 4).min(PORTION);
    }
    Ok(())
}

/// Passes rows on as the index finds them: first about as many as are wanted, then as many as are compared at most.
fn in_any_order(db: &mut PgConnection, scan: &Scan<'_>, handle: &mut RowHandler<'_>) -> Result<()> {
    let mut seen = HashSet::new();
    for limit in [scan.limit + scan.limit / 4, COMPARED + 1] {
        let mut positions: Vec<i64> = some_hits(scan, "position", limit).load(db)?;
        let all = positions.len() < limit;
        positions.retain(|position| seen.insert(*position));
        for portion in positions.chunks(PORTION) {
            if load(db, scan, portion, handle)?.is_break() {
                return Ok(());
            }
        }
        if all {
            break;
        }
    }
    Ok(())
}

fn load(db: &mut PgConnection, scan: &Scan<'_>, positions: &[i64], handle: &mut RowHandler<'_>) -> Result<ControlFlow<()>> {
    Ok(at(scan, positions).load::<Candidate>(db)?.into_iter().try_for_each(handle))
}

/// Passes on what a statement finds in the rows that come next, more of them each time, until it finds no more.
fn through(
    db: &mut PgConnection,
    scan: &mut Scan<'_>,
    next: fn(&Scan<'_>, usize) -> Statement<CandidateTypes>,
    handle: &mut RowHandler<'_>,
) -> Result<ControlFlow<()>> {
    let mut size = scan.limit + scan.limit / 4 + 1;
    loop {
        size = size.min(PORTION);
        let rows: Vec<Candidate> = next(scan, size).load(db)?;
        let all = rows.len() < size;
        scan.beyond = rows.last().map_or(scan.beyond, |last| Some(last.row.position));
        if rows.into_iter().try_for_each(&mut *handle).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if all {
            return Ok(ControlFlow::Continue(()));
        }
        size *= 2;
    }
}

/// The customers that are hits, in no order, up to the scan's limit; `None` if rows have to be compared.
pub fn customers(db: &mut PgConnection, scan: &Scan<'_>) -> Result<Option<Vec<i64>>> {
    Ok(if decides(scan.plan) { Some(some_hits(scan, "customer_id", scan.limit).load(db)?) } else { None })
}

/// How many hits there are, counted up to the scan's limit; `None` if rows have to be compared.
pub fn count(db: &mut PgConnection, scan: &Scan<'_>) -> Result<Option<usize>> {
    if !decides(scan.plan) {
        return Ok(None);
    }
    // What very many rows have is counted at the beginning of the list: the index would find all of them first.
    if scan.plan.selectivity >= COMMON {
        let counted = usize::try_from(count_first(scan).get_result::<i64>(db)?).unwrap_or_default();
        if counted >= scan.limit {
            return Ok(Some(counted));
        }
    }
    Ok(usize::try_from(count_all(scan).get_result::<i64>(db)?).ok())
}
