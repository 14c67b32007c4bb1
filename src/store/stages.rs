//! The stages of entitlements (not yet started, running, ended), which follow the days: each is stored as of the day on which it was last
//! looked at, and moved on here.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::error::Result;
use crate::db::Db;
use crate::db::statement::Statement;

/// What an entitlement that is not in its stage any more looks like, found by an index each: it has begun; it is over; a clock that went back
/// says that it has not begun, or that it is not over. `?` is the day.
///
/// Of the last ones only those that were ended by hand are right. They were so at a moment in UTC, which may be a day ahead of this zone: so a
/// hundred are looked at, those furthest ahead first, and whatever hides behind them is put right by the days that pass.
const MISPLACED: [&str; 4] = [
    "SELECT id FROM entitlements WHERE stage = 0 AND starts_on <= ?",
    "SELECT id FROM entitlements WHERE stage = 1 AND over_from <= ?",
    "SELECT id FROM entitlements WHERE stage = 1 AND starts_on > ?",
    "SELECT id FROM (SELECT id, ended_at FROM entitlements WHERE stage = 2 AND over_from > ? ORDER BY over_from DESC, id DESC LIMIT 100)
        AS latest WHERE ended_at IS NULL",
];

/// Moved on in one transaction at most.
const PORTION: usize = 1_000;

/// Whether every entitlement is in the stage of a day.
pub fn are_current(db: &mut Db, today: NaiveDate) -> Result<bool> {
    let any = MISPLACED.map(|misplaced| format!("EXISTS ({misplaced})")).join(" OR ");
    let statement = MISPLACED.iter().fold(Statement::<Bool>::new(format!("SELECT NOT ({any})")), |statement, _| statement.bind(today));
    Ok(statement.get_result(db)?)
}

/// Moves some entitlements on to the stage of a day; says whether there were any. On PostgreSQL, those that somebody is changing are left: whoever
/// changes one says its stage, and waiting for several could make two wait for each other.
pub fn advance(db: &mut Db, today: NaiveDate) -> Result<bool> {
    let lock = match db {
        Db::Sqlite(_) => "",
        Db::Postgres(_) => " FOR UPDATE SKIP LOCKED",
    };
    for misplaced in MISPLACED {
        let some = format!("SELECT id FROM entitlements WHERE id IN ({misplaced} LIMIT {PORTION}){lock}");
        let update = format!(
            "UPDATE entitlements SET stage = CASE WHEN ended_at IS NOT NULL OR over_from <= ? THEN 2 WHEN starts_on > ? THEN 0 ELSE 1 END
             WHERE id IN ({some})"
        );
        if Statement::<()>::new(update).bind(today).bind(today).bind(today).execute(db)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
