//! The list and its index of trigrams (`pg_trgm`, GIN) in PostgreSQL.

mod read;
mod statements;
mod write;

pub use read::{COMPARED, count, customers, each};
pub use write::{GAP, clear, indexed_of, make_index, prepare_for_indexes, renumber, write};
