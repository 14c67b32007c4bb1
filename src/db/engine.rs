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

/// Reads everything of one moment: what several statements find belongs together.
///
/// # Errors
/// The work's own.
pub fn snapshot<T, E: From<diesel::result::Error>>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    // Within a transaction, that is what it is for.
    if <Db as TransactionManager<Db>>::transaction_manager_status_mut(db).transaction_depth()?.is_some() {
        return work(db);
    }
    match db {
        Db::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction(sqlite)?,
        Db::Postgres(pg) => AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
    }
    let outcome = work(db);
    let end = if outcome.is_ok() {
        <Db as TransactionManager<Db>>::commit_transaction
    } else {
        <Db as TransactionManager<Db>>::rollback_transaction
    };
    let ended = end(db);
    let value = outcome?;
    ended?;
    Ok(value)
}
