//! How long the program waits for its database.

use std::time::Duration;

/// Each limit, so that tests can shorten the one that they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
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
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            pool: Duration::from_secs(4),
            request: Duration::from_secs(10),
            busy: Duration::from_secs(4),
            lock: Duration::from_secs(5),
            statement: Duration::from_secs(8),
        }
    }
}
