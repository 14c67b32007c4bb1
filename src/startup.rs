//! Opens a database as a command finds it: its schema up to date, its list complete.

use crate::db::{Address, Database, Purpose, Tuning};
use crate::domain::clock;
use crate::imports::record;
use crate::list;
use crate::store::Error;

/// Opens a database, brings its schema up to date, and rebuilds what an older program built in another form.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open(address: Address, tuning: Tuning) -> std::result::Result<Database, String> {
    open_for(Purpose::Use, address, tuning)
}

/// Opens a database that is there, to read it: also on a disk that takes nothing.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open_to_read(address: Address, tuning: Tuning) -> std::result::Result<Database, String> {
    open_for(Purpose::Read, address, tuning)
}

fn open_for(purpose: Purpose, address: Address, tuning: Tuning) -> std::result::Result<Database, String> {
    let database = Database::open(address, purpose, tuning)?;
    let mut told = 0;
    let mut tell = |done, total| {
        if done / 100_000 > told {
            told = done / 100_000;
            tracing::info!("building the search index: {done} of {total} customers");
        }
    };
    match list::build::prepare(&database, |db| record::is_under_way(db, clock::now()), &mut tell) {
        Ok(()) => Ok(database),
        Err(Error::Unavailable(why)) => Err(format!("The search index of {} cannot be built: {why}", database.address())),
        Err(error) => Err(format!("The search index of {} cannot be built: {error:?}", database.address())),
    }
}
