//! Opens a database as a command finds it: its schema up to date, its list complete.

use chrono::Utc;

use crate::config::DatabaseSettings;
use crate::db::Database;
use crate::imports::record;
use crate::list;

/// Opens a database, brings its schema up to date, and makes anew what an older program made in another form.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open(settings: &DatabaseSettings) -> std::result::Result<Database, String> {
    let database = Database::open(settings.address.clone(), settings.timeouts())?;
    let mut told = 0;
    let mut tell = |done, total| {
        if done / 100_000 > told {
            told = done / 100_000;
            tracing::info!("the search index is made: {done} of {total} customers");
        }
    };
    match list::build::prepare(&database, |db| record::is_under_way(db, Utc::now().naive_utc()), &mut tell) {
        Ok(()) => Ok(database),
        Err(error) => Err(format!("The search index of {} cannot be made: {error:?}", database.address())),
    }
}
