//! Keeps the texts in step with customers: every change of a customer, a contact or an entitlement ends here, in the same transaction.
//! What is saved is found at once, as one of the customers that each search compares; parts follow later ([`super::fold`]).

use diesel::prelude::*;

use crate::db::schema::search_texts;
use crate::db::statement::Statement;
use crate::db::{Db, lock_texts};
use crate::domain::CustomerId;
use crate::list::candidate::AT_ONCE;
use crate::list::entry::{Entry, entries};
use crate::store::{Result, random_number};

/// Updates what a customer is found by, after a change of it or of what belongs to it.
pub fn reindex(db: &mut Db, id: CustomerId) -> Result<()> {
    reindex_all(db, &[id])
}

/// Updates what many customers are found by: as [`reindex`], with fewer statements.
pub fn reindex_all(db: &mut Db, ids: &[CustomerId]) -> Result<()> {
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(AT_ONCE) {
        // First, so that two who change what a customer is found by, such as a contact and the identity of its mailbox, see each other's change.
        lock_texts(db, ids)?;
        let entries = entries(db, ids)?;
        write(db, &entries, true)?;
        mark(db, &entries)?;
    }
    Ok(())
}

/// Writes entries; `over` those that are there, or beside them.
pub fn write(db: &mut Db, entries: &[Entry], over: bool) -> Result<()> {
    const COLUMNS: &str = "customer_id, sort_key, enabled, kind, created_at, text, hidden";
    let conflict = if over {
        "DO UPDATE SET sort_key = excluded.sort_key, enabled = excluded.enabled, text = excluded.text, hidden = excluded.hidden"
    } else {
        "DO NOTHING"
    };
    match db {
        Db::Sqlite(sqlite) => {
            let insert = format!("INSERT INTO search_texts ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (customer_id) {conflict}");
            for Entry { key, enabled, kind, created_at, texts } in entries {
                let statement = Statement::<()>::new(insert.as_str()).bind(key.1).bind(key.0.clone()).bind(*enabled).bind(kind.as_str());
                statement.bind(*created_at).bind(texts.text.as_str()).bind(texts.hidden.as_str()).execute(sqlite)?;
            }
        }
        Db::Postgres(pg) => {
            use diesel::sql_types::{Array, BigInt, Binary, Bool, Text, Timestamp};
            let insert = format!(
                "INSERT INTO search_texts ({COLUMNS}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (customer_id) {conflict}"
            );
            diesel::sql_query(insert)
                .bind::<Array<BigInt>, _>(entries.iter().map(|entry| entry.key.1).collect::<Vec<_>>())
                .bind::<Array<Binary>, _>(entries.iter().map(|entry| &entry.key.0).collect::<Vec<_>>())
                .bind::<Array<Bool>, _>(entries.iter().map(|entry| entry.enabled).collect::<Vec<_>>())
                .bind::<Array<Text>, _>(entries.iter().map(|entry| &entry.kind).collect::<Vec<_>>())
                .bind::<Array<Timestamp>, _>(entries.iter().map(|entry| entry.created_at).collect::<Vec<_>>())
                .bind::<Array<Text>, _>(entries.iter().map(|entry| &entry.texts.text).collect::<Vec<_>>())
                .bind::<Array<Text>, _>(entries.iter().map(|entry| &entry.texts.hidden).collect::<Vec<_>>())
                .execute(pg)?;
        }
    }
    Ok(())
}

/// Marks customers as ones that no part holds as they are.
fn mark(db: &mut Db, entries: &[Entry]) -> Result<()> {
    let ids: Vec<i64> = entries.iter().map(|entry| entry.key.1).collect();
    let insert = Statement::<()>::new("INSERT INTO search_dirty (customer_id, revision) SELECT id, ? FROM customers WHERE ");
    let insert = insert.bind(random_number()).among(db, "id", &ids);
    insert.and(" ON CONFLICT (customer_id) DO UPDATE SET revision = excluded.revision").execute(db)?;
    Ok(())
}

/// Returns those of customers that can be found.
pub fn listed(db: &mut Db, ids: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        found.extend(search_texts::table.filter(search_texts::customer_id.eq_any(ids)).select(search_texts::customer_id).load::<i64>(db)?);
    }
    Ok(found)
}
