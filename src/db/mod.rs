//! The database: SQLite or PostgreSQL behind one connection type, their pools and their migrations.

mod deferred;
mod engine;
mod lock;
mod migrate;
mod pool;
mod read_ahead;
pub mod schema;
pub mod statement;

pub use deferred::{any_deferred_index, defer_indexes, make_deferred_index};
pub use engine::{Address, Db, MultiBackend};
pub use lock::{lock_aside, lock_customer, lock_customers, lock_order, lock_whole, try_lock_aside, try_lock_order};
pub use pool::{Access, Database, Failure, Turn, Unavailable, YIELD};
pub use read_ahead::ReadAhead;
