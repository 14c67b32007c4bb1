//! What is SQLite's own: how a connection is set up, how the write lock is waited for, and what its errors mean.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::prelude::*;
use diesel::result::Error as DieselError;

use super::engine::Access;
use super::failure::{Reason, Remedy, remedy};
use super::sqlite_file::{Mode, OpenConnection, SqliteFile};

/// The page cache of a connection, in KiB.
const CACHE: u32 = 8_192;
/// How much of a file readers map into memory, in bytes, which is more than any has: what a search compares lies anywhere in the file, and a
/// row then costs no system call. It is memory of the system's own cache, which gives it to others whenever it likes, and none of the program's
/// own; but some tools count it as such.
const MAP: u64 = 1 << 40;
/// How long to wait before asking for the lock again.
const LOCK_INTERVAL: Duration = Duration::from_millis(2);
/// How often to ask for the write-ahead log while another process holds the file, and how long to wait in between.
const WAL_ATTEMPTS: u32 = 100;
const WAL_INTERVAL: Duration = Duration::from_millis(20);

/// The texts of `sqlite3_errstr`, which are constants of the library: Diesel keeps the text and drops the code.
const BUSY: &str = "database is locked";
const LOCKED: &str = "database table is locked";
const FULL: &str = "database or disk is full";
const UNREACHABLE: [&str; 3] = ["disk I/O error", "unable to open database file", "attempt to write a readonly database"];
const DAMAGED: [&str; 2] = ["database disk image is malformed", "file is not a database"];

pub(super) fn connect(
    file: &Arc<SqliteFile>,
    access: Access,
    busy_timeout: Duration,
) -> ConnectionResult<(SqliteConnection, OpenConnection)> {
    // Before anything is read: the index of the log is in memory then.
    let alone = if file.mode() == Mode::Alone { "PRAGMA locking_mode = EXCLUSIVE;" } else { "" };
    let own = match access {
        Access::Read => format!("PRAGMA query_only = ON; PRAGMA mmap_size = {MAP};"),
        Access::Write => String::new(),
    };
    let set_up = format!(
        "PRAGMA busy_timeout = {}; {alone} PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{CACHE}; PRAGMA trusted_schema = OFF",
        busy_timeout.as_millis()
    );
    file.open(|| {
        let mut sqlite = SqliteConnection::establish(&file.uri())?;
        let failed = ConnectionError::CouldntSetupConfiguration;
        sqlite.batch_execute(&set_up).map_err(failed)?;
        // A copy that was made as a backup has none.
        if file.mode() == Mode::Shared {
            use_write_ahead_log(&mut sqlite).map_err(failed)?;
        }
        // The question opens the log.
        sqlite.batch_execute(&format!("{own} SELECT count(*) FROM sqlite_schema")).map_err(failed)?;
        Ok(sqlite)
    })
}

/// Switches to the write-ahead log. SQLite refuses at once while another process holds the file, whatever the busy timeout is.
fn use_write_ahead_log(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    for _ in 0..WAL_ATTEMPTS {
        match sqlite.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if is_locked(&error) => std::thread::sleep(WAL_INTERVAL),
            outcome => return outcome,
        }
    }
    sqlite.batch_execute("PRAGMA journal_mode = WAL")
}

/// Takes the lock at once, not at the first write: a lock that is asked for too late is refused despite the busy timeout. SQLite has no
/// queue and asks ever less often, so this asks often: otherwise an import in another process would win every time.
pub(super) fn begin_immediate(sqlite: &mut SqliteConnection, busy_timeout: Duration) -> QueryResult<()> {
    let start = Instant::now();
    sqlite.batch_execute("PRAGMA busy_timeout = 0")?;
    let begun = loop {
        match AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE") {
            Err(error) if is_locked(&error) && start.elapsed() < busy_timeout => std::thread::sleep(LOCK_INTERVAL),
            begun => break begun,
        }
    };
    sqlite.batch_execute(&format!("PRAGMA busy_timeout = {}", busy_timeout.as_millis()))?;
    begun
}

pub(super) fn remedy_for(error: &DieselError) -> Remedy {
    remedy(error, |message| {
        if message.contains(FULL) {
            Remedy::GiveUp(Reason::DiskFull)
        } else if [BUSY, LOCKED].iter().any(|text| message.contains(text)) {
            Remedy::GiveUp(Reason::Locked)
        } else if is_damage(message) {
            Remedy::GiveUp(Reason::Damaged)
        } else if UNREACHABLE.iter().any(|text| message.contains(text)) {
            Remedy::GiveUp(Reason::Unreachable)
        } else {
            Remedy::Report
        }
    })
}

/// Whether SQLite says that a file is damaged, or not one of its own.
pub(super) fn is_damage(message: &str) -> bool {
    DAMAGED.iter().any(|text| message.contains(text))
}

fn is_locked(error: &DieselError) -> bool {
    remedy_for(error) == Remedy::GiveUp(Reason::Locked)
}
