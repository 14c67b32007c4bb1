//! The index of trigrams in PostgreSQL (`pg_trgm`, GIN), which brings hits in no order. So a page of hits is looked for in three steps:
//! the next thousand rows of the list are tested; where they do not give a page, the index counts up to three thousand hits, which are put
//! in order; where there are more, the list is gone through by buckets of some thousand neighbours, each with the help of the index.

pub mod aside;
mod statements;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::{PgConnection, insert_into, sql_query};

use self::statements::{at, buckets, some_hits, walk};
use super::ask::{Ask, Candidate, Columns, Direction, Types, Visit};
use super::index::Entry;
use crate::db::statement::Statement;
use crate::store::Result;

/// The distance of neighbours that are put at the ends of the list.
pub const GAP: i64 = 1 << 20;
/// Rows that are fetched at a time, at most.
const PORTION: usize = 1_000;
/// Hits that are put in order at once.
const SORTED: usize = 3_000;
/// Rows that are compared one by one for an answer, at most: each has to be brought here.
pub const COMPARED: usize = 2_000;
/// What a smaller share of rows has is not looked for at the list's next rows.
const RARE: f64 = 0.005;
/// What a larger share of rows has is counted at the list's beginning.
const COMMON: f64 = 0.3;

diesel::table! {
    #[sql_name = "listing"]
    spelled (position) {
        position -> BigInt,
        customer_id -> BigInt,
        enabled -> Bool,
        kind -> Text,
        name -> Text,
        ref_id -> Text,
        text -> Text,
        hidden -> Text,
        grams -> Text,
    }
}

/// Puts rows into the list; its index follows by itself.
pub fn insert<'a>(db: &mut PgConnection, rows: impl Iterator<Item = (i64, &'a Entry)>) -> Result<()> {
    let rows: Vec<_> = rows
        .map(|(position, entry)| {
            (
                spelled::position.eq(position),
                spelled::customer_id.eq(entry.id),
                spelled::enabled.eq(entry.enabled),
                spelled::kind.eq(&entry.kind),
                spelled::name.eq(&entry.name),
                spelled::ref_id.eq(&entry.ref_id),
                spelled::text.eq(&entry.texts.text),
                spelled::hidden.eq(&entry.texts.hidden),
                spelled::grams.eq(&entry.spelled),
            )
        })
        .collect();
    match rows.as_slice() {
        [one] => insert_into(spelled::table).values(one).execute(db)?,
        _ => diesel::copy_from(spelled::table).from_insertable(&rows).execute(db)?,
    };
    Ok(())
}

