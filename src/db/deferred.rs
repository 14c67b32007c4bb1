//! Indexes that wait until very many rows are in: making one of a million rows at once takes seconds, keeping it row by row minutes. What
//! waits is written down in the same transaction, so that it is known when an import was stopped in between.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::engine::Db;
use super::schema::deferred_indexes;
use super::statement::Statement;

/// Takes indexes away and writes down how to make them.
pub fn defer_indexes(db: &mut Db, names: &[&str]) -> QueryResult<()> {
    for name in names {
        let definition = match db {
            Db::Sqlite(_) => "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?",
            Db::Postgres(_) => "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname = ?",
        };
        let definition: Option<String> = Statement::<Text>::new(definition).bind(*name).get_result(db).optional()?;
        let Some(definition) = definition else { continue };
        diesel::insert_into(deferred_indexes::table)
            .values((deferred_indexes::name.eq(name), deferred_indexes::definition.eq(definition)))
            .execute(db)?;
        db.batch_execute(&format!("DROP INDEX {name}"))?;
    }
    Ok(())
}

/// Whether indexes wait.
pub fn any_deferred_index(db: &mut Db) -> QueryResult<bool> {
    Ok(deferred_indexes::table.count().get_result::<i64>(db)? > 0)
}

/// Makes one index that waits. Says whether there was one.
pub fn make_deferred_index(db: &mut Db) -> QueryResult<bool> {
    let waiting = deferred_indexes::table.order(deferred_indexes::name).select((deferred_indexes::name, deferred_indexes::definition));
    let Some((name, definition)) = waiting.first::<(String, String)>(db).optional()? else { return Ok(false) };
    match db {
        // Sorted in a file, not in memory.
        Db::Sqlite(sqlite) => {
            sqlite.batch_execute("PRAGMA temp_store = FILE")?;
            let made = sqlite.batch_execute(&definition);
            sqlite.batch_execute("PRAGMA temp_store = MEMORY")?;
            made?;
        }
        Db::Postgres(pg) => {
            pg.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'")?;
            pg.batch_execute(&definition)?;
        }
    }
    diesel::delete(deferred_indexes::table.find(name)).execute(db)?;
    Ok(true)
}
