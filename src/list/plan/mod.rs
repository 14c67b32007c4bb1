//! Query planning: from a search to the few trigrams that an engine's index is asked for, and the scan that an engine is asked to do.

pub mod condition;
pub mod expression;
pub mod index_query;
pub mod token;
pub mod trigrams;

use std::ops::ControlFlow;

use self::condition::{Condition, condition, is_exact};
use self::index_query::{IndexQuery, index_query};
use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::query::Query;
use crate::domain::query::language::Search;
use crate::list::candidate::{Candidate, Direction, is_dated};
use crate::store::Result;

/// How the hits of a search are found.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What every hit fulfils, the filters included; `None` if that cannot be said.
    pub condition: Option<Condition>,
    /// Every customer that fulfils the condition is a hit.
    pub exact: bool,
    /// What the index finds hits by; `None` if it cannot.
    pub index: Option<IndexQuery>,
    /// The share of all rows that the index is expected to find, between 0 and 1.
    pub selectivity: f64,
    pub enabled: Option<bool>,
    pub kind: Option<Kind>,
    /// Whether candidates need the time of creation.
    pub dated: bool,
}

impl Plan {
    pub fn new(db: &mut Db, query: &Query, search: &Search) -> Result<Self> {
        let condition = condition(query, search);
        let estimate = condition.as_ref().map(|condition| index_query(db, condition)).transpose()?.flatten();
        let (index, selectivity) = estimate.map_or((None, 1.0), |estimate| (Some(estimate.query), estimate.selectivity));
        let Query { enabled, kind, .. } = *query;
        Ok(Self { condition, exact: is_exact(search), index, selectivity, enabled, kind, dated: is_dated(search) })
    }

    /// The condition and the index query, if the index finds rows and the condition tells which of them are hits.
    pub fn decision(&self) -> Option<(&Condition, &IndexQuery)> {
        Some((self.condition.as_ref().filter(|_| self.exact)?, self.index.as_ref()?))
    }
}

/// A request for rows of the list that may be hits.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    pub plan: &'a Plan,
    /// Only rows beyond this position.
    pub beyond: Option<i64>,
    pub direction: Direction,
    /// Rows may come in any order, not only in the list's.
    pub any_order: bool,
    /// About how many hits are wanted.
    pub limit: usize,
}

impl Scan<'_> {
    /// The position that rows have to lie beyond, which may be one that all do.
    pub fn bound(&self) -> i64 {
        self.beyond.unwrap_or(self.direction.origin())
    }
}

/// Takes a row; says whether the scan goes on.
pub type RowHandler<'a> = dyn FnMut(Candidate) -> ControlFlow<()> + 'a;
