//! Makes parts of the index: of a range of the list by name, in place of those that are there. All of it is made of one moment, while others
//! save; then it is put in place, and those who were saved in between stay marked.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use diesel::prelude::*;

use super::parts::{PART, Part, ROW, row_number, set_number};
use super::save;
use super::slots::{MOST, encode, encode_customers};
use crate::db::schema::{customers, search_dirty, search_grams, search_part_sequence, search_parts, search_slots};
use crate::db::statement::Statement;
use crate::db::{Database, Db, MultiBackend, lock_parts, snapshot};
use crate::domain::query::Order;
use crate::list::candidate::{AT_ONCE, Direction, limit};
use crate::list::entry::{Entry, entries};
use crate::list::gram::{Gram, beginnings};
use crate::list::keyset;
use crate::list::row::SortKey;
use crate::store::{Error, Result};

/// So many of a part have a word that begins so, or it is not kept: few are compared soon enough. It is somewhat less than what each part of a
/// million has of what more than a thousand have.
const COMMON: usize = 12;

/// Before every customer.
pub const START: SortKey = (Vec::new(), i64::MIN);

/// A part that is about to be put in place.
pub struct Draft {
    pub from: SortKey,
    /// The first customer that does not belong to it; `None` at the end.
    pub until: Option<SortKey>,
    /// No part had a greater number when this one was made.
    newest: i64,
    members: Vec<SortKey>,
    /// What is to be found of members that could not be found at all.
    fresh: Vec<Entry>,
    /// Members that were marked, and the revisions of the marks.
    dirty: Vec<(i64, i64)>,
    /// Which members have a gram.
    sets: Sets,
    /// Which have a word that begins so.
    beginnings: Sets,
}

type Sets = HashMap<Gram, Vec<u16>, BuildHasherDefault<AsItIs>>;

/// Grams are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        // The table takes both ends of a hash.
        self.0 = (u64::from(number) << 32) | u64::from(number);
    }
}

