//! The query of an index that finds few rows that are not hits and reads few entries: of all trigrams that hits hold, the few that are worth
//! it. Each further trigram is one more list to read; what many customers have in common, such as the beginnings of numbers or the ends of
//! e-mail addresses, is in nearly every row and excludes nothing.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};

use super::condition::{Condition, Predicate};
use super::expression::Expression;
use super::trigrams::{Gram, fts_grams, trgm_grams};
use crate::db::Db;
use crate::db::statement::Statement;
use crate::store::Result;

/// The most trigrams of a query; fewer if it is known how common they are.
const MOST: usize = 24;
const FEW: usize = 8;
/// Comparing a row costs as much as reading this many entries of a list. On `SQLite` it really costs 40 (1.5 and 0.04 us), but a search that
/// compares rows in vain reaches its bound before it has found everything.
const SQLITE_ROW: f64 = 1_000.0;
/// `PostgreSQL` compares rows by itself, once it has read them from wherever they are (5 and 0.04 us).
const POSTGRES_ROW: f64 = 120.0;
/// The share of rows with one trigram that also have the next one of the same word: `ull` after `mul`.
const OVERLAPPING: f64 = 0.5;
/// The least share of rows with one trigram that also have another one of the same text: those of one name or address go together.
const RELATED: f64 = 0.3;

/// Stands in place of a trigram for the size of the whole sample.
pub const SAMPLE: &str = "";

/// A query of an index: which trigrams the rows hold that it finds.
pub type IndexQuery = Expression<Gram>;

/// An index query, and what it is expected to find.
#[derive(Debug, Clone)]
pub struct Estimate {
    pub query: IndexQuery,
    /// The expected share of all rows, between 0 and 1.
    pub selectivity: f64,
    /// For a single trigram: of which text it is, and where in the text it stands.
    origin: Option<(usize, usize)>,
}

impl Estimate {
    /// The share that is left by this query of the rows that others have found.
    fn remaining(&self, others: &[Estimate]) -> f64 {
        let related = |other: &Estimate| match (self.origin, other.origin) {
            (Some((text, at)), Some((same, there))) if text == same && at.abs_diff(there) < 3 => OVERLAPPING,
            (Some((text, _)), Some((same, _))) if text == same => self.selectivity.sqrt().max(RELATED),
            _ => self.selectivity,
        };
        others.iter().map(related).fold(self.selectivity, f64::max)
    }
}

/// The query that finds every row that fulfils a condition; `None` if an index cannot find them.
pub fn index_query(db: &mut Db, condition: &Condition) -> Result<Option<Estimate>> {
    let (grams, row_cost): (fn(&Predicate) -> Vec<Gram>, f64) = match db {
        Db::Sqlite(_) => (fts_grams, SQLITE_ROW),
        Db::Postgres(_) => (trgm_grams, POSTGRES_ROW),
    };
    let all: Vec<Gram> = condition.leaves().into_iter().flat_map(grams).collect();
    let frequencies = Frequencies::load(db, &all)?;
    Ok(Planner { grams, row_cost, frequencies }.plan(condition))
}

struct Planner {
    grams: fn(&Predicate) -> Vec<Gram>,
    row_cost: f64,
    frequencies: Frequencies,
}

impl Planner {
    fn plan(&self, condition: &Condition) -> Option<Estimate> {
        if let Condition::Any(conditions) = condition {
            let parts: Vec<Estimate> = conditions.iter().map(|condition| self.plan(condition)).collect::<Option<_>>()?;
            let selectivity = parts.iter().map(|part| part.selectivity).sum::<f64>().min(1.0);
            let query = IndexQuery::any(parts.into_iter().map(|part| part.query).collect())?;
            return Some(Estimate { query, selectivity, origin: None });
        }
        let mut parts: Vec<Estimate> = Vec::new();
        for (text, conjunct) in condition.conjuncts().into_iter().enumerate() {
            let Condition::Leaf(predicate) = conjunct else {
                parts.extend(self.plan(conjunct));
                continue;
            };
            for (at, gram) in (self.grams)(predicate).into_iter().enumerate() {
                let query = IndexQuery::Leaf(gram);
                if parts.iter().all(|part| part.query != query) {
                    parts.push(Estimate { query, selectivity: self.frequencies.share(gram), origin: Some((text, at)) });
                }
            }
        }
        choose(parts, (self.frequencies.sampled > 0).then_some(self.row_cost))
    }
}

