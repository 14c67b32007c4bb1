//! The search of entitlements: a small set of those that may be hits, if there is one that holds every hit.
//!
//! A word is in the product, or in what belongs to the customer: its name or number, a contact's name or e-mail, an EID. The customers' search
//! finds by the latter, too. So, of the words that no product holds, every hit's customer is found by them; and of a word that some products hold,
//! every hit is to one of these, or its customer is found by the word too. Where neither gives few candidates, the list is gone through in its
//! order ([`mod@super::page`]), as far as a bound.

use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::entry::{self, Row};
use super::products::{self, Product};
use crate::db::Db;
use crate::db::statement::Statement;
use crate::domain::query::Query;
use crate::domain::query::form::Extent;
use crate::domain::query::language::{Clause, Field, Search, Term, Test, WORD_LIMIT};
use crate::domain::query::pattern::Pattern;
use crate::domain::query::words::Words;
use crate::domain::spelling::Needle;
use crate::list::candidate::limit as at_most;
use crate::list::hits::Hits;
use crate::store::Result;

/// Candidates of more customers are not read.
const CUSTOMERS: usize = 1_000;
/// More candidates are not read.
const CANDIDATES: usize = 5_000;
/// Entitlements to more products are not read.
const PRODUCTS: usize = 50;

/// The entitlements that may be hits, in no order; `None` if no small set is known to hold every hit.
pub fn candidates(db: &mut Db, words: &Words) -> Result<Option<Vec<Row>>> {
    if words.required.is_empty() {
        return Ok(None);
    }
    let Some(products) = products::all(db)? else { return Ok(None) };
    let holding = |word: &Needle| products.iter().filter(|product| product.name.hold(word)).collect::<Vec<&Product>>();
    let (of_products, of_customers): (Vec<_>, Vec<_>) =
        words.required.iter().map(|word| (word, holding(word))).partition(|(_, products)| !products.is_empty());
    let of_customers: Vec<&Needle> = of_customers.into_iter().map(|(word, _)| word).collect();
    if !of_customers.is_empty()
        && let Some(customers) = customers(db, &of_customers, &[None])?
        && let Some(found) = entitlements_of(db, &customers, CANDIDATES)?
    {
        return Ok(Some(found));
    }
    // The word of the fewest products first.
    let mut of_products: Vec<_> = of_products.into_iter().filter(|(_, products)| products.len() <= PRODUCTS).collect();
    of_products.sort_by_key(|(_, products)| products.len());
    for (word, products) in of_products {
        let Some(mut found) = products::entitlements_to(db, &products, CANDIDATES)? else { continue };
        let beside: Vec<&Needle> = of_customers.iter().copied().chain([word]).collect();
        // Otherwise than by their products, which have been read.
        let fields: Vec<Option<Field>> = Field::all().filter(|field| *field != Field::Product).map(Some).collect();
        let Some(customers) = customers(db, &beside, &fields)? else { continue };
        let Some(others) = entitlements_of(db, &customers, CANDIDATES)? else { continue };
        found.extend(others);
        found.sort_by_key(Row::id);
        found.dedup_by_key(|row| row.id());
        return Ok(Some(found));
    }
    Ok(None)
}

/// The customers that have these words in any of some fields; `None` if there are too many.
fn customers(db: &mut Db, words: &[&Needle], fields: &[Option<Field>]) -> Result<Option<Vec<i64>>> {
    let mut words = words.to_vec();
    // The longest ones tell most; fewer words find no fewer customers.
    words.sort_by_key(|word| std::cmp::Reverse(word.texts.iter().map(String::len).max()));
    let clause = |word: &&Needle| {
        let test = |field: &Option<Field>| Test::Text { field: *field, extent: Extent::Part, pattern: Pattern::from(*word) };
        Clause(fields.iter().map(|field| Term { excluded: false, test: test(field) }).collect())
    };
    let search = Search { clauses: words.iter().take(WORD_LIMIT).map(clause).collect(), shortened: false };
    let hits = Hits::in_any_number(&Query { text: search.into(), ..Query::default() }, Tz::UTC);
    let found = hits.customers(db, CUSTOMERS + 1)?;
    Ok((found.len() <= CUSTOMERS && !hits.is_unfinished()).then_some(found))
}

/// The entitlements of some customers, in no order; `None` if there are more than `limit`.
fn entitlements_of(db: &mut Db, customers: &[i64], limit: usize) -> Result<Option<Vec<Row>>> {
    if customers.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let numbers = customers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    // Counted before any is read: the index alone tells.
    let counted = format!("SELECT count(*) FROM (SELECT 1 AS one FROM entitlements WHERE customer_id IN ({numbers}) LIMIT ?) AS counted");
    let counted: i64 = Statement::<BigInt>::new(counted).bind(at_most(limit) + 1).once(true).get_result(db)?;
    if counted > at_most(limit) {
        return Ok(None);
    }
    Ok(Some(entry::rows().and(&format!("e.customer_id IN ({numbers})")).once(true).load(db)?))
}
