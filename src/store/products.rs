//! The products that entitlements name, most used first. Triggers on `entitlements` keep the table, so nothing here writes it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::products;
use crate::db::statement::Statement;
use crate::domain::entitlement::PRODUCT_LIMIT;
use crate::domain::query::language::Search;
use crate::domain::spelling::Spellings;
use crate::domain::text;

/// So many are suggested.
pub const SUGGESTED: usize = 50;
/// Of so many, the most used, any part of the name is looked at; of all others the beginning alone. However many products there are, more are
/// never read.
const LOOKED_AT: i64 = 2_000;

/// The products to suggest to who has typed this, most used first: those that have all of its words, folded as the search folds.
pub fn suggested(db: &mut Db, typed: &str) -> Result<Vec<String>> {
    let typed: String = text::query(typed).chars().take(PRODUCT_LIMIT).collect();
    let words = Search::parse(&typed).needles();
    if words.is_empty() {
        return most_used(db, SUGGESTED.try_into().unwrap_or(i64::MAX));
    }
    let has_words = |name: &String| {
        let name = Spellings::of(name);
        words.iter().all(|word| name.hold(word))
    };
    let mut found: Vec<String> = most_used(db, LOOKED_AT)?.into_iter().filter(has_words).take(SUGGESTED).collect();
    if found.len() < SUGGESTED {
        let more = beginning_with(db, &typed, SUGGESTED.try_into().unwrap_or(i64::MAX))?;
        let more: Vec<String> = more.into_iter().filter(|name| !found.contains(name)).collect();
        found.extend(more);
        found.truncate(SUGGESTED);
    }
    Ok(found)
}

/// The products that most entitlements name, so many at most.
fn most_used(db: &mut Db, most: i64) -> Result<Vec<String>> {
    let order = (products::entitlements.desc(), products::name);
    Ok(products::table.order(order).select(products::name).limit(most).load(db)?)
}

/// The products whose name begins with this, letter by letter, so many at most.
fn beginning_with(db: &mut Db, text: &str, most: i64) -> Result<Vec<String>> {
    let beyond = format!("{text}{}", char::MAX);
    let within = products::table.filter(products::name.ge(text).and(products::name.le(beyond)));
    Ok(within.order(products::name).select(products::name).limit(most).load(db)?)
}

/// How many products are counted otherwise than the entitlements say.
pub fn miscounted(db: &mut Db) -> Result<i64> {
    // Each engine compares texts by its own rule where none is named, and PostgreSQL asks for one.
    let product = if matches!(db, Db::Postgres(_)) { "product COLLATE \"C\"" } else { "product" };
    let differ = format!(
        "WITH counted (name, entitlements) AS (SELECT {product}, count(*) FROM entitlements GROUP BY 1)
         SELECT count(*) FROM (
            SELECT c.name FROM counted c LEFT JOIN products p ON p.name = c.name
                WHERE p.entitlements IS NULL OR p.entitlements <> c.entitlements
            UNION ALL SELECT p.name FROM products p LEFT JOIN counted c ON c.name = p.name WHERE c.name IS NULL
         ) AS wrong"
    );
    Ok(Statement::<BigInt>::new(differ).get_result(db)?)
}

/// Counts the products anew.
pub fn recount(db: &mut Db) -> Result<()> {
    Statement::<()>::new("DELETE FROM products").execute(db)?;
    let all = "INSERT INTO products (name, entitlements) SELECT product, count(*) FROM entitlements GROUP BY product";
    Statement::<()>::new(all).execute(db)?;
    Ok(())
}
