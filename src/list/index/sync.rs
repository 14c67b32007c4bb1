//! Keeps the list and the index in step with customers: every change of a customer, a contact or an entitlement ends here, in the same
//! transaction.

use std::collections::HashMap;
use std::ops::Range;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::position::{Positions, make_room};
use crate::db::schema::{customers, listing};
use crate::db::statement::Statement;
use crate::db::{Db, lock_list};
use crate::domain::CustomerId;
use crate::list::candidate::{Direction, limit as at_most};
use crate::list::entry::{Entry, entries};
use crate::list::row::SortKey;
use crate::list::{keyset, postgres, sqlite};
use crate::store::Result;

/// Updates the list after a change of one customer, or of what belongs to it.
pub fn reindex(db: &mut Db, id: CustomerId) -> Result<()> {
    reindex_all(db, &[id])
}

/// Updates the list after changes of many customers: as [`reindex`], with fewer statements.
pub fn reindex_all(db: &mut Db, ids: &[CustomerId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    // First, so that two who change what a customer is found by, such as a contact and the identity of its mailbox, see each other's change.
    lock_list(db)?;
    let entries = entries(db, &ids)?;
    let known = listing::table.filter(listing::customer_id.eq_any(&ids)).select((listing::customer_id, (listing::position, listing::name)));
    let known: HashMap<i64, (i64, String)> = known.load::<(i64, _)>(db)?.into_iter().collect();
    let (mut placed, mut moved, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &entries {
        match known.get(&entry.customer.key.1) {
            Some((position, name)) if *name == entry.customer.name => placed.push((*position, entry)),
            known => {
                moved.extend(known.map(|(position, _)| *position));
                fresh.push(entry);
            }
        }
    }
    write(db, placed.into_iter())?;
    remove_at(db, &moved)?;
    insert_all(db, &fresh)
}

/// Removes a customer from the list.
pub fn remove(db: &mut Db, id: CustomerId) -> Result<()> {
    lock_list(db)?;
    let position: Option<i64> = listing::table.filter(listing::customer_id.eq(id.0)).select(listing::position).first(db).optional()?;
    remove_at(db, position.as_slice())
}

fn remove_at(db: &mut Db, positions: &[i64]) -> Result<()> {
    if let Db::Sqlite(sqlite) = db {
        positions.iter().try_for_each(|position| sqlite::unindex(sqlite, *position))?;
    }
    for position in positions {
        diesel::delete(listing::table.find(position)).execute(db)?;
    }
    Ok(())
}

/// Puts entries, which are in order and not in the list yet, into the list, run by run: a run is what goes between the same neighbours.
pub fn insert_all(db: &mut Db, fresh: &[&Entry]) -> Result<()> {
    let mut rest = fresh;
    while let Some(first) = rest.first() {
        let before = neighbour_before(db, &first.customer.key)?;
        let after = next_after(db, before)?;
        let run = after.as_ref().map_or(rest.len(), |(_, next)| rest.partition_point(|entry| entry.customer.key < *next).max(1));
        let (now, later) = rest.split_at(run);
        let gap = gap(db);
        let room = make_room(db, before, after.map(|(position, _)| position), run, gap)?;
        write(db, room.into_iter().zip(now.iter().copied()))?;
        rest = later;
    }
    Ok(())
}

/// The position and key of the row after a position, or of the first row.
fn next_after(db: &mut Db, before: Option<i64>) -> Result<Option<(i64, SortKey)>> {
    let mut rows = listing::table.inner_join(customers::table).into_boxed();
    if let Some(position) = before {
        rows = rows.filter(listing::position.gt(position));
    }
    Ok(rows.order(listing::position).select((listing::position, (customers::sort_key, customers::id))).first(db).optional()?)
}

/// Puts rows at positions in the list, or writes those again that stand there.
pub fn write<'a>(db: &mut Db, rows: impl Iterator<Item = (i64, &'a Entry)> + Clone) -> Result<()> {
    match db {
        Db::Sqlite(sqlite) => sqlite::write(sqlite, rows),
        Db::Postgres(pg) => postgres::write(pg, &rows),
    }
}

/// Moves rows (from which position, of which customer, to which position; in order).
pub fn renumber(db: &mut Db, moves: &[(i64, i64, i64)]) -> Result<()> {
    match db {
        Db::Sqlite(sqlite) => sqlite::renumber(sqlite, moves),
        Db::Postgres(pg) => postgres::renumber(pg, moves),
    }
}

/// The position of the last row in the list that belongs before a key.
pub fn neighbour_before(db: &mut Db, key: &SortKey) -> Result<Option<i64>> {
    // The nearest customers may not be in the list yet; then further ones are asked for.
    let mut limit = 2;
    loop {
        let nearest = keyset::ids_beyond(db, key, Direction::Backward, limit)?;
        let positions = positions(db, &nearest)?;
        let found = nearest.iter().find_map(|id| positions.get(id)).copied();
        if found.is_some() || nearest.len() < limit {
            return Ok(found);
        }
        limit *= 16;
    }
}

/// Returns those of customers that are in the list.
pub fn listed(db: &mut Db, ids: &[i64]) -> Result<Vec<i64>> {
    let positions = positions(db, ids)?;
    Ok(ids.iter().copied().filter(|id| positions.contains_key(id)).collect())
}

/// The positions of those of customers that are in the list.
pub fn positions(db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, i64>> {
    /// SQLite takes 32,766 values in a statement.
    const IDS: usize = 10_000;
    let mut positions = HashMap::new();
    for ids in ids.chunks(IDS) {
        let found = listing::table.filter(listing::customer_id.eq_any(ids)).select((listing::customer_id, listing::position));
        positions.extend(found.load::<(i64, i64)>(db)?);
    }
    Ok(positions)
}

/// The distance of neighbours at the ends of the list.
pub fn gap(db: &Db) -> i64 {
    match db {
        Db::Sqlite(_) => sqlite::GAP,
        Db::Postgres(_) => postgres::GAP,
    }
}

impl Positions for Db {
    type Error = crate::store::Error;

    fn count(&mut self, range: Range<i64>, limit: usize) -> Result<usize> {
        let within = "SELECT count(*) FROM (SELECT 1 FROM listing WHERE position >= ? AND position < ? LIMIT ?) AS within";
        let statement = Statement::<BigInt>::new(within).bind(range.start).bind(range.end).bind(at_most(limit.saturating_add(1)));
        Ok(usize::try_from(statement.get_result::<i64>(self)?).unwrap_or(usize::MAX))
    }

    fn renumber(&mut self, range: Range<i64>, positions: &[i64]) -> Result<()> {
        let rows: Vec<(i64, i64)> = listing::table
            .filter(listing::position.ge(range.start))
            .filter(listing::position.lt(range.end))
            .order(listing::position)
            .select((listing::position, listing::customer_id))
            .load(self)?;
        let moves: Vec<(i64, i64, i64)> = rows.iter().zip(positions).map(|((from, id), to)| (*from, *id, *to)).collect();
        renumber(self, &moves)
    }
}