impl Draft {
    /// Makes a part of the customers from one on, and before another; of more than half as many again as a part has (`size`), the first.
    pub fn make(db: &mut Db, from: &SortKey, until: Option<&SortKey>, size: usize) -> Result<Self> {
        let size = size.min(PART);
        let most = size + size / 2;
        let newest = search_part_sequence::table.select(search_part_sequence::last).first(db)?;
        let mut until = until.cloned();
        let mut members = members(db, from, until.as_ref(), most + 1)?;
        if members.len() > most {
            until = Some(members[size].clone());
            members.truncate(size);
        }
        let mut draft = Self {
            from: from.clone(),
            until,
            newest,
            members,
            fresh: Vec::new(),
            dirty: Vec::new(),
            sets: Sets::default(),
            beginnings: Sets::default(),
        };
        let members = std::mem::take(&mut draft.members);
        for (keys, first) in members.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
            draft.gather(db, keys, first)?;
        }
        Ok(Self { members, ..draft })
    }

    /// Gathers what some members have, the first of which has this slot.
    fn gather(&mut self, db: &mut Db, keys: &[SortKey], first: u16) -> Result<()> {
        let ids: Vec<i64> = keys.iter().map(|(_, id)| *id).collect();
        let marks = search_dirty::table.filter(search_dirty::customer_id.eq_any(&ids));
        self.dirty.extend(marks.select((search_dirty::customer_id, search_dirty::revision)).load::<(i64, i64)>(db)?);
        let mut all = Entry::load(db, &ids)?;
        let found: HashSet<i64> = all.iter().map(|entry| entry.key.1).collect();
        let missing: Vec<i64> = ids.iter().copied().filter(|id| !found.contains(id)).collect();
        let fresh = if missing.is_empty() { Vec::new() } else { entries(db, &missing)? };
        all.extend_from_slice(&fresh);
        let slots: HashMap<i64, u16> = ids.iter().copied().zip(first..).collect();
        let mut all: Vec<(u16, Entry)> = all.into_iter().filter_map(|entry| Some((*slots.get(&entry.key.1)?, entry))).collect();
        all.sort_unstable_by_key(|(slot, _)| *slot);
        for (slot, entry) in all {
            add(&mut self.sets, entry.grams(), slot);
            add(&mut self.beginnings, beginnings(&entry.texts.text), slot);
        }
        self.fresh.extend(fresh);
        Ok(())
    }

    /// How many customers it has.
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// Puts the part in place, in a transaction of its own. Returns its number; `None` if others have changed parts of its range meanwhile, or the
    /// part that was made of the range before (`own`) is not there any more.
    pub fn put(&self, db: &mut Db, own: Option<i64>) -> Result<Option<i64>> {
        lock_parts(db)?;
        let all = Part::all(db)?;
        if own.is_some_and(|own| all.iter().all(|part| part.number != own)) {
            return Ok(None);
        }
        let ends = all.iter().skip(1).map(|next| Some(&next.from)).chain([None]);
        let is_before_end = |key: &SortKey| self.until.as_ref().is_none_or(|until| key < until);
        let overlapping: Vec<(&Part, Option<&SortKey>)> = all
            .iter()
            .zip(ends)
            .filter(|(part, end)| is_before_end(&part.from) && end.is_none_or(|end| *end > self.from) && Some(part.number) != own)
            .collect();
        if overlapping.iter().any(|(part, _)| part.number > self.newest || part.from < self.from) {
            return Ok(None);
        }
        save::write(db, &self.fresh, false)?;
        for (part, end) in overlapping {
            match &self.until {
                // What follows stays.
                Some(until) if end.is_none_or(|end| end > until) => {
                    diesel::update(search_parts::table.find(part.number))
                        .set((search_parts::sort_key.eq(&until.0), search_parts::customer_id.eq(until.1)))
                        .execute(db)?;
                }
                _ => remove(db, part.number)?,
            }
        }
        let number = next_number(db)?;
        self.insert(db, number)?;
        // Last, since whoever saves one of them waits for the end.
        for marks in self.dirty.chunks(AT_ONCE) {
            let (ids, revisions): (Vec<i64>, Vec<i64>) = marks.iter().copied().unzip();
            let some = Statement::<()>::new("DELETE FROM search_dirty WHERE ").among(db, "customer_id", &ids);
            some.and(" AND ").among(db, "revision", &revisions).execute(db)?;
        }
        Ok(Some(number))
    }

    fn insert(&self, db: &mut Db, number: i64) -> Result<()> {
        diesel::insert_into(search_parts::table)
            .values((
                search_parts::part.eq(number),
                search_parts::sort_key.eq(&self.from.0),
                search_parts::customer_id.eq(self.from.1),
                search_parts::size.eq(limit(self.members.len())),
            ))
            .execute(db)?;
        for (keys, row) in self.members.chunks(ROW).zip(0..) {
            let ids: Vec<i64> = keys.iter().map(|(_, id)| *id).collect();
            diesel::insert_into(search_slots::table)
                .values((
                    search_slots::id.eq(row_number(number, row * ROW)),
                    search_slots::sort_key.eq(&keys[0].0),
                    search_slots::customer_id.eq(keys[0].1),
                    search_slots::customers.eq(encode_customers(&ids)),
                ))
                .execute(db)?;
        }
        let common = self.beginnings.iter().filter(|(gram, slots)| slots.len() >= COMMON && !self.sets.contains_key(gram));
        let mut grams: Vec<(&Gram, &Vec<u16>)> = self.sets.iter().chain(common).collect();
        grams.sort_unstable();
        let rows = grams.into_iter().map(|(gram, slots)| (set_number(number, *gram), encode(slots)));
        match db {
            Db::Sqlite(sqlite) => {
                for (id, slots) in rows {
                    Statement::<()>::new("INSERT INTO search_grams (id, slots) VALUES (?, ?)").bind(id).bind(slots).execute(sqlite)?;
                }
            }
            Db::Postgres(pg) => {
                let rows: Vec<_> = rows.map(|(id, slots)| (search_grams::id.eq(id), search_grams::slots.eq(slots))).collect();
                diesel::copy_from(search_grams::table).from_insertable(rows).execute(pg)?;
            }
        }
        Ok(())
    }
}

/// The number of a new part, greater than all before.
fn next_number(db: &mut Db) -> Result<i64> {
    let number = 1 + search_part_sequence::table.select(search_part_sequence::last).first::<i64>(db)?;
    diesel::update(search_part_sequence::table).set(search_part_sequence::last.eq(number)).execute(db)?;
    Ok(number)
}

