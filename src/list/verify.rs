//! Compares the rows that an index found with what a search asks for.

use chrono::TimeZone;
use chrono_tz::Tz;

use super::candidate::{Candidate, kind_of};
use super::text;
use crate::domain::query::Query;
use crate::domain::query::language::{Search, Test};
use crate::domain::query::matching::Record;

/// Whether a search asks when customers were created.
pub fn is_dated(search: &Search) -> bool {
    search.clauses.iter().flat_map(|clause| &clause.0).any(|term| matches!(term.test, Test::Created(..)))
}

/// Whether a row passes the filters and the search. Days begin at midnight of the zone.
pub fn is_hit(query: &Query, search: &Search, zone: Tz, row: &Candidate) -> bool {
    let kind = kind_of(&row.kind);
    query.enabled.is_none_or(|enabled| enabled == row.enabled)
        && query.kind.is_none_or(|wanted| wanted == kind)
        && search.matches(&Record {
            enabled: row.enabled,
            kind,
            created_on: zone.from_utc_datetime(&row.created_at.unwrap_or_default()).date_naive(),
            countries: text::countries(&row.hidden).collect(),
            fields: text::fields(&row.text).chain(text::fields(&row.hidden)).collect(),
        })
}
