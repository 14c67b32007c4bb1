//! Sends requests in turn, and tells what they took.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Connection, Request};
use crate::meter::{Meter, Used};

/// How long after an answer the server may still be busy with it.
const TAIL: Duration = Duration::from_micros(200);
/// Each request is sent once at least, unless all of them would take so many times the time that was given.
const MAX_PASSES: u32 = 10;

/// How long requests are sent.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub time: Duration,
    /// Each request once and no more: a form that was saved cannot be saved again.
    pub once: bool,
}

/// What a number of requests took.
#[derive(Default)]
pub struct Taken {
    /// From the request to the last byte of the answer, the shortest first.
    pub wall: Vec<Duration>,
    /// From the first request to the last answer.
    pub all: Duration,
    pub used: Used,
    pub errors: usize,
}

impl Span {
    /// Is the request with this number to be sent?
    fn goes_on(self, start: Instant, number: usize, requests: usize) -> bool {
        let elapsed = start.elapsed();
        let round = number < requests && elapsed < self.time * MAX_PASSES;
        if self.once { round } else { round || elapsed < self.time }
    }
}

/// Sends on several connections at once, each as fast as it is answered.
pub fn together(host: &str, meter: Meter, connections: usize, requests: &[Request], span: Span) -> Taken {
    let (next, taken) = (AtomicUsize::new(0), Mutex::new(Taken::default()));
    let lines: Vec<Connection> = (0..connections).map(|_| Connection::open(host).expect("a connection")).collect();
    std::thread::sleep(TAIL);
    let (before, start) = (meter.read(), Instant::now());
    std::thread::scope(|scope| {
        for mut line in lines {
            let (next, taken) = (&next, &taken);
            scope.spawn(move || {
                let (mut wall, mut errors) = (Vec::new(), 0);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if !span.goes_on(start, number, requests.len()) {
                        break;
                    }
                    let sent = Instant::now();
                    errors += usize::from(!line.succeeds(&requests[number % requests.len()]));
                    wall.push(sent.elapsed());
                }
                let mut taken = taken.lock().expect("no panic");
                taken.wall.append(&mut wall);
                taken.errors += errors;
            });
        }
    });
    let all = start.elapsed();
    std::thread::sleep(TAIL);
    let mut taken = taken.into_inner().expect("no panic");
    taken.wall.sort_unstable();
    Taken { all, used: meter.since(&before), ..taken }
}

/// Sends requests on one connection while `clients` send others without a pause. Returns how long each of the former took, the shortest first, and
/// how many requests of either failed.
pub fn beside(host: &str, clients: usize, others: &[Request], requests: &[Request], time: Duration) -> (Vec<Duration>, usize) {
    let (is_over, errors) = (AtomicBool::new(false), AtomicUsize::new(0));
    let send = |line: &mut Connection, request: &Request| {
        if !line.succeeds(request) {
            errors.fetch_add(1, Ordering::Relaxed);
        }
    };
    let mut wall = Vec::new();
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (is_over, send) = (&is_over, &send);
            scope.spawn(move || {
                let mut line = Connection::open(host).expect("a connection");
                let from = client * others.len() / clients;
                for request in others.iter().cycle().skip(from).take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    send(&mut line, request);
                }
            });
        }
        let (mut line, start) = (Connection::open(host).expect("a connection"), Instant::now());
        for request in requests.iter().cycle().take_while(|_| start.elapsed() < time) {
            let begin = Instant::now();
            send(&mut line, request);
            wall.push(begin.elapsed());
        }
        is_over.store(true, Ordering::Relaxed);
    });
    wall.sort_unstable();
    (wall, errors.into_inner())
}

/// Sends one after the other and reads the processor time after each: which request it was, and what it used.
pub fn one_by_one(host: &str, meter: Meter, requests: &[Request], span: Span) -> (Vec<(usize, Used)>, usize) {
    let mut line = Connection::open(host).expect("a connection");
    let (mut used, mut errors, start) = (Vec::new(), 0, Instant::now());
    let mut before = meter.read();
    for number in 0.. {
        if !span.goes_on(start, number, requests.len()) {
            break;
        }
        let at = number % requests.len();
        errors += usize::from(!line.succeeds(&requests[at]));
        let answered = Instant::now();
        // Not asleep: a processor that slept is slow at first, and no page would be charged for that under load.
        while answered.elapsed() < TAIL {
            std::hint::spin_loop();
        }
        let after = meter.read();
        used.push((at, before.until(&after)));
        before = after;
    }
    (used, errors)
}

/// The value that so great a share of all does not exceed; they stand in order.
pub fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
