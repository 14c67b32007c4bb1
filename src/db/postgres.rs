//! What is PostgreSQL's own: how a connection is set up, and what its errors mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{InstrumentationEvent, SimpleConnection, get_default_instrumentation};
use diesel::prelude::*;
use diesel::result::Error as DieselError;

use super::failure::{Reason, Remedy, remedy};
use super::tuning::Tuning;

pub(super) fn connect(url: &str, tuning: &Tuning) -> ConnectionResult<PgConnection> {
    let mut pg = PgConnection::establish(url)?;
    // No query of this program is answered by a scan of a whole table; without statistics the planner may think otherwise.
    let set_up = format!(
        "SET jit = off; SET enable_seqscan = off; SET statement_timeout = {}; SET lock_timeout = {};
         SET idle_in_transaction_session_timeout = '20s'; SET TIME ZONE 'UTC'; SET client_min_messages = warning",
        tuning.statement.as_millis(),
        tuning.lock.as_millis()
    );
    pg.batch_execute(&set_up).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(pg)
}

/// How long the statement took that failed last on a connection.
#[derive(Clone, Default)]
pub(super) struct FailedStatement(Arc<AtomicU64>);

impl FailedStatement {
    /// Times the statements of a connection.
    pub(super) fn of(pg: &mut PgConnection) -> Self {
        let (failed, mut start) = (Self::default(), Instant::now());
        let milliseconds = Arc::clone(&failed.0);
        // Whoever else wants to know of each statement still does.
        let mut default = get_default_instrumentation();
        pg.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            match event {
                InstrumentationEvent::StartQuery { .. } => start = Instant::now(),
                InstrumentationEvent::FinishQuery { error: Some(_), .. } => {
                    milliseconds.store(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
                }
                _ => {}
            }
            if let Some(default) = &mut default {
                default.on_connection_event(event);
            }
        });
        failed
    }

    fn time(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Diesel does not tell the `SQLSTATE` of a deadlock, a timeout, a cancelled statement or a prepared statement that no longer fits the
/// schema, and the message is in the server's language. A timeout is known by its time; everything else may be gone on a fresh
/// connection, and what is not is reported as what it is.
pub(super) fn remedy_for(error: &DieselError, failed: &FailedStatement, tuning: &Tuning) -> Remedy {
    remedy(error, |_| if failed.time() >= tuning.lock.min(tuning.statement) { Remedy::GiveUp(Reason::Locked) } else { Remedy::Reconnect })
}
