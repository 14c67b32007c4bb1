//! Wakes the runner.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Wakes the runner when there is something to do, and when it is to stop.
#[derive(Debug, Default)]
pub struct Notifier {
    signals: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    queued: bool,
    stopping: bool,
}

impl Notifier {
    /// A job was queued.
    pub fn notify(&self) {
        self.signals().queued = true;
        self.changed.notify_all();
    }

    /// The process is to end: the runner stops after its present batch.
    pub fn stop(&self) {
        self.signals().stopping = true;
        self.changed.notify_all();
    }

    /// Whether the process is to end.
    pub(super) fn is_stopping(&self) -> bool {
        self.signals().stopping
    }

    /// Waits until a job is queued, the process is to end, or the time is over.
    pub(super) fn wait(&self, timeout: Duration) {
        let waited = self.changed.wait_timeout_while(self.signals(), timeout, |signals| !signals.queued && !signals.stopping);
        waited.unwrap_or_else(PoisonError::into_inner).0.queued = false;
    }

    fn signals(&self) -> MutexGuard<'_, Signals> {
        // Two flags are never half written.
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