/// Changes rows that stay where they are: in one statement, since others wait for the list meanwhile, two to three times as long where an import
/// changes them one by one.
pub fn update(db: &mut PgConnection, rows: &[(i64, Entry)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let entries = || rows.iter().map(|(_, entry)| entry);
    sql_query(
        "UPDATE listing SET enabled = n.enabled, ref_id = n.ref_id, text = n.text, hidden = n.hidden, grams = n.grams
         FROM unnest($1, $2, $3, $4, $5, $6) AS n (position, enabled, ref_id, text, hidden, grams) WHERE listing.position = n.position",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|(position, _)| *position).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(entries().map(|entry| entry.enabled).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(entries().map(|entry| entry.ref_id.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(entries().map(|entry| entry.texts.text.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(entries().map(|entry| entry.texts.hidden.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(entries().map(|entry| entry.spelled.as_str()).collect::<Vec<_>>())
    .execute(db)?;
    Ok(())
}

/// What is indexed of customers.
pub fn spelled_of(db: &mut PgConnection, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let rows: Vec<(i64, String)> =
        spelled::table.filter(spelled::customer_id.eq_any(ids)).select((spelled::customer_id, spelled::grams)).load(db)?;
    Ok(rows.into_iter().collect())
}

/// Gives rows (from where, whose, to where; in order) other places.
pub fn renumber(db: &mut PgConnection, moves: &[(i64, i64, i64)]) -> Result<()> {
    let ids: Vec<i64> = moves.iter().map(|(_, id, _)| *id).collect();
    // Out of the way first: a place may still be taken by the row that leaves it next.
    let aside: Vec<i64> = (0..).take(moves.len()).map(|index| i64::MIN + 1 + index).collect();
    let targets: Vec<i64> = moves.iter().map(|(_, _, to)| *to).collect();
    for places in [aside, targets] {
        Statement::<BigInt>::new(
            "UPDATE listing SET position = m.place \
             FROM (SELECT unnest(?::text::bigint[]) AS id, unnest(?::text::bigint[]) AS place) AS m WHERE customer_id = m.id",
        )
        .bind(array(&ids))
        .bind(array(&places))
        .execute(db)?;
    }
    Ok(())
}

/// Numbers as PostgreSQL writes an array of them.
fn array(numbers: &[i64]) -> String {
    format!("{{{}}}", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

/// Brings rows until no more are wanted: in order, or as they come.
pub fn each(db: &mut PgConnection, ask: &Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
    let mut ask = Ask { need: ask.need.filter(|_| ask.question.is_some()), ..ask.clone() };
    if ask.any_order && ask.need.is_some() {
        return as_they_come(db, &ask, visit);
    }
    if (ask.need.is_none() || ask.share >= RARE) && through(db, &mut ask, walk, visit)?.is_break() || ask.need.is_none() {
        return Ok(());
    }
    let mut positions = hits(db, &ask, SORTED + 1)?;
    if positions.len() > SORTED {
        return through(db, &mut ask, buckets, visit).map(drop);
    }
    positions.sort_unstable();
    if ask.direction == Direction::Backward {
        positions.reverse();
    }
    let (mut rest, mut size) = (positions.as_slice(), ask.limit + 1);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        if load(db, &ask, now, visit)?.is_break() {
            return Ok(());
        }
        rest = later;
        size = (size * 4).min(PORTION);
    }
    Ok(())
}

/// Brings rows as the index finds them: first about as many as are wanted, then as many as it brings at most.
fn as_they_come(db: &mut PgConnection, ask: &Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
    let mut seen = HashSet::new();
    for limit in [ask.limit + ask.limit / 4, COMPARED + 1] {
        let mut positions = hits(db, ask, limit)?;
        let all = positions.len() < limit;
        positions.retain(|position| seen.insert(*position));
        for portion in positions.chunks(PORTION) {
            if load(db, ask, portion, visit)?.is_break() {
                return Ok(());
            }
        }
        if all {
            break;
        }
    }
    Ok(())
}

/// Where hits are, up to a limit.
fn hits(db: &mut PgConnection, ask: &Ask<'_>, limit: usize) -> Result<Vec<i64>> {
    let hits: Vec<(i64, i64)> = some_hits(ask, limit).load(db)?;
    Ok(hits.into_iter().map(|(position, _)| position).collect())
}

/// Hands over the rows at these places.
fn load(db: &mut PgConnection, ask: &Ask<'_>, positions: &[i64], visit: &mut Visit<'_>) -> Result<ControlFlow<()>> {
    for row in at(ask, positions).load::<Columns>(db)? {
        if visit(row.into()).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Where rows stand, and whose they are: as many as are wanted, in no order; `None` where rows have to be looked at.
pub fn places(db: &mut PgConnection, ask: &Ask<'_>) -> Result<Option<Vec<(i64, i64)>>> {
    let decided = ask.question.is_some() && ask.decided.is_some();
    Ok(if decided { Some(some_hits(ask, ask.limit).load(db)?) } else { None })
}

/// Hands over what a statement brings of the rows that come next, more of them each time, until it brings no more.
fn through(
    db: &mut PgConnection,
    ask: &mut Ask<'_>,
    next: fn(&Ask<'_>, usize) -> Statement<Types>,
    visit: &mut Visit<'_>,
) -> Result<ControlFlow<()>> {
    let mut size = ask.limit + ask.limit / 4 + 1;
    loop {
        size = size.min(PORTION);
        let rows: Vec<Columns> = next(ask, size).load(db)?;
        let all = rows.len() < size;
        for row in rows.into_iter().map(Candidate::from) {
            ask.beyond = Some(row.position);
            if visit(row).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if all {
            return Ok(ControlFlow::Continue(()));
        }
        size *= 2;
    }
}

/// How many rows there are, counted up to a limit; `None` where rows have to be looked at.
pub fn count(db: &mut PgConnection, ask: &Ask<'_>) -> Result<Option<usize>> {
    if ask.question.is_none() || ask.decided.is_none() {
        return Ok(None);
    }
    // What very many rows have is counted at the list's beginning: the index would bring all of them first.
    if ask.share >= COMMON {
        let counted = usize::try_from(statements::count_some(ask).get_result::<i64>(db)?).unwrap_or_default();
        if counted >= ask.limit {
            return Ok(Some(counted));
        }
    }
    Ok(usize::try_from(statements::count(ask).get_result::<i64>(db)?).ok())
}

/// Before an index is made: it may take its time, and memory.
const MAKING: &str = "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'";

/// Empties the list, and leaves the index to be made when it is full: that is several times as quick.
pub fn clear(db: &mut PgConnection) -> Result<()> {
    aside::give_up(db)?;
    db.batch_execute("DROP INDEX IF EXISTS listing_grams; DELETE FROM listing")?;
    Ok(())
}

/// Makes the index where there is none.
pub fn finish(db: &mut PgConnection) -> Result<()> {
    db.batch_execute(&format!(
        "{MAKING}; CREATE INDEX IF NOT EXISTS listing_grams ON listing USING gin (grams gin_trgm_ops, bucket) WITH (gin_pending_list_limit = 256)",
    ))?;
    Ok(())
}
