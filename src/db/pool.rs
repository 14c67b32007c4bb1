//! Pools, and the only two ways to the data: [`Database::read`] and [`Database::write`].
//!
//! SQLite has four readers and one writer; PostgreSQL one pool for both. A permit is taken *before* a thread is, so that a database
//! that hangs holds as many threads as it has connections and no more; who waits in vain is told so within seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::R2D2Connection;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{QueryResult, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::engine::BUSY_TIMEOUT;
use super::{Address, Db, migrate};

/// Connections that read an SQLite file.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 8;
/// How long a request waits for its turn, and then for a connection.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a request may take in all, from its turn on.
const DEADLINE: Duration = Duration::from_secs(10);
/// How often it is looked whether SQLite's lock is free.
const LOOK: Duration = Duration::from_millis(2);
/// Who has written a batch of many lets others in for so long: they look more often.
pub const YIELD: Duration = Duration::from_millis(5);
/// How long it waits for requests that want to write, at most: so that it goes on however many there are.
const GIVE_WAY: Duration = Duration::from_secs(1);
/// How often a transaction that lost a race is tried anew: then its checks see what won.
const TRIES: u32 = 4;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read only.
    Read,
    /// Read and write.
    Write,
}

/// The database cannot be used at present. Says why, for the log.
#[derive(Debug, Clone)]
pub struct Unavailable(pub String);

/// Both pools of one database.
#[derive(Clone)]
pub struct Database {
    address: Address,
    read: Lane,
    write: Lane,
}

#[derive(Clone)]
struct Lane {
    pool: r2d2::Pool<Manager>,
    gate: Arc<Semaphore>,
}

/// The right to use one connection; held for as long as the work on it really takes.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Database {
    /// Opens the database, creates it where it is an SQLite file that does not exist, and migrates it.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn open(address: Address) -> Result<Self, String> {
        let mut db = address.open(Access::Write).map_err(|error| format!("The database {address} cannot be opened: {error}"))?;
        migrate::run(&mut db).map_err(|error| format!("The database {address} cannot be brought up to date: {error}"))?;
        drop(db);
        let lane = |access, size: u32| Lane { pool: pool(&address, access, size), gate: Arc::new(Semaphore::new(size as usize)) };
        let (read, write) = match &address {
            Address::Sqlite(_) => (lane(Access::Read, SQLITE_READERS), lane(Access::Write, 1)),
            Address::Postgres(_) => {
                let both = lane(Access::Write, POSTGRES_CONNECTIONS);
                (both.clone(), both)
            }
        };
        Ok(Self { address, read, write })
    }

    /// Where the data are.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Runs a piece of work off the async threads once it is its turn.
    ///
    /// # Errors
    /// [`Unavailable`] when the turn does not come, or the work does not end, in time. Work that has begun goes on to its own end.
    pub async fn hop<T: Send + 'static>(&self, access: Access, work: impl FnOnce(Turn) -> T + Send + 'static) -> Result<T, Unavailable> {
        let gate = Arc::clone(&self.lane(access).gate);
        let permit = match tokio::time::timeout(PATIENCE, gate.acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Unavailable("the gate is closed".to_owned())),
            Err(_) => return Err(Unavailable("every connection is busy".to_owned())),
        };
        match tokio::time::timeout(DEADLINE, tokio::task::spawn_blocking(move || work(Turn { _permit: permit }))).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => Err(Unavailable(format!("the work panicked: {panic}"))),
            Err(_) => Err(Unavailable("the database does not answer".to_owned())),
        }
    }

    /// Waits until no request waits for its turn to write, but no longer than [`GIVE_WAY`]. Who writes one batch after the other on a thread of
    /// its own calls this in between: requests take turns, and would get one of it after each batch only.
    pub fn give_way(&self) {
        let start = Instant::now();
        while self.write.gate.try_acquire().is_err() && start.elapsed() < GIVE_WAY {
            std::thread::sleep(LOOK);
        }
    }

    /// Reads. A connection that a migration by a newer instance made stale is replaced, and the reading repeated.
    ///
    /// # Errors
    /// The work's own, and [`Unavailable`].
    pub fn read<T, E: Failure>(&self, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.with(Access::Read, |db| work(db))
    }

    /// Writes, in one transaction: all of it or nothing. Work that lost a race against another transaction is done anew, so it must not
    /// have effects elsewhere.
    ///
    /// # Errors
    /// The work's own, and [`Unavailable`].
    pub fn write<T, E: Failure>(&self, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.with(Access::Write, |db| transaction(db, &work))
    }

    fn with<T, E: Failure>(&self, access: Access, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut tries = 1;
        loop {
            let mut connection = self.lane(access).pool.get_timeout(PATIENCE).map_err(|error| E::from(Unavailable(error.to_string())))?;
            let error = match work(&mut connection.db) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let verdict = error.database().map_or(Verdict::Final, judge);
            connection.discard = verdict != Verdict::Final && verdict != Verdict::LostRace;
            match verdict {
                Verdict::Stale | Verdict::LostRace if tries < TRIES => tries += 1,
                Verdict::Away | Verdict::LostRace => {
                    let why = error.database().map_or_else(String::new, ToString::to_string);
                    return Err(E::from(Unavailable(why)));
                }
                _ => return Err(error),
            }
        }
    }

    fn lane(&self, access: Access) -> &Lane {
        match access {
            Access::Read => &self.read,
            Access::Write => &self.write,
        }
    }
}

