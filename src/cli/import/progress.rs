//! A progress bar on a terminal, a plain line now and then elsewhere.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::domain::numbers::thousands;
use crate::imports::files::source::Bytes;

/// Time between two plain lines.
const PAUSE: Duration = Duration::from_secs(5);

/// How many bytes have been read of all files, from their beginning.
#[derive(Clone, Default)]
pub(super) struct Counted(Arc<AtomicU64>);

impl Counted {
    /// A file that is counted while it is read.
    pub fn reader(&self, file: File) -> Bytes {
        Box::new(Reader { file, place: 0, count: Arc::clone(&self.0) })
    }

    /// Read so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Reader {
    file: File,
    place: u64,
    count: Arc<AtomicU64>,
}

impl Reader {
    /// What is read again counts once.
    fn reach(&mut self, place: u64) {
        self.count.fetch_add(place.wrapping_sub(self.place), Ordering::Relaxed);
        self.place = place;
    }
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        self.reach(self.place + count as u64);
        Ok(count)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.file.seek(to)?;
        self.reach(place);
        Ok(place)
    }
}

/// A long piece of work.
pub(super) struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    start: Instant,
    said: Cell<Instant>,
    total: u64,
    from: u64,
}

impl Progress {
    /// Work of this length, in bytes or rows, some of which is done already.
    pub fn new(what: &'static str, total: u64, from: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total).with_position(from);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {percent}% {msg}, {eta} left") {
                bar.set_style(style);
            }
            bar.set_prefix(what);
            bar
        });
        Self { what, bar, start: Instant::now(), said: Cell::new(Instant::now()), total, from }
    }

    /// It is at this position, and so many rows are done.
    pub fn reached(&self, position: u64, rows: u64) {
        let position = position.min(self.total);
        let (rows, rate) = (thousands(rows), thousands(self.rate(rows)));
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!("{rows} rows, {rate} per second"));
        } else if self.said.get().elapsed() >= PAUSE {
            self.said.set(Instant::now());
            eprintln!("{}: {rows} rows, {rate} per second, {} s left", self.what, self.left(position));
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// Rows a second since the start.
    fn rate(&self, rows: u64) -> u64 {
        let from = if self.from <= rows { rows - self.from } else { rows };
        from.saturating_mul(1_000) / self.milliseconds()
    }

    /// Seconds that are left at the pace so far.
    fn left(&self, position: u64) -> u64 {
        let done = position.saturating_sub(self.from).max(1);
        (self.total - position).saturating_mul(self.milliseconds()) / done / 1_000
    }
}
