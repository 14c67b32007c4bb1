//! Processor time and memory of processes, as Linux tells them in `/proc`.

use std::collections::HashMap;
use std::fs;
use std::iter::Sum;
use std::ops::Add;
use std::time::Duration;

/// The kernel counts the processor time of ended children in hundredths of a second (`USER_HZ`).
const TICK: u64 = 10_000_000;

/// What is watched: the server, and the first process of its PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    pub server: u32,
    pub postmaster: Option<u32>,
}

/// Processor time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    pub server: Duration,
    pub database: Duration,
}

/// Where the clocks stood.
pub struct Reading {
    server: Clocks,
    database: Clocks,
}

/// Nanoseconds that each thread (or child) was on a processor, and those of children that have ended.
#[derive(Default)]
struct Clocks {
    running: HashMap<u32, u64>,
    ended: u64,
}

impl Meter {
    /// To be called while nothing is asked: the time of a thread that runs is brought up to date when it stops.
    pub fn read(self) -> Reading {
        let task = format!("/proc/{}/task", self.server);
        let threads = fs::read_dir(&task).into_iter().flatten().flatten().filter_map(|thread| thread.file_name().to_str()?.parse().ok());
        let server = Clocks { running: running(threads, &task), ended: 0 };
        let database = self
            .postmaster
            .map_or_else(Clocks::default, |first| Clocks { running: running(family(first).into_iter(), "/proc"), ended: ended(first) });
        Reading { server, database }
    }

    pub fn since(self, before: &Reading) -> Used {
        let now = self.read();
        Used { server: now.server.since(&before.server), database: now.database.since(&before.database) }
    }

    /// Memory of the server that is no file's, in bytes.
    pub fn private(self) -> u64 {
        memory(self.server, "Pss_Anon:")
    }

    /// Memory that is no file's, of the server and the database; and all of theirs, each page once a process. In MB, as `measure.py`
    /// of the comparison with others tells them.
    pub fn megabytes(self) -> [(&'static str, f64); 3] {
        let processes: Vec<u32> = [self.server].into_iter().chain(self.postmaster.into_iter().flat_map(family)).collect();
        let sum = |name: &str| processes.iter().map(|pid| memory(*pid, name)).sum::<u64>() as f64 / f64::from(1 << 20);
        [("own_mb", sum("Pss_Anon:") + sum("Pss_Shmem:")), ("rss_mb", sum("Rss:")), ("pss_mb", sum("Pss:"))]
    }
}

impl Reading {
    /// The processor time from this one to a later one.
    pub fn until(&self, later: &Self) -> Used {
        Used { server: later.server.since(&self.server), database: later.database.since(&self.database) }
    }
}

impl Clocks {
    fn since(&self, before: &Self) -> Duration {
        let running: u64 = self.running.iter().map(|(id, now)| now - before.running.get(id).unwrap_or(&0).min(now)).sum();
        // Who has ended since is among the ended with all its time, also that of before.
        let counted: u64 = before.running.iter().filter(|(id, _)| !self.running.contains_key(id)).map(|(_, then)| then).sum();
        Duration::from_nanos(running + (self.ended - before.ended).saturating_sub(counted))
    }
}

impl Used {
    pub fn total(self) -> Duration {
        self.server + self.database
    }
}

impl Add for Used {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { server: self.server + other.server, database: self.database + other.database }
    }
}

impl Sum for Used {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

fn running(ids: impl Iterator<Item = u32>, folder: &str) -> HashMap<u32, u64> {
    let on_processor = |id| fs::read_to_string(format!("{folder}/{id}/schedstat")).ok()?.split(' ').next()?.parse().ok();
    ids.filter_map(|id| Some((id, on_processor(id)?))).collect()
}

/// A process and its children.
fn family(first: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
    std::iter::once(first).chain(children.split_whitespace().filter_map(|pid| pid.parse().ok())).collect()
}

/// Nanoseconds of children that have ended: the 16th and 17th field of proc(5), user and system.
fn ended(first: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{first}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Two fields stand before the closing parenthesis.
    fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * TICK
}

/// One line of a process's memory, in bytes.
fn memory(pid: u32, name: &str) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) * 1_024
}
