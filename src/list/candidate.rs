//! A stored row of the list, and how one is read: what browsing and both engines' searches share.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use crate::domain::customer::Kind;

/// Which way the list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

impl Direction {
    /// The SQL comparison of a position with the one that rows lie beyond, and the SQL order of positions.
    pub fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::Forward => (">", "ASC"),
            Self::Backward => ("<", "DESC"),
        }
    }

    /// A position that every row lies beyond.
    pub fn origin(self) -> i64 {
        match self {
            Self::Forward => i64::MIN,
            Self::Backward => i64::MAX,
        }
    }
}

/// A row of the list that a search still has to compare with what was asked for.
#[derive(Debug, Clone, Queryable)]
pub struct Candidate {
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
    /// When the customer was created, if the search asks for it.
    pub created_at: Option<NaiveDateTime>,
}

/// The SQL types of [`columns`].
pub type CandidateTypes = (BigInt, BigInt, Bool, Text, Text, Text, Text, Text, Nullable<Timestamp>);

/// The columns of a [`Candidate`] in SQL, of a row `l` of the list; with the time of creation if `dated`.
pub fn columns(dated: bool) -> String {
    let created = if dated { "(SELECT created_at FROM customers WHERE id = l.customer_id)" } else { "CAST(NULL AS TIMESTAMP)" };
    format!("l.position, l.customer_id, l.enabled, l.kind, l.name, l.ref_id, l.text, l.hidden, {created}")
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

/// A stored type; the database holds no other words.
pub fn kind_of(word: &str) -> Kind {
    Kind::parse(word).unwrap_or(Kind::Company)
}

/// A number of rows as SQL's `LIMIT` takes it.
pub fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
