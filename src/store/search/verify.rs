//! Compares rows one by one with what a search asks for.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::{Found, text};
use crate::db::Db;
use crate::db::schema::customer_search;
use crate::domain::customer::Kind;
use crate::domain::query::language::Search;
use crate::domain::query::matching::Record;
use crate::domain::query::{Cursor, Order};
use crate::store::Result;

/// What became of some rows.
pub struct Verified {
    /// Those that are what is asked for, in their order.
    pub found: Vec<Found>,
    /// Where the last one stands that was compared, whether it was found or not.
    pub last: Option<Cursor>,
}

/// Keeps the rows that are what a search asks for.
pub fn all(db: &mut Db, search: &Search, zone: Tz, rows: Vec<Found>, order: Order) -> Result<Verified> {
    let last = rows.last().map(|row| row.cursor(order));
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let texts: Vec<(i64, String, String)> = customer_search::table
        .filter(customer_search::customer_id.eq_any(&ids))
        .select((customer_search::customer_id, customer_search::text, customer_search::hidden))
        .load(db)?;
    let texts: HashMap<i64, (String, String)> = texts.into_iter().map(|(id, text, hidden)| (id, (text, hidden))).collect();
    let nothing = (String::new(), String::new());
    let asked_for = |row: &Found| {
        let (text, hidden) = texts.get(&row.id).unwrap_or(&nothing);
        search.matches(&Record {
            enabled: row.enabled,
            kind: Kind::parse(&row.kind).unwrap_or(Kind::Company),
            created_on: zone.from_utc_datetime(&row.created_at).date_naive(),
            countries: text::countries(hidden).collect(),
            fields: text::fields(text).chain(text::fields(hidden)).collect(),
        })
    };
    Ok(Verified { found: rows.into_iter().filter(asked_for).collect(), last })
}

/// When a day begins and ends in a zone, in UTC. Where the clock skips midnight, the day begins with its first moment.
pub fn midnights(day: NaiveDate, zone: Tz) -> (NaiveDateTime, NaiveDateTime) {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (begin(day, zone), begin(next, zone))
}

fn begin(day: NaiveDate, zone: Tz) -> NaiveDateTime {
    let midnight = day.and_time(NaiveTime::MIN);
    // Clocks are put forward by an hour at most, in practice.
    let moment = zone.from_local_datetime(&midnight).earliest();
    let moment = moment.or_else(|| zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest());
    moment.map_or(midnight, |moment| moment.naive_utc())
}
