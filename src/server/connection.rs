//! A connection, with what actix leaves out: it is closed when nothing moves on it for too long, in whatever state a request is; and what actix
//! refuses before there is a request (an address or header fields that are too long, a head that does not come or cannot be read) is
//! answered by a page instead of an empty answer.

use std::future::{Future as _, poll_fn};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::pages::{Pages, refused_by_actix};
use crate::web::connection::Connection;

/// How long a connection that is to be closed is still read from: closed with bytes unread it would be reset, and the answer lost.
const LINGER: Duration = Duration::from_secs(1);

/// How many connections there are.
pub type ConnectionSlots = Arc<AtomicUsize>;

/// A place among those who are served.
pub struct ConnectionSlot(ConnectionSlots);

impl ConnectionSlot {
    /// Takes one. Returns how many are taken with it.
    pub fn take(slots: &ConnectionSlots) -> (Self, usize) {
        let taken = slots.fetch_add(1, Ordering::Relaxed) + 1;
        (Self(Arc::clone(slots)), taken)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A client's connection.
pub struct ClientStream {
    /// `None` once it is handed on to be closed.
    stream: Option<TcpStream>,
    note: Connection,
    slot: Option<ConnectionSlot>,
    pages: Arc<Pages>,
    /// How long nothing may move.
    idle: Duration,
    moved: Instant,
    timer: Pin<Box<Sleep>>,
    timed_out: bool,
    /// How many bytes the first line has that came since the last answer, and whether it is whole.
    opening: (usize, bool),
    /// A page in the place of an answer of actix, and how much of it is sent.
    page: Option<(Vec<u8>, usize)>,
}

impl ClientStream {
    pub fn new(stream: TcpStream, note: Connection, slot: ConnectionSlot, pages: Arc<Pages>, idle: Duration) -> Self {
        let moved = Instant::now();
        let timer = Box::pin(sleep_until(moved + idle));
        let stream = Some(stream);
        Self { stream, note, slot: Some(slot), pages, idle, moved, timer, timed_out: false, opening: (0, false), page: None }
    }

    pub fn note(&self) -> Connection {
        self.note.clone()
    }

    /// Whether nothing has moved for too long; else asks to be woken then.
    fn is_idle(&mut self, context: &mut Context<'_>) -> bool {
        let idle = if self.note.closes() { LINGER.min(self.idle) } else { self.idle };
        let until = self.moved + idle;
        if self.timer.deadline() > until {
            self.timer.as_mut().reset(until);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if until <= Instant::now() {
                self.timed_out = true;
                return true;
            }
            self.timer.as_mut().reset(until);
        }
        false
    }

    fn came(&mut self, bytes: &[u8]) {
        self.moved = Instant::now();
        let (length, ended) = &mut self.opening;
        if !*ended {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            *length += end.unwrap_or(bytes.len());
            *ended = end.is_some();
        }
    }

    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(Err(ErrorKind::NotConnected.into())) };
        if self.timed_out {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        match Pin::new(stream).poll_write(context, bytes) {
            Poll::Ready(written) => {
                self.moved = Instant::now();
                self.opening = (0, false);
                // Asks to be woken earlier from now on.
                if self.note.closes() {
                    self.is_idle(context);
                }
                Poll::Ready(written)
            }
            Poll::Pending if self.is_idle(context) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(stream) = &mut this.stream else { return Poll::Ready(Ok(())) };
        let before = bytes.filled().len();
        match Pin::new(stream).poll_read(context, bytes) {
            Poll::Ready(Ok(())) if bytes.filled().len() == before => this.note.end(),
            Poll::Ready(Ok(())) => this.came(&bytes.filled()[before..]),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            // As if the client had closed it.
            Poll::Pending if this.is_idle(context) => {}
            Poll::Pending => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let begun = this.page.take().or_else(|| {
            let status = refused_by_actix(bytes)?;
            Some((this.pages.of(status, this.opening.0, bytes), 0))
        });
        let Some((page, mut sent)) = begun else { return this.write(context, bytes) };
        let outcome = loop {
            if sent == page.len() {
                break Poll::Ready(Ok(bytes.len()));
            }
            match this.write(context, &page[sent..]) {
                Poll::Ready(Ok(more @ 1..)) => sent += more,
                refused => break refused,
            }
        };
        this.page = Some((page, sent));
        outcome
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream.as_mut().map_or(Poll::Ready(Ok(())), |stream| Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream.as_mut().map_or(Poll::Ready(Ok(())), |stream| Pin::new(stream).poll_shutdown(context))
    }
}

impl Drop for ClientStream {
    /// Where actix has refused what it could not read, the rest of it may still be on its way.
    fn drop(&mut self) {
        if let (Some(stream), Some(_), Ok(runtime)) = (self.stream.take(), &self.page, tokio::runtime::Handle::try_current()) {
            runtime.spawn(timeout(LINGER, close(stream, self.slot.take())));
        }
    }
}

/// Closes a connection that may not have been read to its end.
async fn close(mut stream: TcpStream, _slot: Option<ConnectionSlot>) {
    let _ = poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await;
    let mut rest = [0; 4_096];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut rest) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}
