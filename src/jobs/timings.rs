//! How long things take in the queue.

use std::time::Duration;

/// Times and limits of the queue.
#[derive(Debug, Clone, Copy)]
pub struct Timings {
    /// How long a worker may be silent before another takes its place: longer than its longest transaction may take.
    pub lease: Duration,
    /// How often a process looks for jobs that others have queued or left.
    pub poll: Duration,
    /// How long the index of searches is left alone after it was tidied.
    pub tidy: Duration,
    /// How often a job is attempted without progress before it has failed.
    pub max_attempts: u32,
}

impl Default for Timings {
    fn default() -> Self {
        Self { lease: Duration::from_secs(10), poll: Duration::from_secs(2), tidy: Duration::from_secs(30), max_attempts: 3 }
    }
}
