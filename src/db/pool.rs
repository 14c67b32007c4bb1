//! Pools, and the only two ways to the data: [`Database::read`] and [`Database::write`].
//!
//! SQLite has four readers and one writer; PostgreSQL one pool for both. A request takes a permit *before* it takes a thread, so that a
//! database that hangs holds as many threads as it has connections and no more; whoever waits in vain is told so within seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::R2D2Connection;
use diesel::result::Error as DieselError;
use diesel::{ConnectionResult, QueryResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::address::Address;
use super::connect::connect;
use super::engine::{Access, Db};
use super::failure::{Remedy, Unavailable, WorkError};
use super::postgres::{self, FailedStatement};
use super::timeouts::Timeouts;
use super::{migrate, sqlite};

/// Connections that read an SQLite file.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 8;
/// How long whoever writes many batches lets others in between two of them: more than others wait before they ask again.
pub const YIELD: Duration = Duration::from_millis(5);
/// How long it waits for requests that want to write, at most: so that it goes on however many there are.
const GIVE_WAY: Duration = Duration::from_secs(1);
/// How often work is done at most that lost a race or met an error which a fresh connection may not have.
const MAX_ATTEMPTS: u32 = 4;

/// Both pools of one database.
#[derive(Clone)]
pub struct Database {
    address: Address,
    timeouts: Timeouts,
    readers: Connections,
    writers: Connections,
}

#[derive(Clone)]
struct Connections {
    pool: r2d2::Pool<Manager>,
    permits: Arc<Semaphore>,
}

/// The right to use one connection; held for as long as the work on it really takes.
pub struct Permit {
    _permit: OwnedSemaphorePermit,
}

impl Database {
    /// Opens the database, creates it where it is an SQLite file that does not exist, and migrates it.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn open(address: Address, timeouts: Timeouts) -> Result<Self, String> {
        let mut db =
            connect(&address, Access::Write, &timeouts).map_err(|error| format!("The database {address} cannot be opened: {error}"))?;
        migrate::run(&mut db).map_err(|error| format!("The database {address} cannot be brought up to date: {error}"))?;
        drop(db);
        let connections = |access, size| Connections::new(Manager { address: address.clone(), access, timeouts }, size);
        let (readers, writers) = match &address {
            Address::Sqlite(_) => (connections(Access::Read, SQLITE_READERS), connections(Access::Write, 1)),
            Address::Postgres(_) => {
                let both = connections(Access::Write, POSTGRES_CONNECTIONS);
                (both.clone(), both)
            }
        };
        Ok(Self { address, timeouts, readers, writers })
    }

    /// Where the data are.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Opens a connection outside of the pools, for work that would hold one of theirs for long.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn connect(&self, access: Access) -> Result<Db, Unavailable> {
        connect(&self.address, access, &self.timeouts).map_err(|error| Unavailable::unreachable(error.to_string()))
    }

    /// Runs work on a thread where it may block, once a connection is free for it.
    ///
    /// # Errors
    /// [`Unavailable`] when no connection becomes free, or the work does not end, in time. Work that has begun goes on to its own end.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(Permit) -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let permits = Arc::clone(&self.connections(access).permits);
        let permit = match tokio::time::timeout(self.timeouts.pool, permits.acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Unavailable::unreachable("the permits are closed")),
            Err(_) => return Err(Unavailable::unreachable("every connection is busy")),
        };
        let work = tokio::task::spawn_blocking(move || work(Permit { _permit: permit }));
        match tokio::time::timeout(self.timeouts.request, work).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => Err(Unavailable::unreachable(format!("the work panicked: {panic}"))),
            Err(_) => Err(Unavailable::unreachable("the database does not answer")),
        }
    }

    /// Waits until no request waits for a permit to write, but no longer than [`GIVE_WAY`]. Whoever writes one batch after the other on a
    /// thread of its own calls this in between: requests would get a connection after each batch only.
    pub fn give_way(&self) {
        let start = Instant::now();
        while self.writers.permits.available_permits() == 0 && start.elapsed() < GIVE_WAY {
            std::thread::sleep(YIELD);
        }
    }

    /// Reads. The work is repeated where a fresh connection may help, so it must not have effects elsewhere.
    ///
    /// # Errors
    /// The work's own, and [`Unavailable`].
    pub fn read<T, E: WorkError>(&self, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.repeat(Access::Read, |db| work(db))
    }

    /// Writes, in one transaction: all of it or nothing. Work that lost a race against another transaction is repeated, so it must not
    /// have effects elsewhere.
    ///
    /// # Errors
    /// The work's own, and [`Unavailable`].
    pub fn write<T, E: WorkError>(&self, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.repeat(Access::Write, |db| self.transaction(db, &work))
    }

    fn repeat<T, E: WorkError>(&self, access: Access, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let unreachable = |detail: String| E::from(Unavailable::unreachable(detail));
        let mut connection =
            self.connections(access).pool.get_timeout(self.timeouts.pool).map_err(|error| unreachable(error.to_string()))?;
        let mut attempt = 1;
        loop {
            let error = match work(&mut connection.db) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(cause) = error.database() else { return Err(error) };
            match connection.remedy_for(cause, &self.timeouts) {
                Remedy::Repeat if attempt < MAX_ATTEMPTS => {}
                Remedy::Reconnect if attempt < MAX_ATTEMPTS => {
                    tracing::info!(attempt, %cause, "a fresh connection is tried");
                    connection.discard = true;
                    *connection = Pooled::connect(&self.address, access, &self.timeouts).map_err(|error| unreachable(error.to_string()))?;
                }
                Remedy::GiveUp(reason) => {
                    connection.discard = true;
                    return Err(E::from(Unavailable { reason, detail: cause.to_string() }));
                }
                Remedy::Repeat | Remedy::Reconnect | Remedy::Report => return Err(error),
            }
            attempt += 1;
        }
    }

    fn transaction<T, E: WorkError>(&self, db: &mut Db, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        match db {
            Db::Sqlite(sqlite) => sqlite::begin_immediate(sqlite, self.timeouts.busy)?,
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

    fn connections(&self, access: Access) -> &Connections {
        match access {
            Access::Read => &self.readers,
            Access::Write => &self.writers,
        }
    }
}

impl Connections {
    fn new(manager: Manager, size: u32) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(manager.timeouts.pool)
            .test_on_check_out(matches!(manager.address, Address::Postgres(_)))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(manager);
        Self { pool, permits: Arc::new(Semaphore::new(size as usize)) }
    }
}

