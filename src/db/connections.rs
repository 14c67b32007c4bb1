//! A pool of connections, and the permits to use them.

use std::sync::Arc;

use diesel::connection::TransactionManager;
use diesel::r2d2::R2D2Connection;
use diesel::result::Error as DieselError;
use diesel::{ConnectionResult, QueryResult};
use tokio::sync::Semaphore;

use super::engine::{Access, Db};
use super::failure::Remedy;
use super::postgres::{self, FailedStatement};
use super::source::Source;
use super::sqlite;
use super::sqlite_file::OpenConnection;
use super::tuning::Tuning;

/// A pool of connections, and as many permits.
#[derive(Clone)]
pub(super) struct Connections {
    pub pool: r2d2::Pool<Manager>,
    pub permits: Arc<Semaphore>,
}

impl Connections {
    /// Of one connection alone, none is open before it is needed: others may need it meanwhile.
    pub(super) fn new(manager: Manager, size: u32) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(u32::from(manager.source.is_shared())))
            .connection_timeout(manager.tuning.pool)
            .test_on_check_out(matches!(manager.source, Source::Postgres(_)))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(manager);
        Self { pool, permits: Arc::new(Semaphore::new(size as usize)) }
    }

    /// Closes the connections that nobody uses.
    pub(super) fn close_idle(&self) {
        for _ in 0..self.pool.max_size() {
            let Some(mut idle) = self.pool.try_get() else { return };
            idle.discard = true;
        }
    }
}

/// A pooled connection.
pub(super) struct Pooled {
    pub db: Db,
    /// Dropped after the connection.
    _open: Option<OpenConnection>,
    /// Of PostgreSQL; nothing is timed on SQLite.
    failed: FailedStatement,
    /// It is not to be used again.
    pub discard: bool,
}

impl Pooled {
    pub(super) fn connect(source: &Source, access: Access, tuning: &Tuning) -> ConnectionResult<Self> {
        let (mut db, open) = source.connect(access, tuning)?;
        let failed = match &mut db {
            Db::Sqlite(_) => FailedStatement::default(),
            Db::Postgres(pg) => FailedStatement::of(pg),
        };
        Ok(Self { db, _open: open, failed, discard: false })
    }

    pub(super) fn remedy_for(&self, error: &DieselError, tuning: &Tuning) -> Remedy {
        match &self.db {
            Db::Sqlite(_) => sqlite::remedy_for(error),
            Db::Postgres(_) => postgres::remedy_for(error, &self.failed, tuning),
        }
    }
}

/// Makes connections for a pool.
pub(super) struct Manager {
    pub source: Source,
    pub access: Access,
    pub tuning: Tuning,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        Pooled::connect(&self.source, self.access, &self.tuning).map_err(diesel::r2d2::Error::ConnectionError)
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
        let is_lost = || self.source.file().is_some_and(|file| !file.is_current());
        pooled.discard || std::thread::panicking() || pooled.db.is_broken() || !matches!(depth, Ok(None)) || is_lost()
    }
}