/// An error that may carry one of the database.
pub trait Failure: From<Unavailable> + From<DieselError> {
    /// The database's error, if it is one.
    fn database(&self) -> Option<&DieselError>;
}

fn transaction<T, E: Failure>(db: &mut Db, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
    match db {
        Db::Sqlite(sqlite) => begin_immediate(sqlite)?,
        Db::Postgres(pg) => AnsiTransactionManager::begin_transaction(pg)?,
    }
    match work(db) {
        Ok(value) => {
            <Db as TransactionManager<Db>>::commit_transaction(db)?;
            Ok(value)
        }
        Err(error) => {
            // Where even this fails, the connection is found broken when it is given back, and closed.
            let _ = <Db as TransactionManager<Db>>::rollback_transaction(db);
            Err(error)
        }
    }
}

/// Takes the lock at once, not at the first write: one that is asked for too late is refused despite the busy timeout. SQLite lets nobody
/// queue, and looks ever more rarely; so that an import of another process does not win every time, it is looked often.
fn begin_immediate(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    let start = Instant::now();
    sqlite.batch_execute("PRAGMA busy_timeout = 0")?;
    let begun = loop {
        match AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE") {
            Err(error) if error.to_string().contains("database is locked") && start.elapsed() < BUSY_TIMEOUT => {
                std::thread::sleep(LOOK);
            }
            begun => break begun,
        }
    };
    sqlite.batch_execute(&format!("PRAGMA busy_timeout = {}", BUSY_TIMEOUT.as_millis()))?;
    begun
}

/// What follows from an error of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is the work's own affair.
    Final,
    /// Another transaction won: try again and see what it did.
    LostRace,
    /// The connection's prepared statements no longer fit the schema.
    Stale,
    /// The database is away, full, or held by somebody else.
    Away,
}

fn judge(error: &DieselError) -> Verdict {
    use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand, UniqueViolation};
    match error {
        DieselError::DatabaseError(UniqueViolation | SerializationFailure, _) => Verdict::LostRace,
        DieselError::DatabaseError(ClosedConnection | UnableToSendCommand, _) | DieselError::BrokenTransactionManager => Verdict::Away,
        DieselError::DatabaseError(_, information) => judge_message(information.message()),
        DieselError::RollbackErrorOnCommit { commit_error, .. } => judge(commit_error),
        _ => Verdict::Final,
    }
}

/// Diesel keeps neither the `SQLSTATE` nor SQLite's code of these, so the engine's English words have to do.
fn judge_message(message: &str) -> Verdict {
    const LOST: [&str; 2] = ["deadlock detected", "could not serialize access"];
    const STALE: [&str; 3] = ["cached plan must not change result type", "cache lookup failed", "does not exist"];
    const AWAY: [&str; 18] = [
        "terminating connection",
        "server closed the connection",
        "connection to server",
        "no connection to the server",
        "could not receive data",
        "could not send data",
        "the database system is",
        "statement timeout",
        "lock timeout",
        "database is locked",
        "database table is locked",
        "disk I/O error",
        "database or disk is full",
        "attempt to write a readonly database",
        "unable to open database file",
        "database disk image is malformed",
        "No space left on device",
        "too many clients",
    ];
    let holds = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    if holds(&LOST) {
        Verdict::LostRace
    } else if holds(&STALE) {
        Verdict::Stale
    } else if holds(&AWAY) {
        Verdict::Away
    } else {
        Verdict::Final
    }
}

/// A pooled connection, which can be marked as not to be used again.
pub struct Pooled {
    db: Db,
    discard: bool,
}

struct Manager {
    address: Address,
    access: Access,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        let db = self.address.open(self.access).map_err(diesel::r2d2::Error::ConnectionError)?;
        Ok(Pooled { db, discard: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Self::Error> {
        match &mut pooled.db {
            Db::Sqlite(_) => Ok(()),
            // One round trip, so that a server that was restarted meanwhile is not met by a request.
            Db::Postgres(pg) => pg.ping().map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.discard
            || std::thread::panicking()
            || pooled.db.is_broken()
            || !matches!(<Db as TransactionManager<Db>>::transaction_manager_status_mut(&mut pooled.db).transaction_depth(), Ok(None))
    }
}

fn pool(address: &Address, access: Access, size: u32) -> r2d2::Pool<Manager> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(PATIENCE)
        .test_on_check_out(matches!(address, Address::Postgres(_)))
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(Manager { address: address.clone(), access })
}
