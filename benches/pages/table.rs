//! The table, for people and for programs.

use std::time::Duration;

use serde_json::json;

use crate::load::{Taken, quantile};
use crate::meter::Meter;
use crate::settings::Settings;

pub struct Table<'a> {
    pub settings: &'a Settings,
    pub meter: Meter,
}

/// What a row says.
pub struct Row<'a> {
    pub name: &'a str,
    pub key: &'a str,
    /// How many requests differ from one another.
    pub distinct: usize,
    /// Processor time of each single request, server and database, the shortest first.
    pub single: Vec<Duration>,
    /// On one connection, and on several.
    pub alone: Taken,
    pub together: (usize, Taken),
    /// The mean of the answers, plain and by zstd.
    pub bytes: (usize, usize),
    pub errors: usize,
}

impl Table<'_> {
    pub fn row(&self, row: &Row<'_>) {
        let of_each = |time: Duration| time / u32::try_from(row.alone.wall.len()).unwrap_or(u32::MAX).max(1);
        let database = self.meter.postmaster.map_or_else(|| "-".to_owned(), |_| ms(of_each(row.alone.used.database)));
        println!(
            "{:<44} {:>5} {:>8} {database:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>6} {:>6}",
            row.name,
            row.distinct,
            ms(of_each(row.alone.used.server)),
            ms(quantile(&row.single, 50)),
            ms(quantile(&row.single, 99)),
            ms(quantile(&row.alone.wall, 50)),
            ms(quantile(&row.alone.wall, 99)),
            short(per_second(&row.alone)),
            short(per_second(&row.together.1)),
            row.bytes.0,
            row.bytes.1,
            row.errors
        );
        if self.settings.json {
            self.line(row.key, 1, &row.alone, row.bytes.0);
            self.line(&format!("{}_x{}", row.key, row.together.0), row.together.0, &row.together.1, row.bytes.0);
        }
    }

    /// A line as `measure.py` of the comparison with others prints it.
    fn line(&self, page: &str, connections: usize, taken: &Taken, bytes: usize) {
        let requests = taken.wall.len();
        let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
        let in_ms = |time: Duration| rounded(time.as_secs_f64() * 1_000.0);
        let mut line = json!({
            "peer": format!("Clientele, {}", self.settings.engine.label()),
            "page": page,
            "connections": connections,
            "requests": requests,
            "rps": rounded(per_second(taken)),
            "p50_ms": in_ms(quantile(&taken.wall, 50)),
            "p99_ms": in_ms(quantile(&taken.wall, 99)),
            "cpu_ms_per_request": rounded(taken.used.total().as_secs_f64() * 1_000.0 / requests.max(1) as f64),
            "bytes": bytes,
            "errors": taken.errors,
        });
        for (name, megabytes) in self.meter.megabytes() {
            line[name] = json!((megabytes * 10.0).round() / 10.0);
        }
        println!("{line}");
    }
}

/// A section's title and the columns' names.
pub fn head(title: &str) {
    println!(
        "\n{title:<44} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>6} {:>6}",
        "asked", "cpu", "db cpu", "cpu p50", "cpu p99", "p50", "p99", "req/s", "16 conn", "bytes", "zstd", "errors"
    );
}

fn per_second(taken: &Taken) -> f64 {
    taken.wall.len() as f64 / taken.all.as_secs_f64()
}

/// Milliseconds.
pub fn ms(time: Duration) -> String {
    short(time.as_secs_f64() * 1_000.0)
}

/// Three digits are all that a measurement is worth.
fn short(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
