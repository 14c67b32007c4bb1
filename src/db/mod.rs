//! The database: SQLite or PostgreSQL behind one connection type, their pools and their migrations.

mod engine;
mod lock;
mod migrate;
mod pool;
pub mod schema;
pub mod statement;

pub use engine::{Address, Db, MultiBackend};
pub use lock::{lock_customer, lock_customers, lock_order, lock_whole};
pub use pool::{Access, Database, Failure, Turn, Unavailable};
