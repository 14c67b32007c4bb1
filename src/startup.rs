//! Opens a database as a command finds it: its schema up to date, its list complete.

use chrono::Utc;

use crate::db::{Address, Database, Timeouts};
use crate::imports::record;
use crate::list;

/// Opens a database, brings its schema up to date, and rebuilds what an older program built in another form.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open(address: Address, timeouts: Timeouts) -> std::result::Result<Database, String> {
    let database = Database::open(address, timeouts)?;
    let mut told = 0;
    let mut tell = |done, total| {
        if done / 100_000 > told {
            told = done / 100_000;
            tracing::info!("building the search index: {done} of {total} customers");
        }
    };
    match list::build::prepare(&database, |db| record::is_under_way(db, Utc::now().naive_utc()), &mut tell) {
        Ok(()) => Ok(database),
        Err(error) => Err(format!("The search index of {} cannot be built: {error:?}", database.address())),
    }
}
