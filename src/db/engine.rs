//! The two engines as one connection type.

/// A connection to either engine. The derived `establish` tries each engine in turn and hides why it failed: `connect` opens one instead.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// An embedded file.
    Sqlite(diesel::SqliteConnection),
    /// A server.
    Postgres(diesel::PgConnection),
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read only.
    Read,
    /// Read and write.
    Write,
}
