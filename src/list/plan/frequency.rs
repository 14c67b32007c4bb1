//! How common trigrams are, by a sample of customers that [`crate::list::index::sample`] takes. A trigram that is not in the sample is
//! rare. Where the sample is out of date, searches find the same and are slower.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};

use super::trigrams::Gram;
use crate::db::Db;
use crate::db::statement::Statement;
use crate::store::Result;

/// Stands in place of a trigram for the size of the whole sample.
pub const SAMPLE: &str = "";
/// At most this many trigrams are looked up: a text to search for has 200 characters at most, but there may be several.
const LIMIT: usize = 512;
/// The number of trigrams in a statement is rounded up to a multiple of this, so that few statements are kept prepared.
const STEP: usize = 16;

/// How common some trigrams are.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    sampled: i64,
    holding: HashMap<String, i64>,
}

impl Frequencies {
    pub fn load(db: &mut Db, grams: &[Gram]) -> Result<Self> {
        let mut wanted: Vec<String> =
            std::iter::once(SAMPLE.to_owned()).chain(grams.iter().take(LIMIT - 1).map(String::from_iter)).collect();
        wanted.resize(wanted.len().next_multiple_of(STEP), SAMPLE.to_owned());
        let places = vec!["?"; wanted.len()].join(", ");
        let statement = Statement::<(Text, BigInt)>::new(format!("SELECT gram, customers FROM gram_frequencies WHERE gram IN ({places})"));
        let statement = wanted.into_iter().fold(statement, Statement::bind);
        let mut holding: HashMap<String, i64> = statement.load::<(String, i64)>(db)?.into_iter().collect();
        Ok(Self { sampled: holding.remove(SAMPLE).unwrap_or_default(), holding })
    }

    /// Whether a sample was taken.
    pub fn is_known(&self) -> bool {
        self.sampled > 0
    }

    /// The share of customers that hold a trigram, between 0 and 1; 0 without a sample.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    pub fn share(&self, gram: Gram) -> f64 {
        let held = self.holding.get(&String::from_iter(gram)).map_or(0.5, |held| *held as f64);
        if self.is_known() { held / self.sampled as f64 } else { 0.0 }
    }
}
