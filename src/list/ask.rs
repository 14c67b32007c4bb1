//! What an engine is asked, and what it brings: rows of the list, in its order, that may be hits.

use std::ops::ControlFlow;

use chrono::NaiveDateTime;

use super::decide::Condition;
use super::need::Need;
use super::question::Question;
use crate::db::schema::listing;
use crate::domain::customer::Kind;

/// Which way rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As they are listed.
    Forward,
    /// Towards the list's beginning.
    Backward,
}

/// Rows of the list that have what is needed.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// What they have; `None` is all rows.
    pub need: Option<&'a Need>,
    /// What the index brings them by; `None` where it cannot.
    pub question: Option<&'a Question>,
    /// The share of rows that this is expected to bring.
    pub share: f64,
    /// All that is asked for, where the database can decide it.
    pub decided: Option<&'a Condition>,
    /// Enabled or disabled only; the need says so too.
    pub enabled: Option<bool>,
    /// Companies or individuals only; the need says so too.
    pub kind: Option<Kind>,
    /// The moment of creation is wanted too.
    pub dated: bool,
    /// Only rows on this one's far side.
    pub beyond: Option<i64>,
    /// Which way.
    pub direction: Direction,
    /// They may come in any order.
    pub any_order: bool,
    /// About how many rows are wanted.
    pub limit: usize,
}

/// A row that may be a hit.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it stands.
    pub position: i64,
    /// The customer.
    pub id: i64,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: String,
    /// As it is shown.
    pub name: String,
    /// As it is shown.
    pub ref_id: String,
    /// What words look into.
    pub text: String,
    /// What a qualifier alone looks into.
    pub hidden: String,
    /// When it was created, where that was asked for.
    pub created_at: Option<NaiveDateTime>,
}

/// What [`Candidate`]s are read from.
pub type Columns = (i64, i64, bool, String, String, String, String, String, Option<NaiveDateTime>);

/// Their SQL types.
pub type Types = (
    diesel::sql_types::BigInt,
    diesel::sql_types::BigInt,
    diesel::sql_types::Bool,
    diesel::sql_types::Text,
    diesel::sql_types::Text,
    diesel::sql_types::Text,
    diesel::sql_types::Text,
    diesel::sql_types::Text,
    diesel::sql_types::Nullable<diesel::sql_types::Timestamp>,
);

/// A row of the list whole, but for the moment of creation: what [`LISTED`] selects.
pub type Listed = (i64, i64, bool, String, String, String, String, String);

/// A row's columns in this order.
pub const LISTED: (
    listing::position,
    listing::customer_id,
    listing::enabled,
    listing::kind,
    listing::name,
    listing::ref_id,
    listing::text,
    listing::hidden,
) = (
    listing::position,
    listing::customer_id,
    listing::enabled,
    listing::kind,
    listing::name,
    listing::ref_id,
    listing::text,
    listing::hidden,
);

/// [`Columns`] in SQL, of a row `l` of the list.
pub fn columns(dated: bool) -> String {
    let created = if dated { "(SELECT created_at FROM customers WHERE id = l.customer_id)" } else { "CAST(NULL AS TIMESTAMP)" };
    format!("l.position, l.customer_id, l.enabled, l.kind, l.name, l.ref_id, l.text, l.hidden, {created}")
}

impl From<Columns> for Candidate {
    fn from((position, id, enabled, kind, name, ref_id, text, hidden, created_at): Columns) -> Self {
        Self { position, id, enabled, kind, name, ref_id, text, hidden, created_at }
    }
}

/// Takes a row; says whether more are wanted.
pub type Visit<'a> = dyn FnMut(Candidate) -> ControlFlow<()> + 'a;

impl Ask<'_> {
    /// The bound, as a number that every position passes where there is none.
    pub fn bound(&self) -> i64 {
        self.beyond.unwrap_or(match self.direction {
            Direction::Forward => i64::MIN,
            Direction::Backward => i64::MAX,
        })
    }

    /// The comparison with the bound, and the order.
    pub fn signs(&self) -> (&'static str, &'static str) {
        match self.direction {
            Direction::Forward => (">", "ASC"),
            Direction::Backward => ("<", "DESC"),
        }
    }
}
