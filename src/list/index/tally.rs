//! How many customers each country has: what its suggestions say, read from the sets of the index.

use std::collections::HashMap;

use super::parts::{self, Part, set_number};
use super::scan::{self, Scan};
use crate::db::{Db, snapshot};
use crate::domain::places::{Country, countries};
use crate::list::candidate::Direction;
use crate::list::gram::of_token;
use crate::list::text;
use crate::list::token::Token;
use crate::store::Result;

/// All countries as (code, name, customers with an address there), those of the most customers first, then in the order of their names. A customer
/// that was saved since its part was made may count twice, and one that is gone since then once.
pub fn by_use(db: &mut Db) -> Result<Vec<(&'static str, &'static str, usize)>> {
    let mut counts = snapshot(db, counts)?;
    let count = |(code, name): &(&'static str, &'static str)| {
        let count = Country::parse(code).and_then(|country| counts.remove(&country));
        (*code, *name, count.unwrap_or_default())
    };
    let mut all: Vec<_> = countries().iter().map(count).collect();
    all.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    Ok(all)
}

fn counts(db: &mut Db) -> Result<HashMap<Country, usize>> {
    let mut counts = HashMap::new();
    let tokens: Vec<_> = countries()
        .iter()
        .filter_map(|(code, _)| Country::parse(code))
        .map(|country| (country, of_token(Token::Country(country))))
        .collect();
    let grams: Vec<_> = tokens.iter().map(|(_, gram)| *gram).collect();
    for part in Part::all(db)? {
        let sets = parts::sets(db, &[part.number], &grams)?;
        for (country, gram) in &tokens {
            if let Some(set) = sets.get(&set_number(part.number, *gram)) {
                *counts.entry(*country).or_default() += set.count();
            }
        }
    }
    for marked in scan::dirty(db, &Scan { condition: None, beyond: None, direction: Direction::Forward, dated: false })? {
        let mut all: Vec<Country> = text::countries(&marked.hidden).collect();
        all.sort_unstable();
        all.dedup();
        for country in all {
            *counts.entry(country).or_default() += 1;
        }
    }
    Ok(counts)
}
