//! A stored row of the list, and how one is read and compared: what browsing and both engines' searches share.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamp};

use super::text;
use crate::db::schema::listing;
use crate::domain::customer::Kind;
use crate::domain::query::Query;
use crate::domain::query::language::{Search, Test};
use crate::domain::query::matching::Record;

/// Rows are loaded of this many customers at a time: SQLite takes 32,766 values in a statement.
pub const AT_ONCE: usize = 1_000;

/// A row of the list, column by column.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct StoredRow {
    pub position: i64,
    /// The customer's id.
    pub id: i64,
    pub enabled: bool,
    pub kind: String,
    pub name: String,
    pub ref_id: String,
    /// The folded text that words are looked for in.
    pub text: String,
    /// The folded text that only qualifiers are looked for in.
    pub hidden: String,
}

/// A row that may be a hit of a search.
#[derive(Debug, Clone, Queryable)]
pub struct Candidate {
    pub row: StoredRow,
    /// When the customer was created, if the search asks for it.
    created_at: Option<NaiveDateTime>,
}

pub type CandidateTypes = (listing::SqlType, Nullable<Timestamp>);

/// The columns of a [`Candidate`] in SQL, of a row `l` of the list; with the time of creation if `dated`.
pub fn columns(dated: bool) -> String {
    let created = if dated { "(SELECT created_at FROM customers WHERE id = l.customer_id)" } else { "CAST(NULL AS TIMESTAMP)" };
    format!("l.position, l.customer_id, l.enabled, l.kind, l.name, l.ref_id, l.text, l.hidden, {created}")
}

/// Whether a search asks when customers were created.
pub fn is_dated(search: &Search) -> bool {
    search.clauses.iter().flat_map(|clause| &clause.0).any(|term| matches!(term.test, Test::Created(..)))
}

impl Candidate {
    /// Whether the row passes the filters and the search. Days begin at midnight of the zone.
    pub fn is_hit(&self, query: &Query, search: &Search, zone: Tz) -> bool {
        let kind = Kind::stored(&self.row.kind);
        query.enabled.is_none_or(|enabled| enabled == self.row.enabled)
            && query.kind.is_none_or(|wanted| wanted == kind)
            && search.matches(&Record {
                enabled: self.row.enabled,
                kind,
                created_on: zone.from_utc_datetime(&self.created_at.unwrap_or_default()).date_naive(),
                never_invited: text::is_never_invited(&self.row.hidden),
                countries: text::countries(&self.row.hidden).collect(),
                ends: text::ends(&self.row.hidden).collect(),
                fields: text::fields(&self.row.text).collect(),
            })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

impl Direction {
    /// The SQL comparison of a position with the one that rows lie beyond, and the SQL order of positions.
    pub fn sql(self) -> (&'static str, &'static str) {
        if self == Self::Forward { (">", "ASC") } else { ("<", "DESC") }
    }

    /// A position that every row lies beyond.
    pub fn origin(self) -> i64 {
        if self == Self::Forward { i64::MIN } else { i64::MAX }
    }
}

/// The customers of one status and type: the part of the list for which there is an index in each order.
pub type Lane = (bool, Kind);

/// The lanes that pass the filters; `None` is the whole list, which has its own indexes.
pub fn lanes(enabled: Option<bool>, kind: Option<Kind>) -> Vec<Option<Lane>> {
    if enabled.is_none() && kind.is_none() {
        return vec![None];
    }
    let all = [true, false].into_iter().flat_map(|enabled| [Kind::Company, Kind::Individual].map(|kind| (enabled, kind)));
    all.filter(|lane| enabled.is_none_or(|wanted| wanted == lane.0) && kind.is_none_or(|wanted| wanted == lane.1)).map(Some).collect()
}

/// A number of rows as SQL's `LIMIT` takes it.
pub fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
