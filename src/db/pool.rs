//! Pools, and the only two ways to the data: [`Database::read`] and [`Database::write`].
//!
//! SQLite has four readers and one writer; PostgreSQL one pool for both. A request takes a permit *before* it takes a thread, so that a
//! database that hangs holds as many threads as it has connections and no more; whoever waits in vain is told so within seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::address::Address;
use super::connections::{Connections, Manager, Pooled};
use super::engine::{Access, Db};
use super::failure::{Reason, Remedy, Unavailable, WorkError};
use super::open::{self, Purpose};
use super::source::Source;
use super::sqlite;
use super::sqlite_file::SqliteFile;
use super::tuning::Tuning;
use super::turn;

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
    source: Source,
    tuning: Tuning,
    readers: Connections,
    writers: Connections,
    /// What takes long has one.
    turns: Arc<Semaphore>,
}

/// The right to use one connection; held for as long as the work on it really takes.
pub struct Permit {
    _permit: OwnedSemaphorePermit,
}

impl Database {
    /// Opens the database and brings its schema up to date. What is not this program's, or of a later version, is left as it is.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn open(address: Address, purpose: Purpose, tuning: Tuning) -> Result<Self, String> {
        let source = open::open(&address, purpose, &tuning)?;
        let connections = |access, size| Connections::new(Manager { source: source.clone(), access, tuning }, size);
        let (readers, writers) = match &source {
            Source::Sqlite(_) if source.is_shared() => (connections(Access::Read, SQLITE_READERS), connections(Access::Write, 1)),
            // Only one can have it open.
            Source::Sqlite(_) => {
                let both = connections(Access::Read, 1);
                (both.clone(), both)
            }
            Source::Postgres(_) => {
                let both = connections(Access::Write, POSTGRES_CONNECTIONS);
                (both.clone(), both)
            }
        };
        // Half of the processors are for the others.
        let turns = std::thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).max(1));
        Ok(Self { address, source, tuning, readers, writers, turns: Arc::new(Semaphore::new(turns)) })
    }

    /// Where the data are.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How many customers an import writes in one transaction.
    #[must_use]
    pub fn import_batch(&self) -> usize {
        self.tuning.import_batch.get()
    }

    /// How many customers a part of the search index has.
    #[must_use]
    pub fn search_part(&self) -> usize {
        self.tuning.search_part.get()
    }

    /// Opens a connection outside of the pools, for work that would hold one of theirs for long.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn connect(&self, access: Access) -> Result<Db, Unavailable> {
        self.source.connect(access, &self.tuning).map(|(db, _)| db).map_err(|error| Unavailable::unreachable(error.to_string()))
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
        let permit = match tokio::time::timeout(self.tuning.pool, permits.acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Unavailable::unreachable("the permits are closed")),
            Err(_) => return Err(Unavailable::unreachable("every connection is busy")),
        };
        let work = tokio::task::spawn_blocking(move || work(Permit { _permit: permit }));
        match tokio::time::timeout(self.tuning.request, work).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => Err(Unavailable::unreachable(format!("the work panicked: {panic}"))),
            Err(_) => Err(Unavailable::unreachable("the database does not answer")),
        }
    }

    /// Reads on a thread where it may block, as [`Self::read`] does. Work that calls [`turn::need_turn`] is done again in its turn, unless it
    /// began with one.
    ///
    /// # Errors
    /// The work's own, and [`Unavailable`] as [`Self::run_blocking`] has it.
    pub async fn read_in_turn<T, E>(&self, work: impl Fn() -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unavailable> + Send + 'static,
    {
        let work = Arc::new(work);
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return self.run_blocking(Access::Read, move |_permit| (work(), turn).0).await?;
        }
        let first = Arc::clone(&work);
        if let Some(outcome) = self.run_blocking(Access::Read, move |_permit| turn::without(|| first())).await? {
            return outcome;
        }
        let turn = self.turn().await;
        self.run_blocking(Access::Read, move |_permit| (work(), turn).0).await?
    }

    /// Waits for a turn. Whoever has waited as long as for a connection goes on without one.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        tokio::time::timeout(self.tuning.pool, Arc::clone(&self.turns).acquire_owned()).await.ok()?.ok()
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

    /// Makes sure that the database takes saves, as far as that can be told without one.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn takes_saves(&self) -> Result<(), Unavailable> {
        match self.source.file() {
            Some(file) if file.is_damaged() => {
                Err(Unavailable { reason: Reason::Damaged, detail: "it was found damaged before".to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Makes sure that connections are on the file that the address leads to, and closes those that are not.
    fn check_place(&self) -> Result<(), Unavailable> {
        let Some(file) = self.source.file() else { return Ok(()) };
        file.check().or_else(|_| {
            self.readers.close_idle();
            self.writers.close_idle();
            file.check()
        })
    }

    fn repeat<T, E: WorkError>(&self, access: Access, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        // A damaged file may not even open: then that is why.
        let unreachable = |detail: String| E::from(self.takes_saves().err().unwrap_or_else(|| Unavailable::unreachable(detail)));
        self.check_place()?;
        let mut connection = self.connections(access).pool.get_timeout(self.tuning.pool).map_err(|error| unreachable(error.to_string()))?;
        let mut attempt = 1;
        loop {
            let error = match work(&mut connection.db) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(cause) = error.database() else { return Err(error) };
            match connection.remedy_for(cause, &self.tuning) {
                Remedy::Repeat if attempt < MAX_ATTEMPTS => {}
                Remedy::Reconnect if attempt < MAX_ATTEMPTS => {
                    tracing::info!(attempt, %cause, "a fresh connection is tried");
                    connection.discard = true;
                    *connection = Pooled::connect(&self.source, access, &self.tuning).map_err(|error| unreachable(error.to_string()))?;
                }
                Remedy::GiveUp(reason) => {
                    connection.discard = true;
                    if let (Reason::Damaged, Some(file)) = (reason, self.source.file()) {
                        tracing::error!(%cause, "the database is damaged and takes no saves any more");
                        file.set_damaged();
                    }
                    return Err(E::from(Unavailable { reason, detail: cause.to_string() }));
                }
                Remedy::Repeat | Remedy::Reconnect | Remedy::Report => return Err(error),
            }
            attempt += 1;
        }
    }

    fn transaction<T, E: WorkError>(&self, db: &mut Db, work: impl Fn(&mut Db) -> Result<T, E>) -> Result<T, E> {
        match db {
            Db::Sqlite(sqlite) => {
                self.takes_saves()?;
                sqlite::begin_immediate(sqlite, self.tuning.busy)?;
            }
            Db::Postgres(pg) => AnsiTransactionManager::begin_transaction(pg)?,
        }
        // Whoever moved the file may have done so while this waited for its turn, or during the work.
        let outcome = work(db).and_then(|value| Ok(self.source.file().map_or(Ok(()), SqliteFile::check).map(|()| value)?));
        match outcome {
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
