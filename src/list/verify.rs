//! Compares what an index brought with what a search asks for.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use super::ask::Candidate;
use super::text;
use crate::domain::customer::Kind;
use crate::domain::query::Query;
use crate::domain::query::language::{Search, Test};
use crate::domain::query::matching::Record;

/// Whether a search asks when customers were created.
pub fn is_dated(search: &Search) -> bool {
    search.clauses.iter().flat_map(|clause| &clause.0).any(|term| matches!(term.test, Test::Created(..)))
}

/// Whether a row is what is asked for.
pub fn is_hit(query: &Query, search: &Search, zone: Tz, row: &Candidate) -> bool {
    let kind = Kind::parse(&row.kind).unwrap_or(Kind::Company);
    query.enabled.is_none_or(|enabled| enabled == row.enabled)
        && query.kind.is_none_or(|wanted| wanted == kind)
        && search.matches(&Record {
            enabled: row.enabled,
            kind,
            created_on: day(row.created_at.unwrap_or_default(), zone),
            countries: text::countries(&row.hidden).collect(),
            fields: text::fields(&row.text).chain(text::fields(&row.hidden)).collect(),
        })
}

/// The day of a moment in a zone.
fn day(moment: NaiveDateTime, zone: Tz) -> chrono::NaiveDate {
    zone.from_utc_datetime(&moment).date_naive()
}
