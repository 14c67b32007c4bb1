//! The database: SQLite or PostgreSQL behind one connection type, their pools and their migrations.

mod address;
mod connect;
mod deferred;
mod engine;
mod failure;
mod lock;
mod migrate;
mod pool;
mod postgres;
mod read_ahead;
pub mod schema;
mod sqlite;
pub mod statement;
mod timeouts;

pub use address::Address;
pub use deferred::{any_deferred_index, defer_indexes, make_deferred_index};
pub use engine::{Access, Db, MultiBackend};
pub use failure::{Reason, Unavailable, WorkError};
pub use lock::{
    lock_customer, lock_customers, lock_empty_database, lock_keys, lock_list, lock_shadow_list, try_lock_list, try_lock_shadow_list,
};
pub use pool::{Database, Permit, YIELD};
pub use read_ahead::ReadAhead;
pub use timeouts::Timeouts;
