//! How common grams are, from a sample of customers that is taken when the list is made and after each import. A gram that is not in the
//! sample is rare. Where it is out of date, searches find the same and are slower.

use std::collections::{HashMap, HashSet};

use diesel::dsl::max;
use diesel::insert_into;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::grams::{Gram, fts_trigrams, trgm_indexed};
use super::index::entries;
use crate::db::schema::{customers, gram_frequencies};
use crate::db::statement::Statement;
use crate::db::{Database, Db};
use crate::store::Result;

/// So many customers are looked at.
const CUSTOMERS: i64 = 4_000;
/// So many are read at a time.
const PORTION: usize = 500;
/// What fewer customers of the sample have counts as rare, and is not kept.
const KEPT: i64 = 4;
/// Under this gram stands how many customers the sample has.
const ALL: &str = "";

/// How common some grams are.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    customers: i64,
    holding: HashMap<String, i64>,
}

impl Frequencies {
    /// What is known of these grams.
    ///
    /// # Errors
    /// The database's own.
    pub fn of(db: &mut Db, grams: &[Gram]) -> Result<Self> {
        /// So that few statements are kept prepared.
        const STEP: usize = 16;
        /// A needle has 200 signs at most, but there may be several.
        const MOST: usize = 512;
        let wanted: Vec<String> = std::iter::once(ALL.to_owned()).chain(grams.iter().take(MOST - 1).map(String::from_iter)).collect();
        let places = vec!["?"; wanted.len().next_multiple_of(STEP)];
        let mut statement =
            Statement::<(Text, BigInt)>::new(format!("SELECT gram, customers FROM gram_frequencies WHERE gram IN ({})", places.join(", ")));
        for at in 0..places.len() {
            statement = statement.bind(wanted.get(at).map_or(ALL, String::as_str));
        }
        let mut holding: HashMap<String, i64> = statement.load::<(String, i64)>(db)?.into_iter().collect();
        Ok(Self { customers: holding.remove(ALL).unwrap_or_default(), holding })
    }

    /// They are known.
    pub fn is_known(&self) -> bool {
        self.customers > 0
    }

    /// The share of rows that hold a gram.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    pub fn share(&self, gram: Gram) -> f64 {
        let held = self.holding.get(&String::from_iter(gram)).map_or(0.5, |held| *held as f64);
        if self.is_known() { held / self.customers as f64 } else { 0.0 }
    }
}

/// Takes the sample anew. Looking at customers takes a while, in which nobody has to wait.
///
/// # Errors
/// The database's own.
pub fn learn(database: &Database) -> Result<()> {
    let sample = database.read(sample)?;
    database.write(|db| keep(db, &sample))
}

/// Takes the sample anew, as part of the present transaction.
///
/// # Errors
/// The database's own.
pub fn take(db: &mut Db) -> Result<()> {
    let sample = sample(db)?;
    keep(db, &sample)
}

/// Grams, and how many customers of a sample hold each.
type Sample = Vec<(String, i64)>;

fn sample(db: &mut Db) -> Result<Sample> {
    let last: Option<i64> = customers::table.select(max(customers::id)).first(db)?;
    let last = last.unwrap_or_default();
    let ids: Vec<i64> = (1..=CUSTOMERS.min(last)).map(|nth| nth * last / CUSTOMERS.min(last)).collect();
    let mut sampled = 0;
    let mut holding: HashMap<Gram, i64> = HashMap::new();
    for ids in ids.chunks(PORTION) {
        for (_, entry) in entries(db, ids)? {
            let grams = match db {
                Db::Sqlite(_) => fts_trigrams(&entry.spelled),
                Db::Postgres(_) => trgm_indexed(&entry.spelled),
            };
            for gram in grams.into_iter().collect::<HashSet<_>>() {
                *holding.entry(gram).or_default() += 1;
            }
            sampled += 1;
        }
    }
    let mut rows = vec![(ALL.to_owned(), sampled)];
    rows.extend(holding.into_iter().filter(|(_, held)| *held >= KEPT).map(|(gram, held)| (String::from_iter(gram), held)));
    Ok(rows)
}

fn keep(db: &mut Db, sample: &Sample) -> Result<()> {
    let values: Vec<_> =
        sample.iter().map(|(gram, held)| (gram_frequencies::gram.eq(gram), gram_frequencies::customers.eq(held))).collect();
    diesel::delete(gram_frequencies::table).execute(db)?;
    match db {
        Db::Sqlite(sqlite) => {
            for row in values {
                insert_into(gram_frequencies::table).values(row).execute(sqlite)?;
            }
        }
        Db::Postgres(pg) => {
            diesel::copy_from(gram_frequencies::table).from_insertable(&values).execute(pg)?;
        }
    }
    Ok(())
}