/// A pooled connection.
struct Pooled {
    db: Db,
    /// Of PostgreSQL; nothing is timed on SQLite.
    failed: FailedStatement,
    /// It is not to be used again.
    discard: bool,
}

impl Pooled {
    fn connect(address: &Address, access: Access, timeouts: &Timeouts) -> ConnectionResult<Self> {
        let mut db = connect(address, access, timeouts)?;
        let failed = match &mut db {
            Db::Sqlite(_) => FailedStatement::default(),
            Db::Postgres(pg) => FailedStatement::of(pg),
        };
        Ok(Self { db, failed, discard: false })
    }

    fn remedy_for(&self, error: &DieselError, timeouts: &Timeouts) -> Remedy {
        match &self.db {
            Db::Sqlite(_) => sqlite::remedy_for(error),
            Db::Postgres(_) => postgres::remedy_for(error, &self.failed, timeouts),
        }
    }
}

struct Manager {
    address: Address,
    access: Access,
    timeouts: Timeouts,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        Pooled::connect(&self.address, self.access, &self.timeouts).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Self::Error> {
        match &mut pooled.db {
            Db::Sqlite(_) => Ok(()),
            // One round trip, so that a server that was restarted meanwhile is not met by a request.
            Db::Postgres(pg) => pg.ping().map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        let depth: QueryResult<_> = <Db as TransactionManager<Db>>::transaction_manager_status_mut(&mut pooled.db).transaction_depth();
        pooled.discard || std::thread::panicking() || pooled.db.is_broken() || !matches!(depth, Ok(None))
    }
}
