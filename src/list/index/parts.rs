//! The parts of the index, as they are stored. A part is never changed: it gives way to another.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::slots::{MOST, Slots, decode_customers};
use crate::db::Db;
use crate::db::schema::{search_grams, search_parts, search_slots};
use crate::db::statement::Statement;
use crate::list::gram::Gram;
use crate::list::row::SortKey;
use crate::store::Result;

/// A new part has so many customers at most (and fewer in tests), and half as many more before it is divided.
pub const PART: usize = MOST / 3 * 2;
/// The customers of this many slots stand in one row.
pub const ROW: usize = 256;

/// A range of the list by name: from a customer to that of the next part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub number: i64,
    /// No customer before this one belongs to it.
    pub from: SortKey,
    /// How many slots it has.
    pub size: usize,
}

impl Part {
    /// How many there are.
    pub fn count(db: &mut Db) -> Result<usize> {
        Ok(usize::try_from(search_parts::table.count().get_result::<i64>(db)?).unwrap_or_default())
    }

    /// All parts, in order.
    pub fn all(db: &mut Db) -> Result<Vec<Self>> {
        // Put in order here: they are few, and SQLite would make a table of them for it.
        let mut rows: Vec<(i64, SortKey, i64)> = search_parts::table
            .select((search_parts::part, (search_parts::sort_key, search_parts::customer_id), search_parts::size))
            .load(db)?;
        rows.sort_unstable_by(|one, other| one.1.cmp(&other.1));
        let part = |(number, from, size)| Self { number, from, size: usize::try_from(size).unwrap_or_default().min(MOST) };
        Ok(rows.into_iter().map(part).collect())
    }
}

/// The number of a part's row of customers.
pub fn row_number(part: i64, slot: usize) -> i64 {
    (part << 8) | i64::try_from(slot / ROW).unwrap_or_default()
}

/// The number of a part's set of a gram.
pub fn set_number(part: i64, gram: Gram) -> i64 {
    (part << 32) | i64::from(gram)
}

/// The sets of grams of some parts, by their numbers; one that no customer has is not there.
pub fn sets(db: &mut Db, parts: &[i64], grams: &[Gram]) -> Result<HashMap<i64, Slots>> {
    let numbers: Vec<i64> = parts.iter().flat_map(|part| grams.iter().map(|gram| set_number(*part, *gram))).collect();
    let some = Statement::<(BigInt, Binary)>::new("SELECT id, slots FROM search_grams WHERE ").among(db, "id", &numbers);
    let sets: Vec<(i64, Vec<u8>)> = some.load(db)?;
    Ok(sets.into_iter().map(|(number, slots)| (number, Slots::decode(&slots))).collect())
}

/// All sets of a part.
pub fn all_sets(db: &mut Db, part: &Part) -> Result<HashMap<Gram, Slots>> {
    let all = search_grams::table.filter(search_grams::id.between(set_number(part.number, Gram::MIN), set_number(part.number, Gram::MAX)));
    let sets: Vec<(i64, Vec<u8>)> = all.load(db)?;
    let gram = |number: i64| Gram::try_from(number & i64::from(Gram::MAX)).unwrap_or_default();
    Ok(sets.into_iter().map(|(number, slots)| (gram(number), Slots::decode(&slots))).collect())
}

/// The customers in slots of parts, in the same order. What is not there is 0, which no customer has.
pub fn customers(db: &mut Db, places: &[(i64, usize)]) -> Result<Vec<i64>> {
    let mut numbers: Vec<i64> = places.iter().map(|(part, slot)| row_number(*part, *slot)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let some = Statement::<(BigInt, Binary)>::new("SELECT id, customers FROM search_slots WHERE ").among(db, "id", &numbers);
    let rows: Vec<(i64, Vec<u8>)> = some.load(db)?;
    let rows: HashMap<i64, Vec<i64>> = rows.into_iter().map(|(number, customers)| (number, decode_customers(&customers))).collect();
    let customer = |(part, slot): &(i64, usize)| rows.get(&row_number(*part, *slot))?.get(slot % ROW).copied();
    Ok(places.iter().map(|place| customer(place).unwrap_or_default()).collect())
}

/// How many rows of a part begin at or before a key: what lies before it is in these, what lies beyond it in the last of them and those after.
pub fn rows_until(db: &mut Db, part: &Part, key: &SortKey) -> Result<usize> {
    let firsts: Vec<SortKey> = search_slots::table
        .filter(search_slots::id.between(row_number(part.number, 0), row_number(part.number, MOST)))
        .order(search_slots::id)
        .select((search_slots::sort_key, search_slots::customer_id))
        .load(db)?;
    Ok(firsts.partition_point(|first| first <= key))
}