/// Puts a part without anybody in the place of all that were removed: what was made of them before is not put in place any more, since it is
/// older than this one.
pub fn put_empty(db: &mut Db) -> Result<()> {
    let (sort_key, customer) = START;
    let from = (search_parts::sort_key.eq(sort_key), search_parts::customer_id.eq(customer));
    diesel::insert_into(search_parts::table)
        .values((search_parts::part.eq(next_number(db)?), from, search_parts::size.eq(0)))
        .execute(db)?;
    Ok(())
}

fn add(sets: &mut Sets, grams: impl Iterator<Item = Gram>, slot: u16) {
    for gram in grams {
        let slots = sets.entry(gram).or_default();
        if slots.last() != Some(&slot) {
            slots.push(slot);
        }
    }
}

/// Removes a part.
fn remove(db: &mut Db, number: i64) -> Result<()> {
    diesel::delete(search_parts::table.find(number)).execute(db)?;
    diesel::delete(search_slots::table.filter(search_slots::id.between(row_number(number, 0), row_number(number, MOST)))).execute(db)?;
    let sets = search_grams::id.between(set_number(number, Gram::MIN), set_number(number, Gram::MAX));
    diesel::delete(search_grams::table.filter(sets)).execute(db)?;
    Ok(())
}

/// The customers from one on, and before another, in the order of names.
fn members(db: &mut Db, from: &SortKey, until: Option<&SortKey>, most: usize) -> Result<Vec<SortKey>> {
    let by_name = Order::Name.into();
    let before = (from.0.clone(), from.1.saturating_sub(1));
    let parts = keyset::beyond(|| customers::table.into_boxed::<MultiBackend>(), by_name, Some(&before), Direction::Forward);
    let mut keys: Vec<SortKey> = keyset::first(parts, most, |part, rest| {
        keyset::ordered(part, by_name, Direction::Forward).limit(rest).select((customers::sort_key, customers::id)).load(db)
    })?;
    if let Some(until) = until {
        keys.truncate(keys.partition_point(|key| key < until));
    }
    Ok(keys)
}

/// Makes the part anew that has the most marked customers, if there are so many in all. Returns whether there were.
pub fn fold(database: &Database, least: usize) -> Result<bool> {
    let size = database.search_part();
    let made = database.read(|db| {
        snapshot(db, |db| {
            let due = due(db, least, size)?;
            due.map(|(from, until)| Draft::make(db, &from, until.as_ref(), size)).transpose()
        })
    })?;
    let Some(draft) = made else { return Ok(false) };
    put(database, &draft, None)?;
    Ok(true)
}

/// Puts a part in place as [`Draft::put`] does. Who is deleted meanwhile cannot be found any more, either.
pub fn put(database: &Database, draft: &Draft, own: Option<i64>) -> Result<Option<i64>> {
    use diesel::result::{DatabaseErrorKind::ForeignKeyViolation, Error::DatabaseError};
    match database.write(|db| draft.put(db, own)) {
        Err(Error::Database(DatabaseError(ForeignKeyViolation, _))) => Ok(None),
        outcome => outcome,
    }
}

/// How many customers are marked.
pub fn marked(db: &mut Db) -> Result<usize> {
    Ok(usize::try_from(search_dirty::table.count().get_result::<i64>(db)?).unwrap_or_default())
}

/// The range with the most marked customers, if there are so many in all. A small part is made one with the next.
fn due(db: &mut Db, least: usize, size: usize) -> Result<Option<(SortKey, Option<SortKey>)>> {
    if marked(db)? < least {
        return Ok(None);
    }
    let keys: Vec<SortKey> = search_dirty::table.inner_join(customers::table).select((customers::sort_key, customers::id)).load(db)?;
    let parts = Part::all(db)?;
    let mut counts = vec![0_usize; parts.len()];
    for key in keys {
        if let Some(count) = counts.get_mut(parts.partition_point(|part| part.from <= key).saturating_sub(1)) {
            *count += 1;
        }
    }
    let Some(most) = (0..parts.len()).max_by_key(|at| counts[*at]) else { return Ok(Some((START, None))) };
    let is_small = parts[most].size < size / 4 && parts.get(most + 1).is_some_and(|next| parts[most].size + next.size <= size);
    let until = parts.get(most + if is_small { 2 } else { 1 }).map(|next| next.from.clone());
    Ok(Some((parts[most].from.clone(), until)))
}
