//! How many passwords are hashed at once. Each takes 19 MiB and a processor for some 20 ms, whether or not whoever sent it still waits: a place is
//! given back when the hashing ends, not when its request does. A few wait for a place; the rest is told to come again.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many wait at most.
const WAITING: usize = 16;

/// The places.
pub struct Hashing {
    running: Arc<Semaphore>,
    /// Of those who run and wait.
    admitted: Arc<Semaphore>,
}

/// A place among those who hash.
pub struct Place {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Default for Hashing {
    fn default() -> Self {
        // Half of the processors: other pages go on.
        let running = (available_parallelism().map_or(1, usize::from) / 2).clamp(2, 4);
        Self { running: Arc::new(Semaphore::new(running)), admitted: Arc::new(Semaphore::new(running + WAITING)) }
    }
}

impl Hashing {
    /// Waits for a place; `None` when too many do already.
    pub async fn place(&self) -> Option<Place> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().ok()?;
        let running = Arc::clone(&self.running).acquire_owned().await.ok()?;
        Some(Place { _running: running, _admitted: admitted })
    }
}

impl Place {
    /// Hashes, on a thread where it may take its time. `None` when that failed.
    pub async fn hash<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let work = actix_web::rt::task::spawn_blocking(move || {
            let done = work();
            drop(self);
            done
        });
        work.await.ok()
    }
}
