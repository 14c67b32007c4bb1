//! The database: SQLite or PostgreSQL behind one connection type, their pools and their migrations.

mod address;
mod connections;
mod deferred;
mod engine;
mod failure;
mod found;
mod lock;
mod migrate;
mod migrations;
mod open;
mod pool;
mod postgres;
mod postgres_url;
mod read_ahead;
pub mod schema;
mod source;
mod sqlite;
mod sqlite_file;
pub mod statement;
mod tuning;
mod turn;

pub use address::{Address, may_hold_password};
pub use deferred::{any_deferred_index, defer_indexes, make_deferred_index};
pub use engine::{Access, Db, MultiBackend, snapshot};
pub use failure::{Reason, Unavailable, WorkError};
pub use lock::{
    lock_customer, lock_customers, lock_empty_database, lock_identities, lock_keys, lock_new_identities, lock_parts, lock_search,
    lock_texts, lock_user, lock_users, share_search,
};
pub use open::Purpose;
pub use pool::{Database, Permit, YIELD};
pub use read_ahead::ReadAhead;
pub use tuning::Tuning;
pub use turn::need_turn;
