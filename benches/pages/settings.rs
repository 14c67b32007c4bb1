//! What is measured on which data: the environment's words.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// The engine that holds the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// All that can be chosen.
#[derive(Debug)]
pub struct Settings {
    /// `ENGINE`: `sqlite` unless it is `postgres`.
    pub engine: Engine,
    /// `CUSTOMERS`: how many sample customers are made; what `DATA` holds counts instead.
    pub customers: Option<usize>,
    /// `DATA`: a folder with `customers.csv`, `contacts.csv` and `entitlements.csv` to import in place of sample customers.
    pub data: Option<PathBuf>,
    /// `KEEP`: where the database stays for the next run: an SQLite file, or the folder of a PostgreSQL cluster.
    pub keep: Option<PathBuf>,
    /// `DATABASE_URL`, with `ENGINE=postgres`: a database of a cluster that runs on this machine, empty or filled by a run before.
    pub url: Option<String>,
    /// `PASS`: for how many seconds a row is asked in each of its three ways. The screens that are compared with others take three times as long.
    pub pass: Duration,
    /// `JSON=1`: a line of JSON for each row too.
    pub json: bool,
}

/// Draws the same customers and words each time.
pub const SEED: u64 = 20_261_125;
/// Sample customers unless told otherwise.
pub const CUSTOMERS: usize = 10_000;
const PASS: Duration = Duration::from_millis(600);

impl Settings {
    pub fn of_environment() -> Self {
        let word = |name: &str| env::var(name).ok().filter(|word| !word.is_empty());
        let engine = match word("ENGINE").as_deref() {
            None | Some("sqlite") => Engine::Sqlite,
            Some("postgres") => Engine::Postgres,
            Some(other) => panic!("ENGINE is sqlite or postgres, not {other}"),
        };
        Self {
            engine,
            customers: word("CUSTOMERS").map(|count| count.parse().expect("CUSTOMERS is a whole number")),
            data: word("DATA").map(PathBuf::from),
            keep: word("KEEP").map(PathBuf::from),
            url: word("DATABASE_URL").filter(|_| engine == Engine::Postgres),
            pass: word("PASS").map_or(PASS, |seconds| Duration::from_secs_f64(seconds.parse().expect("PASS is a number of seconds"))),
            json: word("JSON").is_some_and(|word| word != "0"),
        }
    }
}

impl Engine {
    pub fn label(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}
