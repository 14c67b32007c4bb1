//! Keeps the list and the index in step with customers: every change of a customer, a contact or an entitlement ends here, in the same
//! transaction. A row in the list holds what the list shows and the texts that a search looks into; its position says where it stands.

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::ask::Direction;
use super::grams::{Content, fts_text, trgm_text};
use super::keyset;
use super::need::tokens;
use super::position::{Labels, make_room};
use super::text::{Head, Texts, countries, texts_of};
use super::{postgres, sqlite};
use crate::db::schema::{customers, listing};
use crate::db::statement::Statement;
use crate::db::{Db, lock_list};
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::{Cursor, Order};
use crate::store::Result;

/// A row of the list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The customer.
    pub id: i64,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: String,
    /// As it is shown.
    pub name: String,
    /// As it is shown.
    pub ref_id: String,
    /// What it is found by.
    pub texts: Texts,
    /// What is indexed of it, in the engine's spelling.
    pub spelled: String,
}

/// How an engine's index spells a customer.
pub type Spell = fn(&Content<'_>) -> String;

/// What is indexed of a customer.
pub fn spelled(spell: Spell, enabled: bool, kind: &str, created_at: NaiveDateTime, texts: &Texts) -> String {
    let kind = Kind::parse(kind).unwrap_or(Kind::Company);
    let tokens = tokens(enabled, kind, created_at.date(), &texts.text, countries(&texts.hidden));
    spell(&Content { text: &texts.text, hidden: &texts.hidden, tokens: &tokens })
}

/// Where a customer belongs: before whatever has a larger one.
pub type Key = (Vec<u8>, i64);

/// Follows a change of one customer, or of what belongs to it.
///
/// # Errors
/// The database's own.
pub fn reindex(db: &mut Db, id: CustomerId) -> Result<()> {
    reindex_all(db, &[id])
}

/// Follows changes of many customers: as [`reindex`], with fewer questions.
///
/// # Errors
/// The database's own.
pub fn reindex_all(db: &mut Db, ids: &[CustomerId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let entries = entries(db, &ids)?;
    lock_list(db)?;
    let known: HashMap<i64, (i64, String)> = listing::table
        .filter(listing::customer_id.eq_any(&ids))
        .select((listing::customer_id, (listing::position, listing::name)))
        .load::<(i64, (i64, String))>(db)?
        .into_iter()
        .collect();
    let (mut placed, mut moved) = (Vec::new(), Vec::new());
    let mut fresh: Vec<(Key, Entry)> = Vec::new();
    for (key, entry) in entries {
        match known.get(&entry.id) {
            Some((position, name)) if *name == entry.name => placed.push((*position, entry)),
            known => {
                moved.extend(known.map(|(position, _)| *position));
                fresh.push((key, entry));
            }
        }
    }
    match db {
        Db::Sqlite(sqlite) => sqlite::update(sqlite, &placed)?,
        Db::Postgres(pg) => postgres::update(pg, &placed)?,
    }
    remove_at(db, &moved)?;
    insert_all(db, &fresh.iter().collect::<Vec<_>>())
}

/// Takes a customer out of the list.
///
/// # Errors
/// The database's own.
pub fn remove(db: &mut Db, id: CustomerId) -> Result<()> {
    lock_list(db)?;
    let position: Option<i64> = listing::table.filter(listing::customer_id.eq(id.0)).select(listing::position).first(db).optional()?;
    remove_at(db, position.as_slice())
}

fn remove_at(db: &mut Db, positions: &[i64]) -> Result<()> {
    if let Db::Sqlite(sqlite) = db {
        positions.iter().try_for_each(|position| sqlite::forget(sqlite, *position))?;
    }
    for position in positions {
        diesel::delete(listing::table.find(position)).execute(db)?;
    }
    Ok(())
}

/// What is to be in the list, in its order, as customers are now.
///
/// # Errors
/// The database's own.
pub fn entries(db: &mut Db, ids: &[i64]) -> Result<Vec<(Key, Entry)>> {
    type Shown = (bool, String, Vec<u8>, NaiveDateTime);
    type Searched = (i64, String, String, String, String, String, String);
    let rows: Vec<(Searched, Shown)> = customers::table
        .filter(customers::id.eq_any(ids))
        .order(customers::id)
        .select((
            (customers::id, customers::number, customers::name, customers::ref_id, customers::crm_id, customers::email, customers::phone),
            (customers::enabled, customers::kind, customers::sort_key, customers::created_at),
        ))
        .load(db)?;
    let (heads, shown): (Vec<Head>, Vec<Shown>) = rows
        .into_iter()
        .map(|((id, number, name, ref_id, crm_id, email, phone), shown)| (Head { id, number, name, ref_id, crm_id, email, phone }, shown))
        .unzip();
    let mut texts = texts_of(db, &heads)?;
    let spell: Spell = match db {
        Db::Sqlite(_) => fts_text,
        Db::Postgres(_) => trgm_text,
    };
    let entry = |(head, (enabled, kind, sort_key, created_at)): (Head, Shown)| {
        let texts = texts.remove(&head.id)?;
        let spelled = spelled(spell, enabled, &kind, created_at, &texts);
        let entry = Entry { id: head.id, enabled, kind, name: head.name, ref_id: head.ref_id, texts, spelled };
        Some(((sort_key, head.id), entry))
    };
    let mut entries: Vec<_> = heads.into_iter().zip(shown).filter_map(entry).collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

/// Gives places to rows, which are in order and not in the list yet, run by run: a run is what goes between the same neighbours.
pub fn insert_all(db: &mut Db, fresh: &[&(Key, Entry)]) -> Result<()> {
    let mut rest = fresh;
    while let Some((key, _)) = rest.first() {
        let before = neighbour_before(db, key)?;
        let after = next_after(db, before)?;
        let run = after.as_ref().map_or(rest.len(), |(_, next)| rest.partition_point(|(key, _)| key < next).max(1));
        let (now, later) = rest.split_at(run);
        let gap = gap(db);
        let room = make_room(&mut Stored { db }, before, after.as_ref().map(|(position, _)| *position), run, gap)?;
        let placed = room.labels.iter().copied().zip(now.iter().map(|(_, entry)| entry));
        insert_at(db, placed)?;
        rest = later;
    }
    Ok(())
}

/// The next row in the list after a position, or its first: where, and which key it has.
fn next_after(db: &mut Db, before: Option<i64>) -> Result<Option<(i64, Key)>> {
    let rows = listing::table.inner_join(customers::table);
    let rows = match before {
        Some(position) => rows.filter(listing::position.gt(position)).into_boxed(),
        None => rows.into_boxed(),
    };
    Ok(rows.order(listing::position).select((listing::position, (customers::sort_key, customers::id))).first(db).optional()?)
}

/// Puts rows into the list at their places.
pub fn insert_at<'a>(db: &mut Db, placed: impl Iterator<Item = (i64, &'a Entry)> + Clone) -> Result<()> {
    match db {
        Db::Sqlite(sqlite) => sqlite::insert(sqlite, placed),
        Db::Postgres(pg) => postgres::insert(pg, placed),
    }
}

/// Gives rows (from where, whose, to where; in order) other places.
pub fn renumber(db: &mut Db, moves: &[(i64, i64, i64)]) -> Result<()> {
    match db {
        Db::Sqlite(sqlite) => sqlite::renumber(sqlite, moves),
        Db::Postgres(pg) => postgres::renumber(pg, moves),
    }
}

/// The position of the last row in the list that belongs before a key.
pub fn neighbour_before(db: &mut Db, (sort_key, id): &Key) -> Result<Option<i64>> {
    let cursor = Cursor { order: Order::Name, value: sort_key.clone(), id: CustomerId(*id) };
    // The nearest customer may be one that is only about to be placed; then further ones are asked for.
    let mut limit = 2;
    loop {
        let nearest = keyset::ids_beyond(db, &cursor, Direction::Backward, limit)?;
        let positions = positions(db, &nearest)?;
        let found = nearest.iter().find_map(|id| positions.get(id)).copied();
        if found.is_some() || nearest.len() < limit {
            return Ok(found);
        }
        limit *= 16;
    }
}

/// Those of customers that stand in the list.
///
/// # Errors
/// The database's own.
pub fn listed(db: &mut Db, ids: &[i64]) -> Result<Vec<i64>> {
    let positions = positions(db, ids)?;
    Ok(ids.iter().copied().filter(|id| positions.contains_key(id)).collect())
}

/// Where customers stand in the list, those of them that do.
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

/// The positions of the list.
struct Stored<'a> {
    db: &'a mut Db,
}

impl Labels for Stored<'_> {
    type Error = crate::store::Error;

    fn count(&mut self, range: Range<i64>, limit: usize) -> Result<usize> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let counted: i64 =
            Statement::<BigInt>::new("SELECT count(*) FROM (SELECT 1 FROM listing WHERE position >= ? AND position < ? LIMIT ?) AS within")
                .bind(range.start)
                .bind(range.end)
                .bind(limit)
                .get_result(self.db)?;
        Ok(usize::try_from(counted).unwrap_or(usize::MAX))
    }

    fn renumber(&mut self, range: Range<i64>, labels: &[i64]) -> Result<()> {
        let rows: Vec<(i64, i64)> = listing::table
            .filter(listing::position.ge(range.start))
            .filter(listing::position.lt(range.end))
            .order(listing::position)
            .select((listing::position, listing::customer_id))
            .load(self.db)?;
        let moves: Vec<(i64, i64, i64)> = rows.iter().zip(labels).map(|((from, id), to)| (*from, *id, *to)).collect();
        self::renumber(self.db, &moves)
    }
}