/// Of parts that rows have to hold at once, those that are worth asking for: first the rarest, then whatever saves the most work, where
/// comparing a row costs as much as reading `row_cost` entries; all of them if nothing is known about how common they are.
fn choose(mut parts: Vec<Estimate>, row_cost: Option<f64>) -> Option<Estimate> {
    parts.sort_by(|one, other| one.selectivity.total_cmp(&other.selectivity));
    parts.truncate(MOST);
    let (mut left, mut chosen) = (1.0, Vec::new());
    if row_cost.is_none() {
        (left, chosen) = (0.0, std::mem::take(&mut parts));
    }
    while let Some(row_cost) = row_cost.filter(|_| chosen.len() < FEW) {
        let saved = |part: &Estimate| left * (1.0 - part.remaining(&chosen)) * row_cost - part.selectivity;
        let best = (0..parts.len()).max_by(|one, other| saved(&parts[*one]).total_cmp(&saved(&parts[*other])));
        let Some(best) = best.filter(|best| chosen.is_empty() || saved(&parts[*best]) > 0.0) else { break };
        left *= parts[best].remaining(&chosen);
        chosen.push(parts.remove(best));
    }
    // Between the least that may be left and the most.
    let selectivity = (left * chosen.first()?.selectivity).sqrt();
    let query = IndexQuery::all(chosen.into_iter().map(|part| part.query).collect())?;
    Some(Estimate { query, selectivity, origin: None })
}

/// How common some trigrams are, by the sample of customers that [`crate::list::index::sample`] takes. One that is not in the sample is rare.
/// Where the sample is out of date, searches find the same and are slower.
struct Frequencies {
    /// The size of the sample; 0 if none was taken.
    sampled: i64,
    holding: HashMap<String, i64>,
}

impl Frequencies {
    fn load(db: &mut Db, grams: &[Gram]) -> Result<Self> {
        /// At most this many are looked up: a text to search for has 200 characters at most, but there may be several.
        const LIMIT: usize = 512;
        /// The number of values is rounded up to a multiple of this, so that few statements are kept prepared.
        const STEP: usize = 16;
        let mut wanted: Vec<String> =
            std::iter::once(SAMPLE.to_owned()).chain(grams.iter().take(LIMIT - 1).map(String::from_iter)).collect();
        wanted.resize(wanted.len().next_multiple_of(STEP), SAMPLE.to_owned());
        let places = vec!["?"; wanted.len()].join(", ");
        let statement = Statement::<(Text, BigInt)>::new(format!("SELECT gram, customers FROM gram_frequencies WHERE gram IN ({places})"));
        let statement = wanted.into_iter().fold(statement, Statement::bind);
        let mut holding: HashMap<String, i64> = statement.load::<(String, i64)>(db)?.into_iter().collect();
        Ok(Self { sampled: holding.remove(SAMPLE).unwrap_or_default(), holding })
    }

    /// The share of customers that hold a trigram, between 0 and 1; 0 without a sample.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn share(&self, gram: Gram) -> f64 {
        let held = self.holding.get(&String::from_iter(gram)).map_or(0.5, |held| *held as f64);
        if self.sampled > 0 { held / self.sampled as f64 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first characters of what is chosen of trigrams, each with its text and its share.
    fn chosen(parts: &[(char, usize, f64)], is_known: bool) -> String {
        let part = |(at, (character, text, selectivity)): (usize, &(char, usize, f64))| Estimate {
            query: IndexQuery::Leaf([*character; 3]),
            selectivity: *selectivity,
            origin: Some((*text, at)),
        };
        let chosen = choose(parts.iter().enumerate().map(part).collect(), is_known.then_some(SQLITE_ROW));
        chosen.iter().flat_map(|chosen| chosen.query.leaves()).map(|[first, ..]| first).collect()
    }

    #[test]
    fn what_is_in_most_rows_is_not_asked_for() {
        assert_eq!(chosen(&[('e', 0, 0.9), ('m', 1, 0.002), ('a', 2, 0.01), ('i', 3, 0.0005)], true), "im");
        assert_eq!(chosen(&[('e', 0, 0.9), ('a', 1, 0.3)], true), "ae");
        assert_eq!(chosen(&[('e', 0, 0.9)], true), "e");
        assert_eq!(chosen(&[], true), "");
    }

    #[test]
    fn a_filter_comes_before_more_of_the_same_word() {
        assert_eq!(chosen(&[('s', 0, 0.05), ('y', 0, 0.05), ('d', 1, 0.08)], true), "yds");
    }

    #[test]
    fn all_are_asked_for_where_nothing_is_known() {
        assert_eq!(chosen(&[('a', 0, 0.0), ('b', 0, 0.0), ('c', 1, 0.0), ('d', 1, 0.0)], false), "abcd");
    }
}
