//! How long the program waits for its database, and how much it writes at a time.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Each limit, so that tests can make the one smaller that they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// How long a request waits for a permit, and then for a connection.
    pub pool: Duration,
    /// How long a request may take in all, once it has its permit.
    pub request: Duration,
    /// How long SQLite waits for another process that writes.
    pub busy: Duration,
    /// How long PostgreSQL waits for a lock.
    pub lock: Duration,
    /// How long a statement may take in PostgreSQL: less than `request`, so that nothing goes on unseen.
    pub statement: Duration,
    /// How many customers an import writes in one transaction, with what they have.
    pub import_batch: NonZeroUsize,
    /// How many customers a part of the search index has.
    pub search_part: NonZeroUsize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            pool: Duration::from_secs(4),
            request: Duration::from_secs(10),
            busy: Duration::from_secs(4),
            lock: Duration::from_secs(5),
            statement: Duration::from_secs(8),
            import_batch: NonZeroUsize::new(1_000).unwrap_or(NonZeroUsize::MIN),
            search_part: NonZeroUsize::new(32_768).unwrap_or(NonZeroUsize::MIN),
        }
    }
}
