//! What a request knows of the connection that it came on, and can do about it.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;

/// A connection's note, shared by its requests and what carries its bytes. Where there is no real connection there is no note.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// There are more connections than are served at a time.
    pub crowded: bool,
    closes: Rc<Cell<bool>>,
    ended: Arc<AtomicBool>,
}

impl Connection {
    /// One that may be `crowded`.
    #[must_use]
    pub fn new(crowded: bool) -> Self {
        Self { crowded, ..Self::default() }
    }

    /// The one that a request came on.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<&Self> {
        request.conn_data()
    }

    /// Closes it after the present answer, though the request's body may never end.
    pub fn close(&self) {
        self.closes.set(true);
    }

    /// Notes that nothing more comes from the client.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Says on any thread whether nothing more comes from the client: who asked has most likely gone away.
    #[must_use]
    pub fn ended(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.ended)
    }

    /// Whether it is to be closed.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.closes.get()
    }
}
