//! The products that there are.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::entry::{self, Row};
use crate::db::Db;
use crate::db::schema::products;
use crate::db::statement::Statement;
use crate::domain::collate;
use crate::domain::spelling::Spellings;
use crate::list::candidate::limit as at_most;
use crate::store::Result;

/// More products than these are not gone through.
const MOST: usize = 5_000;

/// A product by its collation key, with its name as it is looked into.
#[derive(Debug, Clone)]
pub struct Product {
    pub sort: Vec<u8>,
    pub name: Spellings,
}

/// Every product of an entitlement; `None` if there are too many, or one of which the key was cut. Products that share a key fold to the same
/// name.
pub fn all(db: &mut Db) -> Result<Option<Vec<Product>>> {
    let names: Vec<String> = products::table.select(products::name).limit(at_most(MOST + 1)).load(db)?;
    if names.len() > MOST {
        return Ok(None);
    }
    let of = |name: String| Product { sort: collate::name_key(&name), name: Spellings::of(&name) };
    let mut all: Vec<Product> = names.into_iter().map(of).collect();
    all.sort_by(|one, other| one.sort.cmp(&other.sort));
    all.dedup_by(|one, other| one.sort == other.sort);
    Ok(all.iter().all(|product| product.sort.len() < collate::KEY_LIMIT).then_some(all))
}

/// The entitlements to some products, in no order; `None` if there are more than `limit`.
pub fn entitlements_to(db: &mut Db, products: &[&Product], limit: usize) -> Result<Option<Vec<Row>>> {
    let mut rows = Vec::new();
    // Counted before any is read: the index alone tells.
    let mut left = at_most(limit);
    for (product, stage) in products.iter().flat_map(|product| (0..=2_i64).map(move |stage| (product, stage))) {
        let counted = "SELECT count(*) FROM (SELECT 1 AS one FROM entitlements WHERE stage = ? AND product_sort = ? LIMIT ?) AS counted";
        left -= Statement::<BigInt>::new(counted).bind(stage).bind(product.sort.clone()).bind(left + 1).get_result::<i64>(db)?;
        if left < 0 {
            return Ok(None);
        }
    }
    for (product, stage) in products.iter().flat_map(|product| (0..=2_i64).map(move |stage| (product, stage))) {
        let statement = entry::rows().and("e.stage = ? AND e.product_sort = ?");
        rows.extend(statement.bind(stage).bind(product.sort.clone()).load::<Row>(db)?);
    }
    Ok(Some(rows))
}
