//! The sample of customers that tells searches how common trigrams are. It is taken when the list is built and after each import.

use std::collections::{HashMap, HashSet};

use diesel::dsl::max;
use diesel::insert_into;
use diesel::prelude::*;

use crate::db::schema::{customers, gram_frequencies};
use crate::db::{Database, Db};
use crate::list::entry::entries;
use crate::list::plan::index_query::SAMPLE;
use crate::list::plan::trigrams::{Gram, trgm_indexed, trigrams};
use crate::store::Result;

const CUSTOMERS: i64 = 4_000;
const PORTION: usize = 500;
/// A trigram that fewer customers of the sample have is rare, and is not stored.
const STORED: i64 = 4;

/// Trigrams, and how many customers of a sample hold each.
type Sample = Vec<(String, i64)>;

/// Takes a new sample. Reading the customers takes a while, during which others can write.
pub fn learn(database: &Database) -> Result<()> {
    let sample = database.read(sample)?;
    database.write(|db| store(db, &sample))
}

/// Takes a new sample in the present transaction.
pub fn learn_within(db: &mut Db) -> Result<()> {
    let sample = sample(db)?;
    store(db, &sample)
}

fn sample(db: &mut Db) -> Result<Sample> {
    let last: Option<i64> = customers::table.select(max(customers::id)).first(db)?;
    let last = last.unwrap_or_default();
    let ids: Vec<i64> = (1..=CUSTOMERS.min(last)).map(|nth| nth * last / CUSTOMERS.min(last)).collect();
    let trigrams_of = match db {
        Db::Sqlite(_) => trigrams,
        Db::Postgres(_) => trgm_indexed,
    };
    let mut sampled = 0;
    let mut holding: HashMap<Gram, i64> = HashMap::new();
    for ids in ids.chunks(PORTION) {
        for entry in entries(db, ids)? {
            for gram in trigrams_of(&entry.indexed).into_iter().collect::<HashSet<_>>() {
                *holding.entry(gram).or_default() += 1;
            }
            sampled += 1;
        }
    }
    let common = holding.into_iter().filter(|(_, held)| *held >= STORED).map(|(gram, held)| (String::from_iter(gram), held));
    Ok(std::iter::once((SAMPLE.to_owned(), sampled)).chain(common).collect())
}

fn store(db: &mut Db, sample: &Sample) -> Result<()> {
    diesel::delete(gram_frequencies::table).execute(db)?;
    let mut values = sample.iter().map(|(gram, held)| (gram_frequencies::gram.eq(gram), gram_frequencies::customers.eq(held)));
    match db {
        Db::Sqlite(sqlite) => {
            values.try_for_each(|row| insert_into(gram_frequencies::table).values(row).execute(sqlite).map(drop))?;
        }
        Db::Postgres(pg) => {
            diesel::copy_from(gram_frequencies::table).from_insertable(values.collect::<Vec<_>>()).execute(pg)?;
        }
    }
    Ok(())
}
