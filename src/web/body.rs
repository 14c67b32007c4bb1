//! Bodies that stop arriving. A client may keep the server waiting for a body for so long and no longer; what arrives earns further waiting, so a
//! slow upload goes on for hours, while nothing at all, or a byte now and then, does not.

use std::cell::Cell;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may be silent within a body.
#[derive(Debug, Clone, Copy)]
pub struct Patience(pub Duration);

/// So many bytes earn another second: slower than any line that people use.
const RATE: u32 = 512;

/// Watches the body of a request. The flag is set once it has stopped arriving; whoever reads it gets an error then.
pub fn watch(request: &mut ServiceRequest) -> Rc<Cell<bool>> {
    let stalled = Rc::new(Cell::new(false));
    let Some(Patience(patience)) = request.app_data().copied() else { return stalled };
    let body = request.take_payload();
    if !matches!(body, Payload::None) {
        let watched = Watched { body, patience, left: patience, waiting: None, stalled: Rc::clone(&stalled) };
        request.set_payload(Payload::Stream { payload: Box::pin(watched) });
    }
    stalled
}

struct Watched {
    body: Payload,
    patience: Duration,
    /// How much of it is left.
    left: Duration,
    /// Since when nothing came, and when that has lasted too long.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    stalled: Rc<Cell<bool>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Poll::Ready(item) = Pin::new(&mut this.body).poll_next(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.left = this.left.saturating_sub(since.elapsed());
            }
            if let Some(Ok(bytes)) = &item {
                this.left = (this.left + Duration::from_secs(bytes.len() as u64) / RATE).min(this.patience);
            }
            return Poll::Ready(item);
        }
        let left = this.left;
        let (_, timer) = this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        if timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        this.stalled.set(true);
        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::rt::System;
    use futures_util::{StreamExt as _, stream};

    /// Reads a body of so many parts, one every `pause`.
    fn read(parts: usize, bytes: usize, pause: Duration, patience: Duration) -> Result<usize, PayloadError> {
        let source = stream::unfold(0, move |number| async move {
            tokio::time::sleep(pause).await;
            (number < parts).then(|| (Ok(Bytes::from(vec![0; bytes])), number + 1))
        });
        System::new().block_on(async {
            let body = Payload::Stream { payload: Box::pin(source) as Pin<Box<dyn Stream<Item = _>>> };
            let mut watched = Watched { body, patience, left: patience, waiting: None, stalled: Rc::default() };
            let mut length = 0;
            while let Some(part) = watched.next().await {
                length += part?.len();
            }
            Ok(length)
        })
    }

    #[test]
    fn a_slow_body_goes_on_and_a_trickle_does_not() {
        let (pause, patience) = (Duration::from_millis(20), Duration::from_millis(200));
        assert_eq!(read(30, 1_024, pause, patience).unwrap(), 30 * 1_024, "three times as long as it may be silent");
        assert!(matches!(read(30, 1, pause, patience), Err(PayloadError::Io(_))));
        assert!(matches!(read(1, 1, patience * 2, patience), Err(PayloadError::Io(_))));
    }
}
