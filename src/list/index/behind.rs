//! Customers whose entries are behind what they hold. An entry is made of all contacts of a customer, so an import that gives one customer
//! very many, in several transactions, leaves its entry to the end; whoever finds one that an import has left catches up.

use diesel::prelude::*;

use super::save::reindex;
use crate::db::schema::listing_behind::{self, customer_id};
use crate::db::{Database, Db};
use crate::domain::CustomerId;
use crate::store::Result;

/// Leaves the entries of customers in the list as they are, until [`catch_up`].
pub fn leave_behind(db: &mut Db, ids: &[i64]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let known: Vec<i64> = listing_behind::table.filter(customer_id.eq_any(ids)).select(customer_id).load(db)?;
    for id in ids.iter().filter(|id| !known.contains(id)) {
        diesel::insert_into(listing_behind::table).values(customer_id.eq(id)).execute(db)?;
    }
    Ok(())
}

/// Makes the entry of a customer whose entry is behind. Returns whether there was one.
pub fn catch_up(database: &Database) -> Result<bool> {
    if database.read(count)? == 0 {
        return Ok(false);
    }
    database.write(|db| {
        let next: Option<i64> = listing_behind::table.order(customer_id).select(customer_id).first(db).optional()?;
        let Some(next) = next else { return Ok(false) };
        reindex(db, CustomerId(next))?;
        diesel::delete(listing_behind::table.find(next)).execute(db)?;
        Ok(true)
    })
}

/// How many customers are behind.
pub fn count(db: &mut Db) -> Result<i64> {
    Ok(listing_behind::table.count().get_result(db)?)
}
