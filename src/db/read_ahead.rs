//! Work that is done ahead on a thread of its own: while one thread writes to the database, another prepares what is to be written next.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// At most this many values wait to be taken.
const READY: usize = 1;

/// Values that another thread makes, in order.
pub struct ReadAhead<T> {
    /// `None` at the end.
    ready: Option<Receiver<T>>,
    maker: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> ReadAhead<T> {
    /// Starts the thread. `make` sends what it makes, until it has made everything or sending fails because nobody takes more.
    pub fn new(make: impl FnOnce(&SyncSender<T>) + Send + 'static) -> Self {
        let (sender, ready) = sync_channel(READY);
        Self { ready: Some(ready), maker: Some(std::thread::spawn(move || make(&sender))) }
    }
}

impl<T> Iterator for ReadAhead<T> {
    type Item = T;

    /// Returns the next value; `None` after the last.
    ///
    /// # Panics
    /// If the other thread did: what it has not made must not be taken for the end.
    fn next(&mut self) -> Option<T> {
        if let Ok(value) = self.ready.as_ref()?.recv() {
            return Some(value);
        }
        self.ready = None;
        if let Err(panic) = self.maker.take()?.join() {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl<T> Drop for ReadAhead<T> {
    /// Waits until the thread has ended.
    fn drop(&mut self) {
        self.ready = None;
        if let Some(maker) = self.maker.take() {
            let _ = maker.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_order_and_end() {
        let mut ahead = ReadAhead::new(|ready| (0..10).for_each(|number| ready.send(number).expect("a taker")));
        assert_eq!(ahead.by_ref().collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
        assert_eq!(ahead.next(), None);
    }

    #[test]
    fn it_ends_when_nobody_takes_more() {
        let mut ahead = ReadAhead::new(|ready| while ready.send(()).is_ok() {});
        assert_eq!(ahead.next(), Some(()));
        drop(ahead);
    }

    #[test]
    #[should_panic(expected = "broken")]
    fn a_panic_is_not_an_end() {
        ReadAhead::<()>::new(|_| panic!("broken")).next();
    }
}
