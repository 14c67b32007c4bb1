//! Which customers are sample data. These are loaded into an empty database, so they are the first that there are.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::{batches, customers};
use crate::domain::CustomerId;
use crate::domain::event::BatchKind;

/// Sample customers that are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Samples {
    /// Those that are as they were loaded: nobody has changed them or added anything to them.
    pub untouched: Vec<CustomerId>,
    /// How many are not.
    pub touched: usize,
    /// There may be more.
    pub more: bool,
}

/// Finds sample customers, up to so many that nobody has touched.
pub fn find(db: &mut Db, limit: usize) -> Result<Samples> {
    /// Customers that are looked at at a time.
    const PORTION: i64 = 100;
    type Row = (i64, Option<i64>, NaiveDateTime, NaiveDateTime);
    let loaded: Vec<i64> = batches::table.filter(batches::kind.eq(BatchKind::Sample.word())).select(batches::id).load(db)?;
    let (mut samples, mut beyond) = (Samples::default(), 0);
    if loaded.is_empty() {
        return Ok(samples);
    }
    loop {
        let next = customers::table.filter(customers::id.gt(beyond)).order(customers::id).limit(PORTION);
        let rows: Vec<Row> = next.select((customers::id, customers::batch_id, customers::created_at, customers::changed_at)).load(db)?;
        let Some((last, ..)) = rows.last() else { return Ok(samples) };
        beyond = *last;
        for (id, batch, created_at, changed_at) in rows {
            if !batch.is_some_and(|batch| loaded.contains(&batch)) {
                return Ok(samples);
            }
            if changed_at != created_at {
                samples.touched += 1;
            } else if samples.untouched.len() < limit {
                samples.untouched.push(CustomerId(id));
            } else {
                samples.more = true;
                return Ok(samples);
            }
        }
    }
}

/// Whether a customer is as it was loaded.
pub fn is_untouched(db: &mut Db, id: CustomerId) -> Result<bool> {
    let untouched = customers::table.find(id.0).filter(customers::changed_at.eq(customers::created_at));
    Ok(untouched.select(customers::id).first::<i64>(db).optional()?.is_some())
}
