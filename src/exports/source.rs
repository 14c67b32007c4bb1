//! Where the records of an export come from.

use super::customers::OfCustomers;
use super::entitlements::OfEntitlements;
use super::records::Records;
use crate::db::Database;
use crate::domain::actor::Actor;
use crate::domain::import::Subject;
use crate::domain::query::Query;
use crate::domain::query::entitlements::EntitlementQuery;
use crate::store::Result;

/// Brings the records of an export, in the order of the list, each once.
pub enum Source {
    /// What a search of customers finds, and what belongs to them.
    Customers(OfCustomers),
    /// What a search of entitlements finds.
    Entitlements(OfEntitlements),
}

impl Source {
    /// Customers that a query finds, and what belongs to them: whatever of the three is wanted.
    #[must_use]
    pub fn customers(query: Query, wanted: &[Subject], actor: &Actor) -> Self {
        Self::Customers(OfCustomers::new(query, wanted, actor))
    }

    /// Entitlements that a query finds.
    #[must_use]
    pub fn entitlements(query: EntitlementQuery, actor: &Actor) -> Self {
        Self::Entitlements(OfEntitlements::new(query, actor))
    }

    /// Reads the next records, which may be none, and yet not be the last. `None` at the end.
    pub fn next(&mut self, database: &Database) -> Result<Option<Records>> {
        match self {
            Self::Customers(source) => source.next(database),
            Self::Entitlements(source) => source.next(database),
        }
    }
}
