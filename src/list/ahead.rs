//! Work that goes on ahead of whoever wants what it brings, on a thread of its own: while one thread writes to the database, another
//! prepares what is to be written next.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// So many things are ready at most.
const READY: usize = 1;

/// Things that another thread makes, in order.
pub struct Ahead<T> {
    /// `None` once it is given up.
    ready: Option<Receiver<T>>,
    maker: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Ahead<T> {
    /// Begins. `make` sends what it has made; it ends when nobody takes it any more.
    pub fn new(make: impl FnOnce(&SyncSender<T>) + Send + 'static) -> Self {
        let (sender, ready) = sync_channel(READY);
        Self { ready: Some(ready), maker: Some(std::thread::spawn(move || make(&sender))) }
    }

    /// The next one; `None` after the last.
    ///
    /// # Panics
    /// When the other thread did: what it has not made is not to be taken for the end.
    pub fn next(&mut self) -> Option<T> {
        if let Ok(thing) = self.ready.as_ref()?.recv() {
            return Some(thing);
        }
        self.ready = None;
        if let Err(panic) = self.maker.take()?.join() {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        self.ready = None;
        // It ends with what it is at: nothing goes on unseen.
        if let Some(maker) = self.maker.take() {
            let _ = maker.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_in_order_and_end() {
        let mut ahead = Ahead::new(|ready| (0..10).for_each(|number| ready.send(number).expect("a taker")));
        assert_eq!(std::iter::from_fn(|| ahead.next()).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
        assert_eq!(ahead.next(), None);
    }

    #[test]
    fn it_ends_when_nobody_takes_more() {
        let mut ahead = Ahead::new(|ready| while ready.send(()).is_ok() {});
        assert_eq!(ahead.next(), Some(()));
        drop(ahead);
    }

    #[test]
    #[should_panic(expected = "broken")]
    fn a_panic_is_not_an_end() {
        Ahead::<()>::new(|_| panic!("broken")).next();
    }
}
