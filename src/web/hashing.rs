//! How many passwords are hashed at once. Each takes 19 MiB and a processor for some 20 ms, whether or not whoever sent it still waits. So there
//! are few threads for it, which keep their memory for the next one: on any thread, each would keep as much. A few wait for one of them; the
//! rest is told to come again.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How many hash at once: a hundred in a second, and other pages go on.
const THREADS: usize = 2;
/// How many wait at most.
const WAITING: usize = 16;

/// What a thread does.
type Work = Box<dyn FnOnce() + Send>;

/// The threads.
pub struct Hashing {
    work: Sender<Work>,
    /// Of those who hash and wait.
    admitted: Arc<Semaphore>,
}

/// A place among those who hash and wait. It is given back when the hashing ends, not when its request does.
pub struct Place {
    work: Sender<Work>,
    admitted: OwnedSemaphorePermit,
}

impl Hashing {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start() -> std::io::Result<Self> {
        let (work, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
            let queue = Arc::clone(&queue);
            Builder::new().name("hashing".to_owned()).spawn(move || {
                while let Some(work) = next(&queue) {
                    work();
                }
            })?;
        }
        Ok(Self { work, admitted: Arc::new(Semaphore::new(THREADS + WAITING)) })
    }

    /// A place; `None` when too many wait already.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().ok()?;
        Some(Place { work: self.work.clone(), admitted })
    }
}

/// What is to be done next; `None` once nobody can ask for anything.
fn next(queue: &Mutex<Receiver<Work>>) -> Option<Work> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl Place {
    /// Hashes, once a thread is free. `None` when that failed.
    pub async fn hash<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (answer, done) = oneshot::channel();
        let Self { work: queue, admitted } = self;
        let work = Box::new(move || {
            // A failure is this request's alone.
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            drop(admitted);
            let _ = answer.send(result.ok());
        });
        queue.send(work).ok()?;
        done.await.ok().flatten()
    }
}
