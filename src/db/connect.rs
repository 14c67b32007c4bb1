//! Opens connections.

use diesel::ConnectionResult;

use super::address::Address;
use super::engine::{Access, Db};
use super::timeouts::Timeouts;
use super::{postgres, sqlite};

/// Opens a connection and sets it up.
pub(super) fn connect(address: &Address, access: Access, timeouts: &Timeouts) -> ConnectionResult<Db> {
    match address {
        Address::Sqlite(path) => sqlite::connect(path, access, timeouts.busy).map(Db::Sqlite),
        Address::Postgres(url) => postgres::connect(url, timeouts).map(Db::Postgres),
    }
}
