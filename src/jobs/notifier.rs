//! Wakes the threads that work on the queue.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Wakes the runner when there is something to do, and when it is to stop.
#[derive(Debug, Default)]
pub struct Notifier {
    signals: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    /// How often something was queued.
    queued: u64,
    stopping: bool,
}

impl Notifier {
    /// A job was queued, or something that a job looks for.
    pub fn notify(&self) {
        self.signals().queued += 1;
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

    fn signals(&self) -> MutexGuard<'_, Signals> {
        // A number and a flag are never half written.
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread that is woken: what wakes one wakes every other too.
pub(super) struct Sleeper {
    pub notifier: Arc<Notifier>,
    /// How often something had been queued when it last woke.
    seen: Cell<u64>,
}

impl Sleeper {
    pub fn new(notifier: Arc<Notifier>) -> Self {
        Self { notifier, seen: Cell::new(0) }
    }

    /// Waits until something is queued, the process is to end, or the time is over.
    pub fn wait(&self, timeout: Duration) {
        let seen = self.seen.get();
        let waiting = |signals: &mut Signals| signals.queued == seen && !signals.stopping;
        let waited = self.notifier.changed.wait_timeout_while(self.notifier.signals(), timeout, waiting);
        self.seen.set(waited.unwrap_or_else(PoisonError::into_inner).0.queued);
    }
}
